//! Estimates of generated prices against what theory says they are.
//!
//! Random numbers come from a fixed seed. Tolerances of 1 % are about three standard errors, or more.

use super::*;
use crate::performance::Performance;
use core::f64::consts::TAU;
use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};
use std::vec::Vec;

const ASSETS: usize = 3;
const VOLATILITIES: [f64; ASSETS] = [0.8, 0.5, 0.2];
/// Lower triangular with rows of length one: correlations of 0.6, 0.6 and 0.6² + 0.8 · 0.5 = 0.76.
const FACTORS: [[f64; ASSETS]; ASSETS] = [[1.0, 0.0, 0.0], [0.6, 0.8, 0.0], [0.6, 0.5, 0.624_499_799_839_84]];
const WEIGHTS: [f64; ASSETS] = [0.5, 0.3, 0.2];
const SAMPLING: Sampling = Sampling {
    spacing_secs: 60,
    max_gap_secs: 86_400,
    fast_half_life_secs: 14_400,
    slow_half_life_secs: 172_800,
    // No return of a normal distribution is that far out: nothing is cut off.
    winsor_e2: 2_000,
};
/// So many returns that the standard error of a variance is √(2/n) = 0.22 % of it, and of a covariance √((1 + 1/ρ²)/n), at
/// most 0.31 %; a tenth more where some count for more than others.
const STEPS: usize = 400_000;

/// Covariance of two assets' log returns per year.
fn exact_covariance(i: usize, j: usize) -> f64 {
    let correlation: f64 = FACTORS[i].iter().zip(FACTORS[j]).map(|(a, b)| a * b).sum();
    VOLATILITIES[i] * VOLATILITIES[j] * correlation
}

/// Uniform in (0, 1].
fn uniform(rng: &mut TestRng) -> f64 {
    ((rng.next_u64() >> 11) + 1) as f64 / (1u64 << 53) as f64
}

/// Standard normal, after Box and Muller.
fn normal(rng: &mut TestRng) -> f64 {
    (-2.0 * uniform(rng).ln()).sqrt() * (TAU * uniform(rng)).cos()
}

/// Correlated geometric Brownian motions without drift of their logarithms.
struct Market {
    rng: TestRng,
    now: i64,
    log_prices: [f64; ASSETS],
}

impl Market {
    fn new() -> Self {
        let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
        Market { rng, now: 1_700_000_000, log_prices: [0.0, 5.0, -9.0] }
    }

    /// Lets time pass and returns the log returns.
    fn step(&mut self, secs: u32) -> [f64; ASSETS] {
        self.now += i64::from(secs);
        let root = (f64::from(secs) / f64::from(YEAR_SECS)).sqrt();
        let normals: [f64; ASSETS] = core::array::from_fn(|_| normal(&mut self.rng));
        core::array::from_fn(|i| {
            let correlated: f64 = FACTORS[i].iter().zip(normals).map(|(factor, normal)| factor * normal).sum();
            let log_return = VOLATILITIES[i] * root * correlated;
            self.log_prices[i] += log_return;
            log_return
        })
    }

    fn observe(&self, statistics: &mut Statistics) -> Observation {
        let quotes =
            self.log_prices.map(|log_price| Quote { price_x64: x64(log_price.exp()), publish_time: self.now, is_awaited: true });
        statistics.observe(&SAMPLING, self.now, 60, quotes.into_iter()).unwrap()
    }

    /// A time between one and nine times five minutes.
    fn irregular_secs(&mut self) -> u32 {
        300 + (self.rng.next_u64() % 2_400) as u32
    }
}

fn x64(x: f64) -> u128 {
    (x * 2f64.powi(64)) as u128
}

/// Averages of the estimates over a long history, in which each step weighs by its length.
#[derive(Default)]
struct Averages {
    covariances: [[f64; ASSETS]; ASSETS],
    fast_variances: [f64; ASSETS],
    secs: f64,
}

impl Averages {
    fn add(&mut self, statistics: &Statistics, secs: f64) {
        self.secs += secs;
        for i in 0..ASSETS {
            self.fast_variances[i] += secs * statistics.assets[i].fast_variance_e12 as f64 / 1e12;
            for j in 0..=i {
                self.covariances[i][j] += secs * statistics.covariance.get(i, j).unwrap() as f64 / 1e12;
            }
        }
    }

