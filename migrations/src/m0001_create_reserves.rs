//! 0001: the vault's reserves exist. A large basket's do not fit the transaction that creates the vault.

use ballast_client::{Instruction, instruction};

use crate::{Deployment, ReadAccount};

pub fn missing(deployment: &Deployment, account: &ReadAccount) -> Result<Vec<Instruction>, String> {
    let view = deployment.view();
    let create = instruction::create_reserves(deployment.admin, &view);
    let by_reserve = create.into_iter().zip(&view.assets);
    Ok(by_reserve.filter(|(_, asset)| account(&asset.reserve).is_none()).map(|(create, _)| create).collect())
}
