//! The crashes of the bundled prices, minute by minute, on the real SVM with a real AMM: prices jump, pools drain and are pushed,
//! keepers crank, users come and go. A vault ends whole, or halted; it loses no more than its budget; and everybody can
//! leave at any minute.
//!
//! Two days around the worst of each crash; `BALLAST_CRASH_HOURS=240` replays more from the same hour on.

mod minutes;
mod people;
mod storm;

use std::env;

use ballast_core::limits;
use ballast_sim::{
    prices::{End, Prices, Window, bundled},
    time,
};
use storm::{Admin, Storm};

/// Hours that a crash is replayed for.
const HOURS: i64 = 48;

/// Replays a crash. All have checked themselves on the way: see [`Storm`].
fn replay(date: &str, hour: i64, admin: Admin, seed: u64) -> Storm {
    println!("seed {seed}");
    let hours = env::var("BALLAST_CRASH_HOURS").map_or(HOURS, |text| text.parse().expect("a number of hours"));
    let from = time::parse(date).expect("a date") + hour * 3_600;
    let window = Window { from: Some(from), end: End::At(from + hours * 3_600) };
    let assets = ["BTC", "ETH", "SOL"].map(String::from);
    let prices = Prices::read(&bundled(), &assets, window).expect("the bundled prices");
    let mut storm = Storm::gather(&prices, admin, seed);
    for minute in minutes::minutes(&prices, seed) {
        storm.pass_minute(&minute);
    }
    storm.calm_down();
    storm.require_halted_or_whole();
    println!("{date}: {}", storm.summary());
    storm
}

/// China's ban and a cascade of liquidations: the basket's worst day of all.
#[test]
fn crash_of_may_2021() {
    replay("2021-05-18", 20, Admin { max_daily_loss_bps: limits::DEFAULT.max_daily_loss_bps, reviews: true }, 1);
}

/// The end of Terra.
#[test]
fn crash_of_may_2022() {
    replay("2022-05-11", 2, Admin { max_daily_loss_bps: limits::DEFAULT.max_daily_loss_bps, reviews: false }, 2);
}

/// The end of FTX, with a loss budget so small that trades use it up.
#[test]
fn crash_of_november_2022() {
    let storm = replay("2022-11-08", 14, Admin { max_daily_loss_bps: 2, reviews: false }, 3);
    assert!(storm.is_halted(), "a spent budget is a hard halt");
}
