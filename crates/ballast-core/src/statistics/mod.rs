//! What the basket's prices have done: volatilities at two speeds, covariances and moving averages, folded in one
//! observation at a time.
//!
//! Estimates are annual: a year has [`YEAR_SECS`]. Variances and covariances are in 10⁻¹² per year, volatilities in 10⁻⁶
//! per square root of a year, logarithms in 10⁻¹². Derivations are in `docs/math.md`.

#[cfg(test)]
mod closed_form_tests;
pub mod covariance;
#[cfg(test)]
mod fixture;
pub mod observe;
#[cfg(test)]
mod observe_tests;
#[cfg(test)]
mod partial_observation_tests;
pub mod sampling;

pub use covariance::Covariance;
pub use observe::{Observation, ObserveError, Quote};
pub use sampling::Sampling;

use crate::MAX_ASSETS;
use crate::stored::stored;

/// A year of 365.25 days.
pub const YEAR_SECS: u32 = 31_557_600;

stored! {
    /// What one asset's price has done. Written by [`Statistics::observe`].
    pub struct AssetStatistics {
        /// Logarithm of the unit price at the last observation, in 10⁻¹²: fresh or not.
        pub log_price_e12: i64,
        /// Logarithm of the unit price from which the next return is measured, in 10⁻¹².
        pub reference_log_price_e12: i64,
        /// Unix time at which the reference price was published; 0 before the first.
        pub reference_at: i64,
        /// Average of the log price at the fast half-life, in 10⁻¹².
        pub fast_log_average_e12: i64,
        /// Average of the log price at the slow half-life, in 10⁻¹².
        pub slow_log_average_e12: i64,
        /// Variance at the fast half-life, in 10⁻¹² per year. The one at the slow half-life is in the covariance matrix.
        pub fast_variance_e12: i64,
    }
}

stored! {
    /// What the basket's prices have done. Begins as zeros; when the basket's assets change, it begins anew.
    pub struct Statistics {
        /// Unix time of the last observation; 0 before the first.
        pub observed_at: i64,
        /// Time that the estimates have seen, in seconds: gaps do not count.
        pub observed_secs: u64,
        /// Per asset, in the basket's order.
        pub assets: [AssetStatistics; MAX_ASSETS],
        /// Covariances of the assets' returns at the slow half-life.
        pub covariance: Covariance,
    }
}

impl Statistics {
    /// Whether the estimates have seen enough to be relied on: one slow half-life.
    pub fn is_warm(&self, sampling: &Sampling) -> bool {
        sampling.is_on() && self.observed_secs >= u64::from(sampling.slow_half_life_secs)
    }

    /// An asset's volatility at the slow half-life, in 10⁻⁶ per square root of a year, rounded down.
    pub fn slow_volatility_e6(&self, asset: usize) -> Option<u64> {
        self.covariance.get(asset, asset).map(volatility_e6)
    }

    /// An asset's volatility at the fast half-life, in 10⁻⁶ per square root of a year, rounded down.
    pub fn fast_volatility_e6(&self, asset: usize) -> Option<u64> {
        self.assets.get(asset).map(|asset| volatility_e6(asset.fast_variance_e12))
    }
}

/// Square root of a variance, rounded down. A portfolio's variance may be negative by its rounding, and then has none.
#[inline]
pub fn volatility_e6(variance_e12: i64) -> u64 {
    u64::try_from(variance_e12).unwrap_or(0).isqrt()
}
