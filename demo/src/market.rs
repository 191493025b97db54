//! The world around the vault: tokens, published prices, pools, and the arbitrageur who keeps pools near the market.

use anyhow::{Context, Error, Result, anyhow, ensure};
use ballast_client::Pubkey;
use ballast_core::price::PublishedPrice;
use ballast_sim::arbitrage::best_swap;
use ballast_sim::prices::Step;
use ballast_sim::token::{Price, Token};
use ballast_tests::amm::Pool as _;
use ballast_tests::amm::token_swap::{Fees, TokenSwap};
use ballast_tests::pyth::Quote;
use ballast_tests::token::MintConfig;
use ballast_tests::world::{Options, deploy_dir};
use ballast_tests::{Failure, Keypair, Signer, World, pyth};

use crate::options::Config;

/// Fee of every pool: what constant-product pools take most often.
pub const POOL_FEE_BPS: u16 = 25;
/// Compiled programs that a run loads.
const PROGRAMS: [&str; 2] = ["ballast", "spl_token_swap"];
/// Prices that the tokens' raw units are made for, in US dollars.
const PRICES_USD: std::ops::RangeInclusive<f64> = 1e-6..=1e9;

/// A pool between two assets of the basket.
pub struct Venue {
    /// Indexes of its two assets, in the pool's order.
    pub assets: [usize; 2],
    /// The pool.
    pub pool: TokenSwap,
}

/// The market on the chain.
pub struct Market {
    /// The chain.
    pub world: World,
    /// The basket's tokens; the cash asset is the last.
    pub tokens: Vec<Token>,
    /// Their mints.
    pub mints: Vec<Pubkey>,
    /// A pool for every pair of assets.
    pub venues: Vec<Venue>,
    /// The last known price of each token.
    pub prices: Vec<Price>,
    /// Whether the price is published now; not in a gap of the data.
    pub is_published: Vec<bool>,
    /// The account that carries each token's published price.
    pub price_accounts: Vec<Pubkey>,
    arbitrageur: Keypair,
}

impl Market {
    /// Starts the chain and opens the pools at the prices of the first step, which has them all.
    pub fn open(config: &Config, first: &Step) -> Result<Self> {
        check_programs()?;
        let mut world = World::with_options(Options { seed: config.seed, signatures: true });
        world.set_time(first.time);
        TokenSwap::deploy(&mut world);
        let prices: Vec<Price> = first.candles.iter().flatten().map(Price::of).chain([Price::of_cash()]).collect();
        let tokens = tokens(&config.basket(), &prices)?;
        let mints = create_mints(&mut world, &config.basket(), &tokens);
        let is_published = vec![true; tokens.len()];
        let price_accounts = config.basket().iter().map(|name| world.keypair(&format!("{name} price")).pubkey()).collect();
        let arbitrageur = world.wallet("arbitrageur");
        let mut market = Self { world, tokens, mints, venues: Vec::new(), prices, is_published, price_accounts, arbitrageur };
        market.open_pools(config.pool_depth_usd as f64);
        for index in 0..market.tokens.len() {
            market.supply(&market.arbitrageur.pubkey(), index, 0);
        }
        market.publish();
        Ok(market)
    }

    fn open_pools(&mut self, depth_usd: f64) {
        let count = self.tokens.len();
        for (a, b) in (0..count).flat_map(|a| (a + 1..count).map(move |b| (a, b))) {
            let mints = [a, b].map(|index| self.mints[index]);
            let reserves = [a, b].map(|index| self.tokens[index].units(depth_usd / 2.0, self.prices[index].usd));
            let fees = Fees { trade_bps: u64::from(POOL_FEE_BPS), owner_bps: 0 };
            let pool = TokenSwap::create(&mut self.world, &format!("pool {a} {b}"), mints, reserves, fees);
            self.venues.push(Venue { assets: [a, b], pool });
        }
    }

    /// Takes over a step's prices; a gap leaves the price as it was, and unpublished.
    pub fn move_to(&mut self, step: &Step) -> Result<()> {
        let passed = u32::try_from(step.time - self.world.now()).context("a step before the clock's time, or a century later")?;
        self.world.advance(passed);
        for (index, candle) in step.candles.iter().enumerate() {
            self.is_published[index] = candle.is_some();
            if let Some(candle) = candle {
                self.prices[index] = Price::of(candle);
            }
        }
        self.publish();
        Ok(())
    }

