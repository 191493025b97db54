//! The keeper's options: from flags, the environment and a TOML file, in this order.
//!
//! Each option is defined once, below. A file's values become the options' defaults, so that they are parsed and checked as flags are.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use ballast_client::Pubkey;
use clap::{Arg, ArgAction, Command, CommandFactory, FromArgMatches, Parser, ValueEnum};

/// Options of the keeper.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "ballast-keeper",
    version,
    about = "Turns the cranks of Ballast vaults: refreshes and observes prices, rebalances, trips breakers"
)]
#[command(after_help = EXAMPLES)]
pub struct Config {
    /// TOML file of options, by their long names: `poll-secs = 5`, `vault = ["…"]`. Flags and environment come before it.
    #[arg(long, env = "BALLAST_KEEPER_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// RPC endpoint of the cluster.
    #[arg(long, short, env = "BALLAST_KEEPER_URL", default_value = "http://127.0.0.1:8899", help_heading = "Cluster")]
    pub url: String,

    /// WebSocket endpoint of the cluster; if not given, the RPC endpoint with `ws`, and with the port's successor if it names one.
    #[arg(long, env = "BALLAST_KEEPER_WS_URL", value_name = "URL", help_heading = "Cluster")]
    pub ws_url: Option<String>,

    /// How final the state must be on which the keeper acts, and its transactions to count as done.
    #[arg(long, env = "BALLAST_KEEPER_COMMITMENT", default_value = "confirmed", help_heading = "Cluster")]
    pub commitment: Commitment,

    /// Keypair file of the wallet that pays fees, and is reimbursed.
    #[arg(long, short, env = "BALLAST_KEEPER_KEYPAIR", value_name = "FILE", help_heading = "Cluster")]
    pub keypair: Option<PathBuf>,

    /// Vault to look after, given several times for several; if not given, all vaults.
    #[arg(long, env = "BALLAST_KEEPER_VAULT", value_name = "ADDRESS", value_delimiter = ',', help_heading = "Work")]
    pub vault: Vec<Pubkey>,

    /// Do only what a vault's crank fund reimburses with at least what the transaction costs.
    #[arg(long, env = "BALLAST_KEEPER_PROFITABLE", help_heading = "Work")]
    pub profitable: bool,

    /// Age of a vault's oldest price at which prices are refreshed though nothing else is due, in seconds; 0 for never. The vault's
    /// own average of a price, which its breakers compare with, moves only when prices are refreshed.
    #[arg(long, env = "BALLAST_KEEPER_REFRESH_SECS", value_name = "SECS", default_value_t = 900, help_heading = "Work")]
    pub refresh_secs: u32,

    /// Collect a vault's management fees once they are this part of its shares, in basis points; 0 for never.
    #[arg(long, env = "BALLAST_KEEPER_COLLECT_FEES_BPS", value_name = "BPS", default_value_t = 0, help_heading = "Work")]
    pub collect_fees_bps: u16,

    /// Look once, do what is due, wait for the outcome, and end.
    #[arg(long, env = "BALLAST_KEEPER_ONCE", help_heading = "Work")]
    pub once: bool,

    /// Decide and simulate, but send nothing.
    #[arg(long, env = "BALLAST_KEEPER_DRY_RUN", help_heading = "Work")]
    pub dry_run: bool,

    /// Shard of Pyth's sponsored price accounts.
    #[arg(long, env = "BALLAST_KEEPER_PRICE_SHARD", value_name = "NUMBER", default_value_t = 0, help_heading = "Prices")]
    pub price_shard: u16,

    /// Hermes endpoint from which prices are fetched and posted where the sponsored accounts are too old; if not given, only those
    /// are read.
    #[arg(long, env = "BALLAST_KEEPER_HERMES_URL", value_name = "URL", help_heading = "Prices")]
    pub hermes_url: Option<String>,

