//! The world outside, round by round: prices are published, and the pools traded after them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anchor_lang::AccountDeserialize as _;
use anyhow::{Context as _, Result};
use ballast_client::rpc::{Cluster, Sender};
use ballast_client::{Account, decode};
use ballast_core::price::PublishedPrice;
use ballast_fixtures::pyth::{self, PULL_PROGRAM, Quote};
use ballast_sim::token::Price;
use pyth_solana_receiver_sdk::price_update::PriceUpdateV2;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

use crate::cheat;
use crate::control::{Control, Feed};
use crate::history::History;
use crate::market::{self, Asset, Market};

/// Confidence interval of a price that somebody fixed, as a part of it.
const FIXED_CONF: f64 = 0.0005;

/// Publishes prices and moves pools.
pub struct Replay {
    cluster: Cluster,
    /// Sends the rest of the market's transactions.
    sender: Sender,
    market: Arc<Market>,
    history: Arc<History>,
    /// Whether prices follow the data at all.
    follows: bool,
    /// The swaps that have not landed yet, by pool.
    swaps: BTreeMap<usize, JoinHandle<()>>,
}

/// What a round finds on the cluster.
struct Found {
    now: i64,
    control: Control,
    obeyed: u64,
    /// The price account of each asset.
    accounts: Vec<Option<Account>>,
}

impl Replay {
    /// A replay of these prices; without `follows` they stay where they are.
    pub fn new(sender: Sender, market: Arc<Market>, history: Arc<History>, follows: bool) -> Self {
        Self { cluster: sender.cluster().clone(), sender, market, history, follows, swaps: BTreeMap::new() }
    }

    /// A round now and then one every `period`, for as long as the task lives.
    pub async fn run(mut self, period: Duration) {
        let mut ticks = interval(period);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(error) = self.round().await {
                tracing::warn!("prices were not published: {error:#}");
            }
        }
    }

    /// Publishes the prices of now, and trades the pools after them.
    pub async fn round(&mut self) -> Result<()> {
        let found = self.look().await?;
        let prices = self.prices(&found);
        for (asset, price) in self.market.assets.iter().zip(&prices) {
            if let Some(price) = price {
                publish(&self.cluster, asset, *price, found.now).await?;
            }
        }
        self.arbitrage(&prices).await?;
        if found.control.revision > found.obeyed {
            self.settle().await;
            // Swaps that were under way before have landed; a second look trades what they left.
            self.arbitrage(&prices).await?;
            self.settle().await;
            Control::write(&self.cluster, &Control::obeyed_address(), &found.control.revision).await?;
        }
        Ok(())
    }

    async fn look(&self) -> Result<Found> {
        let mut addresses = vec![decode::CLOCK, Control::address(), Control::obeyed_address()];
        addresses.extend(self.market.assets.iter().map(|asset| asset.price_account));
        let mut accounts = self.cluster.accounts(&addresses).await?;
        let prices = accounts.split_off(3);
        let clock = accounts[0].as_ref().and_then(|clock| decode::unix_time(&clock.data));
        Ok(Found {
            now: clock.context("the cluster has no clock")?,
            control: Control::read(accounts[1].as_ref())?,
            obeyed: Control::read(accounts[2].as_ref())?,
            accounts: prices,
        })
    }

    /// What to publish for each asset; `None` for nothing.
    fn prices(&self, found: &Found) -> Vec<Option<Price>> {
        let known = self.history.at(found.now);
        let of = |((asset, known), account): ((&Asset, Price), &Option<Account>)| match found.control.prices.get(asset.symbol) {
            Some(Feed::Silent) => None,
            Some(Feed::Fixed { usd }) => Some(Price { usd: *usd, conf_usd: usd * FIXED_CONF }),
            None if found.control.is_paused || !self.follows => Some(published(account.as_ref()).unwrap_or(known)),
            None => Some(known),
        };
        self.market.assets.iter().zip(known).zip(&found.accounts).map(of).collect()
    }

    /// Sends a swap to every pool that is away from the prices, and does not wait for it.
    async fn arbitrage(&mut self, prices: &[Option<Price>]) -> Result<()> {
        self.swaps.retain(|_, swap| !swap.is_finished());
        let reserves = market::reserves(&self.cluster, &self.market.pools).await?;
        for (index, (pool, reserves)) in self.market.pools.iter().zip(reserves).enumerate() {
            let [Some(first), Some(second)] = pool.assets.map(|asset| prices[asset]) else { continue };
            let is_open = reserves.iter().all(|reserve| *reserve > 0);
            if !is_open || self.swaps.contains_key(&index) {
                continue;
            }
            if let Some(instructions) = self.market.arbitrage(pool, reserves, [first, second])? {
                let sender = self.sender.clone();
                self.swaps.insert(index, tokio::spawn(async move { swap(&sender, &instructions).await }));
            }
        }
        Ok(())
    }

    /// Waits until every swap has landed.
    async fn settle(&mut self) {
        while let Some((_, swap)) = self.swaps.pop_first() {
            // A swap that failed has said so, and the next round makes another.
            let _ = swap.await;
        }
    }
}

async fn swap(sender: &Sender, instructions: &[ballast_client::Instruction]) {
    if let Err(error) = sender.send(instructions, &[], &[]).await {
        tracing::warn!("a pool was not traded after the prices: {error}");
    }
}

/// Writes a price as of `now` to its account.
pub async fn publish(cluster: &Cluster, asset: &Asset, price: Price, now: i64) -> Result<()> {
    let PublishedPrice { price, conf, exponent, publish_time } = asset.token.publish(price, now);
    let update = pyth::pull_update(asset.feed_id, &Quote { price, conf, exponent, publish_time });
    let data = pyth::pull_data(&update);
    cheat::set_account(cluster, &asset.price_account, &PULL_PROGRAM, market::rent(data.len()), &data).await
}

/// The price that an account carries.
fn published(account: Option<&Account>) -> Option<Price> {
    let message = PriceUpdateV2::try_deserialize(&mut account?.data.as_slice()).ok()?.price_message;
    let usd = |mantissa: f64| mantissa * 10f64.powi(message.exponent);
    Some(Price { usd: usd(message.price as f64), conf_usd: usd(message.conf as f64) })
}
