//! Rust client of the Ballast program: addresses, instructions, decoding
