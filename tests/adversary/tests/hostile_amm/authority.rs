//! What a swap does with the vault's authority itself: an address of the system program, without data, whose signature the AMM
//! is lent. Were it an account of another program, or had it data, token programs could take it for something else.

use {
    crate::heist::{Heist, assert_runtime_refuses},
    anchor_lang::{
        solana_program::{instruction::Instruction, system_instruction},
        system_program,
    },
    ballast::token::TOKEN,
    ballast_tests::scene::Config,
    solana_account::Account,
    solana_transaction::InstructionError,
};

/// Bytes of a multisignature account of the token programs, which asks others for their signatures.
const MULTISIG_LEN: u64 = 355;

/// The heist with the system program in the place of the token program, so that a swap can call it.
fn heist() -> Heist {
    Heist::with(Config::pair(), |_, planted| planted.token_program = system_program::ID)
}

/// What the system program does for whoever signs as this address, each as it asks for it: to write to the address.
fn seizures(heist: &Heist) -> Vec<Instruction> {
    let (authority, payer) = (heist.scene.view.authority, heist.pool_authority);
    vec![
        system_instruction::assign(&authority, &TOKEN),
        system_instruction::allocate(&authority, MULTISIG_LEN),
        system_instruction::create_account(&payer, &authority, 1, MULTISIG_LEN, &TOKEN),
        system_instruction::transfer(&authority, &heist.pool_sold, 1),
        system_instruction::transfer(&authority, &heist.pool_sold, 1_000_000_000),
    ]
}

/// Sends lamports to the authority, as anybody can.
fn donate(heist: &mut Heist, lamports: u64) {
    let authority = heist.scene.view.authority;
    heist.scene.world.set_account(&authority, Account { lamports, ..Account::default() });
}

/// The vault passes its authority read-only, and the runtime holds the AMM to it, even where a keeper passes it writable.
#[test]
fn swap_that_seizes_the_authority_is_stopped_by_the_runtime() {
    let mut heist = heist();
    for lamports in [0, 2_000_000_000] {
        if lamports > 0 {
            donate(&mut heist, lamports);
        }
        for seizure in seizures(&heist) {
            let mut rebalance = heist.scene.rebalance_instruction_of(&heist.pool, 0);
            for is_writable in [false, true] {
                rebalance.accounts[3].is_writable = is_writable;
                let result = heist.rebalance_and(std::slice::from_ref(&seizure), rebalance.clone(), &[]);
                assert_runtime_refuses(result, InstructionError::PrivilegeEscalation);
            }
        }
    }
}

/// Asked for as read-only, the system program is called, and the runtime undoes what it wrote.
#[test]
fn swap_that_seizes_the_authority_as_read_only_is_stopped_by_the_runtime() {
    use InstructionError::*;
    let mut heist = heist();
    donate(&mut heist, 2_000_000_000);
    let authority = heist.scene.view.authority;
    // The payer of an account would have to be writable too.
    let answers = [ModifiedProgramId, ReadonlyDataModified, PrivilegeEscalation, ReadonlyLamportChange, ReadonlyLamportChange];
    for (mut seizure, answer) in seizures(&heist).into_iter().zip(answers) {
        seizure.accounts.iter_mut().for_each(|meta| meta.is_writable &= meta.pubkey != authority);
        assert_runtime_refuses(heist.swap_by(&[seizure]), answer);
    }
}

/// Lamports at the authority's address change nothing.
#[test]
fn lamports_sent_to_the_authority_harm_nobody() {
    for lamports in [1, 890_880, 2_000_000_000] {
        let mut heist = Heist::new();
        donate(&mut heist, lamports);
        heist.swap_by(&[heist.take(heist.trade.amount_in), heist.give(heist.trade.min_out)]).unwrap();
    }
}
