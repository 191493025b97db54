//! Properties of all policies together, over random baskets, parameters and states.

use proptest::collection::vec;
use proptest::prelude::*;

use super::fixture::{allocations, is_within, statistics};
use super::{Floor, Inputs, MeanReversion, Momentum, Movement, Ramp, VolatilityTarget, validate, weights};
use crate::MAX_ASSETS;
use crate::fixed::MathError;
use crate::limits::OutOfBounds;
use crate::state::State;
use crate::statistics::Sampling;
use crate::stored::Wide;
use crate::strategy::Strategy as Parameters;
use crate::strategy::allocation::{Allocation, WHOLE_E8, weight_e8};

const NOW: i64 = 1_700_000_000;
const SAMPLING: Sampling =
    Sampling { spacing_secs: 60, max_gap_secs: 600, fast_half_life_secs: 3_600, slow_half_life_secs: 86_400, winsor_e2: 500 };

fn tilt() -> impl Strategy<Value = (u32, u32)> {
    prop_oneof![Just((0, 0)), (100u32..=50_000, 1u32..=5_000)]
}

fn floor() -> impl Strategy<Value = Floor> {
    let on =
        (100u32..=2_000, 1u32..=9_999).prop_map(|(multiplier_e2, floor_bps)| Floor { multiplier_e2, floor_bps, ratchet_bps: 0 });
    prop_oneof![1 => Just(Floor::default()), 2 => on]
}

/// Any valid parameters of the policies.
fn policies() -> impl Strategy<Value = Parameters> {
    let volatility = prop_oneof![Just(0), 50u32..=20_000];
    (floor(), volatility, tilt(), tilt(), 1u32..=10_000, 0u32..2).prop_map(
        |(floor, target_vol_bps, mean_reversion, momentum, max_change_bps, safe_asset)| Parameters {
            sampling: SAMPLING,
            floor,
            volatility_target: VolatilityTarget { target_vol_bps },
            mean_reversion: MeanReversion { strength_bps: mean_reversion.0, max_tilt_bps: mean_reversion.1 },
            momentum: Momentum { strength_bps: momentum.0, max_tilt_bps: momentum.1 },
            movement: Movement { max_change_bps, safe_asset },
            ..Parameters::default()
        },
    )
}

/// Any state that a vault can be in: with or without ramp, floor and warm statistics.
fn states() -> impl Strategy<Value = State> {
    let ramp = prop_oneof![
        Just(Ramp::default()),
        (-90_000i64..=90_000, 3_600i64..=31_536_000)
            .prop_map(|(from, duration_secs)| { Ramp { start_at: NOW + from, end_at: NOW + from + duration_secs } })
    ];
    let signals = vec((-2_000_000_000_000i64..2_000_000_000_000, -2_000_000_000_000i64..2_000_000_000_000), MAX_ASSETS);
    let market = (vec(0.0f64..3.0, MAX_ASSETS), 0.0f64..1.0, signals, any::<bool>());
    (ramp, 0u128..2 << 64, 0i64..200_000, market).prop_map(
        |(ramp, floor_x64, age_secs, (volatilities, correlation, signals, is_warm))| {
            let mut state = State { targets_at: NOW - age_secs, floor_x64: Wide::from(floor_x64), ramp, ..State::default() };
            state.statistics = statistics(&volatilities, correlation);
            state.statistics.observed_secs = if is_warm { 86_400 } else { 86_399 };
            for (asset, (log_price_e12, fast_e12)) in state.statistics.assets.iter_mut().zip(signals) {
                (asset.log_price_e12, asset.fast_log_average_e12) = (log_price_e12, fast_e12);
            }
            state
        },
    )
}

fn at(strategy: &Parameters, state: &State, assets: &[Allocation], nav_usd: u64) -> Result<std::vec::Vec<u32>, MathError> {
    let inputs = Inputs { now: NOW, nav_usd, total_shares: 1_000_000_000, strategy, state };
    let mut out = std::vec![0; assets.len()];
    weights(&inputs, assets, &mut out).map(|()| out)
}

#[test]
fn without_policy_weights_are_the_targets() {
    let assets = [Allocation::fixed(6_000, 500, 2_500), Allocation::fixed(4_000, 500, 2_500)];
    assert_eq!(at(&Parameters::default(), &State::default(), &assets, 1), Ok([60_000_000, 40_000_000].into()));
    let movement = Movement { max_change_bps: 1, safe_asset: 0 };
    assert_eq!(
        at(&Parameters { movement, ..Parameters::default() }, &State::default(), &assets, 1),
        Ok([60_000_000, 40_000_000].into())
    );
}

