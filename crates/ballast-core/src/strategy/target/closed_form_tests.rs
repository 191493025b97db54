//! The policies on simulated markets, against the formulas they come from.
//!
//! Random numbers come from a fixed seed. Trades cost nothing and move the vault to its target weights at every step.

use core::f64::consts::TAU;
use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};

use super::fixture::statistics;
use super::{Floor, Inputs, Movement, VolatilityTarget, weights};
use crate::state::State;
use crate::statistics::Sampling;
use crate::strategy::Strategy;
use crate::strategy::allocation::Allocation;

const TOTAL_SHARES: u64 = 1_000_000_000;
const SAFE: usize = 2;
/// Targets, bounds and movement leave the policies all freedom.
const MOVEMENT: Movement = Movement { max_change_bps: 10_000, safe_asset: SAFE as u32 };
const SAMPLING: Sampling =
    Sampling { spacing_secs: 60, max_gap_secs: 600, fast_half_life_secs: 3_600, slow_half_life_secs: 86_400, winsor_e2: 500 };

/// Standard normal, after Box and Muller.
fn normal(rng: &mut TestRng) -> f64 {
    let mut uniform = || ((rng.next_u64() >> 11) + 1) as f64 / (1u64 << 53) as f64;
    (-2.0 * uniform().ln()).sqrt() * (TAU * uniform()).cos()
}

fn generator() -> TestRng {
    TestRng::deterministic_rng(RngAlgorithm::ChaCha)
}

/// A vault of $100,000 with two risky assets and a safe one.
struct Vault {
    strategy: Strategy,
    state: State,
    assets: [Allocation; 3],
    nav_usd: f64,
}

impl Vault {
    /// The base puts these parts into the risky assets.
    fn new(strategy: Strategy, risky_bps: [u16; 2]) -> Self {
        let free = |target_bps| Allocation { min_bps: 0, max_bps: 10_000, ..Allocation::fixed(target_bps, 100, 1_000) };
        let [first, second] = risky_bps;
        let assets = [free(first), free(second), free(10_000 - first - second)];
        Vault { strategy, state: State::default(), assets, nav_usd: 1e11 }
    }

    fn share_price_x64(&self) -> u128 {
        ((self.nav_usd as u128) << 64) / u128::from(TOTAL_SHARES)
    }

    fn floor_x64(&self) -> u128 {
        self.state.floor_x64.into()
    }

    fn raise_floor(&mut self) {
        let raised_x64 = self.strategy.floor.raised(self.floor_x64(), self.share_price_x64()).unwrap();
        self.state.floor_x64 = raised_x64.into();
    }

    /// Trades to the target weights.
    fn rebalance(&mut self) {
        let inputs = Inputs {
            now: 1_700_000_000,
            nav_usd: self.nav_usd as u64,
            total_shares: TOTAL_SHARES,
            strategy: &self.strategy,
            state: &self.state,
        };
        let mut out = [0; 3];
        weights(&inputs, &self.assets, &mut out).unwrap();
        for (asset, weight) in self.assets.iter_mut().zip(out) {
            asset.weight_e8 = weight;
        }
    }

    /// Lets the risky assets' prices change by these factors, and returns by which the vault's value does.
    fn earn(&mut self, factors: [f64; 2]) -> f64 {
        let gains = factors.iter().zip(&self.assets).map(|(factor, asset)| f64::from(asset.weight_e8) / 1e8 * (factor - 1.0));
        let growth = 1.0 + gains.sum::<f64>();
        self.nav_usd *= growth;
        growth
    }
}

fn insured(multiplier_e2: u32, floor_bps: u32, ratchet_bps: u32) -> Vault {
    let floor = Floor { multiplier_e2, floor_bps, ratchet_bps };
    let mut vault = Vault::new(Strategy { floor, movement: MOVEMENT, ..Strategy::default() }, [6_000, 0]);
    vault.raise_floor();
    vault
}

