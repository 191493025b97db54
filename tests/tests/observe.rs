//! `observe`: when it may be called, and that it stores exactly what the core computes from the same account.

use {
    ballast::{
        error::BallastError,
        events::Observed,
        state::{Asset, Vault},
    },
    ballast_client::{decide, instruction},
    ballast_core::{
        statistics::ObserveError,
        strategy::{
            Strategy,
            target::{Floor, Movement},
        },
    },
    ballast_tests::{
        attack::assert_fails,
        random::Random,
        scene::{AssetSpec, Config, Scene, event},
        seed::seed,
        strategies::{self, SAMPLING, WARM_OBSERVATIONS},
    },
    std::f64::consts::LN_2,
};

/// Dollars in the vault.
const VAULT_DOLLARS: u64 = 100_000;
/// Steps of a random price history.
const STEPS: usize = 200;

fn observing(config: Config) -> Scene {
    Scene::funded(Config { strategy: strategies::observing(), ..config }, VAULT_DOLLARS)
}

#[test]
fn observe_waits_for_the_spacing() {
    let mut scene = observing(Config::pair());
    scene.observe().unwrap();
    assert_fails(scene.observe(), BallastError::ObservedTooSoon);
    scene.pass(SAMPLING.spacing_secs - 1);
    assert_fails(scene.observe(), BallastError::ObservedTooSoon);
    scene.pass(1);
    scene.observe().unwrap();
    assert_eq!(scene.vault().state.statistics.observed_at, scene.world.now());
}

/// Lets all prices but the third asset's be new, and that one a second too old.
fn refresh_without_the_third(scene: &mut Scene, secs: u32) {
    let age = scene.vault().limits.max_price_age_secs;
    scene.pass(secs - age - 1);
    scene.world.advance(age + 1);
    scene.publish();
    scene.refresh_some(0b011).unwrap();
}

#[test]
fn observe_waits_for_fresh_prices_of_every_asset() {
    let mut scene = observing(Config::many(3));
    scene.live(&mut Random::new(1), WARM_OBSERVATIONS - 1, 50);
    for is_warm in [false, true] {
        assert_eq!(scene.vault().state.statistics.is_warm(&SAMPLING), is_warm);
        refresh_without_the_third(&mut scene, SAMPLING.spacing_secs);
        assert_fails(scene.observe(), BallastError::PriceStale);
        scene.refresh().unwrap();
        assert_eq!(event::<Observed>(&scene.observe().unwrap()).participants, 0b111);
    }
}

#[test]
fn observe_that_is_a_spacing_late_does_without_a_price_once_warm() {
    let mut scene = observing(Config::many(3));
    scene.live(&mut Random::new(1), WARM_OBSERVATIONS - 1, 50);
    let mut cold = scene.clone();
    refresh_without_the_third(&mut cold, 3 * SAMPLING.spacing_secs);
    assert_fails(cold.observe(), BallastError::PriceStale);

    scene.live(&mut Random::new(2), 1, 50);
    let mut nearly = scene.clone();
    refresh_without_the_third(&mut nearly, 2 * SAMPLING.spacing_secs - 1);
    assert_fails(nearly.observe(), BallastError::PriceStale);
    refresh_without_the_third(&mut scene, 2 * SAMPLING.spacing_secs);
    // The others' returns count; targets wait for it.
    let observed = event::<Observed>(&scene.observe().unwrap());
    assert_eq!((observed.participants, observed.targets_e8), (0b011, vec![]));
    // Without any price there is nothing to see, however late.
    scene.world.advance(3 * SAMPLING.spacing_secs);
    assert_fails(scene.observe(), BallastError::PriceStale);
}

#[test]
fn observe_does_not_wait_for_an_asset_that_the_vault_does_not_hold() {
    let mut scene = observing(Config::many(3));
    scene.edit_vault(|vault| vault.assets[2].balance = 0);
    scene.live(&mut Random::new(1), 2, 50);
    refresh_without_the_third(&mut scene, SAMPLING.spacing_secs);
    assert_eq!(event::<Observed>(&scene.observe().unwrap()).participants, 0b011);
}

#[test]
fn observe_is_off_in_a_plain_vault() {
    let mut scene = Scene::funded(Config::pair(), VAULT_DOLLARS);
    assert_fails(scene.observe(), BallastError::ObservationOff);
}

