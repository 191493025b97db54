//! Prices to replay: candles of several assets on one common grid of time, read from files.

mod candles;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::time;
use crate::token::CASH;
pub use candles::{Candle, Candles};

/// The folder of prices that comes with the project.
pub fn bundled() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../data"))
}

/// One moment of the market.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// End of the candle, when its close is known; seconds since 1970.
    pub time: i64,
    /// One per asset; `None` where the data has a gap: nobody publishes a price then.
    pub candles: Vec<Option<Candle>>,
}

/// A stretch of market history; the first step has every asset's candle.
#[derive(Clone, Debug, PartialEq)]
pub struct Prices {
    /// Names of the assets, in the order of every step's candles.
    pub assets: Vec<String>,
    /// Length of a candle in seconds.
    pub interval_secs: i64,
    /// In the order of time, `interval_secs` apart.
    pub steps: Vec<Step>,
}

/// The part of history to replay; times are seconds since 1970.
#[derive(Clone, Copy, Debug, Default)]
pub struct Window {
    /// First candle begins here; `None`: with the data.
    pub from: Option<i64>,
    /// Where the last candle ends.
    pub end: End,
}

/// Where a [`Window`] ends.
#[derive(Clone, Copy, Debug, Default)]
pub enum End {
    /// With the data.
    #[default]
    Data,
    /// At this time, at the latest.
    At(i64),
    /// After this many days.
    Days(u32),
    /// After this many days, or with the data where that is earlier.
    AtMostDays(u32),
}

impl Prices {
    /// Reads the candles of `assets` in `folder` and aligns them over `window`.
    pub fn read(folder: &Path, assets: &[String], window: Window) -> Result<Self> {
        let mut candles = Vec::with_capacity(assets.len());
        for asset in assets {
            candles.push(candles::read_asset(folder, asset)?);
        }
        Self::align(assets, &candles, window, usize::MAX)
    }

    /// Parses the candles of assets, each given with the texts of its files, and aligns them over `window`, which may hold so many
    /// steps: two rows that are far apart are a long time.
    ///
    /// # Errors
    /// Name the asset and the line, and say what is expected.
    pub fn parse(texts: &[(String, Vec<&str>)], window: Window, most_steps: usize) -> Result<Self> {
        let candles = texts.iter().map(|(asset, texts)| candles::parse_asset(asset, texts));
        let candles = candles.collect::<Result<Vec<Candles>>>()?;
        let assets: Vec<String> = texts.iter().map(|(asset, _)| asset.clone()).collect();
        Self::align(&assets, &candles, window, most_steps)
    }

    /// Writes one file an asset to `folder`, in the form that [`read`](Self::read) reads, and returns their paths.
    pub fn write(&self, folder: &Path) -> Result<Vec<PathBuf>> {
        let series = (0..self.assets.len()).map(|asset| {
            let candle = |step: &Step| step.candles[asset].map(|candle| (step.time - self.interval_secs, candle));
            self.steps.iter().filter_map(candle).collect::<Candles>()
        });
        candles::write_assets(folder, self.assets.iter().zip(series))
    }

    /// With the cash asset in addition: a dollar at any time.
    #[must_use]
    pub fn with_cash(mut self) -> Self {
        self.assets.push(CASH.to_string());
        for step in &mut self.steps {
            step.candles.push(Some(Candle::flat(1.0)));
        }
        self
    }

    /// Candles missing from the data, over all assets and steps.
    pub fn missing(&self) -> usize {
        self.steps.iter().flat_map(|step| &step.candles).filter(|candle| candle.is_none()).count()
    }

    fn align(assets: &[String], candles: &[Candles], window: Window, most_steps: usize) -> Result<Self> {
        let interval_secs = common_interval(assets, candles)?;
        let (from, to) = select(common_range(candles, interval_secs)?, window)?;
        let count = usize::try_from((to - from) / interval_secs)?;
        ensure!(count <= most_steps, "{count} candles of {interval_secs} seconds; choose {most_steps} at most, or longer ones");
        let mut steps = Vec::new();
        for begin in (from..to).step_by(usize::try_from(interval_secs)?) {
            let candles = candles.iter().map(|series| series.get(&begin).copied()).collect();
            steps.push(Step { time: begin + interval_secs, candles });
        }
        // Before every asset has a price, there is nothing to value.
        let first = steps.iter().position(|step| step.candles.iter().all(Option::is_some));
        let steps = steps.split_off(first.unwrap_or(steps.len()));
        ensure!(
            steps.len() >= 2,
            "fewer than two candles of {} between {} and {}; choose a longer stretch of time",
            assets.join(", "),
            time::date_time(from),
            time::date_time(to)
        );
        Ok(Self { assets: assets.to_vec(), interval_secs, steps })
    }
}

