//! Every event the program emits: integers only, each with the vault, the slot and the vault's sequence number.

use anchor_lang::prelude::*;
use ballast_core::strategy::Strategy;

use crate::error::BallastError;
use crate::instructions::WeightBounds;
use crate::state::{Change, Vault};

/// A vault was created.
#[event]
#[derive(Debug)]
pub struct VaultInitialized {
    /// The vault.
    pub vault: Pubkey,
    /// Slot of the change.
    pub slot: u64,
    /// The vault's number of this change.
    pub sequence: u64,
    /// Its admin.
    pub admin: Pubkey,
    /// Its guardian.
    pub guardian: Pubkey,
    /// Its assets' mints.
    pub mints: Vec<Pubkey>,
    /// Its target weights.
    pub targets_bps: Vec<u16>,
}

/// Prices were refreshed.
#[event]
#[derive(Debug)]
pub struct PricesRefreshed {
    /// The vault.
    pub vault: Pubkey,
    /// Slot of the change.
    pub slot: u64,
    /// The vault's number of this change.
    pub sequence: u64,
    /// Bit `i` set: asset `i` was named; its price is new unless it is of the stored one's second.
    pub asset_mask: u16,
}

/// Shares were minted against all assets in proportion.
#[event]
#[derive(Debug)]
pub struct DepositedInKind {
    /// The vault.
    pub vault: Pubkey,
    /// Slot of the change.
    pub slot: u64,
    /// The vault's number of this change.
    pub sequence: u64,
    /// Who deposited.
    pub user: Pubkey,
    /// Shares minted to the depositor, raw units.
    pub shares: u64,
    /// `total_shares` before.
    pub total_shares_before: u64,
    /// `total_shares` after; on the first deposit the locked shares make it larger than the sum.
    pub total_shares_after: u64,
    /// Raw units taken of each asset.
    pub amounts: Vec<u64>,
}

/// Shares were burned for all assets in proportion.
#[event]
#[derive(Debug)]
pub struct RedeemedInKind {
    /// The vault.
    pub vault: Pubkey,
    /// Slot of the change.
    pub slot: u64,
    /// The vault's number of this change.
    pub sequence: u64,
    /// Who redeemed.
    pub user: Pubkey,
    /// Shares burned, raw units.
    pub shares: u64,
    /// `total_shares` before.
    pub total_shares_before: u64,
    /// `total_shares` after.
    pub total_shares_after: u64,
    /// Raw units of each asset that the shares were a part of: paid where it was not skipped, claimed where it was, forfeited where
    /// that was chosen.
    pub amounts: Vec<u64>,
    /// Bit `i` set: asset `i` was not paid.
    pub skip_mask: u16,
    /// Bit `i` set: skipped asset `i` was left to the other holders.
    pub forfeit_mask: u16,
}

/// A claim was paid.
#[event]
#[derive(Debug)]
pub struct Claimed {
    /// The vault.
    pub vault: Pubkey,
    /// Slot of the change.
    pub slot: u64,
    /// The vault's number of this change.
    pub sequence: u64,
    /// Whose claim it was.
    pub owner: Pubkey,
    /// Index of the asset.
    pub asset: u8,
    /// Raw units paid.
    pub amount: u64,
    /// Raw units of the asset that they still claim.
    pub claimed_after: u64,
    /// Raw units of the asset that the vault owes all claims.
    pub owed_after: u64,
}

/// An asset no longer counts for anything but redemptions and deposits in kind.
#[event]
#[derive(Debug)]
pub struct AssetQuarantined {
    /// The vault.
    pub vault: Pubkey,
    /// Slot of the change.
    pub slot: u64,
    /// The vault's number of this change.
    pub sequence: u64,
    /// Who did it.
    pub by: Pubkey,
    /// Index of the asset.
    pub asset: u8,
}

