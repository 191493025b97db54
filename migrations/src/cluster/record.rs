//! The record of a deployment: which step sent which transaction, when. It helps people, and remembers the lookup table; what is on
//! the chain is the truth, and a lost record costs no more than another lookup table.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use ballast_client::Pubkey;
use serde::{Deserialize, Serialize};

use super::program::buffer_file;

/// A record file, open for one vault on one cluster.
#[derive(Clone, Debug)]
pub struct Record {
    path: PathBuf,
    file: RecordFile,
    index: usize,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RecordFile {
    vaults: Vec<VaultRecord>,
}

/// What was done for one vault on one cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VaultRecord {
    /// Which cluster.
    pub genesis_hash: String,
    /// The vault's address.
    pub vault: String,
    /// Its address lookup table.
    pub lookup_table: Option<String>,
    /// Confirmed transactions, in order.
    pub transactions: Vec<RecordedTransaction>,
}

/// A confirmed transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecordedTransaction {
    /// The step that sent it.
    pub step: String,
    /// Its signature.
    pub signature: String,
    /// When, in seconds since 1970, by the clock of the machine that sent it.
    pub time: u64,
}

impl Record {
    /// Opens the record of a vault. Nothing is written before there is something to tell.
    ///
    /// # Errors
    /// Where there is a file that cannot be read or understood.
    pub fn open(path: &Path, genesis_hash: &str, vault: &Pubkey) -> Result<Self> {
        let read = || -> Result<RecordFile> {
            match std::fs::read_to_string(path) {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(RecordFile::default()),
                text => Ok(serde_json::from_str(&text?)?),
            }
        };
        let mut file = read().with_context(|| {
            format!("the record {} cannot be read; mend it, or move it away: the chain is the truth", path.display())
        })?;
        let vault = vault.to_string();
        let position = file.vaults.iter().position(|record| record.genesis_hash == genesis_hash && record.vault == vault);
        let index = position.unwrap_or(file.vaults.len());
        if position.is_none() {
            file.vaults.push(VaultRecord { genesis_hash: genesis_hash.into(), vault, ..VaultRecord::default() });
        }
        Ok(Self { path: path.into(), file, index })
    }

    /// What was done so far.
    pub fn vault(&self) -> &VaultRecord {
        &self.file.vaults[self.index]
    }

    /// The vault's lookup table.
    ///
    /// # Errors
    /// Where the file has something else in its place.
    pub fn lookup_table(&self) -> Result<Option<Pubkey>> {
        let recorded = self.vault().lookup_table.as_deref().map(str::parse).transpose();
        recorded.with_context(|| format!("{}: lookupTable is not an address", self.path.display()))
    }

    /// The file that keeps the keypair of a program's buffer while it is being written.
    pub(super) fn buffer_file(&self) -> PathBuf {
        buffer_file(&self.path)
    }

    /// Remembers the lookup table.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn set_lookup_table(&mut self, table: &Pubkey) -> Result<()> {
        self.file.vaults[self.index].lookup_table = Some(table.to_string());
        self.write()
    }

    /// Adds a confirmed transaction.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn add(&mut self, step: &str, signature: &str) -> Result<()> {
        let time = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let transaction = RecordedTransaction { step: step.into(), signature: signature.into(), time };
        self.file.vaults[self.index].transactions.push(transaction);
        self.write()
    }

    /// Replaces the file at once: a run that is killed leaves the old record or the new one, never half of it.
    fn write(&self) -> Result<()> {
        let write = || -> Result<()> {
            let beside = self.path.with_extension("tmp");
            std::fs::write(&beside, serde_json::to_string_pretty(&self.file)? + "\n")?;
            Ok(std::fs::rename(&beside, &self.path)?)
        };
        write().with_context(|| format!("the record {} cannot be written", self.path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> Pubkey {
        Pubkey::new_from_array([byte; 32])
    }

    #[test]
    fn what_is_recorded_is_found_again_by_cluster_and_vault() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("vault.record.json");
        let mut record = Record::open(&path, "genesis", &key(1)).unwrap();
        assert!(!path.exists());
        record.set_lookup_table(&key(2)).unwrap();
        record.add("0001_create_reserves", "signature").unwrap();

        let again = Record::open(&path, "genesis", &key(1)).unwrap();
        assert_eq!(again.lookup_table().unwrap(), Some(key(2)));
        let [transaction] = again.vault().transactions.as_slice() else { panic!("one transaction") };
        assert_eq!((transaction.step.as_str(), transaction.signature.as_str()), ("0001_create_reserves", "signature"));
        for (genesis_hash, vault) in [("other", key(1)), ("genesis", key(3))] {
            let other = Record::open(&path, genesis_hash, &vault).unwrap();
            assert_eq!((other.lookup_table().unwrap(), other.vault().transactions.len()), (None, 0));
        }
    }

    #[test]
    fn a_damaged_record_is_not_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("vault.record.json");
        std::fs::write(&path, "{").unwrap();
        let error = Record::open(&path, "genesis", &key(1)).unwrap_err().to_string();
        assert!(error.contains("mend it, or move it away"), "{error}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "{");
    }
}
