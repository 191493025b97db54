//! Results of the synchronisation scenario.

use serde::Serialize;

use crate::market::Settings;
use crate::prices::Prices;
use crate::report::chart::escape;
use crate::report::page::html;
use crate::report::results::{Period, VERSION};
use crate::report::table::{Align, Table};
use crate::synchronisation::Outcome;

/// The scenario as `--json` writes it.
#[derive(Clone, Debug, Serialize)]
pub struct SynchronisationResults {
    /// [`VERSION`].
    pub version: u32,
    /// The prices.
    #[serde(flatten)]
    pub period: Period,
    /// How the market was modelled.
    pub market: Settings,
    /// Number of vaults.
    pub vaults: usize,
    /// Value of each at the start, in US dollars.
    pub nav_usd: f64,
    /// What came of each variant.
    pub variants: Vec<Outcome>,
}

impl SynchronisationResults {
    /// Collects the outcomes of `vaults` vaults worth `nav_usd` each.
    pub fn new(prices: &Prices, market: &Settings, vaults: usize, nav_usd: f64, variants: Vec<Outcome>) -> Self {
        Self { version: VERSION, period: Period::of(prices), market: market.clone(), vaults, nav_usd, variants }
    }
}

/// The variants side by side.
pub fn synchronisation_table(results: &SynchronisationResults) -> Table {
    let mut table = Table::new(&[
        ("variant", Align::Left),
        ("cost/y", Align::Right),
        ("worst vault", Align::Right),
        ("cost of turnover", Align::Right),
        ("tracking error", Align::Right),
        ("trades", Align::Right),
        ("refused", Align::Right),
        ("most at once", Align::Right),
        ("largest sale", Align::Right),
    ]);
    let bps = |part: f64| format!("{:.1} bps", part * 1e4);
    for outcome in &results.variants {
        table.row(vec![
            outcome.name.clone(),
            bps(outcome.mean_cost_per_year),
            bps(outcome.worst_cost_per_year),
            bps(outcome.cost_of_turnover),
            format!("{:.3} %", outcome.tracking_error * 100.0),
            outcome.trades.to_string(),
            outcome.refused.to_string(),
            outcome.most_at_once.to_string(),
            format!("{:.2} %", outcome.largest_sale * 100.0),
        ]);
    }
    table
}

/// The page of the scenario.
pub fn synchronisation_page(results: &SynchronisationResults) -> String {
    let SynchronisationResults { vaults, nav_usd, market, .. } = results;
    let title = results.period.title();
    let intro = format!(
        "{vaults} vaults of ${nav_usd:.0} each, with the same strategy, share pools of ${:.0}. Vaults that trade at the same moment do so one after the other, with no arbitrageur in between. The largest sale is the part of all vaults' value that was sold at one moment.",
        market.pool_depth_usd
    );
    let table = synchronisation_table(results).html(|_| String::new());
    let body = format!(
        r#"<h1>Ballast: many vaults, the same pools</h1><p>{}.</p><p>{intro}</p><div class="card scroll">{table}</div>"#,
        escape(&title)
    );
    html(&format!("Ballast: {title}"), &body, "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prices::{Candle, Step};
    use crate::synchronisation::variants;

    #[test]
    fn page_and_table_have_every_variant() {
        let outcome = |(name, variant): (&str, _)| Outcome {
            name: name.to_string(),
            variant,
            mean_cost_per_year: 0.001,
            worst_cost_per_year: 0.002,
            cost_of_turnover: 0.003,
            tracking_error: 0.004,
            trades: 5,
            refused: 6,
            most_at_once: 7,
            largest_sale: 0.08,
        };
        let step = |time| Step { time, candles: vec![Some(Candle::flat(1.0))] };
        let prices = Prices { assets: vec!["A".to_string()], interval_secs: 1, steps: vec![step(0), step(1)] };
        let outcomes = variants(60, 500, 50).map(outcome).to_vec();
        let results = SynchronisationResults::new(&prices, &Settings::default(), 9, 1e6, outcomes);
        let text = synchronisation_table(&results).text();
        assert_eq!(text.lines().count(), 5);
        assert!(text.contains("10.0 bps") && text.contains("0.400 %") && text.contains("8.00 %"));
        let page = synchronisation_page(&results);
        assert!(page.contains("9 vaults of $1000000 each") && page.contains("in turns, small trades"));
    }
}
