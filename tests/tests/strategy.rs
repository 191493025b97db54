//! `configure_strategy` and `post_forecast`: who may do what and when, and every bound.

use {
    ballast::{
        error::BallastError,
        events::{ForecastPosted, StrategyConfigured},
        instructions::{ConfigureStrategyArgs, WeightBounds},
        state::{AssetStatus, Change, RampArgs},
    },
    ballast_client::{Pubkey, instruction},
    ballast_core::{
        state::State,
        strategy::{Strategy, allocation::Allocation, band::Forecast},
    },
    ballast_tests::{
        Signer,
        attack::assert_fails,
        scene::{Config, Scene, event},
        strategies::{every_part, observing},
        transaction::{Failure, Outcome},
    },
};

/// Dollars in the vault.
const VAULT_DOLLARS: u64 = 100_000;
const HOUR_SECS: i64 = 3_600;
const DAY_SECS: i64 = 86_400;

/// Two assets whose targets may move by ten points.
fn movable(strategy: Strategy) -> Config {
    Config { strategy, slack_bps: 1_000, ..Config::pair() }
}

/// Asserts that an instruction failed with this error, that the log names the field, and that the vault is as it was.
#[track_caller]
fn assert_named(result: Result<Outcome, Failure>, error: BallastError, log: &str) {
    let failure = result.as_ref().expect_err(log);
    let line = format!("Program log: {log}");
    assert!(failure.logs.contains(&line), "no \"{line}\" in {failure}");
    assert_fails(result, error);
}

#[test]
fn configure_strategy_sets_strategy_bounds_and_forecaster() {
    for count in [2, 16] {
        let config = Config { strategy: every_part(), slack_bps: 300, ..Config::many(count) };
        let mut scene = Scene::empty(Config { strategy: Strategy::plain(), slack_bps: 0, ..config });
        assert_eq!((scene.vault().strategy, scene.vault().forecaster), (Strategy::plain(), Pubkey::default()));
        let before = scene.vault();
        let bounds = |index: usize| WeightBounds { min_bps: 100 - index as u16, max_bps: 9_000 + index as u16 };
        let args = ConfigureStrategyArgs {
            strategy: every_part(),
            forecaster: scene.forecaster.pubkey(),
            bounds: (0..count).map(bounds).collect(),
        };
        let outcome = scene.configure(args).unwrap();
        let after = scene.vault();
        assert_eq!((after.strategy, after.forecaster), (every_part(), scene.forecaster.pubkey()));
        for (index, (after, before)) in after.assets().iter().zip(before.assets()).enumerate() {
            let WeightBounds { min_bps, max_bps } = bounds(index);
            assert_eq!(after.allocation, Allocation { min_bps, max_bps, ..before.allocation });
        }
        let event: StrategyConfigured = event(&outcome);
        assert_eq!((event.vault, event.slot), (scene.view.address, scene.world.clock().slot));
        assert_eq!((event.sequence, after.sequence), (before.sequence + 1, before.sequence + 1));
        assert_eq!((event.strategy, event.forecaster), (after.strategy, after.forecaster));
        let told = event.bounds.iter().map(|bounds| (bounds.min_bps, bounds.max_bps));
        assert!(told.eq(after.assets().iter().map(|asset| (asset.allocation.min_bps, asset.allocation.max_bps))));
    }
}

#[test]
fn configure_strategy_may_be_repeated_until_the_first_deposit() {
    let mut scene = Scene::empty(movable(every_part()));
    let args = scene.configure_args();
    scene.configure(ConfigureStrategyArgs { strategy: observing(), ..args.clone() }).unwrap();
    scene.configure(args.clone()).unwrap();
    assert_eq!(scene.vault().strategy, every_part());
    scene.refresh().unwrap();
    scene.seed(VAULT_DOLLARS);
    assert_fails(scene.configure(args), BallastError::StrategyFixed);
}

#[test]
fn configure_strategy_begins_anew() {
    let mut scene = Scene::empty(movable(every_part()));
    scene.refresh().unwrap();
    scene.observe().unwrap();
    let expires_at = scene.world.now() + HOUR_SECS;
    scene.post_forecast(12_000, expires_at).unwrap();
    scene.start_ramp(&[4_500, 5_500], DAY_SECS as u32).unwrap();
    let (before, args) = (scene.vault(), scene.configure_args());
    assert_ne!(before.state, State::default());
    scene.configure(args).unwrap();
    let after = scene.vault();
    assert_eq!(after.state, State::default());
    // Where the ramp would have ended are the targets now.
    let targets = after.assets().iter().map(|asset| (asset.allocation.ramp_from_e8, asset.allocation.target_bps));
    assert_eq!(targets.collect::<Vec<_>>(), [(45_000_000, 4_500), (55_000_000, 5_500)]);
    assert!(after.assets().iter().map(|asset| asset.allocation.weight_e8).eq([45_000_000, 55_000_000]));
}

