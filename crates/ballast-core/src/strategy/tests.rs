use super::*;
use crate::limits::DEFAULT;

/// Every part in use.
fn full() -> Strategy {
    Strategy {
        sampling: Sampling {
            spacing_secs: 3_600,
            max_gap_secs: 86_400,
            fast_half_life_secs: 86_400,
            slow_half_life_secs: 604_800,
            winsor_e2: 500,
        },
        volatility_band: VolatilityBand { reference_vol_bps: 5_000, min_scale_bps: 5_000, max_scale_bps: 20_000 },
        forecast_band: ForecastBand { max_scale_bps: 20_000, min_scale_bps: 5_000, max_validity_secs: 86_400 },
        schedule: Schedule { interval_secs: 86_400, window_secs: 3_600, dust_bps: 10 },
        gate: Gate { horizon_secs: 604_800, risk_aversion_e2: 300, min_ratio_bps: 10_000, max_drift_bps: 0 },
        execution: Execution { recentre_bps: 5_000, min_trade_bps: 10, jitter_period_secs: 600, jitter_window_secs: 60 },
        floor: Floor { multiplier_e2: 300, floor_bps: 8_000, ratchet_bps: 0 },
        volatility_target: VolatilityTarget { target_vol_bps: 2_000 },
        mean_reversion: MeanReversion { strength_bps: 1_000, max_tilt_bps: 1_000 },
        momentum: Momentum { strength_bps: 1_000, max_tilt_bps: 1_000 },
        movement: Movement { max_change_bps: 500, safe_asset: 1 },
    }
}

#[test]
fn strategies_without_and_with_every_part_are_valid() {
    assert_eq!(Strategy::default().validate(2), Ok(()));
    assert_eq!(Strategy::plain().validate(2), Ok(()));
    assert_eq!(full().validate(2), Ok(()));
}

