//! The keeper's loop: look, decide, pack, send, and settle what came of it.

use std::collections::{BTreeSet, HashMap};
use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use ballast_client::rpc::{Cluster, CommitmentConfig, FeePolicy, Keypair, Sender};
use ballast_client::{AddressLookupTableAccount, Pubkey, fee};
use solana_keypair::read_keypair_file;
use solana_rpc_client::nonblocking::rpc_client::RpcClient;
use solana_signer::Signer;
use tokio::sync::{mpsc, watch};
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{sleep_until, timeout};

use crate::budget::Budget;
use crate::config::{Commitment, Config};
use crate::deliver::{Delivery, Ending, Rules, deliver};
use crate::follow::{Follower, Update};
use crate::ledger::{Delays, End, Ledger};
use crate::look::Looker;
use crate::metrics::Metrics;
use crate::pack::{Batch, Packer};
use crate::plan::{Kind, Plan, Settings, Snapshot, Work};
use crate::server;
use crate::world::World;

/// Time between two rounds while nothing changes: the clock moves on.
const IDLE_ROUND: Duration = Duration::from_secs(1);
/// Longest that a request may take.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest wait, at the end, for transactions in flight.
const FAREWELL: Duration = Duration::from_secs(30);
/// Most rounds of a single look: what does not fit into one transaction takes several.
const MOST_ROUNDS_AT_ONCE: usize = 8;
/// Updates taken over at once.
const UPDATES_AT_ONCE: usize = 1_024;

/// What a run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Cranks that are confirmed.
    pub done: u64,
    /// Cranks that would have been sent, in a dry run.
    pub dry_run: u64,
    /// Cranks that failed.
    pub failed: u64,
    /// Whether something was due that the wallet could not pay for.
    pub is_wallet_low: bool,
}

/// A transaction on its way.
struct Flight {
    vaults: Vec<Pubkey>,
    written: Vec<Pubkey>,
    reserved_lamports: u64,
    began: Instant,
}

/// The keeper.
pub struct Keeper {
    settings: Settings,
    rules: Rules,
    max_vaults: usize,
    max_in_flight: usize,
    most_fee_lamports: u64,
    round_every: Duration,
    max_backoff: Duration,
    tables: Vec<AddressLookupTableAccount>,
    sender: Sender,
    looker: Looker,
    world: World,
    ledger: Ledger,
    budget: Budget,
    metrics: Metrics,
    /// Vaults to look at.
    pending: BTreeSet<Pubkey>,
    /// When to look at a vault though nothing changes: unix time of the cluster's clock.
    next_looks: HashMap<Pubkey, i64>,
    flights: JoinSet<Delivery>,
    aloft: HashMap<Id, Flight>,
    failed_looks: u32,
    summary: Summary,
}

/// Runs the keeper until `stop`, or once if the options say so.
///
/// # Errors
/// Where it cannot start: a keypair, a lookup table, the address of the metrics. Afterwards nothing ends it.
pub async fn run(config: &Config, metrics: Metrics, stop: impl Future<Output = ()>) -> Result<Summary> {
    let commitment = commitment(config.commitment);
    let rpc = RpcClient::new_with_timeout_and_commitment(config.url.clone(), REQUEST_TIMEOUT, commitment);
    let cluster = Cluster::with_client(rpc);
    let (wanted, wanted_by_follower) = watch::channel(BTreeSet::new());
    let keeper = Keeper::new(config, cluster, wanted, metrics.clone()).await?;
    let server = match config.listen {
        Some(address) => Some(server::serve(address, metrics, config.health_secs).await?),
        None => None,
    };
    if config.once {
        return keeper.run_once().await;
    }
    let (sender, updates) = mpsc::channel(UPDATES_AT_ONCE);
    let follower = Follower {
        url: config.ws_url(),
        commitment,
        wanted: wanted_by_follower,
        updates: sender,
        backoff: (Duration::from_millis(config.backoff_millis), keeper.max_backoff),
        random: fastrand::Rng::new(),
    };
    let follower = tokio::spawn(follower.run());
    let summary = keeper.run(updates, stop).await;
    follower.abort();
    if let Some((_, server)) = server {
        server.abort();
    }
    Ok(summary)
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
    read_keypair_file(file).map_err(|error| anyhow!("cannot read the keypair file {}: {error}", file.display()))
}

