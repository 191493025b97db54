//! Breakers: each trips in `rebalance` and by `trip_breaker`, is stored and told, and stops trades until it is over; what is no
//! evidence trips nothing.

use {
    anchor_lang::prelude::Pubkey,
    ballast::{
        error::BallastError,
        events::{BreakerCleared, BreakerTripped, Rebalanced},
        instructions::{DepositInKindArgs, RedeemInKindArgs},
        state::{AssetStatus, Change, OracleKind, RampArgs, Route, Vault},
    },
    ballast_client::{Instruction, instruction},
    ballast_core::{
        budget::Budget,
        decision::Reason,
        risk::breaker::{self, Breaker, Halt},
    },
    ballast_tests::{
        Failure, Keypair, Outcome, Signer,
        amm::{
            Pool,
            token_swap::{Fees, TokenSwap},
        },
        pyth,
        scene::{AssetSpec, Config, Scene, assert_error, event},
        strategies,
    },
};

/// The least time between two rebalances, by the default limits.
const INTERVAL_SECS: u32 = 300;
const COOLDOWN_SECS: u32 = breaker::DEFAULT.cooldown_secs;
const DAY_SECS: u32 = 86_400;
/// No asset.
const NONE: u8 = 255;
/// Dollars for one of the second asset, times 10⁸.
const PRICE_E8: i64 = 10_000_000_000;

/// A vault with a trade to make: the second asset is at 100 dollars, and too much of the vault.
fn due() -> Scene {
    let scene = Scene::drifted(Config::pair());
    assert_eq!(scene.preview(0).reason, 0);
    scene
}

/// What a breaker's halt must tell.
#[derive(Clone, Copy, Debug)]
struct Expected {
    breaker: Breaker,
    asset: u8,
    measured: u64,
    limit: u64,
}

fn expected(breaker: Breaker, asset: u8, measured: u64, limit: u64) -> Expected {
    Expected { breaker, asset, measured, limit }
}

impl Expected {
    /// The halt that tells this, tripped at `now`.
    fn halt(&self, now: i64) -> Halt {
        let Expected { breaker, asset, measured, limit } = *self;
        let is_hard = breaker::DEFAULT.is_hard(breaker).into();
        Halt { at: now, measured, limit, breaker: breaker as u8, asset, is_hard, padding: [0; 5] }
    }

    /// The halt that is stored, and nobody else's.
    #[track_caller]
    fn assert_stored(&self, scene: &Scene) {
        let (halt, none) = (self.halt(scene.world.now()), Halt::default());
        let halts = if self.breaker.is_about_the_route() { (none, halt) } else { (halt, none) };
        assert_eq!((scene.vault().state.halt, scene.route(0).1.halt), halts);
    }

    #[track_caller]
    fn assert_told(&self, outcome: &Outcome, scene: &Scene) {
        let told: BreakerTripped = event(outcome);
        let route = if self.breaker.is_about_the_route() { scene.route(0).0 } else { Pubkey::default() };
        assert_eq!((told.vault, told.route), (scene.view.address, route));
        assert_eq!((told.slot, told.sequence), (scene.world.clock().slot, scene.vault().sequence));
        assert_eq!((told.breaker, told.asset), (self.breaker as u8, self.asset));
        assert_eq!((told.measured, told.limit), (self.measured, self.limit));
        assert_eq!(told.is_hard, breaker::DEFAULT.is_hard(self.breaker));
    }

    /// The error of whoever trades while it stands.
    fn error(&self) -> BallastError {
        if self.breaker.is_about_the_route() { BallastError::RouteHalted } else { BallastError::Halted }
    }
}

/// Makes a condition hold in a vault with a trade to make.
type Setup = fn(&mut Scene) -> Expected;

/// Publishes the second asset's price with another moving average.
fn publish_with_ema(scene: &mut Scene, ema_price: i64) {
    scene.world.advance(1);
    scene.publish();
    let mut update = pyth::pull_update(scene.assets[1].feed, &scene.quote(1));
    update.price_message.ema_price = ema_price;
    scene.world.write_pull(&scene.assets[1].price_account.clone(), &update);
    scene.refresh().unwrap();
}

/// Multiplies what the pool holds of its second asset.
fn push(scene: &mut Scene, percent: u64) {
    let [first, second] = scene.pools[0].reserves(&scene.world);
    scene.pools[0].clone().set_reserves(&mut scene.world, [first, second / 100 * percent]);
}

fn pool_usd(scene: &Scene) -> [u64; 2] {
    let (vault, reserves) = (scene.vault(), scene.pools[0].reserves(&scene.world));
    [0, 1].map(|index| vault.assets[index].price().value_usd(reserves[index]).unwrap())
}

