//! `tighten`: makes a change that loosens nothing, at once.

use anchor_lang::prelude::*;

use crate::error::BallastError;
use crate::events::{Tightened, emit_consequence};
use crate::state::*;

/// No remaining accounts.
#[derive(Accounts)]
pub struct Tighten<'info> {
    /// The guardian or the admin.
    pub signer: Signer<'info>,
    /// The vault.
    #[account(mut)]
    pub vault: AccountLoader<'info, Vault>,
}

/// Tightens; see [`crate::ballast::tighten`].
pub fn tighten(ctx: Context<Tighten>, change: Change) -> Result<()> {
    let clock = Clock::get()?;
    let Tighten { signer, vault: vault_loader } = &*ctx.accounts;
    let mut vault = vault_loader.load_mut()?;
    vault.require_guardian(signer.key)?;
    if let Some(field) = change.loosened(&vault) {
        msg!("loosens: {}", field);
        return err!(BallastError::Loosens);
    }
    vault.configure(&change, &[], clock.unix_timestamp)?;
    let vault_key = vault_loader.key();
    emit_consequence(vault_key, &mut vault, &change, &clock)?;
    let sequence = vault.next_sequence()?;
    vault.tightened_sequence = sequence;
    emit!(Tightened { vault: vault_key, slot: clock.slot, sequence, by: signer.key(), change });
    Ok(())
}
