//! The command line, and what it means for Surfpool.

use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::net::TcpListener;
use std::path::PathBuf;

use anyhow::{Context as _, Result, anyhow, bail};
use clap::Parser;
use surfpool_core::surfnet::svm::SurfnetSvmConfig;
use surfpool_types::{RpcConfig, SimnetConfig, SurfpoolConfig};

/// Both endpoints are for this machine alone.
pub const HOST: &str = "127.0.0.1";

/// A local Solana cluster: RPC and WebSocket, offline, with Surfpool's cheat codes.
#[derive(Debug, Parser)]
#[command(name = "ballast-surfnet", version, max_term_width = 110)]
pub struct Options {
    /// Port of the RPC endpoint
    #[arg(long, value_name = "PORT", default_value_t = 8899)]
    pub port: u16,
    /// Port of the WebSocket endpoint
    #[arg(long, value_name = "PORT", default_value_t = 8900)]
    pub ws_port: u16,
    /// Milliseconds between two blocks
    #[arg(long, value_name = "MS", default_value_t = 400, value_parser = clap::value_parser!(u64).range(10..=10_000))]
    pub slot_ms: u64,
    /// Milliseconds that the cluster's clock advances with each block: more than --slot-ms makes it run faster than real time
    #[arg(long, value_name = "MS", default_value_t = 400, value_parser = clap::value_parser!(u64).range(1..=3_600_000))]
    pub clock_step_ms: u64,
    /// Where the clock of a new cluster starts, in seconds since 1970 [default: now]
    #[arg(long, value_name = "UNIX")]
    pub start: Option<u64>,
    /// SQLite file that keeps accounts, transactions and clock; without it, all of that ends with the process
    #[arg(long, value_name = "FILE")]
    pub state: Option<PathBuf>,
    /// End when standard input closes, which it does when the parent dies; Ctrl-C is then left to the parent
    #[arg(long)]
    pub until_stdin_closes: bool,
}

impl Options {
    /// Fails where a port is taken: Surfpool itself would only say so, and end as if all were well.
    pub fn require_free_ports(&self) -> Result<()> {
        for (option, port) in [("--port", self.port), ("--ws-port", self.ws_port)] {
            TcpListener::bind((HOST, port)).map_err(|error| match error.kind() {
                ErrorKind::AddrInUse => anyhow!("port {port} is taken: choose another with {option}"),
                _ => anyhow!("cannot listen on port {port}: {error}; choose another with {option}"),
            })?;
        }
        if self.port == self.ws_port {
            bail!("port {} cannot serve both RPC and WebSocket: choose another with --ws-port", self.port);
        }
        Ok(())
    }

    /// Keeps a second process from the same state. The lock ends with the process, however it ends.
    pub fn lock_state(&self) -> Result<Option<File>> {
        let Some(state) = &self.state else { return Ok(None) };
        let path = state.with_extension("lock");
        let file = File::create(&path).with_context(|| format!("cannot create {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => {
                bail!("{} is used by another local cluster: end that one, or choose another place", state.display())
            }
            Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("cannot lock {}", path.display())),
        }
    }

    /// Settings of the virtual machine. Its slot time moves the clock; that of [`surfpool`](Self::surfpool) times the blocks.
    pub fn svm(&self) -> SurfnetSvmConfig {
        SurfnetSvmConfig {
            slot_time: self.clock_step_ms,
            instruction_profiling_enabled: false,
            max_profiles: 1,
            ..SurfnetSvmConfig::default()
        }
    }

    /// Settings of blocks and endpoints. The gossip and transaction ports are only told, never opened.
    pub fn surfpool(&self) -> SurfpoolConfig {
        let simnet = SimnetConfig {
            offline_mode: true,
            remote_rpc_url: None,
            slot_time: self.slot_ms,
            instruction_profiling_enabled: false,
            max_profiles: 1,
            ..SimnetConfig::default()
        };
        let rpc = RpcConfig { bind_host: HOST.into(), bind_port: self.port, ws_port: self.ws_port, ..RpcConfig::default() };
        SurfpoolConfig { simnets: vec![simnet], rpc, ..SurfpoolConfig::default() }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Options::command().debug_assert();
    }

    #[test]
    fn a_taken_port_is_named_with_its_option() {
        let taken = TcpListener::bind((HOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let options = Options::parse_from(["ballast-surfnet", "--ws-port", &port.to_string(), "--port", "0"]);
        let error = options.require_free_ports().unwrap_err().to_string();
        assert_eq!(error, format!("port {port} is taken: choose another with --ws-port"));
    }

    #[test]
    fn a_state_serves_one_process_at_a_time() {
        let state = std::env::temp_dir().join(format!("ballast-surfnet-{}.sqlite", std::process::id()));
        let options = Options::parse_from(["ballast-surfnet".as_ref(), "--state".as_ref(), state.as_os_str()]);
        let first = options.lock_state().unwrap();
        let error = options.lock_state().unwrap_err().to_string();
        assert!(error.contains("used by another local cluster"), "{error}");
        drop(first);
        assert!(options.lock_state().unwrap().is_some());
        std::fs::remove_file(state.with_extension("lock")).unwrap();
    }
}
