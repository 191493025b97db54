//! The program's accounts.

mod route;
mod vault;

pub use route::*;
pub use vault::*;
