//! Schedule: trades that are due at fixed times, whatever the drift.

use crate::BPS;
use crate::fixed::{self, MathError};
use crate::limits::OutOfBounds;
use crate::stored::parameters;
use crate::strategy::allocation::E8_PER_BPS;
use crate::strategy::check;

/// A minute to a year.
const INTERVAL_SECS: core::ops::RangeInclusive<u32> = 60..=31_536_000;

parameters! {
    /// Trades are due in a window that opens every interval, if an asset is farther from its target than dust.
    pub struct Schedule {
        /// Time between two openings; 0 turns the part off.
        pub interval_secs: u32,
        /// How long the window stays open: long enough for a basket's trades, the vault's minimum interval apart.
        pub window_secs: u32,
        /// Distance from the target, as a part of NAV, up to which a pair of assets is left alone.
        pub dust_bps: u32,
    }
}

impl Schedule {
    /// Whether the part is in use.
    pub fn is_on(&self) -> bool {
        self.interval_secs > 0
    }

    /// Checks the parameters.
    pub fn validate(&self) -> Result<(), OutOfBounds> {
        if !self.is_on() {
            return check(*self == Self::default(), "schedule.interval_secs");
        }
        check(INTERVAL_SECS.contains(&self.interval_secs), "schedule.interval_secs")?;
        check((1..=self.interval_secs).contains(&self.window_secs), "schedule.window_secs")?;
        check(self.dust_bps < u32::from(BPS), "schedule.dust_bps")
    }

    /// Whether a trade over this distance is due at `now`: the window is open, and it is more than dust of the NAV.
    pub fn is_due(&self, now: i64, distance_usd: u64, nav_usd: u64) -> Result<bool, MathError> {
        if !self.is_open(now) {
            return Ok(false);
        }
        Ok(distance_usd > fixed::mul_div_floor(nav_usd, u64::from(self.dust_bps), u64::from(BPS))?)
    }

    /// The distance from the target, in 10⁻⁸, up to which nothing is due while the window is open; `None` while it is not.
    pub fn open_dust_e8(&self, now: i64) -> Option<u64> {
        self.is_open(now).then(|| u64::from(self.dust_bps).saturating_mul(u64::from(E8_PER_BPS)))
    }

    /// Whether the window is open at `now`: openings are at multiples of the interval since 1970.
    pub fn is_open(&self, now: i64) -> bool {
        let since = now.checked_rem_euclid(i64::from(self.interval_secs));
        since.is_some_and(|since| since < i64::from(self.window_secs))
    }

    /// When, after `now`, the window opens next; `None` where the part is off.
    pub fn next_opening(&self, now: i64) -> Option<i64> {
        let interval_secs = i64::from(self.interval_secs);
        let since_secs = now.checked_rem_euclid(interval_secs)?;
        now.checked_add(interval_secs.saturating_sub(since_secs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOURLY: Schedule = Schedule { interval_secs: 3_600, window_secs: 600, dust_bps: 10 };

    #[test]
    fn open_from_the_multiple_of_the_interval_for_the_window() {
        assert!(HOURLY.is_open(0) && HOURLY.is_open(599) && !HOURLY.is_open(600) && !HOURLY.is_open(3_599));
        assert!(HOURLY.is_open(7_200) && HOURLY.is_open(-3_600) && !HOURLY.is_open(-1));
        assert!(!HOURLY.is_open(i64::MAX - (i64::MAX % 3_600) - 1) && !Schedule::default().is_open(0));
    }

    #[test]
    fn next_opening_is_the_first_after_now() {
        assert_eq!(
            [0, 1, 599, 3_599, 3_600, -1, -3_600].map(|now| HOURLY.next_opening(now)),
            [Some(3_600), Some(3_600), Some(3_600), Some(3_600), Some(7_200), Some(0), Some(0),]
        );
        for now in [i64::MIN, i64::MAX - 7_200] {
            let opening = HOURLY.next_opening(now).unwrap();
            assert!(opening > now && HOURLY.is_open(opening) && !HOURLY.is_open(opening - 1));
        }
        assert_eq!((HOURLY.next_opening(i64::MAX), Schedule::default().next_opening(0)), (None, None));
    }

    #[test]
    fn dust_counts_while_the_window_is_open() {
        let dust = |dust_bps, now| Schedule { dust_bps, ..HOURLY }.open_dust_e8(now);
        assert_eq!(
            [dust(10, 0), dust(10, 599), dust(0, 0), dust(9_999, 0)].map(Option::unwrap),
            [100_000, 100_000, 0, 99_990_000]
        );
        assert_eq!([dust(10, 600), dust(10, 3_599), Schedule::default().open_dust_e8(0)], [None; 3]);
    }

    #[test]
    fn each_fault_is_named() {
        assert_eq!((HOURLY.validate(), Schedule::default().validate()), (Ok(()), Ok(())));
        for (schedule, field) in [
            (Schedule { interval_secs: 59, ..HOURLY }, "schedule.interval_secs"),
            (Schedule { interval_secs: 31_536_001, ..HOURLY }, "schedule.interval_secs"),
            (Schedule { interval_secs: 0, ..HOURLY }, "schedule.interval_secs"),
            (Schedule { window_secs: 0, ..HOURLY }, "schedule.window_secs"),
            (Schedule { window_secs: 3_601, ..HOURLY }, "schedule.window_secs"),
            (Schedule { dust_bps: 10_000, ..HOURLY }, "schedule.dust_bps"),
        ] {
            assert_eq!(schedule.validate(), Err(OutOfBounds(field)));
        }
    }
}
