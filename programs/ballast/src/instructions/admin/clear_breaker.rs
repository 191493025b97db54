//! `clear_breaker`: ends a halt after review.

use anchor_lang::prelude::*;
use ballast_core::risk::breaker::Halt;

use crate::error::BallastError;
use crate::instructions::keeper::Halted;
use crate::state::{Route, Vault};

/// No remaining accounts.
#[derive(Accounts)]
pub struct ClearBreaker<'info> {
    /// The vault's admin.
    pub admin: Signer<'info>,
    /// The vault.
    #[account(mut)]
    pub vault: AccountLoader<'info, Vault>,
    /// The route whose halt is to end; none for the vault's.
    #[account(mut)]
    pub route: Option<AccountLoader<'info, Route>>,
}

/// Clears a breaker; see [`crate::ballast::clear_breaker`].
pub fn clear_breaker(ctx: Context<ClearBreaker>) -> Result<()> {
    let (address, admin) = (ctx.accounts.vault.key(), ctx.accounts.admin.key());
    let vault = &mut *ctx.accounts.vault.load_mut()?;
    require_keys_eq!(vault.admin, admin, BallastError::NotAdmin);
    let (route, halt) = match &ctx.accounts.route {
        Some(route) => (route.key(), clear_route(&mut *route.load_mut()?, address)?),
        None => (Pubkey::default(), clear_vault(vault)?),
    };
    Halted { vault: address, route, slot: Clock::get()?.slot }.emit_cleared(vault, admin, &halt)
}

/// Ends the vault's halt, and answers what it was.
fn clear_vault(vault: &mut Vault) -> Result<Halt> {
    let halt = vault.state.halt;
    require!(halt.is_on(), BallastError::NotHalted);
    vault.state.clear_halt();
    Ok(halt)
}

/// Ends the route's halt, and answers what it was.
fn clear_route(route: &mut Route, vault: Pubkey) -> Result<Halt> {
    require!(route.vault == vault, BallastError::WrongRoute);
    require!(route.halt.is_on(), BallastError::NotHalted);
    Ok(std::mem::take(&mut route.halt))
}
