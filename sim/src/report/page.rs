//! HTML pages.

use crate::metrics;
use crate::path::{Path, Point};
use crate::report::chart::{Chart, Line, Unit, escape};
use crate::report::results::{Results, Run};
use crate::report::table::{self, comparison_table};

/// Sizes of charts in pixels.
pub(super) const WIDE: (f64, f64) = (1110.0, 340.0);
const SMALL: (f64, f64) = (540.0, 190.0);
/// Points of a line; more than the chart has pixels would show nothing more.
const MOST_POINTS: usize = 900;

/// A page of its own: `title` is plain text, `body` HTML, `style` goes after the common style sheet.
pub fn html(title: &str, body: &str, style: &str) -> String {
    let (title, common) = (escape(title), include_str!("style.css"));
    format!(
        r#"<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title><style>{common}{style}</style></head><body><main>{body}</main></body></html>"#
    )
}

/// The page of a comparison, with the weights of the run named `focus`.
pub fn comparison_page(results: &Results, runs: &[Run], focus: &str) -> String {
    let mut body = format!("<h1>Ballast: strategies compared</h1><p>{}.</p>", escape(&results.period.title()));
    body += &figures(runs);
    body += &frontier(runs);
    body += &growth(runs);
    body += &drawdown(runs);
    if let Some(run) = runs.iter().find(|run| run.name == focus) {
        body += &weights(results, run);
    }
    html(&format!("Ballast: {}", results.period.title()), &body, &style(runs.len()))
}

