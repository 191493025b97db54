//! The command line, checked into a [`Config`] before anything is built or read.

use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use ballast_core::strategy::profile::{Preset, Profile};
use ballast_sim::config::{equal_targets, parse_assets};
use ballast_sim::prices::{self, End, Window};
use ballast_sim::time;
use ballast_sim::token::CASH;
use clap::Parser;

/// One whole, in basis points.
const BPS: u32 = 10_000;
/// First day replayed of the bundled prices: the stretch holds two crashes.
const BUNDLED_FROM: &str = "2022-04-01";
/// Absolute and relative band of a vault without a profile.
const PLAIN_BANDS_BPS: (u16, u16) = (300, 2_000);
/// Days replayed unless options say otherwise.
const DEFAULT_DAYS: u32 = 90;

/// Replays real prices through a vault on an embedded Solana VM: users come and go, an arbitrageur keeps the pools near the
/// market, and a keeper without privileges turns the crank. Prints a table and writes an HTML report.
///
/// Exit status: 0 if every invariant held, 1 if one broke, 2 if the input is wrong.
#[derive(Debug, Parser)]
#[command(name = "ballast-demo", bin_name = "cargo xtask demo", version, max_term_width = 110)]
pub struct Options {
    /// Folder of ASSET-USD-….csv files with the columns unix_time,open,high,low,close,volume [default: the bundled prices]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Assets of the basket beside USDC, 1 to 15
    #[arg(long, value_name = "LIST", default_value = "BTC,ETH,SOL")]
    assets: String,
    /// First candle begins here: YYYY-MM-DD or seconds since 1970, UTC [default: 2022-04-01 of the bundled prices, or where the data begins]
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Last candle ends here [default: 90 days later, or where the data ends]
    #[arg(long, value_name = "TIME", conflicts_with = "days")]
    to: Option<String>,
    /// Days to replay, instead of --to
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=36_500))]
    days: Option<u32>,
    /// Target weight of each asset in order, then USDC, in basis points that sum to 10000 [default: equal weights]
    #[arg(long, value_name = "LIST")]
    targets: Option<String>,
    /// Risk profile: bands, cost gate and all; `none` trades to the target whenever a weight leaves its band
    #[arg(long, value_name = "NAME", default_value = "balanced", value_parser = ["conservative", "balanced", "aggressive", "none"])]
    profile: String,
    /// Absolute band: basis points of the vault that an asset may stray from its target [default: the profile's, or 300]
    #[arg(long, value_name = "BPS", value_parser = clap::value_parser!(u16).range(1..=10_000))]
    band_abs_bps: Option<u16>,
    /// Relative band: basis points of its target that an asset may stray; the tighter band counts [default: the profile's, or 2000]
    #[arg(long, value_name = "BPS", value_parser = clap::value_parser!(u16).range(1..=10_000))]
    band_rel_bps: Option<u16>,
    /// Seed of the users' random actions
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// US dollars that each of the first two users deposits
    #[arg(long, value_name = "USD", default_value_t = 1_000_000)]
    deposit: u64,
    /// US dollars in each pool, both sides together
    #[arg(long, value_name = "USD", default_value_t = 40_000_000)]
    pool_depth: u64,
    /// HTML report to write
    #[arg(long, value_name = "FILE", default_value = "target/demo/report.html")]
    report: PathBuf,
    /// Print the final figures as one JSON object instead of the table
    #[arg(long)]
    json: bool,
}

/// Checked options.
#[derive(Clone, Debug)]
pub struct Config {
    /// Folder of the prices.
    pub data: PathBuf,
    /// The risky assets' names; the cash asset comes after them everywhere.
    pub assets: Vec<String>,
    /// The part of history to replay.
    pub window: Window,
    /// Target weights of the assets, then of the cash asset; they sum to 10,000.
    pub targets_bps: Vec<u16>,
    /// The vault's risk profile; `None` for one without a strategy.
    pub profile: Option<Profile>,
    /// Absolute half-width of every band, as a weight.
    pub band_abs_bps: u16,
    /// Half-width of every band, as a part of the target.
    pub band_rel_bps: u16,
    /// Seed of the users' actions.
    pub seed: u64,
    /// First deposit of each of the two first users, in US dollars.
    pub deposit_usd: u64,
    /// Both sides of each pool together, in US dollars.
    pub pool_depth_usd: u64,
    /// Where the report goes.
    pub report: PathBuf,
    /// Whether standard output gets JSON.
    pub json: bool,
}

impl Config {
    /// All assets' names, the cash asset last.
    pub fn basket(&self) -> Vec<String> {
        self.assets.iter().cloned().chain([CASH.to_string()]).collect()
    }

    /// Half-width of the band around a target, as a weight between 0 and 1: the tighter of the two bands.
    pub fn band(&self, target_bps: u16) -> f64 {
        let relative = f64::from(self.band_rel_bps) / f64::from(BPS) * f64::from(target_bps);
        let absolute = f64::from(self.band_abs_bps);
        let band = if target_bps == 0 { absolute } else { absolute.min(relative) };
        band / f64::from(BPS)
    }
}

