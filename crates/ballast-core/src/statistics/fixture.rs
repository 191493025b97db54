//! A basket under observation, as tests of the statistics share it.

use super::{Observation, ObserveError, Quote, Sampling, Statistics};
use std::vec::Vec;

pub const START: i64 = 1_700_000_000;
pub const HOUR: u32 = 3_600;
pub const DAY: u32 = 86_400;
/// Most seconds of a price's age.
pub const MAX_AGE: u32 = 60;
/// One micro-dollar per raw unit.
pub const ONE_X64: u128 = 1 << 64;
pub const SAMPLING: Sampling = Sampling {
    spacing_secs: HOUR,
    max_gap_secs: 2 * DAY,
    fast_half_life_secs: DAY / 2,
    slow_half_life_secs: DAY,
    winsor_e2: 400,
};

/// A basket under observation.
#[derive(Clone, Debug, PartialEq)]
pub struct Watch {
    pub statistics: Statistics,
    pub now: i64,
    pub quotes: Vec<Quote>,
}

impl Watch {
    /// Observed once, with every price at one.
    pub fn anchored(assets: usize) -> Self {
        let quotes = [Quote { price_x64: ONE_X64, publish_time: START, is_awaited: true }].repeat(assets);
        let mut watch = Watch { statistics: Statistics::default(), now: START, quotes };
        assert_eq!(watch.observe().map(|seen| seen.participants), Ok(0));
        watch
    }

    /// Observed for one slow half-life, in which each price went up and down by a percent an hour.
    pub fn warm(assets: usize) -> Self {
        let mut watch = Watch::anchored(assets);
        for step in 0..24 {
            let ups = (0..assets).map(|asset| (step >> (asset % 4)) % 2 == 0);
            let factors: Vec<f64> = ups.map(|up| if up { 1.01 } else { 1.0 / 1.01 }).collect();
            watch.step(HOUR, &factors).unwrap();
        }
        assert!(watch.statistics.is_warm(&SAMPLING));
        watch
    }

    pub fn observe(&mut self) -> Result<Observation, ObserveError> {
        self.statistics.observe(&SAMPLING, self.now, MAX_AGE, self.quotes.iter().copied())
    }

    /// Lets time pass and publishes prices changed by these factors; an asset with a factor of zero publishes none.
    pub fn publish(&mut self, secs: u32, factors: &[f64]) {
        self.now += i64::from(secs);
        for (quote, &factor) in self.quotes.iter_mut().zip(factors) {
            if factor > 0.0 {
                let price_x64 = (quote.price_x64 as f64 * factor) as u128;
                *quote = Quote { price_x64, publish_time: self.now, ..*quote };
            }
        }
    }

    pub fn step(&mut self, secs: u32, factors: &[f64]) -> Result<Observation, ObserveError> {
        self.publish(secs, factors);
        self.observe()
    }

    /// The same step many times.
    pub fn steps(&mut self, count: usize, secs: u32, factors: &[f64]) {
        for _ in 0..count {
            self.step(secs, factors).unwrap();
        }
    }

    pub fn covariance(&self, i: usize, j: usize) -> i64 {
        self.statistics.covariance.get(i, j).unwrap()
    }
}
