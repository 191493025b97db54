//! What a path earned, risked, traded and paid.

use serde::Serialize;

use crate::generator::YEAR_SECS;
use crate::path::{Path, Point, Trade};

/// Figures of one path. `README.md` beside this crate describes every field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Metrics {
    /// Growth of the value over the whole path: 0.1 is a tenth.
    pub total_return: f64,
    /// Annualised standard deviation of the logarithmic returns.
    pub volatility: f64,
    /// Annualised standard deviation of the difference between the vault's return and that of its target portfolio,
    /// rebalanced at every point at no cost.
    pub tracking_error: f64,
    /// Deepest fall from an earlier peak, as a part of the peak.
    pub max_drawdown: f64,
    /// Value sold in a year, over the mean value of the vault.
    pub turnover_per_year: f64,
    /// Cost of trades in a year, over the mean value of the vault.
    pub cost_per_year: f64,
    /// The same in US dollars over the whole path.
    pub cost_usd: f64,
    /// Number of trades.
    pub trades: usize,
    /// Logarithmic growth in a year beyond that of the assets, weighted as held (Fernholz and Shay 1982). The weights are those
    /// of each point, before the keeper acts on it: the assets' next moves have no part in them.
    pub excess_growth: f64,
}

impl Metrics {
    /// Sums up a path; all zeros for one of fewer than two points.
    pub fn of(path: &Path) -> Self {
        let (Some(first), Some(last)) = (path.points.first(), path.points.last()) else { return Self::default() };
        let years = (last.time - first.time) as f64 / YEAR_SECS;
        if years <= 0.0 {
            return Self::default();
        }
        let points_per_year = (path.points.len() - 1) as f64 / years;
        let moves: Vec<f64> = pairs(path).map(|(before, after)| (after.nav_usd / before.nav_usd).ln()).collect();
        let active: Vec<f64> = pairs(path).map(|(before, after)| active_return(before, after)).collect();
        let harvest: f64 = pairs(path).map(|(before, after)| excess_growth(before, after)).sum();
        let mean_nav_usd = mean(&path.points.iter().map(|point| point.nav_usd).collect::<Vec<_>>());
        // From a plain zero: the sum of nothing would be a negative one.
        let total = |value: fn(&Trade) -> f64| path.trades.iter().map(value).fold(0.0, |sum, value| sum + value);
        let (sold_usd, cost_usd) = (total(|trade| trade.sold_usd), total(Trade::cost_usd));
        Self {
            total_return: last.nav_usd / first.nav_usd - 1.0,
            volatility: deviation(&moves) * points_per_year.sqrt(),
            tracking_error: deviation(&active) * points_per_year.sqrt(),
            max_drawdown: drawdowns(path).into_iter().fold(0.0, f64::max),
            turnover_per_year: sold_usd / mean_nav_usd / years,
            cost_per_year: cost_usd / mean_nav_usd / years,
            cost_usd,
            trades: path.trades.len(),
            excess_growth: harvest / years,
        }
    }
}

/// At each point, the fall from the highest value so far, as a part of that value.
pub fn drawdowns(path: &Path) -> Vec<f64> {
    let mut peak_usd = 0.0f64;
    let mut fall = |point: &Point| {
        peak_usd = peak_usd.max(point.nav_usd);
        1.0 - point.nav_usd / peak_usd
    };
    path.points.iter().map(&mut fall).collect()
}

fn pairs(path: &Path) -> impl Iterator<Item = (&Point, &Point)> {
    path.points.iter().zip(path.points.iter().skip(1))
}

/// The vault's return between two points less that of the targets at the first.
fn active_return(before: &Point, after: &Point) -> f64 {
    let growths = before.prices_usd.iter().zip(&after.prices_usd).map(|(before, after)| after / before - 1.0);
    let target: f64 = before.targets.iter().zip(growths).map(|(weight, growth)| weight * growth).sum();
    after.nav_usd / before.nav_usd - 1.0 - target
}

