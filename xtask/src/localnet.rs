//! The local cluster: Surfpool in a process of its own, and what is set up on it.

use std::{ffi::OsString, process::ExitCode};

use anyhow::Result;

use crate::{
    launch, process,
    progress::Progress,
    project::Project,
    sbf::{self, Program},
};

/// The workspace of the process that hosts the chain.
pub const HOST_MANIFEST: &str = "localnet/surfnet/Cargo.toml";

/// The package of the local cluster, and its binary.
const CLUSTER: &str = "ballast-localnet";

/// How long its thousand dependencies take when nothing is built yet.
pub const HOST_COLD: &str = "10 to 25 minutes";

/// Builds the process that hosts the chain, where `ballast-localnet` looks for it.
pub fn build_host(project: &Project) -> Result<()> {
    process::run(&mut project.cargo(&["build", "--manifest-path", HOST_MANIFEST]))
}

/// Builds everything, then becomes the local cluster, so that signals reach it and nothing else.
pub fn run(project: &Project, args: &[OsString]) -> Result<ExitCode> {
    let programs: &[Program] = if launch::wants_help(args) { &[] } else { &[sbf::BALLAST, sbf::TOKEN_SWAP] };
    let mut progress = Progress::new(programs.len() + 2);
    for program in programs {
        progress.step(&format!("compiling {program}"), program.cold);
        sbf::build(project, program)?;
    }
    progress.step("compiling the local cluster, the command line and the keeper", "5 minutes");
    // Together: one after the other, each would compile what they share with other features.
    process::run(&mut project.cargo(&["build", "-p", CLUSTER, "-p", "ballast-cli", "-p", "ballast-keeper"]))?;
    if !programs.is_empty() {
        progress.step("compiling the chain's host", HOST_COLD);
        build_host(project)?;
    }
    Err(process::become_it(&mut launch::with_arguments(launch::built(project, CLUSTER), args)?))
}
