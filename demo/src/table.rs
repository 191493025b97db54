//! The final figures as a table for people.

use indicatif::HumanCount;

use crate::figures::Figures;

/// A titled list of names and values.
pub struct Section {
    /// What the rows are about.
    pub title: &'static str,
    /// Name and value.
    pub rows: Vec<(String, String)>,
}

/// The figures in the order in which people ask for them; the terminal's table and the report show the same.
pub fn sections(figures: &Figures) -> Vec<Section> {
    let row = |name: &str, value: String| (name.to_string(), value);
    let run = vec![
        row("period", format!("{} to {} UTC, {:.0} days", figures.from, figures.to, figures.days)),
        row("basket", figures.assets.join(", ")),
        row("users", format!("{} deposits, {} redemptions", figures.deposits, figures.redemptions)),
        row("arbitrage swaps", grouped(figures.arbitrages)),
        row("wall time", format!("{:.1} s", figures.wall_secs)),
        row("invariants", invariants(figures)),
    ];
    let trading = vec![
        row("rebalances", figures.rebalances.to_string()),
        row("turnover", format!("{} ({:.2} x mean NAV)", usd(figures.turnover_usd), figures.turnover_of_nav)),
        row(
            "cost",
            format!(
                "{} ({:.1} bps of NAV, {:.1} bps of turnover)",
                usd(figures.cost_usd),
                figures.cost_bps_of_nav,
                figures.cost_bps_of_turnover
            ),
        ),
        row("of it fees / slippage", format!("{} / {}", usd(figures.fees_usd), usd(figures.slippage_usd))),
        row(
            "drift before, mean / max",
            format!("{:.0} / {:.0} bps", figures.drift_before_bps.mean, figures.drift_before_bps.max),
        ),
        row("drift after, mean / max", format!("{:.0} / {:.0} bps", figures.drift_after_bps.mean, figures.drift_after_bps.max)),
    ];
    let mut value = vec![
        row("NAV at the end", usd(figures.nav_end_usd)),
        row("share, start to end", format!("{:.4} to {:.4} USD", figures.share_start_usd, figures.share_end_usd)),
        row("held instead, end", format!("{:.4} USD", figures.hold_end_usd)),
        row("share against holding", format!("{:+.1} bps", figures.share_over_hold_bps)),
    ];
    if let Some(excess_bps) = figures.excess_growth_bps {
        value.push(row("excess growth, on-chain books", format!("{excess_bps:+.1} bps")));
    }
    let units = figures.compute_units.iter();
    let units = units.map(|(kind, units)| {
        row(kind, format!("mean {}, max {} over {}", grouped(units.mean), grouped(units.max), grouped(units.count)))
    });
    let halts = figures.halts.iter().map(|(breaker, count)| row(breaker, grouped(*count)));
    let dormant = figures.dormant.iter().map(|(reason, count)| row(reason, grouped(*count)));
    vec![
        Section { title: "Run", rows: run },
        Section { title: "Trading", rows: trading },
        Section { title: "Value", rows: value },
        Section { title: "Compute units", rows: units.collect() },
        Section { title: "Keeper's checks without a trade", rows: dormant.collect() },
        Section { title: "Breakers tripped", rows: halts.collect() },
    ]
}

/// The table for a terminal.
pub fn text(figures: &Figures) -> String {
    let sections = sections(figures);
    let width = sections.iter().flat_map(|section| &section.rows).map(|(name, _)| name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for section in sections.iter().filter(|section| !section.rows.is_empty()) {
        text += &format!("\n{}\n", section.title);
        for (name, value) in &section.rows {
            text += &format!("  {name:<width$}  {value}\n");
        }
    }
    text
}

fn invariants(figures: &Figures) -> String {
    match figures.violations.len() {
        0 => "all held".to_string(),
        count => format!("{count} broke"),
    }
}

/// `-$1,234,567`, or cents below a thousand dollars.
pub fn usd(value: f64) -> String {
    let sign = if value < 0.0 { "-" } else { "" };
    let value = value.abs();
    if value < 1_000.0 { format!("{sign}${value:.2}") } else { format!("{sign}${}", grouped(value.round() as u64)) }
}

/// Digits in groups of three.
fn grouped(value: u64) -> String {
    HumanCount(value).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usd_groups_digits() {
        assert_eq!(usd(0.5), "$0.50");
        assert_eq!(usd(-999.994), "-$999.99");
        assert_eq!(usd(1_234_567.4), "$1,234,567");
        assert_eq!(usd(-100_000.0), "-$100,000");
        assert_eq!(grouped(0), "0");
    }
}
