//! The core's rules on the host, applied to the vault's account: what the program must do with the same bytes.

use {
    anchor_lang::prelude::Pubkey,
    ballast::{
        error::BallastError,
        instructions::Preview,
        state::{Asset, Route, Vault, pause},
    },
    ballast_core::{
        decision::{Decision, DecisionError, Side, Snapshot, Trade, decide},
        observation::{self, Observation, Observed},
        pool::Pool,
        settlement::settle,
        statistics::ObserveError,
        valuation::Valuation,
    },
};

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
    };
    let observation = observation::observe(&observed, &mut after.state)?;
    if let Some(targets_e8) = &observation.targets_e8 {
        after.store_targets(targets_e8);
    }
    after.sequence += 1;
    Ok((after, observation))
}

/// A vault and a route at some time, as accounts.
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
    fn snapshot<'a>(&'a self, valuation: &'a Valuation) -> Snapshot<'a> {
        let Chain { vault, route, .. } = *self;
        let side = |index: u8| Side::of(index.into(), &vault.assets()[usize::from(index)].holding());
        let (seed, _) = self.address.as_array().split_first_chunk().expect("an address has 32 bytes");
        Snapshot {
            now: self.now,
            is_paused: vault.paused & pause::REBALANCE != 0,
            route_active_at: route.active_at,
            jitter_seed: u64::from_le_bytes(*seed),
            limits: &vault.limits,
            strategy: &vault.strategy,
            state: &vault.state,
            valuation,
            pair: [side(route.asset_a), side(route.asset_b)],
            pool: self.pool,
        }
    }

    fn valuation(&self) -> Result<Valuation, DecisionError> {
        Ok(Valuation::new(self.vault.assets().iter().map(Asset::holding), &self.vault.terms(self.now))?)
    }

    /// The decision.
    ///
    /// # Errors
    /// Why there is none.
    pub fn decide(&self) -> Result<Decision, DecisionError> {
        decide(&self.snapshot(&self.valuation()?))
    }

    /// What `preview_rebalance` must return.
    ///
    /// # Errors
    /// The error that it must fail with.
    pub fn preview(&self) -> Result<Preview, BallastError> {
        let nav_usd = self.valuation()?.nav_usd;
        Ok(Preview::of(&self.decide()?, [self.route.asset_a, self.route.asset_b], nav_usd))
    }

    /// The vault after a trade that took `spent` and paid what it was expected to.
    ///
    /// # Errors
    /// The error that `rebalance` must fail with.
    pub fn settle(&self, trade: &Trade, spent: u64) -> Result<Vault, BallastError> {
        let valuation = self.valuation()?;
        let settlement = settle(&self.snapshot(&valuation), trade, 0, spent, trade.expected_out)?;
        let mut after = *self.vault;
        after.accrue_fees(self.now);
        let (sold, bought) = trade.directed([self.route.asset_a, self.route.asset_b]);
        after.assets[usize::from(sold)].balance = settlement.sold_balance;
        after.assets[usize::from(bought)].balance = settlement.bought_balance;
        after.store_targets(&valuation.targets_e8());
        after.state.record(&settlement, valuation.nav_usd, self.now)?;
        after.sequence += 1;
        Ok(after)
    }
}
