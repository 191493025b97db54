//! How much to trade, and for how much at least.
//!
//! The size is the distance that the strategy wants to go; kept short of the targets by what the pool may pay above the oracle's
//! price, so that neither asset can cross its own; held to the limits on chunk, turnover, price impact, slippage and loss;
//! and where the gate is on, no larger than pays. The pool's own rule then says what it brings in.

use super::{Decision, DecisionError, Due, Reason, Side, Snapshot, Trade, Trigger, directed};
use crate::budget::NavBudget;
use crate::drift::Position;
use crate::fixed::{self, MathError};
use crate::pool::Directed;
use crate::price::UnitPrice;
use crate::strategy::gate::{Appraisal, PairRisk};
use crate::{BPS, E8};

/// 10⁻⁸ in a basis point.
const E8_PER_BPS: i64 = 10_000;
/// More units of either asset than fees and curve can round by: two fees, each down or up to one unit at least.
const ROUNDED_UNITS: u64 = 6;

/// The market that a trade meets.
struct Market {
    sold: Side,
    bought: Side,
    pool: Directed,
    /// Value of the pool's side that is sold into, in micro-dollars.
    depth_usd: u64,
    /// What the first dollar loses against the oracle's mid prices, in 10⁻⁸: the fee, and how far the pool's price is worse.
    /// Negative where the pool's price is better.
    marginal_cost_e8: i64,
}

/// Bounds on a trade's value, in micro-dollars.
struct Caps {
    /// What the strategy wants and the limits allow.
    size_usd: u64,
    /// What the turnover leaves.
    turnover_usd: u64,
    /// What the loss budget leaves.
    loss_usd: u64,
    /// The smallest trade worth making.
    least_usd: u64,
}

/// Size and minimum output of a trade that is due, or why it may not be made.
pub(super) fn size(snapshot: &Snapshot, positions: &[Position; 2], due: &Due) -> Result<Decision, DecisionError> {
    let (sold, bought) = directed(due.sell, snapshot.pair);
    let pool = snapshot.pool.directed(due.sell);
    let turnover = snapshot.state.turnover.of_nav(snapshot.limits.max_daily_turnover_bps, snapshot.now)?;
    if let Some(reason) = refusal(snapshot, &sold, &bought, &pool, &turnover)? {
        return Ok(Decision::Dormant(reason));
    }
    let market = Market::new(sold, bought, pool)?;
    let Some(fillable_usd) = market.fillable_usd(snapshot.limits.max_slippage_bps)? else {
        return Ok(Decision::Dormant(Reason::Illiquid));
    };
    let caps = caps(snapshot, positions, due, fillable_usd, &turnover)?;
    let risk = risk(snapshot, &market, due)?;
    let best_usd = match &risk {
        None => Some(caps.size_usd),
        Some(risk) => {
            let (gate, nav_usd) = (&snapshot.strategy.gate, snapshot.valuation.nav_usd);
            gate.best_size_usd(nav_usd, risk, market.marginal_cost_e8, market.depth_usd)?
        }
    };
    // Where not even the first dollar pays, the figures of the largest trade say why.
    let size_usd = best_usd.unwrap_or(caps.size_usd).min(caps.size_usd);
    let wanted_in = market.amount_in(size_usd, snapshot.limits.max_pool_impact_bps)?;
    let amount_in = market.within_loss(wanted_in, caps.loss_usd)?;
    let trade = quoted(snapshot, due, &market, amount_in, risk)?;
    let is_worthwhile = risk.is_none() || best_usd.is_some() && snapshot.strategy.gate.is_worthwhile(&trade.appraisal);
    let too_small = if amount_in < wanted_in { Reason::LossBudgetSpent } else { caps.too_small() };
    let conditions = [
        (trade.value_usd < caps.least_usd || trade.min_out == 0, Decision::Dormant(too_small)),
        (!is_worthwhile, Decision::TooCostly(trade.appraisal)),
        (trade.expected_out < trade.min_out, Decision::Dormant(Reason::Illiquid)),
        (trade.appraisal.cost_usd > caps.loss_usd, Decision::Dormant(Reason::LossBudgetSpent)),
    ];
    let dormant = conditions.into_iter().find_map(|(holds, dormant)| holds.then_some(dormant));
    Ok(dormant.unwrap_or(Decision::Trade(trade)))
}

