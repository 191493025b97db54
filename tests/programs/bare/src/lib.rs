//! A program that issues the CPIs its instruction data lists, and does nothing else.
//!
//! The benchmark gives it the inner instructions of a Ballast instruction: what it consumes is what those CPIs cost a
//! minimal program, and the rest of Ballast's compute units is Ballast's own work.
//!
//! [`encode`] writes the instruction data on the host; [`mod@format`] documents it byte by byte.

pub mod format;
pub mod program;

pub use format::{AccountRef, Cpi, encode};

/// Most accounts one instruction of this program may name; a version-0 transaction can hold no more than 128.
pub const MAX_ACCOUNTS: usize = 128;

/// Most accounts one inner instruction may take.
pub const MAX_CPI_ACCOUNTS: usize = 32;

#[cfg(target_os = "solana")]
pinocchio::entrypoint!(program::process, MAX_ACCOUNTS);
