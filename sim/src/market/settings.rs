//! How the market around a vault is modelled.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The market's settings: `[market]` in a configuration file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// US dollars in each pool at the start, both sides together.
    pub pool_depth_usd: f64,
    /// Fee of every pool, in basis points of the input.
    pub pool_fee_bps: u16,
    /// Whether other traders keep pools at the market's price. Otherwise only arbitrageurs move them, and no nearer to it than
    /// their fee.
    pub pools_at_market: bool,
    /// Seconds from the publication of the prices that a keeper acts on to its transaction; pools follow the market meanwhile.
    pub latency_secs: u32,
    /// Seconds between a keeper's visits while it has trades left to make.
    pub visit_secs: u32,
    /// Half-width of published confidence intervals in basis points of the price; 0 for a twentieth of the candle's range.
    pub confidence_bps: f64,
    /// Standard deviation of the published price around the market's, in basis points.
    pub publish_noise_bps: f64,
    /// Seed of the noise.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            pool_depth_usd: 40e6,
            pool_fee_bps: 25,
            pools_at_market: false,
            latency_secs: 2,
            visit_secs: 300,
            confidence_bps: 0.0,
            publish_noise_bps: 0.0,
            seed: 1,
        }
    }
}

/// A setting out of its range.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    field: &'static str,
    value: f64,
    least: f64,
    most: f64,
}

impl Fault {
    /// The field's place in a configuration file.
    pub fn path(&self) -> String {
        format!("market.{}", self.field)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Self { value, least, most, .. } = self;
        write!(f, "{} is {value}; it must lie between {least} and {most}", self.path())
    }
}

impl Settings {
    /// The first setting that is out of its range, if any.
    pub fn fault(&self) -> Option<Fault> {
        let fields = [
            ("pool_depth_usd", self.pool_depth_usd, 1e4, 1e9),
            ("pool_fee_bps", f64::from(self.pool_fee_bps), 0.0, 1_000.0),
            ("latency_secs", f64::from(self.latency_secs), 0.0, 300.0),
            ("visit_secs", f64::from(self.visit_secs), 1.0, 86_400.0),
            ("confidence_bps", self.confidence_bps, 0.0, 1_000.0),
            ("publish_noise_bps", self.publish_noise_bps, 0.0, 1_000.0),
        ];
        let faults = fields.map(|(field, value, least, most)| Fault { field, value, least, most });
        faults.into_iter().find(|fault| !(fault.least..=fault.most).contains(&fault.value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fault_names_the_field_and_its_range() {
        assert!(Settings::default().fault().is_none());
        let default = Settings::default;
        for (settings, expected) in [
            (Settings { pool_depth_usd: f64::NAN, ..default() }, "market.pool_depth_usd is NaN; it must lie between 10000 and"),
            (Settings { pool_fee_bps: 1_001, ..default() }, "market.pool_fee_bps is 1001; it must lie between 0 and 1000"),
            (Settings { latency_secs: 301, ..default() }, "market.latency_secs is 301"),
            (Settings { visit_secs: 0, ..default() }, "market.visit_secs is 0"),
            (Settings { confidence_bps: -1.0, ..default() }, "market.confidence_bps is -1"),
            (Settings { publish_noise_bps: f64::INFINITY, ..default() }, "market.publish_noise_bps is inf"),
        ] {
            let error = settings.fault().unwrap().to_string();
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
