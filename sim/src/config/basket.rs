//! The basket: names, targets, bounds and bands.

use anyhow::{Context, Result, ensure};
use ballast_core::limits::OutOfBounds;
use ballast_core::strategy::allocation::{self, Allocation, E8_PER_BPS};
use ballast_core::{BPS, MAX_ASSETS};
use serde::Deserialize;
use toml::{Table, Value};

use super::document::{ASSETS, Document};
use super::problem::{self, Problems};
use crate::token::CASH;

/// Assets of a basket for which nobody asks for others, besides cash.
const DEFAULT_ASSETS: &str = "BTC,ETH,SOL";

/// One `[[assets]]` table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    target_bps: u16,
    #[serde(default)]
    min_bps: u16,
    #[serde(default = "whole")]
    max_bps: u16,
    band_abs_bps: Option<u16>,
    band_rel_bps: Option<u16>,
    ramp_from_bps: Option<u16>,
}

impl Entry {
    /// Reads the table at a path; `None` where it is none, for each field that could not stand in any, or for want of one.
    fn examine(document: &Document, at: &str, table: &Table, problems: &mut Problems) -> Option<Self> {
        let before = problems.count();
        let least = Table::from_iter([("name".into(), Value::from("A")), ("target_bps".into(), Value::from(1))]);
        for (field, value) in table {
            let mut alone = least.clone();
            alone.insert(field.clone(), value.clone());
            problems.sift(Self::read(alone).map_err(|message| document.problem(&format!("{at}.{field}"), message)));
        }
        if problems.count() > before {
            return None;
        }
        problems.sift(Self::read(table.clone()).map_err(|message| document.problem(at, message)))
    }

    fn read(table: Table) -> Result<Self, String> {
        let read: Result<Self, toml::de::Error> = table.try_into();
        read.map_err(|error| error.message().lines().next().unwrap_or_default().to_string())
    }
}

fn whole() -> u16 {
    BPS
}

/// Reads a list of asset symbols such as `BTC,ETH,SOL`, to which the cash asset comes besides.
pub fn parse_assets(text: &str) -> Result<Vec<String>> {
    let mut assets: Vec<String> = Vec::new();
    for name in text.split(',').map(str::trim) {
        check_name(name)?;
        ensure!(name != CASH, "{CASH} is the cash asset and always in the vault; leave it out");
        ensure!(!assets.iter().any(|asset| asset == name), "{name} is there twice");
        assets.push(name.to_string());
    }
    ensure!(assets.len() < MAX_ASSETS, "{} assets, but a vault holds {} beside {CASH}", assets.len(), MAX_ASSETS - 1);
    Ok(assets)
}

fn check_name(name: &str) -> Result<()> {
    let is_symbol = (1..=10).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    ensure!(is_symbol, "`{name}` is not a symbol; use capital letters and digits, such as BTC,ETH,SOL");
    Ok(())
}

/// Equal weights in basis points; the last asset, cash, takes what does not divide.
pub fn equal_targets(count: usize) -> Vec<u16> {
    let each = usize::from(BPS) / count;
    let mut targets = vec![each as u16; count];
    targets[count - 1] += (usize::from(BPS) - each * count) as u16;
    targets
}

/// Names of the basket's assets, cash last: those of the document, or `asked` for with `--assets`, or the bundled ones.
pub fn basket(document: &Document, asked: Option<&str>) -> Result<Vec<String>> {
    let asked = asked.map(|text| parse_assets(text).context("--assets")).transpose()?;
    let listed = entries(document)?;
    let mut names: Vec<String> = listed.iter().map(|entry| entry.name.clone()).filter(|name| name != CASH).collect();
    if let Some(asked) = asked {
        let is_same = names.is_empty() || names.len() == asked.len() && asked.iter().all(|name| names.contains(name));
        ensure!(is_same, "--assets: the configuration has {}; leave the option out, or name the same", names.join(","));
        names = asked;
    }
    let mut names = if names.is_empty() { parse_assets(DEFAULT_ASSETS)? } else { names };
    names.push(CASH.to_string());
    Ok(names)
}

/// Names of the assets that the document lists, in its order: that of a vault on a chain.
///
/// # Errors
/// As [`Config::read`](super::Config::read), for the assets.
pub fn listed(document: &Document) -> Result<Vec<String>> {
    Ok(entries(document)?.into_iter().map(|entry| entry.name).collect())
}

/// The same for a document with problems: what an asset's name is meant to be, empty where it has none.
pub fn meant(document: &Document) -> Vec<String> {
    let name = |asset: &Table| asset.get("name").and_then(Value::as_str).unwrap_or_default().to_string();
    document.assets().iter().map(name).collect()
}

