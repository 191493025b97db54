//! The verdicts, by who sends the instruction.

mod admin;
mod keeper;
mod user;

pub use {admin::tables as admin, keeper::tables as keeper, user::tables as user};