/// The management fee was minted.
#[event]
#[derive(Debug)]
pub struct FeesCollected {
    /// The vault.
    pub vault: Pubkey,
    /// Slot of the change.
    pub slot: u64,
    /// The vault's number of this change.
    pub sequence: u64,
    /// Who received it.
    pub recipient: Pubkey,
    /// Shares minted, raw units: all that had accrued.
    pub shares: u64,
    /// `total_shares`, which they are part of before and after.
    pub total_shares: u64,
}

/// Shares were minted or burned against one asset at oracle prices.
#[event]
#[derive(Debug)]
pub struct SingleAssetExchange {
    /// The vault.
    pub vault: Pubkey,
    /// Slot of the change.
    pub slot: u64,
    /// The vault's number of this change.
    pub sequence: u64,
    /// Who deposited or redeemed.
    pub user: Pubkey,
    /// Whether it was a deposit.
    pub is_deposit: bool,
    /// Index of the asset.
    pub asset: u8,
    /// Raw units moved.
    pub amount: u64,
    /// Accounted balance before.
    pub balance_before: u64,
    /// Accounted balance after.
    pub balance_after: u64,
    /// Shares minted or burned, raw units.
    pub shares: u64,
    /// `total_shares` before.
    pub total_shares_before: u64,
    /// `total_shares` after.
    pub total_shares_after: u64,
    /// NAV used, in micro-dollars: the high bound for a deposit, the low one for a redemption.
    pub nav_usd: u64,
}

/// A route was registered.
#[event]
#[derive(Debug)]
pub struct RouteRegistered {
    /// The vault.
    pub vault: Pubkey,
    /// Slot of the change.
    pub slot: u64,
    /// The vault's number of this change.
    pub sequence: u64,
    /// The route.
    pub route: Pubkey,
    /// Its pool.
    pub pool: Pubkey,
    /// Which AMM.
    pub amm: u8,
    /// Index of the pool's first asset.
    pub asset_a: u8,
    /// Index of the pool's second asset.
    pub asset_b: u8,
    /// Unix time from which it may be used.
    pub active_at: i64,
}

/// The vault traded.
#[event]
#[derive(Debug)]
pub struct Rebalanced {
    /// The vault.
    pub vault: Pubkey,
    /// Slot of the change.
    pub slot: u64,
    /// The vault's number of this change.
    pub sequence: u64,
    /// Who turned the crank.
    pub keeper: Pubkey,
    /// The route.
    pub route: Pubkey,
    /// What made the trade due: a `ballast_core::decision::Trigger`.
    pub trigger: u8,
    /// Index of the sold asset.
    pub sold_asset: u8,
    /// Index of the bought asset.
    pub bought_asset: u8,
    /// Raw units sold.
    pub amount_in: u64,
    /// Fewest raw units that were acceptable.
    pub min_out: u64,
    /// Raw units bought.
    pub amount_out: u64,
    /// Accounted balance of the sold asset before.
    pub sold_balance_before: u64,
    /// Accounted balance of the sold asset after.
    pub sold_balance_after: u64,
    /// Accounted balance of the bought asset before.
    pub bought_balance_before: u64,
    /// Accounted balance of the bought asset after.
    pub bought_balance_after: u64,
    /// NAV at mid prices before, in micro-dollars.
    pub nav_before_usd: u64,
    /// NAV at mid prices after, in micro-dollars.
    pub nav_after_usd: u64,
    /// How far the sold asset was above its target, in micro-dollars.
    pub excess_before_usd: u64,
    /// How far the sold asset is above its target, in micro-dollars.
    pub excess_after_usd: u64,
    /// How far the bought asset was below its target, in micro-dollars.
    pub deficit_before_usd: u64,
    /// How far the bought asset is below its target, in micro-dollars.
    pub deficit_after_usd: u64,
    /// Worth of the risk that the trade was to remove, in micro-dollars; 0 where the gate did not judge it.
    pub benefit_usd: u64,
    /// What it was to cost against mid prices, in micro-dollars.
    pub expected_cost_usd: u64,
    /// What it did cost against mid prices, in micro-dollars; 0 for a gain.
    pub loss_usd: u64,
    /// What the crank fund paid the keeper, in lamports.
    pub reward_lamports: u64,
    /// Worst loss under any of the vault's shocks before, in 10⁻⁸ of NAV.
    pub stress_before_e8: i64,
    /// The same after.
    pub stress_after_e8: i64,
}

