//! Networks that break, blocks that are slow: what is done is done once.

use anyhow::Result;
use ballast_client::Pubkey;
use ballast_e2e::proxy::Proxy;
use ballast_e2e::{Keeper, Stage, options, until};
use ballast_localnet::Options;
use tokio::time::{Duration, sleep};

/// Long enough for one or two requests, too short for a transaction's whole way.
const LIFETIME_MILLIS: u64 = 120;

async fn rebalances(stage: &Stage, vault: &Pubkey) -> u64 {
    stage.vault(vault).await.state.performance.trades
}

async fn traded(stage: &Stage, vault: &Pubkey, before: u64) {
    until("a keeper rebalances", || async { (rebalances(stage, vault).await > before).then_some(()) }).await;
    stage.check_books(vault).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keeper_goes_on_through_broken_connections_and_outages() -> Result<()> {
    let stage = Stage::start(options()).await;
    let vault = stage.manifest().vaults[0].address;
    let [url, ws_url] = stage.urls();
    let (rpc, socket) = (Proxy::start(url).await, Proxy::start(ws_url).await);
    for proxy in [&rpc, &socket] {
        proxy.set_lifetime_millis(LIFETIME_MILLIS);
    }
    let mut keeper = Keeper::start(&stage, "keeper", [&rpc.url(), &socket.url()], &[]);
    stage.localnet.set_price("SOL", 138.0).await?;
    traded(&stage, &vault, 0).await;
    assert!(rpc.cuts() > 0, "no connection was cut");

    for proxy in [&rpc, &socket] {
        proxy.set_down(true);
    }
    stage.localnet.travel(3_600).await?;
    stage.localnet.set_price("ETH", 3_680.0).await?;
    sleep(Duration::from_secs(3)).await;
    let before = rebalances(&stage, &vault).await;
    for proxy in [&rpc, &socket] {
        proxy.set_lifetime_millis(0);
        proxy.set_down(false);
    }
    traded(&stage, &vault, before).await;
    assert!(keeper.is_running(), "the keeper has ended:\n{}", keeper.log());
    drop(keeper);
    stage.end().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn deposits_over_broken_connections_are_made_once_or_reported() -> Result<()> {
    let stage = Stage::start(options()).await;
    let view = stage.manifest().vaults[0].address;
    let proxy = Proxy::start(stage.urls()[0]).await;
    proxy.set_lifetime_millis(LIFETIME_MILLIS);
    let mut reported = 0;
    for _ in 0..5 {
        let before = stage.vault(&view).await.assets()[3].balance;
        let answer = stage.ballast_by(&proxy.url(), "alice", "deposit 100 USDC --yes").await;
        let paid = stage.vault(&view).await.assets()[3].balance - before;
        match answer.code {
            Some(0) => assert_eq!(paid, 100_000_000, "{answer:?}"),
            _ => {
                assert!(paid == 0 || answer.stderr.contains("may have landed"), "{answer:?}");
                reported += 1;
            }
        }
    }
    println!("{reported} of 5 deposits were reported as failed; {} connections were cut", proxy.cuts());
    assert!(proxy.cuts() > 0, "no connection was cut");
    stage.check_books(&view).await;
    stage.end().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_blocks_delay_but_do_not_repeat() -> Result<()> {
    let stage = Stage::start(Options { slot_ms: 2_000, speed: 1.0, ..options() }).await;
    let vault = stage.manifest().vaults[0].address;
    let before = stage.vault(&vault).await.assets()[3].balance;
    stage.ballast("alice", "deposit 100 USDC --yes").await.ok();
    assert_eq!(stage.vault(&vault).await.assets()[3].balance - before, 100_000_000);
    let keeper = Keeper::start(&stage, "keeper", stage.urls(), &[]);
    stage.localnet.set_price("SOL", 138.0).await?;
    traded(&stage, &vault, 0).await;
    // Within the vault's shortest interval there is no second trade, however often the keeper looks.
    assert_eq!(rebalances(&stage, &vault).await, 1);
    keeper.kill();
    stage.end().await;
    Ok(())
}
