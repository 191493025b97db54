//! Logarithm and exponential decay in fixed point, for what evolves with prices and time.

use crate::fixed::{MathError, wide};

/// One, in the units of a weight: 2^32.
pub const WEIGHT_ONE_X32: u64 = 1 << 32;

/// One, in Q62 and Q63.
const ONE_X62: u64 = 1 << 62;
const ONE_X63: u64 = 1 << 63;
/// The square root of two, in Q63.
const SQRT_2_X63: u64 = 13_043_817_825_332_782_212;
/// The logarithm of two, in Q62 and Q63.
const LN_2_X62: i128 = 3_196_577_161_300_663_915;
const LN_2_X63: u64 = 6_393_154_322_601_327_830;
/// 10^12, the unit of logarithms.
const E12: i128 = 1_000_000_000_000;
/// 1/13, 1/11, … 1 in Q62: the coefficients of the inverse hyperbolic tangent below that of the highest power, 1/15.
const RECIPROCALS_X62: [u64; 7] = [ONE_X62 / 13, ONE_X62 / 11, ONE_X62 / 9, ONE_X62 / 7, ONE_X62 / 5, ONE_X62 / 3, ONE_X62];

/// Natural logarithm of a Q64.64 number, in 10⁻¹²: between -44.4 and 44.4. Off by less than 10⁻¹², of which half is the
/// rounding to the nearest. Zero, whose logarithm is minus infinity, is an overflow.
///
/// `x = 2^e · m` with `m` in `[1/√2, √2)`, and `ln m = 2 · artanh((m - 1) / (m + 1))`; see `docs/math.md`.
#[allow(
    clippy::arithmetic_side_effects,
    reason = "fewer than 128 leading zeros; |m - 1| < 2^63 and m + 1 > 2^63; |ln x| in Q62 is below 2^68 and 10^12 below 2^40"
)]
pub fn ln_e12(x_x64: u128) -> Result<i64, MathError> {
    if x_x64 == 0 {
        return Err(MathError::Overflow);
    }
    let zeros = x_x64.leading_zeros();
    let mantissa = ((x_x64 << zeros) >> 64) as u64;
    let is_above_root = mantissa > SQRT_2_X63;
    // Halving a mantissa above the root is reading the same bits in Q64 instead of Q63.
    let one = u128::from(ONE_X63) << u32::from(is_above_root);
    let exponent = 63 - i128::from(zeros) + i128::from(is_above_root);

    let mantissa = u128::from(mantissa);
    let tangent_x62 = ((mantissa.abs_diff(one) << 62) / (mantissa + one)) as u64;
    let half = i128::from(artanh_x62(tangent_x62));
    let ln_mantissa = if mantissa < one { -2 * half } else { 2 * half };
    let ln_x62 = exponent * LN_2_X62 + ln_mantissa;
    Ok(((ln_x62 * E12 + (1 << 61)) >> 62) as i64)
}

/// `artanh t = t + t³/3 + … + t^15/15` in Q62, for `t` up to `(√2 - 1) / (√2 + 1) < 0.1716`: what is left out is below 10⁻¹⁴.
#[inline]
#[allow(clippy::arithmetic_side_effects, reason = "t, its square and each partial sum are below two in Q62")]
fn artanh_x62(tangent_x62: u64) -> u64 {
    let square = (wide(tangent_x62, tangent_x62) >> 62) as u64;
    let highest = ONE_X62 / 15;
    let series = RECIPROCALS_X62.iter().fold(highest, |sum, reciprocal| (wide(sum, square) >> 62) as u64 + reciprocal);
    (wide(series, tangent_x62) >> 62) as u64
}

/// What a time of `elapsed_secs` weighs in an average with this half-life: `1 - 2^(-elapsed / half-life)` in Q32, to the
/// nearest. 0 for no time, [`WEIGHT_ONE_X32`] for a very long one or a half-life of zero; never falls with time.
#[allow(clippy::arithmetic_side_effects, reason = "every factor is at most one in Q63, and a remainder below 2^32")]
pub fn weight_x32(elapsed_secs: u64, half_life_secs: u32) -> u64 {
    let half_life = u64::from(half_life_secs);
    let (Some(halvings), Some(rest)) = (elapsed_secs.checked_div(half_life), elapsed_secs.checked_rem(half_life)) else {
        return WEIGHT_ONE_X32;
    };
    let kept_x63 = ONE_X63 - halving_loss_x63(fraction_x63(rest, half_life));
    let kept_x63 = u32::try_from(halvings).ok().and_then(|halvings| kept_x63.checked_shr(halvings)).unwrap_or(0);
    (ONE_X63 - kept_x63 + (1 << 30)) >> 31
}

/// `numerator / divisor` in Q63 for `numerator < divisor < 2^32`, rounded down: long division in words of the processor,
/// which costs a fraction of a 128-bit one.
#[inline]
#[allow(clippy::arithmetic_side_effects, reason = "0 < divisor; numerator and remainder are below 2^32")]
fn fraction_x63(numerator: u64, divisor: u64) -> u64 {
    let high = (numerator << 32) / divisor;
    let low = (((numerator << 32) % divisor) << 31) / divisor;
    (high << 31) + low
}

