//! A vault with all the accounts that its figures depend on, made without a chain: each in its real layout.

use std::collections::HashMap;

use anchor_lang::prelude::Pubkey;
use ballast_client::ballast::state::{Asset, OracleKind, Route, Vault};
use ballast_client::ballast::token::TOKEN;
use ballast_client::core::limits;
use ballast_client::core::risk::{breaker, stress};
use ballast_client::core::strategy::Strategy;
use ballast_client::core::strategy::allocation::Allocation;
use ballast_client::{Account, VaultView, address, pool};
use bytemuck::Zeroable;

use crate::pyth::{PULL_PROGRAM, Quote, pull_data, pull_update};
use crate::token_swap::{Addresses, Fees, PROGRAM, STATE_LEN};

/// Bytes of an account of SPL Token.
const TOKEN_ACCOUNT_LEN: usize = 165;
/// SOL and USDC, by place.
const DECIMALS: [u8; 2] = [9, 6];
/// Exponent of the prices.
const EXPONENT: i32 = -8;

/// A vault half in SOL and half in USDC, with a route through a pool of SPL Token Swap.
///
/// It holds 12 SOL at 125 dollars and 1,500 USDC, has 3,000 shares, the default limits and breakers, bands of five points and the plain
/// strategy. The published prices are five seconds old; its own are older, and SOL's was 124 dollars.
#[derive(Clone)]
pub struct Scene {
    /// The cluster's clock.
    pub now: i64,
    /// The vault's address.
    pub address: Pubkey,
    /// The vault.
    pub vault: Box<Vault>,
    /// Its route.
    pub routes: Vec<(Pubkey, Route)>,
    /// Prices, the pool, and what pays keepers.
    pub accounts: HashMap<Pubkey, Account>,
}

impl Default for Scene {
    fn default() -> Self {
        Self::new()
    }
}

impl Scene {
    /// The scene, always the same.
    pub fn new() -> Self {
        let now = 1_700_000_000;
        let mints = [1, 2].map(key);
        let view = VaultView::new(&key(3), 0, &mints.map(|mint| (mint, TOKEN)));
        let mut vault = Box::<Vault>::new(Vault::zeroed());
        (vault.creator, vault.admin, vault.guardian) = (key(3), key(3), key(4));
        (vault.authority, vault.share_mint, vault.crank_fund) = (view.authority, view.share_mint, view.crank_fund);
        (vault.limits, vault.breakers, vault.stress) = (limits::DEFAULT, breaker::DEFAULT, stress::DEFAULT);
        (vault.asset_count, vault.total_shares, vault.strategy) = (2, 3_000_000_000, Strategy::plain());
        let priced = [(12_000_000_000, 124), (1_500_000_000, 1)];
        for (place, (balance, usd)) in priced.into_iter().enumerate() {
            let price_x64 = usd_x64(usd, DECIMALS[place]);
            vault.assets[place] = Asset {
                mint: mints[place],
                reserve: view.assets[place].reserve,
                feed: feed(place),
                oracle: OracleKind::PythPull as u8,
                balance,
                price_x64: price_x64.into(),
                ema_x64: price_x64.into(),
                average_x64: price_x64.into(),
                publish_time: now - 40,
                decimals: DECIMALS[place],
                allocation: Allocation::fixed(5_000, 500, 2_500),
                ..Asset::zeroed()
            };
        }
        let mut scene = Scene { now, address: view.address, vault, routes: vec![], accounts: HashMap::new() };
        scene.publish(0, 125_00000000, 5);
        scene.publish(1, 1_00000000, 5);
        scene.accounts.insert(view.crank_fund, Account { lamports: 1_000_000_000, ..Account::default() });
        scene.open_pool(mints, [1_000_000_000_000, 125_000_000_000]);
        scene
    }

    /// Publishes the price of an asset, in 10⁻⁸ dollars and give or take half a hundredth of a percent, so many seconds ago.
    pub fn publish(&mut self, place: usize, price: i64, age_secs: i64) {
        let quote = Quote { price, conf: price as u64 / 20_000, exponent: EXPONENT, publish_time: self.now - age_secs };
        let data = pull_data(&pull_update(feed(place), &quote));
        let account = Account { lamports: 1, owner: PULL_PROGRAM, data, ..Account::default() };
        self.accounts.insert(address::sponsored_feed(0, &feed(place)), account);
    }

    /// Opens a pool that holds these raw units, with a route through it.
    fn open_pool(&mut self, mints: [Pubkey; 2], reserves: [u64; 2]) {
        let addresses = Addresses::new(key(5), mints, key(6), &key(7));
        let state = Account { lamports: 1, owner: PROGRAM, data: addresses.state(Fees::default()), ..Account::default() };
        let (amm, pins) = pool::pins(addresses.pool, &state).expect("a pool of a known kind");
        self.accounts.insert(addresses.pool, state);
        for place in 0..2 {
            let data = token_data(&mints[place], &addresses.authority, reserves[place]);
            let vault = Account { lamports: 1, owner: TOKEN, data, ..Account::default() };
            self.accounts.insert(addresses.vaults[place], vault);
        }
        let mut route = Route { vault: self.address, amm: amm as u8, asset_b: 1, asset_count: 2, ..Route::zeroed() };
        route.account_count = pins.accounts.len() as u8;
        route.accounts[..pins.accounts.len()].copy_from_slice(&pins.accounts);
        self.routes.push((address::route(&self.address, &addresses.pool), route));
    }
}

fn key(number: u8) -> Pubkey {
    Pubkey::new_from_array([number; 32])
}

fn feed(place: usize) -> [u8; 32] {
    [0x50 + place as u8; 32]
}

/// Dollars for a whole token, as micro-dollars for a raw unit.
fn usd_x64(usd: u128, decimals: u8) -> u128 {
    ((usd * 1_000_000) << 64) / 10u128.pow(decimals.into())
}

/// The data of an account of SPL Token.
fn token_data(mint: &Pubkey, owner: &Pubkey, units: u64) -> Vec<u8> {
    let mut data = [mint.as_ref(), owner.as_ref(), &units.to_le_bytes()].concat();
    data.resize(TOKEN_ACCOUNT_LEN, 0);
    // Initialised.
    data[108] = 1;
    data
}

impl Addresses {
    /// The data of the pool's own account: `SwapVersion`, then `SwapV1`.
    fn state(&self, fees: Fees) -> Vec<u8> {
        let (_, bump) = Pubkey::find_program_address(&[self.pool.as_ref()], &PROGRAM);
        let keys = [TOKEN, self.vaults[0], self.vaults[1], self.pool_mint, self.mints[0], self.mints[1], self.fee_account];
        let mut data = vec![1, 1, bump];
        data.extend(keys.iter().flat_map(|key| key.to_bytes()));
        for number in [fees.trade_bps, 10_000, fees.owner_bps, 10_000] {
            data.extend(number.to_le_bytes());
        }
        data.resize(STATE_LEN, 0);
        data
    }
}
