//! An observation: prices become statistics, the share price becomes growth and floor, and targets move on.

use crate::MAX_ASSETS;
use crate::fixed::MathError;
use crate::limits::Limits;
use crate::performance::share_price_x64;
use crate::risk::breaker::Breakers;
use crate::risk::condition;
use crate::state::State;
use crate::statistics::{ObserveError, Quote};
use crate::strategy::{Strategy, allocation};
use crate::valuation::{self, Holding, Terms, Valuation};

/// What an observation looks at.
#[derive(Clone, Copy, Debug)]
pub struct Observed<'a, H> {
    /// Unix time, in seconds.
    pub now: i64,
    /// The basket, in its order.
    pub holdings: H,
    /// Shares, the locked ones included, raw units.
    pub total_shares: u64,
    /// The vault's limits.
    pub limits: &'a Limits,
    /// The vault's strategy.
    pub strategy: &'a Strategy,
    /// The vault's breakers.
    pub breakers: &'a Breakers,
}

/// What an observation found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Observation {
    /// Bit `i` set: asset `i`'s return counted.
    pub participants: u16,
    /// Micro-dollars per raw share at mid prices, Q64.64, stale ones included; 0 where there are no shares.
    pub share_price_x64: u128,
    /// The target weights to store as each asset's `weight_e8`; `None` where a price is stale or trips a breaker, or nothing is held.
    pub targets_e8: Option<[u32; MAX_ASSETS]>,
}

/// Observes: updates statistics and performance, and where every held asset's price is fresh and none trips a breaker also the share
/// price's highs, floor and targets.
///
/// After an error the state is half changed: a program fails, and others work on a copy.
#[inline(never)]
pub fn observe<H>(observed: &Observed<H>, state: &mut State) -> Result<Observation, ObserveError>
where
    H: Iterator<Item = Holding> + Clone,
{
    let Observed { now, limits, strategy, total_shares, .. } = *observed;
    let quotes = observed.holdings.clone().map(|holding| Quote {
        price_x64: holding.price.mid_x64,
        publish_time: holding.publish_time,
        is_awaited: !holding.is_excluded && (holding.balance > 0 || total_shares == 0),
    });
    let seen = state.statistics.observe(&strategy.sampling, now, limits.max_price_age_secs, quotes)?;
    let valuation = Valuation::without_targets(observed.holdings.clone(), now, limits.max_price_age_secs)?;
    let share_price_x64 = share_price_x64(valuation.nav_usd, total_shares);
    let mut observation = Observation { participants: seen.participants, share_price_x64, targets_e8: None };
    if share_price_x64 == 0 {
        return Ok(observation);
    }
    state.performance.record_observation(now, share_price_x64, &seen, valuation.weights_e8()?.into_iter())?;
    // A price that trading would halt at must leave nothing behind: a high, or a floor that never falls, would outlast it.
    let dislocation = condition::prices(observed.holdings.clone(), observed.breakers, now, limits.max_price_age_secs);
    if valuation.is_fresh && dislocation.is_none() {
        state.lookbacks.record(now, share_price_x64);
        if strategy.floor.is_on() {
            state.floor_x64 = strategy.floor.raised(state.floor_x64.into(), share_price_x64)?.into();
        }
        observation.targets_e8 = Some(targets_e8(observed, state, &valuation)?);
        state.targets_at = now;
    }
    Ok(observation)
}

/// The target weights by the statistics and the floor as they are now.
fn targets_e8<H>(observed: &Observed<H>, state: &State, valuation: &Valuation) -> Result<[u32; MAX_ASSETS], MathError>
where
    H: Iterator<Item = Holding> + Clone,
{
    let Observed { now, total_shares, strategy, limits, .. } = *observed;
    let allocations = allocation::padded(observed.holdings.clone().map(|holding| holding.allocation))?;
    let allocations = allocations.get(..valuation.positions().len()).unwrap_or_default();
    let terms = Terms { now, max_price_age_secs: limits.max_price_age_secs, total_shares, strategy, state };
    valuation::target_weights_e8(allocations, valuation.nav_usd, &terms)
}

#[cfg(test)]
mod tests;