#[test]
fn ramp_alone_moves_targets() {
    let asset =
        |from_bps, target_bps| Allocation { ramp_from_e8: weight_e8(from_bps), ..Allocation::fixed(target_bps, 100, 1_000) };
    let mut assets = [asset(8_000, 6_000), asset(2_000, 4_000)];
    for asset in &mut assets {
        (asset.min_bps, asset.max_bps) = (2_000, 8_000);
    }
    let at = |start_at| {
        let ramp = Ramp { start_at, end_at: start_at + 4_000 };
        at(&Parameters::default(), &State { ramp, ..State::default() }, &assets, 1)
    };
    assert_eq!(at(NOW), Ok([80_000_000, 20_000_000].into()));
    assert_eq!(at(NOW - 1_000), Ok([75_000_000, 25_000_000].into()));
    assert_eq!(at(NOW - 4_000), Ok([60_000_000, 40_000_000].into()));
}

#[test]
fn wrong_number_of_assets_is_an_error() {
    let state = State::default();
    let moving = Parameters { movement: Movement { max_change_bps: 1, safe_asset: 0 }, ..Parameters::default() };
    for strategy in [Parameters::default(), moving] {
        let weigh = |assets: usize, room: usize| {
            let allocations = std::vec![Allocation::fixed(10_000 / assets as u16, 1, 1); assets];
            let inputs = Inputs { now: NOW, nav_usd: 1, total_shares: 1, strategy: &strategy, state: &state };
            weights(&inputs, &allocations, &mut std::vec![0; room])
        };
        assert_eq!([weigh(2, 1), weigh(2, 3), weigh(16, 15)], [Err(MathError::Overflow); 3]);
        assert_eq!([weigh(2, 2), weigh(16, 16)], [Ok(()); 2]);
    }
}

#[test]
fn policies_need_a_movement_limit() {
    let unlimited = |strategy: Parameters| validate(&strategy, 2);
    assert_eq!(unlimited(Parameters::default()), Ok(()));
    let error = Err(OutOfBounds("movement.max_change_bps"));
    let floor = Floor { multiplier_e2: 300, floor_bps: 8_000, ratchet_bps: 0 };
    assert_eq!(unlimited(Parameters { floor, ..Parameters::default() }), error);
    let movement = Movement { max_change_bps: 100, safe_asset: 1 };
    assert_eq!(unlimited(Parameters { floor, movement, ..Parameters::default() }), Ok(()));
    let volatility_target = VolatilityTarget { target_vol_bps: 1_000 };
    assert_eq!(unlimited(Parameters { volatility_target, ..Parameters::default() }), error);
    let mean_reversion = MeanReversion { strength_bps: 1_000, max_tilt_bps: 1_000 };
    assert_eq!(unlimited(Parameters { mean_reversion, ..Parameters::default() }), error);
    let momentum = Momentum { strength_bps: 1_000, max_tilt_bps: 1_000 };
    assert_eq!(unlimited(Parameters { momentum, ..Parameters::default() }), error);
}

