//! A configuration file before it is understood: its values, and the lines that they are on.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use ballast_core::strategy::profile::Profile;
use serde::de::DeserializeOwned;
use toml::de::{DeTable, DeValue};
use toml::{Spanned, Table, Value};

use super::problem::{self, Problem, Problems};
use super::written;

/// Field that names the profile.
const PROFILE: &str = "profile";
/// Field that lists the assets.
pub(super) const ASSETS: &str = "assets";
/// Table of what only a vault on a chain has.
const DEPLOYMENT: &str = "deployment";
/// Fields of an asset that only a vault on a chain has.
const ASSET_DEPLOYMENT: [&str; 3] = ["mint", "feed", "price_account"];
/// Table of the stress test.
const STRESS: &str = "stress";
/// Path of the field that lists its shocks.
pub(super) const SHOCKS: &str = "stress.shocks";

/// The values of a file. A path is what leads to one: `gate.horizon_secs`, `assets.0.name`.
#[derive(Clone, Debug, Default)]
pub struct Document {
    file: String,
    leaves: BTreeMap<String, Value>,
    assets: Vec<Table>,
    shocks: Vec<Table>,
    deployment: Table,
    asset_deployments: Vec<Table>,
    lines: BTreeMap<String, usize>,
}

impl Document {
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {file}; give a file to --config"))?;
        Self::parse(&file, &text)
    }

    /// Parses the text of a file of this name.
    ///
    /// # Errors
    /// The first problem.
    pub fn parse(file: &str, text: &str) -> Result<Self> {
        problem::first(|problems| Self::examine(file, text, problems))
    }

    /// Parses the text of a file of this name, and notes every problem. What has one is left out; `None` where the text is not TOML.
    pub fn examine(file: &str, text: &str, problems: &mut Problems) -> Option<Self> {
        let line_of = |offset: usize| text.as_bytes().iter().take(offset).filter(|byte| **byte == b'\n').count() + 1;
        let not_toml = |error: toml::de::Error| Problem {
            file: file.to_string(),
            path: String::new(),
            line: Some(line_of(error.span().map_or(0, |span| span.start))),
            message: error.message().lines().next().unwrap_or_default().to_string(),
        };
        let mut lines = BTreeMap::new();
        let spans = problems.sift(DeTable::parse(text).map_err(not_toml))?;
        note_lines(&mut lines, "", spans.get_ref(), &line_of);
        let mut document = Self { file: file.to_string(), lines, ..Self::default() };
        let mut table = document.plain("", problems.sift(toml::from_str(text).map_err(not_toml))?, problems);
        document.deployment = document.take(&mut table, DEPLOYMENT, DEPLOYMENT, "write [deployment]", problems);
        document.assets = document.take(&mut table, ASSETS, ASSETS, "write each asset as a table [[assets]]", problems);
        document.asset_deployments = document.assets.iter_mut().map(take_deployment).collect();
        if let Some(stress) = table.get_mut(STRESS).and_then(Value::as_table_mut) {
            let hint = "write each shock as a table [[stress.shocks]]";
            document.shocks = document.take(stress, "shocks", SHOCKS, hint, problems);
        }
        collect_leaves(&mut document.leaves, "", table);
        Some(document)
    }

    /// Takes a field out of a table; nothing where it is not there, or not of its form.
    fn take<T>(&self, table: &mut Table, field: &str, path: &str, hint: &str, problems: &mut Problems) -> T
    where
        T: Default + DeserializeOwned,
    {
        let Some(value) = table.remove(field) else { return T::default() };
        problems.sift(value.try_into().map_err(|_| self.problem(path, hint))).unwrap_or_default()
    }

    /// The table with its fields under the core's names, where they are written for people.
    fn plain(&self, prefix: &str, table: Table, problems: &mut Problems) -> Table {
        let mut plain = Table::new();
        for (name, value) in table {
            let path = format!("{prefix}{name}");
            let (name, value) = match value {
                Value::Table(inner) => (name, Value::Table(self.plain(&format!("{path}."), inner, problems))),
                Value::Array(items) => (name, Value::Array(self.plain_items(&path, items, problems))),
                Value::String(text) => match written::plain(&name, &text) {
                    Ok(Some((name, number))) => (name, Value::Integer(number)),
                    Ok(None) => (name, Value::String(text)),
                    Err(error) => {
                        problems.note(self.problem(&path, format!("{error:#}")));
                        continue;
                    }
                },
                value => (name, value),
            };
            if plain.contains_key(&name) {
                problems.note(self.problem(&path, format!("{prefix}{name} is there twice")));
                continue;
            }
            plain.insert(name, value);
        }
        plain
    }

    fn plain_items(&self, path: &str, items: Vec<Value>, problems: &mut Problems) -> Vec<Value> {
        let plain = |(number, item)| match item {
            Value::Table(inner) => Value::Table(self.plain(&format!("{path}.{number}."), inner, problems)),
            item => item,
        };
        items.into_iter().enumerate().map(plain).collect()
    }

    /// The profile that the other fields stand on: the balanced one unless the document names another.
    ///
    /// # Errors
    /// Where there is none of the name.
    pub fn profile(&self) -> Result<Profile, Problem> {
        match self.leaves.get(PROFILE) {
            None => Ok(Profile::Balanced),
            Some(Value::String(name)) => Profile::from_name(name).ok_or_else(|| {
                let names = Profile::ALL.map(Profile::name).join(", ");
                self.problem(PROFILE, format!("there is no profile `{name}`; there are {names}"))
            }),
            Some(other) => Err(self.problem(PROFILE, format!("profile is {other}; write the name of one"))),
        }
    }

    /// Sets the value at a path, as if the file had it.
    pub fn set(&mut self, path: &str, value: Value) {
        self.leaves.insert(path.to_string(), value);
        self.lines.remove(path);
    }

    /// All values outside the assets, by their paths, but for the profile.
    pub(super) fn leaves(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.leaves.iter().map(|(path, value)| (path.as_str(), value)).filter(|(path, _)| *path != PROFILE)
    }

    /// Whether the file gives a value at a path, outside the assets.
    pub(super) fn has(&self, path: &str) -> bool {
        self.leaves.contains_key(path)
    }

    /// The assets, in the file's order.
    pub(super) fn assets(&self) -> &[Table] {
        &self.assets
    }

    /// The stress test's shocks, in the file's order.
    pub(super) fn shocks(&self) -> &[Table] {
        &self.shocks
    }

    /// What only a vault on a chain has: the table `[deployment]`. A replay has no use for it.
    pub fn deployment(&self) -> &Table {
        &self.deployment
    }

    /// What only an asset on a chain has, in the file's order.
    pub fn asset_deployments(&self) -> &[Table] {
        &self.asset_deployments
    }

    /// Something that is wrong at a path.
    pub fn problem(&self, path: &str, message: impl Into<String>) -> Problem {
        let line = self.lines.get(path).or_else(|| self.lines.get(path.rsplit_once('.')?.0)).copied();
        Problem { file: self.file.clone(), path: path.to_string(), line, message: message.into() }
    }
}

