//! Clusters for tests, and looks at them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anchor_lang::AccountDeserialize as _;
use ballast_client::Pubkey;
use ballast_client::ballast::token::TOKEN;
use ballast_client::rpc::{Cluster, CommitmentConfig, FeePolicy, Sender};
use ballast_localnet::{Localnet, Manifest, Options};
use pyth_solana_receiver_sdk::price_update::{PriceFeedMessage, PriceUpdateV2};
use tempfile::TempDir;

/// Waiting ends here, so that no test hangs.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Options for quick tests, at real time, with a folder that lasts as long as the returned value.
pub fn quick() -> (Options, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (Options { dir: folder.path().to_owned(), slot_ms: 50, speed: 1.0, ..Options::default() }, folder)
}

/// Starts a cluster.
pub async fn start(options: &Options) -> Localnet {
    Localnet::start(options, |_| {}).await.unwrap_or_else(|error| panic!("{error:#}"))
}

/// A cluster's accounts.
pub fn cluster(manifest: &Manifest) -> Cluster {
    Cluster::new(&manifest.rpc_url, CommitmentConfig::confirmed())
}

/// Sends as a wallet, by its key file.
pub fn sender(manifest: &Manifest, wallet: &str) -> Sender {
    let key = solana_keypair::read_keypair_file(&manifest.wallets[wallet].keypair).unwrap();
    Sender::new(cluster(manifest), Arc::new(key), FeePolicy { max_lamports: 0, ..FeePolicy::default() })
}

/// What is published about a token.
pub async fn published(manifest: &Manifest, symbol: &str) -> PriceFeedMessage {
    let account = cluster(manifest).account(&manifest.asset(symbol).unwrap().price_account).await.unwrap().unwrap();
    PriceUpdateV2::try_deserialize(&mut account.data.as_slice()).unwrap().price_message
}

/// Its price in US dollars.
pub async fn price(manifest: &Manifest, symbol: &str) -> f64 {
    let message = published(manifest, symbol).await;
    message.price as f64 * 10f64.powi(message.exponent)
}

/// A wallet's units of a token.
pub async fn balance(manifest: &Manifest, wallet: &str, symbol: &str) -> u64 {
    let (owner, mint) = (manifest.wallets[wallet].address, manifest.asset(symbol).unwrap().mint);
    let account = ballast_client::address::associated_token(&owner, &mint, &TOKEN);
    units(manifest, &account).await
}

/// Units in a token account.
pub async fn units(manifest: &Manifest, account: &Pubkey) -> u64 {
    cluster(manifest).rpc().get_token_account_balance(account).await.unwrap().amount.parse().unwrap()
}

/// Waits until something is so.
pub fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
