//! From accounts to the decision's snapshot: what `rebalance` and `preview_rebalance` share.

use anchor_lang::prelude::*;
use ballast_core::decision::{Side, Snapshot};
use ballast_core::limits::Limits;
use ballast_core::loss::LossWindow;
use ballast_core::valuation::Valuation;

use crate::error::BallastError;
use crate::state::{Route, Vault, pause};

/// A snapshot's data, owned.
pub struct Plan {
    limits: Limits,
    valuation: Valuation,
    pair: [Side; 2],
    loss: LossWindow,
    now: i64,
    is_paused: bool,
    route_active_at: i64,
    last_rebalance_at: i64,
}

impl Plan {
    /// Compares the swap's accounts with the route's pins, and reads everything that the decision depends on.
    #[inline(never)]
    pub fn read(vault: &Vault, route: &Route, swap_accounts: &[AccountInfo], now: i64) -> Result<Box<Plan>> {
        check_pins(route, swap_accounts)?;
        let limits = vault.limits;
        let valuation = Valuation::new(vault.holdings(), now, limits.max_price_age_secs).map_err(BallastError::from)?;
        let [reserve_a, reserve_b] = route.amm()?.pool(swap_accounts)?.reserves;
        let pair = [side(vault, route.asset_a, reserve_a)?, side(vault, route.asset_b, reserve_b)?];
        Ok(Box::new(Plan {
            limits,
            valuation,
            pair,
            loss: vault.loss(),
            now,
            is_paused: vault.paused & pause::REBALANCE != 0,
            route_active_at: route.active_at,
            last_rebalance_at: vault.last_rebalance_at,
        }))
    }

    /// What the decision looks at.
    pub fn snapshot(&self) -> Snapshot<'_> {
        Snapshot {
            now: self.now,
            is_paused: self.is_paused,
            route_active_at: self.route_active_at,
            last_rebalance_at: self.last_rebalance_at,
            limits: &self.limits,
            loss: self.loss,
            valuation: &self.valuation,
            pair: self.pair,
        }
    }
}

fn check_pins(route: &Route, swap_accounts: &[AccountInfo]) -> Result<()> {
    let pins = route.accounts();
    require!(swap_accounts.len() == pins.len(), BallastError::AccountsMismatch);
    let is_pinned = swap_accounts.iter().zip(pins).all(|(account, pin)| account.key == pin);
    require!(is_pinned, BallastError::WrongRouteAccount);
    Ok(())
}

fn side(vault: &Vault, index: u8, pool_reserve: u64) -> Result<Side> {
    let asset = vault.asset(index)?;
    Ok(Side {
        index: usize::from(index),
        balance: asset.balance,
        pool_reserve,
        price: asset.price(),
        publish_time: asset.publish_time,
    })
}
