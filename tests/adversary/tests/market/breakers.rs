//! Breakers as weapons: whoever can make a condition hold can halt the vault, or a route. What that costs, and what it stops.
//!
//! A route's breaker looks at its pool as it is at that moment, so that a push and its undoing around it, in one transaction, halt
//! the route for as long as it takes to cool off. That costs the pool's fee on the push twice, and on a pool without fees
//! nothing. It stops trades on that route and nothing else.

use {
    crate::{
        market::{BPS, FREE, INTERVAL_SECS, Market, best, standard, told},
        sandwich::Series,
    },
    ballast::error::BallastError,
    ballast_adversary::exits::assert_everybody_can_leave,
    ballast_client::instruction,
    ballast_core::{
        limits,
        risk::breaker::{self, Breaker},
    },
    ballast_tests::{
        amm::{Pool, token_swap::Fees},
        scene::assert_error,
    },
};

/// In one transaction: pushes the pool by this part of its reserve, trips the route's breaker, and pushes back.
fn flash_halt(market: &mut Market, sell: usize, parts_e6: u64) -> Option<()> {
    let (side, _) = market.pool.sides(&market.scene.assets[sell].mint);
    let push = market.pool.reserves(&market.scene.world)[side] / 1_000_000 * parts_e6;
    let back = market.pool.output(&market.scene.world, &market.scene.assets[sell].mint, push);
    let (address, route) = market.scene.route_of(&market.pool.address());
    let trip = instruction::trip_route_breaker(market.scene.view.address, address, &route);
    let instructions = [market.swap_instruction(sell, push), trip, market.swap_instruction(1 - sell, back)];
    market.send(&instructions).ok().map(|_| ())
}

/// The cheapest push that halts the route, both ways.
#[test]
fn halting_a_route_by_a_flash_push_costs_the_pools_fee_twice_and_stops_that_route_alone() {
    for (pool_dollars, fees) in [(200_000, Fees::default()), (1_000_000, Fees::default()), (1_000_000, FREE)] {
        let mut market = Market::new(standard(), pool_dollars, fees);
        market.move_price(2 * market.price_e8(), INTERVAL_SECS);
        assert_eq!(market.scene.preview_of(&market.pool.address()).reason, 0);
        // A push by `x` of the reserve moves the price by a little more than `2x`.
        let choices =
            [0, 1].into_iter().flat_map(|sell| (40..=60).step_by(2).map(move |thousandths| (sell, thousandths * 1_000)));
        let name = format!("flash halt of a route, {pool_dollars} $ a side, {} bps", fees.trade_bps + fees.owner_bps);
        let play = |(sell, parts_e6)| market.play(|market| flash_halt(market, sell, parts_e6));
        let ((sell, parts_e6), gain) = best(&name, choices, play).expect("some push halts the route");
        assert_eq!(gain.stayers_usd, 0, "the vault itself loses nothing");
        // Both swaps pay their fee on a push of 4 or 5 percent of the reserve; each rounds.
        let fees_usd = i128::from(pool_dollars) * 1_000_000 * 4 * 2 * i128::from(fees.trade_bps + fees.owner_bps) / 100 / BPS;
        assert!(gain.attacker_usd <= -fees_usd + 10, "{} of {fees_usd}", told(&gain));

        flash_halt(&mut market, sell, parts_e6).expect("as played");
        assert_error(market.crank(), BallastError::RouteHalted);
        let attacker = market.attacker.clone();
        // Everything else goes on.
        let dollar = market.scene.assets[0].units(1);
        market.scene.deposit_single(&attacker, 0, dollar, 0).expect("one-asset deposits go on");
        market.scene.redeem_single(&attacker, 1, 100_000, 0).expect("one-asset redemptions go on");
        market.join(10);
        assert_everybody_can_leave(&market.scene, &[&attacker, &market.scene.admin.clone()]);
        // Another route trades on.
        let other = market.scene.create_pool(0, 1, pool_dollars);
        market.scene.register(&other.address()).expect("another route");
        market.scene.pools.push(other);
        market.scene.edit_route(0, |route| route.active_at = 0);
        assert_eq!(market.scene.preview(0).reason, 0);
        // And this one does when it has cooled off.
        market.move_price(market.price_e8(), breaker::DEFAULT.cooldown_secs);
        market.crank().expect("a soft halt ends");
    }
}

/// A push that is not far enough trips nothing, and what trips is about the pool.
#[test]
fn a_push_within_the_breakers_limit_halts_nothing() {
    let market = Market::new(standard(), 1_000_000, FREE);
    let limit_bps = u64::from(breaker::DEFAULT.max_pool_before_bps);
    for sell in [0, 1] {
        let play = |parts_e6| market.play(|market| flash_halt(market, sell, parts_e6)).is_some();
        // `(1 + x)^2 - 1` is the price's move.
        assert!(!play(limit_bps * 40) && play(limit_bps * 60));
    }
}

/// A least depth close to what the pool holds makes the push that halts its route smaller, and cheaper: it belongs far below.
#[test]
fn a_least_depth_near_the_pools_own_makes_halting_it_cheap() {
    const POOL_DOLLARS: u64 = 1_000_000;
    let costs = [990, 900, 500].map(|thousandths| {
        let mut market = Market::new(standard(), POOL_DOLLARS, Fees::default());
        market.scene.edit_vault(|vault| {
            vault.breakers.min_pool_depth_usd = POOL_DOLLARS * 1_000 * thousandths;
            vault.breakers.max_pool_before_bps = 5_000;
        });
        let choices = (1..=60).map(|percent| (0, percent * 10_000));
        let name = format!("flash halt by a least depth of {thousandths} thousandths of the pool");
        let play = |(sell, parts_e6)| market.play(|market| flash_halt(market, sell, parts_e6));
        let (_, gain) = best(&name, choices, play).expect("some push halts the route");
        assert!(gain.attacker_usd < 0 && gain.stayers_usd == 0, "{}", told(&gain));
        gain.attacker_usd
    });
    assert!(costs.is_sorted_by(|near, far| near > far), "{costs:?}");
}

/// Losing on purpose: sandwiches until the loss budget's breaker halts the vault, which only the admin ends. The attacker is paid
/// for it, by no more than the budget; one-asset exchanges and trades stop, the way out in kind does not.
#[test]
fn spending_the_loss_budget_halts_the_vault_and_leaves_the_way_out() {
    let mut market = Market::new(standard(), 2_000_000, FREE);
    market.move_price(2 * market.price_e8(), INTERVAL_SECS);
    market.join(10_000);
    let series = Series::play(&mut market, 86_400);
    assert!(series.won_e8 <= i128::from(limits::DEFAULT.max_daily_loss_bps) * 10_000);
    let halt = market.scene.vault().state.halt;
    assert_eq!((halt.breaker, halt.is_hard), (Breaker::LossBudget as u8, 1));

    let attacker = market.attacker.clone();
    for secs in [0, 30 * 86_400] {
        market.move_price(market.price_e8(), secs);
        let dollar = market.scene.assets[0].units(1);
        assert_error(market.scene.deposit_single(&attacker, 0, dollar, 0), BallastError::Halted);
        assert_error(market.scene.redeem_single(&attacker, 0, 1_000_000, 0), BallastError::Halted);
        assert_error(market.crank(), BallastError::Halted);
        assert_everybody_can_leave(&market.scene, &[&attacker, &market.scene.admin.clone()]);
    }
}
