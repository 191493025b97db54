//! Oracle readers: from a price account, which the caller chose, to a price that is the right feed's and verified.
//!
//! A reader checks owner, feed and status; sign, exponent, age, order and confidence are checked by
//! [`ballast_core::price::PublishedPrice::check`], the same for all readers.

mod pull;
mod push;

use anchor_lang::prelude::*;
use ballast_core::price::PublishedPrice;

use crate::state::OracleKind;

pub use pull::PULL_ORACLE;
pub use push::PUSH_ORACLE;

/// What a price account publishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The price.
    pub spot: PublishedPrice,
    /// The publisher's moving average of it, in the price's unit.
    pub ema_price: i64,
}

impl Reading {
    /// The moving average as a price without a width, to be converted as the price is.
    pub fn ema(&self) -> PublishedPrice {
        PublishedPrice { price: self.ema_price, conf: 0, ..self.spot }
    }
}

/// Reads the price of `feed` from an account.
pub fn read(kind: OracleKind, account: &AccountInfo, feed: &[u8; 32]) -> Result<Reading> {
    match kind {
        OracleKind::PythPull => pull::read(account, feed),
        OracleKind::PythPush => push::read(account, feed),
    }
}
