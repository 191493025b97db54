//! Pyth's pull updates: the receiver SDK's own type, every field open to forgery.

use anchor_lang::AccountSerialize;
use anchor_lang::prelude::Pubkey;
use pyth_solana_receiver_sdk::price_update::{PriceFeedMessage, PriceUpdateV2, VerificationLevel};

/// Pyth's receiver, the owner of pull updates.
pub const PULL_PROGRAM: Pubkey = pyth_solana_receiver_sdk::ID_CONST;

/// One observation of a price, as both kinds of Pyth's accounts carry it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote {
    /// USD per token, times 10^-`exponent`.
    pub price: i64,
    /// Confidence interval around the price, in the same unit.
    pub conf: u64,
    /// Power of ten of `price` and `conf`; -8 on most feeds.
    pub exponent: i32,
    /// Seconds since the Unix epoch.
    pub publish_time: i64,
}

/// A fully verified pull update of `feed_id`, its EMA equal to the price.
pub fn pull_update(feed_id: [u8; 32], quote: &Quote) -> PriceUpdateV2 {
    PriceUpdateV2 {
        write_authority: Pubkey::default(),
        verification_level: VerificationLevel::Full,
        price_message: PriceFeedMessage {
            feed_id,
            price: quote.price,
            conf: quote.conf,
            exponent: quote.exponent,
            publish_time: quote.publish_time,
            prev_publish_time: quote.publish_time - 1,
            ema_price: quote.price,
            ema_conf: quote.conf,
        },
        posted_slot: 0,
    }
}

/// The data of an update's account.
pub fn pull_data(update: &PriceUpdateV2) -> Vec<u8> {
    let mut data = Vec::with_capacity(PriceUpdateV2::LEN);
    update.try_serialize(&mut data).expect("a vector takes any length");
    // A partial update is one byte longer than a full one, and the receiver allocates for the longer.
    data.resize(PriceUpdateV2::LEN, 0);
    data
}
