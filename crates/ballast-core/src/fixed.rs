//! Fixed-point arithmetic without a silent overflow: every result that does not fit is an error.

/// Why a calculation has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MathError {
    /// The exact result does not fit its type.
    Overflow,
    /// The divisor is zero.
    DivisionByZero,
}

/// The exact product of two 64-bit numbers.
#[inline]
#[allow(clippy::arithmetic_side_effects, reason = "(2^64 - 1)^2 < 2^128")]
pub const fn wide(a: u64, b: u64) -> u128 {
    a as u128 * b as u128
}

/// `a · b / divisor`, rounded down.
#[inline]
pub fn mul_div_floor(a: u64, b: u64, divisor: u64) -> Result<u64, MathError> {
    let quotient = wide(a, b).checked_div(u128::from(divisor)).ok_or(MathError::DivisionByZero)?;
    narrow(quotient)
}

/// `a · b / divisor`, rounded up.
#[inline]
pub fn mul_div_ceil(a: u64, b: u64, divisor: u64) -> Result<u64, MathError> {
    narrow(div_ceil(wide(a, b), u128::from(divisor))?)
}

/// `numerator / divisor`, rounded up.
#[inline]
pub fn div_ceil(numerator: u128, divisor: u128) -> Result<u128, MathError> {
    let quotient = numerator.checked_div(divisor).ok_or(MathError::DivisionByZero)?;
    // The quotient times the divisor never exceeds the numerator, and comparing it is cheaper than a second division.
    let exact = quotient.wrapping_mul(divisor) == numerator;
    quotient.checked_add(u128::from(!exact)).ok_or(MathError::Overflow)
}

/// 10^0 to 10^9, the powers of ten that fit 32 bits.
const POWERS_OF_TEN: [u32; 10] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];

/// `numerator / 10^exponent`, rounded down.
pub fn div_pow10_floor(numerator: u128, exponent: u32) -> u128 {
    div_pow10(numerator, exponent).0
}

/// `numerator / 10^exponent`, rounded up.
pub fn div_pow10_ceil(numerator: u128, exponent: u32) -> u128 {
    let (quotient, is_exact) = div_pow10(numerator, exponent);
    // Where anything is left over, the divisor is ten at least, and the quotient far from the largest number.
    quotient.saturating_add(u128::from(!is_exact))
}

/// The quotient rounded down, and whether nothing is left over. By nine decimal digits at a time, which divides as often rounded
/// down as once: `⌊⌊x/a⌋/b⌋ = ⌊x/ab⌋`.
fn div_pow10(numerator: u128, exponent: u32) -> (u128, bool) {
    let (mut quotient, mut is_exact, mut left) = (numerator, true, exponent as usize);
    while left > 0 && quotient > 0 {
        let digits = left.min(POWERS_OF_TEN.len().saturating_sub(1));
        let (next, rest) = div_rem_u32(quotient, POWERS_OF_TEN.get(digits).copied().unwrap_or(1));
        (quotient, is_exact, left) = (next, is_exact && rest == 0, left.saturating_sub(digits));
    }
    (quotient, is_exact)
}

/// Long division by digits of 32 bits: an eighth of what a division of 128 bits costs on the chain. `divisor` is not 0.
#[allow(clippy::arithmetic_side_effects, reason = "a rest below a divisor of 32 bits, and 32 bits behind it, fit 64")]
fn div_rem_u32(numerator: u128, divisor: u32) -> (u128, u64) {
    let (divisor, high, low) = (u64::from(divisor.max(1)), (numerator >> 64) as u64, numerator as u64);
    let step = |rest: u64, digit: u64| {
        let partial = rest << 32 | digit;
        (partial / divisor, partial % divisor)
    };
    let (first, rest) = step(0, high >> 32);
    let (second, rest) = step(rest, high & u64::from(u32::MAX));
    let (third, rest) = step(rest, low >> 32);
    let (fourth, rest) = step(rest, low & u64::from(u32::MAX));
    (u128::from(first << 32 | second) << 64 | u128::from(third << 32 | fourth), rest)
}

/// `amount · factor_x64 / 2^64`, rounded down.
#[inline]
pub fn mul_x64_floor(amount: u64, factor_x64: u128) -> Result<u64, MathError> {
    Ok(mul_x64(amount, factor_x64)?.0)
}

/// `amount · factor_x64 / 2^64`, rounded up.
#[inline]
pub fn mul_x64_ceil(amount: u64, factor_x64: u128) -> Result<u64, MathError> {
    let (whole, fraction) = mul_x64(amount, factor_x64)?;
    whole.checked_add(u64::from(fraction != 0)).ok_or(MathError::Overflow)
}

/// The whole and the fractional part (in units of 2^-64) of `amount · factor_x64 / 2^64`.
#[inline]
fn mul_x64(amount: u64, factor_x64: u128) -> Result<(u64, u64), MathError> {
    let (factor_whole, factor_fraction) = ((factor_x64 >> 64) as u64, factor_x64 as u64);
    let low = wide(amount, factor_fraction);
    let whole = wide(amount, factor_whole).checked_add(low >> 64).ok_or(MathError::Overflow)?;
    Ok((narrow(whole)?, low as u64))
}

