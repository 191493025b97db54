use super::*;
use crate::fixture::{NOW, Scene};
use crate::limits::Limits;
use crate::performance::Performance;
use crate::risk::breaker::Breakers;
use crate::state::State;
use crate::strategy::gate::Gate;

/// What the drifted scene's trade may bring without its loss or its gain being at a limit.
const RECEIVED: u64 = 98_900_000;
/// The loss of that: 99,009,900 less 98,900,000.
const LOSS_USD: u64 = 109_900;
/// That loss as a part of $1,000, in 10⁻⁸.
const LOSS_E8: u64 = 10_990;
/// What it sells, and the turnover of that alone.
const SOLD_USD: u64 = 99_009_900;
const TURNOVER: Budget = Budget { at: NOW, spent: 9_900_990 };
/// 50 bps, in 10⁻⁸.
const BUDGET_E8: u64 = 500_000;
/// Of a thousand parts spent, what has not come back after a hundred seconds.
const LEFT_OVER_E8: u64 = 1_000 - BUDGET_E8 * 100 / 86_400;

/// The drifted scene with this loss.
fn with_loss(loss: Budget) -> Scene {
    Scene { state: State { loss, ..State::default() }, ..Scene::drifted() }
}

/// The drifted scene with part of its loss budget spent some seconds ago.
fn scene(spent: u64, secs_ago: i64) -> Scene {
    with_loss(Budget { at: NOW - secs_ago, spent })
}

/// Settles the drifted scene's own trade.
fn settled(spent: u64, received: u64) -> Result<Settlement, SettlementError> {
    let scene = scene(1_000, 100);
    let trade = scene.trade();
    scene.settle(&trade, trade.min_out, spent, received)
}

/// Settles a trade of up to $200 for as little as one unit: larger than any that the drifted scene decides on.
fn settled_oversize(spent: u64, received: u64) -> Result<Settlement, SettlementError> {
    let scene = scene(0, 0);
    let trade = Trade { amount_in: 100_000_000, min_out: 1, ..scene.trade() };
    scene.settle(&trade, 1, spent, received)
}

#[test]
fn settle_loss_has_exact_effects() {
    let settlement = settled(49_504_950, RECEIVED).unwrap();
    let expected = Settlement {
        sold_balance: 250_495_050,
        bought_balance: 298_900_000,
        nav_usd: 999_890_100,
        excess_usd: 1_045_050,  // 500,990,100 less half of the NAV
        deficit_usd: 1_067_030, // 30 % of the NAV less 298,900,000
        loss_usd: LOSS_USD,
        sold_usd: SOLD_USD,
        bought_usd: RECEIVED,
        loss: Budget { at: NOW, spent: LEFT_OVER_E8 + LOSS_E8 },
        turnover: TURNOVER,
        halt: Halt::default(),
        stress_before_e8: 0,
        stress_after_e8: 0,
        share_price_x64: 1 << 64,
    };
    assert_eq!(settlement, expected);
}

#[test]
fn settle_gain_leaves_the_loss_budget_alone() {
    let settlement = settled(49_504_950, 99_999_999).unwrap();
    let expected = Settlement {
        sold_balance: 250_495_050,
        bought_balance: 299_999_999,
        nav_usd: 1_000_990_099,
        excess_usd: 495_051,  // half of the NAV is 500,495,049.5
        deficit_usd: 297_030, // 30 % of it is 300,297,029.7
        loss_usd: 0,
        sold_usd: SOLD_USD,
        bought_usd: 99_999_999,
        loss: Budget { at: NOW, spent: LEFT_OVER_E8 },
        turnover: TURNOVER,
        halt: Halt::default(),
        stress_before_e8: 0,
        stress_after_e8: 0,
        share_price_x64: 1 << 64,
    };
    assert_eq!(settlement, expected);
}

#[test]
fn settle_mirrored_pair_has_the_same_effects() {
    let scene = scene(1_000, 100).mirrored();
    let trade = scene.trade();
    assert_eq!(trade.sell, 1);
    assert_eq!(scene.settle(&trade, 0, trade.amount_in, RECEIVED), settled(49_504_950, RECEIVED));
}

