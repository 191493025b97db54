//! The part of Wormhole's core bridge that checks signed messages. Interface: the program's public source,
//! `processor/parse_and_verify_vaa` in Pyth's repository.

use anchor_lang::prelude::{AccountMeta, Pubkey};
use anchor_lang::solana_program::instruction::Instruction;

/// First eight bytes of `sha256("global:init_encoded_vaa")`.
const INIT_ENCODED_VAA: [u8; 8] = [209, 193, 173, 25, 91, 202, 181, 218];
/// First eight bytes of `sha256("global:write_encoded_vaa")`.
const WRITE_ENCODED_VAA: [u8; 8] = [199, 208, 110, 177, 150, 76, 118, 42];
/// First eight bytes of `sha256("global:verify_encoded_vaa_v1")`.
const VERIFY_ENCODED_VAA: [u8; 8] = [103, 56, 177, 229, 240, 103, 68, 73];
/// First eight bytes of `sha256("global:close_encoded_vaa")`.
const CLOSE_ENCODED_VAA: [u8; 8] = [48, 221, 174, 198, 231, 7, 152, 38];
/// Where the message begins in its account: behind discriminator, status, authority, version and length.
const VAA_START: usize = 46;

/// A signed message that is checked in an account of its own.
#[derive(Clone, Copy, Debug)]
pub struct EncodedVaa {
    /// The bridge's program.
    pub program: Pubkey,
    /// Who writes, and gets the rent back.
    pub authority: Pubkey,
    /// The account.
    pub address: Pubkey,
}

impl EncodedVaa {
    /// Bytes of the account of a message of this length.
    pub fn space(vaa_bytes: usize) -> u64 {
        (VAA_START + vaa_bytes) as u64
    }

    /// Prepares the account, which must have been created for the bridge.
    pub fn init(&self) -> Instruction {
        self.build(INIT_ENCODED_VAA.to_vec(), None)
    }

    /// Writes part of the message at an index of it.
    pub fn write(&self, index: u32, part: &[u8]) -> Instruction {
        let mut data = WRITE_ENCODED_VAA.to_vec();
        data.extend_from_slice(&index.to_le_bytes());
        data.extend_from_slice(&(part.len() as u32).to_le_bytes());
        data.extend_from_slice(part);
        self.build(data, None)
    }

    /// Checks the signatures: about 40,000 units each.
    pub fn verify(&self, guardian_set: u32) -> Instruction {
        let seeds: [&[u8]; 2] = [b"GuardianSet", &guardian_set.to_be_bytes()];
        let (guardians, _) = Pubkey::find_program_address(&seeds, &self.program);
        self.build(VERIFY_ENCODED_VAA.to_vec(), Some(AccountMeta::new_readonly(guardians, false)))
    }

    /// Closes the account.
    pub fn close(&self) -> Instruction {
        let mut close = self.build(CLOSE_ENCODED_VAA.to_vec(), None);
        close.accounts[0].is_writable = true;
        close
    }

    fn build(&self, data: Vec<u8>, last: Option<AccountMeta>) -> Instruction {
        let mut accounts = vec![AccountMeta::new_readonly(self.authority, true), AccountMeta::new(self.address, false)];
        accounts.extend(last);
        Instruction { program_id: self.program, accounts, data }
    }
}

#[cfg(test)]
mod tests {
    use solana_sha256_hasher::hash;

    use super::*;

    #[test]
    fn discriminators_are_hashes_of_the_instructions_names() {
        let names = [
            ("init_encoded_vaa", INIT_ENCODED_VAA),
            ("write_encoded_vaa", WRITE_ENCODED_VAA),
            ("verify_encoded_vaa_v1", VERIFY_ENCODED_VAA),
            ("close_encoded_vaa", CLOSE_ENCODED_VAA),
        ];
        for (name, discriminator) in names {
            assert_eq!(hash(format!("global:{name}").as_bytes()).to_bytes()[..8], discriminator, "{name}");
        }
    }
}
