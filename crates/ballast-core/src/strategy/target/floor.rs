//! Portfolio insurance: CPPI and TIPP.
//!
//! The vault may lose its cushion, the part of it above the floor. A risky part of `multiplier · cushion` is gone only after a
//! fall of `1 / multiplier` that leaves no time to trade. Sources: Black and Perold 1992; Estep and Kritzman 1988 for the
//! rising floor.

use crate::BPS;
use crate::fixed::{self, MathError};
use crate::limits::OutOfBounds;
use crate::stored::parameters;
use crate::strategy::allocation::WHOLE_E8;
use crate::strategy::check;

/// 1.00 to 20.00.
const MULTIPLIER_E2: core::ops::RangeInclusive<u32> = 100..=2_000;
/// A floor at the share price or above it would leave nothing to invest.
const FLOOR_BPS: core::ops::RangeInclusive<u32> = 1..=9_999;
/// Hundredths in 10⁻⁸.
const E8_PER_E2: u64 = 1_000_000;

parameters! {
    /// Constant-proportion portfolio insurance (CPPI), and with a ratchet time-invariant portfolio protection (TIPP).
    pub struct Floor {
        /// Risky part over cushion, in hundredths; 0 turns the part off.
        pub multiplier_e2: u32,
        /// The floor, as a part of the share price at the first observation.
        pub floor_bps: u32,
        /// The floor rises to this part of the share price at every observation; 0 for a fixed floor.
        pub ratchet_bps: u32,
    }
}

impl Floor {
    /// Whether the part is in use.
    pub fn is_on(&self) -> bool {
        self.multiplier_e2 > 0
    }

    /// Checks the parameters.
    pub fn validate(&self) -> Result<(), OutOfBounds> {
        if !self.is_on() {
            return check(*self == Self::default(), "floor.multiplier_e2");
        }
        check(MULTIPLIER_E2.contains(&self.multiplier_e2), "floor.multiplier_e2")?;
        check(FLOOR_BPS.contains(&self.floor_bps), "floor.floor_bps")?;
        let ratchets_bps = self.floor_bps..=*FLOOR_BPS.end();
        check(self.ratchet_bps == 0 || ratchets_bps.contains(&self.ratchet_bps), "floor.ratchet_bps")
    }

    /// The floor after an observation at this share price (micro-dollars per raw share, Q64.64), given the floor before it, 0
    /// for none: set at the first observation, then raised by the ratchet, never lowered. Rounded up.
    pub fn raised(&self, floor_x64: u128, share_price_x64: u128) -> Result<u128, MathError> {
        let part_bps = if floor_x64 == 0 { self.floor_bps } else { self.ratchet_bps };
        if part_bps == 0 {
            return Ok(floor_x64);
        }
        let scaled = share_price_x64.checked_mul(u128::from(part_bps)).ok_or(MathError::Overflow)?;
        Ok(fixed::div_ceil(scaled, u128::from(BPS))?.max(floor_x64))
    }

