//! Price updates as Hermes serves them: prices, the Merkle path of each, and the guardians' signatures of the tree's root.

use std::fmt;

use anchor_lang::AccountSerialize;
use anchor_lang::prelude::Pubkey;
use byteorder::BigEndian;
use pyth_solana_receiver_sdk::price_update::{PriceUpdateV2, VerificationLevel};
use pythnet_sdk::accumulators::merkle::MerkleRoot;
use pythnet_sdk::hashers::keccak256_160::Keccak160;
use pythnet_sdk::messages::{Message, PriceFeedMessage};
use pythnet_sdk::wire::from_slice;
use pythnet_sdk::wire::v1::{AccumulatorUpdateData, MerklePriceUpdate, Proof, WormholeMessage, WormholePayload};
use solana_account::Account;

/// A feed's number, as vaults store it.
pub type FeedId = [u8; 32];

/// What precedes the signatures of a signed message (VAA): version, guardian set, number of signatures.
const HEADER_BYTES: usize = 6;
/// A guardian's index and signature.
const SIGNATURE_BYTES: usize = 66;
/// What precedes the payload in a signed message's body: time, nonce, emitter, sequence, consistency.
const BODY_HEADER_BYTES: usize = 51;

/// Prices of one moment, and the message that guardians have signed about them.
#[derive(Clone, Debug, PartialEq)]
pub struct Update {
    /// The signed message: a Wormhole VAA.
    pub vaa: Vec<u8>,
    /// The prices in it.
    pub prices: Vec<FeedPrice>,
}

/// A feed's price with its proof.
#[derive(Clone, Debug, PartialEq)]
pub struct FeedPrice {
    /// The price.
    pub message: PriceFeedMessage,
    /// The same as the receiver takes it: the message's bytes, and their path to the signed root.
    pub proof: MerklePriceUpdate,
}

/// Why bytes are not an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpdateError {
    /// They are not in Pyth's format.
    Format,
    /// The signed message is not in Wormhole's format, or not about prices.
    SignedMessage,
    /// A price is not part of what was signed.
    Proof,
}

impl fmt::Display for UpdateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self {
            UpdateError::Format => "it is not in Pyth's accumulator format",
            UpdateError::SignedMessage => "the message that guardians have signed cannot be read",
            UpdateError::Proof => "a price in it is not part of what guardians have signed",
        };
        write!(f, "the price update cannot be used: {what}; fetch it anew, or from another Hermes")
    }
}

impl std::error::Error for UpdateError {}

impl Update {
    /// Reads an update, and checks each price's path to the signed root. The signatures are the receiver's to check.
    ///
    /// # Errors
    /// Where it is not one.
    ///
    /// ```
    /// use ballast_client::pyth::{Update, UpdateError};
    ///
    /// assert_eq!(Update::parse(b"PNAU"), Err(UpdateError::Format));
    /// ```
    pub fn parse(bytes: &[u8]) -> Result<Self, UpdateError> {
        let data = AccumulatorUpdateData::try_from_slice(bytes).map_err(|_| UpdateError::Format)?;
        let Proof::WormholeMerkle { vaa, updates } = data.proof;
        let vaa = Vec::from(vaa);
        let root = signed_root(&vaa).ok_or(UpdateError::SignedMessage)?;
        let mut prices = Vec::with_capacity(updates.len());
        for proof in updates {
            if !root.check(proof.proof.clone(), proof.message.as_ref()) {
                return Err(UpdateError::Proof);
            }
            match from_slice::<BigEndian, Message>(proof.message.as_ref()) {
                Ok(Message::PriceFeedMessage(message)) => prices.push(FeedPrice { message, proof }),
                Ok(_) => {}
                Err(_) => return Err(UpdateError::Format),
            }
        }
        Ok(Update { vaa, prices })
    }

    /// A feed's price, if it is in the update.
    pub fn price(&self, feed: &FeedId) -> Option<&FeedPrice> {
        self.prices.iter().find(|price| price.message.feed_id == *feed)
    }

    /// The number of the guardian set that has signed; `None` where the message is cut off.
    pub fn guardian_set(&self) -> Option<u32> {
        self.vaa.get(1..5)?.try_into().ok().map(u32::from_be_bytes)
    }
}

impl FeedPrice {
    /// The account that posting the price makes, fully verified: to decide on the price before it is posted. Who may close it, and
    /// since when it is there, is left open.
    pub fn as_posted(&self) -> Account {
        let update = PriceUpdateV2 {
            write_authority: Pubkey::default(),
            verification_level: VerificationLevel::Full,
            price_message: self.message,
            posted_slot: 0,
        };
        let mut data = Vec::with_capacity(PriceUpdateV2::LEN);
        update.try_serialize(&mut data).expect("a vector takes whatever is written to it");
        Account { owner: pyth_solana_receiver_sdk::ID, data, ..Account::default() }
    }
}

/// The root of the tree of prices that a message signs.
fn signed_root(vaa: &[u8]) -> Option<MerkleRoot<Keccak160>> {
    let (version, signatures) = (*vaa.first()?, usize::from(*vaa.get(HEADER_BYTES - 1)?));
    let payload = vaa.get(HEADER_BYTES + signatures * SIGNATURE_BYTES + BODY_HEADER_BYTES..)?;
    let message = WormholeMessage::try_from_bytes(payload).ok().filter(|_| version == 1)?;
    let WormholePayload::Merkle(tree) = message.payload;
    Some(MerkleRoot::new(tree.root))
}
