//! What a vault would have done on past prices, beside one that bought the same basket and never traded.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, ensure};
use ballast_sim::config::{Config, Document, basket};
use ballast_sim::metrics::Metrics;
use ballast_sim::path::{Path, Point, Trade};
use ballast_sim::prices::{End, Prices, Window};
use ballast_sim::replay::replay_one;
use ballast_sim::strategies::buy_and_hold;
use ballast_sim::token::CASH;

/// Most prices of an asset: twenty years of hours. Whoever gives two that are far apart does not get a replay of all eternity.
const MOST_STEPS: usize = 200_000;

/// What to replay.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The text of a vault file, which may lack what only a chain needs.
    pub toml: &'a str,
    /// CSV files by the assets' names.
    pub prices: &'a BTreeMap<String, String>,
    /// Where to begin, seconds since 1970; with the prices where left out.
    pub from: Option<i64>,
    /// Where to end; with the prices where left out.
    pub to: Option<i64>,
    /// How many points of the way to tell at most.
    pub points: usize,
}

/// What would have happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Backtest {
    /// The assets, cash last.
    pub assets: Vec<String>,
    /// The first moment, seconds since 1970.
    pub from: i64,
    /// The last one.
    pub to: i64,
    /// Distance of the prices.
    pub interval_secs: i64,
    /// Prices that are missing, over all assets.
    pub missing: usize,
    /// The vault's figures.
    pub metrics: Metrics,
    /// Those of the basket that was never traded.
    pub held: Metrics,
    /// The way, thinned; both ends are in it.
    pub series: Vec<Moment>,
    /// Every rebalance.
    pub trades: Vec<Trade>,
    /// How often each breaker tripped, by the core's name.
    pub halts: Vec<(String, u64)>,
    /// How often there was no trade to make, by the core's reason.
    pub dormant: Vec<(String, u64)>,
    /// Trades that the checks after the swap refused.
    pub refused: u64,
}

/// Both baskets at the end of a candle.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    /// Seconds since 1970.
    pub time: i64,
    /// The vault's value in US dollars.
    pub nav_usd: f64,
    /// The same of the basket that was never traded.
    pub held_usd: f64,
    /// Each asset's part of the vault's value.
    pub weights: Vec<f64>,
    /// The weights that the vault aims for.
    pub targets: Vec<f64>,
}

/// Replays.
///
/// # Errors
/// Where the file or the prices have a problem, or lack something.
pub fn backtest(request: &Request) -> Result<Backtest> {
    let document = Document::parse("vault.toml", request.toml)?;
    let assets = basket(&document, None)?;
    let Config { setup, market } = Config::read(&document, &assets)?;
    let prices = read_prices(request, &assets)?;
    let replay = |setup| replay_one(&prices, &market, setup);
    let (path, held) = (replay(&setup)?, replay(&buy_and_hold(&setup).setup)?);
    let ends = prices.steps.first().zip(prices.steps.last()).context("there are no prices")?;
    Ok(Backtest {
        from: ends.0.time,
        to: ends.1.time,
        interval_secs: prices.interval_secs,
        missing: prices.missing(),
        metrics: Metrics::of(&path),
        held: Metrics::of(&held),
        series: series(&path, &held, request.points),
        trades: path.trades,
        halts: path.halts,
        dormant: path.dormant,
        refused: path.refused,
        assets,
    })
}

fn read_prices(request: &Request, assets: &[String]) -> Result<Prices> {
    let text = |asset: &String| Some((asset.clone(), vec![request.prices.get(asset)?.as_str()]));
    let risky: Vec<&String> = assets.iter().filter(|asset| *asset != CASH).collect();
    let lacking: Vec<&str> = risky.iter().filter(|asset| text(asset).is_none()).map(|asset| asset.as_str()).collect();
    ensure!(lacking.is_empty(), "there are no prices of {}; give them, or leave those assets out", lacking.join(", "));
    let texts: Vec<(String, Vec<&str>)> = risky.into_iter().filter_map(text).collect();
    let window = Window { from: request.from, end: request.to.map_or(End::Data, End::At) };
    Ok(Prices::parse(&texts, window, MOST_STEPS)?.with_cash())
}

/// At most so many points of both ways, evenly spaced, but for the last.
fn series(path: &Path, held: &Path, points: usize) -> Vec<Moment> {
    let last = path.points.len().saturating_sub(1);
    let stride = last.div_ceil(points.saturating_sub(1).max(1)).max(1);
    let pairs = path.points.iter().zip(&held.points).enumerate();
    let told = pairs.filter(|(number, _)| number.is_multiple_of(stride) || *number == last);
    let moment = |(_, (point, held)): (usize, (&Point, &Point))| Moment {
        time: point.time,
        nav_usd: point.nav_usd,
        held_usd: held.nav_usd,
        weights: point.weights.clone(),
        targets: point.targets.clone(),
    };
    told.map(moment).collect()
}

