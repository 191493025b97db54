//! The run's final figures: what `--json` prints and the table shows. `README.md` beside this crate describes every field.

use std::collections::BTreeMap;

use ballast_sim::time;
use serde::Serialize;

use crate::history::{History, Point, Rebalance};

/// The final figures.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figures {
    /// First moment, `YYYY-MM-DD HH:MM` UTC.
    pub from: String,
    /// Last moment.
    pub to: String,
    /// Days between the two.
    pub days: f64,
    /// The basket, the cash asset last.
    pub assets: Vec<String>,
    /// Rebalances.
    pub rebalances: usize,
    /// US dollars sold by rebalances.
    pub turnover_usd: f64,
    /// Turnover over the mean NAV.
    pub turnover_of_nav: f64,
    /// Cost of all rebalances against the market's prices, in US dollars.
    pub cost_usd: f64,
    /// The part of the cost that is the pools' fees.
    pub fees_usd: f64,
    /// The rest of it: price impact and the pools' distance from the market; negative where the vault gained.
    pub slippage_usd: f64,
    /// Cost over turnover, in basis points.
    pub cost_bps_of_turnover: f64,
    /// Cost over the mean NAV, in basis points.
    pub cost_bps_of_nav: f64,
    /// Drift before each rebalance: half the sum of all weights' distances from their targets.
    pub drift_before_bps: Spread,
    /// Drift after each rebalance.
    pub drift_after_bps: Spread,
    /// Value of a share at the start, in US dollars.
    pub share_start_usd: f64,
    /// Value of a share at the end.
    pub share_end_usd: f64,
    /// Value at the end of the basket that a share began with, never rebalanced.
    pub hold_end_usd: f64,
    /// Share over holding at the end, in basis points.
    pub share_over_hold_bps: f64,
    /// Value of the vault at the end, in US dollars.
    pub nav_end_usd: f64,
    /// Logarithmic growth of a share beyond that of the assets it held, by the vault's own books, in basis points; absent for a
    /// vault that does not observe.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub excess_growth_bps: Option<f64>,
    /// Deposits.
    pub deposits: u64,
    /// Redemptions.
    pub redemptions: u64,
    /// Swaps by the arbitrageur.
    pub arbitrages: u64,
    /// How often the keeper found the vault dormant, by reason.
    pub dormant: BTreeMap<String, u64>,
    /// How often each breaker tripped.
    pub halts: BTreeMap<String, u64>,
    /// Compute units by kind of transaction.
    pub compute_units: BTreeMap<&'static str, Units>,
    /// Seconds that the run took.
    pub wall_secs: f64,
    /// Invariants that broke; empty in a good run.
    pub violations: Vec<String>,
}

/// Mean and maximum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Spread {
    /// Arithmetic mean; 0 over nothing.
    pub mean: f64,
    /// Largest; 0 over nothing.
    pub max: f64,
}

/// Compute units of one kind of transaction.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Units {
    /// Transactions.
    pub count: u64,
    /// Mean, rounded down.
    pub mean: u64,
    /// Most.
    pub max: u64,
}

impl Figures {
    /// Sums up a run of at least one point.
    pub fn new(history: &History, wall_secs: f64) -> Self {
        let (first, last) = ends(&history.points);
        let mean_nav = mean(history.points.iter().map(|point| point.nav_usd));
        let sum = |value: fn(&Rebalance) -> f64| history.rebalances.iter().map(value).fold(0.0, |sum, value| sum + value);
        let (turnover_usd, cost_usd, fees_usd) = (sum(|r| r.sold_usd), sum(Rebalance::cost_usd), sum(|r| r.fee_usd));
        Self {
            from: time::date_time(first.time),
            to: time::date_time(last.time),
            days: (last.time - first.time) as f64 / time::DAY_SECS as f64,
            assets: history.assets.clone(),
            rebalances: history.rebalances.len(),
            turnover_usd,
            turnover_of_nav: ratio(turnover_usd, mean_nav),
            cost_usd,
            fees_usd,
            slippage_usd: cost_usd - fees_usd,
            cost_bps_of_turnover: ratio(cost_usd, turnover_usd) * 1e4,
            cost_bps_of_nav: ratio(cost_usd, mean_nav) * 1e4,
            drift_before_bps: spread(history.rebalances.iter().map(|r| r.drift.0 * 1e4)),
            drift_after_bps: spread(history.rebalances.iter().map(|r| r.drift.1 * 1e4)),
            share_start_usd: first.share_usd,
            share_end_usd: last.share_usd,
            hold_end_usd: last.hold_usd,
            share_over_hold_bps: (ratio(last.share_usd, last.hold_usd) - 1.0) * 1e4,
            nav_end_usd: last.nav_usd,
            excess_growth_bps: history.performance.and_then(|books| books.excess_growth_e12().ok()).map(|e12| e12 as f64 / 1e8),
            deposits: history.deposits,
            redemptions: history.redemptions,
            arbitrages: history.arbitrages,
            dormant: history.dormant.clone(),
            halts: history.halts.clone(),
            compute_units: units(history),
            wall_secs,
            violations: history.violations.clone(),
        }
    }
}

