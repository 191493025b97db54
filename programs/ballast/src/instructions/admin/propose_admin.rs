//! `propose_admin`: first of two steps to hand a vault over.

use anchor_lang::prelude::*;

use crate::error::BallastError;
use crate::events::AdminChanged;
use crate::state::Vault;

/// No remaining accounts.
#[derive(Accounts)]
pub struct ProposeAdmin<'info> {
    /// The vault's admin.
    pub admin: Signer<'info>,
    /// The vault.
    #[account(mut)]
    pub vault: AccountLoader<'info, Vault>,
}

/// Proposes an admin; see [`crate::ballast::propose_admin`].
pub fn propose_admin(ctx: Context<ProposeAdmin>, new_admin: Pubkey) -> Result<()> {
    let mut vault = ctx.accounts.vault.load_mut()?;
    require_keys_eq!(vault.admin, ctx.accounts.admin.key(), BallastError::NotAdmin);
    vault.pending_admin = new_admin;
    emit!(AdminChanged {
        vault: ctx.accounts.vault.key(),
        slot: Clock::get()?.slot,
        sequence: vault.next_sequence()?,
        admin: vault.admin,
        pending_admin: new_admin,
    });
    Ok(())
}
