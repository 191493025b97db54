//! Ending: by signal, or with the process that started this one.

use std::io::{copy, sink, stdin};
use std::thread;

use anyhow::{Context as _, Result};
use crossbeam_channel::Sender;
use surfpool_types::SimnetCommand;
use tokio::runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Sends the command to end on SIGTERM, and on Ctrl-C or, instead, when standard input closes.
pub fn watch(commands: &Sender<SimnetCommand>, until_stdin_closes: bool) -> Result<()> {
    watch_signals(commands.clone(), until_stdin_closes)?;
    if until_stdin_closes {
        let commands = commands.clone();
        thread::Builder::new().name("stdin".into()).spawn(move || {
            // An unreadable input is a closed one.
            let _ = copy(&mut stdin(), &mut sink());
            terminate(&commands);
        })?;
    }
    Ok(())
}

fn watch_signals(commands: Sender<SimnetCommand>, ignores_interrupt: bool) -> Result<()> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build().context("cannot wait for signals")?;
    // From here on, neither signal ends the process by itself.
    let entered = runtime.enter();
    let interrupts = signal(SignalKind::interrupt())?;
    let terminations = signal(SignalKind::terminate())?;
    drop(entered);
    thread::Builder::new().name("signals".into()).spawn(move || {
        runtime.block_on(received(interrupts, ignores_interrupt, terminations));
        terminate(&commands);
    })?;
    Ok(())
}

/// Ctrl-C reaches every process of a terminal; the parent, if there is one to wait for, still has work for the cluster.
async fn received(mut interrupts: Signal, ignores_interrupt: bool, mut terminations: Signal) {
    tokio::select! {
        _ = interrupts.recv(), if !ignores_interrupt => {}
        _ = terminations.recv() => {}
    }
}

fn terminate(commands: &Sender<SimnetCommand>) {
    // A cluster that has ended already does not listen.
    let _ = commands.send(SimnetCommand::Terminate(None));
}
