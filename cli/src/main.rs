//! The command line of Ballast.

fn main() {}
