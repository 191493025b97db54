//! Names for addresses: a file of the user's own, or a local cluster's manifest.
//!
//! Never what a mint says about itself: anybody can make a mint that calls itself SOL.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use ballast_client::Pubkey;
use serde::Deserialize;
use spl_token_interface::native_mint;

/// The names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Symbols {
    tokens: BTreeMap<String, Pubkey>,
    vaults: BTreeMap<String, NamedVault>,
    /// Whether a local cluster's manifest says so.
    is_local: bool,
}

/// A vault with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedVault {
    /// Its address.
    pub address: Pubkey,
    /// Its address lookup table.
    pub lookup_table: Option<Pubkey>,
}

/// A file of names.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    tokens: BTreeMap<String, String>,
    #[serde(default)]
    vaults: BTreeMap<String, FileVault>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileVault {
    address: String,
    lookup_table: Option<String>,
}

/// What a local cluster's manifest says of names; the rest of it is for others.
#[derive(Deserialize)]
struct Manifest {
    assets: Vec<ManifestAsset>,
    vaults: Vec<ManifestVault>,
}

#[derive(Deserialize)]
struct ManifestAsset {
    symbol: String,
    mint: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ManifestVault {
    address: String,
    lookup_table: Option<String>,
}

impl Symbols {
    /// Reads the wanted file, or the user's own where there is one.
    ///
    /// # Errors
    /// Where the file cannot be read or understood.
    pub fn read(wanted: Option<&Path>) -> Result<Self> {
        let path = match wanted {
            Some(path) => path.to_path_buf(),
            None => match Self::default_path().filter(|path| path.exists()) {
                Some(path) => path,
                None => return Self::default().with_native(),
            },
        };
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("cannot read the symbols file {}; give another one to --symbols", path.display()))?;
        Self::parse(&text).with_context(|| format!("the symbols file {}", path.display()))
    }

    /// `~/.config/ballast/symbols.toml`.
    fn default_path() -> Option<PathBuf> {
        Some(PathBuf::from(std::env::var_os("HOME")?).join(".config/ballast/symbols.toml"))
    }

    fn parse(text: &str) -> Result<Self> {
        let names = if text.trim_start().starts_with('{') { Self::of_manifest(text) } else { Self::of_file(text) };
        names?.with_native()
    }

    fn of_file(text: &str) -> Result<Self> {
        let File { tokens, vaults } = toml::from_str(text)?;
        let tokens = tokens.into_iter().map(|(name, mint)| Ok((name.clone(), address(&name, &mint)?)));
        let vaults = vaults.into_iter().map(|(name, vault)| {
            let table = vault.lookup_table.map(|table| address(&name, &table)).transpose()?;
            Ok((name.clone(), NamedVault { address: address(&name, &vault.address)?, lookup_table: table }))
        });
        Ok(Self { tokens: tokens.collect::<Result<_>>()?, vaults: vaults.collect::<Result<_>>()?, is_local: false })
    }

    fn of_manifest(text: &str) -> Result<Self> {
        let Manifest { assets, vaults } = serde_json::from_str(text)?;
        let tokens = assets.into_iter().map(|asset| Ok((asset.symbol.clone(), address(&asset.symbol, &asset.mint)?)));
        let vaults = vaults.into_iter().enumerate().map(|(index, vault)| {
            let name = format!("vault-{}", index + 1);
            let table = vault.lookup_table.map(|table| address(&name, &table)).transpose()?;
            Ok((name.clone(), NamedVault { address: address(&name, &vault.address)?, lookup_table: table }))
        });
        Ok(Self { tokens: tokens.collect::<Result<_>>()?, vaults: vaults.collect::<Result<_>>()?, is_local: true })
    }

    /// With SOL, unless the file has another.
    fn with_native(mut self) -> Result<Self> {
        let mut seen = BTreeSet::new();
        if let Some(twice) = self.tokens.keys().find(|name| !seen.insert(name.to_ascii_uppercase())) {
            bail!("{twice} is there twice: capitals make no difference");
        }
        if !seen.contains("SOL") {
            self.tokens.insert("SOL".into(), native_mint::ID);
        }
        Ok(self)
    }

    /// Checks that the names are those of the cluster at `url`. Local clusters' keys are known to everybody, who can make vaults and
    /// mints of the same addresses on any other.
    ///
    /// # Errors
    /// Where the names are a local cluster's, and the cluster is not on this machine.
    pub fn check_cluster(&self, url: &str) -> Result<()> {
        if self.is_local && !is_on_this_machine(url) {
            bail!("the symbols are a local cluster's, and {url} is not on this machine; give another file to --symbols");
        }
        Ok(())
    }

