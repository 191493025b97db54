//! The world around a vault: published prices, and pools that an arbitrageur keeps near the market.

mod settings;

use anyhow::{Result, ensure};
use ballast_core::pool::{Fee, Pool};
use ballast_core::price::PublishedPrice;
use fastrand::Rng;

use crate::arbitrage;
use crate::generator::Random;
use crate::prices::{Prices, Step};
use crate::token::{CASH, Price, Token};
pub use settings::Settings;

/// Millionths in a basis point.
const E6_PER_BPS: u64 = 100;
/// Prices that tokens' raw units are made for, in US dollars.
const PRICES_USD: std::ops::RangeInclusive<f64> = 1e-6..=1e9;

/// A pool between two assets of the basket.
#[derive(Clone, Copy, Debug)]
pub struct Venue {
    /// Indexes of its two assets, in the pool's order.
    pub assets: [usize; 2],
    /// What it holds and charges.
    pub pool: Pool,
}

/// The market at one step of its prices.
pub struct Market<'a> {
    prices: &'a Prices,
    settings: &'a Settings,
    /// The basket's tokens, in the order of the prices' assets.
    pub tokens: Vec<Token>,
    /// A pool for every pair of assets.
    pub venues: Vec<Venue>,
    step: usize,
    /// Last known close of each asset, with the half-width of its confidence interval.
    last: Vec<Price>,
    random: Random,
}

impl<'a> Market<'a> {
    /// Opens the pools at the prices of the first step, which has them all.
    pub fn open(prices: &'a Prices, settings: &'a Settings) -> Result<Self> {
        let mut tokens = Vec::with_capacity(prices.assets.len());
        let first: Vec<Price> = prices.steps.first().map(published_candles).unwrap_or_default();
        ensure!(first.len() == prices.assets.len(), "the first step lacks a price of some asset");
        for (name, Price { usd, .. }) in prices.assets.iter().zip(&first) {
            ensure!(PRICES_USD.contains(usd), "{name} costs {usd} US dollars; the market takes 0.000001 to 1000000000");
            tokens.push(Token::new(name, *usd));
        }
        let random = Random(Rng::with_seed(settings.seed));
        let mut market = Self { prices, settings, tokens, venues: Vec::new(), step: 0, last: first, random };
        market.open_pools();
        Ok(market)
    }

    fn open_pools(&mut self) {
        // The rule of Raydium's constant-product pools. Rates of other AMMs differ by less than a raw unit.
        let fee = Fee::RaydiumCpmm { input_rate_e6: u64::from(self.settings.pool_fee_bps) * E6_PER_BPS, output_rate_e6: 0 };
        let side_usd = self.settings.pool_depth_usd / 2.0;
        let count = self.tokens.len();
        for assets in (0..count).flat_map(|a| (a + 1..count).map(move |b| [a, b])) {
            let reserves = assets.map(|asset| self.tokens[asset].units(side_usd, self.last[asset].usd));
            self.venues.push(Venue { assets, pool: Pool { reserves, fees: [fee; 2] } });
        }
    }

    /// Takes over the prices of a step. A gap leaves an asset's price as it was.
    pub fn move_to(&mut self, step: usize) {
        self.step = step;
        for (last, candle) in self.last.iter_mut().zip(&self.prices.steps[step].candles) {
            if let Some(candle) = candle {
                *last = Price::of(candle);
            }
        }
    }

    /// End of the step's candle, seconds since 1970.
    pub fn time(&self) -> i64 {
        self.prices.steps[self.step].time
    }

    /// What one token of each asset costs at the step's time, in US dollars.
    pub fn close_usd(&self) -> Vec<f64> {
        self.last.iter().map(|price| price.usd).collect()
    }

    /// The same when a transaction executes that was sent at the step's time: a latency later, on the straight line between the
    /// logarithms of this close and the next.
    pub fn execution_usd(&self) -> Vec<f64> {
        let part = (f64::from(self.settings.latency_secs) / self.prices.interval_secs as f64).min(1.0);
        let next = self.prices.steps.get(self.step + 1);
        let close = |asset: usize| next.and_then(|step| step.candles[asset]).map(|candle| candle.close);
        let between =
            |(asset, last): (usize, &Price)| close(asset).map_or(last.usd, |next| last.usd * (next / last.usd).powf(part));
        self.last.iter().enumerate().map(between).collect()
    }

