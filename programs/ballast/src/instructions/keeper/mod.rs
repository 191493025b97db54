//! What anybody may do to keep a vault running.

pub mod collect_fees;
mod crank;
mod halting;
pub mod observe;
mod plan;
pub mod post_forecast;
pub mod preview_rebalance;
pub mod rebalance;
pub mod refresh_prices;
pub mod trip_breaker;

pub use collect_fees::*;
pub use halting::Halted;
pub use observe::*;
pub use plan::jitter_seed;
pub use post_forecast::*;
pub use preview_rebalance::*;
pub use rebalance::*;
pub use refresh_prices::*;
pub use trip_breaker::*;
