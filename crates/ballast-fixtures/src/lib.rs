//! What surrounds a vault on a chain of one's own: SPL Token Swap pools and Pyth prices, in their real layouts.
//!
//! Tests on the embedded SVM and the local cluster set the same scene with it, each by its own means of writing to a chain.

pub mod programs;
pub mod pyth;
pub mod scene;
pub mod token_swap;
