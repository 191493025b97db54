//! The compiled programs.

use std::env;
use std::path::{Path, PathBuf};

/// Where compiled programs are: `BALLAST_DEPLOY_DIR`, or `target/deploy` in the project's folder.
pub fn deploy_dir() -> PathBuf {
    env::var_os("BALLAST_DEPLOY_DIR").map_or_else(|| project_dir().join("target/deploy"), PathBuf::from)
}

/// The project's folder.
pub fn project_dir() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("this package is in the project's folder crates")
}
