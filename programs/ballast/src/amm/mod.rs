//! AMM adapters: for each AMM, which accounts a swap needs, what the pool holds, and how the swap is called.
//!
//! An adapter is fixed code. Registration reads the pool once and pins every account of its swap in a route; a swap's
//! instruction is built here from those pins, so whoever turns the crank chooses nothing.

mod raydium_cpmm;
mod token_swap;

use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use anchor_lang::solana_program::program::invoke_signed;
use ballast_core::pool::Pool;

use crate::error::BallastError;
use crate::state::stored_enum;

pub use raydium_cpmm::RaydiumCpmm;
pub use token_swap::TokenSwap;

stored_enum! {
    /// The supported AMMs.
    Amm {
        /// SPL Token Swap, constant-product pools.
        TokenSwap = 0,
        /// Raydium CPMM.
        RaydiumCpmm = 1,
    }
}

/// What a route pins of a pool.
pub struct Pins {
    /// Mints of the pool's two assets, in the pool's order.
    pub mints: [Pubkey; 2],
    /// Every account of the swap that is the pool's, the pool itself first.
    pub accounts: Vec<Pubkey>,
}

/// The vault's side of a swap.
pub struct Swap<'a, 'info> {
    /// Owner of both reserves; signs.
    pub authority: &'a AccountInfo<'info>,
    /// The vault's account of the pool's first asset.
    pub reserve_a: &'a AccountInfo<'info>,
    /// The vault's account of the pool's second asset.
    pub reserve_b: &'a AccountInfo<'info>,
    /// The AMM program.
    pub program: &'a AccountInfo<'info>,
    /// The pinned accounts, in the adapter's order.
    pub accounts: &'a [AccountInfo<'info>],
    /// Whether the first asset is sold.
    pub is_a_to_b: bool,
    /// Raw units to sell.
    pub amount_in: u64,
    /// Fewest raw units to accept.
    pub min_out: u64,
}

/// One AMM.
pub trait Adapter {
    /// Its program.
    const PROGRAM_ID: Pubkey;
    /// Which of the pinned accounts a swap writes to.
    const WRITABLE: &'static [bool];

    /// Checks that the pool is one this adapter can trade on, and reads what a route must pin.
    fn pin(pool: &AccountInfo) -> Result<Pins>;

    /// What the pool holds and charges now, from the pinned accounts.
    fn pool(accounts: &[AccountInfo]) -> Result<Pool>;

    /// The swap's instruction. `accounts` has been compared with the pins.
    fn instruction(swap: &Swap) -> Result<Instruction>;
}

impl Amm {
    /// The AMM that owns a pool.
    pub fn of_pool(pool: &AccountInfo) -> Result<Self> {
        match *pool.owner {
            TokenSwap::PROGRAM_ID => Ok(Amm::TokenSwap),
            RaydiumCpmm::PROGRAM_ID => Ok(Amm::RaydiumCpmm),
            _ => err!(BallastError::UnsupportedPool),
        }
    }

    /// Its program.
    pub fn program_id(self) -> Pubkey {
        match self {
            Amm::TokenSwap => TokenSwap::PROGRAM_ID,
            Amm::RaydiumCpmm => RaydiumCpmm::PROGRAM_ID,
        }
    }

    /// See [`Adapter::WRITABLE`].
    pub fn writable(self) -> &'static [bool] {
        match self {
            Amm::TokenSwap => TokenSwap::WRITABLE,
            Amm::RaydiumCpmm => RaydiumCpmm::WRITABLE,
        }
    }

    /// See [`Adapter::pin`].
    pub fn pin(self, pool: &AccountInfo) -> Result<Pins> {
        match self {
            Amm::TokenSwap => TokenSwap::pin(pool),
            Amm::RaydiumCpmm => RaydiumCpmm::pin(pool),
        }
    }

    /// See [`Adapter::pool`].
    pub fn pool(self, accounts: &[AccountInfo]) -> Result<Pool> {
        match self {
            Amm::TokenSwap => TokenSwap::pool(accounts),
            Amm::RaydiumCpmm => RaydiumCpmm::pool(accounts),
        }
    }

    /// Calls the swap, signed by the vault's authority.
    pub fn swap<'info>(self, swap: &Swap<'_, 'info>, signer_seeds: &[&[u8]]) -> Result<()> {
        let instruction = match self {
            Amm::TokenSwap => TokenSwap::instruction(swap),
            Amm::RaydiumCpmm => RaydiumCpmm::instruction(swap),
        }?;
        let mut infos: Vec<AccountInfo<'info>> = Vec::with_capacity(swap.accounts.len().saturating_add(4));
        infos.extend([swap.authority, swap.reserve_a, swap.reserve_b, swap.program].map(Clone::clone));
        infos.extend_from_slice(swap.accounts);
        Ok(invoke_signed(&instruction, &infos, &[signer_seeds])?)
    }
}

impl Swap<'_, '_> {
    /// Orders a pair of the pool's things by the direction of the swap: input first.
    fn directed<T>(&self, a: T, b: T) -> (T, T) {
        if self.is_a_to_b { (a, b) } else { (b, a) }
    }

    /// The vault's input and output accounts.
    fn reserve_keys(&self) -> (Pubkey, Pubkey) {
        self.directed(*self.reserve_a.key, *self.reserve_b.key)
    }
}

/// The pinned accounts as an array, so that adapters name positions without indexing.
fn pinned<'a, 'info, const N: usize>(accounts: &'a [AccountInfo<'info>]) -> Result<&'a [AccountInfo<'info>; N]> {
    Ok(accounts.try_into().map_err(|_| BallastError::AccountsMismatch)?)
}

/// The bytes at a fixed offset of a foreign account.
fn bytes<const N: usize>(data: &[u8], offset: usize) -> Result<[u8; N]> {
    let slice = data.get(offset..).and_then(|rest| rest.get(..N)).ok_or(BallastError::UnsupportedPool)?;
    Ok(slice.try_into().map_err(|_| BallastError::UnsupportedPool)?)
}

/// The address at a fixed offset of a foreign account.
fn address(data: &[u8], offset: usize) -> Result<Pubkey> {
    Ok(Pubkey::new_from_array(bytes(data, offset)?))
}

/// The number at a fixed offset of a foreign account.
fn number(data: &[u8], offset: usize) -> Result<u64> {
    Ok(u64::from_le_bytes(bytes(data, offset)?))
}
