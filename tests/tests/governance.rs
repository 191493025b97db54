//! `queue_change`, `apply_change`, `cancel_change`: who may change what, when, and how often.

use {
    anchor_lang::error::ErrorCode,
    ballast::{
        error::BallastError,
        events::{ChangeApplied, ChangeCancelled, ChangeQueued, RolesChanged},
        instructions::AssetArgs,
        state::{Change, FeedArgs, MaxWeight, OracleKind, RampArgs, Roles},
    },
    ballast_client::{Pubkey, address, instruction},
    ballast_core::{
        limits::{self, Limits},
        risk::{
            breaker::{self, Breakers},
            stress::{self, Stress},
        },
        state::State,
        strategy::{Strategy, target::Floor},
    },
    ballast_tests::{
        Keypair, Signer,
        attack::assert_fails,
        governance::NOBODY,
        scene::{AssetSpec, Config, Scene, event},
        strategies::{every_part, observing},
        world::WALLET_LAMPORTS,
    },
    std::sync::Arc,
};

/// Dollars in the vault.
const VAULT_DOLLARS: u64 = 100_000;

fn funded() -> Scene {
    Scene::funded(Config { strategy: every_part(), slack_bps: 1_000, ..Config::pair() }, VAULT_DOLLARS)
}

/// Larger trades than before.
fn looser(scene: &Scene) -> Change {
    let limits = scene.vault().limits;
    Change::Limits(Limits { max_trade_bps: limits.max_trade_bps + 100, ..limits })
}

/// Smaller trades than before.
fn tighter(scene: &Scene) -> Change {
    let limits = scene.vault().limits;
    Change::Limits(Limits { max_trade_bps: limits.max_trade_bps - 100, ..limits })
}

/// The vault passes to somebody else, who is the scene's admin from now on.
fn hand_over(scene: &mut Scene, next: &Arc<Keypair>) {
    let (admin, vault) = (scene.admin.clone(), scene.view.address);
    scene.send(&[instruction::propose_admin(admin.pubkey(), vault, next.pubkey())], &[&admin]).unwrap();
    scene.send(&[instruction::accept_admin(next.pubkey(), vault)], &[next]).unwrap();
    scene.admin = next.clone();
}

#[test]
fn change_is_announced_and_applied_after_the_timelock() {
    let mut scene = funded();
    let (admin, vault) = (scene.admin.clone(), scene.view.address);
    let lamports = scene.world.account(&admin.pubkey()).lamports;
    let (before, change) = (scene.vault(), looser(&scene));
    let outcome = scene.queue_by(&admin, change.clone()).unwrap();
    let eta = scene.world.now() + i64::from(limits::DEFAULT.timelock_secs);
    let expires_at = eta + i64::from(limits::DEFAULT.change_window_secs);
    let event: ChangeQueued = event(&outcome);
    assert_eq!((event.vault, event.slot, event.sequence), (vault, scene.world.clock().slot, before.sequence + 1));
    assert_eq!((event.by, event.id, event.eta, event.expires_at), (admin.pubkey(), 0, eta, expires_at));
    assert_eq!(event.change, change);
    let queued = scene.queued(0);
    assert_eq!((queued.vault, queued.admin, queued.id), (vault, admin.pubkey(), 0));
    assert_eq!((queued.sequence, queued.eta, queued.expires_at), (event.sequence, eta, expires_at));
    assert_eq!(queued.change, change);
    let announced = scene.vault();
    assert_eq!((announced.change_count, announced.limits), (1, before.limits), "announced, not made");

    for at in [scene.world.now(), eta - 1] {
        scene.world.set_time(at);
        assert_fails(scene.apply(0), BallastError::ChangeTimelocked);
    }
    scene.world.advance(1);
    let outcome = scene.apply(0).unwrap();
    let event: ChangeApplied = ballast_tests::scene::event(&outcome);
    assert_eq!((event.vault, event.slot, event.sequence), (vault, scene.world.clock().slot, announced.sequence + 1));
    assert_eq!((event.by, event.id), (admin.pubkey(), 0));
    assert_eq!(event.change, change);
    assert_eq!(scene.vault().limits, Limits { max_trade_bps: 600, ..before.limits });
    // The account's lamports came back; five transactions of one signature were paid for.
    assert!(!scene.is_queued(0));
    assert_eq!(scene.world.account(&admin.pubkey()).lamports, lamports - 4 * 5_000);
    assert_fails(scene.apply(0), ErrorCode::AccountNotInitialized);
}

