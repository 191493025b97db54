//! The Ballast vault program.
//!
//! A vault holds a basket of tokens for its depositors and keeps it at target weights. Anybody may turn the crank
//! ([`ballast::refresh_prices`], [`ballast::rebalance`]); what to trade, how much and for how much at least is decided
//! here, by the rules of [`ballast_core`], and checked again on the balances read back after the swap.
#![allow(missing_docs, reason = "Anchor's macros generate undocumented items; the modules they spare ask for docs again")]
// Nothing panics, whatever it is given.
#![deny(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::string_slice)]
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::unreachable, clippy::todo, clippy::unimplemented)]
#![cfg_attr(test, allow(clippy::arithmetic_side_effects, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing))]

use anchor_lang::prelude::*;

#[warn(missing_docs)]
pub mod amm;
pub mod error;
pub mod events;
pub mod instructions;
#[warn(missing_docs)]
pub mod oracle;
#[cfg(not(feature = "no-entrypoint"))]
mod security;
#[warn(missing_docs)]
pub mod state;
#[warn(missing_docs)]
pub mod token;

use instructions::*;
use state::{Change, RampArgs};

declare_id!("Ba11astVau1tRebaLancesToTargetWeightsoooooo");

#[program]
pub mod ballast {
    use super::*;

    /// Creates a vault, its share mint and its reserves.
    ///
    /// Authority: the creator, who signs, pays and becomes admin; the vault's address contains the creator's.
    /// Parameters: the creator's number for the vault; its guardian, limits and assets.
    /// Errors: `AssetCount`, `TargetsSum`, `BandOutOfBounds`, `FeedMissing`, `DuplicateAsset`, `LimitOutOfBounds`,
    /// `GuardianMissing`, `UnsupportedMint`, `UnsupportedMintExtension`, `WrongAccount`, `AccountsMismatch`, and the associated
    /// token program's.
    pub fn initialize_vault<'info>(
        ctx: Context<'info, InitializeVault<'info>>,
        vault_id: u64,
        args: InitializeVaultArgs,
    ) -> Result<()> {
        instructions::initialize_vault(ctx, vault_id, args)
    }

    /// Registers a pool between two of the vault's assets as a route and pins every account of its swap.
    ///
    /// Authority: the admin. The route may be used after the vault's timelock, at once before the first deposit.
    /// Errors: `NotAdmin`, `UnsupportedPool`, `UnknownAsset`.
    pub fn register_route(ctx: Context<RegisterRoute>) -> Result<()> {
        instructions::register_route(ctx)
    }

    /// Gives a new vault its strategy, the bounds of its target weights, and its forecaster. Until then it trades on drift
    /// alone, all the way to targets that nothing moves.
    ///
    /// Authority: the admin, before the first deposit, as often as they like; afterwards depositors rely on it.
    /// Errors: `NotAdmin`, `StrategyFixed`, `AccountsMismatch`, `StrategyOutOfBounds`.
    pub fn configure_strategy(ctx: Context<ConfigureStrategy>, args: ConfigureStrategyArgs) -> Result<()> {
        instructions::configure_strategy(ctx, args)
    }

    /// Moves the target weights along a straight line in time to others within the vault's bounds, from where they are now: also
    /// on the way to others. To stop a ramp is to start one to where the targets are.
    ///
    /// Authority: the manager or the admin, no faster than `max_ramp_bps_per_day`; a faster ramp is a change to queue.
    /// Parameters: the targets at its end, in the vault's order, and how long it takes.
    /// Errors: `NotManager`, `AccountsMismatch`, `RampTimes`, `RampTooFast`, `TargetsSum`, `StrategyOutOfBounds`.
    pub fn start_ramp(ctx: Context<StartRamp>, args: RampArgs) -> Result<()> {
        instructions::start_ramp(ctx, args)
    }

    /// Announces a change of the configuration. It may be applied after the timelock (at once before the first deposit), for as
    /// long as `change_window_secs`.
    ///
    /// Authority: the admin, who pays for the change's account until it is applied or cancelled.
    /// Errors: `NotAdmin`, `LimitOutOfBounds`, `RiskOutOfBounds`, `AccountsMismatch`, `GuardianMissing`, `FeedMissing`.
    pub fn queue_change(ctx: Context<QueueChange>, change: Change) -> Result<()> {
        instructions::queue_change(ctx, change)
    }

    /// Makes a change whose time has come. The whole configuration is checked as it is then.
    ///
    /// Authority: the admin who queued it.
    /// Errors: `NotAdmin`, `ChangeOfAnotherAdmin`, `ChangeTimelocked`, `ChangeExpired`, `ChangeOutdated`, and what the change or
    /// the configuration after it is refused for: `AccountsMismatch`, `LimitOutOfBounds`, `RiskOutOfBounds`, `StrategyOutOfBounds`,
    /// `TargetsSum`, `BandOutOfBounds`, `RampTimes`, `AssetCount`, `DuplicateAsset`, `FeedMissing`, `UnsupportedMint`,
    /// `UnsupportedMintExtension`, `WrongAccount`, `ReserveMissing`, `ReserveTampered`, `AssetInUse`, `NotQuarantined`, `UnknownAsset`.
    pub fn apply_change<'info>(ctx: Context<'info, ApplyChange<'info>>) -> Result<()> {
        instructions::apply_change(ctx)
    }

    /// Drops a queued change. Its account's lamports go back to who paid them.
    ///
    /// Authority: the guardian or the admin; the admin alone where it is about the guardian.
    /// Errors: `NotGuardian`, `NotAdmin`, `WrongAccount`.
    pub fn cancel_change(ctx: Context<CancelChange>) -> Result<()> {
        instructions::cancel_change(ctx)
    }

    /// Makes a change at once that loosens nothing. Voids every change that was queued before, but for the guardian's replacement.
    ///
    /// Authority: the guardian or the admin.
    /// Errors: `NotGuardian`, `Loosens` (the log names the field), `LimitOutOfBounds`, `RiskOutOfBounds`, `StrategyOutOfBounds`.
    pub fn tighten(ctx: Context<Tighten>, change: Change) -> Result<()> {
        instructions::tighten(ctx, change)
    }

    /// Closes a route, at once. The same pool can be registered again, which takes the timelock.
    ///
    /// Authority: the guardian or the admin, who gets the route's lamports either way.
    /// Errors: `NotGuardian`, `WrongAccount`, `WrongRoute`.
    pub fn close_route(ctx: Context<CloseRoute>) -> Result<()> {
        instructions::close_route(ctx)
    }

    /// Closes a reserve of a vault that nobody has a share in, and pays the admin what is left: rounding, donations, and what
    /// the locked share stands for. From the first one on, the vault takes no deposits.
    ///
    /// Authority: the admin. Parameters: the asset's index.
    /// Errors: `UnknownAsset`, `NotAdmin`, `WrongAccount`, `VaultInUse`, and the token program's.
    pub fn close_reserve(ctx: Context<CloseReserve>, asset: u8) -> Result<()> {
        instructions::close_reserve(ctx, asset)
    }

    /// Closes a vault whose reserves are all closed; the admin gets its lamports and the crank fund's. Its share mint stays, so
    /// that the same vault can never be created again. Close routes and cancel changes first: nobody can afterwards.
    ///
    /// Authority: the admin. Errors: `NotAdmin`, `WrongAccount`, `VaultInUse`.
    pub fn close_vault(ctx: Context<CloseVault>) -> Result<()> {
        instructions::close_vault(ctx)
    }

    /// Proposes another admin. Nothing changes until that address accepts; proposing again replaces the proposal.
    ///
    /// Authority: the admin. Errors: `NotAdmin`.
    pub fn propose_admin(ctx: Context<ProposeAdmin>, new_admin: Pubkey) -> Result<()> {
        instructions::propose_admin(ctx, new_admin)
    }

    /// Accepts the admin's role.
    ///
    /// Authority: the proposed admin. Errors: `NotPendingAdmin`.
    pub fn accept_admin(ctx: Context<AcceptAdmin>) -> Result<()> {
        instructions::accept_admin(ctx)
    }

    /// Ends the halt of the vault, or of a route, after review. Where its condition still holds, the next one to look trips it
    /// again; after a drawdown the share price's highs begin anew.
    ///
    /// Authority: the admin. Errors: `NotAdmin`, `WrongRoute`, `NotHalted`.
    pub fn clear_breaker(ctx: Context<ClearBreaker>) -> Result<()> {
        instructions::clear_breaker(ctx)
    }

    /// Pauses or unpauses activities, given as bits of [`crate::state::pause`]. Redemption in kind cannot be paused.
    ///
    /// Authority: guardian or admin to pause, admin alone to unpause.
    /// Errors: `UnknownActivity`, `NotGuardian`, `NotAdmin`.
    pub fn set_pause(ctx: Context<SetPause>, activities: u8, is_paused: bool) -> Result<()> {
        instructions::set_pause(ctx, activities, is_paused)
    }

    /// Takes an asset out of everything but deposits and redemptions in kind: it no longer counts for NAV, targets, freshness or
    /// trades. To bring it back is a loosening.
    ///
    /// Authority: guardian or admin; anybody where its reserve is frozen. Parameters: the asset's index.
    /// Errors: `UnknownAsset`, `Quarantined`, `WrongAccount`, `NotFrozen`.
    pub fn quarantine(ctx: Context<Quarantine>, asset: u8) -> Result<()> {
        instructions::quarantine(ctx, asset)
    }

    /// Deposits all assets in proportion and mints as many shares as they pay for. No oracle, no AMM.
    ///
    /// Authority: the user; the admin for the first deposit, which sets the price of a share and locks one share for ever.
    /// Parameters: see [`DepositInKindArgs`]. Amounts taken are rounded up.
    /// Errors: `Paused`, `WrongAccount`, `AccountsMismatch`, `UnknownAsset`, `FirstDeposit`, `AmountTooSmall`, `BelowMinimum`,
    /// `ReserveTampered`, `UnsupportedMintExtension`, `MathOverflow`, and the token program's.
    pub fn deposit_in_kind<'info>(ctx: Context<'info, InKind<'info>>, args: DepositInKindArgs) -> Result<()> {
        instructions::deposit_in_kind(ctx, args)
    }

    /// Burns shares for their part of every asset. No oracle, no AMM, no pause: it works in every state of the vault. What a user
    /// skips becomes a claim, or stays with the other holders where they choose so.
    ///
    /// Authority: the user. Parameters: see [`RedeemInKindArgs`]. Amounts are rounded down.
    /// Errors: `WrongAccount`, `SkipMask`, `AccountsMismatch`, `AmountTooSmall`, `ClaimsMissing`, `WrongClaims`, `BelowMinimum`, and
    /// the token program's.
    pub fn redeem_in_kind<'info>(ctx: Context<'info, RedeemInKind<'info>>, args: RedeemInKindArgs) -> Result<()> {
        instructions::redeem_in_kind(ctx, args)
    }

    /// Opens the claims of somebody on a vault, for what a redemption in kind cannot pay out now. They are empty.
    ///
    /// Authority: their owner, who pays the rent. Errors: the system program's, where they are open already.
    pub fn open_claims(ctx: Context<OpenClaims>) -> Result<()> {
        instructions::open_claims(ctx)
    }

    /// Pays what a vault owes somebody of one asset to any token account: all of it, or what the reserve holds where that is less.
    /// No pause: it works in every state of the vault.
    ///
    /// Authority: the claims' owner. Parameters: the asset's index.
    /// Errors: `WrongClaims`, `UnknownAsset`, `WrongAccount`, `WrongTokenProgram`, `NothingOwed`, and the token program's.
    pub fn claim(ctx: Context<Claim>, asset: u8) -> Result<()> {
        instructions::claim(ctx, asset)
    }

    /// Closes claims that are paid, and returns their rent.
    ///
    /// Authority: the claims' owner. Errors: `WrongClaims`, `ClaimsOpen`.
    pub fn close_claims(ctx: Context<CloseClaims>) -> Result<()> {
        instructions::close_claims(ctx)
    }

    /// Deposits `amount` raw units of one asset and mints shares for their value: the deposit at its lowest price within
    /// the confidence interval, the vault at its highest, less the entry fee. The asset must not end
    /// above its band, nor the deposit drive another one below its own.
    ///
    /// Authority: the user. Parameters: the asset's index, the amount, the fewest shares to accept.
    /// Errors: `Paused`, `Halted`, `PriceDislocated`, `UnknownAsset`, `Quarantined`, `WrongAccount`, `WrongTokenProgram`, `VaultEmpty`,
    /// `PriceStale`,
    /// `AmountTooSmall`, `BelowMinimum`, `LeavesBand`, `ReserveTampered`, `UnsupportedMintExtension`, `MathOverflow`, and the
    /// token program's.
    pub fn deposit_single(ctx: Context<Single>, asset: u8, amount: u64, min_shares: u64) -> Result<()> {
        instructions::deposit_single(ctx, asset, amount, min_shares)
    }

    /// Burns shares and pays their value in one asset: the vault at its lowest price within the confidence interval, the
    /// asset at its highest, less the exit fee. The asset must not end below its band, nor the redemption drive another
    /// one above its own. Of an asset whose target is 0 it pays no more than there is. Of quarantined assets it pays nothing: their
    /// part stays with the other holders.
    ///
    /// Authority: the user. Parameters: the asset's index, the shares, the fewest raw units to accept.
    /// Errors: `Paused`, `Halted`, `PriceDislocated`, `UnknownAsset`, `Quarantined`, `WrongAccount`, `WrongTokenProgram`, `VaultEmpty`,
    /// `PriceStale`,
    /// `AmountTooSmall`, `BelowMinimum`, `InsufficientReserve`, `LeavesBand`, `MathOverflow`, and the token program's.
    pub fn redeem_single(ctx: Context<Single>, asset: u8, shares: u64, min_amount: u64) -> Result<()> {
        instructions::redeem_single(ctx, asset, shares, min_amount)
    }

    /// Copies published prices into the vault. All or nothing: one bad price fails the call. A price of the same second as
    /// the stored one is accepted and changes nothing.
    ///
    /// Authority: anybody. Parameters: bit `i` set for each asset to refresh; one price account each, in order.
    /// Errors: `PriceAccounts`, `UnknownAsset`, `PriceOwner`, `PriceFeed`, `PriceUnverified`, `PriceUnreadable`, `PriceNotPositive`,
    /// `PriceExponent`, `PriceStale`, `PriceFuture`, `PriceOlderThanLast`, `PriceUncertain`, `PriceOutOfRange`.
    pub fn refresh_prices(ctx: Context<RefreshPrices>, asset_mask: u16) -> Result<()> {
        instructions::refresh_prices(ctx, asset_mask)
    }

    /// Folds the refreshed prices into volatilities, covariances, moving averages and performance, and moves floor and target
    /// weights on. No sooner than the strategy's spacing after the last observation.
    ///
    /// Authority: anybody. Errors: `ObservationOff`, `ObservedTooSoon`, `PriceStale`, `MathOverflow`.
    pub fn observe(ctx: Context<Observe>) -> Result<()> {
        instructions::observe(ctx)
    }

    /// Posts a forecast of volatility over the usual one, which scales the bands until it expires.
    ///
    /// Authority: the forecaster, within the strategy's bounds. Trades come sooner or later by it; one-asset operations go no farther.
    /// Errors: `NotForecaster`, `ForecastOutOfBounds`.
    pub fn post_forecast(ctx: Context<PostForecast>, scale_bps: u64, expires_at: i64) -> Result<()> {
        instructions::post_forecast(ctx, scale_bps, expires_at)
    }

    /// Trades on a route if, and as far as, the decision says so; the crank fund then pays the keeper, as far as it can. Where a
    /// breaker's condition holds, halts the vault or the route instead, and succeeds: a failed transaction would store nothing. A soft
    /// halt that has cooled off ends with the trade.
    ///
    /// Authority: anybody. Parameters: a minimum output, which can only raise the vault's own; 0 for none.
    /// Errors: `WrongRoute`, `WrongAccount`, `WrongAmmProgram`, `WrongRouteAccount`, `AccountsMismatch`; for a dormant decision
    /// `Paused`, `RouteTimelocked`, `Quarantined`, `Halted`, `RouteHalted`, `PriceStale`, `VaultEmpty`, `TooSoon`, `NotItsTurn`,
    /// `PricesApart`, `StressWorse`, `InBand`,
    /// `RouteNotDue`, `PoolAway`, `LossBudgetSpent`, `TurnoverSpent`, `Illiquid`, `CostExceedsBenefit`, `TradeTooSmall`; after the
    /// swap `SwapTookTooMuch`, `SwapReturnedTooLittle`, `Overshoot`, `LossBudgetSpent`, `CostExceedsBenefit`, `StressWorse`, `ReserveTampered`; `UnsupportedPool` or `CorruptAccount` for a pool that cannot be read;
    /// `MathOverflow`; and the AMM's.
    pub fn rebalance<'info>(ctx: Context<'info, Rebalance<'info>>, min_out: u64) -> Result<()> {
        instructions::rebalance(ctx, min_out)
    }

    /// Mints the management fee that has accrued to a share account of the fee recipient.
    ///
    /// Authority: anybody; nobody signs. Errors: `WrongAccount`, `WrongFeeAccount`, `NothingOwed`, and the token program's.
    pub fn collect_fees(ctx: Context<CollectFees>) -> Result<()> {
        instructions::collect_fees(ctx)
    }

    /// Halts the vault, or a route, where a breaker's condition holds now. With a route, its pool is judged by its pinned accounts;
    /// without one the stored prices, the share price and the loss budget are, and as evidence a price too uncertain for
    /// [`refresh_prices()`] to take. A soft halt may be tripped anew.
    ///
    /// Authority: anybody; nobody signs. Parameters: the index of the asset whose price account is evidence, if one is.
    /// Errors: `BreakerNotMet`, `Halted` and `RouteHalted` for a hard halt that stands already, `WrongRoute`, `WrongRouteAccount`,
    /// `AccountsMismatch`, `UnknownAsset`, `PricesApart`, `UnsupportedPool`, `CorruptAccount`, `MathOverflow`, and those of
    /// [`refresh_prices()`] for the evidence but `PriceUncertain`.
    pub fn trip_breaker<'info>(ctx: Context<'info, TripBreaker<'info>>, evidence_asset: Option<u8>) -> Result<()> {
        instructions::trip_breaker(ctx, evidence_asset)
    }

    /// Returns the decision that [`rebalance()`] would take now on a route. Changes nothing; nobody signs.
    ///
    /// Authority: anybody. Errors: `WrongRoute`, `WrongRouteAccount`, `AccountsMismatch`, `UnsupportedPool`,
    /// `CorruptAccount`, `MathOverflow`.
    pub fn preview_rebalance(ctx: Context<PreviewRebalance>) -> Result<Preview> {
        instructions::preview_rebalance(ctx)
    }
}
