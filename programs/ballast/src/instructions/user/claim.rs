//! `claim`: pays what the vault owes a redeemer of one asset.

use anchor_lang::prelude::*;

use crate::error::BallastError;
use crate::events::Claimed;
use crate::state::{AUTHORITY_SEED, Asset, Claims, Vault};
use crate::token::{self, Transfer};

/// No remaining accounts.
#[derive(Accounts)]
pub struct Claim<'info> {
    /// Whose claims they are.
    pub owner: Signer<'info>,
    /// The vault.
    #[account(mut)]
    pub vault: AccountLoader<'info, Vault>,
    /// Compared with the vault and the owner.
    #[account(mut)]
    pub claims: AccountLoader<'info, Claims>,
    /// CHECK: compared with the vault.
    pub authority: UncheckedAccount<'info>,
    /// CHECK: compared with the vault's asset.
    #[account(mut)]
    pub reserve: UncheckedAccount<'info>,
    /// CHECK: compared with the vault's asset.
    pub mint: UncheckedAccount<'info>,
    /// CHECK: the token program checks its mint; whose account it is, is the owner's choice.
    #[account(mut)]
    pub destination: UncheckedAccount<'info>,
    /// CHECK: compared with the program that owns the asset's mint.
    pub asset_token_program: UncheckedAccount<'info>,
}

impl<'info> Claim<'info> {
    fn validate(&self, vault: &Vault, asset: &Asset) -> Result<()> {
        require!(self.authority.key() == vault.authority, BallastError::WrongAccount);
        require!(self.reserve.key() == asset.reserve, BallastError::WrongAccount);
        require!(self.mint.key() == asset.mint, BallastError::WrongAccount);
        require!(self.asset_token_program.key() == asset.token_kind()?.program_id(), BallastError::WrongTokenProgram);
        Ok(())
    }

    fn transfer(&self, decimals: u8, amount: u64) -> Transfer<'_, 'info> {
        Transfer {
            program: &self.asset_token_program,
            mint: &self.mint,
            decimals,
            from: &self.reserve,
            to: &self.destination,
            owner: &self.authority,
            amount,
        }
    }
}

/// Pays a claim; see [`crate::ballast::claim`].
pub fn claim(ctx: Context<Claim>, asset: u8) -> Result<()> {
    let accounts = &*ctx.accounts;
    let mut vault = accounts.vault.load_mut()?;
    let mut claims = accounts.claims.load_mut()?;
    let vault_key = accounts.vault.key();
    claims.check(&vault_key, accounts.owner.key)?;
    let slot = *vault.asset(asset)?;
    accounts.validate(&vault, &slot)?;
    let claimed = claims.amount_mut(usize::from(asset))?;
    // An issuer may have taken from the reserve: then what is there, and the rest stays owed.
    let amount = (*claimed).min(token::amount(&accounts.reserve)?);
    require!(amount > 0, BallastError::NothingOwed);
    *claimed = claimed.saturating_sub(amount);
    let owed_after = slot.owed.checked_sub(amount).ok_or(BallastError::MathOverflow)?;
    vault.asset_mut(asset)?.owed = owed_after;

    let seeds: &[&[u8]] = &[AUTHORITY_SEED, vault_key.as_ref(), &[vault.authority_bump]];
    accounts.transfer(slot.decimals, amount).invoke_out(seeds)?;
    emit!(Claimed {
        vault: vault_key,
        slot: Clock::get()?.slot,
        sequence: vault.next_sequence()?,
        owner: accounts.owner.key(),
        asset,
        amount,
        claimed_after: *claimed,
        owed_after,
    });
    Ok(())
}
