//! A local cluster of a test's own, and the command line on it as a process.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use ballast_client::Pubkey;
use ballast_client::rpc::{Cluster as Rpc, CommitmentConfig};
use ballast_localnet::{Localnet, Options};
use serde_json::Value;
use tempfile::TempDir;

/// A local cluster with a vault of equal parts, prices that stay, and a folder that goes with it.
pub struct Cluster {
    pub localnet: Localnet,
    pub dir: TempDir,
}

impl Cluster {
    pub async fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let options = Options { dir: dir.path().to_path_buf(), replay: false, ..Options::default() };
        let localnet = Localnet::start(&options, |_| ()).await.unwrap();
        Self { localnet, dir }
    }

    pub fn rpc(&self) -> Rpc {
        Rpc::new(&self.localnet.manifest.rpc_url, CommitmentConfig::confirmed())
    }

    /// Sends some lamports to an address.
    pub async fn give(&self, address: &Pubkey) {
        let rpc = self.rpc();
        rpc.rpc().request_airdrop(address, 1_000_000).await.unwrap();
        while rpc.account(address).await.unwrap().is_none() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The address of a wallet.
    pub fn wallet(&self, name: &str) -> String {
        self.localnet.manifest.wallets[name].address.to_string()
    }

    /// A file of the test's own.
    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// The command line of a wallet, not run yet.
    pub fn command(&self, wallet: &str, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ballast"));
        command
            .args(args)
            .current_dir(self.dir.path())
            .env("BALLAST_CONFIG", self.dir.path().join("config.yml"))
            .env("BALLAST_LOCALNET", self.dir.path().join("localnet.json"))
            .env("BALLAST_KEYPAIR", self.dir.path().join(format!("keys/{wallet}.json")))
            .env_remove("BALLAST_URL")
            .env_remove("BALLAST_VAULT")
            .stdin(Stdio::null());
        command
    }

    /// Runs a line of words.
    pub fn run(&self, wallet: &str, line: &str) -> Output {
        self.command(wallet, &line.split_whitespace().collect::<Vec<_>>()).output().unwrap()
    }

    /// What a line prints that must succeed.
    pub fn ok(&self, wallet: &str, line: &str) -> String {
        let output = self.run(wallet, line);
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// The same as JSON.
    pub fn json(&self, wallet: &str, line: &str) -> Value {
        serde_json::from_str(&self.ok(wallet, &format!("{line} --output json"))).unwrap()
    }

    /// Why a line is refused, with exit status 1 and nothing printed.
    pub fn err(&self, wallet: &str, line: &str) -> String {
        let output = self.run(wallet, line);
        assert_eq!(output.status.code(), Some(1), "{line}");
        assert!(output.stdout.is_empty(), "{line}: {}", String::from_utf8_lossy(&output.stdout));
        String::from_utf8(output.stderr).unwrap()
    }
}

/// Raw units of an amount in JSON.
pub fn units(amount: &Value) -> u64 {
    amount["units"].as_str().unwrap().parse().unwrap()
}
