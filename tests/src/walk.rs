//! Random walks of prices, the same for the same seed.

/// Highest price of a walk, in 10^-8 dollars: far from what the fixed-point arithmetic of prices could not hold.
const MAX_PRICE_E8: i64 = 1_000_000_000_000_000;
/// Lowest price of a walk, in 10^-8 dollars.
const MIN_PRICE_E8: i64 = 100_000;

/// A source of random steps: SplitMix64 of Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators" (2014).
#[derive(Clone, Debug)]
pub struct Walk {
    state: u64,
}

impl Walk {
    /// The walk of this seed.
    pub fn new(seed: u64) -> Self {
        Walk { state: seed }
    }

    /// A random number.
    pub fn random(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ self.state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// A random number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.random() % end
    }

    /// The price after a step of up to `step_bps` either way.
    pub fn step(&mut self, price_e8: i64, step_bps: i64) -> i64 {
        let change_bps = self.below(2 * step_bps as u64 + 1) as i64 - step_bps;
        (price_e8 + price_e8 / 10_000 * change_bps).clamp(MIN_PRICE_E8, MAX_PRICE_E8)
    }
}
