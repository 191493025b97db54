//! `apply_change`: makes a change whose time has come.

use anchor_lang::prelude::*;

use crate::error::BallastError;
use crate::events::{ChangeApplied, emit_consequence};
use crate::state::*;

/// Remaining accounts: for a new asset its mint and its reserve, the authority's associated token account; none otherwise.
#[derive(Accounts)]
pub struct ApplyChange<'info> {
    /// The vault's admin, who queued the change and paid for its account.
    #[account(mut)]
    pub admin: Signer<'info>,
    /// The vault.
    #[account(mut)]
    pub vault: AccountLoader<'info, Vault>,
    /// The change.
    #[account(mut, close = admin, seeds = [CHANGE_SEED, vault.key().as_ref(), &queued.id.to_le_bytes()], bump = queued.bump)]
    pub queued: Box<Account<'info, QueuedChange>>,
}

/// Applies; see [`crate::ballast::apply_change`].
pub fn apply_change<'info>(ctx: Context<'info, ApplyChange<'info>>) -> Result<()> {
    let clock = Clock::get()?;
    let ApplyChange { admin, vault: vault_loader, queued } = &*ctx.accounts;
    let mut vault = vault_loader.load_mut()?;
    require_keys_eq!(vault.admin, admin.key(), BallastError::NotAdmin);
    queued.check_time(&vault, admin.key, clock.unix_timestamp)?;

    vault.configure(&queued.change, ctx.remaining_accounts, clock.unix_timestamp)?;
    let vault_key = vault_loader.key();
    let (id, change) = (queued.id, queued.change.clone());
    emit_consequence(vault_key, &mut vault, &change, &clock)?;
    emit!(ChangeApplied { vault: vault_key, slot: clock.slot, sequence: vault.next_sequence()?, by: admin.key(), id, change });
    Ok(())
}
