//! How the structs that a vault's account holds are declared: once, here in the core.

/// Declares a struct that the vault's account holds as it is: C layout, integers only, no padding.
///
/// With feature `anchor` it is also part of the program's accounts, arguments and IDL. Borsh's own derives: Anchor's would
/// describe the type in the IDL a second time.
macro_rules! stored {
    ($(#[$meta:meta])* pub struct $name:ident { $($fields:tt)* }) => {
        $(#[$meta])*
        #[cfg_attr(feature = "anchor", anchor_lang::zero_copy)]
        #[cfg_attr(not(feature = "anchor"), derive(Clone, Copy), repr(C))]
        #[cfg_attr(feature = "anchor", derive(borsh::BorshSerialize, borsh::BorshDeserialize))]
        #[derive(Debug, Default, PartialEq, Eq)]
        pub struct $name { $($fields)* }
    };
}
pub(crate) use stored;

/// [`stored`] for parameters: with feature `serde` also part of configuration files; zero by default.
macro_rules! parameters {
    ($(#[$meta:meta])* pub struct $name:ident { $($fields:tt)* }) => {
        $crate::stored::stored! {
            $(#[$meta])*
            #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default, deny_unknown_fields))]
            pub struct $name { $($fields)* }
        }
    };
}
pub(crate) use parameters;

stored! {
    /// A `u128` stored as two little-endian words, low first. A bare `u128` aligns to 8 or 16 bytes depending on the
    /// compiler; this wrapper gives an account the same layout under every toolchain and on the host.
    pub struct Wide {
        /// Low word, high word.
        pub words: [u64; 2],
    }
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
    fn wide_round_trips() {
        for value in [0, 1, u128::from(u64::MAX), 1 << 64, u128::MAX] {
            assert_eq!(u128::from(Wide::from(value)), value);
        }
    }
}
