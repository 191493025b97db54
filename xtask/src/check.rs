//! `cargo xtask test`: every check that a change must pass.

use std::process::ExitCode;

use anyhow::Result;

use crate::{
    app, clients, dependencies, errors, fuzz, idl, launch, localnet,
    npm::{self, CLIENT},
    process,
    progress::Progress,
    project::Project,
    references,
    report::Report,
    sbf,
};

/// The Rust workspaces: the main one, and those whose dependencies must stay out of it.
const MANIFESTS: [&str; 6] = [
    "Cargo.toml",
    "fuzz/Cargo.toml",
    "tests/program-test/Cargo.toml",
    "tools/idl/Cargo.toml",
    "tools/sbf-toolchain/builtins/Cargo.toml",
    localnet::HOST_MANIFEST,
];

/// The AMM programs have no source of their own to check, but dependencies.
const AMM_MANIFEST: &str = "tools/amm/Cargo.toml";

/// Compiles the programs, then runs every check and test whatever the others found. Fails where one of them did.
pub fn all(project: &Project) -> Result<ExitCode> {
    let mut progress = Progress::new(11 + sbf::ALL.len());
    let mut report = Report::default();

    progress.step("checking the lock files, the format, the dependencies and what the documents name", "10 seconds");
    report.note("lock files", lock_files(project));
    report.note("dependencies", dependencies::check(project, MANIFESTS.into_iter().chain([AMM_MANIFEST])));
    report.note("references", references::check(project));
    report.note("format", formatting(project));
    for program in &sbf::ALL {
        progress.step(&format!("compiling {program}"), program.cold);
        sbf::build(project, program)?;
    }
    progress.step("comparing the IDL with the committed one", idl::COLD);
    report.note("IDL", idl::generate(project).and_then(|_| idl::require_committed(project)));
    progress.step("building the TypeScript client and comparing it with the committed one", "1 minute");
    report.note("TypeScript client", typescript(project));
    progress.step("building and checking the app", app::COLD);
    report.note("app", app::build(project).and_then(|()| app::check(project)));
    progress.step("compiling the local cluster's host", localnet::HOST_COLD);
    localnet::build_host(project)?;
    progress.step("linting", "6 minutes");
    report.note("lints", lints(project));
    progress.step("checking the documentation", "1 minute");
    report.note("documentation", documentation(project));
    progress.step("running the tests", "15 minutes");
    let reached = errors::clear(project)?;
    for manifest in MANIFESTS {
        // What tests print are their seeds, and why they skipped themselves.
        let args = ["test", "--workspace", "--no-fail-fast", "--manifest-path", manifest, "--", "--show-output"];
        report.run_tests(&format!("tests of {manifest}"), project.cargo(&args).env(errors::FOLDER_VARIABLE, &reached));
    }
    report.run_tests("tests of the TypeScript client", &mut clients::tests(project));
    report.run_tests("tests of the TypeScript client on the local cluster", &mut clients::cluster_tests(project)?);
    report.note("errors", errors::require_all_reached(project));
    progress.step("testing the app", "5 minutes");
    report.run_tests("tests of the app", &mut app::tests(project));
    match app::browser_tests(project) {
        Ok(mut tests) => report.run_tests("tests of the app in a browser", &mut tests),
        unprepared => report.note("tests of the app in a browser", unprepared.map(drop)),
    }
    progress.step("feeding random bytes to the fuzz targets", "6 minutes");
    report.note("fuzz targets", fuzz::smoke(project));
    progress.step("comparing compute units with the snapshot", "1 minute");
    report.note("compute units", compute_units(project));

    Ok(report.conclude())
}

/// Before anything else: every other Cargo call would bring them up to date.
fn lock_files(project: &Project) -> Result<()> {
    for manifest in MANIFESTS {
        process::capture(&mut project.cargo(&["metadata", "--locked", "--format-version=1", "--manifest-path", manifest]))?;
    }
    Ok(())
}

fn formatting(project: &Project) -> Result<()> {
    for manifest in MANIFESTS {
        process::run(&mut project.cargo(&["fmt", "--all", "--check", "--manifest-path", manifest]))?;
    }
    Ok(())
}

/// Clippy would compile the thousand dependencies of the local cluster's host a second time, for a few small files: its manifest
/// denies the compiler's own warnings instead.
fn lints(project: &Project) -> Result<()> {
    for manifest in MANIFESTS.into_iter().filter(|manifest| *manifest != localnet::HOST_MANIFEST) {
        let args = ["clippy", "--workspace", "--all-targets", "--manifest-path", manifest, "--", "-D", "warnings"];
        process::run(&mut project.cargo(&args))?;
    }
    Ok(())
}

fn documentation(project: &Project) -> Result<()> {
    let mut command = project.cargo(&["doc", "--workspace", "--no-deps"]);
    process::run(command.env("RUSTDOCFLAGS", "-D warnings"))
}

fn typescript(project: &Project) -> Result<()> {
    npm::install(project, CLIENT)?;
    clients::require_committed(project)?;
    npm::run(project, CLIENT, &["build", "check"])
}

/// The snapshot holds for programs that `tools/sbf-toolchain` compiled; another compiler's differ a little.
fn compute_units(project: &Project) -> Result<()> {
    if sbf::has_solana_tools() {
        eprintln!("not compared: cargo build-sbf compiled the program, the snapshot is tools/sbf-toolchain's");
        return Ok(());
    }
    process::run(launch::binary(project, "ballast-bench")?.arg("--check"))
}
