//! Oracle prices: the checks every price passes, and the per-unit form that valuation multiplies with.

use crate::fixed::MathError;
use crate::{BPS, USD_DECIMALS, fixed};

/// A publish time may lie this far ahead of the cluster's clock, which lags real time by a few seconds.
pub const MAX_CLOCK_SKEW_SECS: i64 = 10;
/// Accepted exponents of a published price. Pyth's run from -12 to -2.
pub const EXPONENTS: core::ops::RangeInclusive<i32> = -18..=0;
/// Most decimals an asset's mint may have.
pub const MAX_DECIMALS: u8 = 18;
/// A unit price below this would have lost more than one millionth of its value to rounding.
const MIN_UNIT_PRICE_X64: u128 = 1 << 20;
/// 10^0 to 10^6, the largest that a price may be multiplied by.
const POWERS_OF_TEN: [u128; 7] = powers_of_ten();

#[allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "evaluated by the compiler, which would object")]
const fn powers_of_ten<const N: usize>() -> [u128; N] {
    let mut powers = [1; N];
    let mut exponent = 1;
    while exponent < N {
        powers[exponent] = powers[exponent - 1] * 10;
        exponent += 1;
    }
    powers
}

/// A price as published: `price · 10^exponent` dollars per whole token, give or take `conf · 10^exponent`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublishedPrice {
    /// The price's mantissa.
    pub price: i64,
    /// Half-width of the confidence interval, in the mantissa's unit.
    pub conf: u64,
    /// Decimal exponent of `price` and `conf`.
    pub exponent: i32,
    /// Unix time of publication, in seconds.
    pub publish_time: i64,
}

/// Why a published price is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PriceError {
    /// The price is zero or negative.
    NotPositive,
    /// The exponent is outside [`EXPONENTS`], or the mint has more than [`MAX_DECIMALS`].
    Exponent,
    /// Published longer ago than the limit.
    Stale,
    /// Published more than [`MAX_CLOCK_SKEW_SECS`] ahead of the clock.
    Future,
    /// Published before the price that the vault already holds.
    OlderThanLast,
    /// Confidence over price exceeds the limit.
    Uncertain,
    /// The price per raw unit is too small or too large for Q64.64 micro-dollars.
    OutOfRange,
}

impl PublishedPrice {
    /// Checks sign, exponent, age, order and confidence, in this order.
    ///
    /// `now` and `last_publish_time` are unix seconds; `last_publish_time` is 0 where there is no earlier price.
    pub fn check(&self, now: i64, last_publish_time: i64, max_age_secs: u32, max_conf_bps: u16) -> Result<(), PriceError> {
        self.check_but_width(now, last_publish_time, max_age_secs)?;
        let within = fixed::wide(self.conf, u64::from(BPS)) <= fixed::wide(self.price.unsigned_abs(), u64::from(max_conf_bps));
        if within { Ok(()) } else { Err(PriceError::Uncertain) }
    }

    /// As [`check`](Self::check), whatever the confidence.
    pub fn check_but_width(&self, now: i64, last_publish_time: i64, max_age_secs: u32) -> Result<(), PriceError> {
        if self.price <= 0 {
            return Err(PriceError::NotPositive);
        }
        if !EXPONENTS.contains(&self.exponent) {
            return Err(PriceError::Exponent);
        }
        if self.publish_time > now.saturating_add(MAX_CLOCK_SKEW_SECS) {
            return Err(PriceError::Future);
        }
        if !is_fresh(self.publish_time, now, max_age_secs) {
            return Err(PriceError::Stale);
        }
        if self.publish_time < last_publish_time {
            return Err(PriceError::OlderThanLast);
        }
        Ok(())
    }

    /// Converts to micro-dollars per raw unit of a mint with `decimals`: the price rounded down, the confidence up.
    ///
    /// `{µUSD/unit} = price · 10^exponent {USD/token} · 10^6 {µUSD/USD} / 10^decimals {unit/token}`
    pub fn to_unit_price(&self, decimals: u8) -> Result<UnitPrice, PriceError> {
        if decimals > MAX_DECIMALS || !EXPONENTS.contains(&self.exponent) {
            return Err(PriceError::Exponent);
        }
        let scale = self.exponent.saturating_add(USD_DECIMALS).saturating_sub(i32::from(decimals));
        let mantissa = u64::try_from(self.price).map_err(|_| PriceError::NotPositive)?;
        let (mid, conf) = (u128::from(mantissa) << 64, u128::from(self.conf) << 64);
        let (mid_x64, conf_x64) = if scale < 0 {
            (Some(fixed::div_pow10_floor(mid, scale.unsigned_abs())), Some(fixed::div_pow10_ceil(conf, scale.unsigned_abs())))
        } else {
            let power = usize::try_from(scale).ok().and_then(|scale| POWERS_OF_TEN.get(scale));
            let power = *power.ok_or(PriceError::OutOfRange)?;
            (mid.checked_mul(power), conf.checked_mul(power))
        };
        match (mid_x64, conf_x64) {
            (Some(mid_x64), Some(conf_x64)) if mid_x64 >= MIN_UNIT_PRICE_X64 && conf_x64 < mid_x64 => {
                Ok(UnitPrice { mid_x64, conf_x64 })
            }
            _ => Err(PriceError::OutOfRange),
        }
    }
}

