//! `start_ramp` and `Change::Targets`: how fast targets may move, by whom, and whether many ramps are any faster than one.

use {
    ballast::{
        error::BallastError,
        events::{Observed, RampStarted},
        state::{Change, RampArgs, Roles},
    },
    ballast_core::{
        limits::Limits,
        strategy::{
            Strategy,
            target::{Floor, Movement, Ramp},
        },
    },
    ballast_tests::{
        Keypair, Signer,
        attack::assert_fails,
        governance::NOBODY,
        random::Random,
        scene::{Config, Scene, event},
        strategies::{SAMPLING, observing},
        transaction::{Failure, Outcome},
    },
};

/// Dollars in the vault.
const VAULT_DOLLARS: u64 = 100_000;
const HOUR_SECS: u32 = 3_600;
const DAY_SECS: u32 = 86_400;

/// Two assets whose targets may move by twenty points, five a day.
fn movable(strategy: Strategy) -> Config {
    Config { strategy, slack_bps: 2_000, ..Config::pair() }
}

/// A funded vault with a manager.
fn managed(config: Config) -> (Scene, Keypair) {
    let mut scene = Scene::empty(config);
    let manager = scene.world.wallet("manager");
    let forecaster = scene.vault().forecaster;
    let id = scene.queue(Change::Roles(Roles { manager: manager.pubkey(), forecaster, ..NOBODY }));
    scene.apply(id).unwrap();
    scene.refresh().unwrap();
    scene.seed(VAULT_DOLLARS);
    (scene, manager)
}

/// The first asset's target at this moment, in 10⁻⁸; the second one has the rest.
fn first_target_e8(scene: &Scene) -> i64 {
    let targets_e8 = scene.vault().base_targets_e8(scene.world.now()).unwrap();
    assert_eq!(targets_e8.iter().sum::<u32>(), 100_000_000);
    i64::from(targets_e8[0])
}

#[track_caller]
fn assert_out_of_bounds(result: Result<Outcome, Failure>, error: BallastError, field: &str) {
    let failure = result.as_ref().expect_err(field);
    let line = format!("Program log: strategy out of bounds: {field}");
    assert!(failure.logs.contains(&line), "no \"{line}\" in {failure}");
    assert_fails(result, error);
}

#[test]
fn ramp_moves_the_targets_along_a_straight_line_and_trades_follow() {
    let mut scene = Scene::empty(movable(observing()));
    scene.add_route(0, 1, 10_000_000);
    scene.refresh().unwrap();
    scene.seed(VAULT_DOLLARS);
    let before = scene.vault();
    let start_at = scene.world.now();
    let end_at = start_at + 10 * i64::from(DAY_SECS);
    let outcome = scene.start_ramp(&[4_000, 6_000], 10 * DAY_SECS).unwrap();
    let vault = scene.vault();
    assert_eq!(vault.state.ramp, Ramp { start_at, end_at });
    let ends = vault.assets().iter().map(|asset| (asset.allocation.ramp_from_e8, asset.allocation.target_bps));
    assert_eq!(ends.collect::<Vec<_>>(), [(50_000_000, 4_000), (50_000_000, 6_000)]);
    let event: RampStarted = event(&outcome);
    assert_eq!((event.vault, event.slot, event.sequence), (scene.view.address, scene.world.clock().slot, before.sequence + 1));
    assert_eq!((event.from_e8, event.to_bps), (vec![50_000_000, 50_000_000], vec![4_000, 6_000]));
    assert_eq!((event.start_at, event.end_at), (start_at, end_at));

    // A tenth of the way a day.
    for (elapsed_secs, first_e8) in [(DAY_SECS, 49_000_000), (4 * DAY_SECS, 46_000_000), (5 * DAY_SECS - 864, 45_010_000)] {
        scene.pass((start_at + i64::from(elapsed_secs) - scene.world.now()) as u32);
        let targets_e8 = ballast_tests::scene::event::<Observed>(&scene.observe().unwrap()).targets_e8;
        assert_eq!(targets_e8, [first_e8, 100_000_000 - first_e8]);
        // The first asset's half is within five points of each of these.
        assert_ne!(scene.preview(0).reason, 0);
    }
    scene.pass(DAY_SECS + 864);
    let preview = scene.preview(0);
    assert_eq!((preview.reason, preview.sell_asset, preview.buy_asset), (0, 0, 1));
    // Six tenths of ten points of what the vault is worth.
    let excess_usd = VAULT_DOLLARS * 1_000_000 * 6 / 100;
    assert!(preview.excess_usd.abs_diff(excess_usd) <= 2, "{preview:?}");
    scene.rebalance(0).unwrap();
    assert_eq!(scene.vault().assets[0].allocation.weight_e8, 44_000_000);

    scene.pass((end_at + i64::from(DAY_SECS) - scene.world.now()) as u32);
    let targets_e8 = ballast_tests::scene::event::<Observed>(&scene.observe().unwrap()).targets_e8;
    assert_eq!(targets_e8, [40_000_000, 60_000_000]);
}

