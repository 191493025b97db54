//! A change of a vault's configuration: what it may say, in which direction it goes, and the account in which it waits.

use anchor_lang::prelude::*;
use ballast_core::MAX_ASSETS;
use ballast_core::limits::{Limits, OutOfBounds};
use ballast_core::risk::breaker::Breakers;
use ballast_core::risk::stress::Stress;
use ballast_core::strategy::Strategy;

use super::{OracleKind, Vault};
use crate::error::BallastError;
use crate::instructions::AssetArgs;

/// Seed of a queued change's address: `["change", vault, number]`. Numbers are never used again.
pub const CHANGE_SEED: &[u8] = b"change";

/// A change of a vault's configuration. Whole values, not differences: whoever reads it knows what will be.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Other limits.
    Limits(Limits),
    /// Other breakers.
    Breakers(Breakers),
    /// Another stress test.
    Stress(Stress),
    /// Another strategy, with bounds and bands of every slot in use. What its changed parts have learned begins anew.
    Strategy(Strategy, Vec<SlotArgs>),
    /// Other holders of the roles below the admin's, but for the guardian's.
    Roles(Roles),
    /// Another guardian. The present one cannot cancel this: a guardian that stops everything must be replaceable.
    Guardian(Pubkey),
    /// A ramp to other targets that begins when the change is applied, at any speed.
    Targets(RampArgs),
    /// One more asset, after the others and with a target of zero at first. Applied with two remaining accounts: mint and reserve.
    AddAsset(AssetArgs, MaxWeight),
    /// The asset in this slot leaves the basket for ever. It must be empty.
    RemoveAsset(u8),
    /// The asset in this slot is no longer quarantined.
    ReleaseAsset(u8),
    /// Another price feed for an asset.
    Feed(FeedArgs),
}

/// Bounds of a target weight, and the band around it.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotArgs {
    /// Least target weight, at most the target.
    pub min_bps: u16,
    /// Largest target weight, at least the target.
    pub max_bps: u16,
    /// Largest deviation from the target, as a weight, 1 to 10,000.
    pub band_abs_bps: u16,
    /// Largest deviation from the target, as a part of it, 1 to 10,000.
    pub band_rel_bps: u16,
}

/// A new asset's largest target weight.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaxWeight {
    /// In basis points.
    pub max_bps: u16,
}

/// Who holds which role; all zeros for nobody.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Roles {
    /// Moves targets by slow ramps.
    pub manager: Pubkey,
    /// Posts forecasts.
    pub forecaster: Pubkey,
    /// Gets the management fees.
    pub fee_recipient: Pubkey,
}

/// Where targets go, and how long that takes.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug, PartialEq, Eq)]
pub struct RampArgs {
    /// Target weights at the end, of every slot in use; all sum to 10,000.
    pub targets_bps: Vec<u16>,
    /// An hour to a year.
    pub duration_secs: u32,
}

/// A price feed.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeedArgs {
    /// The asset's slot.
    pub asset: u8,
    /// How the price is published.
    pub oracle: OracleKind,
    /// Feed id (pull) or price account (push).
    pub feed: [u8; 32],
}

impl Change {
    /// Most bytes that a change takes: a strategy with bounds and bands for every slot, behind the variant's number.
    pub const MAX_BYTES: usize = 1 + std::mem::size_of::<Strategy>() + 4 + MAX_ASSETS * std::mem::size_of::<SlotArgs>();

