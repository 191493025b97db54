//! The commands, one file each.

pub mod admin;
pub mod breakers;
pub mod change;
pub mod claims;
pub mod completion;
pub mod deposit;
pub mod exchange;
pub mod fees;
pub mod fund;
pub mod history;
pub mod list;
pub mod migrate;
pub mod pause;
pub mod prices;
pub mod quarantine;
pub mod queue;
pub mod ramp;
pub mod rebalance;
pub mod redeem;
pub mod route;
pub mod show;
pub mod vault;

use anyhow::Result;
use ballast_client::rpc::{ClientError, RpcError};

use crate::args::{Cli, Command};
use crate::context::Context;

/// Does what the command line says.
///
/// # Errors
/// Say what is wrong and what to do; nothing is half done.
pub async fn run(cli: Cli) -> Result<()> {
    if let Command::Completion(args) = &cli.command {
        return completion::run(args);
    }
    let context = Context::new(cli.global)?;
    match dispatch(&context, &cli.command).await {
        Err(error) if is_about_the_cluster(&error) => Err(context.reached().await.err().unwrap_or(error)),
        done => done,
    }
}

/// Whether it may be that nobody answers: the RPC client then speaks of accounts that were not found.
fn is_about_the_cluster(error: &anyhow::Error) -> bool {
    error.is::<ClientError>() || error.is::<RpcError>()
}

async fn dispatch(context: &Context, command: &Command) -> Result<()> {
    match command {
        Command::Vault(command) => vault::run(context, command).await,
        Command::Deposit(args) => deposit::run(context, args).await,
        Command::Redeem(args) => redeem::run(context, args).await,
        Command::Claims(command) => claims::run(context, command).await,
        Command::Preview(args) => rebalance::preview(context, args).await,
        Command::Rebalance(args) => rebalance::run(context, args).await,
        Command::Prices(command) => prices::run(context, command).await,
        Command::Breakers(command) => breakers::run(context, command).await,
        Command::Pause(args) => pause::run(context, args, true).await,
        Command::Unpause(args) => pause::run(context, args, false).await,
        Command::Quarantine(args) => quarantine::run(context, args).await,
        Command::Propose(args) => change::propose(context, args).await,
        Command::Tighten(args) => change::tighten(context, args).await,
        Command::Queue => queue::list(context).await,
        Command::Apply(args) => queue::apply(context, args).await,
        Command::Cancel(args) => queue::cancel(context, args).await,
        Command::Ramp(args) => ramp::run(context, args).await,
        Command::Admin(command) => admin::run(context, command).await,
        Command::Route(command) => route::run(context, command).await,
        Command::Fees(command) => fees::run(context, command).await,
        Command::Fund(args) => fund::run(context, args).await,
        Command::Migrate(args) => migrate::run(context, args).await,
        Command::Completion(args) => completion::run(args),
    }
}