#[test]
fn ramp_is_no_faster_than_the_limit() {
    let (mut scene, manager) = managed(movable(observing()));
    // Five points a day, so that ten take two days.
    assert_fails(scene.start_ramp_by(&manager, &[4_000, 6_000], 2 * DAY_SECS - 1), BallastError::RampTooFast);
    assert_fails(scene.start_ramp(&[4_000, 6_000], 2 * DAY_SECS - 1), BallastError::RampTooFast);
    scene.clone().start_ramp_by(&manager, &[4_000, 6_000], 2 * DAY_SECS).unwrap();
    // The guardian may make that slower, at once and down to nothing.
    let guardian = scene.guardian.clone();
    let slower = Limits { max_ramp_bps_per_day: 0, ..scene.vault().limits };
    scene.tighten_by(&guardian, Change::Limits(slower)).unwrap();
    assert_fails(scene.start_ramp_by(&manager, &[4_999, 5_001], 365 * DAY_SECS), BallastError::RampTooFast);
}

#[test]
fn ramp_lasts_an_hour_to_a_year() {
    let mut scene = Scene::funded(movable(observing()), VAULT_DOLLARS);
    for duration_secs in [0, 1, HOUR_SECS - 1, 365 * DAY_SECS + 1, u32::MAX] {
        assert_fails(scene.start_ramp(&[4_999, 5_001], duration_secs), BallastError::RampTimes);
    }
    for duration_secs in [HOUR_SECS, 365 * DAY_SECS] {
        scene.clone().start_ramp(&[4_999, 5_001], duration_secs).unwrap();
    }
}

#[test]
fn ramp_is_the_managers_or_the_admins() {
    let (mut scene, manager) = managed(movable(observing()));
    for signer in [scene.guardian.clone(), scene.keeper.clone(), scene.forecaster.clone()] {
        assert_fails(scene.start_ramp_by(&signer, &[4_900, 5_100], DAY_SECS), BallastError::NotManager);
    }
    scene.start_ramp_by(&manager, &[4_900, 5_100], DAY_SECS).unwrap();
    // Taken from the role, at once.
    let guardian = scene.guardian.clone();
    let roles = Roles { forecaster: scene.vault().forecaster, ..NOBODY };
    scene.tighten_by(&guardian, Change::Roles(roles)).unwrap();
    assert_fails(scene.start_ramp_by(&manager, &[4_950, 5_050], DAY_SECS), BallastError::NotManager);
    scene.start_ramp(&[4_950, 5_050], DAY_SECS).unwrap();
}

#[test]
fn ramp_refuses_targets_that_are_no_basket_or_out_of_bounds() {
    let (mut scene, manager) = managed(movable(observing()));
    for targets in [&[10_000][..], &[], &[3_000, 3_000, 4_000]] {
        assert_fails(scene.start_ramp_by(&manager, targets, 30 * DAY_SECS), BallastError::AccountsMismatch);
    }
    for (targets, field, error) in [
        ([4_000, 6_001], "target_bps", BallastError::TargetsSum),
        ([4_000, 5_999], "target_bps", BallastError::TargetsSum),
        ([2_999, 7_001], "min_bps", BallastError::StrategyOutOfBounds),
        ([7_001, 2_999], "max_bps", BallastError::StrategyOutOfBounds),
    ] {
        assert_out_of_bounds(scene.start_ramp_by(&manager, &targets, 30 * DAY_SECS), error, field);
    }
    assert_fails(scene.start_ramp_by(&manager, &[u16::MAX, 10_001], 30 * DAY_SECS), BallastError::RampTooFast);
}

#[test]
fn ramp_of_a_vault_without_bounds_changes_nothing() {
    let mut scene = Scene::funded(Config::pair(), VAULT_DOLLARS);
    assert_out_of_bounds(scene.start_ramp(&[4_999, 5_001], DAY_SECS), BallastError::StrategyOutOfBounds, "min_bps");
}

#[test]
fn ramp_is_stopped_or_turned_where_it_is() {
    let (mut scene, manager) = managed(movable(observing()));
    scene.start_ramp_by(&manager, &[4_000, 6_000], 2 * DAY_SECS).unwrap();
    scene.world.advance(DAY_SECS / 2 + 17);
    // Half a day and seventeen seconds of five points a day, to the ten-millionth.
    let reached_e8 = first_target_e8(&scene);
    assert_eq!(reached_e8, 50_000_000 - 2_500_984);
    // To the nearest basis point, in an hour: that is what stopping is.
    let outcome = scene.start_ramp_by(&manager, &[4_750, 5_250], HOUR_SECS).unwrap();
    assert_eq!(event::<RampStarted>(&outcome).from_e8, [47_499_016, 52_500_984]);
    assert_eq!(first_target_e8(&scene), reached_e8, "nothing jumps");
    scene.world.advance(HOUR_SECS);
    assert_eq!(first_target_e8(&scene), 47_500_000);
    scene.world.advance(DAY_SECS);
    assert_eq!(first_target_e8(&scene), 47_500_000);
}

