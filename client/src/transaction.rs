//! Versioned transactions: assembly, size, compute budget. Nothing here knows a cluster.

use std::fmt;

use anchor_lang::prelude::Pubkey;
use anchor_lang::solana_program::instruction::Instruction;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use solana_compute_budget_interface::ComputeBudgetInstruction;
use solana_message::{AddressLookupTableAccount, Hash, VersionedMessage, v0};
use solana_signature::Signature;
use solana_transaction::versioned::VersionedTransaction;

/// The largest transaction that the network carries, in bytes.
pub const MAX_BYTES: usize = 1_232;
/// Most compute units that a transaction may ask for.
pub const MAX_UNITS: u32 = 1_400_000;
/// How many instructions set the compute budget.
pub const BUDGET_INSTRUCTIONS: u8 = 2;

/// Why instructions do not make a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssemblyError {
    /// It would be larger than [`MAX_BYTES`].
    TooLarge {
        /// Its size, signatures included.
        bytes: usize,
    },
    /// The instructions name more than 256 accounts.
    TooManyAccounts,
}

impl fmt::Display for AssemblyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AssemblyError::TooLarge { bytes } => write!(
                f,
                "the transaction takes {bytes} bytes, and the network carries {MAX_BYTES}; use the vault's lookup table, or send the \
                 instructions in several transactions"
            ),
            AssemblyError::TooManyAccounts => {
                write!(f, "the instructions name more than 256 accounts; send them in several transactions")
            }
        }
    }
}

impl std::error::Error for AssemblyError {}

/// A version-0 message of `instructions`, paid for by `payer`, that looks addresses up in `tables`.
///
/// # Errors
/// Where it does not fit a transaction.
///
/// ```
/// use ballast_client::{Pubkey, instruction, transaction};
///
/// let (payer, vault) = (Pubkey::new_unique(), Pubkey::new_unique());
/// let message = transaction::message(&payer, &[instruction::observe(vault)], &[], Default::default()).unwrap();
/// assert!(transaction::size(&message) < 300);
///
/// // 64 price accounts do not fit without a lookup table.
/// let prices: Vec<_> = (0..64).map(|_| Pubkey::new_unique()).collect();
/// let refresh = instruction::refresh_prices(vault, 0, &prices);
/// let error = transaction::message(&payer, &[refresh], &[], Default::default()).unwrap_err();
/// assert!(error.to_string().contains("lookup table"));
/// ```
pub fn message(
    payer: &Pubkey,
    instructions: &[Instruction],
    tables: &[AddressLookupTableAccount],
    blockhash: Hash,
) -> Result<VersionedMessage, AssemblyError> {
    let compiled = v0::Message::try_compile(payer, instructions, tables, blockhash);
    let message = VersionedMessage::V0(compiled.map_err(|_| AssemblyError::TooManyAccounts)?);
    let bytes = size(&message);
    if bytes > MAX_BYTES { Err(AssemblyError::TooLarge { bytes }) } else { Ok(message) }
}

/// Bytes of a transaction with this message, signatures included.
pub fn size(message: &VersionedMessage) -> usize {
    wire(&without_signatures(message.clone())).len()
}

/// An unsigned transaction in base64, as wallets and multisigs take it: zeros stand where signatures go. A blockhash lasts about a
/// minute; a multisig puts its own in.
///
/// # Errors
/// Where the instructions do not fit a transaction.
///
/// ```
/// use ballast_client::{Pubkey, instruction, transaction};
///
/// let (admin, vault) = (Pubkey::new_unique(), Pubkey::new_unique());
/// let unpause = instruction::set_pause(admin, vault, 1, false);
/// let text = transaction::unsigned(&admin, &[unpause], &[], Default::default()).unwrap();
/// assert!(text.starts_with("AQAA"), "one signature, of zeros: {text}");
/// ```
pub fn unsigned(
    payer: &Pubkey,
    instructions: &[Instruction],
    tables: &[AddressLookupTableAccount],
    blockhash: Hash,
) -> Result<String, AssemblyError> {
    let message = message(payer, instructions, tables, blockhash)?;
    Ok(STANDARD.encode(wire(&without_signatures(message))))
}

/// The transaction of a message with zeros for its signatures.
pub fn without_signatures(message: VersionedMessage) -> VersionedTransaction {
    let signatures = usize::from(message.header().num_required_signatures);
    VersionedTransaction { signatures: vec![Signature::default(); signatures], message }
}

