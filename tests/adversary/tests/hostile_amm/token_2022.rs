//! What an AMM can switch on in a reserve of Token-2022 by the authority's signature.

use {
    crate::heist::Heist,
    anchor_lang::{prelude::Pubkey, solana_program::instruction::Instruction},
    anchor_spl::token_2022::spl_token_2022::{
        extension::{
            ExtensionType, cpi_guard::instruction::enable_cpi_guard, memo_transfer::instruction::enable_required_transfer_memos,
        },
        instruction::reallocate,
    },
    ballast::{error::BallastError, token::TOKEN_2022},
    ballast_tests::{
        scene::{Config, assert_code, assert_error},
        token::MintConfig,
    },
};

/// `CpiGuardSettingsLocked` of Token-2022.
const SETTINGS_LOCKED: u32 = 41;

/// A heist in a vault whose assets are both of Token-2022.
fn heist() -> Heist {
    let mut config = Config::pair();
    for asset in &mut config.assets {
        asset.mint = MintConfig::token_2022(asset.mint.decimals, vec![]);
    }
    let mut heist = Heist::with(config, |_, planted| planted.token_program = TOKEN_2022);
    // Whoever sends lamports first needs no payer for the larger account.
    for reserve in [heist.sold, heist.bought] {
        let mut account = heist.scene.world.account(&reserve);
        account.lamports += 10_000_000;
        heist.scene.world.set_account(&reserve, account);
    }
    heist
}

/// Makes room for extensions in a reserve.
fn enlarge(heist: &Heist, reserve: &Pubkey, extensions: &[ExtensionType]) -> Instruction {
    let (authority, payer) = (heist.scene.view.authority, heist.pool_authority);
    let mut enlarge = reallocate(&TOKEN_2022, reserve, &payer, &authority, &[], extensions).unwrap();
    enlarge.accounts[1].is_writable = false;
    // Not called, since there is nothing to pay.
    enlarge.accounts[2].pubkey = heist.pool;
    enlarge
}

#[test]
fn honest_swap_of_token_2022_assets_succeeds() {
    let heist = heist();
    heist.swap_by(&[heist.take(heist.trade.amount_in), heist.give(heist.trade.min_out)]).unwrap();
}

#[test]
fn swap_that_enlarges_a_reserve_fails() {
    let heist = heist();
    for reserve in [heist.sold, heist.bought] {
        let enlarge = enlarge(&heist, &reserve, &[ExtensionType::MemoTransfer]);
        assert_error(heist.swap_and(enlarge), BallastError::ReserveTampered);
    }
}

/// Then nothing could come in any more, by deposit or by trade: no deposit carries a memo.
#[test]
fn swap_that_makes_a_reserve_ask_for_memos_fails() {
    let heist = heist();
    for reserve in [heist.sold, heist.bought] {
        let enlarge = enlarge(&heist, &reserve, &[ExtensionType::MemoTransfer]);
        let ask = enable_required_transfer_memos(&TOKEN_2022, &reserve, &heist.scene.view.authority, &[]).unwrap();
        let script = [heist.take(heist.trade.amount_in), heist.give(heist.trade.min_out), enlarge, ask];
        assert_error(heist.swap_by(&script), BallastError::ReserveTampered);
    }
}

/// Once on, it would stop every transfer that the vault's authority signs, redemptions first. The token program lets nobody
/// switch it on from within a program.
#[test]
fn swap_that_guards_a_reserve_against_programs_fails() {
    let heist = heist();
    for reserve in [heist.sold, heist.bought] {
        let enlarge = enlarge(&heist, &reserve, &[ExtensionType::CpiGuard]);
        let guard = enable_cpi_guard(&TOKEN_2022, &reserve, &heist.scene.view.authority, &[]).unwrap();
        let script = [heist.take(heist.trade.amount_in), heist.give(heist.trade.min_out), enlarge, guard];
        assert_code(heist.swap_by(&script), SETTINGS_LOCKED);
    }
}