/// Whether a price published at `publish_time` may still be used at `now` (unix seconds).
#[inline]
pub fn is_fresh(publish_time: i64, now: i64, max_age_secs: u32) -> bool {
    now.saturating_sub(publish_time) <= i64::from(max_age_secs)
}

/// Micro-dollars per raw token unit, in Q64.64, with the half-width of its confidence interval. `conf_x64 < mid_x64`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UnitPrice {
    /// The price.
    pub mid_x64: u128,
    /// Half-width of the confidence interval.
    pub conf_x64: u128,
}

impl UnitPrice {
    /// Lower end of the confidence interval.
    #[inline]
    pub fn low_x64(&self) -> u128 {
        self.mid_x64.saturating_sub(self.conf_x64)
    }

    /// Upper end of the confidence interval.
    #[inline]
    pub fn high_x64(&self) -> Result<u128, MathError> {
        self.mid_x64.checked_add(self.conf_x64).ok_or(MathError::Overflow)
    }

    /// Micro-dollars that `amount` is worth, rounded down.
    #[inline]
    pub fn value_usd(&self, amount: u64) -> Result<u64, MathError> {
        fixed::mul_x64_floor(amount, self.mid_x64)
    }

    /// The least that `amount` may be worth within the confidence interval, in micro-dollars, rounded down.
    #[inline]
    pub fn value_low_usd(&self, amount: u64) -> Result<u64, MathError> {
        fixed::mul_x64_floor(amount, self.low_x64())
    }