/// Each breaker, by the plainest way to its condition.
const BREAKERS: [Setup; 7] = [
    |scene| {
        scene.leap(&[(1, PRICE_E8 / 100 * 120)], INTERVAL_SECS);
        expected(Breaker::Jump, 1, 2_000, 1_500)
    },
    |scene| {
        publish_with_ema(scene, 2 * PRICE_E8);
        expected(Breaker::Divergence, 1, 5_000, 1_500)
    },
    |scene| {
        scene.edit_vault(|vault| vault.breakers.max_conf_bps = 4);
        // Five basis points, but for the rounding of the interval.
        expected(Breaker::Confidence, 0, 5, 4)
    },
    |scene| {
        // The high is that of a rebalance.
        scene.rebalance(0).unwrap();
        let before = scene.preview(0).nav_usd;
        scene.leap(&[(1, PRICE_E8 / 100 * 55)], INTERVAL_SECS);
        scene.edit_vault(|vault| vault.breakers.max_jump_bps = 5_000);
        let (high_x64, fallen_usd) = (scene.vault().state.lookbacks.highs_x64(scene.world.now())[0], scene.preview(0).nav_usd);
        let shares = u128::from(scene.vault().total_shares);
        let high_usd = (high_x64 * shares) >> 64;
        assert!(high_usd > u128::from(before), "before the trade's cost");
        let measured = ((high_usd - u128::from(fallen_usd)) * 10_000).div_ceil(high_usd);
        expected(Breaker::Drawdown, NONE, measured as u64, 2_500)
    },
    |scene| {
        let at = scene.world.now();
        // Half a percent is 500,000 parts.
        scene.edit_vault(|vault| vault.state.loss = Budget { at, spent: 450_000 });
        expected(Breaker::LossBudget, NONE, 9_000, 9_000)
    },
    |scene| {
        push(scene, 112);
        let [first, second] = pool_usd(scene);
        let measured = (u128::from(second - first) * 10_000).div_ceil(u128::from(first));
        expected(Breaker::PoolAway, NONE, measured as u64, 1_000)
    },
    |scene| {
        scene.edit_vault(|vault| vault.breakers.min_pool_depth_usd = 100_000_000_000_000);
        let [first, second] = pool_usd(scene);
        expected(Breaker::Illiquid, NONE, first.min(second), 100_000_000_000_000)
    },
];

/// A vault in which one breaker's condition holds, and what its halt must tell.
fn holding(setup: Setup) -> (Scene, Expected) {
    let mut scene = due();
    let expected = setup(&mut scene);
    (scene, expected)
}

fn trip_instruction(scene: &Scene, breaker: Breaker) -> Instruction {
    let (address, route) = scene.route(0);
    match breaker.is_about_the_route() {
        true => instruction::trip_route_breaker(scene.view.address, address, &route),
        false => instruction::trip_breaker(scene.view.address, None),
    }
}

fn trip(scene: &mut Scene, breaker: Breaker) -> Result<Outcome, Failure> {
    scene.keep(trip_instruction(scene, breaker))
}

fn clear(scene: &mut Scene, signer: &Keypair, route: Option<Pubkey>) -> Result<Outcome, Failure> {
    scene.send(&[instruction::clear_breaker(signer.pubkey(), scene.view.address, route)], &[signer])
}

/// Asserts that halts are all that has changed, but for the number of changes and the time of the last accrual.
#[track_caller]
fn assert_only_halts_changed(before: (Vault, Route), scene: &Scene) {
    let rest = |(mut vault, mut route): (Vault, Route)| {
        (vault.state.halt, vault.state.fees.at, vault.sequence, route.halt) = Default::default();
        [bytemuck::bytes_of(&vault), bytemuck::bytes_of(&route)].concat()
    };
    assert!(rest(before) == rest(accounts(scene)));
}

fn accounts(scene: &Scene) -> (Vault, Route) {
    (scene.vault(), scene.route(0).1)
}

#[test]
fn every_breaker_has_a_setup() {
    let breakers = BREAKERS.map(|setup| holding(setup).1.breaker);
    assert_eq!(breakers, Breaker::ALL);
}

#[test]
fn rebalance_trips_stores_and_tells_and_does_nothing_else() {
    for setup in BREAKERS {
        let (mut scene, expected) = holding(setup);
        let preview = scene.preview(0);
        assert_eq!((preview.breaker, preview.breaker_asset), (expected.breaker as u8, expected.asset), "{expected:?}");
        let reason = if expected.breaker.is_about_the_route() { Reason::RouteHalted } else { Reason::Halted };
        assert_eq!((preview.reason, preview.amount_in), (reason as u8, 0));
        // Prices are stored rounded down, and a measure past a whole basis point is rounded up.
        assert!((expected.measured..=expected.measured + 1).contains(&preview.measured), "{expected:?}, {preview:?}");
        assert_eq!(preview.limit, expected.limit);
        let expected = Expected { measured: preview.measured, ..expected };

        let before = accounts(&scene);
        let held = scene.view.assets.iter().map(|asset| scene.world.balance(&asset.reserve)).collect::<Vec<_>>();
        let outcome = scene.rebalance(0).unwrap();
        expected.assert_stored(&scene);
        expected.assert_told(&outcome, &scene);
        assert_eq!(scene.vault().sequence, before.0.sequence + 1);
        assert_only_halts_changed(before, &scene);
        let held_after = scene.view.assets.iter().map(|asset| scene.world.balance(&asset.reserve)).collect::<Vec<_>>();
        assert_eq!(held_after, held);
        assert_error(scene.rebalance(0), expected.error());
        assert_eq!(scene.preview(0).breaker, 0, "it has tripped already");
    }
}

