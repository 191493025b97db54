//! The command line.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use ballast_core::risk::stress::MAX_SHOCKS;
use ballast_sim::config::{Config, Document, basket};
use ballast_sim::prices::{self, End, Prices, Window};
use ballast_sim::time;
use clap::{Args, Parser, Subcommand};

/// Replays prices through Ballast's own decisions and compares strategies. Without a command: compare.
#[derive(Debug, Parser)]
#[command(name = "ballast-sim", bin_name = "cargo xtask backtest", version, max_term_width = 110)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Cli {
    /// What to do
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub compare: Compare,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Compare strategies side by side (the default)
    Compare(Compare),
    /// Replay the configured vault, beside one that never trades
    Backtest(Backtest),
    /// Try every combination of some fields' values
    Sweep(Sweep),
    /// Hold the profiles against naive rules at the same tracking error
    Frontier(Frontier),
    /// Let many vaults share the pools, with and without turns and small trades
    Synchronise(Synchronise),
    /// Print the worst days of the basket and of each asset as shocks for a configuration's stress test
    Shocks(Shocks),
    /// Make up prices and write them as CSV files
    Generate(Generate),
}

/// Prices and vault.
#[derive(Debug, Default, Args)]
pub struct Input {
    /// Folder of ASSET-USD-….csv files with the columns unix_time,open,high,low,close,volume [default: the bundled prices]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Assets of the basket beside USDC, 1 to 15 [default: the configured ones, or BTC,ETH,SOL]
    #[arg(long, value_name = "LIST")]
    assets: Option<String>,
    /// First candle begins here: YYYY-MM-DD or seconds since 1970, UTC [default: where the data begins]
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Last candle ends here [default: where the data ends]
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
    /// Vault and market; sim/README.md describes the fields [default: the balanced profile]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// Where results go besides standard output.
#[derive(Debug, Default, Args)]
pub struct Output {
    /// Write the results as JSON; sim/README.md describes the fields
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Write the results as one HTML page with charts
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}

/// `compare`.
#[derive(Debug, Default, Args)]
pub struct Compare {
    #[command(flatten)]
    pub input: Input,
    #[command(flatten)]
    pub output: Output,
}

/// `backtest`.
#[derive(Debug, Args)]
pub struct Backtest {
    #[command(flatten)]
    pub input: Input,
    #[command(flatten)]
    pub output: Output,
}

/// `sweep`.
#[derive(Debug, Args)]
pub struct Sweep {
    #[command(flatten)]
    pub input: Input,
    /// A field of the configuration and the values to try, such as band_abs_bps=100,200,400; may be given several times
    #[arg(long = "grid", value_name = "FIELD=LIST", required = true)]
    pub grid: Vec<String>,
    /// Give figures for before and from this time on, apart
    #[arg(long, value_name = "TIME")]
    split: Option<String>,
    /// Print every combination, not only those that no other beats in cost and tracking error
    #[arg(long)]
    pub all: bool,
    #[command(flatten)]
    pub output: Output,
}

/// `frontier`.
#[derive(Debug, Args)]
pub struct Frontier {
    #[command(flatten)]
    pub input: Input,
    /// Give figures for before and from this time on, apart
    #[arg(long, value_name = "TIME", default_value = "2022-05-18")]
    split: String,
    /// Write the results as JSON; sim/README.md describes the fields
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
}

/// `synchronise`.
#[derive(Debug, Args)]
pub struct Synchronise {
    #[command(flatten)]
    pub input: Input,
    /// Number of vaults
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(2..=1_000))]
    pub vaults: u16,
    /// Length of the round in which each vault has its turn
    #[arg(long, value_name = "SECS", default_value_t = 3_600, value_parser = clap::value_parser!(u32).range(60..=86_400))]
    pub jitter_period: u32,
    /// Large trade: basis points of the vault
    #[arg(long, value_name = "BPS", default_value_t = 500, value_parser = clap::value_parser!(u16).range(1..=2_500))]
    pub large: u16,
    /// Small trade: basis points of the vault
    #[arg(long, value_name = "BPS", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=2_500))]
    pub small: u16,
    #[command(flatten)]
    pub output: Output,
}

/// `shocks`.
#[derive(Debug, Args)]
pub struct Shocks {
    #[command(flatten)]
    pub input: Input,
    /// Number of shocks
    #[arg(long, value_name = "N", default_value_t = MAX_SHOCKS as u8, value_parser = clap::value_parser!(u8).range(1..=MAX_SHOCKS as i64))]
    pub count: u8,
}

/// `generate`.
#[derive(Debug, Args)]
pub struct Generate {
    /// Folder to write to; it must not hold prices of these assets
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Names of the assets
    #[arg(long, value_name = "LIST", default_value = "BTC,ETH,SOL")]
    pub assets: String,
    /// Price of each asset at the start, in US dollars
    #[arg(long, value_name = "LIST", default_value = "40000,3000,100")]
    pub prices: String,
    /// Growth of each asset's mean price in a year; 0.1 is a tenth
    #[arg(long, value_name = "LIST", default_value = "0,0,0", allow_hyphen_values = true)]
    pub drifts: String,
    /// Volatility of each asset over a year
    #[arg(long, value_name = "LIST", default_value = "0.6,0.8,1.1")]
    pub volatilities: String,
    /// Correlation between any two assets, or the whole matrix row by row
    #[arg(long, value_name = "LIST", default_value = "0.75", allow_hyphen_values = true)]
    pub correlations: String,
    /// Jumps of the whole market in a year
    #[arg(long, value_name = "X", default_value_t = 6.0)]
    pub jumps: f64,
    /// Mean jump of the logarithm of a price
    #[arg(long, value_name = "X", default_value_t = -0.05, allow_hyphen_values = true)]
    pub jump_mean: f64,
    /// Standard deviation of the jumps
    #[arg(long, value_name = "X", default_value_t = 0.1)]
    pub jump_deviation: f64,
    /// First candle begins here
    #[arg(long, value_name = "TIME", default_value = "2021-01-01")]
    pub from: String,
    /// Length in days
    #[arg(long, value_name = "N", default_value_t = 730, value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub days: u32,
    /// Length of a candle in seconds
    #[arg(long, value_name = "SECS", default_value_t = 3_600)]
    pub interval: u32,
    /// Seed
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
}

