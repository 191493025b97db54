//! Where the project's binaries are.

use std::path::PathBuf;

/// The folder of the binaries.
///
/// # Panics
/// Where the caller is not a test.
pub fn folder() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own file");
    test.ancestors().nth(2).expect("a test is in the folder `deps` of the binaries' folder").to_owned()
}

/// The binary of this name.
///
/// # Panics
/// Where it is not built.
pub fn path(name: &str) -> PathBuf {
    let file = folder().join(name);
    assert!(file.exists(), "there is no {}: build it with `cargo build --workspace --bins`", file.display());
    file
}
