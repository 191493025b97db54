//! Groups of instructions that must stay together, packed into as few transactions as they fit.

use std::sync::Arc;

use anchor_lang::prelude::Pubkey;
use anchor_lang::solana_program::instruction::Instruction;
use solana_keypair::Keypair;
use solana_message::{AddressLookupTableAccount, Hash};

use crate::transaction::{self, AssemblyError, MAX_UNITS};

/// One transaction of a plan.
#[derive(Clone, Debug, Default)]
pub struct Step {
    /// Its instructions, without a compute budget.
    pub instructions: Vec<Instruction>,
    /// Who signs besides the payer.
    pub signers: Vec<Arc<Keypair>>,
}

/// Instructions that go into one transaction.
#[derive(Clone, Debug)]
pub struct Group {
    /// The instructions, and who signs them besides the payer.
    pub step: Step,
    /// Compute units that they may take.
    pub units: u32,
}

/// Packs groups into transactions, in order.
///
/// # Errors
/// Where a group does not fit by itself.
pub fn pack(payer: &Pubkey, groups: Vec<Group>, tables: &[AddressLookupTableAccount]) -> Result<Vec<Step>, AssemblyError> {
    let (mut steps, mut units) = (Vec::<Step>::new(), 0_u32);
    for group in groups {
        let together = steps.last().map(|last| join(last, &group.step));
        let has_units = units.saturating_add(group.units) <= MAX_UNITS;
        match together.filter(|together| has_units && check(payer, together, tables).is_ok()) {
            Some(together) => {
                steps.pop();
                steps.push(together);
                units += group.units;
            }
            None => {
                check(payer, &group.step, tables)?;
                steps.push(group.step);
                units = group.units;
            }
        }
    }
    Ok(steps)
}

fn join(first: &Step, second: &Step) -> Step {
    Step {
        instructions: [&first.instructions[..], &second.instructions].concat(),
        signers: [&first.signers[..], &second.signers].concat(),
    }
}

/// Whether a step fits a transaction.
fn check(payer: &Pubkey, step: &Step, tables: &[AddressLookupTableAccount]) -> Result<(), AssemblyError> {
    let all = transaction::with_budget(&step.instructions, MAX_UNITS, 0);
    transaction::message(payer, &all, tables, Hash::default()).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(bytes: usize, units: u32) -> Group {
        let instruction = Instruction { program_id: Pubkey::new_from_array([5; 32]), accounts: vec![], data: vec![0; bytes] };
        Group { step: Step { instructions: vec![instruction], signers: vec![] }, units }
    }

    fn sizes(groups: Vec<Group>) -> Vec<Vec<usize>> {
        let steps = pack(&Pubkey::new_unique(), groups, &[]).unwrap();
        steps.iter().map(|step| step.instructions.iter().map(|instruction| instruction.data.len()).collect()).collect()
    }

    #[test]
    fn groups_share_a_transaction_while_bytes_and_units_last() {
        assert_eq!(sizes(vec![]), Vec::<Vec<usize>>::new());
        assert_eq!(sizes(vec![group(300, 1), group(301, 1), group(302, 1), group(10, 1)]), [[300, 301, 302, 10]]);
        assert_eq!(sizes(vec![group(600, 1), group(600, 1), group(10, 1)]), [vec![600], vec![600, 10]]);
        assert_eq!(sizes(vec![group(1, MAX_UNITS), group(2, 1), group(3, MAX_UNITS - 1)]), [vec![1], vec![2, 3]]);
    }

    #[test]
    fn a_group_that_does_not_fit_is_refused() {
        let error = pack(&Pubkey::new_unique(), vec![group(10, 1), group(1_200, 1)], &[]).unwrap_err();
        assert!(matches!(error, AssemblyError::TooLarge { .. }));
    }
}
