//! A local Solana cluster: Surfpool, embedded and offline.

fn main() {}
