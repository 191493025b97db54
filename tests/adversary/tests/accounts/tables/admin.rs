//! Instructions of the vault's admin, guardian and forecaster.

use {
    crate::{
        row::{Kind, Row},
        stage::{ASSETS, Party, create_pool},
        substitution::Substitution,
        table::Table,
    },
    anchor_lang::{error::ErrorCode, solana_program::instruction::Instruction},
    ballast::{error::BallastError, state::pause},
    ballast_client::{VaultView, instruction},
    ballast_tests::{Signer, amm::Pool, scene::Scene},
    solana_transaction::InstructionError,
};

/// The number of a vault that the admin has not filled yet.
const NEW_VAULT: u64 = 1;

/// One an instruction.
pub fn tables() -> Vec<Table> {
    vec![
        Table { name: "initialize_vault", prepare: initialize_vault, rows: initialize_rows() },
        Table { name: "configure_strategy", prepare: configure_strategy, rows: role("admin", BallastError::NotAdmin) },
        Table { name: "register_route", prepare: register_route, rows: register_rows() },
        Table { name: "start_ramp", prepare: start_ramp, rows: role("admin", BallastError::NotAdmin) },
        Table { name: "propose_admin", prepare: propose_admin, rows: role("admin", BallastError::NotAdmin) },
        Table { name: "accept_admin", prepare: accept_admin, rows: role("new_admin", BallastError::NotPendingAdmin) },
        Table { name: "set_pause", prepare: set_pause, rows: role("signer", BallastError::NotGuardian) },
        Table { name: "post_forecast", prepare: post_forecast, rows: role("forecaster", BallastError::NotForecaster) },
    ]
}

/// Somebody with a role in the vault, and the vault.
fn role(name: &str, not_allowed: BallastError) -> Vec<Row> {
    vec![Row::new(name, Kind::Signer, not_allowed), Row::new("vault", Kind::Loaded, not_allowed)]
}

/// The view of another vault of the same admin over the same mints.
fn new_vault(scene: &Scene) -> VaultView {
    let mints: Vec<_> = scene.view.assets.iter().map(|asset| (asset.mint, asset.token_program)).collect();
    VaultView::new(&scene.admin.pubkey(), NEW_VAULT, &mints)
}

fn initialize_vault(party: &mut Party) -> Instruction {
    let scene = &party.scene;
    instruction::initialize_vault(scene.admin.pubkey(), NEW_VAULT, &new_vault(scene), scene.initialize_args())
}

fn initialize_rows() -> Vec<Row> {
    let program = |name| Row::new(name, Kind::Fixed, ErrorCode::InvalidProgramId);
    let mut rows = vec![
        Row::new("admin", Kind::Payer, ErrorCode::ConstraintSeeds),
        Row::new("vault", Kind::New, ErrorCode::ConstraintSeeds),
        Row::new("authority", Kind::Fixed, ErrorCode::ConstraintSeeds),
        Row::new("share_mint", Kind::New, ErrorCode::ConstraintSeeds),
        program("token_program"),
        program("token_2022_program"),
        program("associated_token_program"),
        program("system_program"),
    ];
    for index in 0..ASSETS {
        rows.push(new_mint(index));
        // The associated token program's answer: it takes a reserve that is there, but only one of the token program's.
        let reserve = Row::new(format!("reserve {index}"), Kind::New, BallastError::WrongAccount);
        rows.push(reserve.but(Substitution::Occupied, InstructionError::IllegalOwner));
    }
    rows
}

/// Any mint may be an asset, but its reserve's address follows from it.
fn new_mint(index: usize) -> Row {
    let row = Row::new(format!("mint {index}"), Kind::Fixed, BallastError::UnsupportedMint)
        .but(Substitution::Closed, BallastError::UnsupportedMint)
        .but(Substitution::Zeroed, BallastError::UnsupportedMint)
        .but(Substitution::OtherMint, BallastError::WrongAccount)
        .but_for("share_mint", BallastError::WrongAccount);
    let others = (0..ASSETS).filter(|other| *other != index);
    others.fold(row, |row, other| row.but_for(format!("mint {other}"), BallastError::WrongAccount))
}

/// Only a vault without deposits has its strategy still to come.
fn configure_strategy(party: &mut Party) -> Instruction {
    let initialize = initialize_vault(party);
    let scene = &mut party.scene;
    let admin = scene.admin.clone();
    scene.send(&[initialize], &[&admin]).expect("a new vault");
    instruction::configure_strategy(admin.pubkey(), new_vault(scene).address, scene.configure_args())
}

fn register_route(party: &mut Party) -> Instruction {
    let scene = &mut party.scene;
    let pool = create_pool(scene, &format!("another pool of {}", scene.view.address));
    instruction::register_route(scene.admin.pubkey(), scene.view.address, pool.address())
}

fn register_rows() -> Vec<Row> {
    vec![
        Row::new("admin", Kind::Payer, BallastError::NotAdmin),
        Row::new("vault", Kind::Loaded, ErrorCode::ConstraintSeeds),
        Row::new("route", Kind::New, ErrorCode::ConstraintSeeds),
        Row::new("pool", Kind::Fixed, ErrorCode::ConstraintSeeds)
            .but(Substitution::Closed, BallastError::UnsupportedPool)
            .but(Substitution::Zeroed, BallastError::UnsupportedPool),
        Row::new("system_program", Kind::Fixed, ErrorCode::InvalidProgramId),
    ]
}

fn start_ramp(party: &mut Party) -> Instruction {
    let scene = &party.scene;
    let start_at = scene.world.now() + i64::from(scene.vault().limits.timelock_secs);
    instruction::start_ramp(scene.admin.pubkey(), scene.view.address, vec![4_500, 3_000, 2_500], start_at, start_at + 86_400)
}

fn propose_admin(party: &mut Party) -> Instruction {
    let Party { scene, user } = party;
    instruction::propose_admin(scene.admin.pubkey(), scene.view.address, user.pubkey())
}

fn accept_admin(party: &mut Party) -> Instruction {
    let propose = propose_admin(party);
    let Party { scene, user } = party;
    let admin = scene.admin.clone();
    scene.send(&[propose], &[&admin]).expect("a proposal");
    instruction::accept_admin(user.pubkey(), scene.view.address)
}

fn set_pause(party: &mut Party) -> Instruction {
    let scene = &party.scene;
    instruction::set_pause(scene.guardian.pubkey(), scene.view.address, pause::ALL, true)
}

fn post_forecast(party: &mut Party) -> Instruction {
    let scene = &party.scene;
    let expires_at = scene.world.now() + 3_600;
    instruction::post_forecast(scene.forecaster.pubkey(), scene.view.address, 15_000, expires_at)
}