/// A breaker tripped: the vault, or one of its routes, does not trade for a while.
#[event]
#[derive(Debug)]
pub struct BreakerTripped {
    /// The vault.
    pub vault: Pubkey,
    /// Slot of the change.
    pub slot: u64,
    /// The vault's number of this change.
    pub sequence: u64,
    /// The route that is halted; all zeros for the vault itself.
    pub route: Pubkey,
    /// Which breaker: a `ballast_core::risk::breaker::Breaker`.
    pub breaker: u8,
    /// Index of the asset that it is about; 255 for none.
    pub asset: u8,
    /// Whether only the admin ends the halt.
    pub is_hard: bool,
    /// What was measured, in the limit's unit.
    pub measured: u64,
    /// The limit that it passed: basis points, or micro-dollars for a pool's depth.
    pub limit: u64,
}

/// A halt ended: by a trade after it had cooled off, or by the admin.
#[event]
#[derive(Debug)]
pub struct BreakerCleared {
    /// The vault.
    pub vault: Pubkey,
    /// Slot of the change.
    pub slot: u64,
    /// The vault's number of this change.
    pub sequence: u64,
    /// The route that was halted; all zeros for the vault itself.
    pub route: Pubkey,
    /// Who ended it: the keeper of the trade, or the admin.
    pub by: Pubkey,
    /// Which breaker had tripped.
    pub breaker: u8,
    /// Index of the asset that it was about; 255 for none.
    pub asset: u8,
    /// Unix time at which it had tripped.
    pub tripped_at: i64,
}

/// Activities were paused or resumed.
#[event]
#[derive(Debug)]
pub struct PauseChanged {
    /// The vault.
    pub vault: Pubkey,
    /// Slot of the change.
    pub slot: u64,
    /// The vault's number of this change.
    pub sequence: u64,
    /// Who did it.
    pub by: Pubkey,
    /// Paused activities before.
    pub before: u8,
    /// Paused activities after.
    pub after: u8,
}

/// An admin was proposed or took over.
#[event]
#[derive(Debug)]
pub struct AdminChanged {
    /// The vault.
    pub vault: Pubkey,
    /// Slot of the change.
    pub slot: u64,
    /// The vault's number of this change.
    pub sequence: u64,
    /// The admin now.
    pub admin: Pubkey,
    /// The proposed admin now; all zeros for nobody.
    pub pending_admin: Pubkey,
}

/// Prices were folded into the statistics.
#[event]
#[derive(Debug)]
pub struct Observed {
    /// The vault.
    pub vault: Pubkey,
    /// Slot of the change.
    pub slot: u64,
    /// The vault's number of this change.
    pub sequence: u64,
    /// Bit `i` set: asset `i`'s return counted.
    pub participants: u16,
    /// Micro-dollars per raw share at mid prices, Q64.64; 0 where there are no shares.
    pub share_price_x64: u128,
    /// Log growth of the share price since inception, in 10⁻¹².
    pub log_growth_e12: i64,
    /// Log growth of the assets since inception, each weighted as the vault held it, in 10⁻¹².
    pub weighted_log_growth_e12: i64,
    /// The difference: what rebalancing harvested, after costs and fees.
    pub excess_growth_e12: i64,
    /// What trades have lost against mid prices since inception, in micro-dollars.
    pub cost_usd: i64,
    /// What trades have sold since inception, in micro-dollars.
    pub turnover_usd: u64,
    /// Target weights now, in 10⁻⁸; empty where a price is stale.
    pub targets_e8: Vec<u32>,
}

