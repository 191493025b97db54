//! Tokens that are returned and then taken back: the rest of the transaction belongs to the attacker too.

use {
    crate::heist::{Heist, assert_runtime_refuses},
    anchor_lang::{
        prelude::{AccountMeta, Pubkey},
        solana_program::instruction::Instruction,
    },
    anchor_spl::token::spl_token::{
        error::TokenError,
        instruction::{approve, revoke},
    },
    ballast::{error::BallastError, token::TOKEN},
    ballast_tests::{Signer, amm::token_swap, attack::assert_fails, scene::assert_error},
    solana_transaction::{InstructionError, TransactionError},
};

/// The hostile AMM, called by anybody with a script of their own.
struct Later<'a> {
    heist: &'a Heist,
    script: Pubkey,
}

impl Later<'_> {
    fn instruction(&self) -> Instruction {
        let mut accounts: Vec<_> = self.heist.accounts.iter().map(|key| AccountMeta::new(*key, false)).collect();
        accounts[0].pubkey = self.script;
        Instruction { program_id: token_swap::PROGRAM, accounts, data: vec![1] }
    }
}

/// The heist with a second script, which a later instruction plays.
fn with_later(script: impl FnOnce(&Heist) -> Vec<Instruction>) -> (Heist, Instruction) {
    let mut heist = Heist::new();
    let address = heist.scene.world.keypair("later script").pubkey();
    let mut scene = heist.scene.clone();
    heist.write_script(&mut scene, &address, &script(&heist));
    heist.scene = scene;
    let later = Later { heist: &heist, script: address }.instruction();
    (heist, later)
}

#[test]
fn a_delegate_left_behind_to_take_the_tokens_back_undoes_the_swap() {
    let (heist, later) = with_later(|heist| vec![heist.transfer(&heist.bought, &heist.pool_bought, &heist.pool_authority, 1)]);
    let authority = heist.scene.view.authority;
    let allow = approve(&TOKEN, &heist.bought, &heist.pool_authority, &authority, &[], u64::MAX).unwrap();
    let swap = [heist.take(heist.trade.amount_in), heist.give(heist.trade.min_out), allow.clone()];
    let rebalance = heist.scene.rebalance_instruction_of(&heist.pool, 0);
    assert_error(heist.rebalance_and(&swap, rebalance.clone(), std::slice::from_ref(&later)), BallastError::ReserveTampered);
    // Revoked in time, it is no use later.
    let disallow = revoke(&TOKEN, &heist.bought, &authority, &[]).unwrap();
    let swap = [&swap[..], &[disallow]].concat();
    assert_fails(heist.rebalance_and(&swap, rebalance, &[later]), TokenError::OwnerMismatch);
}

#[test]
fn the_authoritys_signature_ends_with_the_swap() {
    let (heist, later) =
        with_later(|heist| vec![heist.transfer(&heist.bought, &heist.pool_bought, &heist.scene.view.authority, 1)]);
    let swap = [heist.take(heist.trade.amount_in), heist.give(heist.trade.min_out)];
    let rebalance = heist.scene.rebalance_instruction_of(&heist.pool, 0);
    heist.rebalance_and(&swap, rebalance.clone(), &[]).unwrap();
    let failure = heist.rebalance_and(&swap, rebalance, std::slice::from_ref(&later)).unwrap_err();
    assert_eq!(failure.error, TransactionError::InstructionError(2, InstructionError::PrivilegeEscalation), "{failure}");
    // Nor is there one before it.
    assert_runtime_refuses(heist.scene.clone().keep(later), InstructionError::PrivilegeEscalation);
}

#[test]
fn a_second_rebalance_in_the_same_transaction_is_too_soon() {
    let heist = Heist::new();
    let swap = [heist.take(heist.trade.amount_in), heist.give(heist.trade.min_out)];
    let rebalance = heist.scene.rebalance_instruction_of(&heist.pool, 0);
    let again = rebalance.clone();
    assert_error(heist.rebalance_and(&swap, rebalance, &[again]), BallastError::TooSoon);
}
