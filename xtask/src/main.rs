//! The project's commands: cargo xtask build, test, demo, bench
fn main() {}
