//! Stress test: what sudden moves of the prices would cost the basket.
//!
//! Under a shock that moves each price by `mᵢ`, a basket of values `vᵢ` loses `-Σ mᵢ vᵢ / Σ vᵢ` of itself.

use core::ops::RangeInclusive;

use crate::MAX_ASSETS;
use crate::fixed::{self, MathError};
use crate::limits::OutOfBounds;
use crate::stored::parameters;
use crate::strategy::check;
use crate::valuation::Valuation;

/// Most shocks that a vault is tested with.
pub const MAX_SHOCKS: usize = 8;

parameters! {
    /// A sudden move of all prices.
    pub struct Shock {
        /// Each asset's move, in basis points of its price: negative for a fall. All zeros for no shock.
        pub moves_bps: [i16; MAX_ASSETS],
    }
}

parameters! {
    /// What no trade may make worse.
    pub struct Stress {
        /// Worst loss under any shock that a trade may leave, as a part of NAV. Beyond it only trades that lower it are made.
        pub max_loss_bps: u16,
        /// The shocks; those from the first one of zeros on are none.
        pub shocks: [Shock; MAX_SHOCKS],
    }
}

/// What a vault gets that asks for nothing special: no shocks.
pub const DEFAULT: Stress = Stress { max_loss_bps: 10_000, shocks: [Shock { moves_bps: [0; MAX_ASSETS] }; MAX_SHOCKS] };

const LOSS_BPS: RangeInclusive<u16> = 1..=10_000;
/// From a total loss to twice the price.
const MOVE_BPS: RangeInclusive<i16> = -10_000..=10_000;

impl Stress {
    /// Checks every field against its compiled bounds.
    pub fn validate(&self) -> Result<(), OutOfBounds> {
        check(LOSS_BPS.contains(&self.max_loss_bps), "stress.max_loss_bps")?;
        let moves = self.shocks.iter().flat_map(|shock| shock.moves_bps);
        check(moves.into_iter().all(|move_bps| MOVE_BPS.contains(&move_bps)), "stress.moves_bps")
    }
}

/// What each asset of a basket is worth, in micro-dollars; 0 in slots without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Book {
    values_usd: [u64; MAX_ASSETS],
    len: usize,
}

impl Book {
    /// The basket as it is valued.
    pub fn of(valuation: &Valuation) -> Self {
        let mut values_usd = [0; MAX_ASSETS];
        for (value_usd, position) in values_usd.iter_mut().zip(valuation.positions()) {
            *value_usd = position.value_usd;
        }
        Book { values_usd, len: valuation.positions().len() }
    }

    /// The same with another value of one asset. Fails for an asset that the basket does not have.
    pub fn with(mut self, asset: usize, value_usd: u64) -> Result<Self, MathError> {
        let used = self.values_usd.get_mut(..self.len).unwrap_or_default();
        *used.get_mut(asset).ok_or(MathError::Overflow)? = value_usd;
        Ok(self)
    }

    fn values_usd(&self) -> &[u64] {
        self.values_usd.get(..self.len).unwrap_or_default()
    }
}

/// 10⁻⁸ in a basis point.
const E8_PER_BPS: u64 = 10_000;

impl Stress {
    /// The shocks that are any.
    fn shocks(&self) -> impl Iterator<Item = &Shock> {
        self.shocks.iter().take_while(|shock| shock.moves_bps.iter().any(|move_bps| *move_bps != 0))
    }

    /// Whether there is anything to test with.
    pub fn is_on(&self) -> bool {
        self.shocks().next().is_some()
    }

    /// What each shock would cost, in 10⁻⁸ of the basket, rounded up; negative for a gain, 0 where there is no shock.
    pub fn losses_e8(&self, book: &Book) -> Result<[i64; MAX_SHOCKS], MathError> {
        let mut losses_e8 = [0; MAX_SHOCKS];
        for (loss_e8, shock) in losses_e8.iter_mut().zip(self.shocks()) {
            *loss_e8 = part_e8(shock.loss_usd_bps(book), book)?;
        }
        Ok(losses_e8)
    }

