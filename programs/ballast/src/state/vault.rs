//! The vault: one account that holds a basket's books, prices, limits and roles.

use anchor_lang::prelude::*;
use ballast_core::fees::FeeAccrual;
use ballast_core::limits::{Limits, OutOfBounds};
use ballast_core::price::UnitPrice;
use ballast_core::risk::breaker::Breakers;
use ballast_core::risk::condition::{self, Trip};
use ballast_core::risk::lookback::Lookbacks;
use ballast_core::risk::reference::References;
use ballast_core::risk::stress::Stress;
use ballast_core::state::State;
use ballast_core::stored::Wide;
use ballast_core::strategy::Strategy;
use ballast_core::strategy::allocation::{self, Allocation};
use ballast_core::valuation::{Holding, Terms};
use ballast_core::{MAX_ASSETS, MIN_ASSETS};

use super::change::{limit_out_of_bounds, risk_out_of_bounds};
use crate::error::BallastError;

/// Version of [`Vault`]'s layout.
pub const VAULT_VERSION: u8 = 1;

/// Seed of a vault's address: `["vault", creator, vault_id]`. The creator signs, so nobody can take the address first.
pub const VAULT_SEED: &[u8] = b"vault";
/// Seed of the address that owns a vault's reserves and mints its shares: `["authority", vault]`. It carries no data.
pub const AUTHORITY_SEED: &[u8] = b"authority";
/// Seed of a vault's share mint: `["shares", vault]`.
pub const SHARES_SEED: &[u8] = b"shares";
/// Seed of the account whose lamports pay a vault's keepers: `["crank", vault]`. It carries no data.
pub const CRANK_SEED: &[u8] = b"crank";

/// Bits of [`Vault::paused`]: which activities are stopped. Redemption in kind has no bit: nothing stops it.
pub mod pause {
    /// `deposit_in_kind`.
    pub const DEPOSIT_IN_KIND: u8 = 1;
    /// `deposit_single`.
    pub const DEPOSIT_SINGLE: u8 = 1 << 1;
    /// `redeem_single`.
    pub const REDEEM_SINGLE: u8 = 1 << 2;
    /// `rebalance`.
    pub const REBALANCE: u8 = 1 << 3;
    /// Every bit that means something.
    pub const ALL: u8 = DEPOSIT_IN_KIND | DEPOSIT_SINGLE | REDEEM_SINGLE | REBALANCE;
}

/// A vault.
#[account(zero_copy)]
#[derive(Debug)]
#[repr(C)]
pub struct Vault {
    /// Layout version, [`VAULT_VERSION`]. Written once.
    pub version: u8,
    /// Bump of the vault's own address. Written once.
    pub bump: u8,
    /// Bump of [`Vault::authority`]. Written once.
    pub authority_bump: u8,
    /// Number of slots of [`Vault::assets`] in use, 2 to 16. Written by `apply_change`: it only grows.
    pub asset_count: u8,
    /// Paused activities, bits of [`pause`]. Written by `set_pause`.
    pub paused: u8,
    /// 1 from the first `close_reserve` on: nobody deposits any more.
    pub is_closing: u8,
    /// Zero.
    pub padding: [u8; 2],
    /// The creator's number for this vault; part of its address. Written once.
    pub vault_id: u64,
    /// Who created the vault; part of its address, without any power. Written once.
    pub creator: Pubkey,
    /// Who may unpause, register routes and change the configuration after the timelock. Written by `accept_admin`.
    pub admin: Pubkey,
    /// Who may become admin by accepting; all zeros for nobody. Written by `propose_admin` and `accept_admin`.
    pub pending_admin: Pubkey,
    /// Who, besides the admin, may pause, tighten, quarantine and cancel. Written by `apply_change`.
    pub guardian: Pubkey,
    /// Who, besides the admin, may move targets by slow ramps; all zeros for nobody. Written by `apply_change` and `tighten`.
    pub manager: Pubkey,
    /// Who may post forecasts; all zeros for nobody. Written by `configure_strategy`, `apply_change` and `tighten`.
    pub forecaster: Pubkey,
    /// Whose token account management fees go to; all zeros for nobody's. Written by `apply_change`.
    pub fee_recipient: Pubkey,
    /// The account whose lamports pay keepers. Written once.
    pub crank_fund: Pubkey,
    /// Owner of the reserves and mint authority of the shares. Written once.
    pub authority: Pubkey,
    /// Mint of the shares. Written once.
    pub share_mint: Pubkey,
    /// Shares, raw units: minted ones, owed fees ([`State::fees`]) and locked ones; 0 before the first deposit. Written by whatever
    /// depends on it, see [`Vault::accrue_fees`].
    pub total_shares: u64,
    /// Number of state changes so far; each event carries its own. Written by every instruction that changes the vault.
    pub sequence: u64,
    /// Limits, each within its compiled bounds. Written by `apply_change` and `tighten`.
    pub limits: Limits,
    /// When trading stops by itself. Written by `apply_change` and `tighten`.
    pub breakers: Breakers,
    /// The strategy's parameters. Written by `configure_strategy` and `apply_change`.
    pub strategy: Strategy,
    /// What no trade may make worse. Written by `apply_change` and `tighten`.
    pub stress: Stress,
    /// Zero.
    pub stress_padding: [u8; 6],
    /// Everything that evolves, besides balances, prices and shares. Each field names its writer.
    pub state: State,
    /// Number of changes queued so far: the next one's number, which no other ever has. Written by `queue_change`.
    pub change_count: u64,
    /// The `sequence` of the last tightening, which voids what was queued before it; 0 before the first. Written by `tighten`.
    pub tightened_sequence: u64,
    /// Zero; room for later fields.
    pub reserved: [u64; 30],
    /// The basket; slots from `asset_count` on are zero.
    pub assets: [Asset; MAX_ASSETS],
}

