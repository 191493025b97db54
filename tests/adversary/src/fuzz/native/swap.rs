//! SPL Token Swap's `Swap` on constant-product pools: `processor.rs` and `curve/` of the `spl-token-swap` crate. What it pays
//! is [`ballast_core::pool`]'s quote, which the quotes' tests hold against the real program.
//!
//! The pool owner's part of the fee stays in the pool, as in the real program; the pool tokens that its owner gets for it are
//! not minted here, since nothing else depends on them.

use {
    super::token,
    anchor_lang::{
        prelude::AccountInfo,
        solana_program::{entrypoint::ProgramResult, program_error::ProgramError},
    },
    ballast::{amm::Amm, token::TOKEN},
    ballast_core::pool::Directed,
};

/// Number of the instruction, and of the token programs' plain transfer.
const SWAP: u8 = 1;
const TRANSFER: u8 = 3;

/// The program's errors.
mod error {
    pub const INVALID_INPUT: u32 = 9;
    pub const INCORRECT_SWAP_ACCOUNT: u32 = 10;
    pub const EXCEEDED_SLIPPAGE: u32 = 16;
    pub const ZERO_TRADING_TOKENS: u32 = 20;
}

/// Runs the program.
pub fn process(accounts: &[AccountInfo], data: &[u8]) -> ProgramResult {
    let [pool, authority, trader, source, pool_source, pool_destination, destination, pool_mint, fee_account, token_program, ..] =
        accounts
    else {
        return Err(ProgramError::NotEnoughAccountKeys);
    };
    let Some((&SWAP, arguments)) = data.split_first() else { panic!("the native chain's AMM only swaps") };
    let amount_in = u64::from_le_bytes(arguments[..8].try_into().expect("eight bytes"));
    let min_out = u64::from_le_bytes(arguments[8..16].try_into().expect("eight bytes"));

    let amm = Amm::of_pool(pool).map_err(|_| ProgramError::IncorrectProgramId)?;
    let pins = amm.pin(pool).map_err(|_| ProgramError::InvalidAccountData)?.accounts;
    let [_, pinned_authority, vault_a, vault_b, pinned_mint, pinned_fees, pinned_program] = pins[..] else {
        panic!("Token Swap has seven pinned accounts")
    };
    let is_a_to_b = *pool_source.key == vault_a;
    let (first, second) = if is_a_to_b { (pool_source, pool_destination) } else { (pool_destination, pool_source) };
    if [*first.key, *second.key] != [vault_a, vault_b] {
        return fail(error::INCORRECT_SWAP_ACCOUNT);
    }
    if pool_source.key == source.key || pool_destination.key == destination.key {
        return fail(error::INVALID_INPUT);
    }
    let is_pinned = [*authority.key, *pool_mint.key, *fee_account.key, *token_program.key]
        == [pinned_authority, pinned_mint, pinned_fees, pinned_program];
    if !is_pinned {
        return Err(ProgramError::InvalidArgument);
    }

    let read = [pool, authority, first, second, pool_mint, fee_account, token_program].map(Clone::clone);
    let state = amm.pool(&read).map_err(|_| ProgramError::InvalidAccountData)?;
    let directed = state.directed(usize::from(!is_a_to_b));
    let Some(swapped) = swap(&directed, amount_in) else { return fail(error::ZERO_TRADING_TOKENS) };
    if swapped.amount_out < min_out {
        return fail(error::EXCEEDED_SLIPPAGE);
    }
    transfer(source, pool_source, trader, swapped.amount_in)?;
    let signing = AccountInfo { is_signer: true, ..authority.clone() };
    transfer(pool_destination, destination, &signing, swapped.amount_out)
}

/// What a swap moves.
struct Swapped {
    amount_in: u64,
    amount_out: u64,
}

/// What a swap of `amount_in` moves. The program takes only what the paid amount needs: `checked_ceil_div` of `spl-math` rounds
/// the pool's new input reserve down to it.
fn swap(directed: &Directed, amount_in: u64) -> Option<Swapped> {
    let Directed { reserves, fee } = directed;
    let traded = fee.less_input_fee(amount_in).ok()?;
    let amount_out = directed.quote(amount_in).ok().filter(|units| *units > 0)?;
    let product = u128::from(reserves.input) * u128::from(reserves.output);
    let input_after = u128::from(reserves.input) + u128::from(traded);
    if product < input_after {
        return None;
    }
    // An exact division keeps its divisor.
    let needed =
        if product % input_after == 0 { input_after } else { product.div_ceil(u128::from(reserves.output - amount_out)) };
    let taken = u64::try_from(needed - u128::from(reserves.input)).expect("at most what was traded");
    Some(Swapped { amount_in: taken + (amount_in - traded), amount_out })
}

fn transfer<'info>(from: &AccountInfo<'info>, to: &AccountInfo<'info>, owner: &AccountInfo<'info>, amount: u64) -> ProgramResult {
    let mut data = vec![TRANSFER];
    data.extend_from_slice(&amount.to_le_bytes());
    token::process(&TOKEN, &[from, to, owner].map(Clone::clone), &data)
}

fn fail(code: u32) -> ProgramResult {
    Err(ProgramError::Custom(code))
}
