//! `accept_admin`: second of two steps to hand a vault over.

use anchor_lang::prelude::*;

use crate::error::BallastError;
use crate::events::AdminChanged;
use crate::state::Vault;

/// No remaining accounts.
#[derive(Accounts)]
pub struct AcceptAdmin<'info> {
    /// The proposed admin. Its signature proves that somebody holds the key.
    pub new_admin: Signer<'info>,
    /// The vault.
    #[account(mut)]
    pub vault: AccountLoader<'info, Vault>,
}

/// Accepts the admin's role; see [`crate::ballast::accept_admin`].
pub fn accept_admin(ctx: Context<AcceptAdmin>) -> Result<()> {
    let mut vault = ctx.accounts.vault.load_mut()?;
    require_keys_eq!(vault.pending_admin, ctx.accounts.new_admin.key(), BallastError::NotPendingAdmin);
    vault.admin = vault.pending_admin;
    vault.pending_admin = Pubkey::default();
    emit!(AdminChanged {
        vault: ctx.accounts.vault.key(),
        slot: Clock::get()?.slot,
        sequence: vault.next_sequence()?,
        admin: vault.admin,
        pending_admin: vault.pending_admin,
    });
    Ok(())
}
