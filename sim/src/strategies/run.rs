//! Replays strategies side by side, on all cores.

use anyhow::Result;
use indicatif::ProgressBar;
use rayon::prelude::*;

use super::Named;
use crate::market::Settings;
use crate::metrics::Metrics;
use crate::prices::Prices;
use crate::replay::replay_one;
use crate::report::Run;

/// Replays all of them.
///
/// # Errors
/// Where one of the vaults cannot be valued or decide.
pub fn run(prices: &Prices, market: &Settings, strategies: Vec<Named>, progress: &ProgressBar) -> Result<Vec<Run>> {
    let run = |Named { name, about, setup }: Named| {
        let path = replay_one(prices, market, &setup)?;
        progress.inc(1);
        let metrics = Metrics::of(&path);
        Ok(Run { name, about, setup, path, metrics })
    };
    strategies.into_par_iter().map(run).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::all;
    use super::super::tests::base;
    use super::*;
    use crate::prices::{End, Window, bundled};
    use crate::time::DAY_SECS;

    #[test]
    fn strategies_do_on_real_prices_what_their_names_say() {
        let assets = ["BTC", "ETH", "SOL"].map(String::from);
        let window = Window { from: Some(1_651_363_200), end: End::Days(60) };
        let prices = Prices::read(&bundled(), &assets, window).unwrap().with_cash();
        let runs = run(&prices, &Settings::default(), all(&base(), prices.steps[0].time), &ProgressBar::hidden()).unwrap();
        let of = |name: &str| runs.iter().find(|run| run.name == name).unwrap();
        assert_eq!(of("buy and hold").metrics.trades, 0);
        let daily = &of("calendar daily").path.trades;
        let days: BTreeSet<i64> = daily.iter().map(|trade| trade.time / DAY_SECS).collect();
        assert!(days.len() > 50 && daily.iter().all(|trade| trade.time.rem_euclid(DAY_SECS) < 3_600));
        assert!(of("calendar weekly").metrics.turnover_per_year < of("calendar daily").metrics.turnover_per_year);
        let [tight, wide] = ["threshold 1 %", "threshold 5 %"].map(|name| of(name).metrics);
        assert!(tight.trades > wide.trades && tight.cost_per_year > wide.cost_per_year);
        assert!(tight.tracking_error < wide.tracking_error);
        assert!(wide.tracking_error < of("buy and hold").metrics.tracking_error);
        assert!(of("recentring edge").metrics.turnover_per_year < of("threshold 3 %").metrics.turnover_per_year);
        // Half of three quarters at the start; after 60 of 180 days a third of the way to all of it.
        let ramp = &of("ramp").path.points;
        assert!((ramp[0].targets[3] - 0.625).abs() < 1e-3 && (ramp.last().unwrap().targets[3] - 0.5).abs() < 1e-3);
        // In a crash, insurance keeps more than the constant mix, and its risky part has nearly gone.
        let threshold = of("threshold 3 %").metrics;
        assert!(of("CPPI").metrics.max_drawdown < threshold.max_drawdown);
        assert!(of("CPPI").path.points.last().unwrap().targets[3] > 0.5);
        assert!(of("volatility target").metrics.volatility < threshold.volatility);
    }
}
