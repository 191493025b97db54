//! The tokens and pools. All addresses follow from the keys, so that nothing has to be looked up after a restart.

use anchor_spl::token::spl_token;
use anyhow::{Context as _, Result};
use ballast_client::ballast::token::TOKEN;
use ballast_client::rpc::{Cluster, Keypair, Sender};
use ballast_client::{Account, Instruction, Pubkey, address};
use ballast_fixtures::token_swap::{self, Addresses, Fees};
use ballast_sim::arbitrage::best_swap;
use ballast_sim::token::{Price, Token};
use solana_system_interface::instruction::create_account;

use crate::keys::{self, MARKET};
use crate::{cheat, manifest};

/// Fee of every pool: what constant-product pools take most often.
const POOL_FEE_BPS: u16 = 25;
/// Both sides of each pool together.
const POOL_DEPTH_USD: f64 = 40e6;
/// What each wallet that trades starts with of every token.
const WALLET_USD: f64 = 1e6;
/// Whoever trades for profit leaves less to others; what rounding leaves would be traded in every round.
const LEAST_SWAP_USD: f64 = 1.0;
/// Rent of an account is this for each byte, and for 128 bytes more.
const RENT_PER_BYTE: u64 = 6_960;
const RENT_OVERHEAD: usize = 128;

/// A token of the basket: its symbol, and Pyth's own id of its price (<https://docs.pyth.network/price-feeds/price-feeds>).
pub const BASKET: [(&str, &str); 4] = [
    ("BTC", "e62df6c8b4a85fe1a67db44dc12de5db330f7ac66b72dc658afedf0f4a415b43"),
    ("ETH", "ff61491a931112ddf1bd8147cd1b641375f79f5825126d665480874634fd0ace"),
    ("SOL", "ef0d8b6fda2ceba41da15d4095d1da392a0d2f8ed0c6c7bc0f4cfac8c280b56d"),
    (ballast_sim::token::CASH, "eaa020c61cc479712813461ce153894a96a6c00b21ed0cfc2798d1f9a9e9c94a"),
];

/// A token.
#[derive(Clone, Debug)]
pub struct Asset {
    /// Its name.
    pub symbol: &'static str,
    /// Its units.
    pub token: Token,
    /// Its mint.
    pub mint: Pubkey,
    /// Pyth's id of its price.
    pub feed_id: [u8; 32],
    /// The sponsored account of its price, as on mainnet.
    pub price_account: Pubkey,
}

/// A pool.
#[derive(Clone, Copy, Debug)]
pub struct Pool {
    /// Indexes of its two assets, in the pool's order.
    pub assets: [usize; 2],
    /// Its accounts.
    pub addresses: Addresses,
}

/// The tokens and the pools between them.
#[derive(Clone, Debug)]
pub struct Market {
    /// The tokens; the cash asset is the last.
    pub assets: Vec<Asset>,
    /// A pool for every pair of them.
    pub pools: Vec<Pool>,
}

impl Market {
    /// The market whose tokens cost about these prices.
    pub fn new(prices: &[Price]) -> Result<Self> {
        let assets = BASKET.iter().zip(prices).map(|((symbol, feed), price)| Asset::new(symbol, feed, price));
        let assets = assets.collect::<Result<Vec<_>>>()?;
        let pairs = (0..assets.len()).flat_map(|a| (a + 1..BASKET.len()).map(move |b| [a, b]));
        let pools = pairs.map(|pair| Pool::new(pair, &assets)).collect();
        Ok(Self { assets, pools })
    }

    /// Creates the mints that are missing.
    pub async fn create_mints(&self, sender: &Sender) -> Result<()> {
        let mints: Vec<Pubkey> = self.assets.iter().map(|asset| asset.mint).collect();
        for (asset, found) in self.assets.iter().zip(sender.cluster().accounts(&mints).await?) {
            if found.is_none() {
                let create = create_mint(&sender.payer(), &asset.mint, &sender.payer(), asset.token.decimals)?;
                let sent = sender.send(&create, &[&keys::key(&mint_label(asset.symbol))], &[]).await;
                sent.with_context(|| format!("cannot create the token {}", asset.symbol))?;
            }
        }
        Ok(())
    }

