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
pub const CLUSTER: &str = "ballast-localnet";

/// What is on it.
const PROGRAMS: [Program; 2] = [sbf::BALLAST, sbf::TOKEN_SWAP];

/// How long its thousand dependencies take when nothing is built yet.
pub const HOST_COLD: &str = "10 to 25 minutes";

/// Builds the process that hosts the chain, where `ballast-localnet` looks for it.
pub fn build_host(project: &Project) -> Result<()> {
    process::run(&mut project.cargo(&["build", "--manifest-path", HOST_MANIFEST]))
}

/// How long [`build_commands`] takes when nothing is built yet.
const COMMANDS_COLD: &str = "5 minutes";

/// How many steps [`build`] announces.
pub const STEPS: usize = PROGRAMS.len() + 2;

/// Builds everything that a local cluster and those who use it consist of.
pub fn build(project: &Project, progress: &mut Progress) -> Result<()> {
    for program in &PROGRAMS {
        progress.step(&format!("compiling {program}"), program.cold);
        sbf::build(project, program)?;
    }
    progress.step("compiling the local cluster, the command line and the keeper", COMMANDS_COLD);
    build_commands(project)?;
    progress.step("compiling the chain's host", HOST_COLD);
    build_host(project)
}

/// Builds the local cluster, the command line and the keeper.
pub fn build_commands(project: &Project) -> Result<()> {
    // Together: one after the other, each would compile what they share with other features.
    process::run(&mut project.cargo(&["build", "-p", CLUSTER, "-p", "ballast-cli", "-p", "ballast-keeper"]))
}

/// Builds everything, then becomes the local cluster, so that signals reach it and nothing else. For help, commands are enough.
pub fn run(project: &Project, args: &[OsString]) -> Result<ExitCode> {
    if launch::wants_help(args) {
        Progress::new(1).step("compiling the local cluster", COMMANDS_COLD);
        build_commands(project)?;
    } else {
        build(project, &mut Progress::new(STEPS))?;
    }
    Err(process::become_it(&mut launch::with_arguments(launch::built(project, CLUSTER), args)?))
}
