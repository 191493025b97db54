//! Stand-in until the statistics land.
use crate::MAX_ASSETS;
use crate::limits::OutOfBounds;
use crate::stored::stored;

/// Seconds in a Julian year.
pub const YEAR_SECS: u64 = 31_557_600;

stored! {
    /// One asset.
    pub struct AssetStatistics {
        /// ln of the unit price.
        pub log_price_e12: i64,
        /// Fast EMA.
        pub log_ema_fast_e12: i64,
        /// Slow EMA.
        pub log_ema_slow_e12: i64,
        /// Fast variance.
        pub variance_fast_e12: i64,
        /// Publish time.
        pub publish_time: i64,
        /// Weight.
        pub weight_e8: u64,
    }
}
stored! {
    /// Parameters.
    pub struct Sampling {
        /// Spacing.
        pub spacing_secs: u32,
        /// Gap.
        pub max_gap_secs: u32,
        /// Fast.
        pub fast_half_life_secs: u32,
        /// Slow.
        pub slow_half_life_secs: u32,
        /// Winsor.
        pub winsor_e2: u32,
    }
}
/// Statistics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statistics {
    /// Time.
    pub observed_at: i64,
    /// Span.
    pub observed_secs: u64,
    /// Assets.
    pub assets: [AssetStatistics; MAX_ASSETS],
    /// Packed lower triangle, 1e-12 a year.
    pub covariance_e12: [i64; 136],
}
impl Default for Statistics {
    fn default() -> Self {
        Statistics { observed_at: 0, observed_secs: 0, assets: [AssetStatistics::default(); MAX_ASSETS], covariance_e12: [0; 136] }
    }
}
impl Sampling {
    /// On.
    pub fn is_on(&self) -> bool {
        self.spacing_secs > 0
    }
    /// Checks.
    pub fn validate(&self) -> Result<(), OutOfBounds> {
        Ok(())
    }
}
impl Statistics {
    /// Warm.
    pub fn is_warm(&self, sampling: &Sampling) -> bool {
        sampling.is_on() && self.observed_secs >= u64::from(sampling.slow_half_life_secs)
    }
    /// Cov.
    pub fn covariance(&self, i: usize, j: usize) -> i64 {
        let (i, j) = if i >= j { (i, j) } else { (j, i) };
        let index = i.wrapping_mul(i.wrapping_add(1)).wrapping_div(2).wrapping_add(j);
        self.covariance_e12.get(index).copied().unwrap_or(0)
    }
    /// Slow vol.
    pub fn slow_volatility_e6(&self, asset: usize) -> u64 {
        self.covariance(asset, asset).unsigned_abs().isqrt()
    }
    /// Fast vol.
    pub fn fast_volatility_e6(&self, asset: usize) -> u64 {
        self.assets.get(asset).map_or(0, |it| it.variance_fast_e12.unsigned_abs().isqrt())
    }
}
