use super::fixture::{DAY, HOUR, MAX_AGE, ONE_X64, SAMPLING, START, Watch};
use super::observe::MAX_RETURN_E6;
use super::*;
use crate::MathError;
use crate::math::ln_e12;
use proptest::prelude::*;
use std::vec::Vec;

/// What was estimated, as opposed to where the next return starts.
type Estimates = (Covariance, Vec<[i64; 3]>, u64);

fn estimates(statistics: &Statistics) -> Estimates {
    let of_asset = |asset: &AssetStatistics| [asset.fast_variance_e12, asset.fast_log_average_e12, asset.slow_log_average_e12];
    (statistics.covariance, statistics.assets.iter().map(of_asset).collect(), statistics.observed_secs)
}

/// Annual variance of one log return, in 10⁻¹².
fn variance_e12(factor: f64, secs: u32) -> f64 {
    factor.ln().powi(2) * f64::from(YEAR_SECS) / f64::from(secs) * 1e12
}

#[track_caller]
fn assert_close(actual: i64, expected: f64) {
    assert!((actual as f64 / expected - 1.0).abs() < 5e-6, "{actual}, not {expected}");
}

#[test]
fn observe_off_is_an_error() {
    let mut statistics = Statistics::default();
    assert_eq!(statistics.observe(&Sampling::default(), START, MAX_AGE, [].into_iter()), Err(ObserveError::Off));
    assert!(!statistics.is_warm(&Sampling::default()));
}

#[test]
fn observe_before_the_spacing_is_too_soon() {
    let mut watch = Watch::anchored(2);
    let before = watch.statistics;
    assert_eq!(watch.step(HOUR - 1, &[1.1, 1.1]), Err(ObserveError::TooSoon));
    assert_eq!(watch.statistics, before);
    assert_eq!(watch.step(1, &[1.0, 1.0]).map(|seen| seen.participants), Ok(0b11));
    watch.now -= 10 * i64::from(HOUR);
    assert_eq!(watch.observe(), Err(ObserveError::TooSoon), "a clock that went back");
}

#[test]
fn first_observation_only_anchors() {
    let watch = Watch::anchored(2);
    let asset = AssetStatistics { reference_at: START, ..AssetStatistics::default() };
    assert_eq!(watch.statistics.assets[..3], [asset, asset, AssetStatistics::default()]);
    assert_eq!((watch.statistics.observed_at, watch.statistics.observed_secs), (START, 0));
    assert_eq!(watch.statistics.covariance, Covariance::default());
}

#[test]
fn averages_of_the_price_start_at_the_first_one() {
    let mut statistics = Statistics::default();
    let quotes = [Quote { price_x64: 2 * ONE_X64, publish_time: START, is_awaited: true }];
    statistics.observe(&SAMPLING, START, MAX_AGE, quotes.into_iter()).unwrap();
    let ln_2 = ln_e12(2 * ONE_X64).unwrap();
    let asset = statistics.assets[0];
    assert_eq!([asset.log_price_e12, asset.reference_log_price_e12], [ln_2; 2]);
    assert_eq!([asset.fast_log_average_e12, asset.slow_log_average_e12], [ln_2; 2]);
}

#[test]
fn first_return_is_the_whole_estimate() {
    let mut watch = Watch::anchored(2);
    let seen = watch.step(HOUR, &[1.01, 0.97]).unwrap();
    assert_eq!(seen.participants, 0b11);
    assert_eq!(seen.log_returns_e12[..2], [9_950_330_853, -30_459_207_485]);
    assert_close(watch.covariance(0, 0), variance_e12(1.01, HOUR));
    assert_close(watch.covariance(1, 1), variance_e12(0.97, HOUR));
    assert_close(watch.covariance(0, 1), -(variance_e12(1.01, HOUR) * variance_e12(0.97, HOUR)).sqrt());
    assert_eq!(watch.statistics.assets[0].fast_variance_e12, watch.covariance(0, 0));
    assert_close(watch.statistics.slow_volatility_e6(0).unwrap() as i64, variance_e12(1.01, HOUR).sqrt());
    assert_eq!(watch.statistics.fast_volatility_e6(0), watch.statistics.slow_volatility_e6(0));
}

