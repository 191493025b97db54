//! From options to a running keeper.

use std::collections::BTreeSet;
use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use ballast_client::pyth::Hermes;
use ballast_client::rpc::{ClientError, Cluster, CommitmentConfig, FeePolicy, Keypair, Sender};
use ballast_client::{AddressLookupTableAccount, Pubkey, fee};
use solana_keypair::read_keypair_file;
use solana_rpc_client::nonblocking::rpc_client::RpcClient;
use solana_signer::Signer;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use crate::config::{Commitment, Config};
use crate::deliver::Rules;
use crate::follow::Follower;
use crate::hermes::Fetcher;
use crate::keeper::{Keeper, Options, Summary};
use crate::ledger::Delays;
use crate::look::Looker;
use crate::metrics::Metrics;
use crate::plan::Settings;
use crate::server;
use crate::world::World;

/// Longest that a request may take.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
/// Updates that wait to be taken over; then the connection is left unread.
const WAITING_UPDATES: usize = 4_096;

/// Runs the keeper until `stop`, or once if the options say so.
///
/// # Errors
/// Where it cannot start: a keypair, a lookup table, the address of the metrics; or where a single look fails. Nothing else ends it.
pub async fn run(config: &Config, metrics: Metrics, stop: impl Future<Output = ()>) -> Result<Summary> {
    let wallet = Arc::new(read_wallet(config.keypair.as_deref())?);
    let commitment = commitment(config.commitment);
    let rpc = RpcClient::new_with_timeout_and_commitment(config.url.clone(), REQUEST_TIMEOUT, commitment);
    let cluster = Cluster::with_client(rpc);
    let options = options(config, &cluster, &wallet).await?;
    if let Some(address) = config.listen {
        let address = server::serve(address, metrics.clone(), config.health_secs).await?;
        tracing::info!(%address, "metrics and health are served");
    }
    tracing::info!(wallet = %wallet.pubkey(), url = config.url, dry_run = config.dry_run, "keeper starts");
    if config.vault.is_empty() && !config.profitable {
        tracing::warn!(
            "this wallet pays for the cranks of every vault on the cluster, whoever made it; choose some by --vault, or use --profitable"
        );
    }
    let (wanted, wanted_by_follower) = watch::channel(BTreeSet::new());
    let (poll_every, resync_every) = (Duration::from_secs(config.poll_secs), Duration::from_secs(config.resync_secs));
    let looker = Looker::new(cluster.clone(), wallet.pubkey(), wanted, poll_every, resync_every);
    let world = World::new(config.price_shard, config.vault.iter().copied());
    let backoff = (options.delays.backoff, options.delays.max_backoff);
    let mut keeper = Keeper::new(options, world, Sender::new(cluster, wallet, fees(config)), looker, metrics);
    let (sender, updates) = mpsc::channel(WAITING_UPDATES);
    // Whatever runs beside the keeper ends with it.
    let mut beside = JoinSet::new();
    if let Some(url) = &config.hermes_url {
        let (late_feeds, wanted) = watch::channel(BTreeSet::new());
        keeper = keeper.with_offers(late_feeds);
        let (period, max_backoff) = (Duration::from_secs(config.hermes_poll_secs), backoff.1);
        let hermes = Hermes::new(url).context("--hermes-url")?;
        beside.spawn(Fetcher { hermes, wanted, updates: sender.clone(), period, max_backoff }.run());
    }
    if config.once {
        return keeper.run_once(updates).await;
    }
    let follower = Follower {
        url: config.ws_url(),
        commitment,
        wanted: wanted_by_follower,
        updates: sender,
        backoff,
        random: fastrand::Rng::new(),
    };
    beside.spawn(follower.run());
    Ok(keeper.run(updates, stop).await)
}

async fn options(config: &Config, cluster: &Cluster, wallet: &Keypair) -> Result<Options> {
    let mut tables = vec![];
    for address in &config.lookup_table {
        tables.push(lookup_table(config, cluster, address).await.context("--lookup-table")?);
    }
    // A single look waits for nobody.
    let waits = |millis| Duration::from_millis(if config.once { 0 } else { millis });
    Ok(Options {
        settings: Settings {
            keeper: wallet.pubkey(),
            refresh_every_secs: config.refresh_secs,
            collect_fees_bps: config.collect_fees_bps,
            is_paid_only: config.profitable,
        },
        rules: Rules { is_paid_only: config.profitable, is_dry_run: config.dry_run },
        delays: Delays {
            jitter: waits(config.jitter_millis),
            pause: waits(config.backoff_millis),
            backoff: Duration::from_millis(config.backoff_millis),
            max_backoff: Duration::from_secs(config.max_backoff_secs),
        },
        round_every: Duration::from_millis(config.round_millis),
        max_vaults: config.max_vaults,
        max_in_flight: config.max_in_flight,
        most_fee_lamports: fee::LAMPORTS_PER_SIGNATURE.saturating_add(config.max_priority_lamports),
        min_balance_lamports: config.min_balance_lamports,
        tables,
    })
}

/// A lookup table. A node that is not there yet is waited for, unless the keeper is only to look once.
async fn lookup_table(config: &Config, cluster: &Cluster, address: &Pubkey) -> Result<AddressLookupTableAccount, ClientError> {
    loop {
        match cluster.lookup_table(address).await {
            Err(error) if error.is_transient() && !config.once => {
                tracing::warn!(%error, "a lookup table cannot be read; trying again")
            }
            result => return result,
        }
        tokio::time::sleep(Duration::from_millis(config.backoff_millis)).await;
    }
}

fn fees(config: &Config) -> FeePolicy {
    FeePolicy {
        percentile: config.fee_percentile,
        max_lamports: config.max_priority_lamports,
        unit_margin_percent: config.unit_margin_percent,
    }
}

fn commitment(commitment: Commitment) -> CommitmentConfig {
    match commitment {
        Commitment::Processed => CommitmentConfig::processed(),
        Commitment::Confirmed => CommitmentConfig::confirmed(),
        Commitment::Finalized => CommitmentConfig::finalized(),
    }
}

fn read_wallet(file: Option<&Path>) -> Result<Keypair> {
    let file = file.context("no wallet to pay from; pass --keypair FILE, such as one that solana-keygen has written")?;
    read_keypair_file(file).map_err(|error| {
        anyhow!(
            "cannot read the keypair {}: {error}; give one to --keypair, or make one with `solana-keygen new`",
            file.display()
        )
    })
}
