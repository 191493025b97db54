//! What happened in a run, as plain numbers: the input of the figures and the report.

use std::collections::BTreeMap;

use ballast_core::performance::Performance;

/// The vault at one moment, valued at the market's prices.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Seconds since 1970.
    pub time: i64,
    /// US dollars for one unit of each asset of the basket.
    pub prices_usd: Vec<f64>,
    /// Each asset's part of the vault's value.
    pub weights: Vec<f64>,
    /// The vault's value in US dollars.
    pub nav_usd: f64,
    /// Value of one share in US dollars.
    pub share_usd: f64,
    /// Value of the basket that one share began with, never rebalanced, in US dollars.
    pub hold_usd: f64,
}

impl Point {
    /// Part of the vault that would have to change hands to restore the targets: half the sum of all deviations.
    pub fn drift(&self, targets: &[f64]) -> f64 {
        self.weights.iter().zip(targets).map(|(weight, target)| (weight - target).abs()).sum::<f64>() / 2.0
    }
}

/// One rebalance.
#[derive(Clone, Debug, PartialEq)]
pub struct Rebalance {
    /// Seconds since 1970.
    pub time: i64,
    /// Index of the asset sold.
    pub sell: usize,
    /// Index of the asset bought.
    pub buy: usize,
    /// Value of what left the vault, in US dollars at the market's price.
    pub sold_usd: f64,
    /// Value of what came in, in US dollars at the market's price.
    pub bought_usd: f64,
    /// The pool's fee, in US dollars.
    pub fee_usd: f64,
    /// Drift before and after.
    pub drift: (f64, f64),
}

impl Rebalance {
    /// What it cost against the market's prices: fee, price impact and the pool's distance from the market. Negative: a gain.
    pub fn cost_usd(&self) -> f64 {
        self.sold_usd - self.bought_usd
    }
}

/// Compute units of one kind of transaction.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ComputeUnits {
    /// Transactions.
    pub count: u64,
    /// Units in all.
    pub sum: u64,
    /// Units of the most expensive one.
    pub max: u64,
}

/// A whole run.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Names of the assets; the cash asset comes last.
    pub assets: Vec<String>,
    /// Target weights.
    pub targets: Vec<f64>,
    /// Half-widths of the bands around the targets, as weights.
    pub bands: Vec<f64>,
    /// The vault at every step before the keeper acts, and after each rebalance.
    pub points: Vec<Point>,
    /// In the order of time.
    pub rebalances: Vec<Rebalance>,
    /// Growth, cost and turnover by the vault's own books; `None` for one that does not observe.
    pub performance: Option<Performance>,
    /// Deposits that went through.
    pub deposits: u64,
    /// Redemptions that went through.
    pub redemptions: u64,
    /// Swaps by which the arbitrageur moved pools back to the market.
    pub arbitrages: u64,
    /// How often the keeper found the vault dormant, by reason.
    pub dormant: BTreeMap<String, u64>,
    /// How often each breaker tripped.
    pub halts: BTreeMap<String, u64>,
    /// By kind of transaction.
    pub compute_units: BTreeMap<&'static str, ComputeUnits>,
    /// Invariants that broke, in the order of time.
    pub violations: Vec<String>,
}

impl History {
    /// Adds a transaction's compute units to its kind.
    pub fn count_units(&mut self, kind: &'static str, units: u64) {
        let entry = self.compute_units.entry(kind).or_default();
        entry.count += 1;
        entry.sum += units;
        entry.max = entry.max.max(units);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drift_is_what_must_change_hands() {
        let point = Point {
            time: 0,
            prices_usd: vec![],
            weights: vec![0.30, 0.25, 0.20, 0.25],
            nav_usd: 0.0,
            share_usd: 0.0,
            hold_usd: 0.0,
        };
        assert!((point.drift(&[0.25; 4]) - 0.05).abs() < 1e-12);
    }

    #[test]
    fn compute_units_add_up_by_kind() {
        let mut history = History::default();
        for (kind, units) in [("deposit", 10), ("rebalance", 70), ("deposit", 30)] {
            history.count_units(kind, units);
        }
        assert_eq!(history.compute_units["deposit"], ComputeUnits { count: 2, sum: 40, max: 30 });
    }
}
