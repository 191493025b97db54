//! What every command works with: the cluster, the wallet's keypair, names and the way of printing.

use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow};
use ballast_client::ballast::state::{AssetStatus, Route, Vault};
use ballast_client::rpc::{Cluster, FeePolicy, Sender};
use ballast_client::{AddressLookupTableAccount, Pubkey, VaultView};
use ballast_view::change::Named;
use solana_cli_config::{CONFIG_FILE, Config, ConfigInput};
use solana_keypair::{Keypair, read_keypair_file};
use solana_signer::Signer;

use crate::args::Global;
use crate::output::{self, Tokens, View};
use crate::symbols::Symbols;

/// The priority fee that half of the recent transactions on the same accounts paid.
const FEE_PERCENTILE: u8 = 50;
/// What a transaction may use beyond its simulation: prices and pools move before it lands.
const UNIT_MARGIN_PERCENT: u32 = 20;

/// What every command works with.
pub struct Context {
    /// The cluster.
    pub cluster: Cluster,
    /// Names of mints and vaults.
    pub symbols: Symbols,
    global: Global,
    keypair_path: String,
}

/// A vault as it is on the cluster now, with what its transactions need.
pub struct OpenVault {
    /// Its address.
    pub address: Pubkey,
    /// Its account.
    pub state: Box<Vault>,
    /// Its addresses.
    pub view: VaultView,
    /// Its lookup table, if one is known.
    pub tables: Vec<AddressLookupTableAccount>,
    /// The cluster's clock, seconds since 1970.
    pub now: i64,
    names: Vec<String>,
}

impl Context {
    /// Reads configuration and names.
    ///
    /// # Errors
    /// Where a file that was asked for cannot be read.
    pub fn new(global: Global) -> Result<Self> {
        let config = read_config(global.config.as_deref())?;
        let given = |option: &Option<String>| option.clone().unwrap_or_default();
        let (_, url) = ConfigInput::compute_json_rpc_url_setting(&given(&global.url), &config.json_rpc_url);
        let (_, keypair_path) = ConfigInput::compute_keypair_path_setting(&given(&global.keypair), &config.keypair_path);
        let (_, commitment) = ConfigInput::compute_commitment_config(&given(&global.commitment), &config.commitment);
        let symbols = Symbols::read(global.symbols.as_deref())?;
        symbols.check_cluster(&url)?;
        Ok(Self { cluster: Cluster::new(&url, commitment), symbols, global, keypair_path })
    }

    /// Whether the cluster's node answers at all.
    ///
    /// # Errors
    /// Where it does not, and what to do.
    pub async fn reached(&self) -> Result<()> {
        let rpc = self.cluster.rpc();
        let version = rpc.get_version().await;
        version.map(drop).map_err(|_| anyhow!("the node {} does not answer; choose a cluster with --url", rpc.url()))
    }

    /// The wallet's keypair.
    ///
    /// # Errors
    /// Where its file cannot be read.
    pub fn keypair(&self) -> Result<Arc<Keypair>> {
        let path = &self.keypair_path;
        let keypair = read_keypair_file(path).map_err(|error| {
            anyhow!("cannot read the keypair {path}: {error}; give one to --keypair, or make one with `solana-keygen new`")
        })?;
        Ok(Arc::new(keypair))
    }

    /// The wallet's address.
    ///
    /// # Errors
    /// As [`keypair`](Self::keypair).
    pub fn wallet(&self) -> Result<Pubkey> {
        Ok(self.keypair()?.pubkey())
    }

    /// Sends what this keypair pays for and signs.
    pub fn sender(&self, payer: Arc<Keypair>) -> Sender {
        let max_lamports = self.global.max_priority_fee;
        let fees = FeePolicy { percentile: FEE_PERCENTILE, max_lamports, unit_margin_percent: UNIT_MARGIN_PERCENT };
        Sender::new(self.cluster.clone(), payer, fees)
    }

    /// The vault that the options name.
    ///
    /// # Errors
    /// Where none is meant or there is none.
    pub async fn vault(&self) -> Result<OpenVault> {
        self.open(self.global.vault.as_deref()).await
    }

    /// The vault of this name or address, or the one that the options name.
    ///
    /// # Errors
    /// Where none is meant or there is none.
    pub async fn open(&self, text: Option<&str>) -> Result<OpenVault> {
        let named = self.symbols.vault(text.or(self.global.vault.as_deref()))?;
        let state = Box::new(self.cluster.vault(&named.address).await?);
        let view = VaultView::of(named.address, &state).context("the vault has an asset of an unknown token program")?;
        let mut tables = Vec::new();
        if let Some(table) = self.global.lookup_table.or(named.lookup_table) {
            tables.push(self.cluster.lookup_table(&table).await?);
        }
        let now = self.cluster.now().await?;
        let names = state.assets().iter().map(|asset| self.symbols.symbol(&asset.mint)).collect();
        Ok(OpenVault { address: named.address, state, view, tables, now, names })
    }

    /// Which of the sponsored price accounts to read.
    pub fn shard(&self) -> u16 {
        self.global.shard
    }

    /// Prints what a command found or did.
    ///
    /// # Errors
    /// Where it cannot be JSON.
    pub fn print(&self, view: &impl View) -> Result<()> {
        output::write(&output::render(self.global.output, view)?)
    }
}

/// The Solana command line's configuration: the wanted file, or the usual one where there is one.
fn read_config(wanted: Option<&str>) -> Result<Config> {
    let usual = CONFIG_FILE.as_deref().filter(|path| std::path::Path::new(path).exists());
    let Some(path) = wanted.or(usual) else { return Ok(Config::default()) };
    Config::load(path).with_context(|| format!("cannot read the configuration {path}; give another one to --config"))
}

impl OpenVault {
    /// The asset that is meant by a symbol or a mint's address.
    ///
    /// # Errors
    /// Where the vault has none, and which it has.
    pub fn asset(&self, symbols: &Symbols, text: &str) -> Result<u8> {
        let mint = symbols.mint(text)?;
        self.state.asset_index(&mint).map_err(|_| anyhow!("the vault has no asset {text}; it has {}", self.names().join(", ")))
    }

    /// An asset's symbol, or its mint's address.
    pub fn name(&self, index: usize) -> &str {
        self.named().name(index)
    }

    /// The same with the names of its assets.
    pub fn named(&self) -> Named<'_> {
        Named { vault: &self.state, names: &self.names }
    }

    /// The names of the assets in the basket.
    pub fn names(&self) -> Vec<&str> {
        self.basket().map(|index| self.name(index)).collect()
    }

    /// Places of the assets in the basket: all but removed ones.
    pub fn basket(&self) -> impl Iterator<Item = usize> + '_ {
        self.named().basket()
    }

    /// Places of the assets that count: in the basket, and not quarantined.
    pub fn active(&self) -> impl Iterator<Item = usize> + '_ {
        let assets = self.state.assets().iter().enumerate();
        assets.filter(|(_, asset)| asset.status == AssetStatus::Active as u8).map(|(index, _)| index)
    }

    /// Raw units of an asset.
    pub fn tokens(&self, index: usize, units: u64) -> Tokens {
        let decimals = self.state.assets().get(index).map_or(0, |asset| asset.decimals);
        Tokens { units, decimals, symbol: self.name(index).to_string() }
    }

    /// A route as people name it: its two assets.
    pub fn pair(&self, route: &Route) -> String {
        let [first, second] = [route.asset_a, route.asset_b].map(|index| self.name(index.into()));
        format!("{first}/{second}")
    }
}
