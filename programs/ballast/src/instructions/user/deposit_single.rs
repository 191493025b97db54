//! `deposit_single`: one asset, at oracle prices, for shares.

use anchor_lang::prelude::*;
use ballast_core::price;
use ballast_core::shares;
use ballast_core::valuation::{Bound, Flow, nav_bound_usd};

use super::single::{Exchange, Single, emit_exchange, mint_shares, require_in_band, value};
use crate::error::BallastError;
use crate::state::{AUTHORITY_SEED, Vault, pause};
use crate::token;

/// Deposits one asset; see [`crate::ballast::deposit_single`].
pub fn deposit_single(ctx: Context<Single>, asset: u8, amount: u64, min_shares: u64) -> Result<()> {
    let accounts = &*ctx.accounts;
    let mut vault = accounts.vault.load_mut()?;
    vault.require_running(pause::DEPOSIT_SINGLE)?;
    let slot = *vault.active_asset(asset)?;
    accounts.validate(&vault, &slot)?;
    require!(vault.total_shares != 0, BallastError::VaultEmpty);
    // What a quarantined asset is worth nobody knows: a deposit would buy a part of it for nothing.
    require!(vault.quarantined_mask() == 0, BallastError::Quarantined);

    let now = Clock::get()?.unix_timestamp;
    vault.accrue_fees(now);
    vault.require_calm(now)?;
    let (shares, nav_usd) = shares_for(&vault, asset, amount, now)?;
    let valued = value(&vault, now)?;
    require!(shares >= min_shares, BallastError::BelowMinimum);

    let before = token::amount(&accounts.reserve)?;
    accounts.transfer_in(slot.decimals, amount).invoke_in()?;
    let came = token::amount(&accounts.reserve)?.checked_sub(before);
    require!(came == Some(amount), BallastError::ReserveTampered);

    let total_shares_before = vault.total_shares;
    vault.total_shares = total_shares_before.checked_add(shares).ok_or(BallastError::MathOverflow)?;
    vault.asset_mut(asset)?.balance = slot.balance.checked_add(amount).ok_or(BallastError::MathOverflow)?;
    require_in_band(&vault, Flow::In, asset, now, &valued)?;

    let vault_key = accounts.vault.key();
    let seeds: &[&[u8]] = &[AUTHORITY_SEED, vault_key.as_ref(), &[vault.authority_bump]];
    let token_program = accounts.token_program.as_ref();
    mint_shares(token_program, &accounts.share_mint, &accounts.user_shares, &accounts.authority, shares, seeds)?;
    let balance_before = slot.balance;
    let exchange = Exchange { is_deposit: true, asset, amount, balance_before, shares, total_shares_before, nav_usd };
    emit_exchange(accounts, &mut vault, &exchange)
}

/// Shares for the deposit, and the NAV they were computed with: the deposit at its lowest price, the vault at its highest.
#[inline(never)]
pub fn shares_for(vault: &Vault, asset: u8, amount: u64, now: i64) -> Result<(u64, u64)> {
    let slot = vault.asset(asset)?;
    let max_age_secs = vault.limits.max_price_age_secs;
    // The valuation asks for fresh prices of what the vault holds, which may not include this asset.
    require!(price::is_fresh(slot.publish_time, now, max_age_secs), BallastError::PriceStale);
    let nav_usd = nav_bound_usd(vault.holdings(), Bound::High, now, max_age_secs).map_err(BallastError::from)?;
    let value_usd = slot.price().value_low_usd(amount).map_err(BallastError::from)?;
    let shares = shares::shares_for_value(value_usd, vault.limits.entry_fee_bps, nav_usd, vault.total_shares)
        .map_err(BallastError::from)?;
    Ok((shares, nav_usd))
}
