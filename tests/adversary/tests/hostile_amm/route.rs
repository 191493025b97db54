//! What a route lets an AMM reach, and what it may make of the accounts that are its own.

use {
    crate::heist::{Heist, assert_runtime_refuses},
    anchor_lang::{prelude::AccountMeta, solana_program::system_instruction, system_program},
    anchor_spl::token::spl_token::instruction::{AuthorityType, approve, set_authority},
    ballast::{error::BallastError, token::TOKEN},
    ballast_client::address,
    ballast_core::risk::breaker::Breaker,
    ballast_tests::{
        Signer,
        amm::token_swap,
        scene::{AssetSpec, Config, assert_error},
    },
    solana_transaction::InstructionError,
};

/// The vault's other reserve, its share mint, its books: an AMM's owner can write them into a pool, and the route is refused.
#[test]
fn a_pool_that_names_an_account_of_the_vault_gets_no_route() {
    let heist = Heist::of(Config::many(3));
    let view = &heist.scene.view;
    let reserves = view.assets.iter().map(|asset| asset.reserve);
    for own in reserves.chain([view.address, view.authority, view.share_mint]) {
        for offset in [35, 67, 99, 195] {
            let mut scene = heist.scene.clone();
            let pool = scene.world.keypair("another pool").pubkey();
            let mut state = scene.world.account(&heist.pool);
            state.data[offset..offset + 32].copy_from_slice(own.as_ref());
            scene.world.set_account(&pool, state);
            assert_error(scene.register(&pool), BallastError::UnsupportedPool);
        }
    }
}

/// The crank fund is the program's: whoever has it at hand may add to it.
#[test]
fn a_pool_that_names_the_crank_fund_harms_nobody() {
    let heist = Heist::with(Config::pair(), |scene, planted| {
        (planted.fee_account, planted.token_program) = (scene.view.crank_fund, system_program::ID);
    });
    let fund = heist.scene.view.crank_fund;
    let from_fund = system_instruction::transfer(&fund, &heist.pool_sold, 1);
    assert_runtime_refuses(heist.swap_by(&[from_fund]), InstructionError::PrivilegeEscalation);
    for mut seizure in [system_instruction::assign(&fund, &token_swap::PROGRAM), system_instruction::allocate(&fund, 8)] {
        assert_runtime_refuses(heist.swap_by(std::slice::from_ref(&seizure)), InstructionError::PrivilegeEscalation);
        // Without the signature that it cannot have.
        seizure.accounts[0].is_signer = false;
        assert_runtime_refuses(heist.swap_by(&[seizure]), InstructionError::MissingRequiredSignature);
    }
}

/// The route itself is out of reach while the vault works with it: a pool that names it cannot be traded on, and that is all.
#[test]
fn a_pool_that_names_its_own_route_cannot_be_traded_on() {
    let heist = Heist::with(Config::pair(), |scene, planted| {
        planted.fee_account = address::route(&scene.view.address, &planted.pool);
    });
    let honest = [heist.take(heist.trade.amount_in), heist.give(heist.trade.min_out)];
    assert_runtime_refuses(heist.swap_by(&honest), InstructionError::AccountBorrowFailed);
}

#[test]
fn a_keeper_cannot_hand_the_amm_another_reserve() {
    let heist = Heist::of(Config::many(3));
    let third = heist.scene.view.assets[2].reserve;
    let rebalance = heist.scene.rebalance_instruction_of(&heist.pool, 0);
    let mut longer = rebalance.clone();
    longer.accounts.push(AccountMeta::new(third, false));
    assert_error(heist.rebalance_and(&[], longer, &[]), BallastError::AccountsMismatch);
    let first_pin = rebalance.accounts.len() - heist.scene.route_of(&heist.pool).1.accounts().len();
    for position in first_pin..rebalance.accounts.len() {
        let mut other = rebalance.clone();
        other.accounts[position].pubkey = third;
        assert_error(heist.rebalance_and(&[], other, &[]), BallastError::WrongRouteAccount);
    }
}

/// A heist whose pool says that it keeps what it is sold in an account of the AMM's own, and has the real one, and the AMM
/// itself, at hand.
fn with_forged_vault() -> Heist {
    Heist::with(Config::pair(), |scene, planted| {
        let [_, real] = planted.vaults;
        let forged = scene.world.keypair("forged vault").pubkey();
        scene.world.write(&forged, &token_swap::PROGRAM, vec![0; 1_000]);
        (planted.vaults[1], planted.fee_account, planted.pool_mint) = (forged, real, token_swap::PROGRAM);
    })
}

