//! The core's rules on the host, applied to the vault's account: what the program must do with the same bytes.

use {
    ballast::state::{Asset, Vault},
    ballast_core::{
        observation::{self, Observation, Observed},
        statistics::ObserveError,
    },
};

/// The vault after an observation at `now`, and what it found.
///
/// # Errors
/// Why there is none.
pub fn observe(vault: &Vault, now: i64) -> Result<(Vault, Observation), ObserveError> {
    let mut after = *vault;
    let observed = Observed {
        now,
        holdings: vault.assets().iter().map(Asset::holding),
        total_shares: vault.total_shares,
        limits: &vault.limits,
        strategy: &vault.strategy,
    };
    let observation = observation::observe(&observed, &mut after.state)?;
    if let Some(targets_e8) = &observation.targets_e8 {
        after.store_targets(targets_e8);
    }
    after.sequence += 1;
    Ok((after, observation))
}
