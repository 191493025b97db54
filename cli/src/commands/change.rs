//! `ballast propose` and `ballast tighten`: changes of a vault's configuration.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, bail};
use ballast_client::ballast::state::Change;
use ballast_client::{Pubkey, instruction};
use ballast_sim::config::written;
use ballast_view::change::{Request, describe};
use ballast_view::settings::Setting;
use ballast_view::vault_file::{PriceFeed, VaultFile};
use clap::{Args, Subcommand};

use super::queue::voided_by_tightening;
use super::ramp::Targets;
use crate::authority::Authority;
use crate::context::{Context, OpenVault};
use crate::output::Time;

const EXAMPLES: &str = "\
Examples:
  ballast propose limits max_trade=3% timelock=72h
  ballast propose strategy -f vault.toml --unsigned --signer MULTISIG
  ballast propose roles --manager ADDRESS
  ballast tighten breakers max_jump=10%
  ballast tighten roles --forecaster nobody

A queued change waits for the timelock, at most as long as change_window; `ballast queue` lists it, `ballast apply` applies it.
Tightening is immediate, and voids what was queued before it.";

/// A change.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct ChangeArgs {
    #[command(subcommand)]
    change: ChangeCommand,
    #[command(flatten)]
    authority: Authority,
}

/// What changes.
#[derive(Debug, Subcommand)]
enum ChangeCommand {
    /// Limits, by their names in `ballast vault show --full`
    Limits(SettingsArgs),
    /// Breakers, by their names in `ballast vault show --full`
    Breakers(SettingsArgs),
    /// The stress test of a vault file
    Stress(FileArgs),
    /// Strategy, bounds and bands of a vault file
    Strategy(FileArgs),
    /// Who holds the roles below the admin's; what is not given stays
    Roles(RolesArgs),
    /// Another guardian
    Guardian {
        /// Its address
        address: Pubkey,
    },
    /// A ramp to other targets at any speed, from when it is applied
    Targets(Targets),
    /// One more asset; its mint is given to `ballast apply`
    AddAsset(AddAssetArgs),
    /// An empty asset leaves the basket, for ever
    RemoveAsset {
        /// The asset
        token: String,
    },
    /// A quarantined asset comes back
    ReleaseAsset {
        /// The asset
        token: String,
    },
    /// Another price feed for an asset
    Feed {
        /// The asset
        token: String,
        #[command(flatten)]
        feed: FeedArgs,
    },
}

#[derive(Args, Debug)]
struct SettingsArgs {
    /// Such as `max_trade=3%`, `timelock=72h` or `max_trade_bps=300`
    #[arg(required = true, value_name = "NAME=VALUE")]
    settings: Vec<Setting>,
}

#[derive(Args, Debug)]
struct FileArgs {
    /// The vault file
    #[arg(short, long, value_name = "FILE")]
    file: PathBuf,
}

#[derive(Args, Debug)]
#[group(required = true, multiple = true)]
struct RolesArgs {
    /// Moves targets by slow ramps: an address, or `nobody`
    #[arg(long, value_name = "ADDRESS", value_parser = holder)]
    manager: Option<Pubkey>,
    /// Posts forecasts: an address, or `nobody`
    #[arg(long, value_name = "ADDRESS", value_parser = holder)]
    forecaster: Option<Pubkey>,
    /// Gets the management fees: an address, or `nobody`
    #[arg(long, value_name = "ADDRESS", value_parser = holder)]
    fee_recipient: Option<Pubkey>,
}

#[derive(Args, Debug)]
struct AddAssetArgs {
    #[command(flatten)]
    feed: FeedArgs,
    /// Widest deviation from the target, as a part of the vault
    #[arg(long, value_name = "PERCENT", value_parser = part)]
    band_abs: u16,
    /// Widest deviation from the target, as a part of it
    #[arg(long, value_name = "PERCENT", value_parser = part)]
    band_rel: u16,
    /// Largest target that it may ever have without another change
    #[arg(long, value_name = "PERCENT", value_parser = part)]
    max: u16,
}

#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
struct FeedArgs {
    /// Pyth feed id of a pull price
    #[arg(long, value_name = "HEX", value_parser = PriceFeed::pull)]
    feed: Option<PriceFeed>,
    /// Pyth price account of a push price
    #[arg(long, value_name = "ADDRESS")]
    price_account: Option<Pubkey>,
}

fn holder(text: &str) -> Result<Pubkey> {
    if text == "nobody" { Ok(Pubkey::default()) } else { text.parse().map_err(|_| anyhow!("neither an address nor `nobody`")) }
}

