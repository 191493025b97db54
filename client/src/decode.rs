//! Decoding of accounts, events and return data.

use anchor_lang::{AccountDeserialize, AnchorDeserialize, Discriminator, Event};
use ballast::instructions::Preview;
use ballast::state::{Claims, QueuedChange, Route, Vault};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

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

/// The events of one type in a transaction's logs, in order.
///
/// Any program can log any bytes, so trust these only from transactions whose programs you know.
pub fn events<E: Event + AnchorDeserialize + Discriminator>(logs: &[String]) -> Vec<E> {
    logs.iter().filter_map(|line| event(line.strip_prefix("Program data: ")?)).collect()
}

fn event<E: AnchorDeserialize + Discriminator>(encoded: &str) -> Option<E> {
    let bytes = STANDARD.decode(encoded).ok()?;
    E::try_from_slice(bytes.strip_prefix(E::DISCRIMINATOR)?).ok()
}

fn zero_copy<T: bytemuck::AnyBitPattern + Discriminator>(data: &[u8]) -> Option<T> {
    let body = data.strip_prefix(T::DISCRIMINATOR)?;
    // Copied out, since a slice from the network need not be aligned.
    bytemuck::try_pod_read_unaligned(body.get(..std::mem::size_of::<T>())?).ok()
}
