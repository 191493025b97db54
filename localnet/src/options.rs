//! What kind of local cluster is wanted.

use std::path::PathBuf;

use anyhow::{Result, ensure};
use ballast_fixtures::programs::project_dir;

/// 2022-04-01, as in the demo: the first days are calm, and two crashes follow.
const START: i64 = 1_648_771_200;
/// Longest that a block may take by the cluster's clock: prices live no longer than five times this.
const LONGEST_STEP_MS: f64 = 60_000.0;

/// A local cluster.
#[derive(Clone, Debug)]
pub struct Options {
    /// Port of the RPC endpoint; `None` for a free one.
    pub port: Option<u16>,
    /// Port of the WebSocket endpoint; `None` for a free one.
    pub ws_port: Option<u16>,
    /// The folder for manifest, keys and configuration; with `keep` also for the chain.
    pub dir: PathBuf,
    /// Whether the chain is kept in the folder, and found there again.
    pub keep: bool,
    /// How much faster than real time the cluster's clock runs.
    pub speed: f64,
    /// Milliseconds between two blocks.
    pub slot_ms: u64,
    /// Where the clock of a new chain starts, seconds since 1970: prices are those of that time.
    pub start: i64,
    /// How many vaults there are.
    pub vaults: usize,
    /// What `admin` deposits first into each vault, in whole US dollars; 0 for nothing.
    pub deposit_usd: u64,
    /// Whether prices follow the bundled data; otherwise they stay as they start, though published anew.
    pub replay: bool,
}

impl Default for Options {
    /// As `cargo xtask localnet` starts it, but on free ports.
    fn default() -> Self {
        Self {
            port: None,
            ws_port: None,
            dir: project_dir().join("target/localnet"),
            keep: false,
            speed: 60.0,
            slot_ms: 400,
            start: START,
            vaults: 1,
            deposit_usd: 100_000,
            replay: true,
        }
    }
}

impl Options {
    /// Milliseconds that the clock advances with each block.
    ///
    /// # Errors
    /// Where a block would take so long that prices are too old before anybody can use them, or no time at all.
    pub(crate) fn clock_step_ms(&self) -> Result<u64> {
        let step = self.slot_ms as f64 * self.speed;
        ensure!(step >= 1.0, "a speed of {} leaves blocks of {} ms no time: give a higher one", self.speed, self.slot_ms);
        ensure!(
            step <= LONGEST_STEP_MS,
            "at a speed of {} a block of {} ms takes more than a minute of the cluster's clock, and prices are too old when they \
             are used: give a lower speed, or shorter blocks by --slot-ms",
            self.speed,
            self.slot_ms
        );
        Ok(step.round() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(speed: f64, slot_ms: u64) -> Result<u64, String> {
        Options { speed, slot_ms, ..Options::default() }.clock_step_ms().map_err(|error| error.to_string())
    }

    #[test]
    fn the_clock_steps_by_speed_times_the_blocks_time() {
        assert_eq!(step(60.0, 400), Ok(24_000));
        assert_eq!(step(0.5, 100), Ok(50));
        assert!(step(600.0, 400).unwrap_err().contains("--slot-ms"));
        for speed in [0.0, -1.0, f64::NAN] {
            assert!(step(speed, 400).unwrap_err().contains("higher"), "{speed}");
        }
    }
}
