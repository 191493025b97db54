//! Compute units and transaction sizes of every instruction.
//!
//! Keypairs, clock and amounts are fixed, so the same programs give the same numbers in every run.

mod amm;
mod bare;
mod cases;
mod compare;
mod exits;
mod measure;
mod row;
mod snapshot;
mod table;
mod targets;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use anyhow::{Context, Result, ensure};
use ballast_tests::world::deploy_dir;
use clap::Parser;

use crate::{amm::Amm, row::Row, snapshot::Snapshot};

/// The baskets measured.
const ASSETS: [usize; 4] = [2, 4, 8, 16];

#[derive(Parser)]
#[command(
    name = "cargo xtask bench",
    bin_name = "cargo xtask bench",
    about = "Measure every instruction's compute units and transaction size",
    after_help = targets::NOTES
)]
struct Options {
    /// Print an array of {instruction, assets, amm, cu, bare_cu, tx_bytes, tx_bytes_lut} as JSON and nothing else
    #[arg(long, group = "output")]
    json: bool,
    /// Compare with the committed snapshot, bench/snapshot.json and bench/size.json; any difference is a failure
    #[arg(long, group = "output")]
    check: bool,
    /// Write the snapshot anew, to be committed
    #[arg(long, group = "output")]
    update: bool,
}

fn main() -> ExitCode {
    run(&Options::parse()).unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

fn run(options: &Options) -> Result<ExitCode> {
    let amms = Amm::available()?;
    let program_bytes = program_bytes()?;
    let measured = Snapshot { rows: measure(&amms)?, program_bytes };
    if options.check {
        return check(&measured, &amms);
    }
    if options.update {
        update(measured, &amms)?;
    } else if options.json {
        print(&row::to_json(&measured.rows)?)?;
    } else {
        print(&targets::report(&measured))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn print(text: &str) -> Result<()> {
    io::stdout().write_all(text.as_bytes()).context("cannot write to standard output")
}

fn measure(amms: &[Amm]) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for assets in ASSETS {
        eprintln!("measuring every instruction with {assets} assets");
        for case in cases::all(assets, amms)? {
            rows.push(measure::row(&case)?);
        }
    }
    rows.sort_by_key(Row::rank);
    Ok(rows)
}

fn program_bytes() -> Result<u64> {
    for name in ["ballast", "spl_token_swap", "bare"] {
        let file = deploy_dir().join(format!("{name}.so"));
        ensure!(file.is_file(), "there is no {}: build the programs with `cargo xtask build --all`", file.display());
    }
    Ok(deploy_dir().join("ballast.so").metadata()?.len())
}

/// What cannot be measured here stays as it was committed.
fn update(mut measured: Snapshot, amms: &[Amm]) -> Result<()> {
    let kept = match Snapshot::read() {
        Ok(old) => old.rows_of_others(amms),
        Err(error) => {
            eprintln!("nothing to keep: {error:#}");
            vec![]
        }
    };
    warn_of_skipped("kept as they were", &kept);
    measured.rows.extend(kept);
    measured.rows.sort_by_key(Row::rank);
    measured.write()
}

fn check(measured: &Snapshot, amms: &[Amm]) -> Result<ExitCode> {
    let mut committed = Snapshot::read()?;
    let skipped = committed.rows_of_others(amms);
    committed.rows.retain(|row| !skipped.contains(row));
    warn_of_skipped("skipped", &skipped);
    let differences = compare::differences(&committed, measured);
    if differences.is_empty() {
        print(&format!("{} rows and the program's size are as in the snapshot\n", measured.rows.len()))?;
        return Ok(ExitCode::SUCCESS);
    }
    print(&compare::report(&differences))?;
    Ok(ExitCode::FAILURE)
}

fn warn_of_skipped(what: &str, rows: &[Row]) {
    if let Some(amm) = rows.iter().find_map(|row| row.amm.as_deref()) {
        eprintln!("{what}: {} rows of {amm}; {} does not name its program file", rows.len(), amm::RAYDIUM_FILE_VARIABLE);
    }
}
