//! What tilts share: weight moves between the assets of a sleeve, in proportion to a signal.

use super::sleeve::Sleeve;
use crate::fixed::MathError;
use crate::limits::OutOfBounds;
use crate::statistics::Statistics;
use crate::strategy::Strategy;
use crate::strategy::allocation::{E8_PER_BPS, WHOLE_E8};
use crate::strategy::check;

/// A hundredth of the log distance to five times of it.
const STRENGTH_BPS: core::ops::RangeInclusive<u32> = 100..=50_000;
/// Up to half of an asset's target.
const MAX_TILT_BPS: core::ops::RangeInclusive<u32> = 1..=5_000;
/// No two Q64.64 prices are farther apart, in logarithms, and the product with the largest strength fits 63 bits.
const MAX_SIGNAL_E12: u64 = 100_000_000_000_000;
/// A signal in 10⁻¹² times a strength in basis points, over a tilt in 10⁻⁸.
const SCALE: u64 = 100_000_000;
const WHOLE: u64 = WHOLE_E8 as u64;

/// How strongly a signal tilts.
#[derive(Clone, Copy)]
pub(super) struct Tilt {
    pub(super) strength_bps: u32,
    pub(super) max_tilt_bps: u32,
}

impl Tilt {
    /// Checks the parameters of a part, given the names of its fields.
    pub(super) fn validate(self, strength: &'static str, max_tilt: &'static str) -> Result<(), OutOfBounds> {
        if self.strength_bps == 0 {
            return check(self.max_tilt_bps == 0, strength);
        }
        check(STRENGTH_BPS.contains(&self.strength_bps), strength)?;
        check(MAX_TILT_BPS.contains(&self.max_tilt_bps), max_tilt)
    }

    /// `weight · (1 + tilt)` with `tilt = clamp(strength · signal, ±max_tilt)`; rounded down, the tilt towards zero.
    #[inline]
    pub(super) fn apply(self, weight_e8: u64, signal_e12: i64) -> u64 {
        let size_e12 = signal_e12.unsigned_abs().min(MAX_SIGNAL_E12);
        let max_e8 = u64::from(self.max_tilt_bps).wrapping_mul(u64::from(E8_PER_BPS)).min(WHOLE);
        // Fits with every strength that is within bounds.
        let tilt_e8 = (size_e12.wrapping_mul(u64::from(self.strength_bps)) / SCALE).min(max_e8);
        let factor_e8 = if signal_e12 < 0 { WHOLE.wrapping_sub(tilt_e8) } else { WHOLE.wrapping_add(tilt_e8) };
        // The factor is two wholes at most, less than 2^28; after another tilt, a weight has 33 bits at most.
        weight_e8.wrapping_mul(factor_e8) / WHOLE
    }
}