    /// Time between two requests to Hermes, while there are prices to fetch, in seconds.
    #[arg(long, env = "BALLAST_KEEPER_HERMES_POLL_SECS", value_name = "SECS", default_value_t = 5, help_heading = "Prices",
          value_parser = clap::value_parser!(u64).range(1..))]
    pub hermes_poll_secs: u64,

    /// Stop sending while the wallet would fall below this, in lamports.
    #[arg(
        long,
        env = "BALLAST_KEEPER_MIN_BALANCE_LAMPORTS",
        value_name = "LAMPORTS",
        default_value_t = 10_000_000,
        help_heading = "Fees"
    )]
    pub min_balance_lamports: u64,

    /// Offer the priority fee that this part of the recent transactions on the same accounts offered or less, in percent.
    #[arg(long, env = "BALLAST_KEEPER_FEE_PERCENTILE", value_name = "PERCENT", default_value_t = 50, help_heading = "Fees",
          value_parser = clap::value_parser!(u8).range(0..=100))]
    pub fee_percentile: u8,

    /// Most that a transaction may offer for its priority, in lamports.
    #[arg(
        long,
        env = "BALLAST_KEEPER_MAX_PRIORITY_LAMPORTS",
        value_name = "LAMPORTS",
        default_value_t = 100_000,
        help_heading = "Fees"
    )]
    pub max_priority_lamports: u64,

    /// Compute units to ask for beyond what the simulation used, in percent of it.
    #[arg(long, env = "BALLAST_KEEPER_UNIT_MARGIN_PERCENT", value_name = "PERCENT", default_value_t = 20, help_heading = "Fees")]
    pub unit_margin_percent: u32,

    /// Address lookup table that shortens transactions, given several times for several.
    #[arg(
        long,
        env = "BALLAST_KEEPER_LOOKUP_TABLE",
        value_name = "ADDRESS",
        value_delimiter = ',',
        help_heading = "Transactions"
    )]
    pub lookup_table: Vec<Pubkey>,

    /// Most vaults in one transaction. It fails as a whole where one of them turns out not to be due.
    #[arg(long, env = "BALLAST_KEEPER_MAX_VAULTS", value_name = "NUMBER", default_value_t = 8, help_heading = "Transactions",
          value_parser = at_least_one)]
    pub max_vaults: usize,

    /// Most transactions in flight.
    #[arg(long, env = "BALLAST_KEEPER_MAX_IN_FLIGHT", value_name = "NUMBER", default_value_t = 16, help_heading = "Transactions",
          value_parser = at_least_one)]
    pub max_in_flight: usize,

    /// Most that a due crank waits, at random, before it is sent, in milliseconds: keepers do not all send at once.
    #[arg(long, env = "BALLAST_KEEPER_JITTER_MILLIS", value_name = "MILLIS", default_value_t = 500, help_heading = "Timing")]
    pub jitter_millis: u64,

    /// Wait after a vault's first failure, in milliseconds; doubled with each further one.
    #[arg(long, env = "BALLAST_KEEPER_BACKOFF_MILLIS", value_name = "MILLIS", default_value_t = 1_000, help_heading = "Timing",
          value_parser = clap::value_parser!(u64).range(1..))]
    pub backoff_millis: u64,

    /// Longest wait after failures, in seconds.
    #[arg(long, env = "BALLAST_KEEPER_MAX_BACKOFF_SECS", value_name = "SECS", default_value_t = 60, help_heading = "Timing")]
    pub max_backoff_secs: u64,

    /// Least time between two looks at what has changed, in milliseconds.
    #[arg(long, env = "BALLAST_KEEPER_ROUND_MILLIS", value_name = "MILLIS", default_value_t = 400, help_heading = "Timing",
          value_parser = clap::value_parser!(u64).range(1..))]
    pub round_millis: u64,

    /// Time between two polls of the accounts that move, while they cannot be followed by WebSocket, in seconds.
    #[arg(long, env = "BALLAST_KEEPER_POLL_SECS", value_name = "SECS", default_value_t = 2, help_heading = "Timing",
          value_parser = clap::value_parser!(u64).range(1..))]
    pub poll_secs: u64,

    /// Time between two full looks for new vaults and routes, and for whatever was missed, in seconds.
    #[arg(long, env = "BALLAST_KEEPER_RESYNC_SECS", value_name = "SECS", default_value_t = 60, help_heading = "Timing",
          value_parser = clap::value_parser!(u64).range(1..))]
    pub resync_secs: u64,

    /// Address at which `/metrics` (Prometheus) and `/health` are served; if not given, they are not.
    #[arg(long, env = "BALLAST_KEEPER_LISTEN", value_name = "IP:PORT", help_heading = "Operation")]
    pub listen: Option<SocketAddr>,

    /// Time without a successful look at the cluster after which `/health` says so, in seconds.
    #[arg(long, env = "BALLAST_KEEPER_HEALTH_SECS", value_name = "SECS", default_value_t = 30, help_heading = "Operation")]
    pub health_secs: u64,

    /// How log lines are written.
    #[arg(long, env = "BALLAST_KEEPER_LOG_FORMAT", value_name = "FORMAT", default_value = "text", help_heading = "Operation")]
    pub log_format: LogFormat,

    /// What is logged: a level, or levels by module as in `info,ballast_keeper=debug`.
    #[arg(long, env = "BALLAST_KEEPER_LOG", value_name = "FILTER", default_value = "info", help_heading = "Operation")]
    pub log: String,
}

