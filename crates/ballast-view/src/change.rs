//! Changes of a vault's configuration: made of what people ask for, and told in words.

mod words;

use anyhow::{Context as _, Result, anyhow, ensure};
use ballast_client::Pubkey;
use ballast_client::ballast::instructions::AssetArgs;
use ballast_client::ballast::state::{Change, FeedArgs, MaxWeight, RampArgs, Roles, SlotArgs, Vault};
use ballast_core::BPS;
use ballast_core::limits::Limits;
use ballast_core::risk::breaker::Breakers;
use ballast_core::risk::stress::Stress;
use ballast_core::strategy::Strategy;

use crate::settings::{Setting, replaced};
use crate::vault_file::{PriceFeed, VaultFile, slot};
pub use words::{describe, holder, kind};

/// A vault, and what its assets are called.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    /// The vault.
    pub vault: &'a Vault,
    /// Its assets' names, by place.
    pub names: &'a [String],
}

impl<'a> Named<'a> {
    /// An asset's name.
    pub fn name(self, index: usize) -> &'a str {
        self.names.get(index).map_or("?", String::as_str)
    }

    /// Places of the assets in the basket: all but removed ones.
    pub fn basket(self) -> impl Iterator<Item = usize> + 'a {
        self.vault.assets().iter().enumerate().filter(|(_, asset)| !asset.is_removed()).map(|(index, _)| index)
    }
}

/// A change that is asked for. What it leaves out stays as it is.
#[derive(Clone, Debug)]
pub enum Request {
    /// Other limits.
    Limits(Vec<Setting>),
    /// Other breakers.
    Breakers(Vec<Setting>),
    /// The stress test of a vault file.
    Stress(Box<VaultFile>),
    /// Strategy, bounds and bands of a vault file.
    Strategy(Box<VaultFile>),
    /// Other holders of roles; all zeros for nobody.
    Roles {
        /// Moves targets by slow ramps.
        manager: Option<Pubkey>,
        /// Posts forecasts.
        forecaster: Option<Pubkey>,
        /// Gets the management fees.
        fee_recipient: Option<Pubkey>,
    },
    /// Another guardian.
    Guardian(Pubkey),
    /// A ramp of all targets.
    Targets {
        /// Targets at the end, by the assets' places.
        targets_bps: Vec<u16>,
        /// How long it takes; an hour to a year.
        duration_secs: u32,
    },
    /// One more asset, with a target of zero.
    AddAsset {
        /// Where its price comes from.
        price: PriceFeed,
        /// Widest deviation from the target, as a part of the vault.
        band_abs_bps: u16,
        /// Widest deviation from the target, as a part of it.
        band_rel_bps: u16,
        /// Largest target that it may ever have.
        max_bps: u16,
    },
    /// An empty asset leaves.
    RemoveAsset(u8),
    /// A quarantined asset comes back.
    ReleaseAsset(u8),
    /// Another price feed for the asset at this place.
    Feed(u8, PriceFeed),
}