    /// What of the vault it loosens, if anything; the first field where there are several.
    pub fn loosened(&self, vault: &Vault) -> Option<&'static str> {
        match self {
            Change::Limits(limits) => vault.limits.loosened(limits),
            Change::Breakers(breakers) => vault.breakers.loosened(breakers),
            Change::Stress(stress) => vault.stress.loosened(stress),
            Change::Roles(roles) => vault.roles().loosened(roles),
            // More of one part is less of another: nobody can say which way a strategy, a basket or a price goes.
            Change::Strategy(..) => Some("strategy"),
            Change::Guardian(_) => Some("guardian"),
            Change::Targets(_) => Some("targets"),
            Change::AddAsset(..) | Change::RemoveAsset(_) | Change::ReleaseAsset(_) => Some("assets"),
            Change::Feed(_) => Some("feed"),
        }
    }

    /// Checks what can be checked without the vault, so that no impossible change waits for days. Everything is checked, together
    /// with the rest of the vault, when it is applied.
    pub fn validate(&self) -> Result<()> {
        match self {
            Change::Limits(limits) => limits.validate().map_err(limit_out_of_bounds)?,
            Change::Breakers(breakers) => breakers.validate().map_err(risk_out_of_bounds)?,
            Change::Stress(stress) => stress.validate().map_err(risk_out_of_bounds)?,
            Change::Strategy(_, slots) => require!(slots.len() <= MAX_ASSETS, BallastError::AccountsMismatch),
            Change::Targets(ramp) => require!(ramp.targets_bps.len() <= MAX_ASSETS, BallastError::AccountsMismatch),
            Change::Guardian(guardian) => require!(*guardian != Pubkey::default(), BallastError::GuardianMissing),
            Change::Feed(feed) => require!(feed.feed != [0; 32], BallastError::FeedMissing),
            Change::AddAsset(asset, _) => require!(asset.feed != [0; 32], BallastError::FeedMissing),
            Change::Roles(_) | Change::RemoveAsset(_) | Change::ReleaseAsset(_) => {}
        }
        Ok(())
    }
}

impl Roles {
    /// The first role that `new` gives to somebody else. To take one from its holder tightens, but for the fees: whose they are is
    /// no question of safety.
    pub fn loosened(&self, new: &Roles) -> Option<&'static str> {
        let Roles { manager, forecaster, fee_recipient } = self;
        let is_given = |old: &Pubkey, new: &Pubkey| new != old && *new != Pubkey::default();
        let loosened = [
            (is_given(manager, &new.manager), "manager"),
            (is_given(forecaster, &new.forecaster), "forecaster"),
            (*fee_recipient != new.fee_recipient, "fee_recipient"),
        ];
        loosened.into_iter().find(|(is_loosened, _)| *is_loosened).map(|(_, role)| role)
    }
}

/// Names the limit that is out of its bounds.
pub(crate) fn limit_out_of_bounds(field: OutOfBounds) -> BallastError {
    msg!("limit out of bounds: {}", field.0);
    BallastError::LimitOutOfBounds
}

/// Names the parameter of breakers or stress test that is out of its bounds.
pub(crate) fn risk_out_of_bounds(field: OutOfBounds) -> BallastError {
    msg!("risk out of bounds: {}", field.0);
    BallastError::RiskOutOfBounds
}

/// A change that waits for its time. Written once, by `queue_change`; closed when it is applied or cancelled.
#[account]
#[derive(Debug)]
pub struct QueuedChange {
    /// The vault.
    pub vault: Pubkey,
    /// The admin who queued it and paid for this account. Nobody else may apply it: another admin inherits no changes.
    pub admin: Pubkey,
    /// The vault's number of this change, [`Vault::change_count`] when it was queued.
    pub id: u64,
    /// The vault's `sequence` when it was queued.
    pub sequence: u64,
    /// Unix time from which it may be applied. Before the vault's first deposit it may be applied at once.
    pub eta: i64,
    /// Unix time after which it may not be applied any more.
    pub expires_at: i64,
    /// Bump of this account's address.
    pub bump: u8,
    /// The change.
    pub change: Change,
}

impl QueuedChange {
    /// Bytes of the account, discriminator included, for any change.
    pub const SPACE: usize = Self::DISCRIMINATOR.len() + 2 * 32 + 4 * 8 + 1 + Change::MAX_BYTES;