    fn assert_exact(&self) {
        let assert_near = |sum: f64, exact: f64| {
            let average = sum / self.secs;
            assert!((average / exact - 1.0).abs() < 0.01, "{average}, not {exact}");
        };
        for i in 0..ASSETS {
            assert_near(self.fast_variances[i], exact_covariance(i, i));
            for j in 0..=i {
                assert_near(self.covariances[i][j], exact_covariance(i, j));
            }
        }
    }
}

/// Observes a market for a long time, the first half-lives not averaged, with each step as long as asked.
fn average(mut next_secs: impl FnMut(&mut Market) -> u32) -> Averages {
    let (mut market, mut statistics, mut averages) = (Market::new(), Statistics::default(), Averages::default());
    market.observe(&mut statistics);
    for _ in 0..STEPS {
        let secs = next_secs(&mut market);
        market.step(secs);
        market.observe(&mut statistics);
        if statistics.is_warm(&SAMPLING) {
            averages.add(&statistics, f64::from(secs));
        }
    }
    averages
}

#[test]
fn estimates_are_exact_under_regular_spacing() {
    average(|_| 300).assert_exact();
}

#[test]
fn estimates_are_exact_under_irregular_spacing() {
    average(Market::irregular_secs).assert_exact();
}

/// The recursion is a weighted sum: `C_n = Σ_k w_k z_k z_k' Π_{l > k} (1 - w_l)`, here computed from its definition.
#[test]
fn estimate_is_the_weighted_sum_of_squares() {
    let (mut market, mut statistics) = (Market::new(), Statistics::default());
    market.observe(&mut statistics);
    let mut terms: Vec<(f64, [f64; ASSETS])> = Vec::new();
    let mut seen_secs = 0.0;
    for _ in 0..2_000 {
        let secs = market.irregular_secs();
        let log_returns = market.step(secs);
        market.observe(&mut statistics);
        let secs = f64::from(secs);
        seen_secs += secs;
        let by_half_life = 1.0 - (-secs / f64::from(SAMPLING.slow_half_life_secs)).exp2();
        let root = (f64::from(YEAR_SECS) / secs).sqrt();
        terms.push((by_half_life.max(secs / seen_secs), log_returns.map(|log_return| log_return * root)));
    }
    for i in 0..ASSETS {
        for j in 0..=i {
            let (mut sum, mut kept) = (0.0, 1.0);
            for (weight, returns) in terms.iter().rev() {
                sum += kept * weight * returns[i] * returns[j];
                kept *= 1.0 - weight;
            }
            let estimate = statistics.covariance.get(i, j).unwrap() as f64 / 1e12;
            assert!((estimate / sum - 1.0).abs() < 1e-5, "{estimate}, not {sum}");
        }
    }
}

/// A portfolio rebalanced to constant weights at every observation grows by `½ (Σ wᵢ σᵢᵢ - w'Σw)` a year more than its
/// assets.
#[test]
fn constant_mix_harvests_half_the_variance_that_diversification_removes() {
    let individual: f64 = (0..ASSETS).map(|i| WEIGHTS[i] * exact_covariance(i, i)).sum();
    let pairs = (0..ASSETS).flat_map(|i| (0..ASSETS).map(move |j| (i, j)));
    let portfolio: f64 = pairs.map(|(i, j)| WEIGHTS[i] * WEIGHTS[j] * exact_covariance(i, j)).sum();
    let exact = (individual - portfolio) / 2.0;

    let (mut market, mut statistics, mut performance) = (Market::new(), Statistics::default(), Performance::default());
    let weights_e8 = WEIGHTS.map(|weight| (weight * 1e8).round() as u32);
    let mut share_price = 1.0;
    let start = market.now;
    for step in 0..=STEPS {
        if step > 0 {
            let log_returns = market.step(300);
            share_price *= WEIGHTS.iter().zip(log_returns).map(|(weight, log_return)| weight * log_return.exp()).sum::<f64>();
        }
        let observation = market.observe(&mut statistics);
        performance.record_observation(market.now, x64(share_price), &observation, weights_e8.into_iter()).unwrap();
    }
    let years = (market.now - start) as f64 / f64::from(YEAR_SECS);
    let yearly = performance.excess_growth_e12().unwrap() as f64 / 1e12 / years;
    assert!((yearly / exact - 1.0).abs() < 0.01, "{yearly}, not {exact}");
    assert!((performance.log_growth_e12 as f64 / 1e12 - share_price.ln()).abs() < 1e-11);
}