#[test]
fn observe_is_anybodys() {
    let mut scene = observing(Config::pair());
    let stranger = scene.world.wallet("stranger");
    let observe = instruction::observe(scene.view.address);
    assert!(observe.accounts.iter().all(|account| !account.is_signer));
    scene.send(&[observe], &[&stranger]).unwrap();
}

/// How often each thing happened in a random history.
#[derive(Debug, Default)]
struct Tally {
    all_counted: usize,
    some_counted: usize,
    none_counted: usize,
    without_targets: usize,
    too_soon: usize,
    stale: usize,
}

impl Tally {
    /// Observes, and asserts that the account is what the core computes from what it was, and the event what the account is.
    fn observe(&mut self, scene: &mut Scene) {
        let (before, now) = (scene.vault(), scene.world.now());
        let expected = decide::observe(&before, now);
        let result = scene.observe();
        let after = scene.vault();
        match expected {
            Ok((vault, observation)) => {
                assert_eq!(bytemuck::bytes_of(&after), bytemuck::bytes_of(&vault), "{observation:?}");
                let observed = event(&result.unwrap());
                assert_told(scene, &observed);
                assert_eq!(
                    (observed.participants, observed.share_price_x64),
                    (observation.participants, observation.share_price_x64)
                );
                self.count(&observed, after.assets().len());
            }
            Err(error) => {
                *(if error == ObserveError::TooSoon { &mut self.too_soon } else { &mut self.stale }) += 1;
                assert_fails(result, BallastError::from(error));
                assert_eq!(bytemuck::bytes_of(&after), bytemuck::bytes_of(&before));
            }
        }
    }

    fn count(&mut self, observed: &Observed, assets: usize) {
        let counted = match observed.participants.count_ones() as usize {
            0 => &mut self.none_counted,
            count if count == assets => &mut self.all_counted,
            _ => &mut self.some_counted,
        };
        *counted += 1;
        self.without_targets += usize::from(observed.targets_e8.is_empty());
    }
}

/// The event tells what the account holds.
#[track_caller]
fn assert_told(scene: &Scene, observed: &Observed) {
    let vault = scene.vault();
    let performance = &vault.state.performance;
    assert_eq!((observed.vault, observed.slot), (scene.view.address, scene.world.clock().slot));
    assert_eq!((observed.sequence, vault.state.statistics.observed_at), (vault.sequence, scene.world.now()));
    assert_eq!(observed.log_growth_e12, performance.log_growth_e12);
    assert_eq!(observed.weighted_log_growth_e12, performance.weighted_log_growth_e12);
    assert_eq!(observed.excess_growth_e12, performance.log_growth_e12 - performance.weighted_log_growth_e12);
    assert_eq!((observed.cost_usd, observed.turnover_usd), (performance.cost_usd, performance.turnover_usd));
    let nav_usd: u64 = vault.assets().iter().map(value_usd).sum();
    assert_eq!(observed.share_price_x64, (u128::from(nav_usd) << 64) / u128::from(vault.total_shares));
    let stored: Vec<_> = vault.assets().iter().map(|asset| asset.allocation.weight_e8).collect();
    match observed.targets_e8.as_slice() {
        [] => assert_ne!(vault.state.targets_at, scene.world.now()),
        targets => assert_eq!((targets, vault.state.targets_at), (stored.as_slice(), scene.world.now())),
    }
}

fn value_usd(asset: &Asset) -> u64 {
    asset.price().value_usd(asset.balance).unwrap()
}

