//! One fraction of many numbers, rounded so that nothing is lost between them.

use core::num::NonZeroU64;

use crate::fixed::MathError;

/// Where the running sum starts, so that it never falls below zero.
const ORIGIN: u64 = 1 << 31;

/// The fraction `numerator / denominator` of numbers that are handed in one after another.
///
/// Rounds the running sum down instead of each number: a result is the difference of two rounded sums. With `f` the fraction,
/// - results for numbers that sum to 0 sum to 0, and for numbers that sum to `±denominator` to `±numerator`, exactly;
/// - a result has the sign of its number, or is 0, because the rounded sum moves with the sum or not at all;
/// - its size is at most `ceil(f · size of its number)`, hence at most the number's where `f ≤ 1`: as `floor(a + b) − floor(a)`
///   never exceeds `ceil(b)`.
///
/// Running sums have to stay within ±2³¹, which is more than sixteen wholes in 10⁻⁸.
pub(super) struct Portion {
    numerator: u64,
    denominator: NonZeroU64,
    running_sum: u64,
    portion_of_sum: u64,
}

impl Portion {
    /// Numerator and denominator have 32 bits, so that products with a running sum fit 64.
    pub(super) fn new(numerator: u64, denominator: u64) -> Result<Self, MathError> {
        let limit = u64::from(u32::MAX);
        if numerator > limit || denominator > limit {
            return Err(MathError::Overflow);
        }
        let denominator = NonZeroU64::new(denominator).ok_or(MathError::DivisionByZero)?;
        let portion_of_sum = ORIGIN.wrapping_mul(numerator) / denominator;
        Ok(Portion { numerator, denominator, running_sum: ORIGIN, portion_of_sum })
    }

    /// The fraction of the next number.
    #[inline]
    pub(super) fn of(&mut self, number: i64) -> i64 {
        self.running_sum = self.running_sum.wrapping_add_signed(number);
        let before = self.portion_of_sum;
        self.portion_of_sum = self.running_sum.wrapping_mul(self.numerator) / self.denominator;
        self.portion_of_sum.wrapping_sub(before).cast_signed()
    }

    /// Where `from` gets on its way to `to`: never beyond either, where the fraction is at most one.
    #[inline]
    pub(super) fn between(&mut self, from: u32, to: u32) -> u32 {
        let way = i64::from(to).wrapping_sub(i64::from(from));
        i64::from(from).wrapping_add(self.of(way)) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rounding_is_carried_on() {
        let mut third = Portion::new(1, 3).unwrap();
        let parts = [1, 1, 1, 3, -3, -1, -2].map(|number| third.of(number));
        assert_eq!(parts.iter().sum::<i64>(), 0);
        assert_eq!(parts[..3].iter().sum::<i64>(), 1);
    }

    #[test]
    fn fraction_out_of_range_is_an_error() {
        assert_eq!(Portion::new(1, 0).err(), Some(MathError::DivisionByZero));
        assert_eq!(Portion::new(1 << 32, 1).err(), Some(MathError::Overflow));
        assert_eq!(Portion::new(1, 1 << 32).err(), Some(MathError::Overflow));
    }

    proptest! {
        #[test]
        fn nothing_is_lost(numbers in proptest::collection::vec(0i64..=100_000_000, 1..=16), numerator: u32, is_negative: bool) {
            let denominator = numbers.iter().sum::<i64>().max(1) as u64;
            let mut portion = Portion::new(u64::from(numerator), denominator).unwrap();
            let sign = if is_negative { -1 } else { 1 };
            let mut sum = 0;
            for number in numbers.iter().map(|number| sign * number) {
                let part = portion.of(number);
                let exact = i128::from(number) * i128::from(numerator);
                let denominator = i128::from(denominator);
                prop_assert!((i128::from(part) * denominator - exact).abs() < denominator, "within one of the exact part");
                prop_assert!(part == 0 || part.signum() == number.signum());
                sum += part;
            }
            if numbers.iter().any(|&number| number > 0) {
                prop_assert_eq!(sum, sign * i64::from(numerator));
            }
        }

        #[test]
        fn between_stays_between(from in 0u32..=100_000_000, to in 0u32..=100_000_000, part in 0u64..=1_000) {
            let there = Portion::new(part, 1_000).unwrap().between(from, to);
            prop_assert!((from.min(to)..=from.max(to)).contains(&there));
            prop_assert_eq!(Portion::new(0, 1_000).unwrap().between(from, to), from);
            prop_assert_eq!(Portion::new(1_000, 1_000).unwrap().between(from, to), to);
        }
    }
}