impl Options {
    /// Checks what clap cannot.
    pub fn check(self) -> Result<Config> {
        let assets = parse_assets(&self.assets).context("--assets")?;
        let targets_bps = match &self.targets {
            Some(text) => targets(text, &assets)?,
            None => equal_targets(assets.len() + 1),
        };
        let bundled_from = self.data.is_none().then_some(BUNDLED_FROM);
        let from = self.from.as_deref().or(bundled_from).map(time::parse).transpose().context("--from")?;
        let to = self.to.as_deref().map(time::parse).transpose().context("--to")?;
        if let (Some(from), Some(to)) = (from, to) {
            ensure!(from < to, "--from {} does not lie before --to {}", time::date_time(from), time::date_time(to));
        }
        let profile = Profile::from_name(&self.profile);
        let (band_abs_bps, band_rel_bps) = profile.map(Profile::preset).map_or(PLAIN_BANDS_BPS, |preset| {
            let Preset { band_abs_bps, band_rel_bps, .. } = preset;
            (band_abs_bps, band_rel_bps)
        });
        check_usd("--deposit", self.deposit, 1_000, 1_000_000_000)?;
        check_usd("--pool-depth", self.pool_depth, 10_000, 1_000_000_000)?;
        Ok(Config {
            data: self.data.unwrap_or_else(prices::bundled),
            assets,
            window: Window { from, end: end(to, self.days) },
            targets_bps,
            profile,
            band_abs_bps: self.band_abs_bps.unwrap_or(band_abs_bps),
            band_rel_bps: self.band_rel_bps.unwrap_or(band_rel_bps),
            seed: self.seed,
            deposit_usd: self.deposit,
            pool_depth_usd: self.pool_depth,
            report: self.report,
            json: self.json,
        })
    }
}

fn end(to: Option<i64>, days: Option<u32>) -> End {
    match (to, days) {
        (Some(to), _) => End::At(to),
        (None, Some(days)) => End::Days(days),
        (None, None) => End::AtMostDays(DEFAULT_DAYS),
    }
}

fn targets(text: &str, assets: &[String]) -> Result<Vec<u16>> {
    let mut targets = Vec::new();
    for target in text.split(',').map(str::trim) {
        match target.parse::<u16>() {
            Ok(bps) if u32::from(bps) <= BPS => targets.push(bps),
            _ => bail!("--targets: `{target}` is not a weight; use basis points from 0 to 10000"),
        }
    }
    let expected = assets.len() + 1;
    ensure!(
        targets.len() == expected,
        "--targets: {} weights for {expected} assets; give one for each of {} and {CASH}",
        targets.len(),
        assets.join(", ")
    );
    let sum: u32 = targets.iter().map(|bps| u32::from(*bps)).sum();
    ensure!(sum == BPS, "--targets: the weights sum to {sum}, not to 10000");
    Ok(targets)
}

fn check_usd(option: &str, value: u64, least: u64, most: u64) -> Result<()> {
    ensure!((least..=most).contains(&value), "{option}: {value} US dollars lies outside {least} to {most}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use ballast_sim::prices::Prices;

    use super::*;

    fn check(arguments: &[&str]) -> Result<Config> {
        let arguments = ["demo"].iter().chain(arguments);
        Options::try_parse_from(arguments)?.check()
    }

    #[test]
    fn defaults_are_the_documented_ones() {
        let config = check(&[]).unwrap();
        assert_eq!(config.basket(), ["BTC", "ETH", "SOL", "USDC"]);
        assert_eq!(config.targets_bps, [2_500; 4]);
        assert!(config.data.join("README.md").exists());
    }

    #[test]
    fn default_run_is_the_documented_stretch() {
        let config = check(&[]).unwrap();
        let market = Prices::read(&config.data, &config.assets, config.window).unwrap();
        assert_eq!(time::date_time(market.steps[0].time), "2022-04-01 01:00");
        assert_eq!(market.steps.len(), 90 * 24);
        assert_eq!(market.missing(), 0);
    }

    #[test]
    fn band_is_the_tighter_one() {
        let config = check(&["--band-abs-bps", "300", "--band-rel-bps", "2000"]).unwrap();
        assert_eq!(config.band(2_500), 0.03);
        assert_eq!(config.band(1_000), 0.02);
        assert_eq!(config.band(0), 0.03);
    }

    #[test]
    fn wrong_options_name_the_option() {
        let many = (0..16).map(|n| format!("A{n}")).collect::<Vec<_>>().join(",");
        for (arguments, expected) in [
            (vec!["--assets", "BTC,btc"], "--assets: `btc` is not a symbol"),
            (vec!["--assets", ""], "--assets: `` is not a symbol"),
            (vec!["--assets", "BTC,USDC"], "--assets: USDC is the cash asset"),
            (vec!["--assets", "BTC,BTC"], "--assets: BTC is there twice"),
            (vec!["--assets", &many], "--assets: 16 assets"),
            (vec!["--targets", "5000,5000"], "--targets: 2 weights for 4 assets"),
            (vec!["--targets", "5000,5000,x,0"], "--targets: `x` is not a weight"),
            (vec!["--targets", "70000,0,0,0"], "--targets: `70000` is not a weight"),
            (vec!["--targets", "2500,2500,2500,2400"], "--targets: the weights sum to 9900"),
            (vec!["--from", "yesterday"], "--from: `yesterday` is not a date"),
            (vec!["--to", "2022-02-31"], "--to: `2022-02-31` is not a date"),
            (vec!["--from", "2022-05-02", "--to", "2022-05-01"], "--from 2022-05-02 00:00 does not lie before --to"),
            (vec!["--deposit", "1"], "--deposit: 1 US dollars lies outside"),
            (vec!["--pool-depth", "99999999999"], "--pool-depth: 99999999999 US dollars lies outside"),
        ] {
            let error = format!("{:#}", check(&arguments).unwrap_err());
            assert!(error.starts_with(expected), "{error}");
        }
        for arguments in [["--days", "0"], ["--band-abs-bps", "0"], ["--band-rel-bps", "10001"], ["--seed", "x"]] {
            assert!(check(&arguments).unwrap_err().to_string().contains(arguments[0]));
        }
    }
}
