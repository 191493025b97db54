//! Many vaults with one strategy and the same pools: what it costs that all want the same trade at the same moment, and what
//! turns (jitter) and small trades (chunks) do about it.

use std::collections::BTreeMap;

use anyhow::Result;
use ballast_core::strategy::execution::Execution;
use fastrand::Rng;
use indicatif::ProgressBar;
use rayon::prelude::*;
use serde::Serialize;

use crate::market::Settings;
use crate::metrics::Metrics;
use crate::path::Path;
use crate::prices::Prices;
use crate::replay::replay;
use crate::vault::Setup;

/// How the vaults are set apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Variant {
    /// Length of the round in which each vault has its turn; 0 for no turns.
    pub jitter_period_secs: u32,
    /// Largest trade, as a part of the vault.
    pub max_trade_bps: u16,
}

/// What came of a variant.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// Its name.
    pub name: String,
    /// How the vaults are set apart.
    pub variant: Variant,
    /// Cost in a year over the value of the vault: the mean over the vaults.
    pub mean_cost_per_year: f64,
    /// The same of the vault that paid most.
    pub worst_cost_per_year: f64,
    /// Cost over value sold, all vaults together.
    pub cost_of_turnover: f64,
    /// Mean tracking error.
    pub tracking_error: f64,
    /// Trades of all vaults.
    pub trades: usize,
    /// Trades that failed, of all vaults.
    pub refused: u64,
    /// Most trades that fell on one moment.
    pub most_at_once: usize,
    /// Largest part of all vaults' value that was sold at one moment.
    pub largest_sale: f64,
}

/// The variants of the scenario: with and without turns, in large trades and in small ones.
pub fn variants(jitter_period_secs: u32, large_bps: u16, small_bps: u16) -> [(&'static str, Variant); 4] {
    let variant = |jitter_period_secs, max_trade_bps| Variant { jitter_period_secs, max_trade_bps };
    [
        ("together, large trades", variant(0, large_bps)),
        ("together, small trades", variant(0, small_bps)),
        ("in turns, large trades", variant(jitter_period_secs, large_bps)),
        ("in turns, small trades", variant(jitter_period_secs, small_bps)),
    ]
}

/// Replays `count` vaults like `setup` under each variant. A turn lasts as long as a visit's interval.
pub fn run(
    prices: &Prices,
    market: &Settings,
    setup: &Setup,
    count: usize,
    variants: &[(&str, Variant)],
    progress: &ProgressBar,
) -> Result<Vec<Outcome>> {
    let outcome = |(name, variant): &(&str, Variant)| {
        let paths = replay(prices, market, &members(setup, *variant, market, count))?;
        progress.inc(1);
        Ok(Outcome::new(name, *variant, &paths))
    };
    variants.par_iter().map(outcome).collect()
}

fn members(setup: &Setup, variant: Variant, market: &Settings, count: usize) -> Vec<Setup> {
    let jitter_window_secs = market.visit_secs.min(variant.jitter_period_secs);
    let mut random = Rng::with_seed(market.seed);
    let member = |_| {
        let mut member = setup.clone();
        let execution = member.strategy.execution;
        member.strategy.execution = Execution { jitter_period_secs: variant.jitter_period_secs, jitter_window_secs, ..execution };
        member.limits.max_trade_bps = variant.max_trade_bps;
        member.jitter_seed = random.u64(..);
        member
    };
    (0..count).map(member).collect()
}

impl Outcome {
    fn new(name: &str, variant: Variant, paths: &[Path]) -> Self {
        let metrics: Vec<Metrics> = paths.iter().map(Metrics::of).collect();
        let mean = |value: fn(&Metrics) -> f64| metrics.iter().map(value).sum::<f64>() / metrics.len().max(1) as f64;
        let trades = || paths.iter().flat_map(|path| &path.trades);
        let sold_usd: f64 = trades().map(|trade| trade.sold_usd).sum();
        let cost_usd: f64 = trades().map(|trade| trade.cost_usd()).sum();
        let mut moments: BTreeMap<i64, (usize, f64)> = BTreeMap::new();
        for trade in trades() {
            let (count, sold_usd) = moments.entry(trade.time).or_default();
            *count += 1;
            *sold_usd += trade.sold_usd;
        }
        let nav_usd: f64 = paths.iter().filter_map(|path| path.points.first()).map(|point| point.nav_usd).sum();
        Self {
            name: name.to_string(),
            variant,
            mean_cost_per_year: mean(|metrics| metrics.cost_per_year),
            worst_cost_per_year: metrics.iter().map(|metrics| metrics.cost_per_year).fold(0.0, f64::max),
            cost_of_turnover: if sold_usd > 0.0 { cost_usd / sold_usd } else { 0.0 },
            tracking_error: mean(|metrics| metrics.tracking_error),
            trades: trades().count(),
            refused: paths.iter().map(|path| path.refused).sum(),
            most_at_once: moments.values().map(|(count, _)| *count).max().unwrap_or_default(),
            largest_sale: moments.values().map(|(_, sold_usd)| sold_usd / nav_usd).fold(0.0, f64::max),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ballast_core::limits;
    use ballast_core::risk::{breaker, stress};
    use ballast_core::strategy::Strategy;
    use ballast_core::strategy::allocation::Allocation;
    use ballast_core::strategy::target::Ramp;

    use crate::prices::{Candle, Step};

    #[test]
    fn turns_spread_the_trades_and_lower_their_cost() {
        let close = |number: i64| 100.0 * (1.0 + 0.2 * (number as f64 / 20.0).sin());
        let step = |number: i64| Step { time: number * 3_600, candles: vec![Some(Candle::flat(close(number)))] };
        let steps = (1..400).map(step).collect();
        let prices = Prices { assets: vec!["BTC".to_string()], interval_secs: 3_600, steps }.with_cash();
        let execution = Execution { recentre_bps: 10_000, ..Execution::default() };
        let strategy = Strategy { execution, ..Strategy::default() };
        let allocations = vec![Allocation::fixed(5_000, 100, 10_000); 2];
        let setup = Setup {
            nav_usd: 2e5,
            allocations,
            limits: limits::DEFAULT,
            breakers: breaker::DEFAULT,
            stress: stress::DEFAULT,
            strategy,
            ramp: Ramp::default(),
            jitter_seed: 0,
            is_paused: false,
        };
        let variants = variants(3_600, 500, 50);
        let outcomes = run(&prices, &Settings::default(), &setup, 12, &variants, &ProgressBar::hidden()).unwrap();
        let [together, chunked, in_turns, _] = &outcomes[..] else { panic!("four variants") };
        assert!(together.most_at_once == 12, "{}", together.most_at_once);
        assert!(in_turns.most_at_once < together.most_at_once);
        assert!(in_turns.cost_of_turnover < together.cost_of_turnover);
        assert!(chunked.largest_sale < together.largest_sale && chunked.trades > together.trades);
        assert!(together.worst_cost_per_year >= together.mean_cost_per_year);
    }
}
