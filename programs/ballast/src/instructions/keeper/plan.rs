//! From accounts to the decision's snapshot: what `rebalance` and `preview_rebalance` share.

use anchor_lang::prelude::*;
use ballast_core::decision::{Side, Snapshot};
use ballast_core::pool::Pool;
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
    now: i64,
    route_active_at: i64,
    jitter_seed: u64,
}

impl Plan {
    /// Compares the swap's accounts with the route's pins, and reads everything that the decision depends on.
    #[inline(never)]
    pub fn read(vault: &Vault, route: &Route, swap_accounts: &[AccountInfo], now: i64) -> Result<Box<Plan>> {
        check_pins(route, swap_accounts)?;
        route.require_foreign(vault)?;
        Ok(Box::new(Plan {
            valuation: Valuation::new(vault.holdings(), &vault.terms(now)).map_err(BallastError::from)?,
            pair: [side(vault, route.asset_a)?, side(vault, route.asset_b)?],
            pool: route.amm()?.pool(swap_accounts)?,
            now,
            route_active_at: route.active_at,
            jitter_seed: jitter_seed(&route.vault),
        }))
    }

    /// What the decision looks at.
    pub fn snapshot<'a>(&'a self, vault: &'a Vault) -> Snapshot<'a> {
        Snapshot {
            now: self.now,
            is_paused: vault.paused & pause::REBALANCE != 0,
            route_active_at: self.route_active_at,
            jitter_seed: self.jitter_seed,
            limits: &vault.limits,
            strategy: &vault.strategy,
            state: &vault.state,
            valuation: &self.valuation,
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

fn check_pins(route: &Route, swap_accounts: &[AccountInfo]) -> Result<()> {
    let pins = route.accounts();
    require!(swap_accounts.len() == pins.len(), BallastError::AccountsMismatch);
    let is_pinned = swap_accounts.iter().zip(pins).all(|(account, pin)| account.key == pin);
    require!(is_pinned, BallastError::WrongRouteAccount);
    Ok(())
}

fn side(vault: &Vault, index: u8) -> Result<Side> {
    Ok(Side::of(usize::from(index), &vault.asset(index)?.holding()))
}
