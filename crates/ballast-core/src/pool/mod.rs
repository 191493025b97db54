//! AMM pools: what one holds, what it charges, and to the unit what it pays.
//!
//! A [`Pool`] is what an adapter reads, in the pool's own order. Seen from a trade it is [`Directed`], which quotes. Every
//! pool is a constant-product one ([`Reserves`]); AMMs differ in their [`Fee`].

mod fee;
mod reserves;

pub use fee::{Fee, Fraction};
pub use reserves::Reserves;

use crate::fixed::MathError;

/// A pool as an adapter reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool {
    /// Raw units of its two assets that the curve works with, fees owed to others excluded.
    pub reserves: [u64; 2],
    /// The fee rule for selling the first asset, and for selling the second.
    pub fees: [Fee; 2],
}

impl Pool {
    /// The pool for a trade that sells its asset `sell`, 0 or 1, for the other one.
    pub fn directed(&self, sell: usize) -> Directed {
        let ([first, second], [first_fee, second_fee]) = (self.reserves, self.fees);
        if sell == 0 {
            Directed { reserves: Reserves { input: first, output: second }, fee: first_fee }
        } else {
            Directed { reserves: Reserves { input: second, output: first }, fee: second_fee }
        }
    }
}

/// A pool seen from a trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Directed {
    /// What it holds of the sold and of the bought asset.
    pub reserves: Reserves,
    /// What it charges.
    pub fee: Fee,
}

impl Directed {
    /// Raw units that a swap of `amount_in` pays; 0 where the AMM refuses it because it would pay nothing.
    ///
    /// Exact for every amount up to the input reserve. Beyond that it is what an AMM pays that accepts the swap: Token Swap
    /// refuses one that leaves it less than one unit of the bought asset by its curve, `input · output < input + a`.
    ///
    /// # Errors
    /// [`MathError`] where the fee rule is no share of an amount: a denominator of 0, or a fee that does not fit 64 bits.
    pub fn quote(&self, amount_in: u64) -> Result<u64, MathError> {
        let traded = self.fee.less_input_fee(amount_in)?;
        self.fee.less_output_fee(self.reserves.output(traded))
    }

