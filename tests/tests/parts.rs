//! What each part of a strategy does to rebalances and one-asset exchanges, on real pools.

use {
    ballast::{error::BallastError, events::Rebalanced},
    ballast_core::{
        decision::{Reason, Trigger},
        statistics::Sampling,
        strategy::{
            Strategy,
            band::ForecastBand,
            execution::Execution,
            gate::Gate,
            schedule::Schedule,
            target::{Floor, Movement},
        },
    },
    ballast_tests::{
        attack::assert_fails,
        random::Random,
        scene::{AssetSpec, Config, Scene, event},
        strategies::{SAMPLING, WARM_OBSERVATIONS, every_part, observing},
    },
};

/// Dollars in the vault.
const VAULT_DOLLARS: u64 = 100_000;
/// Dollars on each side of a pool: so many that the vault's trades hardly move it.
const POOL_DOLLARS: u64 = 10_000_000;
/// The least time between two rebalances, by the default limits.
const INTERVAL_SECS: u32 = 300;
const DAY_SECS: i64 = 86_400;
const BPS: u64 = 10_000;

/// Halves of a dollar coin and of an asset at 50 dollars, in bands of five points.
fn pair(strategy: Strategy) -> Config {
    Config { strategy, ..Config::pair() }
}

fn routed(config: Config) -> Scene {
    Scene::with_route(config, VAULT_DOLLARS, POOL_DOLLARS)
}

#[track_caller]
fn assert_dormant(scene: &mut Scene, reason: Reason) {
    assert_eq!(scene.preview(0).reason, reason as u8, "{:?}", Reason::from_number(scene.preview(0).reason));
    assert_fails(scene.rebalance(0), BallastError::from(reason));
}

#[track_caller]
fn assert_trades(scene: &mut Scene, trigger: Trigger) -> Rebalanced {
    let event: Rebalanced = event(&scene.rebalance(0).unwrap());
    assert_eq!(event.trigger, trigger as u8);
    event
}

fn forecasting() -> Strategy {
    let forecast_band = ForecastBand { max_scale_bps: 20_000, min_scale_bps: 5_000, max_validity_secs: 86_400 };
    Strategy { forecast_band, ..observing() }
}

#[test]
fn forecast_of_a_wild_market_holds_a_trade_back_until_it_expires() {
    let mut scene = routed(pair(forecasting()));
    // 65 to 50: 56.5 percent, outside 5 points and inside 10.
    scene.shift(&[(1, 6_500_000_000)], INTERVAL_SECS);
    assert_eq!(scene.preview(0).reason, 0);
    let expires_at = scene.world.now() + 3_600;
    scene.post_forecast(20_000, expires_at).unwrap();
    assert_dormant(&mut scene, Reason::InBand);
    scene.pass(3_599);
    assert_dormant(&mut scene, Reason::InBand);
    scene.pass(1);
    assert_trades(&mut scene, Trigger::Drift);
}

#[test]
fn forecast_of_a_calm_market_makes_a_trade_due() {
    let mut scene = routed(pair(forecasting()));
    // 57 to 50: 53.3 percent, inside 5 points and outside 2.5.
    scene.shift(&[(1, 5_700_000_000)], INTERVAL_SECS);
    assert_dormant(&mut scene, Reason::InBand);
    let expires_at = scene.world.now() + 60;
    scene.post_forecast(5_000, expires_at).unwrap();
    assert_trades(&mut scene, Trigger::Drift);
}

#[test]
fn one_asset_exchanges_respect_a_narrower_band_and_ignore_a_wider_one() {
    let mut scene = Scene::funded(pair(forecasting()), VAULT_DOLLARS);
    let user = scene.user("alice", VAULT_DOLLARS);
    // Eight thousand dollars of one half: 53.7 percent, inside 5 points. Sixteen thousand: 56.9 percent, inside 10.
    let [small, large] = [8_000, 16_000].map(|dollars| scene.assets[0].units(dollars));
    let expires_at = scene.world.now() + 3_600;
    let mut wild = scene.clone();
    wild.post_forecast(20_000, expires_at).unwrap();
    assert_fails(wild.deposit_single(&user, 0, large, 0), BallastError::LeavesBand);
    wild.deposit_single(&user, 0, small, 0).unwrap();

    scene.post_forecast(5_000, expires_at).unwrap();
    assert_fails(scene.deposit_single(&user, 0, small, 0), BallastError::LeavesBand);
    scene.pass(3_600);
    scene.deposit_single(&user, 0, small, 0).unwrap();
    // What came in may go out again, whatever the band; more of the other asset may not.
    let (shares, expires_at) = (scene.shares_of(&user), scene.world.now() + 3_600);
    scene.post_forecast(5_000, expires_at).unwrap();
    assert_fails(scene.redeem_single(&user, 1, shares / 4, 0), BallastError::LeavesBand);
    scene.redeem_single(&user, 0, shares / 4, 0).unwrap();
}

