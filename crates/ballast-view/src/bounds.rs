//! What a form about a vault's parameters shows: their present values, their compiled bounds, and which way is tighter.

use ballast_client::ballast::state::Vault;
use ballast_core::limits::{Limits, OutOfBounds};
use ballast_core::risk::breaker::Breakers;
use serde::Serialize;
use serde::de::DeserializeOwned;
use toml::{Table, Value};

use crate::Refusal;

/// Those of a vault's parameters that are changed one by one.
#[derive(Debug, Serialize)]
pub struct AllBounds {
    /// Its limits.
    pub limits: Vec<Bounds>,
    /// Its breakers.
    pub breakers: Vec<Bounds>,
}

/// A parameter, and where it may go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Bounds {
    /// The core's name of it.
    pub name: String,
    /// The present value.
    pub value: u64,
    /// The least value that is compiled in as allowed.
    pub least: u64,
    /// The largest one.
    pub most: u64,
    /// Which way loosens nothing.
    pub tightens: Tightens,
}

/// Which way a parameter may go without waiting for the timelock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Tightens {
    /// Down.
    Down,
    /// Up.
    Up,
    /// Neither.
    Never,
}

/// The bounds of a vault's parameters.
///
/// # Errors
/// Where a value has no place in a table, which none of the core's has.
pub fn bounds(vault: &Vault) -> Result<AllBounds, Refusal> {
    Ok(AllBounds {
        limits: read(&vault.limits, Limits::validate, Limits::loosened)?,
        breakers: read(&vault.breakers, Breakers::validate, Breakers::loosened)?,
    })
}

fn read<T: Serialize + DeserializeOwned>(
    present: &T,
    validate: impl Fn(&T) -> Result<(), OutOfBounds>,
    loosened: impl Fn(&T, &T) -> Option<&'static str>,
) -> Result<Vec<Bounds>, Refusal> {
    let table = Table::try_from(present).map_err(unreadable)?;
    let with = |name: &str, value: u64| {
        let mut table = table.clone();
        table.insert(name.into(), Value::Integer(i64::try_from(value).ok()?));
        table.try_into::<T>().ok()
    };
    let bounds = |(name, value): (&String, &Value)| {
        let value = value.as_integer().and_then(|value| u64::try_from(value).ok());
        let value = value.ok_or_else(|| unreadable(format!("{name} is no whole number")))?;
        // A fault of another parameter says nothing about this one.
        let is_fine = |new: &T| validate(new).err().is_none_or(|OutOfBounds(field)| field != name);
        let is_allowed = |value| with(name, value).as_ref().is_some_and(is_fine);
        let (least, most) = (edge(value, 0, &is_allowed), edge(value, i64::MAX.unsigned_abs(), &is_allowed));
        let loosens = |from, to| with(name, from).zip(with(name, to)).is_some_and(|(from, to)| loosened(&from, &to).is_some());
        let tightens = match (loosens(most, least), loosens(least, most)) {
            (false, true) => Tightens::Down,
            (true, false) => Tightens::Up,
            _ => Tightens::Never,
        };
        Ok(Bounds { name: name.clone(), value, least, most, tightens })
    };
    table.iter().map(bounds).collect()
}

/// The last value that is allowed on the way from `inside`, which is, to `end`. Bounds have no holes.
fn edge(mut inside: u64, end: u64, is_allowed: &impl Fn(u64) -> bool) -> u64 {
    if is_allowed(end) {
        return end;
    }
    let mut outside = end;
    while inside.abs_diff(outside) > 1 {
        let middle = inside.midpoint(outside);
        if is_allowed(middle) {
            inside = middle;
        } else {
            outside = middle;
        }
    }
    inside
}

fn unreadable(error: impl std::fmt::Display) -> Refusal {
    Refusal::new("Bounds", format!("the vault's parameters cannot be listed: {error}"))
}

#[cfg(test)]
mod tests {
    use ballast_core::{limits, risk::breaker};

    use super::*;

    fn listed() -> AllBounds {
        let mut vault: Box<Vault> = bytemuck::zeroed_box();
        vault.limits = limits::DEFAULT;
        vault.breakers = breaker::DEFAULT;
        bounds(&vault).unwrap()
    }

    fn one(bounds: &[Bounds], name: &str) -> (u64, u64, u64, Tightens) {
        let found = bounds.iter().find(|bounds| bounds.name == name).unwrap();
        (found.value, found.least, found.most, found.tightens)
    }

    #[test]
    fn bounds_are_the_compiled_ones() {
        let AllBounds { limits, breakers } = listed();
        assert_eq!((limits.len(), breakers.len()), (18, 13));
        assert_eq!(one(&limits, "max_trade_bps"), (500, 1, 2_500, Tightens::Down));
        assert_eq!(one(&limits, "timelock_secs"), (172_800, 86_400, 2_592_000, Tightens::Up));
        assert_eq!(one(&limits, "entry_fee_bps"), (25, 0, 200, Tightens::Never));
        assert_eq!(one(&breakers, "min_pool_depth_usd"), (0, 0, 1_000_000_000_000_000_000, Tightens::Up));
        assert_eq!(one(&breakers, "average_secs"), (1_800, 60, 86_400, Tightens::Never));
        assert_eq!(one(&breakers, "hard_mask"), (24, 0, 127, Tightens::Up));
    }
}
