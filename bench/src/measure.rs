//! Measuring one instruction.

use anyhow::{Context, Result, anyhow};
use ballast_client::Instruction;
use ballast_tests::{
    Signer, World,
    scene::compute_unit_limit,
    transaction::{legacy_size, size_with_tables},
};
use solana_message::inner_instruction::InnerInstruction;

use crate::{bare, cases::Case, row::Row};

/// What a transaction without a limit of its own may use.
const DEFAULT_COMPUTE_UNITS: u64 = 200_000;
/// What any transaction may use.
const MAX_COMPUTE_UNITS: u32 = 1_400_000;
/// What the compute budget program charges for the instruction that sets the limit.
const LIMIT_COMPUTE_UNITS: u64 = 150;

/// What an instruction did.
pub struct Run {
    /// Compute units of the instruction alone.
    pub compute_units: u64,
    /// The instructions that it and its callees invoked, in order.
    pub inner: Vec<InnerInstruction>,
}

/// Measures an instruction. The transaction whose size counts sets a limit on compute units only where it needs to.
pub fn row(case: &Case) -> Result<Row> {
    let assets = case.scene.assets.len();
    let place = || format!("{} with {assets} assets", case.instruction);
    let run = run(case.scene.world.clone(), case, &case.call).with_context(place)?;
    let bare_cu = if run.inner.is_empty() { None } else { Some(bare::compute_units(case, &run).with_context(place)?) };

    let needs_limit = run.compute_units > DEFAULT_COMPUTE_UNITS;
    let instructions = if needs_limit { with_limit(&case.call).to_vec() } else { vec![case.call.clone()] };
    let payer = case.signer.pubkey();
    Ok(Row {
        instruction: case.instruction.into(),
        assets,
        amm: case.amm.map(|amm| amm.name().into()),
        cu: run.compute_units,
        bare_cu,
        tx_bytes: legacy_size(&instructions, &payer),
        tx_bytes_lut: size_with_tables(&instructions, &payer, std::slice::from_ref(&case.scene.table)),
    })
}

/// Runs an instruction in place of the case's own, in a legacy transaction: the SVM takes one of any size, and compute
/// units do not depend on the version.
pub fn run(mut world: World, case: &Case, call: &Instruction) -> Result<Run> {
    // Without the log, which takes a screen.
    let outcome = world.send(&with_limit(call), &[&case.signer]);
    let mut outcome = outcome.map_err(|failure| anyhow!("{} after {} CU", failure.error, failure.compute_units))?;
    let compute_units = outcome.compute_units.checked_sub(LIMIT_COMPUTE_UNITS).context("less than the limit alone costs")?;
    Ok(Run { compute_units, inner: outcome.inner_instructions.pop().context("no instruction ran")? })
}

/// The instructions of a transaction that may use all the compute units there are.
pub fn with_limit(call: &Instruction) -> [Instruction; 2] {
    [compute_unit_limit(MAX_COMPUTE_UNITS), call.clone()]
}