#[test]
fn one_asset_exchanges_leave_no_more_than_dust_while_the_schedules_window_is_open() {
    let schedule = Schedule { interval_secs: 86_400, window_secs: 3_600, dust_bps: 10 };
    let mut scene = Scene::funded(pair(Strategy { schedule, ..Strategy::plain() }), VAULT_DOLLARS);
    let user = scene.user("alice", VAULT_DOLLARS);
    // A hundred dollars are five basis points of weight, a thousand are fifty.
    let [little, much] = [100, 1_000].map(|dollars| scene.assets[0].units(dollars));
    let midnight = (scene.world.now() / DAY_SECS + 1) * DAY_SECS;
    scene.pass((midnight - scene.world.now()) as u32);
    assert_fails(scene.clone().deposit_single(&user, 0, much, 0), BallastError::LeavesBand);
    scene.clone().deposit_single(&user, 0, little, 0).unwrap();
    scene.pass(3_600);
    scene.deposit_single(&user, 0, much, 0).unwrap();
}

#[test]
fn bands_of_volatile_assets_are_wider_once_statistics_are_warm() {
    let volatility_band = every_part().volatility_band;
    let mut scene = routed(pair(Strategy { volatility_band, ..observing() }));
    scene.live(&mut Random::new(3), WARM_OBSERVATIONS, 300);
    let statistics = scene.vault().state.statistics;
    let volatility_e6 = statistics.slow_volatility_e6(1).unwrap();
    let scale_bps = (volatility_e6 / 100 * BPS / u64::from(volatility_band.reference_vol_bps)).min(20_000);
    assert_eq!(scale_bps, 20_000, "{volatility_e6}");
    // The coin's band has the least scale, a half: 2.5 points. The other's 10 points do not keep the pair from trading.
    let coin_units = scene.vault().assets[0].balance / 1_000_000;
    let price = |percent: f64| {
        let dollars = coin_units as f64 * percent / (100.0 - percent);
        (dollars / (scene.vault().assets[1].balance as f64 / 1e9) * 1e8) as i64
    };
    let (inside, outside) = (price(52.4), price(52.6));
    scene.shift(&[(1, inside)], INTERVAL_SECS);
    assert_dormant(&mut scene, Reason::InBand);
    scene.shift(&[(1, outside)], INTERVAL_SECS);
    assert_trades(&mut scene, Trigger::Drift);
}

#[test]
fn schedule_trades_while_its_window_is_open_whatever_the_band() {
    let schedule = Schedule { interval_secs: 86_400, window_secs: 3_600, dust_bps: 10 };
    let mut scene = routed(pair(Strategy { schedule, ..Strategy::plain() }));
    let midnight = (scene.world.now() / DAY_SECS + 1) * DAY_SECS;
    let until = |scene: &Scene, at: i64| (at - scene.world.now()) as u32;
    // Two points off: inside the band.
    let close = (midnight - 1, midnight + 3_600);
    scene.shift(&[(1, 5_400_000_000)], until(&scene, close.0));
    assert_dormant(&mut scene, Reason::InBand);
    let mut late = scene.clone();
    late.pass(until(&late, close.1));
    assert_dormant(&mut late, Reason::InBand);
    scene.pass(1);
    let trade = assert_trades(&mut scene, Trigger::Schedule);
    // All the way, but for what keeps it from crossing the target.
    assert!(trade.excess_after_usd < trade.excess_before_usd / 50 && trade.excess_after_usd > 0);
    scene.shift(&[], INTERVAL_SECS);
    // What is left is dust.
    assert_dormant(&mut scene, Reason::RouteNotDue);
}

