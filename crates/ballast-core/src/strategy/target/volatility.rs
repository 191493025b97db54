//! Volatility target: the risky part scaled so that the basket's volatility is the wanted one.

use super::sleeve::Sleeve;
use crate::fixed::{self, MathError};
use crate::limits::OutOfBounds;
use crate::statistics::Statistics;
use crate::stored::parameters;
use crate::strategy::allocation::WHOLE_E8;
use crate::strategy::check;

/// 0.5 % to 200 % a year.
const TARGET_VOL_BPS: core::ops::RangeInclusive<u32> = 50..=20_000;
/// A volatility in 10⁻⁶ that makes one basis point.
const E6_PER_BPS: u64 = 100;
/// Square of a weight's unit, 10⁻⁸.
const E8_SQUARED: u128 = 10_000_000_000_000_000;

parameters! {
    /// The risky part scaled so that the basket's volatility is the wanted one: all of it where that is not enough.
    pub struct VolatilityTarget {
        /// Volatility a year; 0 turns the part off.
        pub target_vol_bps: u32,
    }
}

impl VolatilityTarget {
    /// Whether the part is in use.
    pub fn is_on(&self) -> bool {
        self.target_vol_bps > 0
    }

    /// Checks the parameters.
    pub fn validate(&self) -> Result<(), OutOfBounds> {
        check(!self.is_on() || TARGET_VOL_BPS.contains(&self.target_vol_bps), "volatility_target.target_vol_bps")
    }

    /// The risky part in 10⁻⁸, `target / volatility of the sleeve` and at most 1; `None` while the part is off or the sleeve has no
    /// weight. Takes the safe asset for riskless. The volatility is rounded up and the part down.
    pub(super) fn risky_e8(&self, statistics: &Statistics, sleeve: Sleeve, weights: &[u32]) -> Result<Option<u64>, MathError> {
        let sum_e8 = sleeve.sum_e8(weights);
        if !self.is_on() || sum_e8 == 0 {
            return Ok(None);
        }
        // The weights sum to less than one whole, and volatility grows with them: target · sum / volatility.
        let volatility_e6 = variance_e12(statistics, sleeve, weights)?.isqrt().saturating_add(1);
        let target_e6 = u64::from(self.target_vol_bps).saturating_mul(E6_PER_BPS);
        let risky_e8 = fixed::mul_div_floor(target_e6, sum_e8, volatility_e6)?;
        Ok(Some(risky_e8.min(u64::from(WHOLE_E8))))
    }
}

/// Variance of the sleeve's weights as they are, in 10⁻¹² a year; 0 where the rounding of covariances makes it negative.
fn variance_e12(statistics: &Statistics, sleeve: Sleeve, weights: &[u32]) -> Result<u64, MathError> {
    let mut variance_e28 = 0i128;
    for (i, &weight) in sleeve.members(weights.iter()) {
        let products =
            sleeve.members(weights.iter()).map(|(j, &other)| product(statistics.covariance.get(i, j).unwrap_or(0), other));
        let covariance_e20 = products.fold(0i128, i128::wrapping_add);
        let contribution_e28 = covariance_e20.checked_mul(i128::from(weight)).ok_or(MathError::Overflow)?;
        variance_e28 = variance_e28.checked_add(contribution_e28).ok_or(MathError::Overflow)?;
    }
    let variance_e28 = u128::try_from(variance_e28).unwrap_or(0);
    u64::try_from(variance_e28 / E8_SQUARED).map_err(|_| MathError::Overflow)
}

#[inline]
#[allow(
    clippy::arithmetic_side_effects,
    reason = "the product of a 63-bit and a 32-bit number; sixteen of them have less than 100 bits"
)]
fn product(covariance_e12: i64, weight_e8: u32) -> i128 {
    i128::from(covariance_e12) * i128::from(weight_e8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategy::target::fixture::statistics;

    const SAFE_LAST: Sleeve = Sleeve { safe: Some(2) };

    /// Two risky assets of 40 % and 20 %, with a correlation of one half, and a safe one.
    fn market() -> Statistics {
        statistics(&[0.4, 0.2, 0.0], 0.5)
    }

    #[test]
    fn risky_part_brings_the_wanted_volatility() {
        // Equal parts of 40 % and 20 % with a correlation of a half: the root of 0.07, or 26.46 %.
        let target = VolatilityTarget { target_vol_bps: 1_000 };
        let risky = |weights: [u32; 3]| target.risky_e8(&market(), SAFE_LAST, &weights).unwrap().unwrap();
        let exact = (0.1 / 0.07f64.sqrt() * 1e8) as u64;
        assert!(exact.abs_diff(risky([50_000_000, 50_000_000, 0])) < 1_000);
        assert!(exact.abs_diff(risky([20_000_000, 20_000_000, 60_000_000])) < 1_000, "how much is risky does not count");
        assert_eq!(risky([0, 40_000_000, 60_000_000]), 49_999_375, "half of one asset, the volatility rounded up");
    }

    #[test]
    fn calm_sleeve_gets_the_whole() {
        let target = VolatilityTarget { target_vol_bps: 3_000 };
        assert_eq!(target.risky_e8(&market(), SAFE_LAST, &[50_000_000, 50_000_000, 0]), Ok(Some(100_000_000)));
        assert_eq!(target.risky_e8(&Statistics::default(), SAFE_LAST, &[50_000_000, 50_000_000, 0]), Ok(Some(100_000_000)));
    }

    #[test]
    fn empty_sleeve_has_no_volatility() {
        let target = VolatilityTarget { target_vol_bps: 3_000 };
        assert_eq!(target.risky_e8(&market(), SAFE_LAST, &[0, 0, 100_000_000]), Ok(None));
        assert_eq!(VolatilityTarget::default().risky_e8(&market(), SAFE_LAST, &[100_000_000, 0, 0]), Ok(None));
    }

    #[test]
    fn each_fault_is_named() {
        let validate = |target_vol_bps| VolatilityTarget { target_vol_bps }.validate();
        assert_eq!([validate(0), validate(50), validate(20_000)], [Ok(()); 3]);
        let error = Err(OutOfBounds("volatility_target.target_vol_bps"));
        assert_eq!([validate(1), validate(49), validate(20_001)], [error; 3]);
    }
}
