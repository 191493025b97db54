use super::sizing::short_of_target;
use super::*;
use crate::budget::Budget;
use crate::fixed::wide;
use crate::fixture::{NOW, Scene};
use crate::risk::breaker::Breaker;
use crate::risk::condition::NO_ASSET;
use crate::strategy::execution::Execution;
use crate::valuation::Holding;
use proptest::prelude::*;

/// The drifted scene's trade: $100 / 1.01 from the first asset to the second, for 99 % of that at least.
const TRADE: Trade = Trade {
    sell: 0,
    amount_in: 49_504_950,
    min_out: 98_019_801,
    expected_out: 98_911_967,
    value_usd: 99_009_900,
    excess_usd: 100_000_000,
    deficit_usd: 100_000_000,
    trigger: Trigger::Drift,
    appraisal: Appraisal { benefit_usd: 0, cost_usd: 97_934 },
    risk: None,
    stress_loss_e8: 0,
};

/// A halt that only the admin ends.
const HARD: Halt = Halt { at: 0, measured: 2, limit: 1, breaker: 4, asset: 255, is_hard: 1, padding: [0; 5] };

/// The decision after an edit of the drifted scene.
fn decided(edit: impl FnOnce(&mut Scene)) -> Decision {
    let mut scene = Scene::drifted();
    edit(&mut scene);
    scene.decide().unwrap()
}

/// The trade after an edit of the drifted scene.
fn traded(edit: impl FnOnce(&mut Scene)) -> Trade {
    let mut scene = Scene::drifted();
    edit(&mut scene);
    scene.trade()
}

/// A change to a scene.
type Edit = fn(&mut Scene);

/// Checks named edits of the drifted scene, and the reason that each leads to; `None` where it still trades.
fn check(table: &[(&str, Edit, Option<Reason>)]) {
    for (name, edit, expected) in table {
        assert_eq!(decided(edit).reason(), *expected, "{name}");
    }
}

#[test]
fn decide_drifted_trades_short_of_the_target() {
    assert_eq!(decided(|_| ()), Decision::Trade(TRADE));
    assert_eq!((TRADE.sell, TRADE.buy()), (0, 1));
}

#[test]
fn decide_mirrored_pair_sells_the_other_side() {
    let trade = Scene::drifted().mirrored().trade();
    assert_eq!(trade, Trade { sell: 1, ..TRADE });
    assert_eq!(trade.buy(), 0);
}

#[test]
fn reasons_keep_their_numbers() {
    use Reason::*;
    let guards = [Paused, RouteTimelocked, TooSoon, PriceStale, Empty];
    assert_eq!(guards.map(|reason| reason as u8), [1, 2, 3, 4, 5]);
    let others = [InBand, RouteNotDue, PoolAway, LossBudgetSpent, TradeTooSmall, PricesApart];
    assert_eq!(others.map(|reason| reason as u8), [6, 7, 8, 9, 10, 11]);
    let strategic = [CostExceedsBenefit, Illiquid, TurnoverSpent, NotItsTurn];
    assert_eq!(strategic.map(|reason| reason as u8), [12, 13, 14, 15]);
    assert_eq!([Quarantined, Halted, RouteHalted, StressWorse].map(|reason| reason as u8), [16, 17, 18, 19]);
    assert_eq!([Trigger::Drift, Trigger::Schedule].map(|trigger| trigger as u8), [1, 2]);
}

#[test]
fn reasons_about_the_vault_hold_on_every_route() {
    use Reason::*;
    let about_the_vault = [Paused, TooSoon, PriceStale, Empty, InBand, NotItsTurn, Halted];
    for reason in Reason::ALL {
        assert_eq!(reason.is_about_the_route(), !about_the_vault.contains(&reason), "{reason:?}");
    }
}

/// The second asset, which nobody prices any more.
fn excluded_and_stale(scene: &Scene) -> Holding {
    Holding { is_excluded: true, publish_time: 0, ..scene.holdings[1] }
}

#[test]
fn decide_trades_the_others_while_an_asset_is_excluded() {
    // Without the third asset, stale as it is: $600 to $200 where five to three eighths are due, a hundred dollars too many.
    let mut scene = Scene::drifted();
    scene.holdings[2] = Holding { is_excluded: true, publish_time: 0, ..scene.holdings[2] };
    let trade = scene.trade();
    assert_eq!((trade.excess_usd, trade.deficit_usd), (100_000_000, 100_000_000));
    assert_eq!(trade.sell, 0);
}

