//! What one-asset operations may do to a basket, whatever scales its bands and whenever its schedule trades.

use proptest::prelude::*;

use crate::decision::Decision;
use crate::fixture::{NOW, Scene};
use crate::strategy::band::{Forecast, ForecastBand, VolatilityBand};
use crate::strategy::schedule::Schedule;
use crate::valuation::Flow;

/// Any scale from a tenth to ten.
const BY_FORECAST: ForecastBand = ForecastBand { max_scale_bps: 100_000, min_scale_bps: 1_000, max_validity_secs: 604_800 };
/// As configured at a volatility of 50 %.
const BY_VOLATILITY: VolatilityBand = VolatilityBand { reference_vol_bps: 5_000, min_scale_bps: 1_000, max_scale_bps: 100_000 };
/// At the time of every scene the window has been open for 800 seconds.
const HOURLY: Schedule = Schedule { interval_secs: 3_600, window_secs: 801, dust_bps: 10 };
/// Of the thousand dollars of every scene.
const TARGETS: [u64; 3] = [500, 300, 200];

/// A basket of $1,000 on its targets of 50, 30 and 20 %, with bands of 5 points, after an edit.
fn on_target(edit: impl FnOnce(&mut Scene)) -> Scene {
    let mut scene = Scene::drifted();
    scene.set_dollars(TARGETS);
    edit(&mut scene);
    scene
}

/// A forecast that scales every band, and stands.
fn forecast(scale_bps: u64) -> impl Fn(&mut Scene) {
    move |scene| {
        scene.strategy.forecast_band = BY_FORECAST;
        scene.state.forecast = Forecast { scale_bps, expires_at: NOW + 1 };
    }
}

/// Volatilities that scale every band.
fn volatility(scale: f64) -> impl Fn(&mut Scene) {
    move |scene| {
        scene.set_volatilities(&[scale / 2.0; 3], 0.0);
        scene.strategy.volatility_band = BY_VOLATILITY;
    }
}

/// The scene after a flow of micro-dollars in one asset.
fn moved(scene: &Scene, flow: Flow, asset: usize, value_usd: u64) -> Scene {
    let mut after = scene.clone();
    let holding = &mut after.holdings[asset];
    let units = value_usd / (holding.price.mid_x64 >> 64) as u64;
    match flow {
        Flow::In => holding.balance += units,
        Flow::Out => holding.balance -= units,
    }
    after
}

fn is_refused(scene: &Scene, flow: Flow, asset: usize, value_usd: u64) -> bool {
    moved(scene, flow, asset, value_usd).valuation().is_tipped_by(flow, asset, &scene.valuation())
}

/// The most, in whole cents, that a deposit of the second asset may bring.
fn largest_deposit_cents(scene: &Scene) -> u64 {
    (1..=100_000).find(|cents| is_refused(scene, Flow::In, 1, cents * 10_000)).unwrap() - 1
}

/// A change to a scene.
type Edit<'a> = &'a dyn Fn(&mut Scene);

#[test]
fn guard_is_the_tightest_of_configured_band_scaled_band_and_open_dust() {
    let guards = |edit: Edit| on_target(edit).valuation().positions().iter().map(|it| it.guard_e8).max().unwrap();
    let scheduled = |schedule| move |scene: &mut Scene| scene.strategy.schedule = schedule;
    let both = |scene: &mut Scene| {
        forecast(1_000)(scene);
        scene.strategy.schedule = Schedule { dust_bps: 60, ..HOURLY };
    };
    let table: [(&str, Edit, u64); 10] = [
        ("nothing scales", &|_| (), 5_000_000),
        ("wide forecast", &forecast(100_000), 5_000_000),
        ("narrow forecast", &forecast(1_000), 500_000),
        ("volatile", &volatility(10.0), 5_000_000),
        ("calm", &volatility(0.1), 500_000),
        ("open window", &scheduled(HOURLY), 100_000),
        ("open window without dust", &scheduled(Schedule { dust_bps: 0, ..HOURLY }), 0),
        ("open window with dust beyond the band", &scheduled(Schedule { dust_bps: 501, ..HOURLY }), 5_000_000),
        ("closed window", &scheduled(Schedule { window_secs: 800, ..HOURLY }), 5_000_000),
        ("narrow forecast within dust", &both, 500_000),
    ];
    for (name, edit, guard_e8) in table {
        assert_eq!(guards(edit), guard_e8, "{name}");
    }
}

/// `x` of the second asset make `(300 + x) / (1,000 + x)` of the vault.
#[test]
fn deposit_may_bring_what_the_guard_leaves() {
    let largest = |edit: Edit| largest_deposit_cents(&on_target(edit));
    // 35 %: 50 / 0.65, but the first asset is diluted to 45 % by $111 and the third never.
    assert_eq!(largest(&|_| ()), 7_692);
    assert_eq!([largest(&forecast(100_000)), largest(&volatility(10.0))], [7_692; 2]);
    // 30.5 %: 5 / 0.695.
    assert_eq!([largest(&forecast(1_000)), largest(&volatility(0.1))], [719; 2]);
    // 30.1 %: 1 / 0.699.
    assert_eq!(largest(&|scene| scene.strategy.schedule = HOURLY), 143);
    assert_eq!(largest(&|scene| scene.strategy.schedule = Schedule { dust_bps: 0, ..HOURLY }), 0);
    assert_eq!(largest(&|scene| scene.strategy.schedule = Schedule { window_secs: 800, ..HOURLY }), 7_692);
}

/// Whoever widens the bands from $50 to $500 lets trades wait, and nothing else.
#[test]
fn wide_forecast_admits_no_deposit_that_the_configured_band_refuses() {
    let plain = on_target(|_| ());
    let wide = on_target(forecast(100_000));
    for scene in [&plain, &wide] {
        assert!(is_refused(scene, Flow::In, 0, 300_000_000));
        assert!(is_refused(scene, Flow::Out, 0, 300_000_000));
    }
    assert!(!wide.valuation().positions().iter().any(|position| position.is_out_of_band(wide.valuation().nav_usd)));
}

proptest! {
    /// What scaled bands and schedule admit, the configured bands admit as well; and where a trade was not due, it is not due by it.
    #[test]
    fn admitted_flow_is_within_the_configured_bands_and_makes_no_trade_due(
        scale_bps in proptest::option::of(1_000u64..=100_000),
        scale in proptest::option::of(0.05..20.0f64),
        dust_bps in proptest::option::of(1u32..600),
        is_in: bool,
        asset in 0usize..3,
        value_usd in prop_oneof![1u64..2_000_000, 1u64..200_000_000],
    ) {
        let scene = on_target(|scene| {
            scale.into_iter().for_each(|scale| volatility(scale)(scene));
            scale_bps.into_iter().for_each(|scale_bps| forecast(scale_bps)(scene));
            dust_bps.into_iter().for_each(|dust_bps| scene.strategy.schedule = Schedule { dust_bps, ..HOURLY });
        });
        let flow = if is_in { Flow::In } else { Flow::Out };
        prop_assume!(!is_refused(&scene, flow, asset, value_usd));
        prop_assert!(!is_refused(&on_target(|_| ()), flow, asset, value_usd));
        for pair in [[0, 1], [1, 2], [2, 0]] {
            let after = Scene { pair, ..moved(&scene, flow, asset, value_usd) };
            prop_assert!(!matches!(after.decide(), Ok(Decision::Trade(_))), "{:?}", after.decide());
        }
    }
}
