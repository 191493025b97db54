//! What the breakers look at, as it is now: each measure beside its limit, also where the limit is kept.
//!
//! The core's conditions say what they measured only where their limit is passed. They are asked twice: about the vault's limit, and
//! about one of nothing.

use ballast_client::Pubkey;
use ballast_client::ballast::state::{Route, Vault};
use ballast_core::decision::Side;
use ballast_core::performance::share_price_x64;
use ballast_core::price;
use ballast_core::risk::breaker::{Breaker, Breakers};
use ballast_core::risk::condition::{self, Trip};
use ballast_core::valuation::{Holding, Valuation};
use serde::{Serialize, Serializer};

use crate::Refusal;
use crate::chain::Chain;
use crate::preview::read_pool;

/// Breakers of which one can trip, at this limit.
type Only = fn(u16) -> Breakers;

/// Breakers that do not trip.
const NEVER: Breakers = Breakers {
    min_pool_depth_usd: 0,
    cooldown_secs: 0,
    average_secs: 0,
    hard_mask: 0,
    max_loss_used_bps: u32::MAX,
    max_jump_bps: u16::MAX,
    max_divergence_bps: u16::MAX,
    max_conf_bps: u16::MAX,
    max_pool_before_bps: u16::MAX,
    max_pool_after_bps: u16::MAX,
    max_day_drawdown_bps: u16::MAX,
    max_week_drawdown_bps: u16::MAX,
    max_month_drawdown_bps: u16::MAX,
};

/// What a breaker looks at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Evidence {
    /// The breaker's number.
    pub breaker: u8,
    /// Whether only the admin ends its halt.
    pub is_hard: bool,
    /// Place of the asset that is measured.
    pub asset: Option<u8>,
    /// The route whose pool is measured.
    #[serde(serialize_with = "optional_text")]
    pub route: Option<Pubkey>,
    /// Days of the high that the share price is measured against.
    pub days: Option<u32>,
    /// What is measured, in basis points, or in micro-dollars for a pool's depth; `None` where there is nothing to measure, such as without
    /// fresh prices.
    pub measured: Option<u64>,
    /// The limit, in the same unit.
    pub limit: u64,
    /// Whether the breaker would trip.
    pub is_met: bool,
}

fn optional_text<S: Serializer>(address: &Option<Pubkey>, serializer: S) -> Result<S::Ok, S::Error> {
    address.map(|address| address.to_string()).serialize(serializer)
}

/// What all breakers of a vault and its routes look at, by the published prices where they are newer than the vault's.
///
/// # Errors
/// Where a figure cannot be computed.
pub fn evidence(chain: &Chain) -> Result<Vec<Evidence>, Refusal> {
    let vault = &*chain.refresh().vault;
    let mut evidence = of_vault(vault, chain.now)?;
    for (address, route) in chain.routes {
        let reserves = read_pool(chain, route).ok().map(|pool| pool.reserves);
        evidence.extend(of_route(vault, *address, route, reserves, chain.now)?);
    }
    Ok(evidence)
}

/// What the breakers of the vault look at, in the order of their numbers.
///
/// # Errors
/// Where a figure cannot be computed.
pub fn of_vault(vault: &Vault, now: i64) -> Result<Vec<Evidence>, Refusal> {
    let mut evidence = prices(vault, now);
    evidence.extend(drawdowns(vault, now)?);
    evidence.push(loss(vault, now)?);
    Ok(evidence)
}

/// What the breakers of a route look at; the reserves are its pool's, in the pool's order, `None` where they cannot be read.
///
/// # Errors
/// Where the vault lacks an asset of the route, or a figure cannot be computed.
pub fn of_route(
    vault: &Vault,
    address: Pubkey,
    route: &Route,
    reserves: Option<[u64; 2]>,
    now: i64,
) -> Result<Vec<Evidence>, Refusal> {
    let pair = pair(vault, route)?;
    let is_fresh = |side: &Side| price::is_fresh(side.publish_time, now, vault.limits.max_price_age_secs);
    let reserves = reserves.filter(|_| pair.iter().all(is_fresh));
    let judge = |breakers: &Breakers| match reserves {
        Some(reserves) => condition::pool(&pair, reserves, breakers.max_pool_before_bps, breakers).map_err(Refusal::core),
        None => Ok(None),
    };
    let breakers = &vault.breakers;
    let away = |max_bps| judge(&Breakers { max_pool_before_bps: max_bps, ..NEVER });
    let shallow = |min_usd| judge(&Breakers { min_pool_depth_usd: min_usd, ..NEVER }).map(|trip| trip.filter(is_about_depth));
    let measured = |least: u64, trip: Option<Trip>| reserves.map(|_| trip.map_or(least, |trip| trip.measured));
    let row =
        |breaker, measured, limit, is_met| Evidence { route: Some(address), measured, is_met, ..row(breakers, breaker, limit) };
    let (max_bps, min_usd) = (breakers.max_pool_before_bps, breakers.min_pool_depth_usd);
    Ok(vec![
        row(Breaker::PoolAway, measured(0, away(0)?), max_bps.into(), away(max_bps)?.is_some()),
        row(Breaker::Illiquid, measured(u64::MAX, shallow(u64::MAX)?), min_usd, shallow(min_usd)?.is_some()),
    ])
}

