//! `ballast propose` and `ballast tighten`: changes of a vault's configuration.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use ballast_client::ballast::instructions::AssetArgs;
use ballast_client::ballast::state::{Change, FeedArgs as Feed, MaxWeight, OracleKind, Roles, SlotArgs};
use ballast_client::{Pubkey, instruction};
use ballast_core::limits::Limits;
use ballast_core::risk::breaker::Breakers;
use ballast_core::risk::stress::Stress;
use ballast_core::strategy::Strategy;
use ballast_sim::config::written;
use clap::{Args, Subcommand};

use super::queue::voided_by_tightening;
use super::ramp::Targets;
use crate::authority::Authority;
use crate::context::{Context, OpenVault};
use crate::output::{Bps, Holder, Time};
use crate::settings::{Setting, differences, replaced};
use crate::vault_file::{VaultFile, parse_feed};

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
    #[arg(long, value_name = "HEX", value_parser = parse_feed)]
    feed: Option<[u8; 32]>,
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
    fn oracle(&self) -> Result<(OracleKind, [u8; 32])> {
        match (self.feed, self.price_account) {
            (Some(feed), None) => Ok((OracleKind::PythPull, feed)),
            (None, Some(account)) => Ok((OracleKind::PythPush, account.to_bytes())),
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
        Ok(match self {
            ChangeCommand::Limits(args) => Change::Limits(replaced(&vault.state.limits, &args.settings, Limits::validate)?),
            ChangeCommand::Breakers(args) => {
                Change::Breakers(replaced(&vault.state.breakers, &args.settings, Breakers::validate)?)
            }
            ChangeCommand::Stress(args) => Change::Stress(FileChange::read(&args.file, vault)?.stress()),
            ChangeCommand::Strategy(args) => {
                let file = FileChange::read(&args.file, vault)?;
                Change::Strategy(file.strategy()?, file.slots(vault))
            }
            ChangeCommand::Roles(args) => {
                let present = vault.state.roles();
                Change::Roles(Roles {
                    manager: args.manager.unwrap_or(present.manager),
                    forecaster: args.forecaster.unwrap_or(present.forecaster),
                    fee_recipient: args.fee_recipient.unwrap_or(present.fee_recipient),
                })
            }
            ChangeCommand::Guardian { address } => Change::Guardian(*address),
            ChangeCommand::Targets(targets) => Change::Targets(targets.ramp(context, vault)?),
            ChangeCommand::AddAsset(args) => {
                let (oracle, feed) = args.feed.oracle()?;
                let (band_abs_bps, band_rel_bps) = (args.band_abs, args.band_rel);
                let asset = AssetArgs { target_bps: 0, band_abs_bps, band_rel_bps, oracle, feed };
                Change::AddAsset(asset, MaxWeight { max_bps: args.max })
            }
            ChangeCommand::RemoveAsset { token } => Change::RemoveAsset(asset(token)?),
            ChangeCommand::ReleaseAsset { token } => Change::ReleaseAsset(asset(token)?),
            ChangeCommand::Feed { token, feed } => {
                let (oracle, feed) = feed.oracle()?;
                Change::Feed(Feed { asset: asset(token)?, oracle, feed })
            }
        })
    }
}

/// A vault file, and the vault's slot of each of its assets.
struct FileChange {
    file: VaultFile,
    slots: Vec<usize>,
}

impl FileChange {
    fn read(path: &Path, vault: &OpenVault) -> Result<Self> {
        let file = VaultFile::read(path)?;
        let slot = |(name, mint): (&String, &Pubkey)| {
            let slot = vault.state.asset_index(mint).map(usize::from);
            slot.map_err(|_| anyhow!("{}: the vault has no asset {name} with the mint {mint}", path.display()))
        };
        let slots: Vec<usize> = file.names.iter().zip(&file.mints()).map(slot).collect::<Result<_>>()?;
        let missing: Vec<&str> = vault.basket().filter(|index| !slots.contains(index)).map(|index| vault.name(index)).collect();
        ensure!(missing.is_empty(), "{}: the file lacks the vault's {}", path.display(), missing.join(", "));
        Ok(Self { file, slots })
    }

    fn stress(&self) -> Stress {
        let mut stress = self.file.setup.stress;
        for shock in &mut stress.shocks {
            let moves_bps = shock.moves_bps;
            shock.moves_bps = Default::default();
            self.slots.iter().zip(moves_bps).for_each(|(slot, move_bps)| shock.moves_bps[*slot] = move_bps);
        }
        stress
    }

    fn strategy(&self) -> Result<Strategy> {
        let mut strategy = self.file.setup.strategy;
        let safe = usize::try_from(strategy.movement.safe_asset)?;
        strategy.movement.safe_asset = u32::try_from(*self.slots.get(safe).context("the safe asset is not in the file")?)?;
        Ok(strategy)
    }

