//! What a vault is to people: figures, quotes, states and decisions in words. The command line and the web app show the same.
//!
//! Everything is computed by `ballast-core` and the program's own functions from accounts as a node gives them. Whoever wrote
//! those may be hostile: whatever the bytes are, the answer is a figure or a [`Refusal`].

mod refusal;

pub use refusal::Refusal;
