//! What each part of the strategy, each limit and the pool make of a trade that is due.

use super::*;
use crate::budget::Budget;
use crate::fixture::{NOW, Scene};
use crate::strategy::Strategy;
use crate::strategy::allocation::Allocation;
use crate::strategy::execution::Execution;
use crate::strategy::gate::Gate;
use crate::strategy::profile::Profile;
use crate::strategy::schedule::Schedule;
use proptest::prelude::*;

/// Hourly; at the time of every scene the window has been open for 800 seconds.
const HOURLY: Schedule = Schedule { interval_secs: 3_600, window_secs: 801, dust_bps: 0 };
/// γ = 2 for a tenth of a year: γ/2 · H is a tenth.
const GATE: Gate = Gate { horizon_secs: 3_155_760, risk_aversion_e2: 200, min_ratio_bps: 10_000, max_drift_bps: 0 };

/// The drifted scene after an edit.
fn edited(edit: impl FnOnce(&mut Scene)) -> Scene {
    let mut scene = Scene::drifted();
    edit(&mut scene);
    scene
}

/// What the trade after an edit of the drifted scene is due for, and its value.
fn traded(edit: impl FnOnce(&mut Scene)) -> (Trigger, u64) {
    let trade = edited(edit).trade();
    (trade.trigger, trade.value_usd)
}

/// Why there is no trade after an edit of the drifted scene; `None` where there is one.
fn reason(edit: impl FnOnce(&mut Scene)) -> Option<Reason> {
    edited(edit).decide().unwrap().reason()
}

/// The drifted scene, its assets' volatilities 60 and 20 % and uncorrelated, in front of the gate.
///
/// Its active weights of ten points are a variance of 0.1² · 0.4 = 0.004. The first dollar gains 80 basis points, a dollar
/// after `x` of NAV 8 · x less.
fn gated(edit: impl FnOnce(&mut Scene)) -> Scene {
    edited(|s| {
        s.set_volatilities(&[0.6, 0.2, 0.2], 0.0);
        s.strategy.gate = GATE;
        edit(s);
    })
}

#[test]
fn schedule_trades_inside_the_bands_all_the_way_to_the_target() {
    let inside = |schedule| {
        move |s: &mut Scene| {
            s.set_dollars([520, 280, 200]);
            (s.strategy.schedule, s.strategy.execution.recentre_bps) = (schedule, 0);
        }
    };
    assert_eq!(reason(inside(Schedule::default())), Some(Reason::InBand));
    // $20 / 1.01, rounded down, in units of 2 micro-dollars.
    assert_eq!(traded(inside(HOURLY)), (Trigger::Schedule, 19_801_980));
    assert_eq!(reason(inside(Schedule { window_secs: 800, ..HOURLY })), Some(Reason::InBand));
    assert_eq!(reason(inside(Schedule { dust_bps: 200, ..HOURLY })), Some(Reason::RouteNotDue));
    assert_eq!(traded(inside(Schedule { dust_bps: 199, ..HOURLY })), (Trigger::Schedule, 19_801_980));
}

#[test]
fn schedule_comes_before_drift() {
    let drifted = |schedule| move |s: &mut Scene| (s.strategy.schedule, s.strategy.execution.recentre_bps) = (schedule, 0);
    assert_eq!(traded(drifted(HOURLY)), (Trigger::Schedule, 99_009_900));
    assert_eq!(traded(drifted(Schedule { window_secs: 800, ..HOURLY })), (Trigger::Drift, 50_000_000));
    assert_eq!(traded(drifted(Schedule { dust_bps: 1_000, ..HOURLY })), (Trigger::Drift, 50_000_000));
}

#[test]
fn schedule_needs_a_pair_on_both_sides_of_its_targets() {
    let open = |dollars| {
        move |s: &mut Scene| {
            s.set_dollars(dollars);
            s.strategy.schedule = HOURLY;
        }
    };
    assert_eq!(reason(open([500, 300, 200])), Some(Reason::RouteNotDue));
    assert_eq!(reason(open([510, 310, 180])), Some(Reason::RouteNotDue));
    assert_eq!(reason(open([570, 350, 80])), Some(Reason::RouteNotDue));
}