#[test]
fn anybody_trips_a_breaker_without_a_trade() {
    for setup in BREAKERS {
        let (mut scene, expected) = holding(setup);
        let expected = Expected { measured: scene.preview(0).measured, ..expected };
        let trip = trip_instruction(&scene, expected.breaker);
        assert!(trip.accounts.iter().all(|account| !account.is_signer));
        let before = accounts(&scene);
        let outcome = scene.keep(trip).unwrap();
        expected.assert_stored(&scene);
        expected.assert_told(&outcome, &scene);
        assert_only_halts_changed(before, &scene);
        assert_error(scene.rebalance(0), expected.error());
    }
}

/// Neither the interval nor the bands stand in the way of a trip.
#[test]
fn rebalance_trips_where_no_trade_is_due() {
    let mut scene = Scene::with_route(Config::pair(), 100_000, 10_000_000);
    assert_eq!(scene.preview(0).reason, Reason::InBand as u8);
    scene.leap(&[(0, 80_000_000)], 1);
    let outcome = scene.rebalance(0).unwrap();
    assert_eq!(event::<BreakerTripped>(&outcome).breaker, Breaker::Jump as u8);
    assert_error(scene.rebalance(0), BallastError::Halted);
}

#[test]
fn nothing_trips_where_no_condition_holds() {
    let mut scene = due();
    for breaker in [Breaker::Jump, Breaker::PoolAway] {
        assert_error(trip(&mut scene, breaker), BallastError::BreakerNotMet);
    }
    // Each at its limit: 15 % above the average, 10 % of the pool's smaller side, all but a part of the loss budget.
    let at = scene.world.now();
    scene.edit_vault(|vault| {
        vault.state.loss = Budget { at, spent: 449_999 };
        vault.assets[1].average_x64 = (u128::from(vault.assets[1].price_x64) / 115 * 100 + 200).into();
    });
    let [first_usd, second_usd] = pool_usd(&scene);
    let [first, second] = scene.pools[0].reserves(&scene.world);
    assert!(first_usd.abs_diff(second_usd) < 100_000);
    scene.pools[0].clone().set_reserves(&mut scene.world, [first, second / 1_000 * 1_099]);
    for breaker in [Breaker::Jump, Breaker::PoolAway] {
        assert_error(trip(&mut scene, breaker), BallastError::BreakerNotMet);
    }
    let unhalted = (scene.vault().state.halt, scene.route(0).1.halt);
    assert_eq!(unhalted, Default::default());
}

/// Days and slots pass, prices are refreshed and observed, people come and go in kind: a halt stays.
#[test]
fn halt_persists() {
    let mut config = Config::pair();
    config.strategy = strategies::observing();
    for is_hard in [false, true] {
        let mut scene = Scene::drifted(config.clone());
        scene.edit_vault(|vault| {
            vault.breakers.hard_mask = is_hard.into();
            vault.breakers.cooldown_secs = 7 * DAY_SECS;
        });
        let user = scene.user("alice", 10_000);
        scene.leap(&[(1, PRICE_E8 / 100 * 120)], INTERVAL_SECS);
        scene.rebalance(0).unwrap();
        let halt = scene.vault().state.halt;
        assert_eq!((halt.breaker, halt.is_hard), (1, u8::from(is_hard)));
        for _ in 0..6 {
            scene.shift(&[], DAY_SECS);
            scene.world.set_slot(scene.world.clock().slot + 1_000);
            scene.publish();
            scene.keep(instruction::observe(scene.view.address)).unwrap();
            let max_amounts = scene.assets.iter().map(|asset| asset.units(1_000)).collect();
            scene.deposit(&user, DepositInKindArgs { max_amounts, min_shares: 0 }).unwrap();
            let shares = scene.shares_of(&user) / 2;
            let args = RedeemInKindArgs { shares, min_amounts: vec![0, 0], skip_mask: 0, forfeit_mask: 0 };
            scene.redeem(&user, args).unwrap();
            assert_error(scene.rebalance(0), BallastError::Halted);
            assert_eq!(scene.vault().state.halt, halt);
        }
        // In its last second, and after it.
        let left = halt.at + i64::from(7 * DAY_SECS) - scene.world.now();
        scene.shift(&[], left as u32 - 1);
        assert_error(scene.rebalance(0), BallastError::Halted);
        scene.shift(&[], 1);
        match is_hard {
            true => {
                scene.shift(&[], 365 * DAY_SECS);
                assert_error(scene.rebalance(0), BallastError::Halted);
                assert_eq!(scene.vault().state.halt, halt);
            }
            false => drop(scene.rebalance(0).unwrap()),
        }
    }
}

