//! A vault file written from what somebody has filled in.

use anyhow::{Context as _, Result};
use ballast_sim::config::written;
use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use crate::words;

/// What a vault file is written from. Texts are taken as they are: reading the file tells what is wrong with them.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Draft {
    /// The risk profile's name.
    pub profile: String,
    /// The assets, in the vault's order.
    pub assets: Vec<DraftAsset>,
    /// The creator's number for the vault.
    #[serde(skip)]
    pub vault_id: u64,
    /// Address of who may pause.
    pub guardian: String,
    /// Address of who moves targets by slow ramps, if anybody; so below.
    pub manager: Option<String>,
    /// Address of who posts forecasts.
    pub forecaster: Option<String>,
    /// Address of who gets the management fees.
    pub fee_recipient: Option<String>,
    /// Addresses of AMM pools to trade on.
    pub pools: Vec<String>,
    /// Parameters under the core's names where they are not the profile's.
    #[serde(skip)]
    pub overrides: Table,
}

/// An asset of a [`Draft`].
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DraftAsset {
    /// Its symbol.
    pub name: String,
    /// Its mint's address.
    pub mint: String,
    /// Where its price comes from.
    pub feed: DraftFeed,
    /// Its target.
    pub target_bps: u16,
    /// Least target that it may ever have; nothing where left out.
    pub min_bps: Option<u16>,
    /// Largest target that it may ever have; the whole where left out.
    pub max_bps: Option<u16>,
    /// Widest deviation from the target, as a part of the vault; the profile's where left out.
    pub band_abs_bps: Option<u16>,
    /// Widest deviation from the target, as a part of it; the profile's where left out.
    pub band_rel_bps: Option<u16>,
}

/// Where a price comes from.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DraftFeed {
    /// A pull feed of this id, in hexadecimal.
    FeedId(String),
    /// A push account's address.
    PriceAccount(String),
}

/// The file, its fields in the order in which people expect them.
#[derive(Serialize)]
struct File<'a> {
    profile: &'a str,
    #[serde(flatten)]
    fields: Table,
    deployment: Deployment<'a>,
    assets: Vec<Asset<'a>>,
    #[serde(flatten)]
    tables: Table,
}

#[derive(Serialize)]
struct Deployment<'a> {
    vault_id: i64,
    guardian: &'a str,
    manager: Option<&'a str>,
    forecaster: Option<&'a str>,
    fee_recipient: Option<&'a str>,
    pools: &'a [String],
}

#[derive(Serialize)]
struct Asset<'a> {
    name: &'a str,
    target: String,
    min: Option<String>,
    max: Option<String>,
    band_abs: Option<String>,
    band_rel: Option<String>,
    mint: &'a str,
    feed: Option<&'a str>,
    price_account: Option<&'a str>,
}

impl Draft {
    /// The file's text.
    ///
    /// # Errors
    /// Where a value has no place in a file.
    pub fn write(&self) -> Result<String> {
        let (tables, fields) = for_people(&self.overrides).into_iter().partition(|(_, value)| value.is_table());
        let file = File {
            profile: &self.profile,
            fields,
            deployment: Deployment {
                vault_id: i64::try_from(self.vault_id).context("the vault_id is too large; choose one below 2^63")?,
                guardian: &self.guardian,
                manager: self.manager.as_deref(),
                forecaster: self.forecaster.as_deref(),
                fee_recipient: self.fee_recipient.as_deref(),
                pools: &self.pools,
            },
            assets: self.assets.iter().map(Asset::of).collect(),
            tables,
        };
        toml::to_string(&file).context("the parameters cannot be written")
    }
}

impl<'a> Asset<'a> {
    fn of(asset: &'a DraftAsset) -> Self {
        let percent = |bps: u16| words::bps(bps.into());
        let (feed, price_account) = match &asset.feed {
            DraftFeed::FeedId(id) => (Some(id.as_str()), None),
            DraftFeed::PriceAccount(account) => (None, Some(account.as_str())),
        };
        Self {
            name: &asset.name,
            target: percent(asset.target_bps),
            min: asset.min_bps.map(percent),
            max: asset.max_bps.map(percent),
            band_abs: asset.band_abs_bps.map(percent),
            band_rel: asset.band_rel_bps.map(percent),
            mint: &asset.mint,
            feed,
            price_account,
        }
    }
}

/// Fields as people write them, without tables in which there is nothing.
fn for_people(table: &Table) -> Table {
    let field = |(name, value): (&String, &Value)| match value {
        Value::Integer(number) => match written::for_people(name, *number) {
            Some((name, text)) => (name, Value::String(text)),
            None => (name.clone(), value.clone()),
        },
        Value::Table(inner) => (name.clone(), Value::Table(for_people(inner))),
        value => (name.clone(), value.clone()),
    };
    let is_something = |(_, value): &(&String, &Value)| value.as_table().is_none_or(|inner| !inner.is_empty());
    table.iter().filter(is_something).map(field).collect()
}

