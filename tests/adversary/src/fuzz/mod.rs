//! Stateful fuzzing: random histories of a vault, in which everybody does everything, and what must hold after every step.
//!
//! A history is drawn from a seed and played on one of two chains: [`svm`], the real virtual machine with the compiled program,
//! or [`native`], the program's own handlers compiled for the host, many times faster. That they answer alike is what [`lockstep`] shows.

pub mod actions;
pub mod books;
pub mod cast;
pub mod chain;
pub mod checks;
pub mod exit;
pub mod history;
pub mod listed;
pub mod lockstep;
pub mod market;
pub mod native;
pub mod play;
pub mod setup;
pub mod svm;
pub mod tally;
