//! The crank in a sandwich: the pool is pushed before the vault's trade and back after it, in one transaction.
//!
//! What the attacker can win, the vault loses, and that has limits: each trade's slippage, and the day's loss budget. It is not
//! zero: a trade that moves a pool farther than the pool's fee leaves something for whoever was there first.

use {
    crate::market::{BPS, FREE, Gain, INTERVAL_SECS, Market, best, standard, told},
    ballast::events::Rebalanced,
    ballast_core::{decision::Reason, limits},
    ballast_tests::{amm::token_swap::Fees, scene},
};

/// The price at which the vault sells its second asset: double what it was bought at.
const DOUBLED_E8: i64 = 10_000_000_000;

/// A market whose vault is to sell its second asset.
fn drifted(mut market: Market) -> Market {
    market.move_price(DOUBLED_E8, INTERVAL_SECS);
    market
}

/// The gain of pushing the pool by this part of its reserve (negative: the other way), and what the vault's trade was.
fn push(market: &Market, parts_e6: i64) -> Option<(Gain, Rebalanced)> {
    let sell = if parts_e6 >= 0 { 1 } else { 0 };
    let (side, _) = market.pool.sides(&market.scene.assets[sell].mint);
    let reserve = market.pool.reserves(&market.scene.world)[side];
    let amount = (u128::from(reserve) * u128::from(parts_e6.unsigned_abs()) / 1_000_000) as u64;
    let mut event = None;
    let gain = market.play(|market| {
        event = Some(scene::event::<Rebalanced>(&market.sandwich(sell, amount)?));
        Some(())
    })?;
    Some((gain, event?))
}

/// What a trade may lose: its slippage. The minimum output grants the confidence interval on top, but what is planned does not,
/// and inside the transaction the plan is made after the push.
fn slippage_usd(market: &Market, event: &Rebalanced) -> i128 {
    let sold_usd = market.value_usd(usize::from(event.sold_asset), i128::from(event.amount_in));
    sold_usd * i128::from(limits::DEFAULT.max_slippage_bps) / BPS
}

/// Every push from nothing to beyond what the deviation limit lets through, both ways.
fn pushes() -> impl Iterator<Item = i64> {
    (-10_000..=10_000).step_by(500)
}

fn assert_bounded(name: &str, market: &Market) -> Option<Gain> {
    let (_, worst) = best(name, pushes(), |parts_e6| {
        let (gain, event) = push(market, parts_e6)?;
        let loss_usd = i128::from(event.loss_usd);
        // Values of balances and of amounts round apart by a few micro-dollars.
        assert!(gain.attacker_usd <= loss_usd + 10, "the vault lost {loss_usd}: {}", told(&gain));
        let slippage_usd = slippage_usd(market, &event);
        assert!(loss_usd <= slippage_usd + 10, "{loss_usd} of {slippage_usd}");
        Some(gain)
    })?;
    Some(worst)
}

#[test]
fn sandwich_wins_no_more_than_the_trades_slippage() {
    let bound_bps = i128::from(limits::DEFAULT.max_trade_bps) * i128::from(limits::DEFAULT.max_slippage_bps) / BPS;
    for fees in [Fees::default(), Fees { trade_bps: 5, owner_bps: 0 }, FREE] {
        for pool_dollars in [50_000, 200_000, 500_000, 1_000_000, 2_000_000, 10_000_000] {
            let market = drifted(Market::new(standard(), pool_dollars, fees));
            let name = format!("sandwich, {pool_dollars} $ a side, {} bps", fees.trade_bps + fees.owner_bps);
            let worst = assert_bounded(&name, &market).expect("some push lets the vault trade");
            assert!(worst.attacker_usd <= worst.nav_usd * bound_bps / BPS, "{}", told(&worst));
        }
    }
}

#[test]
fn sandwich_on_raydium_wins_no_more_than_the_trades_slippage() {
    for pool_dollars in [200_000, 1_000_000, 10_000_000] {
        let Some(market) = Market::raydium(standard(), pool_dollars) else { return };
        let name = format!("sandwich on Raydium, {pool_dollars} $ a side");
        assert_bounded(&name, &drifted(market)).expect("some push lets the vault trade");
    }
}

/// The attacker sandwiches every trade of a day whose market swings so far that there always is one.
#[test]
fn a_day_of_sandwiches_wins_no_more_than_the_loss_budget() {
    /// Part of the reserve that the attacker pushes with, in millionths: the best on a pool of this depth without fees.
    const PUSH_E6: u64 = 3_750;
    let mut market = drifted(Market::new(standard(), 2_000_000, FREE));
    let attacker = market.attacker.clone();
    let (mut lost_e8, mut won_e8, mut trades, mut refusals) = (0, 0, 0, 0);
    for _ in 0..86_400 / INTERVAL_SECS {
        let (before_usd, nav_usd) = (market.worth_usd(&attacker), market.nav_usd());
        let preview = market.scene.preview_of(&market.pool.address());
        let sell = usize::from(preview.sell_asset);
        let (side, _) = market.pool.sides(&market.scene.assets[sell].mint);
        let push = market.pool.reserves(&market.scene.world)[side] / 1_000_000 * PUSH_E6;
        match market.sandwich(sell, push) {
            Some(outcome) => {
                let event: Rebalanced = scene::event(&outcome);
                lost_e8 += i128::from(event.loss_usd) * 100_000_000 / i128::from(event.nav_before_usd);
                won_e8 += (market.worth_usd(&attacker) - before_usd) * 100_000_000 / nav_usd;
                trades += 1;
            }
            None => refusals += 1,
        }
        let price_e8 = if market.price_e8() == DOUBLED_E8 { DOUBLED_E8 / 2 } else { DOUBLED_E8 };
        // Only where the vault is done with this price.
        let is_due = market.scene.preview_of(&market.pool.address()).reason != Reason::InBand as u8;
        market.move_price(if is_due { market.price_e8() } else { price_e8 }, INTERVAL_SECS);
    }
    println!(
        "a day: {trades} trades, {refusals} refusals: attacker {} bps, vault -{} bps of NAV",
        won_e8 / 10_000,
        lost_e8 / 10_000
    );
    let budget_e8 = i128::from(limits::DEFAULT.max_daily_loss_bps) * 10_000;
    assert!(trades > 0 && won_e8 <= lost_e8, "{won_e8} of {lost_e8}");
    // A full budget, and what comes back of it in a day.
    assert!(lost_e8 <= 2 * budget_e8, "{lost_e8} of {budget_e8}");
}
