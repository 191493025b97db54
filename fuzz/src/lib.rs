//! What the fuzz targets share: input read as numbers, and accounts made of bytes.

use anchor_lang::prelude::{AccountInfo, Pubkey};

/// An input, read from its front. Where it ends, everything is zero.
pub struct Input<'a>(pub &'a [u8]);

impl<'a> Input<'a> {
    /// The next bytes, as many as there are.
    pub fn take(&mut self, len: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(len.min(self.0.len()));
        self.0 = rest;
        taken
    }

    /// The next `N` bytes.
    pub fn array<const N: usize>(&mut self) -> [u8; N] {
        let mut array = [0; N];
        let taken = self.take(N);
        array[..taken.len()].copy_from_slice(taken);
        array
    }

    /// The next byte.
    pub fn byte(&mut self) -> u8 {
        self.array::<1>()[0]
    }

    /// The next 16 bits.
    pub fn short(&mut self) -> u16 {
        u16::from_le_bytes(self.array())
    }

    /// The next 64 bits.
    pub fn number(&mut self) -> u64 {
        u64::from_le_bytes(self.array())
    }

    /// Bytes that say before them how many they are.
    pub fn sized(&mut self) -> Vec<u8> {
        let len = self.short();
        self.take(len.into()).to_vec()
    }
}

/// An account of the chain.
pub struct Account {
    /// Its address.
    pub address: Pubkey,
    /// Its owner.
    pub owner: Pubkey,
    /// What it holds.
    pub data: Vec<u8>,
    lamports: u64,
}

impl Account {
    /// An account with these bytes.
    pub fn new(address: Pubkey, owner: Pubkey, data: Vec<u8>) -> Self {
        Account { address, owner, data, lamports: 1 }
    }

    /// As programs see it.
    pub fn info(&mut self) -> AccountInfo<'_> {
        AccountInfo::new(&self.address, false, false, &mut self.lamports, &mut self.data, &self.owner, false)
    }
}
