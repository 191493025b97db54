//! Observations of some prices without others: who refreshes must not choose whose returns count.

use super::fixture::{DAY, HOUR, MAX_AGE, SAMPLING, START, Watch};
use super::*;
use crate::strategy::profile::Profile;
use proptest::prelude::*;
use std::vec::Vec;

/// Factors by which three prices change: of those in this mask, the others are not published.
fn factors(mask: u8) -> [f64; 3] {
    [0, 1, 2].map(|asset| if mask >> asset & 1 == 1 { 1.01 } else { 0.0 })
}

#[test]
fn prices_of_some_assets_are_not_enough_before_two_spacings() {
    let warm = Watch::warm(3);
    for mask in 1..0b111 {
        for secs in [HOUR, HOUR + 1, 2 * HOUR - 1] {
            let mut watch = warm.clone();
            assert_eq!(watch.step(secs, &factors(mask)), Err(ObserveError::Stale), "{mask:03b} after {secs}");
            assert_eq!(watch.statistics, warm.statistics);
        }
        let seen = warm.clone().step(2 * HOUR, &factors(mask)).unwrap();
        assert_eq!(seen.participants, u16::from(mask));
    }
}

/// Attempts take nothing from whoever brings all prices afterwards.
#[test]
fn attempts_do_not_delay_a_full_observation() {
    let mut watch = Watch::warm(3);
    watch.publish(HOUR, &[0.0; 3]);
    for attempt in 0..59 {
        assert_eq!(watch.step(60, &factors(1 << (attempt % 3))), Err(ObserveError::Stale), "{attempt}");
    }
    assert_eq!(watch.step(0, &factors(0b111)).map(|seen| seen.participants), Ok(0b111));
}

#[test]
fn cold_statistics_wait_for_every_awaited_asset_however_late() {
    for secs in [HOUR, 2 * HOUR, 2 * DAY, 20 * DAY] {
        let mut watch = Watch::anchored(3);
        assert_eq!(watch.step(secs, &factors(0b011)), Err(ObserveError::Stale), "{secs}");
        assert!(watch.step(0, &factors(0b100)).is_ok(), "{secs}");
    }
}

/// After a gap one asset alone sets its reference price. The others have no return an hour later, but are there.
#[test]
fn full_observation_follows_a_partial_one_after_a_gap() {
    let mut watch = Watch::warm(3);
    assert_eq!(watch.step(2 * DAY + 1, &factors(0b001)).map(|seen| seen.participants), Ok(0));
    assert_eq!(watch.step(HOUR, &factors(0b011)), Err(ObserveError::Stale));
    assert_eq!(watch.step(0, &factors(0b111)).map(|seen| seen.participants), Ok(0b001));
    assert_eq!(watch.step(HOUR, &factors(0b111)).map(|seen| seen.participants), Ok(0b111));
}

/// An asset without a price, which the vault does not hold.
fn unheld(watch: &mut Watch) {
    watch.quotes[2] = Quote::default();
    watch.statistics.assets[2] = AssetStatistics::default();
}

#[test]
fn asset_that_is_not_awaited_lets_the_others_become_warm() {
    let mut watch = Watch::anchored(3);
    unheld(&mut watch);
    for _ in 0..24 {
        assert_eq!(watch.step(HOUR, &factors(0b011)).map(|seen| seen.participants), Ok(0b011));
    }
    assert!(watch.statistics.is_warm(&SAMPLING));
    assert_eq!(watch.statistics.assets[2], AssetStatistics::default());
}

/// Nothing is awaited of an empty vault that had depositors; it observes what there is.
#[test]
fn where_nothing_is_awaited_something_must_be_fresh() {
    let mut watch = Watch::anchored(3);
    watch.quotes.iter_mut().for_each(|quote| quote.is_awaited = false);
    assert_eq!(watch.step(HOUR, &factors(0)), Err(ObserveError::Stale));
    assert_eq!(watch.step(0, &factors(0b010)).map(|seen| seen.participants), Ok(0b010));
}

/// The vault buys an asset that it did not hold: its first price is a reference, and the others go on.
#[test]
fn asset_awaited_from_now_on_does_not_hold_up_the_others() {
    let mut watch = Watch::anchored(3);
    unheld(&mut watch);
    watch.steps(3, HOUR, &factors(0b011));
    watch.quotes[2] = Quote { price_x64: 5 << 64, publish_time: 0, is_awaited: true };
    assert_eq!(watch.step(HOUR, &factors(0b011)), Err(ObserveError::Stale));
    assert_eq!(watch.step(0, &factors(0b111)).map(|seen| seen.participants), Ok(0b011));
    assert_eq!(watch.step(HOUR, &factors(0b111)).map(|seen| seen.participants), Ok(0b111));
}

proptest! {
    #[test]
    fn observation_needs_all_that_is_awaited_or_time(awaited in 0u8..8, fresh in 0u8..8, secs in HOUR..3 * DAY, is_warm: bool) {
        let mut watch = if is_warm { Watch::warm(3) } else { Watch::anchored(3) };
        for (asset, quote) in watch.quotes.iter_mut().enumerate() {
            quote.is_awaited = awaited >> asset & 1 == 1;
        }
        let before = watch.statistics;
        let seen = watch.step(secs, &factors(fresh));
        let is_enough = fresh != 0 && (awaited & !fresh == 0 || is_warm && secs >= 2 * HOUR);
        if is_enough {
            let participants = if secs > 2 * DAY { 0 } else { u16::from(fresh) };
            prop_assert_eq!(seen.map(|seen| seen.participants), Ok(participants));
        } else {
            prop_assert_eq!(seen, Err(ObserveError::Stale));
            prop_assert_eq!(watch.statistics, before);
        }
    }
}

