//! `cargo xtask test`: every check that a change must pass.

use std::process::ExitCode;

use anyhow::Result;

use crate::{idl, launch, process, progress::Progress, project::Project, report::Report, sbf};

/// The Rust workspaces: the main one, and those whose dependencies must stay out of it.
const MANIFESTS: [&str; 3] = ["Cargo.toml", "tools/idl/Cargo.toml", BUILTINS];

/// The toolchain's arithmetic.
const BUILTINS: &str = "tools/sbf-toolchain/builtins/Cargo.toml";

/// Compiles the programs, then runs every check and test whatever the others found. Fails where one of them did.
pub fn all(project: &Project) -> Result<ExitCode> {
    let mut progress = Progress::new(10);
    let mut report = Report::default();

    progress.step("checking the format", "1 second");
    report.note("format", formatting(project));
    for program in &sbf::ALL {
        progress.step(&format!("compiling {program}"), program.cold);
        sbf::build(project, program)?;
    }
    progress.step("comparing the IDL with the committed one", idl::COLD);
    report.note("IDL", idl::generate(project).and_then(|_| idl::require_committed(project)));
    progress.step("linting", "6 minutes");
    report.note("lints", lints(project));
    progress.step("checking the documentation", "1 minute");
    report.note("documentation", documentation(project));
    progress.step("running the workspace's tests", "12 minutes");
    // What tests print are their seeds, and why they skipped themselves.
    report.run_tests("tests", &mut project.cargo(&["test", "--workspace", "--no-fail-fast", "--", "--show-output"]));
    progress.step("running the toolchain's tests", "1 minute");
    report.run_tests("toolchain tests", &mut project.cargo(&["test", "--manifest-path", BUILTINS]));
    progress.step("comparing compute units with the snapshot", "1 minute");
    report.note("compute units", compute_units(project));

    Ok(report.conclude())
}

fn formatting(project: &Project) -> Result<()> {
    for manifest in MANIFESTS {
        process::run(&mut project.cargo(&["fmt", "--all", "--check", "--manifest-path", manifest]))?;
    }
    Ok(())
}

fn lints(project: &Project) -> Result<()> {
    for manifest in MANIFESTS {
        let args = ["clippy", "--workspace", "--all-targets", "--manifest-path", manifest, "--", "-D", "warnings"];
        process::run(&mut project.cargo(&args))?;
    }
    Ok(())
}

fn documentation(project: &Project) -> Result<()> {
    let mut command = project.cargo(&["doc", "--workspace", "--no-deps"]);
    process::run(command.env("RUSTDOCFLAGS", "-D warnings"))
}

/// The snapshot holds for programs that `tools/sbf-toolchain` compiled; another compiler's differ a little.
fn compute_units(project: &Project) -> Result<()> {
    if sbf::has_solana_tools() {
        eprintln!("not compared: cargo build-sbf compiled the program, the snapshot is tools/sbf-toolchain's");
        return Ok(());
    }
    process::run(launch::binary(project, "ballast-bench")?.arg("--check"))
}
