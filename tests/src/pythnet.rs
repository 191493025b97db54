//! Pyth's side of pull prices: updates as Hermes serves them, signed by guardians of the test's own; and the programs that check
//! them, which are not part of this project: [`RECEIVER_FILE_VARIABLE`] and [`WORMHOLE_FILE_VARIABLE`] name their files.

use {
    crate::world::World,
    anchor_lang::{AnchorSerialize, Discriminator, prelude::Pubkey},
    byteorder::BigEndian,
    k256::ecdsa::SigningKey,
    pyth_solana_receiver_sdk::{
        config::{Config, DataSource},
        pda::get_config_address,
    },
    pythnet_sdk::{
        accumulators::{Accumulator, merkle::MerkleTree},
        hashers::{Hasher, keccak256::Keccak256, keccak256_160::Keccak160},
        messages::{Message, PriceFeedMessage},
        wire::{
            to_vec,
            v1::{AccumulatorUpdateData, MerklePriceUpdate, Proof, WormholeMerkleRoot, WormholeMessage, WormholePayload},
        },
    },
    std::{env, path::PathBuf},
};

/// The environment variable that names the receiver's program file.
pub const RECEIVER_FILE_VARIABLE: &str = "BALLAST_PYTH_RECEIVER_SO";
/// The environment variable that names the file of the Wormhole program that the receiver trusts.
pub const WORMHOLE_FILE_VARIABLE: &str = "BALLAST_PYTH_WORMHOLE_SO";

/// The Wormhole program that the receiver trusts on mainnet.
pub const WORMHOLE: Pubkey = Pubkey::from_str_const("HDwcJBJXjL9FpJ7UBsYBtaDjsBUhuLCUYoz3zr8SWWaQ");

/// As many guardians as Wormhole has.
const GUARDIANS: u8 = 19;
/// Signatures that Hermes serves: two thirds of the guardians and one more.
pub const QUORUM: u8 = 13;
/// The number of the guardian set.
const GUARDIAN_SET: u32 = 4;
/// Whose messages the receiver takes: Pythnet's number among Wormhole's chains, and its emitter.
const EMITTER_CHAIN: u16 = 26;
const EMITTER: [u8; 32] = [0xe1; 32];

/// An update with these prices, as Hermes serves it in binary, with this many signatures.
pub fn update(prices: &[PriceFeedMessage], signatures: u8) -> Vec<u8> {
    let messages: Vec<Vec<u8>> = prices.iter().map(|price| wire(&Message::PriceFeedMessage(*price))).collect();
    let leaves: Vec<&[u8]> = messages.iter().map(Vec::as_slice).collect();
    let tree = MerkleTree::<Keccak160>::new(&leaves).expect("an update has prices");
    let prove = |message: &Vec<u8>| MerklePriceUpdate {
        message: message.clone().into(),
        proof: tree.prove(message).expect("the message is a leaf"),
    };
    let updates = messages.iter().map(prove).collect();
    let root = tree.root.as_bytes().try_into().expect("a root of 20 bytes");
    let payload = WormholeMessage::new(WormholePayload::Merkle(WormholeMerkleRoot { slot: 7, ring_size: 10_000, root }));
    let vaa = signed(&wire(&payload), signatures).into();
    wire(&AccumulatorUpdateData::new(Proof::WormholeMerkle { vaa, updates }))
}

/// A Wormhole message (VAA) with this payload, from Pythnet's emitter.
fn signed(payload: &[u8], signatures: u8) -> Vec<u8> {
    let mut body = vec![];
    // Time, nonce.
    body.extend([0; 8]);
    body.extend(EMITTER_CHAIN.to_be_bytes());
    body.extend(EMITTER);
    // Sequence, consistency.
    body.extend([0; 9]);
    body.extend(payload);
    let digest = Keccak256::hashv(&[&Keccak256::hashv(&[&body])]);
    let mut vaa = vec![1];
    vaa.extend(GUARDIAN_SET.to_be_bytes());
    vaa.push(signatures);
    for index in 0..signatures {
        let (signature, recovery) = guardian(index).sign_prehash_recoverable(&digest);
        vaa.push(index);
        vaa.extend(signature.to_bytes());
        vaa.push(recovery.to_byte());
    }
    vaa.extend(body);
    vaa
}

fn guardian(index: u8) -> SigningKey {
    SigningKey::from_slice(&[index + 1; 32]).expect("a valid key")
}

/// A guardian's address: the last 20 bytes of its key's hash.
fn guardian_address(index: u8) -> [u8; 20] {
    let key = guardian(index).verifying_key().to_sec1_point(false);
    let hash = Keccak256::hashv(&[&key.as_bytes()[1..]]);
    *hash.last_chunk().expect("a hash of 32 bytes")
}

/// The bytes of something in Pyth's wire format.
fn wire(value: &impl serde::Serialize) -> Vec<u8> {
    to_vec::<_, BigEndian>(value).expect("a vector takes any length")
}

impl World {
    /// Deploys the receiver and its Wormhole program from the files that the variables name, with the test's guardians; `false`
    /// where a variable is not set.
    ///
    /// # Panics
    /// Where a file named is absent or is not a program.
    #[must_use]
    pub fn deploy_pyth(&mut self) -> bool {
        let [Some(receiver), Some(wormhole)] = [RECEIVER_FILE_VARIABLE, WORMHOLE_FILE_VARIABLE].map(env::var_os) else {
            return false;
        };
        self.deploy_file(&pyth_solana_receiver_sdk::ID, &PathBuf::from(receiver));
        self.deploy_file(&WORMHOLE, &PathBuf::from(wormhole));
        for (address, owner, data) in [receiver_config(), guardian_set()] {
            self.write(&address, &owner, data);
        }
        true
    }
}

/// The receiver's configuration: address, owner, data.
pub fn receiver_config() -> (Pubkey, Pubkey, Vec<u8>) {
    let config = Config {
        governance_authority: Pubkey::default(),
        target_governance_authority: None,
        wormhole: WORMHOLE,
        valid_data_sources: vec![DataSource { chain: EMITTER_CHAIN, emitter: Pubkey::new_from_array(EMITTER) }],
        single_update_fee_in_lamports: 1,
        minimum_signatures: 5,
    };
    let mut data = Config::DISCRIMINATOR.to_vec();
    config.serialize(&mut data).expect("a vector takes any length");
    data.resize(Config::LEN, 0);
    (get_config_address(), pyth_solana_receiver_sdk::ID, data)
}

/// The set of the test's guardians: address, owner, data.
pub fn guardian_set() -> (Pubkey, Pubkey, Vec<u8>) {
    let seeds: [&[u8]; 2] = [b"GuardianSet", &GUARDIAN_SET.to_be_bytes()];
    let keys: Vec<[u8; 20]> = (0..GUARDIANS).map(guardian_address).collect();
    let mut data = vec![];
    // Number, keys, since when, and until when: for ever.
    (GUARDIAN_SET, keys, 0_u32, 0_u32).serialize(&mut data).expect("a vector takes any length");
    (Pubkey::find_program_address(&seeds, &WORMHOLE).0, WORMHOLE, data)
}
