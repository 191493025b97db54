//! Random numbers, the same for the same seed.

use std::ops::RangeInclusive;

/// Highest price of a walk, in 10^-8 dollars: far from what the fixed-point arithmetic of prices could not hold.
const MAX_PRICE_E8: i64 = 1_000_000_000_000_000;
/// Lowest price of a walk, in 10^-8 dollars.
const MIN_PRICE_E8: i64 = 100_000;

/// A source of random numbers: SplitMix64 of Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators" (2014).
#[derive(Clone, Debug)]
pub struct Random {
    state: u64,
}

impl Random {
    /// The source of this seed.
    pub fn new(seed: u64) -> Self {
        Random { state: seed }
    }

    /// Any number.
    pub fn number(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ self.state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.number() % end
    }

    /// A number within a range.
    pub fn within(&mut self, range: RangeInclusive<u64>) -> u64 {
        range.start() + self.below(range.end() - range.start() + 1)
    }

    /// A number within a range that begins above 0; one of any size as likely as another.
    pub fn sized(&mut self, range: RangeInclusive<u64>) -> u64 {
        let bits = self.within(u64::from(range.start().ilog2())..=u64::from(range.end().ilog2()));
        let (low, high) = (1 << bits, (1 << bits) - 1 + (1 << bits));
        self.within(low..=high).clamp(*range.start(), *range.end())
    }

    /// Yes, once in `count` times.
    pub fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    /// `value`, changed by up to `most_bps` either way.
    pub fn near(&mut self, value: u64, most_bps: u64) -> u64 {
        let factor_bps = self.within(10_000 - most_bps..=10_000 + most_bps);
        (u128::from(value) * u128::from(factor_bps) / 10_000).try_into().expect("a number of 64 bits")
    }

    /// The price after a step of a walk, of up to `most_bps` either way.
    pub fn step(&mut self, price_e8: i64, most_bps: u64) -> i64 {
        (self.near(price_e8 as u64, most_bps) as i64).clamp(MIN_PRICE_E8, MAX_PRICE_E8)
    }
}