#[cfg(test)]
mod tests {
    use ballast_sim::time::DAY_SECS;

    use super::*;

    const FILE: &str =
        "band_abs = \"2%\"\n[[assets]]\nname = \"BTC\"\ntarget = \"60%\"\n[[assets]]\nname = \"USDC\"\ntarget = \"40%\"\n";

    /// Hourly prices that go up and down by a tenth every day.
    fn csv(hours: i64) -> String {
        let usd = |hour: i64| 1_000.0 * (1.0 + 0.1 * (hour as f64 * std::f64::consts::TAU / 24.0).sin());
        let row = |hour: i64| {
            let (open, close) = (usd(hour), usd(hour + 1));
            format!("{},{open},{},{},{close},1\n", hour * 3_600, open.max(close), open.min(close))
        };
        "unix_time,open,high,low,close,volume\n".to_string() + &(0..hours).map(row).collect::<String>()
    }

    fn of(toml: &str, prices: &BTreeMap<String, String>, [from, to]: [Option<i64>; 2], points: usize) -> Result<Backtest> {
        backtest(&Request { toml, prices, from, to, points })
    }

    fn prices(hours: i64) -> BTreeMap<String, String> {
        of_btc(csv(hours))
    }

    fn of_btc(csv: impl Into<String>) -> BTreeMap<String, String> {
        BTreeMap::from([("BTC".to_string(), csv.into())])
    }

    #[test]
    fn a_vault_trades_where_the_held_basket_does_not() {
        let tested = of(FILE, &prices(240), [None; 2], 50).unwrap();
        assert_eq!(tested.assets, ["BTC", "USDC"]);
        assert_eq!((tested.from, tested.to, tested.interval_secs, tested.missing), (3_600, 240 * 3_600, 3_600, 0));
        assert!(tested.metrics.trades > 5 && tested.metrics.trades == tested.trades.len());
        assert_eq!(tested.held.trades, 0);
        let sold_usd: f64 = tested.trades.iter().map(|trade| trade.sold_usd).sum();
        assert!(sold_usd > 0.0 && tested.metrics.total_return != tested.held.total_return);
        assert!(tested.dormant.iter().any(|(name, count)| name == "InBand" && *count > 0), "{:?}", tested.dormant);
    }

    #[test]
    fn the_series_is_thinned_and_keeps_both_ends() {
        for (hours, points) in [(240, 50), (240, 240), (240, 1_000), (240, 1), (240, 0), (2, 600)] {
            let tested = of(FILE, &prices(hours), [None; 2], points).unwrap();
            assert!(tested.series.len() <= points.max(2), "{hours} {points}: {}", tested.series.len());
            let times = [&tested.series[0], tested.series.last().unwrap()].map(|moment| moment.time);
            assert_eq!(times, [tested.from, tested.to]);
            let first = &tested.series[0];
            assert_eq!(first.nav_usd, first.held_usd);
            assert!((first.weights[0] - 0.6).abs() < 1e-6 && first.targets == [0.6, 0.4]);
        }
    }

    #[test]
    fn a_part_of_the_time_is_replayed() {
        let tested = of(FILE, &prices(240), [Some(DAY_SECS), Some(3 * DAY_SECS)], 600).unwrap();
        assert_eq!((tested.from, tested.to), (DAY_SECS + 3_600, 3 * DAY_SECS));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let all = [None; 2];
        for (toml, prices, times, expected) in [
            ("nav_usd = 1", prices(9), all, "vault.toml:1: nav_usd is 1; it must"),
            (FILE, BTreeMap::new(), all, "there are no prices of BTC; give them"),
            (FILE, of_btc(""), all, "BTC's prices: the file is empty"),
            (FILE, of_btc("a,b\n1,2"), all, "BTC's prices:1: no column `unix_time`"),
            (FILE, of_btc(csv(9).replace("7200,", "x,")), all, "BTC's prices:4: unix_time `x` is not"),
            (FILE, prices(9), [Some(DAY_SECS), None], "the start 1970-01-02 00:00 lies outside: the data covers"),
            (FILE, prices(9), [None, Some(-1)], "the end 1969-12-31 23:59 does not lie after"),
            (FILE, prices(9), [Some(i64::MIN), Some(i64::MAX)], "the start "),
            (FILE, prices(9), [None, Some(i64::MAX)], "the end "),
        ] {
            let error = format!("{:#}", of(toml, &prices, times, 600).unwrap_err());
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
