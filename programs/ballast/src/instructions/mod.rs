//! Instructions, by who calls them.

pub mod admin;
pub mod guardian;
pub mod keeper;
pub mod user;

pub use admin::*;
pub use guardian::*;
pub use keeper::*;
pub use user::*;
