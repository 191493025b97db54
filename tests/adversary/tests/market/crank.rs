//! Farming the crank fund: a keeper who makes the vault trade for the reward.
//!
//! Nobody can make it trade alone, but with the market's help: by bringing it to the edge of its band first, or by keeping the
//! pool so poor that one trade becomes many. What the fund then pays is bounded by its day's budget, and by nothing else: a
//! reward above a transaction's cost is worth some trouble, so that it should be no more than that.

use {
    crate::market::{FREE, INTERVAL_SECS, Market, standard, told},
    ballast::events::Rebalanced,
    ballast_client::instruction,
    ballast_core::{decision::Reason, limits::Limits},
    ballast_tests::{Signer, scene},
};

/// The most that a vault may promise for a trade, a hundredth of a SOL.
const REWARD_LAMPORTS: u32 = 10_000_000;
/// Ten rewards at once, and ten a day.
const DAILY_LAMPORTS: u32 = 10 * REWARD_LAMPORTS;
/// What the fund has, besides its rent.
const FUND_LAMPORTS: u64 = 100_000_000_000;
const DAY_SECS: u32 = 86_400;

fn generous(limits: Limits) -> Limits {
    Limits { crank_reward_lamports: REWARD_LAMPORTS, max_daily_crank_lamports: DAILY_LAMPORTS, ..limits }
}

/// A market whose vault pays its keepers as much as it may.
fn funded(pool_dollars: u64) -> Market {
    let mut config = standard();
    config.limits = generous(config.limits);
    let mut market = Market::new(config, pool_dollars, FREE);
    let top_up = instruction::top_up_crank_fund(market.scene.keeper.pubkey(), &market.scene.view, FUND_LAMPORTS);
    market.scene.keep(top_up).expect("anybody may top up");
    market
}

fn fund_lamports(market: &Market) -> u64 {
    market.scene.world.account(&market.scene.view.crank_fund).lamports
}

/// What was paid since the fund had `before` lamports is no more than a day's budget and what came back of it in `secs`.
#[track_caller]
fn assert_within_budget(market: &Market, before: u64, secs: u32) -> u64 {
    let paid = before - fund_lamports(market);
    let back = u64::from(DAILY_LAMPORTS) * u64::from(secs) / u64::from(DAY_SECS);
    assert!(paid <= u64::from(DAILY_LAMPORTS) + back, "{paid} lamports in {secs} s");
    paid
}

/// A pool so poor that each trade is the smallest that is worth making: as many trades, and rewards, as there are intervals.
#[test]
fn splitting_a_trade_over_a_poor_pool_wins_no_more_than_the_funds_budget() {
    let mut market = funded(1_000);
    market.move_price(2 * market.price_e8(), INTERVAL_SECS);
    let before = fund_lamports(&market);
    let (mut trades, mut rewarded, mut lost_usd) = (0, 0, 0);
    for _ in 0..DAY_SECS / INTERVAL_SECS {
        if let Ok(outcome) = market.crank() {
            let event: Rebalanced = scene::event(&outcome);
            (trades, rewarded) = (trades + 1, rewarded + u32::from(event.reward_lamports > 0));
            lost_usd += event.loss_usd;
        }
        market.move_price(market.price_e8(), INTERVAL_SECS);
    }
    let paid = assert_within_budget(&market, before, DAY_SECS);
    println!("poor pool: {trades} trades, {rewarded} paid, {paid} lamports, the vault lost {lost_usd} micro-dollars");
    assert!(trades > 10 && rewarded > 10 && rewarded < trades, "the budget is what ends it: {rewarded} of {trades}");
}

/// Each round, the keeper pays the entry fee to bring the vault to its edge, waits for the market to tip it over, and turns the
/// crank for the reward.
#[test]
fn drift_made_for_the_reward_wins_no_more_than_the_funds_budget_and_costs_the_entry_fee() {
    const ROUNDS: u32 = 20;
    let market = funded(1_000_000);
    let (before, start_e8) = (fund_lamports(&market), market.price_e8());
    let (mut trades, mut secs) = (0, 0);
    // The same market without the keeper's help never makes the vault trade.
    let mut calm = market.clone();
    calm.move_price(start_e8 * 9_950 / 10_000, INTERVAL_SECS);
    assert_eq!(calm.scene.preview_of(&calm.pool.address()).reason, Reason::InBand as u8);
    let gain = market.play(|market| {
        for _ in 0..ROUNDS {
            market.deposit_most(0, u64::MAX);
            market.move_price(start_e8 * 9_950 / 10_000, INTERVAL_SECS);
            secs += INTERVAL_SECS;
            while market.crank().is_ok() {
                trades += 1;
                secs += INTERVAL_SECS;
                market.move_price(market.price_e8(), INTERVAL_SECS);
            }
            market.leave();
            market.move_price(start_e8, INTERVAL_SECS);
            secs += INTERVAL_SECS;
        }
        assert_within_budget(market, before, secs);
        println!("drift for the reward: {trades} trades, {} lamports", before - fund_lamports(market));
        Some(())
    });
    let gain = gain.expect("the rounds come off");
    println!("drift for the reward, besides: {}", told(&gain));
    assert!(trades > 0 && gain.attacker_usd < 0, "{}", told(&gain));
}
