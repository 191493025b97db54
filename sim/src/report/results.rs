//! The results of a backtest as `--json` writes them. `README.md` beside this crate describes every field.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::market::Settings;
use crate::metrics::Metrics;
use crate::path::{Path, Point, Trade};
use crate::prices::Prices;
use crate::time;
use crate::vault::Setup;

/// Version of the JSON's form: a field's removal or change of meaning raises it, a further field does not.
pub const VERSION: u32 = 1;

/// One strategy's replay.
#[derive(Clone, Debug)]
pub struct Run {
    /// Its short name.
    pub name: String,
    /// What it does, in a few words.
    pub about: String,
    /// What its vault was made with.
    pub setup: Setup,
    /// What happened.
    pub path: Path,
    /// The figures.
    pub metrics: Metrics,
}

/// The prices that were replayed.
#[derive(Clone, Debug, Serialize)]
pub struct Period {
    /// First moment, `YYYY-MM-DD HH:MM` UTC.
    pub from: String,
    /// Last moment.
    pub to: String,
    /// Days between the two.
    pub days: f64,
    /// The basket.
    pub assets: Vec<String>,
    /// Length of a candle in seconds.
    pub interval_secs: i64,
    /// Candles missing from the data, over all assets.
    pub missing_candles: usize,
}

/// A whole comparison.
#[derive(Clone, Debug, Serialize)]
pub struct Results {
    /// [`VERSION`].
    pub version: u32,
    /// The prices.
    #[serde(flatten)]
    pub period: Period,
    /// How the market was modelled.
    pub market: Settings,
    /// The strategies.
    pub strategies: Vec<Entry>,
}

/// One strategy's result.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// Its short name.
    pub name: String,
    /// What it does.
    pub about: String,
    /// The figures.
    pub metrics: Metrics,
    /// How often the keeper found no trade to make, by the core's reason.
    pub dormant: BTreeMap<String, u64>,
    /// How often each breaker tripped, by the core's name.
    pub halts: BTreeMap<String, u64>,
    /// Trades that the checks after the swap refused.
    pub refused: u64,
    /// Excess growth in a year by the vault's own books; absent where it does not observe.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub booked_excess_growth: Option<f64>,
    /// What its vault was made with.
    pub setup: Setup,
    /// The vault at every candle's end; absent unless asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points: Option<Vec<Point>>,
    /// Every rebalance; absent unless asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rebalances: Option<Vec<Trade>>,
}

impl Period {
    /// The period of `prices`.
    pub fn of(prices: &Prices) -> Self {
        let ends = prices.steps.first().zip(prices.steps.last());
        let (from, to) = ends.map_or((0, 0), |(first, last)| (first.time, last.time));
        Self {
            from: time::date_time(from),
            to: time::date_time(to),
            days: (to - from) as f64 / time::DAY_SECS as f64,
            assets: prices.assets.clone(),
            interval_secs: prices.interval_secs,
            missing_candles: prices.missing(),
        }
    }

    /// The period and the basket in one line.
    pub fn title(&self) -> String {
        format!("{}, {} to {} UTC, {:.0} days", self.assets.join(" · "), self.from, self.to, self.days)
    }
}

impl Results {
    /// Collects the results of `runs` over `prices`.
    pub fn new(prices: &Prices, market: &Settings, runs: &[Run]) -> Self {
        let strategies = runs.iter().map(Entry::new).collect();
        Self { version: VERSION, period: Period::of(prices), market: market.clone(), strategies }
    }

    /// With all that happened to the vaults of `runs`, candle by candle.
    #[must_use]
    pub fn with_paths(mut self, runs: &[Run]) -> Self {
        for (entry, run) in self.strategies.iter_mut().zip(runs) {
            entry.points = Some(run.path.points.clone());
            entry.rebalances = Some(run.path.trades.clone());
        }
        self
    }
}

impl Entry {
    fn new(run: &Run) -> Self {
        Self {
            name: run.name.clone(),
            about: run.about.clone(),
            metrics: run.metrics,
            dormant: run.path.dormant.iter().cloned().collect(),
            halts: run.path.halts.iter().cloned().collect(),
            refused: run.path.refused,
            booked_excess_growth: run.path.booked_excess_growth,
            setup: run.setup.clone(),
            points: None,
            rebalances: None,
        }
    }
}
