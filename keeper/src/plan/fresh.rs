//! The vault as it would be after its prices are refreshed and observed.

use ballast_client::ballast::instructions::refresh_price;
use ballast_client::ballast::state::{AssetStatus, Vault};
use ballast_client::{Instruction, Pubkey, decide, instruction};

use super::Snapshot;
use crate::prices;

/// A copy of the vault with the newest published prices, and what brings the vault there.
pub struct Fresh {
    refreshed: Vault,
    /// The vault after an observation, where one is due.
    observed: Option<Vault>,
    /// Bit `i` set: asset `i` has a newer price.
    asset_mask: u16,
    /// The price accounts of those assets, in order.
    price_accounts: Vec<Pubkey>,
}

impl Fresh {
    /// Takes over every published price that the vault would take over, and observes them if that is due.
    pub fn of(snapshot: &Snapshot) -> Self {
        let mut refreshed = snapshot.watched.vault;
        let (limits, average_secs) = (refreshed.limits, refreshed.breakers.average_secs);
        let (mut asset_mask, mut price_accounts) = (0, vec![]);
        for (index, asset) in refreshed.assets_mut().iter_mut().enumerate() {
            let is_active = asset.status == AssetStatus::Active as u8;
            let Some(address) = snapshot.watched.price_account(index).filter(|_| is_active) else { continue };
            let before = asset.publish_time;
            let taken = prices::read(snapshot.world, &address, |account| {
                refresh_price(asset, account, &limits, average_secs, snapshot.now)
            });
            if matches!(taken, Some(Ok(()))) && asset.publish_time > before {
                asset_mask |= 1 << index;
                price_accounts.push(address);
            }
        }
        let observed = decide::observe(&refreshed, snapshot.now).ok().map(|(observed, _)| observed);
        Fresh { refreshed, observed, asset_mask, price_accounts }
    }

    /// The vault as it would be.
    pub fn vault(&self) -> &Vault {
        self.observed.as_ref().unwrap_or(&self.refreshed)
    }

    /// Whether any price is newer than the vault's.
    pub fn is_any(&self) -> bool {
        self.asset_mask != 0
    }

    /// Whether an observation is due.
    pub fn is_observed(&self) -> bool {
        self.observed.is_some()
    }

    /// What brings the vault there.
    pub fn instructions(&self, vault: Pubkey) -> Vec<Instruction> {
        let refresh = self.is_any().then(|| instruction::refresh_prices(vault, self.asset_mask, &self.price_accounts));
        let observe = self.is_observed().then(|| instruction::observe(vault));
        refresh.into_iter().chain(observe).collect()
    }
}
