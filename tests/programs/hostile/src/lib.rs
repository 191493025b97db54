//! An AMM gone bad: in place of SPL Token Swap, it answers a swap by issuing whatever CPIs a test has written behind the
//! pool's state, with the signatures of the vault's authority, which the swap brings along, and of its own pool.
//!
//! The script has the layout of [`mod@format`]; its account indices are those of the instruction, so of Token Swap's `Swap`
//! where the vault calls. Anybody may call it with a script of their own, in an account in place of the pool's.

use pinocchio::{ProgramResult, account_info::AccountInfo, program_error::ProgramError, pubkey::Pubkey};

// The modules of the other program, not a dependency on it: Cargo would then link that program once more, into the same
// file, as this one wants it.
#[path = "../../bare/src/format.rs"]
pub mod format;
#[path = "../../bare/src/program.rs"]
pub mod program;

/// Where the script begins in the instruction's first account: behind the state of a Token Swap pool.
const SCRIPT_OFFSET: usize = 324;

/// First byte of an instruction that resizes the program's own account that it takes; the size follows, in two bytes, little
/// endian. Token Swap has no such instruction.
const RESIZE: u8 = 255;

/// Most accounts one inner instruction may take.
const MAX_CPI_ACCOUNTS: usize = 32;

/// Resizes, or issues the script's CPIs, whatever the instruction says.
///
/// # Errors
/// `NotEnoughAccountKeys` where there is no account, `InvalidAccountData` where it holds no script, or what
/// [`program::process`] and the runtime answer.
pub fn process(program_id: &Pubkey, accounts: &[AccountInfo], data: &[u8]) -> ProgramResult {
    let account = accounts.first().ok_or(ProgramError::NotEnoughAccountKeys)?;
    if let [RESIZE, size @ ..] = data {
        let size = size.try_into().map_err(|_| ProgramError::InvalidInstructionData)?;
        return account.resize(u16::from_le_bytes(size).into());
    }
    // A copy, since CPIs must be free to take the account.
    let script = account.try_borrow_data()?.get(SCRIPT_OFFSET..).ok_or(ProgramError::InvalidAccountData)?.to_vec();
    program::process(program_id, accounts, &script)
}

#[cfg(target_os = "solana")]
pinocchio::entrypoint!(process, 32);
