//! The loss budget: what trades may lose against the oracle's mid price in one window of a day.

use crate::BPS;
use crate::fixed::{self, MathError};

/// Length of the window in which losses add up.
pub const WINDOW_SECS: i64 = 86_400;

/// Losses of the current window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LossWindow {
    /// Unix time at which the window began.
    pub start: i64,
    /// Micro-dollars lost since then.
    pub spent_usd: u64,
}

impl LossWindow {
    /// The window that `now` falls into: this one, or a new and empty one.
    #[must_use]
    pub fn at(self, now: i64) -> Self {
        if now.saturating_sub(self.start) < WINDOW_SECS { self } else { LossWindow { start: now, spent_usd: 0 } }
    }

    /// Whether a further loss would still be allowed.
    pub fn has_budget(&self, nav_usd: u64, max_daily_loss_bps: u16) -> Result<bool, MathError> {
        Ok(self.spent_usd < budget_usd(nav_usd, max_daily_loss_bps)?)
    }

    /// Adds a loss, or answers `None` where that would exceed the budget.
    pub fn spend(self, loss_usd: u64, nav_usd: u64, max_daily_loss_bps: u16) -> Result<Option<Self>, MathError> {
        let spent_usd = self.spent_usd.checked_add(loss_usd).ok_or(MathError::Overflow)?;
        let within = spent_usd <= budget_usd(nav_usd, max_daily_loss_bps)?;
        Ok(within.then_some(LossWindow { spent_usd, ..self }))
    }
}

/// Micro-dollars that may be lost in a window, rounded down.
fn budget_usd(nav_usd: u64, max_daily_loss_bps: u16) -> Result<u64, MathError> {
    fixed::mul_div_floor(nav_usd, u64::from(max_daily_loss_bps), u64::from(BPS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn window_renews_after_a_day() {
        let window = LossWindow { start: 1_000, spent_usd: 7 };
        assert_eq!(window.at(1_000 + WINDOW_SECS - 1), window);
        assert_eq!(window.at(1_000 + WINDOW_SECS), LossWindow { start: 1_000 + WINDOW_SECS, spent_usd: 0 });
    }

    #[test]
    fn budget_is_spent_to_the_last_unit() {
        // 50 bps of 10,000 = 50.
        let window = LossWindow { start: 0, spent_usd: 40 };
        assert_eq!(window.spend(10, 10_000, 50), Ok(Some(LossWindow { start: 0, spent_usd: 50 })));
        assert_eq!(window.spend(11, 10_000, 50), Ok(None));
        assert_eq!(window.has_budget(10_000, 50), Ok(true));
        assert_eq!(LossWindow { start: 0, spent_usd: 50 }.has_budget(10_000, 50), Ok(false));
        assert_eq!(window.spend(u64::MAX, 10_000, 50), Err(MathError::Overflow));
    }

    proptest! {
        /// Whatever is tried and when, the losses that one window accepts never exceed its budget.
        #[test]
        fn a_window_never_exceeds_its_budget(
            tries in proptest::collection::vec((0i64..WINDOW_SECS, 0u64..100), 1..50),
            nav_usd in 0u64..100_000,
            max_daily_loss_bps in 1u16..=300,
        ) {
            let budget = nav_usd * u64::from(max_daily_loss_bps) / 10_000;
            let (mut now, mut window, mut accepted) = (0, LossWindow::default(), 0);
            for (wait, loss_usd) in tries {
                now += wait;
                let current = window.at(now);
                if current.start != window.start {
                    accepted = 0;
                }
                let spent = current.spend(loss_usd, nav_usd, max_daily_loss_bps).unwrap();
                prop_assert_eq!(spent.is_some(), accepted + loss_usd <= budget);
                if spent.is_some() {
                    accepted += loss_usd;
                }
                window = spent.unwrap_or(current);
                prop_assert_eq!(window.has_budget(nav_usd, max_daily_loss_bps).unwrap(), accepted < budget);
            }
        }
    }
}
