//! Every error the program returns. Append only: the numbers (6000 + position) are part of the interface.

use anchor_lang::prelude::*;
use ballast_core::MathError;
use ballast_core::decision::{DecisionError, Reason};
use ballast_core::price::PriceError;
use ballast_core::settlement::SettlementError;
use ballast_core::shares::ShareError;
use ballast_core::statistics::ObserveError;
use ballast_core::valuation::ValuationError;
use bytemuck::CheckedBitPattern;

/// What went wrong, and what to do about it.
#[error_code]
#[derive(PartialEq, Eq, CheckedBitPattern)]
pub enum BallastError {
    // Configuration.
    #[msg("A vault holds 2 to 16 assets; pass one configuration and two accounts (mint, reserve) for each")]
    AssetCount,
    #[msg("The target weights must sum to 10,000 bps")]
    TargetsSum,
    #[msg("Each drift band must be 1 to 10,000 bps")]
    BandOutOfBounds,
    #[msg("Each asset needs a price feed; pass its feed id or price account")]
    FeedMissing,
    #[msg("A mint may appear only once in a basket")]
    DuplicateAsset,
    #[msg("A limit is outside its compiled bounds; the log names it, the README lists the bounds")]
    LimitOutOfBounds,
    #[msg("A parameter of the strategy is outside its compiled bounds, or what it needs is missing; the log names it")]
    StrategyOutOfBounds,
    #[msg("A breaker or stress parameter is outside its compiled bounds; the log names it")]
    RiskOutOfBounds,
    #[msg("The strategy is set before the first deposit; afterwards depositors rely on it")]
    StrategyFixed,
    #[msg("A ramp lasts an hour to a year")]
    RampTimes,
    #[msg("The ramp is faster than max_ramp_bps_per_day; take longer, or queue it as a change")]
    RampTooFast,
    #[msg("The guardian must be a real address")]
    GuardianMissing,
    #[msg("The mint must belong to SPL Token or Token-2022 and have at most 18 decimals")]
    UnsupportedMint,
    #[msg("The mint has a Token-2022 extension that is not on the allowlist")]
    UnsupportedMintExtension,
    #[msg("The new asset's reserve does not exist; first create the authority's associated token account for its mint")]
    ReserveMissing,
    #[msg("An asset leaves the basket only empty and without a target; the log names what is left")]
    AssetInUse,
    #[msg("The asset is not quarantined")]
    NotQuarantined,

    // Governance.
    #[msg("This would loosen what the log names; queue it as a change, which waits for the timelock")]
    Loosens,
    #[msg("The change's timelock has not passed yet")]
    ChangeTimelocked,
    #[msg("The change was not applied in time; cancel it, and queue it anew")]
    ChangeExpired,
    #[msg("The vault was tightened after the change was queued; cancel it, look at it again, and queue it anew")]
    ChangeOutdated,
    #[msg("The change was queued by another admin; cancel it, and queue it anew")]
    ChangeOfAnotherAdmin,
    #[msg("The vault closes only when nobody but the locked share owns anything: no shares, no fees owed, no claims")]
    VaultInUse,
    #[msg("The vault is being closed; it takes no deposits any more")]
    VaultClosing,

    // Roles.
    #[msg("Only the vault's admin may do this")]
    NotAdmin,
    #[msg("Only the vault's guardian or admin may do this")]
    NotGuardian,
    #[msg("Only the vault's manager or admin may start a ramp")]
    NotManager,
    #[msg("Only the vault's forecaster may post forecasts")]
    NotForecaster,
    #[msg("The forecast is outside the strategy's bounds, or stands for too long; the log names the field")]
    ForecastOutOfBounds,
    #[msg("Only the proposed admin may accept; the admin must propose this address first")]
    NotPendingAdmin,
    #[msg("Name at least one activity, by the published bits only")]
    UnknownActivity,
    #[msg("Only the vault's guardian or admin may quarantine an asset whose reserve is not frozen")]
    NotFrozen,

    // Accounts.
    #[msg("The account is not the one recorded in the vault")]
    WrongAccount,
    #[msg("The token program is not the one that owns the asset's mint")]
    WrongTokenProgram,
    #[msg("The vault has no such asset; check the index or the mint")]
    UnknownAsset,
    #[msg("The number of remaining accounts or amounts does not match the vault's assets")]
    AccountsMismatch,
    #[msg("The account's data is not what this program wrote; do not use it")]
    CorruptAccount,
    #[msg("The claims are somebody else's, or on another vault")]
    WrongClaims,
    #[msg("Fees go to a share account of the vault's fee recipient only")]
    WrongFeeAccount,
    #[msg("A reserve's owner, delegate, close authority or state changed, or tokens are missing; nothing was done")]
    ReserveTampered,

