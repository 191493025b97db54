//! Lookbacks: the share price's highs of the last day, week and month.
//!
//! A window is kept in buckets of a quarter of it, so that its high is that of at least the window and of at most a quarter more.

use crate::stored::{Wide, stored};

/// Buckets of a window: four whole ones, and the one that is being filled.
pub const BUCKETS: usize = 5;

/// Seconds in a day.
const DAY_SECS: u64 = 86_400;
/// Buckets that make up one window.
const QUARTERS: u64 = 4;

/// The length of each lookback's window in seconds, in the order of [`Lookbacks::highs_x64`].
pub const WINDOWS_SECS: [u64; 3] = [DAY_SECS, 7 * DAY_SECS, 30 * DAY_SECS];

stored! {
    /// Highs of a rolling window, in buckets of a quarter of it.
    pub struct Lookback {
        /// Number since the epoch of the bucket that is being filled.
        pub bucket: i64,
        /// Highest share price of each bucket (micro-dollars per raw share, Q64.64) at its number modulo [`BUCKETS`]; 0 for none.
        pub highs_x64: [Wide; BUCKETS],
    }
}

stored! {
    /// The share price's highs.
    pub struct Lookbacks {
        /// Of the last day.
        pub day: Lookback,
        /// Of the last seven days.
        pub week: Lookback,
        /// Of the last thirty days.
        pub month: Lookback,
    }
}

impl Lookback {
    /// The window as it is once the clock shows `now`: buckets that it has left behind are empty. A clock that goes back moves
    /// nothing.
    #[allow(clippy::arithmetic_side_effects, reason = "a clock divided by a constant; differences of numbers in order")]
    fn at(&self, now: i64, window_secs: u64) -> Self {
        let number = (u64::try_from(now).unwrap_or(0) / (window_secs / QUARTERS)) as i64;
        let mut moved = *self;
        while moved.bucket < number {
            // After as many empty buckets as there are, only the number changes.
            moved.bucket = (moved.bucket + 1).max(number - BUCKETS as i64);
            moved.set_current(Wide::default());
        }
        moved
    }

    /// Takes a share price into the bucket that is being filled.
    fn record(&mut self, now: i64, window_secs: u64, share_price_x64: u128) {
        *self = self.at(now, window_secs);
        self.set_current(self.current_x64().max(share_price_x64).into());
    }

    /// The highest price of the window; 0 for none.
    fn high_x64(&self, now: i64, window_secs: u64) -> u128 {
        self.at(now, window_secs).highs_x64.into_iter().map(u128::from).max().unwrap_or(0)
    }

    fn current_x64(&self) -> u128 {
        self.highs_x64.get(self.slot()).copied().unwrap_or_default().into()
    }

    fn set_current(&mut self, high_x64: Wide) {
        let slot = self.slot();
        self.highs_x64.iter_mut().skip(slot).take(1).for_each(|high| *high = high_x64);
    }

    /// Where the bucket that is being filled is.
    #[allow(clippy::arithmetic_side_effects, reason = "a division by a constant")]
    fn slot(&self) -> usize {
        (self.bucket.unsigned_abs() % BUCKETS as u64) as usize
    }
}

impl Lookbacks {
    /// Takes a share price into every window.
    pub fn record(&mut self, now: i64, share_price_x64: u128) {
        let windows = [&mut self.day, &mut self.week, &mut self.month];
        for (window, window_secs) in windows.into_iter().zip(WINDOWS_SECS) {
            window.record(now, window_secs, share_price_x64);
        }
    }

    /// The highest share prices of the last day, week and month (micro-dollars per raw share, Q64.64); 0 for none.
    pub fn highs_x64(&self, now: i64) -> [u128; 3] {
        let [day_secs, week_secs, month_secs] = WINDOWS_SECS;
        [self.day.high_x64(now, day_secs), self.week.high_x64(now, week_secs), self.month.high_x64(now, month_secs)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::vec::Vec;

    /// The start of a bucket of every window: a multiple of a quarter of a day, a week and thirty days.
    const START: i64 = 30 * 7 * 86_400 * 100;
    const QUARTER: i64 = 21_600;

    /// The day's high at some time after the only price, of 7, was recorded `into` a bucket.
    fn day_high(into: i64, after: i64) -> u128 {
        let mut lookbacks = Lookbacks::default();
        lookbacks.record(START + into, 7);
        lookbacks.highs_x64(START + into + after)[0]
    }

    #[test]
    fn a_high_lasts_a_window_and_the_rest_of_its_bucket() {
        for into in [0, 1, QUARTER / 2, QUARTER - 1] {
            let lasts = 5 * QUARTER - into;
            assert!(lasts > 4 * QUARTER);
            assert_eq!([0, 4 * QUARTER, lasts - 1].map(|after| day_high(into, after)), [7; 3], "{into}");
            assert_eq!([lasts, lasts + QUARTER, 1 << 40].map(|after| day_high(into, after)), [0; 3], "{into}");
        }
    }

    #[test]
    fn each_window_forgets_at_its_own_pace() {
        let mut lookbacks = Lookbacks::default();
        lookbacks.record(START, 7);
        assert_eq!(lookbacks.highs_x64(START), [7; 3]);
        assert_eq!(lookbacks.highs_x64(START + 5 * QUARTER), [0, 7, 7]);
        assert_eq!(lookbacks.highs_x64(START + 5 * QUARTER * 7), [0, 0, 7]);
        assert_eq!(lookbacks.highs_x64(START + 5 * QUARTER * 30), [0; 3]);
    }

    #[test]
    fn a_clock_that_goes_back_keeps_every_high() {
        let mut lookbacks = Lookbacks::default();
        lookbacks.record(START, 7);
        lookbacks.record(START - 100 * QUARTER, 9);
        assert_eq!(lookbacks.highs_x64(START)[0], 9);
        assert_eq!(lookbacks.highs_x64(i64::MIN)[0], 9);
        assert_eq!(lookbacks.day.bucket, START / QUARTER);
        // Forward to the end of time and beyond nothing breaks.
        lookbacks.record(i64::MAX, 3);
        assert_eq!(lookbacks.highs_x64(i64::MAX), [3; 3]);
    }

    proptest! {
        /// At least the highest price of the window, and at most that of the window and a quarter.
        #[test]
        fn high_is_that_of_the_window_within_a_quarter(
            prices in proptest::collection::vec((0i64..3 * QUARTER, 1u128..1_000), 1..60),
            later in 0i64..8 * QUARTER,
        ) {
            let (mut lookbacks, mut now, mut recorded) = (Lookbacks::default(), START, Vec::new());
            for (elapsed_secs, price) in prices {
                now += elapsed_secs;
                lookbacks.record(now, price);
                recorded.push((now, price));
            }
            now += later;
            for (high, window_secs) in lookbacks.highs_x64(now).into_iter().zip(WINDOWS_SECS) {
                let window_secs = window_secs as i64;
                let since = |secs: i64| recorded.iter().filter(|(at, _)| *at >= now - secs).map(|(_, price)| *price).max().unwrap_or(0);
                prop_assert!(since(window_secs) <= high && high <= since(window_secs / 4 * 5), "{high}");
            }
        }
    }
}
