//! The keeper's loop: look, decide, pack, send, and settle what came of it.

use std::collections::{BTreeSet, HashMap};
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use ballast_client::pyth::FeedId;
use ballast_client::rpc::Sender;
use ballast_client::{AddressLookupTableAccount, Pubkey, fee, pyth};
use tokio::sync::{mpsc, watch};
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{sleep_until, timeout};

use crate::budget::Budget;
use crate::deliver::{Delivery, Ending, Rules, deliver};
use crate::follow::Update;
use crate::ledger::{Delays, End, Ledger};
use crate::look::{Look, Looker, set};
use crate::metrics::Metrics;
use crate::pack::{Batch, Packer};
use crate::plan::{Kind, Plan, Settings, Snapshot, Work};
use crate::world::{World, offer_address};

/// Time between two rounds while nothing changes: the clock moves on.
const IDLE_ROUND: Duration = Duration::from_secs(1);
/// Longest wait, at the end, for transactions in flight.
const FAREWELL: Duration = Duration::from_secs(30);
/// Most rounds of a single look: what does not fit into one transaction takes several.
const MOST_ROUNDS_AT_ONCE: usize = 8;
/// Transactions that posting takes besides one for each price, at most.
const POSTING_STEPS: u64 = 4;
/// Rent of the accounts that posting creates and closes again: a signed message of about two kilobytes, and sixteen prices.
const POSTING_RENT_LAMPORTS: u64 = 50_000_000;
/// Age of a published price, in seconds, from which on another one is fetched: sponsors post at least every minute or so.
const LATE_SECS: i64 = 45;
/// Longest that a single look waits for prices to be offered.
const OFFER_TIMEOUT: Duration = Duration::from_secs(15);
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

/// How a keeper works.
pub struct Options {
    /// What it looks after.
    pub settings: Settings,
    /// How it delivers.
    pub rules: Rules,
    /// How long it waits for what.
    pub delays: Delays,
    /// Least time between two rounds.
    pub round_every: Duration,
    /// Most vaults in one transaction.
    pub max_vaults: usize,
    /// Most transactions in flight.
    pub max_in_flight: usize,
    /// Most that one transaction costs, in lamports.
    pub most_fee_lamports: u64,
    /// What must stay in the wallet, in lamports.
    pub min_balance_lamports: u64,
    /// Lookup tables that shorten transactions.
    pub tables: Vec<AddressLookupTableAccount>,
}

/// The keeper.
pub struct Keeper {
    options: Options,
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
    /// The feeds to fetch from Hermes, where there is one.
    late_feeds: Option<watch::Sender<BTreeSet<FeedId>>>,
    /// Prices that could be posted.
    offer: Option<Arc<pyth::Update>>,
    summary: Summary,
}

impl Keeper {
    /// Knows nothing yet of the `world` to look after.
    pub fn new(options: Options, world: World, sender: Sender, looker: Looker, metrics: Metrics) -> Self {
        Keeper {
            ledger: Ledger::new(options.delays, fastrand::Rng::new()),
            budget: Budget::new(options.min_balance_lamports),
            options,
            sender,
            looker,
            world,
            metrics,
            pending: BTreeSet::new(),
            next_looks: HashMap::new(),
            flights: JoinSet::new(),
            aloft: HashMap::new(),
            failed_looks: 0,
            late_feeds: None,
            offer: None,
            summary: Summary::default(),
        }
    }

    /// Tells `late_feeds` the feeds whose prices are to be offered, since those on the cluster are too old.
    pub fn with_offers(self, late_feeds: watch::Sender<BTreeSet<FeedId>>) -> Self {
        Keeper { late_feeds: Some(late_feeds), ..self }
    }

    /// Does what is due, until nothing more is.
    ///
    /// # Errors
    /// Where the cluster cannot be looked at, or lacks a vault to look after.
    pub async fn run_once(mut self, mut updates: mpsc::Receiver<Update>) -> Result<Summary> {
        let mut may_wait = true;
        for _ in 0..MOST_ROUNDS_AT_ONCE {
            self.looker.invalidate();
            self.look().await?;
            if let Some(vault) = self.world.missing().next() {
                bail!("there is no vault {vault} on the cluster; check --vault and --url");
            }
            let done_before = self.summary.done;
            while let Some(landed) = self.flights.join_next_with_id().await {
                self.land(landed);
            }
            let is_offer_wanted = self.late_feeds.as_ref().is_some_and(|feeds| !feeds.borrow().is_empty());
            if is_offer_wanted && std::mem::take(&mut may_wait) {
                if let Ok(Some(update)) = timeout(OFFER_TIMEOUT, updates.recv()).await {
                    self.apply(update);
                }
            } else if self.summary.done == done_before {
                break;
            }
        }
        Ok(self.summary)
    }

