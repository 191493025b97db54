//! `set_pause`, `propose_admin`, `accept_admin`: who may do what.

use anchor_lang::prelude::Pubkey;
use ballast::error::BallastError;
use ballast::events::{AdminChanged, PauseChanged};
use ballast::state::pause;
use ballast_client::instruction;
use ballast_tests::attack::assert_fails;
use ballast_tests::scene::{Config, Scene, event};
use ballast_tests::transaction::{Failure, Outcome};
use ballast_tests::{Keypair, Signer};

fn set_pause(scene: &mut Scene, signer: &Keypair, activities: u8, is_paused: bool) -> Result<Outcome, Failure> {
    let set_pause = instruction::set_pause(signer.pubkey(), scene.view.address, activities, is_paused);
    scene.send(&[set_pause], &[signer])
}

fn propose(scene: &mut Scene, signer: &Keypair, new_admin: Pubkey) -> Result<Outcome, Failure> {
    let propose = instruction::propose_admin(signer.pubkey(), scene.view.address, new_admin);
    scene.send(&[propose], &[signer])
}

fn accept(scene: &mut Scene, new_admin: &Keypair) -> Result<Outcome, Failure> {
    let accept = instruction::accept_admin(new_admin.pubkey(), scene.view.address);
    scene.send(&[accept], &[new_admin])
}

#[track_caller]
fn assert_pause_event(scene: &Scene, outcome: &Outcome, sequence: u64, by: &Keypair, change: (u8, u8)) {
    let event: PauseChanged = event(outcome);
    assert_eq!((event.vault, event.slot, event.sequence), (scene.view.address, scene.world.clock().slot, sequence));
    assert_eq!((event.by, (event.before, event.after)), (by.pubkey(), change));
    assert_eq!((scene.vault().paused, scene.vault().sequence), (change.1, sequence));
}

#[track_caller]
fn assert_admin_event(scene: &Scene, outcome: &Outcome, sequence: u64, admin: Pubkey, pending_admin: Pubkey) {
    let event: AdminChanged = event(outcome);
    assert_eq!((event.vault, event.slot, event.sequence), (scene.view.address, scene.world.clock().slot, sequence));
    assert_eq!((event.admin, event.pending_admin), (admin, pending_admin));
    let vault = scene.vault();
    assert_eq!((vault.admin, vault.pending_admin, vault.sequence), (admin, pending_admin, sequence));
}

#[test]
fn set_pause_by_guardian_and_admin_changes_only_the_named_activities() {
    let mut scene = Scene::empty(Config::many(16));
    let (admin, guardian) = (scene.admin.clone(), scene.guardian.clone());
    scene.world.advance(10);

    let outcome = set_pause(&mut scene, &guardian, pause::DEPOSIT_SINGLE, true).unwrap();
    assert_pause_event(&scene, &outcome, 2, &guardian, (0, pause::DEPOSIT_SINGLE));
    let both = pause::DEPOSIT_SINGLE | pause::REBALANCE;
    let outcome = set_pause(&mut scene, &admin, pause::REBALANCE, true).unwrap();
    assert_pause_event(&scene, &outcome, 3, &admin, (pause::DEPOSIT_SINGLE, both));
    let outcome = set_pause(&mut scene, &guardian, pause::ALL, true).unwrap();
    assert_pause_event(&scene, &outcome, 4, &guardian, (both, pause::ALL));
    let outcome = set_pause(&mut scene, &admin, both, false).unwrap();
    assert_pause_event(&scene, &outcome, 5, &admin, (pause::ALL, pause::DEPOSIT_IN_KIND | pause::REDEEM_SINGLE));
    let outcome = set_pause(&mut scene, &admin, pause::ALL, false).unwrap();
    assert_pause_event(&scene, &outcome, 6, &admin, (pause::DEPOSIT_IN_KIND | pause::REDEEM_SINGLE, 0));
}

#[test]
fn set_pause_refuses_unknown_activities() {
    let mut scene = Scene::empty(Config::pair());
    let admin = scene.admin.clone();
    for activities in [0, pause::ALL + 1, pause::REBALANCE << 1, 1 << 7, u8::MAX] {
        for is_paused in [true, false] {
            assert_fails(set_pause(&mut scene, &admin, activities, is_paused), BallastError::UnknownActivity);
        }
    }
    assert_eq!((scene.vault().paused, scene.vault().sequence), (0, 1));
}

