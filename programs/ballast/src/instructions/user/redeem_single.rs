//! `redeem_single`: shares, at oracle prices, for one asset.

use anchor_lang::prelude::*;
use ballast_core::valuation::{Bound, Flow, nav_bound_usd};
use ballast_core::{fixed, price, shares};

use super::single::{Exchange, Single, burn_shares, emit_exchange, require_in_band, value};
use crate::error::BallastError;
use crate::state::{AUTHORITY_SEED, Vault, pause};

/// Redeems for one asset; see [`crate::ballast::redeem_single`].
pub fn redeem_single(ctx: Context<Single>, asset: u8, shares: u64, min_amount: u64) -> Result<()> {
    let accounts = &*ctx.accounts;
    let mut vault = accounts.vault.load_mut()?;
    vault.require_running(pause::REDEEM_SINGLE)?;
    let slot = *vault.active_asset(asset)?;
    accounts.validate(&vault, &slot)?;
    require!(vault.total_shares != 0, BallastError::VaultEmpty);

    let now = Clock::get()?.unix_timestamp;
    vault.accrue_fees(now);
    vault.require_calm(now)?;
    let (amount, nav_usd) = amount_for(&vault, asset, shares, now)?;
    let valued = value(&vault, now)?;
    require!(amount >= min_amount, BallastError::BelowMinimum);
    let balance_after = slot.balance.checked_sub(amount).ok_or(BallastError::InsufficientReserve)?;

    // Burn first: the token program is the one that knows whether the user has the shares.
    burn_shares(accounts.token_program.as_ref(), &accounts.share_mint, &accounts.user_shares, &accounts.user, shares)?;
    let total_shares_before = vault.total_shares;
    vault.total_shares = total_shares_before.checked_sub(shares).ok_or(BallastError::MathOverflow)?;
    vault.asset_mut(asset)?.balance = balance_after;
    require_in_band(&vault, Flow::Out, asset, now, &valued)?;

    let vault_key = accounts.vault.key();
    let seeds: &[&[u8]] = &[AUTHORITY_SEED, vault_key.as_ref(), &[vault.authority_bump]];
    accounts.transfer_out(slot.decimals, amount).invoke_out(seeds)?;
    let balance_before = slot.balance;
    let exchange = Exchange { is_deposit: false, asset, amount, balance_before, shares, total_shares_before, nav_usd };
    emit_exchange(accounts, &mut vault, &exchange)
}

/// Units that the shares pay, and the NAV they were computed with: the vault at its lowest price, the asset at its highest. Of an
/// asset that is to go they pay no more than there is, so that it can be emptied; the user's minimum says whether that is enough.
#[inline(never)]
pub fn amount_for(vault: &Vault, asset: u8, shares: u64, now: i64) -> Result<(u64, u64)> {
    let slot = vault.asset(asset)?;
    let max_age_secs = vault.limits.max_price_age_secs;
    require!(price::is_fresh(slot.publish_time, now, max_age_secs), BallastError::PriceStale);
    let nav_usd = nav_bound_usd(vault.holdings(), Bound::Low, now, max_age_secs).map_err(BallastError::from)?;
    let value_usd =
        shares::value_for_shares(shares, vault.limits.exit_fee_bps, nav_usd, vault.total_shares).map_err(BallastError::from)?;
    let high_x64 = slot.price().high_x64().map_err(BallastError::from)?;
    let amount = fixed::div_x64_floor(value_usd, high_x64).map_err(BallastError::from)?;
    let is_to_go = slot.allocation.target_bps == 0;
    let amount = if is_to_go { amount.min(slot.balance) } else { amount };
    require!(amount > 0, BallastError::AmountTooSmall);
    Ok((amount, nav_usd))
}
