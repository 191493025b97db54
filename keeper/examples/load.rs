//! Load: one keeper on one core looks after many vaults of a local cluster. Tells its decision latency and processor time.
//!
//! `cargo run -p ballast-keeper --example load -- --vaults 200 --secs 60`; `cargo build -p ballast-keeper` makes the keeper that is measured.

use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};
use ballast_client::rpc::{Cluster, CommitmentConfig};
use ballast_localnet::{Localnet, Options};
use clap::Parser;
use tokio::time::{Instant, sleep};

/// Looks at the metrics while the keeper gets ready.
const POLL: Duration = Duration::from_millis(200);
/// Longest that the keeper takes to know all vaults.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Parser)]
struct Args {
    /// Vaults of the cluster.
    #[arg(long, default_value_t = 200)]
    vaults: usize,
    /// Seconds to measure.
    #[arg(long, default_value_t = 60)]
    secs: u64,
    /// How much faster than real time the cluster's clock runs.
    #[arg(long, default_value_t = 60.0)]
    speed: f64,
    /// The price in US dollars to which SOL moves; far enough that vaults trade, and not so far that their breakers trip.
    #[arg(long, default_value_t = 138.0)]
    sol_usd: f64,
}

/// Killed when dropped.
struct Keeper(Child);

impl Drop for Keeper {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Metrics by name and labels, as they are served.
type Metrics = BTreeMap<String, f64>;

#[tokio::main]
async fn main() -> Result<()> {
    let args = Args::parse();
    let dir = tempfile::tempdir()?;
    let options = Options { dir: dir.path().into(), vaults: args.vaults, speed: args.speed, ..Options::default() };
    let localnet = Localnet::start(&options, |step| eprintln!("{step}")).await?;
    let address = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
    let keeper = start(&localnet, &address)?;
    let begun = Instant::now();
    while metrics(&address).await.ok().and_then(|metrics| metrics.get("vaults").copied()) != Some(args.vaults as f64) {
        anyhow::ensure!(begun.elapsed() < PATIENCE, "the keeper does not know all vaults after {PATIENCE:?}");
        sleep(POLL).await;
    }
    eprintln!("measuring for {} s", args.secs);
    let (before, begun) = (metrics(&address).await?, Instant::now());
    sleep(Duration::from_secs(args.secs)).await;
    let (after, elapsed_secs) = (metrics(&address).await?, begun.elapsed().as_secs_f64());
    report(&before, &after, elapsed_secs);
    eprintln!("moving a price, for all vaults to trade, and measuring for {} s", args.secs);
    localnet.set_price("SOL", args.sol_usd).await?;
    let (before, begun) = (metrics(&address).await?, Instant::now());
    let cluster = Cluster::new(&localnet.manifest.rpc_url, CommitmentConfig::confirmed());
    let mut traded_after = vec![];
    while begun.elapsed() < Duration::from_secs(args.secs) && traded_after.len() < args.vaults {
        let vaults = cluster.vaults().await?;
        let traded = vaults.iter().filter(|(_, vault)| vault.state.performance.trades > 0).count();
        traded_after.resize(traded, begun.elapsed().as_secs_f64());
        sleep(POLL).await;
    }
    let (after, elapsed_secs) = (metrics(&address).await?, begun.elapsed().as_secs_f64());
    println!("\nvaults that traded  {} of {}", traded_after.len(), args.vaults);
    if let (Some(first), Some(half)) = (traded_after.first(), traded_after.get(args.vaults / 2)) {
        println!(
            "the first after     {first:.1} s, half of all after {half:.1} s, the last of them after {:.1} s",
            traded_after[traded_after.len() - 1]
        );
    }
    report(&before, &after, elapsed_secs);
    drop(keeper);
    localnet.stop().await
}

/// Starts the keeper that is built beside this program.
fn start(localnet: &Localnet, address: &str) -> Result<Keeper> {
    let own = std::env::current_exe()?;
    let binary = own.ancestors().nth(2).context("this program is in a folder of examples")?.join("ballast-keeper");
    let manifest = &localnet.manifest;
    let mut command = Command::new(&binary);
    command.args(["--url", &manifest.rpc_url, "--ws-url", &manifest.ws_url, "--listen", address, "--log", "warn"]);
    command.arg("--keypair").arg(&manifest.wallets["keeper"].keypair);
    command.args(manifest.vaults.iter().map(|vault| format!("--lookup-table={}", vault.lookup_table)));
    let child = command.stdin(Stdio::null()).stdout(Stdio::inherit()).spawn();
    Ok(Keeper(child.with_context(|| format!("cannot run {}; cargo build -p ballast-keeper makes it", binary.display()))?))
}

async fn metrics(address: &str) -> Result<Metrics> {
    let text = reqwest::get(format!("http://{address}/metrics")).await?.text().await?;
    let values = text.lines().filter_map(|line| line.strip_prefix("ballast_keeper_")?.rsplit_once(' '));
    Ok(values.filter_map(|(name, value)| Some((name.to_owned(), value.parse().ok()?))).collect())
}

/// Tells what happened between the two.
fn report(before: &Metrics, after: &Metrics, elapsed_secs: f64) {
    let change = |name: &str| after.get(name).unwrap_or(&0.0) - before.get(name).unwrap_or(&0.0);
    let mean_ms = |name: &str| 1e3 * change(&format!("{name}_sum")) / change(&format!("{name}_count")).max(1.0);
    let percentile_ms = |name: &str, part: f64| {
        let total = change(&format!("{name}_count"));
        let prefix = format!("{name}_bucket{{le=\"");
        let bounds =
            after.keys().filter_map(|key| Some((key, key.strip_prefix(&prefix)?.strip_suffix("\"}")?.parse::<f64>().ok()?)));
        bounds.filter(|(key, _)| change(key) >= part * total).map(|(_, bound)| 1e3 * bound).fold(f64::INFINITY, f64::min)
    };
    println!("processor time     {:.1} % of one core", 100.0 * change("cpu_seconds") / elapsed_secs);
    println!("decisions          {:.0} a second", change("decision_seconds_count") / elapsed_secs);
    for (what, name) in
        [("one decision", "decision_seconds"), ("a whole round", "round_seconds"), ("due to confirmed", "confirmation_seconds")]
    {
        let (mean, median, high) = (mean_ms(name), percentile_ms(name, 0.5), percentile_ms(name, 0.99));
        println!("{what:<18} {mean:.3} ms on average, half within {median:.3} ms, 99 % within {high:.3} ms");
    }
    println!("transactions       {:.0}, {:.0} lamports of fees", change("transactions_total"), change("fee_lamports_total"));
    for name in after.keys().filter(|name| name.starts_with("cranks_total") && change(name) > 0.0) {
        println!("{name}  {:.0}", change(name));
    }
}
