//! The command line as a process, on local clusters. Each test has one of its own.

mod cluster;
mod deploy;
mod docs;
mod govern;
mod hold;
mod program;