    /// The proportional fee, in 10⁻⁸ of the trade's value: see [`Fee::rate_e8`].
    ///
    /// # Errors
    /// As [`quote`](Self::quote).
    pub fn fee_e8(&self) -> Result<u64, MathError> {
        self.fee.rate_e8()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixed::wide;
    use proptest::prelude::*;

    const FREE: Fee = Fee::RaydiumCpmm { input_rate_e6: 0, output_rate_e6: 0 };
    const RAYDIUM: Fee = Fee::RaydiumCpmm { input_rate_e6: 2_500, output_rate_e6: 1_000 };

    #[test]
    fn directed_takes_the_sold_assets_side() {
        let pool = Pool { reserves: [1_000, 2_000], fees: [FREE, RAYDIUM] };
        assert_eq!(pool.directed(0), Directed { reserves: Reserves { input: 1_000, output: 2_000 }, fee: FREE });
        assert_eq!(pool.directed(1), Directed { reserves: Reserves { input: 2_000, output: 1_000 }, fee: RAYDIUM });
    }

    #[test]
    fn quote_takes_the_fees_before_and_after_the_curve() {
        let directed = Directed { reserves: Reserves { input: 1_000_000, output: 3_000_000 }, fee: RAYDIUM };
        // 9,975 reach the curve, which gives floor(29,629.4...) units, less 30 for the creator.
        assert_eq!(directed.quote(10_000), Ok(29_629 - 30));
        assert_eq!(directed.fee_e8(), Ok(350_000));
    }

    #[test]
    fn quote_is_nothing_where_the_amm_refuses() {
        let fraction = Fraction { numerator: 1, denominator: 1_000 };
        let fee = Fee::TokenSwap { trade: fraction, owner: fraction };
        let quote = |input, output, amount_in| Directed { reserves: Reserves { input, output }, fee }.quote(amount_in);
        assert_eq!(quote(1_000, 1_000, 0), Ok(0));
        assert_eq!(quote(1_000, 1_000, 2), Ok(0));
        assert_eq!(quote(1_000, 100, 12), Ok(0));
        assert_eq!(quote(0, 1_000, 100), Ok(0));
        assert_eq!(quote(1_000, 0, 100), Ok(0));
    }

    fn fraction() -> impl Strategy<Value = Fraction> {
        (1u64..1 << 40)
            .prop_flat_map(|denominator| (0..denominator, Just(denominator)))
            .prop_map(|(numerator, denominator)| Fraction { numerator, denominator })
    }

    fn fee() -> impl Strategy<Value = Fee> {
        prop_oneof![
            (fraction(), fraction()).prop_map(|(trade, owner)| Fee::TokenSwap { trade, owner }),
            (0u64..1_000_000, 0u64..1_000_000)
                .prop_map(|(input_rate_e6, output_rate_e6)| Fee::RaydiumCpmm { input_rate_e6, output_rate_e6 }),
        ]
    }

    /// Numbers of every size, small ones as often as large ones.
    fn units(bits: u32) -> impl Strategy<Value = u64> {
        (1..=bits, any::<u64>()).prop_map(|(bits, random)| (random >> (64 - bits)).max(1))
    }

    fn directed() -> impl Strategy<Value = Directed> {
        (units(63), units(63), fee()).prop_map(|(input, output, fee)| Directed { reserves: Reserves { input, output }, fee })
    }

    /// What `SwapCurve::swap` of spl-token-swap 3.0.0 pays, as it is written there; `None` where it refuses.
    fn token_swap(reserves: Reserves, [trade, owner]: [Fraction; 2], amount_in: u64) -> Option<u128> {
        let [input, output, amount_in] = [reserves.input, reserves.output, amount_in].map(u128::from);
        let fee = |fraction: Fraction| match (amount_in, u128::from(fraction.numerator)) {
            (0, _) | (_, 0) => 0,
            (amount_in, numerator) => (amount_in * numerator / u128::from(fraction.denominator)).max(1),
        };
        let input_after = input + amount_in.checked_sub(fee(trade) + fee(owner))?;
        let output_after = (input * output).div_ceil(input_after);
        let is_drained = input * output < input_after;
        (output_after < output && !is_drained).then_some(output - output_after)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

        #[test]
        fn quote_is_token_swaps_own_arithmetic(
            input in units(63), output in units(63), fees in [fraction(), fraction()], amount_in in units(63),
        ) {
            let (reserves, [trade, owner]) = (Reserves { input, output }, fees);
            let quote = Directed { reserves, fee: Fee::TokenSwap { trade, owner } }.quote(amount_in).unwrap();
            match token_swap(reserves, fees, amount_in) {
                Some(paid) => prop_assert_eq!(u128::from(quote), paid),
                None => prop_assert!(quote == 0 || amount_in > input),
            }
        }

        /// The product of the reserves never shrinks: nobody takes value out by swapping, to and fro or at all.
        #[test]
        fn quote_keeps_the_product(directed in directed(), amount_in in units(63)) {
            let Reserves { input, output } = directed.reserves;
            let quote = directed.quote(amount_in).unwrap();
            prop_assert!(quote < output);
            prop_assert!(wide(input + amount_in, output - quote) >= wide(input, output));
        }

        /// The fee and the curve's own slope are all that a trade costs: `quote >= amount · price · (1 - fee) · (1 - impact)`.
        #[test]
        fn quote_costs_no_more_than_fee_and_impact(
            input in 1u64 << 30..1 << 50, output in 1u64 << 30..1 << 50, fee in fee(), part in 10u64..10_000,
        ) {
            let directed = Directed { reserves: Reserves { input, output }, fee };
            let amount_in = input / part;
            let kept = 1.0 - directed.fee_e8().unwrap() as f64 / 1e8;
            let price = output as f64 / input as f64;
            let without_rounding = amount_in as f64 * kept * price / (1.0 + 1.0 / part as f64);
            let quote = directed.quote(amount_in).unwrap() as f64;
            // Each fee and the curve may round away one unit: of the input, three times, or of the output, twice.
            prop_assert!(quote + 3.0 * price + 3.0 >= without_rounding * (1.0 - 1e-9));
        }
    }
}
