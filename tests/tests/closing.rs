//! `close_route`, `close_reserve` and `close_vault`: how a vault ends, and that it does not while somebody has a share in it.

use {
    ballast::{
        error::BallastError,
        events::{ReserveClosed, RouteClosed, VaultClosed},
        instructions::{DepositInKindArgs, RedeemInKindArgs},
        state::AssetStatus,
    },
    ballast_client::{Instruction, Pubkey, instruction},
    ballast_core::limits::Limits,
    ballast_tests::{
        Keypair, Signer,
        amm::Pool,
        attack::assert_fails,
        scene::{Config, Scene, event},
        transaction::{Failure, Outcome},
    },
    solana_transaction::InstructionError,
};

/// Dollars in the vault.
const VAULT_DOLLARS: u64 = 100_000;

fn close_route(scene: &mut Scene, signer: &Keypair) -> Result<Outcome, Failure> {
    let pool = scene.pools[0].address();
    let close = instruction::close_route(signer.pubkey(), scene.admin.pubkey(), scene.view.address, pool);
    scene.send(&[close], &[signer])
}

fn close_reserve_instruction(scene: &Scene, asset: u8) -> Instruction {
    let admin = scene.admin.pubkey();
    let destination = scene.world.token_address(&admin, &scene.view.assets[usize::from(asset)].mint);
    instruction::close_reserve(admin, &scene.view, asset, destination).expect("an asset")
}

fn close_reserve(scene: &mut Scene, asset: u8) -> Result<Outcome, Failure> {
    let (admin, close) = (scene.admin.clone(), close_reserve_instruction(scene, asset));
    scene.send(&[close], &[&admin])
}

fn close_vault(scene: &mut Scene) -> Result<Outcome, Failure> {
    let admin = scene.admin.clone();
    scene.send(&[instruction::close_vault(admin.pubkey(), scene.view.address, scene.view.crank_fund)], &[&admin])
}

fn redeem_all(scene: &mut Scene, user: &Keypair) {
    let shares = scene.shares_of(user);
    let args = RedeemInKindArgs { shares, min_amounts: vec![0; scene.assets.len()], skip_mask: 0, forfeit_mask: 0 };
    scene.redeem(user, args).unwrap();
}

/// A vault of SPL Token and Token-2022 assets that everybody has left.
fn left() -> Scene {
    let mut scene = Scene::funded(Config::mixed(4), VAULT_DOLLARS);
    let admin = scene.admin.clone();
    redeem_all(&mut scene, &admin);
    scene
}

fn lamports(scene: &Scene, address: &Pubkey) -> u64 {
    scene.world.find_account(address).map_or(0, |account| account.lamports)
}

#[test]
fn route_is_closed_by_guardian_and_admin_at_once() {
    let base = Scene::drifted(Config::pair());
    let address = base.route(0).0;
    for signer in [base.guardian.clone(), base.admin.clone()] {
        let mut scene = base.clone();
        let (before, rent) = (scene.vault(), lamports(&scene, &address));
        let admin_before = lamports(&scene, &scene.admin.pubkey());
        let outcome = close_route(&mut scene, &signer).unwrap();
        let event: RouteClosed = event(&outcome);
        assert_eq!(
            (event.vault, event.slot, event.sequence),
            (scene.view.address, scene.world.clock().slot, before.sequence + 1)
        );
        assert_eq!((event.by, event.route, event.pool), (signer.pubkey(), address, scene.pools[0].address()));
        // The lamports are the admin's, whoever closes it.
        let fee = if signer.pubkey() == scene.admin.pubkey() { 5_000 } else { 0 };
        assert_eq!(lamports(&scene, &scene.admin.pubkey()), admin_before + rent - fee);
        assert!(scene.world.find_account(&address).is_none());
        // Registered again, it waits like any other.
        let pool = scene.pools[0].address();
        scene.register(&pool).unwrap();
        scene.refresh().unwrap();
        assert_fails(scene.rebalance(0), BallastError::RouteTimelocked);
    }
    for signer in [base.keeper.clone(), base.forecaster.clone()] {
        assert_fails(close_route(&mut base.clone(), &signer), BallastError::NotGuardian);
    }
}

