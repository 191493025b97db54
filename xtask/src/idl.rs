//! The program's Anchor IDL, and the page of its events.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result, bail};

use crate::{process, project::Project};

/// How long [`generate`] takes when nothing is built yet.
pub const COLD: &str = "2 minutes";

/// A file that is generated below `target` and committed elsewhere.
struct Generated {
    built: &'static str,
    committed: &'static str,
}

const IDL: Generated = Generated { built: "target/idl/ballast.json", committed: "idl/ballast.json" };
const EVENTS: Generated = Generated { built: "target/idl/events.md", committed: "docs/events.md" };

/// Writes IDL and events to `target/idl` and returns the IDL's file.
pub fn generate(project: &Project) -> Result<PathBuf> {
    process::run(&mut project.cargo(&["build", "--locked", "--manifest-path", "tools/idl/Cargo.toml"]))?;
    let idl = write(project, IDL.built, &tool(project, &["idl", "programs/ballast"])?)?;
    write(project, EVENTS.built, &tool(project, &["events", IDL.built])?)?;
    Ok(idl)
}

/// Copies what was generated to where it is committed, and returns the IDL's file.
pub fn commit(project: &Project) -> Result<PathBuf> {
    write(project, EVENTS.committed, &fs::read(project.root.join(EVENTS.built))?)?;
    write(project, IDL.committed, &fs::read(project.root.join(IDL.built))?)
}

/// Fails where what is committed is not what was generated.
pub fn require_committed(project: &Project) -> Result<()> {
    for Generated { built, committed } in [IDL, EVENTS] {
        let generated = fs::read(project.root.join(built)).with_context(|| format!("no {built}"))?;
        let is_current = fs::read(project.root.join(committed)).is_ok_and(|committed| committed == generated);
        if !is_current {
            bail!("{committed} is out of date: run `cargo xtask idl` and commit it");
        }
    }
    Ok(())
}

fn tool(project: &Project, args: &[&str]) -> Result<Vec<u8>> {
    // Not by `cargo run`, which would set RUSTUP_TOOLCHAIN: see tools/idl.
    let mut tool = project.command(project.cargo_target.join("debug/ballast-idl"));
    // Overrides the compiler flags that Anchor sets, for which every dependency would be compiled a second time.
    process::capture(tool.env("CARGO_ENCODED_RUSTFLAGS", "").args(args))
}

/// Where [`generate`] writes.
pub fn generated(project: &Project) -> PathBuf {
    project.root.join("target/idl/ballast.json")
}

fn write(project: &Project, file: &str, text: &[u8]) -> Result<PathBuf> {
    let file = project.root.join(file);
    let folder = file.parent().context("a file without a folder")?;
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&file, text))
        .with_context(|| format!("cannot write {}", file.display()))?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    #[test]
    fn anchor_toml_names_the_program_id() {
        let source = include_str!("../../programs/ballast/src/lib.rs");
        let (_, rest) = source.split_once("declare_id!(\"").expect("a declare_id! in the program");
        let (id, _) = rest.split_once('"').expect("its closing quote");
        assert!(include_str!("../../Anchor.toml").contains(&format!("ballast = \"{id}\"")));
    }
}