#[test]
fn decide_guards_hold_to_their_last_second() {
    check(&[
        ("paused", |s| s.is_paused = true, Some(Reason::Paused)),
        ("first asset excluded", |s| s.holdings[0].is_excluded = true, Some(Reason::Quarantined)),
        ("second asset excluded, and stale", |s| s.holdings[1] = excluded_and_stale(s), Some(Reason::Quarantined)),
        ("timelock passes now", |s| s.route_active_at = NOW, None),
        ("timelock passes next second", |s| s.route_active_at = NOW + 1, Some(Reason::RouteTimelocked)),
        ("interval passes now", |s| s.state.last_rebalance_at = NOW - 300, None),
        ("interval passes next second", |s| s.state.last_rebalance_at = NOW - 299, Some(Reason::TooSoon)),
        ("last rebalance at the end of time", |s| s.state.last_rebalance_at = i64::MAX, Some(Reason::TooSoon)),
        ("everyone's last fresh second", |s| s.set_ages([60, 60, 60]), None),
        ("sold asset stale", |s| s.set_ages([61, 60, 60]), Some(Reason::PriceStale)),
        ("bought asset stale", |s| s.set_ages([60, 61, 60]), Some(Reason::PriceStale)),
        ("third asset stale", |s| s.set_ages([60, 60, 61]), Some(Reason::PriceStale)),
        ("never published", |s| s.holdings[0].publish_time = 0, Some(Reason::PriceStale)),
        ("nothing held", |s| s.set_dollars([0, 0, 0]), Some(Reason::Empty)),
    ]);
}

#[test]
fn decide_compares_only_prices_of_the_same_moment() {
    check(&[
        ("sold asset's price 10 s older", |s| s.set_ages([10, 0]), None),
        ("sold asset's price 11 s older", |s| s.set_ages([11, 0]), Some(Reason::PricesApart)),
        ("bought asset's price 10 s older", |s| s.set_ages([0, 10]), None),
        ("bought asset's price 11 s older", |s| s.set_ages([0, 11]), Some(Reason::PricesApart)),
        ("old, but both alike", |s| s.set_ages([60, 50]), None),
        ("on both sides of the clock, 10 s apart", |s| s.set_ages([-5, 5]), None),
        ("on both sides of the clock, 11 s apart", |s| s.set_ages([-5, 6]), Some(Reason::PricesApart)),
        ("third asset's price older than the pair's", |s| s.set_ages([0, 0, 60]), None),
        ("third asset's price newer than the pair's", |s| s.set_ages([60, 60, 0]), None),
        ("at the end of time", |s| s.holdings[0].publish_time = i64::MAX, Some(Reason::PricesApart)),
        (
            "at both ends of time",
            |s| (s.holdings[0].publish_time, s.holdings[1].publish_time) = (i64::MAX, i64::MIN),
            Some(Reason::PriceStale),
        ),
    ]);
}

/// Every pair of ages, in either order: stale before apart, and else a trade at the prices as they are.
#[test]
fn decide_publish_times_matter_by_age_and_gap_alone() {
    for (sold_age, bought_age) in (-10..=70).flat_map(|sold| (-10..=70).map(move |bought| (sold, bought))) {
        let mut scene = Scene::drifted();
        scene.set_ages([sold_age, bought_age]);
        let expected = match (sold_age.max(bought_age), sold_age.abs_diff(bought_age)) {
            (61.., _) => Decision::Dormant(Reason::PriceStale),
            (_, 11..) => Decision::Dormant(Reason::PricesApart),
            _ => Decision::Trade(TRADE),
        };
        assert_eq!(scene.decide(), Ok(expected), "{sold_age} s, {bought_age} s");
    }
}

#[test]
fn decide_unheld_asset_needs_a_fresh_price_only_in_the_pair() {
    check(&[
        (
            "third asset not held",
            |s| {
                s.set_dollars([600, 200, 0]);
                s.holdings[2].publish_time = 0;
            },
            None,
        ),
        (
            "bought asset not held, last fresh second",
            |s| {
                s.set_dollars([600, 0, 200]);
                s.set_ages([60, 60]);
            },
            None,
        ),
        (
            "bought asset not held, stale",
            |s| {
                s.set_dollars([600, 0, 200]);
                s.set_ages([60, 61]);
            },
            Some(Reason::PriceStale),
        ),
        (
            "bought asset not held, published apart",
            |s| {
                s.set_dollars([600, 0, 200]);
                s.set_ages([0, 11]);
            },
            Some(Reason::PricesApart),
        ),
    ]);
}