    /// What oracles publish `after_secs` from the step's time: the close, until there is another one. `None` in a gap of the data.
    pub fn publish(&mut self, after_secs: i64) -> Vec<Option<PublishedPrice>> {
        let time = self.time() + after_secs;
        let candles = &self.prices.steps[self.step].candles;
        let mut published = Vec::with_capacity(candles.len());
        for (asset, usd) in self.close_usd().into_iter().enumerate() {
            let noise = self.settings.publish_noise_bps / 1e4;
            let is_noisy = noise > 0.0 && self.prices.assets[asset] != CASH;
            let usd = if is_noisy { usd * (noise * self.random.normal()).exp() } else { usd };
            let by_range = self.last[asset].conf_usd / self.last[asset].usd;
            let set = self.settings.confidence_bps / 1e4;
            let price = Price { usd, conf_usd: usd * if set > 0.0 { set } else { by_range } };
            published.push(candles[asset].map(|_| self.tokens[asset].publish(price, time)));
        }
        published
    }

    /// Trades every pool to where no further swap profits while tokens cost `spot_usd`.
    pub fn arbitrage(&mut self, spot_usd: &[f64]) -> Result<()> {
        // Without an edge at which arbitrage stops, pools follow the market to the last unit.
        let fee = if self.settings.pools_at_market { 0.0 } else { f64::from(self.settings.pool_fee_bps) / 1e4 };
        let unit_usd: Vec<f64> = self.tokens.iter().zip(spot_usd).map(|(token, usd)| token.unit_usd(*usd)).collect();
        for venue in &mut self.venues {
            let [first, second] = venue.assets;
            let price = unit_usd[first] / unit_usd[second];
            if let Some(swap) = arbitrage::best_swap(venue.pool.reserves, price, fee) {
                venue.swap(swap.sell, swap.amount_in)?;
            }
        }
        Ok(())
    }
}

impl Venue {
    /// What a swap would pay, in raw units.
    pub fn quote(&self, sell: usize, amount_in: u64) -> Result<u64> {
        let quote = self.pool.directed(sell).quote(amount_in);
        quote.map_err(|error| anyhow::anyhow!("a pool cannot quote a swap of {amount_in} units: {error:?}"))
    }

    /// Swaps, the fee staying in the pool, and returns what it pays.
    pub fn swap(&mut self, sell: usize, amount_in: u64) -> Result<u64> {
        let paid = self.quote(sell, amount_in)?;
        let input = &mut self.pool.reserves[sell];
        let Some(after) = input.checked_add(amount_in) else {
            anyhow::bail!("a pool would hold more than 64 bits count; choose a smaller pool depth");
        };
        *input = after;
        // A quote is always below the reserve that it comes from.
        self.pool.reserves[sell ^ 1] -= paid;
        Ok(paid)
    }
}

