//! The crank in a sandwich: the pool is pushed before the vault's trade and back after it, in one transaction.
//!
//! What the attacker can win, the vault loses, and that has limits: each trade's slippage, and the day's loss budget. It is not
//! zero: a trade that moves a pool farther than the pool's fee leaves something for whoever was there first.

use {
    crate::market::{BPS, FREE, Gain, INTERVAL_SECS, Market, best, standard, told},
    ballast::events::Rebalanced,
    ballast_client::decode,
    ballast_core::{decision::Reason, limits, risk::breaker},
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

/// What a series of sandwiches came to, in 10⁻⁸ of what the vault was worth at each.
#[derive(Default)]
pub struct Series {
    /// Trades that were made.
    pub trades: u32,
    /// What the attacker won.
    pub won_e8: i128,
    /// What the vault's books say that the trades lost.
    pub lost_e8: i128,
}

impl Series {
    /// For this long, the attacker sandwiches every trade of a vault whose market swings so far that there always is one; on a
    /// deep pool without fees, with the push that pays best there.
    pub fn play(market: &mut Market, secs: u32) -> Self {
        const PUSH_E6: u64 = 3_750;
        let mut series = Series::default();
        for _ in 0..secs / INTERVAL_SECS {
            let preview = market.scene.preview_of(&market.pool.address());
            if preview.reason == 0 {
                series.add(market, usize::from(preview.sell_asset), PUSH_E6);
            }
            let swung_e8 = if market.price_e8() == DOUBLED_E8 { DOUBLED_E8 / 2 } else { DOUBLED_E8 };
            let price_e8 = if preview.reason == Reason::InBand as u8 { swung_e8 } else { market.price_e8() };
            market.move_price(price_e8, INTERVAL_SECS);
        }
        series
    }

    fn add(&mut self, market: &mut Market, sell: usize, push_e6: u64) {
        let attacker = market.attacker.clone();
        let (before_usd, nav_usd) = (market.worth_usd(&attacker), market.nav_usd());
        let (side, _) = market.pool.sides(&market.scene.assets[sell].mint);
        let push = market.pool.reserves(&market.scene.world)[side] / 1_000_000 * push_e6;
        let Some(outcome) = market.sandwich(sell, push) else { return };
        // The last one brings a second event, of the breaker.
        let events: Vec<Rebalanced> = decode::events(&outcome.logs);
        let losses = events.iter().map(|event| i128::from(event.loss_usd) * 100_000_000 / i128::from(event.nav_before_usd));
        self.trades += events.len() as u32;
        self.lost_e8 += losses.sum::<i128>();
        self.won_e8 += (market.worth_usd(&attacker) - before_usd) * 100_000_000 / nav_usd;
    }
}

/// By default, spending nine tenths of the loss budget halts the vault until its admin has looked into it. Where that halt is
/// soft, the series goes on after it has cooled off, by what has come back of the budget.
#[test]
fn a_day_of_sandwiches_wins_no_more_than_the_loss_budget() {
    const DAY_SECS: u32 = 86_400;
    let limits = limits::DEFAULT;
    let budget_e8 = i128::from(limits.max_daily_loss_bps) * 10_000;
    for (name, hard_mask, most_e8) in [("hard", breaker::DEFAULT.hard_mask, budget_e8), ("soft", 0, 2 * budget_e8)] {
        let mut market = drifted(Market::new(standard(), 2_000_000, FREE));
        market.scene.edit_vault(|vault| vault.breakers.hard_mask = hard_mask);
        let Series { trades, won_e8, lost_e8 } = Series::play(&mut market, DAY_SECS);
        let bps = |e8: i128| e8 as f64 / 1e4;
        println!("a day, {name} halt: {trades} trades: attacker {:.2} bps, vault -{:.2} bps of NAV", bps(won_e8), bps(lost_e8));
        assert!(trades > 0 && won_e8 > 0 && won_e8 <= lost_e8, "{won_e8} of {lost_e8}");
        // A full budget, and where trades go on, what comes back of it in a day.
        assert!(lost_e8 <= most_e8, "{lost_e8} of {most_e8}");
    }
}
