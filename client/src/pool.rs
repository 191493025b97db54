//! Pools as Ballast reads them: through the program's own adapters.

use anchor_lang::Result;
use anchor_lang::prelude::{AccountInfo, Pubkey};
use ballast::amm::{Amm, Pins};
use ballast::error::BallastError;
use ballast::state::Route;
use ballast_core::pool::Pool;
use solana_account::Account;

/// What a route's pool holds and charges, from the accounts that the route pins: `accounts` in the order of `route.accounts()`. One
/// that does not exist is empty: an AMM's authority signs without ever being created.
///
/// # Errors
/// The program's own: the pool's program has changed it into one that Ballast cannot trade on, or the accounts are not the route's.
pub fn read(route: &Route, accounts: &[Option<Account>]) -> Result<Pool> {
    let pins = route.accounts();
    if accounts.len() != pins.len() {
        return Err(BallastError::AccountsMismatch.into());
    }
    let accounts = pins.iter().copied().zip(accounts.iter().map(|account| account.clone().unwrap_or_default()));
    of_pinned(route.amm()?, accounts.collect())
}

/// Which AMM a pool is of, and what a route through it would pin.
///
/// # Errors
/// Where Ballast cannot trade on the pool.
pub fn pins(address: Pubkey, account: &Account) -> Result<(Amm, Pins)> {
    let mut pool = (address, account.clone());
    let pool = info(&mut pool);
    let amm = Amm::of_pool(&pool)?;
    Ok((amm, amm.pin(&pool)?))
}

/// What a pool holds and charges, from the accounts of its [`pins`], in order.
///
/// # Errors
/// As [`read`].
pub fn of_pinned(amm: Amm, mut accounts: Vec<(Pubkey, Account)>) -> Result<Pool> {
    let infos: Vec<_> = accounts.iter_mut().map(info).collect();
    amm.pool(&infos)
}

/// An account as programs see it.
fn info((key, account): &mut (Pubkey, Account)) -> AccountInfo<'_> {
    AccountInfo::new(key, false, false, &mut account.lamports, &mut account.data, &account.owner, account.executable)
}
