//! A vault rebalanced over real prices on an embedded SVM, and its report
mod data;
mod figures;
mod history;
mod options;
mod pool;
mod report;
mod table;
mod time;
mod users;
fn main() {}