#[test]
fn set_pause_lets_only_guardian_and_admin_pause() {
    let mut scene = Scene::empty(Config::pair());
    let mallory = scene.world.wallet("mallory");
    assert_fails(set_pause(&mut scene, &mallory, pause::ALL, true), BallastError::NotGuardian);
}

#[test]
fn set_pause_lets_only_the_admin_unpause() {
    let mut scene = Scene::empty(Config::pair());
    let (guardian, mallory) = (scene.guardian.clone(), scene.world.wallet("mallory"));
    set_pause(&mut scene, &guardian, pause::ALL, true).unwrap();
    for signer in [&*guardian, &mallory] {
        assert_fails(set_pause(&mut scene, signer, pause::REBALANCE, false), BallastError::NotAdmin);
    }
    assert_eq!(scene.vault().paused, pause::ALL);
}

#[test]
fn admin_is_handed_over_in_two_steps() {
    let mut scene = Scene::empty(Config::many(16));
    let (admin, guardian) = (scene.admin.clone(), scene.guardian.clone());
    let [first, second] = ["first", "second"].map(|label| scene.world.wallet(label));
    scene.world.advance(10);

    let outcome = propose(&mut scene, &admin, first.pubkey()).unwrap();
    assert_admin_event(&scene, &outcome, 2, admin.pubkey(), first.pubkey());
    assert_fails(propose(&mut scene, &first, first.pubkey()), BallastError::NotAdmin);
    assert_fails(accept(&mut scene, &second), BallastError::NotPendingAdmin);

    // A second proposal replaces the first.
    let outcome = propose(&mut scene, &admin, second.pubkey()).unwrap();
    assert_admin_event(&scene, &outcome, 3, admin.pubkey(), second.pubkey());
    assert_fails(accept(&mut scene, &first), BallastError::NotPendingAdmin);
    let outcome = accept(&mut scene, &second).unwrap();
    assert_admin_event(&scene, &outcome, 4, second.pubkey(), Pubkey::default());

    // The creator keeps the address and nothing else.
    assert_eq!(scene.vault().creator, admin.pubkey());
    assert_fails(propose(&mut scene, &admin, admin.pubkey()), BallastError::NotAdmin);
    assert_fails(set_pause(&mut scene, &admin, pause::ALL, true), BallastError::NotGuardian);
    set_pause(&mut scene, &guardian, pause::ALL, true).unwrap();
    assert_fails(set_pause(&mut scene, &admin, pause::ALL, false), BallastError::NotAdmin);
    set_pause(&mut scene, &second, pause::ALL, false).unwrap();
}

#[test]
fn accept_admin_works_once_and_only_after_a_proposal() {
    let mut scene = Scene::empty(Config::pair());
    let (admin, next) = (scene.admin.clone(), scene.world.wallet("next"));
    assert_fails(accept(&mut scene, &next), BallastError::NotPendingAdmin);
    assert_fails(accept(&mut scene, &admin), BallastError::NotPendingAdmin);
    propose(&mut scene, &admin, next.pubkey()).unwrap();
    // Proposing nobody takes the proposal back.
    propose(&mut scene, &admin, Pubkey::default()).unwrap();
    assert_fails(accept(&mut scene, &next), BallastError::NotPendingAdmin);
    propose(&mut scene, &admin, next.pubkey()).unwrap();
    accept(&mut scene, &next).unwrap();
    assert_fails(accept(&mut scene, &next), BallastError::NotPendingAdmin);
}

#[test]
fn propose_admin_refuses_everybody_but_the_admin() {
    let mut scene = Scene::empty(Config::pair());
    let (guardian, keeper) = (scene.guardian.clone(), scene.keeper.clone());
    for signer in [guardian, keeper] {
        assert_fails(propose(&mut scene, &signer, signer.pubkey()), BallastError::NotAdmin);
    }
    assert_eq!(scene.vault().pending_admin, Pubkey::default());
}
