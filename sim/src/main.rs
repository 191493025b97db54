//! `ballast-sim`: compares, replays, sweeps, synchronises, finds shocks and generates.

mod options;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use ballast_sim::config::{Config, parse_assets};
use ballast_sim::generator::{Asset, Correlation, Jumps, Model};
use ballast_sim::prices::Prices;
use ballast_sim::report::{self, Output, Results, Run};
use ballast_sim::strategies::{self, Named};
use ballast_sim::sweep::{self, Axis};
use ballast_sim::{frontier, shocks, synchronisation, time};
use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use options::{Backtest, Cli, Command, Compare, Frontier, Generate, Scene, Shocks, Sweep, Synchronise};

/// Exit status if the input is wrong, as clap's own.
const FAILED: u8 = 2;

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(FAILED)
        }
    }
}

fn run(cli: Cli) -> Result<()> {
    match cli.command.unwrap_or(Command::Compare(cli.compare)) {
        Command::Compare(options) => compare(&options),
        Command::Backtest(options) => backtest(&options),
        Command::Sweep(options) => sweep(&options),
        Command::Frontier(options) => frontier(&options),
        Command::Synchronise(options) => synchronise(&options),
        Command::Shocks(options) => shocks(&options),
        Command::Generate(options) => generate(&options),
    }
}

fn compare(options: &Compare) -> Result<()> {
    let scene = options.input.read()?;
    let mut strategies = strategies::all(&scene.config.setup, scene.prices.steps.first().map_or(0, |step| step.time));
    let focus = options.input.config_name();
    if let Some(name) = &focus {
        strategies.push(configured(name, &scene.config));
    }
    replay(&scene, strategies, focus.as_deref().unwrap_or("balanced"), Detail::Figures, &options.output)
}

fn backtest(options: &Backtest) -> Result<()> {
    let scene = options.input.read()?;
    let name = options.input.config_name().unwrap_or_else(|| "balanced".to_string());
    let strategies = vec![configured(&name, &scene.config), strategies::buy_and_hold(&scene.config.setup)];
    replay(&scene, strategies, &name, Detail::Candles, &options.output)
}

fn configured(name: &str, config: &Config) -> Named {
    Named { name: name.to_string(), about: "the configured vault".to_string(), setup: config.setup.clone() }
}

/// Replays the strategies and gives out what came of it; in the JSON `detail` tells every candle.
fn replay(scene: &Scene, strategies: Vec<Named>, focus: &str, detail: Detail, output: &options::Output) -> Result<()> {
    let files = Files::create(output)?;
    let Scene { config, prices, .. } = scene;
    note_gaps(prices);
    let progress = progress_bar(strategies.len());
    let runs: Vec<Run> = strategies::run(prices, &config.market, strategies, &progress)?;
    progress.finish_and_clear();
    let results = Results::new(prices, &config.market, &runs);
    let title = format!("{}\n{}", results.period.title(), report::assumptions(&config.market, config.setup.nav_usd));
    print(&format!("{title}\n\n{}\n{}", report::comparison_table(&runs).text(), report::notes(&runs)))?;
    let page = || report::comparison_page(&results, &runs, focus);
    let json = || match detail {
        Detail::Figures => Ok(serde_json::to_string_pretty(&results)?),
        Detail::Candles => Ok(serde_json::to_string(&results.clone().with_paths(&runs))?),
    };
    files.write(json, page)
}

/// How much of a replay the JSON tells.
enum Detail {
    /// Its figures.
    Figures,
    /// Every candle and every trade besides.
    Candles,
}