    // Prices.
    #[msg("Name at least one asset of the vault in the mask, and pass one price account for each, in order")]
    PriceAccounts,
    #[msg("The price account is not owned by the Pyth program of the asset's feed kind")]
    PriceOwner,
    #[msg("The price account carries another feed than the asset's")]
    PriceFeed,
    #[msg("The price update is not fully verified; post it with full verification")]
    PriceUnverified,
    #[msg("The price account cannot be read, or its price is not being traded")]
    PriceUnreadable,
    #[msg("The price must be positive")]
    PriceNotPositive,
    #[msg("The price's exponent is not between -18 and 0")]
    PriceExponent,
    #[msg("The price is older than the vault's limit; post and refresh a newer one")]
    PriceStale,
    #[msg("The price is from the future; wait for the cluster's clock")]
    PriceFuture,
    #[msg("The price is older than the one the vault holds")]
    PriceOlderThanLast,
    #[msg("The price's confidence interval is wider than the vault's limit; wait for a calmer market")]
    PriceUncertain,
    #[msg("The price per raw unit cannot be represented")]
    PriceOutOfRange,
    #[msg("The vault's strategy observes no prices")]
    ObservationOff,
    #[msg("The spacing since the last observation has not passed yet")]
    ObservedTooSoon,

    // Deposits and redemptions.
    #[msg("This activity is paused; redemption in kind always works")]
    Paused,
    #[msg("The first deposit is the admin's, in kind, and creates 10 to 1,000,000,000 shares")]
    FirstDeposit,
    #[msg("The amount is too small to give anything back; use a larger one")]
    AmountTooSmall,
    #[msg("The vault is empty; its first deposit is in kind")]
    VaultEmpty,
    #[msg("The result is below your minimum; lower the minimum or try later")]
    BelowMinimum,
    #[msg("The vault holds less of this asset than the redemption needs; redeem in kind or in another asset")]
    InsufficientReserve,
    #[msg("A mask names an asset that the vault does not have; or what is forfeited is not skipped, or everything")]
    SkipMask,
    #[msg("Pass your claims on this vault, opened by open_claims, or forfeit what is skipped")]
    ClaimsMissing,
    #[msg("There is nothing to pay out: nothing is owed, or its reserve is empty")]
    NothingOwed,
    #[msg("The claims are not all paid yet; claim every asset, then close")]
    ClaimsOpen,
    #[msg("The asset is quarantined, or another one while this is a deposit; redeem or deposit in kind, or use another route")]
    Quarantined,
    #[msg("This would leave an asset beyond its band; use less, another asset, or all assets in kind")]
    LeavesBand,

    // Routes and rebalancing.
    #[msg("The pool is not owned by a supported AMM program, or is of an unsupported kind")]
    UnsupportedPool,
    #[msg("The route belongs to another vault")]
    WrongRoute,
    #[msg("The AMM program is not the route's")]
    WrongAmmProgram,
    #[msg("An account of the swap is not the one pinned in the route")]
    WrongRouteAccount,
    #[msg("The route's timelock has not passed yet")]
    RouteTimelocked,
    #[msg("The minimum interval since the last rebalance has not passed yet")]
    TooSoon,
    #[msg("Every asset is inside its band; there is nothing to do")]
    InBand,
    #[msg("A trade on this route would not bring the drifted assets closer to their targets; use another route")]
    RouteNotDue,
    #[msg("The pool's price is too far from the oracle's; wait for arbitrage")]
    PoolAway,
    #[msg("The trade would lose more than the loss budget leaves, which the log tells; it comes back over a day")]
    LossBudgetSpent,
    #[msg("The trade would be smaller than the least worth making")]
    TradeTooSmall,
    #[msg("The two assets' prices were published too far apart; refresh both with prices of the same moment")]
    PricesApart,
    #[msg("The trade would cost more than it gains; preview tells both figures")]
    CostExceedsBenefit,
    #[msg("The pool would pay less than the minimum output, however small the trade; wait for liquidity or a better price")]
    Illiquid,
    #[msg("The turnover is used up; it comes back over a day")]
    TurnoverSpent,
    #[msg("It is other vaults' turn to trade; wait for this one's")]
    NotItsTurn,
    #[msg("The swap took more than the decided amount, or nothing; the transaction is undone")]
    SwapTookTooMuch,
    #[msg("The swap returned less than the minimum; the transaction is undone")]
    SwapReturnedTooLittle,
    #[msg("The swap did not bring both assets closer to their targets without crossing them; the transaction is undone")]
    Overshoot,

