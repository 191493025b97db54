//! The risk profiles against naive rules on the bundled prices, before the split at which they were chosen and after it.

use ballast_sim::config::{Config, Document, basket};
use ballast_sim::frontier::{Verdict, judge};
use ballast_sim::prices::{End, Prices, Window, bundled};
use indicatif::ProgressBar;

/// 2022-05-18: about the middle of the bundled prices.
const SPLIT: i64 = 1_652_832_000;

fn verdicts() -> Vec<Verdict> {
    let document = Document::default();
    let basket = basket(&document, None).unwrap();
    let config = Config::read(&document, &basket).unwrap();
    let prices = Prices::read(&bundled(), &basket[..3], Window { from: None, end: End::Data }).unwrap().with_cash();
    judge(&prices, &config.market, &config.setup, SPLIT, &ProgressBar::hidden()).unwrap()
}

#[test]
fn profiles_cost_less_than_naive_rules_at_the_same_tracking_error() {
    let verdicts = verdicts();
    // Three profiles, two kinds of market, before and after the split.
    assert_eq!(verdicts.len(), 12);
    for verdict in &verdicts {
        // What the aggressive profile saves where pools do not lag is less: its trades are many and small by choice.
        let least = if verdict.profile == "aggressive" { 0.15 } else { 0.25 };
        for saved in &verdict.saved()[..2] {
            assert!(saved.is_some_and(|saved| saved >= least), "{verdict:?}");
        }
    }
}

#[test]
fn profiles_differ_in_what_they_promise() {
    let verdicts = verdicts();
    for rows in verdicts.chunks(3) {
        assert_eq!([0, 1, 2].map(|row: usize| rows[row].profile), ["conservative", "balanced", "aggressive"]);
        assert!(rows[0].tracking_error > rows[1].tracking_error && rows[1].tracking_error > rows[2].tracking_error);
        assert!(rows[0].cost_per_year < rows[1].cost_per_year && rows[1].cost_per_year < rows[2].cost_per_year);
    }
}
