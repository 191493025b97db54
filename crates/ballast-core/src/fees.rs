//! Management fees: new shares for the passage of time.
//!
//! Shares grow by `exp(rate · time)`, those that grew earlier included, so that the fee of a span of time does not depend on
//! how often it was accrued in between. `docs/math.md` derives the bounds.

use crate::fixed::wide;
use crate::statistics::YEAR_SECS;
use crate::stored::stored;

/// What a basis point a year makes of a second: `2^128 / (10^4 · year)`, rounded down. Below 2^90.
const BPS_SEC_X128: u128 = u128::MAX / (10_000 * YEAR_SECS as u128);
/// Most basis-point-seconds that one accrual counts, an exponent of a half: ten years of the highest fee. What is beyond, the
/// recipient loses.
const MAX_BPS_SECS: u64 = 5_000 * YEAR_SECS as u64;

stored! {
    /// Management fees that have accrued.
    pub struct FeeAccrual {
        /// Unix time up to which fees have accrued; 0 before the first deposit.
        pub at: i64,
        /// Part of a raw share that has accrued and is not counted yet, in 2⁻⁶⁴.
        pub carry_x64: u64,
        /// Shares (raw units) that have accrued and are not minted yet. They are part of the vault's total.
        pub owed_shares: u64,
    }
}

impl FeeAccrual {
    /// Fees from now on: the first deposit has been made.
    pub fn start(now: i64) -> Self {
        FeeAccrual { at: now, ..FeeAccrual::default() }
    }

    /// The fees at `now` of a vault that had `total_shares` all the time since the last accrual, at `fee_bps` a year; and what
    /// its total then is. Nothing accrues before the first deposit.
    ///
    /// Never an error, since nothing may hold up a redemption: where the total would not fit 64 bits, the recipient loses the
    /// fee.
    pub fn accrued(&self, total_shares: u64, fee_bps: u16, now: i64) -> (Self, u64) {
        if self.at == 0 || now <= self.at {
            return (*self, total_shares);
        }
        let lost = (FeeAccrual { at: now, ..*self }, total_shares);
        let elapsed_secs = self.at.abs_diff(now);
        let bps_secs = elapsed_secs.saturating_mul(u64::from(fee_bps)).min(MAX_BPS_SECS);
        if bps_secs == 0 {
            return lost;
        }
        let shares_x64 = (u128::from(total_shares) << 64).saturating_add(self.carry_x64.into());
        let Some(grown_x64) = shares_x64.checked_add(multiply_x128(shares_x64, growth_x128(bps_secs))) else { return lost };
        let grown = (grown_x64 >> 64) as u64;
        // Shares do not shrink, and owed ones are part of the total.
        let owed_shares = self.owed_shares.saturating_add(grown.saturating_sub(total_shares));
        (FeeAccrual { at: now, carry_x64: grown_x64 as u64, owed_shares }, grown)
    }
}

/// `exp(x) − 1 = x + x²/2 · c(x)` in Q128 for a rate times a time of at most [`MAX_BPS_SECS`], rounded down. Short of the exact
/// value by less than `x · 2^-89 + x² · 2^-59`: in many small steps by no more than in one large one.
#[allow(clippy::arithmetic_side_effects, reason = "x is at most a half, so that the sum stays below 0.65")]
fn growth_x128(bps_secs: u64) -> u128 {
    let exponent = BPS_SEC_X128 * u128::from(bps_secs);
    let square = multiply_x128(exponent, exponent);
    // The product with a number in Q63 as if it were in Q64 is half of it.
    exponent + multiply_x64(square, curvature_x63((exponent >> 65) as u64))
}

/// `c(x) = 2 (exp(x) − 1 − x) / x² = 1 + x/3 + x²/12 + x³/60 + …` in Q63, until terms vanish; rounded down.
#[inline]
#[allow(clippy::arithmetic_side_effects, reason = "x is at most a half, so that the sum stays below 1.2; powers are positive")]
fn curvature_x63(x_x63: u64) -> u64 {
    let one = 1 << 63;
    let (mut term, mut sum) = (one, one);
    for power in 3.. {
        term = (wide(term, x_x63) >> 63) as u64 / power;
        if term == 0 {
            break;
        }
        sum += term;
    }
    sum
}