/// The candles' length: the most frequent distance between two rows, the same for every asset.
fn common_interval(assets: &[String], candles: &[Candles]) -> Result<i64> {
    let mut common: Option<(&str, i64)> = None;
    for (asset, series) in assets.iter().zip(candles) {
        let interval = interval(series).with_context(|| format!("{asset} has fewer than two candles"))?;
        if let Some(odd) = series.keys().find(|time| *time % interval != 0) {
            bail!(
                "{asset}'s candle at unix_time {odd} does not begin on a multiple of {interval} seconds, the usual distance of its rows"
            );
        }
        match common {
            Some((other, expected)) if expected != interval => {
                bail!("{other} has candles of {expected} seconds but {asset} of {interval}; use one length")
            }
            _ => common = Some((asset, interval)),
        }
    }
    Ok(common.context("no assets")?.1)
}

fn interval(series: &Candles) -> Option<i64> {
    let mut counts = BTreeMap::<i64, usize>::new();
    for (time, next) in series.keys().zip(series.keys().skip(1)) {
        *counts.entry(next - time).or_default() += 1;
    }
    // Of two that are as frequent the shorter one: the other may be a gap.
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map(|(distance, _)| distance)
}

/// From the latest first candle to the earliest last one's end.
fn common_range(candles: &[Candles], interval_secs: i64) -> Result<(i64, i64)> {
    let first = candles.iter().filter_map(|series| series.first_key_value()).map(|(time, _)| *time).max();
    let last = candles.iter().filter_map(|series| series.last_key_value()).map(|(time, _)| *time).min();
    let (first, last) = first.zip(last).context("no candles")?;
    ensure!(first <= last, "the assets' candles do not overlap in time");
    Ok((first, last + interval_secs))
}

