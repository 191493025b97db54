//! An asset as a token: raw units, dollars, and how its price would be published.

use ballast_core::price::PublishedPrice;

use crate::prices::Candle;

/// The asset that counts as one US dollar.
pub const CASH: &str = "USDC";

/// A stable coin's price hardly moves: its confidence interval is the narrowest that is used.
const LEAST_CONF: f64 = 0.0002;
/// Half the confidence interval as a part of the hour's range. Pyth publishes some 2 to 10 bps for large assets in calm
/// hours, whose range is some 80 bps, and ten times as much in a crash.
const CONF_OF_RANGE: f64 = 0.05;

/// A price as the market knows it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Price {
    /// US dollars for one token.
    pub usd: f64,
    /// Half-width of the confidence interval, in US dollars.
    pub conf_usd: f64,
}

impl Price {
    /// The price at a candle's end.
    pub fn of(candle: &Candle) -> Self {
        let conf_usd = ((candle.high - candle.low) * CONF_OF_RANGE).max(candle.close * LEAST_CONF);
        Self { usd: candle.close, conf_usd }
    }

    /// The cash asset's.
    pub fn of_cash() -> Self {
        Self { usd: 1.0, conf_usd: LEAST_CONF }
    }
}

/// A token of the basket.
#[derive(Clone, Debug)]
pub struct Token {
    /// Decimal places of its raw units.
    pub decimals: u8,
    /// Power of ten of its published price.
    exponent: i32,
}

impl Token {
    /// A token of this name, which costs about `price_usd`.
    pub fn new(name: &str, price_usd: f64) -> Self {
        let magnitude = price_usd.log10().floor() as i32;
        // Nine significant digits at least, eight places at least, as on Pyth.
        let exponent = (magnitude - 8).clamp(-18, -8);
        Self { decimals: decimals(name, magnitude), exponent }
    }

    /// US dollars that raw units are worth.
    pub fn usd(&self, units: u64, price_usd: f64) -> f64 {
        units as f64 / self.units_per_token() * price_usd
    }

    /// Raw units worth this many US dollars, rounded down.
    pub fn units(&self, usd: f64, price_usd: f64) -> u64 {
        (usd / price_usd * self.units_per_token()) as u64
    }

    /// US dollars for one raw unit.
    pub fn unit_usd(&self, price_usd: f64) -> f64 {
        price_usd / self.units_per_token()
    }

    /// What an oracle publishes.
    pub fn publish(&self, price: Price, publish_time: i64) -> PublishedPrice {
        let mantissa = |usd: f64| usd / 10f64.powi(self.exponent);
        PublishedPrice {
            price: mantissa(price.usd).round() as i64,
            conf: mantissa(price.conf_usd).ceil() as u64,
            exponent: self.exponent,
            publish_time,
        }
    }

    fn units_per_token(&self) -> f64 {
        10f64.powi(i32::from(self.decimals))
    }
}

/// Decimals as the real tokens have them; for others so many that a unit is worth a thousandth of a cent or so, and
/// large pools still fit 64 bits.
fn decimals(name: &str, magnitude: i32) -> u8 {
    match name {
        CASH => 6,
        "BTC" | "ETH" => 8,
        "SOL" => 9,
        _ => (magnitude + 5).clamp(0, 9) as u8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(name: &str, price_usd: f64) -> Token {
        Token::new(name, price_usd)
    }

    #[test]
    fn units_and_dollars_convert_both_ways() {
        let btc = token("BTC", 40_000.0);
        assert_eq!(btc.units(100_000.0, 40_000.0), 250_000_000);
        assert_eq!(btc.usd(250_000_000, 40_000.0), 100_000.0);
        assert_eq!(token("USDC", 1.0).units(12.5, 1.0), 12_500_000);
    }

    #[test]
    fn publish_keeps_its_digits_for_cheap_and_dear_tokens() {
        for price_usd in [0.000_000_123_456_789, 0.5, 1.0, 31.4159, 123_456.789] {
            let price = Price { usd: price_usd, conf_usd: price_usd / 1_000.0 };
            let published = token("X", price_usd).publish(price, 7);
            let usd = published.price as f64 * 10f64.powi(published.exponent);
            assert!((usd / price_usd - 1.0).abs() < 1e-8, "{price_usd}: {published:?}");
            assert!(published.conf > 0 && published.publish_time == 7);
        }
    }

    #[test]
    fn confidence_follows_the_range() {
        let candle = |high, low| Candle { open: 100.0, high, low, close: 100.0 };
        assert_eq!(Price::of(&candle(104.0, 96.0)).conf_usd, 0.4);
        assert_eq!(Price::of(&candle(100.0, 100.0)).conf_usd, 0.02);
    }

    #[test]
    fn half_a_billion_dollars_fits_any_token() {
        for price_usd in [1e-6, 1e-4, 0.02, 1.0, 50.0, 1e6] {
            let units = token("X", price_usd).units(5e8, price_usd);
            assert!(units < u64::MAX / 10, "{price_usd}: {units}");
        }
    }
}
