//! What anybody may do to keep a vault running.

mod plan;
pub mod preview_rebalance;
pub mod rebalance;
pub mod refresh_prices;

pub use preview_rebalance::*;
pub use rebalance::*;
pub use refresh_prices::*;