/// One asset of a vault.
#[zero_copy]
#[derive(Debug)]
#[repr(C)]
pub struct Asset {
    /// Mint. Written once.
    pub mint: Pubkey,
    /// The vault authority's associated token account; zeros once `close_reserve` has closed it.
    pub reserve: Pubkey,
    /// Pyth feed id (pull) or price account address (push), see `oracle`. Written by `apply_change`.
    pub feed: [u8; 32],
    /// Raw units that the vault's own instructions moved in and out; donations do not count. Written by deposits,
    /// redemptions and `rebalance`.
    pub balance: u64,
    /// Micro-dollars per raw unit, Q64.64; 0 before the first price. Written by `refresh_prices`.
    pub price_x64: Wide,
    /// Half-width of the price's confidence interval, Q64.64, below the price. Written by `refresh_prices`.
    pub conf_x64: Wide,
    /// Unix time at which the price was published; 0 before the first. Never decreases. Written by `refresh_prices`.
    pub publish_time: i64,
    /// The publisher's moving average of the price, as `price_x64`. Written by `refresh_prices`.
    pub ema_x64: Wide,
    /// The vault's own moving average of the prices before this one, as `price_x64`. Written by `refresh_prices`.
    pub average_x64: Wide,
    /// Raw units that are no longer in `balance` and belong to claims. Written by `redeem_in_kind` and `claim`.
    pub owed: u64,
    /// Target weight, its bounds and band. Written by `configure_strategy`, `start_ramp` and `apply_change`; the weight last stored by
    /// `observe` and `rebalance`.
    pub allocation: Allocation,
    /// Decimals of the mint. Written once.
    pub decimals: u8,
    /// Which kind of account publishes the price: an [`OracleKind`]. Written by `apply_change`.
    pub oracle: u8,
    /// Which program owns the mint: a [`TokenKind`]. Written once.
    pub token: u8,
    /// Whether it takes part: an [`AssetStatus`]. Written by `quarantine`, `apply_change` and `close_reserve`.
    pub status: u8,
    /// Zero; room for later fields.
    pub reserved: [u64; 2],
}

/// Declares a one-byte enumeration that is stored as a number and checked when read back.
macro_rules! stored_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $value:literal),* $(,)? }) => {
        $(#[$meta])*
        #[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum $name { $($(#[$doc])* $variant),* }

        // Anchor's IDL knows no explicit discriminants: the order gives them, and must give these.
        const _: () = { $(assert!($name::$variant as u8 == $value);)* };

        impl TryFrom<u8> for $name {
            type Error = BallastError;

            fn try_from(stored: u8) -> std::result::Result<Self, BallastError> {
                match stored {
                    $($value => Ok($name::$variant),)*
                    _ => Err(BallastError::CorruptAccount),
                }
            }
        }
    };
}
pub(crate) use stored_enum;

