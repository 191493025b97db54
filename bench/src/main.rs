//! Compute units and transaction sizes of every instruction
fn main() {}
