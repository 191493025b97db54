//! `close_route`: the vault trades on a pool no more.

use anchor_lang::prelude::*;

use crate::error::BallastError;
use crate::events::RouteClosed;
use crate::state::{Route, Vault};

/// No remaining accounts.
#[derive(Accounts)]
pub struct CloseRoute<'info> {
    /// The guardian or the admin.
    pub signer: Signer<'info>,
    /// The vault.
    #[account(mut)]
    pub vault: AccountLoader<'info, Vault>,
    /// The route.
    #[account(mut, close = admin)]
    pub route: AccountLoader<'info, Route>,
    /// CHECK: compared with the vault. The vault's admin gets the route's lamports.
    #[account(mut)]
    pub admin: UncheckedAccount<'info>,
}

/// Closes a route; see [`crate::ballast::close_route`].
pub fn close_route(ctx: Context<CloseRoute>) -> Result<()> {
    let CloseRoute { signer, vault: vault_loader, route: route_loader, admin } = &*ctx.accounts;
    let mut vault = vault_loader.load_mut()?;
    vault.require_guardian(signer.key)?;
    require_keys_eq!(vault.admin, admin.key(), BallastError::WrongAccount);
    let route = route_loader.load()?;
    require_keys_eq!(route.vault, vault_loader.key(), BallastError::WrongRoute);
    emit!(RouteClosed {
        vault: route.vault,
        slot: Clock::get()?.slot,
        sequence: vault.next_sequence()?,
        by: signer.key(),
        route: route_loader.key(),
        pool: route.accounts().first().copied().unwrap_or_default(),
    });
    Ok(())
}
