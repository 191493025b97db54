//! A vault rebalanced over real prices on an embedded SVM, and its report

mod data;
mod figures;
mod history;
mod invariants;
mod keeper;
mod market;
mod options;
mod pool;
mod report;
mod run;
mod table;
mod time;
mod token;
mod users;
mod vault;
mod visits;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};

use data::Prices;
use figures::Figures;
use options::{Config, Options};
use run::Run;

/// Exit status if an invariant broke.
const BROKEN: u8 = 1;
/// Exit status if the input is wrong or the run could not go on, as clap's own.
const FAILED: u8 = 2;

fn main() -> ExitCode {
    match demonstrate(Options::parse()) {
        Ok(figures) => verdict(&figures),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(FAILED)
        }
    }
}

fn demonstrate(options: Options) -> Result<Figures> {
    let begun = Instant::now();
    let config = options.check()?;
    let prices = Prices::read(&config.data, &config.assets, config.window)?;
    let history = replay(&config, &prices)?.history;
    let figures = Figures::new(&history, begun.elapsed().as_secs_f64());
    report::write(&config.report, &history, &figures)?;
    if config.json {
        println!("{}", serde_json::to_string_pretty(&figures).context("the figures as JSON")?);
    } else {
        print!("{}", table::text(&figures));
    }
    eprintln!("report: {}", config.report.display());
    Ok(figures)
}

fn replay(config: &Config, prices: &Prices) -> Result<Run> {
    if prices.missing() > 0 {
        eprintln!("note: {} candles are missing; the vault gets no price of those assets there", prices.missing());
    }
    let (first, rest) = prices.steps.split_first().context("no prices")?;
    let bar = progress_bar(rest.len() as u64);
    let mut run = Run::begin(config, prices.interval_secs, first)?;
    for step in rest {
        run.step(step)?;
        bar.set_message(format!("{}, {} rebalances", time::date(step.time), run.history.rebalances.len()));
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(run)
}

fn progress_bar(steps: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {percent:>3}%  {msg}  {eta} left");
    ProgressBar::new(steps).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn verdict(figures: &Figures) -> ExitCode {
    let Some(first) = figures.violations.first() else { return ExitCode::SUCCESS };
    eprintln!("error: {} invariants broke, first at {first}", figures.violations.len());
    ExitCode::from(BROKEN)
}
