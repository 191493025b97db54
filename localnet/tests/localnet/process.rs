//! The process `ballast-localnet`: its ports, its signals, its kept state, and that nothing is left of it.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use crate::support::{balance, cluster, price, wait_until};
use ballast_localnet::Manifest;
use tempfile::tempdir;

/// A running process, killed where a test fails.
struct Process {
    child: Child,
    ports: [u16; 2],
}

impl Process {
    /// Starts a cluster that is kept in `dir`.
    fn start(dir: &Path) -> Self {
        let ports = [free_port(), free_port()];
        Self { child: command(dir, ports).spawn().unwrap(), ports }
    }

    /// Waits until the cluster is ready.
    fn ready(mut self) -> (Self, Vec<String>) {
        let output = BufReader::new(self.child.stdout.take().unwrap());
        let mut printed: Vec<String> = vec![];
        for line in output.lines() {
            printed.push(line.unwrap());
            if printed.last().unwrap() == "Ctrl-C ends the cluster." {
                return (self, printed);
            }
        }
        let mut said = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        panic!("the cluster did not start: {said}");
    }

    fn signal(&self, name: &str) {
        assert!(Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap().success());
    }

    /// Waits until the process has ended and nobody listens on its ports.
    fn ended(&mut self) -> ExitStatus {
        let child = &mut self.child;
        wait_until("the process ends", || child.try_wait().unwrap().is_some());
        let ports = self.ports;
        wait_until("the ports are free", || ports.iter().all(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()));
        self.child.wait().unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(dir: &Path, ports: [u16; 2]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ballast-localnet"));
    command.args(["--port", &ports[0].to_string(), "--ws-port", &ports[1].to_string()]);
    command.args(["--slot-ms", "50", "--speed", "1", "--state"]).arg(dir);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

/// What must survive: clock, shares, a wallet's tokens, and how many transactions it has seen.
async fn state(dir: &Path) -> (i64, u64, [u64; 2], usize) {
    let manifest = Manifest::read(dir).unwrap();
    let cluster = cluster(&manifest);
    let shares = cluster.vault(&manifest.vaults[0].address).await.unwrap().total_shares;
    let tokens = [balance(&manifest, "alice", "BTC").await, balance(&manifest, "bob", "SOL").await];
    let transactions = cluster.rpc().get_signatures_for_address(&manifest.vaults[0].address).await.unwrap().len();
    (cluster.now().await.unwrap(), shares, tokens, transactions)
}

#[tokio::test(flavor = "multi_thread")]
async fn cluster_goes_on_after_a_clean_end_and_after_a_kill() {
    let dir = tempdir().unwrap();
    let (mut process, printed) = Process::start(dir.path()).ready();
    let manifest = Manifest::read(dir.path()).unwrap();
    let vault = manifest.vaults[0].address.to_string();
    assert!(printed.iter().any(|line| line.contains(&manifest.rpc_url)) && printed.iter().any(|line| line.contains(&vault)));
    ballast_localnet::control::set_price(&manifest, "SOL", 1_000.0).await.unwrap();
    ballast_localnet::control::travel(&manifest, 86_400).await.unwrap();
    let mut before = state(dir.path()).await;
    assert!(before.1 > 0 && before.2.iter().all(|units| *units > 0) && before.3 > 0);

    for signal in ["-TERM", "-KILL", "-INT"] {
        process.signal(signal);
        let status = process.ended();
        assert_eq!(status.success(), signal != "-KILL", "{signal}: {status}");
        (process, _) = Process::start(dir.path()).ready();
        let after = state(dir.path()).await;
        assert!((0..60).contains(&(after.0 - before.0)), "{signal}: the clock went from {} to {}", before.0, after.0);
        assert_eq!((after.1, after.2, after.3), (before.1, before.2, before.3), "after {signal}");
        let usd = price(&Manifest::read(dir.path()).unwrap(), "SOL").await;
        assert!((usd - 1_000.0).abs() < 1e-3, "after {signal}: a fixed price of {usd}");
        before = after;
    }
    process.signal("-TERM");
    assert!(process.ended().success());
}

#[test]
fn a_taken_port_is_one_clear_error() {
    let dir = tempdir().unwrap();
    let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    for (ports, option) in [([port, free_port()], "--port"), ([free_port(), port], "--ws-port")] {
        let output = command(dir.path(), ports).output().unwrap();
        assert!(!output.status.success());
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(said, format!("error: port {port} is taken: choose another with {option}\n"));
    }
}

#[test]
fn a_kept_cluster_serves_one_process_at_a_time() {
    let dir = tempdir().unwrap();
    let (mut process, _) = Process::start(dir.path()).ready();
    let output = command(dir.path(), [free_port(), free_port()]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && said.contains("is used by another local cluster"), "{said}");
    process.signal("-TERM");
    assert!(process.ended().success());
}

#[test]
fn an_interrupt_while_setting_up_leaves_nothing_behind() {
    let dir = tempdir().unwrap();
    let mut process = Process::start(dir.path());
    let port = process.ports[0];
    wait_until("the chain answers", || std::net::TcpStream::connect(("127.0.0.1", port)).is_ok());
    process.signal("-INT");
    assert!(!process.ended().success());
    let mut said = String::new();
    process.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(said, "error: ended before the cluster was ready\n");
}
