//! Decoding of accounts, events and return data.
//!
//! What a function reads tells nothing of who wrote it: look at the account's owner as well, as `rpc::Cluster` does.
//!
//! ```
//! use ballast_client::decode;
//!
//! assert!(decode::vault(b"something else").is_none());
//! ```

use anchor_lang::prelude::Pubkey;
use anchor_lang::{AccountDeserialize, AnchorDeserialize, AnchorSerialize, Discriminator, Event, system_program};
use ballast::instructions::Preview;
use ballast::state::{Claims, QueuedChange, Route, Vault};
use solana_account::Account;

use crate::events;

/// The account that tells the cluster's time.
pub const CLOCK: Pubkey = anchor_lang::pubkey!("SysvarC1ock11111111111111111111111111111111");

/// Whether anything was made at an account's address. Anybody can send lamports to an address where nothing is yet: then there is an
/// account, of the system program and without data, and what belongs there can still be made.
///
/// ```
/// use ballast_client::{Account, Pubkey, decode};
///
/// let gift = Account { lamports: 890_880, ..Account::default() };
/// assert!(!decode::is_made(&gift));
/// assert!(decode::is_made(&Account { owner: Pubkey::new_unique(), ..gift }));
/// ```
pub fn is_made(account: &Account) -> bool {
    account.owner != system_program::ID || !account.data.is_empty()
}

/// Reads a vault account's data; `None` if it is not one.
pub fn vault(data: &[u8]) -> Option<Vault> {
    zero_copy(data)
}

/// Reads a route account's data; `None` if it is not one.
pub fn route(data: &[u8]) -> Option<Route> {
    zero_copy(data)
}

/// Reads a queued change's account; `None` if it is not one.
pub fn queued_change(data: &[u8]) -> Option<QueuedChange> {
    QueuedChange::try_deserialize(&mut &*data).ok()
}

/// Reads a claims account's data; `None` if it is not one.
pub fn claims(data: &[u8]) -> Option<Claims> {
    zero_copy(data)
}

/// Reads what `preview_rebalance` returned. Some nodes leave zeros at the end of return data out.
pub fn preview(return_data: &[u8]) -> Option<Preview> {
    let mut data = return_data.to_vec();
    data.resize(preview_bytes().max(data.len()), 0);
    Preview::try_from_slice(&data).ok()
}

/// Bytes of a preview, which are the same for all.
fn preview_bytes() -> usize {
    let mut bytes = vec![];
    Preview::default().serialize(&mut bytes).map_or(0, |()| bytes.len())
}

/// The events of one type that Ballast wrote into a transaction's log, in order. See [`events::all`] for those of every type.
pub fn events<E: Event + AnchorDeserialize + Discriminator>(logs: &[String]) -> Vec<E> {
    events::own_data(logs).filter_map(|data| events::decode(&data)).collect()
}

/// The cluster's clock, Unix time in seconds, from the data of [`CLOCK`].
pub fn unix_time(clock: &[u8]) -> Option<i64> {
    // The last of five fields of eight bytes each.
    clock.get(32..40)?.try_into().ok().map(i64::from_le_bytes)
}

fn zero_copy<T: bytemuck::AnyBitPattern + Discriminator>(data: &[u8]) -> Option<T> {
    let body = data.strip_prefix(T::DISCRIMINATOR)?;
    // Copied out, since a slice from the network need not be aligned.
    bytemuck::try_pod_read_unaligned(body.get(..std::mem::size_of::<T>())?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preview_is_read_without_the_zeros_at_its_end() {
        let told = Preview { reason: 6, nav_usd: 5, ..Preview::default() };
        let mut bytes = vec![];
        told.serialize(&mut bytes).unwrap();
        assert_eq!(preview(&bytes), Some(told));
        let end = bytes.iter().rposition(|byte| *byte != 0).unwrap();
        assert_eq!(preview(&bytes[..=end]), Some(told));
        bytes.push(0);
        assert_eq!(preview(&bytes), None, "more than a preview");
    }

    #[test]
    fn unix_time_is_the_clocks_last_field() {
        let mut clock = [[1; 8], [2; 8], [3; 8], [4; 8], 1_700_000_000_i64.to_le_bytes()].concat();
        assert_eq!(unix_time(&clock), Some(1_700_000_000));
        clock.pop();
        assert_eq!(unix_time(&clock), None);
    }
}
