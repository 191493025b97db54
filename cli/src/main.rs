//! The command line of Ballast.

mod account;
mod amount;
mod args;
mod authority;
mod commands;
mod confirm;
mod context;
mod output;
mod published;
mod symbols;
mod wallet;

use std::process::ExitCode;

use clap::Parser;

use args::Cli;

#[tokio::main]
async fn main() -> ExitCode {
    match commands::run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
