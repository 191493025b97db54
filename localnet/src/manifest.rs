//! What is on the cluster, for whoever uses it: `localnet.json`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use ballast_client::Pubkey;
use serde::{Deserialize, Serialize};

const FILE: &str = "localnet.json";

/// Addresses are in base 58.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// The RPC endpoint.
    pub rpc_url: String,
    /// The WebSocket endpoint.
    pub ws_url: String,
    /// Milliseconds that the cluster's clock advances with each block.
    pub clock_step_ms: u64,
    /// The vault program.
    #[serde(with = "base58")]
    pub program_id: Pubkey,
    /// By name: `admin`, `guardian`, `keeper`, `alice`, `bob`; and `market`, the tokens' mint authority.
    pub wallets: BTreeMap<String, Wallet>,
    /// The tokens of the vaults, in the vaults' order.
    pub assets: Vec<Asset>,
    /// A pool of the SPL Token Swap program for every pair of assets.
    pub pools: Vec<Pool>,
    /// The vaults.
    pub vaults: Vec<Vault>,
}

/// Somebody's key.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Wallet {
    /// The public key.
    #[serde(with = "base58")]
    pub address: Pubkey,
    /// A keypair file, as `solana-keygen` writes it.
    pub keypair: PathBuf,
}

/// A token.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Asset {
    /// Its name, such as `SOL`.
    pub symbol: String,
    /// Its mint.
    #[serde(with = "base58")]
    pub mint: Pubkey,
    /// The program that owns the mint.
    #[serde(with = "base58")]
    pub token_program: Pubkey,
    /// Decimal places of its raw units.
    pub decimals: u8,
    /// Pyth's id of its price, in hexadecimal digits.
    pub feed_id: String,
    /// The account that carries its price.
    #[serde(with = "base58")]
    pub price_account: Pubkey,
}

/// A pool.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pool {
    /// Its state.
    #[serde(with = "base58")]
    pub address: Pubkey,
    /// The symbols of its two tokens, in the pool's order.
    pub assets: [String; 2],
}

/// A vault.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Vault {
    /// Its address.
    #[serde(with = "base58")]
    pub address: Pubkey,
    /// The mint of its shares.
    #[serde(with = "base58")]
    pub share_mint: Pubkey,
    /// A lookup table of every address that its instructions name.
    #[serde(with = "base58")]
    pub lookup_table: Pubkey,
    /// The addresses of its routes, in the order of the pools.
    pub routes: Vec<Address>,
}

/// An address in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Address(#[serde(with = "base58")] pub Pubkey);

impl Manifest {
    /// Reads the manifest in a cluster's folder, or the file itself.
    ///
    /// # Errors
    /// Where there is none.
    pub fn read(path: &Path) -> Result<Self> {
        let file = if path.is_dir() { path.join(FILE) } else { path.to_owned() };
        let named = || file.display();
        let text = fs::read_to_string(&file)
            .with_context(|| format!("cannot read {}: is a cluster running there? `cargo xtask localnet` starts one", named()))?;
        serde_json::from_str(&text).with_context(|| format!("{} is not a local cluster's manifest", named()))
    }

    /// Writes the manifest to a cluster's folder.
    pub(crate) fn write(&self, dir: &Path) -> Result<()> {
        let file = dir.join(FILE);
        let text = serde_json::to_string_pretty(self)? + "\n";
        fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))
    }

    /// The token of this symbol.
    ///
    /// # Errors
    /// Where there is none.
    pub fn asset(&self, symbol: &str) -> Result<&Asset> {
        let found = self.assets.iter().find(|asset| asset.symbol == symbol);
        found.with_context(|| {
            let known: Vec<_> = self.assets.iter().map(|asset| asset.symbol.as_str()).collect();
            format!("the local cluster has no token {symbol}, only {}", known.join(", "))
        })
    }
}

/// Public keys as people write them.
mod base58 {
    use ballast_client::Pubkey;
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(key: &Pubkey, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(key)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Pubkey, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}
