//! A vault rebalanced over real prices on an embedded SVM, and its report

mod figures;
mod history;
mod invariants;
mod keeper;
mod market;
mod options;
mod report;
mod run;
mod table;
mod users;
mod vault;
mod visits;

use std::io::Write;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result};
use ballast_sim::{prices::Prices, report::Output, time};
use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};

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
    let report = Output::create(&config.report, "--report")?;
    let history = replay(&config, &prices)?.history;
    let figures = Figures::new(&history, begun.elapsed().as_secs_f64());
    report.write(&report::page(&history, &figures))?;
    print(&config, &figures).context("cannot write to standard output")?;
    eprintln!("report: {}", config.report.display());
    Ok(figures)
}

fn print(config: &Config, figures: &Figures) -> Result<()> {
    let mut out = std::io::stdout().lock();
    if config.json {
        writeln!(out, "{}", serde_json::to_string_pretty(figures)?)?;
    } else {
        write!(out, "{}", table::text(figures))?;
    }
    Ok(out.flush()?)
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
    run.history.performance = run.vault.performance(&run.market)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Five days around the worst of the Terra collapse.
    fn crash(extra: &[&str]) -> history::History {
        let arguments = ["demo", "--from", "2022-05-09", "--to", "2022-05-14"].iter().chain(extra);
        let config = Options::try_parse_from(arguments).unwrap().check().unwrap();
        let prices = Prices::read(&config.data, &config.assets, config.window).unwrap();
        replay(&config, &prices).unwrap().history
    }

    #[test]
    fn replay_of_a_crash_rebalances_and_keeps_every_invariant() {
        let history = crash(&[]);
        assert_eq!(history.violations, [""; 0]);
        assert!(!history.rebalances.is_empty());
        assert!(history.deposits > 2 && history.redemptions > 0);
        assert!(history.points.iter().all(|point| point.nav_usd > 0.0));
    }

    #[test]
    fn replay_is_the_same_for_the_same_seed() {
        let (first, again, other) = (crash(&["--seed", "7"]), crash(&["--seed", "7"]), crash(&["--seed", "8"]));
        assert_eq!(first.points, again.points);
        assert_eq!(first.rebalances, again.rebalances);
        assert_ne!(first.points, other.points);
    }

    #[test]
    fn profile_observes_and_a_plain_vault_does_not() {
        let (balanced, plain) = (crash(&[]), crash(&["--profile", "none"]));
        let books = balanced.performance.unwrap();
        assert_eq!(books.trades, balanced.rebalances.len() as u64);
        assert!(books.inception_at > 0 && plain.performance.is_none());
        assert!(!plain.rebalances.is_empty());
    }

    #[test]
    fn replay_inside_wide_bands_never_trades() {
        let history = crash(&["--band-abs-bps", "10000", "--band-rel-bps", "10000"]);
        assert!(history.rebalances.is_empty());
        assert_eq!(history.violations, [""; 0]);
    }

    #[test]
    fn replay_of_sixteen_assets_fits_their_transactions() {
        let folder = std::env::temp_dir().join(format!("ballast-demo-sixteen-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let names: Vec<String> = (0..15).map(|n| format!("A{n}")).collect();
        for (n, name) in names.iter().enumerate() {
            // Prices part after two hours, so that most assets leave their bands.
            let price = |hour: usize| if hour < 2 { 10 } else { 6 + n % 3 * 4 };
            let row = |hour: usize| format!("{0},{1},{1},{1},{1},1\n", 3_600 * hour, price(hour));
            let rows: String = (0..6).map(row).collect();
            std::fs::write(folder.join(format!("{name}-USD-1h.csv")), format!("unix_time,open,high,low,close,volume\n{rows}"))
                .unwrap();
        }
        let prices = Prices::read(&folder, &names, Default::default());
        std::fs::remove_dir_all(&folder).unwrap();
        let config = Options::try_parse_from(["demo", "--assets", &names.join(",")]).unwrap().check().unwrap();
        let history = replay(&config, &prices.unwrap()).unwrap().history;
        assert_eq!(history.violations, [""; 0]);
        assert!(history.points.iter().all(|point| point.weights.len() == 16));
        assert!(!history.rebalances.is_empty());
    }
}
