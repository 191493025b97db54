//! Governing a vault by the command line.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use solana_keypair::read_keypair_file;
use solana_rpc_client_api::request::RpcRequest;
use solana_signer::Signer;

use crate::cluster::{Cluster, units};

fn limits(cluster: &Cluster) -> Value {
    cluster.json("alice", "vault show")["configuration"]["limits"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn guardian_and_admin_stop_and_resume() {
    let cluster = Cluster::start().await;
    assert!(cluster.err("alice", "pause all").contains("NotGuardian"));
    cluster.ok("guardian", "pause deposit-in-kind rebalance");
    let status = cluster.json("alice", "vault show")["status"].clone();
    assert_eq!(status, json!(["deposit-in-kind paused", "rebalance paused"]));
    assert!(cluster.err("alice", "deposit --in-kind 1% --yes").contains("Paused"));
    assert!(cluster.err("guardian", "unpause all").contains("NotAdmin"));
    cluster.ok("admin", "unpause all");
    assert_eq!(cluster.json("alice", "vault show")["status"], json!(["running"]));

    cluster.ok("guardian", "quarantine SOL");
    assert_eq!(cluster.json("alice", "vault show")["assets"][2]["status"], "quarantined");
    assert!(cluster.err("alice", "deposit 1 USDC --yes").contains("Quarantined"));
    assert!(cluster.err("alice", "breakers trip").contains("BreakerNotMet"));
    assert!(cluster.err("admin", "breakers clear").contains("NotHalted"));
    assert_eq!(cluster.json("alice", "breakers show")["halts"], json!([]));
    cluster.localnet.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_wait_are_applied_and_cancelled() {
    let cluster = Cluster::start().await;
    assert!(cluster.err("admin", "propose limits max_trade=30%").contains("it must lie between 1 and 2500"));
    assert!(cluster.err("admin", "propose limits max_trade=5%").contains("this is what the vault has already"));
    assert!(cluster.err("alice", "propose limits max_trade=10%").contains("NotAdmin"));
    cluster.ok("admin", "propose limits max_trade=10% max_slippage_bps=150");
    cluster.ok("admin", &format!("propose roles --manager {}", cluster.wallet("bob")));
    let queue = cluster.json("alice", "queue");
    assert_eq!(queue["changes"][0]["changes"], json!(["max_slippage_bps 100 -> 150", "max_trade_bps 500 -> 1000"]));
    assert_eq!(queue["changes"].as_array().unwrap().len(), 2);
    assert!(cluster.err("admin", "apply 0").contains("ChangeTimelocked"));
    cluster.ok("guardian", "cancel 1");
    assert!(cluster.err("admin", "apply 1").contains("no change 1 is queued"));

    cluster.localnet.travel(2 * 86_400 + 60).await.unwrap();
    assert_eq!(cluster.json("alice", "queue")["changes"][0]["status"], "ready");
    cluster.ok("admin", "apply 0");
    assert_eq!((&limits(&cluster)["max_trade_bps"], &limits(&cluster)["max_slippage_bps"]), (&json!(1_000), &json!(150)));

    assert!(cluster.err("guardian", "tighten limits max_trade=11%").contains("this would loosen max_trade_bps"));
    assert!(cluster.err("admin", "propose limits max_trade=10").contains("which needs a unit, such as 10%"));
    cluster.ok("admin", "propose limits max_trade=12%");
    let tightened = cluster.ok("guardian", "tighten limits max_trade=4%");
    assert!(tightened.contains("void by this") && tightened.contains("change 2: limits"), "{tightened}");
    assert_eq!(limits(&cluster)["max_trade_bps"], 400);
    let status = cluster.json("alice", "queue")["changes"][0]["status"].clone();
    assert!(status.as_str().unwrap().starts_with("void: ChangeOutdated: "), "{status}");
    assert!(cluster.err("admin", "ramp BTC=30% ETH=30% SOL=20% --over 7d").contains("USDC are missing"));
    assert!(cluster.err("admin", "ramp BTC=30% ETH=30% SOL=20% USDC=10% --over 7d").contains("sum to 90%"));
    cluster.localnet.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_multisig_signs_what_is_printed() {
    let cluster = Cluster::start().await;
    let (admin, bob) = (cluster.wallet("admin"), cluster.wallet("bob"));
    let line = format!("propose roles --manager {bob} --unsigned --signer {admin}");
    // Whoever prints it needs no key of the vault's, nor any at all.
    let unsigned = cluster.json("nobody", &line);
    assert_eq!(unsigned["signer"], admin);
    assert_eq!(cluster.json("alice", "queue")["changes"], json!([]), "nothing was sent");

    let mut bytes = STANDARD.decode(unsigned["transaction"].as_str().unwrap()).unwrap();
    let keypair = read_keypair_file(cluster.dir.path().join("keys/admin.json")).unwrap();
    let (head, message) = bytes.split_at_mut(65);
    assert_eq!(head, [vec![1], vec![0; 64]].concat(), "one signature, missing");
    head[1..].copy_from_slice(keypair.sign_message(message).as_ref());
    let params = json!([STANDARD.encode(&bytes), { "encoding": "base64", "preflightCommitment": "confirmed" }]);
    let signature: String = cluster.rpc().rpc().send(RpcRequest::SendTransaction, params).await.unwrap();
    let landed = async {
        while !cluster.rpc().rpc().confirm_transaction(&signature.parse().unwrap()).await.unwrap() {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), landed).await.unwrap();
    assert_eq!(cluster.json("alice", "queue")["changes"][0]["changes"], json!([format!("manager nobody -> {bob}")]));

    let refused = format!("pause all --unsigned --signer {bob}");
    assert!(cluster.err("nobody", &refused).contains("NotGuardian"), "it is simulated before it is printed");
    cluster.localnet.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_and_routes_change_hands() {
    let cluster = Cluster::start().await;
    let bob = cluster.wallet("bob");
    cluster.ok("admin", &format!("admin transfer {bob} --yes"));
    assert!(cluster.err("alice", "admin accept").contains("NotPendingAdmin"));
    cluster.ok("bob", "admin accept");
    assert_eq!(cluster.json("alice", "vault show")["roles"]["admin"], bob);

    let routes = cluster.json("alice", "route list");
    let pool = routes["routes"][0]["pool"].as_str().unwrap();
    cluster.ok("guardian", &format!("route close {pool}"));
    assert!(cluster.err("admin", &format!("route add {pool}")).contains("NotAdmin"));
    cluster.ok("bob", &format!("route add {pool}"));
    let again = cluster.json("alice", "route list");
    let route = again["routes"].as_array().unwrap().iter().find(|route| route["pool"] == pool).unwrap();
    assert!(route["status"].as_str().unwrap().starts_with("from "), "a new route waits for the timelock: {route}");

    assert!(cluster.err("alice", "fees collect").contains("nobody gets the fees"));
    assert_eq!(cluster.json("alice", "fees show")["entry"], "0.25%");
    let fund = || cluster.json("alice", "vault show")["crankFund"].clone();
    let before = units(&fund());
    cluster.ok("alice", "fund 0.5 SOL");
    assert_eq!(units(&fund()), before + 500_000_000);
    cluster.localnet.stop().await.unwrap();
}
