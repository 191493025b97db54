//! Errors of the runtime: transactions that it refused, and programs that it stopped.

use std::fmt::Debug;

use anchor_lang::prelude::Pubkey;
use ballast::token::{TOKEN, TOKEN_2022};
use solana_transaction::InstructionError;
use solana_transaction_error::TransactionError;

use super::names::Named;

/// What to do about a transaction that was refused as a whole; `None` where nothing more can be said than the error does.
pub fn advice(error: &TransactionError) -> Option<&'static str> {
    Some(match error {
        TransactionError::AccountNotFound => {
            "the account that pays the fee does not exist on this cluster; send SOL to it, or check which cluster is meant"
        }
        TransactionError::InsufficientFundsForFee => "the account that pays the fee has too little SOL; send SOL to it",
        TransactionError::InvalidAccountForFee => "fees are paid by wallets only; use another account as the payer",
        TransactionError::InsufficientFundsForRent { .. } | TransactionError::InvalidRentPayingAccount => {
            "an account would be left with less SOL than it needs to exist; send SOL to it"
        }
        TransactionError::BlockhashNotFound => "the transaction was too old, or the node is behind; make a fresh one",
        TransactionError::AlreadyProcessed => {
            "the transaction has landed before; look up what it did instead of sending it again"
        }
        TransactionError::ProgramAccountNotFound | TransactionError::InvalidProgramForExecution => {
            "a program is not deployed on this cluster; check which cluster is meant"
        }
        TransactionError::AddressLookupTableNotFound => "the lookup table does not exist, or was closed; create one",
        TransactionError::InvalidAddressLookupTableIndex => {
            "the lookup table lacks an address, or was extended in this very slot; wait a second, or extend it"
        }
        TransactionError::DuplicateInstruction(_) => {
            "leave compute budget instructions out; they are added when the transaction is made"
        }
        TransactionError::AccountInUse
        | TransactionError::WouldExceedMaxBlockCostLimit
        | TransactionError::WouldExceedMaxAccountCostLimit
        | TransactionError::WouldExceedAccountDataBlockLimit => {
            "the block is full or the accounts are in demand; try again, or offer a higher priority fee"
        }
        TransactionError::TooManyAccountLocks => "the transaction names too many accounts; send its instructions in several",
        TransactionError::SignatureFailure | TransactionError::MissingSignatureForFee => {
            "a signature is missing or wrong; sign with the key of every account that must sign"
        }
        _ => return None,
    })
}

/// A refused transaction's message: what went wrong, and what to do about it.
pub fn message(error: &TransactionError) -> String {
    advice(error).map_or_else(|| error.to_string(), |advice| format!("{error}; {advice}"))
}

/// An error's name.
pub fn name(error: &impl Debug) -> String {
    let text = format!("{error:?}");
    text.split(['(', ' ', '{']).next().unwrap_or_default().to_string()
}

/// A program that the runtime stopped.
pub fn stopped(error: &InstructionError, program: Option<Pubkey>) -> Named {
    let is_token = program.is_some_and(|program| [TOKEN, TOKEN_2022].contains(&program));
    let advice = match error {
        InstructionError::ComputationalBudgetExceeded | InstructionError::ProgramFailedToComplete => {
            "it needs more compute units than the transaction asked for; allow a larger margin, or send its instructions in several"
        }
        InstructionError::MissingRequiredSignature => "sign with the key of every account that must sign",
        InstructionError::InsufficientFunds => "an account has too little SOL; send SOL to it",
        InstructionError::UnsupportedProgramId | InstructionError::IncorrectProgramId if !is_token => {
            "a program is not deployed on this cluster; check which cluster is meant"
        }
        InstructionError::InvalidAccountData | InstructionError::UninitializedAccount if is_token => {
            "a token account is missing, or is of another mint; create it first"
        }
        _ => return Named::new(name(error), error.to_string()),
    };
    Named::new(name(error), format!("{error}; {advice}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_variants() {
        assert_eq!(name(&TransactionError::InsufficientFundsForRent { account_index: 3 }), "InsufficientFundsForRent");
        assert_eq!(name(&TransactionError::DuplicateInstruction(3)), "DuplicateInstruction");
        assert_eq!(name(&InstructionError::InvalidAccountData), "InvalidAccountData");
    }

    #[test]
    fn messages_tell_the_error_and_the_next_step() {
        assert_eq!(message(&TransactionError::ClusterMaintenance), TransactionError::ClusterMaintenance.to_string());
        assert!(message(&TransactionError::BlockhashNotFound).starts_with("Blockhash not found; "));
        assert!(stopped(&InstructionError::InvalidAccountData, Some(TOKEN)).message.contains("create it first"));
        assert!(!stopped(&InstructionError::InvalidAccountData, None).message.contains("create it first"));
    }
}
