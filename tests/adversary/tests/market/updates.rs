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

/// Posts, of each asset, the update of a step of its path.
fn post(market: &mut Market, paths: [&[i64]; 2], steps: [usize; 2]) -> Option<()> {
    for index in [0, 1] {
        let (now, step) = (market.scene.quote(index), steps[index]);
        let price = paths[index][step];
        let age_secs = WINDOW_SECS as i64 - STEP_SECS as i64 * step as i64;
        let quote = Quote { price, conf: price as u64 / 2_000, publish_time: now.publish_time - age_secs, ..now };
        market.scene.publish_quote(index, &quote);
    }
    market.scene.refresh().ok().map(|_| ())
}

/// Which updates are posted before a deposit, which before a redemption, and which asset goes in.
type Picks = ([usize; 2], [usize; 2], usize);

/// Deposits one asset by some updates, and redeems for the other by later ones.
fn pick(market: &mut Market, paths: [&[i64]; 2], (first, second, index): Picks) -> Option<()> {
    post(market, paths, first)?;
    (market.deposit_most(index, u64::MAX) > 0).then_some(())?;
    post(market, paths, second)?;
    (market.redeem_most(1 - index) > 0).then_some(())?;
    market.leave();
    Some(())
}

/// A vault in which the minute before the attack has passed.
fn aged() -> Market {
    let mut market = Market::new(standard(), POOL_DOLLARS, FREE);
    market.scene.world.advance(2 * WINDOW_SECS as u32);
    market
}

/// The way from edge to edge of the band, times what prices were apart less both fees.
fn bound_usd(market: &Market, range_bps: i128) -> i128 {
    let vault = market.scene.vault();
    let fees_bps = i128::from(vault.limits.entry_fee_bps + vault.limits.exit_fee_bps);
    let edge_to_edge_usd = market.nav_usd() * 2 * i128::from(vault.assets[0].allocation.band_abs_bps) / BPS;
    edge_to_edge_usd * (range_bps - fees_bps).max(0) / BPS
}

#[test]
fn the_best_two_updates_of_a_minute_win_only_beyond_both_fees_and_within_the_bands() {
    let market = aged();
    // A quiet minute, a lively one, one of a crash; the first asset is a dollar throughout.
    for (seed, most_bps) in [(1, 5), (2, 5), (3, 25), (4, 25), (5, 100), (6, 100)] {
        let path = path(seed, market.price_e8(), most_bps);
        let (last, dollar) = (path.len() - 1, vec![100_000_000; path.len()]);
        let pairs = (0..=last).flat_map(|first| (first..=last).map(move |second| (first, second)));
        let choices = pairs.flat_map(|(first, second)| [0, 1].map(|index| ([first; 2], [second; 2], index)));
        let name = format!("updates of seed {seed}, {} bps apart", range_bps(&path));
        let play = |choice| market.play_at(path[last], |market| pick(market, [&dollar, &path], choice));
        let (_, gain) = best(&name, choices, play).expect("some pair comes off");
        let bound_usd = bound_usd(&market, range_bps(&path));
        assert!(gain.attacker_usd <= bound_usd, "{} of {bound_usd}", told(&gain));
    }
}

/// Where both assets move, one-asset exchanges let each have an update of its own moment, which a trade of the vault would not: one's
/// highest against the other's lowest. What counts is how far both prices were apart, together.
#[test]
fn updates_of_different_moments_win_only_beyond_both_fees_and_within_the_bands() {
    let market = aged();
    for (seed, most_bps) in [(1, 10), (2, 25), (3, 50)] {
        let path_b = path(seed, market.price_e8(), most_bps);
        // Backwards, so that it ends where the first asset's price is.
        let path_a: Vec<_> = path(seed + 100, 100_000_000, most_bps).into_iter().rev().collect();
        let (last, range_bps) = (path_b.len() - 1, range_bps(&path_a) + range_bps(&path_b));
        let steps = || (0..=last).step_by(last / 2);
        let moments = || steps().flat_map(|a| steps().map(move |b| [a, b]));
        let later = |first: [usize; 2]| moments().filter(move |second| second[0] >= first[0] && second[1] >= first[1]);
        let pairs: Vec<_> = moments().flat_map(|first| later(first).map(move |second| (first, second))).collect();
        let choices = pairs.into_iter().flat_map(|(first, second)| [0, 1].map(|index| (first, second, index)));
        let name = format!("updates of different moments, seed {seed}, {range_bps} bps apart");
        let play = |choice| market.play_at(path_b[last], |market| pick(market, [&path_a, &path_b], choice));
        let (_, gain) = best(&name, choices, play).expect("some picks come off");
        let bound_usd = bound_usd(&market, range_bps);
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
