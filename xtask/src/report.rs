//! What the tests and checks found.

use std::{
    fmt,
    process::{Command, ExitCode},
};

use anyhow::Result;

use crate::process;

/// Results over all test binaries.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    passed: u32,
    failed: u32,
    skipped: u32,
}

impl Counts {
    /// Adds the result of a test binary where `line` is its last line: `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
    fn add(&mut self, line: &str) {
        let Some((_, numbers)) = line.strip_prefix("test result: ").and_then(|result| result.split_once(". ")) else {
            return;
        };
        for number in numbers.split("; ") {
            match number.split_once(' ').and_then(|(n, what)| Some((n.parse::<u32>().ok()?, what))) {
                Some((n, "passed")) => self.passed += n,
                Some((n, "failed")) => self.failed += n,
                Some((n, "ignored")) => self.skipped += n,
                _ => (),
            }
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

/// Collects results, so that one failure does not hide the next.
#[derive(Default)]
pub struct Report {
    counts: Counts,
    failures: Vec<String>,
}

impl Report {
    /// Notes a check's outcome, and prints a failure at once.
    pub fn note(&mut self, check: &str, outcome: Result<()>) {
        if let Err(error) = outcome {
            let failure = format!("{check}: {error:#}");
            eprintln!("failed: {failure}");
            self.failures.push(failure);
        }
    }

    /// Runs tests and adds their results to the counts.
    pub fn run_tests(&mut self, check: &str, command: &mut Command) {
        let outcome = process::follow(command, |line| self.counts.add(line));
        self.note(check, outcome);
    }

    /// Prints every failure again, and the test counts as the last line.
    pub fn conclude(&self) -> ExitCode {
        for failure in &self.failures {
            eprintln!("failed: {failure}");
        }
        println!("{}", self.counts);
        if self.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    #[test]
    fn counts_add_up_over_test_binaries() {
        let mut counts = Counts::default();
        counts.add("test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.10s");
        counts.add("test result: FAILED. 4 passed; 2 failed; 0 ignored; 0 measured; 7 filtered out; finished in 1.00s");
        assert_eq!(counts.to_string(), "7 passed, 2 failed, 1 skipped");
    }

    #[test]
    fn counts_ignore_other_lines() {
        let mut counts = Counts::default();
        counts.add("test prices::parse ... ok");
        counts.add("running 3 tests");
        counts.add("5 passed; 5 failed");
        assert_eq!(counts, Counts::default());
    }

    #[test]
    fn report_with_a_failure_concludes_in_failure() {
        let mut report = Report::default();
        report.note("one", Ok(()));
        assert_eq!(report.conclude(), ExitCode::SUCCESS);
        report.note("two", (|| bail!("broke"))());
        report.note("three", Ok(()));
        assert_eq!(report.conclude(), ExitCode::FAILURE);
    }
}