/// Black and Perold 1992: without costs and in the limit of small steps, the cushion grows by `(S_T/S_0)^m · exp(−m(m−1)σ²T/2)`.
/// A finite number of steps `n` realises a variance that is off by `√(2/n)` of it, which is a tenth of a percent of the cushion.
#[test]
fn cppi_ends_where_black_and_perold_say() {
    const VOLATILITY: f64 = 0.3;
    const YEARS: f64 = 0.25;
    const STEPS: u32 = 50_000;
    let mut rng = generator();
    for multiplier_e2 in [150, 200, 300, 400] {
        let mut vault = insured(multiplier_e2, 9_000, 0);
        let mut log_price = 0.0;
        let step = VOLATILITY * (YEARS / f64::from(STEPS)).sqrt();
        for _ in 0..STEPS {
            vault.rebalance();
            assert!(vault.assets[SAFE].weight_e8 > 0, "the limit of 100 % would spoil the formula");
            let log_return = step * normal(&mut rng);
            log_price += log_return;
            vault.earn([log_return.exp(), 1.0]);
        }
        let multiplier = f64::from(multiplier_e2) / 100.0;
        let drag = multiplier * (multiplier - 1.0) * VOLATILITY * VOLATILITY * YEARS / 2.0;
        let expected = 1e10 * (multiplier * log_price - drag).exp();
        let cushion = vault.nav_usd - 9e10;
        assert!((cushion / expected - 1.0).abs() < 0.01, "multiplier {multiplier}: cushion of {cushion} is not {expected}");
    }
}

#[test]
fn tipp_floor_rises_and_holds() {
    let mut rng = generator();
    let mut vault = insured(400, 8_500, 9_000);
    let first_floor_x64 = vault.floor_x64();
    for _ in 0..50_000 {
        vault.rebalance();
        vault.earn([(0.005 * normal(&mut rng)).exp(), 1.0]);
        let floor_x64 = vault.floor_x64();
        assert!(vault.share_price_x64() >= floor_x64, "no step falls by a quarter");
        vault.raise_floor();
        assert!(vault.floor_x64() >= floor_x64);
        assert!(vault.floor_x64() * 10 >= vault.share_price_x64() * 9);
    }
    assert!(vault.floor_x64() > first_floor_x64 * 11 / 10, "the market rose enough to see it");
}

/// A step that falls by more than the multiplier's inverse breaks the floor: what is left is safe.
#[test]
fn cppi_is_safe_after_a_gap_through_the_floor() {
    let mut vault = insured(500, 9_000, 0);
    vault.rebalance();
    vault.earn([0.7, 1.0]);
    assert!(vault.share_price_x64() < vault.floor_x64());
    vault.rebalance();
    assert_eq!(vault.assets.map(|asset| asset.weight_e8), [0, 0, 100_000_000]);
}

/// The standard error of a volatility over `n` steps is `√(1/2n)` of it: half a percent.
#[test]
fn volatility_target_is_realised() {
    const STEPS: u32 = 20_000;
    const TARGET: f64 = 0.12;
    let (correlation, step) = (0.5f64, (1.0 / f64::from(STEPS)).sqrt());
    let mut rng = generator();
    let volatility_target = VolatilityTarget { target_vol_bps: 1_200 };
    let strategy = Strategy { sampling: SAMPLING, volatility_target, movement: MOVEMENT, ..Strategy::default() };
    let mut vault = Vault::new(strategy, [3_000, 2_000]);
    let mut squares = 0.0;
    for i in 0..STEPS {
        // Turbulence comes and goes; the statistics know it.
        let scale = 1.0 + f64::from(i / 1_000 % 4);
        let volatilities = [0.4 * scale, 0.2 * scale];
        vault.state.statistics = statistics(&[volatilities[0], volatilities[1], 0.0], correlation);
        vault.rebalance();
        let (first, own) = (normal(&mut rng), normal(&mut rng));
        let second = correlation * first + (1.0 - correlation * correlation).sqrt() * own;
        let growth = vault.earn([(volatilities[0] * step * first).exp(), (volatilities[1] * step * second).exp()]);
        squares += growth.ln() * growth.ln();
    }
    let realised = squares.sqrt();
    assert!((realised / TARGET - 1.0).abs() < 0.02, "volatility of {realised} is not {TARGET}");
}
