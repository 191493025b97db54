//! The program's accounts.

mod change;
mod configure;
mod route;
mod vault;

pub use change::*;
pub use route::*;
pub use vault::*;