#[test]
fn drift_trades_to_the_edge_halfway_or_to_the_target() {
    let recentred = |recentre_bps| traded(|s| s.strategy.execution.recentre_bps = recentre_bps).1;
    // Both assets are $50 beyond their edges and $100 from their targets, of which $100 / 1.01 is the most.
    assert_eq!([0, 5_000, 9_800, 10_000].map(recentred), [50_000_000, 75_000_000, 99_000_000, 99_009_900]);
}

#[test]
fn drift_goes_as_far_as_the_asset_that_needs_most() {
    let recentred = |dollars, recentre_bps| {
        traded(|s| {
            s.set_dollars(dollars);
            s.strategy.execution.recentre_bps = recentre_bps;
        })
        .1
    };
    // The first is $10 beyond its edge and $60 from its target, the second $20 from its own and inside.
    assert_eq!([0, 1_000].map(|recentre_bps| recentred([560, 280, 160], recentre_bps)), [10_000_000, 15_000_000]);
    assert_eq!(recentred([560, 280, 160], 5_000), 19_801_980, "no farther than the nearer target");
    // The first is inside, the second $30 beyond its edge.
    assert_eq!(recentred([540, 220, 240], 0), 30_000_000);
    // The second is $80 from its target, but inside a wider band: half of the first's way from its edge counts, not half of that.
    let wide_band = traded(|s| {
        s.set_dollars([560, 220, 220]);
        s.holdings[1].allocation.band_abs_bps = 2_000;
        s.strategy.execution.recentre_bps = 5_000;
    });
    assert_eq!(wide_band.1, 35_000_000);
    // Both are outside, the second farther.
    assert_eq!(recentred([560, 220, 220], 0), 30_000_000);
}

/// What a trade to the edge loses is all that leaves its assets outside, besides a unit of rounding.
#[test]
fn trade_to_the_edge_ends_inside_but_for_what_it_loses() {
    for (fee_bps, depth) in [(0, 1), (0, 1_000_000), (30, 1), (30, 1_000_000)] {
        let mut scene = edited(|s| {
            s.strategy.execution.recentre_bps = 0;
            s.fee_bps = fee_bps;
            s.reserves = s.reserves.map(|reserve| depth * reserve);
        });
        let trade = scene.trade();
        let settlement = scene.settle(&trade, 0, trade.amount_in, trade.expected_out).unwrap();
        scene.holdings[0].balance = settlement.sold_balance;
        scene.holdings[1].balance = settlement.bought_balance;
        let valuation = scene.valuation();
        for position in &valuation.positions()[..2] {
            let beyond_usd = position.beyond_edge_usd(valuation.nav_usd).unwrap();
            assert!(beyond_usd <= settlement.loss_usd + 2, "{beyond_usd}, {}", settlement.loss_usd);
        }
    }
}

#[test]
fn turnover_left_caps_the_trade() {
    let left = |max_daily_turnover_bps, spent, secs_ago| {
        move |s: &mut Scene| {
            s.limits.max_daily_turnover_bps = max_daily_turnover_bps;
            s.state.turnover = Budget { at: NOW - secs_ago, spent };
        }
    };
    assert_eq!(traded(left(500, 0, 0)).1, 50_000_000);
    assert_eq!(traded(left(500, 1_000_000, 0)).1, 40_000_000);
    assert_eq!(traded(left(500, 4_900_000, 0)).1, 1_000_000, "the least trade");
    assert_eq!(reason(left(500, 4_900_001, 0)), Some(Reason::TurnoverSpent), "less than the least trade");
    assert_eq!(reason(left(500, 5_000_000, 0)), Some(Reason::TurnoverSpent));
    assert_eq!(traded(left(500, 5_000_000, 43_200)).1, 25_000_000, "half of it has come back");
    assert_eq!(reason(left(500, u64::MAX, 86_399)), Some(Reason::TurnoverSpent), "the limit was far larger");
    assert_eq!(traded(left(500, u64::MAX, 86_400)).1, 50_000_000);
}

#[test]
fn least_trade_is_also_a_part_of_the_nav() {
    let least = |min_trade_bps| reason(|s| s.strategy.execution.min_trade_bps = min_trade_bps);
    assert_eq!([least(990), least(991)], [None, Some(Reason::TradeTooSmall)]);
}

