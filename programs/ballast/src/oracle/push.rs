//! Pyth push price accounts, written in place by the Pyth oracle program.

use anchor_lang::prelude::*;
use ballast_core::price::PublishedPrice;
use pyth_sdk_solana::state::{PriceStatus, load_price_account};

use super::Reading;
use crate::error::BallastError;

/// The Pyth oracle program on mainnet.
pub const PUSH_ORACLE: Pubkey = pubkey!("FsJ3A3u2vn5cTVofAjvy6y5kwABJAqYWpe4975bi2epH");

/// Reads the account whose address is `feed`. Only a price that is being traded counts: the SDK would otherwise answer
/// with the previous price.
pub fn read(account: &AccountInfo, feed: &[u8; 32]) -> Result<Reading> {
    require_keys_eq!(*account.owner, PUSH_ORACLE, BallastError::PriceOwner);
    require!(account.key.as_array() == feed, BallastError::PriceFeed);
    let data = account.try_borrow_data()?;
    let price = load_price_account::<32, ()>(&data).map_err(|_| BallastError::PriceUnreadable)?;
    require!(matches!(price.agg.status, PriceStatus::Trading), BallastError::PriceUnreadable);
    let spot =
        PublishedPrice { price: price.agg.price, conf: price.agg.conf, exponent: price.expo, publish_time: price.timestamp };
    Ok(Reading { spot, ema_price: price.ema_price.val })
}
