//! Results for people and programs: tables, JSON, and HTML pages with charts that load nothing from elsewhere.

pub mod chart;
mod output;
mod page;
mod results;
mod table;

pub use output::Output;
pub use page::{comparison_page, html};
pub use results::{Entry, Results, Run};
pub use table::{Align, Table, comparison_table};
