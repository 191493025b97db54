//! The command line.

use std::path::PathBuf;

use ballast_client::Pubkey;
use clap::{Args, Parser, Subcommand};

use crate::commands::{
    admin, breakers, change, claims, completion, deposit, fees, fund, migrate, pause, prices, quarantine, queue, ramp, rebalance,
    redeem, route, vault,
};
use crate::output::Format;

const ABOUT: &str = "Ballast: vaults that keep their balance. Create, hold, watch and govern them.";

const EXAMPLES: &str = "\
Examples:
  ballast --url localhost vault list
  ballast vault create -f vault.toml
  ballast deposit 1.5 SOL --vault main
  ballast redeem 25% --to USDC --slippage 0.5%
  ballast propose limits max_trade=3% --vault main

Names of tokens and vaults come from a symbols file, ~/.config/ballast/symbols.toml or --symbols:
  [tokens]
  USDC = \"EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v\"
  [vaults.main]
  address = \"…\"
  lookup_table = \"…\"

Exit status: 0 done, 1 refused or failed (nothing is half done), 2 wrong usage.";

/// The command line.
#[derive(Debug, Parser)]
#[command(name = "ballast", version, about = ABOUT, after_help = EXAMPLES, propagate_version = true)]
pub struct Cli {
    /// Options of every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// URL of the cluster's RPC node, or its moniker: mainnet-beta, testnet, devnet, localhost (m, t, d, l)
    #[arg(short, long, global = true, env = "BALLAST_URL", value_name = "URL_OR_MONIKER")]
    pub url: Option<String>,
    /// The wallet's keypair file
    #[arg(short, long, global = true, env = "BALLAST_KEYPAIR", value_name = "FILE")]
    pub keypair: Option<String>,
    /// The Solana command line's configuration file, for what is not given here
    #[arg(short = 'C', long, global = true, env = "BALLAST_CONFIG", value_name = "FILE")]
    pub config: Option<String>,
    /// Wait for this commitment: processed, confirmed or finalized
    #[arg(long, global = true, value_name = "COMMITMENT", value_parser = ["processed", "confirmed", "finalized"])]
    pub commitment: Option<String>,
    /// How to print
    #[arg(long, global = true, value_name = "FORMAT", default_value = "table")]
    pub output: Format,
    /// The vault: its address, or its name in the symbols file; may be left out where that names only one
    #[arg(long, global = true, env = "BALLAST_VAULT", value_name = "VAULT")]
    pub vault: Option<String>,
    /// Names of tokens and vaults, or a local cluster's manifest
    #[arg(long, global = true, env = "BALLAST_LOCALNET", value_name = "FILE")]
    pub symbols: Option<PathBuf>,
    /// The vault's address lookup table, where the symbols file has none
    #[arg(long, global = true, value_name = "ADDRESS")]
    pub lookup_table: Option<Pubkey>,
    /// Shard of the sponsored price accounts
    #[arg(long, global = true, value_name = "NUMBER", default_value_t = 0)]
    pub shard: u16,
    /// Most lamports to pay for a transaction's priority
    #[arg(long, global = true, value_name = "LAMPORTS", default_value_t = 1_000_000)]
    pub max_priority_fee: u64,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Create, show and list vaults
    #[command(subcommand)]
    Vault(vault::VaultCommand),
    /// Deposit one asset at its price, or all in proportion
    Deposit(deposit::DepositArgs),
    /// Redeem shares for all assets in proportion, or for one at its price
    Redeem(redeem::RedeemArgs),
    /// What redemptions in kind could not pay, and still owe
    #[command(subcommand)]
    Claims(claims::ClaimsCommand),
    /// Tell what a rebalance would do now, on every route
    Preview(rebalance::PreviewArgs),
    /// Rebalance on the route with the largest trade that is due
    Rebalance(rebalance::RebalanceArgs),
    /// Published prices and the vault's own
    #[command(subcommand)]
    Prices(prices::PricesCommand),
    /// What stops trading by itself
    #[command(subcommand)]
    Breakers(breakers::BreakersCommand),
    /// Stop activities: guardian or admin
    Pause(pause::PauseArgs),
    /// Resume activities: admin
    Unpause(pause::PauseArgs),
    /// Take an asset out of trading: guardian or admin
    Quarantine(quarantine::QuarantineArgs),
    /// Queue a change of the configuration, which waits for the timelock: admin
    Propose(change::ChangeArgs),
    /// Make a change at once that loosens nothing: guardian or admin
    Tighten(change::ChangeArgs),
    /// List queued changes
    Queue,
    /// Apply a queued change whose time has come: admin
    Apply(queue::QueuedArgs),
    /// Drop a queued change: guardian or admin
    Cancel(queue::QueuedArgs),
    /// Move the targets slowly, without a timelock: manager or admin
    Ramp(ramp::RampArgs),
    /// Who administers a vault
    #[command(subcommand)]
    Admin(admin::AdminCommand),
    /// Pools that a vault trades on
    #[command(subcommand)]
    Route(route::RouteCommand),
    /// Management fees
    #[command(subcommand)]
    Fees(fees::FeesCommand),
    /// Add SOL to what pays the vault's keepers
    Fund(fund::FundArgs),
    /// Bring a deployment to what its file says, step by step; a second run does nothing
    Migrate(migrate::MigrateArgs),
    /// Print the completion script of a shell
    Completion(completion::CompletionArgs),
}
