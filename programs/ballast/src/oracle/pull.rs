//! Pyth pull updates: `PriceUpdateV2` accounts of the Pyth receiver program.

use anchor_lang::prelude::*;
use ballast_core::price::PublishedPrice;
use pyth_solana_receiver_sdk::price_update::{PriceUpdateV2, VerificationLevel};

use super::Reading;
use crate::error::BallastError;

/// The Pyth receiver program, owner of every verified update.
pub const PULL_ORACLE: Pubkey = pyth_solana_receiver_sdk::ID;

/// Reads a fully verified update of `feed`. Any account of the receiver program will do: the feed is in its content.
pub fn read(account: &AccountInfo, feed: &[u8; 32]) -> Result<Reading> {
    require_keys_eq!(*account.owner, PULL_ORACLE, BallastError::PriceOwner);
    let data = account.try_borrow_data()?;
    let update = PriceUpdateV2::try_deserialize(&mut &data[..]).map_err(|_| BallastError::PriceUnreadable)?;
    require!(update.verification_level == VerificationLevel::Full, BallastError::PriceUnverified);
    let message = &update.price_message;
    require!(message.feed_id == *feed, BallastError::PriceFeed);
    let spot = PublishedPrice {
        price: message.price,
        conf: message.conf,
        exponent: message.exponent,
        publish_time: message.publish_time,
    };
    Ok(Reading { spot, ema_price: message.ema_price })
}
