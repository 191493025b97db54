//! A keeper that gets its prices from a service that speaks Hermes' documented format: <https://hermes.pyth.network/docs>.

use std::process::Command;
use std::sync::{Arc, Mutex};

use anyhow::Result;
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::routing::get;
use ballast_client::rpc::Cluster;
use ballast_e2e::{Stage, options};
use ballast_localnet::control;
use ballast_tests::pythnet::{QUORUM, update};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use pyth_solana_receiver_sdk::price_update::{PriceFeedMessage, PriceUpdateV2};
use serde_json::json;
use tokio::net::TcpListener;

/// A service that offers the prices which the cluster had, as of now.
#[derive(Clone)]
struct Service {
    cluster: Cluster,
    prices: Arc<Vec<PriceFeedMessage>>,
    asked: Arc<Mutex<Vec<String>>>,
}

async fn latest(State(service): State<Service>, RawQuery(query): RawQuery) -> String {
    let query = query.unwrap_or_default();
    let now = service.cluster.now().await.unwrap();
    let prices: Vec<_> = service
        .prices
        .iter()
        .filter(|price| query.contains(&hex(&price.feed_id)))
        .map(|price| PriceFeedMessage { publish_time: now, prev_publish_time: now - 1, ..*price })
        .collect();
    service.asked.lock().unwrap().push(query);
    let data = STANDARD.encode(update(&prices, QUORUM));
    json!({ "binary": { "encoding": "base64", "data": [data] }, "parsed": null }).to_string()
}

fn hex(feed: &[u8; 32]) -> String {
    feed.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Serves until the test ends; the service's URL.
async fn serve(service: Service) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/v2/updates/price/latest", get(latest)).with_state(service);
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

async fn published(stage: &Stage) -> Vec<PriceFeedMessage> {
    let mut prices = vec![];
    for asset in &stage.manifest().assets {
        let account = stage.cluster.account(&asset.price_account).await.unwrap().unwrap();
        let update: PriceUpdateV2 =
            ballast_client::anchor_lang::AccountDeserialize::try_deserialize(&mut account.data.as_slice()).unwrap();
        prices.push(update.price_message);
    }
    prices
}

#[tokio::test(flavor = "multi_thread")]
async fn prices_that_nobody_publishes_are_fetched_and_decided_upon() -> Result<()> {
    let stage = Stage::start(options()).await;
    let prices = Arc::new(published(&stage).await);
    for asset in &stage.manifest().assets {
        control::silence(stage.manifest(), &asset.symbol).await?;
    }
    stage.localnet.travel(7_200).await?;
    let asked = Arc::new(Mutex::new(vec![]));
    let service = Service { cluster: stage.cluster.clone(), prices: prices.clone(), asked: asked.clone() };
    let url = serve(service).await;
    let run = async |options: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ballast-keeper"));
        command.args(["--once", "--url", stage.urls()[0], "--keypair"]).arg(stage.keypair("keeper")).args(options);
        tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap()
    };

    let without = run(&["--dry-run"]).await;
    assert!(!String::from_utf8_lossy(&without.stdout).contains("would be cranked"), "{without:?}");
    let offered = run(&["--dry-run", "--hermes-url", &url]).await;
    assert!(offered.status.success(), "{offered:?}");
    assert!(String::from_utf8_lossy(&offered.stdout).contains("would be cranked"), "{offered:?}");
    let query = asked.lock().unwrap().first().cloned().unwrap();
    assert!(prices.iter().all(|price| query.contains(&hex(&price.feed_id))), "{query}");

    // Posting takes Pyth's receiver, which this cluster does not have: nothing is sent, and the keeper says why.
    let lamports = async || stage.cluster.rpc().get_balance(&stage.address("keeper")).await.unwrap();
    let before = lamports().await;
    let refused = run(&["--hermes-url", &url]).await;
    assert!(!refused.status.success(), "{refused:?}");
    assert!(String::from_utf8_lossy(&refused.stdout).contains("configuration of Pyth's receiver"), "{refused:?}");
    assert_eq!(lamports().await, before);
    stage.end().await;
    Ok(())
}
