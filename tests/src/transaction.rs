//! Building transactions, and what the chain answers.

use {
    crate::world::World,
    anchor_lang::{error::ERROR_CODE_OFFSET, prelude::Pubkey, solana_program::instruction::Instruction},
    litesvm::types::{FailedTransactionMetadata, TransactionMetadata},
    solana_address_lookup_table_interface::{
        program as lookup_table_program,
        state::{AddressLookupTable, LookupTableMeta},
    },
    solana_message::{AddressLookupTableAccount, Hash, Message, VersionedMessage, inner_instruction::InnerInstruction, v0},
    solana_signer::Signer,
    solana_transaction::{InstructionError, TransactionError},
    std::{borrow::Cow, env, fmt, fs, path::Path},
};

/// A lookup table as messages are compiled against it: address and content.
pub type LookupTable = AddressLookupTableAccount;

/// The largest transaction that the network carries, in bytes.
pub const MAX_TRANSACTION_BYTES: usize = 1_232;

/// Bytes of one signature.
const SIGNATURE_BYTES: usize = 64;

/// A transaction that succeeded.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Compute units of the whole transaction.
    pub compute_units: u64,
    /// The log, as RPC nodes show it (cut off at 10,000 bytes, as on mainnet).
    pub logs: Vec<String>,
    /// The bytes that the last program returned, with that program; `None` where nothing was returned.
    pub return_data: Option<(Pubkey, Vec<u8>)>,
    /// The instructions that each top-level instruction invoked, by its index.
    pub inner_instructions: Vec<Vec<InnerInstruction>>,
}

impl From<TransactionMetadata> for Outcome {
    fn from(meta: TransactionMetadata) -> Self {
        let returned = meta.return_data;
        Self {
            compute_units: meta.compute_units_consumed,
            logs: meta.logs,
            return_data: (!returned.data.is_empty()).then_some((returned.program_id, returned.data)),
            inner_instructions: meta.inner_instructions,
        }
    }
}

/// A transaction that failed and changed nothing but the payer's lamports.
#[derive(Clone)]
pub struct Failure {
    /// Why.
    pub error: TransactionError,
    /// The log up to the failure.
    pub logs: Vec<String>,
    /// Compute units up to the failure.
    pub compute_units: u64,
}

impl Failure {
    /// The program's own error number, where it failed with one.
    pub fn code(&self) -> Option<u32> {
        match self.error {
            TransactionError::InstructionError(_, InstructionError::Custom(code)) => Some(code),
            _ => None,
        }
    }

    /// The error number, where it was Ballast that failed with it, and not a program that it had called.
    fn own_code(&self) -> Option<u32> {
        // The innermost program fails first.
        let failed = self.logs.iter().find_map(|line| line.strip_prefix("Program ")?.split_once(" failed: "));
        let (program, _) = failed?;
        self.code().filter(|_| program == ballast::ID.to_string())
    }

    /// Notes the error that the program returned, for the check that tests reach them all (`xtask/src/errors.rs`).
    fn note(&self) {
        let (Some(folder), Some(code)) = (env::var_os("BALLAST_ERRORS_DIR"), self.own_code()) else { return };
        // The numbers below are Anchor's own.
        if code >= ERROR_CODE_OFFSET {
            let note = Path::new(&folder).join(code.to_string());
            fs::write(&note, "").unwrap_or_else(|error| panic!("cannot write {}: {error}", note.display()));
        }
    }
}

impl From<FailedTransactionMetadata> for Failure {
    fn from(failed: FailedTransactionMetadata) -> Self {
        let failure = Self { error: failed.err, logs: failed.meta.logs, compute_units: failed.meta.compute_units_consumed };
        failure.note();
        failure
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} after {} CU", self.error, self.compute_units)?;
        self.logs.iter().try_for_each(|line| write!(formatter, "\n    {line}"))
    }
}

/// As displayed: `unwrap` in a test then shows the program's log line by line.
impl fmt::Debug for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl std::error::Error for Failure {}

impl World {
    /// Writes an active lookup table of `addresses` (256 at most) at the address of `label`.
    pub fn create_lookup_table(&mut self, label: &str, addresses: Vec<Pubkey>) -> LookupTable {
        let key = self.keypair(label).pubkey();
        let table = AddressLookupTable { meta: LookupTableMeta::default(), addresses: Cow::Borrowed(&addresses) };
        let data = table.serialize_for_tests().expect("a lookup table's header has a fixed size");
        self.write(&key, &lookup_table_program::ID, data);
        LookupTable { key, addresses }
    }
}

/// Bytes of a legacy transaction of `instructions`, signatures included.
pub fn legacy_size(instructions: &[Instruction], payer: &Pubkey) -> usize {
    size(&message(instructions, payer, &[], Hash::default()))
}

/// Bytes of a version-0 transaction of `instructions` that looks addresses up in `tables`, signatures included.
pub fn size_with_tables(instructions: &[Instruction], payer: &Pubkey, tables: &[LookupTable]) -> usize {
    size(&message(instructions, payer, tables, Hash::default()))
}

/// A version-0 message where there are `tables`, otherwise a legacy one.
pub(crate) fn message(instructions: &[Instruction], payer: &Pubkey, tables: &[LookupTable], blockhash: Hash) -> VersionedMessage {
    if tables.is_empty() {
        return VersionedMessage::Legacy(Message::new_with_blockhash(instructions, Some(payer), &blockhash));
    }
    let message =
        v0::Message::try_compile(payer, instructions, tables, blockhash).expect("the instructions name at most 256 accounts");
    VersionedMessage::V0(message)
}

fn size(message: &VersionedMessage) -> usize {
    let signatures = usize::from(message.header().num_required_signatures);
    assert!(signatures < 128, "the number of signatures takes one byte below 128");
    1 + signatures * SIGNATURE_BYTES + message.serialize().len()
}