fn take_deployment(asset: &mut Table) -> Table {
    ASSET_DEPLOYMENT.into_iter().filter_map(|field| asset.remove_entry(field)).collect()
}

/// The value at a path.
pub(super) fn get<'a>(table: &'a Table, path: &str) -> Option<&'a Value> {
    match path.split_once('.') {
        None => table.get(path),
        Some((first, rest)) => get(table.get(first)?.as_table()?, rest),
    }
}

/// Replaces the value at a path whose tables are there.
pub(super) fn set(table: &mut Table, path: &str, value: Value) {
    match path.split_once('.') {
        None => {
            table.insert(path.to_string(), value);
        }
        Some((first, rest)) => {
            if let Some(Value::Table(inner)) = table.get_mut(first) {
                set(inner, rest, value);
            }
        }
    }
}

fn collect_leaves(leaves: &mut BTreeMap<String, Value>, prefix: &str, table: Table) {
    for (name, value) in table {
        let path = format!("{prefix}{name}");
        match value {
            Value::Table(inner) => collect_leaves(leaves, &format!("{path}."), inner),
            value => {
                leaves.insert(path, value);
            }
        }
    }
}

fn note_lines(lines: &mut BTreeMap<String, usize>, prefix: &str, table: &DeTable, line_of: &impl Fn(usize) -> usize) {
    for (name, value) in table {
        let (name, line) = (name.get_ref(), line_of(name.span().start));
        let path = format!("{prefix}{name}");
        lines.insert(path.clone(), line);
        // What is written for people is found under the core's name, too.
        if let Some(Ok(Some((plain, _)))) = value.get_ref().as_str().map(|text| written::plain(name, text)) {
            lines.insert(format!("{prefix}{plain}"), line);
        }
        note_inner_lines(lines, &path, value, line_of);
    }
}

