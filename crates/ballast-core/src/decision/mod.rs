//! The rebalancing decision: one pure function from a snapshot to a trade or the reason for none.

mod sizing;

pub use sizing::min_out;

use core::cmp::Ordering;

use crate::drift::Position;
use crate::fixed::MathError;
use crate::limits::Limits;
use crate::performance::share_price_x64;
use crate::pool::Pool;
use crate::price::{self, UnitPrice};
use crate::risk::breaker::{Breakers, Halt};
use crate::risk::condition::{self, Trip};
use crate::risk::stress::{Book, Stress};
use crate::state::State;
use crate::strategy::Strategy;
use crate::strategy::gate::{Appraisal, PairRisk};
use crate::valuation::{Holding, Valuation};

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
    /// Every asset is inside its band, and the schedule's window is closed.
    InBand = 6,
    /// Some asset is outside its band, or the schedule's window is open, but a trade between this route's two assets would not
    /// help.
    RouteNotDue = 7,
    /// The pool's price is too far from the oracle's.
    PoolAway = 8,
    /// What is left of the loss budget is too little for a trade worth making.
    LossBudgetSpent = 9,
    /// The trade would be smaller than the least worth making.
    TradeTooSmall = 10,
    /// The two prices were published too far apart to be compared.
    PricesApart = 11,
    /// The trade would cost more than it gains; see [`Decision::TooCostly`] for both figures.
    CostExceedsBenefit = 12,
    /// The pool would pay less than the minimum output, however small the trade.
    Illiquid = 13,
    /// The turnover is used up.
    TurnoverSpent = 14,
    /// It is other vaults' turn to trade.
    NotItsTurn = 15,
    /// One of the route's assets is quarantined, or no longer in the basket.
    Quarantined = 16,
    /// A breaker has halted the vault, or would now.
    Halted = 17,
    /// A breaker has halted the route, or would now.
    RouteHalted = 18,
    /// The trade would leave the basket with a worse loss under stress than is allowed; see [`Decision::StressWorse`].
    StressWorse = 19,
}

impl Reason {
    /// Every reason, in the order of the numbers.
    pub const ALL: [Reason; 19] = [
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
        Reason::CostExceedsBenefit,
        Reason::Illiquid,
        Reason::TurnoverSpent,
        Reason::NotItsTurn,
        Reason::Quarantined,
        Reason::Halted,
        Reason::RouteHalted,
        Reason::StressWorse,
    ];

    /// Whether another route may do better at the same moment; every other reason is about the whole vault.
    pub fn is_about_the_route(self) -> bool {
        use Reason::*;
        match self {
            Paused | TooSoon | PriceStale | Empty | InBand | NotItsTurn | Halted => false,
            RouteTimelocked | RouteNotDue | PoolAway | LossBudgetSpent | TradeTooSmall | PricesApart | CostExceedsBenefit
            | Illiquid | TurnoverSpent | Quarantined | RouteHalted | StressWorse => true,
        }
    }

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
    /// The schedule's window is open.
    Schedule = 2,
}

/// One of the two assets that a route trades.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Side {
    /// Index in the vault's basket.
    pub index: usize,
    /// The vault's accounted balance, raw units.
    pub balance: u64,
    /// Last accepted price.
    pub price: UnitPrice,
    /// Unix time at which that price was published; 0 before the first one.
    pub publish_time: i64,
    /// Whether it counts for nothing; see [`Holding::is_excluded`].
    pub is_excluded: bool,
}

impl Side {
    /// The asset at this place of the basket.
    pub fn of(index: usize, holding: &Holding) -> Self {
        let Holding { balance, price, publish_time, is_excluded, .. } = *holding;
        Side { index, balance, price, publish_time, is_excluded }
    }
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
    /// Whether the route is halted.
    pub route_halt: Halt,
    /// Tells the vault's turns from those of others; see [`Execution::is_turn`](crate::strategy::execution::Execution::is_turn).
    pub jitter_seed: u64,
    /// The vault's limits.
    pub limits: &'a Limits,
    /// When trading stops by itself.
    pub breakers: &'a Breakers,
    /// What no trade may make worse.
    pub stress: &'a Stress,
    /// The vault's strategy.
    pub strategy: &'a Strategy,
    /// What evolves.
    pub state: &'a State,
    /// Shares, the locked ones included, raw units.
    pub total_shares: u64,
    /// The basket at mid prices, with its targets and bands.
    pub valuation: &'a Valuation,
    /// What [`condition::prices`] finds in the holdings that were valued.
    pub dislocation: Option<Trip>,
    /// The route's two assets, in the pool's order; the decision finds the direction.
    pub pair: [Side; 2],
    /// The route's pool.
    pub pool: Pool,
}

