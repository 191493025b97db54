//! The report: one HTML page with charts, figures and every rebalance, which loads nothing from elsewhere.

use std::fmt::Write as _;

use ballast_sim::report::chart::{Chart, Line, Unit, escape};
use ballast_sim::report::html;
use ballast_sim::time;

use crate::figures::Figures;
use crate::history::{History, Point, Rebalance};
use crate::table::{self, usd};

/// Sizes of charts in pixels.
const WIDE: (f64, f64) = (1110.0, 260.0);
const SMALL: (f64, f64) = (540.0, 200.0);

/// The page.
pub fn page(history: &History, figures: &Figures) -> String {
    let basket = escape(&history.assets.join(" · "));
    let period = format!("{} to {} UTC", figures.from, figures.to);
    let mut body = format!("<h1>Ballast: {basket}</h1><p>{period}, replayed on an embedded Solana VM.</p>");
    body += &tiles(figures);
    body += &violations(figures);
    body += &weights(history);
    body += &value(history);
    body += &drift(history);
    body += &prices(history);
    body += &rebalances(history);
    body += &figure_tables(figures);
    html(&format!("Ballast: {}, {period}", history.assets.join(" · ")), &body, "")
}

fn tiles(figures: &Figures) -> String {
    let tiles = [
        (figures.rebalances.to_string(), "rebalances"),
        (usd(figures.turnover_usd), "turnover"),
        (format!("{:.1} bps", figures.cost_bps_of_turnover), "cost of turnover"),
        (format!("{:.0} → {:.0} bps", figures.drift_before_bps.mean, figures.drift_after_bps.mean), "mean drift at rebalances"),
        (format!("{:+.1} bps", figures.share_over_hold_bps), "share against holding"),
        (if figures.violations.is_empty() { "all held" } else { "broken" }.to_string(), "invariants"),
    ];
    let tiles: String =
        tiles.iter().map(|(value, name)| format!(r#"<div class="card"><b>{value}</b><span>{name}</span></div>"#)).collect();
    format!(r#"<div class="tiles">{tiles}</div>"#)
}

fn violations(figures: &Figures) -> String {
    if figures.violations.is_empty() {
        return String::new();
    }
    let items: String = figures.violations.iter().map(|text| format!("<li>{}</li>", escape(text))).collect();
    format!(r#"<h2>Broken invariants</h2><div class="card broken"><ul>{items}</ul></div>"#)
}

fn weights(history: &History) -> String {
    let mut charts = String::new();
    for (index, asset) in history.assets.iter().enumerate() {
        let (target, band) = (history.targets[index], history.bands[index]);
        let line = series(history, |point| point.weights[index]);
        // A little more than the band, to leave room for the markers at its edges.
        let room = band * 1.15;
        let span = values(&line).chain([(target - room).max(0.0), target + room]);
        let mut chart = Chart::new(SMALL, times(history), span, Unit::Percent);
        chart.band(target - band, target + band, "within");
        chart.level(target, "target");
        chart.line(&line, "main");
        let edges = (target - band, target + band);
        mark_trades(&mut chart, history, index, edges);
        let svg = chart.finish(&format!("Weight of {asset} over time, its target and its band"));
        let target = format!("target {:.2} % ± {:.2}", target * 100.0, band * 100.0);
        let _ = write!(charts, r#"<div class="card"><h3>{}<span>{target}</span></h3>{svg}</div>"#, escape(asset));
    }
    let legend = legend(&[
        ("line", "main", "weight"),
        ("line", "target", "target"),
        ("area", "within", "band"),
        ("down", "sell", "sold"),
        ("up", "buy", "bought"),
    ]);
    let intro = "Each asset's part of the vault. A rebalance is due when a weight leaves its band; the keeper cannot start one before. Jumps without a mark are users' one-asset deposits and redemptions.";
    format!(r#"<h2>Weights against their bands</h2><p>{intro}</p>{legend}<div class="multiples">{charts}</div>"#)
}

/// Sales at the band's upper edge, purchases at its lower one: where they would begin in a calm market.
fn mark_trades(chart: &mut Chart, history: &History, index: usize, (low, high): (f64, f64)) {
    for trade in &history.rebalances {
        let title = describe(history, trade);
        if trade.sell == index {
            chart.marker(trade.time, high, false, "sell", &title);
        }
        if trade.buy == index {
            chart.marker(trade.time, low, true, "buy", &title);
        }
    }
}

fn describe(history: &History, trade: &Rebalance) -> String {
    format!(
        "{}: {} of {} sold for {}, cost {}",
        time::date_time(trade.time),
        usd(trade.sold_usd),
        history.assets[trade.sell],
        history.assets[trade.buy],
        usd(trade.cost_usd())
    )
}

fn value(history: &History) -> String {
    let (share, hold) = (series(history, |point| point.share_usd), series(history, |point| point.hold_usd));
    let mut chart = Chart::new(WIDE, times(history), values(&share).chain(values(&hold)), Unit::Usd);
    chart.line(&hold, "other");
    chart.line(&share, "main");
    let both = chart.finish("Value of a share and of the basket held without rebalancing, over time");

    let ahead = series(history, |point| point.share_usd / point.hold_usd - 1.0);
    let mut chart = Chart::new((WIDE.0, 170.0), times(history), values(&ahead).chain([0.0]), Unit::Percent);
    chart.level(0.0, "other");
    chart.line(&ahead, "main");
    let ahead = chart.finish("Value of a share over the held basket, over time");
    let legend = legend(&[("line", "main", "share of the vault"), ("line", "other", "its first basket, held")]);
    format!(
        r#"<h2>Value of a share against holding</h2>{legend}<div class="card">{both}</div><h2>The difference</h2><p>By how much a share is worth more than its first basket, held.</p><div class="card">{ahead}</div>"#
    )
}

fn drift(history: &History) -> String {
    let line = series(history, |point| point.drift(&history.targets));
    let mut chart = Chart::new((WIDE.0, 200.0), times(history), values(&line).chain([0.0]), Unit::Percent);
    chart.line(&line, "main");
    let svg = chart.finish("Drift over time");
    let intro = "The part of the vault that would have to change hands to restore all targets. Each drop is a rebalance.";
    format!(r#"<h2>Drift</h2><p>{intro}</p><div class="card">{svg}</div>"#)
}

fn prices(history: &History) -> String {
    let lines: Vec<Line> = (0..history.assets.len())
        .map(|index| {
            let first = history.points.first().map_or(1.0, |point| point.prices_usd[index]);
            series(history, |point| point.prices_usd[index] / first * 100.0)
        })
        .collect();
    let mut chart = Chart::new(WIDE, times(history), lines.iter().flat_map(values), Unit::Number);
    // Colours repeat beyond the fifth asset; the cash asset, the last, is the quiet one.
    let class = |index: usize| if index + 1 == lines.len() { "line-0".to_string() } else { format!("line-{}", 1 + index % 4) };
    let classes: Vec<String> = (0..lines.len()).map(class).collect();
    for (line, class) in lines.iter().zip(&classes) {
        chart.line(line, class);
    }
    let svg = chart.finish("Prices over time, the first one as 100");
    let names: Vec<_> =
        classes.iter().zip(&history.assets).map(|(class, asset)| ("line", class.as_str(), asset.as_str())).collect();
    format!(r#"<h2>The market</h2><p>Prices, the first one as 100.</p>{}<div class="card">{svg}</div>"#, legend(&names))
}

fn rebalances(history: &History) -> String {
    let mut rows = String::new();
    for trade in &history.rebalances {
        let _ = write!(
            rows,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{:.1}</td><td>{:.0} → {:.0}</td></tr>",
            time::date_time(trade.time),
            escape(&history.assets[trade.sell]),
            escape(&history.assets[trade.buy]),
            usd(trade.sold_usd),
            usd(trade.cost_usd()),
            trade.cost_usd() / trade.sold_usd * 1e4,
            trade.drift.0 * 1e4,
            trade.drift.1 * 1e4,
        );
    }
    format!(
        r#"<h2>Every rebalance</h2><p>Costs are against the market's prices: fee, price impact and the pool's distance from the market; below zero is a gain.</p><div class="card log"><table><thead><tr><th>time, UTC</th><th>sold</th><th>bought</th><th>size</th><th>cost</th><th>cost, bps</th><th>drift, bps</th></tr></thead><tbody>{rows}</tbody></table></div>"#
    )
}

fn figure_tables(figures: &Figures) -> String {
    let mut tables = String::new();
    for section in table::sections(figures).iter().filter(|section| !section.rows.is_empty()) {
        let rows: String = section
            .rows
            .iter()
            .map(|(name, value)| format!("<tr><th>{}</th><td>{}</td></tr>", escape(name), escape(value)))
            .collect();
        let _ = write!(tables, r#"<div class="card"><h3>{}</h3><table>{rows}</table></div>"#, section.title);
    }
    format!(r#"<h2>Figures</h2><div class="tables">{tables}</div>"#)
}

/// Explains signs: what each looks like, its class and its meaning.
fn legend(entries: &[(&str, &str, &str)]) -> String {
    let mut items = String::new();
    for (shape, class, text) in entries {
        let sign = match *shape {
            "line" => format!(r#"<line class="{class}" x1="0" x2="22" y1="5" y2="5" stroke-width="2"/>"#),
            "area" => format!(r#"<rect class="{class}" width="22" height="10"/>"#),
            "down" => format!(r#"<path class="{class}" d="M11 9L7 1L15 1Z"/>"#),
            _ => format!(r#"<path class="{class}" d="M11 1L7 9L15 9Z"/>"#),
        };
        let _ = write!(items, r#"<span><svg viewBox="0 0 22 10">{sign}</svg>{}</span>"#, escape(text));
    }
    format!(r#"<div class="legend">{items}</div>"#)
}

fn series(history: &History, value: impl Fn(&Point) -> f64) -> Line {
    history.points.iter().map(|point| (point.time, value(point))).collect()
}

fn values(line: &Line) -> impl Iterator<Item = f64> {
    line.iter().map(|(_, value)| *value)
}

fn times(history: &History) -> (i64, i64) {
    let ends = history.points.first().zip(history.points.last());
    ends.map_or((0, 1), |(first, last)| (first.time, last.time))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history() -> History {
        let point = |time, weight: f64| Point {
            time,
            prices_usd: vec![40_000.0, 1.0],
            weights: vec![weight, 1.0 - weight],
            nav_usd: 1e6,
            share_usd: 1.0,
            hold_usd: 1.0,
        };
        let trade = Rebalance {
            time: 7_200,
            sell: 0,
            buy: 1,
            sold_usd: 30_000.0,
            bought_usd: 29_900.0,
            fee_usd: 75.0,
            drift: (0.03, 0.0),
        };
        History {
            assets: vec!["B<T>C".to_string(), "USDC".to_string()],
            targets: vec![0.5, 0.5],
            bands: vec![0.03, 0.03],
            points: vec![point(3_600, 0.5), point(7_200, 0.53), point(7_200, 0.5)],
            rebalances: vec![trade],
            ..History::default()
        }
    }

    #[test]
    fn page_marks_each_rebalance_and_escapes_names() {
        let history = history();
        let page = page(&history, &Figures::new(&history, 1.0));
        assert_eq!(
            page.matches("<title>1970-01-01 02:00: $30,000 of B&lt;T&gt;C sold for USDC, cost $100.00</title>").count(),
            2
        );
        assert!(!page.contains("B<T>C"));
        assert!(!page.contains("NaN"));
    }

    #[test]
    fn page_loads_nothing_from_elsewhere() {
        let history = history();
        let page = page(&history, &Figures::new(&history, 1.0));
        for reference in ["http", "src=", "href=", "url(", "@import"] {
            assert!(!page.contains(reference), "{reference}");
        }
    }

    #[test]
    fn page_shows_broken_invariants() {
        let history = History { violations: vec!["a < b".to_string()], ..history() };
        let page = page(&history, &Figures::new(&history, 1.0));
        assert!(page.contains("<li>a &lt; b</li>"));
    }
}