    // Risk.
    #[msg("A breaker has halted the vault; its account tells which, and until when or that the admin must review it")]
    Halted,
    #[msg("A breaker has halted this route; use another one, or wait until it has cooled off or the admin has reviewed it")]
    RouteHalted,
    #[msg("A price is far from its averages or too uncertain; wait for calmer prices, or use all assets in kind")]
    PriceDislocated,
    #[msg("The trade would leave the basket with a worse loss under stress than is allowed; preview shows the table")]
    StressWorse,
    #[msg("No breaker's condition holds now; nothing was halted")]
    BreakerNotMet,
    #[msg("There is no halt to clear")]
    NotHalted,

    // Arithmetic.
    #[msg("A calculation overflowed; use smaller amounts")]
    MathOverflow,
}

impl From<MathError> for BallastError {
    fn from(_: MathError) -> Self {
        BallastError::MathOverflow
    }
}

impl From<PriceError> for BallastError {
    fn from(error: PriceError) -> Self {
        match error {
            PriceError::NotPositive => BallastError::PriceNotPositive,
            PriceError::Exponent => BallastError::PriceExponent,
            PriceError::Stale => BallastError::PriceStale,
            PriceError::Future => BallastError::PriceFuture,
            PriceError::OlderThanLast => BallastError::PriceOlderThanLast,
            PriceError::Uncertain => BallastError::PriceUncertain,
            PriceError::OutOfRange => BallastError::PriceOutOfRange,
        }
    }
}

impl From<ShareError> for BallastError {
    fn from(error: ShareError) -> Self {
        match error {
            ShareError::Math(error) => error.into(),
            ShareError::TooSmall => BallastError::AmountTooSmall,
            ShareError::Empty => BallastError::VaultEmpty,
            ShareError::FirstDeposit => BallastError::FirstDeposit,
        }
    }
}

impl From<ValuationError> for BallastError {
    fn from(error: ValuationError) -> Self {
        match error {
            ValuationError::Stale => BallastError::PriceStale,
            ValuationError::Math(error) => error.into(),
        }
    }
}

impl From<DecisionError> for BallastError {
    fn from(error: DecisionError) -> Self {
        match error {
            DecisionError::Math(error) => error.into(),
            DecisionError::UnknownAsset => BallastError::UnknownAsset,
        }
    }
}

impl From<Reason> for BallastError {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Paused => BallastError::Paused,
            Reason::RouteTimelocked => BallastError::RouteTimelocked,
            Reason::TooSoon => BallastError::TooSoon,
            Reason::PriceStale => BallastError::PriceStale,
            Reason::Empty => BallastError::VaultEmpty,
            Reason::InBand => BallastError::InBand,
            Reason::RouteNotDue => BallastError::RouteNotDue,
            Reason::PoolAway => BallastError::PoolAway,
            Reason::LossBudgetSpent => BallastError::LossBudgetSpent,
            Reason::TradeTooSmall => BallastError::TradeTooSmall,
            Reason::PricesApart => BallastError::PricesApart,
            Reason::CostExceedsBenefit => BallastError::CostExceedsBenefit,
            Reason::Illiquid => BallastError::Illiquid,
            Reason::TurnoverSpent => BallastError::TurnoverSpent,
            Reason::NotItsTurn => BallastError::NotItsTurn,
            Reason::Quarantined => BallastError::Quarantined,
            Reason::Halted => BallastError::Halted,
            Reason::RouteHalted => BallastError::RouteHalted,
            Reason::StressWorse => BallastError::StressWorse,
        }
    }
}

impl From<SettlementError> for BallastError {
    fn from(error: SettlementError) -> Self {
        match error {
            SettlementError::AmountIn => BallastError::SwapTookTooMuch,
            SettlementError::AmountOut => BallastError::SwapReturnedTooLittle,
            SettlementError::Overshoot => BallastError::Overshoot,
            SettlementError::LossBudget => BallastError::LossBudgetSpent,
            SettlementError::TurnoverBudget => BallastError::TurnoverSpent,
            SettlementError::CostExceedsBenefit => BallastError::CostExceedsBenefit,
            SettlementError::StressWorse => BallastError::StressWorse,
            SettlementError::Math(error) => error.into(),
        }
    }
}

impl From<ObserveError> for BallastError {
    fn from(error: ObserveError) -> Self {
        match error {
            ObserveError::Off => BallastError::ObservationOff,
            ObserveError::TooSoon => BallastError::ObservedTooSoon,
            ObserveError::Stale => BallastError::PriceStale,
            ObserveError::Math(error) => error.into(),
        }
    }
}
