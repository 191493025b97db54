//! Shocks for a vault's stress test: the worst days that a basket and each of its assets had.
//!
//! A day is any 24 hours between two closes. The basket, at its target weights, and each asset take turns in naming their worst
//! day that overlaps none named before, so that one crash does not fill the list and no asset's own disaster is left out.

use anyhow::{Context, Result, ensure};
use ballast_core::BPS;
use ballast_core::strategy::allocation::Allocation;

use crate::prices::Prices;
use crate::time::{self, DAY_SECS};

/// Part of the targets' own worst loss that the suggested limit allows in addition.
const HEADROOM: f64 = 0.1;
/// The suggested limit is a multiple of this: figures of the past are not exact.
const ROUND_BPS: f64 = 100.0;

/// One of the worst days.
#[derive(Clone, Debug, PartialEq)]
pub struct Day {
    /// Whose worst day it was: an asset's name, or "basket".
    pub of: String,
    /// When it began, seconds since 1970.
    pub start: i64,
    /// Return of the basket at its target weights.
    pub basket: f64,
    /// Return of each asset.
    pub returns: Vec<f64>,
}

impl Day {
    /// Each asset's move in basis points, rounded down: never milder than it was.
    pub fn moves_bps(&self) -> Vec<i16> {
        let limit = f64::from(BPS);
        self.returns.iter().map(|moved| (moved * limit).floor().min(limit) as i16).collect()
    }
}

/// The weights that a basket aims for.
pub fn target_weights(allocations: &[Allocation]) -> Vec<f64> {
    allocations.iter().map(|asset| f64::from(asset.target_bps) / f64::from(BPS)).collect()
}

/// The worst days of a basket with these target weights, at most `count`, in the order in which they were named: the worst of
/// the basket first.
///
/// # Errors
/// Where the prices hold no whole day of candles, or nothing ever fell.
pub fn worst_days(prices: &Prices, weights: &[f64], count: usize) -> Result<Vec<Day>> {
    ensure!(weights.len() == prices.assets.len(), "{} weights for {} assets", weights.len(), prices.assets.len());
    let days = all_days(prices, weights)?;
    let basket = |day: &Day| day.basket;
    let mut worst = Vec::new();
    // Every round names at least one day, or is the last.
    while worst.len() < count {
        let before = worst.len();
        name_worst(&days, "basket", basket, &mut worst);
        for (asset, name) in prices.assets.iter().enumerate() {
            name_worst(&days, name, |day| day.returns[asset], &mut worst);
        }
        if worst.len() == before {
            break;
        }
    }
    worst.truncate(count);
    ensure!(!worst.is_empty(), "no day on which anything fell");
    Ok(worst)
}

/// Every 24 hours of the prices whose two closes are known for all assets.
fn all_days(prices: &Prices, weights: &[f64]) -> Result<Vec<Day>> {
    let steps_a_day = usize::try_from(DAY_SECS / prices.interval_secs)?;
    let is_divisor = DAY_SECS % prices.interval_secs == 0;
    ensure!(is_divisor, "candles of {} seconds do not make up a day; use a length that divides 86,400", prices.interval_secs);
    let pairs = prices.steps.iter().zip(prices.steps.iter().skip(steps_a_day));
    let days = pairs.filter_map(|(first, last)| {
        let closes = first.candles.iter().zip(&last.candles);
        let returns: Option<Vec<f64>> = closes.map(|(first, last)| Some((*last)?.close / (*first)?.close - 1.0)).collect();
        let returns = returns?;
        let basket = returns.iter().zip(weights).map(|(moved, weight)| moved * weight).sum();
        Some(Day { of: String::new(), start: first.time, basket, returns })
    });
    let days: Vec<Day> = days.collect();
    ensure!(!days.is_empty(), "fewer than 24 hours of candles; choose a longer stretch with --from and --to");
    Ok(days)
}

/// Adds the day of the lowest `moved` that overlaps none of `worst`, where something fell on it.
fn name_worst(days: &[Day], of: &str, moved: impl Fn(&Day) -> f64, worst: &mut Vec<Day>) {
    let is_apart = |day: &&Day| worst.iter().all(|other| day.start.abs_diff(other.start) >= DAY_SECS.unsigned_abs());
    let lowest = days.iter().filter(is_apart).min_by(|a, b| moved(a).total_cmp(&moved(b)));
    if let Some(day) = lowest.filter(|day| moved(day) < 0.0) {
        worst.push(Day { of: of.to_string(), ..day.clone() });
    }
}

/// The most that the targets themselves may lose under any of the shocks, and a tenth more: with this limit a vault trades all
/// the way to its targets, and not to a book that risks more. In basis points.
///
/// # Errors
/// Where the basket falls on none of the days.
pub fn suggested_limit_bps(days: &[Day]) -> Result<u16> {
    let worst = days.iter().map(|day| day.basket).min_by(f64::total_cmp).context("no days")?;
    ensure!(worst < 0.0, "the basket falls on none of these days; its stress test needs no limit");
    let limit_bps = -worst * (1.0 + HEADROOM) * f64::from(BPS);
    Ok(((limit_bps / ROUND_BPS).ceil() * ROUND_BPS).min(f64::from(BPS)) as u16)
}

