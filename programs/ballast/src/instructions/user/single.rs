//! Accounts and steps that deposits and redemptions in one asset share.

use anchor_lang::prelude::*;
use anchor_spl::token::{self as spl_token, Burn, MintTo, Token};
use ballast_core::valuation::{Flow, Valuation};

use crate::error::BallastError;
use crate::events::SingleAssetExchange;
use crate::state::{Asset, Vault};
use crate::token::Transfer;

/// No remaining accounts.
#[derive(Accounts)]
pub struct Single<'info> {
    /// Owner of the deposited tokens or redeemed shares.
    pub user: Signer<'info>,
    /// The vault.
    #[account(mut)]
    pub vault: AccountLoader<'info, Vault>,
    /// CHECK: compared with the vault.
    pub authority: UncheckedAccount<'info>,
    /// CHECK: compared with the vault.
    #[account(mut)]
    pub share_mint: UncheckedAccount<'info>,
    /// CHECK: the token program checks its mint, and on a burn its owner; where minted shares go is the user's choice.
    #[account(mut)]
    pub user_shares: UncheckedAccount<'info>,
    /// CHECK: the token program checks its mint, and on a deposit its owner; where redeemed tokens go is the user's choice.
    #[account(mut)]
    pub user_tokens: UncheckedAccount<'info>,
    /// CHECK: compared with the vault's asset.
    #[account(mut)]
    pub reserve: UncheckedAccount<'info>,
    /// CHECK: compared with the vault's asset.
    pub mint: UncheckedAccount<'info>,
    /// SPL Token, for the shares.
    pub token_program: Program<'info, Token>,
    /// CHECK: compared with the program that owns the asset's mint.
    pub asset_token_program: UncheckedAccount<'info>,
}

impl<'info> Single<'info> {
    /// Compares the accounts with the vault and the asset.
    pub fn validate(&self, vault: &Vault, asset: &Asset) -> Result<()> {
        require!(self.authority.key() == vault.authority, BallastError::WrongAccount);
        require!(self.share_mint.key() == vault.share_mint, BallastError::WrongAccount);
        require!(self.reserve.key() == asset.reserve, BallastError::WrongAccount);
        require!(self.mint.key() == asset.mint, BallastError::WrongAccount);
        require!(self.asset_token_program.key() == asset.token_kind()?.program_id(), BallastError::WrongTokenProgram);
        Ok(())
    }

    /// The transfer of `amount` from the user to the reserve.
    pub fn transfer_in(&self, decimals: u8, amount: u64) -> Transfer<'_, 'info> {
        Transfer {
            program: &self.asset_token_program,
            mint: &self.mint,
            decimals,
            from: &self.user_tokens,
            to: &self.reserve,
            owner: &self.user,
            amount,
        }
    }

    /// The transfer of `amount` from the reserve to the user.
    pub fn transfer_out(&self, decimals: u8, amount: u64) -> Transfer<'_, 'info> {
        Transfer { from: &self.reserve, to: &self.user_tokens, owner: &self.authority, ..self.transfer_in(decimals, amount) }
    }
}

/// Mints shares, signed by the vault's authority.
pub fn mint_shares<'info>(
    token_program: &AccountInfo<'info>,
    share_mint: &AccountInfo<'info>,
    to: &AccountInfo<'info>,
    authority: &AccountInfo<'info>,
    shares: u64,
    seeds: &[&[u8]],
) -> Result<()> {
    let accounts = MintTo { mint: share_mint.clone(), to: to.clone(), authority: authority.clone() };
    spl_token::mint_to(CpiContext::new_with_signer(*token_program.key, accounts, &[seeds]), shares)
}

/// Burns a user's shares.
pub fn burn_shares<'info>(
    token_program: &AccountInfo<'info>,
    share_mint: &AccountInfo<'info>,
    from: &AccountInfo<'info>,
    user: &AccountInfo<'info>,
    shares: u64,
) -> Result<()> {
    let accounts = Burn { mint: share_mint.clone(), from: from.clone(), authority: user.clone() };
    spl_token::burn(CpiContext::new(*token_program.key, accounts), shares)
}

/// The basket at mid prices.
#[inline(never)]
pub fn value(vault: &Vault, now: i64) -> Result<Box<Valuation>> {
    let valuation = Valuation::new(vault.holdings(), &vault.terms(now)).map_err(BallastError::from)?;
    Ok(Box::new(valuation))
}

/// Fails if the exchange, now in the books, left its asset beyond its band, or drove another out of its band. What a late
/// price or a frozen asset could cost the others ends at the band's edge, and so does what an exchange can do to make a
/// trade due.
#[inline(never)]
pub fn require_in_band(vault: &Vault, flow: Flow, asset: u8, now: i64, before: &Valuation) -> Result<()> {
    let after = value(vault, now)?;
    require!(!after.is_tipped_by(flow, usize::from(asset), before), BallastError::LeavesBand);
    Ok(())
}

/// What a one-asset deposit or redemption did, for its event.
pub struct Exchange {
    /// Whether it was a deposit.
    pub is_deposit: bool,
    /// Index of the asset.
    pub asset: u8,
    /// Raw units moved.
    pub amount: u64,
    /// Accounted balance before.
    pub balance_before: u64,
    /// Shares minted or burned.
    pub shares: u64,
    /// `total_shares` before.
    pub total_shares_before: u64,
    /// NAV bound used.
    pub nav_usd: u64,
}

/// Counts and emits.
#[inline(never)]
pub fn emit_exchange(accounts: &Single, vault: &mut Vault, exchange: &Exchange) -> Result<()> {
    emit!(SingleAssetExchange {
        vault: accounts.vault.key(),
        slot: Clock::get()?.slot,
        sequence: vault.next_sequence()?,
        user: accounts.user.key(),
        is_deposit: exchange.is_deposit,
        asset: exchange.asset,
        amount: exchange.amount,
        balance_before: exchange.balance_before,
        balance_after: vault.asset(exchange.asset)?.balance,
        shares: exchange.shares,
        total_shares_before: exchange.total_shares_before,
        total_shares_after: vault.total_shares,
        nav_usd: exchange.nav_usd,
    });
    Ok(())
}
