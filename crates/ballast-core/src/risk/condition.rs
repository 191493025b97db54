//! The breakers' conditions: which of them holds, and what was measured against which limit.
//!
//! Every function answers `None` while its limit is kept; the limit itself is inside, but for the loss budget's, at whose use
//! trading stops.

use crate::BPS;
use crate::budget::NavBudget;
use crate::decision::Side;
use crate::fixed::{self, MathError};
use crate::price::{PublishedPrice, UnitPrice, is_fresh};
use crate::risk::breaker::{Breaker, Breakers};
use crate::risk::lookback::Lookbacks;
use crate::valuation::Holding;

/// [`Trip::asset`] of what is about no single asset.
pub const NO_ASSET: u8 = 255;

/// A breaker whose condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trip {
    /// Which one.
    pub breaker: Breaker,
    /// Index of the asset that it is about; [`NO_ASSET`] for none.
    pub asset: u8,
    /// What was measured, in basis points rounded up (of the loss budget, down); in micro-dollars for a pool's depth.
    pub measured: u64,
    /// The limit that it passed, in the same unit.
    pub limit: u64,
}

/// The condition that counts where several hold: the first of a hard breaker, else the first one.
pub fn gravest(breakers: &Breakers, trips: impl IntoIterator<Item = Option<Trip>>) -> Option<Trip> {
    trips.into_iter().flatten().min_by_key(|trip| !breakers.is_hard(trip.breaker))
}

/// A fresh price of an asset of the basket, held or not, that is far from either average, or wide: what is not held yet can be
/// deposited and bought. Prices that are no longer fresh say nothing of now.
#[inline(never)]
pub fn prices(holdings: impl Iterator<Item = Holding>, breakers: &Breakers, now: i64, max_age_secs: u32) -> Option<Trip> {
    let taking_part = (0..NO_ASSET).zip(holdings).filter(|(_, holding)| !holding.is_excluded);
    let fresh = taking_part.filter(|(_, holding)| is_fresh(holding.publish_time, now, max_age_secs));
    gravest(breakers, fresh.flat_map(|(asset, holding)| price(asset, &holding, breakers)))
}

fn price(asset: u8, holding: &Holding, breakers: &Breakers) -> [Option<Trip>; 3] {
    let UnitPrice { mid_x64, conf_x64 } = holding.price;
    let far_from = |breaker, reference_x64: u128, max_bps: u16| {
        let measured = beyond_bps(mid_x64.abs_diff(reference_x64), reference_x64, max_bps)?;
        Some(Trip { breaker, asset, measured, limit: max_bps.into() })
    };
    [
        far_from(Breaker::Jump, holding.references.average_x64, breakers.max_jump_bps),
        far_from(Breaker::Divergence, holding.references.ema_x64, breakers.max_divergence_bps),
        width(asset, conf_x64, mid_x64, breakers),
    ]
}

/// A published price of an asset that is wide: evidence that [`prices`] cannot see where the vault takes no price so wide.
pub fn published(asset: u8, price: &PublishedPrice, breakers: &Breakers) -> Option<Trip> {
    width(asset, price.conf.into(), price.price.unsigned_abs().into(), breakers)
}

/// The width of a price's confidence interval over the price, in basis points rounded up, as breakers measure it; 0 without a price.
pub fn width_bps(price: &UnitPrice) -> u64 {
    beyond_bps(price.conf_x64, price.mid_x64, 0).unwrap_or(0)
}

fn width(asset: u8, conf: u128, price: u128, breakers: &Breakers) -> Option<Trip> {
    let measured = beyond_bps(conf, price, breakers.max_conf_bps)?;
    Some(Trip { breaker: Breaker::Confidence, asset, measured, limit: breakers.max_conf_bps.into() })
}

/// A share price (micro-dollars per raw share, Q64.64) that is far below a high.
pub fn drawdown(lookbacks: &Lookbacks, share_price_x64: u128, now: i64, breakers: &Breakers) -> Option<Trip> {
    let limits_bps = [breakers.max_day_drawdown_bps, breakers.max_week_drawdown_bps, breakers.max_month_drawdown_bps];
    lookbacks.highs_x64(now).into_iter().zip(limits_bps).find_map(|(high_x64, max_bps)| {
        let measured = beyond_bps(high_x64.saturating_sub(share_price_x64), high_x64, max_bps)?;
        Some(Trip { breaker: Breaker::Drawdown, asset: NO_ASSET, measured, limit: max_bps.into() })
    })
}

