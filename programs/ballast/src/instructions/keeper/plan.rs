//! From accounts to the decision's snapshot: what `rebalance` and `preview_rebalance` share.

use anchor_lang::prelude::*;
use ballast_core::decision::{Side, Snapshot};
use ballast_core::pool::Pool;
use ballast_core::risk::breaker::Halt;
use ballast_core::risk::condition::Trip;
use ballast_core::valuation::Valuation;

use crate::error::BallastError;
use crate::state::{Route, Vault, pause};

/// What a snapshot has that the vault does not store.
pub struct Plan {
    /// The basket at mid prices.
    pub valuation: Valuation,
    /// The route's two assets.
    pub pair: [Side; 2],
    pool: Pool,
    dislocation: Option<Trip>,
    total_shares: u64,
    now: i64,
    route_active_at: i64,
    route_halt: Halt,
    jitter_seed: u64,
}

impl Plan {
    /// Compares the swap's accounts with the route's pins, and reads everything that the decision depends on.
    #[inline(never)]
    pub fn read(vault: &Vault, route: &Route, swap_accounts: &[AccountInfo], now: i64) -> Result<Box<Plan>> {
        check_pins(route, swap_accounts)?;
        route.require_foreign(vault)?;
        let terms = vault.terms(now);
        Ok(Box::new(Plan {
            valuation: Valuation::new(vault.holdings(), &terms).map_err(BallastError::from)?,
            pair: pair(vault, route)?,
            pool: route.amm()?.pool(swap_accounts)?,
            dislocation: vault.dislocation(now),
            total_shares: terms.total_shares,
            now,
            route_active_at: route.active_at,
            route_halt: route.halt,
            jitter_seed: jitter_seed(&route.vault),
        }))
    }

    /// What the decision looks at.
    pub fn snapshot<'a>(&'a self, vault: &'a Vault) -> Snapshot<'a> {
        Snapshot {
            now: self.now,
            is_paused: vault.paused & pause::REBALANCE != 0,
            route_active_at: self.route_active_at,
            route_halt: self.route_halt,
            jitter_seed: self.jitter_seed,
            limits: &vault.limits,
            breakers: &vault.breakers,
            stress: &vault.stress,
            strategy: &vault.strategy,
            state: &vault.state,
            total_shares: self.total_shares,
            valuation: &self.valuation,
            dislocation: self.dislocation,
            pair: self.pair,
            pool: self.pool,
        }
    }
}

/// Tells a vault's turns from those of others: the first eight bytes of its address, little-endian.
pub fn jitter_seed(vault: &Pubkey) -> u64 {
    let mut seed = [0; 8];
    for (byte, of_address) in seed.iter_mut().zip(vault.as_ref()) {
        *byte = *of_address;
    }
    u64::from_le_bytes(seed)
}

/// Compares the accounts of a route's swap with its pins.
pub fn check_pins(route: &Route, swap_accounts: &[AccountInfo]) -> Result<()> {
    let pins = route.accounts();
    require!(swap_accounts.len() == pins.len(), BallastError::AccountsMismatch);
    let is_pinned = swap_accounts.iter().zip(pins).all(|(account, pin)| account.key == pin);
    require!(is_pinned, BallastError::WrongRouteAccount);
    Ok(())
}

/// The route's two assets, in the pool's order.
pub fn pair(vault: &Vault, route: &Route) -> Result<[Side; 2]> {
    let side = |index: u8| Ok::<_, Error>(Side::of(usize::from(index), &vault.asset(index)?.holding()));
    Ok([side(route.asset_a)?, side(route.asset_b)?])
}
