//! Compiling on-chain programs to `target/deploy`.

use std::{fmt, fs, path::PathBuf};

use anyhow::{Context, Result};

use crate::{process, project::Project};

/// A program and where its source is.
pub struct Program {
    /// Name of its file, without `.so`.
    name: &'static str,
    /// Its Cargo package.
    package: &'static str,
    /// The folder whose `Cargo.toml` is, or depends on, the package.
    folder: &'static str,
    /// How long it takes when nothing is built yet.
    pub cold: &'static str,
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}.so", self.name)
    }
}

/// The vault.
pub const BALLAST: Program =
    Program { name: "ballast", package: "ballast", folder: "programs/ballast", cold: "3 minutes, and 6 for the compiler" };

/// SPL Token Swap, as published.
pub const TOKEN_SWAP: Program =
    Program { name: "spl_token_swap", package: "spl-token-swap", folder: "tools/amm", cold: "3 minutes" };

/// The baseline of the benchmark.
const BARE: Program = Program { name: "bare", package: "ballast-bare", folder: "tests/programs/bare", cold: "1 minute" };

/// The AMM that cheats, for tests.
const HOSTILE: Program =
    Program { name: "hostile", package: "ballast-hostile", folder: "tests/programs/hostile", cold: "1 minute" };

/// Every program that tests and benchmark load.
pub const ALL: [Program; 4] = [BALLAST, TOKEN_SWAP, BARE, HOSTILE];

/// Whether the Solana tools compile the vault. Otherwise, and for all other programs, `tools/sbf-toolchain` does.
pub fn has_solana_tools() -> bool {
    process::is_installed("cargo-build-sbf")
}

/// Compiles a program and returns its file in `target/deploy`.
pub fn build(project: &Project, program: &Program) -> Result<PathBuf> {
    let built = if program.name == BALLAST.name && has_solana_tools() {
        build_with_solana_tools(project, program)?
    } else {
        build_with_toolchain(project, program)?
    };
    let deployed = project.deploy().join(program.to_string());
    fs::create_dir_all(project.deploy())
        .and_then(|()| fs::copy(&built, &deployed))
        .with_context(|| format!("cannot copy {} to {}", built.display(), deployed.display()))?;
    Ok(deployed)
}

fn build_with_toolchain(project: &Project, program: &Program) -> Result<PathBuf> {
    let target = project.cargo_target.join("sbf");
    let mut command = project.command(project.root.join("tools/sbf-toolchain/sbf-toolchain"));
    command.current_dir(project.root.join(program.folder));
    command.args(["build", "--package", program.package]).env("CARGO_TARGET_DIR", &target);
    process::run(&mut command)?;
    Ok(target.join("deploy").join(program.to_string()))
}

fn build_with_solana_tools(project: &Project, program: &Program) -> Result<PathBuf> {
    let target = project.cargo_target.join("sbf-solana-tools");
    let out = target.join("deploy");
    let mut command = project.cargo(&["build-sbf", "--manifest-path"]);
    command.arg(project.root.join(program.folder).join("Cargo.toml"));
    command.arg("--sbf-out-dir").arg(&out).env("CARGO_TARGET_DIR", &target);
    process::run(&mut command)?;
    Ok(out.join(program.to_string()))
}
