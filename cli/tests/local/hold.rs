//! Holding a vault by the command line: deposits, redemptions, prices, rebalances.

use ballast_client::address;

use crate::cluster::{Cluster, units};

#[tokio::test(flavor = "multi_thread")]
async fn a_depositor_goes_in_and_out() {
    let cluster = Cluster::start().await;
    let list = cluster.json("alice", "vault list");
    assert_eq!(list["vaults"][0]["status"], "running");
    assert_eq!(list["vaults"][0]["assets"], serde_json::json!(["BTC", "ETH", "SOL", "USDC"]));

    assert!(cluster.err("alice", "redeem all --yes").contains("the wallet has no shares"));
    assert!(cluster.err("alice", "deposit 1.5 SOL").contains("nobody is there to confirm; nothing was sent"));
    assert!(cluster.err("alice", "deposit 1.5 DOGE --yes").contains("there is no symbol `DOGE`"));
    assert!(cluster.err("alice", "deposit 1e3 SOL --yes").contains("`1e3` is not an amount"));
    assert!(cluster.err("alice", "deposit 999999999 USDC --yes").contains("are needed"));
    for line in ["deposit 20000 USDC --dry-run", "deposit 20000 USDC --yes"] {
        assert!(cluster.err("alice", line).contains("LeavesBand: "), "{line}");
    }
    assert_eq!(cluster.run("alice", "deposit").status.code(), Some(2), "wrong usage");
    for line in ["deposit 0 SOL --yes", "deposit 0% SOL --yes", "deposit --in-kind 0 SOL --yes", "fund 0 SOL"] {
        assert!(cluster.err("alice", line).contains("the amount is zero"), "{line}");
    }
    // The other assets run out first: nothing is capped in silence.
    let capped = cluster.err("alice", "deposit --in-kind 100000000 USDC --yes");
    assert!(capped.contains("the wallet has too little") && capped.contains("goes with at most"), "{capped}");
    assert!(capped.trim_end().ends_with("USDC"), "{capped}");
    // Nothing listens on the discard port.
    assert!(cluster.err("alice", "vault list --url http://127.0.0.1:9").contains("does not answer; choose a cluster with --url"));

    let quote = cluster.json("alice", "deposit 1.5 SOL --dry-run");
    assert_eq!(quote["signature"], serde_json::Value::Null);
    let single = cluster.json("alice", "deposit 1.5 SOL --yes");
    assert_eq!((units(&single["pays"][0]), single["pays"][0]["symbol"].as_str()), (1_500_000_000, Some("SOL")));
    // Prices stand still: what was quoted is what came.
    assert_eq!((&single["gets"], &single["cost"]), (&quote["gets"], &quote["cost"]));
    assert!(units(&single["gets"][0]) > units(&single["minimum"][0]));
    assert!(single["signature"].is_string());

    let in_kind = cluster.json("alice", "deposit --in-kind 1 SOL --yes");
    assert_eq!(in_kind["pays"].as_array().unwrap().len(), 4);
    assert!((999_999_000..=1_000_000_000).contains(&units(&in_kind["pays"][2])), "{in_kind}");
    let shares = units(&single["gets"][0]) + units(&in_kind["gets"][0]);
    assert_eq!(units(&cluster.json("alice", "redeem all --dry-run")["pays"][0]), shares, "what was shown is what there is");

    let out = cluster.json("alice", "redeem 25% --to USDC --yes");
    assert_eq!((units(&out["pays"][0]), out["gets"][0]["symbol"].as_str()), (shares / 4, Some("USDC")));
    assert!(out["cost"]["feeUsd"].as_str().unwrap().parse::<f64>().unwrap() > 0.0);
    let rest = cluster.json("alice", "redeem all --yes");
    assert_eq!(units(&rest["pays"][0]), shares - shares / 4);
    assert_eq!(rest["cost"], serde_json::Value::Null, "in kind costs nothing");

    let history = cluster.json("alice", "vault history");
    let events: Vec<&str> = history["events"].as_array().unwrap().iter().map(|event| event["event"].as_str().unwrap()).collect();
    let expected = ["RedeemedInKind", "SingleAssetExchange", "DepositedInKind", "SingleAssetExchange", "DepositedInKind"];
    assert_eq!(events[..5], expected);
    cluster.localnet.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn skipped_assets_are_claimed() {
    let cluster = Cluster::start().await;
    cluster.ok("alice", "deposit --in-kind 1% --yes");
    // Anybody can send lamports to where the claims will be; that keeps nobody in.
    let manifest = &cluster.localnet.manifest;
    cluster.give(&address::claims(&manifest.vaults[0].address, &manifest.wallets["alice"].address)).await;
    assert!(cluster.err("alice", "redeem 50% --skip BTC --forfeit BTC --yes").contains("BTC is both to --skip and to --forfeit"));
    let symbols = |tokens: &serde_json::Value| -> Vec<String> {
        tokens.as_array().unwrap().iter().map(|token| token["symbol"].as_str().unwrap().to_string()).collect()
    };
    let quote = cluster.json("alice", "redeem 50% --skip BTC --forfeit ETH --dry-run");
    let redeemed = cluster.json("alice", "redeem 50% --skip BTC --forfeit ETH --yes");
    for part in ["gets", "claims", "forfeits"] {
        assert_eq!(quote[part], redeemed[part], "{part}");
    }
    assert_eq!(
        (symbols(&redeemed["gets"]), symbols(&redeemed["minimum"])),
        (symbols(&quote["minimum"]), vec!["SOL".into(), "USDC".into()])
    );
    assert_eq!((symbols(&redeemed["claims"]), symbols(&redeemed["forfeits"])), (vec!["BTC".into()], vec!["ETH".into()]));
    let owed = cluster.json("alice", "claims show");
    assert_eq!(owed["claims"].as_array().unwrap().len(), 1);
    assert_eq!((owed["claims"][0]["symbol"].as_str(), units(&owed["claims"][0])), (Some("BTC"), units(&redeemed["claims"][0])));
    assert!(cluster.err("alice", "claims close").contains("not all paid"));
    cluster.ok("alice", "claims pay BTC");
    assert!(cluster.err("alice", "claims pay").contains("owes"));
    cluster.ok("alice", "claims close");
    assert_eq!(cluster.json("alice", "claims show")["claims"], serde_json::json!([]));
    cluster.localnet.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn native_sol_is_wrapped_and_unwrapped() {
    let cluster = Cluster::start().await;
    let manifest = &cluster.localnet.manifest;
    let [sol, usdc] = ["SOL", "USDC"].map(|symbol| manifest.assets.iter().find(|asset| asset.symbol == symbol).unwrap());
    let native = "So11111111111111111111111111111111111111112";
    let asset = |name: &str, target: &str, mint: &str, feed: &str| {
        let feed = feed.trim_start_matches("0x");
        format!("[[assets]]\nname = \"{name}\"\ntarget = \"{target}\"\nmint = \"{mint}\"\nfeed = \"0x{feed}\"\n")
    };
    let text = format!(
        "[deployment]\nvault_id = 9\nguardian = \"{}\"\n{}{}[limits]\nmax_price_age = \"300s\"\n",
        cluster.wallet("guardian"),
        asset("SOL", "50%", native, &sol.feed_id),
        asset("USDC", "50%", &usdc.mint.to_string(), &usdc.feed_id)
    );
    cluster.file("native.toml", &text);
    let vault = cluster.json("admin", "vault create -f native.toml --yes")["vault"].as_str().unwrap().to_string();
    let symbols = format!("[tokens]\nUSDC = \"{}\"\n[vaults.native]\naddress = \"{vault}\"\n", usdc.mint);
    cluster.file("symbols.toml", &symbols);
    let line = |text: &str| format!("{text} --yes --symbols symbols.toml");
    let lamports = async || cluster.rpc().account(&manifest.wallets["admin"].address).await.unwrap().unwrap().lamports;

    let price = cluster.json("admin", "prices show")["prices"][2]["publishedPriceUsd"].as_str().unwrap().parse::<f64>().unwrap();
    assert!(cluster.err("admin", &line("deposit --in-kind 1 SOL --shares 100")).contains("there is none of USDC"));
    let lopsided = cluster.json("admin", &line(&format!("deposit --in-kind 300 SOL {:.2} USDC --dry-run", 100.0 * price)));
    let notes = lopsided["notes"].to_string();
    assert!(notes.contains("SOL is 75.00% of the value, outside the band around its target 50.00%"), "{notes}");

    let before = lamports().await;
    cluster.ok("admin", &line(&format!("deposit --in-kind 100 SOL {:.2} USDC", 100.0 * price)));
    let (sol_in, rent) = (100_000_000_000, 10_000_000);
    let spent = before - lamports().await;
    assert!((sol_in..sol_in + rent).contains(&spent), "the account of wrapped SOL is closed again: {spent}");

    let before = lamports().await;
    let single = cluster.json("admin", &line("deposit 0.5 SOL"));
    let spent = before - lamports().await;
    assert_eq!(spent, 500_000_000 + units(&single["networkFee"]), "nothing else stays away");

    let before = lamports().await;
    let out = cluster.json("admin", &line("redeem 1% --to SOL"));
    assert_eq!(lamports().await - before, units(&out["gets"][0]) - units(&out["networkFee"]));
    let before = lamports().await;
    let out = cluster.json("admin", &line("redeem 10%"));
    assert_eq!(lamports().await - before, units(&out["gets"][0]) - units(&out["networkFee"]));
    cluster.localnet.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn prices_are_refreshed_and_trades_made() {
    let cluster = Cluster::start().await;
    let prices = || cluster.json("alice", "prices show")["prices"].as_array().unwrap().clone();
    cluster.localnet.travel(600).await.unwrap();
    cluster.ok("keeper", "prices refresh");
    assert!(prices().iter().all(|price| price["vaultAgeSecs"].as_i64().unwrap() < 300), "{:?}", prices());

    assert!(cluster.err("keeper", "rebalance --yes").contains("InBand"));
    let sol = prices()[2]["publishedPriceUsd"].as_str().unwrap().parse::<f64>().unwrap();
    cluster.localnet.set_price("SOL", sol * 1.12).await.unwrap();
    cluster.localnet.travel(600).await.unwrap();
    let preview = cluster.json("keeper", "preview");
    let due: Vec<_> = preview["routes"].as_array().unwrap().iter().filter(|route| route["decision"] == "trade").collect();
    assert!(!due.is_empty(), "{preview}");
    let rebalanced = cluster.json("keeper", "rebalance --yes");
    assert_eq!(rebalanced["sold"]["symbol"], "SOL");
    let history = cluster.json("alice", "vault history");
    assert_eq!(
        (&history["events"][0]["event"], &history["events"][0]["signature"]),
        (&"Rebalanced".into(), &rebalanced["signature"])
    );
    cluster.localnet.stop().await.unwrap();
}
