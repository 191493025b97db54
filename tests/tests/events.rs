//! Events as an indexer reads them: every change of a vault has one, with the vault, the slot and the next number.

use anchor_lang::prelude::Pubkey;
use anchor_lang::{AnchorDeserialize, Discriminator, Event};
use ballast::events::*;
use ballast::instructions::{DepositInKindArgs, RedeemInKindArgs};
use ballast::state::{Change, RampArgs, Roles, pause};
use ballast_client::{Instruction, decode, instruction};
use ballast_core::limits::Limits;
use ballast_core::strategy::Strategy;
use ballast_tests::amm::Pool;
use ballast_tests::governance::NOBODY;
use ballast_tests::scene::{Config, Scene};
use ballast_tests::strategies;
use ballast_tests::{Keypair, Signer};

/// What every event begins with.
type Head = (Pubkey, u64, u64);

/// The events of one type in a log, as heads.
fn heads<E: Event + AnchorDeserialize + Discriminator>(logs: &[String], head: fn(E) -> Head) -> Vec<Head> {
    decode::events::<E>(logs).into_iter().map(head).collect()
}

/// The events of every type in a log.
fn all_heads(logs: &[String]) -> Vec<Head> {
    macro_rules! of_each {
        ($($event:ident),* $(,)?) => {
            [$(heads::<$event>(logs, |event| (event.vault, event.slot, event.sequence))),*].concat()
        };
    }
    of_each![
        VaultInitialized,
        PricesRefreshed,
        DepositedInKind,
        RedeemedInKind,
        SingleAssetExchange,
        Claimed,
        AssetQuarantined,
        FeesCollected,
        RouteRegistered,
        Rebalanced,
        BreakerTripped,
        BreakerCleared,
        Observed,
        StrategyConfigured,
        RampStarted,
        ForecastPosted,
        PauseChanged,
        AdminChanged,
        ChangeQueued,
        ChangeApplied,
        ChangeCancelled,
        Tightened,
        RolesChanged,
        AssetAdded,
        AssetRemoved,
        RouteClosed,
        ReserveClosed,
        VaultClosed,
    ]
}

/// Sends an instruction a second later and asserts that it is one change with one event.
#[track_caller]
fn assert_one_change(scene: &mut Scene, instruction: Instruction, signer: &Keypair, sequence: u64) {
    scene.world.advance(1);
    let outcome = scene.send(&[instruction], &[signer]).unwrap();
    let head = (scene.view.address, scene.world.clock().slot, sequence);
    assert_eq!(all_heads(&outcome.logs), [head]);
    assert_eq!(scene.vault().sequence, sequence);
}

#[test]
fn every_change_has_one_event_and_the_next_number() {
    let mut scene = Scene::bare(Config {
        strategy: Strategy { forecast_band: strategies::every_part().forecast_band, ..strategies::observing() },
        ..Config::pair()
    });
    let (admin, keeper, view) = (scene.admin.clone(), scene.keeper.clone(), scene.view.clone());
    let next_admin = scene.world.wallet("next admin");
    let initialize = scene.initialize_instruction(scene.initialize_args());
    assert_one_change(&mut scene, initialize, &admin, 1);
    let configure = instruction::configure_strategy(admin.pubkey(), view.address, scene.configure_args());
    assert_one_change(&mut scene, configure, &admin, 2);
    scene.user("admin", 1_000_000);

    let pool = scene.create_pool(0, 1, 10_000_000);
    let register = instruction::register_route(admin.pubkey(), view.address, pool.address());
    assert_one_change(&mut scene, register, &admin, 3);
    scene.pools.push(pool);
    let refresh = scene.refresh_instruction();
    assert_one_change(&mut scene, refresh, &keeper, 4);

    // Three to one, so that a rebalance is due.
    let max_amounts = vec![scene.assets[0].units(75_000), scene.assets[1].units(25_000)];
    let first = DepositInKindArgs { max_amounts, min_shares: 100_000_000_000 };
    assert_one_change(&mut scene, instruction::deposit_in_kind(admin.pubkey(), &view, first), &admin, 5);
    // One-asset exchanges may not add to the drift.
    let deposit = instruction::deposit_single(admin.pubkey(), &view, 1, 1_000_000, 0).unwrap();
    assert_one_change(&mut scene, deposit, &admin, 6);
    let redeem = instruction::redeem_single(admin.pubkey(), &view, 0, 1_000_000, 0).unwrap();
    assert_one_change(&mut scene, redeem, &admin, 7);
    let redeem = RedeemInKindArgs { shares: 1_000_000, min_amounts: vec![0, 0], skip_mask: 0, forfeit_mask: 0 };
    assert_one_change(&mut scene, instruction::redeem_in_kind(admin.pubkey(), &view, redeem), &admin, 8);
    let rebalance = scene.rebalance_instruction(0, 0);
    assert_one_change(&mut scene, rebalance, &keeper, 9);
    assert_one_change(&mut scene, instruction::observe(view.address), &keeper, 10);

    let (forecaster, now) = (scene.forecaster.clone(), scene.world.now());
    let forecast = instruction::post_forecast(forecaster.pubkey(), view.address, 12_000, now + 60);
    assert_one_change(&mut scene, forecast, &forecaster, 11);
    let ramp = instruction::start_ramp(admin.pubkey(), view.address, vec![5_000, 5_000], 86_400);
    assert_one_change(&mut scene, ramp, &admin, 12);
    let pause = instruction::set_pause(admin.pubkey(), view.address, pause::ALL, true);
    assert_one_change(&mut scene, pause, &admin, 13);
    let propose = instruction::propose_admin(admin.pubkey(), view.address, next_admin.pubkey());
    assert_one_change(&mut scene, propose, &admin, 14);
    let accept = instruction::accept_admin(next_admin.pubkey(), view.address);
    assert_one_change(&mut scene, accept, &next_admin, 15);
    exits_and_fees(&mut scene, &admin, &next_admin);
}

