//! The programs of the native chain, by address.

use {
    super::{swap, system, token},
    anchor_lang::{
        prelude::{AccountInfo, Pubkey},
        solana_program::entrypoint::ProgramResult,
        system_program,
    },
    ballast::token::{TOKEN, TOKEN_2022},
    ballast_client::address::ASSOCIATED_TOKEN_PROGRAM,
    ballast_tests::amm::token_swap,
};

/// Runs a program that the vault calls, or that somebody else does.
///
/// # Panics
/// Where the native chain has no such program: that is a gap in this crate.
pub fn process(program_id: &Pubkey, accounts: &[AccountInfo], data: &[u8]) -> ProgramResult {
    match *program_id {
        TOKEN | TOKEN_2022 => token::process(program_id, accounts, data),
        token_swap::PROGRAM => swap::process(accounts, data),
        system_program::ID => system::process(accounts, data),
        ASSOCIATED_TOKEN_PROGRAM => token::require_associated(accounts),
        _ => panic!("the native chain has no program {program_id}"),
    }
}