#[test]
fn change_expires() {
    let mut scene = funded();
    let id = scene.queue(looser(&scene));
    let expires_at = scene.queued(id).expires_at;
    scene.world.set_time(expires_at);
    scene.clone().apply(id).unwrap();
    scene.world.set_time(expires_at + 1);
    assert_fails(scene.apply(id), BallastError::ChangeExpired);
    let admin = scene.admin.clone();
    scene.cancel_by(&admin, id).unwrap();
}

#[test]
fn change_of_an_empty_vault_is_applied_at_once() {
    let mut scene = Scene::empty(Config::pair());
    let id = scene.queue(looser(&scene));
    scene.apply(id).unwrap();
    assert_eq!(scene.vault().limits.max_trade_bps, 600);
}

/// What is queued while there is nobody to warn does not meet those who come unannounced.
#[test]
fn change_queued_before_the_first_deposit_waits_once_there_is_one() {
    let mut scene = Scene::empty(Config::pair());
    let id = scene.queue(looser(&scene));
    scene.refresh().unwrap();
    scene.seed(VAULT_DOLLARS);
    assert_fails(scene.apply(id), BallastError::ChangeTimelocked);
    scene.wait_for_timelock();
    scene.apply(id).unwrap();
}

#[test]
fn change_is_for_one_vault_only() {
    let mut scene = funded();
    let mallory = scene.user("mallory", 1);
    let theirs = scene.second_vault(&mallory);
    let queue = instruction::queue_change(mallory.pubkey(), theirs.address, 0, looser(&scene));
    scene.send(&[queue], &[&mallory]).unwrap();
    let id = scene.queue(looser(&scene));
    scene.wait_for_timelock();
    let admin = scene.admin.clone();
    let mixed = |signer: &Keypair, vault: Pubkey, of: Pubkey| {
        let mut apply = instruction::apply_change(signer.pubkey(), vault, id);
        apply.accounts[2].pubkey = address::change(&of, id);
        apply
    };
    let ours = scene.view.address;
    for (signer, vault, of) in
        [(&*admin, ours, theirs.address), (&mallory, ours, theirs.address), (&mallory, theirs.address, ours)]
    {
        let apply = mixed(signer, vault, of);
        assert_fails(scene.clone().send(&[apply], &[signer]), ErrorCode::ConstraintSeeds);
    }
    assert_fails(scene.apply_by(&mallory, id), BallastError::NotAdmin);
    scene.apply(id).unwrap();
}

#[test]
fn number_is_never_used_again() {
    let mut scene = funded();
    let admin = scene.admin.clone();
    let first = scene.queue(looser(&scene));
    scene.cancel_by(&admin, first).unwrap();
    let second = scene.queue(looser(&scene));
    assert_eq!((first, second, scene.vault().change_count), (0, 1, 2));
    // Neither at the address of a number that was nor of one that will be.
    for id in [0, 1, 3, u64::MAX] {
        let queue = instruction::queue_change(admin.pubkey(), scene.view.address, id, looser(&scene));
        assert_fails(scene.clone().send(&[queue], &[&admin]), ErrorCode::ConstraintSeeds);
    }
    scene.wait_for_timelock();
    assert_fails(scene.apply(first), ErrorCode::AccountNotInitialized);
    scene.apply(second).unwrap();
}

/// Nobody can stand in the way of the next change by paying for its account in advance.
#[test]
fn change_is_queued_where_somebody_sent_lamports() {
    let mut scene = funded();
    let next = address::change(&scene.view.address, 0);
    for lamports in [1, 1_000_000_000] {
        let mut scene = scene.clone();
        scene.world.set_account(&next, solana_account::Account { lamports, ..Default::default() });
        let id = scene.queue(looser(&scene));
        scene.wait_for_timelock();
        scene.apply(id).unwrap();
        assert!(!scene.is_queued(id));
    }
    scene.queue(looser(&scene));
}

