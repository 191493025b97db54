//! What `ballast` answers.

use std::path::Path;
use std::process::{Output, Stdio};

use serde_json::Value;
use tokio::process::Command;

use crate::binary;

/// How a command ended.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The command, for messages.
    line: String,
    /// Its exit code.
    pub code: Option<i32>,
    /// What it wrote to standard output.
    pub stdout: String,
    /// What it wrote to standard error.
    pub stderr: String,
}

impl Answer {
    /// Runs `ballast` in a cluster's folder, without anybody at the terminal.
    pub(crate) async fn of(dir: &Path, url: &str, arguments: &[&str]) -> Self {
        let mut command = Command::new(binary::path("ballast"));
        command.args(arguments).stdin(Stdio::null()).kill_on_drop(true);
        command.env("BALLAST_CONFIG", dir.join("config.yml")).env("BALLAST_LOCALNET", dir.join("localnet.json"));
        command.env("BALLAST_URL", url).env_remove("BALLAST_KEYPAIR").env_remove("BALLAST_VAULT");
        let Output { status, stdout, stderr } = command.output().await.expect("`ballast` runs");
        let [stdout, stderr] = [stdout, stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        Answer { line: arguments.join(" "), code: status.code(), stdout, stderr }
    }

    /// What it printed.
    ///
    /// # Panics
    /// Where it did not succeed.
    pub fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "ballast {}:\n{}{}", self.line, self.stdout, self.stderr);
        self.stdout
    }

    /// What it printed with `--output json`.
    ///
    /// # Panics
    /// Where it did not succeed, or printed something else.
    pub fn json(self) -> Value {
        let line = self.line.clone();
        let text = self.ok();
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("ballast {line} printed no JSON: {error}\n{text}"))
    }

    /// The error that it reported.
    ///
    /// # Panics
    /// Where it succeeded.
    pub fn error(self) -> String {
        assert_eq!(self.code, Some(1), "ballast {}:\n{}{}", self.line, self.stdout, self.stderr);
        self.stderr
    }
}
