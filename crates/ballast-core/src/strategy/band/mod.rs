//! Bands that widen and narrow with volatility, realised or forecast.
//!
//! A band trades tracking error against turnover. When an asset moves faster, the same band is crossed more often; a band in
//! proportion to volatility is crossed as often in calm and in wild times. See `docs/math.md`.

use crate::BPS;
use crate::fixed::{self, MathError};
use crate::limits::OutOfBounds;
use crate::statistics::Statistics;
use crate::stored::{parameters, stored};
use crate::strategy::Strategy;
use crate::strategy::check;

/// Bounds of every scale: a tenth to ten times the configured band.
const SCALE_BPS: core::ops::RangeInclusive<u32> = 1_000..=100_000;
/// Reference volatility: 0.01 % to 1,000 % a year.
const REFERENCE_VOL_BPS: core::ops::RangeInclusive<u32> = 1..=100_000;
/// A forecast stands for a minute at least and a week at most.
const VALIDITY_SECS: core::ops::RangeInclusive<u32> = 60..=604_800;
/// A volatility in 10⁻⁶ that makes one basis point.
const E6_PER_BPS: u64 = 100;

parameters! {
    /// Scales each band by the asset's slow volatility over a reference.
    pub struct VolatilityBand {
        /// Volatility a year at which the band is as configured; 0 turns the part off.
        pub reference_vol_bps: u32,
        /// Least scale.
        pub min_scale_bps: u32,
        /// Largest scale.
        pub max_scale_bps: u32,
    }
}

parameters! {
    /// Scales each band by a forecast: the forecaster's posted one while it stands, otherwise the asset's fast volatility over
    /// its slow one.
    pub struct ForecastBand {
        /// Largest scale; 0 turns the part off.
        pub max_scale_bps: u32,
        /// Least scale.
        pub min_scale_bps: u32,
        /// Longest time that a posted forecast may stand.
        pub max_validity_secs: u32,
    }
}

stored! {
    /// A forecaster's word, within the bounds of [`ForecastBand`].
    pub struct Forecast {
        /// Expected volatility over the usual one.
        pub scale_bps: u64,
        /// Unix time from which it no longer stands; 0 before the first one.
        pub expires_at: i64,
    }
}

impl VolatilityBand {
    /// Whether the part is in use.
    pub fn is_on(&self) -> bool {
        self.reference_vol_bps > 0
    }

    /// Checks the parameters.
    pub fn validate(&self) -> Result<(), OutOfBounds> {
        if !self.is_on() {
            return check(*self == Self::default(), "volatility_band.reference_vol_bps");
        }
        check(REFERENCE_VOL_BPS.contains(&self.reference_vol_bps), "volatility_band.reference_vol_bps")?;
        check(SCALE_BPS.contains(&self.min_scale_bps), "volatility_band.min_scale_bps")?;
        check(SCALE_BPS.contains(&self.max_scale_bps), "volatility_band.max_scale_bps")?;
        check(self.min_scale_bps <= self.max_scale_bps, "volatility_band.max_scale_bps")
    }

    fn scale_bps(&self, volatility_e6: u64) -> u64 {
        let reference_e6 = u64::from(self.reference_vol_bps).saturating_mul(E6_PER_BPS);
        ratio_bps(volatility_e6, reference_e6).min(u64::from(self.max_scale_bps)).max(u64::from(self.min_scale_bps))
    }
}

impl ForecastBand {
    /// Whether the part is in use.
    pub fn is_on(&self) -> bool {
        self.max_scale_bps > 0
    }

    /// Checks the parameters.
    pub fn validate(&self) -> Result<(), OutOfBounds> {
        if !self.is_on() {
            return check(*self == Self::default(), "forecast_band.max_scale_bps");
        }
        check(SCALE_BPS.contains(&self.max_scale_bps), "forecast_band.max_scale_bps")?;
        check(SCALE_BPS.contains(&self.min_scale_bps), "forecast_band.min_scale_bps")?;
        check(self.min_scale_bps <= self.max_scale_bps, "forecast_band.max_scale_bps")?;
        check(VALIDITY_SECS.contains(&self.max_validity_secs), "forecast_band.max_validity_secs")
    }

    /// Whether a forecast posted at `now` is within the bounds. Out of them it is refused, not bent.
    pub fn admits(&self, forecast: &Forecast, now: i64) -> Result<(), OutOfBounds> {
        check(self.is_on(), "forecast_band.max_scale_bps")?;
        let scales = u64::from(self.min_scale_bps)..=u64::from(self.max_scale_bps);
        check(scales.contains(&forecast.scale_bps), "scale_bps")?;
        let validity_secs = forecast.expires_at.saturating_sub(now);
        check(validity_secs > 0 && validity_secs <= i64::from(self.max_validity_secs), "expires_at")
    }

    fn scale_bps(&self, forecast: &Forecast, now: i64, fast_e6: u64, slow_e6: u64) -> u64 {
        let expected_bps = if now < forecast.expires_at { forecast.scale_bps } else { ratio_bps(fast_e6, slow_e6) };
        expected_bps.min(u64::from(self.max_scale_bps)).max(u64::from(self.min_scale_bps))
    }
}

/// `numerator / denominator` in basis points, rounded down; one whole where there is nothing to divide by.
fn ratio_bps(numerator: u64, denominator: u64) -> u64 {
    let scaled = numerator.saturating_mul(u64::from(BPS));
    scaled.checked_div(denominator).unwrap_or(u64::from(BPS))
}

/// The half-width of an asset's band at `now`: the configured one, scaled by the parts that are on. It may become wider than
/// the whole. Until the statistics are warm only a posted forecast scales it.
#[inline]
pub fn scaled_e8(
    band_e8: u64,
    asset: usize,
    strategy: &Strategy,
    statistics: &Statistics,
    forecast: &Forecast,
    now: i64,
) -> Result<u64, MathError> {
    let (by_volatility, by_forecast) = (&strategy.volatility_band, &strategy.forecast_band);
    if !by_volatility.is_on() && !by_forecast.is_on() {
        return Ok(band_e8);
    }
    let is_warm = statistics.is_warm(&strategy.sampling);
    let slow_e6 = statistics.slow_volatility_e6(asset).unwrap_or(0);
    let mut band_e8 = band_e8;
    if by_volatility.is_on() && is_warm {
        band_e8 = fixed::mul_div_floor(band_e8, by_volatility.scale_bps(slow_e6), u64::from(BPS))?;
    }
    if by_forecast.is_on() && (is_warm || now < forecast.expires_at) {
        let fast_e6 = statistics.fast_volatility_e6(asset).unwrap_or(0);
        let scale_bps = by_forecast.scale_bps(forecast, now, fast_e6, slow_e6);
        band_e8 = fixed::mul_div_floor(band_e8, scale_bps, u64::from(BPS))?;
    }
    Ok(band_e8)
}

#[cfg(test)]
mod tests;