const ASSETS: usize = 4;
const CORRELATION: f64 = 0.8;

/// Assets of volatility 60 %, each two with a correlation of 0.8, observed as the presets say. Random numbers come from a fixed seed.
struct Market {
    rng: fastrand::Rng,
    sampling: Sampling,
    now: i64,
    log_prices: [f64; ASSETS],
    quotes: [Quote; ASSETS],
    statistics: Statistics,
}

impl Market {
    fn observed_once() -> Self {
        let mut market = Market {
            rng: fastrand::Rng::with_seed(7),
            sampling: Profile::Balanced.preset().strategy.sampling,
            now: START,
            log_prices: [0.0; ASSETS],
            quotes: [Quote { is_awaited: true, ..Quote::default() }; ASSETS],
            statistics: Statistics::default(),
        };
        market.observe(0..ASSETS).unwrap();
        market
    }

    /// Standard normal, after Box and Muller.
    fn normal(&mut self) -> f64 {
        (-2.0 * (1.0 - self.rng.f64()).ln()).sqrt() * (core::f64::consts::TAU * self.rng.f64()).cos()
    }

    fn pass_hour(&mut self) {
        self.now += i64::from(HOUR);
        let scale = 0.6 * (f64::from(HOUR) / f64::from(YEAR_SECS)).sqrt();
        let common = self.normal();
        for asset in 0..ASSETS {
            self.log_prices[asset] += scale * (CORRELATION.sqrt() * common + (1.0 - CORRELATION).sqrt() * self.normal());
        }
    }

    /// Refreshes the prices of these assets alone, and observes.
    fn observe(&mut self, assets: impl IntoIterator<Item = usize>) -> Result<Observation, ObserveError> {
        for asset in assets {
            let price_x64 = (self.log_prices[asset].exp() * 2f64.powi(64)) as u128;
            self.quotes[asset] = Quote { price_x64, publish_time: self.now, is_awaited: true };
        }
        self.statistics.observe(&self.sampling, self.now, MAX_AGE, self.quotes.into_iter())
    }

    /// How far an asset's price is from the one that its next return is measured from, in standard deviations up to a factor.
    fn distance(&self, asset: usize) -> f64 {
        let AssetStatistics { reference_log_price_e12, reference_at, .. } = self.statistics.assets[asset];
        (self.log_prices[asset] - reference_log_price_e12 as f64 / 1e12).abs() / ((self.now - reference_at) as f64).sqrt()
    }

    /// All assets, the nearest first.
    fn by_distance(&self) -> [usize; ASSETS] {
        let mut assets = core::array::from_fn(|asset| asset);
        assets.sort_by(|a, b| self.distance(*a).total_cmp(&self.distance(*b)));
        assets
    }

    /// Volatility and correlation as estimated, averages over these assets.
    fn estimates(&self, assets: core::ops::Range<usize>) -> [f64; 2] {
        let covariance = |i, j| self.statistics.covariance.get(i, j).unwrap() as f64 / 1e12;
        let volatilities: Vec<f64> = assets.clone().map(|asset| covariance(asset, asset).sqrt()).collect();
        let pairs = assets.clone().flat_map(|i| (assets.start..i).map(move |j| (i, j)));
        let correlations: Vec<f64> =
            pairs.map(|(i, j)| covariance(i, j) / (covariance(i, i) * covariance(j, j)).sqrt()).collect();
        [volatilities, correlations].map(|values| values.iter().sum::<f64>() / values.len() as f64)
    }
}

#[track_caller]
fn assert_within_four_percent([volatility, correlation]: [f64; 2]) {
    let [by_volatility, by_correlation] = [volatility / 0.6 - 1.0, correlation / CORRELATION - 1.0];
    assert!(by_volatility.abs() < 0.04 && by_correlation.abs() < 0.04, "{volatility}, {correlation}");
}

/// Whom an attacker refreshes, given the hour.
type Choice = fn(&Market, usize) -> usize;

/// An attacker comes first every hour and refreshes one asset alone, in turns, or the one that moved least or most. Then somebody
/// refreshes all, if the hour's observation is still to be made.
#[test]
fn attacker_who_always_comes_first_moves_no_estimate() {
    let choices: [Choice; 3] =
        [|_, hour| hour % ASSETS, |market, _| market.by_distance()[0], |market, _| market.by_distance()[ASSETS - 1]];
    for choice in choices {
        let mut market = Market::observed_once();
        for hour in 0..120 * 24 {
            market.pass_hour();
            let chosen = choice(&market, hour);
            let _ = market.observe([chosen]);
            let _ = market.observe(0..ASSETS);
        }
        assert!(market.statistics.is_warm(&market.sampling));
        assert_within_four_percent(market.estimates(0..ASSETS));
    }
}

/// A feed ends once the estimates are warm: every second hour the others are observed without it.
#[test]
fn dead_feed_does_not_end_the_others() {
    let mut market = Market::observed_once();
    for _ in 0..30 * 24 {
        market.pass_hour();
        market.observe(0..ASSETS).unwrap();
    }
    let before = market.statistics;
    for hour in 0..90 * 24 {
        market.pass_hour();
        let seen = market.observe(0..ASSETS - 1).map(|seen| seen.participants);
        assert_eq!(seen, if hour % 2 == 0 { Err(ObserveError::Stale) } else { Ok(0b0111) }, "{hour}");
    }
    assert_within_four_percent(market.estimates(0..ASSETS - 1));
    let dead = ASSETS - 1;
    assert_eq!(market.statistics.assets[dead], before.assets[dead]);
    assert_eq!(market.statistics.covariance.get(dead, dead), before.covariance.get(dead, dead));
}
