//! `redeem_in_kind`: shares for all assets in proportion. No oracle, no AMM, no pause.

use anchor_lang::prelude::*;
use ballast_core::shares;

use super::burn_shares;
use super::in_kind::{AssetAccounts, InKind, Way, by_asset};
use crate::error::BallastError;
use crate::events::RedeemedInKind;
use crate::state::AUTHORITY_SEED;

/// What a redemption in kind burns and must pay.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug)]
pub struct RedeemInKindArgs {
    /// Shares to burn, raw units.
    pub shares: u64,
    /// Fewest raw units to accept of each asset; 0 for a skipped one.
    pub min_amounts: Vec<u64>,
    /// Bit `i` set: leave asset `i` behind, for ever, so that a frozen asset does not hold up the others.
    pub skip_mask: u16,
}

/// Redeems in kind; see [`crate::ballast::redeem_in_kind`].
pub fn redeem_in_kind<'info>(ctx: Context<'info, InKind<'info>>, args: RedeemInKindArgs) -> Result<()> {
    let accounts = &*ctx.accounts;
    let mut vault = accounts.vault.load_mut()?;
    accounts.validate(&vault)?;
    let count = vault.assets().len();
    let taken = taken_assets(args.skip_mask, count)?;
    let mut remaining = by_asset(ctx.remaining_accounts, taken)?;
    require!(args.min_amounts.len() == count, BallastError::AccountsMismatch);
    require!(args.shares > 0, BallastError::AmountTooSmall);

    // Burn first: the token program is the one that knows whether the user has the shares.
    burn_shares(accounts.token_program.as_ref(), &accounts.share_mint, &accounts.user_shares, &accounts.user, args.shares)?;
    let vault_key = accounts.vault.key();
    let total_shares_before = vault.total_shares;
    vault.total_shares = total_shares_before.checked_sub(args.shares).ok_or(BallastError::MathOverflow)?;
    let seeds: &[&[u8]] = &[AUTHORITY_SEED, vault_key.as_ref(), &[vault.authority_bump]];
    let mut amounts = vec![0; count];
    for (index, (asset, amount)) in vault.assets_mut().iter_mut().zip(amounts.iter_mut()).enumerate() {
        if is_skipped(args.skip_mask, index) {
            continue;
        }
        let asset_accounts = AssetAccounts::next(&mut remaining, asset)?;
        *amount = shares::redeem_amount(args.shares, asset.balance, total_shares_before).map_err(BallastError::from)?;
        asset.balance = asset.balance.checked_sub(*amount).ok_or(BallastError::MathOverflow)?;
        accounts.transfer(asset, &asset_accounts, Way::Out, *amount)?.invoke_out(seeds)?;
    }
    let is_enough = amounts.iter().zip(&args.min_amounts).all(|(amount, min)| amount >= min);
    require!(is_enough, BallastError::BelowMinimum);

    emit!(RedeemedInKind {
        vault: vault_key,
        slot: Clock::get()?.slot,
        sequence: vault.next_sequence()?,
        user: accounts.user.key(),
        shares: args.shares,
        total_shares_before,
        total_shares_after: vault.total_shares,
        amounts,
        skip_mask: args.skip_mask,
    });
    Ok(())
}

fn is_skipped(skip_mask: u16, index: usize) -> bool {
    skip_mask >> index & 1 == 1
}

/// Number of assets that are not skipped; at least one, and every bit of the mask an asset.
fn taken_assets(skip_mask: u16, count: usize) -> Result<usize> {
    let skipped = (0..count).filter(|index| is_skipped(skip_mask, *index)).count();
    let is_valid = skipped < count && skip_mask.count_ones() as usize == skipped;
    require!(is_valid, BallastError::SkipMask);
    Ok(count.saturating_sub(skipped))
}