/// A history of prices that jump, come late or not at all, at odd times, with a vault that grows and shrinks.
fn run(count: usize) {
    let seed = seed(&format!("a history of {count} assets"));
    let mut random = Random::new(seed);
    let config = Config { strategy: strategies::every_part(), slack_bps: 300, ..Config::many(count) };
    let mut scene = Scene::funded(config, VAULT_DOLLARS);
    let user = scene.user("alice", VAULT_DOLLARS);
    let everything = ((1u32 << count) - 1) as u16;
    let mut tally = Tally::default();
    for step in 0..STEPS {
        let pause_secs = match random.below(10) {
            0 => random.below(u64::from(SAMPLING.spacing_secs)) as u32,
            1 => SAMPLING.max_gap_secs + 1,
            _ => SAMPLING.spacing_secs + random.below(120) as u32,
        };
        scene.world.advance(pause_secs);
        for index in 0..count {
            // Now and then a crash or a rally that winsorising has to cut.
            let step_bps = if random.below(50) == 0 { 3_000 } else { 100 };
            scene.set_price(index, random.step(scene.assets[index].spec.price_e8, step_bps));
        }
        let refreshed = if step > WARM_OBSERVATIONS && random.below(3) == 0 { random.number() as u16 } else { u16::MAX };
        match refreshed & everything {
            0 => {}
            mask => drop(scene.refresh_some(mask).unwrap()),
        }
        if random.below(4) == 0 {
            let max_amounts = scene.assets.iter().map(|asset| asset.units(50)).collect();
            let deposit = ballast::instructions::DepositInKindArgs { max_amounts, min_shares: 0 };
            scene.deposit(&user, deposit).unwrap();
        }
        tally.observe(&mut scene);
    }
    println!("{count} assets: {tally:?}");
    let Tally { all_counted, some_counted, none_counted, without_targets, too_soon, stale } = tally;
    assert!(all_counted >= STEPS / 5 && some_counted > 0 && none_counted > 0, "{count} assets");
    assert!(without_targets > 0 && too_soon > 0 && (stale > 0 || count > 2), "{count} assets");
    let vault = scene.vault();
    assert!(vault.state.statistics.is_warm(&SAMPLING) && u128::from(vault.state.floor_x64) > 0);
}

#[test]
fn observe_stores_what_the_core_computes_2_assets() {
    run(2);
}

#[test]
fn observe_stores_what_the_core_computes_5_assets() {
    run(5);
}

#[test]
fn observe_stores_what_the_core_computes_16_assets() {
    run(16);
}

/// The same in numbers that can be checked by hand: two dollar coins, half each, and one of them doubles.
#[test]
fn observed_growth_is_as_published() {
    let config = Config::of(vec![AssetSpec::spl(6, 100_000_000, 5_000); 2]);
    let mut scene = Scene::funded(Config { strategy: strategies::observing(), ..config }, VAULT_DOLLARS);
    let first = event::<Observed>(&scene.observe().unwrap());
    assert_eq!((first.participants, first.log_growth_e12, first.weighted_log_growth_e12), (0, 0, 0));
    // A dollar a share of 10^-6: one micro-dollar a raw share.
    assert_eq!(first.share_price_x64, 1 << 64);

    scene.set_price(0, 200_000_000);
    scene.pass(SAMPLING.spacing_secs);
    scene.settle_down();
    let observed = event::<Observed>(&scene.observe().unwrap());
    assert_eq!(observed.share_price_x64, 3 << 63);
    let is_near = |value_e12: i64, expected: f64| (value_e12 as f64 / 1e12 - expected).abs() < 1e-9;
    assert!(is_near(observed.log_growth_e12, 1.5f64.ln()));
    assert!(is_near(observed.weighted_log_growth_e12, LN_2 / 2.0));
    assert!(is_near(observed.excess_growth_e12, 1.5f64.ln() - LN_2 / 2.0));
    assert_eq!(observed.targets_e8, [50_000_000; 2]);

    // The variance of a single return, as if it took a year: (ln 2)² · year / spacing; too large a one counts as the largest.
    let statistics = scene.vault().state.statistics;
    let largest_e6 = ballast_core::statistics::observe::MAX_RETURN_E6;
    let return_e6 = LN_2 * (31_557_600.0 / f64::from(SAMPLING.spacing_secs)).sqrt() * 1e6;
    assert!(return_e6 < largest_e6 as f64);
    let variance_e12 = statistics.covariance.get(0, 0).unwrap() as f64;
    assert!((variance_e12.sqrt() / return_e6 - 1.0).abs() < 1e-5, "{variance_e12}");
    assert_eq!((statistics.covariance.get(0, 1), statistics.covariance.get(1, 1)), (Some(0), Some(0)));
}

/// Floor after an observation at this price of the second asset, which trips no breaker, and the share price.
fn floor_at(scene: &mut Scene, price_e8: i64) -> (u128, u128) {
    scene.set_price(1, price_e8);
    scene.pass(SAMPLING.spacing_secs);
    scene.settle_down();
    let observed = event::<Observed>(&scene.observe().unwrap());
    (scene.vault().state.floor_x64.into(), observed.share_price_x64)
}

