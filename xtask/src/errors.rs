//! Whether the tests reach every error of the program.
//!
//! The tests' chain (`tests/src/transaction.rs`) notes each error that the program returned as a file of the error's number.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::{idl, project::Project};

/// The variable that tells the tests where to note errors; without it they do not.
pub const FOLDER_VARIABLE: &str = "BALLAST_ERRORS_DIR";

/// Errors that nobody can get out of the program, and why they exist all the same.
const UNREACHABLE: [(&str, &str); 0] = [];

/// What is read of the IDL.
#[derive(Deserialize)]
struct Idl {
    errors: Vec<Declared>,
}

/// An error as the IDL declares it.
#[derive(Deserialize)]
struct Declared {
    code: u32,
    name: String,
}

/// Empties the folder of notes and returns it.
pub fn clear(project: &Project) -> Result<PathBuf> {
    let folder = folder(project);
    match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => fs::create_dir_all(&folder),
    }
    .with_context(|| format!("cannot empty {}", folder.display()))?;
    Ok(folder)
}

/// Fails where the tests that ran since [`clear`] did not reach an error, or one that is held to be unreachable.
pub fn require_all_reached(project: &Project) -> Result<()> {
    let file = fs::read(idl::generated(project)).context("no generated IDL")?;
    let idl: Idl = serde_json::from_slice(&file).context("the generated IDL cannot be read")?;
    let problems = problems(&idl.errors, &reached(&folder(project))?, &UNREACHABLE);
    if !problems.is_empty() {
        bail!("{}", problems.join("; "));
    }
    Ok(())
}

fn folder(project: &Project) -> PathBuf {
    project.root.join("target/errors")
}

fn reached(folder: &Path) -> Result<BTreeSet<u32>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let codes = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().parse()?));
    codes.collect()
}

fn problems(declared: &[Declared], reached: &BTreeSet<u32>, unreachable: &[(&str, &str)]) -> Vec<String> {
    let is_unreachable = |name: &str| unreachable.iter().any(|(listed, _)| *listed == name);
    let mut problems = vec![];
    for Declared { code, name } in declared {
        match (reached.contains(code), is_unreachable(name)) {
            (false, false) => problems.push(format!("no test reaches {name} ({code}): write one")),
            (true, true) => problems.push(format!("{name} ({code}) is reached: take it off the list of unreachable errors")),
            _ => (),
        }
    }
    let unknown = unreachable.iter().filter(|(listed, _)| declared.iter().all(|error| error.name != *listed));
    problems.extend(unknown.map(|(listed, _)| format!("{listed} is listed as unreachable, but no error of the program")));
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems_of(reached: &[u32], unreachable: &[(&str, &str)]) -> Vec<String> {
        let declared = [(6000, "First"), (6001, "Second")].map(|(code, name)| Declared { code, name: name.to_owned() });
        problems(&declared, &reached.iter().copied().collect(), unreachable)
    }

    #[test]
    fn every_error_must_be_reached() {
        assert!(problems_of(&[6000, 6001], &[]).is_empty());
        assert_eq!(problems_of(&[6001], &[]), ["no test reaches First (6000): write one"]);
    }

    #[test]
    fn unreachable_errors_must_exist_and_stay_unreached() {
        assert!(problems_of(&[6000], &[("Second", "why")]).is_empty());
        let reached = problems_of(&[6000, 6001], &[("Second", "why")]);
        assert_eq!(reached, ["Second (6001) is reached: take it off the list of unreachable errors"]);
        let unknown = problems_of(&[6000, 6001], &[("Third", "why")]);
        assert_eq!(unknown, ["Third is listed as unreachable, but no error of the program"]);
    }

    #[test]
    fn reached_reads_the_names_of_the_notes() {
        let folder = std::env::temp_dir().join(format!("ballast-xtask-errors-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("6007"), "").unwrap();
        assert_eq!(reached(&folder).unwrap(), BTreeSet::from([6007]));
        fs::write(folder.join("note"), "").unwrap();
        assert!(reached(&folder).is_err());
        fs::remove_dir_all(folder).unwrap();
    }
}
