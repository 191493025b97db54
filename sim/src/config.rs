//! Configuration files: `vault.toml` and the risk profile that it stands on become the core's own parameters.
//!
//! Every field of a profile has a place in the file, under the name that the core gives it, so that a new parameter of the
//! core is a new field here without a line of code; and the ranges in errors are found by asking the core's own checks.

mod basket;
mod document;
pub mod problem;
pub mod range;
mod stress;
pub mod written;

use std::collections::BTreeMap;

use anyhow::Result;
use ballast_core::BPS;
use ballast_core::limits::{Limits, OutOfBounds};
use ballast_core::risk::breaker::{self, Breakers};
use ballast_core::strategy::Strategy;
use ballast_core::strategy::profile::{Preset, Profile};
use ballast_core::strategy::target::Ramp;
use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use crate::market::Settings;
use crate::vault::Setup;
pub use basket::{basket, equal_targets, listed, meant, parse_assets};
pub use document::Document;
use problem::{Problem, Problems};
use range::Allowed;
pub use stress::bundled_stress;

/// Field of the value that a vault has at the start, in US dollars.
const NAV: &str = "nav_usd";
/// What it may be.
const NAV_USD: std::ops::RangeInclusive<f64> = 1e3..=1e9;

/// A vault to be, and its market.
#[derive(Clone, Debug)]
pub struct Config {
    /// What the vault is made with.
    pub setup: Setup,
    /// How the market around it is modelled.
    pub market: Settings,
}

/// All fields of a file but its profile, assets and shocks. The profile fills them, the file replaces some.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Fields {
    nav_usd: f64,
    jitter_seed: u64,
    band_abs_bps: u16,
    band_rel_bps: u16,
    limits: Limits,
    breakers: Breakers,
    stress: stress::Fields,
    market: Settings,
    ramp: Ramp,
    #[serde(flatten)]
    strategy: Strategy,
}

impl Config {
    /// Reads a document as a vault of `basket`'s assets, the cash asset last.
    ///
    /// # Errors
    /// Name the file, the line and the field, and say what is allowed.
    pub fn read(document: &Document, basket: &[String]) -> Result<Self> {
        problem::first(|problems| Self::examine(document, basket, problems))
    }

    /// The same, and notes every problem. For each that is found the profile's value stands in, so that the others show.
    pub fn examine(document: &Document, basket: &[String], problems: &mut Problems) -> Option<Self> {
        let profile = problems.sift(document.profile()).unwrap_or(Profile::Balanced);
        let base = Fields::of(profile, basket.len());
        let fields = base.replaced(document, basket.len(), problems)?;
        let fields = fields.mended(&base, document, basket.len(), problems)?;
        let Fields { nav_usd, jitter_seed, limits, breakers, stress, strategy, ramp, band_abs_bps, band_rel_bps, market } =
            fields;
        let stress = stress.stress(document, basket, problems);
        let allocations = basket::allocations(document, basket, [band_abs_bps, band_rel_bps], problems)?;
        let is_paused = false;
        let setup = Setup { nav_usd, allocations, limits, breakers, stress, strategy, ramp, jitter_seed, is_paused };
        Some(Self { setup, market })
    }
}

/// What is allowed for the number at each of these paths, such as `gate.horizon_secs`, while all others are as the document has them.
/// Paths that lead to no number, or to one for which none is allowed, are left out.
pub fn ranges(document: &Document, basket: &[String], paths: &[String]) -> BTreeMap<String, Allowed> {
    // What is wrong elsewhere says nothing about these.
    let mut problems = Problems::default();
    let profile = problems.sift(document.profile()).unwrap_or(Profile::Balanced);
    let fields = Fields::of(profile, basket.len()).replaced(document, basket.len(), &mut problems);
    let Some(present) = fields.and_then(|fields| Table::try_from(fields).ok()) else { return BTreeMap::new() };
    let numbers = paths.iter().filter(|path| document::get(&present, path).is_some_and(Value::is_integer));
    numbers.filter_map(|path| Some((path.clone(), Fields::allowed(&present, path, basket.len())?))).collect()
}

