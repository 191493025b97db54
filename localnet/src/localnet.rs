//! A running local cluster: its start, what it can be asked, and its end.

use std::env;
use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf, absolute};
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use ballast_client::rpc::{Cluster, CommitmentConfig};
use ballast_client::{PROGRAM_ID, Pubkey};
use ballast_fixtures::programs::deploy_dir;
use ballast_fixtures::token_swap;
use ballast_sim::token::CASH;
use tokio::task::{JoinHandle, block_in_place};

use crate::history::History;
use crate::host::{Host, HostOptions};
use crate::keys::{self, ADMIN, ALICE, BOB, KEEPER, MARKET};
use crate::manifest::Manifest;
use crate::market::{BASKET, Market};
use crate::options::Options;
use crate::replay::Replay;
use crate::vaults::Vaults;
use crate::{cheat, control, wallet};

/// What each wallet starts with.
const WALLET_LAMPORTS: u64 = 10_000_000_000_000;
/// The file that keeps the chain.
const STATE_FILE: &str = "chain.sqlite";
/// The file for shells.
const ENVIRONMENT_FILE: &str = "env";
/// A program's code is behind this in the account that holds it.
const PROGRAM_DATA_HEADER: usize = 45;
/// The loader of programs that can be upgraded.
const LOADER: Pubkey = Pubkey::from_str_const("BPFLoaderUpgradeab1e11111111111111111111111");

/// A running local cluster, which ends when this is dropped. Needs tokio's multi-threaded runtime.
pub struct Localnet {
    /// What is on it.
    pub manifest: Manifest,
    dir: PathBuf,
    replay: JoinHandle<()>,
    host: Host,
}

impl Localnet {
    /// Starts a cluster, makes whatever is missing on it, and tells its progress.
    ///
    /// # Errors
    /// Where a port is taken, a program is not built, or the set-up fails. Nothing is left running.
    pub async fn start(options: &Options, progress: impl Fn(&str)) -> Result<Self> {
        let clock_step_ms = options.clock_step_ms()?;
        let programs = [(PROGRAM_ID, read_program("ballast")?), (token_swap::PROGRAM, read_program("spl_token_swap")?)];
        let risky: Vec<String> = BASKET.iter().map(|(symbol, _)| (*symbol).to_owned()).filter(|name| name != CASH).collect();
        let history = Arc::new(History::read(&risky)?);
        // A kept chain is locked by its host.
        if !options.keep {
            require_unused(&options.dir)?;
        }
        let wallets = keys::save(&options.dir)?;

        progress("starting the chain");
        let host_options = HostOptions {
            port: options.port,
            ws_port: options.ws_port,
            slot_ms: options.slot_ms,
            clock_step_ms,
            start: options.start,
            state: options.keep.then(|| options.dir.join(STATE_FILE)),
        };
        let host = block_in_place(|| Host::start(&host_options))?;
        let cluster = Cluster::new(&host.endpoints.rpc_url, CommitmentConfig::confirmed());

        progress("deploying the programs");
        for (id, elf) in &programs {
            deploy(&cluster, id, elf).await?;
        }
        let addresses: Vec<Pubkey> = wallets.values().map(|wallet| wallet.address).collect();
        fund(&cluster, &addresses).await?;

        progress("issuing tokens and opening pools");
        let prices = history.at(cluster.now().await?);
        let market = Arc::new(Market::new(&prices)?);
        let sender = wallet::sender(&cluster, MARKET, options.slot_ms);
        market.create_mints(&sender).await?;
        for owner in [MARKET, ADMIN, ALICE, BOB] {
            market.welcome(&sender, &keys::address(owner), &prices).await?;
        }
        market.open_pools(&sender, &prices).await?;
        let mut replay = Replay::new(sender, market.clone(), history, options.replay);
        replay.round().await.context("cannot publish the first prices")?;
        let replay = tokio::spawn(replay.run(Duration::from_millis(options.slot_ms)));

        let mut manifest = Manifest {
            rpc_url: host.endpoints.rpc_url.clone(),
            ws_url: host.endpoints.ws_url.clone(),
            clock_step_ms,
            program_id: PROGRAM_ID,
            wallets,
            assets: market.listed_assets(),
            pools: market.listed_pools(),
            vaults: vec![],
        };
        // From here on it ends with this value.
        let mut localnet = Self { manifest: manifest.clone(), dir: options.dir.clone(), replay, host };
        progress("creating the vault");
        let vaults = Vaults { cluster, market, prices, deposit_usd: options.deposit_usd, slot_ms: options.slot_ms };
        manifest.vaults = vaults.create(0..options.vaults as u64, &progress).await?;
        manifest.write(&localnet.dir)?;
        localnet.write_config()?;
        localnet.write_environment()?;
        localnet.manifest = manifest;
        Ok(localnet)
    }

