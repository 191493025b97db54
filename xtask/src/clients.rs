//! The TypeScript client: generated from the program's IDL, and compared with the Rust client.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::{
    launch,
    npm::{self, CLIENT},
    process,
    project::Project,
};

/// How long [`generate`] takes when nothing is built yet.
pub const COLD: &str = "3 minutes";

/// The part of it that is generated.
const GENERATED: &str = "clients/ts/src/generated";
/// Where what is committed is generated again.
const SCRATCH: &str = "target/clients/ts";

/// Writes what the Rust client says to the tests of the other one, and generates the latter. Returns the generated folder.
pub fn generate(project: &Project) -> Result<PathBuf> {
    let test = ["test", "--locked", "--package", "ballast-client", "--test", "typescript"];
    process::run(project.cargo(&test).env("BALLAST_WRITE_FIXTURES", "1"))?;
    npm::install(project, CLIENT)?;
    let generated = project.root.join(GENERATED);
    render(project, &generated)?;
    Ok(generated)
}

/// Fails where what is committed is not what would be generated. The Rust client's own tests compare the fixtures.
pub fn require_committed(project: &Project) -> Result<()> {
    let scratch = project.root.join(SCRATCH);
    fs::create_dir_all(&scratch).with_context(|| format!("cannot create {}", scratch.display()))?;
    render(project, &scratch)?;
    if files(&scratch)? != files(&project.root.join(GENERATED))? {
        bail!("{GENERATED} is out of date: run `cargo xtask clients` and commit it");
    }
    Ok(())
}

/// The command that runs the tests that need no cluster.
pub fn tests(project: &Project) -> Command {
    npm::tests(project, CLIENT, "test")
}

/// The command that runs the tests against a local cluster of their own, whose host must have been built.
pub fn cluster_tests(project: &Project) -> Result<Command> {
    let localnet = launch::binary(project, "ballast-localnet")?;
    let mut command = npm::tests(project, CLIENT, "test:cluster");
    command.env("BALLAST_LOCALNET_BINARY", localnet.get_program());
    Ok(command)
}

fn render(project: &Project, folder: &Path) -> Result<()> {
    process::run(npm::command(project, CLIENT).args(["run", "generate", "--"]).arg(folder))
}

/// Every file below a folder, by its path there.
fn files(folder: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let entries = fs::read_dir(&next).with_context(|| format!("cannot read {}", next.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(path.strip_prefix(folder)?.to_owned(), fs::read(&path)?);
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_in_folders_of_folders() {
        let root = std::env::temp_dir().join(format!("ballast-xtask-files-{}", std::process::id()));
        fs::create_dir_all(root.join("a/b")).unwrap();
        fs::write(root.join("c"), "1").unwrap();
        fs::write(root.join("a/b/d"), "2").unwrap();
        let found = files(&root).unwrap();
        fs::remove_dir_all(&root).unwrap();
        assert_eq!(found, BTreeMap::from([("a/b/d".into(), b"2".to_vec()), ("c".into(), b"1".to_vec())]));
    }
}
