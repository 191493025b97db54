//! How fast targets may move.

use super::bounds;
use super::portion::Portion;
use crate::fixed::MathError;
use crate::limits::OutOfBounds;
use crate::stored::parameters;
use crate::strategy::allocation::{Allocation, E8_PER_BPS};
use crate::strategy::check;
use crate::{BPS, MAX_ASSETS};

/// The time that the movement limit is for. No more of it can be saved up.
const DAY_SECS: u64 = 86_400;

parameters! {
    /// How fast targets may move, and which asset takes what the risky ones leave.
    pub struct Movement {
        /// Most that a target weight may change in a day, ramps included; 0 for no limit, where only a ramp moves targets.
        pub max_change_bps: u32,
        /// Index of the safe asset, for the parts that scale the risky ones.
        pub safe_asset: u32,
    }
}

impl Movement {
    /// Whether movement is limited.
    pub fn is_on(&self) -> bool {
        self.max_change_bps > 0
    }

    /// Checks the parameters for a basket of `asset_count`.
    pub fn validate(&self, asset_count: usize) -> Result<(), OutOfBounds> {
        check(self.max_change_bps <= u32::from(BPS), "movement.max_change_bps")?;
        let is_asset = usize::try_from(self.safe_asset).is_ok_and(|index| index < asset_count);
        check(is_asset, "movement.safe_asset")
    }

    /// Moves the weights last stored, `elapsed_secs` ago, towards the wanted ones: all by the same part of their way, so that none
    /// changes by more than the limit allows for that time. Replaces the wanted weights.
    ///
    /// Being part of the way between two sets of weights that are within the bounds and sum to one whole, the result is and does
    /// too. Stored weights that are not, after a change of bounds, are first brought into them.
    pub(super) fn limit(&self, elapsed_secs: u64, assets: &[Allocation], weights: &mut [u32]) -> Result<(), MathError> {
        if !self.is_on() {
            return Ok(());
        }
        let mut buffer = [0u32; MAX_ASSETS];
        let stored = buffer.get_mut(..assets.len()).ok_or(MathError::Overflow)?;
        for (weight, asset) in stored.iter_mut().zip(assets) {
            *weight = asset.weight_e8;
        }
        bounds::fit(assets, stored)?;
        let farthest_e8 = stored.iter().zip(weights.iter()).map(|(from, &to)| from.abs_diff(to)).max().unwrap_or(0);
        let allowed_e8 = self.allowed_e8(elapsed_secs);
        if u64::from(farthest_e8) <= allowed_e8 {
            return Ok(());
        }
        let mut allowed = Portion::new(allowed_e8, u64::from(farthest_e8))?;
        for (weight, &from) in weights.iter_mut().zip(stored.iter()) {
            *weight = allowed.between(from, *weight);
        }
        Ok(())
    }

    /// Most that a weight may change in this time, in 10⁻⁸, rounded down.
    fn allowed_e8(&self, elapsed_secs: u64) -> u64 {
        // 32, 14 and 17 bits.
        let max_change_e8 = u64::from(self.max_change_bps).wrapping_mul(u64::from(E8_PER_BPS));
        max_change_e8.wrapping_mul(elapsed_secs.min(DAY_SECS)) / DAY_SECS
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategy::target::fixture::{allocations, is_within, lottery};
    use proptest::prelude::*;

    const SLOW: Movement = Movement { max_change_bps: 400, safe_asset: 0 };

    /// Two assets without bounds whose stored weights are 60 and 40 %.
    fn basket() -> [Allocation; 2] {
        [60_000_000, 40_000_000].map(|weight_e8| Allocation { max_bps: 10_000, weight_e8, ..Allocation::default() })
    }

    fn limited(elapsed_secs: u64, mut wanted: [u32; 2]) -> [u32; 2] {
        SLOW.limit(elapsed_secs, &basket(), &mut wanted).unwrap();
        wanted
    }

    #[test]
    fn step_grows_with_time_up_to_a_day() {
        let towards = |elapsed_secs| limited(elapsed_secs, [0, 100_000_000]);
        assert_eq!(towards(0), [60_000_000, 40_000_000]);
        assert_eq!(towards(21_600), [59_000_000, 41_000_000]);
        assert_eq!(towards(86_400), [56_000_000, 44_000_000]);
        assert_eq!(towards(u64::MAX), [56_000_000, 44_000_000]);
    }

    #[test]
    fn near_weights_are_reached() {
        assert_eq!(limited(86_400, [56_000_000, 44_000_000]), [56_000_000, 44_000_000]);
        assert_eq!(limited(86_400, [62_000_000, 38_000_000]), [62_000_000, 38_000_000]);
        assert_eq!(limited(0, [60_000_000, 40_000_000]), [60_000_000, 40_000_000]);
    }

    #[test]
    fn without_limit_weights_are_reached_at_once() {
        let mut weights = [0, 100_000_000];
        Movement::default().limit(0, &basket(), &mut weights).unwrap();
        assert_eq!(weights, [0, 100_000_000]);
    }

    #[test]
    fn stored_weights_out_of_bounds_start_at_the_bound() {
        let mut assets = basket();
        assets[0].max_bps = 5_000;
        let mut weights = [10_000_000, 90_000_000];
        SLOW.limit(86_400, &assets, &mut weights).unwrap();
        assert_eq!(weights, [46_000_000, 54_000_000]);
    }

    #[test]
    fn each_fault_is_named() {
        let validate = |max_change_bps, safe_asset| Movement { max_change_bps, safe_asset }.validate(2);
        assert_eq!([validate(0, 0), validate(1, 1), validate(10_000, 1)], [Ok(()); 3]);
        assert_eq!(validate(10_001, 0), Err(OutOfBounds("movement.max_change_bps")));
        assert_eq!(validate(1, 2), Err(OutOfBounds("movement.safe_asset")));
    }

    proptest! {
        #[test]
        fn no_weight_moves_faster_than_the_limit(
            assets in allocations(),
            tickets in lottery(),
            max_change_bps in 1u32..=10_000,
            elapsed_secs in 0u64..200_000,
        ) {
            let mut wanted = tickets[..assets.len()].to_vec();
            bounds::fit(&assets, &mut wanted).unwrap();
            let movement = Movement { max_change_bps, safe_asset: 0 };
            let mut weights = wanted.clone();
            movement.limit(elapsed_secs, &assets, &mut weights).unwrap();
            prop_assert!(is_within(&assets, &weights));
            let allowed = u128::from(max_change_bps) * 10_000 * u128::from(elapsed_secs.min(86_400)) / 86_400;
            for ((asset, &weight), &wanted) in assets.iter().zip(&weights).zip(&wanted) {
                prop_assert!(u128::from(weight.abs_diff(asset.weight_e8)) <= allowed);
                let (low, high) = (wanted.min(asset.weight_e8), wanted.max(asset.weight_e8));
                prop_assert!((low..=high).contains(&weight), "never beyond where it goes");
            }
        }
    }
}