#[test]
fn jitter_lets_a_vault_trade_in_its_turn_only() {
    let execution = Execution { jitter_period_secs: 600, jitter_window_secs: 60, ..Strategy::plain().execution };
    let mut scene = routed(pair(Strategy { execution, ..Strategy::plain() }));
    scene.shift(&[(1, 10_000_000_000)], INTERVAL_SECS);
    let seed = u64::from_le_bytes(scene.view.address.to_bytes()[..8].try_into().unwrap());
    let start = scene.world.now();
    let since_turn = |now: i64| (now - (seed % 600) as i64).rem_euclid(600);
    let turns: Vec<bool> = (0..12)
        .map(|step| {
            let mut scene = scene.clone();
            scene.pass(step * 50);
            let is_turn = since_turn(scene.world.now()) < 60;
            match is_turn {
                true => drop(assert_trades(&mut scene, Trigger::Drift)),
                false => assert_dormant(&mut scene, Reason::NotItsTurn),
            }
            is_turn
        })
        .collect();
    assert!((1..=2).contains(&turns.iter().filter(|turn| **turn).count()), "{turns:?}");

    // To the second.
    let begins = start + (600 - since_turn(start));
    for (at, is_turn) in [(begins - 1, false), (begins, true), (begins + 59, true), (begins + 60, false)] {
        let mut scene = scene.clone();
        scene.pass((at - start) as u32);
        assert_eq!(scene.preview(0).reason == 0, is_turn);
    }
}

#[test]
fn turnover_of_a_day_ends_with_its_budget_and_comes_back_evenly() {
    let execution = Execution { min_trade_bps: 50, ..Strategy::plain().execution };
    let mut config = pair(Strategy { execution, ..Strategy::plain() });
    (config.limits.max_trade_bps, config.limits.max_daily_turnover_bps) = (200, 500);
    let mut scene = routed(config);
    scene.shift(&[(1, 10_000_000_000)], INTERVAL_SECS);
    let mut sold_bps = vec![];
    while scene.preview(0).reason == 0 {
        let preview = scene.preview(0);
        sold_bps.push(preview.value_usd * BPS / preview.nav_usd);
        scene.rebalance(0).unwrap();
        scene.shift(&[], INTERVAL_SECS);
    }
    // Two whole trades of 200 basis points, each rounded down, and what they left of 500 with what came back in two intervals.
    assert_eq!(sold_bps, [199, 199, 103]);
    assert_dormant(&mut scene, Reason::TurnoverSpent);
    // Fifty of five hundred basis points come back in a tenth of a day, of which an interval has passed.
    scene.pass(DAY_SECS as u32 / 10 - INTERVAL_SECS - 10);
    assert_dormant(&mut scene, Reason::TurnoverSpent);
    scene.pass(20);
    assert_trades(&mut scene, Trigger::Drift);
    let performance = scene.vault().state.performance;
    assert_eq!(performance.trades, 4);
    // 500 and what came back in a tenth of a day and two intervals.
    assert!(performance.turnover_e8.abs_diff(5_000_000 + 500_000 + 34_722) < 2_000, "{performance:?}");
}

#[test]
fn least_trade_is_a_part_of_what_the_vault_is_worth() {
    // Three tenths more make the second asset 6.5 % of the vault too heavy, twice the price 16.7 %.
    for (price_e8, is_due) in [(6_500_000_000, false), (10_000_000_000, true)] {
        let execution = Execution { min_trade_bps: 1_000, ..Strategy::plain().execution };
        let mut config = pair(Strategy { execution, ..Strategy::plain() });
        config.limits.max_trade_bps = 2_500;
        let mut scene = routed(config);
        scene.shift(&[(1, price_e8)], INTERVAL_SECS);
        match is_due {
            true => drop(assert_trades(&mut scene, Trigger::Drift)),
            false => assert_dormant(&mut scene, Reason::TradeTooSmall),
        }
    }
}

