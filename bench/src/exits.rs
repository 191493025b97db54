//! Claims, quarantine and fees, each in a vault that is ready for it.

use std::sync::Arc;

use anyhow::{Context, Result};
use ballast_client::{ballast::instructions::RedeemInKindArgs, instruction};
use ballast_tests::{
    Signer,
    scene::{Config, Scene},
};

use crate::cases::{Case, QUIET_SECS, USER_DOLLARS, VAULT_DOLLARS, case, deposit};

/// The highest management fee.
const FEE_BPS: u16 = 500;

/// The instructions of an exit that is held up, of quarantine, and those that a management fee makes dearer.
pub fn cases(assets: usize) -> Result<Vec<Case>> {
    let mut scene = Scene::funded(Config::many(assets), VAULT_DOLLARS);
    let user = Arc::new(scene.user("user", USER_DOLLARS));
    let (address, guardian) = (scene.view.address, scene.guardian.clone());
    let quarantine = instruction::quarantine(guardian.pubkey(), &scene.view, 1).context("no asset 1")?;
    let mut cases = vec![case("quarantine", &scene, quarantine, &guardian)];
    cases.extend(with_fee(scene.clone(), &user)?);

    scene.send(&[deposit(&scene, &user, 0)], &[&user])?;
    let open = instruction::open_claims(user.pubkey(), address);
    cases.push(case("open_claims", &scene, open.clone(), &user));
    scene.send(&[open], &[&user])?;
    let shares = scene.shares_of(&user) / 2;
    let args = RedeemInKindArgs { shares, min_amounts: vec![0; assets], skip_mask: 0b10, forfeit_mask: 0 };
    let redeem = instruction::redeem_in_kind(user.pubkey(), &scene.view, args);
    cases.push(case("redeem_in_kind_claiming", &scene, redeem.clone(), &user));
    scene.send(&[redeem], &[&user])?;
    let claim = instruction::claim(user.pubkey(), &scene.view, 1).context("no asset 1")?;
    cases.push(case("claim", &scene, claim.clone(), &user));
    scene.send(&[claim], &[&user])?;
    cases.push(case("close_claims", &scene, instruction::close_claims(user.pubkey(), address), &user));
    Ok(cases)
}

/// A deposit and a redemption to which a fee has accrued, and its collection.
fn with_fee(mut scene: Scene, user: &Arc<ballast_tests::Keypair>) -> Result<Vec<Case>> {
    let assets = scene.assets.len();
    scene.edit_vault(|vault| {
        vault.limits.management_fee_bps = FEE_BPS;
        vault.fee_recipient = user.pubkey();
    });
    scene.world.advance(QUIET_SECS);
    let deposit = deposit(&scene, user, 0);
    let deposited = case("deposit_in_kind_with_fee", &scene, deposit.clone(), user);
    let collected = case("collect_fees", &scene, instruction::collect_fees(&scene.view, &user.pubkey()), user);
    scene.send(&[deposit], &[user])?;
    scene.world.advance(QUIET_SECS);
    let args =
        RedeemInKindArgs { shares: scene.shares_of(user) / 2, min_amounts: vec![0; assets], skip_mask: 0, forfeit_mask: 0 };
    let redeem = instruction::redeem_in_kind(user.pubkey(), &scene.view, args);
    Ok(vec![deposited, case("redeem_in_kind_with_fee", &scene, redeem, user), collected])
}