stored_enum! {
    /// How an asset's price is published.
    OracleKind {
        /// A Pyth pull update (`PriceUpdateV2`), identified by its feed id; any account that carries it will do.
        PythPull = 0,
        /// A Pyth push price account, identified by its address.
        PythPush = 1,
    }
}

stored_enum! {
    /// Whether an asset takes part in the basket. A slot is never used again: an index means one asset for ever.
    AssetStatus {
        /// It does.
        Active = 0,
        /// Its holders redeem it in kind; it counts for nothing else: not for NAV, targets, freshness or trades.
        Quarantined = 1,
        /// It is no longer part of the basket.
        Removed = 2,
    }
}

stored_enum! {
    /// Which token program owns a mint.
    TokenKind {
        /// SPL Token.
        Token = 0,
        /// Token-2022.
        Token2022 = 1,
    }
}

impl Vault {
    /// Bytes of the account, discriminator included.
    pub const SPACE: usize = Self::DISCRIMINATOR.len() + std::mem::size_of::<Self>();

    /// The slots in use.
    pub fn assets(&self) -> &[Asset] {
        self.assets.get(..usize::from(self.asset_count)).unwrap_or_default()
    }

    /// The slots in use, to change.
    pub fn assets_mut(&mut self) -> &mut [Asset] {
        self.assets.get_mut(..usize::from(self.asset_count)).unwrap_or_default()
    }

    /// One asset, or an error that names the mistake.
    pub fn asset(&self, index: u8) -> Result<&Asset> {
        Ok(self.assets().get(usize::from(index)).ok_or(BallastError::UnknownAsset)?)
    }

    /// One asset to exchange for shares at its price.
    pub fn active_asset(&self, index: u8) -> Result<&Asset> {
        let asset = self.asset(index)?;
        match asset.status()? {
            AssetStatus::Active => Ok(asset),
            AssetStatus::Quarantined => err!(BallastError::Quarantined),
            AssetStatus::Removed => err!(BallastError::UnknownAsset),
        }
    }

    /// One asset, to change.
    pub fn asset_mut(&mut self, index: u8) -> Result<&mut Asset> {
        Ok(self.assets_mut().get_mut(usize::from(index)).ok_or(BallastError::UnknownAsset)?)
    }

    /// Index of the asset with this mint in the basket.
    pub fn asset_index(&self, mint: &Pubkey) -> Result<u8> {
        let index = self
            .assets()
            .iter()
            .position(|asset| asset.mint == *mint && !asset.is_removed())
            .ok_or(BallastError::UnknownAsset)?;
        Ok(u8::try_from(index).map_err(|_| BallastError::UnknownAsset)?)
    }

