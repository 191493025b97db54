//! Running the project's own binaries.

use std::{
    ffi::OsString,
    process::{Command, ExitCode, ExitStatus},
};

use anyhow::Result;

use crate::{
    process,
    progress::Progress,
    project::Project,
    sbf::{self, Program},
};

/// Builds programs and a binary, then runs the binary with `args`. Returns the binary's own exit code.
pub fn with_programs(project: &Project, package: &str, programs: &[Program], args: &[OsString]) -> Result<ExitCode> {
    Ok(exit_code(process::hand_over(&mut prepare(project, package, programs, args)?)?))
}

/// Builds programs and a binary, and returns the command that runs the binary with `args`. For help, programs are not needed.
fn prepare(project: &Project, package: &str, programs: &[Program], args: &[OsString]) -> Result<Command> {
    let programs = if wants_help(args) { &[] } else { programs };
    let mut progress = Progress::new(programs.len() + 1);
    for program in programs {
        progress.step(&format!("compiling {program}"), program.cold);
        sbf::build(project, program)?;
    }
    progress.step(&format!("compiling {package}"), "5 minutes");
    let command = binary(project, package)?;
    with_arguments(command, args)
}

/// Adds the caller's arguments to a command.
pub fn with_arguments(mut command: Command, args: &[OsString]) -> Result<Command> {
    // Paths among them are the caller's.
    command.current_dir(std::env::current_dir()?).args(args);
    Ok(command)
}

/// Whether the caller only asks what there is.
pub fn wants_help(args: &[OsString]) -> bool {
    args.iter().any(|arg| arg == "--help" || arg == "-h")
}

/// Builds a binary of the workspace and returns the command that runs it.
pub fn binary(project: &Project, package: &str) -> Result<Command> {
    process::run(&mut project.cargo(&["build", "--package", package]))?;
    Ok(built(project, package))
}

/// The command that runs a binary of the workspace, which is built.
pub fn built(project: &Project, package: &str) -> Command {
    project.command(project.cargo_target.join("debug").join(package))
}

/// The exit code that a process ended with.
pub fn exit_code(status: ExitStatus) -> ExitCode {
    if status.success() {
        return ExitCode::SUCCESS;
    }
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    code.map_or(ExitCode::FAILURE, ExitCode::from)
}
