//! The TypeScript packages, by npm.

use std::process::Command;

use anyhow::Result;

use crate::{process, project::Project};

/// The TypeScript client.
pub const CLIENT: &str = "clients/ts";
/// The web app.
pub const APP: &str = "app";

/// Installs a package's locked dependencies.
pub fn install(project: &Project, package: &str) -> Result<()> {
    process::run(command(project, package).args(["ci", "--prefer-offline", "--no-audit", "--no-fund"]))
}

/// Runs some of a package's scripts, one after the other.
pub fn run(project: &Project, package: &str, scripts: &[&str]) -> Result<()> {
    scripts.iter().try_for_each(|script| process::run(command(project, package).args(["run", script])))
}

/// The command that runs a package's script of tests.
pub fn tests(project: &Project, package: &str, script: &str) -> Command {
    let mut command = command(project, package);
    // Colours would hide the results from whoever counts them.
    command.args(["run", script]).env("NO_COLOR", "1").env_remove("FORCE_COLOR");
    command
}

/// `npm` in a package's folder.
pub fn command(project: &Project, package: &str) -> Command {
    let mut command = project.command("npm");
    command.current_dir(project.root.join(package));
    command
}