impl Fields {
    fn of(profile: Profile, asset_count: usize) -> Self {
        let Preset { limits, mut strategy, band_abs_bps, band_rel_bps } = profile.preset();
        strategy.movement.safe_asset = last(asset_count);
        Self {
            nav_usd: 2e6,
            jitter_seed: 0,
            band_abs_bps,
            band_rel_bps,
            limits,
            breakers: breaker::DEFAULT,
            stress: stress::Fields::default(),
            market: Settings::default(),
            ramp: Ramp::default(),
            strategy,
        }
    }

    /// These fields, with those that the document names replaced, but for those that cannot be.
    fn replaced(&self, document: &Document, asset_count: usize, problems: &mut Problems) -> Option<Self> {
        let mut off = Strategy::default();
        off.movement.safe_asset = last(asset_count);
        let off = problems.sift(table(&off, document))?;
        let (mut fields, mut present) = (self.clone(), problems.sift(table(self, document))?);
        for (path, value) in document.leaves() {
            match Self::with(&present, path, value, &off, asset_count) {
                Ok(replaced) => (fields, present) = replaced,
                Err(message) => problems.note(document.problem(path, message)),
            }
        }
        Some(fields)
    }

    /// The fields of `present` with another value at a path; `off` are those of a strategy whose parts are off.
    fn with(present: &Table, path: &str, value: &Value, off: &Table, asset_count: usize) -> Result<(Self, Table), String> {
        let known = document::get(present, path).ok_or_else(|| unknown(present, path, value))?;
        let value = match (known, value) {
            (Value::Table(_), Value::Boolean(false)) if off.contains_key(path) => off[path].clone(),
            (Value::Table(_), _) => return Err(format!("{path} is a table; write [{path}] and its fields below")),
            (Value::Float(_), Value::Integer(whole)) => Value::Float(*whole as f64),
            (_, value) => value.clone(),
        };
        let mut replaced = present.clone();
        document::set(&mut replaced, path, value);
        let fields = replaced.clone().try_into().map_err(|error: toml::de::Error| {
            let reason = error.message().lines().next().unwrap_or_default().to_string();
            format!("{path}: {reason}{}", Self::range(present, path, asset_count))
        })?;
        Ok((fields, replaced))
    }

    /// Makes every check that there is, here and in the core. Answers with the base's value in the place of each that fails one.
    fn mended(mut self, base: &Self, document: &Document, asset_count: usize, problems: &mut Problems) -> Option<Self> {
        let (base, mut present) = (problems.sift(table(base, document))?, problems.sift(table(&self, document))?);
        while let Some(path) = self.fault(asset_count) {
            problems.note(document.problem(&path, self.message(&present, &path, asset_count)));
            // A part that is turned off as a whole comes back as a whole.
            let whole = path.rsplit_once('.').map(|(whole, _)| whole).filter(|whole| document.has(whole));
            let mended = whole.unwrap_or(&path);
            let Some(value) = document::get(&base, mended).filter(|value| document::get(&present, mended) != Some(*value)) else {
                break;
            };
            document::set(&mut present, mended, value.clone());
            self = present.clone().try_into().ok()?;
        }
        Some(self)
    }

    /// What is wrong with the field at a path, and what is allowed.
    fn message(&self, present: &Table, path: &str, asset_count: usize) -> String {
        if let Some(fault) = self.market.fault().filter(|fault| fault.path() == path) {
            return fault.to_string();
        }
        if path == NAV {
            let (nav_usd, least, most) = (self.nav_usd, NAV_USD.start(), NAV_USD.end());
            return format!("{NAV} is {nav_usd}; it must lie between {least} and {most}");
        }
        let value = document::get(present, path).map(Value::to_string).unwrap_or_default();
        format!("{path} is {value}{}", Self::range(present, path, asset_count))
    }

    /// The field that is out of its bounds, here or in the core, if any.
    fn fault(&self, asset_count: usize) -> Option<String> {
        let bands = [("band_abs_bps", self.band_abs_bps), ("band_rel_bps", self.band_rel_bps)];
        let nav = (!NAV_USD.contains(&self.nav_usd)).then(|| NAV.to_string());
        let market = || self.market.fault().map(|fault| fault.path());
        let band = || Some(bands.into_iter().find(|(_, band_bps)| !(1..=BPS).contains(band_bps))?.0.to_string());
        nav.or_else(market).or_else(band).or_else(|| self.core_fault(asset_count))
    }

