//! The program's interface, for others: `ballast-idl idl PROGRAM_DIR > idl.json` prints its Anchor IDL, and
//! `ballast-idl events idl.json > events.md` the events of an IDL as a page.
//!
//! Anchor derives the IDL by compiling the program's `idl-build` feature for the host and running what it generated.
//! `RUSTUP_TOOLCHAIN` must be unset, else the builder reinstalls that toolchain and then fails. `cargo run` sets it.

mod events;

use std::{env, fs, path::PathBuf, process::ExitCode};

use anchor_lang_idl::{build::IdlBuilder, types::Idl};
use anyhow::{Context, Result, bail};

const USAGE: &str = "usage: ballast-idl idl PROGRAM_DIR, or ballast-idl events IDL";

fn main() -> ExitCode {
    match run() {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<String> {
    let mut args = env::args_os().skip(1);
    let (command, path) = args.next().zip(args.next()).context(USAGE)?;
    let path = PathBuf::from(path).canonicalize().context("no such file or folder")?;
    match command.to_str() {
        Some("idl") => Ok(serde_json::to_string_pretty(&IdlBuilder::new().program_path(path).build()?)? + "\n"),
        Some("events") => Ok(events::page(&serde_json::from_str::<Idl>(&fs::read_to_string(path)?)?)),
        _ => bail!(USAGE),
    }
}
