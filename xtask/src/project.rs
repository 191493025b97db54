//! Where the project's files are.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use crate::cache;

/// The project's folders.
pub struct Project {
    /// The repository.
    pub root: PathBuf,
    /// What every Cargo call builds into: `CARGO_TARGET_DIR`, or the user's cache, which clones share.
    pub cargo_target: PathBuf,
}

impl Project {
    /// Finds the repository from the variables that `cargo xtask` sets.
    pub fn locate() -> Result<Self> {
        let crate_dir = env::var_os("CARGO_MANIFEST_DIR").context("run this as `cargo xtask`")?;
        let root = Path::new(&crate_dir).parent().context("the xtask crate is not inside the repository")?;
        let cargo_target = cargo_target(|name| env::var_os(name)).context("set HOME or CARGO_TARGET_DIR")?;
        let project = Self { root: root.to_owned(), cargo_target: std::path::absolute(cargo_target)? };
        cache::claim(&project.root, &project.cargo_target)?;
        Ok(project)
    }

    /// Where tests, demo and benchmark look for programs.
    pub fn deploy(&self) -> PathBuf {
        self.root.join("target/deploy")
    }

    /// A command that runs at the repository's root, builds into the shared target folder and finds the programs.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        command.env("CARGO_TARGET_DIR", &self.cargo_target);
        command.env("BALLAST_DEPLOY_DIR", self.deploy());
        // solana-program-test has variables of its own.
        command.env("SBF_OUT_DIR", self.deploy()).env("BPF_OUT_DIR", self.deploy());
        // It logs every step of the chain where nobody asked for less.
        if env::var_os("RUST_LOG").is_none() {
            command.env("RUST_LOG", "error");
        }
        // rust-toolchain.toml decides, and the IDL builder stumbles over the name of another toolchain.
        command.env_remove("RUSTUP_TOOLCHAIN");
        for name in env::vars_os().map(|(name, _)| name).filter(describes_this_crate) {
            command.env_remove(name);
        }
        command
    }

    /// `cargo` with these arguments.
    pub fn cargo(&self, args: &[&str]) -> Command {
        let mut command = self.command("cargo");
        command.args(args);
        command
    }
}

/// `CARGO_TARGET_DIR`, or `ballast/target` in the user's cache folder; `var` looks a variable up.
fn cargo_target(var: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let set = |name: &str| var(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("CARGO_TARGET_DIR").or_else(|| {
        let cache = set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")))?;
        Some(cache.join("ballast/target"))
    })
}

/// Set by `cargo run` for xtask itself. Inherited, it would make build scripts that read it run again.
fn describes_this_crate(name: &OsString) -> bool {
    let name = name.to_string_lossy();
    name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target_with(vars: &[(&str, &str)]) -> Option<PathBuf> {
        cargo_target(|name| vars.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into()))
    }

    #[test]
    fn cargo_target_prefers_the_variable() {
        let target = target_with(&[("CARGO_TARGET_DIR", "/fast"), ("XDG_CACHE_HOME", "/cache"), ("HOME", "/me")]);
        assert_eq!(target, Some("/fast".into()));
    }

    #[test]
    fn cargo_target_falls_back_to_the_cache_folder() {
        assert_eq!(target_with(&[("XDG_CACHE_HOME", "/cache"), ("HOME", "/me")]), Some("/cache/ballast/target".into()));
        assert_eq!(target_with(&[("HOME", "/me")]), Some("/me/.cache/ballast/target".into()));
    }

    #[test]
    fn cargo_target_treats_empty_as_unset() {
        assert_eq!(target_with(&[("CARGO_TARGET_DIR", ""), ("HOME", "/me")]), Some("/me/.cache/ballast/target".into()));
        assert_eq!(target_with(&[]), None);
    }
}
