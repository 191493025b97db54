//! Budgets of a day: which part of the vault trades may lose, or move, in one window of a day.
//!
//! Amounts add up as parts of the NAV at their time, not in dollars: whoever enlarges the vault for a moment does not enlarge
//! the budget, and whoever leaves does not overdraw it.

use crate::E8;
use crate::fixed::{self, MathError};
use crate::stored::stored;

/// Length of the window in which amounts add up.
pub const WINDOW_SECS: i64 = 86_400;

/// One basis point in 10⁻⁸.
const E8_PER_BPS: u64 = 10_000;

stored! {
    /// What the current window has used.
    pub struct DayWindow {
        /// Unix time at which the window began.
        pub start: i64,
        /// Sum of each amount over the NAV before it, in 10⁻⁸, each rounded up.
        pub spent_e8: u64,
    }
}

impl DayWindow {
    /// The window that `now` falls into: this one, or a new and empty one.
    #[must_use]
    pub fn at(self, now: i64) -> Self {
        if now.saturating_sub(self.start) < WINDOW_SECS { self } else { DayWindow { start: now, spent_e8: 0 } }
    }

    /// What is left of a budget of `max_bps`, for a vault that is worth `nav_usd`; in micro-dollars, rounded down.
    pub fn left_usd(&self, nav_usd: u64, max_bps: u32) -> Result<u64, MathError> {
        fixed::mul_div_floor(nav_usd, budget_e8(max_bps).saturating_sub(self.spent_e8), E8)
    }

    /// Whether a further amount would still be allowed.
    pub fn has_budget(&self, max_bps: u32) -> bool {
        self.spent_e8 < budget_e8(max_bps)
    }

    /// Adds an amount of a vault that was worth `nav_usd`, or answers `None` where that would exceed the budget.
    pub fn spend(self, amount_usd: u64, nav_usd: u64, max_bps: u32) -> Result<Option<Self>, MathError> {
        let part_e8 = fixed::mul_div_ceil(amount_usd, E8, nav_usd)?;
        let spent_e8 = self.spent_e8.checked_add(part_e8).ok_or(MathError::Overflow)?;
        let is_within = spent_e8 <= budget_e8(max_bps);
        Ok(is_within.then_some(DayWindow { spent_e8, ..self }))
    }
}

#[allow(clippy::arithmetic_side_effects, reason = "a 32-bit number times ten thousand")]
fn budget_e8(max_bps: u32) -> u64 {
    u64::from(max_bps) * E8_PER_BPS
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A window that began at 0 with this much spent.
    fn spent(spent_e8: u64) -> DayWindow {
        DayWindow { start: 0, spent_e8 }
    }

    #[test]
    fn window_renews_after_a_day() {
        let window = DayWindow { start: 1_000, spent_e8: 7 };
        assert_eq!(window.at(1_000 + WINDOW_SECS - 1), window);
        assert_eq!(window.at(1_000 + WINDOW_SECS), DayWindow { start: 1_000 + WINDOW_SECS, spent_e8: 0 });
    }

    #[test]
    fn budget_is_spent_to_the_last_part() {
        // 50 bps are 500,000 parts; 10 of 10,000 are 100,000.
        assert_eq!(spent(400_000).spend(10, 10_000, 50), Ok(Some(spent(500_000))));
        assert_eq!(spent(400_001).spend(10, 10_000, 50), Ok(None));
        assert_eq!(spent(400_000).spend(11, 10_000, 50), Ok(None));
        assert!(spent(499_999).has_budget(50) && !spent(500_000).has_budget(50));
        assert_eq!(spent(500_000).spend(0, 10_000, 50), Ok(Some(spent(500_000))));
    }

    #[test]
    fn budget_fits_any_limit() {
        assert!(!spent(0).has_budget(0));
        assert_eq!(spent(0).spend(0, 1, 0), Ok(Some(spent(0))));
        assert_eq!(spent(0).spend(1, u64::MAX, 0), Ok(None));
        assert!(spent(655_349_999).has_budget(u32::from(u16::MAX)) && !spent(655_350_000).has_budget(u32::from(u16::MAX)));
    }

    #[test]
    fn each_loss_is_rounded_up() {
        let parts = |amount_usd, nav_usd| spent(0).spend(amount_usd, nav_usd, 50).unwrap().unwrap().spent_e8;
        assert_eq!(parts(0, u64::MAX), 0);
        assert_eq!(parts(1, u64::MAX), 1);
        assert_eq!(parts(1, 100_000_001), 1);
        assert_eq!(parts(1, 100_000_000), 1);
        assert_eq!(parts(1, 99_999_999), 2);
        assert_eq!(spent(1).spend(1, u64::MAX, 50), Ok(Some(spent(2))));
    }

    #[test]
    fn nav_of_zero_is_an_error() {
        assert_eq!(spent(0).spend(0, 0, 50), Err(MathError::DivisionByZero));
        assert_eq!(spent(0).spend(1, 0, 50), Err(MathError::DivisionByZero));
    }

    #[test]
    fn overflow_is_an_error() {
        assert_eq!(spent(0).spend(u64::MAX, 100_000_000, 50), Ok(None));
        assert_eq!(spent(0).spend(u64::MAX, 99_999_999, 50), Err(MathError::Overflow), "part");
        assert_eq!(spent(1).spend(u64::MAX, 100_000_000, 50), Err(MathError::Overflow), "sum");
        assert_eq!(spent(u64::MAX).spend(1, u64::MAX, 50), Err(MathError::Overflow), "last part");
    }

    proptest! {
        /// Whatever is tried, when and at which NAV, one window accepts exactly the losses whose parts fit its budget.
        #[test]
        fn a_window_never_exceeds_its_budget(
            tries in proptest::collection::vec((0i64..WINDOW_SECS, 0u64..100, 1u64..100_000), 1..50),
            max_bps in 1u32..=300,
        ) {
            let budget = u128::from(max_bps) * 10_000;
            let (mut now, mut window, mut accepted) = (0, DayWindow::default(), 0);
            for (wait, amount_usd, nav_usd) in tries {
                now += wait;
                let current = window.at(now);
                if current.start != window.start {
                    accepted = 0;
                }
                let part = (u128::from(amount_usd) * 100_000_000).div_ceil(u128::from(nav_usd));
                let next = current.spend(amount_usd, nav_usd, max_bps).unwrap();
                prop_assert_eq!(next.is_some(), accepted + part <= budget);
                if next.is_some() {
                    accepted += part;
                }
                window = next.unwrap_or(current);
                prop_assert_eq!(u128::from(window.spent_e8), accepted);
                prop_assert_eq!(window.has_budget(max_bps), accepted < budget);
            }
        }
    }
}
