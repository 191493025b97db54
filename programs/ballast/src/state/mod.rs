//! The program's accounts.

mod claims;
mod route;
mod vault;

pub use claims::*;
pub use route::*;
pub use vault::*;
