//! Profiles against naive rules, as text and JSON.

use serde::Serialize;

use crate::frontier::Verdict;
use crate::prices::Prices;
use crate::report::{Align, Period, Table, VERSION};
use crate::time;

/// All verdicts.
#[derive(Clone, Debug, Serialize)]
pub struct FrontierResults {
    /// [`VERSION`].
    pub version: u32,
    /// The prices.
    #[serde(flatten)]
    pub period: Period,
    /// Where the figures are split, `YYYY-MM-DD HH:MM` UTC.
    pub split: String,
    /// The verdicts.
    pub verdicts: Vec<Verdict>,
}

impl FrontierResults {
    /// Collects `verdicts` over `prices`, split at `split`, seconds since 1970.
    pub fn new(prices: &Prices, split: i64, verdicts: Vec<Verdict>) -> Self {
        Self { version: VERSION, period: Period::of(prices), split: time::date_time(split), verdicts }
    }
}

/// One row a verdict.
pub fn frontier_table(results: &FrontierResults) -> Table {
    let mut table = Table::new(&[
        ("pools", Align::Left),
        ("sample", Align::Left),
        ("profile", Align::Left),
        ("tracking error", Align::Right),
        ("cost/y", Align::Right),
        ("threshold", Align::Right),
        ("saved", Align::Right),
        ("calendar", Align::Right),
        ("saved", Align::Right),
        ("edge", Align::Right),
        ("saved", Align::Right),
    ]);
    let bps = |cost: f64| format!("{:.1} bps", cost * 1e4);
    let or_dash = |cell: Option<String>| cell.unwrap_or_else(|| "-".to_string());
    let percent = |part: Option<f64>| or_dash(part.map(|part| format!("{:.0} %", part * 100.0)));
    for verdict in &results.verdicts {
        let [threshold, calendar, edge] = verdict.saved();
        table.row(vec![
            if verdict.pools_at_market { "at market" } else { "within fee" }.to_string(),
            if verdict.is_out_of_sample { "out" } else { "in" }.to_string(),
            verdict.profile.to_string(),
            format!("{:.3} %", verdict.tracking_error * 100.0),
            bps(verdict.cost_per_year),
            or_dash(verdict.threshold_cost_per_year.map(bps)),
            percent(threshold),
            or_dash(verdict.calendar_cost_per_year.map(bps)),
            percent(calendar),
            or_dash(verdict.edge_cost_per_year.map(bps)),
            percent(edge),
        ]);
    }
    table
}