    /// Gives `owner` an account of every token, and of those that are new as much as `WALLET_USD` buys.
    pub async fn welcome(&self, sender: &Sender, owner: &Pubkey, prices: &[Price]) -> Result<()> {
        let accounts: Vec<Pubkey> = self.assets.iter().map(|asset| asset.account_of(owner)).collect();
        let found = sender.cluster().accounts(&accounts).await?;
        let missing = self.assets.iter().zip(prices).zip(found).filter(|(_, found)| found.is_none());
        let mut instructions = vec![];
        for ((asset, price), _) in missing {
            instructions.push(create_token_account(&sender.payer(), owner, &asset.mint));
            instructions.push(asset.mint_to(owner, asset.token.units(WALLET_USD, price.usd), &sender.payer())?);
        }
        if !instructions.is_empty() {
            sender.send(&instructions, &[], &[]).await.context("cannot hand out tokens")?;
        }
        Ok(())
    }

    /// Opens the pools that are missing, at these prices.
    pub async fn open_pools(&self, sender: &Sender, prices: &[Price]) -> Result<()> {
        let states: Vec<Pubkey> = self.pools.iter().map(|pool| pool.addresses.pool).collect();
        for (pool, found) in self.pools.iter().zip(sender.cluster().accounts(&states).await?) {
            if found.is_none() {
                let keys = pool.labels(&self.assets).map(|label| keys::key(&label));
                let signers: Vec<&Keypair> = keys.iter().collect();
                let sent = sender.send(&self.open(pool, sender.payer(), prices)?, &signers, &[]).await;
                sent.with_context(|| format!("cannot open the {}", pool.labels(&self.assets)[0]))?;
            }
        }
        Ok(())
    }

    /// Opens a pool in one transaction, so that it exists whole or not at all.
    fn open(&self, pool: &Pool, payer: Pubkey, prices: &[Price]) -> Result<Vec<Instruction>> {
        let Addresses { pool: state, authority, pool_mint, fee_account, .. } = pool.addresses;
        let mut all = create_mint(&payer, &pool_mint, &authority, token_swap::POOL_DECIMALS)?;
        for asset in pool.assets.map(|index| &self.assets[index]) {
            all.push(create_token_account(&payer, &authority, &asset.mint));
        }
        for index in pool.assets {
            let units = self.assets[index].token.units(POOL_DEPTH_USD / 2.0, prices[index].usd);
            all.push(self.assets[index].mint_to(&authority, units, &payer)?);
        }
        all.push(create_token_account(&payer, &payer, &pool_mint));
        all.push(create_account(&payer, &state, rent(token_swap::STATE_LEN), token_swap::STATE_LEN as u64, &token_swap::PROGRAM));
        all.push(pool.addresses.initialize(&fee_account, Fees { trade_bps: u64::from(POOL_FEE_BPS), owner_bps: 0 }));
        Ok(all)
    }

    /// What brings a pool with these reserves to where no swap profits: the market issues what it sells there. `None` where it is
    /// there already.
    pub fn arbitrage(&self, pool: &Pool, reserves: [u64; 2], prices: [Price; 2]) -> Result<Option<[Instruction; 2]>> {
        let unit_usd = [0, 1].map(|side| self.assets[pool.assets[side]].token.unit_usd(prices[side].usd));
        let Some(swap) = best_swap(reserves, unit_usd[0] / unit_usd[1], f64::from(POOL_FEE_BPS) / 1e4) else { return Ok(None) };
        let worth_usd = swap.amount_in as f64 * unit_usd[swap.sell];
        if worth_usd < LEAST_SWAP_USD {
            return Ok(None);
        }
        let market = keys::address(MARKET);
        let issue = self.assets[pool.assets[swap.sell]].mint_to(&market, swap.amount_in, &market)?;
        Ok(Some([issue, pool.addresses.swap(&market, swap.sell, swap.amount_in, 0)]))
    }

    /// The tokens, for the manifest.
    pub fn listed_assets(&self) -> Vec<manifest::Asset> {
        let listed = |asset: &Asset| manifest::Asset {
            symbol: asset.symbol.into(),
            mint: asset.mint,
            token_program: TOKEN,
            decimals: asset.token.decimals,
            feed_id: cheat::hex(&asset.feed_id),
            price_account: asset.price_account,
        };
        self.assets.iter().map(listed).collect()
    }

