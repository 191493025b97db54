//! Lookbacks: the share price's highs of the last day, week and month.

use crate::stored::{Wide, stored};

/// Buckets of a window: four whole ones, and the one that is being filled.
pub const BUCKETS: usize = 5;

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
