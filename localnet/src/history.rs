//! The bundled prices, at any second.

use anyhow::{Result, ensure};
use ballast_sim::prices::{self, Candle, Prices, Window};
use ballast_sim::token::Price;

/// Prices over the years that the data covers.
pub struct History {
    /// Time of the first known prices.
    from: i64,
    interval_secs: i64,
    /// Every asset's price at every step, gaps filled with the last one known.
    steps: Vec<Vec<Price>>,
}

impl History {
    /// Reads the prices of these assets, and of the cash asset after them.
    pub fn read(assets: &[String]) -> Result<Self> {
        let prices = Prices::read(&prices::bundled(), assets, Window::default())?.with_cash();
        ensure!(!prices.steps.is_empty(), "the bundled data has no prices");
        let mut steps: Vec<Vec<Price>> = Vec::with_capacity(prices.steps.len());
        for step in &prices.steps {
            let before = steps.last();
            let known = |(asset, candle): (usize, &Option<Candle>)| match (candle, before) {
                (None, Some(before)) => before[asset],
                (candle, _) => candle.as_ref().map_or_else(Price::of_cash, Price::of),
            };
            steps.push(step.candles.iter().enumerate().map(known).collect());
        }
        Ok(Self { from: prices.steps[0].time, interval_secs: prices.interval_secs, steps })
    }

    /// Every asset's price at a time, seconds since 1970: on the straight line between the known ones around it; the first before all
    /// of them, and the last after.
    pub fn at(&self, unix_time: i64) -> Vec<Price> {
        let passed = (unix_time - self.from).max(0);
        let last = self.steps.len() - 1;
        let index = usize::try_from(passed / self.interval_secs).unwrap_or(last).min(last);
        let part = (passed % self.interval_secs) as f64 / self.interval_secs as f64;
        let (before, after) = (&self.steps[index], &self.steps[(index + 1).min(last)]);
        before.iter().zip(after).map(|(before, after)| between(*before, *after, part)).collect()
    }
}

fn between(before: Price, after: Price, part: f64) -> Price {
    let mix = |before: f64, after: f64| before + (after - before) * part;
    Price { usd: mix(before.usd, after.usd), conf_usd: mix(before.conf_usd, after.conf_usd) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(usd: f64) -> Price {
        Price { usd, conf_usd: usd / 100.0 }
    }

    #[test]
    fn prices_lie_between_the_known_ones_and_stay_at_the_ends() {
        let steps = vec![vec![price(100.0)], vec![price(200.0)]];
        let history = History { from: 7_200, interval_secs: 3_600, steps };
        for (time, usd) in [(0, 100.0), (7_200, 100.0), (8_100, 125.0), (10_799, 199.97), (10_800, 200.0), (99_999, 200.0)] {
            let at = history.at(time)[0];
            assert!((at.usd - usd).abs() < 0.01 && (at.conf_usd - usd / 100.0).abs() < 0.01, "{time}: {at:?}");
        }
    }

    #[test]
    fn the_bundled_prices_have_no_gaps() {
        let history = History::read(&["BTC".into(), "SOL".into()]).unwrap();
        assert!(history.steps.len() > 19_000);
        assert!(history.steps.iter().all(|prices| prices.len() == 3 && prices[0].usd > 10_000.0 && prices[2].usd == 1.0));
    }
}
