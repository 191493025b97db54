//! Instructions in as few transactions as they fit.

use ballast_client::transaction::{AssemblyError, message, with_budget};
use ballast_client::{AddressLookupTableAccount, Instruction, Pubkey};

/// Instructions for each transaction, in their order; room for a compute budget is left.
///
/// # Errors
/// Where one does not fit a transaction of its own.
pub fn pack(
    payer: &Pubkey,
    instructions: &[Instruction],
    tables: &[AddressLookupTableAccount],
) -> Result<Vec<Vec<Instruction>>, AssemblyError> {
    let mut packed: Vec<Vec<Instruction>> = vec![];
    for instruction in instructions {
        let alone = vec![instruction.clone()];
        let together = packed.last().map(|last| [last.as_slice(), &alone].concat());
        match (packed.last_mut(), together) {
            (Some(last), Some(together)) if fit(payer, &together, tables).is_ok() => *last = together,
            _ => {
                fit(payer, &alone, tables)?;
                packed.push(alone);
            }
        }
    }
    Ok(packed)
}

fn fit(payer: &Pubkey, instructions: &[Instruction], tables: &[AddressLookupTableAccount]) -> Result<(), AssemblyError> {
    message(payer, &with_budget(instructions, 1, 1), tables, Default::default()).map(drop)
}

#[cfg(test)]
mod tests {
    use ballast_client::AccountMeta;

    use super::*;

    /// Of so many accounts that no other instruction names.
    fn instruction(accounts: usize) -> Instruction {
        let meta = |_| AccountMeta::new(Pubkey::new_unique(), false);
        Instruction { program_id: Pubkey::default(), accounts: (0..accounts).map(meta).collect(), data: vec![] }
    }

    fn counts(instructions: &[Instruction], tables: &[AddressLookupTableAccount]) -> Vec<usize> {
        let packed = pack(&Pubkey::new_unique(), instructions, tables).unwrap();
        assert_eq!(packed.concat(), instructions);
        packed.iter().map(Vec::len).collect()
    }

    #[test]
    fn as_many_as_fit_go_together_in_order() {
        let four: Vec<Instruction> = (0..4).map(|_| instruction(14)).collect();
        assert_eq!(counts(&four, &[]), [2, 2]);
        assert_eq!(counts(&[], &[]), [] as [usize; 0]);
    }

    #[test]
    fn what_does_not_fit_alone_needs_a_table() {
        let large = instruction(40);
        assert!(matches!(pack(&Pubkey::new_unique(), std::slice::from_ref(&large), &[]), Err(AssemblyError::TooLarge { .. })));
        let addresses = large.accounts.iter().map(|account| account.pubkey).collect();
        assert_eq!(counts(&[large], &[AddressLookupTableAccount { key: Pubkey::new_unique(), addresses }]), [1]);
    }
}
