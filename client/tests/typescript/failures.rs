//! Failed transactions, as nodes tell them, and what this crate says about them: the other client takes its words from here.

use anchor_lang::system_program;
use ballast_client::address::ASSOCIATED_TOKEN_PROGRAM;
use ballast_client::ballast::amm::{Adapter, RaydiumCpmm, TokenSwap};
use ballast_client::ballast::oracle::PULL_ORACLE;
use ballast_client::ballast::token::{TOKEN, TOKEN_2022};
use ballast_client::error::ProgramFailure;
use ballast_client::{Instruction, InstructionError, PROGRAM_ID, Pubkey, TransactionError};
use serde_json::{Value, json};
use solana_address_lookup_table_interface::program as lookup_table;

/// Beyond every error of Anchor's and of Ballast's own.
const LAST_OWN_CODE: u32 = 7_000;
/// Programs that a transaction calls besides Ballast, and how many errors to ask each for: one more than it has, or than is known.
const CALLED: [(Pubkey, u32); 9] = [
    (TOKEN, 20),
    (TOKEN_2022, 70),
    (system_program::ID, 9),
    (ASSOCIATED_TOKEN_PROGRAM, 1),
    (TokenSwap::PROGRAM_ID, 0),
    (RaydiumCpmm::PROGRAM_ID, 0),
    (PULL_ORACLE, 0),
    (lookup_table::ID, 0),
    // Nobody's.
    (Pubkey::new_from_array([9; 32]), 0),
];

pub fn fixture() -> Value {
    let is_named = |failure: &Value| failure["name"] != "Custom";
    let own = (0..LAST_OWN_CODE).map(|code| custom(PROGRAM_ID, code)).filter(is_named);
    let called = CALLED.into_iter().flat_map(|(program, errors)| (0..=errors).map(move |code| custom(program, code)));
    let mut failures: Vec<_> = own.chain(called).collect();
    for error in stopping() {
        failures.extend([PROGRAM_ID, TOKEN].map(|program| stopped(program, error.clone())));
    }
    failures.extend(refusals().map(|error| failure(PROGRAM_ID, json!(format!("{error:?}")), &error)));
    let rent = TransactionError::InsufficientFundsForRent { account_index: 1 };
    failures.push(failure(PROGRAM_ID, json!({ "InsufficientFundsForRent": { "account_index": 1 } }), &rent));
    let twice = TransactionError::DuplicateInstruction(1);
    failures.push(failure(PROGRAM_ID, json!({ "DuplicateInstruction": 1 }), &twice));
    Value::Array(failures)
}

fn stopping() -> [InstructionError; 8] {
    [
        InstructionError::ComputationalBudgetExceeded,
        InstructionError::ProgramFailedToComplete,
        InstructionError::MissingRequiredSignature,
        InstructionError::InsufficientFunds,
        InstructionError::UnsupportedProgramId,
        InstructionError::IncorrectProgramId,
        InstructionError::InvalidAccountData,
        InstructionError::UninitializedAccount,
    ]
}

fn refusals() -> [TransactionError; 19] {
    [
        TransactionError::AccountNotFound,
        TransactionError::InsufficientFundsForFee,
        TransactionError::InvalidAccountForFee,
        TransactionError::InvalidRentPayingAccount,
        TransactionError::BlockhashNotFound,
        TransactionError::AlreadyProcessed,
        TransactionError::ProgramAccountNotFound,
        TransactionError::InvalidProgramForExecution,
        TransactionError::AddressLookupTableNotFound,
        TransactionError::InvalidAddressLookupTableIndex,
        TransactionError::AccountInUse,
        TransactionError::WouldExceedMaxBlockCostLimit,
        TransactionError::WouldExceedMaxAccountCostLimit,
        TransactionError::WouldExceedAccountDataBlockLimit,
        TransactionError::TooManyAccountLocks,
        TransactionError::SignatureFailure,
        TransactionError::MissingSignatureForFee,
        TransactionError::SanitizeFailure,
        TransactionError::AccountLoadedTwice,
    ]
}

fn custom(program: Pubkey, code: u32) -> Value {
    let error = TransactionError::InstructionError(0, InstructionError::Custom(code));
    failure(program, json!({ "InstructionError": [0, { "Custom": code }] }), &error)
}

fn stopped(program: Pubkey, error: InstructionError) -> Value {
    let told = json!({ "InstructionError": [0, format!("{error:?}")] });
    failure(program, told, &TransactionError::InstructionError(0, error))
}

/// What a transaction of one instruction of this program fails with, as JSON-RPC nodes tell it.
fn failure(program: Pubkey, told: Value, error: &TransactionError) -> Value {
    let failure = ProgramFailure::of(error, vec![], &[Instruction { program_id: program, accounts: vec![], data: vec![] }]);
    json!({
        "program": program.to_string(),
        "error": told,
        "name": failure.name,
        "explanation": failure.message,
        "message": failure.to_string(),
    })
}