/// What an [`Input`] names, read and checked.
pub struct Scene {
    /// The configuration, before the basket is filled in.
    pub document: Document,
    /// The vault and its market.
    pub config: Config,
    /// The prices, cash included.
    pub prices: Prices,
}

impl Input {
    /// Reads the configuration and the prices.
    pub fn read(&self) -> Result<Scene> {
        let document = self.config.as_deref().map(Document::read).transpose()?.unwrap_or_default();
        let basket = basket(&document, self.assets.as_deref())?;
        let config = Config::read(&document, &basket)?;
        let folder = self.data.clone().unwrap_or_else(prices::bundled);
        let risky = basket.split_last().map_or(&[][..], |(_, risky)| risky);
        let prices = Prices::read(&folder, risky, self.window()?)?.with_cash();
        Ok(Scene { document, config, prices })
    }

    /// The configuration's name for tables; `None` without one.
    pub fn config_name(&self) -> Option<String> {
        Some(self.config.as_deref().and_then(Path::file_stem)?.to_string_lossy().into_owned())
    }

    fn window(&self) -> Result<Window> {
        let from = self.from.as_deref().map(time::parse).transpose().context("--from")?;
        let to = self.to.as_deref().map(time::parse).transpose().context("--to")?;
        if let (Some(from), Some(to)) = (from, to) {
            ensure!(from < to, "--from {} does not lie before --to {}", time::date_time(from), time::date_time(to));
        }
        Ok(Window { from, end: to.map_or(End::Data, End::At) })
    }
}

impl Sweep {
    /// Where the figures are split, seconds since 1970.
    pub fn split(&self, prices: &Prices) -> Result<Option<i64>> {
        self.split.as_deref().map(|text| split(text, prices)).transpose()
    }
}

impl Frontier {
    /// Where the figures are split, seconds since 1970.
    pub fn split(&self, prices: &Prices) -> Result<i64> {
        split(&self.split, prices)
    }
}

fn split(text: &str, prices: &Prices) -> Result<i64> {
    let split = time::parse(text).context("--split")?;
    let is_inside = prices.steps.first().zip(prices.steps.last()).is_some_and(|(a, b)| a.time < split && split < b.time);
    ensure!(is_inside, "--split {} lies outside of the prices replayed", time::date_time(split));
    Ok(split)
}

/// Reads a list of numbers.
pub fn numbers(option: &str, text: &str) -> Result<Vec<f64>> {
    let number = |cell: &str| cell.trim().parse::<f64>().with_context(|| format!("{option}: `{cell}` is not a number"));
    text.split(',').map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn compare(arguments: &[&str]) -> Result<Scene> {
        let cli = Cli::try_parse_from(["sim"].iter().chain(arguments))?;
        cli.compare.input.read()
    }

    #[test]
    fn cli_definition_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn defaults_are_all_bundled_prices_and_the_balanced_profile() {
        let scene = compare(&[]).unwrap();
        assert_eq!(scene.prices.assets, ["BTC", "ETH", "SOL", "USDC"]);
        assert!(scene.prices.steps.len() > 19_000);
        assert_eq!(scene.config.setup.allocations.len(), 4);
    }

    #[test]
    fn wrong_options_name_the_option() {
        for (arguments, expected) in [
            (vec!["--assets", "BTC,btc"], "--assets: `btc` is not a symbol"),
            (vec!["--assets", "DOGE"], "no DOGE-USD-….csv in"),
            (vec!["--from", "yesterday"], "--from: `yesterday` is not a date"),
            (vec!["--from", "2022-05-02", "--to", "2022-05-01"], "--from 2022-05-02 00:00 does not lie before --to"),
            (vec!["--to", "2030-01-01"], "the end 2030-01-01 00:00 lies outside"),
            (vec!["--config", "/no/such.toml"], "cannot read /no/such.toml"),
            (vec!["--data", "/no/such"], "cannot read the folder /no/such"),
        ] {
            let error = format!("{:#}", compare(&arguments).err().unwrap());
            assert!(error.starts_with(expected), "{error}");
        }
    }

    #[test]
    fn split_lies_within_the_prices() {
        let sweep = |split: &str| {
            let line = ["sim", "sweep", "--from", "2022-05-01", "--to", "2022-05-09", "--grid", "a=1", "--split", split];
            let Some(Command::Sweep(sweep)) = Cli::try_parse_from(line).unwrap().command else { panic!("not a sweep") };
            sweep.split(&sweep.input.read().unwrap().prices)
        };
        assert_eq!(sweep("2022-05-03").unwrap(), Some(1_651_536_000));
        assert!(sweep("2022-06-03").unwrap_err().to_string().starts_with("--split 2022-06-03 00:00 lies outside"));
    }

    #[test]
    fn numbers_name_the_option() {
        assert_eq!(numbers("--drifts", "1, -0.5").unwrap(), [1.0, -0.5]);
        assert_eq!(numbers("--drifts", "1,x").unwrap_err().to_string(), "--drifts: `x` is not a number");
    }
}
