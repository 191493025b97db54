//! Raydium CPMM. Interface: the IDL of Raydium's program, its public documentation, and for fees its public source.

use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use ballast_core::pool::{Fee, Pool};

use super::{Adapter, Pins, Swap, address, bytes, number, pinned};
use crate::error::BallastError;
use crate::token;

/// Raydium CPMM.
pub struct RaydiumCpmm;

/// First eight bytes of `sha256("account:PoolState")`.
const POOL_STATE: [u8; 8] = [247, 237, 227, 245, 215, 195, 222, 70];
/// First eight bytes of `sha256("global:swap_base_input")`.
const SWAP_BASE_INPUT: [u8; 8] = [143, 190, 90, 218, 196, 30, 51, 222];
/// Seed of the one authority that owns every pool's vaults.
const AUTHORITY_SEED: &[u8] = b"vault_and_lp_mint_auth_seed";

/// Offsets in a `PoolState`, which is packed; the discriminator is included.
mod offset {
    pub const AMM_CONFIG: usize = 8;
    pub const VAULT_0: usize = 72;
    pub const VAULT_1: usize = 104;
    pub const MINT_0: usize = 168;
    pub const MINT_1: usize = 200;
    pub const PROGRAM_0: usize = 232;
    pub const PROGRAM_1: usize = 264;
    pub const OBSERVATION: usize = 296;
    pub const AUTHORITY_BUMP: usize = 328;
    /// What each vault holds but owes: protocol, fund and creator fees of each side.
    pub const FEES_0: [usize; 3] = [341, 357, 397];
    pub const FEES_1: [usize; 3] = [349, 365, 405];
    /// Which asset the creator's fee is taken from, and whether there is one: one byte each.
    pub const CREATOR_FEE: usize = 389;
}

/// Offsets in an `AmmConfig`, the discriminator included. Rates are millionths of an amount.
mod config_offset {
    pub const TRADE_FEE_RATE: usize = 12;
    pub const CREATOR_FEE_RATE: usize = 108;
}

impl Adapter for RaydiumCpmm {
    const PROGRAM_ID: Pubkey = pubkey!("CPMMoo8L3F4NbTegBCKVNunggL7H1ZpdTHKxQB5qKP1C");
    /// Pool, authority, config, vault 0, vault 1, mint 0, mint 1, token program 0, token program 1, observation.
    const WRITABLE: &'static [bool] = &[true, false, false, true, true, false, false, false, false, true];

    fn pin(pool: &AccountInfo) -> Result<Pins> {
        let data = pool.try_borrow_data()?;
        require!(bytes(&data, 0)? == POOL_STATE, BallastError::UnsupportedPool);
        let bump: [u8; 1] = bytes(&data, offset::AUTHORITY_BUMP)?;
        let authority = Pubkey::create_program_address(&[AUTHORITY_SEED, &bump], &Self::PROGRAM_ID)
            .map_err(|_| BallastError::UnsupportedPool)?;
        let mints = [address(&data, offset::MINT_0)?, address(&data, offset::MINT_1)?];
        let [mint_0, mint_1] = mints;
        Ok(Pins {
            mints,
            accounts: vec![
                *pool.key,
                authority,
                address(&data, offset::AMM_CONFIG)?,
                address(&data, offset::VAULT_0)?,
                address(&data, offset::VAULT_1)?,
                mint_0,
                mint_1,
                address(&data, offset::PROGRAM_0)?,
                address(&data, offset::PROGRAM_1)?,
                address(&data, offset::OBSERVATION)?,
            ],
        })
    }

    fn pool(accounts: &[AccountInfo]) -> Result<Pool> {
        let [pool, _, config, vault_0, vault_1, _, _, _, _, _] = pinned(accounts)?;
        let data = pool.try_borrow_data()?;
        Ok(Pool {
            reserves: [
                less_fees(token::amount(vault_0)?, &data, offset::FEES_0)?,
                less_fees(token::amount(vault_1)?, &data, offset::FEES_1)?,
            ],
            fees: fees(&data, &config.try_borrow_data()?)?,
        })
    }

    fn instruction(swap: &Swap) -> Result<Instruction> {
        let [pool, authority, config, vault_0, vault_1, mint_0, mint_1, program_0, program_1, observation] =
            pinned(swap.accounts)?;
        let (source, destination) = swap.reserve_keys();
        let (pool_source, pool_destination) = swap.directed(vault_0.key, vault_1.key);
        let (source_program, destination_program) = swap.directed(program_0.key, program_1.key);
        let (source_mint, destination_mint) = swap.directed(mint_0.key, mint_1.key);
        let mut data = Vec::with_capacity(24);
        data.extend_from_slice(&SWAP_BASE_INPUT);
        data.extend_from_slice(&swap.amount_in.to_le_bytes());
        data.extend_from_slice(&swap.min_out.to_le_bytes());
        Ok(Instruction {
            program_id: Self::PROGRAM_ID,
            accounts: vec![
                AccountMeta::new_readonly(*swap.authority.key, true),
                AccountMeta::new_readonly(*authority.key, false),
                AccountMeta::new_readonly(*config.key, false),
                AccountMeta::new(*pool.key, false),
                AccountMeta::new(source, false),
                AccountMeta::new(destination, false),
                AccountMeta::new(*pool_source, false),
                AccountMeta::new(*pool_destination, false),
                AccountMeta::new_readonly(*source_program, false),
                AccountMeta::new_readonly(*destination_program, false),
                AccountMeta::new_readonly(*source_mint, false),
                AccountMeta::new_readonly(*destination_mint, false),
                AccountMeta::new(*observation.key, false),
            ],
            data,
        })
    }
}

/// A vault's units less the fees that the pool owes from it.
fn less_fees(held: u64, pool: &[u8], fees: [usize; 3]) -> Result<u64> {
    let mut left = held;
    for offset in fees {
        left = left.checked_sub(number(pool, offset)?).ok_or(BallastError::UnsupportedPool)?;
    }
    Ok(left)
}

/// The fee rules for selling asset 0 and for selling asset 1: `is_creator_fee_on_input` in Raydium's `states/pool.rs`.
fn fees(pool: &[u8], config: &[u8]) -> Result<[Fee; 2]> {
    let [creator_fee_on, has_creator_fee] = bytes(pool, offset::CREATOR_FEE)?;
    let trade_rate_e6 = number(config, config_offset::TRADE_FEE_RATE)?;
    let creator_rate_e6 = if has_creator_fee == 0 { 0 } else { number(config, config_offset::CREATOR_FEE_RATE)? };
    let total_rate_e6 = trade_rate_e6.checked_add(creator_rate_e6).ok_or(BallastError::UnsupportedPool)?;
    // Raydium divides by the total, and so refuses to swap without any fee.
    require!(total_rate_e6 > 0, BallastError::UnsupportedPool);
    let on_input = Fee::RaydiumCpmm { input_rate_e6: total_rate_e6, output_rate_e6: 0 };
    let on_output = Fee::RaydiumCpmm { input_rate_e6: trade_rate_e6, output_rate_e6: creator_rate_e6 };
    match creator_fee_on {
        // Both assets, only asset 0, only asset 1.
        0 => Ok([on_input, on_input]),
        1 => Ok([on_input, on_output]),
        2 => Ok([on_output, on_input]),
        _ => err!(BallastError::UnsupportedPool),
    }
}
