//! `rebalance` and `preview_rebalance` where a trade is due: what they do, how much, and that a keeper chooses nothing.

use {
    ballast::events::Rebalanced,
    ballast_client::{decode, instruction},
    ballast_core::decision::{Reason, Trigger},
    ballast_tests::{
        Signer,
        amm::Pool,
        scene::{self, Config, Scene, assert_code},
    },
};

/// Dollars on each side of a pool: so many that the vault's trades hardly move it.
const POOL_DOLLARS: u64 = 10_000_000;
/// Dollars in the vault.
const VAULT_DOLLARS: u64 = 100_000;
/// The least time between two rebalances, by the default limits.
const INTERVAL_SECS: u32 = 300;
/// Basis points in a whole.
const BPS: u64 = 10_000;

fn drifted() -> Scene {
    Scene::drifted(Config::pair())
}

/// Rebalances once where a trade is due, and checks preview, event, books and balances against each other.
#[track_caller]
fn assert_rebalances(scene: &mut Scene, sell: usize, buy: usize) {
    let pool = scene.pools[0].clone();
    let (before, preview) = (scene.vault(), scene.preview(0));
    let held_before = scene.view.assets.iter().map(|asset| scene.world.balance(&asset.reserve)).collect::<Vec<_>>();
    let expected_out = pool.output(&scene.world, &scene.assets[sell].mint, preview.amount_in);
    let outcome = scene.rebalance(0).unwrap();
    let (event, after) = (scene::event::<Rebalanced>(&outcome), scene.vault());

    // What was previewed is what was done. The pool leaves what its rounding cannot use.
    assert_eq!((preview.reason, preview.trigger), (0, Trigger::Drift as u8));
    assert_eq!((usize::from(preview.sell_asset), usize::from(preview.buy_asset)), (sell, buy));
    assert_eq!((event.sold_asset, event.bought_asset, event.trigger), (preview.sell_asset, preview.buy_asset, preview.trigger));
    assert!(event.amount_in <= preview.amount_in && event.amount_in > preview.amount_in - preview.amount_in / 1_000);
    assert_eq!((event.min_out, event.amount_out), (preview.min_out, expected_out));
    assert!(event.amount_out >= event.min_out);
    assert_eq!((event.excess_before_usd, event.deficit_before_usd), (preview.excess_usd, preview.deficit_usd));
    assert_eq!(event.nav_before_usd, preview.nav_usd);

    // The event tells the books.
    assert_eq!((event.vault, event.route, event.keeper), (scene.view.address, scene.route(0).0, scene.keeper.pubkey()));
    assert_eq!((event.slot, event.sequence), (scene.world.clock().slot, before.sequence + 1));
    assert_eq!((event.sold_balance_before, event.sold_balance_after), (before.assets[sell].balance, after.assets[sell].balance));
    assert_eq!(
        (event.bought_balance_before, event.bought_balance_after),
        (before.assets[buy].balance, after.assets[buy].balance)
    );
    assert_eq!(event.sold_balance_after, event.sold_balance_before - event.amount_in);
    assert_eq!(event.bought_balance_after, event.bought_balance_before + event.amount_out);
    let nav_after: u64 = after.assets().iter().map(|asset| asset.price().value_usd(asset.balance).unwrap()).sum();
    assert_eq!((event.nav_after_usd, event.loss_usd), (nav_after, event.nav_before_usd - nav_after));
    assert!(event.excess_after_usd < event.excess_before_usd && event.deficit_after_usd < event.deficit_before_usd);

    // The books tell the balances, and nothing else moved.
    assert_eq!((after.sequence, after.state.last_rebalance_at), (event.sequence, scene.world.now()));
    let lost_e8 = (u128::from(event.loss_usd) * 100_000_000).div_ceil(u128::from(event.nav_before_usd));
    assert_eq!((after.state.loss.at, u128::from(after.state.loss.spent)), (scene.world.now(), lost_e8));
    assert_eq!(after.total_shares, before.total_shares);
    for (index, asset) in scene.view.assets.iter().enumerate() {
        let moved_in = after.assets[index].balance as i128 - before.assets[index].balance as i128;
        let held = scene.world.balance(&asset.reserve);
        assert_eq!(i128::from(held), i128::from(held_before[index]) + moved_in);
        assert!(index == sell || index == buy || moved_in == 0);
    }
}

#[test]
fn rebalance_sells_what_rose_and_buys_what_fell() {
    for config in [Config::pair(), Config::many(16)] {
        let scene = Scene::with_route(config, VAULT_DOLLARS, POOL_DOLLARS);
        let mut risen = scene.clone();
        risen.shift(&[(1, 10_000_000_000)], INTERVAL_SECS);
        assert_rebalances(&mut risen, 1, 0);
        let mut fallen = scene;
        fallen.shift(&[(1, 2_500_000_000)], INTERVAL_SECS);
        assert_rebalances(&mut fallen, 0, 1);
    }
}

