//! Where the project's binaries are.

use std::path::PathBuf;

/// The binary of this name, next to the test's own folder.
///
/// # Panics
/// Where it is not built.
pub fn path(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own file");
    let folder = test.ancestors().nth(2).expect("a test is in the folder `deps` of the binaries' folder");
    let file = folder.join(name);
    assert!(file.exists(), "there is no {}: build it with `cargo build --workspace --bins`", file.display());
    file
}