#[test]
fn another_admin_inherits_no_changes() {
    let mut scene = funded();
    let (first, second) = (scene.admin.clone(), Arc::new(scene.world.wallet("second admin")));
    let id = scene.queue(looser(&scene));
    let rent = scene.world.account(&address::change(&scene.view.address, id)).lamports;
    hand_over(&mut scene, &second);
    scene.wait_for_timelock();
    assert_fails(scene.apply_by(&first, id), BallastError::NotAdmin);
    assert_fails(scene.apply_by(&second, id), BallastError::ChangeOfAnotherAdmin);
    // Nor can the first one take it back; the second one can, and the first one gets the lamports.
    let cancel = |signer: &Keypair, payer: Pubkey| instruction::cancel_change(signer.pubkey(), scene.view.address, id, payer);
    let [by_first, by_second, to_second] =
        [cancel(&first, first.pubkey()), cancel(&second, first.pubkey()), cancel(&second, second.pubkey())];
    assert_fails(scene.clone().send(&[by_first], &[&first]), BallastError::NotGuardian);
    assert_fails(scene.clone().send(&[to_second], &[&second]), BallastError::WrongAccount);
    let lamports = scene.world.account(&first.pubkey()).lamports;
    scene.send(&[by_second], &[&second]).unwrap();
    assert_eq!(scene.world.account(&first.pubkey()).lamports, lamports + rent);
}

#[test]
fn tightening_voids_what_was_queued_before() {
    let mut scene = funded();
    let (guardian, next) = (scene.guardian.clone(), scene.world.keypair("next guardian").pubkey());
    let before = scene.queue(looser(&scene));
    let another = scene.queue(Change::Guardian(next));
    scene.wait_for_timelock();
    scene.tighten_by(&guardian, tighter(&scene)).unwrap();
    // It would have brought back what the guardian has just taken.
    assert_fails(scene.apply(before), BallastError::ChangeOutdated);
    // With a guardian who tightens for ever, this one still goes through.
    scene.apply(another).unwrap();
    assert_eq!(scene.vault().guardian, next);
    let after = scene.queue(looser(&scene));
    scene.wait_for_timelock();
    scene.apply(after).unwrap();
}

#[test]
fn change_is_cancelled_by_guardian_and_admin() {
    let mut scene = funded();
    let (admin, guardian) = (scene.admin.clone(), scene.guardian.clone());
    let rent = WALLET_LAMPORTS;
    for signer in [admin.clone(), guardian.clone()] {
        let id = scene.queue(looser(&scene));
        let lamports = scene.world.account(&address::change(&scene.view.address, id)).lamports;
        let before = (scene.world.account(&admin.pubkey()).lamports, scene.vault().sequence);
        assert!(lamports < rent);
        let outcome = scene.cancel_by(&signer, id).unwrap();
        let event: ChangeCancelled = event(&outcome);
        assert_eq!((event.vault, event.slot, event.sequence), (scene.view.address, scene.world.clock().slot, before.1 + 1));
        assert_eq!((event.by, event.id), (signer.pubkey(), id));
        let fee = if signer.pubkey() == admin.pubkey() { 5_000 } else { 0 };
        assert_eq!(scene.world.account(&admin.pubkey()).lamports, before.0 + lamports - fee);
        assert_fails(scene.apply(id), ErrorCode::AccountNotInitialized);
    }
    let id = scene.queue(looser(&scene));
    for signer in [scene.keeper.clone(), scene.forecaster.clone()] {
        assert_fails(scene.cancel_by(&signer, id), BallastError::NotGuardian);
    }
}

#[test]
fn guardian_does_not_hold_up_its_own_replacement() {
    let mut scene = funded();
    let (admin, guardian) = (scene.admin.clone(), scene.guardian.clone());
    let next = Arc::new(scene.world.wallet("next guardian"));
    let id = scene.queue(Change::Guardian(next.pubkey()));
    assert_fails(scene.cancel_by(&guardian, id), BallastError::NotAdmin);
    scene.clone().cancel_by(&admin, id).unwrap();
    scene.wait_for_timelock();
    let outcome = scene.apply(id).unwrap();
    let roles: RolesChanged = event(&outcome);
    assert_eq!((roles.vault, roles.guardian, roles.forecaster), (scene.view.address, next.pubkey(), scene.forecaster.pubkey()));
    assert_eq!((roles.sequence + 1, event::<ChangeApplied>(&outcome).sequence), (scene.vault().sequence, scene.vault().sequence));
    assert_fails(scene.tighten_by(&guardian, tighter(&scene)), BallastError::NotGuardian);
    scene.tighten_by(&next, tighter(&scene)).unwrap();
}

#[test]
fn only_the_admin_queues_and_applies() {
    let mut scene = funded();
    let id = scene.queue(looser(&scene));
    scene.wait_for_timelock();
    for signer in [scene.guardian.clone(), scene.forecaster.clone(), scene.keeper.clone()] {
        assert_fails(scene.queue_by(&signer, looser(&scene)), BallastError::NotAdmin);
        assert_fails(scene.apply_by(&signer, id), BallastError::NotAdmin);
    }
}

