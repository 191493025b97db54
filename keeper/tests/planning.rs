//! What the planner finds is what the real program does with the same accounts.

use std::collections::HashMap;
use std::time::Instant;

use ballast_client::ballast::error::BallastError;
use ballast_client::ballast::events::{BreakerTripped, FeesCollected, Observed, Rebalanced};
use ballast_client::ballast::state::{OracleKind, Vault, pause};
use ballast_client::core::decision::Reason;
use ballast_client::core::limits::Limits;
use ballast_client::core::risk::breaker::Breaker;
use ballast_client::{Account, Pubkey, address, instruction, pyth};
use ballast_keeper::plan::{Finding, Kind, Plan, Settings, Snapshot, Work};
use ballast_keeper::world::{MOST_BYTES, World, offer_address};
use ballast_tests::random::Random;
use ballast_tests::scene::{Config, Scene, SceneAsset, code, event};
use ballast_tests::seed::seed;
use ballast_tests::strategies::observing;
use ballast_tests::vaults::Case;
use ballast_tests::{Outcome, Signer, pythnet};
use pyth_solana_receiver_sdk::price_update::PriceFeedMessage;

/// By the default limits.
const INTERVAL_SECS: u32 = 300;
const REWARD_LAMPORTS: u32 = 100_000;
/// Random vaults.
const CASES: usize = 300;
/// What the checks after a swap answer: the pool's rounding can turn a decided trade into one that is refused.
const AFTER_CHECKS: [BallastError; 7] = [
    BallastError::Overshoot,
    BallastError::SwapTookTooMuch,
    BallastError::SwapReturnedTooLittle,
    BallastError::LossBudgetSpent,
    BallastError::TurnoverSpent,
    BallastError::CostExceedsBenefit,
    BallastError::StressWorse,
];

fn settings(scene: &Scene) -> Settings {
    Settings { keeper: scene.keeper.pubkey(), refresh_every_secs: 900, collect_fees_bps: 0, is_paid_only: false }
}

/// Puts the prices where sponsored feeds are.
fn sponsor(scene: &mut Scene) {
    let vault = scene.vault();
    for (asset, scene_asset) in vault.assets().iter().zip(scene.assets.clone()) {
        let account = scene.world.account(&scene_asset.price_account);
        scene.world.set_account(&address::price_account(asset, 0).unwrap(), account);
    }
}

/// What a keeper would know of the scene.
fn known(scene: &Scene) -> World {
    let mut world = World::new(0, []);
    let routes = scene.pools.iter().enumerate().map(|(index, _)| scene.route(index)).collect();
    world.replace(vec![(scene.view.address, scene.vault())], routes, Instant::now());
    for address in world.needed() {
        world.set_account(address, scene.world.find_account(&address), Instant::now());
    }
    world
}

fn plan_with(scene: &Scene, settings: &Settings) -> Plan {
    plan_in(scene, &known(scene), settings)
}

fn plan_in(scene: &Scene, world: &World, settings: &Settings) -> Plan {
    let watched = &world.vaults()[&scene.view.address];
    let snapshot = Snapshot {
        address: scene.view.address,
        watched,
        world,
        keeper_lamports: 1_000_000_000,
        rent_lamports: 890_880,
        now: scene.world.now(),
    };
    Plan::of(&snapshot, settings)
}

fn plan(scene: &Scene) -> Plan {
    plan_with(scene, &settings(scene))
}

fn crank(scene: &mut Scene, work: Work) -> Outcome {
    let keeper = scene.keeper.clone();
    let instructions: Vec<_> = work.instructions().cloned().collect();
    scene.send(&instructions, &[&keeper]).expect("what was planned succeeds")
}

/// Plans, and does it; tells what for, and the outcome.
fn do_planned(scene: &mut Scene) -> (Kind, Outcome) {
    let work = plan(scene).work.expect("something is due");
    (work.kind, crank(scene, work))
}

