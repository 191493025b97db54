//! What happened to a vault in a replay, as plain numbers: the input of metrics and reports.

use serde::Serialize;

/// The vault at the end of a candle, valued at the market's prices.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Point {
    /// Seconds since 1970.
    pub time: i64,
    /// US dollars for one token of each asset.
    pub prices_usd: Vec<f64>,
    /// The vault's value in US dollars, before the keeper acts.
    pub nav_usd: f64,
    /// Each asset's part of that value, before the keeper acts.
    pub weights: Vec<f64>,
    /// The weights that the vault aims for, after it has looked at this candle.
    pub targets: Vec<f64>,
}

/// One rebalance.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Trade {
    /// Seconds since 1970.
    pub time: i64,
    /// Index of the asset sold.
    pub sell: usize,
    /// Index of the asset bought.
    pub buy: usize,
    /// Value of what left the vault, in US dollars at the market's price of that moment.
    pub sold_usd: f64,
    /// Value of what came in, in US dollars at the market's price of that moment.
    pub bought_usd: f64,
}

impl Trade {
    /// What it cost against the market's prices: fee, price impact, and the pool's distance from the market. Negative: a gain.
    pub fn cost_usd(&self) -> f64 {
        self.sold_usd - self.bought_usd
    }
}

/// A vault's way through a replay.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Path {
    /// One a candle, evenly spaced in time.
    pub points: Vec<Point>,
    /// In the order of time.
    pub trades: Vec<Trade>,
    /// How often the keeper found no trade to make, by the core's reason.
    pub dormant: Vec<(String, u64)>,
    /// How often each breaker tripped, by the core's name. Soft halts end by themselves; hard ones are reviewed once they are as old
    /// as soft ones last.
    pub halts: Vec<(String, u64)>,
    /// Trades that were due, but which the checks after the swap refused.
    pub refused: u64,
    /// Excess growth in a year by the vault's own books, since its first observation; `None` where it does not observe.
    pub booked_excess_growth: Option<f64>,
}

impl Path {
    /// The points and trades of a part of the time, both ends included. What is counted for the whole path is left out.
    #[must_use]
    pub fn between(&self, from: i64, to: i64) -> Self {
        let times = from..=to;
        let points = self.points.iter().filter(|point| times.contains(&point.time)).cloned().collect();
        let trades = self.trades.iter().filter(|trade| times.contains(&trade.time)).cloned().collect();
        Self { points, trades, ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn between_includes_both_ends() {
        let point = |time| Point { time, prices_usd: vec![], nav_usd: 1.0, weights: vec![], targets: vec![] };
        let trade = |time| Trade { time, sell: 0, buy: 1, sold_usd: 1.0, bought_usd: 1.0 };
        let path = Path { points: (0..5).map(point).collect(), trades: (0..5).map(trade).collect(), ..Path::default() };
        let part = path.between(1, 3);
        assert_eq!(part.points, [1, 2, 3].map(point));
        assert_eq!(part.trades, [1, 2, 3].map(trade));
    }
}
