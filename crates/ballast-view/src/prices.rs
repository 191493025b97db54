//! Prices: a vault's own, and the published ones that it would take, by the program's own code.

use ballast_client::anchor_lang::Result;
use ballast_client::ballast::error::BallastError;
use ballast_client::ballast::instructions::refresh_price;
use ballast_client::ballast::state::{Asset, AssetStatus, Vault};
use ballast_client::{Account, Instruction, Pubkey, address, instruction};

use crate::Refusal;
use crate::account::with_info;

/// A vault with the published prices in its books, and what that takes on the chain.
pub struct Refreshed {
    /// The vault as it would be.
    pub vault: Box<Vault>,
    /// Bit `i` set: asset `i` has a newer price.
    pub asset_mask: u16,
    /// The price accounts of those assets, in order.
    pub price_accounts: Vec<Pubkey>,
    /// Assets whose published price the vault would not take, and why.
    pub refused: Vec<(usize, Refusal)>,
}

impl Refreshed {
    /// Refreshes on the chain what is refreshed here; none where nothing is newer.
    pub fn instruction(&self, vault: Pubkey) -> Option<Instruction> {
        (self.asset_mask != 0).then(|| instruction::refresh_prices(vault, self.asset_mask, &self.price_accounts))
    }
}

/// The active assets of a vault, each with the account that publishes its price, a sponsored one of this shard.
pub fn accounts(vault: &Vault, shard: u16) -> Vec<(usize, Pubkey)> {
    let assets = vault.assets().iter().enumerate();
    let active = assets.filter(|(_, asset)| asset.status == AssetStatus::Active as u8);
    active.filter_map(|(index, asset)| Some((index, address::price_account(asset, shard)?))).collect()
}

/// The vault with every published price that it would take at `now`. `published` are assets by place with the address and the content
/// of their price account.
pub fn refresh<'a>(
    vault: &Vault,
    published: impl IntoIterator<Item = (usize, Pubkey, Option<&'a Account>)>,
    now: i64,
) -> Refreshed {
    let (vault, price_accounts, refused) = (Box::new(*vault), Vec::new(), Vec::new());
    let mut refreshed = Refreshed { vault, asset_mask: 0, price_accounts, refused };
    for (index, address, account) in published {
        let missing = || Refusal::new("PriceMissing", format!("there is no price account {address}; post the price first"));
        let taken = account.ok_or_else(missing);
        match taken.and_then(|account| Ok(take(&refreshed.vault, index, &address, account, now)?)) {
            Ok(asset) => refreshed.set(index, address, asset),
            Err(refusal) => refreshed.refused.push((index, refusal)),
        }
    }
    refreshed
}

impl Refreshed {
    fn set(&mut self, index: usize, address: Pubkey, asset: Asset) {
        let Some(slot) = self.vault.assets_mut().get_mut(index) else { return };
        if slot.publish_time == asset.publish_time {
            return;
        }
        *slot = asset;
        self.asset_mask |= 1 << index;
        self.price_accounts.push(address);
    }
}

/// An asset of the vault with the price that an account publishes, or as it is where that is not newer.
///
/// # Errors
/// The program's own, where the vault would not take the price at `now`.
pub fn take(vault: &Vault, index: usize, address: &Pubkey, account: &Account, now: i64) -> Result<Asset> {
    let mut asset = *vault.assets().get(index).ok_or(BallastError::UnknownAsset)?;
    let average_secs = vault.breakers.average_secs;
    with_info(address, account, |info| refresh_price(&mut asset, info, &vault.limits, average_secs, now))?;
    Ok(asset)
}

/// Whether everything that counts has had a price; before that the core values it at 0, and nobody knows what the vault is worth.
pub fn is_priced(vault: &Vault) -> bool {
    vault.assets().iter().map(Asset::holding).all(|holding| !holding.counts() || holding.publish_time != 0)
}

/// The vault's price of a whole token, in micro-dollars; `None` before the first, and where it does not fit 64 bits.
pub fn token_price_usd(asset: &Asset) -> Option<u64> {
    let whole = 10u64.checked_pow(asset.decimals.into())?;
    (asset.publish_time != 0).then(|| asset.price().value_usd(whole).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use bytemuck::Zeroable as _;

    use super::*;

    #[test]
    fn a_vault_is_priced_when_all_that_counts_is() {
        let mut vault: Box<Vault> = bytemuck::zeroed_box();
        let asset = |balance, publish_time, status: AssetStatus| Asset {
            mint: Pubkey::new_unique(),
            balance,
            publish_time,
            status: status as u8,
            ..Asset::zeroed()
        };
        vault.asset_count = 3;
        vault.assets[0] = asset(7, 1_000, AssetStatus::Active);
        vault.assets[1] = asset(0, 0, AssetStatus::Active);
        vault.assets[2] = asset(7, 0, AssetStatus::Quarantined);
        assert!(is_priced(&vault), "what is not held or does not count needs no price");
        vault.assets[1].balance = 1;
        assert!(!is_priced(&vault));
    }

    #[test]
    fn a_whole_token_has_a_price_after_the_first_one() {
        let asset = |decimals, publish_time| Asset { price_x64: (3u128 << 63).into(), decimals, publish_time, ..Asset::zeroed() };
        assert_eq!(token_price_usd(&asset(6, 1)), Some(1_500_000));
        assert_eq!(token_price_usd(&asset(6, 0)), None);
        assert_eq!(
            [19, 20, 255].map(|decimals| token_price_usd(&asset(decimals, 1))),
            [Some(15_000_000_000_000_000_000), None, None]
        );
    }
}