    /// The mint that is meant by a symbol, in any case, or by its address.
    ///
    /// # Errors
    /// Where there is none.
    pub fn mint(&self, text: &str) -> Result<Pubkey> {
        let named = self.tokens.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)).map(|(_, mint)| *mint);
        named.or_else(|| text.parse().ok()).with_context(|| {
            let known: Vec<&str> = self.tokens.keys().map(String::as_str).collect();
            format!(
                "there is no symbol `{text}`; give the mint's address, or add it to a symbols file (known: {})",
                known.join(", ")
            )
        })
    }

    /// A mint's symbol, or its address where it has none.
    pub fn symbol(&self, mint: &Pubkey) -> String {
        let named = self.tokens.iter().find(|(_, named)| *named == mint).map(|(name, _)| name.clone());
        named.unwrap_or_else(|| mint.to_string())
    }

    /// The vault that is meant by a name or an address; without either, the only one that has a name.
    ///
    /// # Errors
    /// Where there is none, or more than one.
    pub fn vault(&self, text: Option<&str>) -> Result<NamedVault> {
        let Some(text) = text else {
            let mut named = self.vaults.values();
            return match (named.next(), named.next()) {
                (Some(only), None) => Ok(*only),
                (None, _) => bail!("which vault? give its address to --vault; `ballast vault list` lists them"),
                _ => bail!("which vault? give one of {} to --vault", self.vault_names().join(", ")),
            };
        };
        if let Some(named) = self.vaults.get(text) {
            return Ok(*named);
        }
        let wrong = || anyhow!("`{text}` is neither an address nor a vault's name in the symbols file");
        let address = text.parse().map_err(|_| wrong())?;
        let lookup_table = self.vaults.values().find(|vault| vault.address == address).and_then(|vault| vault.lookup_table);
        Ok(NamedVault { address, lookup_table })
    }

    /// A vault's name, if it has one.
    pub fn vault_name(&self, address: &Pubkey) -> Option<String> {
        self.vaults.iter().find(|(_, vault)| vault.address == *address).map(|(name, _)| name.clone())
    }

    fn vault_names(&self) -> Vec<&str> {
        self.vaults.keys().map(String::as_str).collect()
    }
}

/// Whether a URL's host is this machine.
fn is_on_this_machine(url: &str) -> bool {
    let authority = url.split_once("://").map_or(url, |(_, rest)| rest).split(['/', '?', '#']).next().unwrap_or_default();
    let host_and_port = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match host_and_port.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host_and_port.split(':').next().unwrap_or_default(),
    };
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn address(name: &str, text: &str) -> Result<Pubkey> {
    text.parse().map_err(|_| anyhow!("{name}: `{text}` is not an address"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> Pubkey {
        Pubkey::new_from_array([byte; 32])
    }

    #[test]
    fn a_file_names_tokens_and_vaults() {
        let [mint, vault, table] = [1, 2, 3].map(key);
        let text = format!("[tokens]\nBTC = \"{mint}\"\n[vaults.main]\naddress = \"{vault}\"\nlookup_table = \"{table}\"\n");
        let symbols = Symbols::parse(&text).unwrap();
        assert_eq!((symbols.mint("btc").unwrap(), symbols.symbol(&mint)), (mint, "BTC".to_string()));
        assert_eq!(symbols.mint("SOL").unwrap(), native_mint::ID);
        assert_eq!(symbols.mint(&vault.to_string()).unwrap(), vault);
        let named = NamedVault { address: vault, lookup_table: Some(table) };
        let by_address = symbols.vault(Some(&vault.to_string())).unwrap();
        assert_eq!([symbols.vault(None).unwrap(), symbols.vault(Some("main")).unwrap(), by_address], [named; 3]);
        assert_eq!(symbols.vault_name(&vault).as_deref(), Some("main"));
        assert_eq!(symbols.symbol(&table), table.to_string());
    }

    #[test]
    fn a_manifest_names_them_too() {
        let [mint, vault, table] = [1, 2, 3].map(key);
        let manifest = serde_json::json!({
            "rpcUrl": "http://127.0.0.1:1",
            "assets": [{ "symbol": "SOL", "mint": mint.to_string(), "decimals": 9 }],
            "vaults": [{ "address": vault.to_string(), "lookupTable": table.to_string(), "routes": [] }],
        });
        let symbols = Symbols::parse(&manifest.to_string()).unwrap();
        assert_eq!(symbols.mint("SOL").unwrap(), mint, "the manifest's own, not the native mint");
        assert_eq!(symbols.vault(None).unwrap(), NamedVault { address: vault, lookup_table: Some(table) });
    }

    #[test]
    fn a_manifest_names_nothing_on_other_clusters() {
        let manifest = Symbols::parse(r#"{ "assets": [], "vaults": [] }"#).unwrap();
        for local in
            ["http://127.0.0.1:8899", "http://localhost:1/path", "http://[::1]:8899", "http://LOCALHOST", "http://127.9.9.9"]
        {
            manifest.check_cluster(local).unwrap();
        }
        for other in [
            "https://api.mainnet-beta.solana.com",
            "http://10.0.0.1:8899",
            "http://localhost@node.example",
            "http://localhost.example",
        ] {
            let error = manifest.check_cluster(other).unwrap_err().to_string();
            assert!(error.contains("give another file to --symbols"), "{error}");
            Symbols::parse("").unwrap().check_cluster(other).unwrap();
        }
    }

    #[test]
    fn errors_say_what_to_do() {
        let two = format!("[vaults.a]\naddress = \"{}\"\n[vaults.b]\naddress = \"{}\"\n", key(1), key(2));
        let two = Symbols::parse(&two).unwrap();
        assert!(two.vault(None).unwrap_err().to_string().contains("give one of a, b to --vault"));
        assert!(two.vault(Some("c")).unwrap_err().to_string().contains("`c` is neither an address"));
        assert!(two.mint("DOGE").unwrap_err().to_string().contains("there is no symbol `DOGE`; give the mint's address"));
        let none = Symbols::parse("").unwrap();
        assert!(none.vault(None).unwrap_err().to_string().contains("ballast vault list"));
        let wrong = Symbols::parse("[tokens]\nBTC = \"x\"").unwrap_err().to_string();
        assert_eq!(wrong, "BTC: `x` is not an address");
        let twice = format!("[tokens]\nusdc = \"{}\"\nUSDC = \"{}\"\n", key(1), key(2));
        assert_eq!(Symbols::parse(&twice).unwrap_err().to_string(), "usdc is there twice: capitals make no difference");
        let unknown = format!("{:#}", Symbols::parse("\n[token]\nBTC = \"x\"").unwrap_err());
        assert!(unknown.contains("line 2") && unknown.contains("unknown field `token`"), "{unknown}");
    }
}
