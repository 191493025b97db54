//! 0002: the vault exists and is configured as wanted.

use ballast_client::ballast::instructions::{AssetArgs, InitializeVaultArgs};
use ballast_client::ballast::state::{Asset as StoredAsset, Vault};
use ballast_client::{Instruction, decode, instruction};

use crate::{Asset, Deployment, ReadAccount};

pub fn missing(deployment: &Deployment, account: &ReadAccount) -> Result<Vec<Instruction>, String> {
    let view = deployment.view();
    if let Some(data) = account(&view.address) {
        let vault = decode::vault(&data).ok_or_else(|| format!("the account {} is not a vault", view.address))?;
        compare(deployment, &vault)?;
        return Ok(vec![]);
    }
    let args = InitializeVaultArgs {
        guardian: deployment.guardian,
        limits: deployment.limits,
        assets: deployment.assets.iter().map(|asset| asset.args).collect(),
    };
    Ok(vec![instruction::initialize_vault(deployment.admin, deployment.vault_id, &view, args)])
}

fn compare(deployment: &Deployment, vault: &Vault) -> Result<(), String> {
    let wanted_limits = deployment.limits;
    let is_same_basket = vault.assets().len() == deployment.assets.len()
        && vault.assets().iter().zip(&deployment.assets).all(|(stored, wanted)| is_same(stored, wanted));
    let differences = [
        (vault.guardian == deployment.guardian, "guardian"),
        (vault.limits == wanted_limits, "limits"),
        (is_same_basket, "assets"),
    ];
    match differences.iter().find(|(is_same, _)| !is_same) {
        Some((_, field)) => Err(format!("the vault exists with other {field}")),
        None => Ok(()),
    }
}

fn is_same(stored: &StoredAsset, wanted: &Asset) -> bool {
    let AssetArgs { target_bps, band_abs_bps, band_rel_bps, oracle, feed } = wanted.args;
    let allocation = &stored.allocation;
    stored.mint == wanted.mint
        && (allocation.target_bps, allocation.band_abs_bps) == (target_bps, band_abs_bps)
        && allocation.band_rel_bps == band_rel_bps
        && (stored.oracle, stored.feed) == (oracle as u8, feed)
}