/// Every obstacle at once; lifted one by one, each uncovers the next.
#[test]
fn decide_reports_the_first_of_many_reasons() {
    let mut scene = Scene::drifted();
    scene.is_paused = true;
    scene.route_active_at = NOW + 1;
    (scene.state.halt, scene.route_halt) = (HARD, HARD);
    scene.state.last_rebalance_at = NOW;
    scene.set_dollars([0, 0, 0]);
    scene.holdings[0].publish_time = 0;
    scene.reserves = [0, 0];
    scene.state.loss.spent = u64::MAX;
    scene.state.turnover = Budget { at: NOW, spent: u64::MAX };
    scene.strategy.execution = Execution { jitter_period_secs: 3, jitter_window_secs: 1, ..scene.strategy.execution };
    scene.fee_bps = 100;
    scene.limits.min_trade_usd = u64::MAX;
    scene.stress.max_loss_bps = 1;
    scene.stress.shocks[0].moves_bps[1] = -5_000;

    use Decision::Dormant;
    let trip = |breaker, measured, limit| Decision::Trip(Trip { breaker, asset: NO_ASSET, measured, limit });
    let lifts: [(Decision, Edit); 17] = [
        (Dormant(Reason::Paused), |s| s.is_paused = false),
        (Dormant(Reason::RouteTimelocked), |s| s.route_active_at = 0),
        (Dormant(Reason::Halted), |s| s.state.halt = Halt::default()),
        (Dormant(Reason::RouteHalted), |s| s.route_halt = Halt::default()),
        (Dormant(Reason::PriceStale), |s| s.set_ages([60])),
        (Dormant(Reason::Empty), |s| s.set_dollars([500, 300, 200])),
        (trip(Breaker::LossBudget, u64::MAX / 500_000, 10_000), |s| s.state.loss.spent = 0),
        (Dormant(Reason::PricesApart), |s| s.set_ages([0])),
        (trip(Breaker::PoolAway, u64::MAX, 1_000), |s| s.reserves = [50_000_000_000, 109_000_000_000]),
        (Dormant(Reason::TooSoon), |s| s.state.last_rebalance_at = 0),
        (Dormant(Reason::NotItsTurn), |s| s.strategy.execution.jitter_window_secs = 3),
        (Dormant(Reason::InBand), |s| s.set_dollars([600, 200, 200])),
        (Dormant(Reason::PoolAway), |s| s.reserves = Scene::drifted().reserves),
        (Dormant(Reason::TurnoverSpent), |s| s.state.turnover.spent = 0),
        (Dormant(Reason::Illiquid), |s| s.fee_bps = 0),
        (Dormant(Reason::TradeTooSmall), |s| s.limits.min_trade_usd = 0),
        (Decision::StressWorse(Trade { stress_loss_e8: 10_000_000, ..TRADE }), |s| s.stress.max_loss_bps = 5_000),
    ];
    for (expected, lift) in lifts {
        assert_eq!(scene.decide(), Ok(expected));
        lift(&mut scene);
    }
    assert_eq!(scene.decide(), Ok(Decision::Trade(Trade { stress_loss_e8: 10_000_000, ..TRADE })));
}

#[test]
fn decide_band_edge_is_inside() {
    check(&[
        ("55 % and 25 % of 50 and 30", |s| s.set_dollars([550, 250, 200]), Some(Reason::InBand)),
        (
            "one unit above the upper edge",
            |s| {
                s.set_dollars([550, 250, 200]);
                s.holdings[0].balance += 1;
            },
            None,
        ),
        ("lower edge", |s| s.set_dollars([540, 250, 210]), Some(Reason::InBand)),
        (
            "one unit below the lower edge",
            |s| {
                s.set_dollars([540, 250, 210]);
                s.holdings[1].balance -= 1;
            },
            None,
        ),
    ]);
}

