//! Decoding of accounts, events and return data.

use anchor_lang::prelude::Pubkey;
use anchor_lang::{AccountDeserialize, AnchorDeserialize, Discriminator, Event};
use ballast::instructions::Preview;
use ballast::state::{Claims, QueuedChange, Route, Vault};

use crate::events;

/// The account that tells the cluster's time.
pub const CLOCK: Pubkey = anchor_lang::pubkey!("SysvarC1ock11111111111111111111111111111111");

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

/// Reads what `preview_rebalance` returned.
pub fn preview(return_data: &[u8]) -> Option<Preview> {
    Preview::try_from_slice(return_data).ok()
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
