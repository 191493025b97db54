//! What a vault's guardian does.

pub mod set_pause;

pub use set_pause::*;