#[test]
fn settle_spends_something_and_no_more_than_decided() {
    assert_eq!(settled(0, RECEIVED), Err(SettlementError::AmountIn));
    assert_eq!(settled(1, RECEIVED).map(|settlement| settlement.sold_balance), Ok(299_999_999));
    assert!(settled(49_504_950, RECEIVED).is_ok());
    assert_eq!(settled(49_504_951, RECEIVED), Err(SettlementError::AmountIn));
}

#[test]
fn settle_spends_no_more_than_the_balance() {
    let scene = scene(0, 0);
    let trade = Trade { amount_in: u64::MAX, ..scene.trade() };
    assert_eq!(scene.settle(&trade, 0, scene.holdings[0].balance + 1, RECEIVED), Err(SettlementError::AmountIn));
}

#[test]
fn settle_receives_at_least_the_minimum() {
    assert_eq!(settled(49_504_950, 98_019_800), Err(SettlementError::AmountOut));
    assert_eq!(settled(49_504_950, 98_019_801).map(|settlement| settlement.loss_usd), Ok(990_099));
}

#[test]
fn settle_caller_can_only_tighten_the_minimum() {
    let scene = scene(0, 0);
    let trade = scene.trade();
    let with_min = |min_out, received| scene.settle(&trade, min_out, trade.amount_in, received).map(|_| ());
    assert_eq!(with_min(98_500_000, 98_499_999), Err(SettlementError::AmountOut));
    assert_eq!(with_min(98_500_000, 98_500_000), Ok(()));
    assert_eq!(with_min(0, trade.min_out - 1), Err(SettlementError::AmountOut));
    assert_eq!(with_min(0, trade.min_out), Ok(()));
}

#[test]
fn settle_bought_asset_must_not_cross_its_target() {
    // 200,000,000 + r = 30 % of (900,990,100 + r), rounded down, at r = 100,424,328.
    assert_eq!(settled(49_504_950, 100_424_328).map(|settlement| settlement.deficit_usd), Ok(0));
    assert_eq!(settled(49_504_950, 100_424_329), Err(SettlementError::Overshoot));
}

#[test]
fn settle_sold_asset_must_not_cross_its_target() {
    // 600,000,000 - 2 s = half of (1,000,000,000 - 2 s + 99,000,000) at s = 50,500,000.
    assert_eq!(settled_oversize(50_500_000, 99_000_000).map(|settlement| settlement.excess_usd), Ok(0));
    assert_eq!(settled_oversize(50_500_001, 99_000_000), Err(SettlementError::Overshoot));
}

#[test]
fn settle_pair_must_come_closer_to_its_targets() {
    let scene = scene(0, 0);
    // The distances that this trade leaves; see `settle_loss_has_exact_effects`.
    let after = Trade { excess_usd: 1_045_050, deficit_usd: 1_067_030, ..scene.trade() };
    let settled = |trade: Trade| scene.settle(&trade, 0, trade.amount_in, RECEIVED).map(|_| ());
    assert_eq!(settled(after), Err(SettlementError::Overshoot));
    assert_eq!(settled(Trade { excess_usd: after.excess_usd + 1, ..after }), Ok(()));
    assert_eq!(settled(Trade { deficit_usd: after.deficit_usd + 1, ..after }), Ok(()));
}

#[test]
fn settle_loss_may_use_the_budget_to_its_last_part() {
    let settled = |spent, secs_ago| {
        let scene = scene(spent, secs_ago);
        scene.settle(&scene.trade(), 0, 49_504_950, RECEIVED).map(|settlement| settlement.loss)
    };
    assert_eq!(settled(BUDGET_E8 - LOSS_E8, 0), Ok(Budget { at: NOW, spent: BUDGET_E8 }));
    assert_eq!(settled(BUDGET_E8 - LOSS_E8 + 1, 0), Err(SettlementError::LossBudget));
    // 10,989 parts come back in 1,899 seconds, and 10,995 in 1,900.
    let edge = scene(BUDGET_E8, 1_899);
    let trade = Trade { min_out: 0, ..Scene::drifted().trade() };
    assert_eq!(edge.settle(&trade, 0, 49_504_950, RECEIVED), Err(SettlementError::LossBudget));
    let after = scene(BUDGET_E8, 1_900).settle(&trade, 0, 49_504_950, RECEIVED).map(|settlement| settlement.loss);
    assert_eq!(after, Ok(Budget { at: NOW, spent: BUDGET_E8 - 10_995 + LOSS_E8 }));
    assert_eq!(settled(BUDGET_E8, 86_400), Ok(Budget { at: NOW, spent: LOSS_E8 }));
}

