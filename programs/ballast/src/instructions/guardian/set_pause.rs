//! `set_pause`: stops activities at once, or lets them go on.

use anchor_lang::prelude::*;

use crate::error::BallastError;
use crate::events::PauseChanged;
use crate::state::{Vault, pause};

/// No remaining accounts.
#[derive(Accounts)]
pub struct SetPause<'info> {
    /// The guardian (to pause) or the admin (to pause or unpause).
    pub signer: Signer<'info>,
    /// The vault.
    #[account(mut)]
    pub vault: AccountLoader<'info, Vault>,
}

/// Pauses or unpauses; see [`crate::ballast::set_pause`].
pub fn set_pause(ctx: Context<SetPause>, activities: u8, is_paused: bool) -> Result<()> {
    require!(activities != 0 && activities & !pause::ALL == 0, BallastError::UnknownActivity);
    let mut vault = ctx.accounts.vault.load_mut()?;
    let signer = ctx.accounts.signer.key();
    if is_paused {
        vault.require_guardian(&signer)?;
    } else {
        require_keys_eq!(vault.admin, signer, BallastError::NotAdmin);
    }
    let before = vault.paused;
    vault.paused = if is_paused { before | activities } else { before & !activities };
    emit!(PauseChanged {
        vault: ctx.accounts.vault.key(),
        slot: Clock::get()?.slot,
        sequence: vault.next_sequence()?,
        by: signer,
        before,
        after: vault.paused,
    });
    Ok(())
}
