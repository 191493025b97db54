//! The breakers' conditions: which of them holds, and what was measured against which limit.
//!
//! Every function answers `None` while its limit is kept; the limit itself is inside, but for the loss budget's, at whose use
//! trading stops.

use crate::BPS;
use crate::budget::NavBudget;
use crate::decision::Side;
use crate::fixed::{self, MathError};
use crate::price::{PublishedPrice, UnitPrice, is_fresh};
use crate::risk::breaker::{Breaker, Breakers};
use crate::risk::lookback::Lookbacks;
use crate::valuation::Holding;

/// [`Trip::asset`] of what is about no single asset.
pub const NO_ASSET: u8 = 255;

/// A breaker whose condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trip {
    /// Which one.
    pub breaker: Breaker,
    /// Index of the asset that it is about; [`NO_ASSET`] for none.
    pub asset: u8,
    /// What was measured, in basis points rounded up (of the loss budget, down); in micro-dollars for a pool's depth.
    pub measured: u64,
    /// The limit that it passed, in the same unit.
    pub limit: u64,
}

/// The condition that counts where several hold: the first of a hard breaker, else the first one.
pub fn gravest(breakers: &Breakers, trips: impl IntoIterator<Item = Option<Trip>>) -> Option<Trip> {
    trips.into_iter().flatten().min_by_key(|trip| !breakers.is_hard(trip.breaker))
}

/// A held asset's fresh price that is far from either average, or wide. Prices that are no longer fresh say nothing of now.
#[inline(never)]
pub fn prices(holdings: impl Iterator<Item = Holding>, breakers: &Breakers, now: i64, max_age_secs: u32) -> Option<Trip> {
    let held = (0..NO_ASSET).zip(holdings).filter(|(_, holding)| holding.counts());
    let fresh = held.filter(|(_, holding)| is_fresh(holding.publish_time, now, max_age_secs));
    gravest(breakers, fresh.flat_map(|(asset, holding)| price(asset, &holding, breakers)))
}

fn price(asset: u8, holding: &Holding, breakers: &Breakers) -> [Option<Trip>; 3] {
    let UnitPrice { mid_x64, conf_x64 } = holding.price;
    let far_from = |breaker, reference_x64: u128, max_bps: u16| {
        let measured = beyond_bps(mid_x64.abs_diff(reference_x64), reference_x64, max_bps)?;
        Some(Trip { breaker, asset, measured, limit: max_bps.into() })
    };
    [
        far_from(Breaker::Jump, holding.references.average_x64, breakers.max_jump_bps),
        far_from(Breaker::Divergence, holding.references.ema_x64, breakers.max_divergence_bps),
        width(asset, conf_x64, mid_x64, breakers),
    ]
}

/// A published price of an asset that is wide: evidence that [`prices`] cannot see where the vault takes no price so wide.
pub fn published(asset: u8, price: &PublishedPrice, breakers: &Breakers) -> Option<Trip> {
    width(asset, price.conf.into(), price.price.unsigned_abs().into(), breakers)
}

fn width(asset: u8, conf: u128, price: u128, breakers: &Breakers) -> Option<Trip> {
    let measured = beyond_bps(conf, price, breakers.max_conf_bps)?;
    Some(Trip { breaker: Breaker::Confidence, asset, measured, limit: breakers.max_conf_bps.into() })
}

/// A share price (micro-dollars per raw share, Q64.64) that is far below a high.
pub fn drawdown(lookbacks: &Lookbacks, share_price_x64: u128, now: i64, breakers: &Breakers) -> Option<Trip> {
    let limits_bps = [breakers.max_day_drawdown_bps, breakers.max_week_drawdown_bps, breakers.max_month_drawdown_bps];
    lookbacks.highs_x64(now).into_iter().zip(limits_bps).find_map(|(high_x64, max_bps)| {
        let measured = beyond_bps(high_x64.saturating_sub(share_price_x64), high_x64, max_bps)?;
        Some(Trip { breaker: Breaker::Drawdown, asset: NO_ASSET, measured, limit: max_bps.into() })
    })
}

/// A loss budget that is used up to the limit.
pub fn loss(budget: &NavBudget, breakers: &Breakers) -> Option<Trip> {
    let (measured, limit) = (budget.used_bps(), u64::from(breakers.max_loss_used_bps));
    (measured >= limit).then_some(Trip { breaker: Breaker::LossBudget, asset: NO_ASSET, measured, limit })
}

/// A pool that holds little, or whose price is farther than `max_away_bps` from the oracle's. The pair and the reserves are in
/// the pool's order.
///
/// `pool price / oracle price` is what the pool's one side is worth over the other. How far that is from one is measured from
/// the smaller side, so that both directions of trade are as far away.
pub fn pool(pair: &[Side; 2], reserves: [u64; 2], max_away_bps: u16, breakers: &Breakers) -> Result<Option<Trip>, MathError> {
    let ([first, second], [first_units, second_units]) = (pair, reserves);
    let (first_usd, second_usd) = (first.price.value_usd(first_units)?, second.price.value_usd(second_units)?);
    let (depth_usd, apart_usd) = (first_usd.min(second_usd), first_usd.abs_diff(second_usd));
    let trip = |breaker, measured, limit| Ok(Some(Trip { breaker, asset: NO_ASSET, measured, limit }));
    if depth_usd < breakers.min_pool_depth_usd {
        return trip(Breaker::Illiquid, depth_usd, breakers.min_pool_depth_usd);
    }
    // Nothing on one side is infinitely far from something on the other.
    let away_bps = if depth_usd == 0 { Some(u64::MAX) } else { beyond_bps(apart_usd.into(), depth_usd.into(), max_away_bps) };
    away_bps.map_or(Ok(None), |measured| trip(Breaker::PoolAway, measured, max_away_bps.into()))
}

/// `part / whole` in basis points, rounded up, where that is more than `max_bps`; `None` otherwise and where there is no whole.
///
/// Exact below 2¹¹², and above to the last of more than 96 binary digits.
#[inline]
#[allow(clippy::arithmetic_side_effects, reason = "numbers below 2^112 times ones below 2^16")]
fn beyond_bps(part: u128, whole: u128, max_bps: u16) -> Option<u64> {
    let excess_bits = if (part | whole) >> 112 == 0 { 0 } else { 16 };
    let (part, whole) = (part >> excess_bits, whole >> excess_bits);
    let scaled = part * u128::from(BPS);
    if whole == 0 || scaled <= whole * u128::from(max_bps) {
        return None;
    }
    let measured = fixed::div_ceil(scaled, whole).unwrap_or(u128::MAX);
    Some(u64::try_from(measured).unwrap_or(u64::MAX))
}
