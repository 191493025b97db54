//! Published prices, read from the cluster.

use anyhow::{Context as _, Result};
use ballast_client::ballast::oracle::{self, Reading};
use ballast_client::{Account, Pubkey};
use ballast_view::Refusal;
use ballast_view::account::with_info;
use ballast_view::prices::{self, Refreshed};

use crate::context::{Context, OpenVault};

/// The published prices of a vault's active assets.
pub struct Published {
    accounts: Vec<PriceAccount>,
}

/// The account that publishes an asset's price.
pub struct PriceAccount {
    /// The asset's place in the vault.
    pub asset: usize,
    /// The account's address.
    pub address: Pubkey,
    account: Option<Account>,
}

impl Published {
    /// Reads the accounts.
    ///
    /// # Errors
    /// Where the cluster does not answer.
    pub async fn read(context: &Context, vault: &OpenVault) -> Result<Self> {
        let wanted = prices::accounts(&vault.state, context.shard());
        let addresses: Vec<Pubkey> = wanted.iter().map(|(_, address)| *address).collect();
        let accounts = context.cluster.accounts(&addresses).await?;
        let accounts = wanted.into_iter().zip(accounts);
        Ok(Self { accounts: accounts.map(|((asset, address), account)| PriceAccount { asset, address, account }).collect() })
    }

    /// One for each active asset.
    pub fn accounts(&self) -> &[PriceAccount] {
        &self.accounts
    }

    /// The vault with every price that it would accept now.
    pub fn refresh(&self, vault: &OpenVault) -> Refreshed {
        let published = self.accounts.iter().map(|price| (price.asset, price.address, price.account.as_ref()));
        prices::refresh(&vault.state, published, vault.now)
    }
}

impl PriceAccount {
    /// What the account publishes.
    ///
    /// # Errors
    /// Where there is no account, or it is not what the program accepts as this asset's.
    pub fn reading(&self, vault: &OpenVault) -> Result<Reading> {
        let asset = vault.state.assets().get(self.asset).context("the vault has no such asset")?;
        let account = self.account.as_ref().context("there is no such account")?;
        let reading = with_info(&self.address, account, |info| oracle::read(asset.oracle_kind()?, info, &asset.feed));
        Ok(reading.map_err(Refusal::from)?)
    }
}
