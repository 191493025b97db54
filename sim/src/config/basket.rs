//! The basket: names, targets, bounds and bands.

use anyhow::{Context, Result, anyhow, bail, ensure};
use ballast_core::limits::OutOfBounds;
use ballast_core::strategy::allocation::{self, Allocation, E8_PER_BPS};
use ballast_core::{BPS, MAX_ASSETS};
use serde::Deserialize;

use super::document::Document;
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

/// Each asset's place in the vault. Assets that the document does not list get equal weights if it lists none, else nothing;
/// bands that it leaves out are `bands_bps`, absolute and relative.
pub(super) fn allocations(document: &Document, basket: &[String], bands_bps: [u16; 2]) -> Result<Vec<Allocation>> {
    let entries = entries(document)?;
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
    check(document, basket, &allocations)?;
    Ok(allocations)
}

fn check(document: &Document, basket: &[String], allocations: &[Allocation]) -> Result<()> {
    let sum_bps: u32 = allocations.iter().map(|asset| u32::from(asset.target_bps)).sum();
    let at = || document.place("assets.0");
    ensure!(sum_bps == u32::from(BPS), "{}: the assets' target_bps sum to {sum_bps}; they must sum to {BPS}", at());
    let from_bps = allocations.iter().map(|asset| asset.ramp_from_e8 / E8_PER_BPS).sum::<u32>();
    ensure!(from_bps == u32::from(BPS), "{}: the assets' ramp_from_bps sum to {from_bps}; they must sum to {BPS}", at());
    for (name, asset) in basket.iter().zip(allocations) {
        let Allocation { target_bps, min_bps, max_bps, band_abs_bps, band_rel_bps, .. } = *asset;
        let at = || place_of(document, name);
        let is_within = min_bps <= target_bps && target_bps <= max_bps && max_bps <= BPS;
        ensure!(is_within, "{}: {name}: min_bps {min_bps}, target_bps {target_bps}, max_bps {max_bps} and {BPS} must rise", at());
        for (field, band_bps) in [("band_abs_bps", band_abs_bps), ("band_rel_bps", band_rel_bps)] {
            ensure!((1..=BPS).contains(&band_bps), "{}: {name}: {field} is {band_bps}; it must lie between 1 and {BPS}", at());
        }
    }
    // The core has the last word.
    let checked = allocation::validate(allocations.iter().copied());
    checked.map_err(|OutOfBounds(field)| anyhow!("{}: the assets' {field} are out of bounds", at()))
}

fn place_of(document: &Document, name: &str) -> String {
    let number = document.assets().iter().position(|asset| asset.get("name").and_then(toml::Value::as_str) == Some(name));
    document.place(&number.map_or("assets".to_string(), |number| format!("assets.{number}")))
}

fn entries(document: &Document) -> Result<Vec<Entry>> {
    let mut entries: Vec<Entry> = Vec::new();
    for (number, table) in document.assets().iter().enumerate() {
        let at = || document.place(&format!("assets.{number}"));
        let parsed: Result<Entry, toml::de::Error> = table.clone().try_into();
        let entry = parsed.map_err(|error| anyhow!("{}: {}", at(), error.message().lines().next().unwrap_or_default()))?;
        check_name(&entry.name).with_context(at)?;
        if entries.iter().any(|other| other.name == entry.name) {
            bail!("{}: {} is there twice", at(), entry.name);
        }
        entries.push(entry);
    }
    let risky = entries.iter().filter(|entry| entry.name != CASH).count();
    ensure!(risky > 0 || entries.is_empty(), "{}: no asset besides {CASH}", document.place("assets"));
    ensure!(
        risky < MAX_ASSETS,
        "{}: {risky} assets, but a vault holds {} beside {CASH}",
        document.place("assets"),
        MAX_ASSETS - 1
    );
    Ok(entries)
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
        let allocations = allocations(&document, &basket(&document, None).unwrap(), [300, 2_000]).unwrap();
        let btc = Allocation { min_bps: 1_000, max_bps: 9_000, ..Allocation::fixed(6_000, 77, 2_000) };
        assert_eq!(allocations, [btc, Allocation { min_bps: 0, max_bps: BPS, ..Allocation::fixed(4_000, 300, 2_000) }]);
    }

    #[test]
    fn wrong_baskets_are_refused() {
        let asset = |name: &str, fields: &str| format!("[[assets]]\nname = \"{name}\"\n{fields}\n");
        let many: String = (0..16).map(|n| asset(&format!("A{n}"), "target_bps = 625")).collect();
        for (text, expected) in [
            (asset("btc", "target_bps = 1"), "f:1: `btc` is not a symbol"),
            (asset("BTC", ""), "f:1: missing field `target_bps`"),
            (asset("BTC", "target_bps = 1\nweight = 3"), "f:1: unknown field `weight`"),
            (asset("BTC", "target_bps = -1"), "f:1: invalid value: integer `-1`"),
            (asset("BTC", "target_bps = 6000") + &asset("BTC", "target_bps = 4000"), "f:4: BTC is there twice"),
            (asset("USDC", "target_bps = 10000"), "f:1: no asset besides USDC"),
            (many, "f:1: 16 assets, but a vault holds 15 beside USDC"),
            (asset("BTC", "target_bps = 9000"), "f:1: the assets' target_bps sum to 9000; they must sum to 10000"),
            (asset("BTC", "target_bps = 10000\nmin_bps = 10001"), "f:1: BTC: min_bps 10001, target_bps 10000"),
            (
                asset("BTC", "target_bps = 10000\nband_rel_bps = 0"),
                "f:1: BTC: band_rel_bps is 0; it must lie between 1 and 10000",
            ),
        ] {
            let document = document(&text);
            let outcome = basket(&document, None).and_then(|basket| allocations(&document, &basket, [300, 2_000]));
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
