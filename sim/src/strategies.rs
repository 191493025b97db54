//! The strategies that a comparison sets side by side, each as the core's own parameters.

#[cfg(feature = "cli")]
mod run;

use ballast_core::BPS;
use ballast_core::limits::Limits;
use ballast_core::statistics::Sampling;
use ballast_core::strategy::Strategy;
use ballast_core::strategy::allocation::weight_e8;
use ballast_core::strategy::band::{ForecastBand, VolatilityBand};
use ballast_core::strategy::execution::Execution;
use ballast_core::strategy::gate::Gate;
use ballast_core::strategy::profile::{Preset, Profile};
use ballast_core::strategy::schedule::Schedule;
use ballast_core::strategy::target::{Floor, MeanReversion, Momentum, Movement, Ramp, VolatilityTarget};

use crate::time::DAY_SECS;
use crate::vault::Setup;
#[cfg(feature = "cli")]
pub use run::run;

/// A strategy with its name.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    /// Short name.
    pub name: String,
    /// What it does, in a few words.
    pub about: String,
    /// The vault that does it.
    pub setup: Setup,
}

/// Bands so wide that only a weight twice its target leaves them: for strategies that other things than drift start.
const OPEN_BPS: u16 = BPS;
/// The plain band of the strategies that change something else.
const BAND_BPS: u16 = 300;
/// A trade small enough for a pool to recover before the next one.
const SLICE_BPS: u16 = 25;
/// Widths at which the naive threshold is tried.
const THRESHOLDS_BPS: [u16; 6] = [50, 100, 200, 300, 500, 1_000];
/// Hourly statistics with a fast half-life of three days and a slow one of thirty.
const SAMPLING: Sampling = Sampling {
    spacing_secs: 3_600,
    max_gap_secs: 6 * 3_600,
    fast_half_life_secs: 3 * DAY_SECS as u32,
    slow_half_life_secs: 30 * DAY_SECS as u32,
    winsor_e2: 500,
};

/// All strategies, on the basket, value and limits of `base`, over prices that begin at `start`, seconds since 1970.
pub fn all(base: &Setup, start: i64) -> Vec<Named> {
    let mut all = vec![buy_and_hold(base)];
    all.extend(calendars(base));
    all.extend(thresholds(base));
    all.extend(recentrings(base));
    all.extend(bands(base));
    all.push(cost_gate(base));
    all.push(ramp(base, start));
    all.extend(policies(base));
    all.extend(profiles(base));
    all
}

/// Holds what it began with.
pub fn buy_and_hold(base: &Setup) -> Named {
    let setup = Setup { is_paused: true, ..with(base, OPEN_BPS, Strategy::default()) };
    named("buy and hold", "never trades", setup)
}

fn calendars(base: &Setup) -> impl Iterator<Item = Named> {
    [("daily", 1), ("weekly", 7), ("monthly", 30)].into_iter().map(|(name, days)| {
        named(&format!("calendar {name}"), &format!("to the target {name}"), calendar(base, days * DAY_SECS as u32))
    })
}

/// Trades to the target at fixed times, whatever the drift.
pub fn calendar(base: &Setup, interval_secs: u32) -> Setup {
    let schedule = Schedule { interval_secs, window_secs: 3_600, dust_bps: 10 };
    with(base, OPEN_BPS, Strategy { schedule, ..Strategy::default() })
}

fn thresholds(base: &Setup) -> impl Iterator<Item = Named> {
    THRESHOLDS_BPS.into_iter().map(|band_bps| {
        let percent = f64::from(band_bps) / 100.0;
        let about = format!("to the target when a weight is {percent} points away");
        named(&format!("threshold {percent} %"), &about, threshold(base, band_bps))
    })
}

/// Trades to the target whenever a weight leaves its band.
pub fn threshold(base: &Setup, band_bps: u16) -> Setup {
    with(base, band_bps, to_target())
}

/// Trades to the band's edge and no farther, in small trades that give pools time.
pub fn edge(base: &Setup, band_bps: u16) -> Setup {
    let limits = Limits { max_trade_bps: SLICE_BPS, ..base.limits };
    Setup { limits, ..with(base, band_bps, Strategy::default()) }
}

/// Trades only part of the way back.
fn recentrings(base: &Setup) -> impl Iterator<Item = Named> {
    [("edge", 0, "to the band's edge"), ("half way", 5_000, "half of the way from the band's edge to the target")]
        .into_iter()
        .map(|(name, recentre_bps, about)| {
            let execution = Execution { recentre_bps, ..Execution::default() };
            let strategy = Strategy { execution, ..Strategy::default() };
            named(&format!("recentring {name}"), about, with(base, BAND_BPS, strategy))
        })
}

/// Bands that volatility moves.
fn bands(base: &Setup) -> [Named; 2] {
    let volatility_band = VolatilityBand { reference_vol_bps: 8_000, min_scale_bps: 5_000, max_scale_bps: 20_000 };
    let forecast_band = ForecastBand { max_scale_bps: 20_000, min_scale_bps: 5_000, max_validity_secs: 86_400 };
    let by_volatility = Strategy { sampling: SAMPLING, volatility_band, ..to_target() };
    let by_forecast = Strategy { sampling: SAMPLING, forecast_band, ..to_target() };
    [
        named("volatility bands", "bands as wide as volatility over 80 % a year", with(base, BAND_BPS, by_volatility)),
        named("forecast bands", "bands as wide as recent over usual volatility", with(base, BAND_BPS, by_forecast)),
    ]
}

