//! The README describes every field, and its example works.

use std::collections::BTreeSet;
use std::path::Path;

use ballast_sim::config::{Config, Document, basket};
use ballast_sim::metrics::Metrics;
use ballast_sim::prices::{End, Prices, Window, bundled};
use ballast_sim::report::{Results, SweepResults, SynchronisationResults};
use ballast_sim::{strategies, sweep, synchronisation};
use indicatif::ProgressBar;
use serde_json::Value;

const README: &str = include_str!("../README.md");

/// Names of all fields, but for those of the core's own parameters and of reasons.
fn fields(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                names.insert(name.clone());
                if !["limits", "breakers", "stress", "strategy", "allocations", "dormant", "halts"].contains(&name.as_str()) {
                    fields(value, names);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| fields(item, names)),
        _ => {}
    }
}

#[test]
fn readme_describes_every_field_of_the_json() {
    let document = Document::read(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/vault.toml"))).unwrap();
    let basket = basket(&document, None).unwrap();
    let config = Config::read(&document, &basket).unwrap();
    let window = Window { from: Some(1_651_363_200), end: End::Days(2) };
    let prices = Prices::read(&bundled(), &basket[..3], window).unwrap().with_cash();
    let hidden = ProgressBar::hidden;
    let named = strategies::Named { name: "vault".to_string(), about: String::new(), setup: config.setup.clone() };
    let runs = strategies::run(&prices, &config.market, vec![named], &hidden()).unwrap();
    let axes = [sweep::Axis::parse("band_abs_bps=100").unwrap()];
    let grid = sweep::grid(&axes).unwrap();
    let split = prices.steps[20].time;
    let trials = sweep::run(&prices, &document, &axes, grid, Some(split), &hidden()).unwrap();
    let variants = synchronisation::variants(3_600, 500, 50);
    let outcomes = synchronisation::run(&prices, &config.market, &config.setup, 2, &variants, &hidden()).unwrap();
    let mut names = BTreeSet::new();
    for value in [
        serde_json::to_value(Results::new(&prices, &config.market, &runs).with_paths(&runs)),
        serde_json::to_value(SweepResults::new(&prices, &axes, Some(split), &trials)),
        serde_json::to_value(SynchronisationResults::new(&prices, &config.market, 2, 1.0, outcomes)),
        serde_json::to_value(Metrics::default()),
    ] {
        fields(&value.unwrap(), &mut names);
    }
    assert!(names.len() > 50, "{names:?}");
    for name in names {
        assert!(README.contains(&format!("`{name}`")), "{name}");
    }
}

#[test]
fn readme_describes_every_table_of_a_configuration() {
    let document = Document::parse("f", "no_such_field = 1").unwrap();
    let error = format!("{:#}", Config::read(&document, &basket(&document, None).unwrap()).unwrap_err());
    let (_, names) = error.split_once("there are ").unwrap();
    for name in names.split(", ") {
        assert!(README.contains(&format!("`{name}`")) || README.contains(&format!("`[{name}]`")), "{name}");
    }
}
