//! What a vault is to people: figures, quotes, states and decisions in words. The command line and the web app show the same.
//!
//! Everything is computed by `ballast-core` and the program's own functions from accounts as a node gives them. Whoever wrote
//! those may be hostile: whatever the bytes are, the answer is a figure or a [`Refusal`].

pub mod backtest;
pub mod change;
pub mod deployment;
mod refusal;
pub mod settings;
pub mod vault_file;

pub use refusal::Refusal;
