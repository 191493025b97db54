//! What the runtime does for a program: sysvars and calls of other programs, through the stubs that the SDK offers off-chain.

use {
    super::programs,
    anchor_lang::{
        prelude::{AccountInfo, Clock, Pubkey, Rent},
        solana_program::{
            entrypoint::{ProgramResult, SUCCESS},
            instruction::{AccountMeta, Instruction},
            program_error::ProgramError,
        },
    },
    solana_sysvar::program_stubs::{SyscallStubs, set_syscall_stubs},
    std::{cell::RefCell, collections::HashMap, sync::Once},
};

thread_local! {
    static CLOCK: RefCell<Clock> = RefCell::default();
    static SIGNERS: RefCell<HashMap<Vec<Vec<u8>>, Pubkey>> = RefCell::default();
}

/// Makes the stubs this module's, once a process, and sets this thread's clock.
pub fn install(clock: &Clock) {
    static INSTALL: Once = Once::new();
    INSTALL.call_once(|| drop(set_syscall_stubs(Box::new(Syscalls))));
    CLOCK.with_borrow_mut(|current| *current = clock.clone());
}

struct Syscalls;

impl SyscallStubs for Syscalls {
    fn sol_log(&self, _message: &str) {}

    fn sol_log_data(&self, _fields: &[&[u8]]) {}

    fn sol_get_clock_sysvar(&self, address: *mut u8) -> u64 {
        CLOCK.with_borrow(|clock| write(address, clock.clone()))
    }

    fn sol_get_rent_sysvar(&self, address: *mut u8) -> u64 {
        write(address, Rent::default())
    }

    fn sol_invoke_signed(&self, instruction: &Instruction, infos: &[AccountInfo], seeds: &[&[&[u8]]]) -> ProgramResult {
        let signers: Vec<Pubkey> = seeds.iter().map(|seeds| signer(seeds)).collect::<Result<_, _>>()?;
        let passed: Vec<AccountInfo> =
            instruction.accounts.iter().map(|meta| pass(meta, infos, &signers)).collect::<Result<_, _>>()?;
        programs::process(&instruction.program_id, &passed, &instruction.data)
    }
}

fn write<T>(address: *mut u8, sysvar: T) -> u64 {
    #[allow(unsafe_code, reason = "the SDK's stubs pass the address of a variable of the sysvar's type")]
    unsafe {
        address.cast::<T>().write(sysvar);
    }
    SUCCESS
}

/// An account as the called program gets it: with the privileges that it is called with, which the caller must have.
fn pass<'info>(meta: &AccountMeta, infos: &[AccountInfo<'info>], signers: &[Pubkey]) -> Result<AccountInfo<'info>, ProgramError> {
    let info = infos.iter().find(|info| *info.key == meta.pubkey).ok_or(ProgramError::NotEnoughAccountKeys)?;
    let is_escalated =
        meta.is_writable && !info.is_writable || meta.is_signer && !info.is_signer && !signers.contains(&meta.pubkey);
    if is_escalated {
        return Err(ProgramError::InvalidArgument);
    }
    Ok(AccountInfo { is_signer: meta.is_signer, is_writable: meta.is_writable, ..info.clone() })
}

/// The address that seeds sign for. Remembered, since finding it takes longer than most instructions.
fn signer(seeds: &[&[u8]]) -> Result<Pubkey, ProgramError> {
    SIGNERS.with_borrow_mut(|signers| {
        let key: Vec<Vec<u8>> = seeds.iter().map(|seed| seed.to_vec()).collect();
        if let Some(address) = signers.get(&key) {
            return Ok(*address);
        }
        let address = Pubkey::create_program_address(seeds, &ballast::ID).map_err(|_| ProgramError::InvalidSeeds)?;
        signers.insert(key, address);
        Ok(address)
    })
}
