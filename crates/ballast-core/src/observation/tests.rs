use super::*;
use crate::fixture::{NOW, Scene};
use crate::performance::Performance;
use crate::statistics::Sampling;
use crate::strategy::allocation::Allocation;
use crate::strategy::target::{Floor, Movement};
use crate::valuation::Valuation;

/// A dollar a share, for the scene's thousand.
const SHARES: u64 = 1_000_000_000;
const SPACING_SECS: i64 = 3_600;
const DOLLAR_X64: u128 = 1 << 64;

/// The drifted scene, observed every hour and warm after two; half of it insured by a floor that rises to 90 % of the share price.
fn scene() -> Scene {
    let mut scene = Scene::drifted();
    scene.strategy.sampling = Sampling {
        spacing_secs: SPACING_SECS as u32,
        max_gap_secs: 86_400,
        fast_half_life_secs: 3_600,
        slow_half_life_secs: 7_200,
        winsor_e2: 500,
    };
    scene.strategy.floor = Floor { multiplier_e2: 400, floor_bps: 8_000, ratchet_bps: 9_000 };
    scene.strategy.movement = Movement { max_change_bps: 10_000, safe_asset: 2 };
    for holding in &mut scene.holdings {
        (holding.allocation.min_bps, holding.allocation.max_bps) = (0, 10_000);
    }
    scene
}

/// Observes the scene that many spacings later, at prices that fresh.
fn observe_after(scene: &mut Scene, spacings: i64, total_shares: u64) -> Result<Observation, ObserveError> {
    let now = NOW + spacings * SPACING_SECS;
    for holding in &mut scene.holdings {
        holding.publish_time = now;
    }
    observe_at(scene, now, total_shares)
}

/// Observes the scene as it is.
fn observe_at(scene: &mut Scene, now: i64, total_shares: u64) -> Result<Observation, ObserveError> {
    let Scene { limits, strategy, breakers, holdings, state, .. } = scene;
    observe(&Observed { now, holdings: holdings.iter().copied(), total_shares, limits, strategy, breakers }, state)
}

/// Observes the scene at the present prices of these assets alone.
fn observe_fresh(scene: &mut Scene, now: i64, assets: &[usize]) -> Result<Observation, ObserveError> {
    for &asset in assets {
        scene.holdings[asset].publish_time = now;
    }
    observe_at(scene, now, SHARES)
}

/// A scene with warm statistics, last observed two spacings after the start.
fn warm() -> Scene {
    let mut scene = scene();
    for spacings in 0..=2 {
        observe_after(&mut scene, spacings, SHARES).unwrap();
    }
    assert!(scene.state.statistics.is_warm(&scene.strategy.sampling));
    scene
}

/// Multiplies every price by two.
fn double_prices(scene: &mut Scene) {
    for holding in &mut scene.holdings {
        holding.price.mid_x64 *= 2;
    }
}

#[test]
fn first_observation_is_the_inception() {
    let mut scene = scene();
    let observation = observe_after(&mut scene, 0, SHARES).unwrap();
    assert_eq!((observation.participants, observation.share_price_x64), (0, DOLLAR_X64));
    let state = &scene.state;
    assert_eq!((state.targets_at, state.statistics.observed_at), (NOW, NOW));
    let Performance { inception_at, log_growth_e12, weighted_log_growth_e12, weights_e8, .. } = state.performance;
    assert_eq!((inception_at, log_growth_e12, weighted_log_growth_e12), (NOW, 0, 0));
    assert_eq!(weights_e8[..4], [60_000_000, 20_000_000, 20_000_000, 0]);
    // 80 % of the share price, rounded up.
    assert_eq!(u128::from(state.floor_x64), (DOLLAR_X64 * 8).div_ceil(10));
}

#[test]
fn observation_needs_a_strategy_that_observes() {
    let mut scene = Scene::drifted();
    assert_eq!(observe_after(&mut scene, 0, SHARES), Err(ObserveError::Off));
}

#[test]
fn observations_keep_their_spacing() {
    let mut scene = scene();
    observe_after(&mut scene, 0, SHARES).unwrap();
    let before = scene.state;
    for secs in [-1, 0, 1, SPACING_SECS - 1] {
        assert_eq!(observe_at(&mut scene, NOW + secs, SHARES), Err(ObserveError::TooSoon), "{secs}");
        assert_eq!(scene.state, before);
    }
    assert_eq!(observe_after(&mut scene, 1, SHARES).map(|observation| observation.participants), Ok(0b111));
}