fn sweep(options: &Sweep) -> Result<()> {
    let scene = options.input.read()?;
    let Scene { document, prices, .. } = &scene;
    let axes = options.grid.iter().map(|text| Axis::parse(text)).collect::<Result<Vec<Axis>>>().context("--grid")?;
    let split = options.split(prices)?;
    let grid = sweep::grid(&axes).context("--grid")?;
    let files = Files::create(&options.output)?;
    note_gaps(prices);
    let progress = progress_bar(grid.len());
    let trials = sweep::run(prices, document, &axes, grid, split, &progress)?;
    progress.finish_and_clear();
    let results = report::SweepResults::new(prices, &axes, split, &trials);
    let table = report::sweep_table(&axes, &trials, options.all).text();
    print(&format!("{}\n\n{table}\n{}", results.period.title(), report::sweep_notes(&results, options.all)))?;
    files.write(|| Ok(serde_json::to_string_pretty(&results)?), || report::sweep_page(&results, &axes, &trials))
}

fn frontier(options: &Frontier) -> Result<()> {
    let scene = options.input.read()?;
    let Scene { config, prices, .. } = &scene;
    let split = options.split(prices)?;
    let json = options.json.as_deref().map(|path| Output::create(path, "--json")).transpose()?;
    note_gaps(prices);
    let progress = progress_bar(frontier::REPLAYS);
    let verdicts = frontier::judge(prices, &config.market, &config.setup, split, &progress)?;
    progress.finish_and_clear();
    let results = report::FrontierResults::new(prices, split, verdicts);
    let title = format!("{}; out of sample from {}", results.period.title(), results.split);
    print(&format!("{title}\n\n{}", report::frontier_table(&results).text()))?;
    json.map_or(Ok(()), |file| file.write(&(serde_json::to_string_pretty(&results)? + "\n")))
}

fn synchronise(options: &Synchronise) -> Result<()> {
    let scene = options.input.read()?;
    let Scene { config, prices, .. } = &scene;
    let files = Files::create(&options.output)?;
    note_gaps(prices);
    let variants = synchronisation::variants(options.jitter_period, options.large, options.small);
    let progress = progress_bar(variants.len());
    let count = usize::from(options.vaults);
    let outcomes = synchronisation::run(prices, &config.market, &config.setup, count, &variants, &progress)?;
    progress.finish_and_clear();
    let results = report::SynchronisationResults::new(prices, &config.market, count, config.setup.nav_usd, outcomes);
    print(&format!("{}\n\n{}", results.period.title(), report::synchronisation_table(&results).text()))?;
    files.write(|| Ok(serde_json::to_string_pretty(&results)?), || report::synchronisation_page(&results))
}

fn shocks(options: &Shocks) -> Result<()> {
    let Scene { config, prices, .. } = options.input.read()?;
    let days = shocks::worst_days(&prices, &shocks::target_weights(&config.setup.allocations), options.count.into())?;
    print(&shocks::toml(&prices, &days)?)
}

fn generate(options: &Generate) -> Result<()> {
    let model = model(options)?;
    let prices = model.generate()?;
    for file in prices.write(&options.out)? {
        print(&format!("{}\n", file.display()))?;
    }
    Ok(())
}

fn model(options: &Generate) -> Result<Model> {
    let names = parse_assets(&options.assets).context("--assets")?;
    let list = |option: &str, text: &str| {
        let numbers = options::numbers(option, text)?;
        ensure!(numbers.len() == names.len(), "{option}: {} numbers for {} assets", numbers.len(), names.len());
        Ok(numbers)
    };
    let starts_usd = list("--prices", &options.prices)?;
    let (drifts, volatilities) = (list("--drifts", &options.drifts)?, list("--volatilities", &options.volatilities)?);
    let assets = names.iter().zip(starts_usd).zip(drifts.into_iter().zip(volatilities));
    let asset = |((name, start_usd), (drift, volatility)): ((&String, f64), (f64, f64))| Asset {
        name: name.clone(),
        start_usd,
        drift,
        volatility,
    };
    let interval_secs = i64::from(options.interval).max(1);
    Ok(Model {
        assets: assets.map(asset).collect(),
        correlation: correlation(&options.correlations, names.len())?,
        jumps: Jumps { per_year: options.jumps, mean: options.jump_mean, deviation: options.jump_deviation },
        start: time::parse(&options.from).context("--from")?,
        interval_secs,
        candles: usize::try_from(i64::from(options.days) * time::DAY_SECS / interval_secs)?,
        seed: options.seed,
    })
}