const EXAMPLES: &str = "\
Examples:
  ballast-keeper --url http://127.0.0.1:8899 --keypair keeper.json
  ballast-keeper --config keeper.toml --listen 127.0.0.1:9464 --log-format json
  ballast-keeper --keypair keeper.json --once --dry-run";

/// How final a state must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Commitment {
    /// In the newest block.
    Processed,
    /// In a block that most of the stake has voted for.
    Confirmed,
    /// In a block that will not be undone.
    Finalized,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("at least 1".into()),
        Ok(number) => Ok(number),
        Err(_) => Err("not a whole number".into()),
    }
}

impl Config {
    /// Reads the options from arguments (the program's name first), the environment, and the file that either of them names.
    ///
    /// # Errors
    /// Clap's own, `--help` and `--version` included, where an option is not valid; others where the file is not.
    pub fn read(args: impl IntoIterator<Item = OsString>) -> Result<Self> {
        let args: Vec<OsString> = args.into_iter().collect();
        // Whatever is wrong with the rest is told below.
        let named = Self::command().ignore_errors(true).try_get_matches_from(&args);
        let file = named.ok().and_then(|matches| matches.get_one::<PathBuf>("config").cloned());
        let command = match file {
            Some(file) => with_defaults(Self::command(), &file)?,
            None => Self::command(),
        };
        let config = Self::from_arg_matches(&command.try_get_matches_from(args)?)?;
        ensure!(
            config.url.starts_with("http://") || config.url.starts_with("https://"),
            "the RPC endpoint {:?} is no URL; pass one such as --url http://127.0.0.1:8899",
            config.url
        );
        Ok(config)
    }

    /// The WebSocket endpoint: the one given, or by the cluster's convention.
    pub fn ws_url(&self) -> String {
        self.ws_url.clone().unwrap_or_else(|| conventional_ws_url(&self.url))
    }
}

/// `ws` for `http`, and the port after the RPC's, as validators have it.
fn conventional_ws_url(url: &str) -> String {
    let ws = url.replacen("http", "ws", 1);
    let (scheme, rest) = ws.split_once("://").unwrap_or(("ws", &ws));
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let port = authority.rsplit_once(':').and_then(|(host, port)| Some((host, port.parse::<u16>().ok()?.checked_add(1)?)));
    match port {
        Some((host, port)) => format!("{scheme}://{host}:{port}{path}"),
        None => ws.clone(),
    }
}

/// The command with a file's values for defaults.
fn with_defaults(command: Command, file: &Path) -> Result<Command> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("cannot read {}; give another file to --config", file.display()))?;
    let table: toml::Table = text.parse().with_context(|| format!("{} is not valid TOML", file.display()))?;
    table.into_iter().try_fold(command, |command, (name, value)| {
        let arg = command.get_arguments().find(|arg| arg.get_long() == Some(&name) && name != "config");
        let Some(id) = arg.map(|arg| arg.get_id().clone()) else {
            bail!("{}: there is no option {name:?}; see ballast-keeper --help", file.display());
        };
        let values =
            texts(&value).with_context(|| format!("{}: {name} takes a text, a number, true or false", file.display()))?;
        Ok(command.mut_arg(id, |arg| with_default(arg, values)))
    })
}

