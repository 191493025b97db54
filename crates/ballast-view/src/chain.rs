//! A vault and what its figures depend on, as a cluster has them.

use std::collections::{BTreeSet, HashMap};

use ballast_client::ballast::state::{Route, Vault};
use ballast_client::ballast::token;
use ballast_client::{Account, Pubkey};

use crate::prices::{self, Refreshed};

/// A vault and what its figures depend on.
#[derive(Clone, Copy)]
pub struct Chain<'a> {
    /// The cluster's clock: Unix time, in seconds.
    pub now: i64,
    /// The vault's address.
    pub address: Pubkey,
    /// The vault.
    pub vault: &'a Vault,
    /// Its routes.
    pub routes: &'a [(Pubkey, Route)],
    /// The accounts of [`wanted`] that exist.
    pub accounts: &'a HashMap<Pubkey, Account>,
    /// Names of the assets by place, for words.
    pub names: &'a [String],
    /// Which of Pyth's sponsored price accounts to read.
    pub shard: u16,
}

/// The accounts that a vault's figures depend on besides itself and its routes: prices, pools, and what pays keepers.
pub fn wanted(vault: &Vault, routes: &[(Pubkey, Route)], shard: u16) -> BTreeSet<Pubkey> {
    let prices = prices::accounts(vault, shard).into_iter().map(|(_, address)| address);
    // Routes pin the token programs too, which no figure depends on: they are large.
    let is_data = |pin: &Pubkey| ![token::TOKEN, token::TOKEN_2022].contains(pin);
    let pins = routes.iter().flat_map(|(_, route)| route.accounts().iter().copied().filter(is_data));
    prices.chain(pins).chain([vault.crank_fund]).collect()
}

impl Chain<'_> {
    /// The vault with every published price that it would take.
    pub fn refresh(&self) -> Refreshed {
        let published = prices::accounts(self.vault, self.shard).into_iter();
        prices::refresh(self.vault, published.map(|(index, address)| (index, address, self.accounts.get(&address))), self.now)
    }

    /// An asset's name, or its mint.
    pub(crate) fn name(&self, asset: u8) -> String {
        let place = usize::from(asset);
        let mint = || self.vault.assets().get(place).map_or_else(|| format!("asset {asset}"), |asset| asset.mint.to_string());
        self.names.get(place).cloned().unwrap_or_else(mint)
    }
}
