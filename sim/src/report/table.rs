//! Tables of plain text.

use crate::market::Settings;
use crate::metrics::Metrics;
use crate::report::results::Run;

/// How a column's cells stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// At its left edge.
    Left,
    /// At its right edge.
    Right,
}

/// A table in the making.
#[derive(Clone, Debug, Default)]
pub struct Table {
    columns: Vec<(String, Align)>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these columns and no rows.
    pub fn new(columns: &[(&str, Align)]) -> Self {
        Self { columns: columns.iter().map(|(name, align)| (name.to_string(), *align)).collect(), rows: Vec::new() }
    }

    /// Adds a row, one cell a column.
    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// As text, columns two spaces apart.
    pub fn text(&self) -> String {
        let heads: Vec<String> = self.columns.iter().map(|(name, _)| name.clone()).collect();
        let widths: Vec<usize> = (0..heads.len()).map(|column| self.width(column)).collect();
        let mut text = String::new();
        for row in [&heads].into_iter().chain(&self.rows) {
            let mut line = String::new();
            for ((cell, width), (_, align)) in row.iter().zip(&widths).zip(&self.columns) {
                line += &match align {
                    Align::Left => format!("{cell:<width$}  "),
                    Align::Right => format!("{cell:>width$}  "),
                };
            }
            text += line.trim_end();
            text.push('\n');
        }
        text
    }

    /// As HTML; `class_of` gives a row's class by its number.
    pub(super) fn html(&self, class_of: impl Fn(usize) -> String) -> String {
        let cell = |tag: &str, text: &str, align: Align| {
            let style = if align == Align::Right { r#" class="right""# } else { "" };
            format!("<{tag}{style}>{}</{tag}>", super::chart::escape(text))
        };
        let head: String = self.columns.iter().map(|(name, align)| cell("th", name, *align)).collect();
        let mut rows = String::new();
        for (number, row) in self.rows.iter().enumerate() {
            let cells: String = row.iter().zip(&self.columns).map(|(text, (_, align))| cell("td", text, *align)).collect();
            rows += &format!(r#"<tr class="{}">{cells}</tr>"#, class_of(number));
        }
        format!("<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>")
    }

    fn width(&self, column: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(column));
        let widest = cells.map(|cell| cell.chars().count()).max().unwrap_or_default();
        widest.max(self.columns[column].0.chars().count())
    }
}

/// Place of the tracking error among [`cells`].
pub(crate) const TRACKING_ERROR: usize = 2;
/// Place of the yearly cost among [`cells`].
pub(crate) const COST: usize = 5;
/// Place of the number of trades among [`cells`].
pub(crate) const TRADES: usize = 6;

/// Columns of [`cells`], which follow a column of names.
pub(crate) const METRICS: [(&str, Align); 9] = [
    ("return", Align::Right),
    ("volatility", Align::Right),
    ("tracking error", Align::Right),
    ("drawdown", Align::Right),
    ("turnover/y", Align::Right),
    ("cost/y", Align::Right),
    ("trades", Align::Right),
    ("cost/trade", Align::Right),
    ("excess growth/y", Align::Right),
];

/// Metrics as a row's cells.
pub(crate) fn cells(metrics: &Metrics) -> Vec<String> {
    let percent = |value: f64| format!("{:.2} %", value * 100.0);
    let cost_per_trade =
        if metrics.trades == 0 { "-".to_string() } else { format!("${:.2}", metrics.cost_usd / metrics.trades as f64) };
    vec![
        format!("{:+.2} %", metrics.total_return * 100.0),
        percent(metrics.volatility),
        format!("{:.3} %", metrics.tracking_error * 100.0),
        percent(metrics.max_drawdown),
        format!("{:.2} x", metrics.turnover_per_year),
        format!("{:.1} bps", metrics.cost_per_year * 1e4),
        metrics.trades.to_string(),
        cost_per_trade,
        format!("{:+.2} %", metrics.excess_growth * 100.0),
    ]
}

/// All strategies of a comparison with their metrics.
pub fn comparison_table(runs: &[Run]) -> Table {
    let columns: Vec<_> = [("strategy", Align::Left)].into_iter().chain(METRICS).collect();
    let mut table = Table::new(&columns);
    for run in runs {
        table.row([run.name.clone()].into_iter().chain(cells(&run.metrics)).collect());
    }
    table
}

/// The market's model and the vault's size in one line.
pub fn assumptions(market: &Settings, nav_usd: f64) -> String {
    let Settings { pool_depth_usd, pool_fee_bps, pools_at_market, latency_secs, .. } = *market;
    let pools = if pools_at_market { "pools at the market's price" } else { "arbitrage to within the fee" };
    let [nav, depth] = [nav_usd, pool_depth_usd].map(|usd| format!("${:.1} million", usd / 1e6));
    format!("{nav} in each vault, {depth} in each pool, fee {pool_fee_bps} bps, {pools}, keeper's latency {latency_secs} s")
}

/// What the table's figures mean, and which vaults never traded though they could.
pub fn notes(runs: &[Run]) -> String {
    let mut notes = String::from(
        "tracking error: against the strategy's own targets; excess growth: log growth beyond that of the assets, weighted as held\n",
    );
    for run in runs.iter().filter(|run| run.metrics.trades == 0 && !run.setup.is_paused) {
        let most = run.path.dormant.iter().max_by_key(|(_, count)| *count);
        let reason = most.map_or(String::new(), |(reason, count)| format!(": {reason} {count} times"));
        notes += &format!("note: {} never traded{reason}\n", run.name);
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut table = Table::new(&[("name", Align::Left), ("n", Align::Right)]);
        table.row(vec!["a".to_string(), "1".to_string()]);
        table.row(vec!["longer".to_string(), "100".to_string()]);
        assert_eq!(table.text(), "name      n\na         1\nlonger  100\n");
    }

    #[test]
    fn html_escapes_its_cells() {
        let mut table = Table::new(&[("a<b", Align::Right)]);
        table.row(vec!["&".to_string()]);
        let html = table.html(|number| format!("r{number}"));
        assert!(
            html.contains(r#"<th class="right">a&lt;b</th>"#) && html.contains(r#"<tr class="r0"><td class="right">&amp;</td>"#)
        );
    }

    #[test]
    fn cells_name_their_units() {
        let metrics = Metrics { total_return: -0.1, cost_per_year: 0.001, cost_usd: 30.0, trades: 4, ..Metrics::default() };
        let cells = cells(&metrics);
        assert_eq!(cells.len(), METRICS.len());
        assert_eq!((cells[0].as_str(), cells[COST].as_str(), cells[7].as_str()), ("-10.00 %", "10.0 bps", "$7.50"));
        assert_eq!(super::cells(&Metrics::default())[7], "-");
    }
}