#[test]
fn soft_halt_that_has_cooled_off_ends_with_the_next_trade() {
    for setup in [BREAKERS[0], BREAKERS[5]] {
        let (mut scene, expected) = holding(setup);
        let tripped_at = scene.world.now();
        scene.rebalance(0).unwrap();
        scene.shift(&[], COOLDOWN_SECS - 1);
        assert_error(scene.rebalance(0), expected.error());
        scene.shift(&[], 1);
        let before = scene.vault().sequence;
        let outcome = scene.rebalance(0).unwrap();
        let (traded, cleared): (Rebalanced, BreakerCleared) = (event(&outcome), event(&outcome));
        assert_eq!((traded.sequence, cleared.sequence, scene.vault().sequence), (before + 1, before + 2, before + 2));
        assert_eq!((cleared.breaker, cleared.asset, cleared.tripped_at), (expected.breaker as u8, expected.asset, tripped_at));
        assert_eq!(cleared.by, scene.keeper.pubkey());
        assert_eq!((scene.vault().state.halt, scene.route(0).1.halt), Default::default());
    }
}

/// The cooling-off time alone does not end a halt: the condition must be over.
#[test]
fn soft_halt_trips_anew_while_its_condition_holds() {
    let (mut scene, _) = holding(BREAKERS[5]);
    scene.rebalance(0).unwrap();
    let first = scene.route(0).1.halt;
    scene.pass(COOLDOWN_SECS);
    let outcome = scene.rebalance(0).unwrap();
    assert_eq!(event::<BreakerTripped>(&outcome).breaker, Breaker::PoolAway as u8);
    assert_eq!(scene.route(0).1.halt.at, first.at + i64::from(COOLDOWN_SECS));
    assert_error(scene.rebalance(0), BallastError::RouteHalted);
}

/// Whoever shows that a condition still holds prolongs a soft halt, or turns it into a hard one; a hard one needs no more.
#[test]
fn halt_may_be_tripped_anew_until_it_is_hard() {
    let (mut scene, _) = holding(BREAKERS[0]);
    trip(&mut scene, Breaker::Jump).unwrap();
    let first = scene.vault().state.halt.at;
    scene.world.advance(10);
    trip(&mut scene, Breaker::Jump).unwrap();
    assert_eq!(scene.vault().state.halt.at, first + 10);
    let at = scene.world.now();
    scene.edit_vault(|vault| vault.state.loss = Budget { at, spent: 500_000 });
    trip(&mut scene, Breaker::LossBudget).unwrap();
    let hard = scene.vault().state.halt;
    assert_eq!((hard.breaker, hard.is_hard, hard.measured), (Breaker::LossBudget as u8, 1, 10_000));
    scene.world.advance(10);
    assert_error(trip(&mut scene, Breaker::Jump), BallastError::Halted);
    assert_eq!(scene.vault().state.halt, hard);

    scene.edit_vault(|vault| vault.breakers.hard_mask = 0x7f);
    push(&mut scene, 200);
    trip(&mut scene, Breaker::PoolAway).unwrap();
    assert_error(trip(&mut scene, Breaker::PoolAway), BallastError::RouteHalted);
}

#[test]
fn only_the_admin_clears_a_halt() {
    let (mut scene, expected) = holding(BREAKERS[3]);
    scene.rebalance(0).unwrap();
    let (admin, guardian, keeper) = (scene.admin.clone(), scene.guardian.clone(), scene.keeper.clone());
    let (stranger, tripped_at) = (scene.world.wallet("stranger"), scene.world.now());
    for signer in [&*guardian, &*keeper, &stranger] {
        assert_error(clear(&mut scene, signer, None), BallastError::NotAdmin);
    }
    let route = scene.route(0).0;
    assert_error(clear(&mut scene, &admin, Some(route)), BallastError::NotHalted);
    scene.pass(INTERVAL_SECS);
    let outcome = clear(&mut scene, &admin, None).unwrap();
    let cleared: BreakerCleared = event(&outcome);
    assert_eq!((cleared.vault, cleared.route, cleared.by), (scene.view.address, Pubkey::default(), admin.pubkey()));
    assert_eq!((cleared.slot, cleared.sequence), (scene.world.clock().slot, scene.vault().sequence));
    assert_eq!((cleared.breaker, cleared.asset, cleared.tripped_at), (expected.breaker as u8, NONE, tripped_at));
    // The fall that was reviewed is no longer one.
    assert_eq!(scene.vault().state.lookbacks, Default::default());
    assert_eq!(scene.vault().state.halt, Halt::default());
    assert_error(clear(&mut scene, &admin, None), BallastError::NotHalted);
    assert_error(trip(&mut scene, Breaker::Drawdown), BallastError::BreakerNotMet);
}

