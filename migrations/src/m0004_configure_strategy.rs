//! 0004: the vault has the wanted strategy, set before anybody has deposited.

use ballast_client::ballast::instructions::ConfigureStrategyArgs;
use ballast_client::ballast::state::Vault;
use ballast_client::{Instruction, decode, instruction};

use crate::{Deployment, ReadAccount};

pub fn missing(deployment: &Deployment, account: &ReadAccount) -> Result<Vec<Instruction>, String> {
    let Some(wanted) = &deployment.strategy else { return Ok(vec![]) };
    let address = deployment.view().address;
    let vault = account(&address).and_then(|data| decode::vault(&data));
    let vault = vault.ok_or_else(|| format!("the account {address} is not a vault"))?;
    if is_configured(&vault, wanted) {
        return Ok(vec![]);
    }
    if vault.total_shares != 0 {
        return Err("the vault has depositors, and another strategy".into());
    }
    Ok(vec![instruction::configure_strategy(deployment.admin, address, wanted.clone())])
}

fn is_configured(vault: &Vault, wanted: &ConfigureStrategyArgs) -> bool {
    let allocations = vault.assets().iter().map(|asset| (asset.allocation.min_bps, asset.allocation.max_bps));
    let bounds = wanted.bounds.iter().map(|bounds| (bounds.min_bps, bounds.max_bps));
    (vault.strategy, vault.forecaster) == (wanted.strategy, wanted.forecaster) && allocations.eq(bounds)
}