    /// The basket as the core rules see it.
    pub fn holdings(&self) -> impl Iterator<Item = Holding> + '_ {
        self.assets().iter().map(Asset::holding)
    }

    /// What, besides the holdings, the basket's weights and bands depend on.
    pub fn terms(&self, now: i64) -> Terms<'_> {
        Terms {
            now,
            max_price_age_secs: self.limits.max_price_age_secs,
            total_shares: self.accrued(now).1,
            strategy: &self.strategy,
            state: &self.state,
        }
    }

    /// Adds the management fee up to `now`. To be called by every instruction that uses or changes `total_shares`, the fee's rate
    /// or its recipient, before it does.
    pub fn accrue_fees(&mut self, now: i64) {
        (self.state.fees, self.total_shares) = self.accrued(now);
    }

    /// The fees and the total of shares at `now`. A fee for nobody does not accrue, and none of a vault that is being closed: its last
    /// shares are the locked one's, and new ones would stop the closing half way.
    fn accrued(&self, now: i64) -> (FeeAccrual, u64) {
        let fee_bps =
            if self.fee_recipient == Pubkey::default() || self.is_closing != 0 { 0 } else { self.limits.management_fee_bps };
        self.state.fees.accrued(self.total_shares, fee_bps, now)
    }

    /// Bit `i` set: asset `i` is in the basket, quarantined or not.
    pub fn basket_mask(&self) -> u16 {
        self.mask(|asset| !asset.is_removed())
    }

    /// Bit `i` set: asset `i` is quarantined.
    pub fn quarantined_mask(&self) -> u16 {
        self.mask(|asset| asset.status == AssetStatus::Quarantined as u8)
    }

    fn mask(&self, is_in: impl Fn(&Asset) -> bool) -> u16 {
        self.assets().iter().rev().fold(0, |mask, asset| mask << 1 | u16::from(is_in(asset)))
    }

    /// Changes whether an asset takes part. The share price jumps by it, so that its highs and its floor begin anew.
    pub fn set_status(&mut self, index: u8, status: AssetStatus) -> Result<()> {
        self.asset_mut(index)?.status = status as u8;
        self.state.lookbacks = Lookbacks::default();
        self.state.floor_x64 = Wide::default();
        Ok(())
    }

    /// Stores the target weights of this moment, as the start of the next movement.
    pub fn store_targets(&mut self, targets_e8: &[u32]) {
        for (asset, target_e8) in self.assets_mut().iter_mut().zip(targets_e8) {
            asset.allocation.weight_e8 = *target_e8;
        }
    }

    /// Fails if any of these activities is paused, or is a deposit into a vault that is being closed.
    pub fn require_running(&self, activity: u8) -> Result<()> {
        require!(self.paused & activity == 0, BallastError::Paused);
        let is_deposit = activity & (pause::DEPOSIT_IN_KIND | pause::DEPOSIT_SINGLE) != 0;
        require!(!is_deposit || self.is_closing == 0, BallastError::VaultClosing);
        Ok(())
    }

    /// Fails for everybody but the guardian and the admin.
    pub fn require_guardian(&self, signer: &Pubkey) -> Result<()> {
        require!(*signer == self.guardian || *signer == self.admin, BallastError::NotGuardian);
        Ok(())
    }

    /// The gravest condition about the stored price of an asset of the basket, if any holds.
    pub fn dislocation(&self, now: i64) -> Option<Trip> {
        condition::prices(self.holdings(), &self.breakers, now, self.limits.max_price_age_secs)
    }

    /// Fails while trading is halted, or a price is as a breaker does not allow, be it that nobody has tripped it yet: nobody
    /// exchanges one asset at a price that the vault would not trade at.
    pub fn require_calm(&self, now: i64) -> Result<()> {
        require!(!self.state.halt.stands(now, &self.breakers), BallastError::Halted);
        require!(self.dislocation(now).is_none(), BallastError::PriceDislocated);
        Ok(())
    }

    /// Counts a state change and returns its number.
    pub fn next_sequence(&mut self) -> Result<u64> {
        self.sequence = self.sequence.checked_add(1).ok_or(BallastError::MathOverflow)?;
        Ok(self.sequence)
    }

    /// What must hold of the configuration; checked when it is written.
    pub fn check_configuration(&self) -> Result<()> {
        let assets = self.assets();
        require!((MIN_ASSETS..=MAX_ASSETS).contains(&assets.len()), BallastError::AssetCount);
        self.limits.validate().map_err(limit_out_of_bounds)?;
        self.breakers.validate().and_then(|()| self.stress.validate()).map_err(risk_out_of_bounds)?;
        self.check_strategy()?;
        for (index, asset) in assets.iter().enumerate() {
            require!(asset.feed != [0; 32], BallastError::FeedMissing);
            require!(asset.mint != self.share_mint, BallastError::UnsupportedMint);
            let is_duplicate = assets.iter().take(index).any(|earlier| earlier.mint == asset.mint);
            require!(!is_duplicate, BallastError::DuplicateAsset);
        }
        Ok(())
    }

    /// What must hold of strategy, targets and their bounds; checked when they are written.
    pub fn check_strategy(&self) -> Result<()> {
        let allocations = self.assets().iter().map(|asset| asset.allocation);
        let checked = allocation::validate(allocations).and_then(|()| self.strategy.validate(self.assets().len()));
        let checked = checked.and_then(|()| self.strategy.validate_within(&self.limits));
        let checked = checked.and_then(|()| self.check_safe_asset());
        checked.map_err(|field| {
            msg!("strategy out of bounds: {}", field.0);
            match field.0 {
                "target_bps" => BallastError::TargetsSum,
                "band_abs_bps" | "band_rel_bps" => BallastError::BandOutOfBounds,
                _ => BallastError::StrategyOutOfBounds,
            }
        })?;
        Ok(())
    }

    /// What flees from risk must have somewhere to go.
    fn check_safe_asset(&self) -> std::result::Result<(), OutOfBounds> {
        let index = usize::try_from(self.strategy.movement.safe_asset).unwrap_or(usize::MAX);
        let is_removed = self.assets().get(index).is_none_or(Asset::is_removed);
        if self.strategy.needs_safe_asset() && is_removed {
            return Err(OutOfBounds("movement.safe_asset"));
        }
        Ok(())
    }
}