fn part(text: &str) -> Result<u16> {
    u16::try_from(written::bps(text)?).ok().filter(|bps| *bps <= 10_000).context("at most 100%")
}

impl FeedArgs {
    fn price(&self) -> Result<PriceFeed> {
        match (self.feed, self.price_account) {
            (Some(feed), None) => Ok(feed),
            (None, Some(account)) => Ok(PriceFeed::push(&account)),
            _ => bail!("give either --feed or --price-account"),
        }
    }
}

/// Queues a change.
///
/// # Errors
/// Where the change is wrong, or the program refuses.
pub async fn propose(context: &Context, args: &ChangeArgs) -> Result<()> {
    let vault = context.vault().await?;
    let change = args.change.build(context, &vault)?;
    let what = what(&change, &vault)?;
    let (admin, id) = (args.authority.address(context)?, vault.state.change_count);
    let is_empty = vault.state.total_shares == 0;
    let eta = if is_empty { vault.now } else { vault.now + i64::from(vault.state.limits.timelock_secs) };
    let queue = instruction::queue_change(admin, vault.address, id, change);
    let done = format!("queued as change {id}, to be applied from {} on by `ballast apply {id}`:\n  {what}", Time(eta));
    args.authority.act(context, &[queue], &vault.tables, done).await
}

/// Makes a change that loosens nothing.
///
/// # Errors
/// Where the change is wrong or loosens something, or the program refuses.
pub async fn tighten(context: &Context, args: &ChangeArgs) -> Result<()> {
    let vault = context.vault().await?;
    let change = args.change.build(context, &vault)?;
    if let Some(field) = change.loosened(&vault.state) {
        bail!("this would loosen {field}; queue it with `ballast propose`, which waits for the timelock");
    }
    let what = what(&change, &vault)?;
    let signer = args.authority.address(context)?;
    let queued = context.cluster.queued_changes(&vault.address).await?;
    let voided = voided_by_tightening(queued.iter().map(|(_, queued)| queued), &vault.state, vault.now);
    let tighten = instruction::tighten(signer, vault.address, change);
    args.authority.act(context, &[tighten], &vault.tables, tightened(&what, &voided)).await
}

fn tightened(what: &str, voided: &[String]) -> String {
    let done = format!("tightened:\n  {what}");
    if voided.is_empty() {
        return done;
    }
    format!("{done}\nvoid by this, to be looked at and queued again:\n  {}", voided.join("\n  "))
}

impl ChangeCommand {
    fn build(&self, context: &Context, vault: &OpenVault) -> Result<Change> {
        let asset = |token: &str| vault.asset(&context.symbols, token);
        let request = match self {
            ChangeCommand::Limits(args) => Request::Limits(args.settings.clone()),
            ChangeCommand::Breakers(args) => Request::Breakers(args.settings.clone()),
            ChangeCommand::Stress(args) => return args.build(vault, Request::Stress),
            ChangeCommand::Strategy(args) => return args.build(vault, Request::Strategy),
            ChangeCommand::Roles(RolesArgs { manager, forecaster, fee_recipient }) => {
                Request::Roles { manager: *manager, forecaster: *forecaster, fee_recipient: *fee_recipient }
            }
            ChangeCommand::Guardian { address } => Request::Guardian(*address),
            ChangeCommand::Targets(targets) => return Ok(Change::Targets(targets.ramp(context, vault)?)),
            ChangeCommand::AddAsset(args) => Request::AddAsset {
                price: args.feed.price()?,
                band_abs_bps: args.band_abs,
                band_rel_bps: args.band_rel,
                max_bps: args.max,
            },
            ChangeCommand::RemoveAsset { token } => Request::RemoveAsset(asset(token)?),
            ChangeCommand::ReleaseAsset { token } => Request::ReleaseAsset(asset(token)?),
            ChangeCommand::Feed { token, feed } => Request::Feed(asset(token)?, feed.price()?),
        };
        request.build(vault.named())
    }
}

impl FileArgs {
    fn build(&self, vault: &OpenVault, request: fn(Box<VaultFile>) -> Request) -> Result<Change> {
        let path: &Path = &self.file;
        let file = Box::new(VaultFile::read(path)?);
        request(file).build(vault.named()).with_context(|| path.display().to_string())
    }
}

fn what(change: &Change, vault: &OpenVault) -> Result<String> {
    Ok(describe(change, vault.named())?.join("\n  "))
}