#[cfg(test)]
mod tests {
    use ballast_client::Pubkey;
    use ballast_core::strategy::profile::Profile;
    use ballast_sim::config::problem::Problems;

    use super::super::{PriceFeed, VaultFile};
    use super::*;

    fn key(byte: u8) -> String {
        Pubkey::new_from_array([byte; 32]).to_string()
    }

    fn asset(name: &str, target_bps: u16, feed: DraftFeed) -> DraftAsset {
        let (min_bps, max_bps, band_abs_bps, band_rel_bps) = (None, None, None, None);
        DraftAsset { name: name.into(), mint: key(1), feed, target_bps, min_bps, max_bps, band_abs_bps, band_rel_bps }
    }

    fn draft() -> Draft {
        let btc = asset("BTC", 6_025, DraftFeed::FeedId("ab".repeat(32)));
        let usdc = asset("USDC", 3_975, DraftFeed::PriceAccount(key(3)));
        Draft {
            profile: "aggressive".into(),
            assets: vec![DraftAsset { max_bps: Some(8_000), band_abs_bps: Some(123), ..btc }, usdc],
            vault_id: 7,
            guardian: key(4),
            manager: None,
            forecaster: Some(key(5)),
            fee_recipient: None,
            pools: vec![key(6), key(7)],
            overrides: "band_rel_bps = 1500\nsampling = false\ngate = false\nvolatility_band = false\n\
                [limits]\nmax_trade_bps = 300\ntimelock_secs = 259200\nmin_trade_usd = 5000000\n\
                [breakers]\n[stress]\nshocks = [{ BTC = -3000 }]"
                .parse()
                .unwrap(),
        }
    }

    #[test]
    fn what_is_written_is_read_as_it_was_meant() {
        let text = draft().write().unwrap();
        let file = VaultFile::parse("vault.toml", &text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(file.names, ["BTC", "USDC"]);
        assert_eq!((file.vault_id, file.guardian.to_string(), file.forecaster.to_string()), (7, key(4), key(5)));
        assert_eq!((file.manager, file.fee_recipient, file.pools.len()), (Pubkey::default(), Pubkey::default(), 2));
        assert_eq!(file.assets[0].price, PriceFeed::pull(&"ab".repeat(32)).unwrap());
        assert_eq!(file.assets[1].price, PriceFeed::push(&key(3).parse().unwrap()));
        let [btc, usdc] = [file.setup.allocations[0], file.setup.allocations[1]];
        assert_eq!((btc.target_bps, btc.max_bps, btc.band_abs_bps, btc.band_rel_bps), (6_025, 8_000, 123, 1_500));
        assert_eq!((usdc.target_bps, usdc.band_abs_bps), (3_975, Profile::Aggressive.preset().band_abs_bps));
        let limits = file.setup.limits;
        assert_eq!((limits.max_trade_bps, limits.timelock_secs, limits.min_trade_usd), (300, 259_200, 5_000_000));
        assert_eq!(file.setup.stress.shocks[0].moves_bps[0], -3_000);
        assert!(!file.setup.strategy.gate.is_on());
    }

    #[test]
    fn people_can_read_it() {
        let text = draft().write().unwrap();
        assert!(text.starts_with("profile = \"aggressive\"\nband_rel = \"15%\"\n"), "{text}");
        for line in
            ["vault_id = 7", "target = \"60.25%\"", "band_abs = \"1.23%\"", "timelock = \"72h\"", "min_trade_usd = 5000000"]
        {
            assert!(text.lines().any(|written| written == line), "{line}: {text}");
        }
        assert!(!text.contains("[breakers]"), "{text}");
    }

    #[test]
    fn whatever_is_filled_in_can_be_read_again() {
        let odd = "\"\n[limits]\u{1F}\\";
        let mut draft = Draft { profile: odd.into(), guardian: odd.into(), pools: vec![odd.into()], ..draft() };
        (draft.assets[0].name, draft.assets[0].mint) = (odd.into(), odd.into());
        let mut problems = Problems::default();
        assert!(VaultFile::examine("", &draft.write().unwrap(), &mut problems).is_none());
        let paths: Vec<String> = problems.into_vec().into_iter().map(|problem| problem.path).collect();
        for path in ["profile", "assets.0.name", "assets.0.mint", "deployment.guardian", "deployment.pools.0"] {
            assert!(paths.iter().any(|found| found == path), "{path}: {paths:?}");
        }
        draft.vault_id = u64::MAX;
        assert!(draft.write().unwrap_err().to_string().contains("choose one below 2^63"));
    }
}
