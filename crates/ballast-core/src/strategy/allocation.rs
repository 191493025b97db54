//! One asset's place in the basket: its target, the bounds that no part of the strategy leaves, and its band.

use crate::fixed::MathError;
use crate::limits::OutOfBounds;
use crate::stored::parameters;
use crate::strategy::check;
use crate::{BPS, E8, MAX_ASSETS, MIN_ASSETS};

/// One whole, as a weight. Weights are in 10⁻⁸: the product of two basis-point numbers, so that a relative band is exact.
pub const WHOLE_E8: u32 = E8 as u32;
/// One basis point of weight, in 10⁻⁸.
pub const E8_PER_BPS: u32 = 10_000;

parameters! {
    /// One asset's target weight, bounds and band.
    pub struct Allocation {
        /// Target weight before any part of the strategy moves it: where a ramp ends. All sum to 10,000.
        pub target_bps: u16,
        /// Least target weight that any part may set.
        pub min_bps: u16,
        /// Largest target weight that any part may set.
        pub max_bps: u16,
        /// Largest deviation from the target, as a weight.
        pub band_abs_bps: u16,
        /// Largest deviation from the target, as a part of it. Ignored where the target is zero.
        pub band_rel_bps: u16,
        /// Zero.
        pub padding: [u8; 2],
        /// Where the ramp began, in 10⁻⁸: a ramp may replace another anywhere on its way. All sum to 10⁸.
        pub ramp_from_e8: u32,
        /// The target weight last stored, in 10⁻⁸: where the next movement starts. All sum to 10⁸.
        pub weight_e8: u32,
    }
}

impl Allocation {
    /// An asset whose target no part may move: bounds and stored weight are the target.
    pub fn fixed(target_bps: u16, band_abs_bps: u16, band_rel_bps: u16) -> Self {
        Allocation {
            target_bps,
            min_bps: target_bps,
            max_bps: target_bps,
            band_abs_bps,
            band_rel_bps,
            padding: [0; 2],
            ramp_from_e8: weight_e8(target_bps),
            weight_e8: weight_e8(target_bps),
        }
    }
}

/// A weight in basis points, in 10⁻⁸.
#[inline]
#[allow(clippy::arithmetic_side_effects, reason = "a 16-bit number times ten thousand is below 2^32")]
pub fn weight_e8(weight_bps: u16) -> u32 {
    u32::from(weight_bps) * E8_PER_BPS
}

/// Allocations in the order of the basket, and zeros where there is no asset. More than [`MAX_ASSETS`] are an overflow error.
pub(crate) fn padded(allocations: impl Iterator<Item = Allocation>) -> Result<[Allocation; MAX_ASSETS], MathError> {
    let mut padded = [Allocation::default(); MAX_ASSETS];
    let mut slots = padded.iter_mut();
    for allocation in allocations {
        *slots.next().ok_or(MathError::Overflow)? = allocation;
    }
    Ok(padded)
}

/// Checks a basket's allocations together: number, sums, bounds around both ends of the ramp, bands.
pub fn validate(allocations: impl Iterator<Item = Allocation> + Clone) -> Result<(), OutOfBounds> {
    let count = allocations.clone().count();
    check((MIN_ASSETS..=MAX_ASSETS).contains(&count), "assets")?;
    let sum_e8 = |weight_e8: fn(Allocation) -> u32| -> u64 { allocations.clone().map(weight_e8).map(u64::from).sum() };
    check(sum_e8(|asset| weight_e8(asset.target_bps)) == E8, "target_bps")?;
    check(sum_e8(|asset| asset.ramp_from_e8) == E8, "ramp_from_e8")?;
    for asset in allocations.clone() {
        let target_e8 = weight_e8(asset.target_bps);
        check(weight_e8(asset.min_bps) <= target_e8.min(asset.ramp_from_e8), "min_bps")?;
        let is_below_max = weight_e8(asset.max_bps) >= target_e8.max(asset.ramp_from_e8);
        check(is_below_max && asset.max_bps <= BPS, "max_bps")?;
        check((1..=BPS).contains(&asset.band_abs_bps), "band_abs_bps")?;
        check((1..=BPS).contains(&asset.band_rel_bps), "band_rel_bps")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basket() -> [Allocation; 2] {
        [Allocation::fixed(6_000, 500, 2_500), Allocation::fixed(4_000, 500, 2_500)]
    }

    #[test]
    fn fixed_allocations_that_sum_to_the_whole_are_valid() {
        assert_eq!(validate(basket().into_iter()), Ok(()));
        assert_eq!(basket().iter().map(|asset| asset.weight_e8).sum::<u32>(), WHOLE_E8);
    }

    #[test]
    fn each_fault_is_named() {
        type Change = fn(&mut Allocation);
        let faults: [(Change, &str); 9] = [
            (|asset| asset.target_bps += 1, "target_bps"),
            (|asset| asset.ramp_from_e8 -= 1, "ramp_from_e8"),
            (|asset| asset.min_bps += 1, "min_bps"),
            (|asset| asset.max_bps -= 1, "max_bps"),
            (|asset| asset.max_bps = 10_001, "max_bps"),
            (|asset| asset.band_abs_bps = 0, "band_abs_bps"),
            (|asset| asset.band_abs_bps = 10_001, "band_abs_bps"),
            (|asset| asset.band_rel_bps = 0, "band_rel_bps"),
            (|asset| asset.band_rel_bps = 10_001, "band_rel_bps"),
        ];
        for (change, field) in faults {
            let mut assets = basket();
            change(&mut assets[0]);
            assert_eq!(validate(assets.into_iter()), Err(OutOfBounds(field)));
        }
        assert_eq!(validate(basket().into_iter().take(1)), Err(OutOfBounds("assets")));
        assert_eq!(validate(core::iter::repeat_n(basket()[0], 17)), Err(OutOfBounds("assets")));
    }
}