#[test]
fn recentring_says_how_far_into_the_band_a_trade_goes() {
    // 67 to 50: 57.3 percent, so that 2.3 points of 7.3 are beyond the edge.
    for (recentre_bps, share) in [(0, 0.0), (5_000, 0.5), (10_000, 1.0)] {
        let execution = Execution { recentre_bps, ..Execution::default() };
        let mut config = pair(Strategy { execution, ..Strategy::plain() });
        (config.limits.max_trade_bps, config.limits.max_pool_deviation_bps) = (2_500, 1);
        let mut scene = routed(config);
        scene.shift(&[(1, 6_700_000_000)], INTERVAL_SECS);
        let preview = scene.preview(0);
        let drift = 67.0 / 117.0 - 0.5;
        let wanted = (drift - 0.05 + 0.05 * share) * preview.nav_usd as f64;
        assert!((preview.value_usd as f64 / wanted - 1.0).abs() < 1e-3, "{preview:?}, {wanted}");
        let trade = assert_trades(&mut scene, Trigger::Drift);
        let left = trade.excess_after_usd as f64 / trade.nav_after_usd as f64;
        assert!((left - 0.05 * (1.0 - share)).abs() < 1e-3, "{left}");
    }
}

/// Being rid of a variance of one for a month is worth a twelfth of the vault, and the trades here remove a small part of that.
const GATE: Gate = Gate { horizon_secs: 2_592_000, risk_aversion_e2: 200, min_ratio_bps: 10_000, max_drift_bps: 0 };

#[test]
fn gate_holds_back_what_costs_more_than_it_gains() {
    let mut scene = routed(pair(Strategy { gate: GATE, ..observing() }));
    // Without statistics it cannot judge.
    let mut cold = scene.clone();
    cold.shift(&[(1, 6_200_000_000)], INTERVAL_SECS);
    assert_eq!(assert_trades(&mut cold, Trigger::Drift).benefit_usd, 0);

    scene.live(&mut Random::new(4), WARM_OBSERVATIONS, 40);
    scene.shift(&[(1, 6_200_000_000)], INTERVAL_SECS);
    let volatility = scene.vault().state.statistics.slow_volatility_e6(1).unwrap() as f64 / 1e6;
    let preview = scene.preview(0);
    assert_eq!(preview.reason, Reason::CostExceedsBenefit as u8, "at a volatility of {volatility}");
    assert!(preview.benefit_usd > 0 && preview.cost_usd > preview.benefit_usd, "{preview:?}");
    assert_eq!((preview.amount_in, preview.min_out), (0, 0));
    assert_fails(scene.rebalance(0), BallastError::CostExceedsBenefit);

    // Farther away, each dollar removes more risk and costs as much.
    scene.shift(&[(1, 15_000_000_000)], INTERVAL_SECS);
    let preview = scene.preview(0);
    assert!(preview.reason == 0 && preview.benefit_usd > preview.cost_usd, "{preview:?} at a volatility of {volatility}");
    let trade = assert_trades(&mut scene, Trigger::Drift);
    assert_eq!((trade.benefit_usd, trade.expected_cost_usd), (preview.benefit_usd, preview.cost_usd));
    assert!(trade.loss_usd <= trade.expected_cost_usd);
}

#[test]
fn gate_lets_a_large_drift_pass_whatever_it_costs() {
    let gate = Gate { max_drift_bps: 600, ..GATE };
    let mut scene = routed(pair(Strategy { gate, ..observing() }));
    // A year of hardly any movement: risk is worth next to nothing.
    scene.live(&mut Random::new(5), WARM_OBSERVATIONS, 1);
    // 55.5 and 56.5 percent.
    scene.shift(&[(1, 6_240_000_000)], INTERVAL_SECS);
    assert_dormant(&mut scene, Reason::CostExceedsBenefit);
    scene.shift(&[(1, 6_500_000_000)], INTERVAL_SECS);
    assert_trades(&mut scene, Trigger::Drift);
}

/// Two hours between steps, in which targets may move by a twelfth of the whole.
const STEP_SECS: u32 = 7_200;

/// A dollar coin and an asset of which the vault may hold up to 90 percent, with a floor at 80 percent of the first share price:
/// at a multiplier of 3, that is 60 percent at first.
fn insured() -> Config {
    let sampling = Sampling {
        spacing_secs: STEP_SECS,
        max_gap_secs: 864_000,
        fast_half_life_secs: 86_400,
        slow_half_life_secs: 8_640_000,
        ..SAMPLING
    };
    let strategy = Strategy {
        sampling,
        floor: Floor { multiplier_e2: 300, floor_bps: 8_000, ratchet_bps: 0 },
        movement: Movement { max_change_bps: 10_000, safe_asset: 0 },
        ..Strategy::plain()
    };
    let assets = vec![AssetSpec::spl(6, 100_000_000, 4_000), AssetSpec::spl(9, 5_000_000_000, 6_000)];
    let mut config = Config { strategy, slack_bps: 10_000, band_abs_bps: 100, band_rel_bps: 10_000, ..Config::of(assets) };
    (config.limits.max_trade_bps, config.limits.max_daily_loss_bps) = (2_500, 300);
    config
}

