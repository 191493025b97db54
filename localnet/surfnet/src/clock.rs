//! The cluster's clock in the state file. Surfpool keeps the slot there, but starts the clock from the machine's.

use anyhow::{Result, anyhow};
use surfpool_core::storage::Storage;

/// The clock's key among Surfpool's checkpoints.
const KEY: &str = "ballast_clock_ms";
const MS_PER_SEC: u64 = 1_000;

/// Keeps the clock as blocks move it.
pub struct KeptClock {
    store: Box<dyn Storage<String, u64>>,
}

impl KeptClock {
    /// Keeps the clock in this store.
    pub fn new(store: Box<dyn Storage<String, u64>>) -> Self {
        Self { store }
    }

    /// The clock that was kept, in milliseconds since 1970; `None` in a new store.
    pub fn read(store: &dyn Storage<String, u64>) -> Result<Option<u64>> {
        store.get(&KEY.to_owned()).map_err(|error| anyhow!("cannot read the kept clock: {error}"))
    }

    /// Keeps the clock, which is given in seconds since 1970.
    pub fn keep(&mut self, unix_timestamp: i64) -> Result<()> {
        let ms = u64::try_from(unix_timestamp)? * MS_PER_SEC;
        self.store.store(KEY.to_owned(), ms).map_err(|error| anyhow!("cannot keep the clock: {error}"))
    }
}
