//! 0003: every wanted pool has a route.

use ballast_client::{Instruction, address, decode, instruction};

use crate::{Deployment, ReadAccount};

pub fn missing(deployment: &Deployment, account: &ReadAccount) -> Result<Vec<Instruction>, String> {
    let vault = deployment.view().address;
    let mut instructions = vec![];
    for pool in &deployment.pools {
        let route = address::route(&vault, pool);
        match account(&route).map(|data| decode::route(&data)) {
            Some(Some(_)) => {}
            Some(None) => return Err(format!("the account {route} is not a route")),
            None => instructions.push(instruction::register_route(deployment.admin, vault, *pool)),
        }
    }
    Ok(instructions)
}