/// Why no trade of any size may be made now. A loss budget without anything left has tripped its breaker before.
fn refusal(
    snapshot: &Snapshot,
    sold: &Side,
    bought: &Side,
    pool: &Directed,
    turnover: &NavBudget,
) -> Result<Option<Reason>, MathError> {
    let max_deviation_bps = snapshot.limits.max_pool_deviation_bps;
    let is_near = pool.reserves.is_near_oracle(&sold.price, &bought.price, max_deviation_bps)?;
    let conditions = [(!is_near, Reason::PoolAway), (turnover.is_spent(), Reason::TurnoverSpent)];
    Ok(conditions.into_iter().find_map(|(holds, reason)| holds.then_some(reason)))
}

fn caps(
    snapshot: &Snapshot,
    positions: &[Position; 2],
    due: &Due,
    fillable_usd: u64,
    turnover: &NavBudget,
) -> Result<Caps, MathError> {
    let (limits, nav_usd) = (snapshot.limits, snapshot.valuation.nav_usd);
    let part_usd = |part_bps: u32| fixed::mul_div_floor(nav_usd, u64::from(part_bps), u64::from(BPS));
    let short_usd = short_of_target(due.excess_usd.min(due.deficit_usd), limits.max_pool_deviation_bps)?;
    let turnover_usd = turnover.left_usd(nav_usd)?;
    let size_usd = wanted_usd(snapshot, positions, due)?
        .min(short_usd)
        .min(part_usd(u32::from(limits.max_trade_bps))?)
        .min(turnover_usd)
        .min(fillable_usd);
    let loss_usd = snapshot.loss_left_usd()?;
    let least_usd = part_usd(snapshot.strategy.execution.min_trade_bps)?.max(limits.min_trade_usd);
    Ok(Caps { size_usd, turnover_usd, loss_usd, least_usd })
}

impl Caps {
    /// Why a trade is too small: for a turnover that is nearly used up, or by itself.
    fn too_small(&self) -> Reason {
        let is_for_turnover = self.turnover_usd == self.size_usd && self.turnover_usd < self.least_usd;
        if is_for_turnover { Reason::TurnoverSpent } else { Reason::TradeTooSmall }
    }
}

/// The trade of this amount, with what the pool pays for it.
fn quoted(snapshot: &Snapshot, due: &Due, market: &Market, amount_in: u64, risk: Option<PairRisk>) -> Result<Trade, MathError> {
    let Market { sold, bought, pool, .. } = market;
    let value_usd = sold.price.value_usd(amount_in)?;
    let benefit_usd = match &risk {
        None => 0,
        Some(risk) => snapshot.strategy.gate.benefit_usd(value_usd, snapshot.valuation.nav_usd, risk)?,
    };
    Ok(Trade {
        sell: due.sell,
        amount_in,
        min_out: min_out(amount_in, &sold.price, &bought.price, snapshot.limits.max_slippage_bps)?,
        expected_out: pool.quote(amount_in)?,
        value_usd,
        excess_usd: due.excess_usd,
        deficit_usd: due.deficit_usd,
        trigger: due.trigger,
        appraisal: Appraisal { benefit_usd, cost_usd: market.loss_usd(amount_in)? },
        risk,
        stress_loss_e8: 0,
    })
}

impl Market {
    /// `pool` is near the oracle's price, so that neither of its sides is empty.
    fn new(sold: Side, bought: Side, pool: Directed) -> Result<Self, MathError> {
        let depth_usd = sold.price.value_usd(pool.reserves.input)?;
        let output_usd = bought.price.value_usd(pool.reserves.output)?;
        let kept_e8 = E8.saturating_sub(pool.fee_e8()?);
        // What the side that is bought from is worth per dollar of the other is the pool's price over the oracle's.
        let returned_e8 = fixed::mul_div_floor(output_usd, kept_e8, depth_usd)?;
        let returned_e8 = i64::try_from(returned_e8).map_err(|_| MathError::Overflow)?;
        Ok(Market { sold, bought, pool, depth_usd, marginal_cost_e8: (E8 as i64).saturating_sub(returned_e8) })
    }

    /// Raw units that are worth up to `size_usd`, as far as the balance and the pool's depth go.
    fn amount_in(&self, size_usd: u64, max_pool_impact_bps: u16) -> Result<u64, MathError> {
        let amount = fixed::div_x64_floor(size_usd, self.sold.price.mid_x64)?;
        Ok(amount.min(self.pool.reserves.max_input(max_pool_impact_bps)?).min(self.sold.balance))
    }