fn is_about_depth(trip: &Trip) -> bool {
    trip.breaker == Breaker::Illiquid
}

fn pair(vault: &Vault, route: &Route) -> Result<[Side; 2], Refusal> {
    let side = |index: u8| Ok::<_, Refusal>(Side::of(index.into(), &vault.asset(index)?.holding()));
    Ok([side(route.asset_a)?, side(route.asset_b)?])
}

fn prices(vault: &Vault, now: i64) -> Vec<Evidence> {
    let limits = &vault.breakers;
    let of_asset = |(index, holding): (u8, Holding)| {
        let judge =
            |breakers: Breakers| condition::prices([holding].into_iter(), &breakers, now, vault.limits.max_price_age_secs);
        let is_fresh = price::is_fresh(holding.publish_time, now, vault.limits.max_price_age_secs);
        let row = |breaker, max_bps: u16, of: Only| {
            // Of several that hold, the hard one counts.
            let only = |max_bps| judge(Breakers { hard_mask: 1 << (breaker as u32 - 1), ..of(max_bps) });
            let measured = only(0).filter(|trip| trip.breaker == breaker).map_or(0, |trip| trip.measured);
            let is_met = only(max_bps).is_some_and(|trip| trip.breaker == breaker);
            Evidence {
                asset: Some(index),
                measured: is_fresh.then_some(measured),
                is_met,
                ..row(limits, breaker, max_bps.into())
            }
        };
        [
            row(Breaker::Jump, limits.max_jump_bps, |max_jump_bps| Breakers { max_jump_bps, ..NEVER }),
            row(Breaker::Divergence, limits.max_divergence_bps, |max_divergence_bps| Breakers { max_divergence_bps, ..NEVER }),
            row(Breaker::Confidence, limits.max_conf_bps, |max_conf_bps| Breakers { max_conf_bps, ..NEVER }),
        ]
    };
    let mut rows: Vec<Evidence> =
        (0..).zip(vault.holdings()).filter(|(_, holding)| !holding.is_excluded).flat_map(of_asset).collect();
    rows.sort_by_key(|row| row.breaker);
    rows
}

/// The share price's fall, where every held asset's price is fresh.
fn drawdowns(vault: &Vault, now: i64) -> Result<[Evidence; 3], Refusal> {
    let valuation = Valuation::without_targets(vault.holdings(), now, vault.limits.max_price_age_secs).map_err(Refusal::core)?;
    let share_price =
        (valuation.is_fresh && valuation.nav_usd > 0).then(|| share_price_x64(valuation.nav_usd, vault.terms(now).total_shares));
    let limits = &vault.breakers;
    let row = |days, max_bps: u16, only: Only| {
        let judge = |max_bps| condition::drawdown(&vault.state.lookbacks, share_price?, now, &only(max_bps));
        let measured = share_price.map(|_| judge(0).map_or(0, |trip| trip.measured));
        let is_met = judge(max_bps).is_some();
        Evidence { days: Some(days), measured, is_met, ..row(limits, Breaker::Drawdown, max_bps.into()) }
    };
    Ok([
        row(1, limits.max_day_drawdown_bps, |max_day_drawdown_bps| Breakers { max_day_drawdown_bps, ..NEVER }),
        row(7, limits.max_week_drawdown_bps, |max_week_drawdown_bps| Breakers { max_week_drawdown_bps, ..NEVER }),
        row(30, limits.max_month_drawdown_bps, |max_month_drawdown_bps| Breakers { max_month_drawdown_bps, ..NEVER }),
    ])
}

fn loss(vault: &Vault, now: i64) -> Result<Evidence, Refusal> {
    let budget = vault.state.loss.of_nav(vault.limits.max_daily_loss_bps.into(), now).map_err(Refusal::core)?;
    let limits = &vault.breakers;
    let is_met = condition::loss(&budget, limits).is_some();
    let measured = Some(budget.used_bps());
    Ok(Evidence { measured, is_met, ..row(limits, Breaker::LossBudget, limits.max_loss_used_bps.into()) })
}