#[test]
fn impossible_change_is_refused_when_it_is_queued() {
    let mut scene = funded();
    let admin = scene.admin.clone();
    let (oracle, feed) = (OracleKind::PythPull, [0; 32]);
    let asset = AssetArgs { target_bps: 0, band_abs_bps: 1, band_rel_bps: 1, oracle, feed };
    let slot = scene.slots()[0];
    for (change, error) in [
        (Change::Limits(Limits { timelock_secs: 86_399, ..limits::DEFAULT }), BallastError::LimitOutOfBounds),
        (Change::Breakers(Breakers { hard_mask: 128, ..breaker::DEFAULT }), BallastError::RiskOutOfBounds),
        (Change::Stress(Stress { max_loss_bps: 0, ..stress::DEFAULT }), BallastError::RiskOutOfBounds),
        (Change::Strategy(Strategy::plain(), vec![slot; 17]), BallastError::AccountsMismatch),
        (Change::Targets(RampArgs { targets_bps: vec![1; 17], duration_secs: 3_600 }), BallastError::AccountsMismatch),
        (Change::Guardian(Pubkey::default()), BallastError::GuardianMissing),
        (Change::AddAsset(asset, MaxWeight { max_bps: 0 }), BallastError::FeedMissing),
        (Change::Feed(FeedArgs { asset: 0, oracle, feed }), BallastError::FeedMissing),
    ] {
        assert_fails(scene.queue_by(&admin, change), error);
    }
    assert_eq!(scene.vault().change_count, 0);
}

/// What was valid when it was queued need not be so any more.
#[test]
fn whole_configuration_is_checked_when_a_change_is_applied() {
    let mut scene = funded();
    // Observations are ten minutes apart, ten times the oldest price.
    let limits = scene.vault().limits;
    let older = scene.queue(Change::Limits(Limits { max_price_age_secs: 61, ..limits }));
    let smaller = scene.queue(Change::Limits(Limits { max_trade_bps: 1, ..limits }));
    let bounds = scene.queue(Change::Strategy(every_part(), scene.slots()));
    scene.wait_for_timelock();
    assert_fails(scene.apply(older), BallastError::StrategyOutOfBounds);
    assert_fails(scene.apply(smaller), BallastError::StrategyOutOfBounds);
    // The basket grows in the meantime.
    scene.add_asset(&AssetSpec::spl(6, 100_000_000, 0), 1_000);
    assert_fails(scene.apply(bounds), BallastError::AccountsMismatch);
    assert_eq!((scene.vault().limits, scene.vault().asset_count), (limits, 3));
}

#[test]
fn accounts_that_a_change_does_not_take_are_refused() {
    let mut scene = funded();
    let id = scene.queue(looser(&scene));
    scene.wait_for_timelock();
    let asset = scene.view.assets[0];
    assert_fails(scene.apply_asset(id, &asset), BallastError::AccountsMismatch);
}

#[test]
fn breakers_stress_and_limits_are_replaced() {
    let mut scene = funded();
    let breakers = Breakers { max_jump_bps: 2_000, ..breaker::DEFAULT };
    scene.change(Change::Breakers(breakers)).unwrap();
    let mut stress = stress::DEFAULT;
    stress.shocks[0].moves_bps[1] = -5_000;
    scene.change(Change::Stress(stress)).unwrap();
    let vault = scene.vault();
    assert_eq!(
        (vault.breakers, vault.stress, vault.limits),
        (breakers, stress, Limits { entry_fee_bps: 0, exit_fee_bps: 0, ..limits::DEFAULT })
    );
}

