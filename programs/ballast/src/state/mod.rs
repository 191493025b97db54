//! The program's accounts.

mod route;
mod vault;
mod wide;

pub use route::*;
pub use vault::*;
pub use wide::*;