/// A row without a measure.
fn row(breakers: &Breakers, breaker: Breaker, limit: u64) -> Evidence {
    let is_hard = breakers.is_hard(breaker);
    Evidence { breaker: breaker as u8, is_hard, asset: None, route: None, days: None, measured: None, limit, is_met: false }
}

#[cfg(test)]
mod tests {
    use ballast_client::ballast::state::Asset;
    use ballast_core::risk::breaker::DEFAULT;
    use bytemuck::Zeroable as _;

    use super::*;

    const NOW: i64 = 1_700_000_000;

    fn asset(price: u128, conf: u128, average: u128) -> Asset {
        Asset {
            mint: Pubkey::new_unique(),
            balance: 1_000_000,
            price_x64: (price << 64).into(),
            conf_x64: (conf << 64).into(),
            average_x64: (average << 64).into(),
            ema_x64: (price << 64).into(),
            publish_time: NOW,
            ..Asset::zeroed()
        }
    }

    fn vault(assets: &[Asset]) -> Box<Vault> {
        let mut vault: Box<Vault> = bytemuck::zeroed_box();
        vault.limits = ballast_core::limits::DEFAULT;
        vault.breakers = DEFAULT;
        vault.total_shares = 1_000_000;
        vault.asset_count = u8::try_from(assets.len()).unwrap();
        vault.assets[..assets.len()].copy_from_slice(assets);
        vault
    }

    /// Measure and verdict of a breaker, row by row.
    fn found(vault: &Vault, breaker: Breaker) -> Vec<(Option<u64>, bool)> {
        let rows = of_vault(vault, NOW).unwrap().into_iter().filter(|row| row.breaker == breaker as u8);
        rows.map(|row| (row.measured, row.is_met)).collect()
    }

    #[test]
    fn prices_are_measured_on_both_sides_of_their_limits() {
        let vault = vault(&[asset(10_000, 0, 10_000), asset(11_500, 58, 10_000), asset(8_000, 481, 10_000)]);
        assert_eq!(found(&vault, Breaker::Jump), [(Some(0), false), (Some(1_500), false), (Some(2_000), true)]);
        assert_eq!(found(&vault, Breaker::Divergence), [(Some(0), false); 3]);
        assert_eq!(found(&vault, Breaker::Confidence), [(Some(0), false), (Some(51), false), (Some(602), true)]);
    }

    #[test]
    fn stale_prices_are_no_evidence() {
        let stale = Asset { publish_time: NOW - 61, ..asset(20_000, 0, 10_000) };
        let vault = vault(&[asset(10_000, 0, 10_000), stale]);
        assert_eq!(found(&vault, Breaker::Jump), [(Some(0), false), (None, false)]);
        assert_eq!(found(&vault, Breaker::Drawdown), [(None, false); 3]);
    }

    #[test]
    fn drawdown_and_losses_are_measured() {
        let mut vault = vault(&[asset(1, 0, 1)]);
        // A raw share is worth a micro-dollar, and was worth four thirds of one.
        vault.state.lookbacks.record(NOW, (4 << 64) / 3);
        assert_eq!(found(&vault, Breaker::Drawdown), [(Some(2_500), false); 3]);
        vault.breakers.max_day_drawdown_bps = 2_499;
        assert_eq!(found(&vault, Breaker::Drawdown)[0], (Some(2_500), true));
        assert_eq!(found(&vault, Breaker::LossBudget), [(Some(0), false)]);
        vault.state.loss.at = NOW;
        vault.state.loss.spent = 450_000;
        assert_eq!(found(&vault, Breaker::LossBudget), [(Some(9_000), true)]);
    }

    #[test]
    fn pools_are_measured_by_distance_and_depth() {
        let mut vault = vault(&[asset(1, 0, 1), asset(1, 0, 1)]);
        let route = Route { asset_a: 0, asset_b: 1, ..Route::zeroed() };
        let found = |vault: &Vault, reserves| {
            let rows = of_route(vault, Pubkey::new_unique(), &route, reserves, NOW).unwrap();
            rows.into_iter().map(|row| (row.measured, row.is_met)).collect::<Vec<_>>()
        };
        assert_eq!(found(&vault, Some([1_000, 1_000])), [(Some(0), false), (Some(1_000), false)]);
        assert_eq!(found(&vault, Some([1_000, 1_101])), [(Some(1_010), true), (Some(1_000), false)]);
        vault.breakers.min_pool_depth_usd = 1_001;
        assert_eq!(found(&vault, Some([1_000, 1_000])), [(Some(0), false), (Some(1_000), true)]);
        assert_eq!(found(&vault, None), [(None, false); 2]);
    }
}
