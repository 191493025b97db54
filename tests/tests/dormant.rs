//! `rebalance` and `preview_rebalance` where no trade is due: each reason, as the error of one and the answer of the other.

use {
    ballast::{error::BallastError, events::Rebalanced, instructions::Preview, state::pause},
    ballast_client::instruction,
    ballast_core::{budget::Budget, decision::Reason},
    ballast_tests::{
        Signer,
        amm::Pool,
        scene::{self, AssetSpec, Config, Scene, assert_error},
    },
};

/// Dollars on each side of a pool: so many that the vault's trades hardly move it.
const POOL_DOLLARS: u64 = 10_000_000;
/// Dollars in the vault.
const VAULT_DOLLARS: u64 = 100_000;
/// Basis points in a whole.
const BPS: u64 = 10_000;
/// 10⁻⁸ in a basis point.
const E8_PER_BPS: u64 = 10_000;
/// The least time between two rebalances, by the default limits.
const INTERVAL_SECS: u32 = 300;

fn drifted() -> Scene {
    Scene::drifted(Config::pair())
}

/// The route is dormant for exactly this reason: preview tells it, rebalance fails with it, and nothing changes.
#[track_caller]
fn assert_dormant(scene: &mut Scene, pool: usize, reason: Reason) {
    let preview = scene.preview(pool);
    let Preview { nav_usd, loss_left_usd, .. } = preview;
    assert_eq!(preview, Preview { reason: reason as u8, nav_usd, loss_left_usd, ..Preview::default() });
    let before = scene.world.account(&scene.view.address);
    assert_error(scene.rebalance(pool), reason.into());
    assert_eq!(scene.world.account(&scene.view.address), before);
}

#[test]
fn rebalance_while_paused_fails() {
    let mut scene = drifted();
    let guardian = scene.guardian.clone();
    let set = instruction::set_pause(guardian.pubkey(), scene.view.address, pause::REBALANCE, true);
    scene.send(&[set], &[&guardian]).unwrap();
    assert_dormant(&mut scene, 0, Reason::Paused);
}

#[test]
fn rebalance_while_other_activities_are_paused_succeeds() {
    let mut scene = drifted();
    let guardian = scene.guardian.clone();
    let set = instruction::set_pause(guardian.pubkey(), scene.view.address, pause::ALL ^ pause::REBALANCE, true);
    scene.send(&[set], &[&guardian]).unwrap();
    scene.rebalance(0).unwrap();
}

#[test]
fn rebalance_on_a_new_route_waits_for_the_timelock() {
    let mut scene = Scene::funded(Config::pair(), VAULT_DOLLARS);
    let pool = scene.add_route(0, 1, POOL_DOLLARS);
    let timelock = scene.vault().limits.timelock_secs;
    scene.set_price(1, 10_000_000_000);
    scene.arbitrage(pool);
    scene.pass(timelock - 1);
    assert_dormant(&mut scene, pool, Reason::RouteTimelocked);
    scene.pass(1);
    scene.rebalance(pool).unwrap();
}

#[test]
fn rebalance_again_waits_for_the_minimum_interval() {
    let mut scene = drifted();
    scene.rebalance(0).unwrap();
    assert_dormant(&mut scene, 0, Reason::TooSoon);
    scene.pass(INTERVAL_SECS - 1);
    assert_dormant(&mut scene, 0, Reason::TooSoon);
    scene.pass(1);
    scene.rebalance(0).unwrap();
}

#[test]
fn rebalance_with_a_stale_price_fails() {
    let scene = Scene::drifted(Config::many(16));
    let age = scene.vault().limits.max_price_age_secs;
    // The price of one asset, on the route or not, is a second too old.
    for old in [0, 1, 15] {
        let mut scene = scene.clone();
        scene.world.advance(age + 1);
        scene.publish();
        let accounts: Vec<_> = (0..16).filter(|&i| i != old).map(|i| scene.assets[i].price_account).collect();
        let refresh = instruction::refresh_prices(scene.view.address, u16::MAX ^ (1 << old), &accounts);
        scene.keep(refresh).unwrap();
        assert_dormant(&mut scene, 0, Reason::PriceStale);
    }
    let mut scene = scene;
    scene.world.advance(age);
    scene.rebalance(0).unwrap();
}

