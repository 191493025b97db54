//! The keeper: turns the cranks of vaults.

fn main() {}