    fn core_fault(&self, asset_count: usize) -> Option<String> {
        let limits = self.limits.validate().err().map(|OutOfBounds(field)| format!("limits.{field}"));
        let breakers = || self.breakers.validate().err().map(|OutOfBounds(field)| format!("breakers.{field}"));
        let stress = || self.stress.fault();
        let strategy = || self.strategy.validate(asset_count).err().map(|OutOfBounds(field)| field.to_string());
        let ramp = || self.ramp.validate().err().map(|OutOfBounds(field)| field.to_string());
        let both = || self.strategy.validate_within(&self.limits).err().map(|OutOfBounds(field)| field.to_string());
        limits.or_else(breakers).or_else(stress).or_else(strategy).or_else(both).or_else(ramp)
    }

    /// What is allowed for the field at `path` while all others are as in `table`, as the end of a sentence.
    fn range(table: &Table, path: &str, asset_count: usize) -> String {
        Self::allowed(table, path, asset_count).map(|allowed| format!("; {allowed}")).unwrap_or_default()
    }

    /// What is allowed for the field at `path` while all others are as in `table`.
    fn allowed(table: &Table, path: &str, asset_count: usize) -> Option<Allowed> {
        range::allowed(|value| {
            let mut table = table.clone();
            document::set(&mut table, path, Value::Integer(value.into()));
            let fields: Result<Fields, _> = table.try_into();
            fields.is_ok_and(|fields| fields.fault(asset_count).as_deref() != Some(path))
        })
    }
}

/// Index of the last asset: a basket ends with its cash.
fn last(asset_count: usize) -> u32 {
    asset_count.saturating_sub(1) as u32
}

/// Fields by their names.
fn table<T: Serialize>(fields: &T, document: &Document) -> Result<Table, Problem> {
    Table::try_from(fields).map_err(|error| document.problem("", error.to_string()))
}

/// Says which fields there are instead, or that the value lacks its unit.
fn unknown(table: &Table, path: &str, value: &Value) -> String {
    let (parent, name) = path.rsplit_once('.').unwrap_or(("", path));
    let siblings = if parent.is_empty() { Some(table) } else { document::get(table, parent).and_then(Value::as_table) };
    match siblings {
        Some(siblings) => {
            let names: Vec<&str> = siblings.keys().map(String::as_str).collect();
            let lack = value.as_integer().and_then(|value| written::lacks_unit(name, value, names.iter().copied()));
            if let Some(lack) = lack {
                return format!("{lack}; a value with its unit goes in quotes");
            }
            format!("there is no field `{name}`{}; there are {}", of(parent), names.join(", "))
        }
        None => format!("there is no table [{parent}]"),
    }
}

