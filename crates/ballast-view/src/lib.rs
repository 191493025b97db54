//! What a vault is to people: figures, quotes, states and decisions in words. The command line and the web app show the same.
//!
//! Everything is computed by `ballast-core` and the program's own functions from accounts as a node gives them. Whoever wrote
//! those may be hostile: whatever the bytes are, the answer is a figure or a [`Refusal`].
//!
//! - [`chain`]: a vault and the accounts that its figures depend on;
//! - [`figures`]: all that people look at, with [`status`], [`preview`] and [`next`] as its parts;
//! - [`quote`]: what deposits and redemptions give;
//! - [`bounds`]: where parameters may go; [`evidence`]: what the breakers see;
//! - [`prices`]: published prices, taken over by the program's own code;
//! - [`words`]: amounts as people write them;
//! - [`settings`], [`change`]: parameters by their names, and changes of them;
//! - [`vault_file`], [`deployment`], [`backtest`]: a vault that is wanted, what creating it takes, and what it would have done.

pub mod account;
pub mod backtest;
pub mod bounds;
pub mod chain;
pub mod change;
pub mod deployment;
pub mod evidence;
pub mod figures;
pub mod mint;
pub mod next;
pub mod preview;
pub mod prices;
pub mod quote;
mod refusal;
pub mod settings;
pub mod status;
pub mod vault_file;
pub mod words;

use std::fmt::Display;

use serde::Serializer;

pub use refusal::Refusal;

/// Serialises as the text that people read: an address.
fn text<S: Serializer>(value: &impl Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}