/// `a · b / 2^64`, rounded down, where that fits: `a` is below 2^127.
#[inline]
#[allow(clippy::arithmetic_side_effects, reason = "less than 2^63 · 2^64 + 2^64")]
fn multiply_x64(a: u128, b: u64) -> u128 {
    let (high, low) = halves(a);
    wide(high, b) + (wide(low, b) >> 64)
}

/// The upper half of the 256-bit product: `a · b / 2^128`, rounded down.
#[inline]
#[allow(clippy::arithmetic_side_effects, reason = "(2^64 - 1)^2 + 2^64 - 1 < 2^128, and the whole product is below 2^256")]
fn multiply_x128(a: u128, b: u128) -> u128 {
    let ((a_high, a_low), (b_high, b_low)) = (halves(a), halves(b));
    let middle = wide(a_high, b_low) + (wide(a_low, b_low) >> 64);
    let (carry, middle) = halves(middle);
    wide(a_high, b_high) + u128::from(carry) + ((wide(a_low, b_high) + u128::from(middle)) >> 64)
}

#[inline]
fn halves(a: u128) -> (u64, u64) {
    ((a >> 64) as u64, a as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    const START: i64 = 1_700_000_000;
    const YEAR: i64 = YEAR_SECS as i64;
    /// The compiled ceiling.
    const MAX_FEE_BPS: u16 = 500;

    /// The shares owed and in total after one accrual over `secs`.
    fn after(total: u64, fee_bps: u16, secs: i64) -> (u64, u64) {
        let (fees, grown) = FeeAccrual::start(START).accrued(total, fee_bps, START + secs);
        assert_eq!(fees.at, START + secs);
        (fees.owed_shares, grown)
    }

    #[test]
    fn shares_grow_as_compounded_continuously() {
        // 10^18 (e^0.02 - 1), 10^18 (e^0.05 - 1) and 10^18 (e^0.5 - 1).
        assert_eq!(after(10u64.pow(18), 200, YEAR).0, 20_201_340_026_755_810);
        assert_eq!(after(10u64.pow(18), 500, YEAR).0, 51_271_096_376_024_039);
        assert_eq!(after(10u64.pow(18), 500, 10 * YEAR).0, 648_721_270_700_128_146);
        // A second of the smallest fee: 10^18 / (10^4 · 31557600).
        assert_eq!(after(10u64.pow(18), 1, 1).0, 3_168_808);
    }

    #[test]
    fn nothing_accrues_before_the_first_deposit_without_fee_or_back_in_time() {
        assert_eq!(FeeAccrual::default().accrued(0, 500, START), (FeeAccrual::default(), 0));
        assert_eq!(after(1_000_000, 0, YEAR), (0, 1_000_000));
        let begun = FeeAccrual { carry_x64: 7, owed_shares: 9, ..FeeAccrual::start(START) };
        for now in [START, START - 1, i64::MIN] {
            assert_eq!(begun.accrued(1_000_000, 500, now), (begun, 1_000_000));
        }
    }

    #[test]
    fn parts_of_a_share_are_carried_on() {
        // A thousand raw shares at 5 %: the fee of a day is a seventh of a raw share.
        let (mut fees, mut total) = (FeeAccrual::start(START), 1_000);
        let mut owed = std::vec![];
        for day in 1..=14 {
            (fees, total) = fees.accrued(total, 500, START + day * 86_400);
            owed.push(fees.owed_shares);
        }
        assert_eq!(owed, [0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1]);
        assert_eq!(total, 1_001);
    }

    #[test]
    fn what_no_longer_fits_the_recipient_loses() {
        let nearly_full = u64::MAX - 1_000;
        assert_eq!(after(nearly_full, 500, YEAR), (0, nearly_full));
        // So little that it still fits.
        assert_eq!(after(1 << 63, 1, 1).1, (1 << 63) + 29_227_102);
    }

    #[test]
    fn an_accrual_counts_ten_years_of_the_highest_fee() {
        let ten_years = after(1 << 40, 500, 10 * YEAR);
        assert_eq!(after(1 << 40, 500, 11 * YEAR), ten_years);
        assert_eq!(after(1 << 40, u16::MAX, i64::MAX - START), ten_years);
    }

    proptest! {
        /// However a span is cut up, what is owed at its end differs by one raw unit at most.
        #[test]
        fn accruals_in_between_change_nothing(
            total in 10_000_000u64..1 << 60,
            fee_bps in 1..=MAX_FEE_BPS,
            steps in vec(prop_oneof![1i64..100, 1i64..1_000_000], 1..200),
        ) {
            let whole = after(total, fee_bps, steps.iter().sum());
            let (mut fees, mut grown, mut now) = (FeeAccrual::start(START), total, START);
            for secs in steps {
                now += secs;
                (fees, grown) = fees.accrued(grown, fee_bps, now);
            }
            prop_assert!(fees.owed_shares.abs_diff(whole.0) <= 1, "{} and {}", fees.owed_shares, whole.0);
            prop_assert_eq!(grown - total, fees.owed_shares);
        }

        /// One raw unit for the rounding, and what `f64` itself is off by.
        #[test]
        fn growth_is_that_of_the_closed_form(total in 1u64..1 << 60, fee_bps in 1..=MAX_FEE_BPS, secs in 1..=10 * YEAR) {
            let exponent = f64::from(fee_bps) / 1e4 * secs as f64 / YEAR as f64;
            let exact = total as f64 * exponent.exp_m1();
            let owed = after(total, fee_bps, secs).0 as f64;
            prop_assert!((owed - exact).abs() <= 1.0 + exact * 1e-14, "{owed} instead of {exact}");
        }

        /// Between accruals, shares come and go; nothing of the fee is lost or doubled by it, and the price of a share falls by
        /// the fee alone.
        #[test]
        fn a_share_is_diluted_by_the_fee_alone(
            total in 10_000_000u64..1 << 50,
            fee_bps in 1..=MAX_FEE_BPS,
            moves in vec((1i64..10_000_000, -500i64..1_000), 1..20),
        ) {
            let (mut fees, mut shares, mut now) = (FeeAccrual::start(START), total, START);
            for (secs, moved_permille) in moves {
                now += secs;
                let before = shares;
                (fees, shares) = fees.accrued(shares, fee_bps, now);
                let kept = before as f64 / shares as f64;
                let exact = (-f64::from(fee_bps) / 1e4 * secs as f64 / YEAR as f64).exp();
                // The parts of two raw shares, carried in and out.
                prop_assert!((kept - exact).abs() <= 2.0 / before as f64 + 1e-14, "{kept} instead of {exact}");
                let moved = (i128::from(shares) * i128::from(moved_permille) / 1_000) as i64;
                shares = shares.checked_add_signed(moved).unwrap().max(10_000_000);
            }
        }

        #[test]
        fn accrual_never_fails_and_never_takes_shares_away(
            (at, carry_x64, owed_shares) in any::<(i64, u64, u64)>(),
            total in any::<u64>(),
            fee_bps in any::<u16>(),
            now in any::<i64>(),
        ) {
            let before = FeeAccrual { at, carry_x64, owed_shares };
            let (fees, grown) = before.accrued(total, fee_bps, now);
            prop_assert!(grown >= total && fees.owed_shares >= owed_shares);
            prop_assert!(fees.at == at || fees.at == now);
        }

        #[test]
        fn products_are_exact(a in any::<u128>(), b in any::<u128>(), shifts in (0u32..128, 0u32..128), word in any::<u64>()) {
            let (a, b) = (a >> shifts.0, b >> shifts.1);
            prop_assert_eq!(multiply_x128(a, b), upper_half(a, b));
            prop_assert_eq!(multiply_x64(a >> 1, word), upper_half(a >> 1, u128::from(word) << 64));
        }
    }

    /// Schoolbook multiplication in digits of 32 bits.
    fn upper_half(a: u128, b: u128) -> u128 {
        let digit = |x: u128, index: usize| (x >> (32 * index)) & u128::from(u32::MAX);
        let (mut upper, mut column) = (0, 0u128);
        for index in 0i32..8 {
            column += (0..4)
                .filter(|i| (0..4).contains(&(index - i)))
                .map(|i| digit(a, i as usize) * digit(b, (index - i) as usize))
                .sum::<u128>();
            if index >= 4 {
                upper |= (column & u128::from(u32::MAX)) << (32 * (index - 4));
            }
            column >>= 32;
        }
        upper
    }
}
