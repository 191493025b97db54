//! The chain on which one instruction is attacked.

use {
    crate::{substitution::Attempt, verdict::Changes},
    anchor_lang::solana_program::instruction::Instruction,
    ballast_client::Pubkey,
    ballast_tests::{Failure, Keypair, Signer, World, scene::compute_unit_limit},
    solana_account::Account,
    std::{collections::BTreeSet, sync::Arc},
};

/// Compute units for every attempt.
const MAX_COMPUTE_UNITS: u32 = 1_400_000;

/// A valid instruction, and the same one for the attacker's vault.
pub struct Scenario {
    /// The chain.
    pub world: World,
    /// The instruction under attack.
    pub valid: Instruction,
    /// Its twin: the account at the same place is the counterpart.
    pub twin: Instruction,
    /// Somebody whom neither vault knows.
    pub stranger: Arc<Keypair>,
    /// Everybody else who can sign.
    pub people: Vec<Arc<Keypair>>,
}

impl Scenario {
    /// The account at an address, as programs see it: where there is none, an empty one of the system program.
    pub fn find(&self, address: &Pubkey) -> Account {
        self.world.find_account(address).map(without_epoch).unwrap_or_default()
    }

    /// Whether somebody can sign for an address.
    pub fn has_key(&self, address: &Pubkey) -> bool {
        self.signer(address).is_some()
    }

    /// What an instruction would change.
    ///
    /// # Errors
    /// What the chain answered, where it failed.
    pub fn try_out(&self, instruction: &Instruction) -> Result<Changes, Failure> {
        // The fee is paid by nobody of the instruction, or they would lend it a signature.
        let payer = self.world.payer.clone();
        let asked: BTreeSet<Pubkey> = instruction.accounts.iter().filter(|meta| meta.is_signer).map(|meta| meta.pubkey).collect();
        let mut signers = vec![&*payer];
        signers.extend(asked.iter().filter_map(|key| self.signer(key)));
        let instructions = [compute_unit_limit(MAX_COMPUTE_UNITS), instruction.clone()];
        let after = self.world.accounts_after(&instructions, &signers)?;
        let after = after.into_iter().map(|(key, account)| (key, without_epoch(account)));
        Ok(after.filter(|(key, account)| *key != payer.pubkey() && self.find(key) != *account).collect())
    }

    /// What an attempt would change.
    ///
    /// # Errors
    /// What the chain answered, where it failed.
    pub fn try_attempt(&mut self, attempt: &Attempt) -> Result<Changes, Failure> {
        let Some(address) = attempt.tampered else {
            return self.try_out(&attempt.instruction);
        };
        let original = self.find(&address);
        self.world.set_account(&address, attempt.found.clone());
        let result = self.try_out(&attempt.instruction);
        self.world.set_account(&address, original);
        result
    }

    fn signer(&self, address: &Pubkey) -> Option<&Keypair> {
        self.people.iter().chain([&self.stranger]).find(|person| person.pubkey() == *address).map(|person| &**person)
    }
}

/// The runtime notes in whatever may be written to that it pays no more rent.
fn without_epoch(account: Account) -> Account {
    Account { rent_epoch: 0, ..account }
}