#[test]
fn trade_waits_for_its_turn() {
    // Rounds of 100 seconds; the scene's time is the first second of one.
    let jitter = Execution { jitter_period_secs: 100, jitter_window_secs: 10, ..Strategy::plain().execution };
    let scene = edited(|s| s.strategy.execution = jitter);
    let reason = |jitter_seed| scene.decide_after(|snapshot| snapshot.jitter_seed = jitter_seed).unwrap().reason();
    assert_eq!([0, 91, 99, 100, 191].map(reason), [None; 5]);
    assert_eq!([1, 50, 90, 101, 190].map(reason), [Some(Reason::NotItsTurn); 5]);
}

#[test]
fn pool_that_costs_more_than_the_slippage_is_illiquid() {
    let costs = |fee_bps, conf_bps: u128| {
        move |s: &mut Scene| {
            s.fee_bps = fee_bps;
            s.holdings.iter_mut().for_each(|holding| holding.price.conf_x64 = holding.price.mid_x64 / 10_000 * conf_bps);
        }
    };
    // A basis point of room is a basis point of the pool's $100,000. Confidences count in the minimum output, not here.
    for conf_bps in [0, 50] {
        assert_eq!(reason(costs(100, conf_bps)), Some(Reason::Illiquid));
        let (_, value_usd) = traded(costs(99, conf_bps));
        assert!((9_990_000..=10_000_000).contains(&value_usd), "{value_usd}");
    }
}

#[test]
fn pool_below_the_oracle_costs_as_much_as_a_fee() {
    let worse = |fee_bps, output| move |s: &mut Scene| (s.fee_bps, s.reserves[1]) = (fee_bps, output);
    // 40 basis points below the oracle; fees are on the rest.
    assert_eq!(reason(worse(60, 99_600_000_000)), None);
    assert_eq!(reason(worse(61, 99_600_000_000)), Some(Reason::Illiquid));
    // What it pays above the oracle makes up for fees.
    assert_eq!(reason(worse(190, 101_000_000_000)), None);
    assert_eq!(reason(worse(199, 101_000_000_000)), Some(Reason::Illiquid));
}

#[test]
fn too_little_loss_budget_is_as_good_as_spent() {
    assert_eq!(reason(|s| (s.fee_bps, s.state.loss.spent) = (30, 499_900)), Some(Reason::LossBudgetSpent));
}

proptest! {
    /// A trade that would lose more than is left of the budget shrinks, nearly all of that is used, and it settles: whatever a
    /// unit of either asset is worth.
    #[test]
    fn trade_shrinks_to_the_loss_budget_left(
        left_e8 in 2_000u64..29_000, micro_dollars_per_unit in [1u64..500, 1u64..500], fee_bps in 30u64..=60,
    ) {
        let mut scene = edited(|s| {
            (s.fee_bps, s.state.loss.spent) = (fee_bps, 500_000 - left_e8);
            for (holding, price_usd) in s.holdings.iter_mut().zip(micro_dollars_per_unit) {
                holding.price.mid_x64 = u128::from(price_usd) << 64;
            }
            s.set_dollars([600, 200, 200]);
        });
        scene.reserves = micro_dollars_per_unit.map(|price_usd| 100_000_000_000_000 / price_usd);
        let trade = scene.trade();
        // A part in 10⁸ of $1,000 is ten micro-dollars. Six units of each asset are kept back for rounding, and may round as well.
        let left_usd = left_e8 * 10;
        let rounding_usd = 12 * (micro_dollars_per_unit[0] + micro_dollars_per_unit[1]) + 20;
        prop_assert!(trade.appraisal.cost_usd <= left_usd);
        prop_assert!(trade.appraisal.cost_usd + rounding_usd + left_usd / 1_000 >= left_usd);
        let settlement = scene.settle(&trade, 0, trade.amount_in, trade.expected_out).unwrap();
        prop_assert!(settlement.loss.spent <= 500_000);
    }
}

