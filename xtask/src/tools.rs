//! Cargo subcommands that are installed on first use, beside what Cargo builds.

use std::{ffi::OsString, process::ExitCode};

use anyhow::Result;

use crate::{launch, process, progress::Progress, project::Project};

/// A published subcommand of Cargo.
pub struct Tool {
    /// Its package and binary.
    name: &'static str,
    version: &'static str,
    /// How long its installation takes.
    cold: &'static str,
    /// What comes before the caller's arguments.
    args: &'static [&'static str],
}

/// Changes the rules one operator at a time and looks whether a test notices.
pub const MUTANTS: Tool =
    Tool { name: "cargo-mutants", version: "27.1.0", cold: "2 minutes", args: &["mutants", "--package", "ballast-core"] };

/// Checks licences, sources and duplicates, and advisories where their database can be fetched.
pub const DENY: Tool = Tool { name: "cargo-deny", version: "0.20.2", cold: "10 minutes", args: &[] };

/// Runs a tool in the project's folder, with the caller's arguments; installs it before where it is missing.
pub fn run(project: &Project, tool: &Tool, args: &[OsString]) -> Result<ExitCode> {
    let root = project.cargo_target.join("tools");
    let binary = root.join("bin").join(tool.name);
    if !binary.is_file() {
        Progress::new(1).step(&format!("installing {}", tool.name), tool.cold);
        // It only waits for Cargo: a debug build compiles in half the time.
        let install = ["install", "--locked", "--debug", "--version", tool.version, tool.name, "--root"];
        process::run(project.cargo(&install).arg(&root).env("CARGO_TARGET_DIR", root.join("target")))?;
        // Hundreds of megabytes that nothing needs again.
        std::fs::remove_dir_all(root.join("target"))?;
    }
    let mut command = project.command(binary);
    // Each mutant is built in a copy of the project, with a target folder of its own.
    command.env_remove("CARGO_TARGET_DIR");
    Ok(launch::exit_code(process::hand_over(command.args(tool.args).args(args))?))
}
