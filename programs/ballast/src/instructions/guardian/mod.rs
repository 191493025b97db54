//! What a vault's guardian does.

pub mod cancel_change;
pub mod close_route;
pub mod quarantine;
pub mod set_pause;
pub mod tighten;

pub use cancel_change::*;
pub use close_route::*;
pub use quarantine::*;
pub use set_pause::*;
pub use tighten::*;
