//! Drift on purpose: an attacker brings the vault to the edge of its band, lets the market tip it over, and is there when it
//! trades.

use {
    crate::market::{BPS, FREE, Gain, INTERVAL_SECS, Market, standard, told},
    ballast::error::BallastError,
    ballast_core::{decision::Reason, limits},
    ballast_tests::{amm::token_swap::Fees, scene::assert_error},
};

/// Whatever one-asset exchanges do, they end at the edge: alone they make no trade due, not by a unit.
#[test]
fn deposits_and_redemptions_alone_never_make_the_vault_trade() {
    let mut market = Market::new(standard(), 1_000_000, FREE);
    market.join(50_000);
    for index in [0, 1] {
        let mut market = market.clone();
        for _ in 0..10 {
            market.deposit_most(index, u64::MAX);
            market.redeem_most(1 - index);
            let preview = market.scene.preview_of(&market.pool.address());
            assert_eq!(preview.reason, Reason::InBand as u8);
            assert_error(market.crank(), BallastError::InBand);
        }
        let attacker = market.attacker.clone();
        let dollar = market.scene.assets[index].units(100);
        assert_error(market.scene.deposit_single(&attacker, index as u8, dollar, 0), BallastError::LeavesBand);
    }
}

/// One round: to the edge, over it by a small move of the market, a sandwich as long as the vault trades, and out.
fn round(market: &mut Market, tip_bps: i64, push_e6: u64) -> u32 {
    // The dollar goes in; a fall of the second asset then tips it over, and the dollar is sold.
    market.deposit_most(0, u64::MAX);
    let price_e8 = market.price_e8();
    market.move_price(price_e8 * (10_000 - tip_bps) / 10_000, INTERVAL_SECS);
    let mut trades = 0;
    let (side, _) = market.pool.sides(&market.scene.assets[0].mint);
    let push = market.pool.reserves(&market.scene.world)[side] / 1_000_000 * push_e6;
    while market.sandwich(0, push).is_some() {
        trades += 1;
        market.move_price(market.price_e8(), INTERVAL_SECS);
    }
    market.leave();
    // The market comes back.
    market.move_price(price_e8, INTERVAL_SECS);
    trades
}

/// Each round costs the attacker the entry fee on what the band takes, and wins what a sandwich of the vault's way back does:
/// within the slippage of what was traded, and the loss budget.
#[test]
fn drift_on_purpose_wins_no_more_than_the_loss_budget() {
    const ROUNDS: u32 = 8;
    for (name, fees, entry_fee_bps) in [("30 bps", Fees::default(), 25), ("no pool fee", FREE, 25), ("no fees at all", FREE, 0)] {
        let mut config = standard();
        (config.limits.entry_fee_bps, config.limits.exit_fee_bps) = (entry_fee_bps, entry_fee_bps);
        let market = Market::new(config, 1_000_000, fees);
        for (tip_bps, push_e6) in [(20, 0), (20, 1_000), (20, 2_500), (50, 2_500), (200, 2_500)] {
            let mut trades = 0;
            let gain = market.play(|market| {
                for _ in 0..ROUNDS {
                    trades += round(market, tip_bps, push_e6);
                }
                Some(())
            });
            let gain: Gain = gain.expect("the rounds come off");
            println!("drift on purpose, {name}, tip {tip_bps} bps, push {push_e6}: {trades} trades: {}", told(&gain));
            let budget_usd = gain.nav_usd * i128::from(limits::DEFAULT.max_daily_loss_bps) / BPS;
            assert!(gain.attacker_usd <= budget_usd, "{}", told(&gain));
            // Besides the budget, the stayers can only lose by what the market did.
            assert!(gain.stayers_usd >= -2 * budget_usd, "{}", told(&gain));
        }
    }
}

/// Filling the band and leaving in kind keeps others from one way of one-asset exchanges until the market or a trade makes room.
/// It costs the entry fee on all that fits, and stops nothing else.
#[test]
fn filling_the_band_costs_the_entry_fee_and_blocks_one_way_only() {
    let market = Market::new(standard(), 1_000_000, FREE);
    let gain = market.play(|market| {
        let (attacker, admin) = (market.attacker.clone(), market.scene.admin.clone());
        let filled = market.deposit_most(0, u64::MAX);
        market.leave();
        println!("filling the band took {} micro-dollars", market.value_usd(0, filled.into()));
        let units = [0, 1].map(|index| market.scene.assets[index].units(100));
        assert_error(market.scene.deposit_single(&attacker, 0, units[0], 0), BallastError::LeavesBand);
        assert_error(market.scene.redeem_single(&admin, 1, 100_000_000, 0), BallastError::LeavesBand);
        let mut others = market.clone();
        others.scene.deposit_single(&attacker, 1, units[1], 0).expect("the other way is open");
        others.scene.redeem_single(&admin, 0, 100_000_000, 0).expect("the other way is open");
        others.join(100);
        others.leave();
        Some(())
    });
    let gain = gain.expect("there is room to fill");
    println!("filling the band: {}", told(&gain));
    // A tenth of the vault and more fits; the fee on it is a quarter of a percent.
    let fee_usd = gain.nav_usd / 10 * i128::from(limits::DEFAULT.entry_fee_bps) / BPS;
    assert!(gain.attacker_usd <= -fee_usd && gain.stayers_usd >= fee_usd, "{} of {fee_usd}", told(&gain));
}