proptest! {
    #[test]
    fn weights_are_within_bounds_and_sum_to_the_whole(
        assets in allocations(), strategy in policies(), state in states(), nav_usd in 0u64..10_000_000_000,
    ) {
        prop_assert_eq!(validate(&strategy, assets.len()), Ok(()));
        let out = at(&strategy, &state, &assets, nav_usd).unwrap();
        prop_assert!(is_within(&assets, &out), "{:?}", out);
        let elapsed_secs = (NOW - state.targets_at).min(86_400) as u64;
        let allowed_e8 = u64::from(strategy.movement.max_change_bps) * 10_000 * elapsed_secs / 86_400;
        for (asset, &weight) in assets.iter().zip(&out) {
            prop_assert!(u64::from(weight.abs_diff(asset.weight_e8)) <= allowed_e8);
        }
    }

    /// With room to move, what the policies leave to the safe asset is what they say.
    #[test]
    fn least_risky_part_wins(strategy in policies(), mut state in states(), nav_usd in 1u64..10_000_000_000) {
        let movement = Movement { max_change_bps: 10_000, safe_asset: 1 };
        let strategy = Parameters { movement, ..strategy };
        (state.targets_at, state.ramp) = (0, Ramp::default());
        let asset = |target_bps: u16| Allocation { max_bps: 10_000, min_bps: 0, ..Allocation::fixed(target_bps, 100, 1_000) };
        let assets = [asset(2_000), asset(5_000), asset(3_000)];
        let out = at(&strategy, &state, &assets, nav_usd).unwrap();
        let is_warm = state.statistics.observed_secs >= 86_400;
        let cushion = 1.0 - u128::from(state.floor_x64) as f64 / 2f64.powi(64) * 1e9 / nav_usd as f64;
        let by_floor = (f64::from(strategy.floor.multiplier_e2) / 100.0 * cushion).clamp(0.0, 1.0);
        let covariance = |i, j| state.statistics.covariance.get(i, j).unwrap() as f64 / 1e12;
        let volatility = (0.16 * covariance(0, 0) + 0.48 * covariance(0, 2) + 0.36 * covariance(2, 2)).sqrt();
        let by_volatility = (f64::from(strategy.volatility_target.target_vol_bps) / 1e4 / volatility).min(1.0);
        let floor = (strategy.floor.is_on() && u128::from(state.floor_x64) > 0).then_some(by_floor);
        let target = (strategy.volatility_target.is_on() && is_warm).then_some(by_volatility);
        let is_divided = strategy.floor.is_on() || strategy.volatility_target.is_on();
        if is_divided {
            let risky = floor.unwrap_or(1.0).min(target.unwrap_or(1.0));
            let risky = if floor.is_none() && target.is_none() { 0.5 } else { risky };
            prop_assert!((1.0 - f64::from(out[1]) / 1e8 - risky).abs() < 1e-3, "{:?}, not {risky}", out);
        }
    }

    #[test]
    fn cold_statistics_are_not_listened_to(assets in allocations(), strategy in policies(), state in states()) {
        let mut cold = state;
        cold.statistics.observed_secs = 86_399;
        let without = Parameters {
            volatility_target: VolatilityTarget::default(),
            mean_reversion: MeanReversion::default(),
            momentum: Momentum::default(),
            ..strategy
        };
        prop_assume!(strategy.floor.is_on() || !strategy.volatility_target.is_on());
        prop_assert_eq!(at(&strategy, &cold, &assets, 1_000_000_000), at(&without, &cold, &assets, 1_000_000_000));
    }

    /// Whatever is stored and configured, there are weights that sum to the whole or an error, never a panic.
    #[test]
    fn nothing_panics(
        fields in vec((any::<[u16; 3]>(), any::<[u32; 2]>()), 0..=20),
        parameters in any::<[u32; 10]>(),
        times in any::<[i64; 4]>(),
        floor_x64 in any::<u128>(),
        figures in vec(any::<i64>(), 200),
        amounts in any::<[u64; 2]>(),
    ) {
        let assets: std::vec::Vec<Allocation> = fields
            .iter()
            .map(|&([target_bps, min_bps, max_bps], [ramp_from_e8, weight_e8])| {
                Allocation { target_bps, ramp_from_e8, min_bps, max_bps, weight_e8, ..Allocation::default() }
            })
            .collect();
        let [multiplier_e2, floor_bps, ratchet_bps, target_vol_bps, strength_bps, max_tilt_bps, strength, max_tilt, max_change_bps, safe_asset] =
            parameters;
        let strategy = Parameters {
            sampling: SAMPLING,
            floor: Floor { multiplier_e2, floor_bps, ratchet_bps },
            volatility_target: VolatilityTarget { target_vol_bps },
            mean_reversion: MeanReversion { strength_bps, max_tilt_bps },
            momentum: Momentum { strength_bps: strength, max_tilt_bps: max_tilt },
            movement: Movement { max_change_bps, safe_asset: safe_asset % 20 },
            ..Parameters::default()
        };
        let ramp = Ramp { start_at: times[1], end_at: times[2] };
        let mut state = State { targets_at: times[0], floor_x64: Wide::from(floor_x64), ramp, ..State::default() };
        state.statistics.observed_secs = 1 << 40;
        let mut figures = figures.into_iter();
        state.statistics.covariance.packed_e12.as_flattened_mut().fill_with(|| figures.next().unwrap());
        for asset in &mut state.statistics.assets {
            (asset.log_price_e12, asset.fast_log_average_e12) = (figures.next().unwrap(), figures.next().unwrap());
            asset.slow_log_average_e12 = figures.next().unwrap();
        }
        let inputs = Inputs { now: times[3], nav_usd: amounts[0], total_shares: amounts[1], strategy: &strategy, state: &state };
        let mut out = std::vec![0; assets.len()];
        if weights(&inputs, &assets, &mut out).is_ok() {
            prop_assert_eq!(out.iter().map(|&weight| u64::from(weight)).sum::<u64>(), u64::from(WHOLE_E8));
        }
        let _ = strategy.floor.raised(floor_x64, u128::from(amounts[0]) << 64);
    }
}
