//! From an empty cluster to a vault that was created, funded, rebalanced, governed and left.

use std::fmt::Write as _;

use anyhow::Result;
use ballast_client::Pubkey;
use ballast_e2e::{Keeper, Stage, options, until};
use ballast_localnet::Options;
use serde_json::Value;
use tokio::time::{Duration, sleep};

const HOUR_SECS: u32 = 3_600;
/// A quarter of its value in each token.
const FIRST_DEPOSIT: &str = "--in-kind 0.5 BTC 7 ETH 185 SOL 23000 USDC --shares 90000 --yes";
/// Long enough for a keeper to look a few times.
const PATIENCE: Duration = Duration::from_secs(5);

/// The vault that alice wants: all four tokens in equal parts.
fn vault_file(stage: &Stage) -> String {
    let manifest = stage.manifest();
    let pools: Vec<String> = manifest.pools.iter().map(|pool| format!("\"{}\"", pool.address)).collect();
    let mut text = format!(
        "profile = \"balanced\"\nband_abs = \"1%\"\n\n[deployment]\nguardian = \"{}\"\npools = [{}]\n",
        stage.address("guardian"),
        pools.join(", ")
    );
    for asset in &manifest.assets {
        let (symbol, mint, feed) = (&asset.symbol, asset.mint, &asset.feed_id);
        write!(text, "\n[[assets]]\nname = \"{symbol}\"\ntarget = \"25%\"\nmint = \"{mint}\"\nfeed = \"0x{feed}\"\n")
            .expect("a string takes any text");
    }
    text + "\n[limits]\ncrank_reward_lamports = 20000\nmax_daily_crank_lamports = 1000000\n"
}

/// Transactions that each step of a migration sent, or would.
fn transactions(migration: &Value) -> Vec<u64> {
    let steps = migration["steps"].as_array().expect("steps");
    steps.iter().map(|step| step["transactions"].as_u64().unwrap_or_default()).collect()
}

/// Creates the vault that alice wants, and makes its first deposit. Returns its address, and the options that name it.
async fn create(stage: &Stage) -> Result<(Pubkey, String)> {
    let file = stage.write("vault.toml", &vault_file(stage));
    let done = stage.ballast("alice", &format!("vault create -f {file} --yes --output json")).await.json();
    let (vault, named) = named(&done)?;
    stage.ballast("alice", &format!("deposit {named} {FIRST_DEPOSIT}")).await.ok();
    Ok((vault, named))
}

/// The vault that a migration made, and the options that name it.
fn named(migration: &Value) -> Result<(Pubkey, String)> {
    let [vault, table] = ["vault", "lookupTable"].map(|field| migration[field].as_str().unwrap_or_default());
    Ok((vault.parse()?, format!("--vault {vault} --lookup-table {table}")))
}

async fn rebalances(stage: &Stage, vault: &Pubkey) -> u64 {
    stage.vault(vault).await.state.performance.trades
}

