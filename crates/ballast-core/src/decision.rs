//! The rebalancing decision: one pure function from a snapshot to a trade or the reason for none.

use crate::fixed::{self, MathError};
use crate::limits::Limits;
use crate::loss::LossWindow;
use crate::pool::Reserves;
use crate::price::{self, UnitPrice};
use crate::valuation::Valuation;
use crate::{BPS, drift::Position};

/// Most seconds between the publication of the two prices that a trade compares. Whoever refreshes prices chooses among
/// those of the last `max_price_age_secs`; without this bound, one asset's lowest could be set against the other's highest.
pub const MAX_PUBLISH_GAP_SECS: u64 = 10;

/// Why there is no trade. The numbers are part of the program's interface: append only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Reason {
    /// Rebalancing is paused.
    Paused = 1,
    /// The route's timelock has not passed.
    RouteTimelocked = 2,
    /// The minimum interval since the last rebalance has not passed.
    TooSoon = 3,
    /// A price is older than the limit.
    PriceStale = 4,
    /// The vault holds nothing.
    Empty = 5,
    /// Every asset is inside its band.
    InBand = 6,
    /// Some asset is outside its band, but a trade between this route's two assets would not help it.
    RouteNotDue = 7,
    /// The pool's price is too far from the oracle's.
    PoolAway = 8,
    /// The day's loss budget is spent.
    LossBudgetSpent = 9,
    /// The trade would be smaller than the least worth making.
    TradeTooSmall = 10,
    /// The two prices were published too far apart to be compared.
    PricesApart = 11,
}

impl Reason {
    /// Every reason, in the order of the numbers.
    pub const ALL: [Reason; 11] = [
        Reason::Paused,
        Reason::RouteTimelocked,
        Reason::TooSoon,
        Reason::PriceStale,
        Reason::Empty,
        Reason::InBand,
        Reason::RouteNotDue,
        Reason::PoolAway,
        Reason::LossBudgetSpent,
        Reason::TradeTooSmall,
        Reason::PricesApart,
    ];

    /// The reason with this number; `None` where there is none.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| *reason as u8 == number)
    }
}

/// What made a trade due. The numbers are part of the program's interface: append only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Trigger {
    /// An asset left its band.
    Drift = 1,
}

/// One of the two assets that a route trades.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Side {
    /// Index in the vault's basket.
    pub index: usize,
    /// The vault's accounted balance, raw units.
    pub balance: u64,
    /// Raw units of this asset in the pool, as its curve counts them.
    pub pool_reserve: u64,
    /// Last accepted price.
    pub price: UnitPrice,
    /// Unix time at which that price was published; 0 before the first one.
    pub publish_time: i64,
}

/// All that a decision depends on.
#[derive(Clone, Copy, Debug)]
pub struct Snapshot<'a> {
    /// Unix time, in seconds.
    pub now: i64,
    /// Whether rebalancing is paused.
    pub is_paused: bool,
    /// Unix time from which the route may be used.
    pub route_active_at: i64,
    /// Unix time of the last rebalance; 0 before the first.
    pub last_rebalance_at: i64,
    /// The vault's limits.
    pub limits: &'a Limits,
    /// Losses of the loss budget's current window.
    pub loss: LossWindow,
    /// The basket at mid prices.
    pub valuation: &'a Valuation,
    /// The route's two assets, in the pool's order; the decision finds the direction.
    pub pair: [Side; 2],
}

/// A trade that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trade {
    /// Position in [`Snapshot::pair`] of the asset to sell; the other one is bought.
    pub sell: usize,
    /// Raw units to sell.
    pub amount_in: u64,
    /// Fewest raw units to accept.
    pub min_out: u64,
    /// Value of `amount_in` at the mid price, in micro-dollars.
    pub value_usd: u64,
    /// How far the sold asset is above its target, in micro-dollars.
    pub excess_usd: u64,
    /// How far the bought asset is below its target, in micro-dollars.
    pub deficit_usd: u64,
    /// What made it due.
    pub trigger: Trigger,
}

impl Trade {
    /// Position in [`Snapshot::pair`] of the asset to buy.
    pub fn buy(&self) -> usize {
        self.sell ^ 1
    }

    /// Orders two things of the pair by the trade's direction: what belongs to the sold asset first.
    pub fn directed<T>(&self, [first, second]: [T; 2]) -> (T, T) {
        if self.sell == 0 { (first, second) } else { (second, first) }
    }
}

/// The decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Trade now.
    Trade(Trade),
    /// Do nothing.
    Dormant(Reason),
}

/// Why a snapshot cannot be decided upon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecisionError {
    /// A value does not fit 64 bits.
    Math(MathError),
    /// The pair names an asset that the basket does not have.
    UnknownAsset,
}

impl From<MathError> for DecisionError {
    fn from(error: MathError) -> Self {
        DecisionError::Math(error)
    }
}

/// Decides whether to trade on a route, in which direction, how much, and for how much at least.
///
/// A trade goes from an asset above its target to one below it, at least one of them outside its band. Its size is the
/// smaller of the two distances, kept short of the target by what the pool may pay above the oracle's price so that
/// neither asset can cross its target, and held to the limits on trade size and pool impact.
#[inline(never)]
pub fn decide(snapshot: &Snapshot) -> Result<Decision, DecisionError> {
    if let Some(reason) = guard(snapshot) {
        return Ok(Decision::Dormant(reason));
    }
    let nav_usd = snapshot.valuation.nav_usd;
    let positions = [position(snapshot, 0)?, position(snapshot, 1)?];
    let Some(sell) = direction(&positions, nav_usd)? else {
        let in_band = !snapshot.valuation.positions().iter().any(|position| position.is_out_of_band(nav_usd));
        return Ok(Decision::Dormant(if in_band { Reason::InBand } else { Reason::RouteNotDue }));
    };
    size(snapshot, &positions, sell)
}

