//! What a vault's creator and admin do.

pub mod accept_admin;
pub mod clear_breaker;
pub mod configure_strategy;
pub mod initialize_vault;
pub mod propose_admin;
pub mod register_route;
pub mod start_ramp;

pub use accept_admin::*;
pub use clear_breaker::*;
pub use configure_strategy::*;
pub use initialize_vault::*;
pub use propose_admin::*;
pub use register_route::*;
pub use start_ramp::*;
