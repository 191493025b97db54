//! What a swap does to the reserves as accounts: who may move, freeze and close them, and what the authority's signature
//! grants besides.

use {
    crate::heist::Heist,
    anchor_lang::{
        prelude::{AccountMeta, Pubkey},
        solana_program::instruction::Instruction,
    },
    anchor_spl::token::spl_token::{
        error::TokenError,
        instruction::{AuthorityType, approve, close_account, freeze_account, revoke, set_authority, thaw_account},
    },
    ballast::{error::BallastError, token::TOKEN},
    ballast_tests::{
        attack::assert_fails,
        scene::{Config, assert_error},
    },
};

/// Number of the token programs' instruction that takes an account's lamports beyond its rent.
const WITHDRAW_EXCESS_LAMPORTS: u8 = 38;

#[test]
fn swap_that_leaves_a_delegate_fails() {
    let heist = Heist::new();
    for reserve in [heist.sold, heist.bought] {
        for amount in [1, u64::MAX] {
            let delegate = approve(&TOKEN, &reserve, &heist.pool_authority, &heist.scene.view.authority, &[], amount).unwrap();
            assert_error(heist.swap_and(delegate), BallastError::ReserveTampered);
        }
    }
}

#[test]
fn swap_that_leaves_another_owner_or_a_close_authority_fails() {
    let heist = Heist::new();
    let (thief, authority) = (heist.pool_authority, heist.scene.view.authority);
    for reserve in [heist.sold, heist.bought] {
        for kind in [AuthorityType::AccountOwner, AuthorityType::CloseAccount] {
            let grab = set_authority(&TOKEN, &reserve, Some(&thief), kind, &authority, &[]).unwrap();
            assert_error(heist.swap_and(grab), BallastError::ReserveTampered);
        }
    }
}

/// The pool's authority is the mint's freeze authority, and the mint is in the place of the pool's.
fn with_freezer(asset: usize) -> (Heist, Instruction, Instruction) {
    let mut heist = Heist::with(Config::pair(), |scene, planted| planted.pool_mint = scene.assets[asset].mint);
    let (mint, freezer) = (heist.scene.assets[asset].mint, heist.pool_authority);
    heist.scene.world.edit_mint(&mint, |mint| mint.freeze_authority = Some(freezer).into());
    let reserve = heist.scene.view.assets[asset].reserve;
    let freeze = freeze_account(&TOKEN, &reserve, &mint, &freezer, &[]).unwrap();
    let thaw = thaw_account(&TOKEN, &reserve, &mint, &freezer, &[]).unwrap();
    (heist, freeze, thaw)
}

#[test]
fn swap_that_leaves_a_frozen_reserve_fails() {
    for asset in [0, 1] {
        let (heist, freeze, _) = with_freezer(asset);
        assert_error(heist.swap_and(freeze), BallastError::ReserveTampered);
    }
}

#[test]
fn swap_that_closes_a_reserve_fails() {
    let heist = Heist::new();
    let (authority, balances) = (heist.scene.view.authority, heist.scene.vault().assets);
    let close = |reserve: &Pubkey| close_account(&TOKEN, reserve, &heist.pool_sold, &authority, &[]).unwrap();
    let empty_bought = heist.transfer(&heist.bought, &heist.pool_bought, &authority, balances[0].balance);
    let scripts = [[heist.take(balances[1].balance), close(&heist.sold)], [empty_bought, close(&heist.bought)]];
    for script in scripts {
        assert_error(heist.swap_by(&script), BallastError::ReserveTampered);
    }
    // One that holds something cannot be closed at all.
    for reserve in [heist.sold, heist.bought] {
        assert_fails(heist.swap_and(close(&reserve)), TokenError::NonNativeHasBalance);
    }
}

/// What the vault compares is what is left: a power that was given back gave nothing but what was taken and counted.
#[test]
fn swap_that_undoes_what_it_did_harms_nobody() {
    let heist = Heist::new();
    let (thief, authority) = (heist.pool_authority, heist.scene.view.authority);
    let (take, give) = (heist.take(heist.trade.amount_in), heist.give(heist.trade.min_out));
    for reserve in [heist.sold, heist.bought] {
        let allow = approve(&TOKEN, &reserve, &thief, &authority, &[], 7).unwrap();
        let disallow = revoke(&TOKEN, &reserve, &authority, &[]).unwrap();
        heist.swap_by(&[allow, take.clone(), disallow, give.clone()]).unwrap();
        let pass = |to: &Pubkey, from: &Pubkey, kind| set_authority(&TOKEN, &reserve, Some(to), kind, from, &[]).unwrap();
        let close_by = pass(&thief, &authority, AuthorityType::CloseAccount);
        let close_by_owner = set_authority(&TOKEN, &reserve, None, AuthorityType::CloseAccount, &thief, &[]).unwrap();
        heist.swap_by(&[close_by, take.clone(), give.clone(), close_by_owner]).unwrap();
        let [own, disown] = [(&thief, &authority), (&authority, &thief)];
        let script = [own, disown].map(|(to, from)| pass(to, from, AuthorityType::AccountOwner));
        let [own, disown] = script;
        heist.swap_by(&[take.clone(), own, disown, give.clone()]).unwrap();
    }
    // A delegate that takes all it may is none any more.
    let allow = approve(&TOKEN, &heist.sold, &thief, &authority, &[], heist.trade.amount_in).unwrap();
    let take_as_delegate = heist.transfer(&heist.sold, &heist.pool_sold, &thief, heist.trade.amount_in);
    heist.swap_by(&[allow, take_as_delegate, give.clone()]).unwrap();
    for asset in [0, 1] {
        let (heist, freeze, thaw) = with_freezer(asset);
        let (take, give) = (heist.take(heist.trade.amount_in), heist.give(heist.trade.min_out));
        heist.swap_by(&[take, give, freeze, thaw]).unwrap();
    }
}

/// Nothing but the rent is the vault's; more was a gift.
#[test]
fn swap_that_takes_a_reserves_spare_lamports_harms_nobody() {
    let mut heist = Heist::new();
    for reserve in [heist.sold, heist.bought] {
        let mut account = heist.scene.world.account(&reserve);
        account.lamports += 5_000_000;
        heist.scene.world.set_account(&reserve, account);
        let accounts = vec![
            AccountMeta::new(reserve, false),
            AccountMeta::new(heist.pool_sold, false),
            AccountMeta::new_readonly(heist.scene.view.authority, true),
        ];
        heist.swap_and(Instruction { program_id: TOKEN, accounts, data: vec![WITHDRAW_EXCESS_LAMPORTS] }).unwrap();
    }
}