/// Each asset's place in the vault. Assets that the document does not list get equal weights if it lists none, else nothing;
/// bands that it leaves out are `bands_bps`, absolute and relative.
pub(super) fn allocations(
    document: &Document,
    basket: &[String],
    bands_bps: [u16; 2],
    problems: &mut Problems,
) -> Option<Vec<Allocation>> {
    let entries = examine(document, problems)?;
    let mut allocations = Vec::with_capacity(basket.len());
    for (name, equal_bps) in basket.iter().zip(equal_targets(basket.len())) {
        let entry = entries.iter().find(|entry| entry.name == *name);
        let target_bps = entry.map_or(if entries.is_empty() { equal_bps } else { 0 }, |entry| entry.target_bps);
        let [abs_bps, rel_bps] = bands_bps;
        let band_abs_bps = entry.and_then(|entry| entry.band_abs_bps).unwrap_or(abs_bps);
        let band_rel_bps = entry.and_then(|entry| entry.band_rel_bps).unwrap_or(rel_bps);
        let (min_bps, max_bps) = entry.map_or((0, BPS), |entry| (entry.min_bps, entry.max_bps));
        let ramp_from_bps = entry.and_then(|entry| entry.ramp_from_bps).unwrap_or(target_bps);
        let weight_e8 = allocation::weight_e8(ramp_from_bps);
        let fixed = Allocation::fixed(target_bps, band_abs_bps, band_rel_bps);
        allocations.push(Allocation { min_bps, max_bps, ramp_from_e8: weight_e8, weight_e8, ..fixed });
    }
    check(document, basket, &allocations, problems);
    Some(allocations)
}

fn check(document: &Document, basket: &[String], allocations: &[Allocation], problems: &mut Problems) {
    let before = problems.count();
    let sum = |part: fn(&Allocation) -> u32| allocations.iter().map(part).sum::<u32>();
    let target_bps = sum(|asset| u32::from(asset.target_bps));
    // Where a start is not given it is the target: a sum that is wrong already is not told a second time.
    let from_bps = sum(|asset| asset.ramp_from_e8 / E8_PER_BPS);
    for (field, sum_bps) in [("target_bps", target_bps), ("ramp_from_bps", from_bps)] {
        if sum_bps != u32::from(BPS) && problems.count() == before {
            problems.note(document.problem(ASSETS, format!("the assets' {field} sum to {sum_bps}; they must sum to {BPS}")));
        }
    }
    for (name, asset) in basket.iter().zip(allocations) {
        let Allocation { target_bps, min_bps, max_bps, band_abs_bps, band_rel_bps, .. } = *asset;
        let at = path_of(document, name);
        if !(min_bps <= target_bps && target_bps <= max_bps && max_bps <= BPS) {
            let message = format!("{name}: min_bps {min_bps}, target_bps {target_bps}, max_bps {max_bps} and {BPS} must rise");
            problems.note(document.problem(&format!("{at}.target_bps"), message));
        }
        for (field, band_bps) in [("band_abs_bps", band_abs_bps), ("band_rel_bps", band_rel_bps)] {
            if !(1..=BPS).contains(&band_bps) {
                let message = format!("{name}: {field} is {band_bps}; it must lie between 1 and {BPS}");
                problems.note(document.problem(&format!("{at}.{field}"), message));
            }
        }
    }
    if problems.count() > before {
        return;
    }
    // The core has the last word.
    if let Err(OutOfBounds(field)) = allocation::validate(allocations.iter().copied()) {
        problems.note(document.problem(ASSETS, format!("the assets' {field} are out of bounds")));
    }
}

fn path_of(document: &Document, name: &str) -> String {
    let number = meant(document).iter().position(|meant| meant == name);
    number.map_or(ASSETS.to_string(), |number| format!("{ASSETS}.{number}"))
}

fn entries(document: &Document) -> Result<Vec<Entry>> {
    problem::first(|problems| examine(document, problems))
}

