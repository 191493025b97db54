//! Volatility target: the risky part scaled so that the basket's volatility is the wanted one.

use super::sleeve::Sleeve;
use crate::fixed::{self, MathError};
use crate::limits::OutOfBounds;
use crate::statistics::{Statistics, volatility_e6};
use crate::stored::parameters;
use crate::strategy::allocation::WHOLE_E8;
use crate::strategy::check;

/// 0.5 % to 200 % a year.
const TARGET_VOL_BPS: core::ops::RangeInclusive<u32> = 50..=20_000;
/// A volatility in 10⁻⁶ that makes one basis point.
const E6_PER_BPS: u64 = 100;

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
        let members_e8 = sleeve.members_e8(weights);
        // Products with the zeros of missing assets would cost as much as others.
        let members_e8 = members_e8.get(..weights.len()).ok_or(MathError::Overflow)?;
        let variance_e12 = statistics.covariance.portfolio_variance_e12(members_e8)?;
        let volatility_e6 = volatility_e6(variance_e12).saturating_add(1);
        let target_e6 = u64::from(self.target_vol_bps).saturating_mul(E6_PER_BPS);
        let risky_e8 = fixed::mul_div_floor(target_e6, sum_e8, volatility_e6)?;
        Ok(Some(risky_e8.min(u64::from(WHOLE_E8))))
    }
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
