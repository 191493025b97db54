//! Everybody who is after a vault's money, and what they get: attacks by accounts, AMMs, markets, random histories and crashes.

pub mod exits;
pub mod fuzz;
