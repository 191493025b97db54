//! `collect_fees`: mints the management fee that has accrued.

use anchor_lang::prelude::*;
use anchor_spl::token::Token;

use crate::error::BallastError;
use crate::events::FeesCollected;
use crate::instructions::mint_shares;
use crate::state::{AUTHORITY_SEED, Vault};
use crate::token;

/// No remaining accounts. Nobody signs: where the shares go is not the caller's choice.
#[derive(Accounts)]
pub struct CollectFees<'info> {
    /// The vault.
    #[account(mut)]
    pub vault: AccountLoader<'info, Vault>,
    /// CHECK: compared with the vault.
    pub authority: UncheckedAccount<'info>,
    /// CHECK: compared with the vault.
    #[account(mut)]
    pub share_mint: UncheckedAccount<'info>,
    /// CHECK: its owner is compared with the vault's fee recipient; the token program checks its mint.
    #[account(mut)]
    pub recipient_shares: UncheckedAccount<'info>,
    /// SPL Token.
    pub token_program: Program<'info, Token>,
}

impl CollectFees<'_> {
    fn validate(&self, vault: &Vault) -> Result<()> {
        require!(self.authority.key() == vault.authority, BallastError::WrongAccount);
        require!(self.share_mint.key() == vault.share_mint, BallastError::WrongAccount);
        // Shares that are nobody's could never be redeemed: what is owed waits for a recipient.
        require!(vault.fee_recipient != Pubkey::default(), BallastError::WrongFeeAccount);
        require!(token::is_owned_by(&self.recipient_shares, &vault.fee_recipient)?, BallastError::WrongFeeAccount);
        Ok(())
    }
}

/// Collects the management fee; see [`crate::ballast::collect_fees`].
pub fn collect_fees(ctx: Context<CollectFees>) -> Result<()> {
    let clock = Clock::get()?;
    let accounts = &*ctx.accounts;
    let mut vault = accounts.vault.load_mut()?;
    accounts.validate(&vault)?;
    vault.accrue_fees(clock.unix_timestamp);
    // Part of the total since they accrued.
    let shares = std::mem::take(&mut vault.state.fees.owed_shares);
    require!(shares > 0, BallastError::NothingOwed);

    let vault_key = accounts.vault.key();
    let seeds: &[&[u8]] = &[AUTHORITY_SEED, vault_key.as_ref(), &[vault.authority_bump]];
    let token_program = accounts.token_program.as_ref();
    mint_shares(token_program, &accounts.share_mint, &accounts.recipient_shares, &accounts.authority, shares, seeds)?;
    emit!(FeesCollected {
        vault: vault_key,
        slot: clock.slot,
        sequence: vault.next_sequence()?,
        recipient: vault.fee_recipient,
        shares,
        total_shares: vault.total_shares,
    });
    Ok(())
}
