//! Price accounts of any bytes, and published prices of any numbers: readers and checks never panic, and what they let through is a
//! price.
#![no_main]

use anchor_lang::prelude::Pubkey;
use ballast::{
    oracle::{self, PULL_ORACLE, PUSH_ORACLE},
    state::OracleKind,
};
use ballast_core::price::{MAX_DECIMALS, PublishedPrice};
use ballast_fuzz::{Account, Input};
use libfuzzer_sys::fuzz_target;

/// A time that the corpus's prices are of.
const NOW: i64 = 1_704_067_200;

fuzz_target!(|data: &[u8]| {
    let mut input = Input(data);
    let kind = input.byte();
    let decimals = input.byte();
    match kind % 3 {
        0 => read(OracleKind::PythPull, PULL_ORACLE, input, decimals),
        1 => read(OracleKind::PythPush, PUSH_ORACLE, input, decimals),
        _ => {
            let price = PublishedPrice {
                price: input.number() as i64,
                conf: input.number(),
                exponent: i32::from_le_bytes(input.array()),
                publish_time: input.number() as i64,
            };
            convert(&price, decimals);
        }
    }
});

/// The account's address is the feed, as push feeds are; a pull feed's id is the same.
fn read(kind: OracleKind, owner: Pubkey, mut input: Input, decimals: u8) {
    let feed = input.array();
    let mut account = Account::new(Pubkey::new_from_array(feed), owner, input.0.to_vec());
    if let Ok(reading) = oracle::read(kind, &account.info(), &feed) {
        convert(&reading.spot, decimals);
        convert(&reading.ema(), decimals);
    }
    let mut forged = Account::new(account.address, Pubkey::default(), account.data);
    assert!(oracle::read(kind, &forged.info(), &feed).is_err(), "anybody may write such an account");
}

fn convert(price: &PublishedPrice, decimals: u8) {
    let checked = price.check(NOW, 0, 60, 100);
    let Ok(unit) = price.to_unit_price(decimals) else { return };
    assert!(price.price > 0 && decimals <= MAX_DECIMALS);
    assert!(unit.mid_x64 > 0 && unit.conf_x64 < unit.mid_x64);
    if checked.is_ok() {
        // A hundredth, and what rounding adds.
        assert!(unit.conf_x64 / 2 <= unit.mid_x64 / 100 + 1, "{price:?} became {unit:?}");
    }
}
