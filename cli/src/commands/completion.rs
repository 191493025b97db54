//! `ballast completion`.

use anyhow::Result;
use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::args::Cli;
use crate::output;

/// Which shell.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  source <(ballast completion bash)\n  ballast completion fish > ~/.config/fish/completions/ballast.fish"
)]
pub struct CompletionArgs {
    /// The shell
    shell: Shell,
}

/// Prints the script.
///
/// # Errors
/// Where the output cannot be written.
pub fn run(args: &CompletionArgs) -> Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "ballast", &mut script);
    output::write(&String::from_utf8(script)?)
}