#[test]
fn rebalance_of_an_empty_vault_fails() {
    let mut scene = Scene::empty(Config::pair());
    let pool = scene.add_route(0, 1, POOL_DOLLARS);
    // Without any price, what the vault holds has none either.
    assert_dormant(&mut scene, pool, Reason::PriceStale);
    scene.refresh().unwrap();
    assert_dormant(&mut scene, pool, Reason::Empty);
}

#[test]
fn rebalance_inside_the_bands_fails() {
    let mut scene = Scene::with_route(Config::pair(), VAULT_DOLLARS, POOL_DOLLARS);
    assert_dormant(&mut scene, 0, Reason::InBand);
    // 60 to 50: 54.5 percent, inside 5 points.
    scene.shift(&[(1, 6_000_000_000)], INTERVAL_SECS);
    assert_dormant(&mut scene, 0, Reason::InBand);
    // 62 to 50: 55.4 percent.
    scene.shift(&[(1, 6_200_000_000)], INTERVAL_SECS);
    scene.rebalance(0).unwrap();
}

#[test]
fn rebalance_on_a_route_that_does_not_help_fails() {
    let assets = [4_000, 3_000, 3_000].map(|target| AssetSpec::spl(6, 100_000_000, target));
    let mut scene = Scene::empty(Config::of(assets.to_vec()));
    let [helpless, helpful] = [[0, 1], [0, 2]].map(|[a, b]| scene.add_route(a, b, POOL_DOLLARS));
    scene.refresh().unwrap();
    scene.seed(VAULT_DOLLARS);
    // With the third asset halved, the first two are both above their targets.
    scene.shift(&[(2, 50_000_000)], INTERVAL_SECS);
    assert_dormant(&mut scene, helpless, Reason::RouteNotDue);
    assert_eq!(scene.preview(helpful).reason, 0);
    scene.rebalance(helpful).unwrap();
}

#[test]
fn rebalance_between_assets_that_parted_needs_a_route_between_them() {
    let assets = [4_000, 3_000, 3_000].map(|target| AssetSpec::spl(6, 100_000_000, target));
    let mut scene = Scene::empty(Config::of(assets.to_vec()));
    let [first, second, direct] = [[0, 1], [0, 2], [1, 2]].map(|[a, b]| scene.add_route(a, b, POOL_DOLLARS));
    scene.refresh().unwrap();
    scene.seed(VAULT_DOLLARS);
    // One rises by what the other falls: the first asset stays at its target, from where no trade may take it. By the
    // rounding of prices it is a micro-dollar above.
    scene.shift(&[(1, 120_000_000), (2, 80_000_000)], INTERVAL_SECS);
    assert_dormant(&mut scene, first, Reason::RouteNotDue);
    assert_dormant(&mut scene, second, Reason::TradeTooSmall);
    scene.rebalance(direct).unwrap();
}

#[test]
fn rebalance_on_a_pool_away_from_the_oracle_fails() {
    let mut config = Config::pair();
    // As far from the oracle, the pool may still be the worse for the vault.
    config.limits.max_slippage_bps = 300;
    let scene = Scene::drifted(config);
    let pool = scene.pools[0].clone();
    let [first, second] = pool.reserves(&scene.world);
    let limit = scene.vault().limits.max_pool_deviation_bps;
    for (away_bps, is_dormant) in [(u64::from(limit) - 5, false), (u64::from(limit) + 5, true)] {
        let away = second / BPS * away_bps;
        for reserves in [[first, second - away], [first, second + away]] {
            let mut scene = scene.clone();
            pool.set_reserves(&mut scene.world, reserves);
            match is_dormant {
                true => assert_dormant(&mut scene, 0, Reason::PoolAway),
                false => assert_eq!(scene.preview(0).reason, 0),
            }
        }
    }
}

