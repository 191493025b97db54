//! SPL Token Swap 3.0: constant product, one SPL Token pair per pool.

use anchor_lang::prelude::{AccountMeta, Pubkey};
use anchor_lang::solana_program::instruction::Instruction;
use ballast_client::address::associated_token;
use ballast_client::ballast::token::TOKEN;

/// The program's address on mainnet (Orca's deployment).
pub const PROGRAM: Pubkey = Pubkey::from_str_const("SwapsVeCiPHMUAtzQWZw7RjsKjgCjhwU55QGu4U1Szw");

/// Bytes of a pool's state, version byte included.
pub const STATE_LEN: usize = 324;

/// Decimal places of pool tokens.
pub const POOL_DECIMALS: u8 = 8;

/// Instruction numbers.
const INITIALIZE: u8 = 0;
const SWAP: u8 = 1;

/// The curve `x · y = k` among the program's curves.
const CONSTANT_PRODUCT: u8 = 0;

/// Bytes of a curve's parameters; the constant product has none.
const CURVE_PARAMETERS: [u8; 32] = [0; 32];

const BPS: u64 = 10_000;

/// What a swap costs, in basis points of the input.
#[derive(Clone, Copy, Debug)]
pub struct Fees {
    /// Stays in the pool.
    pub trade_bps: u64,
    /// Stays in the pool, and the pool's owner gets pool tokens for it.
    pub owner_bps: u64,
}

impl Default for Fees {
    /// As in Orca's pools on mainnet.
    fn default() -> Self {
        Self { trade_bps: 25, owner_bps: 5 }
    }
}

impl Fees {
    /// The fee on `amount_in` units: each part rounded down, but at least one unit where it is charged at all.
    pub fn of(&self, amount_in: u64) -> u128 {
        let part = |bps: u64| match u128::from(amount_in) * u128::from(bps) {
            0 => 0,
            product => (product / u128::from(BPS)).max(1),
        };
        part(self.trade_bps) + part(self.owner_bps)
    }
}

/// The addresses of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Addresses {
    /// The pool's state.
    pub pool: Pubkey,
    /// The program-derived owner of the vaults and mint authority of pool tokens.
    pub authority: Pubkey,
    /// The two mints, in the pool's order.
    pub mints: [Pubkey; 2],
    /// The authority's associated token accounts, which hold the reserves.
    pub vaults: [Pubkey; 2],
    /// The mint of pool tokens.
    pub pool_mint: Pubkey,
    /// The account that collects the owner's share of the fees.
    pub fee_account: Pubkey,
}

impl Addresses {
    /// The addresses of the pool at `pool`; pool tokens that pay the fees go to `fee_owner`'s associated token account.
    pub fn new(pool: Pubkey, mints: [Pubkey; 2], pool_mint: Pubkey, fee_owner: &Pubkey) -> Self {
        let (authority, _) = Pubkey::find_program_address(&[pool.as_ref()], &PROGRAM);
        let vaults = mints.map(|mint| associated_token(&authority, &mint, &TOKEN));
        let fee_account = associated_token(fee_owner, &pool_mint, &TOKEN);
        Self { pool, authority, mints, vaults, pool_mint, fee_account }
    }

    /// Opens the pool with what its vaults hold. Its state's account must exist, zeroed and owned by [`PROGRAM`], and sign; its mint
    /// must be the authority's; `provider_account` gets the first pool tokens.
    pub fn initialize(&self, provider_account: &Pubkey, fees: Fees) -> Instruction {
        let [trade, owner] = [fees.trade_bps, fees.owner_bps].map(|bps| (bps, BPS));
        let (owner_withdraw, host) = ((0, 0), (0, 0));
        let mut data = vec![INITIALIZE];
        for (numerator, denominator) in [trade, owner, owner_withdraw, host] {
            data.extend_from_slice(&u64::to_le_bytes(numerator));
            data.extend_from_slice(&u64::to_le_bytes(denominator));
        }
        data.push(CONSTANT_PRODUCT);
        data.extend_from_slice(&CURVE_PARAMETERS);
        let accounts = vec![
            AccountMeta::new(self.pool, true),
            AccountMeta::new_readonly(self.authority, false),
            AccountMeta::new_readonly(self.vaults[0], false),
            AccountMeta::new_readonly(self.vaults[1], false),
            AccountMeta::new(self.pool_mint, false),
            AccountMeta::new_readonly(self.fee_account, false),
            AccountMeta::new(*provider_account, false),
            AccountMeta::new_readonly(TOKEN, false),
        ];
        Instruction { program_id: PROGRAM, accounts, data }
    }

    /// A swap from `trader`'s associated token account of one asset, 0 or 1, to that of the other.
    pub fn swap(&self, trader: &Pubkey, sold: usize, amount_in: u64, minimum_out: u64) -> Instruction {
        let bought = sold ^ 1;
        let mut data = vec![SWAP];
        data.extend_from_slice(&amount_in.to_le_bytes());
        data.extend_from_slice(&minimum_out.to_le_bytes());
        let accounts = vec![
            AccountMeta::new_readonly(self.pool, false),
            AccountMeta::new_readonly(self.authority, false),
            AccountMeta::new_readonly(*trader, true),
            AccountMeta::new(associated_token(trader, &self.mints[sold], &TOKEN), false),
            AccountMeta::new(self.vaults[sold], false),
            AccountMeta::new(self.vaults[bought], false),
            AccountMeta::new(associated_token(trader, &self.mints[bought], &TOKEN), false),
            AccountMeta::new(self.pool_mint, false),
            AccountMeta::new(self.fee_account, false),
            AccountMeta::new_readonly(TOKEN, false),
        ];
        Instruction { program_id: PROGRAM, accounts, data }
    }
}
