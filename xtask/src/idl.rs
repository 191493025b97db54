//! The program's Anchor IDL.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result, bail};

use crate::{process, project::Project};

/// How long [`generate`] takes when nothing is built yet.
pub const COLD: &str = "2 minutes";

/// Writes the IDL to `target/idl/ballast.json` and returns that file.
pub fn generate(project: &Project) -> Result<PathBuf> {
    process::run(&mut project.cargo(&["build", "--locked", "--manifest-path", "tools/idl/Cargo.toml"]))?;
    // Not by `cargo run`, which would set RUSTUP_TOOLCHAIN: see tools/idl.
    let mut tool = project.command(project.cargo_target.join("debug/ballast-idl"));
    // Overrides the compiler flags that Anchor sets, for which every dependency would be compiled a second time.
    tool.env("CARGO_ENCODED_RUSTFLAGS", "");
    let idl = process::capture(tool.arg("programs/ballast"))?;
    write(generated(project), &idl)
}

/// Copies the generated IDL to the committed one and returns that file.
pub fn commit(project: &Project) -> Result<PathBuf> {
    write(committed(project), &fs::read(generated(project))?)
}

/// Fails where the committed IDL is not the generated one.
pub fn require_committed(project: &Project) -> Result<()> {
    let generated = fs::read(generated(project)).context("no generated IDL")?;
    let is_current = fs::read(committed(project)).is_ok_and(|committed| committed == generated);
    if !is_current {
        bail!("idl/ballast.json is out of date: run `cargo xtask idl` and commit it");
    }
    Ok(())
}

/// Where [`generate`] writes.
pub fn generated(project: &Project) -> PathBuf {
    project.root.join("target/idl/ballast.json")
}

fn committed(project: &Project) -> PathBuf {
    project.root.join("idl/ballast.json")
}

fn write(file: PathBuf, idl: &[u8]) -> Result<PathBuf> {
    let folder = file.parent().context("a file without a folder")?;
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&file, idl))
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
