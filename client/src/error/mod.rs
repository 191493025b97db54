//! Failed transactions in words: which program failed, with which of its errors, and what to do next.

mod anchor;
mod names;
mod runtime;

use std::fmt;

use anchor_lang::error::ERROR_CODE_OFFSET;
use anchor_lang::prelude::Pubkey;
use anchor_lang::solana_program::instruction::Instruction;
use ballast::error::BallastError;
use solana_transaction::InstructionError;
use solana_transaction_error::TransactionError;

use crate::logs;
use names::Named;

pub use runtime::advice;

/// A failed instruction, or a transaction that was refused.
///
/// ```
/// use ballast_client::ballast::error::BallastError;
/// use ballast_client::error::ProgramFailure;
/// use ballast_client::{Pubkey, instruction};
/// # use ballast_client::{InstructionError, TransactionError};
///
/// let observe = instruction::observe(Pubkey::new_unique());
/// let error = TransactionError::InstructionError(0, InstructionError::Custom(BallastError::ObservedTooSoon.into()));
/// let failure = ProgramFailure::of(&error, vec![], &[observe]);
/// assert_eq!(failure.ballast(), Some(BallastError::ObservedTooSoon));
/// assert!(failure.to_string().starts_with("ObservedTooSoon (60"));
/// assert!(failure.to_string().ends_with("The spacing since the last observation has not passed yet"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramFailure {
    /// Which of the transaction's instructions failed, from 0; `None` where the transaction was refused as a whole.
    pub instruction: Option<u8>,
    /// The program that failed: the innermost one where a program called another. `None` where that is not known.
    pub program: Option<Pubkey>,
    /// The program's own number of the error; `None` where the runtime stopped it.
    pub code: Option<u32>,
    /// The error's name.
    pub name: String,
    /// What went wrong, and what to do about it.
    pub message: String,
    /// The log up to the failure; empty where it is not known.
    pub logs: Vec<String>,
}

impl ProgramFailure {
    /// Explains an error of a transaction of these instructions. Without the log, errors of programs that were called by others
    /// cannot be told from their callers'.
    pub fn of(error: &TransactionError, logs: Vec<String>, instructions: &[Instruction]) -> Self {
        let TransactionError::InstructionError(index, error) = error else {
            let (name, message) = (runtime::name(error), runtime::message(error));
            return ProgramFailure { instruction: None, program: None, code: None, name, message, logs };
        };
        let called = instructions.get(usize::from(*index)).map(|instruction| instruction.program_id);
        let program = logs::failed(&logs).or(called);
        let code = match error {
            InstructionError::Custom(code) => Some(*code),
            _ => None,
        };
        let named = code.map_or_else(|| runtime::stopped(error, program), |code| names::of(program, code, &logs));
        let Named { name, message } = named;
        ProgramFailure { instruction: Some(*index), program, code, name, message, logs }
    }

    /// The error, where it is Ballast's own.
    pub fn ballast(&self) -> Option<BallastError> {
        self.code.filter(|_| self.program == Some(ballast::ID)).and_then(ballast_error)
    }
}

impl From<BallastError> for ProgramFailure {
    /// What the core answered without a transaction.
    fn from(error: BallastError) -> Self {
        ProgramFailure {
            instruction: None,
            program: Some(ballast::ID),
            code: Some(error.into()),
            name: error.name(),
            message: error.to_string(),
            logs: vec![],
        }
    }
}