#[test]
fn floor_follows_a_rising_share_price_and_never_falls() {
    let all = strategies::every_part();
    let strategy = Strategy { floor: all.floor, movement: all.movement, ..strategies::observing() };
    let mut scene = Scene::funded(Config { strategy, slack_bps: 5_000, ..Config::pair() }, VAULT_DOLLARS);
    assert_eq!(u128::from(scene.vault().state.floor_x64), 0);
    let part = |share_price_x64: u128, part_bps: u32| (share_price_x64 * u128::from(part_bps)).div_ceil(10_000);

    let (set, share_price_x64) = floor_at(&mut scene, 5_000_000_000);
    assert_eq!(set, part(share_price_x64, all.floor.floor_bps));
    let (raised, share_price_x64) = floor_at(&mut scene, 6_000_000_000);
    assert_eq!(raised, part(share_price_x64, all.floor.ratchet_bps));
    assert!(raised > set);
    let (kept, share_price_x64) = floor_at(&mut scene, 3_000_000_000);
    assert_eq!(kept, raised);
    assert!(part(share_price_x64, all.floor.ratchet_bps) < kept);
    let (higher, _) = floor_at(&mut scene, 7_000_000_000);
    assert!(higher > raised);
}

#[test]
fn floor_without_a_ratchet_stays() {
    let all = strategies::every_part();
    let floor = ballast_core::strategy::target::Floor { ratchet_bps: 0, ..all.floor };
    let strategy = Strategy { floor, movement: all.movement, ..strategies::observing() };
    let mut scene = Scene::funded(Config { strategy, slack_bps: 5_000, ..Config::pair() }, VAULT_DOLLARS);
    let (set, _) = floor_at(&mut scene, 5_000_000_000);
    assert_eq!([6_000_000_000, 3_000_000_000].map(|price_e8| floor_at(&mut scene, price_e8).0), [set; 2]);
}

/// An observation of a vault without shares looks at prices alone.
#[test]
fn observe_before_the_first_deposit_stores_statistics_only() {
    let mut scene = Scene::empty(Config { strategy: strategies::every_part(), slack_bps: 300, ..Config::pair() });
    scene.refresh().unwrap();
    let observed = event::<Observed>(&scene.observe().unwrap());
    assert_eq!((observed.share_price_x64, observed.targets_e8), (0, vec![]));
    let Vault { state, .. } = scene.vault();
    assert_eq!((state.performance.inception_at, u128::from(state.floor_x64), state.targets_at), (0, 0, 0));
    assert_eq!(state.statistics.observed_at, scene.world.now());
}

/// A high, or a floor that never falls, would outlast the price: anybody could then trip the drawdown breaker at the right one.
#[test]
fn observe_leaves_no_high_floor_or_targets_behind_while_a_price_trips_a_breaker() {
    let strategy = Strategy {
        floor: Floor { multiplier_e2: 300, floor_bps: 8_000, ratchet_bps: 8_000 },
        movement: Movement { max_change_bps: 10_000, safe_asset: 0 },
        ..strategies::observing()
    };
    let mut scene = Scene::funded(Config { strategy, slack_bps: 10_000, ..Config::pair() }, VAULT_DOLLARS);
    for _ in 0..4 {
        scene.pass(SAMPLING.spacing_secs);
        scene.observe().unwrap();
    }
    let price_e8 = scene.assets[1].spec.price_e8;
    let before = scene.vault();
    assert!(u128::from(before.state.floor_x64) > 0);
    scene.set_price(1, 2 * price_e8);
    scene.pass(SAMPLING.spacing_secs);
    let observed: Observed = event(&scene.observe().unwrap());
    assert_eq!((observed.participants, observed.targets_e8), (0b11, vec![]));
    let after = scene.vault();
    assert_eq!(after.state.statistics.observed_at, scene.world.now());
    assert_eq!((after.state.lookbacks, after.state.targets_at), (before.state.lookbacks, before.state.targets_at));
    assert_eq!(u128::from(after.state.floor_x64), u128::from(before.state.floor_x64));
    let weights_e8 = |vault: &Vault| [0, 1].map(|index: usize| vault.assets[index].allocation.weight_e8);
    assert_eq!(weights_e8(&after), weights_e8(&before));

    // Back at the right price there is nothing to trip, and everything moves on.
    scene.set_price(1, price_e8);
    scene.pass(10);
    let trip = instruction::trip_breaker(scene.view.address, None);
    assert_fails(scene.keep(trip), BallastError::BreakerNotMet);
    scene.pass(SAMPLING.spacing_secs - 10);
    scene.observe().unwrap();
    let later = scene.vault();
    assert_eq!(later.state.targets_at, scene.world.now());
    assert_eq!(u128::from(later.state.floor_x64), u128::from(before.state.floor_x64));
}
