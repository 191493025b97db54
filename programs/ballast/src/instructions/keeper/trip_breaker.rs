//! `trip_breaker`: halts the vault or a route where a breaker's condition holds, whoever shows it.

use anchor_lang::prelude::*;
use ballast_core::decision::MAX_PUBLISH_GAP_SECS;
use ballast_core::performance::share_price_x64;
use ballast_core::price;
use ballast_core::risk::breaker::Halt;
use ballast_core::risk::condition::{self, Trip};
use ballast_core::valuation::Valuation;

use super::halting::Halted;
use super::plan::{check_pins, pair};
use crate::error::BallastError;
use crate::oracle;
use crate::state::{Route, Vault};

/// Remaining accounts: with a route its pinned accounts, in order; without one the price account that is evidence, if any.
#[derive(Accounts)]
pub struct TripBreaker<'info> {
    /// The vault.
    #[account(mut)]
    pub vault: AccountLoader<'info, Vault>,
    /// The route whose pool is to be judged; none for the vault.
    #[account(mut)]
    pub route: Option<AccountLoader<'info, Route>>,
}

/// Trips a breaker; see [`crate::ballast::trip_breaker`].
pub fn trip_breaker<'info>(ctx: Context<'info, TripBreaker<'info>>, evidence_asset: Option<u8>) -> Result<()> {
    let clock = Clock::get()?;
    let (address, remaining) = (ctx.accounts.vault.key(), ctx.remaining_accounts);
    let vault = &mut *ctx.accounts.vault.load_mut()?;
    let (route, halt) = match &ctx.accounts.route {
        Some(route) => {
            require!(evidence_asset.is_none(), BallastError::AccountsMismatch);
            (route.key(), trip_route(vault, address, &mut *route.load_mut()?, remaining, clock.unix_timestamp)?)
        }
        None => (Pubkey::default(), trip_vault(vault, evidence_asset, remaining, clock.unix_timestamp)?),
    };
    Halted { vault: address, route, slot: clock.slot }.emit_tripped(vault, &halt)
}

/// Halts the vault. A soft halt may be tripped anew, and so be prolonged or become a hard one; a hard one needs no more.
#[inline(never)]
fn trip_vault(vault: &mut Vault, evidence_asset: Option<u8>, remaining: &[AccountInfo], now: i64) -> Result<Halt> {
    require!(vault.state.halt.is_hard == 0, BallastError::Halted);
    vault.accrue_fees(now);
    let evidence = match (evidence_asset, remaining) {
        (None, []) => None,
        (Some(asset), [account]) => wide_price(vault, asset, account, now)?,
        _ => return err!(BallastError::AccountsMismatch),
    };
    let breakers = vault.breakers;
    let loss = vault.state.loss.of_nav(vault.limits.max_daily_loss_bps.into(), now).map_err(BallastError::from)?;
    let conditions = [vault.dislocation(now), drawdown(vault, now)?, condition::loss(&loss, &breakers), evidence];
    let trip = condition::gravest(&breakers, conditions).ok_or(BallastError::BreakerNotMet)?;
    vault.state.trip(&trip, &breakers, now);
    Ok(vault.state.halt)
}

/// A price of an asset of the basket that is too wide for the vault to take, but good in all other respects.
#[inline(never)]
pub fn wide_price(vault: &Vault, index: u8, account: &AccountInfo, now: i64) -> Result<Option<Trip>> {
    let asset = vault.asset(index)?;
    let published = oracle::read(asset.oracle_kind()?, account, &asset.feed)?.spot;
    let checked = published.check_but_width(now, asset.publish_time, vault.limits.max_price_age_secs);
    checked.map_err(BallastError::from)?;
    let takes_part = !asset.holding().is_excluded;
    Ok(condition::published(index, &published, &vault.breakers).filter(|_| takes_part))
}

/// The share price's fall, where every held asset's price is fresh.
#[inline(never)]
fn drawdown(vault: &Vault, now: i64) -> Result<Option<Trip>> {
    let max_age_secs = vault.limits.max_price_age_secs;
    let valuation = Valuation::without_targets(vault.holdings(), now, max_age_secs).map_err(BallastError::from)?;
    if !valuation.is_fresh || valuation.nav_usd == 0 {
        return Ok(None);
    }
    let share_price_x64 = share_price_x64(valuation.nav_usd, vault.total_shares);
    Ok(condition::drawdown(&vault.state.lookbacks, share_price_x64, now, &vault.breakers))
}

/// Halts a route by the present state of its pool, which fresh prices of one moment must show.
#[inline(never)]
fn trip_route(vault: &Vault, address: Pubkey, route: &mut Route, pins: &[AccountInfo], now: i64) -> Result<Halt> {
    require!(route.vault == address, BallastError::WrongRoute);
    require!(route.halt.is_hard == 0, BallastError::RouteHalted);
    check_pins(route, pins)?;
    let pair = pair(vault, route)?;
    let is_fresh = pair.iter().all(|side| price::is_fresh(side.publish_time, now, vault.limits.max_price_age_secs));
    require!(is_fresh, BallastError::PriceStale);
    let [first, second] = &pair;
    let gap_secs = first.publish_time.abs_diff(second.publish_time);
    require!(gap_secs <= MAX_PUBLISH_GAP_SECS, BallastError::PricesApart);
    let (breakers, reserves) = (&vault.breakers, route.amm()?.pool(pins)?.reserves);
    let trip = condition::pool(&pair, reserves, breakers.max_pool_before_bps, breakers).map_err(BallastError::from)?;
    route.halt = Halt::new(&trip.ok_or(BallastError::BreakerNotMet)?, breakers, now);
    Ok(route.halt)
}