impl Keeper {
    async fn new(
        config: &Config,
        cluster: Cluster,
        wanted: watch::Sender<BTreeSet<Pubkey>>,
        metrics: Metrics,
    ) -> Result<Self> {
        let wallet = Arc::new(read_wallet(config.keypair.as_deref())?);
        let keeper = wallet.pubkey();
        let mut tables = vec![];
        for address in &config.lookup_table {
            tables.push(cluster.lookup_table(address).await.with_context(|| format!("the lookup table {address}"))?);
        }
        let rent_lamports = cluster.rpc().get_minimum_balance_for_rent_exemption(0).await;
        let rent_lamports = rent_lamports.with_context(|| format!("the cluster at {} does not answer; check --url", config.url))?;
        tracing::info!(wallet = %keeper, url = config.url, dry_run = config.dry_run, "keeper starts");
        let fees = FeePolicy {
            percentile: config.fee_percentile,
            max_lamports: config.max_priority_lamports,
            unit_margin_percent: config.unit_margin_percent,
        };
        let max_backoff = Duration::from_secs(config.max_backoff_secs);
        // A single look waits for nobody.
        let waits = |millis| Duration::from_millis(if config.once { 0 } else { millis });
        let delays = Delays {
            jitter: waits(config.jitter_millis),
            pause: waits(config.backoff_millis),
            backoff: Duration::from_millis(config.backoff_millis),
            max_backoff,
        };
        let (poll_every, resync_every) = (Duration::from_secs(config.poll_secs), Duration::from_secs(config.resync_secs));
        Ok(Keeper {
            settings: Settings {
                keeper,
                refresh_every_secs: config.refresh_secs,
                collect_fees_bps: config.collect_fees_bps,
                is_paid_only: config.profitable,
                rent_lamports,
            },
            rules: Rules { is_paid_only: config.profitable, is_dry_run: config.dry_run },
            max_vaults: config.max_vaults,
            max_in_flight: config.max_in_flight,
            most_fee_lamports: fee::LAMPORTS_PER_SIGNATURE.saturating_add(config.max_priority_lamports),
            round_every: Duration::from_millis(config.round_millis),
            max_backoff,
            tables,
            sender: Sender::new(cluster.clone(), wallet, fees),
            looker: Looker::new(cluster, keeper, wanted, poll_every, resync_every),
            world: World::new(config.price_shard, config.vault.iter().copied()),
            ledger: Ledger::new(delays, fastrand::Rng::new()),
            budget: Budget::new(config.min_balance_lamports),
            metrics,
            pending: BTreeSet::new(),
            next_looks: HashMap::new(),
            flights: JoinSet::new(),
            aloft: HashMap::new(),
            failed_looks: 0,
            summary: Summary::default(),
        })
    }

    /// Does what is due, until nothing more is.
    async fn run_once(mut self) -> Result<Summary> {
        for _ in 0..MOST_ROUNDS_AT_ONCE {
            self.looker.invalidate();
            self.look().await?;
            let done_before = self.summary.done;
            while let Some(landed) = self.flights.join_next_with_id().await {
                self.land(landed);
            }
            if self.summary.done == done_before {
                break;
            }
        }
        Ok(self.summary)
    }

    /// Looks and cranks until told to stop.
    async fn run(mut self, mut updates: mpsc::Receiver<Update>, stop: impl Future<Output = ()>) -> Summary {
        tokio::pin!(stop);
        let mut began = Instant::now();
        let mut next_round = began;
        let mut received = Vec::with_capacity(UPDATES_AT_ONCE);
        loop {
            tokio::select! {
                () = &mut stop => break,
                count = updates.recv_many(&mut received, UPDATES_AT_ONCE), if !updates.is_closed() => {
                    received.drain(..count).for_each(|update| self.apply(update));
                    if self.world.is_changed() && self.failed_looks == 0 {
                        next_round = next_round.min(began + self.round_every);
                    }
                }
                Some(landed) = self.flights.join_next_with_id() => self.land(landed),
                () = sleep_until(next_round.into()) => {
                    began = Instant::now();
                    next_round = began + self.round().await;
                }
            }
        }
        tracing::info!(in_flight = self.flights.len(), "keeper stops");
        let farewell = async {
            while let Some(landed) = self.flights.join_next_with_id().await {
                self.land(landed);
            }
        };
        if timeout(FAREWELL, farewell).await.is_err() {
            tracing::warn!(in_flight = self.flights.len(), "keeper stops before the fate of its transactions is known");
        }
        self.summary
    }

