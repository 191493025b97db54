//! Keepers as processes on a local cluster. What broken networks and kills do to them, the end-to-end tests show.

use std::net::TcpListener;
use std::process::{Command, Output};

use anyhow::Result;
use ballast_client::Pubkey;
use ballast_client::events::VaultEvent;
use ballast_e2e::{Keeper, Stage, options, until};
use ballast_localnet::Options;
use tokio::time::{Duration, sleep};

/// A price of SOL that brings its weight out of its band, and trips no breaker.
const RISEN_USD: f64 = 138.0;
/// Fee of a transaction without priority.
const FEE_LAMPORTS: u64 = 5_000;

async fn trades(stage: &Stage, vault: &Pubkey) -> u64 {
    stage.vault(vault).await.state.performance.trades
}

async fn sequences(stage: &Stage) -> Vec<u64> {
    let vaults = stage.cluster.vaults().await.unwrap();
    vaults.into_iter().map(|(_, vault)| vault.sequence).collect()
}

async fn lamports(stage: &Stage, wallet: &str) -> u64 {
    stage.cluster.rpc().get_balance(&stage.address(wallet)).await.unwrap()
}

/// Runs a keeper that ends by itself.
async fn run_once(stage: &Stage, options: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ballast-keeper"));
    command.args(["--once", "--url", stage.urls()[0], "--keypair"]).arg(stage.keypair("keeper")).args(options);
    tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap()
}

fn free_address() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

async fn get(address: &str, path: &str) -> Option<String> {
    let response = reqwest::get(format!("http://{address}{path}")).await.ok()?;
    response.text().await.ok()
}

/// The value of a metric; none before it is served.
async fn metric(address: &str, name: &str) -> Option<f64> {
    let text = get(address, "/metrics").await?;
    let line = text.lines().find_map(|line| line.strip_prefix(&format!("ballast_keeper_{name} ")))?;
    line.parse().ok()
}

