//! Every line of `docs/cli.md`, in order, on a local cluster.

use std::collections::BTreeMap;

use crate::cluster::Cluster;

const PAGE: &str = include_str!("../../../docs/cli.md");

/// The page's blocks in this language.
fn blocks(language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    PAGE.split(fence.as_str()).skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

/// What the page leaves to its reader.
fn names(cluster: &Cluster) -> BTreeMap<String, String> {
    let manifest = &cluster.localnet.manifest;
    let is_pair =
        |pool: &&ballast_localnet::manifest::Pool| pool.assets.iter().all(|asset| ["BTC", "USDC"].contains(&asset.as_str()));
    let pool = manifest.pools.iter().find(is_pair).unwrap();
    let mut names = BTreeMap::from([("$POOL".to_string(), pool.address.to_string())]);
    for wallet in ["admin", "guardian", "bob"] {
        names.insert(format!("${}", wallet.to_uppercase()), cluster.wallet(wallet));
    }
    for asset in &manifest.assets {
        names.insert(format!("${}_MINT", asset.symbol), asset.mint.to_string());
        names.insert(format!("${}_FEED", asset.symbol), asset.feed_id.clone());
    }
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn every_line_of_the_page_works() {
    let cluster = Cluster::start().await;
    let names = names(&cluster);
    let filled = |text: &str| names.iter().fold(text.to_string(), |text, (name, value)| text.replace(name, value));
    cluster.file("vault.toml", &filled(blocks("toml")[0]));
    let lines: Vec<&str> = blocks("sh").into_iter().flat_map(str::lines).collect();
    assert!(lines.len() > 30, "{} lines", lines.len());
    for line in lines {
        match filled(line).strip_prefix("ballast ") {
            Some(words) => assert!(!cluster.ok("alice", words).is_empty(), "{line}"),
            None => {
                assert_eq!(line, "# two days later");
                cluster.localnet.travel(2 * 86_400 + 60).await.unwrap();
            }
        }
    }
    cluster.localnet.stop().await.unwrap();
}
