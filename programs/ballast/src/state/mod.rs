//! The program's accounts.

mod change;
mod claims;
mod configure;
mod route;
mod vault;

pub use change::*;
pub use claims::*;
pub use route::*;
pub use vault::*;
