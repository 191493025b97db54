//! Results for people and programs: tables, JSON, and HTML pages with charts.

pub mod chart;