#[test]
fn rebalance_is_anybodys() {
    let mut scene = drifted();
    let stranger = scene.world.wallet("stranger");
    let mut rebalance = scene.rebalance_instruction(0, 0);
    rebalance.accounts[0].pubkey = stranger.pubkey();
    let outcome = scene.send(&[rebalance], &[&stranger]).unwrap();
    assert_eq!(scene::event::<Rebalanced>(&outcome).keeper, stranger.pubkey());
}

#[test]
fn preview_needs_no_signature_and_writes_nothing() {
    for config in [Config::pair(), Config::many(16)] {
        let mut scene = Scene::drifted(config);
        let (address, route) = scene.route(0);
        let preview = instruction::preview_rebalance(scene.view.address, address, &route);
        assert!(preview.accounts.iter().all(|account| !account.is_signer && !account.is_writable));
        let before = scene.world.account(&scene.view.address);
        let outcome = scene.send(&[preview], &[]).unwrap();
        let (program, returned) = outcome.return_data.unwrap();
        assert_eq!((program, decode::preview(&returned)), (ballast::ID, Some(scene.preview(0))));
        assert_eq!(scene.preview(0).reason, 0);
        assert_eq!(scene.world.account(&scene.view.address), before);
    }
}

#[test]
fn rebalance_with_a_frozen_reserve_fails_with_the_token_programs_error() {
    /// `AccountFrozen` of the token programs.
    const ACCOUNT_FROZEN: u32 = 17;
    for asset in [0, 1] {
        let mut scene = drifted();
        scene.world.freeze(&scene.view.assets[asset].reserve.clone());
        assert_code(scene.rebalance(0), ACCOUNT_FROZEN);
    }
}

#[test]
fn keepers_minimum_only_tightens() {
    /// `ExceededSlippage` of Token Swap.
    const EXCEEDED_SLIPPAGE: u32 = 16;
    let scene = drifted();
    let preview = scene.preview(0);
    let best = scene.pools[0].output(&scene.world, &scene.assets[1].mint, preview.amount_in);
    assert!(preview.min_out < best);
    for (wanted, min_out) in [
        (0, preview.min_out),
        (1, preview.min_out),
        (preview.min_out, preview.min_out),
        (preview.min_out + 1, preview.min_out + 1),
        (best, best),
    ] {
        let mut scene = scene.clone();
        let event = scene::event::<Rebalanced>(&scene.keep(scene.rebalance_instruction(0, wanted)).unwrap());
        assert_eq!((event.min_out, event.amount_out), (min_out, best));
    }
    for wanted in [best + 1, u64::MAX] {
        let mut scene = scene.clone();
        assert_code(scene.keep(scene.rebalance_instruction(0, wanted)), EXCEEDED_SLIPPAGE);
    }
}

#[test]
fn minimum_output_is_the_oracles_less_the_tolerance() {
    let mut config = Config::pair();
    config.limits.max_slippage_bps = 70;
    let preview = Scene::drifted(config).preview(0);
    // 100 dollars for 10^9 units of what is sold, one dollar for 10^6 of what is bought, each worse by its confidence of
    // 5 bps, and 70 bps of tolerance.
    let expected = preview.amount_in as f64 * (100.0 * 0.9995) / 1e9 * (1.0 - 0.0070) / (1.0 * 1.0005) * 1e6;
    assert!((preview.min_out as f64 - expected).abs() < 2.0, "{preview:?}, {expected}");
}

#[test]
fn donated_tokens_change_neither_decision_nor_size() {
    let mut without = drifted();
    let mut with = without.clone();
    for (asset, dollars) in [(0, 40_000), (1, 70_000)] {
        with.world.mint_into(&with.view.assets[asset].reserve.clone(), with.assets[asset].units(dollars));
    }
    assert_eq!(with.preview(0), without.preview(0));
    let [plain, donated] = [&mut without, &mut with].map(|scene| scene::event::<Rebalanced>(&scene.rebalance(0).unwrap()));
    assert_eq!((donated.amount_in, donated.amount_out), (plain.amount_in, plain.amount_out));
    assert_eq!((donated.nav_before_usd, donated.nav_after_usd), (plain.nav_before_usd, plain.nav_after_usd));
    assert_eq!(bytemuck::bytes_of(&with.vault()), bytemuck::bytes_of(&without.vault()));
}

#[test]
fn trade_is_at_most_the_chunk() {
    for max_trade_bps in [50, 500] {
        let mut config = Config::pair();
        config.limits.max_trade_bps = max_trade_bps;
        let scene = Scene::drifted(config);
        let preview = scene.preview(0);
        let chunk_usd = preview.nav_usd * u64::from(max_trade_bps) / BPS;
        let one_more = scene.vault().assets[1].price().value_usd(preview.amount_in + 1).unwrap();
        assert!(preview.value_usd <= chunk_usd && one_more >= chunk_usd, "{preview:?}");
    }
}