#[test]
fn rebalance_follows_on_prices_in_one_transaction() {
    let mut scene = Scene::drifted(Config::pair());
    // As long as nobody refreshes them, the vault's prices are stale.
    scene.world.advance(120);
    scene.publish();
    sponsor(&mut scene);
    let before = scene.vault();
    let work = plan(&scene).work.unwrap();
    assert_eq!((work.kind, work.prices.len(), work.action.is_some()), (Kind::Rebalance, 1, true));
    let outcome = crank(&mut scene, work);
    assert_eq!(event::<Rebalanced>(&outcome).sold_asset, 1);
    let after = scene.vault();
    assert!(after.assets[1].balance < before.assets[1].balance);
    assert_eq!(after.assets[1].publish_time, scene.world.now(), "its price was refreshed first");
    // And then not again before the interval has passed.
    let plan = plan(&scene);
    assert_eq!(plan.finding, Finding::Dormant(Reason::TooSoon));
    assert_eq!(plan.next_at, scene.world.now() + 60, "the interval is longer than the longest look");
}

#[test]
fn offered_price_is_not_hidden_by_what_another_vault_reads() {
    let scene = Scene::drifted(Config::pair());
    let own = scene.vault();
    let feed = own.assets()[1].feed;
    // Another vault's push feed has the pull feed's number for its address, where there is nothing.
    let mut hostile = own;
    hostile.assets[0].oracle = OracleKind::PythPush as u8;
    hostile.assets[0].feed = feed;
    let mut world = World::new(0, []);
    world.replace(vec![(scene.view.address, own), (Pubkey::new_unique(), hostile)], vec![], Instant::now());
    world.set_account(offer_address(&feed), None, Instant::now());
    assert!(world.needed().contains(&offer_address(&feed)));
    let offered = scene.world.account(&scene.assets[1].price_account);
    world.offer([(offer_address(&feed), offered.clone())].into());
    assert_eq!(world.account(&offer_address(&feed)), Some(&offered));
    assert!(world.late_feeds(scene.world.now(), 45).contains(&feed));
}

#[test]
fn large_accounts_are_cut() {
    let scene = Scene::drifted(Config::pair());
    let mut vault = scene.vault();
    let large = Pubkey::new_unique();
    (vault.assets[0].oracle, vault.assets[0].feed) = (OracleKind::PythPush as u8, large.to_bytes());
    let mut world = World::new(0, []);
    world.replace(vec![(scene.view.address, vault)], vec![], Instant::now());
    world.set_account(large, Some(Account { data: vec![7; 10 << 20], ..Account::default() }), Instant::now());
    assert_eq!(world.account(&large).unwrap().data, [7; MOST_BYTES]);
}

#[test]
fn feeds_of_empty_vaults_are_not_fetched() {
    let scene = Scene::drifted(Config::pair());
    let mut vault = scene.vault();
    vault.total_shares = 0;
    let mut world = World::new(0, []);
    world.replace(vec![(scene.view.address, vault)], vec![], Instant::now());
    assert!(world.late_feeds(scene.world.now(), 45).is_empty());
}

#[test]
fn due_rebalance_without_newer_prices_needs_no_refresh() {
    let mut scene = Scene::drifted(Config::pair());
    sponsor(&mut scene);
    let work = plan(&scene).work.unwrap();
    assert_eq!((work.kind, work.prices.len()), (Kind::Rebalance, 0));
    crank(&mut scene, work);
}

#[test]
fn largest_trade_of_several_routes_is_chosen() {
    let mut scene = Scene::empty(Config::many(3));
    for (a, b) in [(0, 1), (1, 2), (0, 2)] {
        scene.add_route(a, b, 10_000_000);
    }
    scene.refresh().unwrap();
    scene.seed(100_000);
    let doubled = 2 * scene.assets[1].spec.price_e8;
    scene.shift(&[(1, doubled)], INTERVAL_SECS);
    sponsor(&mut scene);
    let largest = (0..3).filter(|pool| scene.preview(*pool).reason == 0).max_by_key(|pool| scene.preview(*pool).value_usd);
    let (_, outcome) = do_planned(&mut scene);
    assert_eq!(event::<Rebalanced>(&outcome).route, scene.route(largest.unwrap()).0);
}

#[test]
fn observation_is_due_every_spacing() {
    let mut scene = Scene::with_route(Config { strategy: observing(), ..Config::pair() }, 100_000, 1_000_000);
    let spacing_secs = i64::from(scene.vault().strategy.sampling.spacing_secs);
    sponsor(&mut scene);
    let (kind, outcome) = do_planned(&mut scene);
    assert_eq!(kind, Kind::Observe);
    event::<Observed>(&outcome);
    let next = plan(&scene);
    assert_eq!(next.finding, Finding::Dormant(Reason::InBand));
    // With a spacing of an hour the longest look comes first.
    scene.world.advance(spacing_secs as u32 - 10);
    scene.publish();
    sponsor(&mut scene);
    assert_eq!(plan(&scene).next_at, scene.world.now() + 10);
    scene.world.advance(10);
    scene.publish();
    sponsor(&mut scene);
    assert_eq!(do_planned(&mut scene).0, Kind::Observe);
}