/// One number for all pairs, or all rows of the matrix.
fn correlation(text: &str, assets: usize) -> Result<Correlation> {
    let numbers = options::numbers("--correlations", text)?;
    let matrix = match &numbers[..] {
        [all] => Correlation::uniform(assets, *all),
        _ => {
            let (given, size) = (numbers.len(), assets * assets);
            ensure!(given == size, "--correlations: {given} numbers; give one, or {size}, the matrix row by row");
            Correlation::new(numbers.chunks(assets).map(<[f64]>::to_vec).collect())
        }
    };
    matrix.context("--correlations")
}

/// The files that options ask for.
struct Files {
    json: Option<Output>,
    html: Option<Output>,
}

impl Files {
    /// Made before the work begins, so that a wrong place shows at once.
    fn create(options: &options::Output) -> Result<Self> {
        let create = |path: Option<&Path>, option| path.map(|path| Output::create(path, option)).transpose();
        Ok(Self { json: create(options.json.as_deref(), "--json")?, html: create(options.html.as_deref(), "--html")? })
    }

    fn write(self, json: impl Fn() -> Result<String>, html: impl Fn() -> String) -> Result<()> {
        if let Some(file) = self.json {
            file.write(&(json()? + "\n"))?;
        }
        if let Some(file) = self.html {
            file.write(&html())?;
        }
        Ok(())
    }
}

fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).context("cannot write to standard output")
}

fn note_gaps(prices: &Prices) {
    if prices.missing() > 0 {
        eprintln!("note: {} candles are missing; vaults get no price of those assets there", prices.missing());
    }
}

fn progress_bar(length: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len}  {elapsed} elapsed, {eta} left");
    let bar = ProgressBar::new(length as u64).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generate(arguments: &[&str]) -> Result<Model> {
        let line = ["sim", "generate", "--out", "x"].iter().chain(arguments);
        let Some(Command::Generate(options)) = Cli::try_parse_from(line)?.command else { panic!("not generate") };
        model(&options)
    }

    #[test]
    fn generate_has_defaults_and_takes_a_matrix() {
        let model = generate(&[]).unwrap();
        assert_eq!((model.assets.len(), model.candles, model.interval_secs), (3, 730 * 24, 3_600));
        let model = generate(&["--correlations", "1,0.5,0,0.5,1,-0.5,0,-0.5,1"]).unwrap();
        assert_eq!(
            model.correlation,
            Correlation::new(vec![vec![1.0, 0.5, 0.0], vec![0.5, 1.0, -0.5], vec![0.0, -0.5, 1.0]]).unwrap()
        );
    }

    #[test]
    fn generate_names_the_wrong_option() {
        for (arguments, expected) in [
            (["--prices", "1,2"], "--prices: 2 numbers for 3 assets"),
            (["--drifts", "a,0,0"], "--drifts: `a` is not a number"),
            (["--correlations", "2"], "--correlations: correlation 2 in row 1"),
            (["--correlations", "1,1"], "--correlations: 2 numbers; give one, or 9"),
            (["--from", "soon"], "--from: `soon` is not a date"),
            (["--assets", "USDC"], "--assets: USDC is the cash asset"),
        ] {
            let error = format!("{:#}", generate(&arguments).unwrap_err());
            assert!(error.starts_with(expected), "{error}");
        }
    }

    #[test]
    fn unknown_input_is_refused() {
        assert!(Cli::try_parse_from(["sim", "--fast"]).is_err());
        assert!(Cli::try_parse_from(["sim", "sweep"]).is_err());
    }
}
