use super::*;
use crate::statistics::Sampling;
use crate::strategy::Strategy;
use crate::strategy::target::fixture::statistics;
use proptest::prelude::*;

const NOW: i64 = 1_000;
/// A band of five points.
const BAND_E8: u64 = 5_000_000;
/// As configured at a volatility of 50 %.
const BY_VOLATILITY: VolatilityBand = VolatilityBand { reference_vol_bps: 5_000, min_scale_bps: 5_000, max_scale_bps: 20_000 };
const BY_FORECAST: ForecastBand = ForecastBand { max_scale_bps: 30_000, min_scale_bps: 4_000, max_validity_secs: 3_600 };
/// No forecast was ever posted.
const NONE: Forecast = Forecast { scale_bps: 0, expires_at: 0 };

/// A strategy of these parts.
fn strategy(volatility_band: VolatilityBand, forecast_band: ForecastBand) -> Strategy {
    let sampling = Sampling { spacing_secs: 3_600, slow_half_life_secs: 86_400, ..Sampling::default() };
    Strategy { sampling, volatility_band, forecast_band, ..Strategy::default() }
}

/// Warm statistics of one asset, with volatilities as parts of one.
fn volatilities(slow: f64, fast: f64) -> Statistics {
    let mut statistics = statistics(&[slow], 0.0);
    statistics.assets[0].fast_variance_e12 = (fast * fast * 1e12) as i64;
    statistics
}

/// The band of five points, scaled.
fn scaled(strategy: &Strategy, statistics: &Statistics, forecast: Forecast) -> u64 {
    scaled_e8(BAND_E8, 0, strategy, statistics, &forecast, NOW).unwrap()
}

fn by_volatility(slow: f64) -> u64 {
    scaled(&strategy(BY_VOLATILITY, ForecastBand::default()), &volatilities(slow, 0.0), NONE)
}

fn by_forecast(slow: f64, fast: f64, forecast: Forecast) -> u64 {
    scaled(&strategy(VolatilityBand::default(), BY_FORECAST), &volatilities(slow, fast), forecast)
}

#[test]
fn band_grows_with_slow_volatility_within_the_scales() {
    assert_eq!([0.5, 0.75, 0.25].map(by_volatility), [BAND_E8, BAND_E8 / 2 * 3, BAND_E8 / 2]);
    assert_eq!([1.0, 1.5, 100.0].map(by_volatility), [2 * BAND_E8; 3]);
    assert_eq!([0.2, 0.0].map(by_volatility), [BAND_E8 / 2; 2]);
}

#[test]
fn band_without_statistics_is_as_configured() {
    let both = strategy(BY_VOLATILITY, BY_FORECAST);
    let mut cold = volatilities(1.0, 2.0);
    assert_eq!(scaled(&both, &cold, NONE), 4 * BAND_E8);
    cold.observed_secs = 86_399;
    assert_eq!(scaled(&both, &cold, NONE), BAND_E8);
    cold.observed_secs = 86_400;
    assert_eq!(scaled(&both, &cold, NONE), 4 * BAND_E8);
}

#[test]
fn band_of_parts_that_are_off_is_as_configured() {
    let posted = Forecast { scale_bps: 20_000, expires_at: NOW + 1 };
    assert_eq!(scaled(&Strategy::default(), &volatilities(1.0, 2.0), posted), BAND_E8);
}

#[test]
fn band_grows_with_fast_over_slow_volatility_within_the_scales() {
    let at = |fast| by_forecast(0.5, fast, NONE);
    assert_eq!([0.5, 1.0, 1.5, 2.0].map(at), [BAND_E8, 2 * BAND_E8, 3 * BAND_E8, 3 * BAND_E8]);
    assert_eq!([0.25, 0.0].map(at), [BAND_E8 / 2, BAND_E8 / 10 * 4]);
    // An asset whose price has not moved at all has no ratio.
    assert_eq!(by_forecast(0.0, 0.0, NONE), BAND_E8);
}

#[test]
fn posted_forecast_stands_in_for_the_ratio_until_it_expires() {
    let posted = |scale_bps, expires_at| by_forecast(0.5, 1.0, Forecast { scale_bps, expires_at });
    assert_eq!(posted(15_000, NOW + 1), BAND_E8 / 2 * 3);
    assert_eq!([posted(15_000, NOW), posted(15_000, NOW - 1)], [2 * BAND_E8; 2]);
    // Bounds that were tightened after it was posted hold as well.
    assert_eq!([posted(40_000, NOW + 1), posted(1, NOW + 1)], [3 * BAND_E8, BAND_E8 / 10 * 4]);
}

#[test]
fn posted_forecast_needs_no_statistics() {
    let strategy = strategy(BY_VOLATILITY, BY_FORECAST);
    let at = |expires_at| scaled(&strategy, &Statistics::default(), Forecast { scale_bps: 15_000, expires_at });
    assert_eq!([at(NOW + 1), at(NOW)], [BAND_E8 / 2 * 3, BAND_E8]);
}

