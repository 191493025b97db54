//! The program's one instruction.

use pinocchio::{
    ProgramResult,
    account_info::AccountInfo,
    cpi::invoke_signed_with_bounds,
    instruction::{AccountMeta, Instruction, Seed, Signer},
    program_error::ProgramError,
    pubkey::Pubkey,
};

use crate::{MAX_CPI_ACCOUNTS, format::Reader};

/// Issues every CPI that `data` lists, in order.
///
/// # Errors
/// `InvalidInstructionData` where `data` ends early, `NotEnoughAccountKeys` where an index points past `accounts`, or
/// whatever a CPI fails with.
pub fn process(_program_id: &Pubkey, accounts: &[AccountInfo], data: &[u8]) -> ProgramResult {
    let mut reader = Reader(data);
    let seeds = signer_seeds(&mut reader).ok_or(ProgramError::InvalidInstructionData)?;
    let signers: Vec<Signer> = seeds.iter().map(|seeds| Signer::from(&seeds[..])).collect();
    for _ in 0..next(reader.byte())? {
        issue(&mut reader, accounts, &signers)?;
    }
    Ok(())
}

fn signer_seeds<'a>(reader: &mut Reader<'a>) -> Option<Vec<Vec<Seed<'a>>>> {
    let signers = reader.byte()?;
    (0..signers).map(|_| seeds(reader)).collect()
}

fn seeds<'a>(reader: &mut Reader<'a>) -> Option<Vec<Seed<'a>>> {
    let count = reader.byte()?;
    (0..count).map(|_| reader.seed().map(Seed::from)).collect()
}

fn issue(reader: &mut Reader, accounts: &[AccountInfo], signers: &[Signer]) -> ProgramResult {
    let program = account_at(accounts, next(reader.byte())?)?;
    let references = next(reader.accounts())?;
    let mut metas = Vec::with_capacity(references.len());
    let mut infos = Vec::with_capacity(references.len());
    for meta in references {
        let info = account_at(accounts, meta.index)?;
        metas.push(AccountMeta::new(info.key(), meta.is_writable, meta.is_signer));
        infos.push(info);
    }
    let instruction = Instruction { program_id: program.key(), accounts: &metas, data: next(reader.data())? };
    invoke_signed_with_bounds::<MAX_CPI_ACCOUNTS>(&instruction, &infos, signers)
}

fn next<T>(read: Option<T>) -> Result<T, ProgramError> {
    read.ok_or(ProgramError::InvalidInstructionData)
}

fn account_at(accounts: &[AccountInfo], index: u8) -> Result<&AccountInfo, ProgramError> {
    accounts.get(usize::from(index)).ok_or(ProgramError::NotEnoughAccountKeys)
}