#[test]
fn configure_strategy_refuses_everybody_but_the_admin() {
    let mut scene = Scene::empty(movable(every_part()));
    let args = scene.configure_args();
    for signer in [scene.guardian.clone(), scene.forecaster.clone(), scene.keeper.clone()] {
        assert_fails(scene.configure_by(&signer, args.clone()), BallastError::NotAdmin);
    }
}

#[test]
fn configure_strategy_needs_bounds_for_every_asset() {
    let mut scene = Scene::empty(movable(every_part()));
    for count in [0, 1, 3] {
        let bounds = vec![WeightBounds { min_bps: 0, max_bps: 10_000 }; count];
        let args = ConfigureStrategyArgs { bounds, ..scene.configure_args() };
        assert_fails(scene.configure(args), BallastError::AccountsMismatch);
    }
}

#[test]
fn configure_strategy_refuses_bounds_without_the_target() {
    let mut scene = Scene::empty(movable(every_part()));
    for (bounds, field) in [
        (WeightBounds { min_bps: 5_001, max_bps: 10_000 }, "min_bps"),
        (WeightBounds { min_bps: 0, max_bps: 4_999 }, "max_bps"),
        (WeightBounds { min_bps: 0, max_bps: 10_001 }, "max_bps"),
    ] {
        for index in [0, 1] {
            let mut args = scene.configure_args();
            args.bounds[index] = bounds;
            let log = format!("strategy out of bounds: {field}");
            assert_named(scene.configure(args), BallastError::StrategyOutOfBounds, &log);
        }
    }
}

#[test]
fn configure_strategy_names_each_parameter_that_is_out_of_bounds() {
    let scene = Scene::empty(movable(every_part()));
    macro_rules! parameters {
        ($($part:ident.$field:ident = $($value:expr),+;)*) => {
            [$($((
                concat!(stringify!($part), ".", stringify!($field)),
                (|strategy| strategy.$part.$field = $value) as fn(&mut Strategy),
            )),+),*]
        };
    }
    let beyond = parameters! {
        sampling.spacing_secs = 0, 59, 599, 86_401;
        sampling.max_gap_secs = 1_199, 1_259, 2_592_001;
        sampling.fast_half_life_secs = 599, 6_001;
        sampling.slow_half_life_secs = 599, 157_788_001;
        sampling.winsor_e2 = 199, 2_001;
        volatility_band.reference_vol_bps = 0, 100_001;
        volatility_band.min_scale_bps = 999, 100_001;
        volatility_band.max_scale_bps = 4_999, 100_001;
        forecast_band.max_scale_bps = 0, 4_999, 100_001;
        forecast_band.min_scale_bps = 999, 100_001;
        forecast_band.max_validity_secs = 59, 604_801;
        schedule.interval_secs = 0, 59, 31_536_001;
        schedule.window_secs = 0, 599, 86_401;
        schedule.dust_bps = 10_000;
        gate.horizon_secs = 0, 3_599, 315_576_001;
        gate.risk_aversion_e2 = 0, 1_000_001;
        gate.min_ratio_bps = 9_999, 1_000_001;
        gate.max_drift_bps = 10_001;
        execution.recentre_bps = 10_001;
        execution.min_trade_bps = 501, 1_001;
        execution.jitter_period_secs = 86_401;
        execution.jitter_window_secs = 0, 29, 601;
        floor.multiplier_e2 = 0, 99, 2_001;
        floor.floor_bps = 0, 10_000;
        floor.ratchet_bps = 6_999, 10_000;
        volatility_target.target_vol_bps = 49, 20_001;
        mean_reversion.strength_bps = 0, 99, 50_001;
        mean_reversion.max_tilt_bps = 0, 5_001;
        momentum.strength_bps = 0, 99, 50_001;
        momentum.max_tilt_bps = 0, 5_001;
        movement.max_change_bps = 0, 10_001;
        movement.safe_asset = 2;
    };
    for (field, change) in beyond {
        let mut args = scene.configure_args();
        change(&mut args.strategy);
        let log = format!("strategy out of bounds: {field}");
        assert_named(scene.clone().configure(args), BallastError::StrategyOutOfBounds, &log);
    }
}

