//! Numbers wider than 64 bits in zero-copy accounts.

use anchor_lang::prelude::*;

/// A `u128` stored as two little-endian words, low first. A bare `u128` aligns to 8 or 16 bytes depending on the
/// compiler; this wrapper gives an account the same layout under every toolchain and on the host.
#[zero_copy]
#[derive(Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct Wide {
    /// Low word, high word.
    pub words: [u64; 2],
}

impl From<u128> for Wide {
    fn from(value: u128) -> Self {
        Wide { words: [value as u64, (value >> 64) as u64] }
    }
}

impl From<Wide> for u128 {
    fn from(wide: Wide) -> Self {
        let [low, high] = wide.words;
        u128::from(high) << 64 | u128::from(low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips() {
        for value in [0, 1, u128::from(u64::MAX), 1 << 64, u128::MAX] {
            assert_eq!(u128::from(Wide::from(value)), value);
        }
    }
}