#[test]
fn prices_are_refreshed_before_they_are_too_old() {
    let mut scene = Scene::with_route(Config::pair(), 100_000, 1_000_000);
    scene.world.advance(899);
    scene.publish();
    sponsor(&mut scene);
    assert_eq!(plan(&scene).finding, Finding::Dormant(Reason::InBand));
    assert_eq!(plan(&scene).next_at, scene.world.now() + 1);
    scene.world.advance(1);
    let never = Settings { refresh_every_secs: 0, ..settings(&scene) };
    assert_eq!(plan_with(&scene, &never).finding, Finding::Dormant(Reason::InBand));
    assert_eq!(do_planned(&mut scene).0, Kind::Refresh);
    assert_eq!(plan(&scene).finding, Finding::Dormant(Reason::InBand));
}

#[test]
fn price_that_nobody_publishes_does_not_have_the_others_refreshed_all_the_time() {
    let mut scene = Scene::with_route(Config::pair(), 100_000, 1_000_000);
    scene.world.advance(900);
    scene.publish();
    sponsor(&mut scene);
    // From here on nobody publishes the first one.
    let vault = scene.vault();
    let silent = address::price_account(&vault.assets()[0], 0).unwrap();
    scene.world.set_account(&silent, Account::default());
    assert_eq!(do_planned(&mut scene).0, Kind::Refresh);
    let refreshed_at = scene.vault().assets()[1].publish_time;
    assert_eq!(refreshed_at, scene.world.now());
    for _ in 0..3 {
        scene.world.advance(10);
        scene.publish();
        sponsor(&mut scene);
        scene.world.set_account(&silent, Account::default());
        assert!(plan(&scene).work.is_none());
    }
    scene.world.advance(900 - 30);
    scene.publish();
    sponsor(&mut scene);
    scene.world.set_account(&silent, Account::default());
    assert_eq!(plan(&scene).finding, Finding::Due(Kind::Refresh));
}

#[test]
fn prices_that_the_vault_would_refuse_are_left_alone() {
    let mut scene = Scene::drifted(Config::pair());
    scene.world.advance(120);
    // Published, but not fresh.
    sponsor(&mut scene);
    assert_eq!(plan(&scene).finding, Finding::Dormant(Reason::PriceStale));
}

#[test]
fn price_that_leapt_trips_a_breaker() {
    let mut scene = Scene::with_route(Config::pair(), 100_000, 10_000_000);
    scene.world.advance(INTERVAL_SECS);
    scene.set_price(1, scene.assets[1].spec.price_e8 * 3 / 2);
    scene.publish();
    sponsor(&mut scene);
    let (kind, outcome) = do_planned(&mut scene);
    assert_eq!((kind, event::<BreakerTripped>(&outcome).breaker), (Kind::Trip, Breaker::Jump as u8));
    // A soft halt: nothing to do until it has cooled off.
    assert_eq!(plan(&scene).finding, Finding::Dormant(Reason::Halted));
}

#[test]
fn price_too_uncertain_to_be_taken_is_evidence() {
    let mut scene = Scene::with_route(Config::pair(), 100_000, 10_000_000);
    scene.world.advance(INTERVAL_SECS);
    scene.publish();
    let mut quote = scene.quote(1);
    quote.conf = quote.price.unsigned_abs() / 10;
    scene.publish_quote(1, &quote);
    sponsor(&mut scene);
    let (kind, outcome) = do_planned(&mut scene);
    let tripped = event::<BreakerTripped>(&outcome);
    assert_eq!((kind, tripped.breaker, tripped.asset), (Kind::Trip, Breaker::Confidence as u8, 1));
    assert!(plan(&scene).work.is_none(), "a halt that stands is not prolonged");
}