#[test]
fn decide_pair_must_stand_on_both_sides_of_its_targets() {
    check(&[
        ("all on target", |s| s.set_dollars([500, 300, 200]), Some(Reason::InBand)),
        ("both over", |s| s.set_dollars([570, 350, 80]), Some(Reason::RouteNotDue)),
        ("both under", |s| s.set_dollars([430, 230, 340]), Some(Reason::RouteNotDue)),
        ("first on target, second under", |s| s.set_dollars([500, 230, 270]), Some(Reason::RouteNotDue)),
        ("first over, second on target", |s| s.set_dollars([570, 300, 130]), Some(Reason::RouteNotDue)),
        ("first under, second on target", |s| s.set_dollars([430, 300, 270]), Some(Reason::RouteNotDue)),
        ("one asset on both sides", |s| (s.pair, s.reserves) = ([0, 0], [50_000_000_000; 2]), Some(Reason::RouteNotDue)),
        ("third out of band, pair aligned", |s| s.set_dollars([480, 260, 260]), Some(Reason::RouteNotDue)),
        (
            "third out of band, pair opposed inside its bands",
            |s| {
                s.set_dollars([520, 295, 185]);
                s.holdings[2].allocation.band_abs_bps = 100;
            },
            Some(Reason::RouteNotDue),
        ),
    ]);
}

#[test]
fn decide_distance_is_the_smaller_of_excess_and_deficit() {
    // $20 / 1.01, rounded down, in units of 2 micro-dollars.
    let little_deficit = traded(|s| s.set_dollars([600, 280, 120]));
    assert_eq!((little_deficit.excess_usd, little_deficit.deficit_usd), (100_000_000, 20_000_000));
    assert_eq!((little_deficit.amount_in, little_deficit.value_usd), (9_900_990, 19_801_980));

    let little_excess = traded(|s| s.set_dollars([520, 200, 280]));
    assert_eq!((little_excess.excess_usd, little_excess.deficit_usd), (20_000_000, 100_000_000));
    assert_eq!((little_excess.amount_in, little_excess.value_usd), (9_900_990, 19_801_980));
}

#[test]
fn decide_pool_deviation_limit_is_inside() {
    check(&[
        ("1 % above", |s| s.reserves[1] = 101_000_000_000, None),
        ("a unit more", |s| s.reserves[1] = 101_000_000_001, Some(Reason::PoolAway)),
        ("1 % below", |s| (s.limits.max_slippage_bps, s.reserves[1]) = (200, 99_000_000_000), None),
        ("a unit less", |s| s.reserves[1] = 98_999_999_999, Some(Reason::PoolAway)),
        ("empty pool", |s| s.reserves = [0, 0], Some(Reason::RouteHalted)),
    ]);
}

/// Of a pool that pays better than the oracle, so that the trade itself loses nothing.
#[test]
fn decide_loss_budget_is_spent_at_its_last_part() {
    let better = |s: &mut Scene| s.reserves[1] = 101_000_000_000;
    let spent = |spent, secs_ago| {
        decided(|s| {
            better(s);
            s.state.loss = Budget { at: NOW - secs_ago, spent };
        })
    };
    // 50 bps.
    assert!(matches!(spent(499_999, 0), Decision::Trade(_)));
    let trip = Trip { breaker: Breaker::LossBudget, asset: NO_ASSET, measured: 10_000, limit: 10_000 };
    assert_eq!(spent(500_000, 0), Decision::Trip(trip));
    assert!(matches!(spent(500_000, 1), Decision::Trade(_)), "five parts have come back");
}

#[test]
fn decide_loss_budget_does_not_depend_on_the_nav() {
    let spent = |spent, dollars| {
        move |s: &mut Scene| {
            s.state.loss.spent = spent;
            s.set_dollars(dollars);
            s.reserves[1] = 101_000_000_000; // better than the oracle: the trade itself loses nothing
        }
    };
    for dollars in [[60, 20, 20], [600, 200, 200], [600_000, 200_000, 200_000]] {
        assert!(matches!(decided(spent(499_999, dollars)), Decision::Trade(_)), "{dollars:?}");
        assert_eq!(decided(spent(500_000, dollars)).reason(), Some(Reason::Halted), "{dollars:?}");
    }
}

#[test]
fn decide_trade_must_be_worth_making() {
    check(&[
        ("the least value", |s| s.limits.min_trade_usd = TRADE.value_usd, None),
        ("a unit less than the least", |s| s.limits.min_trade_usd = TRADE.value_usd + 1, Some(Reason::TradeTooSmall)),
        (
            "nothing to sell",
            |s| {
                s.limits.min_trade_usd = 0;
                s.limits.max_trade_bps = 0;
            },
            Some(Reason::TradeTooSmall),
        ),
    ]);
}

