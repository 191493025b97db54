//! Moving clock and prices of a running local cluster, from any process.
//!
//! The process that runs the cluster publishes the prices. What others want of it they note in an account of the cluster itself; it
//! obeys with the next round, and says so in another account.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use ballast_client::rpc::{Cluster, CommitmentConfig};
use ballast_client::{Account, Pubkey};
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

use crate::manifest::Manifest;
use crate::{cheat, keys, market};

/// Rounds take less than a second; a cluster that is short of processors takes longer.
const PATIENCE: Duration = Duration::from_secs(20);
const POLL: Duration = Duration::from_millis(20);
/// A jump ends at least so many blocks ahead: two may pass while it is asked for, and the clock never goes back.
const LEAST_BLOCKS: u64 = 3;

/// What is wanted of the prices.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Control {
    /// Counts the changes.
    pub revision: u64,
    /// Whether prices stay where they are, instead of following the data. They are published all the same.
    pub is_paused: bool,
    /// By symbol: what its price is instead.
    pub prices: BTreeMap<String, Feed>,
}

/// A price that does not follow the data.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Feed {
    /// It is this.
    Fixed {
        /// US dollars for one token.
        usd: f64,
    },
    /// It is not published: the last one grows old.
    Silent,
}

impl Control {
    /// Where it is noted.
    pub fn address() -> Pubkey {
        keys::address("control")
    }

    /// Where the revision is noted that the prices obey.
    pub fn obeyed_address() -> Pubkey {
        keys::address("control obeyed")
    }

    /// Reads either account; its default where there is none yet.
    pub(crate) fn read<T: Default + for<'a> Deserialize<'a>>(account: Option<&Account>) -> Result<T> {
        let Some(account) = account else { return Ok(T::default()) };
        serde_json::from_slice(&account.data).context("the cluster's notes on its prices cannot be read")
    }

    /// Writes either account.
    pub(crate) async fn write(cluster: &Cluster, address: &Pubkey, note: &impl Serialize) -> Result<()> {
        let data = serde_json::to_vec(note)?;
        let owner = Pubkey::default();
        cheat::set_account(cluster, address, &owner, market::rent(data.len()), &data).await
    }
}

/// Moves the cluster's clock forward by `secs`, by three blocks' time at least, and waits until prices are published there. What was
/// signed before remains valid: a jump takes one block.
///
/// # Errors
/// Where the cluster does not answer.
pub async fn travel(manifest: &Manifest, secs: u32) -> Result<()> {
    let cluster = cluster(manifest);
    let least_secs = (LEAST_BLOCKS * manifest.clock_step_ms).div_ceil(1_000);
    let passed = i64::from(secs).max(i64::try_from(least_secs)?);
    cheat::travel_to(&cluster, cluster.now().await? + passed).await?;
    update(manifest, |_| {}).await
}

/// Fixes the price of a token until [`follow`], and waits until it is published and the pools have followed.
///
/// # Errors
/// Where the cluster has no such token, the price is not above zero, or the cluster does not answer.
pub async fn set_price(manifest: &Manifest, symbol: &str, usd: f64) -> Result<()> {
    ensure!(usd.is_finite() && usd > 0.0, "{usd} is not a price: give US dollars above zero for one {symbol}");
    set_feed(manifest, symbol, Feed::Fixed { usd }).await
}

/// Stops publishing the price of a token until [`set_price`] or [`follow`].
///
/// # Errors
/// Where the cluster has no such token, or does not answer.
pub async fn silence(manifest: &Manifest, symbol: &str) -> Result<()> {
    set_feed(manifest, symbol, Feed::Silent).await
}

/// Lets the price of a token follow the data again.
///
/// # Errors
/// Where the cluster has no such token, or does not answer.
pub async fn follow(manifest: &Manifest, symbol: &str) -> Result<()> {
    manifest.asset(symbol)?;
    let free = |control: &mut Control| {
        control.prices.remove(symbol);
    };
    update(manifest, free).await
}

/// Keeps all prices where they are, or lets them follow the data again. The clock runs on.
///
/// # Errors
/// Where the cluster does not answer.
pub async fn pause(manifest: &Manifest, is_paused: bool) -> Result<()> {
    update(manifest, |control| control.is_paused = is_paused).await
}

async fn set_feed(manifest: &Manifest, symbol: &str, feed: Feed) -> Result<()> {
    manifest.asset(symbol)?;
    let fix = |control: &mut Control| {
        control.prices.insert(symbol.to_owned(), feed);
    };
    update(manifest, fix).await
}

/// Notes a change, and waits until prices and pools obey it.
async fn update(manifest: &Manifest, change: impl FnOnce(&mut Control)) -> Result<()> {
    let cluster = cluster(manifest);
    let (address, obeyed) = (Control::address(), Control::obeyed_address());
    let mut control: Control = Control::read(cluster.account(&address).await?.as_ref())?;
    change(&mut control);
    control.revision += 1;
    Control::write(&cluster, &address, &control).await?;
    let begun = Instant::now();
    while Control::read::<u64>(cluster.account(&obeyed).await?.as_ref())? < control.revision {
        ensure!(begun.elapsed() < PATIENCE, "nobody publishes prices on {}: start the cluster anew", manifest.rpc_url);
        sleep(POLL).await;
    }
    Ok(())
}

fn cluster(manifest: &Manifest) -> Cluster {
    Cluster::new(&manifest.rpc_url, CommitmentConfig::confirmed())
}
