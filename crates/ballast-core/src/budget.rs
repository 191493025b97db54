//! A budget that fills up again: what may be spent at once, and comes back evenly over a day.
//!
//! A leaky bucket: whatever the pattern, no stretch of time spends more than one budget and what comes back in it.
//!
//! What trades lose and move counts as parts of the NAV at its time, not in dollars: whoever enlarges the vault for a moment does
//! not enlarge the budget, and whoever leaves does not overdraw it.

use crate::fixed::{self, MathError};
use crate::stored::stored;
use crate::{BPS, E8};

/// Seconds in which a spent budget comes back.
pub const REFILL_SECS: u64 = 86_400;
/// One basis point in 10⁻⁸.
const E8_PER_BPS: u64 = 10_000;

stored! {
    /// What has been spent of a budget and has not come back.
    pub struct Budget {
        /// Unix time of the last spending; 0 before the first.
        pub at: i64,
        /// What was spent and had not come back then, in the budget's unit.
        pub spent: u64,
    }
}

impl Budget {
    /// What is spent at `now` of a budget of `capacity`. What has come back is rounded down.
    pub fn spent_at(&self, now: i64, capacity: u64) -> Result<u64, MathError> {
        let elapsed_secs = u64::try_from(now.saturating_sub(self.at)).unwrap_or(0);
        // After a day all is back, however much was spent: the capacity may have shrunk since.
        if elapsed_secs >= REFILL_SECS {
            return Ok(0);
        }
        let back = fixed::mul_div_floor(capacity, elapsed_secs, REFILL_SECS)?;
        Ok(self.spent.saturating_sub(back))
    }

    /// What is left at `now` of a budget of `capacity`.
    pub fn left_at(&self, now: i64, capacity: u64) -> Result<u64, MathError> {
        Ok(capacity.saturating_sub(self.spent_at(now, capacity)?))
    }

    /// Spends `amount`, or answers `None` where that is more than is left.
    pub fn spend(&self, amount: u64, now: i64, capacity: u64) -> Result<Option<Self>, MathError> {
        let spent = self.spent_at(now, capacity)?.checked_add(amount).ok_or(MathError::Overflow)?;
        Ok((spent <= capacity).then_some(Budget { at: now, spent }))
    }

    /// This budget of parts of NAV in 10⁻⁸, of which there are `max_bps`, as it stands at `now`.
    pub fn of_nav(&self, max_bps: u32, now: i64) -> Result<NavBudget, MathError> {
        let capacity_e8 = u64::from(max_bps).saturating_mul(E8_PER_BPS);
        Ok(NavBudget { now, spent_e8: self.spent_at(now, capacity_e8)?, capacity_e8 })
    }
}

/// A budget of parts of NAV, as it stands at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NavBudget {
    now: i64,
    spent_e8: u64,
    capacity_e8: u64,
}

impl NavBudget {
    /// Whether nothing is left.
    pub fn is_spent(&self) -> bool {
        self.spent_e8 >= self.capacity_e8
    }

    /// The part of the budget that is spent, in basis points, rounded down; more than all of it where it was larger once.
    pub fn used_bps(&self) -> u64 {
        self.spent_e8.saturating_mul(u64::from(BPS)).checked_div(self.capacity_e8).unwrap_or(u64::MAX)
    }

    /// What is left for a vault that is worth `nav_usd`, in micro-dollars, rounded down.
    pub fn left_usd(&self, nav_usd: u64) -> Result<u64, MathError> {
        fixed::mul_div_floor(nav_usd, self.capacity_e8.saturating_sub(self.spent_e8), E8)
    }

    /// Spends an amount of a vault that was worth `nav_usd`, as a part rounded up; or answers `None` where that is more than is
    /// left.
    pub fn spend(&self, amount_usd: u64, nav_usd: u64) -> Result<Option<Self>, MathError> {
        let part_e8 = fixed::mul_div_ceil(amount_usd, E8, nav_usd)?;
        let spent_e8 = self.spent_e8.checked_add(part_e8).ok_or(MathError::Overflow)?;
        Ok((spent_e8 <= self.capacity_e8).then_some(NavBudget { spent_e8, ..*self }))
    }

