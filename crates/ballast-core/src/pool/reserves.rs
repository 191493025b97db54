//! The constant-product curve: what it pays, whether its price is the oracle's, and how much may be traded before it is not.

use crate::BPS;
use crate::fixed::{self, MathError, wide};
use crate::price::UnitPrice;

/// Two wholes, in basis points.
const TWICE_BPS: u64 = 20_000;

/// What a constant-product pool holds, seen from a trade: raw units that the curve works with, fees owed to others excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reserves {
    /// Units of the asset that the vault sells.
    pub input: u64,
    /// Units of the asset that the vault buys.
    pub output: u64,
}

impl Reserves {
    /// Raw units that the curve gives for `amount_in`, fees aside: `floor(output · amount_in / (input + amount_in))`.
    ///
    /// Rounded down, which favours the pool: `input · output` never shrinks. 0 where the pool is empty on either side.
    #[allow(clippy::arithmetic_side_effects, reason = "two 64-bit numbers sum up to less than 2^65, and to more than 0")]
    pub fn output(&self, amount_in: u64) -> u64 {
        if self.input == 0 {
            return 0;
        }
        let input_after = u128::from(self.input) + u128::from(amount_in);
        // Less than `output`, as `amount_in` is less than `input_after`.
        (wide(self.output, amount_in) / input_after) as u64
    }

    /// Whether the pool's marginal price is within `max_bps` of the oracle's mid price.
    ///
    /// A constant-product pool is at the oracle's price when both of its sides are worth the same:
    /// `pool price / oracle price = (output · p_output) / (input · p_input)`.
    pub fn is_near_oracle(&self, sell: &UnitPrice, buy: &UnitPrice, max_bps: u16) -> Result<bool, MathError> {
        let input_usd = sell.value_usd(self.input)?;
        let output_usd = buy.value_usd(self.output)?;
        let apart = wide(input_usd.abs_diff(output_usd), u64::from(BPS));
        Ok(input_usd > 0 && apart <= wide(input_usd, u64::from(max_bps)))
    }

    /// An input that moves the pool's price by no more than `max_impact_bps`, rounded down.
    ///
    /// Selling `d` into a reserve `x` moves the price by `(1 + d/x)^2 - 1`. With `d = x · i / (2 + i)` that is
    /// `4 (1 + i)^2 / (2 + i)^2 - 1`, which never exceeds `i` because `4 (1 + i) <= (2 + i)^2`, and falls short of it by
    /// about `i^2 / 4`: by a quarter of a basis point at `i` = 100 bps. No square root is needed.
    pub fn max_input(&self, max_impact_bps: u16) -> Result<u64, MathError> {
        let impact_bps = u64::from(max_impact_bps);
        fixed::mul_div_floor(self.input, impact_bps, TWICE_BPS.saturating_add(impact_bps))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn dollars(units: u128) -> UnitPrice {
        UnitPrice { mid_x64: units << 64, conf_x64: 0 }
    }

    #[test]
    fn output_is_rounded_down() {
        let output = |amount_in| Reserves { input: 100, output: 300 }.output(amount_in);
        // 2.97, 27.27, 150 and almost all.
        assert_eq!([0, 1, 10, 100, u64::MAX].map(output), [0, 2, 27, 150, 299]);
        assert_eq!(Reserves { input: u64::MAX, output: u64::MAX }.output(u64::MAX), u64::MAX / 2);
    }

    #[test]
    fn near_oracle_up_to_the_limit() {
        let near = |output| Reserves { input: 10_000, output }.is_near_oracle(&dollars(3), &dollars(1), 100);
        assert_eq!(near(30_000), Ok(true));
        assert_eq!(near(30_300), Ok(true));
        assert_eq!(near(30_301), Ok(false));
        assert_eq!(near(29_700), Ok(true));
        assert_eq!(near(29_699), Ok(false));
    }

    #[test]
    fn empty_pool_is_never_near_and_pays_nothing() {
        let empty = Reserves { input: 0, output: 0 };
        assert_eq!(empty.is_near_oracle(&dollars(1), &dollars(1), 300), Ok(false));
        assert_eq!(empty.max_input(100), Ok(0));
        assert_eq!(empty.output(1), 0);
        assert_eq!(Reserves { input: 0, output: 1 }.output(1), 0);
    }

    #[test]
    fn max_input_is_rounded_down() {
        let max_input = |input| Reserves { input, output: 1 }.max_input(100);
        assert_eq!(max_input(20_100), Ok(100));
        assert_eq!(max_input(20_099), Ok(99));
        assert_eq!(max_input(u64::MAX), Ok(u64::MAX / 201));
    }

    proptest! {
        /// The price moves by no more than the limit, and by 99 % of it at least.
        #[test]
        fn max_input_keeps_the_impact(input in 1u64 << 30..1 << 56, impact_bps in 1u16..=300) {
            let after = input + Reserves { input, output: 1 }.max_input(impact_bps).unwrap();
            let moved = (wide(after, after) - wide(input, input)) * u128::from(BPS);
            let limit = wide(input, input) * u128::from(impact_bps);
            prop_assert!(moved <= limit);
            prop_assert!(moved >= limit / 100 * 99);
        }
    }
}
