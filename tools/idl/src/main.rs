//! Prints the Anchor IDL of the program in the folder given: `ballast-idl PROGRAM_DIR > idl.json`.
//!
//! Anchor derives the IDL by compiling the program's `idl-build` feature for the host and running what it generated.
//! `RUSTUP_TOOLCHAIN` must be unset, else the builder reinstalls that toolchain and then fails. `cargo run` sets it.

use std::{env, path::PathBuf, process::ExitCode};

use anchor_lang_idl::build::IdlBuilder;
use anyhow::{Context, Result};

fn main() -> ExitCode {
    match idl_json() {
        Ok(json) => {
            println!("{json}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn idl_json() -> Result<String> {
    let program = env::args_os().nth(1).context("usage: ballast-idl PROGRAM_DIR")?;
    let program = PathBuf::from(program).canonicalize().context("no such program folder")?;
    let idl = IdlBuilder::new().program_path(program).build()?;
    Ok(serde_json::to_string_pretty(&idl)?)
}
