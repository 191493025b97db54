//! An AMM gone bad: in place of SPL Token Swap, it answers a swap by issuing whatever CPIs a test has written into the
//! pool's fee account, with the signatures of the vault's authority, which the swap brings along, and of its own pool.
//!
//! The script has the layout of [`mod@format`]; its account indices are those of Token Swap's `Swap` instruction.

use pinocchio::{ProgramResult, account_info::AccountInfo, program_error::ProgramError, pubkey::Pubkey};

// The modules of the other program, not a dependency on it: Cargo would then link that program once more, into the same
// file, as this one wants it.
#[path = "../../bare/src/format.rs"]
pub mod format;
#[path = "../../bare/src/program.rs"]
pub mod program;

/// Position of the fee account in a swap's accounts; it holds the script.
const SCRIPT: usize = 8;

/// Most accounts one inner instruction may take.
const MAX_CPI_ACCOUNTS: usize = 32;

/// Issues the script's CPIs, whatever the instruction says.
///
/// # Errors
/// `NotEnoughAccountKeys` where there is no script, or what [`program::process`] answers to it.
pub fn process(program_id: &Pubkey, accounts: &[AccountInfo], _data: &[u8]) -> ProgramResult {
    let account = accounts.get(SCRIPT).ok_or(ProgramError::NotEnoughAccountKeys)?;
    // A copy, since CPIs must be free to take the account.
    let script = account.try_borrow_data()?.to_vec();
    program::process(program_id, accounts, &script)
}

#[cfg(target_os = "solana")]
pinocchio::entrypoint!(process, 32);
