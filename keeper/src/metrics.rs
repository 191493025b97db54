//! What the keeper tells Prometheus.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{SystemTime, UNIX_EPOCH};

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Metric, Registry};

use crate::plan::{Finding, Kind};

/// Linux counts processor time in hundredths of a second, for user space, on every platform.
const TICKS_PER_SEC: f64 = 100.0;

/// What a look at a vault found.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct FindingLabel {
    finding: String,
}

/// What was cranked, and how that ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CrankLabel {
    kind: String,
    outcome: String,
}

/// The metrics. Clones share their values.
#[derive(Clone)]
pub struct Metrics {
    /// Vaults looked after.
    pub vaults: Gauge,
    /// Time of one look at one vault.
    pub decision_seconds: Histogram,
    /// Time of a whole look at what has changed, the cluster's clock included.
    pub round_seconds: Histogram,
    /// Time from the look at which a crank was due until its transaction was confirmed.
    pub confirmation_seconds: Histogram,
    /// Transactions sent, whatever became of them.
    pub transactions: Counter,
    /// Lamports paid in fees.
    pub fee_lamports: Counter,
    /// Lamports received from crank funds.
    pub reward_lamports: Counter,
    /// Lamports in the wallet.
    pub wallet_lamports: Gauge,
    /// 1 while nothing is sent since the wallet is low.
    pub wallet_low: Gauge,
    /// Looks at the cluster that failed.
    pub failed_looks: Counter,
    /// 1 while accounts are followed by WebSocket.
    pub following: Gauge,
    /// Times the WebSocket was connected.
    pub connections: Counter,
    /// The cluster's clock at the last look, unix time.
    pub cluster_time: Gauge,
    /// This machine's clock at the last successful look, unix time; 0 before the first.
    pub last_look_time: Gauge,
    findings: Family<FindingLabel, Counter>,
    cranks: Family<CrankLabel, Counter>,
    cpu_seconds: Gauge<f64, AtomicU64>,
    registry: Arc<Registry>,
}

impl Metrics {
    /// All zeros.
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("ballast_keeper");
        let micros = || Histogram::new(exponential_buckets(10e-6, 2.0, 16));
        let millis = || Histogram::new(exponential_buckets(1e-3, 2.0, 16));
        let r = &mut registry;
        Metrics {
            vaults: add(r, "vaults", "Vaults looked after", Gauge::default()),
            decision_seconds: add(r, "decision_seconds", "Time of one look at one vault", micros()),
            round_seconds: add(r, "round_seconds", "Time of a whole look at what has changed", millis()),
            confirmation_seconds: add(r, "confirmation_seconds", "Time from due to confirmed", millis()),
            transactions: add(r, "transactions", "Transactions sent, whatever became of them", Counter::default()),
            fee_lamports: add(r, "fee_lamports", "Lamports paid in fees", Counter::default()),
            reward_lamports: add(r, "reward_lamports", "Lamports received from crank funds", Counter::default()),
            wallet_lamports: add(r, "wallet_lamports", "Lamports in the wallet", Gauge::default()),
            wallet_low: add(r, "wallet_low", "1 while nothing is sent since the wallet is low", Gauge::default()),
            failed_looks: add(r, "failed_looks", "Looks at the cluster that failed", Counter::default()),
            following: add(r, "following", "1 while accounts are followed by WebSocket", Gauge::default()),
            connections: add(r, "connections", "Times the WebSocket was connected", Counter::default()),
            cluster_time: add(r, "cluster_time", "The cluster's clock at the last look, unix time", Gauge::default()),
            last_look_time: add(r, "last_look_time", "This machine's clock at the last successful look", Gauge::default()),
            findings: add(r, "findings", "Looks at vaults, by what they found", Family::default()),
            cranks: add(r, "cranks", "Cranks, by kind and how they ended", Family::default()),
            cpu_seconds: add(r, "cpu_seconds", "Processor time used", Gauge::default()),
            registry: Arc::new(registry),
        }
    }

    /// Counts what a look at a vault found.
    pub fn count_finding(&self, finding: &Finding) {
        let finding = match finding {
            Finding::Due(kind) => format!("{kind:?}"),
            Finding::Unpaid(kind) => format!("Unpaid{kind:?}"),
            Finding::Dormant(reason) => format!("{reason:?}"),
            Finding::NoRoute | Finding::Closing => format!("{finding:?}"),
        };
        self.findings.get_or_create(&FindingLabel { finding }).inc();
    }

    /// Counts how a crank ended.
    pub fn count_crank(&self, kind: Kind, outcome: &str) {
        self.cranks.get_or_create(&CrankLabel { kind: format!("{kind:?}"), outcome: outcome.into() }).inc();
    }

    /// Notes that the cluster was looked at successfully just now.
    pub fn note_look(&self) {
        self.last_look_time.set(unix_secs());
    }

    /// Seconds since the last successful look; `None` before the first.
    pub fn secs_since_look(&self) -> Option<i64> {
        let at = self.last_look_time.get();
        (at > 0).then(|| unix_secs().saturating_sub(at))
    }

    /// Everything in OpenMetrics' text format.
    pub fn text(&self) -> String {
        self.cpu_seconds.set(cpu_seconds().unwrap_or(0.0));
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("a text takes whatever is written to it");
        text
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

fn add<M: Metric + Clone>(registry: &mut Registry, name: &str, help: &str, metric: M) -> M {
    registry.register(name, help, metric.clone());
    metric
}

fn unix_secs() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64)
}

/// Processor time that this process has used, in user space and kernel; `None` where the system does not tell.
pub fn cpu_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The program's name, in parentheses, may contain anything; eleven fields follow before the two.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut times = fields.split_whitespace().skip(11).map_while(|field| field.parse::<f64>().ok());
    Some((times.next()? + times.next()?) / TICKS_PER_SEC)
}

#[cfg(test)]
mod tests {
    use ballast_client::core::decision::Reason;

    use super::*;

    #[test]
    fn text_tells_names_labels_and_values() {
        let metrics = Metrics::new();
        metrics.count_finding(&Finding::Due(Kind::Rebalance));
        metrics.count_finding(&Finding::Unpaid(Kind::Observe));
        metrics.clone().count_finding(&Finding::Dormant(Reason::InBand));
        metrics.count_crank(Kind::Trip, "done");
        metrics.fee_lamports.inc_by(5_000);
        let text = metrics.text();
        for line in [
            "ballast_keeper_findings_total{finding=\"Rebalance\"} 1",
            "ballast_keeper_findings_total{finding=\"UnpaidObserve\"} 1",
            "ballast_keeper_findings_total{finding=\"InBand\"} 1",
            "ballast_keeper_cranks_total{kind=\"Trip\",outcome=\"done\"} 1",
            "ballast_keeper_fee_lamports_total 5000",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
        }
    }

    #[test]
    fn processor_time_grows() {
        let before = cpu_seconds().unwrap();
        let mut random = fastrand::Rng::with_seed(1);
        // However slow the machine, some of this takes a tick.
        while cpu_seconds().unwrap() <= before {
            std::hint::black_box((0..1_000_000).map(|_| random.u64(..)).fold(0, u64::wrapping_add));
        }
    }

    #[test]
    fn last_look_is_told_once_there_was_one() {
        let metrics = Metrics::new();
        assert_eq!(metrics.secs_since_look(), None);
        metrics.note_look();
        assert!(metrics.secs_since_look().is_some_and(|secs| secs >= 0));
    }
}
