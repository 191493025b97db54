//! Ballast's rules, in one place: fixed-point arithmetic, prices, shares, drift, the rebalancing decision and limits.
//!
//! Pure functions over plain data. Nothing here knows an account, a clock or a program, so the on-chain program, keepers,
//! simulators and tests all decide with this very code. Units are in every name: `_usd` is micro-dollars (10⁻⁶ USD),
//! `_bps` hundredths of a percent, `_secs` seconds, `_x64` a Q64.64 fixed-point number; token amounts and shares are raw units.
//! Every division says how it rounds; where a depositor and the vault stand on both sides, the vault is favoured.
// Anchor's macros write code that uses the standard library.
#![cfg_attr(not(feature = "anchor"), no_std)]
#![forbid(unsafe_code)]
// Nothing panics, whatever it is given.
#![deny(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::string_slice)]
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::unreachable, clippy::todo, clippy::unimplemented)]
#![cfg_attr(
    test,
    allow(
        clippy::arithmetic_side_effects,
        clippy::indexing_slicing,
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::unreachable
    )
)]

#[cfg(test)]
extern crate std;

pub mod budget;
#[cfg(test)]
mod budget_properties;
pub mod crank;
pub mod decision;
pub mod drift;
pub mod fees;
pub mod fixed;
#[cfg(test)]
mod fixture;
pub mod governance;
#[cfg(test)]
mod guard_properties;
pub mod limits;
pub mod math;
pub mod observation;
pub mod performance;
pub mod pool;
pub mod price;
#[cfg(test)]
mod rebalance_properties;
pub mod risk;
pub mod settlement;
pub mod shares;
pub mod state;
pub mod statistics;
pub mod stored;
pub mod strategy;
pub mod valuation;

pub use fixed::MathError;

/// One whole, in basis points.
pub const BPS: u16 = 10_000;
/// One whole, in 10⁻⁸: the unit of weights, rates and parts of NAV.
pub const E8: u64 = 100_000_000;
/// Most assets a vault can hold.
pub const MAX_ASSETS: usize = 16;
/// Fewest assets a vault can hold.
pub const MIN_ASSETS: usize = 2;
/// Decimal places of the value unit: values are micro-dollars.
pub const USD_DECIMALS: i32 = 6;
