//! Instructions of the vault's guardian.

use {
    super::{recorded, role},
    crate::{
        row::{Kind, Row},
        stage::Party,
        substitution::Substitution,
        table::Table,
        verdict::Verdict,
    },
    anchor_lang::{error::ErrorCode, solana_program::instruction::Instruction},
    ballast::{
        error::BallastError,
        state::{Change, pause},
    },
    ballast_client::instruction,
    ballast_core::limits::Limits,
    ballast_tests::{Signer, amm::Pool},
};

/// What is closed cannot get its own lamports.
const CLOSED_INTO_ITSELF: ErrorCode = ErrorCode::ConstraintClose;
/// The other account is the admin, who may do what the guardian may.
const ADMIN_MAY: Verdict = Verdict::Same("the admin may as well");

/// One an instruction.
pub fn tables() -> Vec<Table> {
    vec![
        Table { name: "set_pause", prepare: set_pause, rows: role("signer", BallastError::NotGuardian) },
        Table { name: "tighten", prepare: tighten, rows: role("signer", BallastError::NotGuardian) },
        Table { name: "quarantine", prepare: quarantine, rows: quarantine_rows() },
        Table { name: "cancel_change", prepare: cancel_change, rows: cancel_rows() },
        Table { name: "close_route", prepare: close_route, rows: close_route_rows() },
    ]
}

fn set_pause(party: &mut Party) -> Instruction {
    let scene = &party.scene;
    instruction::set_pause(scene.guardian.pubkey(), scene.view.address, pause::ALL, true)
}

/// Smaller trades.
fn smaller_trades(party: &Party) -> Change {
    let limits = party.scene.vault().limits;
    Change::Limits(Limits { max_trade_bps: limits.max_trade_bps / 2, ..limits })
}

fn tighten(party: &mut Party) -> Instruction {
    let change = smaller_trades(party);
    instruction::tighten(party.scene.guardian.pubkey(), party.scene.view.address, change)
}

fn quarantine(party: &mut Party) -> Instruction {
    let scene = &party.scene;
    instruction::quarantine(scene.guardian.pubkey(), &scene.view, 1).expect("an asset")
}

fn quarantine_rows() -> Vec<Row> {
    let unread = Verdict::Same("a guardian's word needs no frozen reserve");
    vec![
        Row::new("signer", Kind::Signer, BallastError::NotFrozen),
        Row::new("vault", Kind::Loaded, BallastError::WrongAccount),
        recorded("reserve").but(Substitution::Closed, unread.clone()).but(Substitution::Zeroed, unread),
    ]
}

fn cancel_change(party: &mut Party) -> Instruction {
    let change = smaller_trades(party);
    let scene = &mut party.scene;
    let id = scene.queue(change);
    instruction::cancel_change(scene.guardian.pubkey(), scene.view.address, id, scene.admin.pubkey())
}

fn cancel_rows() -> Vec<Row> {
    vec![
        Row::new("signer", Kind::Signer, BallastError::NotGuardian).but_for("payer", ADMIN_MAY),
        Row::new("vault", Kind::Loaded, ErrorCode::ConstraintSeeds),
        Row::new("queued", Kind::Deserialized, ErrorCode::ConstraintSeeds),
        recorded("payer").but_for("queued", CLOSED_INTO_ITSELF),
    ]
}

fn close_route(party: &mut Party) -> Instruction {
    let scene = &party.scene;
    let pool = scene.pools[0].address();
    instruction::close_route(scene.guardian.pubkey(), scene.admin.pubkey(), scene.view.address, pool)
}

fn close_route_rows() -> Vec<Row> {
    vec![
        Row::new("signer", Kind::Signer, BallastError::NotGuardian).but_for("admin", ADMIN_MAY),
        Row::new("vault", Kind::Loaded, BallastError::NotGuardian),
        Row::new("route", Kind::Loaded, BallastError::WrongRoute),
        recorded("admin").but_for("route", CLOSED_INTO_ITSELF),
    ]
}
