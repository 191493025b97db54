//! `close_reserve`: first of two steps to wind up a vault that nobody has a share in.

use anchor_lang::prelude::*;
use anchor_spl::token::{Mint, Token};
use anchor_spl::token_2022::Token2022;
use anchor_spl::token_interface::{self, CloseAccount};

use crate::error::BallastError;
use crate::events::ReserveClosed;
use crate::state::*;
use crate::token::{self, Transfer};

/// No remaining accounts.
#[derive(Accounts)]
pub struct CloseReserve<'info> {
    /// The vault's admin; gets the reserve's lamports.
    #[account(mut)]
    pub admin: Signer<'info>,
    /// The vault.
    #[account(mut)]
    pub vault: AccountLoader<'info, Vault>,
    /// CHECK: compared with the vault.
    pub authority: UncheckedAccount<'info>,
    /// The vault's share mint.
    pub share_mint: Box<Account<'info, Mint>>,
    /// CHECK: compared with the vault's asset.
    #[account(mut)]
    pub reserve: UncheckedAccount<'info>,
    /// CHECK: compared with the vault's asset.
    pub mint: UncheckedAccount<'info>,
    /// CHECK: the token program checks it; where what is left goes is the admin's choice.
    #[account(mut)]
    pub destination: UncheckedAccount<'info>,
    /// SPL Token.
    pub token_program: Program<'info, Token>,
    /// Token-2022.
    pub token_2022_program: Program<'info, Token2022>,
}

impl CloseReserve<'_> {
    fn validate(&self, vault: &Vault, asset: &Asset) -> Result<()> {
        require_keys_eq!(vault.admin, self.admin.key(), BallastError::NotAdmin);
        require_keys_eq!(vault.authority, self.authority.key(), BallastError::WrongAccount);
        require_keys_eq!(vault.share_mint, self.share_mint.key(), BallastError::WrongAccount);
        require_keys_eq!(asset.reserve, self.reserve.key(), BallastError::WrongAccount);
        require_keys_eq!(asset.mint, self.mint.key(), BallastError::WrongAccount);
        // What belongs to the locked share and to nobody, and donations: the admin may have that.
        let is_everybodys = self.share_mint.supply == 0 && vault.state.fees.owed_shares == 0 && asset.owed == 0;
        require!(is_everybodys, BallastError::VaultInUse);
        Ok(())
    }
}

/// Closes a reserve; see [`crate::ballast::close_reserve`].
pub fn close_reserve(ctx: Context<CloseReserve>, asset: u8) -> Result<()> {
    let accounts = &*ctx.accounts;
    let mut vault = accounts.vault.load_mut()?;
    let slot = *vault.asset(asset)?;
    accounts.validate(&vault, &slot)?;

    let vault_key = accounts.vault.key();
    let seeds: &[&[u8]] = &[AUTHORITY_SEED, vault_key.as_ref(), &[vault.authority_bump]];
    let amount = empty(accounts, &slot, seeds)?;
    vault.is_closing = 1;
    let slot = vault.asset_mut(asset)?;
    slot.balance = 0;
    slot.status = AssetStatus::Removed as u8;
    slot.reserve = Pubkey::default();
    let sequence = vault.next_sequence()?;
    emit!(ReserveClosed { vault: vault_key, slot: Clock::get()?.slot, sequence, asset, amount });
    Ok(())
}

/// Pays out what is left in the reserve, and closes it.
fn empty(accounts: &CloseReserve, asset: &Asset, seeds: &[&[u8]]) -> Result<u64> {
    let program = match asset.token_kind()? {
        TokenKind::Token => accounts.token_program.as_ref(),
        TokenKind::Token2022 => accounts.token_2022_program.as_ref(),
    };
    let (from, to, owner) = (accounts.reserve.as_ref(), accounts.destination.as_ref(), accounts.authority.as_ref());
    let amount = token::amount(from)?;
    let transfer = Transfer { program, mint: &accounts.mint, decimals: asset.decimals, from, to, owner, amount };
    transfer.invoke_out(seeds)?;
    let close = CloseAccount { account: from.clone(), destination: accounts.admin.to_account_info(), authority: owner.clone() };
    token_interface::close_account(CpiContext::new_with_signer(*program.key, close, &[seeds]))?;
    Ok(amount)
}
