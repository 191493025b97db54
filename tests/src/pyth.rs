//! Pyth price accounts, pull and push, in their real layouts: the SDKs' own types, every field open to forgery.
//!
//! Start from [`pull_update`] or [`push_price`], change any field, and write it; `World::set_owner` forges the owner.

use {
    crate::world::World,
    anchor_lang::{AccountSerialize, prelude::Pubkey},
    pyth_sdk_solana::state::{AccountType, MAGIC, PriceInfo, PriceStatus, PriceType, Rational, SolanaPriceAccount, VERSION_2},
    pyth_solana_receiver_sdk::price_update::{PriceFeedMessage, PriceUpdateV2, VerificationLevel},
};

/// Pyth's push oracle on mainnet.
pub const PUSH_PROGRAM: Pubkey = Pubkey::from_str_const("FsJ3A3u2vn5cTVofAjvy6y5kwABJAqYWpe4975bi2epH");

/// Pyth's receiver, the owner of pull updates.
pub const PULL_PROGRAM: Pubkey = pyth_solana_receiver_sdk::ID_CONST;

/// One observation of a price, as both kinds of account carry it.
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

/// A trading push account, its EMA and its previous price equal to the price.
pub fn push_price(quote: &Quote) -> SolanaPriceAccount {
    let ema = |val: i64| Rational { val, numer: val, denom: 1 };
    SolanaPriceAccount {
        magic: MAGIC,
        ver: VERSION_2,
        atype: AccountType::Price as u32,
        size: size_of::<SolanaPriceAccount>() as u32,
        ptype: PriceType::Price,
        expo: quote.exponent,
        ema_price: ema(quote.price),
        ema_conf: ema(i64::try_from(quote.conf).expect("a confidence below 2^63")),
        timestamp: quote.publish_time,
        prev_timestamp: quote.publish_time - 1,
        prev_price: quote.price,
        prev_conf: quote.conf,
        agg: PriceInfo { price: quote.price, conf: quote.conf, status: PriceStatus::Trading, ..PriceInfo::default() },
        ..SolanaPriceAccount::default()
    }
}

impl World {
    /// Writes a pull update at `address`, owned by the receiver.
    pub fn write_pull(&mut self, address: &Pubkey, update: &PriceUpdateV2) {
        let mut data = Vec::with_capacity(PriceUpdateV2::LEN);
        update.try_serialize(&mut data).expect("a vector takes any length");
        // A partial update is one byte longer than a full one, and the receiver allocates for the longer.
        data.resize(PriceUpdateV2::LEN, 0);
        self.write(address, &PULL_PROGRAM, data);
    }

    /// Writes a push price at `address`, owned by the push oracle.
    pub fn write_push(&mut self, address: &Pubkey, price: &SolanaPriceAccount) {
        self.write(address, &PUSH_PROGRAM, bytemuck::bytes_of(price).to_vec());
    }
}
