//! `ballast completion`.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::args::Cli;

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
pub fn run(args: &CompletionArgs) {
    clap_complete::generate(args.shell, &mut Cli::command(), "ballast", &mut std::io::stdout());
}