    /// The largest of [`losses_e8`](Self::losses_e8); 0 without shocks.
    #[inline(never)]
    pub fn worst_loss_e8(&self, book: &Book) -> Result<i64, MathError> {
        let worst = self.shocks().map(|shock| shock.loss_usd_bps(book)).max();
        worst.map_or(Ok(0), |loss_usd_bps| part_e8(loss_usd_bps, book))
    }

    /// Whether a trade may take the worst loss from `before_e8` to `after_e8`: within the limit, or down.
    pub fn admits(&self, before_e8: i64, after_e8: i64) -> bool {
        let limit_e8 = i64::from(self.max_loss_bps).saturating_mul(E8_PER_BPS as i64);
        after_e8 <= limit_e8 || after_e8 < before_e8
    }
}

impl Shock {
    /// What the basket loses, in micro-dollars times basis points.
    ///
    /// Values go in halves of 32 bits: a product of 128 bits costs many times as much on the chain.
    #[allow(clippy::arithmetic_side_effects, reason = "sixteen products of 32 and 15 bits; a sum of them and 2^32 times another")]
    fn loss_usd_bps(&self, book: &Book) -> i128 {
        let (mut high, mut low) = (0i64, 0i64);
        for (move_bps, value_usd) in self.moves_bps.iter().zip(book.values_usd()) {
            let move_bps = i64::from(*move_bps);
            high -= (value_usd >> 32) as i64 * move_bps;
            low -= (value_usd & u64::from(u32::MAX)) as i64 * move_bps;
        }
        (i128::from(high) << 32) + i128::from(low)
    }
}