async fn until_metric(address: &str, name: &str, is_so: impl Fn(f64) -> bool) -> f64 {
    until(name, || async { metric(address, name).await.filter(|value| is_so(*value)) }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn single_looks_do_what_is_due_or_tell_of_it() -> Result<()> {
    let stage = Stage::start(Options { vaults: 3, ..options() }).await;
    stage.localnet.set_price("SOL", RISEN_USD).await?;
    let before = (sequences(&stage).await, lamports(&stage, "keeper").await);

    let dry = run_once(&stage, &["--dry-run"]).await;
    assert!(dry.status.success(), "{dry:?}");
    assert!(String::from_utf8_lossy(&dry.stdout).contains("would be cranked"), "{dry:?}");
    assert_eq!((sequences(&stage).await, lamports(&stage, "keeper").await), before, "a dry run did something");

    let vault = stage.manifest().vaults[1].address;
    let one = run_once(&stage, &["--vault", &vault.to_string()]).await;
    assert!(one.status.success(), "{one:?}");
    let counts = async || {
        let mut counts = vec![];
        for vault in &stage.manifest().vaults {
            counts.push(trades(&stage, &vault.address).await);
        }
        counts
    };
    assert_eq!(counts().await, [0, 1, 0], "only the chosen vault was looked after");

    let tables: Vec<String> =
        stage.manifest().vaults.iter().map(|vault| format!("--lookup-table={}", vault.lookup_table)).collect();
    let tables: Vec<&str> = tables.iter().map(String::as_str).collect();
    let all = run_once(&stage, &tables).await;
    assert!(all.status.success(), "{all:?}");
    assert_eq!(counts().await, [1, 1, 1]);
    let log = String::from_utf8_lossy(&all.stdout).into_owned();
    assert!(log.contains("vaults=2"), "two vaults that trade on the same pools fit one transaction:\n{log}");
    for vault in &stage.manifest().vaults {
        stage.check_books(&vault.address).await;
    }
    stage.end().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn two_keepers_race_and_harm_nobody() -> Result<()> {
    let stage = Stage::start(options()).await;
    let vault = stage.manifest().vaults[0].address;
    let wallets = ["keeper", "guardian"];
    let before = [lamports(&stage, wallets[0]).await, lamports(&stage, wallets[1]).await];
    let addresses = [free_address(), free_address()];
    // No jitter: they see the same and send at once.
    let options = |listen| ["--listen", listen, "--jitter-millis", "0", "--max-priority-lamports", "0", "--refresh-secs", "60"];
    let mut keepers = [0, 1].map(|index| Keeper::start(&stage, wallets[index], stage.urls(), &options(&addresses[index])));
    for (round, price_usd) in [RISEN_USD, 150.0, 163.0].into_iter().enumerate() {
        stage.localnet.set_price("SOL", price_usd).await?;
        until("a keeper rebalances", || async { (trades(&stage, &vault).await > round as u64).then_some(()) }).await;
        // Once the price has stood for an hour and is refreshed, the vault's average has caught up: the next move is no jump.
        stage.localnet.travel(3_600).await?;
        let since = stage.cluster.now().await?;
        let is_refreshed = async || stage.vault(&vault).await.assets()[2].publish_time >= since;
        until("prices are refreshed", || async { is_refreshed().await.then_some(()) }).await;
    }
    sleep(Duration::from_secs(2)).await;
    stage.check_books(&vault).await;

    // Never two trades within the vault's shortest interval, whoever sent them.
    let history = stage.cluster.history(&vault, 1_000, None).await?;
    let is_trade = |event: &VaultEvent| matches!(event, VaultEvent::Rebalanced(_));
    let mut times: Vec<i64> =
        history.iter().filter(|entry| entry.events.iter().any(is_trade)).filter_map(|entry| entry.time).collect();
    times.sort_unstable();
    let interval_secs = i64::from(stage.vault(&vault).await.limits.min_interval_secs);
    assert!(times.len() >= 3 && times.windows(2).all(|pair| pair[1] - pair[0] >= interval_secs), "{times:?}");

    // Each lost no more than the fees of what it sent, and gained no more than it was paid.
    for ((keeper, address), (wallet, before)) in keepers.iter_mut().zip(&addresses).zip(wallets.into_iter().zip(before)) {
        assert!(keeper.is_running(), "{}", keeper.log());
        let sent = metric(address, "transactions_total").await.unwrap();
        let rewards = metric(address, "reward_lamports_total").await.unwrap();
        let after = lamports(&stage, wallet).await;
        let least = before + rewards as u64 - sent as u64 * FEE_LAMPORTS;
        assert!(sent > 0.0 && (least..=before + rewards as u64).contains(&after), "{wallet}: {before} {after} {sent} {rewards}");
    }
    drop(keepers);
    stage.end().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn low_wallet_stops_spending_and_nothing_else() -> Result<()> {
    let stage = Stage::start(options()).await;
    let address = free_address();
    // Enough for two transactions.
    let floor = lamports(&stage, "keeper").await - 2 * FEE_LAMPORTS;
    let floor_option = floor.to_string();
    let options =
        ["--listen", &address, "--min-balance-lamports", &floor_option, "--max-priority-lamports", "0", "--refresh-secs", "30"];
    let mut keeper = Keeper::start(&stage, "keeper", stage.urls(), &options);
    until_metric(&address, "wallet_low", |is_low| is_low == 1.0).await;
    let sequence = sequences(&stage).await;
    stage.localnet.travel(600).await?;
    sleep(Duration::from_secs(2)).await;
    assert_eq!((lamports(&stage, "keeper").await, sequences(&stage).await), (floor, sequence), "something was spent");
    let health = get(&address, "/health").await.unwrap();
    assert!(health.contains("\"is_healthy\":true") && health.contains("\"is_wallet_low\":true"), "{health}");
    assert!(keeper.is_running() && keeper.log().contains("the wallet is low"), "{}", keeper.log());

    let single = run_once(&stage, &["--min-balance-lamports", &floor_option, "--refresh-secs", "30"]).await;
    assert!(!single.status.success(), "a single look that cannot pay for what is due has failed");
    drop(keeper);
    stage.end().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_websocket_the_keeper_polls() -> Result<()> {
    let stage = Stage::start(options()).await;
    let (address, nobody) = (free_address(), format!("ws://{}", free_address()));
    let options = ["--listen", &address, "--poll-secs", "1"];
    let keeper = Keeper::start(&stage, "keeper", [stage.urls()[0], &nobody], &options);
    let vault = stage.manifest().vaults[0].address;
    until_metric(&address, "vaults", |vaults| vaults == 1.0).await;
    stage.localnet.set_price("SOL", RISEN_USD).await?;
    until("the keeper rebalances", || async { (trades(&stage, &vault).await > 0).then_some(()) }).await;
    assert_eq!(metric(&address, "following").await, Some(0.0));
    until_metric(&address, "reward_lamports_total", |lamports| lamports > 0.0).await;
    drop(keeper);
    stage.end().await;
    Ok(())
}