    /// Takes over what following told.
    fn apply(&mut self, update: Update) {
        match update {
            Update::Own(address, account, at) => self.world.set_own(address, &account, at),
            Update::Account(address, account, at) => self.world.set_account(address, Some(account), at),
            Update::Following => {
                self.metrics.connections.inc();
                self.metrics.following.set(1);
                self.looker.set_following(true);
            }
            Update::Lost => {
                self.metrics.following.set(0);
                self.looker.set_following(false);
            }
        }
    }

    /// One round; tells how long to wait from its beginning to the next one's.
    async fn round(&mut self) -> Duration {
        let began = Instant::now();
        match self.look().await {
            Ok(()) => {
                self.failed_looks = 0;
                self.metrics.round_seconds.observe(began.elapsed().as_secs_f64());
                if self.pending.is_empty() { IDLE_ROUND.max(self.round_every) } else { self.round_every }
            }
            Err(error) => {
                let wait = IDLE_ROUND.saturating_mul(1 << self.failed_looks.min(16)).min(self.max_backoff).max(self.round_every);
                self.failed_looks = self.failed_looks.saturating_add(1);
                self.metrics.failed_looks.inc();
                tracing::warn!(error = format!("{error:#}"), ?wait, "the cluster cannot be looked at; trying again");
                wait
            }
        }
    }

    /// Looks at the cluster, decides, and sends what is due.
    async fn look(&mut self) -> Result<()> {
        let look = self.looker.look(&mut self.world).await?;
        self.budget.set_balance(look.wallet_lamports);
        self.metrics.note_look();
        self.metrics.cluster_time.set(look.now);
        self.metrics.wallet_lamports.set(look.wallet_lamports as i64);
        self.metrics.vaults.set(self.world.vaults().len() as i64);
        let vaults = self.world.vaults();
        self.ledger.retain(|vault| vaults.contains_key(vault));
        self.next_looks.retain(|vault, _| vaults.contains_key(vault));
        let by_time = vaults.keys().filter(|vault| self.next_looks.get(*vault).is_none_or(|at| *at <= look.now));
        self.pending.extend(by_time);
        self.pending.extend(self.world.take_changed());
        let works = self.decide(look.now, look.wallet_lamports);
        self.send(works);
        Ok(())
    }

    /// What is due now, of the vaults that are worth a look. Those that have to wait for something stay pending.
    fn decide(&mut self, now: i64, keeper_lamports: u64) -> Vec<Work> {
        let began = Instant::now();
        let mut works = vec![];
        for vault in std::mem::take(&mut self.pending) {
            let Some(watched) = self.world.vaults().get(&vault) else { continue };
            if !self.ledger.is_free(&vault, began) {
                self.pending.insert(vault);
                continue;
            }
            let snapshot = Snapshot { address: vault, watched, world: &self.world, keeper_lamports, now };
            let decision_began = Instant::now();
            let plan = Plan::of(&snapshot, &self.settings);
            self.metrics.decision_seconds.observe(decision_began.elapsed().as_secs_f64());
            self.metrics.count_finding(&plan.finding);
            tracing::debug!(%vault, finding = ?plan.finding, next_at = plan.next_at, "looked");
            self.next_looks.insert(vault, plan.next_at);
            let Some(work) = plan.work else {
                self.ledger.rest(&vault);
                continue;
            };
            if self.ledger.has_waited(vault, began) {
                works.push(work);
            } else {
                self.pending.insert(vault);
            }
        }
        works
    }

    /// Packs and sends; what has to wait for something stays pending.
    fn send(&mut self, mut works: Vec<Work>) {
        self.pending.extend(works.iter().map(|work| work.vault));
        works.retain(|work| !self.ledger.is_written(work.writes()));
        works.sort_by_key(|work| std::cmp::Reverse((work.kind, work.reward_lamports)));
        let packer = Packer { keeper: self.settings.keeper, tables: &self.tables, max_vaults: self.max_vaults };
        let packed = packer.pack(works);
        for vault in packed.too_large {
            tracing::warn!(%vault, "what is due for the vault does not fit into a transaction; pass its --lookup-table");
            self.ledger.settle(vault, End::Failed, Instant::now());
        }
        let mut is_wallet_low = false;
        for batch in packed.batches {
            if self.flights.len() >= self.max_in_flight {
                break;
            }
            is_wallet_low = !self.rules.is_dry_run && !self.budget.reserve(self.most_fee_lamports);
            if is_wallet_low {
                break;
            }
            self.launch(batch);
        }
        self.note_wallet(is_wallet_low);
    }