impl fmt::Display for ProgramFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.name)?;
        if let Some(code) = self.code {
            write!(f, " ({code})")?;
        }
        if let Some(program) = self.program.filter(|program| *program != ballast::ID) {
            write!(f, " in {}", names::program(&program))?;
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for ProgramFailure {}

/// Ballast's error of this number.
pub fn ballast_error(code: u32) -> Option<BallastError> {
    bytemuck::checked::try_cast(code.checked_sub(ERROR_CODE_OFFSET)?).ok()
}

#[cfg(test)]
mod tests {
    use ballast::token::TOKEN;

    use super::*;

    fn instructions() -> [Instruction; 2] {
        let program = |program_id| Instruction { program_id, accounts: vec![], data: vec![] };
        [program(Pubkey::new_from_array([9; 32])), program(ballast::ID)]
    }

    fn custom(index: u8, code: u32, logs: &[String]) -> ProgramFailure {
        let error = TransactionError::InstructionError(index, InstructionError::Custom(code));
        ProgramFailure::of(&error, logs.to_vec(), &instructions())
    }

    #[test]
    fn every_error_of_the_program_has_its_name_and_message() {
        let idl: serde_json::Value = serde_json::from_str(include_str!("../../../idl/ballast.json")).unwrap();
        let declared = idl["errors"].as_array().unwrap();
        for error in declared {
            let failure = custom(1, error["code"].as_u64().unwrap() as u32, &[]);
            assert_eq!(
                (failure.name.as_str(), failure.message.as_str()),
                (error["name"].as_str().unwrap(), error["msg"].as_str().unwrap())
            );
            assert_eq!(failure.ballast().map(u32::from), failure.code);
        }
        let beyond = ERROR_CODE_OFFSET + declared.len() as u32;
        assert_eq!((ballast_error(beyond), ballast_error(ERROR_CODE_OFFSET - 1)), (None, None));
    }

    #[test]
    fn the_innermost_program_has_failed() {
        let ballast = ballast::ID;
        let logs = [
            format!("Program {ballast} invoke [1]"),
            "Program log: Instruction: DepositInKind".into(),
            format!("Program {TOKEN} invoke [2]"),
            "Program log: Error: insufficient funds".into(),
            format!("Program {TOKEN} failed: custom program error: 0x1"),
            format!("Program {ballast} failed: custom program error: 0x1"),
        ];
        let failure = custom(1, 1, &logs);
        assert_eq!((failure.instruction, failure.program, failure.code), (Some(1), Some(TOKEN), Some(1)));
        assert_eq!(failure.name, "InsufficientFunds");
        assert!(failure.to_string().starts_with("InsufficientFunds (1) in SPL Token: "), "{failure}");
        assert_eq!(failure.ballast(), None);
    }

    #[test]
    fn what_the_program_noted_is_told() {
        let ballast = ballast::ID;
        let code = u32::from(BallastError::LimitOutOfBounds);
        let logs = [
            format!("Program {ballast} invoke [1]"),
            "Program log: Instruction: Tighten".into(),
            "Program log: max_slippage_bps".into(),
            format!(
                "Program log: AnchorError occurred. Error Code: LimitOutOfBounds. Error Number: {code}. Error Message: A limit."
            ),
            format!("Program {ballast} failed: custom program error: 0x{code:x}"),
        ];
        let failure = custom(1, code, &logs);
        assert_eq!(failure.message, format!("{} (log: max_slippage_bps)", BallastError::LimitOutOfBounds));
    }

    #[test]
    fn anchors_own_errors_name_the_account() {
        let ballast = ballast::ID;
        let logs = [
            format!("Program {ballast} invoke [1]"),
            "Program log: AnchorError caused by account: vault. Error Code: AccountOwnedByWrongProgram. Error Number: 3007. \
             Error Message: The given account is owned by a different program than expected."
                .into(),
            "Program log: Left:".into(),
            format!("Program {ballast} failed: custom program error: 0xbbf"),
        ];
        let failure = custom(1, 3007, &logs);
        assert_eq!(failure.name, "AccountOwnedByWrongProgram");
        assert!(failure.message.contains("account `vault`"), "{failure}");
        // Also without a log.
        assert_eq!(custom(1, 3007, &[]).name, "AccountOwnedByWrongProgram");
    }

    #[test]
    fn other_anchor_programs_name_their_own_errors() {
        let raydium = ballast::amm::Amm::RaydiumCpmm.program_id();
        let logs = [
            format!("Program {raydium} invoke [1]"),
            "Program log: AnchorError thrown in programs/cp-swap/src/x.rs:1. Error Code: ExceededSlippage. Error Number: 6005. \
             Error Message: Exceeds desired slippage limit."
                .into(),
            format!("Program {raydium} failed: custom program error: 0x1775"),
        ];
        let failure = custom(1, 6005, &logs);
        assert_eq!(failure.to_string(), "ExceededSlippage (6005) in Raydium CPMM: Exceeds desired slippage limit");
        assert_eq!(failure.ballast(), None, "the number is also one of Ballast's");
    }

    #[test]
    fn unknown_programs_tell_their_last_words() {
        let program = instructions()[0].program_id;
        let logs = [
            format!("Program {program} invoke [1]"),
            "Program log: Error: Swap instruction exceeds desired slippage limit".into(),
            format!("Program {program} failed: custom program error: 0x10"),
        ];
        let failure = custom(0, 16, &logs);
        assert!(failure.message.contains("Swap instruction exceeds desired slippage limit"), "{failure}");
        assert_eq!(custom(0, 16, &[]).program, Some(program));
    }

    #[test]
    fn transaction_errors_tell_the_next_step() {
        let failure = ProgramFailure::of(&TransactionError::InsufficientFundsForFee, vec![], &[]);
        assert_eq!((failure.instruction, failure.code), (None, None));
        assert!(failure.to_string().starts_with("InsufficientFundsForFee: ") && failure.message.contains("SOL"), "{failure}");
    }
}
