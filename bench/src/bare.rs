//! What an instruction's CPIs cost a minimal program.
//!
//! The minimal program takes Ballast's place, at its address and in the same state of the chain. So it can sign for the
//! same addresses, and issues the very same CPIs: same programs, same accounts, same data.

use anyhow::{Context, Result, ensure};
use ballast_client::{
    Instruction, PROGRAM_ID, Pubkey,
    ballast::state::{AUTHORITY_SEED, CHANGE_SEED, CLAIMS_SEED, CRANK_SEED, ROUTE_SEED, SHARES_SEED, VAULT_SEED},
};
use ballast_tests::Signer;
use bare::{AccountRef, Cpi, encode};
use solana_message::{Message, inner_instruction::InnerInstruction};

use crate::{
    cases::Case,
    measure::{self, Run},
};

/// Stack height of the instructions that a transaction's own instructions invoke.
const DIRECT: u8 = 2;

/// Compute units of the minimal program that issues the CPIs of `run`.
pub fn compute_units(case: &Case, run: &Run) -> Result<u64> {
    let direct: Vec<_> = run.inner.iter().filter(|inner| inner.stack_height == DIRECT).collect();
    let message = Message::new(&measure::with_limit(&case.call), Some(&case.signer.pubkey()));
    let signers = signers(case, &direct, &message.account_keys);
    let addresses: Vec<Pubkey> = signers.iter().map(|signer| signer.address).collect();
    let cpis = direct.iter().map(|inner| cpi(&case.call, inner, &message.account_keys, &addresses));
    let cpis = cpis.collect::<Option<Vec<_>>>().context("a CPI takes an account that is not the instruction's")?;
    let seeds: Vec<_> = signers.into_iter().map(|signer| signer.seeds).collect();

    let mut world = case.scene.world.clone();
    world.deploy(&PROGRAM_ID, "bare");
    let call = Instruction { data: encode(&cpis, &seeds), ..case.call.clone() };
    let replay = measure::run(world, case, &call).context("the minimal program")?;
    ensure!(replay.inner == run.inner, "the minimal program issued other CPIs");
    Ok(replay.compute_units)
}

/// An address of the program that can sign.
struct ProgramSigner {
    address: Pubkey,
    /// Bump included.
    seeds: Vec<Vec<u8>>,
}

impl ProgramSigner {
    fn new(seeds: &[&[u8]]) -> Self {
        let (address, bump) = Pubkey::find_program_address(seeds, &PROGRAM_ID);
        let seeds = seeds.iter().map(|seed| seed.to_vec()).chain([vec![bump]]).collect();
        Self { address, seeds }
    }
}

/// The program's addresses that the CPIs name.
fn signers(case: &Case, cpis: &[&InnerInstruction], keys: &[Pubkey]) -> Vec<ProgramSigner> {
    let vault = case.scene.view.address;
    let mut signers = vec![
        ProgramSigner::new(&[VAULT_SEED, case.scene.admin.pubkey().as_ref(), &0u64.to_le_bytes()]),
        ProgramSigner::new(&[AUTHORITY_SEED, vault.as_ref()]),
        ProgramSigner::new(&[SHARES_SEED, vault.as_ref()]),
        ProgramSigner::new(&[CRANK_SEED, vault.as_ref()]),
        ProgramSigner::new(&[CHANGE_SEED, vault.as_ref(), &0u64.to_le_bytes()]),
        ProgramSigner::new(&[CLAIMS_SEED, vault.as_ref(), case.signer.pubkey().as_ref()]),
    ];
    signers.extend(case.pool.map(|pool| ProgramSigner::new(&[ROUTE_SEED, vault.as_ref(), pool.as_ref()])));
    let is_named = |signer: &ProgramSigner| {
        let named = cpis.iter().flat_map(|cpi| &cpi.instruction.accounts);
        named.filter_map(|index| keys.get(usize::from(*index))).any(|key| *key == signer.address)
    };
    signers.retain(is_named);
    signers
}

/// One inner instruction as the minimal program takes it. What signs or is writable is not recorded: everything that may
/// sign does, and everything that is writable in the transaction is here.
fn cpi(call: &Instruction, inner: &InnerInstruction, keys: &[Pubkey], signers: &[Pubkey]) -> Option<Cpi> {
    let reference = |key_index: u8| {
        let key = keys.get(usize::from(key_index))?;
        let index = call.accounts.iter().position(|meta| meta.pubkey == *key)?;
        let metas = || call.accounts.iter().filter(|meta| meta.pubkey == *key);
        Some(AccountRef {
            index: u8::try_from(index).ok()?,
            is_signer: metas().any(|meta| meta.is_signer) || signers.contains(key),
            is_writable: metas().any(|meta| meta.is_writable),
        })
    };
    Some(Cpi {
        program: reference(inner.instruction.program_id_index)?.index,
        accounts: inner.instruction.accounts.iter().map(|index| reference(*index)).collect::<Option<_>>()?,
        data: inner.instruction.data.clone(),
    })
}
