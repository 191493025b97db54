//! SPL Token Swap 3.0: constant product, one SPL Token pair per pool.

use {
    super::Pool,
    crate::{token::MintConfig, world::World},
    anchor_lang::{
        prelude::Pubkey,
        solana_program::{instruction::Instruction, program_option::COption},
    },
    ballast_fixtures::token_swap::{Addresses, POOL_DECIMALS, STATE_LEN},
    solana_signer::Signer,
};

pub use ballast_fixtures::token_swap::{Fees, PROGRAM};

/// Offset in a pool of the trade fee's numerator and denominator; the owner fee's follow.
const FEES_OFFSET: usize = 227;

/// A pool made by [`TokenSwap::create`].
#[derive(Clone, Debug)]
pub struct TokenSwap {
    addresses: Addresses,
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
        world.write(&state.pubkey(), &PROGRAM, vec![0; STATE_LEN]);
        let pool_mint = world.create_mint(&format!("{label} pool mint"), &MintConfig::spl(POOL_DECIMALS));
        let fee_owner = world.keypair(&format!("{label} fee owner")).pubkey();
        let addresses = Addresses::new(state.pubkey(), mints, pool_mint, &fee_owner);
        for (mint, reserve) in mints.iter().zip(reserves) {
            world.mint_to(mint, &addresses.authority, reserve);
        }
        world.edit_mint(&pool_mint, |mint| mint.mint_authority = COption::Some(addresses.authority));
        world.create_token_account(&fee_owner, &pool_mint);
        let provider = world.payer.pubkey();
        let provider_account = world.create_token_account(&provider, &pool_mint);

        let initialize = addresses.initialize(&provider_account, fees);
        world.send(&[initialize], &[&world.payer.clone(), &state]).expect("the pool initializes");
        Self { addresses, fees }
    }

    /// Replaces numerator and denominator of the trade fee and of the owner fee past the program, and [`output`](Pool::output)
    /// does not know.
    pub fn set_fees(&self, world: &mut World, fees: [[u64; 2]; 2]) {
        let mut account = world.account(&self.address());
        let numbers = account.data[FEES_OFFSET..].chunks_exact_mut(size_of::<u64>());
        for (bytes, number) in numbers.zip(fees.as_flattened()) {
            bytes.copy_from_slice(&number.to_le_bytes());
        }
        world.set_account(&self.address(), account);
    }

    /// The program-derived owner of the vaults.
    pub fn authority(&self) -> Pubkey {
        self.addresses.authority
    }

    /// The mint of pool tokens.
    pub fn pool_mint(&self) -> Pubkey {
        self.addresses.pool_mint
    }

    /// The account that collects the owner's share of the fees.
    pub fn fee_account(&self) -> Pubkey {
        self.addresses.fee_account
    }
}

impl Pool for TokenSwap {
    fn program(&self) -> Pubkey {
        PROGRAM
    }

    fn address(&self) -> Pubkey {
        self.addresses.pool
    }

    fn mints(&self) -> [Pubkey; 2] {
        self.addresses.mints
    }

    fn vaults(&self) -> [Pubkey; 2] {
        self.addresses.vaults
    }

    fn reserves(&self, world: &World) -> [u64; 2] {
        self.vaults().map(|vault| world.balance(&vault))
    }

    /// `y − ceil(x · y / (x + in − fees))`.
    fn output(&self, world: &World, sell: &Pubkey, amount_in: u64) -> u64 {
        let (sold, bought) = self.sides(sell);
        let reserves = self.reserves(world).map(u128::from);
        let traded = u128::from(amount_in).saturating_sub(self.fees.of(amount_in));
        let left = (reserves[sold] * reserves[bought]).div_ceil(reserves[sold] + traded);
        u64::try_from(reserves[bought] - left).expect("less than the reserve")
    }

    fn swap(&self, trader: &Pubkey, sell: &Pubkey, amount_in: u64, minimum_out: u64) -> Instruction {
        self.addresses.swap(trader, self.sides(sell).0, amount_in, minimum_out)
    }
}
