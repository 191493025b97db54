//! Halts, breakers and the stress test in the decision.

use super::*;
use crate::fixture::{NOW, Scene};
use crate::risk::breaker::Breaker;
use crate::risk::condition::NO_ASSET;
use crate::risk::reference::References;

/// The decision after an edit of the drifted scene.
fn decided(edit: impl FnOnce(&mut Scene)) -> Decision {
    let mut scene = Scene::drifted();
    edit(&mut scene);
    scene.decide().unwrap()
}

fn soft(age_secs: i64) -> Halt {
    Halt { at: NOW - age_secs, breaker: Breaker::Jump as u8, ..Halt::default() }
}

fn is_trade(decision: &Decision) -> bool {
    matches!(decision, Decision::Trade(_))
}

#[test]
fn soft_halt_stops_trades_until_it_has_cooled_off() {
    for age_secs in [0, 1, 3_599] {
        assert_eq!(decided(|s| s.state.halt = soft(age_secs)), Decision::Dormant(Reason::Halted));
        assert_eq!(decided(|s| s.route_halt = soft(age_secs)), Decision::Dormant(Reason::RouteHalted));
    }
    assert!(is_trade(&decided(|s| (s.state.halt, s.route_halt) = (soft(3_600), soft(3_600)))));
}

#[test]
fn hard_halt_never_ends_by_itself() {
    let hard = Halt { is_hard: 1, ..soft(1_000_000_000) };
    assert_eq!(decided(|s| s.state.halt = hard), Decision::Dormant(Reason::Halted));
    assert_eq!(decided(|s| s.route_halt = hard), Decision::Dormant(Reason::RouteHalted));
}

/// After the cooling-off time prices must be calm as well.
#[test]
fn halt_that_has_cooled_off_trips_anew_where_its_condition_holds() {
    let leap = |s: &mut Scene| s.holdings[2].references = References { average_x64: 1 << 63, ..References::default() };
    let tripped = Decision::Trip(Trip { breaker: Breaker::Jump, asset: 2, measured: 10_000, limit: 1_500 });
    let again = decided(|s| {
        leap(s);
        s.state.halt = soft(3_600);
    });
    assert_eq!((decided(leap), again), (tripped, tripped));
}

/// Anybody may trip a breaker at any time: neither the interval, nor the turn, nor the bands stand in the way.
#[test]
fn breakers_come_before_all_that_waits() {
    let edits: [fn(&mut Scene); 3] = [
        |s| s.state.last_rebalance_at = NOW,
        |s| s.set_dollars([500, 300, 200]),
        |s| s.strategy.execution.jitter_period_secs = 600,
    ];
    for edit in edits {
        let decision = decided(|s| {
            s.state.loss.spent = 500_000;
            edit(s);
        });
        assert_eq!(decision.reason(), Some(Reason::Halted));
        assert!(matches!(decision, Decision::Trip(Trip { breaker: Breaker::LossBudget, .. })), "{decision:?}");
    }
}

#[test]
fn share_price_below_a_high_trips() {
    // A dollar a share.
    let fallen = |high_millionths: u128| decided(|s| s.state.lookbacks.record(NOW, (high_millionths << 64) / 1_000_000));
    assert!(is_trade(&fallen(1_333_333)));
    let trip = Trip { breaker: Breaker::Drawdown, asset: NO_ASSET, measured: 2_501, limit: 2_500 };
    assert_eq!(fallen(1_333_334), Decision::Trip(trip));
    assert_eq!(decided(|s| s.state.lookbacks.record(NOW - 2 * 86_400, 5 << 63)).reason(), Some(Reason::Halted), "60 % in a week");
}

/// The vault's own breakers come first, hard ones before soft ones; then the pool's, which stop the route alone.
#[test]
fn gravest_condition_of_the_vault_comes_before_the_pools() {
    let all = |hard_mask| {
        move |s: &mut Scene| {
            s.breakers.hard_mask = hard_mask;
            s.holdings[0].price.conf_x64 = 1 << 63;
            s.state.lookbacks.record(NOW, 2 << 64);
            s.state.loss.spent = 500_000;
            s.reserves[1] *= 2;
        }
    };
    let breaker = |hard_mask| match decided(all(hard_mask)) {
        Decision::Trip(trip) => trip.breaker,
        other => panic!("no trip: {other:?}"),
    };
    assert_eq!(
        [0, 1 << 3, 1 << 4, 1 << 5].map(breaker),
        [Breaker::Confidence, Breaker::Drawdown, Breaker::LossBudget, Breaker::Confidence,]
    );
    let pool = decided(|s| s.reserves[1] *= 2);
    assert_eq!(pool, Decision::Trip(Trip { breaker: Breaker::PoolAway, asset: NO_ASSET, measured: 10_000, limit: 1_000 }));
    assert_eq!(pool.reason(), Some(Reason::RouteHalted));
}

/// Half of what is in the second asset, of which a trade buys more: 20 % before and 29.89 % after, each halved.
fn stressed(max_loss_bps: u16) -> Scene {
    let mut scene = Scene::drifted();
    scene.stress.max_loss_bps = max_loss_bps;
    scene.stress.shocks[0].moves_bps[1] = -5_000;
    scene
}

#[test]
fn trade_may_take_the_loss_under_stress_to_its_limit() {
    let trade = Trade { stress_loss_e8: 10_000_000, ..Scene::drifted().trade() };
    let scene = stressed(10_000);
    assert_eq!(scene.decide(), Ok(Decision::Trade(trade)));
    // 298,911,967 of 999,902,067.
    let after_e8 = scene.snapshot(&scene.valuation()).stress_after_e8(&trade, trade.amount_in, trade.expected_out);
    assert_eq!(after_e8, Ok(14_947_063));
    assert_eq!(stressed(1_495).decide(), Ok(Decision::Trade(trade)));
    assert_eq!(stressed(1_494).decide(), Ok(Decision::StressWorse(trade)));
}

#[test]
fn trade_that_lowers_the_loss_under_stress_is_made_however_large_that_is() {
    let mut scene = stressed(1);
    scene.stress.shocks[0].moves_bps = [-9_000, 0, -1_000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    // 60 % of the first asset's 90 %, and a tenth of the third's 20 %.
    assert_eq!(scene.decide(), Ok(Decision::Trade(Trade { stress_loss_e8: 56_000_000, ..Scene::drifted().trade() })));
}

#[test]
fn stress_without_shocks_refuses_nothing() {
    let mut scene = stressed(1);
    scene.stress.shocks[0] = Default::default();
    assert!(is_trade(&scene.decide().unwrap()));
}
