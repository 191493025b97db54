//! `tighten`: what guardian and admin may do at once, field by field, and what an evil guardian can do with it.

use {
    ballast::{
        error::BallastError,
        events::{RolesChanged, Tightened},
        instructions::{AssetArgs, RedeemInKindArgs},
        state::{Change, FeedArgs, MaxWeight, OracleKind, RampArgs, Roles},
    },
    ballast_client::Pubkey,
    ballast_core::{
        limits::Limits,
        risk::{
            breaker::{self, Breakers},
            stress::{self, Stress},
        },
    },
    ballast_tests::{
        Signer,
        attack::assert_fails,
        scene::{Config, Scene, event},
        strategies::every_part,
        transaction::{Failure, Outcome},
    },
};

/// Dollars in the vault.
const VAULT_DOLLARS: u64 = 100_000;
const DAY_SECS: u32 = 86_400;

fn funded() -> Scene {
    let mut config = Config { strategy: every_part(), slack_bps: 1_000, ..Config::pair() };
    // None of them at an end of its range, so that it can go both ways.
    config.limits = Limits {
        management_fee_bps: 100,
        crank_reward_lamports: 10_000,
        max_daily_crank_lamports: 100_000,
        entry_fee_bps: 10,
        exit_fee_bps: 10,
        ..config.limits
    };
    Scene::funded(config, VAULT_DOLLARS)
}

#[track_caller]
fn assert_loosens(result: Result<Outcome, Failure>, field: &str) {
    let failure = result.as_ref().expect_err(field);
    let line = format!("Program log: loosens: {field}");
    assert!(failure.logs.contains(&line), "no \"{line}\" in {failure}");
    assert_fails(result, BallastError::Loosens);
}

/// Moves each field by a step either way: what tightens is made, what loosens is refused and named.
macro_rules! assert_each_field {
    ($scene:expr, $kind:ident, $stored:ident, { $($field:ident: $up:literal $down:literal),* $(,)? }) => {{
        let scene: &Scene = $scene;
        let guardian = scene.guardian.clone();
        let base = scene.vault().$stored;
        // A new field is missing here until somebody has thought about it.
        let $kind { $($field: _),* } = base;
        $(for (value, is_tighter) in [(base.$field + 1, $up), (base.$field - 1, $down)] {
            let (mut scene, new) = (scene.clone(), $kind { $field: value, ..base });
            let result = scene.tighten_by(&guardian, Change::$kind(new));
            if is_tighter {
                result.unwrap();
                assert_eq!(scene.vault().$stored, new);
            } else {
                assert_loosens(result, stringify!($field));
                assert_eq!(scene.vault().$stored, base);
            }
        })*
    }};
}

#[test]
fn each_limit_is_tightened_one_way_only() {
    assert_each_field!(&funded(), Limits, limits, {
        min_trade_usd: true false,
        max_price_age_secs: false true,
        min_interval_secs: true false,
        timelock_secs: true false,
        change_window_secs: false true,
        max_daily_turnover_bps: false true,
        crank_reward_lamports: false true,
        max_daily_crank_lamports: false true,
        max_conf_bps: false true,
        max_slippage_bps: false true,
        max_pool_deviation_bps: false true,
        max_pool_impact_bps: false true,
        max_trade_bps: false true,
        max_daily_loss_bps: false true,
        entry_fee_bps: false false,
        exit_fee_bps: false false,
        management_fee_bps: false true,
        max_ramp_bps_per_day: false true,
    });
}

#[test]
fn each_breaker_is_tightened_one_way_only() {
    let mut scene = funded();
    let breakers = Breakers { min_pool_depth_usd: 1_000_000, hard_mask: 1, ..breaker::DEFAULT };
    scene.change(Change::Breakers(breakers)).unwrap();
    assert_each_field!(&scene, Breakers, breakers, {
        min_pool_depth_usd: true false,
        cooldown_secs: true false,
        average_secs: false false,
        // The next number is another breaker's bit, the one before is none.
        hard_mask: false false,
        max_loss_used_bps: false true,
        max_jump_bps: false true,
        max_divergence_bps: false true,
        max_conf_bps: false true,
        max_pool_before_bps: false true,
        max_pool_after_bps: false true,
        max_day_drawdown_bps: false true,
        max_week_drawdown_bps: false true,
        max_month_drawdown_bps: false true,
    });
    let guardian = scene.guardian.clone();
    scene.tighten_by(&guardian, Change::Breakers(Breakers { hard_mask: 0x7f, ..breakers })).unwrap();
    assert_loosens(scene.tighten_by(&guardian, Change::Breakers(breakers)), "hard_mask");
}