/// The instructions behind the [`BUDGET_INSTRUCTIONS`] that set their compute budget: the unit limit, and the price of a unit in
/// micro-lamports. In front, since every further instruction clears what the one before has returned.
pub fn with_budget(instructions: &[Instruction], unit_limit: u32, unit_price: u64) -> Vec<Instruction> {
    let limit = ComputeBudgetInstruction::set_compute_unit_limit(unit_limit);
    let price = ComputeBudgetInstruction::set_compute_unit_price(unit_price);
    [&[limit, price], instructions].concat()
}

/// The accounts that a transaction of these instructions locks for writing, each once: it competes with others for them.
pub fn written(payer: &Pubkey, instructions: &[Instruction]) -> Vec<Pubkey> {
    let metas = instructions.iter().flat_map(|instruction| &instruction.accounts);
    let mut written: Vec<Pubkey> = metas.filter(|meta| meta.is_writable).map(|meta| meta.pubkey).collect();
    written.push(*payer);
    written.sort_unstable();
    written.dedup();
    written
}

/// The bytes that go over the wire.
fn wire(transaction: &VersionedTransaction) -> Vec<u8> {
    wincode::serialize(transaction).expect("a compiled transaction can be serialised")
}

#[cfg(test)]
mod tests {
    use anchor_lang::prelude::AccountMeta;
    use base64::Engine;

    use super::*;

    fn instruction(accounts: Vec<AccountMeta>) -> Instruction {
        Instruction { program_id: Pubkey::new_unique(), accounts, data: vec![7; 3] }
    }

    #[test]
    fn size_counts_signatures_and_message() {
        let other = Pubkey::new_unique();
        let signed_twice = instruction(vec![AccountMeta::new(other, true)]);
        let message = message(&Pubkey::new_unique(), &[signed_twice], &[], Hash::default()).unwrap();
        assert_eq!(size(&message), 1 + 2 * 64 + message.serialize().len());
    }

    #[test]
    fn message_too_large_tells_its_bytes_and_fits_with_a_table() {
        let payer = Pubkey::new_unique();
        let addresses: Vec<_> = (0..40).map(|_| Pubkey::new_unique()).collect();
        let large = instruction(addresses.iter().map(|address| AccountMeta::new(*address, false)).collect());
        let error = message(&payer, std::slice::from_ref(&large), &[], Hash::default()).unwrap_err();
        let AssemblyError::TooLarge { bytes } = error else { panic!("{error}") };
        assert!(bytes > 40 * 32 && bytes < 40 * 32 + 300, "{bytes}");
        let table = AddressLookupTableAccount { key: Pubkey::new_unique(), addresses };
        let message = message(&payer, &[large], &[table], Hash::default()).unwrap();
        assert!(size(&message) < 400);
    }

    #[test]
    fn message_of_too_many_accounts_is_refused() {
        let metas = (0..300).map(|_| AccountMeta::new(Pubkey::new_unique(), false)).collect();
        let error = message(&Pubkey::new_unique(), &[instruction(metas)], &[], Hash::default()).unwrap_err();
        assert_eq!(error, AssemblyError::TooManyAccounts);
    }

    #[test]
    fn unsigned_is_the_transaction_with_zeros_for_signatures() {
        let payer = Pubkey::new_unique();
        let blockhash = Hash::new_from_array([9; 32]);
        let instructions = [instruction(vec![AccountMeta::new(payer, true)])];
        let bytes = STANDARD.decode(unsigned(&payer, &instructions, &[], blockhash).unwrap()).unwrap();
        let expected = message(&payer, &instructions, &[], blockhash).unwrap();
        assert_eq!((bytes[0], &bytes[1..65]), (1, &[0; 64][..]));
        assert_eq!(bytes[65..], expected.serialize());
    }

    #[test]
    fn budget_comes_first() {
        let instructions = [instruction(vec![]), instruction(vec![])];
        let all = with_budget(&instructions, 1_000, 5);
        let (budget, rest) = all.split_at(BUDGET_INSTRUCTIONS.into());
        assert_eq!(rest, instructions);
        let limit = ComputeBudgetInstruction::set_compute_unit_limit(1_000);
        assert_eq!(budget, [limit, ComputeBudgetInstruction::set_compute_unit_price(5)]);
    }

    #[test]
    fn written_accounts_are_the_payer_and_what_is_writable_once_each() {
        let [payer, written_twice, read] = std::array::from_fn(|_| Pubkey::new_unique());
        let metas = || vec![AccountMeta::new(written_twice, false), AccountMeta::new_readonly(read, false)];
        let mut expected = vec![payer, written_twice];
        expected.sort_unstable();
        assert_eq!(written(&payer, &[instruction(metas()), instruction(metas())]), expected);
    }
}