    /// The largest trade planned, in micro-dollars, so that it loses no more than the tolerance against the mid prices; `None`
    /// where there is none. The minimum output, which is what an attacker could leave, grants both confidences besides.
    ///
    /// A trade of `y` loses at most `c + y / depth` of itself.
    fn fillable_usd(&self, max_slippage_bps: u16) -> Result<Option<u64>, MathError> {
        let allowed_e8 = i64::from(max_slippage_bps).saturating_mul(E8_PER_BPS);
        let room_e8 = allowed_e8.saturating_sub(self.marginal_cost_e8);
        match u64::try_from(room_e8) {
            Ok(room_e8) if room_e8 > 0 => fixed::mul_div_floor(self.depth_usd, room_e8, E8).map(Some),
            _ => Ok(None),
        }
    }

    /// What selling `amount_in` would lose against the oracle's mid prices, in micro-dollars; 0 for a gain. Rounded up: balances'
    /// values, which settlement compares, can differ by one micro-dollar more than the amount's value.
    fn loss_usd(&self, amount_in: u64) -> Result<u64, MathError> {
        let paid_usd = self.sold.price.value_usd(amount_in)?.saturating_add(1);
        Ok(paid_usd.saturating_sub(self.bought.price.value_usd(self.pool.quote(amount_in)?)?))
    }

    /// `amount`, or as much less as keeps its loss within the budget. But for rounding, losses grow faster than amounts, so a
    /// trade smaller by some factor loses less by at least that factor.
    fn within_loss(&self, amount: u64, budget_usd: u64) -> Result<u64, MathError> {
        let loss_usd = self.loss_usd(amount)?;
        if loss_usd <= budget_usd {
            return Ok(amount);
        }
        fixed::mul_div_floor(amount, budget_usd.saturating_sub(self.rounding_usd()?), loss_usd)
    }

    /// More than all roundings of a quote and of its loss together can make, in micro-dollars: each fee and the curve round by
    /// up to a unit of an asset, each value by a micro-dollar.
    fn rounding_usd(&self) -> Result<u64, MathError> {
        let units_usd = [&self.sold, &self.bought].map(|side| fixed::mul_x64_ceil(ROUNDED_UNITS, side.price.mid_x64));
        let [sold_usd, bought_usd] = units_usd;
        sold_usd?.checked_add(bought_usd?).and_then(|units_usd| units_usd.checked_add(2)).ok_or(MathError::Overflow)
    }
}

/// How the trade changes the tracking error's variance; `None` where the gate does not judge it or has no statistics yet.
fn risk(snapshot: &Snapshot, market: &Market, due: &Due) -> Result<Option<PairRisk>, MathError> {
    let statistics = &snapshot.state.statistics;
    let is_judged = snapshot.strategy.gate.judges(due.excess_usd.max(due.deficit_usd), snapshot.valuation.nav_usd);
    if !is_judged || !statistics.is_warm(&snapshot.strategy.sampling) {
        return Ok(None);
    }
    let active_e8 = snapshot.valuation.active_e8()?;
    let active_e8 = active_e8.get(..snapshot.valuation.positions().len()).unwrap_or_default();
    let (sold, bought) = (market.sold.index, market.bought.index);
    Ok(Some(PairRisk {
        slope_e12: statistics.covariance.exchange_covariance_e12(bought, sold, active_e8)?,
        curvature_e12: statistics.covariance.exchange_variance_e12(bought, sold)?,
    }))
}

/// How far the strategy wants to go: after drift, as far as brings every asset of the pair that is out of its band to where
/// trades should end, be it beyond the other's target; on schedule, to the nearer target.
fn wanted_usd(snapshot: &Snapshot, positions: &[Position; 2], due: &Due) -> Result<u64, MathError> {
    if due.trigger == Trigger::Schedule {
        return Ok(due.excess_usd.min(due.deficit_usd));
    }
    let nav_usd = snapshot.valuation.nav_usd;
    let (sold, bought) = directed(due.sell, *positions);
    let mut wanted_usd = 0;
    for (position, distance_usd) in [(sold, due.excess_usd), (bought, due.deficit_usd)] {
        let beyond_usd = position.beyond_edge_usd(nav_usd)?;
        if beyond_usd > 0 {
            wanted_usd = snapshot.strategy.execution.distance_usd(distance_usd, beyond_usd)?.max(wanted_usd);
        }
    }
    Ok(wanted_usd)
}

/// The distance to the target less what the pool may pay above the oracle's price: `distance / (1 + deviation)`, rounded
/// down. A trade of `x` then brings in at most `x · (1 + deviation)`, which is at most `distance`; see `docs/math.md`.
pub(super) fn short_of_target(distance_usd: u64, max_pool_deviation_bps: u16) -> Result<u64, MathError> {
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
