//! `register_route`: who may register what, and what a route pins.

use {
    anchor_lang::{
        error::ErrorCode,
        prelude::{AccountMeta, Pubkey},
        system_program,
    },
    ballast::{
        amm::Amm,
        error::BallastError,
        events::RouteRegistered,
        state::{ROUTE_SEED, Route},
    },
    ballast_client::{address, instruction},
    ballast_core::decision::Reason,
    ballast_tests::{
        Failure, Outcome, Signer,
        amm::{
            Pool, raydium_cpmm,
            token_swap::{self, Fees, TokenSwap},
        },
        scene::{Config, Scene, assert_code, assert_error, event},
        token::MintConfig,
    },
    std::ops::Range,
};

/// Dollars on each side of a pool.
const POOL_DOLLARS: u64 = 10_000_000;

/// Offsets in Token Swap's pool state.
mod offset {
    pub const VERSION: usize = 0;
    pub const IS_INITIALIZED: usize = 1;
    pub const BUMP: usize = 2;
    pub const VAULT_A: usize = 35;
    pub const POOL_MINT: usize = 99;
    pub const FEE_ACCOUNT: usize = 195;
    pub const CURVE: usize = 291;
}

/// An empty vault and a pool of its two assets that has no route yet.
fn scene() -> (Scene, TokenSwap) {
    let mut scene = Scene::empty(Config::pair());
    let pool = scene.create_pool(0, 1, POOL_DOLLARS);
    (scene, pool)
}

/// Registers the pool after `edit` has changed its state.
fn register_edited(scene: &Scene, pool: &TokenSwap, edit: impl FnOnce(&mut Vec<u8>)) -> Result<Outcome, Failure> {
    let mut scene = scene.clone();
    let mut state = scene.world.account(&pool.address());
    edit(&mut state.data);
    scene.world.set_account(&pool.address(), state);
    scene.register(&pool.address())
}

/// The 32 bytes of an address.
fn at(offset: usize) -> Range<usize> {
    offset..offset + 32
}

/// What a route of this pool must pin, in the adapter's order.
fn expected_pins(pool: &TokenSwap) -> Vec<Pubkey> {
    let [vault_a, vault_b] = pool.vaults();
    let token_program = ballast::token::TOKEN;
    vec![pool.address(), pool.authority(), vault_a, vault_b, pool.pool_mint(), pool.fee_account(), token_program]
}

#[test]
fn register_pins_exactly_the_pools_accounts() {
    for (count, [a, b]) in [(2, [0, 1]), (2, [1, 0]), (16, [0, 15]), (16, [9, 4])] {
        let mut scene = Scene::empty(Config::many(count));
        let pool = scene.create_pool(a, b, POOL_DOLLARS);
        let before = scene.vault();
        let outcome = scene.register(&pool.address()).unwrap();

        let (address, route) = scene.route_of(&pool.address());
        assert_eq!(route.accounts(), expected_pins(&pool));
        assert_eq!((route.vault, route.amm), (scene.view.address, Amm::TokenSwap as u8));
        assert_eq!((usize::from(route.asset_a), usize::from(route.asset_b)), (a, b));
        let key = pool.address();
        let with_bump =
            Pubkey::create_program_address(&[ROUTE_SEED, scene.view.address.as_ref(), key.as_ref(), &[route.bump]], &ballast::ID);
        assert_eq!(with_bump, Ok(address));

        assert_eq!(scene.vault().sequence, before.sequence + 1);
        let event: RouteRegistered = event(&outcome);
        assert_eq!((event.vault, event.route, event.pool), (scene.view.address, address, pool.address()));
        assert_eq!((event.slot, event.sequence), (scene.world.clock().slot, before.sequence + 1));
        assert_eq!((event.amm, event.asset_a, event.asset_b), (route.amm, route.asset_a, route.asset_b));
        assert_eq!(event.active_at, route.active_at);
    }
}