#[test]
fn rebalance_waits_when_too_little_loss_budget_is_left() {
    let mut scene = drifted();
    scene.edit_vault(|vault| vault.breakers.max_loss_used_bps = 10_000);
    scene.rebalance(0).unwrap();
    let before = scene.vault();
    assert!(before.state.loss.spent > 0);
    // The last part of the budget is a trade's to spend, as far as a trade can be so small.
    let budget_e8 = u64::from(before.limits.max_daily_loss_bps) * E8_PER_BPS;
    scene.shift(&[(1, 10_000_000_000)], INTERVAL_SECS);
    let (whole, at) = (scene.preview(0).amount_in, scene.world.now());
    scene.edit_vault(|vault| vault.state.loss = Budget { at, spent: budget_e8 - E8_PER_BPS });
    let last = scene.preview(0);
    assert!(last.reason == 0 && last.amount_in < whole, "{last:?}");
    assert_eq!(last.loss_left_usd, last.nav_usd / BPS);

    scene.edit_vault(|vault| vault.state.loss = Budget { at, spent: budget_e8 - 1 });
    assert_dormant(&mut scene, 0, Reason::LossBudgetSpent);
    // A hundred-millionth of the vault, which the log tells.
    let left = format!("loss budget left: {} micro-dollars", last.nav_usd / 100_000_000);
    let failure = scene.rebalance(0).unwrap_err();
    assert!(failure.logs.iter().any(|line| line.contains(&left)), "{left} in {:#?}", failure.logs);

    // It comes back, a little at a time.
    scene.pass(3_600);
    let later = scene.preview(0);
    assert_eq!(later.reason, 0);
    let back_usd = last.nav_usd / BPS * 50 / 24;
    assert!(later.loss_left_usd.abs_diff(back_usd) < back_usd / 1_000, "{} of {back_usd}", later.loss_left_usd);
    scene.rebalance(0).unwrap();
}

#[test]
fn rebalance_loses_no_more_than_the_budget() {
    let mut config = Config::pair();
    config.limits.max_daily_loss_bps = 1;
    let mut scene = Scene::drifted(config);
    scene.edit_vault(|vault| vault.breakers.max_loss_used_bps = 10_000);
    let (budget_usd, start) = (scene.preview(0).nav_usd / BPS, scene.world.now());
    let mut lost_usd = 0;
    // Each trade is as large as what the ones before it left allows, until that is too little for another.
    while scene.preview(0).reason == 0 {
        lost_usd += scene::event::<Rebalanced>(&scene.rebalance(0).unwrap()).loss_usd;
        scene.shift(&[], INTERVAL_SECS);
    }
    let most_usd = budget_usd + budget_usd * (scene.world.now() - start) as u64 / 86_400;
    assert!(lost_usd <= most_usd && lost_usd > budget_usd * 99 / 100, "{lost_usd} of {most_usd}");
}

#[test]
fn rebalance_on_a_pool_that_pays_less_than_the_minimum_fails() {
    let scene = drifted();
    let pool = scene.pools[0].clone();
    let [first, second] = pool.reserves(&scene.world);
    // The fee takes 30 bps of what the tolerance of 100 allows: from 70 bps on, nothing is left.
    for (worse_bps, reason) in [(65, None), (75, Some(Reason::Illiquid))] {
        let mut scene = scene.clone();
        pool.set_reserves(&mut scene.world, [first, second + second / BPS * worse_bps]);
        match reason {
            Some(reason) => assert_dormant(&mut scene, 0, reason),
            None => drop(scene.rebalance(0).unwrap()),
        }
    }
}

#[test]
fn rebalance_below_the_smallest_trade_fails() {
    let mut config = Config::pair();
    config.limits.min_trade_usd = 1_000_000_000_000;
    assert_dormant(&mut Scene::drifted(config), 0, Reason::TradeTooSmall);
    // A pool of 100 dollars a side takes half a dollar before its price has moved by the limit.
    assert_dormant(&mut Scene::drifted_on(100, Config::pair()), 0, Reason::TradeTooSmall);
}

#[test]
fn rebalance_of_a_vault_worth_more_than_can_be_counted_fails() {
    let mut scene = drifted();
    scene.set_price(0, i64::MAX / 10);
    scene.pass(INTERVAL_SECS);
    assert_error(scene.rebalance(0), BallastError::MathOverflow);
    let (address, route) = scene.route(0);
    let preview = instruction::preview_rebalance(scene.view.address, address, &route);
    assert_error(scene.keep(preview), BallastError::MathOverflow);
}
