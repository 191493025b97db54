//! The host process of a local Solana cluster: Surfpool, embedded and offline.
//!
//! It knows nothing of Ballast. Whoever starts it reads one line of JSON on its standard output, `{"rpcUrl":…,"wsUrl":…}`, once
//! both endpoints answer, and does the rest by RPC. Warnings and errors go to standard error.

mod chain;
mod clock;
mod options;
mod stop;

use std::io::{Write as _, stdout};
use std::process::ExitCode;
use std::thread;

use anyhow::{Context as _, Result, anyhow, bail};
use clap::Parser as _;
use crossbeam_channel::{Receiver, Sender, bounded, select, unbounded};
use surfpool_types::{SimnetCommand, SimnetEvent};

use crate::chain::Chain;
use crate::clock::KeptClock;
use crate::options::{HOST, Options};

fn main() -> ExitCode {
    run(&Options::parse()).map_or_else(
        |error| {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        },
        |()| ExitCode::SUCCESS,
    )
}

fn run(options: &Options) -> Result<()> {
    options.require_free_ports()?;
    // Held until the process ends.
    let _lock = options.lock_state()?;
    let (chain, events) = Chain::open(options)?;
    let mut clock = chain.kept_clock();
    let (commands, received) = unbounded();
    stop::watch(&commands, options.until_stdin_closes)?;
    let ended = start(chain, options, commands, received)?;
    loop {
        select! {
            recv(events) -> event => take(&event?, options, &mut clock)?,
            recv(ended) -> result => return result?.map_err(|error| anyhow!(error)),
        }
    }
}

/// Produces blocks and answers requests on a thread of its own, since Surfpool blocks the thread that it runs on. Returns where
/// its end is announced.
fn start(
    chain: Chain,
    options: &Options,
    commands: Sender<SimnetCommand>,
    received: Receiver<SimnetCommand>,
) -> Result<Receiver<Result<(), String>>> {
    let runtime = tokio::runtime::Runtime::new().context("cannot start the cluster's threads")?;
    let (end, ended) = bounded(1);
    let config = options.surfpool();
    thread::Builder::new().name("cluster".into()).spawn(move || {
        let result = runtime.block_on(chain.run(config, commands, received));
        // Nobody listens any more where the process is ending for another reason.
        let _ = end.send(result);
    })?;
    Ok(ended)
}

fn take(event: &SimnetEvent, options: &Options, clock: &mut Option<KeptClock>) -> Result<()> {
    match event {
        SimnetEvent::CoreStarted(_) => announce(options)?,
        SimnetEvent::SystemClockUpdated(now) => clock.as_mut().map_or(Ok(()), |clock| clock.keep(now.unix_timestamp))?,
        SimnetEvent::Aborted(why) => bail!("the cluster stopped: {why}"),
        // A transaction's failure is its sender's business.
        SimnetEvent::ErrorLog(_, text) if text.starts_with("Failed to process transaction") => {}
        SimnetEvent::ErrorLog(_, text) => eprintln!("error: {text}"),
        SimnetEvent::WarnLog(_, text) => eprintln!("warning: {text}"),
        _ => {}
    }
    Ok(())
}

fn announce(options: &Options) -> Result<()> {
    let (port, ws_port) = (options.port, options.ws_port);
    println!(r#"{{"rpcUrl":"http://{HOST}:{port}","wsUrl":"ws://{HOST}:{ws_port}"}}"#);
    Ok(stdout().flush()?)
}