impl Request {
    /// The change of a vault as it is.
    ///
    /// # Errors
    /// Where it would be none, or one that the vault cannot have, and what is allowed.
    pub fn build(self, vault: Named) -> Result<Change> {
        let state = vault.vault;
        let asset = |index: u8| match vault.basket().any(|present| present == usize::from(index)) {
            true => Ok(index),
            false => Err(anyhow!("the vault has no asset at place {index}")),
        };
        let change = match self {
            Request::Limits(settings) => Change::Limits(replaced(&state.limits, &settings, Limits::validate)?),
            Request::Breakers(settings) => Change::Breakers(replaced(&state.breakers, &settings, Breakers::validate)?),
            Request::Stress(file) => Change::Stress(FileChange::new(&file, vault)?.stress()),
            Request::Strategy(file) => {
                let file = FileChange::new(&file, vault)?;
                Change::Strategy(file.strategy()?, file.slots(state))
            }
            Request::Roles { manager, forecaster, fee_recipient } => {
                let present = state.roles();
                Change::Roles(Roles {
                    manager: manager.unwrap_or(present.manager),
                    forecaster: forecaster.unwrap_or(present.forecaster),
                    fee_recipient: fee_recipient.unwrap_or(present.fee_recipient),
                })
            }
            Request::Guardian(address) => Change::Guardian(address),
            Request::Targets { targets_bps, duration_secs } => Change::Targets(ramp(state, targets_bps, duration_secs)?),
            Request::AddAsset { price, band_abs_bps, band_rel_bps, max_bps } => {
                let PriceFeed { oracle, feed } = price;
                let args = AssetArgs { target_bps: 0, band_abs_bps, band_rel_bps, oracle, feed };
                Change::AddAsset(args, MaxWeight { max_bps })
            }
            Request::RemoveAsset(index) => Change::RemoveAsset(asset(index)?),
            Request::ReleaseAsset(index) => Change::ReleaseAsset(asset(index)?),
            Request::Feed(index, PriceFeed { oracle, feed }) => Change::Feed(FeedArgs { asset: asset(index)?, oracle, feed }),
        };
        ensure!(!describe(&change, vault)?.is_empty(), "this is what the vault has already");
        Ok(change)
    }
}

/// A ramp to these targets, by the assets' places.
///
/// # Errors
/// Where they are not one for each place, or do not sum to the whole.
pub fn ramp(vault: &Vault, targets_bps: Vec<u16>, duration_secs: u32) -> Result<RampArgs> {
    let (given, places) = (targets_bps.len(), vault.assets().len());
    ensure!(given == places, "{given} targets for {places} places; a removed asset's is 0%");
    let sum_bps: u64 = targets_bps.iter().map(|target_bps| u64::from(*target_bps)).sum();
    ensure!(sum_bps == u64::from(BPS), "the targets sum to {}; they must sum to 100%", crate::words::bps(sum_bps));
    Ok(RampArgs { targets_bps, duration_secs })
}

/// A vault file, and the vault's place of each of its assets.
struct FileChange<'a> {
    file: &'a VaultFile,
    places: Vec<usize>,
}

impl<'a> FileChange<'a> {
    fn new(file: &'a VaultFile, vault: Named) -> Result<Self> {
        let place = |(name, mint): (&String, &Pubkey)| {
            let place = vault.vault.asset_index(mint).map(usize::from);
            place.map_err(|_| anyhow!("the vault has no asset {name} with the mint {mint}, which the file lists"))
        };
        let places: Vec<usize> = file.names.iter().zip(&file.mints()).map(place).collect::<Result<_>>()?;
        let missing: Vec<&str> = vault.basket().filter(|index| !places.contains(index)).map(|index| vault.name(index)).collect();
        ensure!(missing.is_empty(), "the file lacks the vault's {}", missing.join(", "));
        Ok(Self { file, places })
    }

    fn stress(&self) -> Stress {
        let mut stress = self.file.setup.stress;
        for shock in &mut stress.shocks {
            let moves_bps = shock.moves_bps;
            shock.moves_bps = Default::default();
            self.places.iter().zip(moves_bps).for_each(|(place, move_bps)| shock.moves_bps[*place] = move_bps);
        }
        stress
    }

    fn strategy(&self) -> Result<Strategy> {
        let mut strategy = self.file.setup.strategy;
        let safe = usize::try_from(strategy.movement.safe_asset)?;
        strategy.movement.safe_asset = u32::try_from(*self.places.get(safe).context("the safe asset is not in the file")?)?;
        Ok(strategy)
    }

    fn slots(&self, vault: &Vault) -> Vec<SlotArgs> {
        // What is said of a removed asset does not count.
        let mut slots = present_slots(vault);
        self.places.iter().zip(self.file.slots()).for_each(|(place, args)| slots[*place] = args);
        slots
    }
}

/// Bounds and bands as they are.
fn present_slots(vault: &Vault) -> Vec<SlotArgs> {
    vault.assets().iter().map(|asset| slot(&asset.allocation)).collect()
}
