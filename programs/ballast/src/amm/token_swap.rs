//! SPL Token Swap 3.0.0, constant-product pools. Layouts: `state.rs` and `instruction.rs` of the `spl-token-swap` crate.

use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use ballast_core::pool::{Fee, Fraction, Pool};

use super::{Adapter, Pins, Swap, address, bytes, number, pinned};
use crate::error::BallastError;
use crate::token;

/// SPL Token Swap.
pub struct TokenSwap;

/// Offsets in a pool: `SwapVersion` (1 byte), then `SwapV1`.
mod offset {
    /// Version, whether initialised, bump: one byte each.
    pub const HEADER: usize = 0;
    pub const TOKEN_PROGRAM: usize = 3;
    pub const VAULT_A: usize = 35;
    pub const VAULT_B: usize = 67;
    pub const POOL_MINT: usize = 99;
    pub const MINT_A: usize = 131;
    pub const MINT_B: usize = 163;
    pub const FEE_ACCOUNT: usize = 195;
    /// A numerator, then a denominator; the same for the next one.
    pub const TRADE_FEE: usize = 227;
    pub const OWNER_TRADE_FEE: usize = 243;
    pub const CURVE: usize = 291;
}
const POOL_LEN: usize = 324;
const CONSTANT_PRODUCT: u8 = 0;
const SWAP: u8 = 1;

impl Adapter for TokenSwap {
    const PROGRAM_ID: Pubkey = pubkey!("SwapsVeCiPHMUAtzQWZw7RjsKjgCjhwU55QGu4U1Szw");
    /// Pool, swap authority, vault a, vault b, pool mint, fee account, token program.
    const WRITABLE: &'static [bool] = &[false, false, true, true, true, true, false];

    fn pin(pool: &AccountInfo) -> Result<Pins> {
        let data = pool.try_borrow_data()?;
        let [version, is_initialized, bump] = bytes(&data, offset::HEADER)?;
        let [curve] = bytes(&data, offset::CURVE)?;
        let is_supported = data.len() == POOL_LEN && version == 1 && is_initialized == 1 && curve == CONSTANT_PRODUCT;
        require!(is_supported, BallastError::UnsupportedPool);
        let authority = Pubkey::create_program_address(&[pool.key.as_ref(), &[bump]], &Self::PROGRAM_ID)
            .map_err(|_| BallastError::UnsupportedPool)?;
        Ok(Pins {
            mints: [address(&data, offset::MINT_A)?, address(&data, offset::MINT_B)?],
            accounts: vec![
                *pool.key,
                authority,
                address(&data, offset::VAULT_A)?,
                address(&data, offset::VAULT_B)?,
                address(&data, offset::POOL_MINT)?,
                address(&data, offset::FEE_ACCOUNT)?,
                address(&data, offset::TOKEN_PROGRAM)?,
            ],
        })
    }

    fn pool(accounts: &[AccountInfo]) -> Result<Pool> {
        let [pool, _, vault_a, vault_b, _, _, _] = pinned(accounts)?;
        let data = pool.try_borrow_data()?;
        let trade = fraction(&data, offset::TRADE_FEE)?;
        let owner = fraction(&data, offset::OWNER_TRADE_FEE)?;
        Ok(Pool { reserves: [token::amount(vault_a)?, token::amount(vault_b)?], fees: [Fee::TokenSwap { trade, owner }; 2] })
    }

    fn instruction(swap: &Swap) -> Result<Instruction> {
        let [pool, pool_authority, vault_a, vault_b, pool_mint, fee_account, token_program] = pinned(swap.accounts)?;
        let (source, destination) = swap.reserve_keys();
        let (pool_source, pool_destination) = swap.directed(*vault_a.key, *vault_b.key);
        let mut data = Vec::with_capacity(17);
        data.push(SWAP);
        data.extend_from_slice(&swap.amount_in.to_le_bytes());
        data.extend_from_slice(&swap.min_out.to_le_bytes());
        Ok(Instruction {
            program_id: Self::PROGRAM_ID,
            accounts: vec![
                AccountMeta::new_readonly(*pool.key, false),
                AccountMeta::new_readonly(*pool_authority.key, false),
                AccountMeta::new_readonly(*swap.authority.key, true),
                AccountMeta::new(source, false),
                AccountMeta::new(pool_source, false),
                AccountMeta::new(pool_destination, false),
                AccountMeta::new(destination, false),
                AccountMeta::new(*pool_mint.key, false),
                AccountMeta::new(*fee_account.key, false),
                AccountMeta::new_readonly(*token_program.key, false),
            ],
            data,
        })
    }
}

/// The fee at a fixed offset of a pool.
fn fraction(pool: &[u8], offset: usize) -> Result<Fraction> {
    let [numerator, denominator] = [number(pool, offset)?, number(pool, offset.saturating_add(8))?];
    Ok(Fraction { numerator, denominator })
}
