//! What the TypeScript client is compared with: addresses, accounts, instructions and events as this crate makes and reads them.
//!
//! Values are random, so that no two fields are alike, and written as Rust's `Debug` shows them: it knows nothing of the IDL, from
//! which the other client is generated. `cargo xtask clients` writes the files below `clients/ts/tests/fixtures`; here they are
//! compared.

mod accounts;
mod codes;
mod events;
mod failures;
mod instructions;
mod random;
mod scene;

use std::fmt::{self, Debug};
use std::{env, fs, path::Path};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// Set to write the fixtures instead of comparing them.
const WRITE: &str = "BALLAST_WRITE_FIXTURES";

#[test]
fn accounts_are_the_fixtures() {
    check("accounts.json", &accounts::fixture());
}

#[test]
fn codes_are_the_fixtures() {
    check("codes.json", &codes::fixture());
}

#[test]
fn events_are_the_fixtures() {
    check("events.json", &events::fixture());
}

#[test]
fn failures_are_the_fixtures() {
    check("failures.json", &failures::fixture());
}

#[test]
fn instructions_are_the_fixtures() {
    check("instructions.json", &instructions::fixture());
}

fn check(name: &str, fixture: &Value) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../clients/ts/tests/fixtures").join(name);
    let text = format!("{fixture:#}\n");
    if env::var_os(WRITE).is_some() {
        fs::write(&file, text).unwrap_or_else(|error| panic!("cannot write {}: {error}", file.display()));
        return;
    }
    let is_current = fs::read_to_string(&file).is_ok_and(|committed| committed == text);
    assert!(is_current, "{name} is out of date: run `cargo xtask clients` and commit it");
}

fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

fn debug(value: &dyn Debug) -> String {
    format!("{value:?}")
}

/// Named values, shown as the fields of a struct.
struct Fields<'a>(&'a [(&'a str, &'a dyn Debug)]);

impl Debug for Fields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Fields");
        for (name, value) in self.0 {
            shown.field(name, value);
        }
        shown.finish()
    }
}