#[test]
fn nothing_is_done_for_vaults_that_were_stopped() {
    let mut scene = Scene::drifted(Config { strategy: observing(), ..Config::pair() });
    sponsor(&mut scene);
    assert_eq!(plan(&scene).finding, Finding::Due(Kind::Rebalance));
    let stopped = |edit: fn(&mut Vault)| {
        let mut scene = scene.clone();
        scene.edit_vault(edit);
        let plan = plan(&scene);
        assert!(plan.work.is_none());
        plan.finding
    };
    assert_eq!(stopped(|vault| vault.paused = pause::REBALANCE), Finding::Dormant(Reason::Paused));
    assert_eq!(stopped(|vault| vault.is_closing = 1), Finding::Closing);
    assert_eq!(stopped(|vault| vault.total_shares = 0), Finding::Dormant(Reason::Empty));
    let halted = |vault: &mut Vault| (vault.state.halt.breaker, vault.state.halt.is_hard) = (Breaker::Drawdown as u8, 1);
    assert_eq!(stopped(halted), Finding::Dormant(Reason::Halted));
}

#[test]
fn vault_without_a_route_is_observed_only() {
    let mut scene = Scene::funded(Config { strategy: observing(), ..Config::pair() }, 100_000);
    sponsor(&mut scene);
    assert_eq!(do_planned(&mut scene).0, Kind::Observe);
    assert_eq!(plan(&scene).finding, Finding::NoRoute);
}

#[test]
fn profitable_keeper_does_only_what_the_fund_pays_for() {
    let limits =
        Limits { crank_reward_lamports: REWARD_LAMPORTS, max_daily_crank_lamports: REWARD_LAMPORTS, ..Config::pair().limits };
    let mut scene = Scene::drifted(Config { limits, strategy: observing(), ..Config::pair() });
    sponsor(&mut scene);
    let paid_only = Settings { is_paid_only: true, ..settings(&scene) };
    assert_eq!(plan_with(&scene, &paid_only).finding, Finding::Unpaid(Kind::Rebalance), "the fund is empty");
    let somebody = scene.world.wallet("somebody");
    let top_up = instruction::top_up_crank_fund(somebody.pubkey(), &scene.view, 1_000_000);
    scene.send(&[top_up], &[&somebody]).unwrap();
    let work = plan_with(&scene, &paid_only).work.unwrap();
    assert_eq!((work.kind, work.reward_lamports), (Kind::Rebalance, REWARD_LAMPORTS.into()));
    let outcome = crank(&mut scene, work);
    assert_eq!(event::<Rebalanced>(&outcome).reward_lamports, u64::from(REWARD_LAMPORTS));
    // Nobody pays for observations.
    scene.world.advance(scene.vault().strategy.sampling.spacing_secs);
    scene.publish();
    sponsor(&mut scene);
    assert!(matches!(plan(&scene).finding, Finding::Due(_)));
    assert!(matches!(plan_with(&scene, &paid_only).finding, Finding::Unpaid(_)));
}

#[test]
fn fees_are_collected_once_they_are_worth_it() {
    let limits = Limits { management_fee_bps: 200, ..Config::pair().limits };
    let mut scene = Scene::with_route(Config { limits, ..Config::pair() }, 100_000, 10_000_000);
    let recipient = scene.world.wallet("recipient");
    scene.world.create_token_account(&recipient.pubkey(), &scene.view.share_mint);
    scene.edit_vault(|vault| vault.fee_recipient = recipient.pubkey());
    let collecting = Settings { collect_fees_bps: 10, refresh_every_secs: 0, ..settings(&scene) };
    // Two percent a year: ten basis points take eighteen and a quarter days.
    scene.world.advance(18 * 86_400);
    sponsor(&mut scene);
    assert!(plan_with(&scene, &collecting).work.is_none());
    scene.world.advance(86_400);
    assert!(plan(&scene).work.is_none(), "by default fees are left to whom they belong");
    let work = plan_with(&scene, &collecting).work.unwrap();
    assert_eq!((work.kind, work.prices.len()), (Kind::CollectFees, 0));
    let outcome = crank(&mut scene, work);
    assert!(event::<FeesCollected>(&outcome).shares > 0);
    assert!(plan_with(&scene, &collecting).work.is_none());
}

/// What Hermes offers of every asset at its price, published now.
fn offered(scene: &Scene) -> pyth::Update {
    let now = scene.world.now();
    let price = |asset: &SceneAsset| PriceFeedMessage {
        feed_id: asset.feed,
        price: asset.spec.price_e8,
        conf: 1_000,
        exponent: -8,
        publish_time: now,
        prev_publish_time: now - 1,
        ema_price: asset.spec.price_e8,
        ema_conf: 1_000,
    };
    let prices: Vec<_> = scene.assets.iter().map(price).collect();
    pyth::Update::parse(&pythnet::update(&prices, pythnet::QUORUM)).unwrap()
}

