//! A vault rebalanced over real prices on an embedded SVM, and its report
mod data;
mod options;
mod pool;
mod time;
mod users;
fn main() {}
