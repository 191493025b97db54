//! 0007: the program is on the cluster, as the file has it. It comes first: without it there is no vault.
//!
//! By the upgradeable loader, as `solana program deploy` does: the file goes into a buffer in many small writes, and one transaction
//! makes the buffer the program. A run that broke off finds its buffer again by the keypair beside the record, and writes only what
//! is missing.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use ballast_client::rpc::Keypair;
use ballast_client::{Instruction, Pubkey, decode};
use solana_keypair::{read_keypair_file, write_keypair_file};
use solana_loader_v3_interface::get_program_data_address;
use solana_loader_v3_interface::instruction::{create_buffer, deploy_with_max_program_len, extend_program, upgrade, write};
use solana_loader_v3_interface::state::UpgradeableLoaderState as Loader;
use solana_signer::Signer;
use tokio::task::JoinSet;

use super::{ClusterChain, Progress};
use crate::Chain;

/// The step's name.
pub const NAME: &str = "0007_program";
/// Bytes of the file that fit a transaction beside all else.
const CHUNK: usize = 900;
/// Writes that are on their way at the same time.
const AT_ONCE: usize = 32;
/// Least bytes by which the loader lets a program grow.
const LEAST_EXTENSION: usize = 10_240;
/// How often to look whether the next slot has come.
const SLOT_POLL: Duration = Duration::from_millis(100);
/// Where a buffer names its authority: behind its kind and a byte that says that there is one.
const BUFFER_AUTHORITY: usize = 4;
/// The same of a program's data: behind its kind and the slot of its deployment.
const DATA_AUTHORITY: usize = 12;

/// A program that is wanted.
#[derive(Clone, Debug)]
pub struct Program {
    /// Its address.
    pub address: Pubkey,
    /// The file.
    pub elf: Vec<u8>,
    /// The keypair of its address, for its first deployment.
    pub keypair: Option<Arc<Keypair>>,
}

/// What has to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgramDifference {
    /// Nothing: the cluster has the file's bytes.
    None,
    /// There is no program at the address.
    Missing,
    /// There is another one, with room for this many bytes.
    Other {
        /// Bytes.
        capacity: usize,
    },
}

