//! The steps on a cluster by RPC, and those that only a cluster has: the program and the vault's address lookup table.

mod lookup_table;
mod record;

pub use record::{Record, VaultRecord};

use std::future::Future;

use anyhow::{Context, Result};
use ballast_client::rpc::{Cluster, Sender};
use ballast_client::{AddressLookupTableAccount, Instruction, Pubkey};

use crate::{Chain, Deployment, Difference};

/// What a run tells while it goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// A step begins.
    Step(&'static str),
    /// A transaction of it was confirmed.
    Confirmed {
        /// The step.
        step: &'static str,
        /// The transaction's signature.
        signature: String,
    },
}

/// A cluster to run the steps on. To be used on a runtime of several threads.
pub struct ClusterChain<'a> {
    cluster: Cluster,
    sender: Option<Sender>,
    record: &'a mut Record,
    tables: Vec<AddressLookupTableAccount>,
    step: &'static str,
    progress: Box<dyn FnMut(Progress) + Send + 'a>,
}

/// What is wanted on a cluster.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The vault.
    pub deployment: Deployment,
    /// The accounts that publish its assets' prices, for the lookup table.
    pub price_accounts: Vec<Pubkey>,
}

/// A step's name, and the number of transactions that it sent.
pub type Done = (&'static str, usize);

impl<'a> ClusterChain<'a> {
    /// A chain whose transactions `sender`'s keypair, the admin's, pays for and signs; without a sender one that can only be read.
    pub fn new(
        cluster: Cluster,
        sender: Option<Sender>,
        record: &'a mut Record,
        progress: impl FnMut(Progress) + Send + 'a,
    ) -> Self {
        Self { cluster, sender, record, tables: Vec::new(), step: "", progress: Box::new(progress) }
    }

    /// Runs every step, in order; a second run does nothing.
    ///
    /// # Errors
    /// At the first conflict or rejected transaction. What was sent before stays; run again after mending the cause.
    pub async fn run(&mut self, wanted: &Wanted) -> Result<Vec<Done>> {
        let mut done = vec![(lookup_table::NAME, self.ensure_lookup_table(wanted).await?)];
        // The steps ask and send one after the other, whatever the chain: here they wait for the network.
        done.extend(tokio::task::block_in_place(|| crate::run(self, &wanted.deployment))?);
        Ok(done)
    }

    /// What [`run`](Self::run) would do. Sends nothing.
    ///
    /// # Errors
    /// At the first conflict.
    pub async fn difference(&self, wanted: &Wanted) -> Result<Vec<(&'static str, Difference)>> {
        let mut differences = vec![(lookup_table::NAME, self.lookup_table_difference(wanted).await?)];
        differences.extend(tokio::task::block_in_place(|| crate::difference(self, &wanted.deployment))?);
        Ok(differences)
    }

    /// The vault's lookup table, once there is one.
    pub fn lookup_table(&self) -> Option<Pubkey> {
        self.tables.first().map(|table| table.key)
    }

    /// Sends one transaction, and records it. Returns the slot in which it was confirmed.
    async fn submit(&mut self, instructions: &[Instruction]) -> Result<u64> {
        let sender = self.sender.as_ref().context("this chain can only be read")?;
        let sent = sender.send(instructions, &[], &self.tables).await?;
        let signature = sent.signature.to_string();
        self.record.add(self.step, &signature)?;
        (self.progress)(Progress::Confirmed { step: self.step, signature });
        Ok(sent.slot)
    }
}

impl Chain for ClusterChain<'_> {
    type Error = anyhow::Error;

    fn account_data(&self, address: &Pubkey) -> Result<Option<Vec<u8>>> {
        Ok(wait(self.cluster.account(address))?.map(|account| account.data))
    }

    fn begin(&mut self, step: &'static str) {
        self.step = step;
        (self.progress)(Progress::Step(step));
    }

    fn send(&mut self, instructions: &[Instruction]) -> Result<()> {
        wait(self.submit(instructions)).map(drop)
    }
}

/// Waits for the network, where the runtime allows that: within `block_in_place`.
fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Handle::current().block_on(future)
}
