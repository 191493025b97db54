//! `refresh_prices`: copies newer published prices into the vault, after every check.

use anchor_lang::prelude::*;
use ballast_core::limits::Limits;
use ballast_core::risk::reference;

use crate::error::BallastError;
use crate::events::PricesRefreshed;
use crate::oracle;
use crate::state::{Asset, Vault};

/// Remaining accounts: one price account for each asset in the mask, in the vault's order.
#[derive(Accounts)]
pub struct RefreshPrices<'info> {
    /// The vault.
    #[account(mut)]
    pub vault: AccountLoader<'info, Vault>,
}

/// Refreshes prices; see [`crate::ballast::refresh_prices`].
pub fn refresh_prices(ctx: Context<RefreshPrices>, asset_mask: u16) -> Result<()> {
    let clock = Clock::get()?;
    let mut vault = ctx.accounts.vault.load_mut()?;
    let (limits, average_secs) = (vault.limits, vault.breakers.average_secs);
    let mut rest = asset_mask;
    let mut price_accounts = ctx.remaining_accounts.iter();
    for asset in vault.assets_mut() {
        if rest & 1 == 1 {
            require!(!asset.is_removed(), BallastError::UnknownAsset);
            let account = price_accounts.next().ok_or(BallastError::PriceAccounts)?;
            refresh_price(asset, account, &limits, average_secs, clock.unix_timestamp)?;
        }
        rest >>= 1;
    }
    // No bit beyond the last asset, no account left over, and something done.
    let is_complete = rest == 0 && price_accounts.next().is_none() && asset_mask != 0;
    require!(is_complete, BallastError::PriceAccounts);
    emit!(PricesRefreshed { vault: ctx.accounts.vault.key(), slot: clock.slot, sequence: vault.next_sequence()?, asset_mask });
    Ok(())
}

/// Takes over an asset's published price, where it is newer than the asset's, after every check. `limits` and `average_secs`, the time
/// constant of the vault's own average, are the vault's; `now` is unix time.
#[inline(never)]
pub fn refresh_price(asset: &mut Asset, account: &AccountInfo, limits: &Limits, average_secs: u32, now: i64) -> Result<()> {
    let reading = oracle::read(asset.oracle_kind()?, account, &asset.feed)?;
    let published = reading.spot;
    published.check(now, asset.publish_time, limits.max_price_age_secs, limits.max_conf_bps).map_err(BallastError::from)?;
    // Several updates share a second. The first one stays, or a caller could go back and forth between two of them.
    if published.publish_time == asset.publish_time {
        return Ok(());
    }
    let unit = published.to_unit_price(asset.decimals).map_err(BallastError::from)?;
    let ema = reading.ema().to_unit_price(asset.decimals).map_err(BallastError::from)?;
    let (average_x64, old_x64) = (asset.average_x64.into(), asset.price_x64.into());
    let stood_secs = published.publish_time.saturating_sub(asset.publish_time);
    let average_x64 = reference::next_average_x64(average_x64, old_x64, unit.mid_x64, stood_secs, average_secs);
    asset.average_x64 = average_x64.into();
    asset.ema_x64 = ema.mid_x64.into();
    asset.price_x64 = unit.mid_x64.into();
    asset.conf_x64 = unit.conf_x64.into();
    asset.publish_time = published.publish_time;
    Ok(())
}