/// `1 - 2^(-f)` in Q63 for `f` below one, by the exponential series to the 14th power: what is left out is below 10⁻¹⁴.
///
/// `1 - e^(-y) = y · (1 - y/2 · (1 - y/3 · (… (1 - y/14))))` with `y = f · ln 2`.
#[inline]
#[allow(clippy::arithmetic_side_effects, reason = "y and each factor are at most one in Q63; powers are positive")]
fn halving_loss_x63(fraction_x63: u64) -> u64 {
    let exponent = multiply_x63(fraction_x63, LN_2_X63);
    let factor = (2..=14).rev().fold(ONE_X63, |factor, power| ONE_X63 - multiply_x63(exponent, factor) / power);
    multiply_x63(exponent, factor)
}

#[inline]
fn multiply_x63(a: u64, b: u64) -> u64 {
    (wide(a, b) >> 63) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The documented bound, and what `f64` itself is off by.
    const LN_TOLERANCE: f64 = 1e-12 + 2e-14;

    /// Logarithm of a Q64.64 number in floating point.
    fn ln(x_x64: u128) -> f64 {
        (x_x64 as f64).ln() - 64.0 * core::f64::consts::LN_2
    }

    fn assert_ln(x_x64: u128) {
        let error = ln_e12(x_x64).unwrap() as f64 / 1e12 - ln(x_x64);
        assert!(error.abs() < LN_TOLERANCE, "ln({x_x64} / 2^64) is off by {error}");
    }

    #[test]
    fn ln_is_within_its_bound_around_every_power_of_two() {
        for exponent in 0..128 {
            let power = 1u128 << exponent;
            let near_root = (power as f64 * core::f64::consts::SQRT_2) as u128;
            for x_x64 in [power, power - power / 2 + 1, power | power >> 1, near_root, near_root.saturating_add(1)] {
                assert_ln(x_x64);
            }
        }
        assert_ln(u128::MAX);
    }

    #[test]
    fn ln_of_landmarks() {
        assert_eq!(ln_e12(1 << 64), Ok(0));
        assert_eq!(ln_e12(2 << 64), Ok(693_147_180_560));
        assert_eq!(ln_e12(1 << 63), Ok(-693_147_180_560));
        assert_eq!(ln_e12(10 << 64), Ok(2_302_585_092_994));
        // The smallest unit price, 2^20 / 2^64.
        assert_eq!(ln_e12(1 << 20), Ok(-30_498_475_944_638));
        assert_eq!(ln_e12(0), Err(MathError::Overflow));
    }

    #[test]
    fn weight_of_landmarks() {
        assert_eq!(weight_x32(0, 1), 0);
        assert_eq!(weight_x32(3_600, 3_600), WEIGHT_ONE_X32 / 2);
        assert_eq!(weight_x32(7_200, 3_600), WEIGHT_ONE_X32 / 4 * 3);
        // 1 - 1/√2 in Q32.
        assert_eq!(weight_x32(1_800, 3_600), 1_257_966_796);
        assert_eq!(weight_x32(34 * 3_600, 3_600), WEIGHT_ONE_X32);
        assert_eq!(weight_x32(u64::MAX, 1), WEIGHT_ONE_X32);
        assert_eq!(weight_x32(u64::MAX, u32::MAX), WEIGHT_ONE_X32);
        assert_eq!(weight_x32(1, 0), WEIGHT_ONE_X32);
    }

    proptest! {
        #[test]
        fn ln_is_within_its_bound(mantissa: u128, shift in 0u32..128) {
            prop_assume!(mantissa >> shift > 0);
            assert_ln(mantissa >> shift);
        }

        #[test]
        fn ln_of_a_product_is_the_sum(a in 1u64.., b in 1u64..) {
            // Each factor is over 2^64; the product over 2^128, which is once more the logarithm of 2^-64.
            let sum = ln_e12(a.into()).unwrap() + ln_e12(b.into()).unwrap();
            let product = ln_e12(wide(a, b)).unwrap() + ln_e12(1).unwrap();
            prop_assert!((sum - product).abs() <= 2);
        }

        #[test]
        fn ln_never_falls(x in 1u128..u128::MAX, step in 1u128..1 << 100) {
            prop_assert!(ln_e12(x).unwrap() <= ln_e12(x.saturating_add(step)).unwrap());
        }

        #[test]
        fn weight_is_the_nearest(elapsed in 0u64..1 << 40, half_life in 1u32..) {
            let exact = -f64::exp_m1(-(elapsed as f64 / f64::from(half_life)) * core::f64::consts::LN_2);
            let weight = weight_x32(elapsed, half_life) as f64;
            prop_assert!((weight - exact * WEIGHT_ONE_X32 as f64).abs() <= 0.5 + 1e-4);
        }

        #[test]
        fn weight_never_falls_with_time(elapsed: u64, step in 0u64..1_000, half_life: u32) {
            let (elapsed, later) = (elapsed >> (elapsed % 64), (elapsed >> (elapsed % 64)).saturating_add(step));
            prop_assert!(weight_x32(elapsed, half_life) <= weight_x32(later, half_life));
            prop_assert!(weight_x32(later, half_life) <= WEIGHT_ONE_X32);
        }

        /// What is left after two half steps is what is left after the whole.
        #[test]
        fn two_half_steps_keep_what_one_step_keeps(half_step in 0u64..1 << 33, half_life in 1u32..) {
            let kept = |elapsed| 1.0 - weight_x32(elapsed, half_life) as f64 / WEIGHT_ONE_X32 as f64;
            prop_assert!((kept(half_step).powi(2) - kept(2 * half_step)).abs() < 1e-9);
        }
    }
}
