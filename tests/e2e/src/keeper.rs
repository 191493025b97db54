//! A keeper's process.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::binary;
use crate::stage::Stage;

/// A running `ballast-keeper`, which is killed when this is dropped.
pub struct Keeper {
    process: Child,
    log: PathBuf,
}

impl Keeper {
    /// Starts a keeper with the stage's wallet `wallet`, which reaches the cluster at these URLs.
    ///
    /// # Panics
    /// Where it cannot be started.
    pub fn start(stage: &Stage, wallet: &str, [url, ws_url]: [&str; 2], options: &[&str]) -> Self {
        let log = stage.dir().join(format!("{wallet}-{}.log", stage.next_number()));
        let mut command = Command::new(binary::path("ballast-keeper"));
        command.args(["--url", url, "--ws-url", ws_url, "--keypair"]).arg(stage.keypair(wallet)).args(options);
        let file = File::create(&log).expect("a log file");
        let same = file.try_clone().expect("the same file");
        command.stdin(Stdio::null()).stdout(file).stderr(same);
        let process = command.spawn().expect("`ballast-keeper` runs");
        Keeper { process, log }
    }

    /// Kills it: it has no chance to clean up.
    ///
    /// # Panics
    /// Where it has ended by itself.
    pub fn kill(mut self) {
        assert!(self.is_running(), "the keeper has ended by itself:\n{}", self.log());
    }

    /// Whether it has not ended.
    pub fn is_running(&mut self) -> bool {
        self.process.try_wait().expect("a process's status").is_none()
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
        if std::thread::panicking() {
            eprintln!("the keeper's log:\n{}", self.log());
        }
    }
}