fn select((first, end): (i64, i64), window: Window) -> Result<(i64, i64)> {
    let covers = format!("the data covers {} to {}", time::date_time(first), time::date_time(end));
    let from = window.from.unwrap_or(first);
    ensure!((first..end).contains(&from), "the start {} lies outside: {covers}", time::date_time(from));
    let after = |days: u32| from + i64::from(days) * time::DAY_SECS;
    let to = match window.end {
        End::Data => end,
        End::At(to) => to,
        End::Days(days) => after(days),
        End::AtMostDays(days) => end.min(after(days)),
    };
    ensure!(to > from, "the end {} does not lie after the start {}", time::date_time(to), time::date_time(from));
    ensure!(to <= end, "the end {} lies outside: {covers}", time::date_time(to));
    Ok((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(ToString::to_string).collect()
    }

    /// Candles at these hours, priced by their hour.
    fn series(hours: impl IntoIterator<Item = i64>) -> Candles {
        let candle = |hour: i64| {
            let open = hour as f64 + 0.7;
            Candle { open, high: open + 1.3, low: open - 0.2, close: open + 0.3 }
        };
        hours.into_iter().map(|hour| (hour * HOUR, candle(hour))).collect()
    }

    fn error(assets: &[&str], candles: &[Candles], window: Window) -> String {
        Prices::align(&names(assets), candles, window, usize::MAX).unwrap_err().to_string()
    }

    #[test]
    fn align_starts_where_all_have_begun_and_ends_with_the_shortest() {
        let market = Prices::align(&names(&["A", "B"]), &[series(0..10), series(3..8)], Window::default(), usize::MAX).unwrap();
        assert_eq!(market.interval_secs, HOUR);
        assert_eq!(market.steps.first().unwrap().time, 4 * HOUR);
        assert_eq!(market.steps.last().unwrap().time, 8 * HOUR);
        assert_eq!(market.steps[0].candles[0], series([3]).into_values().next());
        assert_eq!(market.missing(), 0);
    }

    #[test]
    fn align_keeps_gaps_as_steps_without_a_price() {
        let with_gap = series((0..10).filter(|hour| ![4, 5].contains(hour)));
        let market = Prices::align(&names(&["A", "B"]), &[series(0..10), with_gap], Window::default(), usize::MAX).unwrap();
        assert_eq!(market.steps.len(), 10);
        assert_eq!(market.missing(), 2);
        assert!(market.steps[4].candles[0].is_some() && market.steps[4].candles[1].is_none());
    }

    #[test]
    fn align_skips_a_start_without_every_price() {
        let with_gap = series([0, 3, 4, 5]);
        let window = Window { from: Some(HOUR), ..Window::default() };
        let market = Prices::align(&names(&["A", "B"]), &[with_gap, series(0..6)], window, usize::MAX).unwrap();
        assert_eq!(market.steps[0].time, 4 * HOUR);
    }

    #[test]
    fn select_by_dates_days_and_default() {
        let day = |days: i64| days * time::DAY_SECS;
        let selected = |from: Option<i64>, end| select((0, day(120)), Window { from: from.map(day), end }).unwrap();
        assert_eq!(selected(None, End::Data), (0, day(120)));
        assert_eq!(selected(Some(100), End::Data), (day(100), day(120)));
        assert_eq!(selected(Some(1), End::At(day(5))), (day(1), day(5)));
        assert_eq!(selected(Some(1), End::Days(2)), (day(1), day(3)));
        assert_eq!(selected(None, End::AtMostDays(90)), (0, day(90)));
        assert_eq!(selected(Some(100), End::AtMostDays(90)), (day(100), day(120)));
    }

    #[test]
    fn select_outside_the_data_is_refused() {
        let day = |days: i64| days * time::DAY_SECS;
        for (window, expected) in [
            (
                Window { from: Some(day(0)), ..Window::default() },
                "the start 1970-01-01 00:00 lies outside: the data covers 1970-01-02 00:00 to",
            ),
            (Window { end: End::At(day(10)), ..Window::default() }, "the end 1970-01-11 00:00 lies outside"),
            (Window { end: End::Days(9), ..Window::default() }, "the end 1970-01-11 00:00 lies outside"),
            (Window { from: Some(day(5)), end: End::At(day(5)) }, "the end 1970-01-06 00:00 does not lie after the start"),
        ] {
            let error = select((day(1), day(9)), window).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}");
        }
    }

    #[test]
    fn align_refuses_series_that_do_not_fit_together() {
        let daily: Candles = series((0..10).map(|day| day * 24));
        let shifted: Candles = series(0..10).into_iter().map(|(time, candle)| (time + 60, candle)).collect();
        let all = Window::default();
        assert!(error(&["A", "B"], &[series(0..10), daily], all).contains("A has candles of 3600 seconds but B of 86400"));
        assert!(error(&["A", "B"], &[series(0..10), shifted], all).contains("B's candle at unix_time 60 does not begin"));
        assert!(error(&["A", "B"], &[series(0..10), series(10..20)], all).contains("do not overlap"));
        assert!(error(&["A"], &[series([3])], all).contains("A has fewer than two candles"));
    }

    #[test]
    fn bundled_prices_have_the_documented_rows_and_gaps() {
        let market = Prices::read(&bundled(), &names(&["BTC", "ETH", "SOL"]), Window::default()).unwrap();
        assert_eq!(time::date_time(market.steps[0].time), "2021-04-04 22:00");
        assert_eq!(time::date_time(market.steps.last().unwrap().time), "2023-07-01 00:00");
        // Five outages of 2, 3, 4, 2 and 1 hours, in each of three files.
        assert_eq!(market.missing(), 3 * 12);
    }

    #[test]
    fn parse_takes_several_texts_of_an_asset() {
        let text = |hours: std::ops::Range<i64>| {
            let row = |hour: i64| format!("{},2,3,1,{}.5,7\n", hour * HOUR, 1 + hour % 2);
            "unix_time,open,high,low,close,volume\n".to_string() + &hours.map(row).collect::<String>()
        };
        let (all, first, second) = (text(0..9), text(0..4), text(4..9));
        let parse = |texts: Vec<&str>| Prices::parse(&[("A".to_string(), texts)], Window::default(), 9);
        let market = parse(vec![&all]).unwrap();
        assert_eq!((market.steps.len(), market.interval_secs), (9, HOUR));
        assert_eq!(parse(vec![&first, &second]).unwrap(), market);
        assert_eq!(parse(vec![&first, "unix_time\n"]).unwrap_err().to_string(), "A's prices, part 2:1");
        assert_eq!(parse(vec![]).unwrap_err().to_string(), "A has fewer than two candles");
        let long = all.replace("\n28800,", "\n7200000000,");
        assert_eq!(
            parse(vec![&long]).unwrap_err().to_string(),
            "2000001 candles of 3600 seconds; choose 9 at most, or longer ones"
        );
    }

    #[test]
    fn write_and_read_return_the_same_prices() {
        let folder = std::env::temp_dir().join(format!("ballast-sim-write-{}", std::process::id()));
        let gap = series((0..9).filter(|hour| *hour != 5));
        let market = Prices::align(&names(&["A", "B"]), &[series(0..9), gap], Window::default(), usize::MAX).unwrap();
        let written = market.write(&folder);
        let again = market.write(&folder);
        let read = Prices::read(&folder, &market.assets, Window::default());
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(written.unwrap().len(), 2);
        assert_eq!(read.unwrap(), market);
        let error = again.unwrap_err().to_string();
        assert!(error.contains("already holds prices of A"), "{error}");
    }

    #[test]
    fn with_cash_adds_a_dollar_without_gaps() {
        let with_gap = series((0..10).filter(|hour| *hour != 5));
        let market = Prices::align(&names(&["A"]), &[with_gap], Window::default(), usize::MAX).unwrap().with_cash();
        assert_eq!(market.assets, ["A", CASH]);
        assert!(market.steps.iter().all(|step| step.candles[1].is_some_and(|candle| candle.close == 1.0)));
        assert_eq!(market.missing(), 1);
    }
}
