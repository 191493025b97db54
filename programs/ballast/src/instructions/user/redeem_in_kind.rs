//! `redeem_in_kind`: shares for all assets in proportion. No oracle, no AMM, no pause.

use std::cell::RefMut;

use anchor_lang::prelude::*;
use ballast_core::shares;

use super::burn_shares;
use super::in_kind::*;
use crate::error::BallastError;
use crate::events::RedeemedInKind;
use crate::state::{AUTHORITY_SEED, Claims, Vault};

/// What a redemption in kind burns and must pay.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug)]
pub struct RedeemInKindArgs {
    /// Shares to burn, raw units.
    pub shares: u64,
    /// Fewest raw units to accept of each asset, paid or claimed; 0 for a forfeited or removed one.
    pub min_amounts: Vec<u64>,
    /// Bit `i` set: do not pay asset `i` now, so that a frozen asset does not hold up the others. It becomes a claim, or is
    /// forfeited.
    pub skip_mask: u16,
    /// Bit `i` set: leave skipped asset `i` to the other holders, for ever.
    pub forfeit_mask: u16,
}

/// Remaining accounts: those of [`InKind`], for each asset that is neither skipped nor removed.
#[derive(Accounts)]
pub struct RedeemInKind<'info> {
    /// What it shares with a deposit.
    pub in_kind: InKind<'info>,
    /// The user's claims, where an asset is to be claimed later. Compared with the vault and the user.
    #[account(mut)]
    pub claims: Option<AccountLoader<'info, Claims>>,
}

/// What becomes of an asset's part.
enum Fate {
    Paid,
    Claimed,
    Forfeited,
}

impl RedeemInKindArgs {
    /// Number of assets to pay. Every bit of the masks must be an asset of the basket, only skipped ones are forfeited, and not
    /// all of them are.
    fn paid_assets(&self, vault: &Vault) -> Result<usize> {
        let basket = vault.basket_mask();
        let is_valid = self.skip_mask & !basket == 0 && self.forfeit_mask & !self.skip_mask == 0 && self.forfeit_mask != basket;
        require!(is_valid, BallastError::SkipMask);
        Ok((basket & !self.skip_mask).count_ones() as usize)
    }

    fn is_claiming(&self) -> bool {
        self.skip_mask != self.forfeit_mask
    }

    fn fate(&self, index: usize) -> Fate {
        let is_in = |mask: u16| mask >> index & 1 == 1;
        match (is_in(self.skip_mask), is_in(self.forfeit_mask)) {
            (false, _) => Fate::Paid,
            (true, false) => Fate::Claimed,
            (true, true) => Fate::Forfeited,
        }
    }

    /// Whether these parts are enough. What is forfeited is no gain: its least is 0.
    fn accepts(&self, amounts: &[u64]) -> bool {
        let parts = amounts.iter().zip(&self.min_amounts).enumerate();
        parts.into_iter().all(|(index, (amount, min))| match self.fate(index) {
            Fate::Forfeited => *min == 0,
            Fate::Paid | Fate::Claimed => amount >= min,
        })
    }
}

/// Redeems in kind; see [`crate::ballast::redeem_in_kind`].
pub fn redeem_in_kind<'info>(ctx: Context<'info, RedeemInKind<'info>>, args: RedeemInKindArgs) -> Result<()> {
    let clock = Clock::get()?;
    let accounts = &ctx.accounts.in_kind;
    let mut vault = accounts.vault.load_mut()?;
    accounts.validate(&vault)?;
    let mut remaining = by_asset(ctx.remaining_accounts, args.paid_assets(&vault)?)?;
    require!(args.min_amounts.len() == vault.assets().len(), BallastError::AccountsMismatch);
    require!(args.shares > 0, BallastError::AmountTooSmall);
    let mut claims = ctx.accounts.claims(args.is_claiming())?;

    // Burn first: the token program is the one that knows whether the user has the shares.
    burn_shares(accounts.token_program.as_ref(), &accounts.share_mint, &accounts.user_shares, &accounts.user, args.shares)?;
    vault.accrue_fees(clock.unix_timestamp);
    let vault_key = accounts.vault.key();
    let total_shares_before = vault.total_shares;
    vault.total_shares = total_shares_before.checked_sub(args.shares).ok_or(BallastError::MathOverflow)?;
    let seeds: &[&[u8]] = &[AUTHORITY_SEED, vault_key.as_ref(), &[vault.authority_bump]];
    let mut amounts = vec![0; vault.assets().len()];
    for (index, (asset, amount)) in vault.assets_mut().iter_mut().zip(amounts.iter_mut()).enumerate() {
        if asset.is_removed() {
            continue;
        }
        *amount = shares::redeem_amount(args.shares, asset.balance, total_shares_before).map_err(BallastError::from)?;
        match args.fate(index) {
            Fate::Forfeited => {}
            Fate::Claimed => {
                asset.set_apart(*amount)?;
                let claimed = claims.as_mut().ok_or(BallastError::ClaimsMissing)?.amount_mut(index)?;
                *claimed = claimed.checked_add(*amount).ok_or(BallastError::MathOverflow)?;
            }
            Fate::Paid => {
                let asset_accounts = AssetAccounts::next(&mut remaining, asset)?;
                asset.balance = asset.balance.checked_sub(*amount).ok_or(BallastError::MathOverflow)?;
                accounts.transfer(asset, &asset_accounts, Way::Out, *amount)?.invoke_out(seeds)?;
            }
        }
    }
    require!(args.accepts(&amounts), BallastError::BelowMinimum);

    emit!(RedeemedInKind {
        vault: vault_key,
        slot: clock.slot,
        sequence: vault.next_sequence()?,
        user: accounts.user.key(),
        shares: args.shares,
        total_shares_before,
        total_shares_after: vault.total_shares,
        amounts,
        skip_mask: args.skip_mask,
        forfeit_mask: args.forfeit_mask,
    });
    Ok(())
}

impl RedeemInKind<'_> {
    /// The user's claims, where they are passed; they must be where something is to be claimed.
    fn claims(&self, is_claiming: bool) -> Result<Option<RefMut<'_, Claims>>> {
        let Some(loader) = &self.claims else {
            require!(!is_claiming, BallastError::ClaimsMissing);
            return Ok(None);
        };
        let claims = loader.load_mut()?;
        claims.check(&self.in_kind.vault.key(), self.in_kind.user.key)?;
        Ok(Some(claims))
    }
}
