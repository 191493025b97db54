//! Pyth's pull prices: fetched from Hermes, and posted through Pyth's receiver.
//!
//! Sponsors keep many feeds up to date in accounts that all may read ([`crate::address::sponsored_feed`]). For any other feed, or a
//! sponsored one that has fallen behind, whoever needs the price brings it: Hermes serves the latest prices with a proof that
//! Wormhole's guardians have signed, and the receiver checks the proof and writes the price into an account.
//!
//! Ballast takes fully verified prices only. The proof with the signatures of two thirds of the guardians does not fit one
//! transaction, so it is written into an account of its own first; `post_update_atomic`, which fits, leaves signatures out, and the
//! vault refuses what it posts as partly verified.

#[cfg(feature = "hermes")]
mod hermes;
mod packing;
mod posting;
#[cfg(feature = "rpc")]
mod sending;
mod update;
mod wormhole;

#[cfg(feature = "hermes")]
pub use hermes::{Hermes, HermesError};
pub use packing::Step;
pub use posting::{Posting, PostingError, Receiver};
pub use update::{FeedId, FeedPrice, Update, UpdateError};
