//! What is wrong with a configuration file, and where: the first problem for a command, all that can be found for a form.

use std::fmt;

use anyhow::{Context, Result};

/// Something that is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file's name; empty where it has none.
    pub file: String,
    /// What leads to the field or the table: `limits.max_trade_bps`, `assets.0.name`. Empty for the file as a whole.
    pub path: String,
    /// The line, from 1, where the file has the path or what it leads through.
    pub line: Option<usize>,
    /// What is wrong, and what is allowed.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Self { file, line, message, .. } = self;
        let file = if file.is_empty() { "the configuration" } else { file };
        match line {
            Some(line) => write!(f, "{file}:{line}: {message}"),
            None => write!(f, "{file}: {message}"),
        }
    }
}

impl std::error::Error for Problem {}

/// The problems of one file, in the order in which they were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Adds a problem.
    pub fn note(&mut self, problem: Problem) {
        self.0.push(problem);
    }

    /// What was read, if it could be; the problem is noted otherwise.
    pub fn sift<T>(&mut self, read: Result<T, Problem>) -> Option<T> {
        read.map_err(|problem| self.note(problem)).ok()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// All of them.
    pub fn into_vec(self) -> Vec<Problem> {
        self.0
    }
}

/// What `examine` finds in a file without problems.
///
/// # Errors
/// The first problem.
pub fn first<T>(examine: impl FnOnce(&mut Problems) -> Option<T>) -> Result<T> {
    let mut problems = Problems::default();
    let found = examine(&mut problems);
    match problems.0.into_iter().next() {
        Some(problem) => Err(problem.into()),
        None => found.context("the configuration cannot be read"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(message: &str, line: Option<usize>) -> Problem {
        Problem { file: "f".into(), path: "a.b".into(), line, message: message.into() }
    }

    #[test]
    fn the_first_of_several_is_the_error() {
        let error = first(|problems| {
            problems.note(problem("one", Some(3)));
            problems.sift::<u8>(Err(problem("two", None)))
        });
        assert_eq!(error.unwrap_err().to_string(), "f:3: one");
        assert_eq!(first(|_| Some(7)).unwrap(), 7);
    }

    #[test]
    fn a_problem_tells_what_is_known_of_its_place() {
        assert_eq!(problem("one", None).to_string(), "f: one");
        assert_eq!(Problem { file: String::new(), ..problem("one", None) }.to_string(), "the configuration: one");
    }
}