#[test]
fn strategy_begins_anew_only_where_it_changed() {
    let mut scene = funded();
    scene.observe().unwrap();
    let expires_at = scene.world.now() + 3_600;
    scene.post_forecast(12_000, expires_at).unwrap();
    let before = scene.vault();
    assert!(u128::from(before.state.floor_x64) > 0 && before.state.statistics != Default::default());

    // The gate remembers nothing.
    let mut strategy = every_part();
    strategy.gate.min_ratio_bps += 1;
    let mut slots = scene.slots();
    (slots[0].band_abs_bps, slots[1].max_bps) = (123, 7_000);
    scene.change(Change::Strategy(strategy, slots.clone())).unwrap();
    let after = scene.vault();
    // Fees accrue by every change.
    let state = State { fees: after.state.fees, ..before.state };
    assert_eq!((after.strategy, scene.slots()), (strategy, slots.clone()));
    assert!(after.state == state);

    let changes: [fn(&mut Strategy); 3] = [
        |strategy| strategy.sampling.winsor_e2 += 1,
        |strategy| strategy.forecast_band.max_scale_bps += 1,
        |strategy| strategy.floor = Floor { floor_bps: 6_999, ..strategy.floor },
    ];
    let anew = changes.map(|change| {
        let mut scene = scene.clone();
        change(&mut strategy);
        scene.change(Change::Strategy(strategy, slots.clone())).unwrap();
        let state = scene.vault().state;
        [
            state.statistics != after.state.statistics,
            state.forecast != after.state.forecast,
            state.floor_x64 != after.state.floor_x64,
        ]
    });
    // Each copy has its predecessors' changes too.
    assert_eq!(anew, [[true, false, false], [true, true, false], [true, true, true]]);
}

#[test]
fn strategy_must_fit_the_basket() {
    let mut scene = funded();
    let mut bounds = scene.slots();
    bounds[0].min_bps = 5_001;
    assert_fails(scene.change(Change::Strategy(every_part(), bounds)), BallastError::StrategyOutOfBounds);
    let mut bands = scene.slots();
    bands[1].band_rel_bps = 0;
    assert_fails(scene.change(Change::Strategy(every_part(), bands)), BallastError::BandOutOfBounds);
    for count in [0, 1, 3] {
        let slots = vec![scene.slots()[0]; count];
        assert_fails(scene.change(Change::Strategy(observing(), slots)), BallastError::AccountsMismatch);
    }
}

#[test]
fn roles_change_hands() {
    let mut scene = funded();
    let [manager, forecaster, fee_recipient] = [1, 2, 3].map(|byte| Pubkey::new_from_array([byte; 32]));
    let expires_at = scene.world.now() + 86_400;
    scene.post_forecast(12_000, expires_at).unwrap();
    let outcome = scene.change(Change::Roles(Roles { manager, forecaster, fee_recipient })).unwrap();
    let vault = scene.vault();
    assert_eq!((vault.manager, vault.forecaster, vault.fee_recipient), (manager, forecaster, fee_recipient));
    // The former forecaster's word is no word any more.
    assert_eq!(vault.state.forecast, Default::default());
    let event: RolesChanged = event(&outcome);
    assert_eq!((event.guardian, event.manager), (scene.guardian.pubkey(), manager));
    assert_eq!((event.forecaster, event.fee_recipient), (forecaster, fee_recipient));
    let now = scene.world.now();
    assert_fails(scene.post_forecast(12_000, now + 60), BallastError::NotForecaster);
    scene.change(Change::Roles(NOBODY)).unwrap();
    assert_eq!(scene.vault().roles(), NOBODY);
}

/// Neither a higher rate nor a first recipient reaches back.
#[test]
fn time_before_a_change_of_the_fee_is_paid_at_the_old_rate() {
    let mut scene = funded();
    let before = scene.vault();
    scene.world.advance(86_400 * 365);
    let fee_recipient = scene.keeper.pubkey();
    let forecaster = before.forecaster;
    let accrued = |scene: &Scene| scene.vault().total_shares - before.total_shares;
    let rate = |management_fee_bps| Change::Limits(Limits { management_fee_bps, ..before.limits });
    scene.change(rate(100)).unwrap();
    scene.world.advance(86_400 * 365);
    scene.change(Change::Roles(Roles { forecaster, fee_recipient, ..NOBODY })).unwrap();
    assert_eq!(accrued(&scene), 0, "a fee for nobody does not accrue");
    let id = scene.queue(rate(500));
    let applied_at = scene.world.now();
    scene.wait_for_timelock();
    scene.apply(id).unwrap();
    let days = (scene.world.now() - applied_at) as f64 / 86_400.0;
    let exact = before.total_shares as f64 * (0.01 * days / 365.25).exp_m1();
    assert!((accrued(&scene) as f64 - exact).abs() <= exact / 1_000.0 + 2.0, "{} and not {exact}", accrued(&scene));
}

#[test]
fn strategy_change_of_sixteen_assets_fits_a_transaction() {
    let mut scene = Scene::funded(Config { slack_bps: 100, ..Config::mixed(16) }, VAULT_DOLLARS);
    scene.change(Change::Strategy(observing(), scene.slots())).unwrap();
    assert_eq!(scene.vault().strategy, observing());
}
