//! `register_route`: pins a pool between two of the vault's assets.

use anchor_lang::prelude::*;

use crate::amm::{Amm, Pins};
use crate::error::BallastError;
use crate::events::RouteRegistered;
use crate::state::*;

/// No remaining accounts: what the swap needs is read from the pool.
#[derive(Accounts)]
pub struct RegisterRoute<'info> {
    /// The vault's admin; pays for the route.
    #[account(mut)]
    pub admin: Signer<'info>,
    /// The vault.
    #[account(mut)]
    pub vault: AccountLoader<'info, Vault>,
    /// The route.
    #[account(init, payer = admin, space = Route::SPACE, seeds = [ROUTE_SEED, vault.key().as_ref(), pool.key.as_ref()], bump)]
    pub route: AccountLoader<'info, Route>,
    /// CHECK: its owner tells the AMM, whose adapter checks and reads it.
    pub pool: UncheckedAccount<'info>,
    /// Creates the route.
    pub system_program: Program<'info, System>,
}

/// Registers a route; see [`crate::ballast::register_route`].
pub fn register_route(ctx: Context<RegisterRoute>) -> Result<()> {
    let clock = Clock::get()?;
    let RegisterRoute { admin, vault: vault_loader, route: route_loader, pool, .. } = &*ctx.accounts;
    let mut vault = vault_loader.load_mut()?;
    require_keys_eq!(vault.admin, admin.key(), BallastError::NotAdmin);

    let amm = Amm::of_pool(pool)?;
    let pins = amm.pin(pool)?;
    check_foreign(&vault, &vault_loader.key(), &pins.accounts)?;
    let sequence = vault.next_sequence()?;
    let mut route = route_loader.load_init()?;
    write_route(&mut route, &vault, vault_loader.key(), amm, &pins, clock.unix_timestamp)?;
    route.bump = ctx.bumps.route;

    emit!(RouteRegistered {
        vault: route.vault,
        slot: clock.slot,
        sequence,
        route: route_loader.key(),
        pool: pool.key(),
        amm: route.amm,
        asset_a: route.asset_a,
        asset_b: route.asset_b,
        active_at: route.active_at,
    });
    Ok(())
}

/// None of a pool's accounts may be the vault's own. The vault's authority signs the swap, and the checks after it look at
/// the two reserves that it trades: an AMM turned bad could empty a third, or mint shares, if the route passed it along.
fn check_foreign(vault: &Vault, vault_key: &Pubkey, accounts: &[Pubkey]) -> Result<()> {
    let own = [*vault_key, vault.authority, vault.share_mint];
    let is_own = |account: &Pubkey| own.contains(account) || vault.assets().iter().any(|asset| asset.reserve == *account);
    require!(!accounts.iter().any(is_own), BallastError::UnsupportedPool);
    Ok(())
}

fn write_route(route: &mut Route, vault: &Vault, vault_key: Pubkey, amm: Amm, pins: &Pins, now: i64) -> Result<()> {
    let [mint_a, mint_b] = &pins.mints;
    route.vault = vault_key;
    route.amm = amm as u8;
    route.asset_a = vault.asset_index(mint_a)?;
    route.asset_b = vault.asset_index(mint_b)?;
    route.asset_count = vault.asset_count;
    require!(route.asset_a != route.asset_b, BallastError::UnsupportedPool);
    route.active_at = active_at(vault, now);
    route.account_count = u8::try_from(pins.accounts.len()).map_err(|_| BallastError::UnsupportedPool)?;
    let slots = route.accounts.get_mut(..pins.accounts.len()).ok_or(BallastError::UnsupportedPool)?;
    slots.copy_from_slice(&pins.accounts);
    Ok(())
}

/// A new route is a loosening, which waits for the timelock. Before the first deposit there is nobody to warn.
fn active_at(vault: &Vault, now: i64) -> i64 {
    match vault.total_shares {
        0 => now,
        _ => now.saturating_add(i64::from(vault.limits.timelock_secs)),
    }
}