    /// Indexes of the assets whose price is published with at most this confidence interval over price.
    pub fn refreshable(&self, max_conf_bps: u16) -> Vec<usize> {
        // Below the limit, since publishing rounds the interval up.
        let is_certain = |price: &Price| price.conf_usd / price.usd * 1e4 < f64::from(max_conf_bps);
        (0..self.tokens.len()).filter(|index| self.is_published[*index] && is_certain(&self.prices[*index])).collect()
    }

    /// Publishes the current prices, as of now.
    pub fn publish(&mut self) {
        let now = self.world.now();
        for index in (0..self.tokens.len()).filter(|index| self.is_published[*index]) {
            let PublishedPrice { price, conf, exponent, publish_time } = self.tokens[index].publish(self.prices[index], now);
            let update = pyth::pull_update(feed_id(index), &Quote { price, conf, exponent, publish_time });
            self.world.write_pull(&self.price_accounts[index], &update);
        }
    }

    /// Trades every pool back to where no swap profits. Returns the number of swaps.
    pub fn arbitrage(&mut self) -> Result<u64> {
        let mut swaps = 0;
        for venue in 0..self.venues.len() {
            swaps += u64::from(self.arbitrage_venue(venue)?);
        }
        Ok(swaps)
    }

    fn arbitrage_venue(&mut self, venue: usize) -> Result<bool> {
        let [a, b] = self.venues[venue].assets;
        let reserves = self.venues[venue].pool.reserves(&self.world);
        let price = self.unit_usd(a) / self.unit_usd(b);
        let Some(swap) = best_swap(reserves, price, f64::from(POOL_FEE_BPS) / 1e4) else { return Ok(false) };
        let sell = [a, b][swap.sell];
        // The arbitrageur stands for the rest of the market: what is lacking comes from there.
        self.supply(&self.arbitrageur.pubkey(), sell, swap.amount_in);
        let mint = self.mints[sell];
        let swapped = self.world.swap(&self.venues[venue].pool, &self.arbitrageur, &mint, swap.amount_in);
        swapped.map_err(|failure| why("the arbitrageur's swap", &failure))?;
        Ok(true)
    }

    /// Gives `owner` what they lack of `units` of an asset.
    pub fn supply(&mut self, owner: &Pubkey, index: usize, units: u64) {
        let mint = self.mints[index];
        let missing = units.saturating_sub(self.world.balance_of(owner, &mint));
        self.world.mint_to(&mint, owner, missing);
    }

    /// US dollars for one raw unit of an asset.
    fn unit_usd(&self, index: usize) -> f64 {
        self.tokens[index].unit_usd(self.prices[index].usd)
    }
}

fn check_programs() -> Result<()> {
    for program in PROGRAMS {
        let file = deploy_dir().join(format!("{program}.so"));
        ensure!(file.exists(), "{} is missing; `cargo xtask demo` builds it", file.display());
    }
    Ok(())
}

fn tokens(names: &[String], prices: &[Price]) -> Result<Vec<Token>> {
    let mut tokens = Vec::new();
    for (name, Price { usd, .. }) in names.iter().zip(prices) {
        ensure!(PRICES_USD.contains(usd), "{name} costs {usd} US dollars; the demo takes 0.000001 to 1000000000");
        tokens.push(Token::new(name, *usd));
    }
    Ok(tokens)
}

fn create_mints(world: &mut World, names: &[String], tokens: &[Token]) -> Vec<Pubkey> {
    let create = |(name, token): (&String, &Token)| world.create_mint(name, &MintConfig::spl(token.decimals));
    names.iter().zip(tokens).map(create).collect()
}

/// Id of an asset's feed.
pub fn feed_id(index: usize) -> [u8; 32] {
    [index as u8 + 1; 32]
}

/// Why a transaction failed, in one line: the chain's error and what the program said about it.
pub fn why(what: &str, failure: &Failure) -> Error {
    let said = failure.logs.iter().rev().find(|line| line.contains("Error"));
    anyhow!("{what} failed: {}; {}", failure.error, said.map_or("the program said nothing", String::as_str))
}
