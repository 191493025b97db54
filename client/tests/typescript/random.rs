//! The same random values in every run.

use ballast_client::Pubkey;
use ballast_client::ballast::instructions::WeightBounds;
use ballast_client::ballast::state::{Change, RampArgs, SlotArgs};
use ballast_client::core::strategy::Strategy;

/// A source of random values: SplitMix64, <https://prng.di.unimi.it/splitmix64.c>.
pub struct Random(u64);

impl Random {
    /// A source of its own for each purpose, so that one fixture does not change with another.
    pub fn new(seed: u64) -> Self {
        Random(seed)
    }

    fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Any bytes.
    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.word() as u8).collect()
    }

    /// A struct of any bytes.
    pub fn plain<T: bytemuck::AnyBitPattern>(&mut self) -> T {
        bytemuck::pod_read_unaligned(&self.bytes(size_of::<T>()))
    }

    /// Any value.
    pub fn any<T: Any>(&mut self) -> T {
        T::any(self)
    }
}

/// What can be made at random.
pub trait Any {
    /// Any value.
    fn any(random: &mut Random) -> Self;
}

macro_rules! plain {
    ($($name:ty),*) => {
        $(impl Any for $name {
            fn any(random: &mut Random) -> Self {
                random.plain()
            }
        })*
    };
}

plain!(u8, u16, u32, u64, u128, i64, Strategy);

impl Any for bool {
    fn any(random: &mut Random) -> Self {
        random.word() % 2 == 1
    }
}

impl Any for Pubkey {
    fn any(random: &mut Random) -> Self {
        Pubkey::new_from_array(random.plain())
    }
}

impl<T: Any> Any for Vec<T> {
    fn any(random: &mut Random) -> Self {
        (0..3).map(|_| random.any()).collect()
    }
}

impl Any for WeightBounds {
    fn any(random: &mut Random) -> Self {
        WeightBounds { min_bps: random.any(), max_bps: random.any() }
    }
}

impl Any for SlotArgs {
    fn any(random: &mut Random) -> Self {
        SlotArgs { min_bps: random.any(), max_bps: random.any(), band_abs_bps: random.any(), band_rel_bps: random.any() }
    }
}

impl Any for Change {
    fn any(random: &mut Random) -> Self {
        Change::Targets(RampArgs { targets_bps: random.any(), duration_secs: random.any() })
    }
}