impl Asset {
    /// Last accepted price.
    pub fn price(&self) -> UnitPrice {
        UnitPrice { mid_x64: self.price_x64.into(), conf_x64: self.conf_x64.into() }
    }

    /// The asset as the core rules see it.
    pub fn holding(&self) -> Holding {
        Holding {
            balance: self.balance,
            price: self.price(),
            publish_time: self.publish_time,
            references: References { ema_x64: self.ema_x64.into(), average_x64: self.average_x64.into() },
            allocation: self.allocation,
            is_excluded: self.status != AssetStatus::Active as u8,
        }
    }

    /// Whether it is no longer part of the basket.
    pub fn is_removed(&self) -> bool {
        self.status == AssetStatus::Removed as u8
    }

    /// What the reserve must hold: what shares are worth, and what claims are owed.
    pub fn required_units(&self) -> Result<u64> {
        Ok(self.balance.checked_add(self.owed).ok_or(BallastError::MathOverflow)?)
    }

    /// Moves units from what shares are worth to what claims are owed.
    pub fn set_apart(&mut self, units: u64) -> Result<()> {
        self.balance = self.balance.checked_sub(units).ok_or(BallastError::MathOverflow)?;
        self.owed = self.owed.checked_add(units).ok_or(BallastError::MathOverflow)?;
        Ok(())
    }

    /// Whether it takes part.
    pub fn status(&self) -> Result<AssetStatus> {
        Ok(AssetStatus::try_from(self.status)?)
    }

    /// How the price is published.
    pub fn oracle_kind(&self) -> Result<OracleKind> {
        Ok(OracleKind::try_from(self.oracle)?)
    }

    /// Which program owns the mint.
    pub fn token_kind(&self) -> Result<TokenKind> {
        Ok(TokenKind::try_from(self.token)?)
    }
}

const _: () = {
    assert!(std::mem::size_of::<Limits>() == 56);
    assert!(std::mem::size_of::<Asset>() == 224);
    assert!(std::mem::size_of::<Vault>() == 1_096 + std::mem::size_of::<State>() + MAX_ASSETS * 224);
    assert!(std::mem::align_of::<Vault>() == 8);
    // What `init` can allocate in an inner instruction.
    assert!(Vault::SPACE <= 10_240);
};

#[cfg(test)]
mod tests {
    use std::mem::offset_of;

    use super::*;

    #[test]
    fn layout_is_as_published() {
        assert_eq!(offset_of!(Vault, vault_id), 8);
        assert_eq!(offset_of!(Vault, creator), 16);
        assert_eq!(offset_of!(Vault, admin), 48);
        assert_eq!(offset_of!(Vault, total_shares), 336);
        assert_eq!(offset_of!(Vault, limits), 352);
        assert_eq!(offset_of!(Vault, breakers), 408);
        assert_eq!(offset_of!(Vault, strategy), 448);
        assert_eq!(offset_of!(Vault, stress), 576);
        assert_eq!(offset_of!(Vault, state), 840);
        assert_eq!(offset_of!(Vault, change_count), 840 + std::mem::size_of::<State>());
        assert_eq!(offset_of!(Vault, reserved), 856 + std::mem::size_of::<State>());
        assert_eq!(offset_of!(Vault, assets), 1_096 + std::mem::size_of::<State>());
        assert_eq!(offset_of!(Asset, balance), 96);
        assert_eq!(offset_of!(Asset, price_x64), 104);
        assert_eq!(offset_of!(Asset, publish_time), 136);
        assert_eq!(offset_of!(Asset, allocation), 184);
        assert_eq!(offset_of!(Asset, reserved), 208);
    }
}