/// The trade stands, and the vault is halted.
#[test]
fn settle_halts_where_the_loss_uses_up_its_part_of_the_budget() {
    // 90 % are 450,000 parts.
    let halt = |spent, hard_mask| {
        let mut scene = scene(spent, 0);
        scene.breakers = Breakers { max_loss_used_bps: 9_000, hard_mask, ..scene.breakers };
        scene.settle(&scene.trade(), 0, 49_504_950, RECEIVED).unwrap().halt
    };
    assert_eq!(halt(450_000 - LOSS_E8 - 1, 0), Halt::default());
    let soft = Halt { at: NOW, measured: 9_000, limit: 9_000, breaker: 5, asset: 255, is_hard: 0, padding: [0; 5] };
    assert_eq!(halt(450_000 - LOSS_E8, 0), soft);
    assert_eq!(halt(450_000 - LOSS_E8, 1 << 4), Halt { is_hard: 1, ..soft });
}

/// A halt that had cooled off ends with the trade.
#[test]
fn settle_ends_a_halt_that_was_decided_past() {
    let mut scene = scene(0, 0);
    scene.state.halt = Halt { breaker: 1, at: NOW - 3_600, ..Halt::default() };
    let settlement = scene.settle(&scene.trade(), 0, 49_504_950, RECEIVED).unwrap();
    scene.state.record(&settlement, 1_000_000_000, NOW).unwrap();
    assert_eq!(scene.state.halt, Halt::default());
    assert_eq!(scene.state.lookbacks.highs_x64(NOW), [1 << 64; 3]);
}

/// 990,099 of 1,000,000,000 are 99,009.9 parts; of the NAV after that loss they would be 99,108.
#[test]
fn settle_loss_is_a_part_of_the_nav_before_it_rounded_up() {
    let with_spent = |spent| {
        let limits = Limits { max_daily_loss_bps: 10, ..Scene::drifted().limits };
        let scene = Scene { limits, ..scene(spent, 0) };
        scene.settle(&scene.trade(), 0, 49_504_950, 98_019_801).map(|settlement| settlement.loss.spent)
    };
    assert_eq!(with_spent(0), Ok(99_010));
    assert_eq!(with_spent(990), Ok(100_000));
    assert_eq!(with_spent(991), Err(SettlementError::LossBudget));
}

/// Somebody holds most of a vault while it loses, then leaves. What is left of the budget is left to those who stay.
#[test]
fn settle_after_a_large_holder_left_goes_on_to_the_limit() {
    let with_dollars = |loss, dollars| {
        let mut scene = with_loss(loss);
        scene.set_dollars(dollars);
        scene.reserves = scene.reserves.map(|reserve| 1_000 * reserve); // no pool impact to hold the trade back
        let trade = scene.trade();
        scene.settle(&trade, 0, trade.amount_in, trade.min_out).map(|settlement| settlement.loss)
    };
    let mut loss = with_dollars(scene(0, 0).state.loss, [60_000, 20_000, 20_000]).unwrap();
    assert_eq!(loss, scene(99_010, 0).state.loss);
    for trades in 2..=5 {
        loss = with_dollars(loss, [600, 200, 200]).unwrap();
        assert_eq!(loss.spent, trades * 99_010);
    }
    assert_eq!(with_dollars(loss, [600, 200, 200]), Err(SettlementError::LossBudget));
}