#[test]
fn growth_of_share_and_assets_is_recorded() {
    let mut scene = scene();
    observe_after(&mut scene, 0, SHARES).unwrap();
    double_prices(&mut scene);
    let observation = observe_after(&mut scene, 1, SHARES).unwrap();
    assert_eq!(observation.share_price_x64, 2 * DOLLAR_X64);
    let Performance { inception_at, log_growth_e12, weighted_log_growth_e12, .. } = scene.state.performance;
    assert_eq!((inception_at, log_growth_e12), (NOW, 693_147_180_560));
    assert_eq!(weighted_log_growth_e12, 693_147_180_560);
}

#[test]
fn targets_to_store_are_those_of_the_new_floor() {
    let mut scene = warm();
    double_prices(&mut scene);
    let now = NOW + 3 * SPACING_SECS;
    let observation = observe_after(&mut scene, 3, SHARES).unwrap();
    assert_eq!(u128::from(scene.state.floor_x64), (2 * DOLLAR_X64 * 9).div_ceil(10));
    assert_eq!(scene.state.targets_at, now);
    // The risky part is four times the cushion of a tenth, $800 of $2,000; the first two assets keep their proportion. The
    // floor is rounded up.
    let Scene { limits, strategy, state, .. } = &scene;
    let terms = Terms { now, max_price_age_secs: limits.max_price_age_secs, total_shares: SHARES, strategy, state };
    let wanted = State { targets_at: 0, ..*state };
    let valuation = Valuation::new(scene.holdings.iter().copied(), &Terms { state: &wanted, ..terms }).unwrap();
    assert_eq!(valuation.targets_e8()[..4], [24_999_999, 15_000_000, 60_000_001, 0]);
    // Of which an hour's movement is stored: a twenty-fourth of the whole for the asset that has farthest to go.
    let stored = observation.targets_e8.unwrap();
    assert_eq!(stored.iter().sum::<u32>(), 100_000_000);
    assert_eq!(stored[2], 20_000_000 + 100_000_000 / 24);
}

#[test]
fn without_a_floor_targets_are_stored_all_the_same() {
    let mut scene = scene();
    scene.strategy.floor = Floor::default();
    let observation = observe_after(&mut scene, 0, SHARES).unwrap();
    assert_eq!(observation.targets_e8.map(|targets| targets[..3] == [50_000_000, 30_000_000, 20_000_000]), Some(true));
    assert_eq!((u128::from(scene.state.floor_x64), scene.state.targets_at), (0, NOW));
}

/// One held asset's stale price holds up an observation for a spacing; then it leaves its return out, and floor and targets as they
/// were. Growth is recorded.
#[test]
fn stale_price_moves_neither_floor_nor_targets() {
    let mut scene = warm();
    double_prices(&mut scene);
    let (before, now) = (scene.state, NOW + 4 * SPACING_SECS);
    for early in [now - SPACING_SECS, now - 1] {
        assert_eq!(observe_fresh(&mut scene, early, &[1, 2]), Err(ObserveError::Stale));
        assert_eq!(scene.state, before);
    }
    let observation = observe_fresh(&mut scene, now, &[1, 2]).unwrap();
    assert_eq!((observation.participants, observation.targets_e8), (0b110, None));
    assert_eq!((scene.state.floor_x64, scene.state.targets_at), (before.floor_x64, before.targets_at));
    assert_eq!((scene.state.statistics.observed_at, scene.state.performance.log_growth_e12), (now, 693_147_180_560));
}

#[test]
fn stale_price_of_an_asset_not_held_stands_in_nobodys_way() {
    let mut scene = warm();
    let now = NOW + 3 * SPACING_SECS;
    scene.holdings[0].balance = 0;
    let observation = observe_fresh(&mut scene, now, &[1, 2]).unwrap();
    assert_eq!((observation.participants, scene.state.targets_at), (0b110, now));
    assert!(observation.targets_e8.is_some());
}

#[test]
fn vault_without_shares_or_worth_has_only_statistics() {
    for (dollars, total_shares) in [([600, 200, 200], 0), ([0, 0, 0], SHARES)] {
        let mut scene = scene();
        scene.set_dollars(dollars);
        let observation = observe_after(&mut scene, 0, total_shares).unwrap();
        assert_eq!((observation.share_price_x64, observation.targets_e8), (0, None));
        let state = &scene.state;
        assert_eq!((state.performance, state.targets_at), (Performance::default(), 0));
        assert_eq!((u128::from(state.floor_x64), state.statistics.observed_at), (0, NOW));
    }
}