    /// The budget to store.
    pub fn stored(&self) -> Budget {
        Budget { at: self.now, spent: self.spent_e8 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A budget of this many basis points of NAV, with this much spent of it now.
    fn spent(spent_e8: u64, max_bps: u32) -> NavBudget {
        Budget { at: 0, spent: spent_e8 }.of_nav(max_bps, 0).unwrap()
    }

    #[test]
    fn part_of_nav_is_spent_to_the_last_part() {
        // 50 bps are 500,000 parts; 10 of 10,000 are 100,000.
        let after = |spent_e8, amount_usd| spent(spent_e8, 50).spend(amount_usd, 10_000).unwrap().map(|budget| budget.stored());
        assert_eq!(after(400_000, 10), Some(Budget { at: 0, spent: 500_000 }));
        assert_eq!([after(400_001, 10), after(400_000, 11)], [None; 2]);
        assert_eq!(after(500_000, 0), Some(Budget { at: 0, spent: 500_000 }));
        assert_eq!([499_999, 500_000].map(|spent_e8| spent(spent_e8, 50).is_spent()), [false, true]);
        assert_eq!([0, 1, 500_000].map(|spent_e8| spent(spent_e8, 50).left_usd(100_000_000).unwrap()), [500_000, 499_999, 0]);
    }

    #[test]
    fn part_of_nav_is_rounded_up() {
        let parts = |amount_usd, nav_usd| spent(0, 50).spend(amount_usd, nav_usd).unwrap().unwrap().spent_e8;
        assert_eq!([parts(0, u64::MAX), parts(1, u64::MAX), parts(1, 100_000_001), parts(1, 100_000_000)], [0, 1, 1, 1]);
        assert_eq!(parts(1, 99_999_999), 2);
    }

    #[test]
    fn part_of_nav_comes_back_over_a_day() {
        let at = |secs: i64| Budget { at: 1_000, spent: 500_000 }.of_nav(50, 1_000 + secs).unwrap();
        assert_eq!([0, 1, 864, 43_200, 86_399, 86_400].map(|secs| at(secs).used_bps()), [10_000, 9_999, 9_900, 5_000, 0, 0]);
        let after = |secs| at(secs).spend(2_500, 1_000_000).unwrap().map(|budget| budget.stored());
        assert_eq!(after(43_200), Some(Budget { at: 44_200, spent: 500_000 }));
        assert_eq!(after(43_199), None);
    }

    #[test]
    fn used_part_has_any_size() {
        assert_eq!([0, 49, 450_000, 500_000].map(|spent_e8| spent(spent_e8, 50).used_bps()), [0, 0, 9_000, 10_000]);
        assert_eq!(spent(500_000, 25).used_bps(), 20_000);
        assert_eq!(spent(u64::MAX, 1).used_bps(), u64::MAX / 10_000);
        assert_eq!(spent(0, 0).used_bps(), u64::MAX, "a budget of nothing");
    }

    #[test]
    fn part_of_nothing_and_overflow_are_errors() {
        for amount_usd in [0, 1] {
            assert_eq!(spent(0, 50).spend(amount_usd, 0), Err(MathError::DivisionByZero));
        }
        assert_eq!(spent(0, 50).spend(u64::MAX, 99_999_999), Err(MathError::Overflow), "part");
        assert_eq!(spent(1, 50).spend(u64::MAX, 100_000_000), Err(MathError::Overflow), "sum");
    }

    #[test]
    fn budget_comes_back_evenly_over_a_day() {
        let spent = Budget::default().spend(100, 1_000, 100).unwrap().unwrap();
        assert_eq!(spent, Budget { at: 1_000, spent: 100 });
        let left = |after_secs: i64| spent.left_at(1_000 + after_secs, 100).unwrap();
        assert_eq!([left(0), left(863), left(864), left(43_200), left(86_399), left(86_400)], [0, 0, 1, 50, 99, 100]);
    }

    #[test]
    fn no_more_is_spent_than_is_left() {
        let half = Budget::default().spend(50, 0, 100).unwrap().unwrap();
        assert_eq!(half.spend(51, 0, 100), Ok(None));
        assert_eq!(half.spend(50, 0, 100), Ok(Some(Budget { at: 0, spent: 100 })));
        assert_eq!(half.spend(51, 864, 100), Ok(Some(Budget { at: 864, spent: 100 })));
        assert_eq!(half.spend(u64::MAX, 0, 100), Err(MathError::Overflow));
    }

    #[test]
    fn a_clock_that_goes_back_gives_nothing_back() {
        let spent = Budget { at: 1_000, spent: 7 };
        assert_eq!(spent.spent_at(0, 100), Ok(7));
        assert_eq!(spent.spent_at(i64::MIN, 100), Ok(7));
    }

    #[test]
    fn a_smaller_capacity_is_overdrawn_for_a_day_at_most() {
        let spent = Budget { at: 0, spent: 100 };
        assert_eq!(spent.left_at(43_200, 10), Ok(0));
        assert_eq!(spent.left_at(86_400, 10), Ok(10));
    }

    proptest! {
        /// In any stretch of time, no more than the capacity and what comes back in it.
        #[test]
        fn spending_is_bounded(capacity in 1u64..1 << 40, steps in proptest::collection::vec((0i64..20_000, 0u64..1 << 40), 1..60)) {
            let (mut budget, mut now, mut total) = (Budget::default(), 1_000_000_000, 0u128);
            let start = now + steps[0].0;
            for (elapsed_secs, amount) in steps {
                now += elapsed_secs;
                if let Some(next) = budget.spend(amount % (capacity + 1), now, capacity).unwrap() {
                    (budget, total) = (next, total + u128::from(amount % (capacity + 1)));
                }
                let back = u128::from(capacity) * (now - start) as u128 / u128::from(REFILL_SECS);
                prop_assert!(total <= u128::from(capacity) + back);
            }
        }
    }
}
