//! Pyth price accounts, pull and push, in their real layouts: the SDKs' own types, every field open to forgery.
//!
//! Start from [`pull_update`] or [`push_price`], change any field, and write it; `World::set_owner` forges the owner.

use {
    crate::world::World,
    anchor_lang::prelude::Pubkey,
    ballast_fixtures::pyth::pull_data,
    pyth_sdk_solana::state::{AccountType, MAGIC, PriceInfo, PriceStatus, PriceType, Rational, SolanaPriceAccount, VERSION_2},
    pyth_solana_receiver_sdk::price_update::PriceUpdateV2,
};

pub use ballast_fixtures::pyth::{PULL_PROGRAM, Quote, pull_update};

/// Pyth's push oracle on mainnet.
pub const PUSH_PROGRAM: Pubkey = Pubkey::from_str_const("FsJ3A3u2vn5cTVofAjvy6y5kwABJAqYWpe4975bi2epH");

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
        self.write(address, &PULL_PROGRAM, pull_data(update));
    }

    /// Writes a push price at `address`, owned by the push oracle.
    pub fn write_push(&mut self, address: &Pubkey, price: &SolanaPriceAccount) {
        self.write(address, &PUSH_PROGRAM, bytemuck::bytes_of(price).to_vec());
    }
}
