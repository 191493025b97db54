//! A vault rebalanced over real prices on an embedded SVM, and its report

mod data;
mod time;
fn main() {}
