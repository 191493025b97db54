//! Raydium CPMM, by its published interface. Its program file is not part of this project: [`PROGRAM_FILE_VARIABLE`] names it.

use {
    super::Pool,
    crate::world::World,
    anchor_lang::{
        prelude::{AccountMeta, Pubkey, Rent},
        solana_program::{instruction::Instruction, sysvar::SysvarId},
        system_program,
    },
    anchor_spl::{
        associated_token::{self, get_associated_token_address_with_program_id},
        token,
    },
    solana_signer::Signer,
    std::{env, path::PathBuf},
};

/// The program's address on mainnet.
pub const PROGRAM: Pubkey = Pubkey::from_str_const("CPMMoo8L3F4NbTegBCKVNunggL7H1ZpdTHKxQB5qKP1C");

/// The environment variable that names the program file.
pub const PROGRAM_FILE_VARIABLE: &str = "BALLAST_RAYDIUM_CPMM_SO";

/// Receives the fee for creating a pool; fixed in the program, and free here.
const CREATE_POOL_FEE_ACCOUNT: Pubkey = Pubkey::from_str_const("DNXgeM9EiiaAbaWvwjHj9fQQLAX5ZsfHyvmYUNRAdNC8");

/// Fee rates are in millionths.
const RATE_DENOMINATOR: u128 = 1_000_000;

/// Offsets in the pool's state of the fees it owes, in units of token 0 and then token 1: to protocol, fund and creator.
const OWED_FEES: [[usize; 3]; 2] = [[341, 357, 397], [349, 365, 405]];

/// What a swap costs.
#[derive(Clone, Copy, Debug)]
pub struct Fees {
    /// Millionths of the input.
    pub trade_rate: u64,
    /// Millionths of the trade fee that are set aside for the protocol.
    pub protocol_rate: u64,
    /// Millionths of the trade fee that are set aside for the fund.
    pub fund_rate: u64,
}

impl Default for Fees {
    /// As in mainnet's most used configuration.
    fn default() -> Self {
        Self { trade_rate: 2_500, protocol_rate: 120_000, fund_rate: 40_000 }
    }
}

/// A pool made by [`RaydiumCpmm::create`].
#[derive(Clone, Debug)]
pub struct RaydiumCpmm {
    address: Pubkey,
    config: Pubkey,
    authority: Pubkey,
    observation: Pubkey,
    mints: [Pubkey; 2],
    token_programs: [Pubkey; 2],
    vaults: [Pubkey; 2],
    fees: Fees,
}

impl RaydiumCpmm {
    /// Deploys the program file that [`PROGRAM_FILE_VARIABLE`] names; `false` where the variable is not set.
    ///
    /// # Panics
    /// Where the file named is absent or is not a program.
    #[must_use]
    pub fn deploy(world: &mut World) -> bool {
        let Some(path) = env::var_os(PROGRAM_FILE_VARIABLE) else { return false };
        world.deploy_file(&PROGRAM, &PathBuf::from(path));
        true
    }

    /// Creates a pool of two mints with these reserves by the program's own `initialize`. The program orders mints by
    /// address: so does [`mints`](Pool::mints), whatever the order here. Pools with the same `index` share their fees.
    pub fn create(world: &mut World, index: u16, mints: [Pubkey; 2], reserves: [u64; 2], fees: Fees) -> Self {
        let (mints, reserves) =
            if mints[0] < mints[1] { (mints, reserves) } else { ([mints[1], mints[0]], [reserves[1], reserves[0]]) };
        let config = write_config(world, index, fees);
        let address = pda(&[b"pool", config.as_ref(), mints[0].as_ref(), mints[1].as_ref()]);
        let pool = Self {
            address,
            config,
            authority: pda(&[b"vault_and_lp_mint_auth_seed"]),
            observation: pda(&[b"observation", address.as_ref()]),
            mints,
            token_programs: mints.map(|mint| world.account(&mint).owner),
            vaults: mints.map(|mint| pda(&[b"pool_vault", address.as_ref(), mint.as_ref()])),
            fees,
        };

        let creator = world.payer.clone();
        for (mint, reserve) in mints.iter().zip(reserves) {
            world.mint_to(mint, &creator.pubkey(), reserve);
        }
        // Any token account will do where the fee is zero.
        world.write_token_account(&CREATE_POOL_FEE_ACCOUNT, &creator.pubkey(), &mints[0]);

        // A pool opens a second after its creation: create it a second ago.
        let now = world.now();
        world.set_time(now - 1);
        world.send(&[pool.initialize(&creator.pubkey(), reserves)], &[&creator]).expect("the pool initializes");
        world.set_time(now);
        pool
    }

