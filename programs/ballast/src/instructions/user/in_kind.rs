//! Accounts and transfers that deposits and redemptions in kind share.

use anchor_lang::prelude::*;
use anchor_spl::token::Token;
use anchor_spl::token_2022::Token2022;

use crate::error::BallastError;
use crate::state::{Asset, TokenKind, Vault};
use crate::token::Transfer;

/// Remaining accounts: for each asset that is not removed, in the vault's order, the user's token account, the reserve (both
/// writable) and the mint. A redemption leaves out the skipped assets as well.
#[derive(Accounts)]
pub struct InKind<'info> {
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
    /// SPL Token.
    pub token_program: Program<'info, Token>,
    /// Token-2022.
    pub token_2022_program: Program<'info, Token2022>,
}

impl<'info> InKind<'info> {
    /// Compares the accounts with the vault.
    pub fn validate(&self, vault: &Vault) -> Result<()> {
        require!(self.authority.key() == vault.authority, BallastError::WrongAccount);
        require!(self.share_mint.key() == vault.share_mint, BallastError::WrongAccount);
        Ok(())
    }

    /// The transfer of `amount` of one asset between the user and the reserve.
    pub fn transfer<'a>(
        &'a self,
        asset: &Asset,
        accounts: &'a AssetAccounts<'info>,
        way: Way,
        amount: u64,
    ) -> Result<Transfer<'a, 'info>> {
        let program = match asset.token_kind()? {
            TokenKind::Token => self.token_program.as_ref(),
            TokenKind::Token2022 => self.token_2022_program.as_ref(),
        };
        let (from, to, owner) = match way {
            Way::In => (accounts.user, accounts.reserve, self.user.as_ref()),
            Way::Out => (accounts.reserve, accounts.user, self.authority.as_ref()),
        };
        Ok(Transfer { program, mint: accounts.mint, decimals: asset.decimals, from, to, owner, amount })
    }
}

/// Which way an asset moves.
#[derive(Clone, Copy)]
pub enum Way {
    /// Into the vault.
    In,
    /// Out of the vault.
    Out,
}

/// One asset's three remaining accounts, compared with the vault.
pub struct AssetAccounts<'info> {
    /// The user's token account; the token program checks it.
    pub user: &'info AccountInfo<'info>,
    /// The vault's reserve.
    pub reserve: &'info AccountInfo<'info>,
    /// The mint.
    pub mint: &'info AccountInfo<'info>,
}

impl<'info> AssetAccounts<'info> {
    /// Takes the next asset's accounts.
    pub fn next(remaining: &mut std::slice::ChunksExact<'info, AccountInfo<'info>>, asset: &Asset) -> Result<Self> {
        let Some([user, reserve, mint]) = remaining.next() else { return err!(BallastError::AccountsMismatch) };
        require!(*reserve.key == asset.reserve && *mint.key == asset.mint, BallastError::WrongAccount);
        Ok(AssetAccounts { user, reserve, mint })
    }
}

/// The remaining accounts by asset; there must be exactly `count` assets' worth of them.
pub fn by_asset<'info>(
    remaining: &'info [AccountInfo<'info>],
    count: usize,
) -> Result<std::slice::ChunksExact<'info, AccountInfo<'info>>> {
    require!(remaining.len() == count.saturating_mul(3), BallastError::AccountsMismatch);
    Ok(remaining.chunks_exact(3))
}