#[test]
fn settle_overflow_is_an_error() {
    let overflow = Err(SettlementError::Math(MathError::Overflow));
    assert_eq!(settled(49_504_950, u64::MAX), overflow, "balance");
    assert_eq!(settled(49_504_950, u64::MAX - 900_990_099), overflow, "net asset value");
    assert_eq!(settled(49_504_950, u64::MAX - 900_990_100), Err(SettlementError::Overshoot), "largest net asset value");

    let spent = scene(0, 0);
    let trade = spent.trade();
    let endless = Trade { excess_usd: u64::MAX, ..trade };
    assert_eq!(spent.settle(&endless, 0, trade.amount_in, RECEIVED), overflow, "distance");
    assert_eq!(scene(u64::MAX, 0).settle(&trade, 0, trade.amount_in, RECEIVED), overflow, "losses");
}

/// Dust that is worth no micro-dollar has no part to lose.
#[test]
fn settle_of_a_vault_worth_nothing_is_an_error() {
    let mut dust = scene(0, 0);
    let trade = dust.trade();
    dust.set_dollars([0, 0, 0]);
    dust.holdings[0].balance = 1;
    for holding in &mut dust.holdings {
        holding.price.mid_x64 = 1 << 63;
    }
    let trade = Trade { min_out: 1, ..trade };
    assert_eq!(dust.settle(&trade, 0, 1, 1), Err(SettlementError::Math(MathError::DivisionByZero)));
}

#[test]
fn settle_unknown_asset_is_an_error() {
    let scene = scene(0, 0);
    let trade = scene.trade();
    let valuation = scene.valuation();
    for side in [0, 1] {
        let mut snapshot = scene.snapshot(&valuation);
        snapshot.pair[side].index = 3;
        let settled = settle(&snapshot, &trade, 0, trade.amount_in, RECEIVED);
        assert_eq!(settled, Err(SettlementError::Math(MathError::Overflow)));
    }
}

#[test]
fn settle_turnover_may_use_the_budget_to_its_last_part() {
    // 2,000 basis points are 20,000,000 parts, of which the trade takes 9,900,990.
    let settled = |spent, secs_ago| {
        let mut scene = scene(0, 0);
        let trade = scene.trade();
        scene.limits.max_daily_turnover_bps = 2_000;
        scene.state.turnover = Budget { at: NOW - secs_ago, spent };
        scene.settle(&trade, 0, trade.amount_in, RECEIVED).map(|settlement| settlement.turnover)
    };
    assert_eq!(settled(10_099_010, 0), Ok(Budget { at: NOW, spent: 20_000_000 }));
    assert_eq!(settled(10_099_011, 0), Err(SettlementError::TurnoverBudget));
    // Half of it has come back after half a day.
    assert_eq!(settled(20_000_000, 43_200), Ok(Budget { at: NOW, spent: 19_900_990 }));
    assert_eq!(settled(20_000_000, 86_400), Ok(TURNOVER));
}

/// The drifted scene where the first asset's price may fall by half: of 60 % of the basket, that is 30 %.
fn stressed(max_loss_bps: u16, second_bps: i16) -> Scene {
    let mut scene = scene(0, 0);
    scene.stress.max_loss_bps = max_loss_bps;
    scene.stress.shocks[0].moves_bps[0] = -5_000;
    scene.stress.shocks[1].moves_bps[1] = second_bps;
    scene
}

#[test]
fn settle_stores_the_worst_loss_under_stress() {
    let mut scene = stressed(10_000, -5_000);
    let settlement = scene.settle(&scene.trade(), 0, 49_504_950, RECEIVED).unwrap();
    // 500,990,100 of 999,890,100, halved and rounded up.
    assert_eq!((settlement.stress_before_e8, settlement.stress_after_e8), (30_000_000, 25_052_259));
    scene.state.record(&settlement, 1_000_000_000, NOW).unwrap();
    assert_eq!(scene.state.stress_loss_e8, 25_052_259);
}

