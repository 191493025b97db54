//! The local cluster, in this process and in one of its own.

mod cluster;
mod process;
mod support;
