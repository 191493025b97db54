//! Running out of disk space, told in one line.

use std::path::Path;

use anyhow::{Error, Result, anyhow};
use rustix::fs::statvfs;

use crate::project::Project;

const MIB: u64 = 1 << 20;

/// Less than this is not worth starting with. A cold `test` needs about ten times as much.
const ROOM_TO_START: u64 = 1024 * MIB;

/// With less than this, a failure was the disk's.
const FULL: u64 = 64 * MIB;

/// Fails where a folder that builds write to has no room for them.
pub fn require_room(project: &Project) -> Result<()> {
    match short_of(project, ROOM_TO_START) {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

/// The error to report where a disk that builds write to is full.
pub fn full(project: &Project) -> Option<Error> {
    short_of(project, FULL)
}

fn short_of(project: &Project, wanted: u64) -> Option<Error> {
    [&project.cargo_target, &project.root].into_iter().find_map(|folder| {
        let free = free_bytes(folder)?;
        (free < wanted).then(|| {
            let mib = free / MIB;
            anyhow!("only {mib} MiB of disk left for {}: free some, or point CARGO_TARGET_DIR elsewhere", folder.display())
        })
    })
}

/// Bytes free to this user on the disk that holds a folder, or would hold it; unknown where its disk does not tell.
fn free_bytes(folder: &Path) -> Option<u64> {
    let existing = folder.ancestors().find(|folder| folder.exists())?;
    let disk = statvfs(existing).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(test)]
mod tests {
    use std::env::temp_dir;

    use super::*;

    fn project() -> Project {
        Project { root: temp_dir(), cargo_target: temp_dir().join("not/there/yet") }
    }

    #[test]
    fn short_of_more_than_any_disk_names_the_folder() {
        let error = short_of(&project(), u64::MAX).map(|error| error.to_string()).unwrap_or_default();
        assert!(error.contains("not/there/yet: free some"), "{error}");
    }

    #[test]
    fn short_of_nothing_is_none() {
        assert!(short_of(&project(), 0).is_none());
    }
}
