//! What is being done, step by step, on standard error.

use std::time::Instant;

/// Announces the steps of a command.
pub struct Progress {
    steps: usize,
    done: usize,
    started: Instant,
}

impl Progress {
    /// Progress over so many steps.
    pub fn new(steps: usize) -> Self {
        Self { steps, done: 0, started: Instant::now() }
    }

    /// Announces the next step, and how long it takes when nothing of it is built yet.
    pub fn step(&mut self, what: &str, cold: &str) {
        self.done += 1;
        let elapsed = self.started.elapsed().as_secs();
        eprintln!("[{}/{}] {what} (cold: about {cold}; {elapsed} s so far)", self.done, self.steps);
    }
}
