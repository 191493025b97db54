//! Random histories of vaults, and libFuzzer's targets.
//!
//! The targets are built as cargo-fuzz builds them without a sanitizer, which the stable compiler can do: the flags below are its own.
//! Rust needs no address sanitizer to find a panic or a broken assertion.

use std::{
    ffi::OsString,
    fs,
    path::PathBuf,
    process::{Command, ExitCode},
};

use anyhow::{Context, Result};
use clap::{Args, Subcommand};

use crate::{launch, process, progress::Progress, project::Project, sbf};

/// How long the smoke test runs all targets together.
const SMOKE_SECS: u32 = 60;
/// How long one target runs where nobody says.
const TARGET_SECS: u32 = 600;
/// Longest input: a Pyth push account, and what is asked of it.
const MAX_INPUT_BYTES: u32 = 4_096;
const TARGETS: [&str; 3] = ["decision", "prices", "adapters"];
/// Coverage for libFuzzer to learn from, and checks that release builds leave out.
const RUSTFLAGS: &str = "--cfg fuzzing -Cdebug-assertions -Ccodegen-units=1 -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares";

/// What to fuzz.
#[derive(Subcommand)]
pub enum Fuzz {
    /// Random histories on the program compiled for the host (--actions N, --seed S)
    Native(Histories),
    /// Random histories on the real virtual machine (--actions N, --seed S)
    Svm(Histories),
    /// Random histories on both, comparing every step (--actions N, --seed S)
    Lockstep(Histories),
    /// Every libFuzzer target, a minute in all
    Smoke,
    /// The rebalancing decision, on any vault in any state
    Decision(Target),
    /// Price accounts of any bytes
    Prices(Target),
    /// Pool accounts of any bytes
    Adapters(Target),
}

/// Options of the fuzzer of histories.
#[derive(Args)]
pub struct Histories {
    /// Its own options
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub args: Vec<OsString>,
}

/// Options of a libFuzzer target.
#[derive(Args)]
pub struct Target {
    /// For how long to run
    #[arg(long, default_value_t = TARGET_SECS)]
    secs: u32,
}

/// Fuzzes.
pub fn run(project: &Project, what: &Fuzz) -> Result<ExitCode> {
    match what {
        Fuzz::Native(histories) => play(project, "native", histories),
        Fuzz::Svm(histories) => play(project, "svm", histories),
        Fuzz::Lockstep(histories) => play(project, "lockstep", histories),
        Fuzz::Smoke => smoke(project).map(|()| ExitCode::SUCCESS),
        Fuzz::Decision(target) => fuzz(project, "decision", target.secs).map(|()| ExitCode::SUCCESS),
        Fuzz::Prices(target) => fuzz(project, "prices", target.secs).map(|()| ExitCode::SUCCESS),
        Fuzz::Adapters(target) => fuzz(project, "adapters", target.secs).map(|()| ExitCode::SUCCESS),
    }
}

/// Every target for its part of a minute.
pub fn smoke(project: &Project) -> Result<()> {
    TARGETS.iter().try_for_each(|target| fuzz(project, target, SMOKE_SECS / TARGETS.len() as u32))
}

fn play(project: &Project, mode: &str, histories: &Histories) -> Result<ExitCode> {
    let args: Vec<OsString> = std::iter::once(mode.into()).chain(histories.args.iter().cloned()).collect();
    launch::with_programs(project, "ballast-adversary", &[sbf::BALLAST, sbf::TOKEN_SWAP], &args)
}

/// Runs a target from the committed inputs and from those that earlier runs found interesting. Fails where an input makes it panic:
/// libFuzzer names the file that it wrote it to. What was found and mended belongs among the committed inputs.
fn fuzz(project: &Project, target: &str, secs: u32) -> Result<()> {
    let mut progress = Progress::new(2);
    progress.step(&format!("compiling the fuzz target {target}"), "5 minutes");
    let binary = build(project, target)?;
    progress.step(&format!("running it for {secs} seconds"), &format!("{secs} seconds"));
    let (found, broken) = (project.cargo_target.join("fuzz/corpus").join(target), project.root.join("target/fuzz"));
    for folder in [&found, &broken] {
        fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    }
    let mut command = Command::new(binary);
    command.arg(&found).arg(project.root.join("fuzz/corpus").join(target));
    command.arg(format!("-artifact_prefix={}/{target}-", broken.display()));
    command.args([format!("-max_total_time={secs}"), format!("-max_len={MAX_INPUT_BYTES}"), "-verbosity=0".to_owned()]);
    process::run(&mut command)
}

/// Compiles a target. Into a folder of its own, or its flags would have everything else compiled again; and for a named platform,
/// so that build scripts are not instrumented.
fn build(project: &Project, target: &str) -> Result<PathBuf> {
    let (folder, host) = (project.cargo_target.join("fuzz"), host(project)?);
    let args = ["build", "--release", "--locked", "--manifest-path", "fuzz/Cargo.toml", "--bin", target, "--target", &host];
    process::run(project.cargo(&args).env("RUSTFLAGS", RUSTFLAGS).env("CARGO_TARGET_DIR", &folder))?;
    Ok(folder.join(host).join("release").join(target))
}

/// The platform that this runs on.
fn host(project: &Project) -> Result<String> {
    let version = process::capture(project.command("rustc").arg("-vV"))?;
    let version = String::from_utf8(version).context("rustc's version is no text")?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names no host")?;
    Ok(host.to_owned())
}