#[test]
fn all_prices_stale_is_no_observation() {
    let mut scene = warm();
    assert_eq!(observe_at(&mut scene, NOW + 3 * SPACING_SECS, SHARES), Err(ObserveError::Stale));
}

/// A fourth asset that has neither a price nor a balance yet.
fn add_unpriced(scene: &mut Scene) {
    scene.holdings.push(Holding { allocation: Allocation::fixed(0, 500, 2_500), ..Holding::default() });
}

#[test]
fn asset_without_price_that_is_not_held_keeps_neither_statistics_cold_nor_floor_unset() {
    let mut scene = scene();
    add_unpriced(&mut scene);
    for spacings in 0..=2 {
        let observation = observe_fresh(&mut scene, NOW + spacings * SPACING_SECS, &[0, 1, 2]).unwrap();
        assert_eq!(observation.participants, if spacings == 0 { 0 } else { 0b0111 });
        assert!(observation.targets_e8.is_some());
        // At first 80 % of the share price, then 90 %.
        let tenths = if spacings == 0 { 8 } else { 9 };
        assert_eq!(u128::from(scene.state.floor_x64), (DOLLAR_X64 * tenths).div_ceil(10));
    }
    assert!(scene.state.statistics.is_warm(&scene.strategy.sampling));
}

#[test]
fn before_the_first_deposit_every_asset_is_awaited() {
    let mut scene = scene();
    add_unpriced(&mut scene);
    scene.set_dollars([0, 0, 0]);
    for spacings in [0, 1, 2, 100] {
        assert_eq!(observe_after_without_last(&mut scene, spacings), Err(ObserveError::Stale), "{spacings}");
    }
    scene.holdings[3] = Holding { balance: 0, ..scene.holdings[2] };
    assert_eq!(observe_after(&mut scene, 100, 0).map(|observation| observation.participants), Ok(0));
    assert_eq!(observe_after(&mut scene, 101, 0).map(|observation| observation.participants), Ok(0b1111));
    assert_eq!(observe_after_without_last(&mut scene, 102), Err(ObserveError::Stale));
}

/// Observes a vault without shares at the first three assets' present prices.
fn observe_after_without_last(scene: &mut Scene, spacings: i64) -> Result<Observation, ObserveError> {
    let now = NOW + spacings * SPACING_SECS;
    for holding in &mut scene.holdings[..3] {
        holding.publish_time = now;
    }
    observe_at(scene, now, 0)
}

/// Somebody refreshes one asset an hour, in turns, before anybody else: the hour's full observation is still to be made, and the
/// floor rises with the prices.
#[test]
fn partial_observations_do_not_keep_the_ratchet_down() {
    let mut scene = warm();
    double_prices(&mut scene);
    for spacings in 3..50 {
        let now = NOW + spacings * SPACING_SECS;
        assert_eq!(observe_fresh(&mut scene, now, &[spacings as usize % 3]), Err(ObserveError::Stale));
        let observation = observe_fresh(&mut scene, now, &[0, 1, 2]).unwrap();
        assert!(observation.targets_e8.is_some());
    }
    assert_eq!(u128::from(scene.state.floor_x64), (2 * DOLLAR_X64 * 9).div_ceil(10));
}

/// Statistics may be warm before the first deposit. Partial observations after it do not keep the floor from being set.
#[test]
fn partial_observations_do_not_keep_the_floor_unset() {
    let mut scene = scene();
    let dollars = [600, 200, 200];
    scene.set_dollars([0, 0, 0]);
    for spacings in 0..=2 {
        observe_after(&mut scene, spacings, 0).unwrap();
    }
    assert!(scene.state.statistics.is_warm(&scene.strategy.sampling));
    scene.set_dollars(dollars);
    let now = NOW + 3 * SPACING_SECS;
    for asset in 0..3 {
        scene.set_ages([SPACING_SECS; 3]);
        assert_eq!(observe_fresh(&mut scene, now, &[asset]), Err(ObserveError::Stale));
    }
    assert!(observe_fresh(&mut scene, now + 1, &[0, 1, 2]).is_ok());
    assert_eq!(u128::from(scene.state.floor_x64), (DOLLAR_X64 * 8).div_ceil(10));
}