/// `amount · 2^64 / divisor_x64`, rounded down: the inverse of [`mul_x64_floor`].
#[inline]
pub fn div_x64_floor(amount: u64, divisor_x64: u128) -> Result<u64, MathError> {
    let quotient = (u128::from(amount) << 64).checked_div(divisor_x64).ok_or(MathError::DivisionByZero)?;
    narrow(quotient)
}

/// `amount · 2^64 / divisor_x64`, rounded up.
#[inline]
pub fn div_x64_ceil(amount: u64, divisor_x64: u128) -> Result<u64, MathError> {
    narrow(div_ceil(u128::from(amount) << 64, divisor_x64)?)
}

#[inline]
fn narrow(x: u128) -> Result<u64, MathError> {
    u64::try_from(x).map_err(|_| MathError::Overflow)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn mul_div_rounds_as_named() {
        assert_eq!(mul_div_floor(7, 3, 2), Ok(10));
        assert_eq!(mul_div_ceil(7, 3, 2), Ok(11));
        assert_eq!(mul_div_ceil(8, 3, 2), Ok(12));
        assert_eq!(mul_div_floor(1, 1, 0), Err(MathError::DivisionByZero));
        assert_eq!(mul_div_ceil(1, 1, 0), Err(MathError::DivisionByZero));
        assert_eq!(mul_div_floor(u64::MAX, 2, 1), Err(MathError::Overflow));
        assert_eq!(mul_div_floor(u64::MAX, u64::MAX, u64::MAX), Ok(u64::MAX));
    }

    #[test]
    fn x64_overflow_is_an_error() {
        assert_eq!(mul_x64_floor(u64::MAX, u128::MAX), Err(MathError::Overflow));
        assert_eq!(mul_x64_floor(u64::MAX, 1 << 64), Ok(u64::MAX));
        assert_eq!(mul_x64_ceil(u64::MAX, (1 << 64) + 1), Err(MathError::Overflow));
        assert_eq!(div_x64_floor(1, 0), Err(MathError::DivisionByZero));
        assert_eq!(div_x64_floor(u64::MAX, 1), Err(MathError::Overflow));
    }

    #[test]
    fn division_by_powers_of_ten_rounds_as_named() {
        assert_eq!([0, 1, 2, 3].map(|exponent| div_pow10_floor(1_990, exponent)), [1_990, 199, 19, 1]);
        assert_eq!([0, 1, 2, 3].map(|exponent| div_pow10_ceil(1_990, exponent)), [1_990, 199, 20, 2]);
        assert_eq!((div_pow10_floor(0, 30), div_pow10_ceil(0, 30), div_pow10_ceil(1, 39)), (0, 0, 1));
        assert_eq!(div_pow10_floor(u128::MAX, 38), 3);
        assert_eq!((div_pow10_floor(u128::MAX, 0), div_pow10_ceil(u128::MAX, 0)), (u128::MAX, u128::MAX));
    }

    proptest! {
        #[test]
        fn division_by_powers_of_ten_is_exact(numerator: u128, bits in 0u32..128, exponent in 0u32..=38) {
            let (numerator, power) = (numerator >> bits, 10u128.pow(exponent));
            prop_assert_eq!(div_pow10_floor(numerator, exponent), numerator / power);
            prop_assert_eq!(div_pow10_ceil(numerator, exponent), numerator.div_ceil(power));
        }

        #[test]
        fn ceil_exceeds_floor_by_the_remainder(a: u64, b: u64, d in 1u64..) {
            let exact = wide(a, b).is_multiple_of(u128::from(d));
            match (mul_div_floor(a, b, d), mul_div_ceil(a, b, d)) {
                (Ok(floor), Ok(ceil)) => prop_assert_eq!(ceil - floor, u64::from(!exact)),
                (Ok(floor), Err(_)) => prop_assert_eq!(floor, u64::MAX),
                (Err(_), ceil) => prop_assert_eq!(ceil, Err(MathError::Overflow)),
            }
        }

        #[test]
        fn x64_agrees_with_wide_arithmetic(amount: u32, factor in 0u128..1 << 95) {
            let exact = u128::from(amount) * factor;
            prop_assert_eq!(mul_x64_floor(amount.into(), factor), Ok((exact >> 64) as u64));
            let up = (exact >> 64) + u128::from(exact & u128::from(u64::MAX) != 0);
            prop_assert_eq!(mul_x64_ceil(amount.into(), factor), Ok(up as u64));
        }

        #[test]
        fn x64_division_inverts(amount: u64, factor in 1u128 << 40..1 << 90) {
            if let Ok(down) = div_x64_floor(amount, factor) {
                prop_assert!(mul_x64_floor(down, factor).unwrap() <= amount);
            }
            if let Ok(up) = div_x64_ceil(amount, factor) {
                prop_assert!(mul_x64_ceil(up, factor).map_or(true, |back| back >= amount));
            }
        }
    }
}
