//! Price accounts as the program reads them.

use ballast_client::Pubkey;
use ballast_client::anchor_lang::Result;
use ballast_client::anchor_lang::prelude::AccountInfo;
use ballast_view::account::with_info;

use crate::world::World;

/// What `reader`, a function of the program, makes of an account; `None` where the account is not known.
pub fn read<T>(world: &World, address: &Pubkey, reader: impl FnOnce(&AccountInfo) -> Result<T>) -> Option<Result<T>> {
    world.account(address).map(|account| with_info(address, account, reader))
}