fn with_default(arg: Arg, values: Vec<String>) -> Arg {
    if matches!(arg.get_action(), ArgAction::SetTrue) && values.iter().any(|value| value == "false") {
        return arg;
    }
    arg.default_values(values)
}

fn texts(value: &toml::Value) -> Option<Vec<String>> {
    match value {
        toml::Value::String(text) => Some(vec![text.clone()]),
        toml::Value::Integer(number) => Some(vec![number.to_string()]),
        toml::Value::Boolean(is_on) => Some(vec![is_on.to_string()]),
        toml::Value::Array(values) => values.iter().map(texts).collect::<Option<Vec<_>>>().map(|values| values.concat()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn read(args: &[&str]) -> Result<Config> {
        Config::read(["ballast-keeper"].iter().chain(args).map(OsString::from))
    }

    fn file(text: &str) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file
    }

    fn read_file(text: &str, args: &[&str]) -> Result<Config> {
        let file = file(text);
        read(&[&["--config", file.path().to_str().unwrap()], args].concat())
    }

    fn error(text: &str) -> String {
        format!("{:#}", read_file(text, &[]).unwrap_err())
    }

    #[test]
    fn definitions_are_consistent() {
        Config::command().debug_assert();
        for arg in Config::command().get_arguments().filter(|arg| !["help", "version"].contains(&arg.get_id().as_str())) {
            let long = arg.get_long().expect("every option has a long name");
            let variable = format!("BALLAST_KEEPER_{}", long.to_uppercase().replace('-', "_"));
            assert_eq!(arg.get_env().and_then(|name| name.to_str()), Some(variable.as_str()));
        }
    }

    #[test]
    fn file_comes_before_the_defaults_and_flags_before_the_file() {
        let vault = "Ba11astVau1tRebaLancesToTargetWeightsoooooo";
        let text =
            format!("poll-secs = 7\nlog-format = \"json\"\nonce = true\nprofitable = false\nvault = [\"{vault}\", \"{vault}\"]");
        let config = read_file(&text, &["--jitter-millis", "3"]).unwrap();
        assert_eq!((config.poll_secs, config.jitter_millis, config.round_millis), (7, 3, 400));
        assert_eq!((config.log_format, config.once, config.profitable), (LogFormat::Json, true, false));
        assert_eq!(config.vault.len(), 2);
        let config = read_file(&text, &["--poll-secs", "9", "--log-format", "text", "--profitable"]).unwrap();
        assert_eq!((config.poll_secs, config.log_format, config.profitable), (9, LogFormat::Text, true));
    }

    #[test]
    fn mistakes_in_a_file_name_the_option_and_what_to_do() {
        assert!(error("polls = 1").contains("no option \"polls\"; see ballast-keeper --help"));
        assert!(error("config = \"other.toml\"").contains("no option \"config\""));
        assert!(error("poll-secs = \"x\"").contains("--poll-secs"));
        assert!(error("poll-secs = 0").contains("--poll-secs"));
        assert!(error("poll-secs = 1.5").contains("poll-secs takes"));
        assert!(error("poll-secs =").contains("not valid TOML"));
        assert!(format!("{:#}", read(&["--config", "/nowhere.toml"]).unwrap_err()).contains("cannot read /nowhere.toml"));
        assert!(format!("{:#}", read(&["--url", "localhost"]).unwrap_err()).contains("is no URL"));
    }

    #[test]
    fn ws_url_follows_the_convention() {
        for (url, expected) in [
            ("http://127.0.0.1:8899", "ws://127.0.0.1:8900"),
            ("https://rpc.example.com", "wss://rpc.example.com"),
            ("https://rpc.example.com:443/key", "wss://rpc.example.com:444/key"),
            ("https://rpc.example.com/a:1", "wss://rpc.example.com/a:1"),
        ] {
            assert_eq!(conventional_ws_url(url), expected);
        }
        let config = read(&["--ws-url", "ws://elsewhere"]).unwrap();
        assert_eq!(config.ws_url(), "ws://elsewhere");
    }
}
