//! `cancel_change`: drops a queued change.

use anchor_lang::prelude::*;

use crate::error::BallastError;
use crate::events::ChangeCancelled;
use crate::state::*;

/// No remaining accounts.
#[derive(Accounts)]
pub struct CancelChange<'info> {
    /// The guardian or the admin.
    pub signer: Signer<'info>,
    /// The vault.
    #[account(mut)]
    pub vault: AccountLoader<'info, Vault>,
    /// The change.
    #[account(mut, close = payer, seeds = [CHANGE_SEED, vault.key().as_ref(), &queued.id.to_le_bytes()], bump = queued.bump)]
    pub queued: Box<Account<'info, QueuedChange>>,
    /// CHECK: compared with the change: whoever paid for its account gets that back, whoever cancels.
    #[account(mut, address = queued.admin @ BallastError::WrongAccount)]
    pub payer: UncheckedAccount<'info>,
}

/// Cancels; see [`crate::ballast::cancel_change`].
pub fn cancel_change(ctx: Context<CancelChange>) -> Result<()> {
    let CancelChange { signer, vault: vault_loader, queued, .. } = &*ctx.accounts;
    let mut vault = vault_loader.load_mut()?;
    match queued.change {
        Change::Guardian(_) => require_keys_eq!(vault.admin, signer.key(), BallastError::NotAdmin),
        _ => vault.require_guardian(signer.key)?,
    }
    emit!(ChangeCancelled {
        vault: vault_loader.key(),
        slot: Clock::get()?.slot,
        sequence: vault.next_sequence()?,
        by: signer.key(),
        id: queued.id,
    });
    Ok(())
}
