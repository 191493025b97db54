//! Sending as one of the cluster's wallets.

use std::sync::Arc;
use std::time::Duration;

use ballast_client::rpc::{Cluster, FeePolicy, Sender};

use crate::keys;

/// Looks for a transaction in so many parts of a block's time. It is sent again after five looks, when it should have landed.
const LOOKS_PER_BLOCK: u64 = 3;

/// Sends transactions that the named wallet pays for. Nobody competes for priority here.
pub fn sender(cluster: &Cluster, name: &str, slot_ms: u64) -> Sender {
    let fees = FeePolicy { max_lamports: 0, ..FeePolicy::default() };
    let poll = Duration::from_millis((slot_ms / LOOKS_PER_BLOCK).max(1));
    Sender::new(cluster.clone(), Arc::new(keys::key(name)), fees).polling_every(poll)
}
