//! What AMMs keep of a trade, each by its own rule and to the unit.

use crate::E8;
use crate::fixed::{self, MathError};

/// One whole, in millionths.
const WHOLE_E6: u64 = 1_000_000;
/// 10⁻⁸ in a millionth.
const E8_PER_E6: u64 = 100;

/// The fee rule of a pool for selling one of its assets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fee {
    /// SPL Token Swap 3.0.0, `Fees` in `curve/fees.rs`: two fees on the input, each rounded down but one unit at least.
    TokenSwap {
        /// Stays with the liquidity providers.
        trade: Fraction,
        /// Stays in the pool; its owner gets pool tokens for it.
        owner: Fraction,
    },
    /// Raydium CPMM, `swap_base_input` in `curve/calculator.rs`: one fee on the input and one on the output, both rounded up.
    RaydiumCpmm {
        /// Millionths of the input: the trade fee, with the pool creator's fee where that is taken from the input.
        input_rate_e6: u64,
        /// Millionths of the output: the pool creator's fee where it is taken from there, or 0.
        output_rate_e6: u64,
    },
}

/// A share of an amount, as Token Swap stores it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fraction {
    /// 0 where there is no fee, whatever the denominator.
    pub numerator: u64,
    /// Greater than the numerator; Token Swap also allows 0 where the numerator is 0.
    pub denominator: u64,
}

impl Fraction {
    /// This share of `amount` units, rounded down but one unit at least; 0 where the numerator or the amount is 0.
    ///
    /// # Errors
    /// [`MathError`] for a fraction that Token Swap would not have stored.
    fn of(&self, amount: u64) -> Result<u64, MathError> {
        if self.numerator == 0 || amount == 0 {
            return Ok(0);
        }
        Ok(fixed::mul_div_floor(amount, self.numerator, self.denominator)?.max(1))
    }

    /// This share in 10⁻⁸, rounded up.
    fn rate_e8(&self) -> Result<u64, MathError> {
        if self.numerator == 0 {
            return Ok(0);
        }
        fixed::mul_div_ceil(E8, self.numerator, self.denominator)
    }
}

impl Fee {
    /// Units of `amount_in` that reach the curve. 0 where the fees leave nothing: every AMM refuses such a trade.
    ///
    /// A larger amount may leave one unit less: both fees of Token Swap can grow by a unit at the same amount.
    ///
    /// # Errors
    /// [`MathError`] where the rule is no share of an amount: a denominator of 0, or a fee that does not fit 64 bits.
    pub fn less_input_fee(&self, amount_in: u64) -> Result<u64, MathError> {
        Ok(match self {
            // Both are shares of the whole amount, so their order does not matter.
            Fee::TokenSwap { trade, owner } => {
                amount_in.saturating_sub(trade.of(amount_in)?).saturating_sub(owner.of(amount_in)?)
            }
            Fee::RaydiumCpmm { input_rate_e6, .. } => less_rate_e6(amount_in, *input_rate_e6)?,
        })
    }

    /// Units that the trader gets of `output`, what the curve gives.
    ///
    /// # Errors
    /// As [`less_input_fee`](Self::less_input_fee).
    pub fn less_output_fee(&self, output: u64) -> Result<u64, MathError> {
        match self {
            Fee::TokenSwap { .. } => Ok(output),
            Fee::RaydiumCpmm { output_rate_e6, .. } => less_rate_e6(output, *output_rate_e6),
        }
    }

    /// The whole fee as a rate of the trade's value, in 10⁻⁸: what a trade costs, but for the rounding to units.
    ///
    /// Rates are summed, and rounded up where they are no whole number of 10⁻⁸, so that plans never take a trade for cheaper
    /// than it is. At most one whole.
    ///
    /// # Errors
    /// As [`less_input_fee`](Self::less_input_fee).
    pub fn rate_e8(&self) -> Result<u64, MathError> {
        let rate_e8 = match self {
            Fee::TokenSwap { trade, owner } => trade.rate_e8()?.saturating_add(owner.rate_e8()?),
            Fee::RaydiumCpmm { input_rate_e6, output_rate_e6 } => {
                input_rate_e6.saturating_add(*output_rate_e6).saturating_mul(E8_PER_E6)
            }
        };
        Ok(rate_e8.min(E8))
    }
}