/// The assets; `None` where one has a problem, which is noted.
fn examine(document: &Document, problems: &mut Problems) -> Option<Vec<Entry>> {
    let before = problems.count();
    let mut entries: Vec<Entry> = Vec::new();
    for (number, table) in document.assets().iter().enumerate() {
        let at = format!("{ASSETS}.{number}");
        let Some(entry) = Entry::examine(document, &at, table, problems) else { continue };
        let name = |message: String| document.problem(&format!("{at}.name"), message);
        problems.sift(check_name(&entry.name).map_err(|error| name(error.to_string())));
        if entries.iter().any(|other| other.name == entry.name) {
            problems.note(name(format!("{} is there twice", entry.name)));
        }
        entries.push(entry);
    }
    if problems.count() > before {
        return None;
    }
    let risky = entries.iter().filter(|entry| entry.name != CASH).count();
    let problem = match risky {
        0 if !entries.is_empty() => Some(format!("no asset besides {CASH}")),
        MAX_ASSETS.. => Some(format!("{risky} assets, but a vault holds {} beside {CASH}", MAX_ASSETS - 1)),
        _ => None,
    };
    match problem {
        Some(message) => problems.sift(Err(document.problem(ASSETS, message))),
        None => Some(entries),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> Document {
        Document::parse("f", text).unwrap()
    }

    const TWO: &str = "[[assets]]\nname = \"USDC\"\ntarget_bps = 4000\n[[assets]]\nname = \"BTC\"\ntarget_bps = 6000\n\
        min_bps = 1000\nmax_bps = 9000\nband_abs_bps = 77\n";

    #[test]
    fn equal_targets_sum_to_one_for_every_size() {
        for count in 2..=16 {
            let sum: u32 = equal_targets(count).into_iter().map(u32::from).sum();
            assert_eq!(sum, u32::from(BPS));
        }
    }

    #[test]
    fn basket_ends_with_cash() {
        assert_eq!(basket(&document(""), None).unwrap(), ["BTC", "ETH", "SOL", "USDC"]);
        assert_eq!(basket(&document(""), Some("ETH")).unwrap(), ["ETH", "USDC"]);
        assert_eq!(basket(&document(TWO), None).unwrap(), ["BTC", "USDC"]);
        assert_eq!(basket(&document(TWO), Some("BTC")).unwrap(), ["BTC", "USDC"]);
        let error = basket(&document(TWO), Some("ETH")).unwrap_err().to_string();
        assert!(error.starts_with("--assets: the configuration has BTC"), "{error}");
    }

    #[test]
    fn allocations_take_what_the_file_says_and_the_rest_from_the_profile() {
        let document = document(TWO);
        let basket = basket(&document, None).unwrap();
        let allocations = problem::first(|problems| allocations(&document, &basket, [300, 2_000], problems)).unwrap();
        let btc = Allocation { min_bps: 1_000, max_bps: 9_000, ..Allocation::fixed(6_000, 77, 2_000) };
        assert_eq!(allocations, [btc, Allocation { min_bps: 0, max_bps: BPS, ..Allocation::fixed(4_000, 300, 2_000) }]);
    }

    #[test]
    fn wrong_baskets_are_refused() {
        let asset = |name: &str, fields: &str| format!("[[assets]]\nname = \"{name}\"\n{fields}\n");
        let many: String = (0..16).map(|n| asset(&format!("A{n}"), "target_bps = 625")).collect();
        for (text, expected) in [
            (asset("btc", "target_bps = 1"), "f:2: `btc` is not a symbol"),
            (asset("BTC", ""), "f:1: missing field `target_bps`"),
            (asset("BTC", "target_bps = 1\nweight = 3"), "f:4: unknown field `weight`"),
            (asset("BTC", "target_bps = -1"), "f:3: invalid value: integer `-1`"),
            (asset("BTC", "target_bps = 6000") + &asset("BTC", "target_bps = 4000"), "f:5: BTC is there twice"),
            (asset("USDC", "target_bps = 10000"), "f:1: no asset besides USDC"),
            (many, "f:1: 16 assets, but a vault holds 15 beside USDC"),
            (asset("BTC", "target_bps = 9000"), "f:1: the assets' target_bps sum to 9000; they must sum to 10000"),
            (asset("BTC", "target_bps = 10000\nmin_bps = 10001"), "f:3: BTC: min_bps 10001, target_bps 10000"),
            (
                asset("BTC", "target_bps = 10000\nband_rel_bps = 0"),
                "f:4: BTC: band_rel_bps is 0; it must lie between 1 and 10000",
            ),
        ] {
            let document = document(&text);
            let allocations =
                |basket: Vec<String>| problem::first(|problems| allocations(&document, &basket, [300, 2_000], problems));
            let outcome = basket(&document, None).and_then(allocations);
            let error = format!("{:#}", outcome.unwrap_err());
            assert!(error.starts_with(expected), "{error}");
        }
    }

    #[test]
    fn wrong_lists_of_assets_are_refused() {
        let many = (0..16).map(|n| format!("A{n}")).collect::<Vec<_>>().join(",");
        for (text, expected) in [
            ("BTC,btc", "`btc` is not a symbol"),
            ("", "`` is not a symbol"),
            ("BTC,USDC", "USDC is the cash asset"),
            ("BTC,BTC", "BTC is there twice"),
            (&many, "16 assets, but a vault holds 15"),
        ] {
            let error = parse_assets(text).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
