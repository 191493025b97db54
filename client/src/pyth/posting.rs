//! The plan of transactions that posts prices, uses them, and takes the rent back.

use std::fmt;
use std::sync::Arc;

use anchor_lang::prelude::{AccountMeta, Pubkey, Rent};
use anchor_lang::solana_program::instruction::Instruction;
use anchor_lang::solana_program::system_instruction;
use anchor_lang::{AccountDeserialize, AnchorSerialize, system_program};
use pyth_solana_receiver_sdk::config::Config;
use pyth_solana_receiver_sdk::pda::{get_config_address, get_treasury_address};
use pyth_solana_receiver_sdk::{ID as RECEIVER, PostUpdateParams};
use solana_account::Account;
use solana_keypair::Keypair;
use solana_message::AddressLookupTableAccount;
use solana_signer::Signer;

use super::packing::{Group, Step, pack};
use super::update::{FeedId, FeedPrice, Update};
use super::wormhole::EncodedVaa;
use crate::transaction::AssemblyError;

/// First eight bytes of `sha256("global:post_update")`.
const POST_UPDATE: [u8; 8] = [133, 95, 207, 175, 11, 79, 118, 44];
/// First eight bytes of `sha256("global:reclaim_rent")`.
const RECLAIM_RENT: [u8; 8] = [218, 200, 19, 197, 227, 89, 192, 22];
/// Bytes of the signed message that the first transaction has room for.
const FIRST_PART_BYTES: usize = 755;
/// Compute units for creating the message's account and writing to it.
const WRITE_UNITS: u32 = 30_000;
/// Compute units for the signatures of two thirds of the guardians.
const VERIFY_UNITS: u32 = 700_000;
/// Compute units for posting a price.
const POST_UNITS: u32 = 80_000;
/// Compute units left for the instructions that use the prices.
const USE_UNITS: u32 = 600_000;

/// Pyth's receiver on a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receiver {
    /// The Wormhole program whose signatures it trusts.
    pub wormhole: Pubkey,
}

/// Why prices cannot be posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PostingError {
    /// The update lacks the price of a feed.
    FeedMissing(FeedId),
    /// The signed message is cut off.
    SignedMessage,
    /// The instructions that use the prices do not fit a transaction.
    Assembly(AssemblyError),
}