#[test]
fn estimates_are_plain_averages_until_warm() {
    // Each step weighs by its length, so the sum of squared returns is divided by the whole time.
    let steps = [(HOUR, 1.01), (5 * HOUR, 0.97), (2 * HOUR, 1.0), (10 * HOUR, 1.05)];
    let mut watch = Watch::anchored(1);
    let (mut squares, mut total_secs, mut price, mut average) = (0.0, 0, 1.0f64, 0.0);
    for (secs, factor) in steps {
        watch.step(secs, &[factor]).unwrap();
        squares += f64::ln(factor).powi(2);
        price *= factor;
        average += price.ln() * f64::from(secs);
        total_secs += secs;
    }
    assert_eq!(watch.statistics.observed_secs, u64::from(total_secs));
    assert_close(watch.covariance(0, 0), squares * f64::from(YEAR_SECS) / f64::from(total_secs) * 1e12);
    assert_close(watch.statistics.assets[0].slow_log_average_e12, average / f64::from(total_secs) * 1e12);
}

#[test]
fn estimates_halve_in_a_half_life_without_moves() {
    let mut watch = Watch::warm(1);
    // After three half-lives in all, the plain average no longer weighs more.
    watch.steps(48, HOUR, &[1.0]);
    let before = watch.statistics;
    watch.step(DAY, &[1.0]).unwrap();
    assert_close(watch.covariance(0, 0), before.covariance.get(0, 0).unwrap() as f64 / 2.0);
    // Two fast half-lives of half a day.
    assert_close(watch.statistics.assets[0].fast_variance_e12, before.assets[0].fast_variance_e12 as f64 / 4.0);
}

#[test]
fn gap_changes_no_estimate() {
    let mut watch = Watch::warm(3);
    let before = estimates(&watch.statistics);
    let seen = watch.step(2 * DAY + 1, &[3.0, 0.2, 1.0]).unwrap();
    assert_eq!(seen.participants, 0);
    assert_eq!(estimates(&watch.statistics), before);
    // What it does: report the returns as they are, and measure the next ones from here.
    assert!((seen.log_returns_e12[0] as f64 / 1e12 - f64::ln(3.0)).abs() < 1e-9);
    let after = watch.step(HOUR, &[1.0; 3]).unwrap();
    assert_eq!((after.participants, after.log_returns_e12), (0b111, [0; MAX_ASSETS]));
}

#[test]
fn longest_time_without_a_gap_counts() {
    let mut watch = Watch::warm(1);
    assert_eq!(watch.step(2 * DAY, &[1.1]).unwrap().participants, 0b1);
}

#[test]
fn gap_of_one_asset_changes_none_of_its_estimates() {
    let mut watch = Watch::warm(2);
    watch.steps(3, DAY, &[1.01, 0.0]);
    let before = watch.statistics;
    assert_eq!(watch.step(HOUR, &[1.01, 2.0]).unwrap().participants, 0b01);
    let after = watch.statistics;
    assert_eq!(after.covariance.get(1, 1), before.covariance.get(1, 1));
    let asset = AssetStatistics {
        log_price_e12: after.assets[1].log_price_e12,
        reference_log_price_e12: after.assets[1].log_price_e12,
        reference_at: watch.now,
        ..before.assets[1]
    };
    assert_eq!(after.assets[1], asset);
    assert_eq!(watch.step(HOUR, &[1.01, 1.01]).unwrap().participants, 0b11);
}