/// A price so uncertain that the sold amount may be worth nothing never sells for nothing, even where no breaker judges it.
#[test]
fn decide_worthless_within_confidence_is_no_trade() {
    for conf_x64 in [2 << 64, 1 << 127] {
        let mut scene = Scene::drifted();
        scene.holdings[0].price.conf_x64 = conf_x64;
        assert_eq!(scene.decide().map(|decision| decision.reason()), Ok(Some(Reason::Halted)));
        let unjudged = scene.decide_after(|snapshot| snapshot.dislocation = None);
        assert_eq!(unjudged, Ok(Decision::Dormant(Reason::TradeTooSmall)));
    }
}

#[test]
fn decide_chunk_cap_bounds_the_value() {
    // The distance to the target allows 990.099 bps of the NAV.
    assert_eq!(traded(|s| s.limits.max_trade_bps = 990).value_usd, 99_000_000);
    assert_eq!(traded(|s| s.limits.max_trade_bps = 991), TRADE);
}

#[test]
fn decide_pool_impact_cap_bounds_the_amount() {
    // 100 bps of impact allow 100 / 20,100 of the reserve.
    let reserves = |input: u64| move |s: &mut Scene| s.reserves = [input, 2 * input];
    assert_eq!(traded(reserves(2_010_000_000)).amount_in, 10_000_000);
    assert_eq!(traded(reserves(9_950_494_949)).amount_in, TRADE.amount_in - 1);
    assert_eq!(traded(reserves(9_950_494_950)).amount_in, TRADE.amount_in);
}

/// The excess of a consistent snapshot is covered by the balance; this holds even if one is not.
#[test]
fn decide_sells_no_more_than_the_balance() {
    let amount_in = |balance| match Scene::drifted().decide_after(|snapshot| snapshot.pair[0].balance = balance) {
        Ok(Decision::Trade(trade)) => trade.amount_in,
        other => panic!("no trade: {other:?}"),
    };
    assert_eq!(amount_in(TRADE.amount_in), TRADE.amount_in);
    assert_eq!(amount_in(TRADE.amount_in - 1), TRADE.amount_in - 1);
}

#[test]
fn decide_unknown_asset_is_an_error() {
    for side in [0, 1] {
        let decision = Scene::drifted().decide_after(|snapshot| snapshot.pair[side].index = 3);
        assert_eq!(decision, Err(DecisionError::UnknownAsset));
    }
}

#[test]
fn decide_pool_beyond_64_bits_is_an_error() {
    let mut scene = Scene::drifted();
    scene.reserves[0] = u64::MAX / 2 + 1;
    assert_eq!(scene.decide(), Err(DecisionError::Math(MathError::Overflow)));
}

#[test]
fn min_out_is_adverse_by_confidence() {
    let percent = |price: UnitPrice| UnitPrice { conf_x64: price.mid_x64 / 100, ..price };
    let scene = Scene::drifted();
    let (two, one) = (scene.holdings[0].price, scene.holdings[1].price);
    assert_eq!(min_out(TRADE.amount_in, &two, &one, 100), Ok(98_019_801));
    assert_eq!(min_out(TRADE.amount_in, &two, &one, 0), Ok(99_009_900));
    assert_eq!(min_out(TRADE.amount_in, &percent(two), &one, 100), Ok(97_039_603)); // 99 % of 98,019,801, rounded up
    assert_eq!(min_out(TRADE.amount_in, &two, &percent(one), 100), Ok(97_049_308)); // 98,019,801 / 1.01, rounded up
    assert_eq!(min_out(TRADE.amount_in, &two, &one, 10_000), Ok(0));
}

proptest! {
    /// The largest distance that still fits below the target after the pool paid as much above the oracle as it may.
    #[test]
    fn short_of_target_leaves_room_for_the_best_pool(distance: u64, deviation_bps in 0u16..=300) {
        let short = short_of_target(distance, deviation_bps).unwrap();
        let best = |value: u64| wide(value, 10_000 + u64::from(deviation_bps));
        prop_assert!(best(short) <= wide(distance, 10_000));
        prop_assert!(best(short) + 10_000 + u128::from(deviation_bps) > wide(distance, 10_000), "not the largest");
    }
}

#[test]
fn every_reason_is_found_by_its_number() {
    for (number, reason) in (1..).zip(Reason::ALL) {
        assert_eq!(reason as u8, number);
        assert_eq!(Reason::from_number(number), Some(reason));
    }
    assert_eq!(Reason::from_number(0), None);
    assert_eq!(Reason::from_number(Reason::ALL.len() as u8 + 1), None);
}
