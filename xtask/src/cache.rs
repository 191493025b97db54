//! The target folder that clones of the project share.
//!
//! Cargo knows a workspace's own crates by their place in it, and takes what another clone has built for its own where the
//! sources look older than that. So a clone that was not the last to build makes its sources look new, and only the
//! project's own crates are compiled again. Two clones must not build at the same time.

use std::{
    fs::{self, File},
    path::Path,
    time::SystemTime,
};

use anyhow::{Context, Result};

/// Names the clone that built last.
const OWNER: &str = "last-clone";
/// Folders without sources.
const SKIPPED: [&str; 3] = ["target", "node_modules", ".git"];

/// Makes the clone at `root` the target folder's owner.
pub fn claim(root: &Path, target: &Path) -> Result<()> {
    let (marker, name) = (target.join(OWNER), root.to_string_lossy().into_owned());
    if fs::read_to_string(&marker).is_ok_and(|owner| owner == name) {
        return Ok(());
    }
    renew(root, SystemTime::now()).with_context(|| format!("cannot renew the sources in {name}"))?;
    fs::create_dir_all(target)
        .and_then(|()| fs::write(&marker, name))
        .with_context(|| format!("cannot write {}", marker.display()))
}

/// Sets the time of every Rust source below `folder`.
fn renew(folder: &Path, now: SystemTime) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (path, kind) = (entry.path(), entry.file_type()?);
        let is_skipped = SKIPPED.iter().any(|name| entry.file_name() == *name);
        if kind.is_dir() && !is_skipped {
            renew(&path, now)?;
        } else if kind.is_file() && path.extension().is_some_and(|extension| extension == "rs") {
            File::options().append(true).open(&path)?.set_modified(now)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn claim_renews_the_sources_of_another_clone_only() {
        let folder = std::env::temp_dir().join(format!("ballast-xtask-cache-{}", std::process::id()));
        let (root, target) = (folder.join("clone"), folder.join("cache"));
        fs::create_dir_all(root.join("src")).unwrap();
        let (source, other) = (root.join("src/lib.rs"), root.join("src/data.csv"));
        let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        let age = || [&source, &other].map(|path| File::create(path).unwrap().set_modified(old).unwrap());
        let is_old = |path: &Path| fs::metadata(path).unwrap().modified().unwrap() == old;

        age();
        claim(&root, &target).unwrap();
        assert!(!is_old(&source) && is_old(&other), "the first to build, or after another");
        age();
        claim(&root, &target).unwrap();
        assert!(is_old(&source), "already the owner");
        fs::write(target.join(OWNER), "/elsewhere").unwrap();
        claim(&root, &target).unwrap();
        assert!(!is_old(&source), "after another clone");
        fs::remove_dir_all(folder).unwrap();
    }
}
