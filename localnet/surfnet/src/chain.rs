//! The chain: Surfpool's virtual machine, in memory or over a file.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, anyhow};
use crossbeam_channel::{Receiver, Sender};
use surfpool_core::storage::StorageFifoMap;
use surfpool_core::surfnet::GeyserEvent;
use surfpool_core::surfnet::svm::SurfnetSvm;
use surfpool_types::{SimnetCommand, SimnetEvent, SurfpoolConfig};

use crate::clock::KeptClock;
use crate::options::Options;

const MS_PER_SEC: u64 = 1_000;

/// A chain that does not produce blocks yet.
pub struct Chain {
    svm: SurfnetSvm,
    geyser_events: Receiver<GeyserEvent>,
    is_kept: bool,
}

impl Chain {
    /// Opens the chain that the options name, its clock where it was or where they start it. Returns its events with it.
    pub fn open(options: &Options) -> Result<(Self, Receiver<SimnetEvent>)> {
        let path = options.state.as_ref().map(|path| path.to_str().context("--state must be a path in UTF-8")).transpose()?;
        let opened = SurfnetSvm::new_with_db(path, options.svm());
        let (mut svm, events, geyser_events) = opened.map_err(|error| anyhow!("cannot open the chain: {error}"))?;
        let kept_ms = KeptClock::read(svm.slot_checkpoint.as_ref())?;
        // What the last block had written may be a block newer than the clock that was kept.
        let start_ms = kept_ms.map_or_else(|| start_ms(options), |kept_ms| Ok(kept_ms + options.clock_step_ms))?;
        set_clock(&mut svm, start_ms)?;
        // Copies of all accounts around every transaction, half a megabyte each: nobody asks for them.
        svm.executed_transaction_profiles = Box::new(StorageFifoMap::new(1));
        // Surfpool's own, of well-known programs: it adds them to the file at every start, and reads them all at the next.
        svm.registered_idls.clear().map_err(|error| anyhow!("cannot clear the interface descriptions: {error}"))?;
        Ok((Self { svm, geyser_events, is_kept: path.is_some() }, events))
    }

    /// Where to keep the clock; `None` for a chain in memory.
    pub fn kept_clock(&self) -> Option<KeptClock> {
        self.is_kept.then(|| KeptClock::new(self.svm.slot_checkpoint.clone_box()))
    }

    /// Produces blocks and answers requests until the command to end.
    pub async fn run(
        self,
        config: SurfpoolConfig,
        commands: Sender<SimnetCommand>,
        received: Receiver<SimnetCommand>,
    ) -> Result<(), String> {
        let run = surfpool_core::start_local_surfnet(self.svm, config, commands, received, self.geyser_events);
        run.await.map_err(|error| error.to_string())
    }
}

fn start_ms(options: &Options) -> Result<u64> {
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).context("the machine's clock stands before 1970");
    let secs = options.start.map_or_else(|| now().map(|passed| passed.as_secs()), Ok)?;
    secs.checked_mul(MS_PER_SEC).context("--start is too late")
}

/// Surfpool derives the clock from the time of the first slot whenever it starts.
fn set_clock(svm: &mut SurfnetSvm, now_ms: u64) -> Result<()> {
    let passed_ms = (svm.get_latest_absolute_slot() - svm.genesis_slot).checked_mul(svm.slot_time);
    let genesis_ms = passed_ms.and_then(|passed_ms| now_ms.checked_sub(passed_ms));
    svm.genesis_updated_at = genesis_ms.context("the chain has more slots than its clock has room for: lower --clock-step-ms")?;
    svm.updated_at = now_ms;
    svm.reconstruct_sysvars();
    Ok(())
}