/// Micro-dollars that a whole share is worth.
fn share_usd(scene: &Scene) -> f64 {
    let vault = scene.vault();
    let nav_usd: u64 = vault.assets().iter().map(|asset| asset.price().value_usd(asset.balance).unwrap()).sum();
    nav_usd as f64 / vault.total_shares as f64
}

#[test]
fn floor_holds_through_a_decline_in_steps() {
    let mut scene = Scene::with_route(insured(), VAULT_DOLLARS, 100 * POOL_DOLLARS);
    scene.observe().unwrap();
    let first = share_usd(&scene);
    let held = |scene: &Scene| {
        let asset = scene.vault().assets[1];
        asset.price().value_usd(asset.balance).unwrap() as f64 / (share_usd(scene) * scene.vault().total_shares as f64)
    };
    assert!((held(&scene) - 0.6).abs() < 1e-3);
    let mut price_e8 = 5_000_000_000i64;
    let (mut lowest, mut trades) = (f64::MAX, 0);
    // Down by 60 percent in all.
    for _ in 0..30 {
        price_e8 = price_e8 / 100 * 97;
        scene.shift(&[(1, price_e8)], STEP_SECS);
        scene.observe().unwrap();
        while scene.preview(0).reason == 0 {
            let trade = assert_trades(&mut scene, Trigger::Drift);
            assert_eq!((trade.sold_asset, trade.bought_asset), (1, 0));
            trades += 1;
            scene.shift(&[], INTERVAL_SECS);
        }
        assert_eq!(scene.preview(0).reason, Reason::InBand as u8);
        lowest = lowest.min(share_usd(&scene) / first);
        // The risky part is the multiple of the cushion, give or take the band.
        let cushion = 1.0 - 0.8 * first / share_usd(&scene);
        assert!((held(&scene) - 3.0 * cushion).abs() < 0.0102, "{} of 3 times {cushion}", held(&scene));
    }
    println!("lowest share price {lowest}, {trades} trades, {} risky", held(&scene));
    assert!(lowest > 0.8 && lowest < 0.86 && trades >= 10, "{lowest} after {trades} trades");
    // Who had held 60 percent would have lost 36.
    assert!(held(&scene) < 0.15, "{}", held(&scene));
}

#[test]
fn floor_lets_the_risky_part_grow_with_the_cushion() {
    let mut scene = Scene::with_route(insured(), VAULT_DOLLARS, 100 * POOL_DOLLARS);
    scene.observe().unwrap();
    // So long that targets may go all the way.
    scene.shift(&[(1, 6_000_000_000)], 4 * STEP_SECS);
    // 1.12 dollars a share: a cushion of 0.32, and three of them are 86 percent of the whole; it holds 64.
    scene.observe().unwrap();
    let targets_e8 = scene.vault().assets[1].allocation.weight_e8;
    assert!((f64::from(targets_e8) / 1e8 - 0.857).abs() < 0.001, "{targets_e8}");
    let trade = assert_trades(&mut scene, Trigger::Drift);
    assert_eq!((trade.sold_asset, trade.bought_asset), (0, 1));
}

#[test]
fn targets_move_no_faster_than_the_limit() {
    let mut config = insured();
    config.strategy.movement.max_change_bps = 480;
    let mut scene = Scene::with_route(config, VAULT_DOLLARS, POOL_DOLLARS);
    scene.observe().unwrap();
    // A quarter down; by the cushion, the risky part would fall from 60 percent to 18.
    scene.shift(&[(1, 3_750_000_000)], STEP_SECS);
    for step in 1..=4 {
        scene.observe().unwrap();
        // Forty basis points in two hours, each time rounded down by less than two units.
        let weight_e8 = scene.vault().assets[1].allocation.weight_e8;
        assert!(weight_e8.abs_diff(60_000_000 - step * 400_000) < 2 * step, "{weight_e8} after {step} steps");
        scene.pass(STEP_SECS);
    }
}
