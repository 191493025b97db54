//! Why there is no answer, in the program's words where it is the program that refuses.

use std::error::Error;
use std::fmt;

use ballast_client::anchor_lang::error::Error as ProgramError;
use ballast_client::ballast::error::BallastError;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// A name for programs, such as `PriceStale`: that of the program's error where there is one.
    pub name: String,
    /// What is wrong, and what to do next.
    pub message: String,
}

impl Refusal {
    /// A refusal that is not the program's.
    pub fn new(name: &str, message: impl Into<String>) -> Self {
        Refusal { name: name.into(), message: message.into() }
    }

    /// Why the core or the program refuses, in the program's words.
    pub fn core(error: impl Into<BallastError>) -> Self {
        ProgramError::from(error.into()).into()
    }
}

impl From<ProgramError> for Refusal {
    /// Without Anchor's frame around it.
    fn from(error: ProgramError) -> Self {
        match error {
            ProgramError::AnchorError(error) => Refusal { name: error.error_name, message: error.error_msg },
            ProgramError::ProgramError(error) => Refusal::new("ProgramError", error.program_error.to_string()),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.message)
    }
}

impl Error for Refusal {}
