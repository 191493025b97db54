//! 0006: the vault has an address lookup table with everything that its transactions name. It comes before the vault, whose own
//! creation may not fit a transaction without.
//!
//! A table's address depends on the slot in which it was made: somebody has to remember it, and what is on the chain counts.

use ballast_client::anchor_lang::error::Error as PoolError;
use ballast_client::{Account, Pubkey, address, lookup, pool};

use crate::Deployment;

/// The step's name.
pub const NAME: &str = "0006_lookup_table";

/// Every address that the vault's transactions will name, its routes' included; `pools` are the accounts of the deployment's pools, in
/// their order.
///
/// # Errors
/// Where there is no such pool, or Ballast cannot trade on it.
pub fn addresses(deployment: &Deployment, price_accounts: &[Pubkey], pools: &[Option<Account>]) -> Result<Vec<Pubkey>, String> {
    let view = deployment.view();
    let mut addresses = [lookup::addresses(&view, &[], price_accounts), price_accounts.to_vec()].concat();
    for (pool, account) in deployment.pools.iter().zip(pools) {
        let account = account.as_ref().ok_or_else(|| format!("there is no pool {pool} on this cluster; correct `pools`"))?;
        let (amm, pins) = pool::pins(*pool, account).map_err(|error| refused(pool, &error))?;
        addresses.extend([address::route(&view.address, pool), amm.program_id()]);
        addresses.extend(pins.accounts);
    }
    Ok(addresses)
}

/// Why Ballast cannot trade on a pool, in the program's words. An adapter's errors are all Ballast's.
fn refused(pool: &Pubkey, error: &PoolError) -> String {
    match error {
        PoolError::AnchorError(error) => {
            format!("the pool {pool}: {} ({}): {}; correct `pools`", error.error_name, error.error_code_number, error.error_msg)
        }
        PoolError::ProgramError(error) => format!("the pool {pool}: {}; correct `pools`", error.program_error),
    }
}

#[cfg(test)]
mod tests {
    use ballast_client::ballast::error::BallastError;

    use super::*;

    #[test]
    fn a_refused_pool_is_told_in_the_programs_words() {
        let pool = Pubkey::new_unique();
        let error = refused(&pool, &BallastError::UnsupportedPool.into());
        let code = u32::from(BallastError::UnsupportedPool);
        assert_eq!(
            error,
            format!("the pool {pool}: UnsupportedPool ({code}): {}; correct `pools`", BallastError::UnsupportedPool)
        );
    }
}
