//! Replays of generated prices against what theory says of them.

use ballast_core::limits::{self, Limits};
use ballast_core::risk::{breaker, stress};
use ballast_core::statistics::Sampling;
use ballast_core::strategy::Strategy;
use ballast_core::strategy::allocation::Allocation;
use ballast_core::strategy::execution::Execution;
use ballast_core::strategy::target::Ramp;
use ballast_sim::generator::{Asset, Correlation, Jumps, Model};
use ballast_sim::market::Settings;
use ballast_sim::metrics::Metrics;
use ballast_sim::replay::replay_one;
use ballast_sim::vault::Setup;

const WEIGHTS_BPS: [u16; 3] = [4_000, 3_000, 3_000];
const VOLATILITIES: [f64; 2] = [0.6, 0.9];
const CORRELATION: f64 = 0.3;

/// A vault that all but nothing keeps from its targets: the market is deep and free, the bands are a basis point.
fn frictionless() -> (Settings, Setup) {
    let market = Settings { pool_depth_usd: 1e9, pool_fee_bps: 0, latency_secs: 0, confidence_bps: 0.1, ..Settings::default() };
    let limits = Limits {
        min_trade_usd: 10_000,
        max_trade_bps: 2_500,
        max_daily_turnover_bps: 100_000,
        max_daily_loss_bps: 300,
        ..limits::DEFAULT
    };
    let sampling = Sampling {
        spacing_secs: 3_600,
        max_gap_secs: 7_200,
        fast_half_life_secs: 86_400,
        slow_half_life_secs: 864_000,
        winsor_e2: 2_000,
    };
    let execution = Execution { recentre_bps: 10_000, ..Execution::default() };
    let strategy = Strategy { sampling, execution, ..Strategy::default() };
    let allocations = WEIGHTS_BPS.map(|target_bps| Allocation::fixed(target_bps, 1, 10_000)).to_vec();
    let (breakers, stress, ramp) = (breaker::DEFAULT, stress::DEFAULT, Ramp::default());
    let setup = Setup { nav_usd: 1e5, allocations, limits, breakers, stress, strategy, ramp, jitter_seed: 0, is_paused: false };
    (market, setup)
}

/// Excess growth of a constant mix is `½ (Σ wᵢ σᵢ² − w'Σw)` a year: Fernholz and Shay 1982.
#[test]
fn excess_growth_of_a_constant_mix_is_half_the_variance_that_diversification_removes() {
    let asset = |(name, volatility): (&str, f64)| Asset {
        name: name.to_string(),
        start_usd: 100.0,
        // The logarithm has no drift, so that prices stay in reach for decades.
        drift: volatility * volatility / 2.0,
        volatility,
    };
    let model = Model {
        assets: ["A", "B"].into_iter().zip(VOLATILITIES).map(asset).collect(),
        correlation: Correlation::uniform(2, CORRELATION).unwrap(),
        jumps: Jumps::default(),
        start: 0,
        interval_secs: 3_600,
        // The sampling error of a variance is √(2 / n): 0.3 %.
        candles: 200_000,
        seed: 1,
    };
    let prices = model.generate().unwrap().with_cash();
    let (market, setup) = frictionless();
    let path = replay_one(&prices, &market, &setup).unwrap();
    let [a, b, _] = WEIGHTS_BPS.map(|weight| f64::from(weight) / 1e4);
    let [s, t] = VOLATILITIES;
    let of_assets = a * s * s + b * t * t;
    let of_portfolio = (a * s).powi(2) + (b * t).powi(2) + 2.0 * CORRELATION * a * s * b * t;
    let expected = (of_assets - of_portfolio) / 2.0;
    let measured = Metrics::of(&path);
    let booked = path.booked_excess_growth.unwrap();
    println!(
        "expected {expected:.5}, measured {:.5}, booked {booked:.5}, cost {:.5}",
        measured.excess_growth, measured.cost_per_year
    );
    assert!((measured.excess_growth / expected - 1.0).abs() < 0.01);
    assert!((booked / expected - 1.0).abs() < 0.01);
    assert!(measured.tracking_error < 0.002, "{}", measured.tracking_error);
}