/// The vault's logarithmic growth between two points less that of its assets, weighted as held.
fn excess_growth(before: &Point, after: &Point) -> f64 {
    let growths = before.prices_usd.iter().zip(&after.prices_usd).map(|(before, after)| (after / before).ln());
    let assets: f64 = before.weights.iter().zip(growths).map(|(weight, growth)| weight * growth).sum();
    (after.nav_usd / before.nav_usd).ln() - assets
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Standard deviation of a sample; 0 for fewer than two values.
fn deviation(values: &[f64]) -> f64 {
    if values.len() < 2 {
        return 0.0;
    }
    let mean = mean(values);
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (squares / (values.len() - 1) as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    const YEAR: i64 = YEAR_SECS as i64;

    fn near(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-12, "{a} is not {b}");
    }

    /// Half in an asset at this price, half in cash, and this value.
    fn point(years: i64, price_usd: f64, nav_usd: f64) -> Point {
        Point { time: years * YEAR, prices_usd: vec![price_usd, 1.0], nav_usd, weights: vec![0.5; 2], targets: vec![0.5; 2] }
    }

    fn path(points: Vec<Point>) -> Path {
        Path { points, ..Path::default() }
    }

    #[test]
    fn return_volatility_and_drawdown_by_hand() {
        let metrics =
            Metrics::of(&path(vec![point(0, 1.0, 100.0), point(1, 1.0, 200.0), point(2, 1.0, 50.0), point(3, 1.0, 100.0)]));
        near(metrics.total_return, 0.0);
        near(metrics.max_drawdown, 0.75);
        // Moves of ln 2 times 1, -2 and 1: a mean of 0 and a sample variance of 3 ln² 2.
        near(metrics.volatility, 3f64.sqrt() * 2f64.ln());
    }

    #[test]
    fn volatility_is_per_root_of_a_year() {
        let mut points = vec![point(0, 1.0, 1.0), point(1, 1.0, 2.0), point(2, 1.0, 1.0)];
        let yearly = Metrics::of(&path(points.clone())).volatility;
        points.iter_mut().for_each(|point| point.time /= 4);
        near(Metrics::of(&path(points)).volatility, 2.0 * yearly);
    }

    #[test]
    fn tracking_error_is_against_the_targets_return() {
        // The asset doubles, then halves; targets return +50 % and -25 %.
        let exact = path(vec![point(0, 1.0, 100.0), point(1, 2.0, 150.0), point(2, 1.0, 112.5)]);
        near(Metrics::of(&exact).tracking_error, 0.0);
        // Returns of +60 % and -25 %: differences of 0.1 and 0, a sample deviation of 0.1 / √2.
        let loose = path(vec![point(0, 1.0, 100.0), point(1, 2.0, 160.0), point(2, 1.0, 120.0)]);
        near(Metrics::of(&loose).tracking_error, 0.1 / 2f64.sqrt());
    }

    #[test]
    fn excess_growth_is_beyond_the_weighted_growth_of_the_assets() {
        let metrics = Metrics::of(&path(vec![point(0, 1.0, 100.0), point(1, 2.0, 150.0), point(2, 1.0, 112.5)]));
        // ln(1.125) in two years; the asset's own logarithm is back where it was.
        near(metrics.excess_growth, 1.125f64.ln() / 2.0);
    }

    #[test]
    fn turnover_and_cost_are_per_year_and_mean_value() {
        let trade = Trade { time: 0, sell: 0, buy: 1, sold_usd: 30.0, bought_usd: 29.0 };
        let gain = Trade { bought_usd: 30.5, ..trade.clone() };
        let path = Path { trades: vec![trade, gain], ..path(vec![point(0, 1.0, 100.0), point(2, 1.0, 200.0)]) };
        let metrics = Metrics::of(&path);
        assert_eq!(metrics.trades, 2);
        near(metrics.turnover_per_year, 60.0 / 150.0 / 2.0);
        near(metrics.cost_usd, 0.5);
        near(metrics.cost_per_year, 0.5 / 150.0 / 2.0);
    }

    #[test]
    fn drawdowns_follow_the_highest_value() {
        let path = path(vec![point(0, 1.0, 100.0), point(1, 1.0, 80.0), point(2, 1.0, 120.0), point(3, 1.0, 90.0)]);
        assert_eq!(drawdowns(&path), [0.0, 1.0 - 0.8, 0.0, 0.25]);
    }

    #[test]
    fn no_trades_are_a_turnover_of_plain_zero() {
        let metrics = Metrics::of(&path(vec![point(0, 1.0, 100.0), point(1, 1.0, 100.0)]));
        assert_eq!(format!("{} {}", metrics.turnover_per_year, metrics.cost_usd), "0 0");
    }

    #[test]
    fn a_path_without_time_has_zeros() {
        assert_eq!(Metrics::of(&Path::default()), Metrics::default());
        assert_eq!(Metrics::of(&path(vec![point(0, 1.0, 1.0)])), Metrics::default());
    }
}
