//! Made-up prices: correlated geometric Brownian motion with jumps, reproducible from a seed.
//!
//! Over a candle of length dt (in years) the logarithm of asset i's price moves by
//!
//! `(μᵢ − σᵢ²/2 − λκ)·dt + σᵢ·√dt·zᵢ + Σ jumps`, `z = L·ε`, `L·Lᵀ = correlation`, `κ = exp(m + s²/2) − 1`
//!
//! Jumps come for all assets at once, λ a year on average, each of them normal with mean m and standard deviation s and
//! correlated as the diffusion is (Merton 1976, <https://doi.org/10.1016/0304-405X(76)90022-2>; common jumps because
//! crashes are). The mean price grows at μ whatever the jumps. A candle's high and low are drawn from the extremes of the
//! Brownian bridge between its ends.

mod matrix;

use std::f64::consts::TAU;

use anyhow::{Result, ensure};
use fastrand::Rng;

use crate::prices::{Candle, Prices, Step};
use crate::time;
pub use matrix::Correlation;

/// Seconds of a year, of 365.25 days.
pub const YEAR_SECS: f64 = 31_557_600.0;

/// How one asset's price moves.
#[derive(Clone, Debug, PartialEq)]
pub struct Asset {
    /// Its name.
    pub name: String,
    /// Price at the start, in US dollars.
    pub start_usd: f64,
    /// Growth of the mean price, per year; 0.1 is a tenth.
    pub drift: f64,
    /// Standard deviation of the logarithm's diffusion over a year.
    pub volatility: f64,
}

/// Jumps that hit every asset at once.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Jumps {
    /// How many come in a year, on average.
    pub per_year: f64,
    /// Mean of a jump of the logarithm.
    pub mean: f64,
    /// Standard deviation of a jump of the logarithm.
    pub deviation: f64,
}

/// What to generate.
#[derive(Clone, Debug)]
pub struct Model {
    /// The assets.
    pub assets: Vec<Asset>,
    /// Correlation of their moves.
    pub correlation: Correlation,
    /// Their jumps.
    pub jumps: Jumps,
    /// Start of the first candle, seconds since 1970; a multiple of `interval_secs`.
    pub start: i64,
    /// Length of a candle in seconds.
    pub interval_secs: i64,
    /// Number of candles.
    pub candles: usize,
    /// Every seed makes another history, always the same one.
    pub seed: u64,
}

impl Model {
    /// Generates the prices.
    pub fn generate(&self) -> Result<Prices> {
        self.check()?;
        let factor = self.correlation.factor()?;
        let mut random = Random(Rng::with_seed(self.seed));
        let mut prices_usd: Vec<f64> = self.assets.iter().map(|asset| asset.start_usd).collect();
        let mut steps = Vec::with_capacity(self.candles);
        let mut end = self.start;
        for _ in 0..self.candles {
            end += self.interval_secs;
            let moves = self.moves(&factor, &mut random);
            let mut candles = Vec::with_capacity(moves.len());
            for ((asset, price), moved) in self.assets.iter().zip(&mut prices_usd).zip(moves) {
                let variance = asset.volatility.powi(2) * self.interval_years();
                let candle = random.candle(*price, moved, variance);
                ensure!(
                    candle.low > 0.0 && candle.high.is_finite(),
                    "the price of {} left the range of numbers before {}; choose a smaller drift or volatility, or fewer days",
                    asset.name,
                    time::date_time(end)
                );
                *price = candle.close;
                candles.push(Some(candle));
            }
            steps.push(Step { time: end, candles });
        }
        let assets = self.assets.iter().map(|asset| asset.name.clone()).collect();
        Ok(Prices { assets, interval_secs: self.interval_secs, steps })
    }

    /// Moves of the logarithms over one candle.
    fn moves(&self, factor: &matrix::Factor, random: &mut Random) -> Vec<f64> {
        let years = self.interval_years();
        let Jumps { per_year, mean, deviation } = self.jumps;
        let compensator = per_year * ((mean + deviation.powi(2) / 2.0).exp() - 1.0);
        let diffusion = factor.apply(&random.normals(self.assets.len()));
        let trend = |asset: &Asset| (asset.drift - asset.volatility.powi(2) / 2.0 - compensator) * years;
        let mut moves: Vec<f64> =
            self.assets.iter().zip(diffusion).map(|(asset, z)| trend(asset) + asset.volatility * years.sqrt() * z).collect();
        for _ in 0..random.poisson(per_year * years) {
            let jump = factor.apply(&random.normals(self.assets.len()));
            moves.iter_mut().zip(jump).for_each(|(moved, z)| *moved += mean + deviation * z);
        }
        moves
    }

    fn interval_years(&self) -> f64 {
        self.interval_secs as f64 / YEAR_SECS
    }