#[test]
fn absent_asset_keeps_its_variance_and_loses_covariance() {
    let mut watch = Watch::warm(3);
    let before = watch.statistics;
    let seen = watch.step(2 * HOUR, &[1.02, 0.0, 0.0]).unwrap();
    assert_eq!(seen.participants, 0b001);
    assert_eq!(watch.statistics.assets[1], before.assets[1]);
    for (i, j) in [(1, 1), (2, 2), (2, 1)] {
        assert_eq!(Some(watch.covariance(i, j)), before.covariance.get(i, j), "{i}, {j}");
    }
    // Twenty-four hours seen, two more: their part is 2/26, more than half a life's 1 - 2^(-2/24).
    for absent in [1, 2] {
        let old = before.covariance.get(0, absent).unwrap() as f64;
        assert!((watch.covariance(0, absent) as f64 - old * 24.0 / 26.0).abs() <= 1e-6 * old.abs() + 1.0);
    }
}

#[test]
fn returning_asset_brings_its_whole_return() {
    let mut watch = Watch::warm(2);
    watch.steps(2, 2 * HOUR, &[1.01, 0.0]);
    let before = watch.covariance(1, 1);
    let seen = watch.step(HOUR, &[1.01, 1.02]).unwrap();
    assert!((seen.log_returns_e12[1] as f64 / 1e12 - f64::ln(1.02)).abs() < 1e-11);
    // Measured over the five hours it was away; 29 of them are seen in all.
    assert_close(watch.covariance(1, 1), before as f64 + (variance_e12(1.02, 5 * HOUR) - before as f64) / 29.0);
}

#[test]
fn price_that_arrived_and_aged_counts_for_growth_only() {
    let mut watch = Watch::warm(2);
    watch.publish(2 * HOUR - MAX_AGE - 1, &[0.0, 1.05]);
    let before = watch.statistics.assets[1];
    let seen = watch.step(MAX_AGE + 1, &[1.01, 0.0]).unwrap();
    assert_eq!(seen.participants, 0b01);
    assert!((seen.log_returns_e12[1] as f64 / 1e12 - f64::ln(1.05)).abs() < 1e-11);
    let log_price_e12 = watch.statistics.assets[1].log_price_e12;
    assert_eq!(watch.statistics.assets[1], AssetStatistics { log_price_e12, ..before });
    assert_eq!(watch.step(HOUR, &[1.0, 1.0]).unwrap().log_returns_e12[1], 0);
}

#[test]
fn until_warm_every_asset_must_be_fresh() {
    let mut watch = Watch::anchored(2);
    watch.step(HOUR, &[1.01, 1.01]).unwrap();
    let before = watch.statistics;
    assert_eq!(watch.step(HOUR, &[1.01, 0.0]), Err(ObserveError::Stale));
    assert_eq!(watch.statistics, before);
    assert_eq!(watch.step(MAX_AGE, &[1.0, 1.01]).unwrap().participants, 0b11);
    // After a gap, every asset starts again from a fresh price.
    assert_eq!(watch.step(3 * DAY, &[1.01, 0.0]), Err(ObserveError::Stale));
    assert_eq!(watch.step(0, &[1.01, 1.0]).unwrap().participants, 0);
}

#[test]
fn nothing_fresh_is_stale() {
    let mut watch = Watch::warm(2);
    let before = watch.statistics;
    assert_eq!(watch.step(HOUR, &[0.0, 0.0]), Err(ObserveError::Stale));
    assert_eq!(watch.statistics, before);
    let mut unpriced = Statistics::default();
    assert_eq!(unpriced.observe(&SAMPLING, 30, MAX_AGE, [Quote::default()].into_iter()), Err(ObserveError::Stale));
}

#[test]
fn publish_time_never_goes_back() {
    let mut watch = Watch::warm(2);
    watch.publish(2 * HOUR, &[1.01, 1.0]);
    watch.quotes[1].publish_time = watch.statistics.assets[1].reference_at - 1;
    let reference_at = watch.statistics.assets[1].reference_at;
    // However old a price may be.
    let seen = watch.statistics.observe(&SAMPLING, watch.now, u32::MAX, watch.quotes.iter().copied()).unwrap();
    assert_eq!((seen.participants, watch.statistics.assets[1].reference_at), (0b01, reference_at));
}

