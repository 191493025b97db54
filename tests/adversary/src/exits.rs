//! The door: whatever was done to a vault, everybody in it can leave in kind with exactly their part.

use {
    ballast::instructions::RedeemInKindArgs,
    ballast_core::shares::LOCKED_SHARES,
    ballast_tests::{Keypair, Signer, reference, scene::Scene},
};

/// Asserts, on a copy, that every reserve holds what the books say, that these holders can all leave in kind in this order,
/// each with their part of every asset, rounded down, and that nobody else holds shares.
///
/// # Panics
/// Where one of them cannot, or is paid anything else.
#[track_caller]
pub fn assert_everybody_can_leave(scene: &Scene, holders: &[&Keypair]) {
    assert_reserves_hold_the_books(scene);
    let mut scene = scene.clone();
    for holder in holders {
        let (vault, before, shares) = (scene.vault(), tokens(&scene, holder), scene.shares_of(holder));
        if shares == 0 {
            continue;
        }
        let args = RedeemInKindArgs { shares, min_amounts: vec![0; before.len()], skip_mask: 0, forfeit_mask: 0 };
        scene.redeem(holder, args).unwrap_or_else(|failure| panic!("{} cannot leave: {failure}", holder.pubkey()));
        let paid: Vec<u64> = tokens(&scene, holder).iter().zip(&before).map(|(after, before)| after - before).collect();
        assert_eq!(paid, reference::parts_down(&vault, shares), "{} is paid another part", holder.pubkey());
    }
    let vault = scene.vault();
    assert_eq!(vault.total_shares, LOCKED_SHARES + vault.state.fees.owed_shares, "somebody else holds shares");
    assert_reserves_hold_the_books(&scene);
}

/// Units of each asset in somebody's associated token accounts.
pub fn tokens(scene: &Scene, holder: &Keypair) -> Vec<u64> {
    scene.assets.iter().map(|asset| scene.world.balance_of(&holder.pubkey(), &asset.mint)).collect()
}

#[track_caller]
fn assert_reserves_hold_the_books(scene: &Scene) {
    for (asset, view) in scene.vault().assets().iter().zip(&scene.view.assets) {
        let held = scene.world.balance(&view.reserve);
        let required = asset.balance + asset.owed;
        assert!(held >= required, "the reserve of {} holds {held} of {required}", view.mint);
    }
}
