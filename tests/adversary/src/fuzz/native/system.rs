//! The system program: what creates accounts.

use anchor_lang::{
    prelude::{AccountInfo, Pubkey},
    solana_program::{entrypoint::ProgramResult, program_error::ProgramError},
    system_program,
};

/// Numbers of the instructions.
const CREATE_ACCOUNT: u32 = 0;
const ASSIGN: u32 = 1;
const TRANSFER: u32 = 2;
const ALLOCATE: u32 = 8;
const CREATE_ACCOUNT_ALLOW_PREFUND: u32 = 13;

/// The program's error for an account that is in use.
const ALREADY_IN_USE: u32 = 0;
/// The program's error for too few lamports.
const TOO_FEW_LAMPORTS: u32 = 1;

/// Runs an instruction of the system program.
pub fn process(accounts: &[AccountInfo], data: &[u8]) -> ProgramResult {
    let (tag, arguments) = data.split_first_chunk().ok_or(ProgramError::InvalidInstructionData)?;
    match (u32::from_le_bytes(*tag), accounts) {
        (CREATE_ACCOUNT, [from, to, ..]) => {
            if to.lamports() > 0 {
                return Err(ProgramError::Custom(ALREADY_IN_USE));
            }
            allocate(to, number(arguments, 8)?)?;
            assign(to, &owner(arguments, 16)?)?;
            transfer(from, to, number(arguments, 0)?)
        }
        (CREATE_ACCOUNT_ALLOW_PREFUND, [to, from @ ..]) => {
            allocate(to, number(arguments, 8)?)?;
            assign(to, &owner(arguments, 16)?)?;
            match (number(arguments, 0)?, from) {
                (0, _) => Ok(()),
                (lamports, [from, ..]) => transfer(from, to, lamports),
                (_, []) => Err(ProgramError::NotEnoughAccountKeys),
            }
        }
        (ASSIGN, [account, ..]) => assign(account, &owner(arguments, 0)?),
        (TRANSFER, [from, to, ..]) => transfer(from, to, number(arguments, 0)?),
        (ALLOCATE, [account, ..]) => allocate(account, number(arguments, 0)?),
        (tag, _) => panic!("the native chain's system program has no instruction {tag}"),
    }
}

fn allocate(account: &AccountInfo, space: u64) -> ProgramResult {
    require_signer(account)?;
    if !account.data_is_empty() || *account.owner != system_program::ID {
        return Err(ProgramError::Custom(ALREADY_IN_USE));
    }
    account.resize(usize::try_from(space).map_err(|_| ProgramError::InvalidRealloc)?)
}

fn assign(account: &AccountInfo, owner: &Pubkey) -> ProgramResult {
    require_signer(account)?;
    if *account.owner != system_program::ID {
        return Err(ProgramError::IllegalOwner);
    }
    account.assign(owner);
    Ok(())
}

fn transfer(from: &AccountInfo, to: &AccountInfo, lamports: u64) -> ProgramResult {
    require_signer(from)?;
    if !from.data_is_empty() {
        return Err(ProgramError::InvalidArgument);
    }
    if from.lamports() < lamports {
        return Err(ProgramError::Custom(TOO_FEW_LAMPORTS));
    }
    **from.try_borrow_mut_lamports()? -= lamports;
    **to.try_borrow_mut_lamports()? += lamports;
    Ok(())
}

fn require_signer(account: &AccountInfo) -> ProgramResult {
    if account.is_signer { Ok(()) } else { Err(ProgramError::MissingRequiredSignature) }
}

fn number(arguments: &[u8], at: usize) -> Result<u64, ProgramError> {
    let bytes = arguments.get(at..at + 8).ok_or(ProgramError::InvalidInstructionData)?;
    Ok(u64::from_le_bytes(bytes.try_into().expect("eight bytes")))
}

fn owner(arguments: &[u8], at: usize) -> Result<Pubkey, ProgramError> {
    let bytes = arguments.get(at..at + 32).ok_or(ProgramError::InvalidInstructionData)?;
    Ok(Pubkey::try_from(bytes).expect("32 bytes"))
}