    /// The folder with the manifest `localnet.json`, the wallets in `keys`, and `config.yml` for the command line.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Moves the clock forward; see [`control::travel`].
    ///
    /// # Errors
    /// As there.
    pub async fn travel(&self, secs: u32) -> Result<()> {
        control::travel(&self.manifest, secs).await
    }

    /// Fixes a price; see [`control::set_price`].
    ///
    /// # Errors
    /// As there.
    pub async fn set_price(&self, symbol: &str, usd: f64) -> Result<()> {
        control::set_price(&self.manifest, symbol, usd).await
    }

    /// How the process that hosts the chain has ended, if it has.
    ///
    /// # Errors
    /// Where the system does not tell.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        self.host.ended()
    }

    /// Ends the cluster, and waits until its state is kept and its ports are free.
    ///
    /// # Errors
    /// Where it did not end by itself.
    pub async fn stop(mut self) -> Result<()> {
        self.replay.abort();
        block_in_place(|| self.host.stop())
    }

    /// The configuration file of `solana` and `ballast`: this cluster, and alice's wallet.
    fn write_config(&self) -> Result<()> {
        let Manifest { rpc_url, ws_url, wallets, .. } = &self.manifest;
        let keypair = wallets[ALICE].keypair.display();
        let text = format!(
            "---\njson_rpc_url: \"{rpc_url}\"\nwebsocket_url: \"{ws_url}\"\nkeypair_path: \"{keypair}\"\naddress_labels: {{}}\n\
             commitment: confirmed\n"
        );
        self.write("config.yml", &text)
    }

    /// What a shell takes in so that the project's commands, built beside this one, find themselves, the cluster and a wallet.
    fn write_environment(&self) -> Result<()> {
        let program = env::current_exe().context("cannot tell where the project's commands are")?;
        let commands = program.parent().context("cannot tell where the project's commands are")?;
        let dir = absolute(&self.dir).context("cannot tell where the cluster's folder is")?;
        let Manifest { rpc_url, ws_url, .. } = &self.manifest;
        let variables = [
            ("PATH", format!("{}:$PATH", commands.display())),
            ("BALLAST_CONFIG", dir.join("config.yml").display().to_string()),
            ("BALLAST_LOCALNET", dir.join("localnet.json").display().to_string()),
            ("BALLAST_KEYS", dir.join("keys").display().to_string()),
            ("BALLAST_KEEPER_URL", rpc_url.clone()),
            ("BALLAST_KEEPER_WS_URL", ws_url.clone()),
            ("BALLAST_KEEPER_KEYPAIR", self.manifest.wallets[KEEPER].keypair.display().to_string()),
        ];
        let lines = variables.map(|(name, value)| format!("export {name}=\"{value}\"\n"));
        self.write(ENVIRONMENT_FILE, &lines.concat())
    }

    fn write(&self, name: &str, text: &str) -> Result<()> {
        let file = self.dir.join(name);
        fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))
    }
}

impl Drop for Localnet {
    fn drop(&mut self) {
        self.replay.abort();
    }
}

/// Fails where another cluster runs in the folder: it would lose its files.
fn require_unused(dir: &Path) -> Result<()> {
    let Ok(other) = Manifest::read(dir) else { return Ok(()) };
    let address = other.rpc_url.strip_prefix("http://").unwrap_or(&other.rpc_url);
    ensure!(
        TcpStream::connect(address).is_err(),
        "a cluster runs in {} at {}: end it, or give another folder by --state",
        dir.display(),
        other.rpc_url
    );
    Ok(())
}

fn read_program(name: &str) -> Result<Vec<u8>> {
    let file = deploy_dir().join(format!("{name}.so"));
    fs::read(&file).with_context(|| format!("cannot read {}: `cargo xtask localnet` builds it", file.display()))
}

/// Deploys a program that is missing, and upgrades one that differs. The admin may upgrade it.
async fn deploy(cluster: &Cluster, id: &Pubkey, elf: &[u8]) -> Result<()> {
    let (data, _) = Pubkey::find_program_address(&[id.as_ref()], &LOADER);
    let deployed = cluster.account(&data).await?;
    let is_same = deployed.is_some_and(|account| account.data.get(PROGRAM_DATA_HEADER..) == Some(elf));
    if !is_same {
        cheat::write_program(cluster, id, elf, &keys::address(ADMIN)).await?;
    }
    Ok(())
}

/// Gives lamports to the wallets that do not exist yet.
async fn fund(cluster: &Cluster, wallets: &[Pubkey]) -> Result<()> {
    for (wallet, found) in wallets.iter().zip(cluster.accounts(wallets).await?) {
        if found.is_none() {
            cheat::set_account(cluster, wallet, &Pubkey::default(), WALLET_LAMPORTS, &[]).await?;
        }
    }
    Ok(())
}
