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
    ignored: u32,
    /// Tests that found what they need missing, said so and returned. The test harness counts them as passed.
    skipped_themselves: u32,
}

impl Counts {
    /// Adds what a line of output tells: the result of a test binary, of Vitest or of Playwright, or a test's own `skipped: …`.
    fn add(&mut self, line: &str) {
        if line.starts_with("skipped: ") {
            self.skipped_themselves += 1;
        }
        for number in results(line).unwrap_or_default() {
            match number.split_once(' ').and_then(|(n, what)| Some((n.parse::<u32>().ok()?, what))) {
                Some((n, "passed")) => self.passed += n,
                Some((n, "failed" | "flaky" | "interrupted")) => self.failed += n,
                Some((n, "ignored" | "skipped" | "did not run")) => self.ignored += n,
                _ => (),
            }
        }
    }
}

/// The numbers in a line that sums tests up, such as `3 passed`.
fn results(line: &str) -> Option<Vec<&str>> {
    of_test_binary(line).or_else(|| of_vitest(line)).or_else(|| of_playwright(line))
}

/// `test result: ok. 3 passed; 0 failed; 1 ignored; …`
fn of_test_binary(line: &str) -> Option<Vec<&str>> {
    let (_, numbers) = line.strip_prefix("test result: ")?.split_once(". ")?;
    Some(numbers.split("; ").collect())
}

/// `      Tests  1 failed | 3 passed (4)`
fn of_vitest(line: &str) -> Option<Vec<&str>> {
    let (numbers, _) = line.trim_start().strip_prefix("Tests  ")?.split_once(" (")?;
    Some(numbers.split(" | ").collect())
}

/// Each number in a line of its own, the passed ones with the time: `  1 failed`, then `  3 passed (4.5s)`.
fn of_playwright(line: &str) -> Option<Vec<&str>> {
    let number = line.strip_prefix("  ").filter(|number| number.starts_with(|first: char| first.is_ascii_digit()))?;
    Some(vec![number.split_once(" (").map_or(number, |(number, _)| number)])
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let passed = self.passed.saturating_sub(self.skipped_themselves);
        let skipped = self.ignored + self.skipped_themselves;
        write!(f, "{passed} passed, {} failed, {skipped} skipped", self.failed)
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
    fn counts_take_tests_that_skipped_themselves_off_the_passed() {
        let mut counts = Counts::default();
        counts.add("skipped: PROGRAM_FILE does not name a program");
        counts.add("test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.10s");
        assert_eq!(counts.to_string(), "2 passed, 0 failed, 2 skipped");
    }

    #[test]
    fn counts_take_vitests_results() {
        let mut counts = Counts::default();
        counts.add("      Tests  554 passed (554)");
        counts.add("      Tests  2 failed | 7 passed | 1 skipped (10)");
        assert_eq!(counts.to_string(), "561 passed, 2 failed, 1 skipped");
    }

    #[test]
    fn counts_take_playwrights_results() {
        let mut counts = Counts::default();
        for line in
            ["  2 failed", "    [chromium] › deposit.spec.ts:9:1 › 3 passed", "  1 flaky", "  4 skipped", "  5 did not run"]
        {
            counts.add(line);
        }
        counts.add("  6 passed (1.2m)");
        assert_eq!(counts.to_string(), "6 passed, 3 failed, 9 skipped");
    }

    #[test]
    fn counts_ignore_other_lines() {
        let mut counts = Counts::default();
        counts.add(" Test Files  8 passed (8)");
        counts.add("test prices::parse ... ok");
        counts.add("running 3 tests");
        counts.add("5 passed; 5 failed");
        counts.add("  ✓  3 [chromium] › deposit.spec.ts:9:1 › a deposit (2 passed)");
        counts.add("  3 of 4 passed");
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