fn shocks(max_loss_bps: u16, moves_bps: &[i16]) -> Change {
    let mut stress = Stress { max_loss_bps, ..stress::DEFAULT };
    for (shock, move_bps) in stress.shocks.iter_mut().zip(moves_bps) {
        shock.moves_bps[1] = *move_bps;
    }
    Change::Stress(stress)
}

#[test]
fn first_shocks_and_a_lower_loss_tighten() {
    let mut scene = funded();
    let guardian = scene.guardian.clone();
    scene.tighten_by(&guardian, shocks(9_000, &[-5_000])).unwrap();
    scene.tighten_by(&guardian, shocks(8_999, &[-5_000])).unwrap();
    assert_loosens(scene.tighten_by(&guardian, shocks(9_000, &[-5_000])), "max_loss_bps");
    for other in [&[][..], &[-4_999], &[-5_001], &[-5_000, -9_000]] {
        assert_loosens(scene.tighten_by(&guardian, shocks(8_999, other)), "shocks");
    }
}

#[test]
fn roles_are_taken_and_not_given() {
    let mut scene = funded();
    let [manager, other, fee_recipient] = [1, 2, 3].map(|byte| Pubkey::new_from_array([byte; 32]));
    let roles = Roles { manager, forecaster: scene.forecaster.pubkey(), fee_recipient };
    scene.change(Change::Roles(roles)).unwrap();
    let guardian = scene.guardian.clone();
    let vacant = Pubkey::default();
    for (new, role) in [
        (Roles { manager: other, ..roles }, "manager"),
        (Roles { forecaster: other, ..roles }, "forecaster"),
        (Roles { fee_recipient: other, ..roles }, "fee_recipient"),
        (Roles { fee_recipient: vacant, ..roles }, "fee_recipient"),
    ] {
        assert_loosens(scene.tighten_by(&guardian, Change::Roles(new)), role);
    }
    let outcome = scene.tighten_by(&guardian, Change::Roles(Roles { manager: vacant, forecaster: vacant, ..roles })).unwrap();
    let event: RolesChanged = event(&outcome);
    assert_eq!((event.manager, event.forecaster, event.fee_recipient), (vacant, vacant, fee_recipient));
    assert_loosens(scene.tighten_by(&guardian, Change::Roles(Roles { forecaster: vacant, ..roles })), "manager");
    assert_loosens(scene.tighten_by(&guardian, Change::Roles(Roles { manager: vacant, ..roles })), "forecaster");
}

#[test]
fn what_nobody_can_call_tighter_waits_for_the_timelock() {
    let mut scene = funded();
    let (guardian, admin) = (scene.guardian.clone(), scene.admin.clone());
    let (oracle, feed) = (OracleKind::PythPull, [9; 32]);
    let asset = AssetArgs { target_bps: 0, band_abs_bps: 1, band_rel_bps: 1, oracle, feed };
    for (change, what) in [
        (Change::Strategy(every_part(), scene.slots()), "strategy"),
        (Change::Guardian(admin.pubkey()), "guardian"),
        (Change::Targets(RampArgs { targets_bps: vec![5_000, 5_000], duration_secs: DAY_SECS }), "targets"),
        (Change::AddAsset(asset, MaxWeight { max_bps: 1_000 }), "assets"),
        (Change::RemoveAsset(0), "assets"),
        (Change::ReleaseAsset(0), "assets"),
        (Change::Feed(FeedArgs { asset: 0, oracle, feed }), "feed"),
    ] {
        for signer in [&guardian, &admin] {
            assert_loosens(scene.tighten_by(signer, change.clone()), what);
        }
    }
}

#[test]
fn tightening_is_the_guardians_and_the_admins() {
    let mut scene = funded();
    let limits = Limits { max_trade_bps: 400, ..scene.vault().limits };
    for signer in [scene.keeper.clone(), scene.forecaster.clone()] {
        assert_fails(scene.tighten_by(&signer, Change::Limits(limits)), BallastError::NotGuardian);
    }
    let before = scene.vault();
    for signer in [scene.guardian.clone(), scene.admin.clone()] {
        let mut scene = scene.clone();
        let event: Tightened = event(&scene.tighten_by(&signer, Change::Limits(limits)).unwrap());
        assert_eq!(
            (event.vault, event.slot, event.sequence),
            (scene.view.address, scene.world.clock().slot, before.sequence + 1)
        );
        assert_eq!((event.by, event.change), (signer.pubkey(), Change::Limits(limits)));
        let after = scene.vault();
        assert_eq!((after.limits, after.tightened_sequence, after.sequence), (limits, event.sequence, event.sequence));
    }
}