    fn slots(&self, vault: &OpenVault) -> Vec<SlotArgs> {
        // What is said of a removed asset does not count.
        let mut slots: Vec<SlotArgs> = present_slots(vault);
        self.slots.iter().zip(self.file.slots()).for_each(|(slot, args)| slots[*slot] = args);
        slots
    }
}

fn present_slots(vault: &OpenVault) -> Vec<SlotArgs> {
    let slot = |asset: &ballast_client::ballast::state::Asset| SlotArgs {
        min_bps: asset.allocation.min_bps,
        max_bps: asset.allocation.max_bps,
        band_abs_bps: asset.allocation.band_abs_bps,
        band_rel_bps: asset.allocation.band_rel_bps,
    };
    vault.state.assets().iter().map(slot).collect()
}

fn what(change: &Change, vault: &OpenVault) -> Result<String> {
    let lines = describe(change, vault)?;
    ensure!(!lines.is_empty(), "this is what the vault has already");
    Ok(lines.join("\n  "))
}

/// What a change would change, line by line.
///
/// # Errors
/// Where a value has no place in a table.
pub fn describe(change: &Change, vault: &OpenVault) -> Result<Vec<String>> {
    let state = &vault.state;
    let lines = match change {
        Change::Limits(new) => differences(&state.limits, new)?,
        Change::Breakers(new) => differences(&state.breakers, new)?,
        Change::Stress(new) => differences(&state.stress, new)?,
        Change::Strategy(new, slots) => {
            let mut lines = differences(&state.strategy, new)?;
            lines.extend(slot_differences(vault, slots));
            lines
        }
        Change::Roles(new) => {
            let present = state.roles();
            let roles = [
                ("manager", present.manager, new.manager),
                ("forecaster", present.forecaster, new.forecaster),
                ("fee recipient", present.fee_recipient, new.fee_recipient),
            ];
            let changed = roles.into_iter().filter(|(_, before, after)| before != after);
            changed.map(|(role, before, after)| format!("{role} {} -> {}", Holder(before), Holder(after))).collect()
        }
        Change::Guardian(new) => vec![format!("guardian {} -> {}", Holder(state.guardian), Holder(*new))],
        Change::Targets(ramp) => {
            let target = |index: usize| {
                let before = state.assets()[index].allocation.target_bps;
                let after = ramp.targets_bps.get(index).copied().unwrap_or_default();
                format!("{} {} -> {}", vault.name(index), Bps(before.into()), Bps(after.into()))
            };
            vault.basket().map(target).chain([format!("over {} s", ramp.duration_secs)]).collect()
        }
        Change::AddAsset(asset, max) => {
            vec![format!("one more asset, feed {}, at most {}", hex(&asset.feed), Bps(max.max_bps.into()))]
        }
        Change::RemoveAsset(asset) => vec![format!("{} leaves the basket", vault.name((*asset).into()))],
        Change::ReleaseAsset(asset) => vec![format!("{} is no longer quarantined", vault.name((*asset).into()))],
        Change::Feed(feed) => vec![format!("{}: feed {}", vault.name(feed.asset.into()), hex(&feed.feed))],
    };
    Ok(lines)
}

fn slot_differences(vault: &OpenVault, slots: &[SlotArgs]) -> Vec<String> {
    let present = present_slots(vault);
    let pairs = present.iter().zip(slots).enumerate().filter(|(_, (before, after))| before != after);
    let line = |(index, (before, after)): (usize, (&SlotArgs, &SlotArgs))| {
        let text = |slot: &SlotArgs| {
            let SlotArgs { min_bps, max_bps, band_abs_bps, band_rel_bps } = slot;
            format!("{min_bps} to {max_bps} bps, bands {band_abs_bps} and {band_rel_bps} bps")
        };
        format!("{}: {} -> {}", vault.name(index), text(before), text(after))
    };
    pairs.map(line).collect()
}

fn hex(bytes: &[u8; 32]) -> String {
    bytes.iter().fold("0x".to_string(), |text, byte| format!("{text}{byte:02x}"))
}

/// What a change is about, in a word.
pub fn kind(change: &Change) -> &'static str {
    match change {
        Change::Limits(_) => "limits",
        Change::Breakers(_) => "breakers",
        Change::Stress(_) => "stress test",
        Change::Strategy(..) => "strategy",
        Change::Roles(_) => "roles",
        Change::Guardian(_) => "guardian",
        Change::Targets(_) => "targets",
        Change::AddAsset(..) => "new asset",
        Change::RemoveAsset(_) => "asset removed",
        Change::ReleaseAsset(_) => "asset released",
        Change::Feed(_) => "price feed",
    }
}
