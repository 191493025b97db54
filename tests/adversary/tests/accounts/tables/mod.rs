//! The verdicts, by who sends the instruction.

mod admin;
mod guardian;
mod keeper;
mod user;

pub use {admin::tables as admin, guardian::tables as guardian, keeper::tables as keeper, user::tables as user};

use {
    crate::row::{Kind, Row},
    anchor_lang::error::ErrorCode,
    ballast::error::BallastError,
};

/// Somebody with a role in the vault, and the vault.
fn role(name: &str, not_allowed: BallastError) -> Vec<Row> {
    vec![Row::new(name, Kind::Signer, not_allowed), Row::new("vault", Kind::Loaded, not_allowed)]
}

/// A program that Anchor compares.
fn program(name: &str) -> Row {
    Row::new(name, Kind::Fixed, ErrorCode::InvalidProgramId)
}

/// An account that is compared with what the vault has recorded.
fn recorded(name: impl Into<String>) -> Row {
    Row::new(name, Kind::Fixed, BallastError::WrongAccount)
}

/// An optional account that is left out. Whatever stands in for it must be one of its type.
fn left_out(name: &str) -> Row {
    Row::new(name, Kind::Fixed, ErrorCode::AccountOwnedByWrongProgram).but_for("vault", ErrorCode::AccountDiscriminatorMismatch)
}
