//! Accounts from a cluster, handed to the program's own code.

use ballast_client::anchor_lang::Result;
use ballast_client::anchor_lang::prelude::AccountInfo;
use ballast_client::{Account, Pubkey};

/// What `read`, a function of the program, makes of an account.
///
/// # Errors
/// The function's own.
pub fn with_info<T>(address: &Pubkey, account: &Account, read: impl FnOnce(&AccountInfo) -> Result<T>) -> Result<T> {
    let (mut lamports, mut data) = (account.lamports, account.data.clone());
    let info = AccountInfo::new(address, false, false, &mut lamports, &mut data, &account.owner, account.executable);
    read(&info)
}