/// Micro-dollars times basis points as a part of the basket in 10⁻⁸, rounded up: a loss away from zero, a gain towards it.
#[allow(clippy::arithmetic_side_effects, reason = "less than 2^84 times 10^4; a sum of sixteen 64-bit numbers")]
fn part_e8(loss_usd_bps: i128, book: &Book) -> Result<i64, MathError> {
    let nav_usd: u128 = book.values_usd().iter().map(|value_usd| u128::from(*value_usd)).sum();
    let scaled = loss_usd_bps.unsigned_abs() * u128::from(E8_PER_BPS);
    if loss_usd_bps < 0 {
        let gain_e8 = scaled.checked_div(nav_usd).ok_or(MathError::DivisionByZero)?;
        return i64::try_from(gain_e8).map(i64::wrapping_neg).map_err(|_| MathError::Overflow);
    }
    i64::try_from(fixed::div_ceil(scaled, nav_usd)?).map_err(|_| MathError::Overflow)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn book(values_usd: &[u64]) -> Book {
        let mut book = Book { values_usd: [0; MAX_ASSETS], len: values_usd.len() };
        book.values_usd[..values_usd.len()].copy_from_slice(values_usd);
        book
    }

    fn stress(max_loss_bps: u16, shocks: &[&[i16]]) -> Stress {
        let mut stress = Stress { max_loss_bps, ..DEFAULT };
        for (shock, moves_bps) in stress.shocks.iter_mut().zip(shocks) {
            shock.moves_bps[..moves_bps.len()].copy_from_slice(moves_bps);
        }
        stress
    }

    #[test]
    fn each_bound_holds_on_both_sides() {
        for good in [stress(1, &[&[-10_000, 10_000]]), stress(10_000, &[])] {
            assert_eq!(good.validate(), Ok(()));
        }
        for max_loss_bps in [0, 10_001] {
            assert_eq!(stress(max_loss_bps, &[]).validate(), Err(OutOfBounds("stress.max_loss_bps")));
        }
        for moved in [-10_001, 10_001] {
            assert_eq!(stress(1, &[&[], &[0, moved]]).validate(), Err(OutOfBounds("stress.moves_bps")));
        }
    }

    #[test]
    fn losses_are_parts_of_the_basket() {
        let stress = stress(5_000, &[&[-5_000, -2_000], &[3_000, -10_000], &[10_000, 10_000]]);
        // 60 and 40 of a hundred: 30 + 8; -18 + 40; all twice.
        assert_eq!(stress.losses_e8(&book(&[60, 40])).unwrap(), [38_000_000, 22_000_000, -100_000_000, 0, 0, 0, 0, 0]);
        assert_eq!(stress.worst_loss_e8(&book(&[60, 40])), Ok(38_000_000));
        assert_eq!(stress.worst_loss_e8(&book(&[0, 40])), Ok(100_000_000));
    }

    #[test]
    fn losses_are_rounded_up_and_gains_down() {
        let stress = stress(5_000, &[&[-1], &[1]]);
        // A basis point of a third is 3,333.3 parts.
        assert_eq!(stress.losses_e8(&book(&[1, 2])).unwrap()[..2], [3_334, -3_333]);
    }

    #[test]
    fn shocks_end_at_the_first_of_zeros() {
        let stress = stress(5_000, &[&[-100], &[], &[-9_000]]);
        assert_eq!(stress.losses_e8(&book(&[1])).unwrap(), [1_000_000, 0, 0, 0, 0, 0, 0, 0]);
        assert!(stress.is_on() && !DEFAULT.is_on());
        assert_eq!(DEFAULT.worst_loss_e8(&book(&[1])), Ok(0));
    }

    #[test]
    fn worst_of_gains_only_is_a_gain() {
        let stress = stress(1, &[&[500], &[200]]);
        assert_eq!(stress.worst_loss_e8(&book(&[10])), Ok(-2_000_000));
    }

    #[test]
    fn a_trade_may_reach_the_limit_or_go_down() {
        let stress = stress(1_000, &[&[-1]]);
        let limit_e8 = 10_000_000;
        assert!(stress.admits(0, limit_e8) && stress.admits(-5, limit_e8));
        assert!(!stress.admits(0, limit_e8 + 1) && !stress.admits(limit_e8 + 1, limit_e8 + 1));
        assert!(stress.admits(limit_e8 + 2, limit_e8 + 1));
    }

    #[test]
    fn a_basket_of_nothing_has_no_parts() {
        assert_eq!(stress(1, &[&[-1]]).worst_loss_e8(&book(&[])), Err(MathError::DivisionByZero));
        assert_eq!(book(&[7]).with(1, 1), Err(MathError::Overflow), "no such asset");
    }

    proptest! {
        /// Against a recomputation that knows no order of operations: each product by itself, in wide integers.
        #[test]
        fn losses_equal_a_naive_recomputation(
            values in vec(prop_oneof![Just(0u64), any::<u64>(), 0u64..1_000], 2..=MAX_ASSETS),
            moves in vec(vec(-10_000i16..=10_000, MAX_ASSETS), 1..=MAX_SHOCKS),
        ) {
            prop_assume!(values.iter().any(|value| *value > 0));
            let moves: std::vec::Vec<&[i16]> = moves.iter().map(|moves| &moves[..]).collect();
            prop_assume!(moves.iter().all(|moves| moves.iter().any(|it| *it != 0)));
            let (stress, book) = (stress(1, &moves), book(&values));
            let nav: i128 = values.iter().map(|value| i128::from(*value)).sum();
            let naive = |moves: &&[i16]| {
                let after: i128 = values.iter().zip(*moves).map(|(value, it)| i128::from(*value) * (10_000 + i128::from(*it))).sum();
                let lost = (nav * 10_000 - after) * 10_000;
                // Rounded up.
                lost.div_euclid(nav) + i128::from(lost.rem_euclid(nav) != 0)
            };
            let expected: std::vec::Vec<i128> = moves.iter().map(naive).collect();
            let losses = stress.losses_e8(&book).unwrap();
            prop_assert_eq!(losses[..moves.len()].iter().map(|loss| i128::from(*loss)).collect::<std::vec::Vec<_>>(), expected.clone());
            prop_assert_eq!(stress.worst_loss_e8(&book).map(i128::from).ok(), expected.into_iter().max());
        }
    }
}
