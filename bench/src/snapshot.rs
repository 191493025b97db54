//! The committed measurements.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::{
    amm::Amm,
    row::{self, Row},
};

/// All measurements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Every instruction; in `bench/snapshot.json`.
    pub rows: Vec<Row>,
    /// Size of `ballast.so`; in `bench/size.json`.
    pub program_bytes: u64,
}

#[derive(Serialize, Deserialize)]
struct Size {
    program_bytes: u64,
}

impl Snapshot {
    /// Reads the committed files.
    pub fn read() -> Result<Self> {
        let size: Size = parse(&size_file())?;
        Ok(Self { rows: parse(&rows_file())?, program_bytes: size.program_bytes })
    }

    /// Replaces the committed files.
    pub fn write(&self) -> Result<()> {
        let size = serde_json::to_string(&Size { program_bytes: self.program_bytes })?;
        for (file, content) in [(rows_file(), row::to_json(&self.rows)?), (size_file(), size + "\n")] {
            fs::write(&file, content).with_context(|| format!("cannot write {}", file.display()))?;
        }
        Ok(())
    }

    /// The rows of AMMs that are not among these.
    pub fn rows_of_others(&self, amms: &[Amm]) -> Vec<Row> {
        let is_other = |row: &&Row| row.amm.as_ref().is_some_and(|name| amms.iter().all(|amm| amm.name() != name));
        self.rows.iter().filter(is_other).cloned().collect()
    }
}

fn parse<T: for<'de> Deserialize<'de>>(file: &Path) -> Result<T> {
    let text = fs::read_to_string(file)
        .with_context(|| format!("cannot read {}: write it with `cargo xtask bench --update`", file.display()))?;
    serde_json::from_str(&text)
        .with_context(|| format!("{} is not a snapshot: write it anew with `cargo xtask bench --update`", file.display()))
}

fn rows_file() -> PathBuf {
    folder().join("snapshot.json")
}

fn size_file() -> PathBuf {
    folder().join("size.json")
}

fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_others_are_those_of_absent_amms() {
        let row = |amm: Option<Amm>| Row {
            instruction: "rebalance".into(),
            assets: 2,
            amm: amm.map(|amm| amm.name().into()),
            cu: 1,
            bare_cu: None,
            tx_bytes: 2,
            tx_bytes_lut: 3,
        };
        let [none, token_swap, raydium] = [None, Some(Amm::TokenSwap), Some(Amm::RaydiumCpmm)].map(row);
        let snapshot = Snapshot { rows: vec![none, token_swap, raydium.clone()], program_bytes: 0 };
        assert_eq!(snapshot.rows_of_others(&[Amm::TokenSwap]), [raydium]);
        assert_eq!(snapshot.rows_of_others(&[Amm::TokenSwap, Amm::RaydiumCpmm]), []);
    }
}
