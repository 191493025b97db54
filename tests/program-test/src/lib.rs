//! The main flows under solana-program-test, in a crate of their own for its heavy tree