/// The conditions that do not look at weights.
fn guard(snapshot: &Snapshot) -> Option<Reason> {
    let Snapshot { now, limits, valuation, pair, .. } = snapshot;
    let next_at = snapshot.last_rebalance_at.saturating_add(i64::from(limits.min_interval_secs));
    let is_fresh_side = |side: &Side| price::is_fresh(side.publish_time, *now, limits.max_price_age_secs);
    let is_fresh = valuation.is_fresh && pair.iter().all(is_fresh_side);
    let [first, second] = pair;
    let gap_secs = first.publish_time.abs_diff(second.publish_time);
    let conditions = [
        (snapshot.is_paused, Reason::Paused),
        (*now < snapshot.route_active_at, Reason::RouteTimelocked),
        (*now < next_at, Reason::TooSoon),
        (!is_fresh, Reason::PriceStale),
        (gap_secs > MAX_PUBLISH_GAP_SECS, Reason::PricesApart),
        (valuation.nav_usd == 0, Reason::Empty),
    ];
    conditions.into_iter().find_map(|(holds, reason)| holds.then_some(reason))
}

fn position(snapshot: &Snapshot, side: usize) -> Result<Position, DecisionError> {
    let index = snapshot.pair.get(side).ok_or(DecisionError::UnknownAsset)?.index;
    snapshot.valuation.positions().get(index).copied().ok_or(DecisionError::UnknownAsset)
}

/// Which of the two assets to sell: the one above its target where the other is below its own and either is out of band.
fn direction(positions: &[Position; 2], nav_usd: u64) -> Result<Option<usize>, MathError> {
    if !positions.iter().any(|position| position.is_out_of_band(nav_usd)) {
        return Ok(None);
    }
    let [first, second] = positions;
    let (first_target, second_target) = (first.target_usd(nav_usd)?, second.target_usd(nav_usd)?);
    Ok(match (first.value_usd.cmp(&first_target), second.value_usd.cmp(&second_target)) {
        (core::cmp::Ordering::Greater, core::cmp::Ordering::Less) => Some(0),
        (core::cmp::Ordering::Less, core::cmp::Ordering::Greater) => Some(1),
        _ => None,
    })
}

/// Size and minimum output of the trade, or why it may not be made.
fn size(snapshot: &Snapshot, positions: &[Position; 2], sell: usize) -> Result<Decision, DecisionError> {
    let (limits, nav_usd) = (snapshot.limits, snapshot.valuation.nav_usd);
    let (seller, buyer) = if sell == 0 { (0, 1) } else { (1, 0) };
    let [sold, bought] = [snapshot.pair[seller], snapshot.pair[buyer]];

    let pool = Reserves { input: sold.pool_reserve, output: bought.pool_reserve };
    if !pool.is_near_oracle(&sold.price, &bought.price, limits.max_pool_deviation_bps)? {
        return Ok(Decision::Dormant(Reason::PoolAway));
    }
    if !snapshot.loss.at(snapshot.now).has_budget(limits.max_daily_loss_bps) {
        return Ok(Decision::Dormant(Reason::LossBudgetSpent));
    }

    let excess_usd = positions[seller].value_usd.saturating_sub(positions[seller].target_usd(nav_usd)?);
    let deficit_usd = positions[buyer].target_usd(nav_usd)?.saturating_sub(positions[buyer].value_usd);
    let distance_usd = short_of_target(excess_usd.min(deficit_usd), limits.max_pool_deviation_bps)?;
    let chunk_usd = fixed::mul_div_floor(nav_usd, u64::from(limits.max_trade_bps), u64::from(BPS))?;
    let amount_in = fixed::div_x64_floor(distance_usd.min(chunk_usd), sold.price.mid_x64)?
        .min(pool.max_input(limits.max_pool_impact_bps)?)
        .min(sold.balance);
    let value_usd = sold.price.value_usd(amount_in)?;
    let min_out = min_out(amount_in, &sold.price, &bought.price, limits.max_slippage_bps)?;
    if value_usd < limits.min_trade_usd || min_out == 0 {
        return Ok(Decision::Dormant(Reason::TradeTooSmall));
    }
    Ok(Decision::Trade(Trade { sell, amount_in, min_out, value_usd, excess_usd, deficit_usd, trigger: Trigger::Drift }))
}

/// The distance to the target less what the pool may pay above the oracle's price: `distance / (1 + deviation)`, rounded
/// down. A trade of `x` then brings in at most `x · (1 + deviation)`, which is at most `distance`; see `docs/math.md`.
fn short_of_target(distance_usd: u64, max_pool_deviation_bps: u16) -> Result<u64, MathError> {
    let reduced = u64::from(BPS).saturating_add(u64::from(max_pool_deviation_bps));
    fixed::mul_div_floor(distance_usd, u64::from(BPS), reduced)
}

/// Fewest units to accept for `amount_in`: its least value within the confidence interval, less the slippage tolerance,
/// at the bought asset's highest price. Rounded up, which favours the vault.
pub fn min_out(amount_in: u64, sold: &UnitPrice, bought: &UnitPrice, max_slippage_bps: u16) -> Result<u64, MathError> {
    let kept_bps = u64::from(BPS).saturating_sub(u64::from(max_slippage_bps));
    let least_usd = fixed::mul_div_ceil(sold.value_low_usd(amount_in)?, kept_bps, u64::from(BPS))?;
    fixed::div_x64_ceil(least_usd, bought.high_x64()?)
}

#[cfg(test)]
#[path = "decision_tests.rs"]
mod tests;