#[test]
fn trade_may_lose_all_that_is_left_of_the_budget() {
    let mut exact = 0;
    for fee_bps in 1..=60 {
        let whole = edited(|s| s.fee_bps = fee_bps);
        let cost_usd = whole.trade().appraisal.cost_usd;
        // A part in 10⁸ of $1,000 is ten micro-dollars: most costs lie between two parts.
        if cost_usd % 10 == 0 && cost_usd < 5_000_000 {
            let left = edited(|s| (s.fee_bps, s.state.loss.spent) = (fee_bps, 500_000 - cost_usd / 10));
            assert_eq!(left.trade(), whole.trade());
            exact += 1;
        }
    }
    assert!(exact > 0);
}

#[test]
fn turnover_for_the_least_trade_is_not_to_blame_for_rounding() {
    let scene = edited(|s| {
        s.holdings[0].price.mid_x64 = 3 << 64;
        s.set_dollars([600, 200, 200]);
        s.reserves[0] = 33_333_333_333;
        // A thousand micro-dollars, of which units of three make 999.
        s.limits.min_trade_usd = 1_000;
        s.state.turnover.spent = u64::from(s.limits.max_daily_turnover_bps) * 10_000 - 100;
        s.state.turnover.at = NOW;
    });
    assert_eq!(scene.decide().unwrap().reason(), Some(Reason::TradeTooSmall));
}

#[test]
fn gate_sizes_the_trade() {
    // 80 basis points less a fee of 30, over a steepness of 8 and twice $1,000 over $100,000: a twentieth of the NAV.
    let trade = gated(|s| s.fee_bps = 30).trade();
    assert_eq!((trade.amount_in, trade.value_usd, trade.expected_out), (25_000_000, 50_000_000, 49_825_162));
    assert_eq!(trade.appraisal, Appraisal { benefit_usd: 300_000, cost_usd: 174_839 });
    assert_eq!(trade.risk, Some(PairRisk { slope_e12: -40_000_000_000, curvature_e12: 400_000_000_000 }));
}

#[test]
fn gate_refuses_a_trade_whose_first_dollar_does_not_pay() {
    // Of the largest trade: nearly all of 0.004 for a tenth of $1,000, against 80 basis points and the impact.
    let appraisal = Appraisal { benefit_usd: 399_960, cost_usd: 888_452 };
    assert_eq!(gated(|s| s.fee_bps = 80).decide(), Ok(Decision::TooCostly(appraisal)));
    assert_eq!(Decision::TooCostly(appraisal).reason(), Some(Reason::CostExceedsBenefit));
    // A basis point of surplus over a steepness of 10: a thousandth of the NAV, here the least trade.
    assert_eq!(gated(|s| s.fee_bps = 79).trade().value_usd, 1_000_000);
}

#[test]
fn gate_asks_for_a_multiple_of_the_cost() {
    // 300,000 / 174,839 is 1.7158.
    let with_ratio = |min_ratio_bps| gated(|s| (s.fee_bps, s.strategy.gate.min_ratio_bps) = (30, min_ratio_bps)).decide();
    assert!(matches!(with_ratio(17_158), Ok(Decision::Trade(_))));
    let appraisal = Appraisal { benefit_usd: 300_000, cost_usd: 174_839 };
    assert_eq!(with_ratio(17_159), Ok(Decision::TooCostly(appraisal)));
}

#[test]
fn gate_lets_pass_what_it_does_not_judge() {
    let risk_and_value = |edit: fn(&mut Scene)| {
        let trade = gated(edit).trade();
        (trade.risk.is_some(), trade.value_usd, trade.appraisal.benefit_usd)
    };
    let ungated = (false, 99_009_900, 0);
    assert_eq!(risk_and_value(|s| s.strategy.gate = Gate::default()), ungated);
    assert_eq!(risk_and_value(|s| s.state.statistics.observed_secs = 86_399), ungated, "not warm");
    assert_eq!(risk_and_value(|s| s.strategy.gate.max_drift_bps = 999), ungated, "drifted too far");
    assert!(risk_and_value(|s| s.state.statistics.observed_secs = 86_400).0);
    assert!(risk_and_value(|s| s.strategy.gate.max_drift_bps = 1_000).0);
}

#[test]
fn gate_appraises_a_scheduled_trade_as_well() {
    let decided = gated(|s| {
        s.set_dollars([520, 280, 200]);
        (s.strategy.schedule, s.fee_bps) = (HOURLY, 30);
    });
    // Two points of active weight: the first dollar gains 16 basis points and costs 30.
    assert_eq!(decided.decide().unwrap().reason(), Some(Reason::CostExceedsBenefit));
}