/// Trades when the risk removed is worth the cost.
fn cost_gate(base: &Setup) -> Named {
    let gate = Gate { horizon_secs: 30 * DAY_SECS as u32, risk_aversion_e2: 1_000, min_ratio_bps: 10_000, max_drift_bps: 0 };
    let strategy = Strategy { sampling: SAMPLING, gate, ..to_target() };
    named("cost gate", "when the risk removed is worth more than the trade costs", with(base, 50, strategy))
}

/// Half of every risky target at the start, all of it half a year later, and the rest in the safe asset.
fn ramp(base: &Setup, start: i64) -> Named {
    let mut setup = with(base, BAND_BPS, to_target());
    setup.ramp = Ramp { start_at: start, end_at: start + 180 * DAY_SECS };
    if let Some((safe, risky)) = setup.allocations.split_last_mut() {
        for asset in risky.iter_mut() {
            let from_bps = asset.target_bps / 2;
            asset.ramp_from_e8 = weight_e8(from_bps);
            asset.min_bps = asset.min_bps.min(from_bps);
        }
        let risky_bps: u16 = risky.iter().map(|asset| asset.target_bps / 2).sum();
        safe.ramp_from_e8 = weight_e8(BPS - risky_bps);
        safe.max_bps = safe.max_bps.max(BPS - risky_bps);
    }
    for asset in &mut setup.allocations {
        asset.weight_e8 = asset.ramp_from_e8;
    }
    named("ramp", "from half of the risky part to all of it in half a year", setup)
}

/// Targets that move.
fn policies(base: &Setup) -> [Named; 5] {
    let movement = Movement { max_change_bps: 2_000, safe_asset: safe_asset(base) };
    let moving = Strategy { sampling: SAMPLING, movement, ..to_target() };
    let policy = |name: &str, about: &str, strategy| named(name, about, with(base, BAND_BPS, strategy));
    let cppi = Floor { multiplier_e2: 300, floor_bps: 7_000, ratchet_bps: 0 };
    let tipp = Floor { ratchet_bps: 7_000, ..cppi };
    let volatility_target = VolatilityTarget { target_vol_bps: 4_000 };
    let mean_reversion = MeanReversion { strength_bps: 10_000, max_tilt_bps: 3_000 };
    let momentum = Momentum { strength_bps: 10_000, max_tilt_bps: 3_000 };
    [
        policy("CPPI", "risky part three times what is above 70 % of the start", Strategy { floor: cppi, ..moving }),
        policy("TIPP", "risky part three times what is above 70 % of the peak", Strategy { floor: tipp, ..moving }),
        policy("volatility target", "risky part scaled to 40 % a year", Strategy { volatility_target, ..moving }),
        policy("mean reversion", "targets tilted against the last move", Strategy { mean_reversion, ..moving }),
        policy("momentum", "targets tilted with the trend", Strategy { momentum, ..moving }),
    ]
}

fn profiles(base: &Setup) -> impl Iterator<Item = Named> {
    Profile::ALL.into_iter().map(|profile| {
        let name = profile.name();
        named(name, &format!("the {name} risk profile"), of_profile(base, profile))
    })
}

/// What a risk profile makes of the basket.
pub fn of_profile(base: &Setup, profile: Profile) -> Setup {
    let Preset { limits, mut strategy, band_abs_bps, band_rel_bps } = profile.preset();
    strategy.movement.safe_asset = safe_asset(base);
    let mut setup = Setup { limits, strategy, ..base.clone() };
    for asset in &mut setup.allocations {
        (asset.band_abs_bps, asset.band_rel_bps) = (band_abs_bps, band_rel_bps);
    }
    setup
}

/// Index of the cash asset, which comes last.
fn safe_asset(base: &Setup) -> u32 {
    base.allocations.len().saturating_sub(1) as u32
}

/// Nothing but drift, and trades to the target.
fn to_target() -> Strategy {
    Strategy { execution: Execution { recentre_bps: u32::from(BPS), ..Execution::default() }, ..Strategy::default() }
}

/// The base with another strategy, and the same absolute band for every asset.
fn with(base: &Setup, band_bps: u16, strategy: Strategy) -> Setup {
    let mut setup = Setup { strategy, ..base.clone() };
    for asset in &mut setup.allocations {
        (asset.band_abs_bps, asset.band_rel_bps) = (band_bps, OPEN_BPS);
    }
    setup
}

fn named(name: &str, about: &str, setup: Setup) -> Named {
    Named { name: name.to_string(), about: about.to_string(), setup }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ballast_core::limits;
    use ballast_core::risk::{breaker, stress};
    use ballast_core::strategy::allocation::{self, Allocation};

    /// Four assets in equal parts.
    pub(super) fn base() -> Setup {
        let allocations = vec![Allocation { min_bps: 0, max_bps: BPS, ..Allocation::fixed(2_500, 300, 2_000) }; 4];
        Setup {
            nav_usd: 2e6,
            allocations,
            limits: limits::DEFAULT,
            breakers: breaker::DEFAULT,
            stress: stress::DEFAULT,
            strategy: Strategy::default(),
            ramp: Ramp::default(),
            jitter_seed: 0,
            is_paused: false,
        }
    }

    #[test]
    fn every_strategy_is_one_that_a_vault_may_have() {
        let all = all(&base(), 0);
        for (number, Named { name, setup, .. }) in all.iter().enumerate() {
            assert_eq!(setup.strategy.validate(4), Ok(()), "{name}");
            assert_eq!(setup.limits.validate(), Ok(()), "{name}");
            assert_eq!(allocation::validate(setup.allocations.iter().copied()), Ok(()), "{name}");
            assert!(all.iter().skip(number + 1).all(|other| other.name != *name && other.setup != *setup), "{name}");
        }
        assert!(all.len() >= 18);
    }
}