#[test]
fn return_over_less_than_half_the_spacing_waits() {
    let seen = |secs: u32, span_secs: u32| {
        let mut watch = Watch::warm(2);
        watch.publish(secs, &[1.01, 1.01]);
        watch.quotes[1].publish_time = watch.statistics.assets[1].reference_at + i64::from(span_secs);
        let seen = watch.statistics.observe(&SAMPLING, watch.now, 2 * HOUR, watch.quotes.iter().copied());
        seen.map(|seen| seen.participants)
    };
    assert_eq!([HOUR / 2 - 1, HOUR / 2].map(|span_secs| seen(HOUR, span_secs)), [Err(ObserveError::Stale), Ok(0b11)]);
    assert_eq!([HOUR / 2 - 1, HOUR / 2].map(|span_secs| seen(2 * HOUR, span_secs)), [Ok(0b01), Ok(0b11)]);
}

#[test]
fn returns_are_winsorised_once_warm() {
    let mut watch = Watch::warm(1);
    let volatility = watch.statistics.slow_volatility_e6(0).unwrap() as f64;
    let before = watch.covariance(0, 0) as f64;
    let seen = watch.step(HOUR, &[0.5]).unwrap();
    let limit = (4.0 * volatility).powi(2);
    assert_close(watch.covariance(0, 0), before + (limit - before) / 25.0);
    assert_eq!(seen.log_returns_e12[0], -693_147_180_560, "growth is as it is");
}

#[test]
fn price_that_stood_still_may_move_again() {
    let mut watch = Watch::anchored(1);
    watch.steps(24, HOUR, &[1.0]);
    assert!(watch.statistics.is_warm(&SAMPLING) && watch.covariance(0, 0) == 0);
    watch.step(HOUR, &[1.5]).unwrap();
    // Four times one percent, squared, for one hour of twenty-five.
    assert_close(watch.covariance(0, 0), 1_600_000_000.0 / 25.0);
}

#[test]
fn no_return_exceeds_the_hard_limit() {
    let mut watch = Watch::anchored(2);
    watch.step(HOUR, &[1e15, 1e-15]).unwrap();
    let limit = (MAX_RETURN_E6 * MAX_RETURN_E6) as i64;
    assert_eq!([watch.covariance(0, 0), watch.covariance(0, 1)], [limit, -limit]);
}

#[test]
fn more_assets_than_fit_are_an_error() {
    let mut statistics = Statistics::default();
    let quotes = [Quote { price_x64: ONE_X64, publish_time: START, is_awaited: true }; MAX_ASSETS + 1];
    let error = Err(ObserveError::Math(MathError::Overflow));
    assert_eq!(statistics.observe(&SAMPLING, START, MAX_AGE, quotes.into_iter()), error);
    assert_eq!(statistics, Statistics::default());
    assert!(statistics.observe(&SAMPLING, START, MAX_AGE, quotes.into_iter().skip(1)).is_ok());
}