    /// The most that `amount` may be worth within the confidence interval, in micro-dollars, rounded up.
    #[inline]
    pub fn value_high_usd(&self, amount: u64) -> Result<u64, MathError> {
        fixed::mul_x64_ceil(amount, self.high_x64()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BTC: PublishedPrice =
        PublishedPrice { price: 4_712_345_000_000, conf: 2_000_000_000, exponent: -8, publish_time: 1_000 };

    fn check(price: PublishedPrice) -> Result<(), PriceError> {
        price.check(1_030, 990, 60, 100)
    }

    #[test]
    fn check_accepts_a_good_price() {
        assert_eq!(check(BTC), Ok(()));
    }

    #[test]
    fn check_names_each_fault() {
        assert_eq!(check(PublishedPrice { price: 0, ..BTC }), Err(PriceError::NotPositive));
        assert_eq!(check(PublishedPrice { price: i64::MIN, ..BTC }), Err(PriceError::NotPositive));
        assert_eq!(check(PublishedPrice { exponent: 1, ..BTC }), Err(PriceError::Exponent));
        assert_eq!(check(PublishedPrice { exponent: i32::MIN, ..BTC }), Err(PriceError::Exponent));
        assert_eq!(check(PublishedPrice { publish_time: 969, ..BTC }), Err(PriceError::Stale));
        assert_eq!(check(PublishedPrice { publish_time: i64::MIN, ..BTC }), Err(PriceError::Stale));
        assert_eq!(check(PublishedPrice { publish_time: 1_041, ..BTC }), Err(PriceError::Future));
        assert_eq!(check(PublishedPrice { publish_time: i64::MAX, ..BTC }), Err(PriceError::Future));
        assert_eq!(check(PublishedPrice { publish_time: 989, ..BTC }), Err(PriceError::OlderThanLast));
        assert_eq!(check(PublishedPrice { conf: 47_123_450_001, ..BTC }), Err(PriceError::Uncertain));
    }

    #[test]
    fn check_accepts_the_last_second_and_the_last_unit_of_each_limit() {
        assert_eq!(check(PublishedPrice { publish_time: 990, ..BTC }), Ok(()));
        assert_eq!(check(PublishedPrice { publish_time: 1_040, ..BTC }), Ok(()));
        assert_eq!(check(PublishedPrice { conf: 47_123_450_000, ..BTC }), Ok(()));
        assert_eq!(BTC.check(1_060, 0, 60, 100), Ok(()));
        assert_eq!(BTC.check(1_061, 0, 60, 100), Err(PriceError::Stale));
    }

    #[test]
    fn unit_price_values_a_whole_token() {
        let unit = BTC.to_unit_price(8).unwrap();
        assert_eq!(unit.value_usd(100_000_000), Ok(47_123_449_999));
        assert_eq!(unit.value_low_usd(100_000_000), Ok(47_103_449_999));
        assert_eq!(unit.value_high_usd(100_000_000), Ok(47_143_450_000));
    }

    #[test]
    fn unit_price_keeps_six_digits_for_tiny_prices() {
        // A millionth of a dollar, nine decimals.
        let tiny = PublishedPrice { price: 100, conf: 0, exponent: -8, publish_time: 0 };
        assert_eq!(tiny.to_unit_price(9).unwrap().value_usd(1_000_000_000_000_000), Ok(999_999));
        assert_eq!(tiny.to_unit_price(18), Err(PriceError::OutOfRange));
    }

    #[test]
    fn unit_price_rejects_what_it_cannot_hold() {
        let huge = PublishedPrice { price: i64::MAX, conf: 0, exponent: 0, publish_time: 0 };
        assert_eq!(huge.to_unit_price(0), Err(PriceError::OutOfRange));
        assert_eq!(BTC.to_unit_price(19), Err(PriceError::Exponent));
        assert_eq!(PublishedPrice { price: -1, ..BTC }.to_unit_price(8), Err(PriceError::NotPositive));
        assert_eq!(PublishedPrice { conf: u64::MAX, ..BTC }.to_unit_price(8), Err(PriceError::OutOfRange));
        // An interval that reaches down to zero.
        let whole = |conf| PublishedPrice { price: 5, conf, exponent: 0, publish_time: 0 }.to_unit_price(6);
        assert_eq!((whole(5), whole(4).is_ok()), (Err(PriceError::OutOfRange), true));
    }

    proptest! {
        #[test]
        fn low_mid_high_are_ordered(price in 1i64.., conf: u64, exponent in -18i32..=0, decimals in 0u8..=18, amount: u64) {
            let published = PublishedPrice { price, conf, exponent, publish_time: 0 };
            if let Ok(unit) = published.to_unit_price(decimals)
                && let (Ok(low), Ok(mid), Ok(high)) = (unit.value_low_usd(amount), unit.value_usd(amount), unit.value_high_usd(amount))
            {
                prop_assert!(low <= mid && mid <= high);
            }
        }

        /// The unit price is the published one rounded down by less than a millionth, its confidence rounded up.
        #[test]
        fn unit_price_rounds_as_named(price in 1i64.., conf in 0u64..1 << 40, exponent in -18i32..=0, decimals in 0u8..=18) {
            let published = PublishedPrice { price, conf, exponent, publish_time: 0 };
            let scale = exponent + 6 - i32::from(decimals);
            let (price_x64, conf_x64) = (u128::from(price.unsigned_abs()) << 64, u128::from(conf) << 64);
            let power = 10u128.pow(scale.unsigned_abs());
            match published.to_unit_price(decimals) {
                Ok(unit) if scale < 0 => {
                    let lost = price_x64 - unit.mid_x64 * power;
                    prop_assert!(lost < power && lost * 1_000_000 < price_x64);
                    prop_assert!(unit.conf_x64 * power - conf_x64 < power);
                }
                Ok(unit) => prop_assert_eq!((unit.mid_x64, unit.conf_x64), (price_x64 * power, conf_x64 * power)),
                Err(error) => prop_assert_eq!(error, PriceError::OutOfRange),
            }
        }

        /// A price passes exactly if each condition holds in arithmetic that cannot overflow.
        #[test]
        fn check_agrees_with_exact_arithmetic(
            (price, conf_ratio_bps, max_conf_bps) in (-1i64.., 0u64..=400, 1u16..=200),
            exponent in -20i32..=2,
            (now, age_secs, last_age_secs, max_age_secs) in (any::<i64>(), -20i64..400, -20i64..400, 1u32..=300),
        ) {
            let conf = price.unsigned_abs() / 10_000 * conf_ratio_bps;
            let (publish_time, last) = (now.saturating_sub(age_secs), now.saturating_sub(last_age_secs));
            let age = i128::from(now) - i128::from(publish_time);
            let expected = price > 0
                && (-18..=0).contains(&exponent)
                && (-10..=i128::from(max_age_secs)).contains(&age)
                && publish_time >= last
                && u128::from(conf) * 10_000 <= u128::from(price.unsigned_abs()) * u128::from(max_conf_bps);
            let published = PublishedPrice { price, conf, exponent, publish_time };
            prop_assert_eq!(published.check(now, last, max_age_secs, max_conf_bps).is_ok(), expected);
        }
    }
}
