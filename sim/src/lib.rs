//! Backtester: replays prices, real or generated, through `ballast-core`'s own decisions against modelled pools, and
//! compares strategies by what they earned, risked, traded and paid.
//!
//! Only [`vault`] talks to the core, and no rule is written a second time here. Floating point is for the market outside
//! the vault and for figures; what the vault sees and does is in the core's integers.

pub mod arbitrage;
pub mod config;
#[cfg(feature = "cli")]
pub mod frontier;
pub mod generator;
pub mod market;
pub mod metrics;
pub mod path;
pub mod prices;
pub mod replay;
#[cfg(feature = "cli")]
pub mod report;
pub mod shocks;
pub mod strategies;
#[cfg(feature = "cli")]
pub mod sweep;
#[cfg(feature = "cli")]
pub mod synchronisation;
pub mod time;
pub mod token;
pub mod vault;