    fn check(&self) -> Result<()> {
        ensure!(self.candles >= 2, "fewer than two candles; ask for more days");
        ensure!(
            (60..=time::DAY_SECS).contains(&self.interval_secs) && self.start.rem_euclid(self.interval_secs) == 0,
            "candles of {} seconds from {}: the length must be 60 to 86400 seconds, the start a multiple of it",
            self.interval_secs,
            self.start
        );
        for Asset { name, start_usd, drift, volatility } in &self.assets {
            ensure!(*start_usd > 0.0 && start_usd.is_finite(), "{name}: the price {start_usd} must be above zero");
            ensure!((-10.0..=10.0).contains(drift), "{name}: the drift {drift} must lie between -10 and 10 a year");
            ensure!((0.0..=10.0).contains(volatility), "{name}: the volatility {volatility} must lie between 0 and 10");
        }
        let Jumps { per_year, mean, deviation } = self.jumps;
        ensure!((0.0..=1_000.0).contains(&per_year), "{per_year} jumps a year: choose 0 to 1000");
        ensure!((-2.0..=2.0).contains(&mean), "jumps of {mean}: choose a mean between -2 and 2");
        ensure!((0.0..=2.0).contains(&deviation), "jumps that vary by {deviation}: choose a deviation between 0 and 2");
        ensure!(
            self.correlation.len() == self.assets.len(),
            "correlations of {} assets, but there are {}",
            self.correlation.len(),
            self.assets.len()
        );
        Ok(())
    }
}

/// Random numbers of the distributions that the model needs.
pub(crate) struct Random(pub Rng);

impl Random {
    /// One number of the standard normal distribution (Box and Muller 1958).
    pub fn normal(&mut self) -> f64 {
        (-2.0 * self.positive().ln()).sqrt() * (TAU * self.0.f64()).cos()
    }

    fn normals(&mut self, count: usize) -> Vec<f64> {
        (0..count).map(|_| self.normal()).collect()
    }

    /// Events in a time that has `mean` of them on average, by multiplying uniform numbers (Knuth): good for small means.
    fn poisson(&mut self, mean: f64) -> u32 {
        let (limit, mut product, mut events) = ((-mean).exp(), self.positive(), 0);
        while product > limit {
            product *= self.positive();
            events += 1;
        }
        events
    }

    /// A candle whose logarithm moves by `moved`. A Brownian bridge from 0 to b of variance v has the maximum
    /// `(b + √(b² − 2·v·ln u)) / 2` with u uniform; high and low are drawn independently of each other.
    fn candle(&mut self, open: f64, moved: f64, variance: f64) -> Candle {
        let mut extreme = || (moved.powi(2) - 2.0 * variance * self.positive().ln()).sqrt();
        let (above, below) = (extreme(), extreme());
        let close = open * moved.exp();
        // Rounding must not leave an end outside.
        let high = (open * ((moved + above) / 2.0).exp()).max(open).max(close);
        let low = (open * ((moved - below) / 2.0).exp()).min(open).min(close);
        Candle { open, high, low, close }
    }