    fn launch(&mut self, batch: Batch) {
        let reserved_lamports = if self.rules.is_dry_run { 0 } else { self.most_fee_lamports };
        let (vaults, written) = (batch.vaults(), batch.writes());
        self.ledger.start(&vaults, &written);
        self.pending.retain(|vault| !vaults.contains(vault));
        let (sender, rules) = (self.sender.clone(), self.rules);
        let task = self.flights.spawn(async move { deliver(&sender, batch, rules).await });
        self.aloft.insert(task.id(), Flight { vaults, written, reserved_lamports, began: Instant::now() });
    }

    /// Says once that the wallet is low, and once that it no longer is.
    fn note_wallet(&mut self, is_low: bool) {
        self.summary.is_wallet_low |= is_low;
        let was_low = self.metrics.wallet_low.set(i64::from(is_low)) == 1;
        let (wallet, lamports) = (self.settings.keeper, self.budget.balance_lamports());
        match (was_low, is_low) {
            (false, true) => tracing::error!(%wallet, lamports, "the wallet is low, and nothing is sent; send SOL to it"),
            (true, false) => tracing::info!(%wallet, lamports, "the wallet is no longer low"),
            _ => {}
        }
    }

    /// Takes over what became of a transaction.
    fn land(&mut self, landed: Result<(Id, Delivery), JoinError>) {
        let (id, delivery) = match landed {
            Ok((id, delivery)) => (id, Some(delivery)),
            Err(error) => {
                tracing::error!(%error, "a task of the keeper died");
                (error.id(), None)
            }
        };
        let Some(flight) = self.aloft.remove(&id) else { return };
        self.ledger.release(&flight.written);
        match delivery {
            Some(delivery) => self.settle(&flight, delivery),
            None => {
                self.budget.settle(flight.reserved_lamports, flight.reserved_lamports);
                flight.vaults.iter().for_each(|vault| self.ledger.settle(*vault, End::Unknown, Instant::now()));
            }
        }
        self.pending.extend(flight.vaults);
    }

    fn settle(&mut self, flight: &Flight, delivery: Delivery) {
        self.budget.settle(flight.reserved_lamports, delivery.fee_lamports);
        self.metrics.transactions.inc_by(u64::from(delivery.is_sent));
        self.metrics.fee_lamports.inc_by(delivery.fee_lamports);
        self.metrics.reward_lamports.inc_by(delivery.reward_lamports);
        if let Some(signature) = delivery.signature {
            let (fee_lamports, vaults) = (delivery.fee_lamports, flight.vaults.len());
            self.metrics.confirmation_seconds.observe(flight.began.elapsed().as_secs_f64());
            tracing::info!(%signature, vaults, fee_lamports, reward_lamports = delivery.reward_lamports, "confirmed");
        }
        for (vault, kind, ending) in delivery.endings {
            self.metrics.count_crank(kind, ending.label());
            let end = self.end_of(vault, kind, &ending);
            self.ledger.settle(vault, end, Instant::now());
        }
    }

    /// Tells how a crank ended, and what that means for the next one.
    fn end_of(&mut self, vault: Pubkey, kind: Kind, ending: &Ending) -> End {
        match ending {
            Ending::Done => {
                self.summary.done += 1;
                tracing::info!(%vault, ?kind, "cranked");
                End::Settled
            }
            Ending::NotDue(reason) => {
                tracing::debug!(%vault, ?kind, reason, "not due any more");
                End::Settled
            }
            // As if it had failed: it will be due again at once.
            Ending::Unprofitable => {
                tracing::debug!(%vault, ?kind, "the crank fund pays less than the fee");
                End::Failed
            }
            Ending::DryRun => {
                self.summary.dry_run += 1;
                tracing::info!(%vault, ?kind, "would be cranked");
                End::Failed
            }
            Ending::Failed(error) => {
                self.summary.failed += 1;
                tracing::warn!(%vault, ?kind, error, "crank failed");
                End::Failed
            }
            Ending::Unknown(error) => {
                self.summary.failed += 1;
                tracing::warn!(%vault, ?kind, error, "crank may have landed or not");
                End::Unknown
            }
        }
    }
}