    /// The pools, for the manifest.
    pub fn listed_pools(&self) -> Vec<manifest::Pool> {
        let listed = |pool: &Pool| manifest::Pool {
            address: pool.addresses.pool,
            assets: pool.assets.map(|index| self.assets[index].symbol.into()),
        };
        self.pools.iter().map(listed).collect()
    }
}

impl Asset {
    fn new(symbol: &'static str, feed_id: &str, price: &Price) -> Result<Self> {
        let feed_id = feed(feed_id).with_context(|| format!("{symbol}'s feed id is not 64 hexadecimal digits"))?;
        let mint = keys::address(&mint_label(symbol));
        let price_account = address::sponsored_feed(0, &feed_id);
        Ok(Self { symbol, token: Token::new(symbol, price.usd), mint, feed_id, price_account })
    }

    /// Somebody's account of this token.
    pub fn account_of(&self, owner: &Pubkey) -> Pubkey {
        address::associated_token(owner, &self.mint, &TOKEN)
    }

    /// Issues units to somebody's account; the mint authority signs.
    pub fn mint_to(&self, owner: &Pubkey, units: u64, authority: &Pubkey) -> Result<Instruction> {
        Ok(spl_token::instruction::mint_to(&TOKEN, &self.mint, &self.account_of(owner), authority, &[], units)?)
    }
}

impl Pool {
    fn new(pair: [usize; 2], assets: &[Asset]) -> Self {
        let [state, pool_mint] = labels(pair, assets).map(|label| keys::address(&label));
        let mints = pair.map(|index| assets[index].mint);
        Self { assets: pair, addresses: Addresses::new(state, mints, pool_mint, &keys::address(MARKET)) }
    }

    /// Names of the keys of its state and of its mint.
    fn labels(&self, assets: &[Asset]) -> [String; 2] {
        labels(self.assets, assets)
    }
}

/// Makes `owner`'s account of a token where it does not exist.
pub fn create_token_account(payer: &Pubkey, owner: &Pubkey, mint: &Pubkey) -> Instruction {
    let account = ballast_client::view::AssetView::new(owner, *mint, TOKEN);
    ballast_client::instruction::create_reserve(*payer, *owner, &account)
}

/// Units in a token account; 0 where there is none.
pub fn balance(account: Option<&Account>) -> u64 {
    const AMOUNT_OFFSET: usize = 64;
    let amount = account.and_then(|account| account.data.get(AMOUNT_OFFSET..)?.first_chunk());
    amount.map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

/// Lamports that an account of this size must hold.
pub const fn rent(bytes: usize) -> u64 {
    (bytes + RENT_OVERHEAD) as u64 * RENT_PER_BYTE
}

/// Reserves of every pool, in their order.
pub async fn reserves(cluster: &Cluster, pools: &[Pool]) -> Result<Vec<[u64; 2]>> {
    let vaults: Vec<Pubkey> = pools.iter().flat_map(|pool| pool.addresses.vaults).collect();
    let accounts = cluster.accounts(&vaults).await?;
    let of = |vaults: &[Option<Account>]| [balance(vaults[0].as_ref()), balance(vaults[1].as_ref())];
    Ok(accounts.chunks_exact(2).map(of).collect())
}

fn labels(pair: [usize; 2], assets: &[Asset]) -> [String; 2] {
    let [first, second] = pair.map(|index| assets[index].symbol);
    [format!("pool {first}-{second}"), format!("pool {first}-{second} mint")]
}

fn mint_label(symbol: &str) -> String {
    format!("mint {symbol}")
}

fn create_mint(payer: &Pubkey, mint: &Pubkey, authority: &Pubkey, decimals: u8) -> Result<Vec<Instruction>> {
    const LEN: usize = 82;
    let create = create_account(payer, mint, rent(LEN), LEN as u64, &TOKEN);
    Ok(vec![create, spl_token::instruction::initialize_mint2(&TOKEN, mint, authority, None, decimals)?])
}

/// Reads a feed's id.
fn feed(digits: &str) -> Option<[u8; 32]> {
    let byte = |index: usize| u8::from_str_radix(digits.get(2 * index..2 * index + 2)?, 16).ok();
    (0..32).map(byte).collect::<Option<Vec<u8>>>()?.try_into().ok()
}
