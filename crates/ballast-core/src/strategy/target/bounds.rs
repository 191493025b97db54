//! Every asset's least and largest target weight.

use super::portion::Portion;
use crate::fixed::MathError;
use crate::strategy::allocation::{Allocation, WHOLE_E8, weight_e8};

/// Brings weights into the assets' bounds and their sum to exactly one whole. Weights of which both holds already stay.
///
/// Each weight is first moved to its nearest bound where it is beyond. What is then missing from the whole is spread over the
/// room left below the upper bounds, in proportion to it; what is too much, over the room above the lower bounds.
///
/// One pass is enough, and no weight leaves its bounds by it: after the first step the room `Σ (max − w)` is `Σ max − Σ w`, no less
/// than the `1 − Σ w` that is missing, because `Σ max ≥ 1`. So every asset is asked for a fraction of at most one of its own
/// room, and [`Portion`] rounds it to no more than that; the fractions of all the room sum to exactly what is missing. The other
/// case is the same with `Σ min ≤ 1`.
///
/// Bounds that leave no such weights are an error: [`allocation::validate`](crate::strategy::allocation::validate) refuses them.
pub(super) fn fit(assets: &[Allocation], weights: &mut [u32]) -> Result<(), MathError> {
    let whole_e8 = u64::from(WHOLE_E8);
    let (mut sum_e8, mut room_below_e8, mut room_above_e8) = (0u64, 0u64, 0u64);
    for (asset, weight) in assets.iter().zip(weights.iter_mut()) {
        let (min_e8, max_e8) = (weight_e8(asset.min_bps), weight_e8(asset.max_bps));
        *weight = (*weight).max(min_e8).min(max_e8);
        sum_e8 = sum_e8.wrapping_add(u64::from(*weight));
        room_below_e8 = room_below_e8.wrapping_add(u64::from(weight.saturating_sub(min_e8)));
        room_above_e8 = room_above_e8.wrapping_add(u64::from(max_e8.saturating_sub(*weight)));
    }
    let is_short = sum_e8 < whole_e8;
    let (off_e8, room_e8) =
        if is_short { (whole_e8.wrapping_sub(sum_e8), room_above_e8) } else { (sum_e8.wrapping_sub(whole_e8), room_below_e8) };
    if off_e8 == 0 {
        return Ok(());
    }
    if room_e8 < off_e8 {
        return Err(MathError::Overflow);
    }
    let mut used = Portion::new(off_e8, room_e8)?;
    for (asset, weight) in assets.iter().zip(weights) {
        let bound_bps = if is_short { asset.max_bps } else { asset.min_bps };
        *weight = used.between(*weight, weight_e8(bound_bps));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategy::target::fixture::{allocations, is_within};
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn bounded(min_bps: u16, max_bps: u16) -> Allocation {
        Allocation { min_bps, max_bps, ..Allocation::default() }
    }

    #[test]
    fn what_is_missing_goes_where_there_is_room() {
        let assets = [bounded(0, 5_000), bounded(0, 10_000), bounded(1_000, 2_000)];
        let fit = |mut weights: [u32; 3]| fit(&assets, &mut weights).map(|()| weights);
        assert_eq!(fit([80_000_000, 20_000_000, 0]), Ok([50_000_000, 37_777_778, 12_222_222]));
        assert_eq!(fit([0, 95_000_000, 5_000_000]), Ok([0, 90_000_000, 10_000_000]));
        assert_eq!(fit([40_000_000, 45_000_000, 15_000_000]), Ok([40_000_000, 45_000_000, 15_000_000]));
    }

    #[test]
    fn impossible_bounds_are_an_error() {
        for (min_bps, max_bps) in [(0, 4_999), (5_001, 10_000), (5_000, 4_000)] {
            let assets = [bounded(min_bps, max_bps); 2];
            assert_eq!(fit(&assets, &mut [50_000_000; 2]), Err(MathError::Overflow), "{min_bps} to {max_bps}");
        }
    }

    proptest! {
        #[test]
        fn weights_end_within_bounds_and_sum_to_the_whole(assets in allocations(), weights in vec(any::<u32>(), 16)) {
            let mut weights: std::vec::Vec<u32> = weights[..assets.len()].to_vec();
            fit(&assets, &mut weights).unwrap();
            prop_assert!(is_within(&assets, &weights));
            let before = weights.clone();
            fit(&assets, &mut weights).unwrap();
            prop_assert_eq!(weights, before, "fitted weights stay");
        }

        #[test]
        fn overflow_never_panics(bounds in vec(any::<(u16, u16)>(), 16), weights in vec(any::<u32>(), 16)) {
            let assets: std::vec::Vec<_> = bounds.into_iter().map(|(min, max)| bounded(min, max)).collect();
            let _ = fit(&assets, &mut weights.clone());
        }
    }
}