/// A loss budget that is used up to the limit.
pub fn loss(budget: &NavBudget, breakers: &Breakers) -> Option<Trip> {
    let (measured, limit) = (budget.used_bps(), u64::from(breakers.max_loss_used_bps));
    (measured >= limit).then_some(Trip { breaker: Breaker::LossBudget, asset: NO_ASSET, measured, limit })
}

/// A pool that holds little, or whose price is farther than `max_away_bps` from the oracle's. The pair and the reserves are in
/// the pool's order.
///
/// `pool price / oracle price` is what the pool's one side is worth over the other. How far that is from one is measured from
/// the smaller side, so that both directions of trade are as far away.
pub fn pool(pair: &[Side; 2], reserves: [u64; 2], max_away_bps: u16, breakers: &Breakers) -> Result<Option<Trip>, MathError> {
    let ([first, second], [first_units, second_units]) = (pair, reserves);
    let (first_usd, second_usd) = (first.price.value_usd(first_units)?, second.price.value_usd(second_units)?);
    let (depth_usd, apart_usd) = (first_usd.min(second_usd), first_usd.abs_diff(second_usd));
    let trip = |breaker, measured, limit| Ok(Some(Trip { breaker, asset: NO_ASSET, measured, limit }));
    if depth_usd < breakers.min_pool_depth_usd {
        return trip(Breaker::Illiquid, depth_usd, breakers.min_pool_depth_usd);
    }
    // Nothing on one side is infinitely far from something on the other.
    let away_bps = if depth_usd == 0 { Some(u64::MAX) } else { beyond_bps(apart_usd.into(), depth_usd.into(), max_away_bps) };
    away_bps.map_or(Ok(None), |measured| trip(Breaker::PoolAway, measured, max_away_bps.into()))
}

