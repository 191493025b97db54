//! How a scene's people change their vault's configuration.

use {
    crate::{
        scene::{AssetSpec, Scene, SceneAsset},
        transaction::{Failure, Outcome},
    },
    anchor_lang::prelude::Pubkey,
    ballast::{
        instructions::AssetArgs,
        state::{Change, MaxWeight, QueuedChange, Roles, SlotArgs},
    },
    ballast_client::{address, decode, instruction, view::AssetView},
    solana_keypair::Keypair,
    solana_signer::Signer,
};

/// Nobody in every role that may be vacant.
pub const NOBODY: Roles = Roles {
    manager: Pubkey::new_from_array([0; 32]),
    forecaster: Pubkey::new_from_array([0; 32]),
    fee_recipient: Pubkey::new_from_array([0; 32]),
};

impl Scene {
    /// `signer` queues a change under the vault's next number.
    pub fn queue_by(&mut self, signer: &Keypair, change: Change) -> Result<Outcome, Failure> {
        let queue = instruction::queue_change(signer.pubkey(), self.view.address, self.vault().change_count, change);
        self.send(&[queue], &[signer])
    }

    /// The admin queues a change. Returns its number.
    pub fn queue(&mut self, change: Change) -> u64 {
        let (admin, id) = (self.admin.clone(), self.vault().change_count);
        self.queue_by(&admin, change).expect("the admin may queue");
        id
    }

    /// `signer` applies a queued change.
    pub fn apply_by(&mut self, signer: &Keypair, id: u64) -> Result<Outcome, Failure> {
        let apply = instruction::apply_change(signer.pubkey(), self.view.address, id);
        self.send(&[apply], &[signer])
    }

    /// The admin applies a queued change.
    pub fn apply(&mut self, id: u64) -> Result<Outcome, Failure> {
        let admin = self.admin.clone();
        self.apply_by(&admin, id)
    }

    /// `signer` cancels a change that the admin queued.
    pub fn cancel_by(&mut self, signer: &Keypair, id: u64) -> Result<Outcome, Failure> {
        let cancel = instruction::cancel_change(signer.pubkey(), self.view.address, id, self.admin.pubkey());
        self.send(&[cancel], &[signer])
    }

    /// `signer` makes a change at once.
    pub fn tighten_by(&mut self, signer: &Keypair, change: Change) -> Result<Outcome, Failure> {
        let tighten = instruction::tighten(signer.pubkey(), self.view.address, change);
        self.send(&[tighten], &[signer])
    }

    /// Lets the vault's timelock pass.
    pub fn wait_for_timelock(&mut self) {
        self.world.advance(self.vault().limits.timelock_secs);
    }

    /// The admin changes the configuration: announces it, waits and applies it.
    pub fn change(&mut self, change: Change) -> Result<Outcome, Failure> {
        let id = self.queue(change);
        self.wait_for_timelock();
        self.apply(id)
    }

    /// A queued change's account.
    pub fn queued(&self, id: u64) -> QueuedChange {
        decode::queued_change(&self.world.account(&address::change(&self.view.address, id)).data).expect("a queued change")
    }

    /// Whether a change waits under this number.
    pub fn is_queued(&self, id: u64) -> bool {
        self.world.find_account(&address::change(&self.view.address, id)).is_some()
    }

    /// Bounds and bands as they are.
    pub fn slots(&self) -> Vec<SlotArgs> {
        let slot = |asset: &ballast::state::Asset| SlotArgs {
            min_bps: asset.allocation.min_bps,
            max_bps: asset.allocation.max_bps,
            band_abs_bps: asset.allocation.band_abs_bps,
            band_rel_bps: asset.allocation.band_rel_bps,
        };
        self.vault().assets().iter().map(slot).collect()
    }

    /// A mint with a published price that is in no vault's basket yet.
    pub fn new_asset(&mut self, spec: &AssetSpec) -> SceneAsset {
        self.create_asset(self.assets.len(), spec)
    }

    /// The change that adds an asset with the scene's bands.
    pub fn add_asset_change(&self, asset: &SceneAsset, max_bps: u16) -> Change {
        let (oracle, feed) = (asset.spec.oracle, asset.feed);
        let (band_abs_bps, band_rel_bps) = (self.config.band_abs_bps, self.config.band_rel_bps);
        Change::AddAsset(AssetArgs { target_bps: 0, band_abs_bps, band_rel_bps, oracle, feed }, MaxWeight { max_bps })
    }

    /// The addresses that the asset has in this vault.
    pub fn asset_view(&self, asset: &SceneAsset) -> AssetView {
        AssetView::new(&self.view.authority, asset.mint, asset.spec.mint.program)
    }

    /// The admin applies the change that adds this asset.
    pub fn apply_asset(&mut self, id: u64, asset: &AssetView) -> Result<Outcome, Failure> {
        let admin = self.admin.clone();
        let apply = instruction::apply_asset(admin.pubkey(), self.view.address, id, asset);
        self.send(&[apply], &[&admin])
    }

    /// Adds an asset of up to `max_bps` to the basket, which takes the timelock. Its target is zero.
    pub fn add_asset(&mut self, spec: &AssetSpec, max_bps: u16) -> Outcome {
        let asset = self.new_asset(spec);
        let view = self.asset_view(&asset);
        let admin = self.admin.clone();
        let create = instruction::create_reserve(admin.pubkey(), self.view.authority, &view);
        self.send(&[create], &[&admin]).expect("the reserve is created");
        let id = self.queue(self.add_asset_change(&asset, max_bps));
        self.wait_for_timelock();
        let outcome = self.apply_asset(id, &view).expect("the asset is added");
        self.join(asset);
        outcome
    }

    /// An asset that has joined the vault's basket joins the scene's.
    pub fn join(&mut self, asset: SceneAsset) {
        self.view.assets.push(self.asset_view(&asset));
        self.assets.push(asset);
        self.publish();
    }
}