    /// The risky part of the vault in 10⁻⁸, `multiplier · (NAV − floor) / NAV` within 0 and 1; `None` while there is no floor.
    /// The floor's value is rounded up and the part down, in the floor's favour.
    pub(super) fn risky_e8(&self, floor_x64: u128, total_shares: u64, nav_usd: u64) -> Result<Option<u64>, MathError> {
        if !self.is_on() || floor_x64 == 0 {
            return Ok(None);
        }
        let floor_usd = fixed::mul_x64_ceil(total_shares, floor_x64)?;
        let cushion_usd = nav_usd.saturating_sub(floor_usd);
        if cushion_usd == 0 {
            return Ok(Some(0));
        }
        // A 32-bit number times a million.
        let multiplier_e8 = u64::from(self.multiplier_e2).wrapping_mul(E8_PER_E2);
        let risky_e8 = fixed::mul_div_floor(cushion_usd, multiplier_e8, nav_usd)?;
        Ok(Some(risky_e8.min(u64::from(WHOLE_E8))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CPPI: Floor = Floor { multiplier_e2: 300, floor_bps: 8_000, ratchet_bps: 0 };
    const TIPP: Floor = Floor { ratchet_bps: 9_000, ..CPPI };

    #[test]
    fn risky_part_is_a_multiple_of_the_cushion() {
        // A thousand shares with a floor of 80 micro-dollars each.
        let risky = |nav_usd| CPPI.risky_e8(80 << 64, 1_000, nav_usd).unwrap().unwrap();
        assert_eq!(risky(100_000), 60_000_000);
        assert_eq!(risky(90_000), 33_333_333);
        assert_eq!(risky(120_000), 100_000_000);
        assert_eq!(risky(1_000_000), 100_000_000);
        assert_eq!([risky(80_001), risky(80_000), risky(79_999), risky(0)], [3_749, 0, 0, 0]);
        assert_eq!(CPPI.risky_e8((80 << 64) + 1, 1_000, 80_001), Ok(Some(0)), "the floor's value is rounded up");
    }

    #[test]
    fn without_floor_there_is_no_opinion() {
        assert_eq!(CPPI.risky_e8(0, 1_000, 100_000), Ok(None));
        assert_eq!(Floor::default().risky_e8(80 << 64, 1_000, 100_000), Ok(None));
        assert_eq!(CPPI.risky_e8(u128::MAX, 2, 100_000), Err(MathError::Overflow));
    }

    #[test]
    fn fixed_floor_stays() {
        let floor_x64 = CPPI.raised(0, 100 << 64).unwrap();
        assert_eq!(floor_x64, 80 << 64);
        assert_eq!(CPPI.raised(floor_x64, 1_000 << 64), Ok(floor_x64));
        assert_eq!(CPPI.raised(floor_x64, 1), Ok(floor_x64));
        assert_eq!(Floor::default().raised(0, 100 << 64), Ok(0));
    }

    #[test]
    fn ratchet_raises_the_floor() {
        assert_eq!(TIPP.raised(0, 100 << 64), Ok(80 << 64));
        assert_eq!(TIPP.raised(80 << 64, 88 << 64), Ok(80 << 64));
        assert_eq!(TIPP.raised(80 << 64, 100 << 64), Ok(90 << 64));
        assert_eq!(TIPP.raised(90 << 64, 99 << 64), Ok(90 << 64));
        assert_eq!(TIPP.raised(0, 1), Ok(1), "rounded up");
        assert_eq!(TIPP.raised(1, u128::MAX), Err(MathError::Overflow));
    }

    #[test]
    fn each_fault_is_named() {
        assert_eq!((CPPI.validate(), TIPP.validate(), Floor::default().validate()), (Ok(()), Ok(()), Ok(())));
        for (floor, field) in [
            (Floor { multiplier_e2: 99, ..CPPI }, "floor.multiplier_e2"),
            (Floor { multiplier_e2: 2_001, ..CPPI }, "floor.multiplier_e2"),
            (Floor { multiplier_e2: 0, ..CPPI }, "floor.multiplier_e2"),
            (Floor { floor_bps: 0, ..CPPI }, "floor.floor_bps"),
            (Floor { floor_bps: 10_000, ..CPPI }, "floor.floor_bps"),
            (Floor { ratchet_bps: 7_999, ..CPPI }, "floor.ratchet_bps"),
            (Floor { ratchet_bps: 10_000, ..CPPI }, "floor.ratchet_bps"),
        ] {
            assert_eq!(floor.validate(), Err(OutOfBounds(field)), "{floor:?}");
        }
    }

    proptest! {
        #[test]
        fn floor_never_falls(prices in proptest::collection::vec(1u128..1 << 110, 1..20), ratchet_bps in 8_000u32..=9_999) {
            let floor = Floor { ratchet_bps, ..CPPI };
            let mut floor_x64 = 0;
            for price_x64 in prices {
                let raised_x64 = floor.raised(floor_x64, price_x64).unwrap();
                prop_assert!(raised_x64 >= floor_x64);
                prop_assert!(raised_x64 <= price_x64.max(floor_x64));
                floor_x64 = raised_x64;
            }
        }

        /// The risky part never exceeds what the formula says without rounding.
        #[test]
        fn rounding_defends_the_floor(floor_x64 in 1u128..1 << 80, total_shares in 1u64..1 << 40, nav_usd in 1u64..1 << 60, multiplier_e2 in 100u32..=2_000) {
            let floor = Floor { multiplier_e2, ..CPPI };
            let risky_e8 = floor.risky_e8(floor_x64, total_shares, nav_usd).unwrap().unwrap();
            let floor_usd = floor_x64 as f64 / 2f64.powi(64) * total_shares as f64;
            let exact = f64::from(multiplier_e2) / 100.0 * (1.0 - floor_usd / nav_usd as f64);
            prop_assert!(risky_e8 as f64 / 1e8 <= exact.max(0.0) + 1e-9);
            // A micro-dollar of the floor and a hundred-millionth of the part.
            let rounding = f64::from(multiplier_e2) / 100.0 / nav_usd as f64 + 2e-8;
            prop_assert!(risky_e8 as f64 / 1e8 >= exact.clamp(0.0, 1.0) - rounding);
        }
    }
}