/// Tilts the sleeve's weights by the parts that are on, and keeps their sum: what counts is an asset's signal against the
/// others'. `statistics` are warm.
pub(super) fn tilt(strategy: &Strategy, statistics: &Statistics, sleeve: Sleeve, weights: &mut [u32]) -> Result<(), MathError> {
    let (momentum, mean_reversion) = (&strategy.momentum, &strategy.mean_reversion);
    if !momentum.is_on() && !mean_reversion.is_on() {
        return Ok(());
    }
    let sum_e8 = sleeve.sum_e8(weights);
    for (_, (weight, asset)) in sleeve.members(weights.iter_mut().zip(&statistics.assets)) {
        let tilted_e8 = mean_reversion.tilted(momentum.tilted(u64::from(*weight), asset), asset);
        *weight = u32::try_from(tilted_e8).map_err(|_| MathError::Overflow)?;
    }
    sleeve.resize(weights, sum_e8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategy::target::{MeanReversion, Momentum};
    use proptest::prelude::{prop_assert, proptest};

    /// Tilts equal weights of three assets, the last of them safe, by both parts.
    fn tilted(fast_averages_e12: [i64; 3], log_prices_e12: [i64; 3]) -> [u32; 3] {
        let momentum = Momentum { strength_bps: 10_000, max_tilt_bps: 2_000 };
        let mean_reversion = MeanReversion { strength_bps: 5_000, max_tilt_bps: 1_000 };
        let strategy = Strategy { momentum, mean_reversion, ..Strategy::default() };
        let mut statistics = Statistics::default();
        for (asset, (fast_e12, log_price_e12)) in
            statistics.assets.iter_mut().zip(fast_averages_e12.into_iter().zip(log_prices_e12))
        {
            (asset.fast_log_average_e12, asset.log_price_e12) = (fast_e12, log_price_e12);
        }
        let mut weights = [40_000_000, 40_000_000, 20_000_000];
        tilt(&strategy, &statistics, Sleeve { safe: Some(2) }, &mut weights).unwrap();
        weights
    }

    #[test]
    fn tilts_move_weight_between_the_members() {
        const TENTH: i64 = 100_000_000_000;
        assert_eq!(tilted([0; 3], [0; 3]), [40_000_000, 40_000_000, 20_000_000]);
        assert_eq!(tilted([TENTH; 3], [-TENTH; 3]), [40_000_000, 40_000_000, 20_000_000], "what all share does nothing");
        // 1.1 against 1, and 1 against 1.05.
        assert_eq!(tilted([TENTH, 0, 0], [0; 3]), [41_904_762, 38_095_238, 20_000_000]);
        assert_eq!(tilted([0; 3], [0, -TENTH, TENTH]), [39_024_390, 40_975_610, 20_000_000]);
        // The bounds: 1.2 · 0.9 against 1.
        assert_eq!(tilted([i64::MAX, 0, 0], [i64::MAX, 0, 0]), [41_538_461, 38_461_539, 20_000_000]);
    }

    #[test]
    fn tilt_is_proportional_up_to_its_bound() {
        let tilt = Tilt { strength_bps: 20_000, max_tilt_bps: 3_000 };
        // Twice a log distance of 0.1.
        assert_eq!(tilt.apply(WHOLE, 100_000_000_000), 120_000_000);
        assert_eq!(tilt.apply(WHOLE, -100_000_000_000), 80_000_000);
        assert_eq!(tilt.apply(40_000_000, 100_000_000_000), 48_000_000);
        assert_eq!([tilt.apply(WHOLE, i64::MAX), tilt.apply(WHOLE, i64::MIN)], [130_000_000, 70_000_000]);
        assert_eq!([tilt.apply(WHOLE, 0), tilt.apply(0, i64::MAX)], [WHOLE, 0]);
        assert_eq!(Tilt { strength_bps: 0, max_tilt_bps: 0 }.apply(WHOLE, i64::MAX), WHOLE);
    }

    #[test]
    fn each_fault_is_named() {
        let validate = |strength_bps, max_tilt_bps| Tilt { strength_bps, max_tilt_bps }.validate("strength", "max_tilt");
        for (strength_bps, max_tilt_bps) in [(0, 0), (100, 1), (50_000, 5_000)] {
            assert_eq!(validate(strength_bps, max_tilt_bps), Ok(()));
        }
        for (strength_bps, max_tilt_bps) in [(0, 1), (99, 1), (50_001, 1)] {
            assert_eq!(validate(strength_bps, max_tilt_bps), Err(OutOfBounds("strength")));
        }
        for max_tilt_bps in [0, 5_001] {
            assert_eq!(validate(100, max_tilt_bps), Err(OutOfBounds("max_tilt")));
        }
    }

    proptest! {
        #[test]
        fn agrees_with_floating_point(weight in 0u64..=WHOLE, signal_e12 in -(1i64 << 42)..1 << 42, strength_bps in STRENGTH_BPS, max_tilt_bps in MAX_TILT_BPS) {
            let tilted = Tilt { strength_bps, max_tilt_bps }.apply(weight, signal_e12);
            let max = f64::from(max_tilt_bps) / 1e4;
            let tilt = (f64::from(strength_bps) / 1e4 * signal_e12 as f64 / 1e12).clamp(-max, max);
            prop_assert!((tilted as f64 - weight as f64 * (1.0 + tilt)).abs() < 2.01);
        }
    }
}
