//! The real virtual machine, with the compiled program, the real token programs and the real AMM.

use {
    super::chain::{Chain, Failed},
    anchor_lang::{
        prelude::{Clock, Pubkey},
        solana_program::instruction::Instruction,
    },
    ballast_tests::{Signer, World, scene::compute_unit_limit},
    solana_account::Account,
    solana_message::{Message, VersionedMessage},
    solana_transaction::{InstructionError, TransactionError, versioned::VersionedTransaction},
};

/// Compute units that a transaction may use.
const MAX_COMPUTE_UNITS: u32 = 1_400_000;

/// LiteSVM.
#[derive(Clone)]
pub struct Svm {
    world: World,
}

impl Svm {
    /// A chain that goes on from `world`. Signatures are taken for granted: they would only cost time.
    pub fn new(mut world: World) -> Self {
        world.svm = std::mem::take(&mut world.svm).with_sigverify(false);
        Svm { world }
    }
}

impl Chain for Svm {
    fn clock(&self) -> Clock {
        self.world.clock()
    }

    fn advance(&mut self, secs: u32) {
        self.world.advance(secs);
    }

    fn find(&self, address: &Pubkey) -> Option<Account> {
        self.world.find_account(address)
    }

    fn write(&mut self, address: &Pubkey, account: Account) {
        self.world.set_account(address, account);
    }

    fn send(&mut self, instructions: &[Instruction]) -> Result<(), Failed> {
        let mut all = vec![compute_unit_limit(MAX_COMPUTE_UNITS)];
        all.extend_from_slice(instructions);
        let payer = self.world.payer.pubkey();
        let message = Message::new_with_blockhash(&all, Some(&payer), &self.world.svm.latest_blockhash());
        let signatures = vec![Default::default(); usize::from(message.header.num_required_signatures)];
        let transaction = VersionedTransaction { signatures, message: VersionedMessage::Legacy(message) };
        match self.world.svm.send_transaction(transaction) {
            Ok(_) => Ok(()),
            Err(failed) => Err(reason(&failed.err)),
        }
    }

    fn fork(&self) -> Box<dyn Chain> {
        Box::new(self.clone())
    }
}

fn reason(error: &TransactionError) -> Failed {
    match error {
        TransactionError::InstructionError(_, InstructionError::Custom(code)) => Failed::Code(*code),
        TransactionError::InstructionError(
            _,
            InstructionError::ProgramFailedToComplete
            | InstructionError::ComputationalBudgetExceeded
            | InstructionError::MaxInstructionTraceLengthExceeded,
        ) => Failed::Crashed(error.to_string()),
        _ => Failed::Refused(error.to_string()),
    }
}
