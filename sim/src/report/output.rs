//! A file to write at the end. Its place is tried at the start so that a wrong one shows at once; what is there stays until all
//! of the new content has been written beside it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

/// A file that an option named.
pub struct Output {
    path: PathBuf,
    /// Beside it, until it is complete.
    draft: PathBuf,
    option: &'static str,
}

impl Output {
    /// Makes the file's folder, and a draft beside the file; errors name `option`.
    pub fn create(path: &Path, option: &'static str) -> Result<Self> {
        let cannot_create = || format!("cannot create {}; choose another place with {option}", path.display());
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(cannot_create)?;
        }
        ensure!(!path.is_dir(), "{}: it is a folder", cannot_create());
        let mut name = path.file_name().with_context(cannot_create)?.to_os_string();
        name.push(format!(".{}.draft", std::process::id()));
        let draft = path.with_file_name(name);
        File::create(&draft).with_context(cannot_create)?;
        Ok(Self { path: path.to_path_buf(), draft, option })
    }

    /// Writes all of it, and puts it in its place.
    pub fn write(self, text: &str) -> Result<()> {
        let cannot_write = || format!("cannot write {}; choose another place with {}", self.path.display(), self.option);
        fs::write(&self.draft, text).with_context(cannot_write)?;
        fs::rename(&self.draft, &self.path).with_context(cannot_write)
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        // Gone already where it was put in its place.
        let _ = fs::remove_file(&self.draft);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_makes_folders_and_writes() {
        let folder = std::env::temp_dir().join(format!("ballast-sim-output-{}", std::process::id()));
        let path = folder.join("a/b.txt");
        Output::create(&path, "--html").unwrap().write("text").unwrap();
        let written = fs::read_to_string(&path);
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(written.unwrap(), "text");
    }

    #[test]
    fn output_leaves_what_is_there_until_it_is_complete() {
        let folder = std::env::temp_dir().join(format!("ballast-sim-output-kept-{}", std::process::id()));
        let path = folder.join("a.txt");
        Output::create(&path, "--json").unwrap().write("first").unwrap();
        drop(Output::create(&path, "--json").unwrap());
        let (kept, files) = (fs::read_to_string(&path), fs::read_dir(&folder).unwrap().count());
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!((kept.unwrap().as_str(), files), ("first", 1));
    }

    #[test]
    fn output_names_the_file_and_the_option_it_cannot_create() {
        let Err(error) = Output::create(&std::env::temp_dir(), "--json") else { panic!("created a file over a folder") };
        assert!(error.to_string().starts_with("cannot create") && error.to_string().contains("--json"), "{error}");
    }
}
