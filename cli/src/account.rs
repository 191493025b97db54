//! Accounts from the cluster, handed to the program's own code.

use anyhow::Result;
use ballast_client::Account;
use ballast_client::Pubkey;
use ballast_client::anchor_lang::prelude::AccountInfo;
use ballast_client::ballast::token;

use crate::quote::refusal;

/// Calls the program's code with an account.
///
/// # Errors
/// The program's own.
pub fn with_info<T>(
    address: &Pubkey,
    account: &Account,
    read: impl FnOnce(&AccountInfo) -> ballast_client::anchor_lang::Result<T>,
) -> Result<T> {
    let (mut lamports, mut data) = (account.lamports, account.data.clone());
    let info = AccountInfo::new(address, false, false, &mut lamports, &mut data, &account.owner, account.executable);
    read(&info).map_err(refusal)
}

/// Raw units in a token account of either token program.
///
/// # Errors
/// Where it is no token account.
pub fn token_units(address: &Pubkey, account: &Account) -> Result<u64> {
    with_info(address, account, token::amount)
}