#[test]
fn forecast_is_stored_until_the_next() {
    let mut scene = Scene::funded(movable(every_part()), VAULT_DOLLARS);
    for scale_bps in [5_000, 20_000, 12_345] {
        scene.world.advance(10);
        let (sequence, expires_at) = (scene.vault().sequence + 1, scene.world.now() + DAY_SECS);
        let event: ForecastPosted = event(&scene.post_forecast(scale_bps, expires_at).unwrap());
        assert_eq!(scene.vault().state.forecast, Forecast { scale_bps, expires_at });
        assert_eq!((event.vault, event.slot, event.sequence), (scene.view.address, scene.world.clock().slot, sequence));
        assert_eq!((event.scale_bps, event.expires_at), (scale_bps, expires_at));
    }
}

#[test]
fn forecast_out_of_bounds_is_refused_and_named() {
    let mut scene = Scene::funded(movable(every_part()), VAULT_DOLLARS);
    let now = scene.world.now();
    for (scale_bps, expires_at, field) in [
        (4_999, now + 60, "scale_bps"),
        (20_001, now + 60, "scale_bps"),
        (0, now + 60, "scale_bps"),
        (u64::MAX, now + 60, "scale_bps"),
        (10_000, now, "expires_at"),
        (10_000, now + DAY_SECS + 1, "expires_at"),
        (10_000, i64::MIN, "expires_at"),
        (10_000, i64::MAX, "expires_at"),
    ] {
        let log = format!("forecast out of bounds: {field}");
        assert_named(scene.post_forecast(scale_bps, expires_at), BallastError::ForecastOutOfBounds, &log);
    }
    scene.post_forecast(10_000, now + 1).unwrap();
}

#[test]
fn forecast_to_a_vault_without_the_part_is_refused() {
    let mut scene = Scene::funded(movable(observing()), VAULT_DOLLARS);
    let expires_at = scene.world.now() + 60;
    let log = "forecast out of bounds: forecast_band.max_scale_bps";
    assert_named(scene.post_forecast(10_000, expires_at), BallastError::ForecastOutOfBounds, log);
}

#[test]
fn post_forecast_refuses_everybody_but_the_forecaster() {
    let mut scene = Scene::funded(movable(every_part()), VAULT_DOLLARS);
    let expires_at = scene.world.now() + 60;
    for signer in [scene.admin.clone(), scene.guardian.clone(), scene.keeper.clone()] {
        let post = instruction::post_forecast(signer.pubkey(), scene.view.address, 10_000, expires_at);
        assert_fails(scene.send(&[post], &[&signer]), BallastError::NotForecaster);
    }
    // A vault with the plain strategy has none.
    let mut plain = Scene::funded(Config::pair(), VAULT_DOLLARS);
    assert_fails(plain.post_forecast(10_000, expires_at), BallastError::NotForecaster);
}

/// An asset that was removed before the first deposit keeps its bounds of zero, whatever the arguments say of it.
#[test]
fn configure_strategy_leaves_removed_assets_without_weight() {
    let mut config = Config { strategy: observing(), slack_bps: 10_000, ..Config::many(4) };
    for (asset, target_bps) in config.assets.iter_mut().zip([5_000, 5_000, 0, 0]) {
        asset.target_bps = target_bps;
    }
    let mut scene = Scene::empty(config);
    scene.change(Change::RemoveAsset(3)).unwrap();
    let before = scene.vault().assets[3];
    assert_eq!((before.status, before.allocation.max_bps), (AssetStatus::Removed as u8, 0));
    let mut args = scene.configure_args();
    args.bounds[2] = WeightBounds { min_bps: 0, max_bps: 9_000 };
    args.bounds[3] = WeightBounds { min_bps: 0, max_bps: 10_000 };
    scene.configure(args).unwrap();
    let after = scene.vault().assets;
    assert_eq!((after[2].allocation.max_bps, after[3].allocation), (9_000, before.allocation));
    let ramp = Change::Targets(RampArgs { targets_bps: vec![2_500, 2_500, 0, 5_000], duration_secs: 3_600 });
    assert_fails(scene.change(ramp), BallastError::StrategyOutOfBounds);
}