/// `part / whole` in basis points, rounded up, where that is more than `max_bps`; `None` otherwise and where there is no whole.
///
/// Exact below 2¹¹², and above to the last of more than 96 binary digits.
#[inline]
#[allow(clippy::arithmetic_side_effects, reason = "numbers below 2^112 times ones below 2^16")]
fn beyond_bps(part: u128, whole: u128, max_bps: u16) -> Option<u64> {
    let excess_bits = if (part | whole) >> 112 == 0 { 0 } else { 16 };
    let (part, whole) = (part >> excess_bits, whole >> excess_bits);
    let scaled = part * u128::from(BPS);
    if whole == 0 || scaled <= whole * u128::from(max_bps) {
        return None;
    }
    let measured = fixed::div_ceil(scaled, whole).unwrap_or(u128::MAX);
    Some(u64::try_from(measured).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::Budget;
    use crate::risk::breaker::DEFAULT;
    use crate::risk::reference::References;
    use proptest::prelude::*;
    use std::vec;
    use std::vec::Vec;

    const NOW: i64 = 1_700_000_000;
    const MAX_AGE_SECS: u32 = 60;
    /// A price of 10,000, so that a basis point is one.
    const PRICE: u128 = 10_000;

    fn holding(price: u128, conf: u128, average: u128, ema: u128) -> Holding {
        Holding {
            balance: 1,
            price: UnitPrice { mid_x64: price << 64, conf_x64: conf << 64 },
            publish_time: NOW,
            references: References { ema_x64: ema << 64, average_x64: average << 64 },
            ..Holding::default()
        }
    }

    /// At its averages, with a narrow confidence interval.
    fn calm() -> Holding {
        holding(PRICE, 1, PRICE, PRICE)
    }

    fn judged(holdings: &[Holding]) -> Option<Trip> {
        prices(holdings.iter().copied(), &DEFAULT, NOW, MAX_AGE_SECS)
    }

    fn trip(breaker: Breaker, asset: u8, measured: u64, limit: u64) -> Option<Trip> {
        Some(Trip { breaker, asset, measured, limit })
    }

    #[test]
    fn price_may_be_as_far_from_the_average_as_the_limit() {
        let jump = |price| judged(&[calm(), holding(price, 0, PRICE, price)]);
        assert_eq!([8_500, 10_000, 11_500].map(jump), [None; 3]);
        assert_eq!(jump(8_499), trip(Breaker::Jump, 1, 1_501, 1_500));
        assert_eq!(jump(11_501), trip(Breaker::Jump, 1, 1_501, 1_500));
        assert_eq!(jump(30_000), trip(Breaker::Jump, 1, 20_000, 1_500));
    }

    #[test]
    fn price_may_be_as_far_from_its_publishers_average_as_the_limit() {
        let divergence = |price| judged(&[calm(), calm(), holding(price, 0, price, PRICE)]);
        assert_eq!([8_500, 10_000, 11_500].map(divergence), [None; 3]);
        assert_eq!(divergence(8_499), trip(Breaker::Divergence, 2, 1_501, 1_500));
        assert_eq!(divergence(11_501), trip(Breaker::Divergence, 2, 1_501, 1_500));
    }

    #[test]
    fn interval_may_be_as_wide_as_the_limit() {
        let wide = |conf| judged(&[holding(PRICE, conf, PRICE, PRICE)]);
        assert_eq!([0, 500].map(wide), [None; 2]);
        assert_eq!(wide(501), trip(Breaker::Confidence, 0, 501, 500));
        let width = |conf_x64, mid_x64| width_bps(&UnitPrice { mid_x64, conf_x64 });
        assert_eq!([width(0, PRICE), width(1, PRICE), width(501, PRICE), width(1, 0), width(1, 2 * PRICE)], [0, 1, 501, 0, 1]);
        let published = |conf| {
            let price = PublishedPrice { price: 10_000, conf, exponent: -8, publish_time: NOW };
            super::published(3, &price, &DEFAULT)
        };
        assert_eq!(published(500), None);
        assert_eq!(published(501), trip(Breaker::Confidence, 3, 501, 500));
        assert_eq!(published(u64::MAX).map(|trip| trip.measured), Some(u64::MAX));
    }

    #[test]
    fn measures_are_rounded_up_past_their_limit() {
        // A hundred-thousandth beyond 15 % of 10⁵.
        let barely = holding(115_001, 0, 100_000, 115_001);
        assert_eq!(judged(&[barely]), trip(Breaker::Jump, 0, 1_501, 1_500));
    }

    #[test]
    fn numbers_of_128_bits_do_not_overflow() {
        let largest = 1 << 127;
        assert_eq!(
            [(largest, largest), (1, largest), (largest, 1)].map(|(part, whole)| beyond_bps(part, whole, 1)),
            [
                Some(10_000),
                None,
                // A whole of one has no digit left among the first 112.
                None
            ]
        );
    }

    #[test]
    fn only_prices_that_count_and_tell_the_present_are_judged() {
        let leapt = holding(3 * PRICE, 0, PRICE, 3 * PRICE);
        assert!(judged(&[leapt]).is_some());
        assert!(judged(&[Holding { balance: 0, ..leapt }]).is_some(), "not held yet, but it can be bought");
        assert_eq!(judged(&[Holding { is_excluded: true, ..leapt }]), None, "quarantined");
        assert!(judged(&[Holding { publish_time: NOW - 60, ..leapt }]).is_some(), "fresh to the last second");
        assert_eq!(judged(&[Holding { publish_time: NOW - 61, ..leapt }]), None, "stale");
        assert_eq!(judged(&[Holding { references: References::default(), ..leapt }]), None, "nothing to be far from");
    }

    #[test]
    fn hard_breakers_come_before_soft_ones() {
        let both = [holding(3 * PRICE, 0, PRICE, PRICE), holding(PRICE, 501, PRICE, PRICE)];
        let first = |hard_mask| {
            let breakers = Breakers { hard_mask, ..DEFAULT };
            prices(both.into_iter(), &breakers, NOW, MAX_AGE_SECS).map(|trip| trip.breaker)
        };
        assert_eq!(first(0), Some(Breaker::Jump));
        assert_eq!(first(0b010), Some(Breaker::Divergence));
        assert_eq!(first(0b100), Some(Breaker::Confidence));
        assert_eq!(first(0b111), Some(Breaker::Jump));
        assert_eq!(gravest(&DEFAULT, [None, None]), None);
    }

    #[test]
    fn share_price_may_be_as_far_below_each_high_as_its_limit() {
        let fallen = |share_price: u128, age_days: i64| {
            let mut lookbacks = Lookbacks::default();
            lookbacks.record(NOW - age_days * 86_400, PRICE << 64);
            drawdown(&lookbacks, share_price << 64, NOW, &DEFAULT)
        };
        // A high of today counts in every window, one of five days ago in two, one of twenty days ago in one.
        for (age_days, limit) in [(0, 2_500u64), (5, 4_000), (20, 6_000)] {
            let lowest = PRICE - u128::from(limit);
            assert_eq!(fallen(lowest, age_days), None, "{age_days}");
            assert_eq!(fallen(lowest - 1, age_days), trip(Breaker::Drawdown, NO_ASSET, limit + 1, limit), "{age_days}");
        }
        assert_eq!(fallen(1, 40), None, "forgotten");
        assert_eq!(fallen(2 * PRICE, 0), None, "a new high");
        assert_eq!(drawdown(&Lookbacks::default(), 1, NOW, &DEFAULT), None, "no high yet");
    }

    #[test]
    fn loss_budget_counts_as_used_at_its_limit() {
        // 50 bps are 500,000 parts.
        let used = |spent| loss(&Budget { at: NOW, spent }.of_nav(50, NOW).unwrap(), &DEFAULT);
        assert_eq!([0, 449_999].map(used), [None; 2]);
        assert_eq!(used(450_000), trip(Breaker::LossBudget, NO_ASSET, 9_000, 9_000));
        assert_eq!(used(500_000), trip(Breaker::LossBudget, NO_ASSET, 10_000, 9_000));
    }

    /// A pool whose sides are worth this much.
    fn sides(first_usd: u64, second_usd: u64, breakers: &Breakers) -> Option<Trip> {
        let price = UnitPrice { mid_x64: 2 << 64, conf_x64: 0 };
        let pair = [0, 1].map(|index| Side { index, ..Side::of(index, &Holding { price, ..Holding::default() }) });
        pool(&pair, [first_usd / 2, second_usd / 2], 1_000, breakers).unwrap()
    }

    #[test]
    fn pool_may_be_as_far_from_the_oracle_as_the_limit_in_either_direction() {
        for [first, second] in [[0, 1], [1, 0]] {
            let away = |usd: u64| {
                let both = [10_000, usd];
                sides(both[first], both[second], &DEFAULT)
            };
            assert_eq!([10_000, 11_000].map(away), [None; 2]);
            assert_eq!(away(11_002), trip(Breaker::PoolAway, NO_ASSET, 1_002, 1_000));
            assert_eq!(away(0), trip(Breaker::PoolAway, NO_ASSET, u64::MAX, 1_000));
        }
        assert_eq!(sides(0, 0, &DEFAULT), trip(Breaker::PoolAway, NO_ASSET, u64::MAX, 1_000), "dead");
    }

    #[test]
    fn pool_may_hold_as_little_as_the_limit() {
        let breakers = Breakers { min_pool_depth_usd: 10_000, ..DEFAULT };
        assert_eq!(sides(10_000, 10_000, &breakers), None);
        assert_eq!(sides(10_000, 9_998, &breakers), trip(Breaker::Illiquid, NO_ASSET, 9_998, 10_000));
        assert_eq!(sides(0, 0, &breakers), trip(Breaker::Illiquid, NO_ASSET, 0, 10_000));
    }

    #[test]
    fn pool_beyond_64_bits_is_an_error() {
        let pair = [0, 1].map(|index| Side::of(index, &calm()));
        assert_eq!(pool(&pair, [u64::MAX, 1], 1_000, &DEFAULT), Err(MathError::Overflow));
    }

    proptest! {
        /// Exact below 2¹¹², by arithmetic on halves of the numbers.
        #[test]
        fn beyond_agrees_with_exact_arithmetic(part in 0u128..1 << 112, whole in 0u128..1 << 112, bits in 0u32..112, max_bps: u16) {
            let part = part >> bits;
            let expected = (whole > 0 && part * 10_000 > whole * u128::from(max_bps))
                .then(|| u64::try_from((part * 10_000).div_ceil(whole)).unwrap_or(u64::MAX));
            prop_assert_eq!(beyond_bps(part, whole, max_bps), expected);
        }

        /// Above, to the last of many digits; and nothing overflows.
        #[test]
        fn beyond_of_the_largest_numbers_is_close(part: u128, whole in 1u128 << 100.., max_bps: u16) {
            let exact = part as f64 / whole as f64 * 1e4;
            match beyond_bps(part, whole, max_bps) {
                Some(measured) => prop_assert!(measured as f64 >= exact * (1.0 - 1e-9) && (measured as f64) < exact + 1.0 + exact * 1e-9),
                None => prop_assert!(exact <= f64::from(max_bps) * (1.0 + 1e-9)),
            }
        }

        /// The grave one of many: a hard one exactly where one holds.
        #[test]
        fn gravest_is_hard_where_any_is(picks in proptest::collection::vec(1u8..=7, 0..8), hard_mask in 0u32..0x80) {
            let breakers = Breakers { hard_mask, ..DEFAULT };
            let trips: Vec<Option<Trip>> =
                picks.iter().map(|pick| trip(Breaker::from_number(*pick).unwrap(), 0, 1, 0)).chain(vec![None]).collect();
            let found = gravest(&breakers, trips.clone());
            let any_hard = trips.iter().flatten().any(|trip| breakers.is_hard(trip.breaker));
            prop_assert_eq!(found.is_some(), !picks.is_empty());
            prop_assert_eq!(found.is_some_and(|trip| breakers.is_hard(trip.breaker)), any_hard);
        }
    }
}
