//! The web app: built, checked, tested, and run with a local cluster and a keeper.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs::{self, File},
    io::{BufRead, BufReader, ErrorKind},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf, absolute},
    process::{ChildStdout, Command, ExitCode, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::{
    chromium, launch, localnet,
    npm::{self, APP},
    progress::Progress,
    project::Project,
    supervisor::Supervisor,
    wasm,
};

/// How long [`build`] takes when nothing is built yet.
pub const COLD: &str = "5 minutes";

/// What `cargo xtask app` is asked for.
#[derive(clap::Args)]
pub struct Options {
    /// Port of the app
    #[arg(long, value_name = "PORT", default_value_t = 5173)]
    pub port: u16,
    /// Options of the local cluster, after `--` (`cargo xtask localnet --help` lists them)
    #[arg(last = true, value_name = "OPTIONS")]
    pub cluster: Vec<OsString>,
}

/// What the app needs of a local cluster's manifest.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Manifest {
    rpc_url: String,
    ws_url: String,
    wallets: BTreeMap<String, Wallet>,
    vaults: Vec<Vault>,
}

#[derive(Deserialize)]
struct Wallet {
    keypair: PathBuf,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vault {
    lookup_table: String,
}

/// Builds the rules as WebAssembly, and the app around them.
pub fn build(project: &Project) -> Result<()> {
    wasm::build(project)?;
    npm::install(project, APP)?;
    npm::run(project, APP, &["build"])
}

/// Checks types and format, and that the first page's script is small enough. The app must have been built.
pub fn check(project: &Project) -> Result<()> {
    npm::run(project, APP, &["check", "size"])
}

/// The command that runs the tests that need no browser.
pub fn tests(project: &Project) -> Command {
    npm::tests(project, APP, "test")
}

/// The command that runs the tests in a browser, against local clusters of their own. App and clusters' host must have been built.
pub fn browser_tests(project: &Project) -> Result<Command> {
    chromium::require(project)?;
    localnet::build_commands(project)?;
    let mut command = npm::tests(project, APP, "test:browser");
    command.env("BALLAST_LOCALNET_BINARY", launch::built(project, localnet::CLUSTER).get_program());
    Ok(command)
}

/// Builds everything, then runs cluster, keeper and app until Ctrl-C or until one of them ends.
pub fn run(project: &Project, options: &Options) -> Result<ExitCode> {
    if launch::wants_help(&options.cluster) {
        return localnet::run(project, &options.cluster);
    }
    require_free(options.port)?;
    let mut progress = Progress::new(localnet::STEPS + 1);
    localnet::build(project, &mut progress)?;
    progress.step("building the app", COLD);
    build(project)?;
    serve(project, options)?;
    Ok(ExitCode::SUCCESS)
}

/// Fails before anything is built where the app cannot have its port.
fn require_free(port: u16) -> Result<()> {
    match TcpListener::bind(("127.0.0.1", port)) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            bail!("port {port} is taken: end what uses it, or give the app another by --port")
        }
        Err(error) => bail!("the app cannot have port {port}: {error}"),
    }
}

fn serve(project: &Project, options: &Options) -> Result<()> {
    let mut running = Supervisor::new()?;
    let mut cluster = launch::with_arguments(launch::built(project, localnet::CLUSTER), &options.cluster)?;
    let cluster = running.start("the local cluster", cluster.stdout(Stdio::piped()))?;
    let lines = lines(cluster.stdout.take().context("the local cluster has no output")?);
    let Some(file) = running.wait(|| manifest_file(&lines))? else { return Ok(()) };
    // It may be given as seen from the caller's folder.
    let file = absolute(file)?;
    let manifest = read(&file)?;

    let log = file.with_file_name("keeper.log");
    running.start(format!("the keeper (its log is {})", log.display()), keeper(project, &manifest)?.stdout(create(&log)?))?;
    running.start("the app's server", &mut server(project, &file, options.port))?;
    let address = format!("127.0.0.1:{}", options.port);
    if running.wait(|| TcpStream::connect(&address).ok())?.is_none() {
        return Ok(());
    }
    report(&manifest, &address, &log);
    running.wait(|| None::<()>)?;
    Ok(())
}

/// A program's lines, as they come. They end with the program.
fn lines(output: ChildStdout) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        // Nobody listens any more once the manifest is known; the pipe must not fill up.
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    receiver
}

/// The file that the cluster says it is described in, once it is ready.
fn manifest_file(lines: &Receiver<String>) -> Option<PathBuf> {
    let named = |line: String| line.strip_prefix("all of it  ").map(PathBuf::from);
    lines.try_iter().find_map(named)
}

fn read(file: &Path) -> Result<Manifest> {
    let text = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("{} is not a local cluster's manifest", file.display()))
}

fn create(file: &Path) -> Result<File> {
    File::create(file).with_context(|| format!("cannot write {}", file.display()))
}

fn keeper(project: &Project, manifest: &Manifest) -> Result<Command> {
    let wallet = manifest.wallets.get("keeper").context("the local cluster has no wallet for a keeper")?;
    let mut command = launch::built(project, "ballast-keeper");
    command.args(["--url", &manifest.rpc_url, "--ws-url", &manifest.ws_url, "--keypair"]).arg(&wallet.keypair);
    for vault in &manifest.vaults {
        command.args(["--lookup-table", &vault.lookup_table]);
    }
    Ok(command)
}

fn server(project: &Project, manifest: &Path, port: u16) -> Command {
    let folder = project.root.join(APP);
    let mut command = project.command("node");
    command.arg(folder.join("scripts/serve.mjs")).arg("--dist").arg(folder.join("dist"));
    command.arg("--localnet").arg(manifest).args(["--port", &port.to_string()]);
    command.stdout(Stdio::null());
    command
}

fn report(manifest: &Manifest, address: &str, log: &Path) {
    let wallets: Vec<&str> = manifest.wallets.keys().map(String::as_str).collect();
    println!("app        http://{address}");
    println!("wallets    {}: the app offers them to connect", wallets.join(", "));
    println!("RPC        {}", manifest.rpc_url);
    println!("WebSocket  {}", manifest.ws_url);
    println!("keeper     logs to {}", log.display());
    println!("Ctrl-C ends all of it.");
}
