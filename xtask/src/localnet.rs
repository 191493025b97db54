//! The local cluster: Surfpool in a process of its own, and what is set up on it.

use std::{ffi::OsString, process::ExitCode};

use anyhow::Result;

use crate::{launch, process, progress::Progress, project::Project, sbf};

/// The workspace of the process that hosts the chain.
pub const HOST_MANIFEST: &str = "localnet/surfnet/Cargo.toml";

/// How long its thousand dependencies take when nothing is built yet.
pub const HOST_COLD: &str = "25 minutes";

/// Builds the process that hosts the chain, where `ballast-localnet` looks for it.
pub fn build_host(project: &Project) -> Result<()> {
    process::run(&mut project.cargo(&["build", "--manifest-path", HOST_MANIFEST]))
}

/// Builds everything, then becomes the local cluster, so that signals reach it and nothing else.
pub fn run(project: &Project, args: &[OsString]) -> Result<ExitCode> {
    if !launch::wants_help(args) {
        let mut progress = Progress::new(2);
        progress.step("compiling the chain's host", HOST_COLD);
        build_host(project)?;
        progress.step("compiling the command line and the keeper", "5 minutes");
        process::run(&mut project.cargo(&["build", "-p", "ballast-localnet", "-p", "ballast-cli", "-p", "ballast-keeper"]))?;
    }
    let mut command = launch::prepare(project, "ballast-localnet", &[sbf::BALLAST, sbf::TOKEN_SWAP], args)?;
    Err(process::become_it(&mut command))
}
