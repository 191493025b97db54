//! The vault as it would be after its prices are refreshed and observed.

use ballast_client::ballast::state::{Asset, AssetStatus, Vault};
use ballast_client::pyth::FeedId;
use ballast_client::{Instruction, Pubkey, decide, instruction};
use ballast_view::prices;

use super::Snapshot;
use crate::world::offer_address;

/// A copy of the vault with the newest published prices, and what brings the vault there.
pub struct Fresh {
    refreshed: Vault,
    /// The vault after an observation, where one is due.
    observed: Option<Vault>,
    /// Bit `i` set: asset `i` has a newer price.
    asset_mask: u16,
    /// The price accounts of those assets, in order.
    price_accounts: Vec<Pubkey>,
    /// The feeds of which the price has to be posted first.
    feeds: Vec<FeedId>,
    /// When the oldest of the prices that they replace was published.
    replaced_at: Option<i64>,
}

impl Fresh {
    /// Takes over every published price that the vault would take over, and observes them if that is due.
    pub fn of(snapshot: &Snapshot) -> Self {
        let mut refreshed = snapshot.watched.vault;
        let (mut asset_mask, mut price_accounts, mut feeds, mut replaced_at) = (0, vec![], vec![], None);
        for index in 0..refreshed.assets().len() {
            let Some((asset, price_account)) = newest(snapshot, index) else { continue };
            if price_account == offer_address(&asset.feed) {
                feeds.push(asset.feed);
            }
            let replaced = std::mem::replace(&mut refreshed.assets_mut()[index], asset).publish_time;
            replaced_at = Some(replaced_at.map_or(replaced, |oldest: i64| oldest.min(replaced)));
            asset_mask |= 1 << index;
            price_accounts.push(price_account);
        }
        let observed = decide::observe(&refreshed, snapshot.now).ok().map(|(observed, _)| observed);
        Fresh { refreshed, observed, asset_mask, price_accounts, feeds, replaced_at }
    }

    /// The vault as it would be.
    pub fn vault(&self) -> &Vault {
        self.observed.as_ref().unwrap_or(&self.refreshed)
    }

    /// Whether any price is newer than the vault's.
    fn is_any(&self) -> bool {
        self.asset_mask != 0
    }

    /// Whether any price of the vault's that is `secs` old or older at `now` would be replaced. Old ones that nobody publishes any
    /// more do not count: all the others would be refreshed again and again for their sake.
    pub fn replaces_older_than(&self, secs: u32, now: i64) -> bool {
        self.replaced_at.is_some_and(|at| at.saturating_add(secs.into()) <= now)
    }

    /// Whether an observation is due.
    pub fn is_observed(&self) -> bool {
        self.observed.is_some()
    }

    /// The feeds of which the price has to be posted first, to accounts that [`offer_address`] stands for until then.
    pub fn feeds(&self) -> Vec<FeedId> {
        self.feeds.clone()
    }

    /// What brings the vault there.
    pub fn instructions(&self, vault: Pubkey) -> Vec<Instruction> {
        let refresh = self.is_any().then(|| instruction::refresh_prices(vault, self.asset_mask, &self.price_accounts));
        let observe = self.is_observed().then(|| instruction::observe(vault));
        refresh.into_iter().chain(observe).collect()
    }
}

/// The asset with the newest price that is published or offered, and its account; `None` where none is newer than the vault's.
fn newest(snapshot: &Snapshot, index: usize) -> Option<(Asset, Pubkey)> {
    let Snapshot { watched, world, now, .. } = *snapshot;
    let vault = &watched.vault;
    let known = vault.assets().get(index).filter(|asset| asset.status == AssetStatus::Active as u8)?;
    let taken_over = |address: Pubkey| {
        let asset = prices::take(vault, index, &address, world.account(&address)?, now).ok()?;
        Some((asset, address))
    };
    let candidates = [watched.price_account(index), Some(offer_address(&known.feed))];
    // Where both are as new, the published one: it comes first, and costs nothing to post.
    let newest = candidates.into_iter().flatten().filter_map(taken_over).rev().max_by_key(|(asset, _)| asset.publish_time)?;
    (newest.0.publish_time > known.publish_time).then_some(newest)
}
