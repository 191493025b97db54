//! An AMM that was replaced by its owner with one that abuses the vault's signature: whatever it does, the vault notices, or
//! it harms nobody. After each attempt the books are whole and everybody can leave.
//!
//! `tests/programs/hostile` takes Token Swap's place and issues, instead of a swap, the instructions that a test scripts.

mod authority;
mod heist;
mod later;
mod reentry;
mod reserves;
mod route;
mod swap;
mod token_2022;
