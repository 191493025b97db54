//! Calls about a vault's safeguards.

use ballast_view::Refusal;
use ballast_view::bounds::bounds;
use ballast_view::evidence::evidence;
use serde::{Deserialize, Serialize};

use crate::chain::{ChainInput, vault};
use crate::json::{Integer, respond};

/// See `CALLS` in the crate's root.
pub fn call(name: &str, request: &str) -> Option<Result<String, Refusal>> {
    Some(match name {
        "bounds" => respond(request, |input: VaultInput| bounds(vault(&input.vault)?.as_ref())),
        "evidence" => respond(request, |chain: ChainInput| evidence(&chain.read()?.chain())),
        "owedFees" => respond(request, owed_fees),
        "baseTargets" => respond(request, base_targets),
        _ => return None,
    })
}

#[derive(Deserialize)]
struct VaultInput {
    vault: String,
}

#[derive(Deserialize)]
struct VaultNow {
    vault: String,
    now: Integer<i64>,
}

#[derive(Serialize)]
struct OwedFees {
    shares: u64,
}

fn owed_fees(input: VaultNow) -> Result<OwedFees, Refusal> {
    let mut vault = vault(&input.vault)?;
    vault.accrue_fees(input.now.0);
    Ok(OwedFees { shares: vault.state.fees.owed_shares })
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BaseTargets {
    targets_e8: Vec<u32>,
}

fn base_targets(input: VaultNow) -> Result<BaseTargets, Refusal> {
    Ok(BaseTargets { targets_e8: vault(&input.vault)?.base_targets_e8(input.now.0)? })
}