    /// Uniform in (0, 1], so that its logarithm is finite.
    fn positive(&mut self) -> f64 {
        1.0 - self.0.f64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600;

    fn asset(name: &str, drift: f64, volatility: f64) -> Asset {
        Asset { name: name.to_string(), start_usd: 100.0, drift, volatility }
    }

    fn model(assets: Vec<Asset>, correlation: f64, jumps: Jumps, candles: usize) -> Model {
        let correlation = Correlation::uniform(assets.len(), correlation).unwrap();
        Model { assets, correlation, jumps, start: 0, interval_secs: HOUR, candles, seed: 7 }
    }

    /// Moves of the logarithm of one asset's close.
    fn moves(prices: &Prices, asset: usize) -> Vec<f64> {
        let closes: Vec<f64> = prices.steps.iter().map(|step| step.candles[asset].unwrap().close).collect();
        closes.windows(2).map(|pair| (pair[1] / pair[0]).ln()).collect()
    }

    fn mean(values: &[f64]) -> f64 {
        values.iter().sum::<f64>() / values.len() as f64
    }

    fn covariance(a: &[f64], b: &[f64]) -> f64 {
        let (mean_a, mean_b) = (mean(a), mean(b));
        a.iter().zip(b).map(|(a, b)| (a - mean_a) * (b - mean_b)).sum::<f64>() / a.len() as f64
    }

    #[test]
    fn diffusion_has_the_volatility_and_correlation_asked_for() {
        let prices = model(vec![asset("A", 0.0, 0.5), asset("B", 0.0, 1.0)], 0.6, Jumps::default(), 200_000).generate().unwrap();
        let (a, b) = (moves(&prices, 0), moves(&prices, 1));
        let per_year = YEAR_SECS / HOUR as f64;
        assert!(((covariance(&a, &a) * per_year).sqrt() - 0.5).abs() < 0.005);
        assert!(((covariance(&b, &b) * per_year).sqrt() - 1.0).abs() < 0.01);
        let correlation = covariance(&a, &b) / (covariance(&a, &a) * covariance(&b, &b)).sqrt();
        assert!((correlation - 0.6).abs() < 0.01, "{correlation}");
    }

    #[test]
    fn jumps_add_their_variance_and_leave_the_mean_price_alone() {
        let jumps = Jumps { per_year: 800.0, mean: -0.02, deviation: 0.03 };
        let moves = moves(&model(vec![asset("A", 0.5, 0.2)], 0.0, jumps, 400_000).generate().unwrap(), 0);
        let years = HOUR as f64 / YEAR_SECS;
        // A compound Poisson process has the variance λ·(m² + s²) in a unit of time.
        let expected = 0.2f64.powi(2) + 800.0 * (0.02f64.powi(2) + 0.03f64.powi(2));
        assert!((covariance(&moves, &moves) / years / expected - 1.0).abs() < 0.03);
        let growth: Vec<f64> = moves.iter().map(|moved| moved.exp()).collect();
        // Standard error of the yearly drift over 45 years of 1.04 volatility: 0.16.
        assert!(((mean(&growth) - 1.0) / years - 0.5).abs() < 0.5);
    }

    #[test]
    fn the_range_of_a_candle_is_that_of_a_brownian_motion() {
        let prices = model(vec![asset("A", 0.0, 0.8)], 0.0, Jumps::default(), 50_000).generate().unwrap();
        let candles: Vec<Candle> = prices.steps.iter().map(|step| step.candles[0].unwrap()).collect();
        assert!(candles.iter().all(|c| c.low <= c.open.min(c.close) && c.open.max(c.close) <= c.high));
        // The expected maximum of a Brownian motion is √(2v/π).
        let variance = 0.8f64.powi(2) * HOUR as f64 / YEAR_SECS;
        let above: Vec<f64> = candles.iter().map(|c| (c.high / c.open).ln()).collect();
        assert!((mean(&above) / (2.0 * variance / std::f64::consts::PI).sqrt() - 1.0).abs() < 0.02);
    }

    #[test]
    fn the_same_seed_makes_the_same_prices() {
        let with = |seed| {
            let model = model(vec![asset("A", 0.1, 0.5)], 0.0, Jumps { per_year: 12.0, mean: -0.1, deviation: 0.1 }, 100);
            Model { seed, ..model }.generate().unwrap()
        };
        assert_eq!(with(1), with(1));
        assert_ne!(with(1), with(2));
    }

    #[test]
    fn prices_are_candles_in_a_row() {
        let prices = model(vec![asset("A", 0.1, 0.5)], 0.0, Jumps::default(), 10).generate().unwrap();
        assert_eq!(prices.steps.iter().map(|step| step.time).collect::<Vec<_>>(), (1..=10).map(|n| n * HOUR).collect::<Vec<_>>());
        let candles: Vec<Candle> = prices.steps.iter().map(|step| step.candles[0].unwrap()).collect();
        assert_eq!(candles[0].open, 100.0);
        assert!(candles.windows(2).all(|pair| pair[0].close == pair[1].open));
    }

    #[test]
    fn impossible_models_are_refused() {
        let good = || model(vec![asset("A", 0.1, 0.5)], 0.0, Jumps::default(), 10);
        let jumps = |per_year, mean, deviation| Model { jumps: Jumps { per_year, mean, deviation }, ..good() };
        for (model, expected) in [
            (Model { candles: 1, ..good() }, "fewer than two candles"),
            (Model { start: 1, ..good() }, "candles of 3600 seconds from 1"),
            (Model { interval_secs: 0, ..good() }, "candles of 0 seconds"),
            (Model { assets: vec![asset("A", f64::NAN, 0.5)], ..good() }, "A: the drift NaN"),
            (Model { assets: vec![asset("A", 0.0, -0.5)], ..good() }, "A: the volatility -0.5"),
            (Model { assets: vec![Asset { start_usd: 0.0, ..asset("A", 0.0, 0.5) }], ..good() }, "A: the price 0"),
            (jumps(-1.0, 0.0, 0.0), "-1 jumps a year"),
            (jumps(1.0, 3.0, 0.0), "jumps of 3"),
            (jumps(1.0, 0.0, f64::INFINITY), "jumps that vary by inf"),
            (Model { assets: vec![asset("A", 0.0, 0.5), asset("B", 0.0, 0.5)], ..good() }, "correlations of 1 assets"),
        ] {
            let error = model.generate().unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
