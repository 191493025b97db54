//! A vault's parameters by their names: as a whole, changed by what people write, and compared.

use std::collections::BTreeMap;
use std::str::FromStr;

use anyhow::{Context as _, Error, Result, anyhow, bail};
use ballast_client::ballast::state::Vault;
use ballast_core::limits::{Limits, OutOfBounds};
use ballast_core::risk::breaker::{self, Breakers};
use ballast_core::risk::stress::{self, Stress};
use ballast_core::strategy::Strategy;
use ballast_core::strategy::profile::{Preset, Profile};
use ballast_sim::config::{range, written};
use serde::Serialize;
use serde::de::DeserializeOwned;
use toml::{Table, Value};

/// A vault's parameters but for its assets', under the core's names.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Configuration {
    /// What no rebalance may exceed.
    pub limits: Limits,
    /// When trading stops by itself.
    pub breakers: Breakers,
    /// What no trade may make worse.
    pub stress: Stress,
    /// When and how it trades.
    pub strategy: Strategy,
}

impl Configuration {
    /// A vault's.
    pub fn of(vault: &Vault) -> Self {
        Self { limits: vault.limits, breakers: vault.breakers, stress: vault.stress, strategy: vault.strategy }
    }

    /// A risk profile's, with what a vault has besides if nobody asks for anything else.
    pub fn of_profile(profile: Profile) -> Self {
        let Preset { limits, strategy, .. } = profile.preset();
        Self { limits, breakers: breaker::DEFAULT, stress: stress::DEFAULT, strategy }
    }
}

/// `NAME=VALUE`, such as `max_trade=3%`, `timelock=72h` or `max_trade_bps=300`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The name.
    pub name: String,
    /// The value, as it is written.
    pub value: String,
}

impl FromStr for Setting {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (name, value) = text.split_once('=').with_context(|| format!("`{text}` is not NAME=VALUE"))?;
        Ok(Self { name: name.trim().into(), value: value.trim().into() })
    }
}

impl Setting {
    /// The core's name of the parameter, and its number.
    fn plain(&self) -> Result<(String, i64)> {
        if let Ok(number) = self.value.parse() {
            return Ok((self.name.clone(), number));
        }
        let wrong =
            || format!("{}: `{}` is neither a whole number nor one with a unit, such as 3% or 72h", self.name, self.value);
        written::plain(&self.name, &self.value)?.with_context(wrong)
    }
}

/// `present` with the settings in place.
///
/// # Errors
/// Name the parameter, and say what is allowed.
pub fn replaced<T>(present: &T, settings: &[Setting], validate: impl Fn(&T) -> Result<(), OutOfBounds>) -> Result<T>
where
    T: Serialize + DeserializeOwned,
{
    let mut table = Table::try_from(present)?;
    for setting in settings {
        let (name, number) = setting.plain()?;
        if !table.contains_key(&name) {
            let names: Vec<&str> = table.keys().map(String::as_str).collect();
            if let Some(lack) = written::lacks_unit(&name, number, names.iter().copied()) {
                bail!("{lack}");
            }
            bail!("there is no `{name}`; there are {}", names.join(", "));
        }
        let before = table.insert(name.clone(), Value::Integer(number));
        let is_allowed = |value: i64| {
            let mut table = table.clone();
            table.insert(name.clone(), Value::Integer(value));
            let read: Result<T, _> = table.try_into();
            // A fault of another parameter says nothing about this one.
            read.is_ok_and(|read| validate(&read).err().is_none_or(|OutOfBounds(field)| field != name))
        };
        if !is_allowed(number) {
            let range = range::describe(|value| is_allowed(value.into()));
            bail!("{name} is {}, and cannot become {number}{range}", before.map(|value| value.to_string()).unwrap_or_default());
        }
    }
    let read: T = table.try_into()?;
    validate(&read).map_err(|OutOfBounds(field)| anyhow!("{field} is out of its compiled bounds"))?;
    Ok(read)
}

/// What differs, parameter by parameter: `max_trade_bps 500 -> 300`.
///
/// # Errors
/// Where a value has no place in a table.
pub fn differences<T: Serialize>(present: &T, new: &T) -> Result<Vec<String>> {
    let [present, new] = [leaves(present)?, leaves(new)?];
    let changed = new.iter().filter(|(name, value)| present.get(*name) != Some(value));
    let before = |name: &str| present.get(name).map_or("nothing", String::as_str);
    Ok(changed.map(|(name, value)| format!("{name} {} -> {value}", before(name))).collect())
}

fn leaves<T: Serialize>(value: &T) -> Result<BTreeMap<String, String>> {
    let mut leaves = BTreeMap::new();
    collect(&mut leaves, "", Value::try_from(value)?);
    Ok(leaves)
}

fn collect(leaves: &mut BTreeMap<String, String>, path: &str, value: Value) {
    let inner = |name: &str| if path.is_empty() { name.to_string() } else { format!("{path}.{name}") };
    match value {
        Value::Table(table) => table.into_iter().for_each(|(name, value)| collect(leaves, &inner(&name), value)),
        Value::Array(items) => {
            items.into_iter().enumerate().for_each(|(number, value)| collect(leaves, &inner(&number.to_string()), value));
        }
        value => {
            leaves.insert(path.to_string(), value.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use ballast_core::limits::DEFAULT;

    use super::*;

    fn change(text: &str) -> Result<Limits> {
        let settings: Vec<Setting> = text.split_whitespace().map(str::parse).collect::<Result<_>>()?;
        replaced(&DEFAULT, &settings, Limits::validate)
    }

    #[test]
    fn settings_replace_and_leave_the_rest() {
        let expected = Limits { max_trade_bps: 300, timelock_secs: 259_200, min_trade_usd: 5_000_000, ..DEFAULT };
        assert_eq!(change("max_trade=3% timelock=72h min_trade_usd=5000000").unwrap(), expected);
        assert_eq!(change("max_trade_bps=300 timelock_secs=259200 min_trade_usd=5000000").unwrap(), expected);
        let differences = differences(&DEFAULT, &expected).unwrap();
        assert_eq!(
            differences,
            ["max_trade_bps 500 -> 300", "min_trade_usd 1000000 -> 5000000", "timelock_secs 172800 -> 259200"]
        );
    }

    #[test]
    fn errors_name_what_is_allowed() {
        for (text, expected) in [
            ("max_trade", "`max_trade` is not NAME=VALUE"),
            ("max_trade=much", "max_trade: `much` is neither a whole number"),
            ("max_trades=3%", "there is no `max_trades_bps`; there are "),
            ("max_trade=10", "max_trade is 10, which needs a unit, such as 10%, or write max_trade_bps = 1000"),
            ("timelock=48", "timelock is 48, which needs a unit, such as 48s, 48m, 48h or 48d"),
            ("max_trade=99999999999999999999", "max_trade: `99999999999999999999` is neither a whole number"),
            ("=3", "there is no ``; there are "),
            ("max_trade=30%", "max_trade_bps is 500, and cannot become 3000; it must lie between 1 and 2500"),
            ("max_trade_bps=-1", "max_trade_bps is 500, and cannot become -1; it must lie between 1 and 2500"),
            ("timelock=1h", "timelock_secs is 172800, and cannot become 3600; it must lie between 86400 and 2592000"),
        ] {
            let error = format!("{:#}", change(text).unwrap_err());
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
