//! Results for people and programs: tables, JSON, and HTML pages with charts that load nothing from elsewhere.

pub mod chart;
mod frontier;
mod output;
mod page;
mod results;
mod sweep;
mod synchronisation;
mod table;

pub use frontier::{FrontierResults, frontier_table};
pub use output::Output;
pub use page::{comparison_page, html};
pub use results::{Entry, Period, Results, Run, VERSION};
pub use sweep::{SweepResults, sweep_notes, sweep_page, sweep_table};
pub use synchronisation::{SynchronisationResults, synchronisation_page, synchronisation_table};
pub use table::{Align, Table, assumptions, comparison_table, notes};
