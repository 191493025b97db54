//! The core's rules on the host, applied to accounts: what the program will do with the same bytes, at no cost and without a cluster.

use anchor_lang::prelude::Pubkey;
use ballast::error::BallastError;
use ballast::instructions::{Preview, jitter_seed};
use ballast::state::{Asset, Route, Vault, pause};
use ballast_core::decision::{Decision, DecisionError, Side, Snapshot, Trade, decide};
use ballast_core::observation::{self, Observation, Observed};
use ballast_core::pool::Pool;
use ballast_core::risk::breaker::Halt;
use ballast_core::risk::condition::{self, Trip};
use ballast_core::settlement::settle;
use ballast_core::statistics::ObserveError;
use ballast_core::valuation::Valuation;

/// The vault after an observation at `now`, and what it found.
///
/// # Errors
/// Why there is none.
pub fn observe(vault: &Vault, now: i64) -> Result<(Vault, Observation), ObserveError> {
    let mut after = *vault;
    after.accrue_fees(now);
    let observed = Observed {
        now,
        holdings: vault.assets().iter().map(Asset::holding),
        total_shares: after.total_shares,
        limits: &vault.limits,
        strategy: &vault.strategy,
        breakers: &vault.breakers,
    };
    let observation = observation::observe(&observed, &mut after.state)?;
    if let Some(targets_e8) = &observation.targets_e8 {
        after.store_targets(targets_e8);
    }
    after.sequence = after.sequence.saturating_add(1);
    Ok((after, observation))
}

/// A vault and a route at some time, as accounts.
///
/// ```
/// use ballast_client::core::decision::Decision;
/// use ballast_client::decide::Chain;
///
/// /// Raw units to sell, where a trade is due.
/// fn due(chain: &Chain) -> Option<u64> {
///     match chain.decide() {
///         Ok(Decision::Trade(trade)) => Some(trade.amount_in),
///         _ => None,
///     }
/// }
/// ```
#[derive(Clone, Copy)]
pub struct Chain<'a> {
    /// The vault's address.
    pub address: Pubkey,
    /// The vault.
    pub vault: &'a Vault,
    /// The route.
    pub route: &'a Route,
    /// The route's pool.
    pub pool: Pool,
    /// Unix time, in seconds.
    pub now: i64,
}

impl Chain<'_> {
    /// What the decision looks at, given the basket's valuation.
    fn snapshot<'a>(&'a self, valuation: &'a Valuation) -> Result<Snapshot<'a>, DecisionError> {
        let Chain { vault, route, .. } = *self;
        Ok(Snapshot {
            now: self.now,
            is_paused: vault.paused & pause::REBALANCE != 0,
            route_active_at: route.active_at,
            route_halt: route.halt,
            jitter_seed: jitter_seed(&self.address),
            limits: &vault.limits,
            breakers: &vault.breakers,
            stress: &vault.stress,
            strategy: &vault.strategy,
            state: &vault.state,
            total_shares: vault.terms(self.now).total_shares,
            valuation,
            dislocation: vault.dislocation(self.now),
            pair: [self.side(route.asset_a)?, self.side(route.asset_b)?],
            pool: self.pool,
        })
    }

    fn side(&self, index: u8) -> Result<Side, DecisionError> {
        let asset = self.vault.assets().get(usize::from(index)).ok_or(DecisionError::UnknownAsset)?;
        Ok(Side::of(index.into(), &asset.holding()))
    }

    fn valuation(&self) -> Result<Valuation, DecisionError> {
        Ok(Valuation::new(self.vault.assets().iter().map(Asset::holding), &self.vault.terms(self.now))?)
    }

    /// The decision.
    ///
    /// # Errors
    /// Why there is none.
    pub fn decide(&self) -> Result<Decision, DecisionError> {
        decide(&self.snapshot(&self.valuation()?)?)
    }

    /// What `preview_rebalance` returns.
    ///
    /// # Errors
    /// The error that it fails with.
    pub fn preview(&self) -> Result<Preview, BallastError> {
        let valuation = self.valuation()?;
        let snapshot = self.snapshot(&valuation)?;
        Ok(Preview::of(&decide(&snapshot)?, &snapshot)?)
    }

    /// Vault and route after a trade that took `spent`, paid what it was expected to, and left these reserves in the pool.
    ///
    /// # Errors
    /// The error that `rebalance` fails with.
    pub fn settle(&self, trade: &Trade, spent: u64, reserves_after: [u64; 2]) -> Result<(Vault, Route), BallastError> {
        let valuation = self.valuation()?;
        let snapshot = self.snapshot(&valuation)?;
        let settlement = settle(&snapshot, trade, 0, spent, trade.expected_out)?;
        let (mut vault, mut route) = (*self.vault, *self.route);
        vault.accrue_fees(self.now);
        let (sold, bought) = trade.directed([route.asset_a, route.asset_b]);
        vault.assets[usize::from(sold)].balance = settlement.sold_balance;
        vault.assets[usize::from(bought)].balance = settlement.bought_balance;
        vault.store_targets(&valuation.targets_e8());
        vault.state.record(&settlement, valuation.nav_usd, self.now)?;
        let breakers = &vault.breakers;
        let trip = condition::pool(&snapshot.pair, reserves_after, breakers.max_pool_after_bps, breakers)?;
        route.halt = trip.map(|trip| Halt::new(&trip, breakers, self.now)).unwrap_or_default();
        // One for the trade, and one for each halt that ended or began.
        let is_change = |before: &Halt, after: &Halt| u64::from(before.is_on() || after.is_on());
        vault.sequence += 1 + is_change(&self.vault.state.halt, &vault.state.halt) + is_change(&self.route.halt, &route.halt);
        Ok((vault, route))
    }

    /// Vault and route after a breaker has tripped.
    pub fn trip(&self, trip: &Trip) -> (Vault, Route) {
        let (mut vault, mut route) = (*self.vault, *self.route);
        vault.accrue_fees(self.now);
        if trip.breaker.is_about_the_route() {
            route.halt = Halt::new(trip, &self.vault.breakers, self.now);
        } else {
            vault.state.trip(trip, &self.vault.breakers, self.now);
        }
        vault.sequence += 1;
        (vault, route)
    }
}
