//! Price accounts as the program reads them.

use ballast_client::Pubkey;
use ballast_client::anchor_lang::Result;
use ballast_client::anchor_lang::prelude::AccountInfo;

use crate::world::World;

/// What `reader`, a function of the program, makes of an account; `None` where the account is not known.
pub fn read<T>(world: &World, address: &Pubkey, reader: impl FnOnce(&AccountInfo) -> Result<T>) -> Option<Result<T>> {
    let mut account = world.account(address)?.clone();
    let info = AccountInfo::new(address, false, false, &mut account.lamports, &mut account.data, &account.owner, false);
    Some(reader(&info))
}
