//! `queue_change`: announces a change of the configuration.

use anchor_lang::prelude::*;

use crate::error::BallastError;
use crate::events::ChangeQueued;
use crate::state::*;

/// No remaining accounts.
#[derive(Accounts)]
pub struct QueueChange<'info> {
    /// The vault's admin; pays for the change's account, and gets that back when it closes.
    #[account(mut)]
    pub admin: Signer<'info>,
    /// The vault.
    #[account(mut)]
    pub vault: AccountLoader<'info, Vault>,
    /// The change, at the address of the vault's next number.
    #[account(
        init, payer = admin, space = QueuedChange::SPACE,
        seeds = [CHANGE_SEED, vault.key().as_ref(), &vault.load()?.change_count.to_le_bytes()], bump,
    )]
    pub queued: Box<Account<'info, QueuedChange>>,
    /// Creates the change's account.
    pub system_program: Program<'info, System>,
}

/// Queues; see [`crate::ballast::queue_change`].
pub fn queue_change(ctx: Context<QueueChange>, change: Change) -> Result<()> {
    let clock = Clock::get()?;
    let QueueChange { admin, vault: vault_loader, queued, .. } = ctx.accounts;
    let mut vault = vault_loader.load_mut()?;
    require_keys_eq!(vault.admin, admin.key(), BallastError::NotAdmin);
    change.validate()?;

    let id = vault.change_count;
    vault.change_count = id.checked_add(1).ok_or(BallastError::MathOverflow)?;
    let sequence = vault.next_sequence()?;
    let eta = clock.unix_timestamp.saturating_add(i64::from(vault.limits.timelock_secs));
    let expires_at = eta.saturating_add(i64::from(vault.limits.change_window_secs));
    let (vault, admin, bump) = (vault_loader.key(), admin.key(), ctx.bumps.queued);
    queued.set_inner(QueuedChange { vault, admin, id, sequence, eta, expires_at, bump, change: change.clone() });
    emit!(ChangeQueued { vault, slot: clock.slot, sequence, by: admin, id, eta, expires_at, change });
    Ok(())
}