proptest! {
    /// Whoever takes part when, and whatever prices do, no portfolio's variance is negative but for rounding.
    #[test]
    fn covariance_is_positive_semidefinite(
        steps in proptest::collection::vec((HOUR..2 * DAY, proptest::collection::vec(-0.3f64..0.3, 5), 1u8..32), 1..80),
        portfolios in proptest::collection::vec(proptest::collection::vec(-300_000_000i64..300_000_000, 5), 30),
    ) {
        let mut watch = Watch::warm(5);
        let mut roundings = 24.0;
        for (secs, log_returns, present) in steps {
            let factor = |(index, log_return): (usize, &f64)| if present >> index & 1 == 1 { log_return.exp() } else { 0.0 };
            let factors: Vec<f64> = log_returns.iter().enumerate().map(factor).collect();
            let seen = watch.step(secs, &factors);
            let is_late = watch.now - watch.statistics.observed_at >= i64::from(2 * HOUR);
            prop_assert!(seen.is_ok() || !is_late && present != 0b11111);
            roundings += 1.0;
        }
        for portfolio in portfolios {
            // Every observation rounds each entry by at most a half.
            let size = portfolio.iter().map(|weight| weight.unsigned_abs()).sum::<u64>() as f64 / 1e8;
            let epsilon = roundings / 2.0 * size * size + 1.0;
            let variance_e12 = watch.statistics.covariance.portfolio_variance_e12(&portfolio).unwrap();
            prop_assert!(variance_e12 as f64 >= -epsilon, "{variance_e12} of {portfolio:?}, epsilon {epsilon}");
        }
    }

    /// However extreme prices and times, the estimates stay within their bound.
    #[test]
    fn estimates_never_exceed_the_square_of_the_largest_return(
        steps in proptest::collection::vec((1i64..1 << 33, [1u128.., 1u128.., 1u128..], [0i64..3_000, 0..3_000, 0..3_000]), 1..60),
        spacing_secs in 1u32..100_000,
        max_gap_secs: u32,
        half_lives: [u32; 2],
        winsor_e2: u32,
    ) {
        let [fast_half_life_secs, slow_half_life_secs] = half_lives;
        let sampling = Sampling { spacing_secs, max_gap_secs, fast_half_life_secs, slow_half_life_secs, winsor_e2 };
        let (mut statistics, mut now) = (Statistics::default(), START);
        for (secs, prices, ages) in steps {
            now += secs;
            let quote = |(price_x64, age)| Quote { price_x64, publish_time: now - age, is_awaited: age < 1_500 };
            let quotes = prices.into_iter().zip(ages).map(quote);
            let _ = statistics.observe(&sampling, now, 3_000, quotes);
        }
        let limit = (MAX_RETURN_E6 * MAX_RETURN_E6) as i64;
        prop_assert!(statistics.covariance.packed_e12.as_flattened().iter().all(|entry| entry.abs() <= limit));
        prop_assert!(statistics.assets.iter().all(|asset| (0..=limit).contains(&asset.fast_variance_e12)));
    }

    /// Not even from a state that no observation leaves behind.
    #[test]
    fn overflow_never_panics(
        state: [i64; 12],
        observed_secs: u64,
        parameters: [u32; 5],
        now: i64,
        max_price_age_secs: u32,
        quotes: [(u128, i64); 2],
    ) {
        let [spacing_secs, max_gap_secs, fast_half_life_secs, slow_half_life_secs, winsor_e2] = parameters;
        let sampling = Sampling { spacing_secs, max_gap_secs, fast_half_life_secs, slow_half_life_secs, winsor_e2 };
        let asset = |index: usize| AssetStatistics {
            log_price_e12: state[index],
            reference_log_price_e12: state[index + 1],
            reference_at: state[index + 2],
            fast_log_average_e12: state[index + 3],
            slow_log_average_e12: state[index + 4],
            fast_variance_e12: state[index + 3],
        };
        let mut statistics = Statistics { observed_at: state[10], observed_secs, ..Statistics::default() };
        (statistics.assets[0], statistics.assets[1]) = (asset(0), asset(5));
        statistics.covariance.packed_e12[0][..3].copy_from_slice(&state[9..]);
        for (later, shift) in [(now, 0), (now.saturating_add(i64::from(spacing_secs)), spacing_secs)] {
            let quotes = quotes.iter().map(|&(price_x64, publish_time)| {
                let near_now = later.saturating_sub(publish_time % 1_000).saturating_add(i64::from(shift % 7));
                Quote { price_x64, publish_time: near_now, is_awaited: true }
            });
            let _ = statistics.observe(&sampling, later, max_price_age_secs, quotes);
        }
    }
}