/// Whatever a manager does, and however often: in no stretch of time do targets go farther than the speed allows. What rounding
/// adds is 10⁻⁸ for each ramp.
#[test]
fn many_ramps_are_no_faster_than_one() {
    let (mut scene, manager) = managed(movable(observing()));
    let mut random = Random::new(7);
    let (mut walked_e8, mut ramps) = (0, 0);
    let (start_at, mut last_e8) = (scene.world.now(), first_target_e8(&scene));
    while scene.world.now() < start_at + 3 * i64::from(DAY_SECS) {
        // The fastest that is allowed, one way or the other, and rarely for as long as it was meant to take.
        let is_up = random.one_in(2);
        let target_bps = if is_up { 7_000 } else { 3_000 };
        let way_e8 = last_e8.abs_diff(target_bps * 10_000);
        let duration_secs = (way_e8 * u64::from(DAY_SECS)).div_ceil(5_000_000).max(u64::from(HOUR_SECS)) as u32;
        scene.start_ramp_by(&manager, &[target_bps as u16, 10_000 - target_bps as u16], duration_secs).unwrap();
        assert_eq!(first_target_e8(&scene), last_e8, "a ramp begins where the last one is");
        ramps += 1;
        scene.world.advance(random.sized(1..=u64::from(DAY_SECS) / 4) as u32);
        walked_e8 += last_e8.abs_diff(first_target_e8(&scene));
        last_e8 = first_target_e8(&scene);
    }
    let allowed_e8 = (scene.world.now() - start_at) as u64 * 5_000_000 / u64::from(DAY_SECS) + ramps;
    assert!(walked_e8 <= allowed_e8, "{walked_e8} of {allowed_e8} in {ramps} ramps");
    assert!(ramps > 20 && walked_e8 > allowed_e8 / 2, "{walked_e8} of {allowed_e8} in {ramps} ramps");
}

#[test]
fn faster_ramp_waits_for_the_timelock() {
    let (mut scene, manager) = managed(movable(observing()));
    let targets = |duration_secs| Change::Targets(RampArgs { targets_bps: vec![3_000, 7_000], duration_secs });
    // It begins where the targets are when it is applied, not when it was queued.
    let id = scene.queue(targets(HOUR_SECS));
    scene.start_ramp_by(&manager, &[5_500, 4_500], 2 * DAY_SECS).unwrap();
    assert_fails(scene.apply(id), BallastError::ChangeTimelocked);
    scene.wait_for_timelock();
    let outcome = scene.apply(id).unwrap();
    let (event, now) = (event::<RampStarted>(&outcome), scene.world.now());
    assert_eq!((event.from_e8, event.to_bps), (vec![55_000_000, 45_000_000], vec![3_000, 7_000]));
    assert_eq!((event.start_at, event.end_at), (now, now + i64::from(HOUR_SECS)));
    scene.world.advance(HOUR_SECS / 2);
    assert_eq!(first_target_e8(&scene), 42_500_000);

    let id = scene.queue(targets(HOUR_SECS - 1));
    scene.wait_for_timelock();
    assert_fails(scene.apply(id), BallastError::RampTimes);
    let out_of_bounds = Change::Targets(RampArgs { targets_bps: vec![2_999, 7_001], duration_secs: HOUR_SECS });
    assert_out_of_bounds(scene.change(out_of_bounds), BallastError::StrategyOutOfBounds, "min_bps");
}

/// Portfolio insurance has the last word on how much is risky, and the movement limit on how fast: whatever ramps say.
#[test]
fn ramp_moves_no_faster_than_a_strategy_with_a_floor_lets_it() {
    let floor = Floor { multiplier_e2: 300, floor_bps: 9_000, ratchet_bps: 0 };
    let movement = Movement { max_change_bps: 100, safe_asset: 0 };
    let strategy = Strategy { floor, movement, sampling: SAMPLING, ..Strategy::plain() };
    let (mut scene, manager) = managed(movable(strategy));
    scene.observe().unwrap();
    // A cushion of a tenth, three times: three tenths may be risky.
    scene.start_ramp_by(&manager, &[3_000, 7_000], 4 * DAY_SECS).unwrap();
    let mut weight_e8 = scene.vault().assets()[1].allocation.weight_e8;
    for _ in 0..25 {
        scene.pass(DAY_SECS);
        scene.observe().unwrap();
        let next_e8 = scene.vault().assets()[1].allocation.weight_e8;
        assert!(next_e8.abs_diff(weight_e8) <= 1_000_000, "a point a day: {weight_e8} to {next_e8}");
        weight_e8 = next_e8;
    }
    assert!(weight_e8.abs_diff(30_000_000) <= 10, "{weight_e8}");
    assert_eq!(first_target_e8(&scene), 30_000_000, "what the ramp alone would say");
}
