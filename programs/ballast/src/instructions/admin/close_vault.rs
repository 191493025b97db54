//! `close_vault`: second of two steps to wind up a vault that nobody has a share in.

use anchor_lang::prelude::*;

use crate::error::BallastError;
use crate::events::VaultClosed;
use crate::state::Vault;

/// No remaining accounts.
#[derive(Accounts)]
pub struct CloseVault<'info> {
    /// The vault's admin; gets the lamports of vault and crank fund.
    #[account(mut)]
    pub admin: Signer<'info>,
    /// The vault.
    #[account(mut, close = admin)]
    pub vault: AccountLoader<'info, Vault>,
    /// CHECK: compared with the vault; this program's own, without data.
    #[account(mut)]
    pub crank_fund: UncheckedAccount<'info>,
}

/// Closes a vault; see [`crate::ballast::close_vault`].
pub fn close_vault(ctx: Context<CloseVault>) -> Result<()> {
    let CloseVault { admin, vault: vault_loader, crank_fund } = &*ctx.accounts;
    let mut vault = vault_loader.load_mut()?;
    require_keys_eq!(vault.admin, admin.key(), BallastError::NotAdmin);
    require_keys_eq!(vault.crank_fund, crank_fund.key(), BallastError::WrongAccount);
    let is_empty = vault.assets().iter().all(|asset| asset.reserve == Pubkey::default());
    require!(is_empty, BallastError::VaultInUse);

    let lamports = crank_fund.lamports();
    crank_fund.sub_lamports(lamports)?;
    admin.add_lamports(lamports)?;
    let sequence = vault.next_sequence()?;
    emit!(VaultClosed { vault: vault_loader.key(), slot: Clock::get()?.slot, sequence, by: admin.key(), lamports });
    Ok(())
}
