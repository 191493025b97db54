//! What a vault's creator and admin do.

pub mod accept_admin;
pub mod initialize_vault;
pub mod propose_admin;
pub mod register_route;

pub use accept_admin::*;
pub use initialize_vault::*;
pub use propose_admin::*;
pub use register_route::*;