/// A change to a strategy that [`Limits`] of default values forbid, the last that they allow, and the field that breaks.
type Clash = (fn(&mut Strategy, &mut Limits), fn(&mut Strategy, &mut Limits), &'static str);

#[test]
fn strategy_and_limits_leave_each_other_room() {
    let clashes: [Clash; 6] = [
        (|s, _| s.execution.min_trade_bps = 500, |s, _| s.execution.min_trade_bps = 499, "execution.min_trade_bps"),
        (|_, l| l.max_trade_bps = 10, |_, l| l.max_trade_bps = 11, "execution.min_trade_bps"),
        (|_, l| l.max_daily_turnover_bps = 10, |_, l| l.max_daily_turnover_bps = 11, "execution.min_trade_bps"),
        (|s, _| s.sampling.spacing_secs = 599, |s, _| s.sampling.spacing_secs = 600, "sampling.spacing_secs"),
        (|_, l| l.max_price_age_secs = 361, |_, l| l.max_price_age_secs = 300, "sampling.spacing_secs"),
        (|s, _| s.sampling.max_gap_secs = 7_259, |s, _| s.sampling.max_gap_secs = 7_260, "sampling.max_gap_secs"),
    ];
    let after = |change: fn(&mut Strategy, &mut Limits)| {
        let (mut strategy, mut limits) = (full(), DEFAULT);
        change(&mut strategy, &mut limits);
        (strategy, limits)
    };
    assert_eq!(full().validate_within(&DEFAULT), Ok(()));
    for (beyond, last, field) in clashes {
        let (strategy, limits) = after(beyond);
        assert_eq!(strategy.validate_within(&limits), Err(OutOfBounds(field)), "{limits:?}");
        let (strategy, limits) = after(last);
        assert_eq!(strategy.validate_within(&limits), Ok(()), "{limits:?}");
        // Both are valid by themselves: only together they clash.
        assert_eq!((strategy.validate(2), limits.validate()), (Ok(()), Ok(())));
    }
}

#[test]
fn strategy_without_statistics_may_use_prices_of_any_age() {
    let oldest = Limits { max_price_age_secs: 300, ..DEFAULT };
    assert_eq!(Strategy::plain().validate_within(&oldest), Ok(()));
    assert_eq!(Strategy::default().validate_within(&Limits { max_price_age_secs: u32::MAX, ..oldest }), Ok(()));
    let observing = Strategy { sampling: full().sampling, ..Strategy::plain() };
    assert_eq!(
        observing.validate_within(&Limits { max_price_age_secs: u32::MAX, ..oldest }),
        Err(OutOfBounds("sampling.spacing_secs"))
    );
}

/// A change to a strategy, and the field that it breaks.
type Fault = (fn(&mut Strategy), &'static str);

#[test]
fn each_part_is_checked() {
    let faults: [Fault; 11] = [
        (|s| s.sampling.spacing_secs = 1, "sampling.spacing_secs"),
        (|s| s.volatility_band.max_scale_bps = 0, "volatility_band.max_scale_bps"),
        (|s| s.forecast_band.min_scale_bps = 0, "forecast_band.min_scale_bps"),
        (|s| s.schedule.window_secs = 0, "schedule.window_secs"),
        (|s| s.gate.min_ratio_bps = 0, "gate.min_ratio_bps"),
        (|s| s.execution.recentre_bps = 10_001, "execution.recentre_bps"),
        (|s| s.floor.floor_bps = 0, "floor.floor_bps"),
        (|s| s.volatility_target.target_vol_bps = 1, "volatility_target.target_vol_bps"),
        (|s| s.mean_reversion.max_tilt_bps = 0, "mean_reversion.max_tilt_bps"),
        (|s| s.momentum.max_tilt_bps = 0, "momentum.max_tilt_bps"),
        (|s| s.movement.safe_asset = 2, "movement.safe_asset"),
    ];
    for (change, field) in faults {
        let mut strategy = full();
        change(&mut strategy);
        assert_eq!(strategy.validate(2), Err(OutOfBounds(field)));
    }
}

/// Each part on its own, then without the statistics that it works on.
#[test]
fn parts_that_need_statistics_need_sampling() {
    let parts: [fn(&mut Strategy); 7] = [
        |s| s.volatility_band = full().volatility_band,
        |s| s.forecast_band = full().forecast_band,
        |s| s.gate = full().gate,
        |s| s.floor = full().floor,
        |s| s.volatility_target = full().volatility_target,
        |s| s.mean_reversion = full().mean_reversion,
        |s| s.momentum = full().momentum,
    ];
    for (part, turn_on) in parts.into_iter().enumerate() {
        let mut strategy = Strategy { sampling: full().sampling, movement: full().movement, ..Strategy::default() };
        turn_on(&mut strategy);
        assert_eq!(strategy.validate(2), Ok(()), "{part}");
        strategy.sampling = Sampling::default();
        assert_eq!(strategy.validate(2), Err(OutOfBounds("sampling.spacing_secs")), "{part}");
    }
}

#[test]
fn parts_that_need_no_statistics_need_no_sampling() {
    let Strategy { schedule, execution, movement, .. } = full();
    assert_eq!(Strategy { schedule, execution, movement, ..Strategy::default() }.validate(2), Ok(()));
}

#[test]
fn schedule_lasts_a_round_of_turns() {
    let with = |window_secs, jitter_period_secs| {
        let mut strategy = full();
        (strategy.schedule.window_secs, strategy.execution.jitter_period_secs) = (window_secs, jitter_period_secs);
        strategy.validate(2)
    };
    assert_eq!([with(600, 600), with(601, 600)], [Ok(()), Ok(())]);
    assert_eq!([with(599, 600), with(600, 601)], [Err(OutOfBounds("schedule.window_secs")); 2]);
    let unscheduled = Strategy { schedule: Schedule::default(), ..full() };
    assert_eq!(unscheduled.validate(2), Ok(()), "without a schedule there is no window to miss");
    let mut always = full();
    (always.schedule.window_secs, always.execution) = (1, Strategy::plain().execution);
    assert_eq!(always.validate(2), Ok(()), "without turns any window will do");
}