fn of(parent: &str) -> String {
    if parent.is_empty() { String::new() } else { format!(" in [{parent}]") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Config> {
        let document = Document::parse("vault.toml", text)?;
        let basket = basket(&document, None)?;
        Config::read(&document, &basket)
    }

    fn error(text: &str) -> String {
        format!("{:#}", read(text).unwrap_err())
    }

    #[test]
    fn an_empty_file_is_the_balanced_profile_over_equal_weights() {
        let config = read("").unwrap();
        let preset = Profile::Balanced.preset();
        assert_eq!(config.setup.limits, preset.limits);
        let mut strategy = preset.strategy;
        strategy.movement.safe_asset = 3;
        assert_eq!(config.setup.strategy, strategy);
        assert!(config.setup.allocations.iter().all(|asset| asset.target_bps == 2_500));
        assert_eq!(config.market, Settings::default());
    }

    #[test]
    fn a_ramp_has_times_and_weights_to_start_from() {
        let assets = "[[assets]]\nname = \"BTC\"\ntarget_bps = 6000\nramp_from_bps = 2000\n[[assets]]\nname = \"USDC\"\ntarget_bps = 4000\n";
        let ramp = "[ramp]\nstart_at = 1640995200\nend_at = 1643673600\n";
        let setup = read(&format!("{assets}ramp_from_bps = 8000\n{ramp}")).unwrap().setup;
        assert_eq!((setup.ramp.start_at, setup.ramp.end_at), (1_640_995_200, 1_643_673_600));
        assert_eq!(setup.allocations.iter().map(|asset| asset.weight_e8).collect::<Vec<_>>(), [20_000_000, 80_000_000]);
        assert!(error(&format!("{assets}{ramp}")).contains("ramp_from_bps sum to 6000; they must sum to 10000"));
        let backwards = ramp.replace("1643673600", "1640995100");
        assert!(error(&format!("{assets}ramp_from_bps = 8000\n{backwards}")).contains("ramp.end_at is 1640995100"));
    }

    #[test]
    fn fields_replace_those_of_the_profile() {
        let text = "profile = \"aggressive\"\nnav_usd = 5000\nband_abs_bps = 123\n\
            gate = { horizon_secs = 86400, risk_aversion_e2 = 300, min_ratio_bps = 20000 }\n\
            [sampling]\nwinsor_e2 = 777\n[limits]\nmax_trade_bps = 250\n[market]\npool_depth_usd = 1e7\nlatency_secs = 9\n";
        let config = read(text).unwrap();
        let preset = Profile::Aggressive.preset();
        assert_eq!(config.setup.nav_usd, 5_000.0);
        assert_eq!(config.setup.strategy.gate.risk_aversion_e2, 300);
        assert_eq!(config.setup.strategy.sampling.winsor_e2, 777);
        assert_eq!(config.setup.strategy.sampling.spacing_secs, preset.strategy.sampling.spacing_secs);
        assert_eq!(config.setup.limits, Limits { max_trade_bps: 250, ..preset.limits });
        assert_eq!(config.setup.allocations[0].band_abs_bps, 123);
        assert_eq!((config.market.pool_depth_usd, config.market.latency_secs), (1e7, 9));
    }

    #[test]
    fn false_turns_a_part_off() {
        let with_gate = "[gate]\nhorizon_secs = 86400\nrisk_aversion_e2 = 300\nmin_ratio_bps = 20000";
        assert!(read(with_gate).unwrap().setup.strategy.gate.is_on());
        assert!(!read("gate = false").unwrap().setup.strategy.gate.is_on());
    }

    #[test]
    fn errors_name_file_line_field_and_range() {
        for (text, expected) in [
            ("\nnav_usd = 1", "vault.toml:2: nav_usd is 1; it must lie between 1000 and 1000000000"),
            ("nav_usd = nan", "vault.toml:1: nav_usd is NaN; it must lie"),
            ("profile = \"bold\"", "vault.toml:1: there is no profile `bold`; there are conservative, balanced, aggressive"),
            ("[limits]\n\nmax_trade_bps = 2501", "vault.toml:3: limits.max_trade_bps is 2501; it must lie between 1 and 2500"),
            ("[limits]\nmax_trade_bps = 70000", "vault.toml:2: limits.max_trade_bps: invalid value: integer `70000`"),
            ("[limits]\nmax_trade_bps = -1", "vault.toml:2: limits.max_trade_bps: invalid value: integer `-1`"),
            ("[gate]\nhorizon_secs = \"long\"", "vault.toml:2: gate.horizon_secs: invalid type: string \"long\""),
            ("[gate]\nmin_ratio_bps = 1.5", "vault.toml:2: gate.min_ratio_bps: invalid type: floating point `1.5`"),
            ("[gates]\nx = 1", "vault.toml:2: there is no table [gates]"),
            ("[gate]\nhorizon = 1", "vault.toml:2: horizon is 1, which needs a unit, such as 1s, 1m, 1h or 1d"),
            (
                "[gate]\nhorizons = 1",
                "vault.toml:2: there is no field `horizons` in [gate]; there are horizon_secs, max_drift_bps",
            ),
            ("nav = 1", "vault.toml:1: there is no field `nav`; there are band_abs_bps"),
            ("gate = 1", "vault.toml:1: gate is a table; write [gate] and its fields below"),
            ("limits = false", "vault.toml:1: limits is a table"),
            ("[market]\npool_fee_bps = 5000", "vault.toml:2: market.pool_fee_bps is 5000; it must lie between 0 and 1000"),
            ("[market]\nlatencies = 5", "vault.toml:2: there is no field `latencies` in [market]"),
            ("nav_usd = ", "vault.toml:1: "),
            ("a = 1\na = 2", "vault.toml:2: duplicate key"),
        ] {
            let error = error(text);
            assert!(error.starts_with(expected), "{error}");
        }
    }

    #[test]
    fn ranges_are_of_the_numbers_that_are_asked_for() {
        let text = "[limits]\nmax_trade_bps = 7\n[gate]\nhorizon_secs = 5\nrisk_aversion_e2 = 300\nmin_ratio_bps = 20000";
        let document = Document::parse("vault.toml", text).unwrap();
        let ask = ["limits.max_trade_bps", "gate.horizon_secs", "limits.min_trade_usd", "limits", "gate.none", "nav_usd"];
        let ranges = ranges(&document, &["BTC".into(), "USDC".into()], &ask.map(String::from));
        let expected = [
            ("gate.horizon_secs", Allowed { least: 3_600, most: Some(315_576_000), or_zero: false }),
            ("limits.max_trade_bps", Allowed { least: 1, most: Some(2_500), or_zero: false }),
            ("limits.min_trade_usd", Allowed { least: 10_000, most: None, or_zero: false }),
        ];
        assert_eq!(ranges, expected.map(|(path, allowed)| (path.to_string(), allowed)).into());
    }

    #[test]
    fn ranges_end_the_errors_of_values_that_do_not_fit_their_type() {
        assert!(error("[limits]\nmax_trade_bps = 70000").ends_with("; it must lie between 1 and 2500"));
        let text = "[gate]\nhorizon_secs = 5\nrisk_aversion_e2 = 300\nmin_ratio_bps = 20000";
        assert!(error(text).starts_with("vault.toml:2: gate.horizon_secs is 5; it must lie between 3600 and 315576000"));
    }

    #[test]
    fn a_part_without_what_it_needs_names_that() {
        let text = "sampling = false\n[gate]\nhorizon_secs = 86400\nrisk_aversion_e2 = 300\nmin_ratio_bps = 20000";
        let error = error(text);
        assert!(error.starts_with("vault.toml:1: sampling.spacing_secs is 0"), "{error}");
    }

    #[test]
    fn examine_notes_every_problem_and_goes_on() {
        let text = "profile = \"bold\"\nnav_usd = 1\nband_abs = \"0.001%\"\nsampling = false\n\
            [gate]\nhorizon_secs = 86400\nhorizons = 1\n[limits]\nmax_trade = \"30%\"\nmax_price_age_secs = 0\n\
            [market]\nlatency_secs = 301\n[stress]\nshocks = [{ DOGE = -1, BTC = -20000 }]\n\
            [[assets]]\nname = \"BTC\"\ntarget = \"50%\"\nweight = 1\nmin_bps = -1\n[[assets]]\nname = \"usdc\"\n";
        let mut problems = Problems::default();
        let document = Document::examine("f", text, &mut problems).unwrap();
        let basket = meant(&document);
        assert!(Config::examine(&document, &basket, &mut problems).is_none());
        let problems = problems.into_vec();
        let found: Vec<(&str, Option<usize>)> = problems.iter().map(|problem| (problem.path.as_str(), problem.line)).collect();
        assert_eq!(
            found,
            [
                ("band_abs", Some(3)),
                ("profile", Some(1)),
                ("gate.horizons", Some(7)),
                ("nav_usd", Some(2)),
                ("market.latency_secs", Some(12)),
                ("limits.max_price_age_secs", Some(10)),
                ("limits.max_trade_bps", Some(9)),
                ("sampling.spacing_secs", Some(4)),
                ("stress.shocks.0.BTC", Some(14)),
                ("stress.shocks.0.DOGE", Some(14)),
                ("assets.0.min_bps", Some(19)),
                ("assets.0.weight", Some(18)),
                ("assets.1", Some(20)),
            ]
        );
    }

    #[test]
    fn examine_judges_weights_only_of_assets_without_problems() {
        let examine = |text: &str| {
            let mut problems = Problems::default();
            let document = Document::examine("f", text, &mut problems).unwrap();
            let config = Config::examine(&document, &meant(&document), &mut problems);
            (config.is_some(), problems.into_vec().into_iter().map(|problem| problem.path).collect::<Vec<_>>())
        };
        let text =
            "[[assets]]\nname = \"BTC\"\ntarget_bps = 6000\nband_abs_bps = 0\n[[assets]]\nname = \"USDC\"\ntarget_bps = 5000\n";
        assert_eq!(examine(text), (true, vec!["assets".into(), "assets.0.band_abs_bps".into()]));
        assert_eq!(examine(&text.replace("6000", "70000")), (false, vec!["assets.0.target_bps".into()]));
    }
}