/// A strategy was set.
#[event]
#[derive(Debug)]
pub struct StrategyConfigured {
    /// The vault.
    pub vault: Pubkey,
    /// Slot of the change.
    pub slot: u64,
    /// The vault's number of this change.
    pub sequence: u64,
    /// Who may post forecasts; all zeros for nobody.
    pub forecaster: Pubkey,
    /// The strategy.
    pub strategy: Strategy,
    /// Bounds of each asset's target weight.
    pub bounds: Vec<WeightBounds>,
}

/// Targets began to move, or will.
#[event]
#[derive(Debug)]
pub struct RampStarted {
    /// The vault.
    pub vault: Pubkey,
    /// Slot of the change.
    pub slot: u64,
    /// The vault's number of this change.
    pub sequence: u64,
    /// Target weights before the ramp, in 10⁻⁸.
    pub from_e8: Vec<u32>,
    /// Target weights after it.
    pub to_bps: Vec<u16>,
    /// Unix time at which it starts.
    pub start_at: i64,
    /// Unix time at which it ends.
    pub end_at: i64,
}

/// A forecast was posted.
#[event]
#[derive(Debug)]
pub struct ForecastPosted {
    /// The vault.
    pub vault: Pubkey,
    /// Slot of the change.
    pub slot: u64,
    /// The vault's number of this change.
    pub sequence: u64,
    /// Expected volatility over the usual one, in basis points.
    pub scale_bps: u64,
    /// Unix time from which it no longer stands.
    pub expires_at: i64,
}

/// A change of the configuration was announced.
#[event]
#[derive(Debug)]
pub struct ChangeQueued {
    /// The vault.
    pub vault: Pubkey,
    /// Slot of the change.
    pub slot: u64,
    /// The vault's number of this change.
    pub sequence: u64,
    /// Who did it.
    pub by: Pubkey,
    /// The change's number.
    pub id: u64,
    /// Unix time from which it may be applied; at once before the first deposit.
    pub eta: i64,
    /// Unix time after which it may not be applied any more.
    pub expires_at: i64,
    /// The change.
    pub change: Change,
}

/// A queued change was made. What else it led to has events of its own, with the numbers before.
#[event]
#[derive(Debug)]
pub struct ChangeApplied {
    /// The vault.
    pub vault: Pubkey,
    /// Slot of the change.
    pub slot: u64,
    /// The vault's number of this change.
    pub sequence: u64,
    /// Who did it.
    pub by: Pubkey,
    /// The change's number.
    pub id: u64,
    /// The change.
    pub change: Change,
}

/// A queued change was dropped.
#[event]
#[derive(Debug)]
pub struct ChangeCancelled {
    /// The vault.
    pub vault: Pubkey,
    /// Slot of the change.
    pub slot: u64,
    /// The vault's number of this change.
    pub sequence: u64,
    /// Who did it.
    pub by: Pubkey,
    /// The change's number.
    pub id: u64,
}

/// The vault was tightened. Changes queued before it are void, but for another guardian.
#[event]
#[derive(Debug)]
pub struct Tightened {
    /// The vault.
    pub vault: Pubkey,
    /// Slot of the change.
    pub slot: u64,
    /// The vault's number of this change.
    pub sequence: u64,
    /// Who did it.
    pub by: Pubkey,
    /// The change.
    pub change: Change,
}

/// Roles have other holders; all zeros for nobody.
#[event]
#[derive(Debug)]
pub struct RolesChanged {
    /// The vault.
    pub vault: Pubkey,
    /// Slot of the change.
    pub slot: u64,
    /// The vault's number of this change.
    pub sequence: u64,
    /// The guardian now.
    pub guardian: Pubkey,
    /// The manager now.
    pub manager: Pubkey,
    /// The forecaster now.
    pub forecaster: Pubkey,
    /// Who gets management fees now.
    pub fee_recipient: Pubkey,
}

