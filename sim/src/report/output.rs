//! A file to write at the end, made at the start so that a wrong place shows at once.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// A file that an option named.
pub struct Output {
    path: PathBuf,
    file: File,
    option: &'static str,
}

impl Output {
    /// Makes the file and its folder; errors name `option`.
    pub fn create(path: &Path, option: &'static str) -> Result<Self> {
        let cannot_create = || format!("cannot create {}; choose another place with {option}", path.display());
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(cannot_create)?;
        }
        let file = File::create(path).with_context(cannot_create)?;
        Ok(Self { path: path.to_path_buf(), file, option })
    }

    /// Writes all of it.
    pub fn write(mut self, text: &str) -> Result<()> {
        let cannot_write = || format!("cannot write {}; choose another place with {}", self.path.display(), self.option);
        self.file.write_all(text.as_bytes()).with_context(cannot_write)
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
    fn output_names_the_file_and_the_option_it_cannot_create() {
        let Err(error) = Output::create(&std::env::temp_dir(), "--json") else { panic!("created a file over a folder") };
        assert!(error.to_string().starts_with("cannot create") && error.to_string().contains("--json"), "{error}");
    }
}