fn ends(points: &[Point]) -> (&Point, &Point) {
    (&points[0], &points[points.len() - 1])
}

fn units(history: &History) -> BTreeMap<&'static str, Units> {
    let each = history.compute_units.iter();
    each.map(|(kind, units)| (*kind, Units { count: units.count, mean: units.sum / units.count, max: units.max })).collect()
}

fn spread(values: impl Iterator<Item = f64> + Clone) -> Spread {
    Spread { mean: mean(values.clone()), max: values.fold(0.0, f64::max) }
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    ratio(sum, count)
}

/// A quotient, or zero where there is nothing to divide by.
fn ratio(part: f64, whole: f64) -> f64 {
    if whole == 0.0 { 0.0 } else { part / whole }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(time: i64, nav_usd: f64, share_usd: f64, hold_usd: f64) -> Point {
        Point { time, prices_usd: vec![], weights: vec![], nav_usd, share_usd, hold_usd }
    }

    fn history() -> History {
        let trade =
            Rebalance { time: 0, sell: 0, buy: 1, sold_usd: 1_000.0, bought_usd: 996.0, fee_usd: 2.5, drift: (0.04, 0.01) };
        let gain = Rebalance { bought_usd: 1_002.0, drift: (0.06, 0.02), ..trade.clone() };
        let mut history = History {
            points: vec![point(0, 10_000.0, 1.0, 1.0), point(43_200, 30_000.0, 1.02, 1.0)],
            rebalances: vec![trade, gain],
            ..History::default()
        };
        history.count_units("rebalance", 70);
        history.count_units("rebalance", 75);
        history
    }

    #[test]
    fn figures_sum_up_the_run() {
        let figures = Figures::new(&history(), 1.5);
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-9, "{a} is not {b}");
        near(figures.days, 0.5);
        near(figures.turnover_usd, 2_000.0);
        near(figures.turnover_of_nav, 0.1);
        near(figures.cost_usd, 2.0);
        near(figures.fees_usd, 5.0);
        near(figures.slippage_usd, -3.0);
        near(figures.cost_bps_of_turnover, 10.0);
        near(figures.cost_bps_of_nav, 1.0);
        near(figures.drift_before_bps.mean, 500.0);
        near(figures.drift_before_bps.max, 600.0);
        near(figures.drift_after_bps.mean, 150.0);
        near(figures.share_over_hold_bps, 200.0);
        assert_eq!(figures.compute_units["rebalance"], Units { count: 2, mean: 72, max: 75 });
    }

    #[test]
    fn readme_describes_every_field() {
        let value = serde_json::to_value(Figures::new(&history(), 0.0)).unwrap();
        for field in value.as_object().unwrap().keys() {
            assert!(include_str!("../README.md").contains(&format!("`{field}`")), "{field}");
        }
    }

    #[test]
    fn no_rebalances_give_zeros_and_valid_json() {
        let history = History { rebalances: vec![], ..history() };
        let figures = Figures::new(&history, 0.0);
        assert_eq!(figures.cost_bps_of_turnover, 0.0);
        assert_eq!(figures.drift_before_bps, Spread::default());
        // serde_json writes null for what is not finite.
        assert!(!serde_json::to_string(&figures).unwrap().contains("null"));
    }
}
