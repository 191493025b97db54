//! Results of a parameter sweep.

use serde::Serialize;

use crate::prices::Prices;
use crate::report::chart::{Chart, Unit, escape};
use crate::report::page::{WIDE, html};
use crate::report::results::{Period, VERSION};
use crate::report::table::{self, Align, Table};
use crate::sweep::{Axis, Trial};
use crate::time;

/// A sweep as `--json` writes it.
#[derive(Clone, Debug, Serialize)]
pub struct SweepResults {
    /// [`VERSION`].
    pub version: u32,
    /// The prices.
    #[serde(flatten)]
    pub period: Period,
    /// Where figures are split, `YYYY-MM-DD HH:MM` UTC; absent where they are not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split: Option<String>,
    /// Paths of the fields, in the order of the trials' values.
    pub fields: Vec<String>,
    /// The trials, in the order of the grid.
    pub trials: Vec<Trial>,
}

impl SweepResults {
    /// Collects the results of `trials` over `prices`.
    pub fn new(prices: &Prices, axes: &[Axis], split: Option<i64>, trials: &[Trial]) -> Self {
        Self {
            version: VERSION,
            period: Period::of(prices),
            split: split.map(time::date_time),
            fields: axes.iter().map(|axis| axis.path.clone()).collect(),
            trials: trials.to_vec(),
        }
    }
}

/// The trials by their cost: the efficient ones, or all.
pub fn sweep_table(axes: &[Axis], trials: &[Trial], all: bool) -> Table {
    let mut columns: Vec<(&str, Align)> = axes.iter().map(|axis| (axis.path.as_str(), Align::Right)).collect();
    columns.push(("efficient", Align::Left));
    columns.extend(table::METRICS);
    let is_split = trials.iter().any(|trial| trial.out_of_sample.is_some());
    if is_split {
        columns.extend([("then cost/y", Align::Right), ("tracking error", Align::Right)]);
    }
    let mut table = Table::new(&columns);
    let mut shown: Vec<&Trial> = trials.iter().filter(|trial| all || trial.is_efficient).collect();
    shown.sort_by(|a, b| a.in_sample.cost_per_year.total_cmp(&b.in_sample.cost_per_year));
    for trial in shown {
        let mut cells: Vec<String> = trial.values.iter().map(f64::to_string).collect();
        cells.push(if trial.is_efficient { "yes" } else { "" }.to_string());
        cells.extend(table::cells(&trial.in_sample));
        if let Some(metrics) = &trial.out_of_sample {
            let later = table::cells(metrics);
            cells.extend([later[table::COST].clone(), later[table::TRACKING_ERROR].clone()]);
        }
        table.row(cells);
    }
    table
}

/// What the table leaves out.
pub fn sweep_notes(results: &SweepResults, all: bool) -> String {
    let (count, efficient) = (results.trials.len(), results.trials.iter().filter(|trial| trial.is_efficient).count());
    let shown = if all { count } else { efficient };
    let rows = format!("{shown} of {count} combinations; efficient: no other has both less cost and less tracking error");
    let hint = if shown < count { "; --all shows the rest" } else { "" };
    let split = results.split.as_ref().map(|split| format!("figures are of before {split} UTC, \"then\" of after it\n"));
    format!("{rows}{hint}\n{}", split.unwrap_or_default())
}

/// The page of a sweep.
pub fn sweep_page(results: &SweepResults, axes: &[Axis], trials: &[Trial]) -> String {
    let mut body = format!("<h1>Ballast: parameters swept</h1><p>{}.</p>", escape(&results.period.title()));
    if let Some(split) = &results.split {
        body += &format!("<p>Figures are of the time before {split} UTC; “then” are those after it.</p>");
    }
    let place = |trial: &Trial| (trial.in_sample.cost_per_year, trial.in_sample.tracking_error);
    let shown: Vec<&Trial> = trials.iter().filter(|trial| place(trial).0 > 0.0 && place(trial).1 > 0.0).collect();
    let points: Vec<(f64, f64)> = shown.iter().map(|trial| place(trial)).collect();
    let mut chart = Chart::scatter((WIDE.0, 420.0), &points, (Unit::Percent, Unit::Percent));
    for trial in shown {
        let class = if trial.is_efficient { "run s0" } else { "run s1 faint" };
        chart.dot(place(trial), class, "", &describe(axes, trial));
    }
    let svg = chart.finish("Tracking error against yearly cost, one dot a combination");
    let intro = "Tracking error (up) against cost in a year (to the right), both on logarithmic scales; full dots are those that no other beats in both. Point at one for its values.";
    body += &format!(r#"<h2>Precision against cost</h2><p>{intro}</p><div class="card">{svg}</div>"#);
    let table = sweep_table(axes, trials, false).html(|_| String::new());
    body += &format!(r#"<h2>Efficient combinations</h2><div class="card scroll">{table}</div>"#);
    let style = ".s0{--run:var(--main)}.s1{--run:var(--other)}.faint{opacity:0.45}";
    html(&format!("Ballast: {}", results.period.title()), &body, style)
}

fn describe(axes: &[Axis], trial: &Trial) -> String {
    let cells = table::cells(&trial.in_sample);
    let values = axes.iter().zip(&trial.values).map(|(axis, value)| format!("{} = {value}", axis.path));
    let values: Vec<String> = values.collect();
    format!("{}: cost {}, tracking error {}", values.join(", "), cells[table::COST], cells[table::TRACKING_ERROR])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Metrics;
    use crate::prices::{Candle, Step};

    fn trial(value: f64, cost_per_year: f64, is_efficient: bool) -> Trial {
        let in_sample = Metrics { cost_per_year, tracking_error: 0.01, ..Metrics::default() };
        let out_of_sample = Some(Metrics { cost_per_year: 0.0777, ..Metrics::default() });
        Trial { values: vec![value], in_sample, out_of_sample, is_efficient }
    }

    #[test]
    fn table_is_by_cost_and_of_the_efficient_unless_all_are_wanted() {
        let axes = [Axis { path: "x".to_string(), values: vec![1.0, 2.0, 3.0] }];
        let trials = [trial(1.0, 0.02, true), trial(2.0, 0.03, false), trial(3.0, 0.01, true)];
        let firsts = |all| {
            let text = sweep_table(&axes, &trials, all).text();
            text.lines().skip(1).map(|line| line.trim_start().chars().next().unwrap()).collect::<String>()
        };
        assert_eq!(firsts(false), "31");
        assert_eq!(firsts(true), "312");
        assert!(sweep_table(&axes, &trials, false).text().contains("777.0 bps"));
    }

    #[test]
    fn page_has_a_dot_a_trial_and_the_efficient_rows() {
        let axes = [Axis { path: "a<b".to_string(), values: vec![1.0, 2.0] }];
        let trials = [trial(1.0, 0.02, true), trial(2.0, 0.03, false)];
        let step = |time| Step { time, candles: vec![Some(Candle::flat(1.0))] };
        let prices = Prices { assets: vec!["A".to_string()], interval_secs: 1, steps: vec![step(0), step(1)] };
        let page = sweep_page(&SweepResults::new(&prices, &axes, Some(1), &trials), &axes, &trials);
        assert_eq!((page.matches("<circle").count(), page.matches("<tr").count()), (2, 2));
        assert!(page.contains("before 1970-01-01 00:00 UTC") && !page.contains("a<b") && !page.contains("NaN"));
    }
}
