//! The whole story on a local cluster, by the project's own processes: `ballast`, `ballast-keeper` and the chain.
//!
//! A [`Stage`] is a local cluster of its own, on free ports and in a temporary folder, with whatever processes a test starts; all of
//! it ends with the stage. Helpers panic: in a test whatever does not work is a failure.

mod binary;
mod command_line;
mod keeper;
pub mod proxy;
mod stage;
mod wait;

pub use binary::folder as binaries;
pub use command_line::Answer;
pub use keeper::Keeper;
pub use stage::{Stage, options};
pub use wait::until;
