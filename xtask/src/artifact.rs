//! What a built file is: its size and hash.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::project::Project;

/// One line: the file's path in the project, its size and SHA-256.
pub fn describe(project: &Project, path: &Path) -> Result<String> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let name = path.strip_prefix(&project.root).unwrap_or(path).display();
    Ok(format!("{name}: {} bytes, SHA-256 {}", bytes.len(), sha256(&bytes)))
}

fn sha256(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    #[test]
    fn sha256_of_known_input_is_the_published_digest() {
        // FIPS 180-2, appendix B.1.
        assert_eq!(super::sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
