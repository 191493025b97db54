//! What a vault's creator and admin do.

pub mod accept_admin;
pub mod apply_change;
pub mod clear_breaker;
pub mod close_reserve;
pub mod close_vault;
pub mod configure_strategy;
pub mod initialize_vault;
pub mod propose_admin;
pub mod queue_change;
pub mod register_route;
pub mod start_ramp;

pub use accept_admin::*;
pub use apply_change::*;
pub use clear_breaker::*;
pub use close_reserve::*;
pub use close_vault::*;
pub use configure_strategy::*;
pub use initialize_vault::*;
pub use propose_admin::*;
pub use queue_change::*;
pub use register_route::*;
pub use start_ramp::*;
