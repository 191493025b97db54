//! A local cluster, and who acts on it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use ballast_client::Pubkey;
use ballast_client::ballast::state::Vault;
use ballast_client::core::shares::LOCKED_SHARES;
use ballast_client::rpc::{Cluster, CommitmentConfig};
use ballast_localnet::{Localnet, Manifest, Options};
use tempfile::TempDir;

use crate::command_line::Answer;

/// A local cluster of a test's own.
pub struct Stage {
    /// The cluster.
    pub localnet: Localnet,
    /// Its chain, for what no command shows.
    pub cluster: Cluster,
    dir: TempDir,
    numbers: AtomicUsize,
}

/// Fast blocks, a clock that runs ten times as fast as the machine's, and prices that only the test moves.
pub fn options() -> Options {
    Options { speed: 10.0, slot_ms: 100, replay: false, ..Options::default() }
}

impl Stage {
    /// Starts a cluster in a temporary folder.
    ///
    /// # Panics
    /// Where it cannot be started.
    pub async fn start(options: Options) -> Self {
        let dir = TempDir::new().expect("a temporary folder");
        let options = Options { dir: dir.path().to_owned(), ..options };
        let localnet = Localnet::start(&options, |_| {}).await.unwrap_or_else(|error| panic!("no local cluster: {error:#}"));
        let cluster = Cluster::new(&localnet.manifest.rpc_url, CommitmentConfig::confirmed());
        Stage { localnet, cluster, dir, numbers: AtomicUsize::new(0) }
    }

    /// What is on the cluster.
    pub fn manifest(&self) -> &Manifest {
        &self.localnet.manifest
    }

    /// The cluster's folder.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// RPC and WebSocket endpoints.
    pub fn urls(&self) -> [&str; 2] {
        [&self.manifest().rpc_url, &self.manifest().ws_url]
    }

    /// Somebody's keypair file.
    pub fn keypair(&self, wallet: &str) -> PathBuf {
        self.manifest().wallets[wallet].keypair.clone()
    }

    /// Somebody's address.
    pub fn address(&self, wallet: &str) -> Pubkey {
        self.manifest().wallets[wallet].address
    }

    /// Runs `ballast` as somebody: the words of `line`, and `--keypair` of `wallet`.
    pub async fn ballast(&self, wallet: &str, line: &str) -> Answer {
        self.ballast_by(&self.manifest().rpc_url, wallet, line).await
    }

    /// The same through another RPC endpoint.
    pub async fn ballast_by(&self, url: &str, wallet: &str, line: &str) -> Answer {
        let keypair = self.keypair(wallet);
        let keypair = keypair.to_str().expect("a readable path");
        let words: Vec<&str> = line.split_whitespace().chain(["--keypair", keypair]).collect();
        Answer::of(self.dir(), url, &words).await
    }

    /// Writes a file into the cluster's folder, and returns its path.
    ///
    /// # Panics
    /// Where that is impossible.
    pub fn write(&self, name: &str, text: &str) -> String {
        let file = self.dir().join(name);
        fs::write(&file, text).expect("a file in a temporary folder");
        file.to_str().expect("a readable path").to_owned()
    }

    /// A vault's account.
    ///
    /// # Panics
    /// Where there is none.
    pub async fn vault(&self, address: &Pubkey) -> Vault {
        self.cluster.vault(address).await.unwrap_or_else(|error| panic!("{error}"))
    }

    /// Checks that a vault's books are what its token accounts hold, and its shares what its mint says.
    ///
    /// # Panics
    /// Where they are not.
    pub async fn check_books(&self, address: &Pubkey) {
        let vault = self.vault(address).await;
        for asset in vault.assets() {
            assert_eq!(asset.balance, self.amount(&asset.reserve).await, "the reserve {}", asset.reserve);
        }
        let supply = self.cluster.rpc().get_token_supply(&vault.share_mint).await.expect("the supply of shares");
        let minted = vault.total_shares.saturating_sub(LOCKED_SHARES);
        assert_eq!(supply.amount, minted.to_string(), "the supply of shares");
    }

    /// Raw units in a token account.
    ///
    /// # Panics
    /// Where there is none.
    pub async fn amount(&self, account: &Pubkey) -> u64 {
        let balance = self.cluster.rpc().get_token_account_balance(account).await.expect("a token account");
        balance.amount.parse().expect("a number of raw units")
    }

    /// Counts from 0.
    pub(crate) fn next_number(&self) -> usize {
        self.numbers.fetch_add(1, Ordering::Relaxed)
    }

    /// Ends the cluster, and checks that nothing of it is left.
    ///
    /// # Panics
    /// Where something is.
    pub async fn end(self) {
        let urls = self.urls().map(str::to_owned);
        self.localnet.stop().await.unwrap_or_else(|error| panic!("the cluster did not end: {error:#}"));
        for url in urls {
            let (_, address) = url.split_once("://").expect("a URL");
            assert!(std::net::TcpStream::connect(address).is_err(), "{url} still answers");
        }
    }
}