#[test]
fn route_of_an_empty_vault_is_active_at_once() {
    let (mut scene, pool) = scene();
    scene.register(&pool.address()).unwrap();
    assert_eq!(scene.route_of(&pool.address()).1.active_at, scene.world.now());
    scene.refresh().unwrap();
    scene.seed(100_000);
    assert_eq!(scene.preview_of(&pool.address()).reason, Reason::InBand as u8);
}

#[test]
fn route_of_a_funded_vault_waits_for_the_timelock() {
    let mut scene = Scene::funded(Config::pair(), 100_000);
    let pool = scene.create_pool(0, 1, POOL_DOLLARS);
    scene.register(&pool.address()).unwrap();
    let timelock = scene.vault().limits.timelock_secs;
    assert_eq!(scene.route_of(&pool.address()).1.active_at, scene.world.now() + i64::from(timelock));
    scene.pass(timelock - 1);
    assert_eq!(scene.preview_of(&pool.address()).reason, Reason::RouteTimelocked as u8);
    scene.pass(1);
    assert_eq!(scene.preview_of(&pool.address()).reason, Reason::InBand as u8);
}

#[test]
fn register_by_anybody_but_the_admin_fails() {
    let (mut scene, pool) = scene();
    let stranger = scene.world.wallet("stranger");
    for signer in [&stranger, &scene.guardian.clone(), &scene.keeper.clone()] {
        let register = instruction::register_route(signer.pubkey(), scene.view.address, pool.address());
        assert_error(scene.send(&[register], &[signer]), BallastError::NotAdmin);
    }
}

#[test]
fn register_without_the_admins_signature_fails() {
    let (mut scene, pool) = scene();
    let mut register = instruction::register_route(scene.admin.pubkey(), scene.view.address, pool.address());
    register.accounts[0].is_signer = false;
    assert_code(scene.keep(register), ErrorCode::AccountNotSigner.into());
}

#[test]
fn register_twice_fails() {
    /// `AccountAlreadyInUse` of the system program, which creates the route.
    const ALREADY_IN_USE: u32 = 0;
    let (mut scene, pool) = scene();
    scene.register(&pool.address()).unwrap();
    let before = scene.route_of(&pool.address()).1;
    scene.world.advance(10);
    assert_code(scene.register(&pool.address()), ALREADY_IN_USE);
    assert_eq!(bytemuck::bytes_of(&scene.route_of(&pool.address()).1), bytemuck::bytes_of(&before));
}

#[test]
fn register_survives_lamports_sent_to_the_routes_address() {
    let (mut scene, pool) = scene();
    let address = address::route(&scene.view.address, &pool.address());
    scene.world.write(&address, &system_program::ID, vec![]);
    scene.register(&pool.address()).unwrap();
    assert_eq!(scene.world.account(&address).data.len(), Route::SPACE);
}

#[test]
fn register_at_an_address_of_ones_own_choice_fails() {
    let (mut scene, pool) = scene();
    let other_pools = address::route(&scene.view.address, &scene.keeper.pubkey());
    let other_vaults = address::route(&scene.keeper.pubkey(), &pool.address());
    let admin = scene.admin.clone();
    for address in [other_pools, other_vaults, scene.keeper.pubkey()] {
        let mut register = instruction::register_route(admin.pubkey(), scene.view.address, pool.address());
        register.accounts[2] = AccountMeta::new(address, false);
        assert_code(scene.send(&[register], &[&admin]), ErrorCode::ConstraintSeeds.into());
    }
}

#[test]
fn register_of_an_account_that_no_supported_amm_owns_fails() {
    let (mut scene, pool) = scene();
    let stranger = scene.world.keypair("stranger's program").pubkey();
    for owner in [stranger, system_program::ID, ballast::ID, ballast::token::TOKEN] {
        scene.world.set_owner(&pool.address(), &owner);
        assert_error(scene.register(&pool.address()), BallastError::UnsupportedPool);
    }
    let nothing = scene.world.keypair("nothing").pubkey();
    assert_error(scene.register(&nothing), BallastError::UnsupportedPool);
    let reserve = scene.view.assets[0].reserve;
    assert_error(scene.register(&reserve), BallastError::UnsupportedPool);
}

