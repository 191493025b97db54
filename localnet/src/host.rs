//! The process that hosts the chain: `ballast-surfnet`.

use std::env;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use serde::Deserialize;

/// The program, and the variable that names another place for it.
const BINARY: &str = "ballast-surfnet";
const BINARY_VARIABLE: &str = "BALLAST_SURFNET";
/// How long it may take to end by itself.
const PATIENCE: Duration = Duration::from_secs(10);
/// Chosen ports may be taken before the host opens them.
const ATTEMPTS: usize = 3;

/// How to host the chain.
#[derive(Clone, Debug)]
pub struct HostOptions {
    /// Port of the RPC endpoint; `None` for a free one.
    pub port: Option<u16>,
    /// Port of the WebSocket endpoint; `None` for a free one.
    pub ws_port: Option<u16>,
    /// Milliseconds between two blocks.
    pub slot_ms: u64,
    /// Milliseconds that the clock advances with each block.
    pub clock_step_ms: u64,
    /// Where the clock of a new chain starts, seconds since 1970.
    pub start: i64,
    /// The file that keeps the chain.
    pub state: Option<PathBuf>,
}

/// A running host. It ends when this is dropped, and before that when this process dies.
pub struct Host {
    child: Child,
    /// Closing it ends the host.
    stdin: Option<ChildStdin>,
    /// Its endpoints.
    pub endpoints: Endpoints,
}

/// Where the chain answers.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Endpoints {
    /// The RPC endpoint.
    pub rpc_url: String,
    /// The WebSocket endpoint.
    pub ws_url: String,
}

impl Host {
    /// Starts a host and waits until it answers.
    pub fn start(options: &HostOptions) -> Result<Self> {
        let binary = find()?;
        let chooses = options.port.is_none() || options.ws_port.is_none();
        let mut attempts = 1..=if chooses { ATTEMPTS } else { 1 };
        loop {
            let started = Self::attempt(&binary, options);
            attempts.next();
            if started.is_ok() || attempts.is_empty() {
                return started;
            }
        }
    }

    fn attempt(binary: &Path, options: &HostOptions) -> Result<Self> {
        let mut command = Command::new(binary);
        let port = |wanted: Option<u16>| wanted.map_or_else(free_port, Ok).map(|port| port.to_string());
        command.args(["--port", &port(options.port)?, "--ws-port", &port(options.ws_port)?]);
        command.args(["--slot-ms", &options.slot_ms.to_string(), "--clock-step-ms", &options.clock_step_ms.to_string()]);
        command.args(["--start", &options.start.to_string(), "--until-stdin-closes"]);
        if let Some(state) = &options.state {
            command.arg("--state").arg(state);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("cannot run {}", binary.display()))?;
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let endpoints = stdout.context("the host has no output").and_then(ready);
        // From here on it ends with this value.
        let endpoints = endpoints.inspect_err(|_| drop(child.kill()));
        match endpoints {
            Ok(endpoints) => {
                stderr.map(forward).transpose()?;
                Ok(Self { child, stdin, endpoints })
            }
            Err(_) => bail!(complaint(child, stderr)),
        }
    }

    /// How the host has ended, if it has.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Ends the host and waits until it has written its state and freed its ports.
    pub fn stop(&mut self) -> Result<()> {
        drop(self.stdin.take());
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait()? {
                ensure!(status.success(), "the local cluster ended with {status}");
                return Ok(());
            }
            thread::sleep(Duration::from_millis(5));
        }
        self.child.kill()?;
        self.child.wait()?;
        bail!("the local cluster did not end by itself within {} s, and was killed", PATIENCE.as_secs())
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        if let Err(error) = self.stop() {
            tracing::warn!("{error:#}");
        }
    }
}

/// The host's program: named by the variable, or where Cargo puts it, beside this program.
fn find() -> Result<PathBuf> {
    if let Some(named) = env::var_os(BINARY_VARIABLE).map(PathBuf::from) {
        ensure!(named.is_file(), "{BINARY_VARIABLE} names {}, which is not a file", named.display());
        return Ok(named);
    }
    let own = env::current_exe().context("cannot tell where this program is")?;
    // Tests are a folder deeper than programs.
    let beside = own.ancestors().skip(1).take(2).map(|folder| folder.join(BINARY)).find(|binary| binary.is_file());
    beside.with_context(|| {
        format!("{BINARY} is not built: `cargo xtask localnet` builds it (or name it in the variable {BINARY_VARIABLE})")
    })
}

/// A port that nobody uses now.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0)).context("there is no free port")?.local_addr()?.port())
}

/// Reads the line by which the host says that it answers.
fn ready(stdout: ChildStdout) -> Result<Endpoints> {
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line)?;
    serde_json::from_str(&line).context("the host did not say where it answers")
}

/// What a host that did not start said about it.
fn complaint(mut child: Child, stderr: Option<ChildStderr>) -> String {
    let mut said = String::new();
    // Without a word, there is its status.
    let _ = stderr.map(|mut stderr| stderr.read_to_string(&mut said));
    let status = child.wait().map_or_else(|error| error.to_string(), |status| status.to_string());
    match said.trim().trim_start_matches("error: ") {
        "" => format!("the local cluster did not start ({status})"),
        said => said.to_owned(),
    }
}

/// Passes on what the host complains of.
fn forward(stderr: ChildStderr) -> Result<()> {
    let forward = || BufReader::new(stderr).lines().map_while(Result::ok).for_each(|line| tracing::warn!("{line}"));
    thread::Builder::new().name("surfnet".into()).spawn(forward)?;
    Ok(())
}
