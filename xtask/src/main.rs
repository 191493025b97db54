//! The project's commands: cargo xtask build, idl, test, fuzz, demo, backtest, bench, localnet, app, mutants, deny.
//!
//! Progress goes to standard error; standard output carries results only.

mod app;
mod artifact;
mod cache;
mod check;
mod chromium;
mod clients;
mod dependencies;
mod disk;
mod errors;
mod fuzz;
mod idl;
mod launch;
mod localnet;
mod npm;
mod process;
mod progress;
mod project;
mod references;
mod report;
mod sbf;
mod supervisor;
mod tools;
mod wasm;

use std::{ffi::OsString, process::ExitCode};

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::{progress::Progress, project::Project, sbf::Program};

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "Build, test, demonstrate and measure Ballast")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Compile the program to target/deploy/ballast.so and write its IDL to target/idl/ballast.json
    Build {
        /// Also compile the programs that tests load: an AMM, a hostile one, and the benchmark's baseline
        #[arg(long)]
        all: bool,
    },
    /// Refresh the committed IDL, idl/ballast.json
    Idl,
    /// Refresh the TypeScript client, clients/ts, from the committed IDL and the Rust client
    Clients,
    /// Compile the web app's rules to app/src/rules/vault.wasm and rules.wasm
    Wasm,
    /// Run every check and test, and compare compute units with the committed snapshot
    Test,
    /// Play random histories of vaults, or feed random bytes to the decision and to what reads foreign accounts
    Fuzz {
        #[command(subcommand)]
        what: fuzz::Fuzz,
    },
    /// Rebalance a vault over months of real prices on an embedded SVM (`demo --help` lists its options)
    #[command(disable_help_flag = true)]
    Demo {
        /// Options of the demo
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
    /// Compare rebalancing strategies over years of prices, without a chain (`backtest --help` lists its commands)
    #[command(disable_help_flag = true)]
    Backtest {
        /// Command and options of the backtester
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
    /// Run a local Solana cluster with a ready vault and moving prices, until Ctrl-C (`localnet --help` lists its options)
    #[command(disable_help_flag = true)]
    Localnet {
        /// Options of the cluster
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
    /// Run the web app with a local cluster and a keeper, until Ctrl-C, and print its address
    App(app::Options),
    /// Change the rules of ballast-core one operator at a time and look whether its tests notice: hours (docs/mutants.md)
    #[command(disable_help_flag = true)]
    Mutants {
        /// Options of cargo-mutants, such as --file crates/ballast-core/src/shares.rs or --shard 1/8
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
    /// Check what the project depends on by cargo-deny: `deny check licenses bans sources`, with network also `deny check`
    #[command(disable_help_flag = true)]
    Deny {
        /// Command and options of cargo-deny
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
    /// Measure every instruction's compute units and transaction size (`bench --help` lists its options)
    #[command(disable_help_flag = true)]
    Bench {
        /// Options of the benchmark
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    run(cli.command).unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

fn run(command: Command) -> Result<ExitCode> {
    let project = Project::locate()?;
    disk::require_room(&project)?;
    let outcome = match command {
        Command::Build { all } => build(&project, if all { &sbf::ALL } else { &[sbf::BALLAST] }),
        Command::Idl => refresh_idl(&project),
        Command::Clients => refresh_clients(&project),
        Command::Wasm => build_rules(&project),
        Command::Test => check::all(&project),
        Command::Fuzz { what } => fuzz::run(&project, &what),
        Command::Demo { args } => launch::with_programs(&project, "ballast-demo", &[sbf::BALLAST, sbf::TOKEN_SWAP], &args),
        Command::Backtest { args } => launch::with_programs(&project, "ballast-sim", &[], &args),
        Command::Localnet { args } => localnet::run(&project, &args),
        Command::App(options) => app::run(&project, &options),
        Command::Mutants { args } => tools::run(&project, &tools::MUTANTS, &args),
        Command::Deny { args } => tools::run(&project, &tools::DENY, &args),
        Command::Bench { args } => launch::with_programs(&project, "ballast-bench", &sbf::ALL, &args),
    };
    // A full disk shows as some tool's obscure failure: name the cause instead.
    outcome.map_err(|error| disk::full(&project).unwrap_or(error))
}

fn build(project: &Project, programs: &[Program]) -> Result<ExitCode> {
    let mut progress = Progress::new(programs.len() + 1);
    let mut files = Vec::new();
    for program in programs {
        progress.step(&format!("compiling {program}"), program.cold);
        files.push(sbf::build(project, program)?);
    }
    progress.step("writing the IDL", idl::COLD);
    files.push(idl::generate(project)?);
    for file in &files {
        println!("{}", artifact::describe(project, file)?);
    }
    Ok(ExitCode::SUCCESS)
}

fn refresh_idl(project: &Project) -> Result<ExitCode> {
    let mut progress = Progress::new(1);
    progress.step("writing the IDL", idl::COLD);
    idl::generate(project)?;
    println!("{}", artifact::describe(project, &idl::commit(project)?)?);
    Ok(ExitCode::SUCCESS)
}

fn refresh_clients(project: &Project) -> Result<ExitCode> {
    let mut progress = Progress::new(1);
    progress.step("generating the TypeScript client", clients::COLD);
    let folder = clients::generate(project)?;
    println!("{}", folder.strip_prefix(&project.root).unwrap_or(&folder).display());
    Ok(ExitCode::SUCCESS)
}

fn build_rules(project: &Project) -> Result<ExitCode> {
    let mut progress = Progress::new(1);
    progress.step("compiling the web app's rules", wasm::COLD);
    for module in wasm::build(project)? {
        println!("{}, {}", artifact::describe(project, &module)?, wasm::sizes(&module)?);
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn cli_definition_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn demo_passes_every_option_through() {
        let line = ["xtask", "demo", "--help", "--from", "2024-01-01", "--json"];
        let Command::Demo { args } = Cli::try_parse_from(line).unwrap_or_else(|e| panic!("{e}")).command else {
            panic!("not parsed as demo");
        };
        assert_eq!(args, &line[2..]);
    }

    #[test]
    fn backtest_passes_every_option_through() {
        let line = ["xtask", "backtest", "sweep", "--grid", "band_abs_bps=100,200"];
        let Command::Backtest { args } = Cli::try_parse_from(line).unwrap_or_else(|e| panic!("{e}")).command else {
            panic!("not parsed as backtest");
        };
        assert_eq!(args, &line[2..]);
    }

    #[test]
    fn localnet_passes_every_option_through() {
        let line = ["xtask", "localnet", "--port", "9000", "--help"];
        let Command::Localnet { args } = Cli::try_parse_from(line).unwrap_or_else(|e| panic!("{e}")).command else {
            panic!("not parsed as localnet");
        };
        assert_eq!(args, &line[2..]);
    }

    #[test]
    fn app_passes_the_clusters_options_through() {
        let line = ["xtask", "app", "--port", "8080", "--", "--port", "9000", "--help"];
        let Command::App(options) = Cli::try_parse_from(line).unwrap_or_else(|e| panic!("{e}")).command else {
            panic!("not parsed as app");
        };
        assert_eq!((options.port, options.cluster), (8080, line[5..].iter().map(Into::into).collect()));
    }

    #[test]
    fn fuzz_passes_the_histories_options_through() {
        let line = ["xtask", "fuzz", "native", "--actions", "10", "--seed", "1"];
        let Command::Fuzz { what } = Cli::try_parse_from(line).unwrap_or_else(|e| panic!("{e}")).command else {
            panic!("not parsed as fuzz");
        };
        assert!(matches!(what, fuzz::Fuzz::Native(histories) if histories.args == line[3..]));
    }

    #[test]
    fn build_with_unknown_option_is_refused() {
        assert!(Cli::try_parse_from(["xtask", "build", "--fast"]).is_err());
    }
}