impl ClusterChain<'_> {
    /// Deploys or upgrades the program where it differs. Returns the number of transactions.
    ///
    /// # Errors
    /// Where a key is missing or another's, or a transaction is rejected; the next run goes on from there.
    pub async fn ensure_program(&mut self, program: &Program) -> Result<usize> {
        self.begin(NAME);
        let difference = self.program_difference(program).await?;
        if difference == ProgramDifference::None {
            return Ok(0);
        }
        let keypair = program.keypair.as_ref().filter(|keypair| keypair.pubkey() == program.address);
        if difference == ProgramDifference::Missing && keypair.is_none() {
            bail!("the first deployment needs the keypair of {}; give its file", program.address);
        }
        let buffer_file = self.record.buffer_file();
        let buffer = open_buffer(&buffer_file)?;
        let mut sent = self.fill_buffer(&buffer, &program.elf).await?;

        let (payer, buffer_address) = (self.sender.payer(), buffer.pubkey());
        if let ProgramDifference::Other { capacity } = difference {
            if let Some(lacking) = program.elf.len().checked_sub(capacity).filter(|lacking| *lacking > 0) {
                let extension = u32::try_from(lacking.max(LEAST_EXTENSION))?;
                let extend = extend_program(&program.address, Some(&payer), extension);
                let slot = self.submit(&[extend], &[]).await?;
                // One change of a program a slot.
                self.wait_after(slot).await?;
                sent += 1;
            }
            let upgrade = upgrade(&program.address, &buffer_address, &payer, &payer);
            self.submit(&[upgrade], &[]).await?;
        } else {
            let rent = self.rent(Loader::size_of_program()).await?;
            let length = program.elf.len();
            let deploy = deploy_with_max_program_len(&payer, &program.address, &buffer_address, &payer, rent, length)
                .map_err(|error| anyhow::anyhow!("the program cannot be deployed: {error:?}"))?;
            let signers: Vec<&Keypair> = keypair.map(|keypair| &**keypair).into_iter().collect();
            self.submit(&deploy, &signers).await?;
        }
        let is_there = self.program_difference(program).await? == ProgramDifference::None;
        ensure!(is_there, "the cluster has other bytes than the file after the deployment; look at {}", program.address);
        std::fs::remove_file(&buffer_file).with_context(|| format!("cannot remove {}", buffer_file.display()))?;
        Ok(sent + 1)
    }

    /// How many transactions [`ensure_program`](Self::ensure_program) would send, at most.
    pub(super) async fn program_transactions(&self, program: &Program) -> Result<usize> {
        let writes = program.elf.chunks(CHUNK).len();
        Ok(match self.program_difference(program).await? {
            ProgramDifference::None => 0,
            ProgramDifference::Other { capacity } if capacity < program.elf.len() => writes + 3,
            ProgramDifference::Other { .. } | ProgramDifference::Missing => writes + 2,
        })
    }

    /// How the cluster's program differs from the file.
    ///
    /// # Errors
    /// Where somebody else may upgrade it, or nobody.
    pub async fn program_difference(&self, program: &Program) -> Result<ProgramDifference> {
        let data = self.cluster.account(&get_program_data_address(&program.address)).await?;
        let Some(data) = data.filter(decode::is_made) else { return Ok(ProgramDifference::Missing) };
        let code = data.data.get(Loader::size_of_programdata_metadata()..).context("the program's data is too short")?;
        // What is allocated beyond the file is zeros.
        let is_same = code.strip_prefix(&*program.elf).is_some_and(|rest| rest.iter().all(|byte| *byte == 0));
        if is_same {
            return Ok(ProgramDifference::None);
        }
        let authority = authority(&data.data, DATA_AUTHORITY);
        let holder = authority.map_or_else(|| "nobody".into(), |holder| holder.to_string());
        let is_own = authority == Some(self.sender.payer());
        ensure!(is_own, "{holder} may upgrade the program {}, which differs from the file; use that key", program.address);
        Ok(ProgramDifference::Other { capacity: code.len() })
    }

    /// Creates the buffer if it is missing, and writes what of the file it lacks.
    async fn fill_buffer(&mut self, buffer: &Keypair, elf: &[u8]) -> Result<usize> {
        let (payer, address) = (self.sender.payer(), buffer.pubkey());
        let mut sent = 0;
        let mut present = self.buffer(&address, &payer, elf.len()).await?;
        if present.is_none() {
            let rent = self.rent(Loader::size_of_buffer(elf.len())).await?;
            let create = create_buffer(&payer, &address, &payer, rent, elf.len())
                .map_err(|error| anyhow::anyhow!("the buffer cannot be created: {error:?}"))?;
            self.submit(&create, &[buffer]).await?;
            (sent, present) = (1, Some(vec![0; elf.len()]));
        }
        let present = present.unwrap_or_default();
        let chunks = elf.chunks(CHUNK).zip(present.chunks(CHUNK)).enumerate();
        let missing = chunks.filter(|(_, (wanted, there))| wanted != there);
        let write = |(number, (wanted, _)): (usize, (&[u8], &[u8]))| {
            Ok(write(&address, &payer, u32::try_from(number * CHUNK)?, wanted.to_vec()))
        };
        let writes: Vec<Instruction> = missing.map(write).collect::<Result<_>>()?;
        sent += writes.len();
        self.write_all(writes).await?;
        Ok(sent)
    }

    /// Sends writes in any order, many at once.
    async fn write_all(&mut self, writes: Vec<Instruction>) -> Result<()> {
        let total = writes.len();
        let (mut waiting, mut running, mut written) = (writes.into_iter(), JoinSet::new(), 0);
        loop {
            while running.len() < AT_ONCE
                && let Some(write) = waiting.next()
            {
                let sender = self.sender.clone();
                running.spawn(async move { sender.send(&[write], &[], &[]).await });
            }
            let Some(finished) = running.join_next().await else { return Ok(()) };
            finished??;
            written += 1;
            (self.progress)(Progress::Written { written, total });
        }
    }

    /// What the buffer holds of the file; `None` where there is no buffer.
    async fn buffer(&self, address: &Pubkey, payer: &Pubkey, length: usize) -> Result<Option<Vec<u8>>> {
        let Some(account) = self.cluster.account(address).await? else { return Ok(None) };
        let is_own = authority(&account.data, BUFFER_AUTHORITY) == Some(*payer);
        let code = account.data.get(Loader::size_of_buffer_metadata()..).filter(|code| is_own && code.len() == length);
        let code = code.with_context(|| {
            format!("the buffer {address} of a broken-off run is for another file or key; close it, and remove its keypair")
        })?;
        Ok(Some(code.to_vec()))
    }

    async fn rent(&self, bytes: usize) -> Result<u64> {
        Ok(self.cluster.rpc().get_minimum_balance_for_rent_exemption(bytes).await?)
    }

    /// Waits until a slot is over.
    pub(super) async fn wait_after(&self, slot: u64) -> Result<()> {
        while slot > 0 && self.cluster.rpc().get_slot().await? <= slot {
            tokio::time::sleep(SLOT_POLL).await;
        }
        Ok(())
    }
}

/// The keypair of the buffer: that of a broken-off run, or a new one, kept until the deployment is done.
fn open_buffer(file: &Path) -> Result<Keypair> {
    if file.exists() {
        return read_keypair_file(file).map_err(|error| anyhow::anyhow!("cannot read {}: {error}", file.display()));
    }
    let buffer = Keypair::new();
    write_keypair_file(&buffer, file).map_err(|error| anyhow::anyhow!("cannot write {}: {error}", file.display()))?;
    Ok(buffer)
}

/// An optional address in the loader's accounts.
fn authority(data: &[u8], at: usize) -> Option<Pubkey> {
    let (is_some, rest) = data.get(at..)?.split_first()?;
    let bytes: [u8; 32] = rest.get(..32)?.try_into().ok()?;
    (*is_some == 1).then(|| Pubkey::new_from_array(bytes))
}

/// The file that keeps a buffer's keypair, beside the record.
pub(super) fn buffer_file(record: &Path) -> PathBuf {
    record.with_extension("buffer.json")
}
