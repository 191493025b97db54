//! 0005: breakers, stress test, manager and fee recipient are as wanted, set before anybody has deposited.

use ballast_client::ballast::state::{Change, Roles, Vault};
use ballast_client::{Instruction, decode, instruction};

use crate::{Deployment, ReadAccount};

pub fn missing(deployment: &Deployment, account: &ReadAccount) -> Result<Vec<Instruction>, String> {
    let address = deployment.view().address;
    let vault = account(&address).and_then(|data| decode::vault(&data));
    let vault = vault.ok_or_else(|| format!("the account {address} is not a vault"))?;
    let changes = changes(deployment, &vault);
    if !changes.is_empty() && vault.total_shares != 0 {
        return Err("the vault has depositors, and other breakers, stress test or roles".into());
    }
    // Each is queued and, while the vault is empty, applied at once.
    let pair = |(id, change)| {
        let queue = instruction::queue_change(deployment.admin, address, id, change);
        [queue, instruction::apply_change(deployment.admin, address, id)]
    };
    Ok((vault.change_count..).zip(changes).flat_map(pair).collect())
}

fn changes(deployment: &Deployment, vault: &Vault) -> Vec<Change> {
    let breakers = deployment.breakers.filter(|wanted| *wanted != vault.breakers).map(Change::Breakers);
    let stress = deployment.stress.filter(|wanted| *wanted != vault.stress).map(Change::Stress);
    let present = vault.roles();
    let roles = Roles {
        manager: deployment.manager.unwrap_or(present.manager),
        fee_recipient: deployment.fee_recipient.unwrap_or(present.fee_recipient),
        ..present
    };
    let roles = Some(roles).filter(|wanted| *wanted != present).map(Change::Roles);
    breakers.into_iter().chain(stress).chain(roles).collect()
}