impl Snapshot<'_> {
    /// The price of a share at mid prices; see [`share_price_x64`].
    pub fn share_price_x64(&self) -> u128 {
        share_price_x64(self.valuation.nav_usd, self.total_shares)
    }

    /// What the loss budget leaves, in micro-dollars.
    pub fn loss_left_usd(&self) -> Result<u64, MathError> {
        let budget = self.state.loss.of_nav(self.limits.max_daily_loss_bps.into(), self.now)?;
        budget.left_usd(self.valuation.nav_usd)
    }

    /// The worst loss under stress after a trade that moved these amounts, in 10⁻⁸ of NAV; 0 without shocks.
    pub fn stress_after_e8(&self, trade: &Trade, spent: u64, received: u64) -> Result<i64, MathError> {
        if self.stress.is_on() { self.stress.worst_loss_e8(&self.book_after(trade, spent, received)?) } else { Ok(0) }
    }

    /// The basket as it would be after a trade that moved these amounts.
    pub fn book_after(&self, trade: &Trade, spent: u64, received: u64) -> Result<Book, MathError> {
        let [first, second] = &self.pair;
        let (sold, bought) = trade.directed([first, second]);
        let sold_balance = sold.balance.checked_sub(spent).ok_or(MathError::Overflow)?;
        let bought_balance = bought.balance.checked_add(received).ok_or(MathError::Overflow)?;
        let book = Book::of(self.valuation).with(sold.index, sold.price.value_usd(sold_balance)?)?;
        book.with(bought.index, bought.price.value_usd(bought_balance)?)
    }
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
    /// Raw units that the pool pays, by its own rule.
    pub expected_out: u64,
    /// Value of `amount_in` at the mid price, in micro-dollars.
    pub value_usd: u64,
    /// How far the sold asset is above its target, in micro-dollars.
    pub excess_usd: u64,
    /// How far the bought asset is below its target, in micro-dollars.
    pub deficit_usd: u64,
    /// What made it due.
    pub trigger: Trigger,
    /// What it is worth, and what it should cost.
    pub appraisal: Appraisal,
    /// What the gate judged, to be judged again on what the trade really costs; `None` where the gate is off or has no
    /// statistics yet.
    pub risk: Option<PairRisk>,
    /// Worst loss under any of the vault's shocks before the trade, in 10⁻⁸ of NAV; 0 without shocks.
    pub stress_loss_e8: i64,
}

impl Trade {
    /// Position in [`Snapshot::pair`] of the asset to buy.
    pub fn buy(&self) -> usize {
        self.sell ^ 1
    }

    /// Orders two things of the pair by the trade's direction: what belongs to the sold asset first.
    pub fn directed<T>(&self, pair: [T; 2]) -> (T, T) {
        directed(self.sell, pair)
    }
}

/// Orders two things of a pair: what belongs to the asset at position `sell` first.
fn directed<T>(sell: usize, [first, second]: [T; 2]) -> (T, T) {
    if sell == 0 { (first, second) } else { (second, first) }
}

/// The decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Trade now.
    Trade(Trade),
    /// Do nothing.
    Dormant(Reason),
    /// Do nothing, since it would cost more than it gains.
    TooCostly(Appraisal),
    /// Do nothing, since this trade would leave the basket with a worse loss under stress than is allowed.
    StressWorse(Trade),
    /// Halt the vault or the route, and do nothing else.
    Trip(Trip),
}