fn note_inner_lines(
    lines: &mut BTreeMap<String, usize>,
    path: &str,
    value: &Spanned<DeValue>,
    line_of: &impl Fn(usize) -> usize,
) {
    match value.get_ref() {
        DeValue::Table(inner) => note_lines(lines, &format!("{path}."), inner, line_of),
        DeValue::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                let path = format!("{path}.{number}");
                lines.insert(path.clone(), line_of(item.span().start));
                note_inner_lines(lines, &path, item, line_of);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The file and the line of a path.
    fn place(document: &Document, path: &str) -> String {
        document.problem(path, "").to_string().trim_end_matches(": ").to_string()
    }

    #[test]
    fn lines_are_those_of_the_fields() {
        let text = "nav_usd = 1\n\n[gate]\nhorizon_secs = 2\n[[assets]]\nname = \"BTC\"\n[[assets]]\nname = \"ETH\"\n";
        let document = Document::parse("f", text).unwrap();
        for (path, expected) in [
            ("nav_usd", "f:1"),
            ("gate", "f:3"),
            ("gate.horizon_secs", "f:4"),
            ("gate.other", "f:3"),
            ("assets.1.name", "f:8"),
            ("floor.x", "f"),
        ] {
            assert_eq!(place(&document, path), expected, "{path}");
        }
        assert_eq!(document.leaves().map(|(path, _)| path).collect::<Vec<_>>(), ["gate.horizon_secs", "nav_usd"]);
        assert_eq!(document.assets().len(), 2);
    }

    #[test]
    fn what_is_written_for_people_has_the_cores_name() {
        let text = "band_abs = \"1.5%\"\n[limits]\ntimelock = \"48h\"\n[[assets]]\nname = \"BTC\"\ntarget = \"60%\"\n";
        let document = Document::parse("f", text).unwrap();
        let leaves: Vec<_> = document.leaves().map(|(path, value)| (path, value.as_integer().unwrap())).collect();
        assert_eq!(leaves, [("band_abs_bps", 150), ("limits.timelock_secs", 172_800)]);
        assert_eq!(document.assets()[0]["target_bps"].as_integer(), Some(6_000));
        for (path, expected) in [("band_abs_bps", "f:1"), ("limits.timelock_secs", "f:3"), ("assets.0.target_bps", "f:6")] {
            assert_eq!(place(&document, path), expected, "{path}");
        }
        let error = |text: &str| format!("{:#}", Document::parse("f", text).unwrap_err());
        assert_eq!(error("band_abs_bps = 1\nband_abs = \"1%\""), "f:1: band_abs_bps is there twice");
        assert!(error("\nband_abs = \"0.001%\"").starts_with("f:2: `0.001%` is not a percentage"));
    }

    #[test]
    fn what_only_a_chain_has_is_set_apart() {
        let text =
            "[deployment]\nvault_id = 3\n[[assets]]\nname = \"BTC\"\nmint = \"m\"\nfeed = \"f\"\n[[assets]]\nname = \"ETH\"\n";
        let document = Document::parse("f", text).unwrap();
        assert_eq!(document.deployment()["vault_id"].as_integer(), Some(3));
        assert_eq!(document.asset_deployments().iter().map(Table::len).collect::<Vec<_>>(), [2, 0]);
        assert!(document.assets().iter().all(|asset| asset.len() == 1));
        assert_eq!(document.leaves().count(), 0);
        assert_eq!(place(&document, "assets.0.mint"), "f:5");
    }

    #[test]
    fn set_overrides_the_file_and_has_no_line() {
        let mut document = Document::parse("f", "nav_usd = 1\n").unwrap();
        document.set("nav_usd", Value::Integer(7));
        assert_eq!(document.leaves().collect::<Vec<_>>(), [("nav_usd", &Value::Integer(7))]);
        assert_eq!(place(&document, "nav_usd"), "f");
    }

    #[test]
    fn a_missing_file_names_the_option() {
        let error = Document::read(Path::new("/no/such/vault.toml")).unwrap_err().to_string();
        assert_eq!(error, "cannot read /no/such/vault.toml; give a file to --config");
    }

    #[test]
    fn what_is_no_asset_or_profile_is_refused() {
        assert_eq!(Document::parse("f", "\nassets = 3").unwrap_err().to_string(), "f:2: write each asset as a table [[assets]]");
        let error = Document::parse("f", "profile = 3").unwrap().profile().unwrap_err().to_string();
        assert_eq!(error, "f:1: profile is 3; write the name of one");
    }
}