/// The `[stress]` table of a configuration file.
///
/// # Errors
/// As [`suggested_limit_bps`].
pub fn toml(prices: &Prices, days: &[Day]) -> Result<String> {
    let [from, to] = [prices.steps.first(), prices.steps.last()].map(|step| time::date_time(step.map_or(0, |step| step.time)));
    let mut text =
        format!("# Worst days of {} from {from} to {to} UTC: `cargo xtask backtest shocks`.\n", prices.assets.join(", "));
    text += &format!("[stress]\nmax_loss_bps = {}\n", suggested_limit_bps(days)?);
    for day in days {
        let (start, end) = (time::date_time(day.start), time::date_time(day.start + DAY_SECS));
        let basket_bps = day.basket * f64::from(BPS);
        text +=
            &format!("\n# {start} to {end} UTC, a worst day of {}: the basket {basket_bps:+.0} bps\n[[stress.shocks]]\n", day.of);
        for (asset, move_bps) in prices.assets.iter().zip(day.moves_bps()).filter(|(_, move_bps)| *move_bps != 0) {
            text += &format!("{asset} = {move_bps}\n");
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prices::{Candle, Step};

    /// Hourly closes of two assets.
    fn prices(closes: &[[f64; 2]]) -> Prices {
        let step = |(hour, closes): (usize, &[f64; 2])| Step {
            time: hour as i64 * 3_600,
            candles: closes.iter().map(|close| Some(Candle::flat(*close))).collect(),
        };
        Prices {
            assets: vec!["A".to_string(), "B".to_string()],
            interval_secs: 3_600,
            steps: closes.iter().enumerate().map(step).collect(),
        }
    }

    /// Ten calm days; then A falls by a third within hour 240, B by a half within hour 300, and both by a tenth within hour 360.
    fn history() -> Prices {
        let closes = (0..400).map(|hour| {
            let fall = |at: usize, to: f64| if hour >= at { to } else { 1.0 };
            [90.0 * fall(240, 2.0 / 3.0) * fall(360, 0.9), 50.0 * fall(300, 0.5) * fall(360, 0.9)]
        });
        prices(&closes.collect::<Vec<_>>())
    }

    #[test]
    fn each_crash_is_named_once_the_worst_of_the_basket_first() {
        let days = worst_days(&history(), &[0.5, 0.5], 8).unwrap();
        let named: Vec<_> = days.iter().map(|day| (day.of.as_str(), day.moves_bps())).collect();
        assert_eq!(named, [("basket", vec![0, -5_000]), ("A", vec![-3_334, 0]), ("B", vec![-1_000, -1_000])]);
        for (day, crash) in days.iter().zip([300, 240, 360]) {
            let hours = day.start / 3_600 + 1..=day.start / 3_600 + 24;
            assert!(hours.contains(&crash), "{crash} within {hours:?}");
        }
    }

    #[test]
    fn weights_decide_which_day_is_the_baskets_worst() {
        let worst = |weights: [f64; 2]| worst_days(&history(), &weights, 1).unwrap().remove(0).moves_bps();
        assert_eq!(worst([0.9, 0.1]), [-3_334, 0]);
        assert_eq!(worst([0.1, 0.9]), [0, -5_000]);
    }

    #[test]
    fn days_with_an_unknown_close_are_left_out() {
        let mut gappy = history();
        // B's crash is complete only between closes of which one is missing.
        for step in &mut gappy.steps[276..300] {
            step.candles[1] = None;
        }
        let days = worst_days(&gappy, &[0.5, 0.5], 8).unwrap();
        assert!(days.iter().all(|day| day.moves_bps()[1] > -5_000), "{days:?}");
    }

    #[test]
    fn the_limit_lets_the_targets_be_reached_with_a_tenth_to_spare() {
        let days = worst_days(&history(), &[0.5, 0.5], 8).unwrap();
        // Half of the basket halves: 2,500 bps, and a tenth, rounded up.
        assert_eq!(suggested_limit_bps(&days).unwrap(), 2_800);
        let rising = [Day { of: String::new(), start: 0, basket: 0.1, returns: vec![0.1] }];
        assert!(suggested_limit_bps(&rising).unwrap_err().to_string().starts_with("the basket falls on none"));
    }

    #[test]
    fn moves_are_rounded_to_the_worse_and_held_within_what_a_vault_stores() {
        let day = Day { of: String::new(), start: 0, basket: 0.0, returns: vec![-0.123_41, 0.000_19, 3.0, -1.0] };
        assert_eq!(day.moves_bps(), [-1_235, 1, 10_000, -10_000]);
    }

    #[test]
    fn short_or_calm_prices_are_refused() {
        let error = |prices: &Prices| worst_days(prices, &[0.5, 0.5], 8).unwrap_err().to_string();
        assert!(error(&prices(&[[1.0, 1.0]; 24])).starts_with("fewer than 24 hours"));
        assert_eq!(error(&prices(&[[1.0, 1.0]; 48])), "no day on which anything fell");
        let odd = Prices { interval_secs: 3_700, ..history() };
        assert!(error(&odd).starts_with("candles of 3700 seconds"));
    }

    #[test]
    fn the_table_names_assets_dates_and_whose_day_it_was() {
        let prices = history();
        let days = worst_days(&prices, &[0.5, 0.5], 2).unwrap();
        let table = toml(&prices, &days).unwrap();
        let first = "# 1970-01-12 12:00 to 1970-01-13 12:00 UTC, a worst day of basket: the basket -2500 bps\n[[stress.shocks]]\nB = -5000\n";
        assert!(table.contains(&format!("\n[stress]\nmax_loss_bps = 2800\n\n{first}")), "{table}");
        assert!(table.ends_with("[[stress.shocks]]\nA = -3334\n"), "{table}");
    }
}