#[test]
fn both_parts_multiply() {
    let strategy = strategy(BY_VOLATILITY, BY_FORECAST);
    assert_eq!(scaled(&strategy, &volatilities(0.75, 1.5), NONE), 3 * BAND_E8);
}

#[test]
fn forecast_out_of_its_bounds_is_refused() {
    let admits = |scale_bps, validity_secs| BY_FORECAST.admits(&Forecast { scale_bps, expires_at: NOW + validity_secs }, NOW);
    assert_eq!([admits(4_000, 1), admits(30_000, 3_600)], [Ok(()), Ok(())]);
    assert_eq!([admits(3_999, 1), admits(30_001, 1), admits(u64::MAX, 1)], [Err(OutOfBounds("scale_bps")); 3]);
    assert_eq!([admits(10_000, 0), admits(10_000, -1), admits(10_000, 3_601)], [Err(OutOfBounds("expires_at")); 3]);
    let ages = Forecast { scale_bps: 10_000, expires_at: i64::MAX };
    assert_eq!(BY_FORECAST.admits(&ages, i64::MIN), Err(OutOfBounds("expires_at")));
    let off = ForecastBand::default().admits(&Forecast { scale_bps: 10_000, expires_at: NOW + 1 }, NOW);
    assert_eq!(off, Err(OutOfBounds("forecast_band.max_scale_bps")));
}

#[test]
fn each_fault_of_the_volatility_band_is_named() {
    assert_eq!((BY_VOLATILITY.validate(), VolatilityBand::default().validate()), (Ok(()), Ok(())));
    for (band, field) in [
        (VolatilityBand { reference_vol_bps: 0, ..BY_VOLATILITY }, "volatility_band.reference_vol_bps"),
        (VolatilityBand { reference_vol_bps: 100_001, ..BY_VOLATILITY }, "volatility_band.reference_vol_bps"),
        (VolatilityBand { min_scale_bps: 999, ..BY_VOLATILITY }, "volatility_band.min_scale_bps"),
        (VolatilityBand { min_scale_bps: 100_001, ..BY_VOLATILITY }, "volatility_band.min_scale_bps"),
        (VolatilityBand { max_scale_bps: 999, ..BY_VOLATILITY }, "volatility_band.max_scale_bps"),
        (VolatilityBand { max_scale_bps: 100_001, ..BY_VOLATILITY }, "volatility_band.max_scale_bps"),
        (VolatilityBand { min_scale_bps: 20_001, ..BY_VOLATILITY }, "volatility_band.max_scale_bps"),
    ] {
        assert_eq!(band.validate(), Err(OutOfBounds(field)));
    }
}

#[test]
fn each_fault_of_the_forecast_band_is_named() {
    assert_eq!((BY_FORECAST.validate(), ForecastBand::default().validate()), (Ok(()), Ok(())));
    for (band, field) in [
        (ForecastBand { max_scale_bps: 0, ..BY_FORECAST }, "forecast_band.max_scale_bps"),
        (ForecastBand { max_scale_bps: 999, ..BY_FORECAST }, "forecast_band.max_scale_bps"),
        (ForecastBand { max_scale_bps: 100_001, ..BY_FORECAST }, "forecast_band.max_scale_bps"),
        (ForecastBand { min_scale_bps: 999, ..BY_FORECAST }, "forecast_band.min_scale_bps"),
        (ForecastBand { min_scale_bps: 100_001, ..BY_FORECAST }, "forecast_band.min_scale_bps"),
        (ForecastBand { min_scale_bps: 30_001, ..BY_FORECAST }, "forecast_band.max_scale_bps"),
        (ForecastBand { max_validity_secs: 59, ..BY_FORECAST }, "forecast_band.max_validity_secs"),
        (ForecastBand { max_validity_secs: 604_801, ..BY_FORECAST }, "forecast_band.max_validity_secs"),
    ] {
        assert_eq!(band.validate(), Err(OutOfBounds(field)));
    }
}

proptest! {
    /// Whatever the volatilities and the forecast, a band stays between its least and its largest scale, and is the product of
    /// both ratios in between.
    #[test]
    fn band_stays_within_its_scales(
        (slow, fast) in (0.0..20.0f64, 0.0..20.0f64),
        (scale_bps, validity_secs) in (any::<u64>(), -10i64..10),
        band_e8 in 1_000u64..=100_000_000,
    ) {
        let strategy = strategy(BY_VOLATILITY, BY_FORECAST);
        let forecast = Forecast { scale_bps, expires_at: NOW + validity_secs };
        let scaled_e8 = scaled_e8(band_e8, 0, &strategy, &volatilities(slow, fast), &forecast, NOW).unwrap() as f64;
        let expected = if validity_secs > 0 { scale_bps as f64 / 1e4 } else { fast / slow };
        let factor = (slow / 0.5).clamp(0.5, 2.0) * expected.clamp(0.4, 3.0);
        // Volatilities are rounded to 10⁻⁶ and ratios to basis points, down.
        prop_assume!(slow > 0.1);
        prop_assert!((scaled_e8 / band_e8 as f64 - factor).abs() < 0.01, "{} {}", scaled_e8 / band_e8 as f64, factor);
    }
}