impl Decision {
    /// Why there is no trade; `None` where there is one.
    pub fn reason(&self) -> Option<Reason> {
        match self {
            Decision::Trade(_) => None,
            Decision::Dormant(reason) => Some(*reason),
            Decision::TooCostly(_) => Some(Reason::CostExceedsBenefit),
            Decision::StressWorse(_) => Some(Reason::StressWorse),
            Decision::Trip(trip) if trip.breaker.is_about_the_route() => Some(Reason::RouteHalted),
            Decision::Trip(_) => Some(Reason::Halted),
        }
    }
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

/// A trade's direction and why it is due; how far each side is from its target.
struct Due {
    sell: usize,
    trigger: Trigger,
    excess_usd: u64,
    deficit_usd: u64,
}

/// Decides whether to trade on a route, in which direction, how much, and for how much at least; or to halt.
///
/// A trade goes from an asset above its target to one below it; either of them is outside its band, or the schedule's window is
/// open. `docs/math.md` derives its size. Breakers come before all that waits for its time, so that anybody can trip them at any
/// time.
#[inline(never)]
pub fn decide(snapshot: &Snapshot) -> Result<Decision, DecisionError> {
    if let Some(reason) = standstill(snapshot) {
        return Ok(Decision::Dormant(reason));
    }
    if let Some(trip) = vault_trip(snapshot)? {
        return Ok(Decision::Trip(trip));
    }
    let [first, second] = &snapshot.pair;
    if first.publish_time.abs_diff(second.publish_time) > MAX_PUBLISH_GAP_SECS {
        return Ok(Decision::Dormant(Reason::PricesApart));
    }
    let max_away_bps = snapshot.breakers.max_pool_before_bps;
    if let Some(trip) = condition::pool(&snapshot.pair, snapshot.pool.reserves, max_away_bps, snapshot.breakers)? {
        return Ok(Decision::Trip(trip));
    }
    if let Some(reason) = wait(snapshot) {
        return Ok(Decision::Dormant(reason));
    }
    let positions = [position(snapshot, 0)?, position(snapshot, 1)?];
    match due(snapshot, &positions)? {
        Some(due) => stressed(snapshot, sizing::size(snapshot, &positions, &due)?),
        None => {
            let nav_usd = snapshot.valuation.nav_usd;
            let is_out = snapshot.valuation.positions().iter().any(|position| position.is_out_of_band(nav_usd));
            let in_band = !is_out && !snapshot.strategy.schedule.is_open(snapshot.now);
            Ok(Decision::Dormant(if in_band { Reason::InBand } else { Reason::RouteNotDue }))
        }
    }
}

/// What leaves nothing to judge, neither trades nor breakers: somebody stopped it, or the prices do not tell the present.
fn standstill(snapshot: &Snapshot) -> Option<Reason> {
    let Snapshot { now, limits, breakers, valuation, pair, .. } = snapshot;
    let is_fresh_side = |side: &Side| price::is_fresh(side.publish_time, *now, limits.max_price_age_secs);
    let is_fresh = valuation.is_fresh && pair.iter().all(is_fresh_side);
    let conditions = [
        (snapshot.is_paused, Reason::Paused),
        (*now < snapshot.route_active_at, Reason::RouteTimelocked),
        (pair.iter().any(|side| side.is_excluded), Reason::Quarantined),
        (snapshot.state.halt.stands(*now, breakers), Reason::Halted),
        (snapshot.route_halt.stands(*now, breakers), Reason::RouteHalted),
        (!is_fresh, Reason::PriceStale),
        (valuation.nav_usd == 0, Reason::Empty),
    ];
    conditions.into_iter().find_map(|(holds, reason)| holds.then_some(reason))
}

/// The gravest condition that halts the whole vault.
fn vault_trip(snapshot: &Snapshot) -> Result<Option<Trip>, MathError> {
    let Snapshot { now, limits, breakers, state, .. } = snapshot;
    let drawdown = condition::drawdown(&state.lookbacks, snapshot.share_price_x64(), *now, breakers);
    let loss = condition::loss(&state.loss.of_nav(limits.max_daily_loss_bps.into(), *now)?, breakers);
    Ok(condition::gravest(breakers, [snapshot.dislocation, drawdown, loss]))
}

/// What passes with time.
fn wait(snapshot: &Snapshot) -> Option<Reason> {
    let Snapshot { now, limits, state, .. } = snapshot;
    if *now < state.next_rebalance_at(limits) {
        return Some(Reason::TooSoon);
    }
    let is_turn = snapshot.strategy.execution.is_turn(*now, snapshot.jitter_seed);
    (!is_turn).then_some(Reason::NotItsTurn)
}

/// The stress test's word on a trade.
fn stressed(snapshot: &Snapshot, decision: Decision) -> Result<Decision, DecisionError> {
    let Decision::Trade(mut trade) = decision else { return Ok(decision) };
    if !snapshot.stress.is_on() {
        return Ok(decision);
    }
    trade.stress_loss_e8 = snapshot.stress.worst_loss_e8(&Book::of(snapshot.valuation))?;
    let after_e8 = snapshot.stress_after_e8(&trade, trade.amount_in, trade.expected_out)?;
    let is_admitted = snapshot.stress.admits(trade.stress_loss_e8, after_e8);
    Ok(if is_admitted { Decision::Trade(trade) } else { Decision::StressWorse(trade) })
}

fn position(snapshot: &Snapshot, side: usize) -> Result<Position, DecisionError> {
    let index = snapshot.pair.get(side).ok_or(DecisionError::UnknownAsset)?.index;
    snapshot.valuation.positions().get(index).copied().ok_or(DecisionError::UnknownAsset)
}

/// Whether a trade between the two assets is due: one above its target, the other below its own, and a trigger.
fn due(snapshot: &Snapshot, positions: &[Position; 2]) -> Result<Option<Due>, MathError> {
    let nav_usd = snapshot.valuation.nav_usd;
    let [first, second] = positions;
    let (first_target, second_target) = (first.target_usd(nav_usd)?, second.target_usd(nav_usd)?);
    let sell = match (first.value_usd.cmp(&first_target), second.value_usd.cmp(&second_target)) {
        (Ordering::Greater, Ordering::Less) => 0,
        (Ordering::Less, Ordering::Greater) => 1,
        _ => return Ok(None),
    };
    let distances = [first.value_usd.abs_diff(first_target), second.value_usd.abs_diff(second_target)];
    let (excess_usd, deficit_usd) = directed(sell, distances);
    // The schedule comes first: its trades go all the way.
    let trigger = if snapshot.strategy.schedule.is_due(snapshot.now, excess_usd.min(deficit_usd), nav_usd)? {
        Trigger::Schedule
    } else if positions.iter().any(|position| position.is_out_of_band(nav_usd)) {
        Trigger::Drift
    } else {
        return Ok(None);
    };
    Ok(Some(Due { sell, trigger, excess_usd, deficit_usd }))
}

#[cfg(test)]
mod risk_tests;
#[cfg(test)]
mod strategy_tests;
#[cfg(test)]
mod tests;