fn figures(runs: &[Run]) -> String {
    let table = comparison_table(runs).html(|number| format!("key s{number}"));
    let intro = "Tracking error is against the strategy's own target weights, rebalanced each candle at no cost. Costs are against the market's price: fee, price impact, and the pool's distance from the market. Point at a row or a name to see its lines alone.";
    format!(r#"<h2>Figures</h2><p>{intro}</p><div class="card scroll">{table}</div>"#)
}

fn frontier(runs: &[Run]) -> String {
    let place = |run: &Run| (run.metrics.cost_per_year, run.metrics.tracking_error);
    let is_on_axes = |run: &&Run| place(run).0 > 0.0 && place(run).1 > 0.0;
    let points: Vec<(f64, f64)> = runs.iter().filter(is_on_axes).map(place).collect();
    let mut chart = Chart::scatter((WIDE.0, 420.0), &points, (Unit::Percent, Unit::Percent));
    for (number, run) in runs.iter().enumerate().filter(|(_, run)| is_on_axes(run)) {
        let cells = table::cells(&run.metrics);
        let title = format!(
            "{}: cost {} a year, tracking error {}, {} trades",
            run.name,
            cells[table::COST],
            cells[table::TRACKING_ERROR],
            cells[table::TRADES]
        );
        chart.dot(place(run), &format!("run s{number}"), &run.name, &title);
    }
    let svg = chart.finish("Tracking error against yearly cost, one dot a strategy");
    let intro = "Tracking error (up) against cost in a year (to the right), both on logarithmic scales: what lies further down and to the left is better. Strategies that paid nothing are left out.";
    format!(r#"<h2>Precision against cost</h2><p>{intro}</p><div class="card">{svg}</div>"#)
}

fn growth(runs: &[Run]) -> String {
    let first = |path: &Path| path.points.first().map_or(1.0, |point| point.nav_usd);
    let index = |run: &Run| line(&run.path, |point| point.nav_usd / first(&run.path) * 100.0);
    let svg = lines_of(runs, index, Unit::Number, "Value of each strategy's vault over time, the first as 100");
    format!(r#"<h2>Value</h2><p>Value of the vault, at the start 100.</p>{}<div class="card">{svg}</div>"#, legend(runs))
}

fn drawdown(runs: &[Run]) -> String {
    let fall = |run: &Run| {
        let falls = metrics::drawdowns(&run.path);
        thin(run.path.points.iter().map(|point| point.time).zip(falls.iter().map(|fall| -fall)).collect())
    };
    let svg = lines_of(runs, fall, Unit::Percent, "Fall of each strategy's vault from its highest value so far, over time");
    format!(r#"<h2>Drawdown</h2><p>Fall from the highest value so far.</p>{}<div class="card">{svg}</div>"#, legend(runs))
}

fn lines_of(runs: &[Run], line: impl Fn(&Run) -> Line, unit: Unit, label: &str) -> String {
    let lines: Vec<Line> = runs.iter().map(line).collect();
    let values = lines.iter().flatten().map(|(_, value)| *value);
    let mut chart = Chart::new(WIDE, lines.first().map_or((0, 1), times), values, unit);
    for (number, line) in lines.iter().enumerate() {
        chart.line(line, &format!("run s{number}"));
    }
    chart.finish(label)
}

fn weights(results: &Results, run: &Run) -> String {
    let mut charts = String::new();
    for (index, asset) in results.period.assets.iter().enumerate() {
        let (weight, target) = (line(&run.path, |point| point.weights[index]), line(&run.path, |point| point.targets[index]));
        let values = weight.iter().chain(&target).map(|(_, value)| *value);
        let mut chart = Chart::new(SMALL, times(&weight), values, Unit::Percent);
        chart.line(&target, "target");
        chart.line(&weight, "main");
        let svg = chart.finish(&format!("Weight of {asset} and its target over time"));
        let trades = run.path.trades.iter().filter(|trade| trade.sell == index || trade.buy == index).count();
        charts += &format!(r#"<div class="card"><h3>{}<span>{trades} trades</span></h3>{svg}</div>"#, escape(asset));
    }
    let key = |class: &str, name: &str| {
        format!(
            r#"<span><svg viewBox="0 0 22 10"><line class="{class}" x1="0" x2="22" y1="5" y2="5" stroke-width="2"/></svg>{name}</span>"#
        )
    };
    let keys = key("main", "weight") + &key("target", "target");
    format!(
        r#"<h2>Weights: {}</h2><p>{}.</p><div class="legend">{keys}</div><div class="multiples">{charts}</div>"#,
        escape(&run.name),
        escape(&run.about)
    )
}

/// A name in its colour for each run.
fn legend(runs: &[Run]) -> String {
    let key = |(number, run): (usize, &Run)| format!(r#"<span class="key s{number}"><i></i>{}</span>"#, escape(&run.name));
    format!(r#"<div class="legend">{}</div>"#, runs.iter().enumerate().map(key).collect::<String>())
}

/// Colours of the runs, far apart for neighbours, and what fades while the pointer is on a run's name.
fn style(runs: usize) -> String {
    let mut style = String::new();
    for number in 0..runs {
        // The golden angle spreads any number of hues.
        let hue = (215.0 + 137.508 * number as f64) % 360.0;
        style += &format!(
            ".s{number}{{--run:light-dark(hsl({hue:.0} 70% 38%),hsl({hue:.0} 75% 68%))}}main:has(.key.s{number}:hover) .run:not(.s{number}){{opacity:0.07}}"
        );
    }
    style
}

fn line(path: &Path, value: impl Fn(&Point) -> f64) -> Line {
    thin(path.points.iter().map(|point| (point.time, value(point))).collect())
}

/// At most [`MOST_POINTS`] or so of a line, the last among them.
fn thin(line: Line) -> Line {
    let each = line.len().div_ceil(MOST_POINTS).max(1);
    let last = line.len().saturating_sub(1);
    line.into_iter().enumerate().filter(|(number, _)| (last - number).is_multiple_of(each)).map(|(_, point)| point).collect()
}

fn times(line: &Line) -> (i64, i64) {
    line.first().zip(line.last()).map_or((0, 1), |((first, _), (last, _))| (*first, *last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ballast_core::limits;
    use ballast_core::risk::{breaker, stress};
    use ballast_core::strategy::Strategy;
    use ballast_core::strategy::allocation::Allocation;

    use crate::market::Settings;
    use crate::metrics::Metrics;
    use crate::prices::{Candle, Prices, Step};
    use crate::replay::replay_one;
    use crate::vault::Setup;

    fn page() -> String {
        let step = |number: i64| Step { time: number * 3_600, candles: vec![Some(Candle::flat(100.0 + (number % 5) as f64))] };
        let prices = Prices { assets: vec!["B<T>C".to_string()], interval_secs: 3_600, steps: (1..50).map(step).collect() };
        let (prices, market) = (prices.with_cash(), Settings::default());
        let allocations = vec![Allocation::fixed(5_000, 50, 10_000); 2];
        let setup = Setup {
            nav_usd: 1e6,
            allocations,
            limits: limits::DEFAULT,
            breakers: breaker::DEFAULT,
            stress: stress::DEFAULT,
            strategy: Strategy::default(),
            ramp: Default::default(),
            jitter_seed: 0,
            is_paused: false,
        };
        let path = replay_one(&prices, &market, &setup).unwrap();
        let metrics = Metrics::of(&path);
        let run = |name: &str| Run {
            name: name.to_string(),
            about: "x & y".to_string(),
            setup: setup.clone(),
            path: path.clone(),
            metrics,
        };
        let runs = [run("a<b"), run("other")];
        comparison_page(&Results::new(&prices, &market, &runs), &runs, "a<b")
    }

    #[test]
    fn page_escapes_names_and_has_no_holes() {
        let page = page();
        assert!(!page.contains("a<b") && !page.contains("B<T>C") && !page.contains("NaN"));
        assert!(page.contains("<h2>Weights: a&lt;b</h2><p>x &amp; y.</p>"));
        // Value, drawdown, two weights with two lines each; and the frontier's dots.
        assert_eq!((page.matches("<polyline").count(), page.matches("<circle").count()), (8, 2));
    }

    #[test]
    fn page_loads_nothing_from_elsewhere() {
        let page = page();
        for reference in ["http", "src=", "href=", "url(", "@import", "<script"] {
            assert!(!page.contains(reference), "{reference}");
        }
    }

    #[test]
    fn thin_keeps_the_last_point() {
        let line: Line = (0..10_000).map(|n| (n, n as f64)).collect();
        let thinned = thin(line);
        assert!(thinned.len() <= MOST_POINTS && thinned.len() > MOST_POINTS / 2);
        assert_eq!(thinned.last().unwrap().0, 9_999);
        assert!(thin(Line::new()).is_empty());
    }
}
