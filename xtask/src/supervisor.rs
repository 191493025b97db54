//! Programs that run together: all of them until Ctrl-C, or until one of them ends.

use std::{
    process::{Child, Command, ExitStatus},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use signal_hook::{
    consts::{SIGINT, SIGTERM},
    flag,
};

use crate::process;

/// Between two looks at the programs.
const POLL: Duration = Duration::from_millis(50);
/// A program that takes longer to end is killed. The local cluster writes its state, at most.
const PATIENCE: Duration = Duration::from_secs(15);

/// Ends everything it started when it is dropped, what started last first.
pub struct Supervisor {
    is_interrupted: Arc<AtomicBool>,
    parts: Vec<Part>,
}

struct Part {
    name: String,
    child: Child,
}

impl Supervisor {
    /// From here on Ctrl-C and SIGTERM do not end this process by themselves.
    pub fn new() -> Result<Self> {
        let is_interrupted = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            flag::register(signal, is_interrupted.clone())?;
        }
        Ok(Self { is_interrupted, parts: vec![] })
    }

    /// Starts a program, which `name` names in errors.
    pub fn start(&mut self, name: impl Into<String>, command: &mut Command) -> Result<&mut Child> {
        let child = process::spawn(command)?;
        self.parts.push(Part { name: name.into(), child });
        let part = self.parts.last_mut().expect("one was added");
        Ok(&mut part.child)
    }

    /// Looks again and again until `ready` gives something; nothing where it was interrupted before. Fails where a program ended.
    pub fn wait<T>(&mut self, mut ready: impl FnMut() -> Option<T>) -> Result<Option<T>> {
        loop {
            let is_interrupted = self.is_interrupted.clone();
            let ended = self.ended()?;
            // Looked at last: Ctrl-C reaches all programs of a terminal, and is no failure of whichever ends first.
            if is_interrupted.load(Ordering::Relaxed) {
                return Ok(None);
            }
            if let Some((name, status)) = ended {
                bail!("{name} ended by itself ({status})");
            }
            if let Some(found) = ready() {
                return Ok(Some(found));
            }
            sleep(POLL);
        }
    }

    fn ended(&mut self) -> Result<Option<(&str, ExitStatus)>> {
        for part in &mut self.parts {
            if let Some(status) = part.child.try_wait()? {
                return Ok(Some((&part.name, status)));
            }
        }
        Ok(None)
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        // What started later uses what started before.
        while let Some(mut part) = self.parts.pop() {
            if let Err(error) = end(&mut part.child) {
                eprintln!("cannot end {}: {error:#}", part.name);
            }
        }
    }
}

/// Asks a program to end, and waits until it has.
fn end(child: &mut Child) -> Result<()> {
    if child.try_wait()?.is_some() {
        return Ok(());
    }
    let pid = Pid::from_child(child);
    kill_process(pid, Signal::TERM)?;
    let begun = Instant::now();
    while child.try_wait()?.is_none() {
        if begun.elapsed() > PATIENCE {
            child.kill()?;
            child.wait()?;
            bail!("it did not end within {} s, and was killed", PATIENCE.as_secs());
        }
        sleep(POLL);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    fn supervisor() -> Supervisor {
        Supervisor { is_interrupted: Arc::default(), parts: vec![] }
    }

    #[test]
    fn wait_gives_what_is_ready() {
        let mut supervisor = supervisor();
        supervisor.start("sleeper", &mut shell("exec sleep 600")).unwrap();
        assert_eq!(supervisor.wait(|| Some(1)).unwrap(), Some(1));
    }

    #[test]
    fn wait_names_the_program_that_ended() {
        let mut supervisor = supervisor();
        supervisor.start("the sleeper", &mut shell("exec sleep 600")).unwrap();
        supervisor.start("the short one", &mut shell("exit 3")).unwrap();
        let error = supervisor.wait(|| None::<()>).unwrap_err().to_string();
        assert_eq!(error, "the short one ended by itself (exit status: 3)");
    }

    #[test]
    fn wait_ends_without_error_once_interrupted() {
        let mut supervisor = supervisor();
        supervisor.start("sleeper", &mut shell("exit 1")).unwrap();
        supervisor.is_interrupted.store(true, Ordering::Relaxed);
        assert_eq!(supervisor.wait(|| None::<()>).unwrap(), None);
    }

    #[test]
    fn drop_ends_every_program() {
        let mut supervisor = supervisor();
        let pids = [(); 2].map(|()| {
            let child = supervisor.start("sleeper", &mut shell("exec sleep 600")).unwrap();
            Pid::from_child(child)
        });
        drop(supervisor);
        for pid in pids {
            assert!(rustix::process::test_kill_process(pid).is_err(), "{pid:?} still runs");
        }
    }
}
