//! `ballast vault …`.

use anyhow::Result;
use clap::Subcommand;

use super::{history, list, migrate, show};
use crate::context::Context;

/// Create, show and list vaults.
#[derive(Debug, Subcommand)]
pub enum VaultCommand {
    /// Create the vault that a file describes
    Create(migrate::CreateArgs),
    /// Show a vault: holdings, weights, roles, state
    Show(show::ShowArgs),
    /// List every vault on the cluster
    List,
    /// Tell what has happened to a vault, newest first
    History(history::HistoryArgs),
}

/// Runs the command.
///
/// # Errors
/// The command's own.
pub async fn run(context: &Context, command: &VaultCommand) -> Result<()> {
    match command {
        VaultCommand::Create(args) => migrate::create(context, args).await,
        VaultCommand::Show(args) => show::run(context, args).await,
        VaultCommand::List => list::run(context).await,
        VaultCommand::History(args) => history::run(context, args).await,
    }
}
