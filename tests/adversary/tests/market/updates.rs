//! Picking among price updates: every update of the last minute is verified and young enough, and whoever posts one chooses which.
//! Time only runs forward, asset by asset, so they may choose two or more in order, and act in between.

use {
    crate::market::{BPS, FREE, Gain, Market, best, standard, told},
    ballast_core::limits,
    ballast_tests::{pyth::Quote, random::Random},
};

/// Seconds of updates that may still be used.
const WINDOW_SECS: u64 = limits::DEFAULT.max_price_age_secs as u64;
/// Seconds between the updates that are considered.
const STEP_SECS: u64 = 6;
/// Dollars a side in the pool.
const POOL_DOLLARS: u64 = 1_000_000;

/// A minute of prices, one every [`STEP_SECS`], each up to `most_bps` from the one before. The last is fair.
fn path(seed: u64, start_e8: i64, most_bps: u64) -> Vec<i64> {
    let mut random = Random::new(seed);
    let steps = 0..WINDOW_SECS / STEP_SECS;
    let mut price_e8 = start_e8;
    let walk = steps.map(|_| {
        price_e8 = random.step(price_e8, most_bps);
        price_e8
    });
    std::iter::once(start_e8).chain(walk).collect()
}

/// Farthest that two prices of a path are apart, in basis points of the lower one, rounded up.
fn range_bps(path: &[i64]) -> i128 {
    let (low, high) = (path.iter().min().unwrap(), path.iter().max().unwrap());
    i128::from(high - low) * BPS / i128::from(*low) + 1
}

/// Posts the update of this step of the path to the vault.
fn post(market: &mut Market, path: &[i64], step: usize) -> Option<()> {
    let age_secs = WINDOW_SECS as i64 - STEP_SECS as i64 * step as i64;
    for index in [0, 1] {
        let now = market.scene.quote(index);
        let price = if index == 1 { path[step] } else { now.price };
        let quote = Quote { price, conf: price as u64 / 2_000, publish_time: now.publish_time - age_secs, ..now };
        market.scene.publish_quote(index, &quote);
    }
    market.scene.refresh().ok().map(|_| ())
}

/// Deposits one asset by one update, and redeems for the other by a later one.
fn pick(market: &mut Market, path: &[i64], (first, second, index): (usize, usize, usize)) -> Option<()> {
    post(market, path, first)?;
    (market.deposit_most(index, u64::MAX) > 0).then_some(())?;
    post(market, path, second)?;
    (market.redeem_most(1 - index) > 0).then_some(())?;
    market.leave();
    Some(())
}

#[test]
fn the_best_two_updates_of_a_minute_win_only_beyond_both_fees_and_within_the_bands() {
    let mut market = Market::new(standard(), POOL_DOLLARS, FREE);
    market.scene.world.advance(2 * WINDOW_SECS as u32);
    let limits = market.scene.vault().limits;
    let fees_bps = i128::from(limits.entry_fee_bps + limits.exit_fee_bps);
    let edge_to_edge_usd = market.nav_usd() * 2 * i128::from(market.scene.vault().assets[0].allocation.band_abs_bps) / BPS;
    // A quiet minute, a lively one, one of a crash.
    for (seed, most_bps) in [(1, 5), (2, 5), (3, 25), (4, 25), (5, 100), (6, 100)] {
        let path = path(seed, market.price_e8(), most_bps);
        let last = path.len() - 1;
        let pairs = (0..=last).flat_map(|first| (first..=last).map(move |second| (first, second)));
        let choices = pairs.flat_map(|(first, second)| [0, 1].map(|index| (first, second, index)));
        let name = format!("updates of seed {seed}, {} bps apart", range_bps(&path));
        let play = |choice| market.play_at(path[last], |market| pick(market, &path, choice));
        let (_, gain) = best(&name, choices, play).expect("some pair comes off");
        let bound_usd = edge_to_edge_usd * (range_bps(&path) - fees_bps).max(0) / BPS;
        assert!(gain.attacker_usd <= bound_usd, "{} of {bound_usd}", told(&gain));
    }
}

/// The crank at an old price: the pool, at the fair one, seems to be off, and the attacker pushes it farther. The vault's loss at
/// fair prices is the slippage that it allows and the move that it has not seen.
fn stale_sandwich(market: &Market, move_bps: i64, parts_e6: i64) -> Option<Gain> {
    let sell = if parts_e6 >= 0 { 1 } else { 0 };
    let (side, _) = market.pool.sides(&market.scene.assets[sell].mint);
    market.play_at(market.price_e8() * (10_000 + move_bps) / 10_000, |market| {
        let fair_e8 = market.price_e8() * (10_000 + move_bps) / 10_000;
        let stored_e8 = std::mem::replace(&mut market.scene.assets[1].spec.price_e8, fair_e8);
        market.arbitrage();
        market.scene.assets[1].spec.price_e8 = stored_e8;
        let reserve = market.pool.reserves(&market.scene.world)[side];
        market.sandwich(sell, reserve / 1_000_000 * parts_e6.unsigned_abs()).map(|_| ())
    })
}

#[test]
fn sandwich_at_an_old_price_wins_no_more_than_the_slippage_and_the_move() {
    let mut market = Market::new(standard(), POOL_DOLLARS, FREE);
    market.move_price(2 * market.price_e8(), limits::DEFAULT.min_interval_secs);
    let limits = limits::DEFAULT;
    for move_bps in [-200, -100, -50, 0, 50, 100, 200] {
        let pushes = (-20_000..=20_000).step_by(1_000);
        let name = format!("sandwich at a price {move_bps} bps old");
        let Some((_, gain)) = best(&name, pushes, |parts_e6| stale_sandwich(&market, move_bps, parts_e6)) else { continue };
        let chunk_usd = market.nav_usd() * i128::from(limits.max_trade_bps) / BPS;
        let bound_usd = chunk_usd * (i128::from(limits.max_slippage_bps) + i128::from(move_bps.abs())) / BPS;
        assert!(gain.attacker_usd <= bound_usd && gain.stayers_usd >= -bound_usd, "{} of {bound_usd}", told(&gain));
    }
}