    /// Looks and cranks until told to stop.
    pub async fn run(mut self, mut updates: mpsc::Receiver<Update>, stop: impl Future<Output = ()>) -> Summary {
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
                        next_round = next_round.min(began + self.options.round_every);
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
            Update::Offer(update) => {
                let prices = update.prices.iter();
                self.world.offer(prices.map(|price| (offer_address(&price.message.feed_id), price.as_posted())).collect());
                self.offer = Some(update);
            }
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
                if self.pending.is_empty() { IDLE_ROUND.max(self.options.round_every) } else { self.options.round_every }
            }
            Err(error) => {
                let wait = IDLE_ROUND
                    .saturating_mul(1 << self.failed_looks.min(16))
                    .min(self.options.delays.max_backoff)
                    .max(self.options.round_every);
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
        if let Some(late_feeds) = &self.late_feeds {
            set(late_feeds, self.world.late_feeds(look.now, LATE_SECS));
        }
        let vaults = self.world.vaults();
        self.ledger.retain(|vault| vaults.contains_key(vault));
        self.next_looks.retain(|vault, _| vaults.contains_key(vault));
        let by_time = vaults.keys().filter(|vault| self.next_looks.get(*vault).is_none_or(|at| *at <= look.now));
        self.pending.extend(by_time);
        self.pending.extend(self.world.take_changed());
        let works = self.decide(look);
        self.send(works);
        Ok(())
    }

    /// What is due now, of the vaults that are worth a look. Those that have to wait for something stay pending.
    fn decide(&mut self, look: Look) -> Vec<Work> {
        let Look { now, wallet_lamports: keeper_lamports, rent_lamports } = look;
        let began = Instant::now();
        let mut works = vec![];
        for vault in std::mem::take(&mut self.pending) {
            let Some(watched) = self.world.vaults().get(&vault) else { continue };
            if !self.ledger.is_free(&vault, began) {
                self.pending.insert(vault);
                continue;
            }
            let snapshot = Snapshot { address: vault, watched, world: &self.world, keeper_lamports, rent_lamports, now };
            let decision_began = Instant::now();
            let plan = Plan::of(&snapshot, &self.options.settings);
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
        let apart: Vec<Pubkey> = works.iter().map(|work| work.vault).filter(|vault| self.ledger.has_failed(vault)).collect();
        let Options { settings: Settings { keeper, .. }, ref tables, max_vaults, .. } = self.options;
        let packer = Packer { keeper, tables, max_vaults, apart: &apart };
        let packed = packer.pack(works);
        for vault in packed.too_large {
            tracing::warn!(%vault, "what is due for the vault does not fit into a transaction; pass its --lookup-table");
            self.ledger.settle(vault, End::Failed, Instant::now());
        }
        let mut is_wallet_low = false;
        for batch in packed.batches {
            if self.flights.len() >= self.options.max_in_flight {
                break;
            }
            let reserved_lamports = self.most_lamports(&batch);
            if !self.options.rules.is_dry_run && !self.budget.reserve(reserved_lamports) {
                // Others may cost less, since posting prices sets rent aside; and what is in flight ends.
                is_wallet_low |= self.budget.is_low(reserved_lamports);
                continue;
            }
            self.launch(batch, reserved_lamports);
        }
        self.note_wallet(is_wallet_low);
    }

    /// Most that a batch may take from the wallet, the rent that comes back included.
    fn most_lamports(&self, batch: &Batch) -> u64 {
        match batch.feeds().len() as u64 {
            _ if self.options.rules.is_dry_run => 0,
            0 => self.options.most_fee_lamports,
            feeds => {
                (feeds + POSTING_STEPS) * (self.options.most_fee_lamports + fee::LAMPORTS_PER_SIGNATURE) + POSTING_RENT_LAMPORTS
            }
        }
    }

    fn launch(&mut self, batch: Batch, reserved_lamports: u64) {
        let (vaults, written) = (batch.vaults(), batch.writes());
        self.ledger.start(&vaults, &written);
        self.pending.retain(|vault| !vaults.contains(vault));
        let (sender, offer, rules) = (self.sender.clone(), self.offer.clone(), self.options.rules);
        let task = self.flights.spawn(async move { deliver(&sender, batch, offer.as_deref(), rules).await });
        self.aloft.insert(task.id(), Flight { vaults, written, reserved_lamports, began: Instant::now() });
    }

    /// Says once that the wallet is low, and once that it no longer is.
    fn note_wallet(&mut self, is_low: bool) {
        self.summary.is_wallet_low |= is_low;
        let was_low = self.metrics.wallet_low.set(i64::from(is_low)) == 1;
        let (wallet, lamports) = (self.options.settings.keeper, self.budget.balance_lamports());
        match (was_low, is_low) {
            (false, true) => {
                tracing::error!(%wallet, lamports, "the wallet is low, and not all that is due is sent; send SOL to it")
            }
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
            // Whoever makes that happen again and again must not make the keeper pay for it each time.
            Ending::Late(reason) => {
                tracing::info!(%vault, ?kind, reason, "not due any more when it landed");
                End::Failed
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