#[test]
fn vault_that_everybody_left_is_closed() {
    let mut scene = left();
    // Somebody gave something to a reserve; that and what the locked share stands for is left.
    let gift = scene.view.assets[1].reserve;
    scene.world.mint_into(&gift, 1_000);
    let admin = scene.admin.clone();
    for asset in 0..4u8 {
        let slot = scene.view.assets[usize::from(asset)];
        let (left, rent) = (scene.world.balance(&slot.reserve), lamports(&scene, &slot.reserve));
        let (held, wealth) = (scene.world.balance_of(&admin.pubkey(), &slot.mint), lamports(&scene, &admin.pubkey()));
        let before = scene.vault();
        let outcome = close_reserve(&mut scene, asset).unwrap();
        assert_eq!(scene.world.balance_of(&admin.pubkey(), &slot.mint), held + left);
        assert_eq!(lamports(&scene, &admin.pubkey()), wealth + rent - 5_000);
        assert!(scene.world.find_account(&slot.reserve).is_none());
        let event: ReserveClosed = event(&outcome);
        assert_eq!(
            (event.vault, event.slot, event.sequence),
            (scene.view.address, scene.world.clock().slot, before.sequence + 1)
        );
        assert_eq!((event.asset, event.amount, left > 0), (asset, left, true));
        let vault = scene.vault();
        let stored = vault.assets()[usize::from(asset)];
        assert_eq!((vault.is_closing, stored.balance, stored.status), (1, 0, AssetStatus::Removed as u8));
        assert_eq!(stored.reserve, Pubkey::default());
        // Not before the last one.
        if asset < 3 {
            assert_fails(close_vault(&mut scene), BallastError::VaultInUse);
        }
    }
    let (sequence, fund) = (scene.vault().sequence, lamports(&scene, &scene.view.crank_fund));
    let (rent, wealth) = (lamports(&scene, &scene.view.address), lamports(&scene, &admin.pubkey()));
    let outcome = close_vault(&mut scene).unwrap();
    let event: VaultClosed = event(&outcome);
    assert_eq!((event.vault, event.sequence, event.by), (scene.view.address, sequence + 1, admin.pubkey()));
    assert_eq!((event.lamports, fund > 0), (fund, true));
    assert_eq!(lamports(&scene, &admin.pubkey()), wealth + rent + fund - 5_000);
    for address in [scene.view.address, scene.view.crank_fund] {
        assert!(scene.world.find_account(&address).is_none());
    }
    // Its share mint is still there, so that nothing that was meant for it meets another vault at its address.
    let again = scene.initialize_instruction(scene.initialize_args());
    assert_fails(scene.send(&[again], &[&admin]), InstructionError::Custom(0));
}

#[test]
fn vault_stays_while_somebody_has_a_share() {
    let mut scene = Scene::funded(Config::pair(), VAULT_DOLLARS);
    let (admin, user) = (scene.admin.clone(), scene.user("user", 1_000));
    let amounts = scene.assets.iter().map(|asset| asset.units(10)).collect();
    scene.deposit(&user, DepositInKindArgs { max_amounts: amounts, min_shares: 1 }).unwrap();
    redeem_all(&mut scene, &admin);
    assert_fails(close_reserve(&mut scene, 0), BallastError::VaultInUse);
    let all_but_one = scene.shares_of(&user) - 1;
    let args = RedeemInKindArgs { shares: all_but_one, min_amounts: vec![0; 2], skip_mask: 0, forfeit_mask: 0 };
    scene.redeem(&user, args).unwrap();
    assert_fails(close_reserve(&mut scene, 0), BallastError::VaultInUse);
    redeem_all(&mut scene, &user);
    close_reserve(&mut scene, 0).unwrap();
}

#[test]
fn vault_stays_while_fees_or_claims_are_owed() {
    let scene = left();
    let edits: [fn(&mut ballast::state::Vault); 2] = [|vault| vault.state.fees.owed_shares = 1, |vault| vault.assets[0].owed = 1];
    for edit in edits {
        let mut scene = scene.clone();
        scene.edit_vault(edit);
        assert_fails(close_reserve(&mut scene, 0), BallastError::VaultInUse);
    }
    // Another asset's claims hold up the vault's end, not this reserve's.
    let mut scene = scene.clone();
    scene.edit_vault(|vault| vault.assets[1].owed = 1);
    close_reserve(&mut scene, 0).unwrap();
    assert_fails(close_reserve(&mut scene, 1), BallastError::VaultInUse);
}

#[test]
fn vault_that_is_being_closed_takes_no_deposits() {
    let mut scene = left();
    close_reserve(&mut scene, 0).unwrap();
    let user = scene.user("user", 1_000);
    scene.publish();
    let deposit = DepositInKindArgs { max_amounts: vec![1_000; 4], min_shares: 1 };
    assert_fails(scene.deposit(&user, deposit), BallastError::VaultClosing);
    assert_fails(scene.deposit_single(&user, 1, 1_000, 0), BallastError::VaultClosing);
}

#[test]
fn vault_that_nobody_ever_used_is_closed() {
    let mut scene = Scene::empty(Config::pair());
    let admin = scene.admin.clone();
    scene.user("admin", 1);
    for asset in [1, 0] {
        close_reserve(&mut scene, asset).unwrap();
        assert_fails(close_reserve(&mut scene, asset), BallastError::WrongAccount);
    }
    close_vault(&mut scene).unwrap();
    assert!(lamports(&scene, &admin.pubkey()) > 0);
}

/// New shares would stop the closing until their owner redeems, who need not.
#[test]
fn no_fee_accrues_while_a_vault_is_being_closed() {
    let limits = Limits { management_fee_bps: 200, ..Config::pair().limits };
    let mut scene = Scene::funded(Config { limits, ..Config::pair() }, VAULT_DOLLARS);
    let recipient = scene.world.wallet("fee recipient").pubkey();
    scene.world.create_token_account(&recipient, &scene.view.share_mint);
    scene.edit_vault(|vault| vault.fee_recipient = recipient);
    let admin = scene.admin.clone();
    redeem_all(&mut scene, &admin);
    close_reserve(&mut scene, 0).unwrap();
    scene.world.advance(31_557_600);
    assert_fails(scene.collect_fees(&recipient), BallastError::NothingOwed);
    close_reserve(&mut scene, 1).unwrap();
    close_vault(&mut scene).unwrap();
}
