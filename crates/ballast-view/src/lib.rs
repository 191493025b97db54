//! What a vault is to people: figures, quotes, states and decisions in words. The command line and the web app show the same.
//!
//! Everything is computed by `ballast-core` and the program's own functions from accounts as a node gives them. Whoever wrote
//! those may be hostile: whatever the bytes are, the answer is a figure or a [`Refusal`].
//!
//! - [`chain`]: a vault and the accounts that its figures depend on;
//! - [`figures`]: all that people look at, with [`status`], [`preview`] and [`next`] as its parts;
//! - [`quote`]: what deposits and redemptions give;
//! - [`prices`]: published prices, taken over by the program's own code;
//! - [`words`]: amounts as people write them.

pub mod account;
pub mod chain;
pub mod figures;
pub mod next;
pub mod preview;
pub mod prices;
pub mod quote;
mod refusal;
pub mod status;
pub mod words;

use std::fmt::Display;

use serde::Serializer;

pub use refusal::Refusal;

/// Serialises as the text that people read: an address.
fn text<S: Serializer>(value: &impl Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}