/// Waits until the keeper has traded after `before`, and checks the books. Returns how often it has traded in all.
async fn traded(stage: &Stage, vault: &Pubkey, before: u64) -> u64 {
    let look = || async { Some(rebalances(stage, vault).await).filter(|now| *now > before) };
    let now = until("a keeper rebalances", look).await;
    stage.check_books(vault).await;
    now
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_from_its_creation_to_its_last_redemption() -> Result<()> {
    let stage = Stage::start(Options { vaults: 0, ..options() }).await;

    // Alice creates the vault by migration: first the difference, then all of it, then nothing.
    let file = stage.write("vault.toml", &vault_file(&stage));
    let planned = stage.ballast("alice", &format!("migrate -f {file} --dry-run --output json")).await.json();
    let vault: Pubkey = planned["vault"].as_str().expect("an address").parse()?;
    assert!(transactions(&planned).iter().sum::<u64>() > 0);
    assert!(stage.cluster.account(&vault).await?.is_none(), "a dry run created the vault");
    let done = stage.ballast("alice", &format!("migrate -f {file} --yes --output json")).await.json();
    assert_eq!(done["vault"], planned["vault"]);
    let again = stage.ballast("alice", &format!("migrate -f {file} --yes --output json")).await.json();
    assert_eq!(transactions(&again).iter().sum::<u64>(), 0, "{again}");
    let (_, v) = named(&done)?;

    // The first deposit is the admin's; bob follows with one asset.
    stage.ballast("alice", &format!("deposit {v} {FIRST_DEPOSIT}")).await.ok();
    let paid = stage.ballast("bob", &format!("deposit {v} 1000 USDC --yes --output json")).await.json();
    assert!(paid["signature"].is_string(), "{paid}");
    stage.check_books(&vault).await;

    // A keeper rebalances after a move of the market; killed, the next one goes on.
    let keeper = Keeper::start(&stage, "keeper", stage.urls(), &[]);
    stage.localnet.set_price("SOL", 138.0).await?;
    let first = traded(&stage, &vault, 0).await;
    keeper.kill();
    stage.localnet.travel(HOUR_SECS).await?;
    let stopped = rebalances(&stage, &vault).await;
    stage.localnet.set_price("ETH", 3_750.0).await?;
    let mut keeper = Keeper::start(&stage, "keeper", stage.urls(), &[]);
    traded(&stage, &vault, stopped.max(first)).await;

    // The guardian pauses; depositors are told, and can leave in kind all the same.
    stage.ballast("guardian", &format!("pause {v} all")).await.ok();
    let refused = stage.ballast("bob", &format!("deposit {v} 10 USDC --yes")).await.error();
    assert!(refused.contains("aused"), "{refused}");
    stage.ballast("bob", &format!("redeem {v} 10% --yes")).await.ok();
    let not_admin = stage.ballast("guardian", &format!("unpause {v} all")).await.error();
    assert!(not_admin.contains("NotAdmin"), "{not_admin}");
    stage.ballast("alice", &format!("unpause {v} all")).await.ok();

    // A looser limit waits for the timelock.
    stage.ballast("alice", &format!("propose limits {v} max_trade=6%")).await.ok();
    let queued = stage.ballast("alice", &format!("queue {v} --output json")).await.json();
    let number = queued["changes"][0]["id"].as_u64().unwrap_or_else(|| panic!("{queued}"));
    let early = stage.ballast("alice", &format!("apply {v} {number}")).await.error();
    assert!(early.contains("ChangeTimelocked"), "{early}");
    stage.localnet.travel(48 * HOUR_SECS).await?;
    stage.ballast("alice", &format!("apply {v} {number}")).await.ok();
    assert_eq!(stage.vault(&vault).await.limits.max_trade_bps, 600);

    // Everybody leaves, and keepers watch an empty vault without harm.
    for holder in ["bob", "alice"] {
        stage.ballast(holder, &format!("redeem {v} all --yes")).await.ok();
    }
    stage.check_books(&vault).await;
    let history = stage.ballast("bob", &format!("vault history {v} --output json")).await.json();
    let events: Vec<&str> =
        history["events"].as_array().expect("events").iter().filter_map(|row| row["event"].as_str()).collect();
    for expected in ["Rebalanced", "RedeemedInKind", "ChangeApplied"] {
        assert!(events.contains(&expected), "no {expected} in {events:?}");
    }
    assert!(keeper.is_running(), "the keeper has ended:\n{}", keeper.log());
    drop(keeper);
    stage.end().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keeper_for_profit_waits_until_the_crank_fund_pays() -> Result<()> {
    let stage = Stage::start(Options { vaults: 0, ..options() }).await;
    let (vault, v) = create(&stage).await?;
    let keeper = Keeper::start(&stage, "keeper", stage.urls(), &["--profitable"]);
    stage.localnet.set_price("SOL", 138.0).await?;
    sleep(PATIENCE).await;
    assert_eq!(rebalances(&stage, &vault).await, 0, "a keeper for profit worked for nothing:\n{}", keeper.log());
    stage.ballast("alice", &format!("fund {v} 0.5 SOL")).await.ok();
    let wallet = stage.address("keeper");
    let before = stage.cluster.rpc().get_balance(&wallet).await?;
    traded(&stage, &vault, 0).await;
    let paid = || async { Some(stage.cluster.rpc().get_balance(&wallet).await.ok()?).filter(|now| *now > before) };
    until("the keeper is paid more than its fees", paid).await;
    keeper.kill();
    stage.end().await;
    Ok(())
}
