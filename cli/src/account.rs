//! Accounts from the cluster, handed to the program's own code.

use anyhow::Result;
use ballast_client::ballast::token;
use ballast_client::{Account, Pubkey};
use ballast_view::Refusal;
use ballast_view::account::with_info;

/// Raw units in a token account of either token program.
///
/// # Errors
/// Where it is no token account.
pub fn token_units(address: &Pubkey, account: &Account) -> Result<u64> {
    Ok(with_info(address, account, token::amount).map_err(Refusal::from)?)
}