#[test]
fn cleared_route_trades_on() {
    let (mut scene, _) = holding(BREAKERS[5]);
    trip(&mut scene, Breaker::PoolAway).unwrap();
    let (admin, route) = (scene.admin.clone(), scene.route(0).0);
    assert_error(clear(&mut scene, &admin, None), BallastError::NotHalted);
    let outcome = clear(&mut scene, &admin, Some(route)).unwrap();
    let cleared: BreakerCleared = event(&outcome);
    assert_eq!((cleared.route, cleared.breaker), (route, Breaker::PoolAway as u8));
    scene.arbitrage(0);
    scene.rebalance(0).unwrap();
}

/// Clearing is no loss budget: what is spent comes back by the clock alone, and until then the breaker trips again.
#[test]
fn clearing_gives_no_loss_budget_back() {
    let (mut scene, _) = holding(BREAKERS[4]);
    scene.rebalance(0).unwrap();
    let (admin, spent) = (scene.admin.clone(), scene.vault().state.loss);
    clear(&mut scene, &admin, None).unwrap();
    assert_eq!(scene.vault().state.loss, spent);
    scene.rebalance(0).unwrap();
    assert_eq!(scene.vault().state.halt.breaker, Breaker::LossBudget as u8);
}

#[test]
fn clear_refuses_another_vaults_route() {
    let (mut scene, _) = holding(BREAKERS[0]);
    let mallory = scene.user("mallory", 100);
    let theirs = scene.second_vault(&mallory);
    let route = scene.route(0).0;
    let clear = instruction::clear_breaker(mallory.pubkey(), theirs.address, Some(route));
    assert_error(scene.send(&[clear], &[&mallory]), BallastError::WrongRoute);
    let (_, pinned) = scene.route(0);
    let trip = instruction::trip_route_breaker(theirs.address, route, &pinned);
    assert_error(scene.keep(trip), BallastError::WrongRoute);
}

/// Nobody exchanges one asset at a price that the vault would not trade at, tripped or not; in kind everybody goes on.
#[test]
fn one_asset_exchanges_stop_with_the_prices_and_those_in_kind_go_on() {
    for (setup, untripped) in [
        (BREAKERS[0], Some(BallastError::PriceDislocated)),
        (BREAKERS[1], Some(BallastError::PriceDislocated)),
        (BREAKERS[2], Some(BallastError::PriceDislocated)),
        (BREAKERS[4], None),
    ] {
        let mut scene = due();
        let user = scene.user("alice", 10_000);
        let max_amounts: Vec<u64> = scene.assets.iter().map(|asset| asset.units(1_000)).collect();
        scene.deposit(&user, DepositInKindArgs { max_amounts: max_amounts.clone(), min_shares: 0 }).unwrap();
        // Into the asset that is short, and out of the one that is long.
        let exchange = |scene: &mut Scene| {
            let units = scene.assets[0].units(10);
            [scene.deposit_single(&user, 0, units, 0), scene.redeem_single(&user, 1, 1_000_000, 0)]
        };
        let expected = setup(&mut scene);
        for result in exchange(&mut scene) {
            match untripped {
                Some(error) => assert_error(result, error),
                None => drop(result.unwrap()),
            }
        }
        trip(&mut scene, expected.breaker).unwrap();
        for result in exchange(&mut scene) {
            assert_error(result, BallastError::Halted);
        }
        scene.deposit(&user, DepositInKindArgs { max_amounts, min_shares: 0 }).unwrap();
        let shares = scene.shares_of(&user);
        scene.redeem(&user, RedeemInKindArgs { shares, min_amounts: vec![1, 1], skip_mask: 0, forfeit_mask: 0 }).unwrap();
    }
}

#[test]
fn one_asset_exchanges_go_on_when_a_soft_halt_has_cooled_off() {
    let (mut scene, _) = holding(BREAKERS[0]);
    let user = scene.user("alice", 10_000);
    scene.rebalance(0).unwrap();
    scene.shift(&[], COOLDOWN_SECS - 1);
    let units = scene.assets[0].units(10);
    assert_error(scene.deposit_single(&user, 0, units, 0), BallastError::Halted);
    scene.shift(&[], 1);
    scene.deposit_single(&user, 0, units, 0).unwrap();
}

