//! What naive rules pay for each tracking error, and what the profiles pay for theirs.

use anyhow::Result;
use ballast_core::limits;
use ballast_core::strategy::profile::Profile;
use indicatif::ProgressBar;
use rayon::prelude::*;
use serde::Serialize;

use crate::market::Settings;
use crate::metrics::Metrics;
use crate::prices::Prices;
use crate::replay::replay_one;
use crate::strategies;
use crate::vault::Setup;

/// Bands of the naive threshold's family.
const BANDS_BPS: [u16; 14] = [15, 25, 35, 50, 75, 100, 150, 200, 250, 300, 400, 500, 700, 1_000];
/// Intervals of the calendar's family, in hours.
const INTERVALS_HOURS: [u32; 11] = [1, 2, 3, 6, 12, 24, 48, 96, 168, 336, 720];
const HOUR_SECS: u32 = 3_600;

/// Replays that [`judge`] makes.
pub const REPLAYS: usize = 2 * (2 * BANDS_BPS.len() + INTERVALS_HOURS.len() + Profile::ALL.len());

/// A profile against naive rules at its tracking error.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// The profile's name.
    pub profile: &'static str,
    /// Whether pools stood at the market's price.
    pub pools_at_market: bool,
    /// Whether the figures are of after the split.
    pub is_out_of_sample: bool,
    /// The profile's tracking error.
    pub tracking_error: f64,
    /// The profile's cost a year.
    pub cost_per_year: f64,
    /// Cost a year of the naive threshold with that tracking error; absent beyond the family's ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold_cost_per_year: Option<f64>,
    /// Cost a year of the calendar with that tracking error; absent beyond the family's ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calendar_cost_per_year: Option<f64>,
    /// Cost a year, at that tracking error, of trading to the band's edge in small trades, without a gate: what is left over is
    /// the gate's own doing. Absent beyond the family's ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edge_cost_per_year: Option<f64>,
}

impl Verdict {
    /// The parts that the profile saves of the cost of threshold, calendar and edge; `None` for a profile that never traded.
    pub fn saved(&self) -> [Option<f64>; 3] {
        let others = [self.threshold_cost_per_year, self.calendar_cost_per_year, self.edge_cost_per_year];
        let has_traded = self.cost_per_year > 0.0;
        others.map(|cost| cost.filter(|_| has_traded).map(|cost| 1.0 - self.cost_per_year / cost))
    }
}

/// Cost a year against tracking error, in the order of the tracking error.
#[derive(Clone, Debug, PartialEq)]
struct Frontier(Vec<(f64, f64)>);

impl Frontier {
    /// Of pairs of tracking error and cost a year; what has none of either has no place on logarithmic axes.
    fn new(points: impl Iterator<Item = (f64, f64)>) -> Self {
        let mut points: Vec<(f64, f64)> = points.filter(|(error, cost)| *error > 0.0 && *cost > 0.0).collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        Self(points)
    }

    /// Cost at this tracking error, on the straight line between its neighbours where both axes are logarithmic: families of
    /// bands and intervals follow power laws. `None` beyond the ends.
    fn cost_at(&self, tracking_error: f64) -> Option<f64> {
        let neighbours = self.0.windows(2).find(|pair| (pair[0].0..=pair[1].0).contains(&tracking_error))?;
        let [(least, cost), (most, other)] = [neighbours[0], neighbours[1]];
        if least == most {
            return Some(cost.min(other));
        }
        let part = (tracking_error / least).ln() / (most / least).ln();
        Some(cost * (other / cost).powf(part))
    }
}

/// Figures before the split and from it on.
type Parts = [Metrics; 2];

/// Holds every profile, on the basket and value of `base`, against three families of rules in both kinds of market, before
/// `split` (seconds since 1970) and after it. All have the default limits, but for the size of the edge's trades.
pub fn judge(prices: &Prices, market: &Settings, base: &Setup, split: i64, progress: &ProgressBar) -> Result<Vec<Verdict>> {
    let base = &Setup { limits: limits::DEFAULT, ..base.clone() };
    let mut verdicts = Vec::new();
    for pools_at_market in [false, true] {
        let market = Settings { pools_at_market, ..market.clone() };
        let replays = |setups: Vec<Setup>| -> Result<Vec<Parts>> {
            let replay = |setup: Setup| {
                let path = replay_one(prices, &market, &setup)?;
                progress.inc(1);
                Ok([path.between(i64::MIN, split), path.between(split, i64::MAX)].map(|part| Metrics::of(&part)))
            };
            setups.into_par_iter().map(replay).collect()
        };
        let thresholds = replays(BANDS_BPS.map(|band_bps| strategies::threshold(base, band_bps)).to_vec())?;
        let calendars = replays(INTERVALS_HOURS.map(|hours| strategies::calendar(base, hours * HOUR_SECS)).to_vec())?;
        let edges = replays(BANDS_BPS.map(|band_bps| strategies::edge(base, band_bps)).to_vec())?;
        let profiles = replays(Profile::ALL.map(|profile| strategies::of_profile(base, profile)).to_vec())?;
        for part in [0, 1] {
            let frontier = |family: &[Parts]| {
                Frontier::new(family.iter().map(|parts| (parts[part].tracking_error, parts[part].cost_per_year)))
            };
            let [threshold, calendar, edge] = [&thresholds, &calendars, &edges].map(|family| frontier(family));
            let verdict = |(profile, parts): (Profile, &Parts)| {
                let Metrics { tracking_error, cost_per_year, .. } = parts[part];
                Verdict {
                    profile: profile.name(),
                    pools_at_market,
                    is_out_of_sample: part == 1,
                    tracking_error,
                    cost_per_year,
                    threshold_cost_per_year: threshold.cost_at(tracking_error),
                    calendar_cost_per_year: calendar.cost_at(tracking_error),
                    edge_cost_per_year: edge.cost_at(tracking_error),
                }
            };
            verdicts.extend(Profile::ALL.into_iter().zip(&profiles).map(verdict));
        }
    }
    Ok(verdicts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cost_between_neighbours_follows_a_power_law() {
        let frontier = Frontier::new([(0.04, 1.0), (0.01, 4.0), (0.02, 2.0), (0.5, 0.0)].into_iter());
        let costs = [0.01, 0.02, 0.04].map(|error| frontier.cost_at(error).unwrap());
        assert!(costs.iter().zip([4.0, 2.0, 1.0]).all(|(cost, expected)| (cost - expected).abs() < 1e-12), "{costs:?}");
        // Cost over tracking error here is 0.04 everywhere.
        assert!((frontier.cost_at(0.03).unwrap() - 0.04 / 0.03).abs() < 1e-12);
        assert_eq!([0.009, 0.041].map(|error| frontier.cost_at(error)), [None, None]);
    }
}
