//! `cargo xtask localnet`: a local cluster until Ctrl-C.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Result, bail};
use ballast_localnet::{Localnet, Options};
use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::sleep;
use tracing_subscriber::EnvFilter;

/// Between two looks whether the chain still runs.
const WATCH: Duration = Duration::from_millis(500);

/// Runs a local Solana cluster with a ready vault, an AMM, funded wallets and moving prices, until Ctrl-C.
///
/// Its folder holds localnet.json with every address, the wallets in keys, and config.yml for `ballast --config` and
/// `solana --config`. The wallets' keys are the same in every local cluster, and public.
#[derive(Debug, Parser)]
#[command(name = "ballast-localnet", bin_name = "cargo xtask localnet", version, max_term_width = 110)]
struct Cli {
    /// Port of the RPC endpoint
    #[arg(long, value_name = "PORT", default_value_t = 8899)]
    port: u16,
    /// Port of the WebSocket endpoint
    #[arg(long, value_name = "PORT", default_value_t = 8900)]
    ws_port: u16,
    /// How much faster than real time the cluster's clock runs
    #[arg(long, value_name = "FACTOR", default_value_t = Options::default().speed)]
    speed: f64,
    /// Milliseconds between two blocks
    #[arg(long, value_name = "MS", default_value_t = Options::default().slot_ms)]
    slot_ms: u64,
    /// Keep the cluster in this folder, and go on with the one that is there [default: throw it away at the end]
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// Write the files of a cluster that is not kept to this folder [default: target/localnet in the project]
    #[arg(long, value_name = "DIR", conflicts_with = "state")]
    files: Option<PathBuf>,
    /// Where the clock of a new cluster starts, and so its prices: YYYY-MM-DD or seconds since 1970, UTC
    #[arg(long, value_name = "TIME", default_value = "2022-04-01", value_parser = ballast_sim::time::parse)]
    from: i64,
    /// Vaults to create
    #[arg(long, value_name = "N", default_value_t = 1)]
    vaults: usize,
    /// US dollars that the admin deposits first into each vault; 0 for nothing
    #[arg(long, value_name = "USD", default_value_t = Options::default().deposit_usd)]
    deposit: u64,
    /// Let prices stay where they start
    #[arg(long)]
    no_replay: bool,
}

impl Cli {
    fn options(self) -> Options {
        let keep = self.state.is_some();
        Options {
            port: Some(self.port),
            ws_port: Some(self.ws_port),
            dir: self.state.or(self.files).unwrap_or(Options::default().dir),
            keep,
            speed: self.speed,
            slot_ms: self.slot_ms,
            start: self.from,
            vaults: self.vaults,
            deposit_usd: self.deposit,
            replay: !self.no_replay,
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false).init();
    match run(&Cli::parse().options()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> Result<()> {
    // Before anything is started, so that no signal ends this process without ending the cluster.
    let (mut interrupts, mut terminations) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let stopped = async {
        tokio::select! {
            _ = interrupts.recv() => {}
            _ = terminations.recv() => {}
        }
    };
    tokio::pin!(stopped);
    let mut localnet = tokio::select! {
        started = start(options) => started?,
        () = &mut stopped => bail!("ended before the cluster was ready"),
    };
    report(&localnet);
    tokio::select! {
        died = watch(&mut localnet) => died?,
        () = &mut stopped => {}
    }
    localnet.stop().await
}

async fn start(options: &Options) -> Result<Localnet> {
    let style = ProgressStyle::with_template("{spinner} {msg} ({elapsed})")?;
    let bar = ProgressBar::new_spinner().with_style(style);
    bar.enable_steady_tick(Duration::from_millis(100));
    let started = Localnet::start(options, |step| bar.set_message(step.to_owned())).await;
    bar.finish_and_clear();
    started
}

/// Fails once the chain has ended by itself.
async fn watch(localnet: &mut Localnet) -> Result<()> {
    loop {
        if let Some(status) = localnet.ended()? {
            bail!("the chain ended by itself ({status})");
        }
        sleep(WATCH).await;
    }
}

fn report(localnet: &Localnet) {
    let (manifest, dir) = (&localnet.manifest, localnet.dir());
    println!("RPC        {}", manifest.rpc_url);
    println!("WebSocket  {}", manifest.ws_url);
    println!("program    {}", manifest.program_id);
    // A load test has hundreds.
    for vault in manifest.vaults.iter().take(3) {
        println!("vault      {} (lookup table {})", vault.address, vault.lookup_table);
    }
    for asset in &manifest.assets {
        println!("{:<10} {}", asset.symbol, asset.mint);
    }
    for (name, wallet) in &manifest.wallets {
        println!("{name:<10} {}", wallet.address);
    }
    println!("all of it  {}", dir.join("localnet.json").display());
    println!("in a shell . {}", dir.join("env").display());
    println!("Ctrl-C ends the cluster.");
}
