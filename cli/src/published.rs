//! Published prices: read from their accounts, and copied into a vault by the program's own code.

use anyhow::{Context as _, Result};
use ballast_client::Account;
use ballast_client::anchor_lang::prelude::AccountInfo;
use ballast_client::ballast::instructions::refresh_price;
use ballast_client::ballast::oracle::{self, Reading};
use ballast_client::ballast::state::Vault;
use ballast_client::{Instruction, Pubkey, address, instruction};

use crate::account::with_info;
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

/// A vault with the published prices in its books, and what that takes.
pub struct Refreshed {
    /// The vault as it would be.
    pub vault: Box<Vault>,
    /// Refreshes on the chain what is refreshed here; none where nothing is newer.
    pub instruction: Option<Instruction>,
    /// Why the others cannot be refreshed: the asset's place, and the program's answer.
    pub refused: Vec<(usize, String)>,
}

impl Published {
    /// Reads the accounts.
    ///
    /// # Errors
    /// Where the cluster does not answer.
    pub async fn read(context: &Context, vault: &OpenVault) -> Result<Self> {
        let of = |index: usize| Some((index, address::price_account(vault.state.assets().get(index)?, context.shard())?));
        let wanted: Vec<(usize, Pubkey)> = vault.active().filter_map(of).collect();
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
        let mut after = vault.state.clone();
        let (limits, average_secs) = (after.limits, after.breakers.average_secs);
        let (mut mask, mut used, mut refused) = (0u16, Vec::new(), Vec::new());
        for price in &self.accounts {
            let Some(slot) = after.assets_mut().get_mut(price.asset) else { continue };
            let before = slot.publish_time;
            match price.with_info(|info| refresh_price(slot, info, &limits, average_secs, vault.now)) {
                Ok(()) if slot.publish_time != before => {
                    mask |= 1 << price.asset;
                    used.push(price.address);
                }
                Ok(()) => {}
                Err(error) => refused.push((price.asset, format!("{error:#}"))),
            }
        }
        let instruction = (mask != 0).then(|| instruction::refresh_prices(vault.address, mask, &used));
        Refreshed { vault: after, instruction, refused }
    }
}

impl PriceAccount {
    /// What the account publishes.
    ///
    /// # Errors
    /// Where there is no account, or it is not what the program accepts as this asset's.
    pub fn reading(&self, vault: &OpenVault) -> Result<Reading> {
        let asset = vault.state.assets().get(self.asset).context("the vault has no such asset")?;
        self.with_info(|info| oracle::read(asset.oracle_kind()?, info, &asset.feed))
    }

    /// Hands the account to the program's code.
    fn with_info<T>(&self, read: impl FnOnce(&AccountInfo) -> ballast_client::anchor_lang::Result<T>) -> Result<T> {
        let account = self.account.as_ref();
        let account = account.with_context(|| format!("there is no price account {}; post the price first", self.address))?;
        with_info(&self.address, account, read)
    }
}
