//! The whole story on a local cluster, by the project's own processes.