/// Trades on what really moved: one that the quote promised to be good, but that was not.
#[test]
fn settle_must_not_make_the_loss_under_stress_worse() {
    // The second asset's total loss: 20 % before, and what was received more of it after.
    let settled = |max_loss_bps| {
        let scene = stressed(max_loss_bps, -10_000);
        let trade = Trade { stress_loss_e8: 30_000_000, ..Scene::drifted().trade() };
        scene.settle(&trade, 0, trade.amount_in, RECEIVED).map(|settlement| settlement.stress_after_e8)
    };
    // 298,900,000 of 999,890,100, rounded up; the first asset's 30 % were worse before.
    assert_eq!(settled(2_990), Ok(29_893_286));
    assert_eq!(settled(1), Ok(29_893_286));
    let alone = |max_loss_bps| {
        let mut scene = stressed(max_loss_bps, -10_000);
        scene.stress.shocks[0] = scene.stress.shocks[1];
        let trade = Trade { stress_loss_e8: 20_000_000, ..Scene::drifted().trade() };
        scene.settle(&trade, 0, trade.amount_in, RECEIVED).map(|settlement| settlement.stress_after_e8)
    };
    assert_eq!(alone(2_990), Ok(29_893_286));
    assert_eq!(alone(2_989), Err(SettlementError::StressWorse));
}

/// The drifted scene in front of a gate that finds $50 worth trading for a benefit of $0.30.
fn gated(min_ratio_bps: u32) -> Scene {
    let mut scene = Scene { fee_bps: 30, ..scene(0, 0) };
    scene.set_volatilities(&[0.6, 0.2, 0.2], 0.0);
    scene.strategy.gate = Gate { horizon_secs: 3_155_760, risk_aversion_e2: 200, min_ratio_bps, max_drift_bps: 0 };
    scene
}

#[test]
fn settle_realised_cost_must_be_worth_the_benefit() {
    let settled = |min_ratio_bps, loss_usd: u64| {
        let scene = gated(min_ratio_bps);
        let trade = scene.trade();
        assert_eq!((trade.value_usd, trade.appraisal.benefit_usd), (50_000_000, 300_000));
        scene.settle(&trade, 0, trade.amount_in, 50_000_000 - loss_usd).map(|settlement| settlement.loss_usd)
    };
    assert_eq!(settled(10_000, 300_000), Ok(300_000));
    assert_eq!(settled(10_000, 300_001), Err(SettlementError::CostExceedsBenefit));
    assert_eq!(settled(15_000, 200_000), Ok(200_000));
    assert_eq!(settled(15_000, 200_001), Err(SettlementError::CostExceedsBenefit));
}

/// What was sold counts, not what was to be sold.
#[test]
fn settle_smaller_sale_is_worth_less() {
    let scene = gated(10_000);
    let trade = Trade { min_out: 1, ..scene.trade() };
    // $25: 0.1 · $1,000 · (2 · 0.025 · 0.04 − 0.025² · 0.4) = $0.175.
    let settled =
        |loss_usd: u64| scene.settle(&trade, 1, 12_500_000, 25_000_000 - loss_usd).map(|settlement| settlement.loss_usd);
    assert_eq!(settled(175_000), Ok(175_000));
    assert_eq!(settled(175_001), Err(SettlementError::CostExceedsBenefit));
}

/// What the decision did not judge, settlement does not judge either.
#[test]
fn settle_of_a_trade_that_was_not_judged_may_cost_anything_within_the_slippage() {
    let mut scene = gated(10_000);
    scene.strategy.gate.max_drift_bps = 999;
    let trade = scene.trade();
    assert_eq!(trade.risk, None);
    assert!(scene.settle(&trade, 0, trade.amount_in, trade.min_out).is_ok());
}

/// Books that can hold no more stop no trade.
#[test]
fn settle_is_recorded_in_full_books() {
    let mut scene = scene(0, 0);
    let trade = scene.trade();
    let performance = Performance { turnover_usd: u64::MAX - 1, cost_usd: i64::MAX, trades: 7, ..Performance::default() };
    scene.state.performance = performance;
    let settlement = scene.settle(&trade, 0, trade.amount_in, RECEIVED).unwrap();
    assert_eq!(scene.state.record(&settlement, 1_000_000_000, NOW), Ok(()));
    let State { last_rebalance_at, performance: Performance { turnover_usd, cost_usd, trades, .. }, .. } = scene.state;
    assert_eq!((last_rebalance_at, turnover_usd, cost_usd, trades), (NOW, u64::MAX, i64::MAX, 8));
}