#[test]
fn offered_prices_are_decided_upon_as_if_they_were_posted() {
    let mut scene = Scene::drifted(Config::pair());
    scene.world.advance(120);
    sponsor(&mut scene);
    let mut world = known(&scene);
    let now = scene.world.now();
    let feeds = scene.assets.iter().map(|asset| asset.feed).collect();
    assert_eq!(world.late_feeds(now, 119), feeds, "what is published is two minutes old");
    assert!(world.late_feeds(now, 120).is_empty());
    world.take_changed();
    let update = offered(&scene);
    let accounts = update.prices.iter().map(|price| (offer_address(&price.message.feed_id), price.as_posted()));
    world.offer(accounts.clone().collect());
    assert!(world.is_changed());

    let work = plan_in(&scene, &world, &settings(&scene)).work.unwrap();
    assert_eq!((work.kind, work.feeds.len()), (Kind::Rebalance, 2));
    // Posted, they are at addresses of their own.
    let posted: HashMap<_, _> = accounts.clone().map(|(address, _)| (address, Pubkey::new_unique())).collect();
    for (address, account) in accounts {
        scene.world.set_account(&posted[&address], Account { lamports: 10_000_000, ..account });
    }
    let mut instructions: Vec<_> = work.instructions().cloned().collect();
    for meta in instructions.iter_mut().flat_map(|instruction| &mut instruction.accounts) {
        meta.pubkey = *posted.get(&meta.pubkey).unwrap_or(&meta.pubkey);
    }
    let keeper = scene.keeper.clone();
    let outcome = scene.send(&instructions, &[&keeper]).expect("what was planned succeeds");
    assert_eq!(event::<Rebalanced>(&outcome).sold_asset, 1);
}

#[test]
fn published_prices_come_before_offered_ones_of_the_same_second() {
    let mut scene = Scene::drifted(Config::pair());
    scene.world.advance(120);
    scene.publish();
    sponsor(&mut scene);
    let mut world = known(&scene);
    world.offer(offered(&scene).prices.iter().map(|price| (offer_address(&price.message.feed_id), price.as_posted())).collect());
    let work = plan_in(&scene, &world, &settings(&scene)).work.unwrap();
    assert_eq!((work.kind, work.prices.len(), work.feeds.len()), (Kind::Rebalance, 1, 0));
}

/// Random vaults in every state: what is planned succeeds, unless the trade turns out worse than its checks allow; and where nothing
/// is planned, a rebalance fails for the reason that was found.
#[test]
fn plans_agree_with_the_program_on_random_vaults() {
    let mut random = Random::new(seed("plans"));
    let mut scene = Scene::empty(Config::many(3));
    scene.add_route(0, 1, 1_000_000);
    let (mut done, mut dormant) = (0, 0);
    for _ in 0..CASES {
        let case = Case::random(&mut random, &scene);
        let mut staged = scene.clone();
        case.stage(&mut staged);
        let plan = plan(&staged);
        assert!(plan.next_at > staged.world.now());
        let keeper = staged.keeper.clone();
        match (plan.work, plan.finding) {
            (Some(work), _) => {
                let instructions: Vec<_> = work.instructions().cloned().collect();
                match staged.send(&instructions, &[&keeper]) {
                    Ok(_) => done += 1,
                    Err(failure) => assert!(AFTER_CHECKS.map(code).contains(&failure.code().unwrap()), "{failure:?}"),
                }
            }
            (None, Finding::Dormant(reason)) => {
                let rebalance = staged.rebalance_instruction(0, 0);
                let failure = staged.send(&[rebalance], &[&keeper]).expect_err("not due");
                // What stops the whole vault hides what else is the matter.
                let is_stopped = matches!(reason, Reason::Paused | Reason::Halted);
                assert!(is_stopped || failure.code() == Some(code(reason.into())), "{reason:?}: {failure:?}");
                dormant += 1;
            }
            _ => {}
        }
    }
    assert!(done > CASES / 10 && dormant > CASES / 10, "{done} done, {dormant} dormant");
}
