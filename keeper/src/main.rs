//! The keeper: turns the cranks of vaults.

use std::io::IsTerminal;
use std::process::ExitCode;

use ballast_keeper::config::{Config, LogFormat};
use ballast_keeper::metrics::Metrics;
use ballast_keeper::run::run;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// One thread: deciding takes microseconds, the rest is waiting.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let config = match Config::read(std::env::args_os()) {
        Ok(config) => config,
        Err(error) => return refuse(&error),
    };
    if let Err(error) = start_log(&config) {
        return refuse(&error);
    }
    match run(&config, Metrics::new(), stopped()).await {
        Ok(summary) => {
            tracing::info!(done = summary.done, dry_run = summary.dry_run, failed = summary.failed, "keeper has ended");
            let is_well = !config.once || (summary.failed == 0 && !summary.is_wallet_low);
            if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => refuse(&error),
    }
}

/// Tells what is wrong; help and version, which clap treats as errors, are not.
fn refuse(error: &anyhow::Error) -> ExitCode {
    match error.downcast_ref::<clap::Error>() {
        Some(error) => error.exit(),
        None => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn start_log(config: &Config) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&config.log);
    let filter = filter.map_err(|error| anyhow::anyhow!("--log {:?}: {error}; pass a level such as info", config.log))?;
    let is_terminal = std::io::stderr().is_terminal();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(is_terminal).with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
    Ok(())
}

/// Ends with the first signal to stop.
async fn stopped() {
    let mut terminated = match signal(SignalKind::terminate()) {
        Ok(terminated) => terminated,
        Err(error) => {
            tracing::warn!(%error, "cannot wait for the signal to terminate");
            return std::future::pending().await;
        }
    };
    tokio::select! {
        _ = terminated.recv() => {}
        interrupted = tokio::signal::ctrl_c() => if interrupted.is_err() { std::future::pending().await },
    }
}
