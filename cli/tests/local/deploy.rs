//! `ballast vault create` and `ballast migrate`: from nothing, twice, and from runs that were killed.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use ballast_client::{Pubkey, address};
use serde_json::{Value, json};

use crate::cluster::Cluster;

/// A vault file of the local cluster's tokens.
fn vault_file(cluster: &Cluster, vault_id: u32) -> String {
    let manifest = &cluster.localnet.manifest;
    let pools: Vec<String> = manifest.pools.iter().take(3).map(|pool| format!("\"{}\"", pool.address)).collect();
    let mut text = format!(
        "profile = \"balanced\"\n[deployment]\nvault_id = {vault_id}\nguardian = \"{}\"\nmanager = \"{}\"\npools = [{}]\n",
        cluster.wallet("guardian"),
        cluster.wallet("bob"),
        pools.join(", ")
    );
    for (asset, target) in manifest.assets.iter().zip(["40%", "30%", "10%", "20%"]) {
        let feed = asset.feed_id.trim_start_matches("0x");
        text += &format!(
            "[[assets]]\nname = \"{}\"\ntarget = \"{target}\"\nmint = \"{}\"\nfeed = \"0x{feed}\"\n",
            asset.symbol, asset.mint
        );
    }
    text + "[limits]\nmax_trade = \"3%\"\n"
}

/// Transactions of each step.
fn steps(migration: &Value) -> Vec<Option<u64>> {
    migration["steps"].as_array().unwrap().iter().map(|step| step["transactions"].as_u64()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_is_created_once() {
    let cluster = Cluster::start().await;
    cluster.file("vault.toml", &vault_file(&cluster, 7));
    let planned = cluster.json("admin", "migrate -f vault.toml --dry-run");
    // Anybody can send lamports to where the vault and its reserves will be; that changes nothing.
    let asset = &cluster.localnet.manifest.assets[0];
    let wanted: Pubkey = planned["vault"].as_str().unwrap().parse().unwrap();
    let reserve = address::associated_token(&address::authority(&wanted), &asset.mint, &asset.token_program);
    for address in [wanted, reserve] {
        cluster.give(&address).await;
    }
    assert_eq!(steps(&cluster.json("admin", "migrate -f vault.toml --dry-run")), steps(&planned));
    let planned = steps(&planned);
    assert_eq!((planned[1], planned[2], planned[3], planned[4]), (Some(4), Some(1), Some(3), None), "the rest needs the vault");
    assert!(cluster.err("admin", "vault create -f vault.toml").contains("nobody is there to confirm"));

    let mint = &cluster.localnet.manifest.assets[0].mint;
    cluster.file("wrong.toml", &vault_file(&cluster, 7).replace("pools = [", &format!("pools = [\"{mint}\", ")));
    let no_pool = cluster.err("admin", "vault create -f wrong.toml --yes");
    assert!(no_pool.contains("stopped before any transaction") && no_pool.contains("UnsupportedPool (6"), "{no_pool}");
    assert!(!no_pool.contains("AnchorError"), "{no_pool}");

    let created = cluster.json("admin", "vault create -f vault.toml --yes");
    let sent = steps(&created);
    assert_eq!(sent[..4], planned[..4], "as the dry run said");
    let vault = created["vault"].as_str().unwrap();
    let deposit = created["next"][1].as_str().unwrap();
    let table = created["lookupTable"].as_str().unwrap();
    assert!(deposit.ends_with(&format!("--vault {vault} --lookup-table {table}")), "{deposit}");
    let shown = cluster.json("alice", &format!("vault show {vault}"));
    assert_eq!(shown["configuration"]["limits"]["max_trade_bps"], 300);
    let targets: Vec<&str> = shown["assets"].as_array().unwrap().iter().map(|asset| asset["target"].as_str().unwrap()).collect();
    assert_eq!(
        (targets, &shown["roles"]["manager"]),
        (vec!["40.00%", "30.00%", "10.00%", "20.00%"], &json!(cluster.wallet("bob")))
    );

    assert!(cluster.err("admin", "vault create -f vault.toml --yes").contains("exists"));
    let again = cluster.json("admin", "migrate -f vault.toml --yes");
    assert!(steps(&again).iter().all(|count| *count == Some(0)), "{again}");
    assert_eq!(again["lookupTable"], created["lookupTable"]);

    let record: Value =
        serde_json::from_str(&std::fs::read_to_string(cluster.dir.path().join("vault.record.json")).unwrap()).unwrap();
    let recorded = record["vaults"][0]["transactions"].as_array().unwrap().len();
    assert_eq!(recorded as u64, sent.iter().flatten().sum::<u64>());

    cluster.file("vault.toml", &vault_file(&cluster, 7).replace("max_trade = \"3%\"", "max_trade = \"2%\""));
    assert!(cluster.err("admin", "migrate -f vault.toml --yes").contains("the vault exists with other limits"));
    cluster.file("vault.toml", &vault_file(&cluster, 7).replace("max_trade", "max_trades"));
    assert!(cluster.err("admin", "migrate -f vault.toml --yes").contains("vault.toml:"));
    cluster.localnet.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_runs_are_continued() {
    let cluster = Cluster::start().await;
    cluster.file("vault.toml", &vault_file(&cluster, 8));
    // In the lookup table, the reserves, and the routes.
    for confirmed in [1, 4, 3] {
        let args = ["migrate", "-f", "vault.toml", "--yes"];
        let mut run = cluster.command("admin", &args).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(run.stderr.take().unwrap()).lines().map_while(Result::ok);
        // Signatures are set in.
        assert_eq!(lines.filter(|line| line.starts_with("  ") && line.len() > 80).take(confirmed).count(), confirmed);
        run.kill().unwrap();
        run.wait().unwrap();
    }
    cluster.ok("admin", "migrate -f vault.toml --yes");
    let done = cluster.json("admin", "migrate -f vault.toml --dry-run");
    assert!(steps(&done).iter().all(|count| *count == Some(0)), "{done}");
    cluster.localnet.stop().await.unwrap();
}