/// An asset joined the basket.
#[event]
#[derive(Debug)]
pub struct AssetAdded {
    /// The vault.
    pub vault: Pubkey,
    /// Slot of the change.
    pub slot: u64,
    /// The vault's number of this change.
    pub sequence: u64,
    /// Its index.
    pub asset: u8,
    /// Its mint.
    pub mint: Pubkey,
    /// The vault's token account for it.
    pub reserve: Pubkey,
}

/// An asset left the basket.
#[event]
#[derive(Debug)]
pub struct AssetRemoved {
    /// The vault.
    pub vault: Pubkey,
    /// Slot of the change.
    pub slot: u64,
    /// The vault's number of this change.
    pub sequence: u64,
    /// Its index.
    pub asset: u8,
    /// Its mint.
    pub mint: Pubkey,
}

/// A route was closed.
#[event]
#[derive(Debug)]
pub struct RouteClosed {
    /// The vault.
    pub vault: Pubkey,
    /// Slot of the change.
    pub slot: u64,
    /// The vault's number of this change.
    pub sequence: u64,
    /// Who did it.
    pub by: Pubkey,
    /// The route.
    pub route: Pubkey,
    /// Its pool.
    pub pool: Pubkey,
}

/// A reserve was closed.
#[event]
#[derive(Debug)]
pub struct ReserveClosed {
    /// The vault.
    pub vault: Pubkey,
    /// Slot of the change.
    pub slot: u64,
    /// The vault's number of this change.
    pub sequence: u64,
    /// Index of the asset.
    pub asset: u8,
    /// Raw units that were left in it.
    pub amount: u64,
}

/// The vault was closed.
#[event]
#[derive(Debug)]
pub struct VaultClosed {
    /// The vault.
    pub vault: Pubkey,
    /// Slot of the change.
    pub slot: u64,
    /// The vault's number of this change.
    pub sequence: u64,
    /// Who did it.
    pub by: Pubkey,
    /// Lamports that the crank fund had.
    pub lamports: u64,
}

/// Tells what a change led to, besides itself.
#[inline(never)]
pub fn emit_consequence(address: Pubkey, vault: &mut Vault, change: &Change, clock: &Clock) -> Result<()> {
    match *change {
        Change::Roles(_) | Change::Guardian(_) => emit!(RolesChanged {
            vault: address,
            slot: clock.slot,
            sequence: vault.next_sequence()?,
            guardian: vault.guardian,
            manager: vault.manager,
            forecaster: vault.forecaster,
            fee_recipient: vault.fee_recipient,
        }),
        Change::Targets(_) => emit_ramp_started(address, vault, clock.slot)?,
        Change::AddAsset(..) => {
            let added = *vault.assets().last().ok_or(BallastError::UnknownAsset)?;
            emit!(AssetAdded {
                vault: address,
                slot: clock.slot,
                sequence: vault.next_sequence()?,
                asset: vault.asset_index(&added.mint)?,
                mint: added.mint,
                reserve: added.reserve,
            });
        }
        Change::RemoveAsset(asset) => emit!(AssetRemoved {
            vault: address,
            slot: clock.slot,
            sequence: vault.next_sequence()?,
            asset,
            mint: vault.asset(asset)?.mint,
        }),
        _ => {}
    }
    Ok(())
}

/// Tells of the ramp that has just begun.
#[inline(never)]
pub fn emit_ramp_started(address: Pubkey, vault: &mut Vault, slot: u64) -> Result<()> {
    let sequence = vault.next_sequence()?;
    emit!(RampStarted {
        vault: address,
        slot,
        sequence,
        from_e8: vault.assets().iter().map(|asset| asset.allocation.ramp_from_e8).collect(),
        to_bps: vault.assets().iter().map(|asset| asset.allocation.target_bps).collect(),
        start_at: vault.state.ramp.start_at,
        end_at: vault.state.ramp.end_at,
    });
    Ok(())
}
