//! `quarantine`: lets an asset that cannot be moved or trusted count for nothing but redemptions in kind.

use anchor_lang::prelude::*;

use crate::error::BallastError;
use crate::events::AssetQuarantined;
use crate::state::{AssetStatus, Vault};
use crate::token;

/// No remaining accounts.
#[derive(Accounts)]
pub struct Quarantine<'info> {
    /// The guardian or the admin; anybody where the reserve is frozen.
    pub signer: Signer<'info>,
    /// The vault.
    #[account(mut)]
    pub vault: AccountLoader<'info, Vault>,
    /// CHECK: compared with the vault's asset. Tells whether it is frozen.
    pub reserve: UncheckedAccount<'info>,
}

/// Quarantines an asset; see [`crate::ballast::quarantine`].
pub fn quarantine(ctx: Context<Quarantine>, asset: u8) -> Result<()> {
    let Quarantine { signer, vault: loader, reserve } = &*ctx.accounts;
    let mut vault = loader.load_mut()?;
    let slot = vault.active_asset(asset)?;
    require_keys_eq!(reserve.key(), slot.reserve, BallastError::WrongAccount);
    let is_trusted = signer.key() == vault.guardian || signer.key() == vault.admin;
    require!(is_trusted || token::is_frozen(reserve)?, BallastError::NotFrozen);
    vault.set_status(asset, AssetStatus::Quarantined)?;
    emit!(AssetQuarantined {
        vault: loader.key(),
        slot: Clock::get()?.slot,
        sequence: vault.next_sequence()?,
        by: signer.key(),
        asset,
    });
    Ok(())
}
