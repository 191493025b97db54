//! What a vault's guardian does.

pub mod quarantine;
pub mod set_pause;

pub use quarantine::*;
pub use set_pause::*;
