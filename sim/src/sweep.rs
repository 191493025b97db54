//! Parameter sweeps: every combination of some fields' values, replayed on all cores.

use anyhow::{Context, Result, bail, ensure};
use indicatif::ProgressBar;
use rayon::prelude::*;
use serde::Serialize;
use toml::Value;

use crate::config::{Config, Document};
use crate::metrics::Metrics;
use crate::prices::Prices;
use crate::replay::replay_one;

/// Most combinations of a sweep: a day's work for a fast machine.
const MOST: usize = 100_000;

/// A field of the configuration and the values to try.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// Path of the field in a configuration file, such as `gate.horizon_secs`.
    pub path: String,
    /// The values.
    pub values: Vec<f64>,
}

/// One combination and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Trial {
    /// Value of each axis, in their order.
    pub values: Vec<f64>,
    /// Figures before the split; of all, where there is none.
    pub in_sample: Metrics,
    /// Figures from the split on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub out_of_sample: Option<Metrics>,
    /// Whether no other trial has both less cost and less tracking error before the split.
    pub is_efficient: bool,
}

impl Axis {
    /// Reads `field=value,value,…`.
    pub fn parse(text: &str) -> Result<Self> {
        let (path, list) = text.split_once('=').with_context(|| format!("`{text}` has no `=`; write field=value,value"))?;
        let mut values = Vec::new();
        for value in list.split(',').map(str::trim) {
            match value.parse::<f64>() {
                Ok(number) if number.is_finite() => values.push(number),
                _ => bail!("`{value}` is not a number; write {path}=value,value"),
            }
        }
        Ok(Self { path: path.trim().to_string(), values })
    }
}

/// Every combination of the axes' values.
pub fn grid(axes: &[Axis]) -> Result<Vec<Vec<f64>>> {
    let count = axes.iter().try_fold(1usize, |count, axis| count.checked_mul(axis.values.len()));
    ensure!(count.is_some_and(|count| count <= MOST), "the grid has more than {MOST} combinations; give fewer values");
    let mut grid = vec![Vec::new()];
    for axis in axes {
        let longer = |start: Vec<f64>| axis.values.iter().map(move |value| [start.as_slice(), &[*value]].concat());
        grid = grid.into_iter().flat_map(longer).collect();
    }
    Ok(grid)
}

/// Replays the configuration with every combination of `grid`'s values in place. Figures are split at `split`, seconds since
/// 1970, if given; the vault goes on over it.
pub fn run(
    prices: &Prices,
    document: &Document,
    axes: &[Axis],
    grid: Vec<Vec<f64>>,
    split: Option<i64>,
    progress: &ProgressBar,
) -> Result<Vec<Trial>> {
    // All of them are checked before any is run.
    let mut configs = Vec::with_capacity(grid.len());
    for values in &grid {
        let mut document = document.clone();
        axes.iter().zip(values).for_each(|(axis, value)| document.set(&axis.path, number(*value)));
        configs.push(Config::read(&document, &prices.assets).context("--grid")?);
    }
    let trial = |(values, config): (Vec<f64>, Config)| {
        let path = replay_one(prices, &config.market, &config.setup)?;
        progress.inc(1);
        let part = |from, to| Metrics::of(&path.between(from, to));
        let in_sample = split.map_or_else(|| Metrics::of(&path), |split| part(i64::MIN, split));
        let out_of_sample = split.map(|split| part(split, i64::MAX));
        Ok(Trial { values, in_sample, out_of_sample, is_efficient: false })
    };
    let trials: Result<Vec<Trial>> = grid.into_par_iter().zip(configs).map(trial).collect();
    Ok(marked(trials?))
}

/// Marks the efficient trials.
fn marked(mut trials: Vec<Trial>) -> Vec<Trial> {
    let place = |trial: &Trial| (trial.in_sample.cost_per_year, trial.in_sample.tracking_error);
    let places: Vec<(f64, f64)> = trials.iter().map(place).collect();
    for (trial, (cost, error)) in trials.iter_mut().zip(&places) {
        let is_better = |(c, e): &(f64, f64)| c <= cost && e <= error && (c < cost || e < error);
        trial.is_efficient = !places.iter().any(is_better);
    }
    trials
}