impl fmt::Display for PostingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PostingError::FeedMissing(feed) => {
                write!(f, "the update lacks the price of feed {}; fetch it with this feed", Pubkey::new_from_array(*feed))
            }
            PostingError::SignedMessage => write!(f, "the update's signed message is cut off; fetch it anew"),
            PostingError::Assembly(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for PostingError {}

impl From<AssemblyError> for PostingError {
    fn from(error: AssemblyError) -> Self {
        PostingError::Assembly(error)
    }
}

/// Transactions to send one after another, each once the one before has landed. Afterwards, whatever became of them,
/// [`Posting::cleanup`] gets the rent back.
#[derive(Clone, Debug)]
pub struct Posting {
    /// The transactions: what posts the prices, then what uses them.
    pub steps: Vec<Step>,
    /// The accounts that will hold the prices, in the order of the feeds.
    pub prices: Vec<Pubkey>,
    payer: Pubkey,
    vaa: EncodedVaa,
}

impl Receiver {
    /// The account that holds the receiver's configuration.
    pub fn config_address() -> Pubkey {
        get_config_address()
    }

    /// Reads the receiver's configuration; `None` if the account is not that.
    pub fn read(config: &Account) -> Option<Self> {
        let own = Some(config).filter(|config| config.owner == RECEIVER)?;
        let Config { wormhole, .. } = Config::try_deserialize(&mut &own.data[..]).ok()?;
        Some(Receiver { wormhole })
    }

    /// Plans the posting of the prices of `feeds` into new accounts, and their use by the instructions that `use_prices` makes from
    /// those accounts' addresses, in the order of `feeds`: such as refreshing a vault's prices.
    ///
    /// # Errors
    /// Where the update lacks a price, or the instructions do not fit a transaction.
    pub fn post(
        &self,
        payer: Pubkey,
        update: &Update,
        feeds: &[FeedId],
        use_prices: impl FnOnce(&[Pubkey]) -> Vec<Instruction>,
        tables: &[AddressLookupTableAccount],
    ) -> Result<Posting, PostingError> {
        let account = Arc::new(Keypair::new());
        let vaa = EncodedVaa { program: self.wormhole, authority: payer, address: account.pubkey() };
        let mut groups = verification(&vaa, account, update)?;
        let mut prices = Vec::with_capacity(feeds.len());
        for feed in feeds {
            let price = update.price(feed).ok_or(PostingError::FeedMissing(*feed))?;
            let account = Arc::new(Keypair::new());
            prices.push(account.pubkey());
            let instructions = vec![post_update(payer, vaa.address, account.pubkey(), price)];
            groups.push(Group { step: Step { instructions, signers: vec![account] }, units: POST_UNITS });
        }
        let used = Step { instructions: use_prices(&prices), signers: vec![] };
        if !used.instructions.is_empty() {
            groups.push(Group { step: used, units: USE_UNITS });
        }
        Ok(Posting { steps: pack(&payer, groups, tables)?, prices, payer, vaa })
    }
}

impl Posting {
    /// Every account that the plan creates.
    pub fn accounts(&self) -> Vec<Pubkey> {
        let mut accounts = vec![self.vaa.address];
        accounts.extend(&self.prices);
        accounts
    }

    /// The transactions that close what exists of [`Posting::accounts`], and pay the rent back.
    ///
    /// # Errors
    /// Never in practice: each instruction fits a transaction.
    pub fn cleanup(&self, exists: impl Fn(&Pubkey) -> bool) -> Result<Vec<Step>, PostingError> {
        let close = Some(self.vaa.close()).filter(|_| exists(&self.vaa.address));
        let reclaim = self.prices.iter().filter(|price| exists(price)).map(|price| reclaim_rent(self.payer, *price));
        let group = |instruction| Group { step: Step { instructions: vec![instruction], signers: vec![] }, units: WRITE_UNITS };
        Ok(pack(&self.payer, close.into_iter().chain(reclaim).map(group).collect(), &[])?)
    }
}

/// What writes the signed message into an account, and has its signatures checked.
fn verification(vaa: &EncodedVaa, account: Arc<Keypair>, update: &Update) -> Result<Vec<Group>, PostingError> {
    let guardian_set = update.guardian_set().ok_or(PostingError::SignedMessage)?;
    let space = EncodedVaa::space(update.vaa.len());
    // The default rent is the most that clusters have asked for; all of it comes back.
    let lamports = Rent::default().minimum_balance(space as usize);
    let create = system_instruction::create_account(&vaa.authority, &vaa.address, lamports, space, &vaa.program);
    let (first, rest) = update.vaa.split_at(update.vaa.len().min(FIRST_PART_BYTES));
    let begin = Step { instructions: vec![create, vaa.init(), vaa.write(0, first)], signers: vec![account] };
    let mut end = vec![vaa.verify(guardian_set)];
    if !rest.is_empty() {
        end.insert(0, vaa.write(first.len() as u32, rest));
    }
    let end = Step { instructions: end, signers: vec![] };
    Ok(vec![Group { step: begin, units: WRITE_UNITS }, Group { step: end, units: WRITE_UNITS + VERIFY_UNITS }])
}

/// Posts a price from a checked message.
fn post_update(payer: Pubkey, vaa: Pubkey, price_account: Pubkey, price: &FeedPrice) -> Instruction {
    // There are 256 treasuries, so that payers do not wait for each other: any one will do.
    let treasury_id = price_account.to_bytes()[0];
    let params = PostUpdateParams { merkle_price_update: price.proof.clone(), treasury_id };
    let mut data = POST_UPDATE.to_vec();
    params.serialize(&mut data).expect("a vector takes any length");
    Instruction {
        program_id: RECEIVER,
        accounts: vec![
            AccountMeta::new(payer, true),
            AccountMeta::new_readonly(vaa, false),
            AccountMeta::new_readonly(get_config_address(), false),
            AccountMeta::new(get_treasury_address(treasury_id), false),
            AccountMeta::new(price_account, true),
            AccountMeta::new_readonly(system_program::ID, false),
            AccountMeta::new_readonly(payer, true),
        ],
        data,
    }
}

/// Closes an account of a price.
fn reclaim_rent(payer: Pubkey, price_account: Pubkey) -> Instruction {
    let accounts = vec![AccountMeta::new(payer, true), AccountMeta::new(price_account, false)];
    Instruction { program_id: RECEIVER, accounts, data: RECLAIM_RENT.to_vec() }
}