    fn initialize(&self, creator: &Pubkey, reserves: [u64; 2]) -> Instruction {
        let pool_mint = pda(&[b"pool_lp_mint", self.address.as_ref()]);
        let open_time = 0;
        let accounts = vec![
            AccountMeta::new(*creator, true),
            AccountMeta::new_readonly(self.config, false),
            AccountMeta::new_readonly(self.authority, false),
            AccountMeta::new(self.address, false),
            AccountMeta::new_readonly(self.mints[0], false),
            AccountMeta::new_readonly(self.mints[1], false),
            AccountMeta::new(pool_mint, false),
            AccountMeta::new(self.token_address(creator, 0), false),
            AccountMeta::new(self.token_address(creator, 1), false),
            AccountMeta::new(get_associated_token_address_with_program_id(creator, &pool_mint, &token::ID), false),
            AccountMeta::new(self.vaults[0], false),
            AccountMeta::new(self.vaults[1], false),
            AccountMeta::new(CREATE_POOL_FEE_ACCOUNT, false),
            AccountMeta::new(self.observation, false),
            AccountMeta::new_readonly(token::ID, false),
            AccountMeta::new_readonly(self.token_programs[0], false),
            AccountMeta::new_readonly(self.token_programs[1], false),
            AccountMeta::new_readonly(associated_token::ID, false),
            AccountMeta::new_readonly(system_program::ID, false),
            AccountMeta::new_readonly(Rent::id(), false),
        ];
        instruction("initialize", &[reserves[0], reserves[1], open_time], accounts)
    }

    fn token_address(&self, owner: &Pubkey, side: usize) -> Pubkey {
        get_associated_token_address_with_program_id(owner, &self.mints[side], &self.token_programs[side])
    }

    /// The account of the pool's fee rates.
    pub fn config(&self) -> Pubkey {
        self.config
    }

    /// The program-derived owner of all vaults.
    pub fn authority(&self) -> Pubkey {
        self.authority
    }

    /// The account of the pool's price history.
    pub fn observation(&self) -> Pubkey {
        self.observation
    }
}

impl Pool for RaydiumCpmm {
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
        let state = world.account(&self.address).data;
        let read = |at: usize| u64::from_le_bytes(state[at..at + 8].try_into().expect("eight bytes"));
        let owed = OWED_FEES.map(|offsets| offsets.into_iter().map(read).sum::<u64>());
        [0, 1].map(|side| world.balance(&self.vaults[side]) - owed[side])
    }

    /// `floor(y · traded / (x + traded))`, where `traded = in − ceil(in · rate)`.
    fn output(&self, world: &World, sell: &Pubkey, amount_in: u64) -> u64 {
        let (sold, bought) = self.sides(sell);
        let reserves = self.reserves(world).map(u128::from);
        let amount_in = u128::from(amount_in);
        let traded = amount_in - (amount_in * u128::from(self.fees.trade_rate)).div_ceil(RATE_DENOMINATOR);
        let output = reserves[bought] * traded / (reserves[sold] + traded);
        u64::try_from(output).expect("less than the reserve")
    }

    fn swap(&self, trader: &Pubkey, sell: &Pubkey, amount_in: u64, minimum_out: u64) -> Instruction {
        let (sold, bought) = self.sides(sell);
        let accounts = vec![
            AccountMeta::new_readonly(*trader, true),
            AccountMeta::new_readonly(self.authority, false),
            AccountMeta::new_readonly(self.config, false),
            AccountMeta::new(self.address, false),
            AccountMeta::new(self.token_address(trader, sold), false),
            AccountMeta::new(self.token_address(trader, bought), false),
            AccountMeta::new(self.vaults[sold], false),
            AccountMeta::new(self.vaults[bought], false),
            AccountMeta::new_readonly(self.token_programs[sold], false),
            AccountMeta::new_readonly(self.token_programs[bought], false),
            AccountMeta::new_readonly(self.mints[sold], false),
            AccountMeta::new_readonly(self.mints[bought], false),
            AccountMeta::new(self.observation, false),
        ];
        instruction("swap_base_input", &[amount_in, minimum_out], accounts)
    }
}

/// Writes the configuration `index`, which on mainnet only Raydium's admin may create, in its real layout.
fn write_config(world: &mut World, index: u16, fees: Fees) -> Pubkey {
    let (address, bump) = Pubkey::find_program_address(&[b"amm_config", &index.to_be_bytes()], &PROGRAM);
    let disable_create_pool = 0;
    let create_pool_fee = 0;
    let [protocol_owner, fund_owner] = [Pubkey::default(); 2];
    let creator_fee_rate = 0_u64;

    let mut data = discriminator("account", "AmmConfig").to_vec();
    data.extend_from_slice(&[bump, disable_create_pool]);
    data.extend_from_slice(&index.to_le_bytes());
    for value in [fees.trade_rate, fees.protocol_rate, fees.fund_rate, create_pool_fee] {
        data.extend_from_slice(&value.to_le_bytes());
    }
    data.extend_from_slice(protocol_owner.as_ref());
    data.extend_from_slice(fund_owner.as_ref());
    data.extend_from_slice(&creator_fee_rate.to_le_bytes());
    data.extend_from_slice(&[0; 15 * 8]);
    world.write(&address, &PROGRAM, data);
    address
}

fn pda(seeds: &[&[u8]]) -> Pubkey {
    Pubkey::find_program_address(seeds, &PROGRAM).0
}

fn instruction(name: &str, arguments: &[u64], accounts: Vec<AccountMeta>) -> Instruction {
    let mut data = discriminator("global", name).to_vec();
    arguments.iter().for_each(|argument| data.extend_from_slice(&argument.to_le_bytes()));
    Instruction { program_id: PROGRAM, accounts, data }
}

/// Anchor's mark on instructions (`global`) and accounts (`account`).
fn discriminator(namespace: &str, name: &str) -> [u8; 8] {
    let hash = solana_sha256_hasher::hashv(&[namespace.as_bytes(), b":", name.as_bytes()]).to_bytes();
    std::array::from_fn(|at| hash[at])
}