/// Whole numbers as such: most fields are integers.
fn number(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 1e15 { Value::Integer(value as i64) } else { Value::Float(value) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prices::{Candle, Step};

    fn axis(path: &str, values: &[f64]) -> Axis {
        Axis { path: path.to_string(), values: values.to_vec() }
    }

    #[test]
    fn axes_are_read() {
        assert_eq!(Axis::parse("gate.horizon_secs=3600, 7200").unwrap(), axis("gate.horizon_secs", &[3_600.0, 7_200.0]));
        for (text, expected) in [("gate", "`gate` has no `=`"), ("a=1,x", "`x` is not a number"), ("a=nan", "`nan` is not a")] {
            assert!(Axis::parse(text).unwrap_err().to_string().starts_with(expected), "{text}");
        }
    }

    #[test]
    fn grid_has_every_combination() {
        let grid = grid(&[axis("a", &[1.0, 2.0]), axis("b", &[3.0, 4.0])]).unwrap();
        assert_eq!(grid, [[1.0, 3.0], [1.0, 4.0], [2.0, 3.0], [2.0, 4.0]]);
        assert_eq!(super::grid(&[]).unwrap(), [[0.0; 0]]);
        let long = axis("a", &[0.0; 1_000]);
        assert!(super::grid(&[long.clone(), long]).unwrap_err().to_string().contains("more than 100000"));
    }

    #[test]
    fn efficient_trials_are_those_that_none_beats() {
        let trial = |cost_per_year, tracking_error| Trial {
            values: vec![],
            in_sample: Metrics { cost_per_year, tracking_error, ..Metrics::default() },
            out_of_sample: None,
            is_efficient: false,
        };
        let marked = marked(vec![trial(1.0, 3.0), trial(2.0, 2.0), trial(2.0, 3.0), trial(3.0, 2.0), trial(2.0, 2.0)]);
        assert_eq!(marked.iter().map(|trial| trial.is_efficient).collect::<Vec<_>>(), [true, true, false, false, true]);
    }

    /// A price that swings, so that bands are left.
    fn prices() -> Prices {
        let close = |number: i64| 100.0 * (1.0 + 0.2 * (number as f64 / 5.0).sin());
        let step = |number: i64| Step { time: number * 3_600, candles: vec![Some(Candle::flat(close(number)))] };
        Prices { assets: vec!["BTC".to_string()], interval_secs: 3_600, steps: (1..200).map(step).collect() }.with_cash()
    }

    #[test]
    fn run_tries_each_value_and_splits_the_figures() {
        let document = Document::parse("f", "gate = false\nsampling = false").unwrap();
        let axes = [axis("band_abs_bps", &[100.0, 400.0])];
        let trials = run(&prices(), &document, &axes, grid(&axes).unwrap(), Some(100 * 3_600), &ProgressBar::hidden()).unwrap();
        assert_eq!(trials.iter().map(|trial| trial.values[0]).collect::<Vec<_>>(), [100.0, 400.0]);
        assert!(trials[0].in_sample.trades > trials[1].in_sample.trades);
        let whole = run(&prices(), &document, &axes, grid(&axes).unwrap(), None, &ProgressBar::hidden()).unwrap();
        for (parts, whole) in trials.iter().zip(&whole) {
            assert_eq!(parts.in_sample.trades + parts.out_of_sample.unwrap().trades, whole.in_sample.trades);
        }
    }

    #[test]
    fn values_that_the_core_refuses_name_the_option_and_the_field() {
        let axes = [axis("limits.max_trade_bps", &[100.0, 9_999.0])];
        let run = run(&prices(), &Document::default(), &axes, grid(&axes).unwrap(), None, &ProgressBar::hidden());
        let error = format!("{:#}", run.unwrap_err());
        assert!(error.contains("--grid") && error.contains("limits.max_trade_bps is 9999; it must lie between 1 and"), "{error}");
    }
}