/// `amount - ceil(amount · rate_e6 / 10^6)`, or 0 where that is negative.
fn less_rate_e6(amount: u64, rate_e6: u64) -> Result<u64, MathError> {
    Ok(amount.saturating_sub(fixed::mul_div_ceil(amount, rate_e6, WHOLE_E6)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NONE: Fraction = Fraction { numerator: 0, denominator: 0 };
    /// As in Orca's pools on mainnet: 25 and 5 basis points.
    const TOKEN_SWAP: Fee = Fee::TokenSwap {
        trade: Fraction { numerator: 25, denominator: 10_000 },
        owner: Fraction { numerator: 5, denominator: 10_000 },
    };

    fn raydium(input_rate_e6: u64, output_rate_e6: u64) -> Fee {
        Fee::RaydiumCpmm { input_rate_e6, output_rate_e6 }
    }

    #[test]
    fn token_swap_fees_are_rounded_down_one_by_one() {
        let traded = |amount_in| TOKEN_SWAP.less_input_fee(amount_in).unwrap();
        assert_eq!(traded(10_000), 10_000 - 25 - 5);
        // 24.9975 and 4.9995.
        assert_eq!(traded(9_999), 9_999 - 24 - 4);
        assert_eq!(TOKEN_SWAP.less_output_fee(9_999), Ok(9_999));
    }

    #[test]
    fn token_swap_fees_may_both_grow_at_once() {
        assert_eq!([9_999, 10_000].map(|amount_in| TOKEN_SWAP.less_input_fee(amount_in).unwrap()), [9_971, 9_970]);
    }

    #[test]
    fn token_swap_takes_one_unit_at_least_of_each_fee() {
        let traded = |amount_in| TOKEN_SWAP.less_input_fee(amount_in).unwrap();
        assert_eq!([0, 1, 2, 3, 400].map(traded), [0, 0, 0, 1, 398]);
        let only_trade = Fee::TokenSwap { trade: Fraction { numerator: 25, denominator: 10_000 }, owner: NONE };
        assert_eq!([0, 1, 2].map(|amount_in| only_trade.less_input_fee(amount_in).unwrap()), [0, 0, 1]);
    }

    #[test]
    fn token_swap_without_a_numerator_takes_nothing() {
        let free = Fee::TokenSwap { trade: NONE, owner: Fraction { numerator: 0, denominator: 10_000 } };
        assert_eq!(free.less_input_fee(u64::MAX), Ok(u64::MAX));
        assert_eq!(free.rate_e8(), Ok(0));
    }

    #[test]
    fn fraction_of_nothing_is_an_error() {
        let fee = Fee::TokenSwap { trade: Fraction { numerator: 1, denominator: 0 }, owner: NONE };
        assert_eq!(fee.less_input_fee(1), Err(MathError::DivisionByZero));
        assert_eq!(fee.rate_e8(), Err(MathError::DivisionByZero));
    }

    #[test]
    fn raydium_fees_are_rounded_up() {
        let fee = raydium(2_500, 1_000);
        assert_eq!([0, 1, 2, 400, 401].map(|amount_in| fee.less_input_fee(amount_in).unwrap()), [0, 0, 1, 399, 399]);
        assert_eq!([0, 1, 2, 1_000, 1_001].map(|output| fee.less_output_fee(output).unwrap()), [0, 0, 1, 999, 999]);
        assert_eq!(raydium(0, 0).less_input_fee(u64::MAX), Ok(u64::MAX));
    }

    #[test]
    fn fees_above_the_whole_leave_nothing() {
        let most = Fraction { numerator: 3, denominator: 4 };
        let fee = Fee::TokenSwap { trade: most, owner: most };
        assert_eq!((fee.less_input_fee(1_000), fee.rate_e8()), (Ok(0), Ok(E8)));
        let fee = raydium(1_000_001, 0);
        assert_eq!((fee.less_input_fee(1_000), fee.rate_e8()), (Ok(0), Ok(E8)));
    }

    #[test]
    fn rate_sums_and_rounds_up() {
        assert_eq!(TOKEN_SWAP.rate_e8(), Ok(300_000));
        assert_eq!(raydium(2_500, 500).rate_e8(), Ok(300_000));
        let third = Fraction { numerator: 1, denominator: 3 };
        assert_eq!(Fee::TokenSwap { trade: third, owner: NONE }.rate_e8(), Ok(33_333_334));
    }

    fn fraction() -> impl Strategy<Value = Fraction> {
        (1..=u64::MAX)
            .prop_flat_map(|denominator| (0..denominator).prop_map(move |numerator| Fraction { numerator, denominator }))
    }

    fn fee() -> impl Strategy<Value = Fee> {
        prop_oneof![
            (fraction(), fraction()).prop_map(|(trade, owner)| Fee::TokenSwap { trade, owner }),
            (0..WHOLE_E6, 0..WHOLE_E6).prop_map(|(input, output)| raydium(input, output)),
        ]
    }

    proptest! {
        /// The rate never promises more than a trade keeps, by more than the units of rounding.
        #[test]
        fn rate_covers_the_fees(fee in fee(), amount_in in 0u64..1 << 50) {
            // Both fees taken from the same number, as where the curve would pay one for one.
            let kept = fee.less_output_fee(fee.less_input_fee(amount_in).unwrap()).unwrap();
            let planned = fixed::mul_div_floor(amount_in, E8 - fee.rate_e8().unwrap(), E8).unwrap();
            prop_assert!(kept + 2 >= planned);
        }

        #[test]
        fn larger_amount_leaves_one_unit_less_at_most(
            trade in fraction(), owner in fraction(), amount_in in 0u64..1 << 50, more in 0u64..1 << 50,
        ) {
            let half = |Fraction { numerator, denominator }| Fraction { numerator: numerator / 2, denominator };
            let fee = Fee::TokenSwap { trade: half(trade), owner: half(owner) };
            let [less, more] = [amount_in, amount_in + more].map(|amount_in| fee.less_input_fee(amount_in).unwrap());
            prop_assert!(less <= more + 1);
        }

        /// What is taken from a large amount is the rate.
        #[test]
        fn rate_is_the_fees_proportion(rate_e6 in 0..WHOLE_E6, amount_in in 1u64 << 50..1 << 60) {
            let fee = raydium(rate_e6, 0);
            let taken_e8 = fixed::mul_div_floor(amount_in - fee.less_input_fee(amount_in).unwrap(), E8, amount_in).unwrap();
            prop_assert_eq!(taken_e8, fee.rate_e8().unwrap());
        }
    }
}
