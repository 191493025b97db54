//! A budget that fills up again: what may be spent at once, and comes back evenly over a day.
//!
//! A leaky bucket: whatever the pattern, no stretch of time spends more than one budget and what comes back in it.

use crate::fixed::{self, MathError};
use crate::stored::stored;

/// Seconds in which a spent budget comes back.
pub const REFILL_SECS: u64 = 86_400;

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
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