fn published_candles(step: &Step) -> Vec<Price> {
    step.candles.iter().flatten().map(Price::of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prices::Candle;

    const HOUR: i64 = 3_600;

    /// One asset at these closes, and cash.
    fn prices(closes: &[Option<f64>]) -> Prices {
        let step = |(close, number): (&Option<f64>, i64)| Step {
            time: number * HOUR,
            candles: vec![close.map(|usd| Candle { open: usd, high: usd * 1.02, low: usd * 0.98, close: usd })],
        };
        let steps = closes.iter().zip(1..).map(step).collect();
        Prices { assets: vec!["BTC".to_string()], interval_secs: HOUR, steps }.with_cash()
    }

    /// Dollars of cash for one bitcoin in the pool's reserves.
    fn pool_price(market: &Market) -> f64 {
        let [btc, cash] = market.venues[0].pool.reserves;
        market.tokens[1].usd(cash, 1.0) / market.tokens[0].usd(btc, 1.0)
    }

    #[test]
    fn execution_lies_on_the_line_between_the_logarithms() {
        let prices = prices(&[Some(100.0), Some(400.0)]);
        let settings = |latency_secs| Settings { latency_secs, ..Settings::default() };
        let after = |latency_secs| Market::open(&prices, &settings(latency_secs)).unwrap().execution_usd()[0];
        assert_eq!(after(0), 100.0);
        assert!((after(1_800) - 200.0).abs() < 1e-9);
        assert!((after(3_600) - 400.0).abs() < 1e-9);
        let settings = settings(1_800);
        let mut market = Market::open(&prices, &settings).unwrap();
        market.move_to(1);
        assert_eq!(market.execution_usd(), [400.0, 1.0]);
    }

    #[test]
    fn a_gap_freezes_the_price_and_publishes_nothing() {
        let prices = prices(&[Some(100.0), None, Some(121.0)]);
        let settings = Settings { latency_secs: 1_800, ..Settings::default() };
        let mut market = Market::open(&prices, &settings).unwrap();
        assert_eq!(market.execution_usd()[0], 100.0);
        market.move_to(1);
        assert!(market.publish(0)[0].is_none() && market.publish(0)[1].is_some());
        assert_eq!(market.close_usd()[0], 100.0);
        assert!((market.execution_usd()[0] - 110.0).abs() < 1e-9);
    }

    #[test]
    fn publish_repeats_the_close_until_the_next() {
        let (prices, settings) = (prices(&[Some(100.0), Some(121.0)]), Settings::default());
        let mut market = Market::open(&prices, &settings).unwrap();
        let [first, again] = [0, 600].map(|after_secs| market.publish(after_secs)[0].unwrap());
        assert_eq!((first.price, again.price), (10_000_000_000, 10_000_000_000));
        assert_eq!((first.publish_time, again.publish_time), (HOUR, HOUR + 600));
    }

    #[test]
    fn confidence_is_the_setting_or_follows_the_candles_range() {
        let prices = prices(&[Some(100.0), Some(100.0)]);
        let conf_bps = |settings: &Settings| {
            let published = Market::open(&prices, settings).unwrap().publish(0)[0].unwrap();
            published.conf as f64 / published.price as f64 * 1e4
        };
        assert!((conf_bps(&Settings { confidence_bps: 7.0, ..Settings::default() }) - 7.0).abs() < 1e-6);
        // A twentieth of the range of 4 %.
        assert!((conf_bps(&Settings { confidence_bps: 0.0, ..Settings::default() }) - 20.0).abs() < 1e-6);
    }

    #[test]
    fn publish_noise_has_the_size_asked_for_and_spares_cash() {
        let prices = prices(&[Some(100.0); 2]);
        let settings = Settings { publish_noise_bps: 5.0, ..Settings::default() };
        let mut market = Market::open(&prices, &settings).unwrap();
        let mut errors = Vec::new();
        for _ in 0..20_000 {
            let published = market.publish(0);
            assert_eq!(published[1].unwrap().price, 100_000_000);
            errors.push((published[0].unwrap().price as f64 * 1e-10_f64).ln());
        }
        let deviation = (errors.iter().map(|error| error * error).sum::<f64>() / errors.len() as f64).sqrt();
        assert!((deviation / 0.0005 - 1.0).abs() < 0.03, "{deviation}");
    }

    #[test]
    fn arbitrage_brings_the_pool_to_the_edge_of_its_fee() {
        let (prices, settings) = (prices(&[Some(100.0), Some(110.0)]), Settings::default());
        let mut market = Market::open(&prices, &settings).unwrap();
        assert!((pool_price(&market) / 100.0 - 1.0).abs() < 1e-6);
        market.arbitrage(&[110.0, 1.0]).unwrap();
        let kept = 1.0 - f64::from(settings.pool_fee_bps) / 1e4;
        // The fee of a move of 5 % of the reserves stays in the pool, beside the curve.
        assert!((pool_price(&market) / (110.0 * kept) - 1.0).abs() < 0.05 * 0.0025, "{}", pool_price(&market));
        let before = market.venues[0].pool;
        market.arbitrage(&[110.0 * kept, 1.0]).unwrap();
        assert_eq!(market.venues[0].pool, before);
    }

    #[test]
    fn swap_moves_reserves_by_what_went_in_and_out() {
        let (prices, settings) = (prices(&[Some(100.0), Some(110.0)]), Settings::default());
        let mut venue = Market::open(&prices, &settings).unwrap().venues[0];
        let [first, second] = venue.pool.reserves;
        let paid = venue.swap(0, 1_000_000).unwrap();
        assert_eq!(venue.pool.reserves, [first + 1_000_000, second - paid]);
        // A millionth of a dollar a unit, less the fee.
        let fee = 1.0 - f64::from(settings.pool_fee_bps) / 1e4;
        assert!((paid as f64 / (1_000_000.0 * fee) - 1.0).abs() < 1e-4);
    }

    #[test]
    fn prices_beyond_the_tokens_units_are_refused() {
        let prices = prices(&[Some(1e10), Some(1e10)]);
        let settings = Settings::default();
        let error = Market::open(&prices, &settings).err().unwrap().to_string();
        assert!(error.starts_with("BTC costs 10000000000"), "{error}");
    }
}