#[test]
fn tightening_stays_within_the_compiled_bounds_and_the_strategy() {
    let mut scene = funded();
    let (guardian, limits) = (scene.guardian.clone(), scene.vault().limits);
    for (new, error) in [
        (Limits { timelock_secs: 2_592_001, ..limits }, BallastError::LimitOutOfBounds),
        (Limits { max_slippage_bps: 0, ..limits }, BallastError::LimitOutOfBounds),
        // As large as the strategy's least trade: none would be left.
        (Limits { max_trade_bps: 1, ..limits }, BallastError::StrategyOutOfBounds),
    ] {
        assert_fails(scene.tighten_by(&guardian, Change::Limits(new)), error);
    }
    let soft = Breakers { cooldown_secs: 604_801, ..scene.vault().breakers };
    assert_fails(scene.tighten_by(&guardian, Change::Breakers(soft)), BallastError::RiskOutOfBounds);
}

/// Everything at its strictest, for as long as it takes to replace the guardian: no trade, no one-asset operation, and a timelock
/// of thirty days. Redemption in kind goes on, and in the end the admin undoes it.
#[test]
fn evil_guardian_stops_everything_but_redemption_in_kind() {
    let mut scene = Scene::drifted(Config::pair());
    let (admin, guardian) = (scene.admin.clone(), scene.guardian.clone());
    let before = scene.vault().limits;
    let strictest = Limits {
        min_trade_usd: 1_000_000_000_000,
        max_price_age_secs: 1,
        min_interval_secs: 31_536_000,
        timelock_secs: 30 * DAY_SECS,
        change_window_secs: DAY_SECS,
        max_conf_bps: 1,
        max_slippage_bps: 1,
        max_trade_bps: 1,
        max_daily_loss_bps: 1,
        max_ramp_bps_per_day: 0,
        ..before
    };
    let announced = scene.queue(Change::Guardian(admin.pubkey()));
    scene.tighten_by(&guardian, Change::Limits(strictest)).unwrap();
    assert_fails(scene.rebalance(0), BallastError::Illiquid);
    let redeem = RedeemInKindArgs { shares: 1_000_000_000, min_amounts: vec![1, 1], skip_mask: 0, forfeit_mask: 0 };
    scene.redeem(&admin, redeem).unwrap();
    // What was announced before keeps its time.
    let mut early = scene.clone();
    early.world.set_time(early.queued(announced).eta);
    early.apply(announced).unwrap();
    // Otherwise it takes thirty days, whatever the guardian does in them.
    scene.cancel_by(&admin, announced).unwrap();
    let replaced = scene.queue(Change::Guardian(admin.pubkey()));
    scene.wait_for_timelock();
    scene.tighten_by(&guardian, Change::Limits(strictest)).unwrap();
    scene.apply(replaced).unwrap();
    let restored = scene.queue(Change::Limits(before));
    assert_fails(scene.cancel_by(&guardian, restored), BallastError::NotGuardian);
    scene.wait_for_timelock();
    scene.apply(restored).unwrap();
    scene.publish();
    scene.refresh().unwrap();
    scene.rebalance(0).unwrap();
}

/// A guardian that makes the timelock as long as it gets, just before it is to be replaced, gains thirty days and no more.
#[test]
fn guardian_delays_its_own_replacement_by_thirty_days_at_most() {
    let mut scene = Scene::funded(Config::pair(), VAULT_DOLLARS);
    let (admin, guardian) = (scene.admin.clone(), scene.guardian.clone());
    let longest = Limits { timelock_secs: 30 * DAY_SECS, change_window_secs: DAY_SECS, ..scene.vault().limits };
    scene.tighten_by(&guardian, Change::Limits(longest)).unwrap();
    let longer = Limits { timelock_secs: 30 * DAY_SECS + 1, ..longest };
    assert_fails(scene.tighten_by(&guardian, Change::Limits(longer)), BallastError::LimitOutOfBounds);
    let replaced = scene.queue(Change::Guardian(admin.pubkey()));
    assert_eq!(scene.queued(replaced).eta, scene.world.now() + i64::from(30 * DAY_SECS));
    assert_fails(scene.cancel_by(&guardian, replaced), BallastError::NotAdmin);
    // Another tightening voids what was queued, but not this.
    scene.world.advance(30 * DAY_SECS - 1);
    scene.tighten_by(&guardian, Change::Limits(longest)).unwrap();
    assert_fails(scene.apply(replaced), BallastError::ChangeTimelocked);
    scene.world.advance(1);
    scene.apply(replaced).unwrap();
    assert_eq!(scene.vault().guardian, admin.pubkey());
}
