//! SPL Token Swap 3.0: constant product, one SPL Token pair per pool.

use {
    super::Pool,
    crate::{token::MintConfig, world::World},
    anchor_lang::{
        prelude::{AccountMeta, Pubkey},
        solana_program::{instruction::Instruction, program_option::COption},
    },
    anchor_spl::{associated_token::get_associated_token_address, token},
    solana_signer::Signer,
};

/// The program's address on mainnet (Orca's deployment).
pub const PROGRAM: Pubkey = Pubkey::from_str_const("SwapsVeCiPHMUAtzQWZw7RjsKjgCjhwU55QGu4U1Szw");

/// Bytes of a pool's state, version byte included.
const STATE_LEN: usize = 324;

/// Offset in a pool of the trade fee's numerator and denominator; the owner fee's follow.
const FEES_OFFSET: usize = 227;

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

/// A pool made by [`TokenSwap::create`].
#[derive(Clone, Debug)]
pub struct TokenSwap {
    address: Pubkey,
    authority: Pubkey,
    mints: [Pubkey; 2],
    vaults: [Pubkey; 2],
    pool_mint: Pubkey,
    fee_account: Pubkey,
    fees: Fees,
}

impl TokenSwap {
    /// Deploys the program from the deploy folder's `spl_token_swap.so`. Once for each world, before its pools.
    pub fn deploy(world: &mut World) {
        world.deploy(&PROGRAM, "spl_token_swap");
    }

    /// Creates a pool of two SPL Token mints with these reserves, by the program's own `Initialize`.
    pub fn create(world: &mut World, label: &str, mints: [Pubkey; 2], reserves: [u64; 2], fees: Fees) -> Self {
        let state = world.keypair(label);
        let address = state.pubkey();
        world.write(&address, &PROGRAM, vec![0; STATE_LEN]);
        let (authority, _) = Pubkey::find_program_address(&[address.as_ref()], &PROGRAM);
        let vaults = [0, 1].map(|side| world.mint_to(&mints[side], &authority, reserves[side]));

        let pool_mint = world.create_mint(&format!("{label} pool mint"), &MintConfig::spl(8));
        world.edit_mint(&pool_mint, |mint| mint.mint_authority = COption::Some(authority));
        let fee_owner = world.keypair(&format!("{label} fee owner")).pubkey();
        let fee_account = world.create_token_account(&fee_owner, &pool_mint);
        let provider = world.payer.pubkey();
        let provider_account = world.create_token_account(&provider, &pool_mint);

        let pool = Self { address, authority, mints, vaults, pool_mint, fee_account, fees };
        world.send(&[pool.initialize(&provider_account)], &[&world.payer.clone(), &state]).expect("the pool initializes");
        pool
    }

    fn initialize(&self, provider_account: &Pubkey) -> Instruction {
        let [trade, owner] = [self.fees.trade_bps, self.fees.owner_bps].map(|bps| (bps, BPS));
        let (owner_withdraw, host) = ((0, 0), (0, 0));
        let mut data = vec![INITIALIZE];
        for (numerator, denominator) in [trade, owner, owner_withdraw, host] {
            data.extend_from_slice(&u64::to_le_bytes(numerator));
            data.extend_from_slice(&u64::to_le_bytes(denominator));
        }
        data.push(CONSTANT_PRODUCT);
        data.extend_from_slice(&CURVE_PARAMETERS);
        let accounts = vec![
            AccountMeta::new(self.address, true),
            AccountMeta::new_readonly(self.authority, false),
            AccountMeta::new_readonly(self.vaults[0], false),
            AccountMeta::new_readonly(self.vaults[1], false),
            AccountMeta::new(self.pool_mint, false),
            AccountMeta::new_readonly(self.fee_account, false),
            AccountMeta::new(*provider_account, false),
            AccountMeta::new_readonly(token::ID, false),
        ];
        Instruction { program_id: PROGRAM, accounts, data }
    }

    /// The fee on `amount_in`: each part rounded down, but at least one unit where it is charged at all.
    fn fee(&self, amount_in: u64) -> u128 {
        let part = |bps: u64| match u128::from(amount_in) * u128::from(bps) {
            0 => 0,
            product => (product / u128::from(BPS)).max(1),
        };
        part(self.fees.trade_bps) + part(self.fees.owner_bps)
    }

    /// Replaces numerator and denominator of the trade fee and of the owner fee past the program, and [`output`](Pool::output)
    /// does not know.
    pub fn set_fees(&self, world: &mut World, fees: [[u64; 2]; 2]) {
        let mut account = world.account(&self.address);
        let numbers = account.data[FEES_OFFSET..].chunks_exact_mut(size_of::<u64>());
        for (bytes, number) in numbers.zip(fees.as_flattened()) {
            bytes.copy_from_slice(&number.to_le_bytes());
        }
        world.set_account(&self.address, account);
    }

    /// The program-derived owner of the vaults.
    pub fn authority(&self) -> Pubkey {
        self.authority
    }

    /// The mint of pool tokens.
    pub fn pool_mint(&self) -> Pubkey {
        self.pool_mint
    }

    /// The account that collects the owner's share of the fees.
    pub fn fee_account(&self) -> Pubkey {
        self.fee_account
    }
}

impl Pool for TokenSwap {
    fn program(&self) -> Pubkey {
        PROGRAM
    }

    fn address(&self) -> Pubkey {
        self.address
    }

    fn mints(&self) -> [Pubkey; 2] {
        self.mints
    }

    fn vaults(&self) -> [Pubkey; 2] {
        self.vaults
    }

    fn reserves(&self, world: &World) -> [u64; 2] {
        self.vaults.map(|vault| world.balance(&vault))
    }

    /// `y − ceil(x · y / (x + in − fees))`.
    fn output(&self, world: &World, sell: &Pubkey, amount_in: u64) -> u64 {
        let (sold, bought) = self.sides(sell);
        let reserves = self.reserves(world).map(u128::from);
        let traded = u128::from(amount_in).saturating_sub(self.fee(amount_in));
        let left = (reserves[sold] * reserves[bought]).div_ceil(reserves[sold] + traded);
        u64::try_from(reserves[bought] - left).expect("less than the reserve")
    }

    fn swap(&self, trader: &Pubkey, sell: &Pubkey, amount_in: u64, minimum_out: u64) -> Instruction {
        let (sold, bought) = self.sides(sell);
        let mut data = vec![SWAP];
        data.extend_from_slice(&amount_in.to_le_bytes());
        data.extend_from_slice(&minimum_out.to_le_bytes());
        let accounts = vec![
            AccountMeta::new_readonly(self.address, false),
            AccountMeta::new_readonly(self.authority, false),
            AccountMeta::new_readonly(*trader, true),
            AccountMeta::new(get_associated_token_address(trader, &self.mints[sold]), false),
            AccountMeta::new(self.vaults[sold], false),
            AccountMeta::new(self.vaults[bought], false),
            AccountMeta::new(get_associated_token_address(trader, &self.mints[bought]), false),
            AccountMeta::new(self.pool_mint, false),
            AccountMeta::new(self.fee_account, false),
            AccountMeta::new_readonly(token::ID, false),
        ];
        Instruction { program_id: PROGRAM, accounts, data }
    }
}