#[test]
fn trade_moves_the_pool_at_most_by_the_impact() {
    for max_pool_impact_bps in [10, 100] {
        let mut config = Config::pair();
        config.limits.max_pool_impact_bps = max_pool_impact_bps;
        let mut scene = Scene::drifted_on(200_000, config);
        let pool = scene.pools[0].clone();
        let before = pool.reserves(&scene.world).map(|reserve| reserve as f64);
        let preview = scene.preview(0);
        let impact_bps = u64::from(max_pool_impact_bps);
        assert_eq!(preview.amount_in, (before[1] as u64) * impact_bps / (2 * BPS + impact_bps));
        scene.rebalance(0).unwrap();
        let after = pool.reserves(&scene.world).map(|reserve| reserve as f64);
        let moved_bps = ((after[1] / after[0]) / (before[1] / before[0]) - 1.0) * BPS as f64;
        let limit = f64::from(max_pool_impact_bps);
        assert!(moved_bps > 0.9 * limit && moved_bps <= limit, "{moved_bps}");
    }
}

#[test]
fn trade_stops_short_of_the_target() {
    let mut config = Config::pair();
    config.limits.max_trade_bps = 2_500;
    let mut scene = Scene::drifted_on(100 * POOL_DOLLARS, config);
    let (preview, deviation_bps) = (scene.preview(0), u64::from(scene.vault().limits.max_pool_deviation_bps));
    let distance_usd = preview.excess_usd.min(preview.deficit_usd);
    let short_usd = distance_usd * BPS / (BPS + deviation_bps);
    assert!(preview.value_usd <= short_usd && preview.value_usd > short_usd - 10, "{preview:?}");
    let event = scene::event::<Rebalanced>(&scene.rebalance(0).unwrap());
    assert!(event.excess_after_usd > 0 && event.deficit_after_usd > 0);
}

/// Rebalances on whichever route is due, again and again, until none is. Returns how often.
fn rebalance_until_dormant(scene: &mut Scene) -> usize {
    for count in 0..100 {
        let Some(due) = (0..scene.pools.len()).find(|&pool| scene.preview(pool).reason == 0) else { return count };
        let event = scene::event::<Rebalanced>(&scene.rebalance(due).unwrap());
        assert!(event.excess_after_usd < event.excess_before_usd && event.deficit_after_usd < event.deficit_before_usd);
        // Others bring the pool back to the market.
        scene.shift(&[], INTERVAL_SECS);
    }
    panic!("a hundred rebalances did not reach the bands");
}

/// Farthest that any asset's weight is from its target.
fn largest_drift_bps(scene: &Scene) -> f64 {
    let vault = scene.vault();
    let values: Vec<_> = vault.assets().iter().map(|asset| asset.price().value_usd(asset.balance).unwrap() as f64).collect();
    let nav: f64 = values.iter().sum();
    let drift = vault
        .assets()
        .iter()
        .zip(&values)
        .map(|(asset, value)| value / nav * BPS as f64 - f64::from(asset.allocation.target_bps));
    drift.map(f64::abs).fold(0.0, f64::max)
}

#[test]
fn repeated_rebalances_converge_into_the_bands_in_both_directions() {
    let mut scene = drifted();
    for price_e8 in [10_000_000_000, 2_000_000_000, 7_000_000_000] {
        scene.shift(&[(1, price_e8)], INTERVAL_SECS);
        assert!(largest_drift_bps(&scene) > 500.0);
        assert!(rebalance_until_dormant(&mut scene) > 1);
        assert_eq!(scene.preview(0).reason, Reason::InBand as u8);
        assert!(largest_drift_bps(&scene) <= 500.0);
    }
}

#[test]
fn repeated_rebalances_on_several_routes_converge_into_the_bands() {
    let mut scene = Scene::empty(Config::many(4));
    for [a, b] in [[0, 1], [2, 0], [0, 3], [1, 2], [3, 1], [2, 3]] {
        scene.add_route(a, b, POOL_DOLLARS);
    }
    scene.refresh().unwrap();
    scene.seed(VAULT_DOLLARS);
    let start = [1, 2, 3].map(|asset| scene.assets[asset].spec.price_e8);
    // Percent of the price at the start.
    for [first, second, third] in [[200, 60, 110], [50, 150, 100], [90, 100, 250]] {
        scene.shift(&[(1, start[0] / 100 * first), (2, start[1] / 100 * second), (3, start[2] / 100 * third)], INTERVAL_SECS);
        assert!(largest_drift_bps(&scene) > 500.0);
        assert!(rebalance_until_dormant(&mut scene) > 1);
        assert!(largest_drift_bps(&scene) <= 500.0, "{}", largest_drift_bps(&scene));
        assert!((0..scene.pools.len()).all(|pool| scene.preview(pool).reason == Reason::InBand as u8));
    }
}