    /// Whether it may be applied at `now` by this admin. A tightening says that something is wrong: what was queued before it, with
    /// values that it may undo, has to be looked at and queued again. Only a guardian's replacement is not up to the guardian.
    pub fn check_time(&self, vault: &Vault, admin: &Pubkey, now: i64) -> Result<()> {
        require!(self.admin == *admin, BallastError::ChangeOfAnotherAdmin);
        // Judged now and not when it was queued, or what an admin queued in an empty vault would meet its depositors unannounced.
        require!(vault.total_shares == 0 || now >= self.eta, BallastError::ChangeTimelocked);
        require!(now <= self.expires_at, BallastError::ChangeExpired);
        let is_outdated = self.sequence < vault.tightened_sequence && !matches!(self.change, Change::Guardian(_));
        require!(!is_outdated, BallastError::ChangeOutdated);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use ballast_core::limits;
    use ballast_core::risk::{breaker, stress};

    use super::*;

    fn bytes(change: &Change) -> Vec<u8> {
        let mut bytes = vec![];
        change.serialize(&mut bytes).unwrap();
        bytes
    }

    /// One of each kind, as large as it gets.
    fn largest() -> Vec<Change> {
        let slot = SlotArgs { min_bps: 1, max_bps: 2, band_abs_bps: 3, band_rel_bps: 4 };
        let somebody = Pubkey::new_unique();
        let (oracle, feed) = (OracleKind::PythPush, [7; 32]);
        let asset = AssetArgs { target_bps: 0, band_abs_bps: 1, band_rel_bps: 2, oracle, feed };
        vec![
            Change::Limits(limits::DEFAULT),
            Change::Breakers(breaker::DEFAULT),
            Change::Stress(stress::DEFAULT),
            Change::Strategy(Strategy::plain(), vec![slot; MAX_ASSETS]),
            Change::Roles(Roles { manager: somebody, forecaster: somebody, fee_recipient: somebody }),
            Change::Guardian(somebody),
            Change::Targets(RampArgs { targets_bps: vec![1; MAX_ASSETS], duration_secs: 1 }),
            Change::AddAsset(asset, MaxWeight { max_bps: 1 }),
            Change::RemoveAsset(1),
            Change::ReleaseAsset(1),
            Change::Feed(FeedArgs { asset: 1, oracle, feed }),
        ]
    }

    #[test]
    fn every_change_fits_its_account() {
        let longest = largest().iter().map(|change| bytes(change).len()).max();
        assert_eq!(longest, Some(Change::MAX_BYTES), "and none is smaller than it needs to be");
        for (number, change) in largest().iter().enumerate() {
            let bytes = bytes(change);
            assert_eq!(usize::from(bytes[0]), number, "the numbers are part of the interface: append only");
            assert_eq!(Change::try_from_slice(&bytes).unwrap(), *change);
        }
    }

    #[test]
    fn roles_may_be_taken_and_not_given() {
        let [manager, forecaster, fee_recipient, other] = [(); 4].map(|()| Pubkey::new_unique());
        let nobody = Pubkey::default();
        let roles = Roles { manager, forecaster, fee_recipient };
        assert_eq!(roles.loosened(&roles), None);
        assert_eq!(roles.loosened(&Roles { manager: nobody, forecaster: nobody, ..roles }), None);
        assert_eq!(roles.loosened(&Roles { manager: other, ..roles }), Some("manager"));
        assert_eq!(roles.loosened(&Roles { forecaster: other, ..roles }), Some("forecaster"));
        // Neither to somebody else nor to nobody, who would leave the fees where they are.
        assert_eq!(roles.loosened(&Roles { fee_recipient: other, ..roles }), Some("fee_recipient"));
        assert_eq!(roles.loosened(&Roles { fee_recipient: nobody, ..roles }), Some("fee_recipient"));
        let vacant = Roles { manager: nobody, forecaster: nobody, fee_recipient: nobody };
        assert_eq!(vacant.loosened(&Roles { manager, ..vacant }), Some("manager"));
        assert_eq!(vacant.loosened(&Roles { forecaster, ..vacant }), Some("forecaster"));
    }
}