/// The rest of [`every_change_has_one_event_and_the_next_number`]: a holder claims, the admin's fee is collected, an asset is
/// quarantined.
fn exits_and_fees(scene: &mut Scene, holder: &Keypair, admin: &Keypair) {
    let view = scene.view.clone();
    scene.open_claims(holder).unwrap();
    assert_eq!(scene.vault().sequence, 15, "claims are not the vault's");
    let redeem = RedeemInKindArgs { shares: 1_000_000, min_amounts: vec![0, 0], skip_mask: 0b01, forfeit_mask: 0 };
    assert_one_change(scene, instruction::redeem_in_kind(holder.pubkey(), &view, redeem), holder, 16);
    assert_one_change(scene, instruction::claim(holder.pubkey(), &view, 0).unwrap(), holder, 17);
    scene.edit_vault(|vault| {
        vault.limits.management_fee_bps = 100;
        vault.fee_recipient = holder.pubkey();
    });
    assert_one_change(scene, instruction::collect_fees(&view, &holder.pubkey()), holder, 18);
    assert_one_change(scene, instruction::quarantine(admin.pubkey(), &view, 1).unwrap(), admin, 19);
}

#[test]
fn every_halt_has_its_events() {
    let mut scene = Scene::drifted(Config::pair());
    let (keeper, admin, view) = (scene.keeper.clone(), scene.admin.clone(), scene.view.clone());
    scene.leap(&[(1, 12_000_000_000)], 300);
    let sequence = scene.vault().sequence;
    let trip = instruction::trip_breaker(view.address, None);
    assert_one_change(&mut scene, trip, &keeper, sequence + 1);
    assert_one_change(&mut scene, instruction::clear_breaker(admin.pubkey(), view.address, None), &admin, sequence + 2);
    let rebalance = scene.rebalance_instruction(0, 0);
    assert_one_change(&mut scene, rebalance, &keeper, sequence + 3);
    assert_ne!(scene.vault().state.halt.breaker, 0, "it tripped");
}

#[test]
fn every_change_of_the_configuration_has_its_events() {
    let mut scene = Scene::with_route(Config { slack_bps: 1_000, ..Config::pair() }, 1_000, 1_000_000);
    let (admin, guardian, view) = (scene.admin.clone(), scene.guardian.clone(), scene.view.clone());
    let vault = scene.vault();
    let (limits, mut sequence) = (vault.limits, vault.sequence);
    let mut next = || {
        sequence += 1;
        sequence
    };
    let looser = Change::Limits(Limits { max_trade_bps: 600, ..limits });
    for id in [0, 1] {
        let queue = instruction::queue_change(admin.pubkey(), view.address, id, looser.clone());
        assert_one_change(&mut scene, queue, &admin, next());
    }
    let cancel = instruction::cancel_change(guardian.pubkey(), view.address, 0, admin.pubkey());
    assert_one_change(&mut scene, cancel, &guardian, next());
    scene.wait_for_timelock();
    assert_one_change(&mut scene, instruction::apply_change(admin.pubkey(), view.address, 1), &admin, next());
    let tighter = Change::Limits(Limits { max_trade_bps: 400, ..limits });
    assert_one_change(&mut scene, instruction::tighten(guardian.pubkey(), view.address, tighter), &guardian, next());

    // What a change leads to besides has a number and an event of its own, before the change's.
    let roles = Roles { manager: admin.pubkey(), ..NOBODY };
    let ramp = RampArgs { targets_bps: vec![4_500, 5_500], duration_secs: 3_600 };
    for change in [Change::Roles(roles), Change::Guardian(guardian.pubkey()), Change::Targets(ramp)] {
        next();
        let outcome = scene.change(change).unwrap();
        let slot = scene.world.clock().slot;
        let mut heads = all_heads(&outcome.logs);
        heads.sort_by_key(|head| head.2);
        assert_eq!(heads, [(view.address, slot, next()), (view.address, slot, next())]);
    }
    let close = instruction::close_route(guardian.pubkey(), admin.pubkey(), view.address, scene.pools[0].address());
    assert_one_change(&mut scene, close, &guardian, next());
}

#[test]
fn a_preview_is_no_change() {
    let scene = Scene::with_route(Config::pair(), 1_000, 1_000_000);
    let before = scene.world.account(&scene.view.address);
    scene.preview(0);
    assert_eq!(scene.world.account(&scene.view.address), before);
}