/// What becomes of its vaults is the AMM's affair, as long as the reserves are right. The vault looks at the pool once more after
/// the swap: one that it cannot read undoes the trade, and one that shows nothing halts the route, and no more than that.
#[test]
fn swap_that_resizes_its_pools_vault_harms_nobody() {
    let heist = with_forged_vault();
    let [.., real, _] = heist.accounts;
    let take = heist.transfer(&heist.sold, &real, &heist.scene.view.authority, heist.trade.amount_in);
    let give = heist.give(heist.trade.min_out);
    let resized = |sizes: &[u16]| {
        let resize = sizes.iter().map(|size| heist.resize(&heist.pool_sold, *size));
        let script: Vec<_> = [take.clone(), give.clone()].into_iter().chain(resize).collect();
        heist.attempt(&script, heist.scene.rebalance_instruction_of(&heist.pool, 0), &[])
    };
    for unreadable in [0, 71] {
        assert_error(resized(&[unreadable]).1, BallastError::CorruptAccount);
    }
    // Shorter and longer again: the amount has become zero.
    for (sizes, breaker) in [(&[165][..], 0), (&[64, 165], Breaker::PoolAway as u8)] {
        let (scene, result) = resized(sizes);
        result.unwrap();
        assert_eq!((scene.route_of(&heist.pool).1.halt.breaker, scene.vault().state.halt.breaker), (breaker, 0));
    }
}

/// A reserve's address is known before its asset joins the basket: whoever writes a pool's state can have it pinned in time.
#[test]
fn a_route_that_names_the_reserve_of_a_later_asset_is_no_use_any_more() {
    let spec = AssetSpec::spl(6, 100_000_000, 0);
    let mut heist = Heist::with(Config::pair(), |scene, planted| {
        let asset = scene.new_asset(&spec);
        let thief = scene.world.keypair("thief").pubkey();
        planted.pool_mint = scene.world.create_token_account(&thief, &asset.mint);
        planted.fee_account = scene.asset_view(&asset).reserve;
    });
    heist.scene.add_asset(&spec, 1_000);
    let alice = heist.alice.clone();
    let (third, mint) = (heist.scene.view.assets[2].reserve, heist.scene.assets[2].mint);
    heist.scene.world.mint_to(&mint, &alice.pubkey(), 1_000_000_000);
    let admin = heist.scene.admin.pubkey();
    heist.scene.world.create_token_account(&admin, &mint);
    heist.scene.pass(1);
    heist.scene.deposit_single(&alice, 2, 1_000_000_000, 0).unwrap();
    let [.., thiefs, pinned, _] = heist.accounts;
    assert_eq!(pinned, third, "the AMM would have the reserve at hand, writable, with its owner's signature");
    let steal = heist.transfer(&third, &thiefs, &heist.scene.view.authority, 1_000_000_000);
    assert_error(heist.swap_and(steal), BallastError::UnsupportedPool);
}

/// Nor can it be prepared before its asset joins: an account that somebody else has a power over becomes no reserve. Nobody can
/// take that power back, so that the asset stays out for good; a route that names such an account should not be registered.
#[test]
fn an_asset_whose_reserve_was_tampered_with_before_does_not_join() {
    let spec = AssetSpec::spl(6, 100_000_000, 0);
    let mut asset = None;
    let heist = Heist::with(Config::pair(), |scene, planted| {
        let joining = scene.new_asset(&spec);
        planted.fee_account = scene.world.create_token_account(&scene.view.authority, &joining.mint);
        asset = Some(joining);
    });
    let (asset, authority) = (asset.expect("planted"), heist.scene.view.authority);
    let view = heist.scene.asset_view(&asset);
    let thief = heist.pool_authority;
    let grab = |kind| set_authority(&TOKEN, &view.reserve, Some(&thief), kind, &authority, &[]).unwrap();
    let allow = approve(&TOKEN, &view.reserve, &thief, &authority, &[], u64::MAX).unwrap();
    for tampering in [allow, grab(AuthorityType::CloseAccount), grab(AuthorityType::AccountOwner)] {
        let script = [heist.take(heist.trade.amount_in), heist.give(heist.trade.min_out), tampering];
        let rebalance = heist.scene.rebalance_instruction_of(&heist.pool, 0);
        let (mut scene, result) = heist.attempt(&script, rebalance, &[]);
        result.expect("not yet a reserve");
        let id = scene.queue(scene.add_asset_change(&asset, 1_000));
        scene.wait_for_timelock();
        assert_error(scene.apply_asset(id, &view), BallastError::ReserveTampered);
    }
}