/// A price that is too wide to be refreshed is evidence against itself, of either kind of feed.
#[test]
fn wide_price_is_evidence() {
    for oracle in [OracleKind::PythPull, OracleKind::PythPush] {
        let mut config = Config::pair();
        config.assets[1].oracle = oracle;
        let mut scene = Scene::drifted(config);
        scene.world.advance(1);
        let wide = |scene: &Scene, conf_bps: u64| {
            let quote = scene.quote(1);
            pyth::Quote { conf: quote.price as u64 / 10_000 * conf_bps, ..quote }
        };
        let trip = instruction::trip_breaker(scene.view.address, Some((1, scene.assets[1].price_account)));
        // What the vault would not take, but which is no breaker's matter yet.
        let quote = wide(&scene, 500);
        scene.publish_quote(1, &quote);
        assert_error(scene.refresh_some(0b10), BallastError::PriceUncertain);
        assert_error(scene.keep(trip.clone()), BallastError::BreakerNotMet);
        let quote = wide(&scene, 501);
        scene.publish_quote(1, &quote);
        let outcome = scene.keep(trip).unwrap();
        let expected = expected(Breaker::Confidence, 1, 501, 500);
        expected.assert_stored(&scene);
        expected.assert_told(&outcome, &scene);
    }
}

#[test]
fn false_evidence_is_refused() {
    let start = due();
    let accuse = |scene: &mut Scene, asset: u8, account: Pubkey| {
        scene.keep(instruction::trip_breaker(scene.view.address, Some((asset, account))))
    };
    let wide = |scene: &mut Scene, index: usize, age_secs: i64| {
        let quote = scene.quote(index);
        let quote = pyth::Quote { conf: quote.price as u64 / 10, publish_time: quote.publish_time - age_secs, ..quote };
        scene.publish_quote(index, &quote);
    };
    let [first, second] = [0, 1].map(|index: usize| start.assets[index].price_account);

    let mut scene = start.clone();
    scene.world.advance(1);
    wide(&mut scene, 1, 0);
    assert_error(accuse(&mut scene, 0, second), BallastError::PriceFeed);
    assert_error(accuse(&mut scene, 1, first), BallastError::PriceFeed);
    assert_error(accuse(&mut scene, 2, second), BallastError::UnknownAsset);
    // Good evidence but for its owner, its verification, its sign, its time.
    let mut forged = scene.clone();
    forged.world.set_owner(&second, &forged.keeper.pubkey());
    assert_error(accuse(&mut forged, 1, second), BallastError::PriceOwner);
    let mut partial = scene.clone();
    let mut update = pyth::pull_update(partial.assets[1].feed, &partial.quote(1));
    update.price_message.conf = update.price_message.price as u64;
    update.verification_level = pyth_solana_receiver_sdk::price_update::VerificationLevel::Partial { num_signatures: 12 };
    partial.world.write_pull(&second, &update);
    assert_error(accuse(&mut partial, 1, second), BallastError::PriceUnverified);
    let mut negative = scene.clone();
    update.verification_level = pyth_solana_receiver_sdk::price_update::VerificationLevel::Full;
    update.price_message.price = -update.price_message.price;
    negative.world.write_pull(&second, &update);
    assert_error(accuse(&mut negative, 1, second), BallastError::PriceNotPositive);
    let mut older = scene.clone();
    wide(&mut older, 1, 2);
    assert_error(accuse(&mut older, 1, second), BallastError::PriceOlderThanLast);
    let mut stale = scene.clone();
    stale.world.advance(61);
    assert_error(accuse(&mut stale, 1, second), BallastError::PriceStale);
    let mut future = scene.clone();
    wide(&mut future, 1, -11);
    assert_error(accuse(&mut future, 1, second), BallastError::PriceFuture);

    // Of an asset that takes no part, a price is no matter. One that is not held yet could be bought or deposited.
    let mut excluded = scene.clone();
    excluded.edit_vault(|vault| vault.assets[1].status = AssetStatus::Quarantined as u8);
    assert_error(accuse(&mut excluded, 1, second), BallastError::BreakerNotMet);
    let mut unheld = scene.clone();
    unheld.edit_vault(|vault| vault.assets[1].balance = 0);
    accuse(&mut unheld, 1, second).unwrap();
    // One account more or less, or evidence against a pool.
    let mut trip = instruction::trip_breaker(scene.view.address, Some((1, second)));
    trip.accounts.push(trip.accounts[2].clone());
    assert_error(scene.keep(trip.clone()), BallastError::AccountsMismatch);
    trip.accounts.truncate(2);
    assert_error(scene.keep(trip), BallastError::AccountsMismatch);
    let mut unasked = instruction::trip_breaker(scene.view.address, None);
    unasked.accounts.push(ballast_client::AccountMeta::new_readonly(second, false));
    assert_error(scene.keep(unasked), BallastError::AccountsMismatch);
    assert_eq!(scene.vault().state.halt, Halt::default());
    // And now for the real thing.
    accuse(&mut scene, 1, second).unwrap();
}