#[test]
fn trade_that_adds_risk_is_never_worthwhile() {
    // The asset to buy, six points low, moves with the third one, four points high and five times as volatile.
    let scene = gated(|s| {
        s.set_dollars([520, 240, 240]);
        s.set_volatilities(&[0.02, 0.2, 1.0], 0.99);
    });
    // $20 / 1.01 into a depth of $100,000.
    assert_eq!(scene.decide(), Ok(Decision::TooCostly(Appraisal { benefit_usd: 0, cost_usd: 3_922 })));
    // The first dollar adds ten basis points of risk: not for five that the pool pays above the oracle, but for twenty.
    let paid = |output| Scene { reserves: [50_000_000_000, output], ..scene.clone() };
    assert_eq!(paid(100_050_000_000).decide(), Ok(Decision::TooCostly(Appraisal::default())));
    assert_eq!(paid(100_200_000_000).trade().appraisal, Appraisal::default());
}

/// The dearest risk that parameters allow, γ = 10,000 for ten years, in a vault of ten billion dollars: the benefit has no 64 bits.
#[test]
fn gate_decides_at_the_end_of_its_bounds() {
    let dearest = |edit: fn(&mut Scene)| {
        gated(|s| {
            s.strategy.gate = Gate { horizon_secs: 315_576_000, risk_aversion_e2: 1_000_000, ..GATE };
            assert_eq!(s.strategy.gate.validate(), Ok(()));
            s.set_volatilities(&[1.0; 3], 0.0);
            s.set_dollars([9_000_000_000, 500_000_000, 500_000_000]);
            s.reserves = [50_000_000_000_000_000, 100_000_000_000_000_000];
            s.fee_bps = 30;
            edit(s);
        })
    };
    let scene = dearest(|_| ());
    let trade = scene.trade();
    assert_eq!((trade.sell, trade.appraisal.benefit_usd), (0, u64::MAX));
    assert!(trade.appraisal.cost_usd > 0);
    assert!(scene.settle(&trade, 0, trade.amount_in, trade.expected_out).is_ok());
    // What adds risk is not taken for such a benefit: the asset to buy, short of its target, moves with the one far above its own.
    let harmful = dearest(|s| {
        s.set_dollars([5_100_000_000, 2_400_000_000, 2_500_000_000]);
        s.set_volatilities(&[0.02, 0.2, 1.0], 0.99);
    });
    assert!(matches!(harmful.decide(), Ok(Decision::TooCostly(Appraisal { benefit_usd: 0, .. }))), "{:?}", harmful.decide());
}

/// Assets that hardly move against each other remove hardly any risk by trading: a preset's gate holds them back near their targets,
/// and stands aside beyond twenty points.
#[test]
fn preset_trades_assets_that_move_alike_once_they_are_far_apart() {
    for profile in Profile::ALL {
        for (volatilities, correlation) in [([0.8; 2], 0.999), ([0.005; 2], 0.0), ([0.05; 2], 0.5)] {
            let with_first = |dollars: u64| {
                let preset = profile.preset();
                edited(|s| {
                    s.holdings.truncate(2);
                    for holding in &mut s.holdings {
                        holding.allocation = Allocation::fixed(5_000, preset.band_abs_bps, preset.band_rel_bps);
                    }
                    s.set_volatilities(&volatilities, correlation);
                    (s.limits, s.strategy, s.fee_bps) = (preset.limits, preset.strategy, 25);
                    s.reserves = [10_000_000_000_000, 20_000_000_000_000];
                    s.set_dollars([dollars, 1_000_000 - dollars]);
                    assert!(s.state.statistics.is_warm(&s.strategy.sampling));
                })
                .decide()
                .unwrap()
                .reason()
            };
            let near = Some(Reason::CostExceedsBenefit);
            assert_eq!([560_000, 700_000, 300_000].map(with_first), [near; 3], "{profile:?}, {volatilities:?}");
            assert_eq!([700_001, 990_000, 299_999, 10_000].map(with_first), [None; 4], "{profile:?}, {volatilities:?}");
        }
    }
}