#[test]
fn register_of_a_pool_of_an_unsupported_kind_fails() {
    let (scene, pool) = scene();
    // Stable, constant price and offset curves, and one that does not exist.
    for curve in [1, 2, 3, 255] {
        assert_error(register_edited(&scene, &pool, |data| data[offset::CURVE] = curve), BallastError::UnsupportedPool);
    }
    for version in [0, 2] {
        assert_error(register_edited(&scene, &pool, |data| data[offset::VERSION] = version), BallastError::UnsupportedPool);
    }
    for is_initialized in [0, 2] {
        let edit = |data: &mut Vec<u8>| data[offset::IS_INITIALIZED] = is_initialized;
        assert_error(register_edited(&scene, &pool, edit), BallastError::UnsupportedPool);
    }
    for len in [0, 3, 291, 323, 325] {
        assert_error(register_edited(&scene, &pool, |data| data.resize(len, 0)), BallastError::UnsupportedPool);
    }
}

#[test]
fn register_of_a_pool_whose_bump_gives_no_address_fails() {
    let (scene, pool) = scene();
    let is_on_curve =
        |bump: u8| Pubkey::create_program_address(&[pool.address().as_ref(), &[bump]], &token_swap::PROGRAM).is_err();
    let bump = (0..=u8::MAX).find(|&bump| is_on_curve(bump)).expect("half of all bumps");
    assert_error(register_edited(&scene, &pool, |data| data[offset::BUMP] = bump), BallastError::UnsupportedPool);
}

#[test]
fn register_of_a_forged_raydium_pool_fails() {
    let mut scene = Scene::empty(Config::pair());
    let forged = scene.world.keypair("forged pool").pubkey();
    // The discriminator of a `PoolState`, and then too little.
    let discriminator = [247, 237, 227, 245, 215, 195, 222, 70];
    for data in [vec![], vec![0; 637], discriminator.to_vec(), [&discriminator[..], &[0; 300]].concat()] {
        scene.world.write(&forged, &raydium_cpmm::PROGRAM, data);
        assert_error(scene.register(&forged), BallastError::UnsupportedPool);
    }
}

#[test]
fn register_of_a_pool_with_a_foreign_mint_fails() {
    let mut scene = Scene::empty(Config::pair());
    let own = scene.assets[0].mint;
    let foreign = scene.world.create_mint("foreign", &MintConfig::spl(6));
    for (label, mints) in [("foreign second", [own, foreign]), ("foreign first", [foreign, own])] {
        let pool = TokenSwap::create(&mut scene.world, label, mints, [1_000_000_000; 2], Fees::default());
        assert_error(scene.register(&pool.address()), BallastError::UnknownAsset);
    }
}

#[test]
fn register_of_a_pool_of_one_asset_fails() {
    const MINT_A: usize = 131;
    const MINT_B: usize = 163;
    let (scene, pool) = scene();
    let edit = |data: &mut Vec<u8>| data.copy_within(at(MINT_A), MINT_B);
    assert_error(register_edited(&scene, &pool, edit), BallastError::UnsupportedPool);
}

#[test]
fn register_of_a_pool_that_names_the_vaults_own_accounts_fails() {
    let (scene, pool) = scene();
    let view = &scene.view;
    let own = [view.address, view.authority, view.share_mint, view.assets[0].reserve, view.assets[1].reserve];
    for position in [offset::VAULT_A, offset::POOL_MINT, offset::FEE_ACCOUNT] {
        for account in own {
            let edit = |data: &mut Vec<u8>| data[at(position)].copy_from_slice(account.as_ref());
            assert_error(register_edited(&scene, &pool, edit), BallastError::UnsupportedPool);
        }
    }
}