/// A pool is judged by fresh prices of one moment, and by the route's own accounts.
#[test]
fn pool_is_judged_by_the_routes_own_accounts_and_by_prices_of_one_moment() {
    let (mut scene, _) = holding(BREAKERS[5]);
    let trip = trip_instruction(&scene, Breaker::PoolAway);
    let mut stale = scene.clone();
    stale.world.advance(61);
    assert_error(stale.keep(trip.clone()), BallastError::PriceStale);
    let mut apart = scene.clone();
    apart.world.advance(11);
    apart.publish();
    apart.refresh_some(0b01).unwrap();
    assert_error(apart.keep(trip.clone()), BallastError::PricesApart);
    let pins = 2;
    for index in pins..trip.accounts.len() {
        let mut forged = trip.clone();
        forged.accounts[index].pubkey = scene.keeper.pubkey();
        assert_error(scene.keep(forged), BallastError::WrongRouteAccount);
    }
    let mut short = trip.clone();
    short.accounts.pop();
    assert_error(scene.keep(short), BallastError::AccountsMismatch);
    scene.keep(trip).unwrap();
}

/// The trade met its minimum, so it stands; the pool that it left behind stops the route.
#[test]
fn pool_far_from_the_oracle_after_a_trade_halts_the_route_and_the_trade_stands() {
    let mut scene = Scene::drifted_on(200_000, Config::pair());
    scene.edit_vault(|vault| vault.breakers.max_pool_after_bps = 50);
    let before = scene.vault();
    let outcome = scene.rebalance(0).unwrap();
    let (traded, tripped): (Rebalanced, BreakerTripped) = (event(&outcome), event(&outcome));
    assert_eq!((traded.sequence, tripped.sequence), (before.sequence + 1, before.sequence + 2));
    assert!(traded.amount_in > 0 && scene.vault().assets[1].balance == before.assets[1].balance - traded.amount_in);
    let [first, second] = pool_usd(&scene);
    let away = (u128::from(first.abs_diff(second)) * 10_000).div_ceil(u128::from(first.min(second)));
    assert_eq!((tripped.route, tripped.breaker), (scene.route(0).0, Breaker::PoolAway as u8));
    assert_eq!((u128::from(tripped.measured), tripped.limit), (away, 50));
    assert_eq!(scene.vault().state.halt, Halt::default());
    scene.shift(&[], INTERVAL_SECS);
    assert_error(scene.rebalance(0), BallastError::RouteHalted);
    // Another route trades on.
    let mints = [scene.assets[0].mint, scene.assets[1].mint];
    let reserves = scene.pools[0].reserves(&scene.world);
    let other = TokenSwap::create(&mut scene.world, "another pool", mints, reserves, Fees::default());
    scene.register(&other.address()).unwrap();
    scene.pools.push(other);
    scene.edit_route(1, |route| route.active_at = 0);
    scene.rebalance(1).unwrap();
}

#[test]
fn loss_that_uses_up_its_part_of_the_budget_halts_the_vault_and_the_trade_stands() {
    let mut scene = due();
    scene.edit_vault(|vault| vault.breakers.max_loss_used_bps = 1);
    let outcome = scene.rebalance(0).unwrap();
    let (traded, tripped): (Rebalanced, BreakerTripped) = (event(&outcome), event(&outcome));
    let lost_e8 = (u128::from(traded.loss_usd) * 100_000_000).div_ceil(u128::from(traded.nav_before_usd));
    assert_eq!((tripped.breaker, tripped.route), (Breaker::LossBudget as u8, Pubkey::default()));
    assert_eq!((u128::from(tripped.measured), tripped.limit), (lost_e8 * 10_000 / 500_000, 1));
    assert_eq!(scene.vault().state.last_rebalance_at, scene.world.now());
    scene.shift(&[], INTERVAL_SECS);
    assert_error(scene.rebalance(0), BallastError::Halted);
}

/// The averages of the account after random prices: the vault's own never leaves their range.
#[test]
fn refresh_folds_each_price_for_the_time_that_it_stood() {
    let mut scene = Scene::funded(Config::pair(), 1_000);
    let unit = |scene: &Scene| u128::from(scene.vault().assets[1].price_x64);
    let first = unit(&scene);
    assert_eq!(u128::from(scene.vault().assets[1].average_x64), first, "the first price is its own average");
    scene.set_price(1, 6_000_000_000);
    scene.pass(1_800);
    let second = unit(&scene);
    assert_eq!(u128::from(scene.vault().assets[1].average_x64), first, "the new price is compared with the past");
    assert_eq!(u128::from(scene.vault().assets[1].ema_x64), second, "this publisher's average is its price");
    scene.pass(1_800);
    let half = first + (second - first) / 2;
    let average = u128::from(scene.vault().assets[1].average_x64);
    assert!(average.abs_diff(half) <= 1 << 33, "{average} {half}");
    // A price of the same second changes nothing.
    let before = scene.vault().assets;
    scene.refresh().unwrap();
    assert_eq!(bytemuck::bytes_of(&scene.vault().assets), bytemuck::bytes_of(&before));
}

