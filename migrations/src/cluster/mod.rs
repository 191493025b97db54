//! The steps on a cluster by RPC, and those that only a cluster has: the program and the vault's address lookup table.

mod lookup_table;
mod program;
mod record;

pub use program::{Program, ProgramDifference};
pub use record::{Record, RecordedTransaction, VaultRecord};

use std::future::Future;

use anyhow::Result;
use ballast_client::rpc::{Cluster, Keypair, Sender};
use ballast_client::{AddressLookupTableAccount, Instruction, Pubkey, decode};

use crate::lookup_table::NAME;
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
    /// A part of the program's file was written.
    Written {
        /// Parts so far.
        written: usize,
        /// All parts that were missing.
        total: usize,
    },
}

/// A cluster to run the steps on. To be used on a runtime of several threads.
pub struct ClusterChain<'a> {
    cluster: Cluster,
    sender: Sender,
    record: &'a mut Record,
    tables: Vec<AddressLookupTableAccount>,
    step: &'static str,
    progress: Box<dyn FnMut(Progress) + Send + 'a>,
}

/// What is wanted on a cluster.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The program; `None` to leave the cluster's as it is.
    pub program: Option<Program>,
    /// The vault.
    pub deployment: Deployment,
    /// The accounts that publish its assets' prices, for the lookup table.
    pub price_accounts: Vec<Pubkey>,
}

/// A step's name, and the number of transactions that it sent.
pub type Done = (&'static str, usize);

/// A step's name, and the number of transactions that it would send; `None` where that cannot be told before earlier steps are done.
pub type ToDo = (&'static str, Option<usize>);

impl<'a> ClusterChain<'a> {
    /// A chain whose transactions `sender`'s keypair, the admin's, pays for and signs.
    pub fn new(cluster: Cluster, sender: Sender, record: &'a mut Record, progress: impl FnMut(Progress) + Send + 'a) -> Self {
        Self { cluster, sender, record, tables: Vec::new(), step: "", progress: Box::new(progress) }
    }

    /// Runs every step, in order; a second run does nothing.
    ///
    /// # Errors
    /// At the first conflict or rejected transaction. What was sent before stays; run again after mending the cause.
    pub async fn run(&mut self, wanted: &Wanted) -> Result<Vec<Done>> {
        let mut done = Vec::new();
        if let Some(program) = &wanted.program {
            done.push((program::NAME, self.ensure_program(program).await?));
        }
        done.push((NAME, self.ensure_lookup_table(wanted).await?));
        // The steps ask and send one after the other, whatever the chain: here they wait for the network.
        done.extend(tokio::task::block_in_place(|| crate::run(self, &wanted.deployment))?);
        Ok(done)
    }

    /// What [`run`](Self::run) would do. Sends nothing.
    ///
    /// # Errors
    /// At the first conflict.
    pub async fn difference(&self, wanted: &Wanted) -> Result<Vec<ToDo>> {
        let mut to_do = Vec::new();
        if let Some(program) = &wanted.program {
            to_do.push((program::NAME, Some(self.program_transactions(program).await?)));
        }
        to_do.push((NAME, Some(self.missing_of_lookup_table(wanted).await?.len())));
        let count = |(step, difference)| match difference {
            Difference::None => (step, Some(0)),
            Difference::Missing(missing) => (step, Some(missing.len())),
            Difference::Unknown => (step, None),
        };
        to_do.extend(tokio::task::block_in_place(|| crate::difference(self, &wanted.deployment))?.into_iter().map(count));
        Ok(to_do)
    }

    /// The vault's lookup table, once there is one.
    pub fn lookup_table(&self) -> Option<Pubkey> {
        self.tables.first().map(|table| table.key)
    }

    /// Sends one transaction, and records it. Returns the slot in which it was confirmed.
    async fn submit(&mut self, instructions: &[Instruction], signers: &[&Keypair]) -> Result<u64> {
        let sent = self.sender.send(instructions, signers, &self.tables).await?;
        let signature = sent.signature.to_string();
        self.record.add(self.step, &signature)?;
        (self.progress)(Progress::Confirmed { step: self.step, signature });
        Ok(sent.slot)
    }
}

impl Chain for ClusterChain<'_> {
    type Error = anyhow::Error;

    fn account_data(&self, address: &Pubkey) -> Result<Option<Vec<u8>>> {
        let account = wait(self.cluster.account(address))?.filter(decode::is_made);
        Ok(account.map(|account| account.data))
    }

    fn begin(&mut self, step: &'static str) {
        self.step = step;
        (self.progress)(Progress::Step(step));
    }

    fn send(&mut self, instructions: &[Instruction]) -> Result<()> {
        wait(self.submit(instructions, &[])).map(drop)
    }
}

/// Waits for the network, where the runtime allows that: within `block_in_place`.
fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Handle::current().block_on(future)
}