#[test]
fn refresh_refuses_a_moving_average_that_is_no_price() {
    for ema_price in [0, -1] {
        let mut scene = due();
        scene.world.advance(1);
        let mut update = pyth::pull_update(scene.assets[1].feed, &scene.quote(1));
        update.price_message.ema_price = ema_price;
        scene.world.write_pull(&scene.assets[1].price_account.clone(), &update);
        let refused = if ema_price == 0 { BallastError::PriceOutOfRange } else { BallastError::PriceNotPositive };
        assert_error(scene.refresh_some(0b10), refused);
    }
}

/// A fifth asset that nobody holds yet, beside four that everybody knows.
fn bitcoin() -> AssetSpec {
    AssetSpec::spl(8, 4_000_000_000_000, 0)
}

/// Whoever brings the first units of an asset at a price that has jumped would leave with the others' assets when it is back.
#[test]
fn first_deposit_of_an_unheld_asset_waits_while_its_price_is_dislocated() {
    let mut scene = Scene::funded(Config::many(4), 100_000);
    scene.add_asset(&bitcoin(), 1_000);
    let user = scene.user("user", 50_000);
    scene.pass(COOLDOWN_SECS);
    let price_e8 = scene.assets[4].spec.price_e8;
    scene.set_price(4, 2 * price_e8);
    scene.pass(10);
    let amount = scene.assets[4].units(1_000);
    assert_error(scene.deposit_single(&user, 4, amount, 0), BallastError::PriceDislocated);
    scene.set_price(4, price_e8);
    scene.pass(10);
    scene.deposit_single(&user, 4, amount, 0).unwrap();
}

#[test]
fn vault_buys_no_unheld_asset_whose_price_is_dislocated() {
    let config = Config { strategy: strategies::observing(), slack_bps: 10_000, ..Config::many(4) };
    let mut scene = Scene::funded(config, 100_000);
    scene.add_asset(&bitcoin(), 1_000);
    let targets_bps = vec![1_500, 2_500, 2_500, 2_500, 1_000];
    let ramp = scene.queue(Change::Targets(RampArgs { targets_bps, duration_secs: 3_600 }));
    let route = scene.add_route(0, 4, 10_000_000);
    scene.wait_for_timelock();
    scene.apply(ramp).unwrap();
    for _ in 0..8 {
        scene.pass(600);
    }
    assert_eq!(scene.preview(route).reason, 0, "a trade is due");
    let price_e8 = scene.assets[4].spec.price_e8;
    scene.leap(&[(4, 2 * price_e8)], 10);
    let tripped: BreakerTripped = event(&scene.rebalance(route).unwrap());
    assert_eq!((tripped.breaker, tripped.asset), (Breaker::Jump as u8, 4));
    assert_eq!((scene.vault().state.halt.breaker, scene.vault().assets[4].balance), (Breaker::Jump as u8, 0));
    assert_error(scene.rebalance(route), BallastError::Halted);
}

/// A stored price counts for all the time until the next refresh, however briefly it was published: the bound is that the halt is soft,
/// and that a vault which is refreshed every few minutes is spared it.
#[test]
fn momentary_price_fills_the_average_of_an_idle_vault_alone() {
    let printed = || {
        let mut scene = due();
        scene.set_price(1, PRICE_E8 / 10 * 14);
        scene.pass(1);
        scene.set_price(1, PRICE_E8);
        scene
    };
    let over_price_bps = |scene: &Scene| {
        let asset = scene.vault().assets[1];
        u128::from(asset.average_x64) * 10_000 / u128::from(asset.price_x64)
    };
    let mut idle = printed();
    idle.pass(COOLDOWN_SECS);
    // An hour beside half an hour of average: two thirds of the way to 14,000.
    assert_eq!(over_price_bps(&idle), 12_666);
    trip(&mut idle, Breaker::Jump).unwrap();
    assert_eq!((idle.vault().state.halt.breaker, idle.vault().state.halt.is_hard), (Breaker::Jump as u8, 0));
    assert_error(idle.rebalance(0), BallastError::Halted);
    idle.pass(COOLDOWN_SECS);
    idle.rebalance(0).unwrap();
    assert_eq!(idle.vault().state.halt, Halt::default());

    let mut refreshed = printed();
    for _ in 0..COOLDOWN_SECS / INTERVAL_SECS {
        refreshed.pass(INTERVAL_SECS);
        assert!(over_price_bps(&refreshed) < 10_650, "{}", over_price_bps(&refreshed));
        assert_error(trip(&mut refreshed, Breaker::Jump), BallastError::BreakerNotMet);
    }
}
