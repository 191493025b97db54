//! Instructions of the vault's admin, guardian and forecaster.

use {
    super::{keeper, left_out, program, recorded, role},
    crate::{
        row::{Kind, Row},
        stage::{ASSETS, Party, create_pool},
        substitution::Substitution,
        table::Table,
        verdict::Verdict,
    },
    anchor_lang::{error::ErrorCode, solana_program::instruction::Instruction},
    anchor_spl::token::spl_token::error::TokenError,
    ballast::{error::BallastError, instructions::RedeemInKindArgs, state::Change},
    ballast_client::{VaultView, instruction},
    ballast_tests::{
        Signer,
        amm::Pool,
        scene::{AssetSpec, Scene},
    },
    solana_transaction::InstructionError,
};

/// Ten days.
const RAMP_SECS: u32 = 864_000;
/// The number of a vault that the admin has not filled yet.
const NEW_VAULT: u64 = 1;

/// One an instruction.
pub fn tables() -> Vec<Table> {
    vec![
        Table { name: "initialize_vault", prepare: initialize_vault, rows: initialize_rows() },
        Table { name: "configure_strategy", prepare: configure_strategy, rows: role("admin", BallastError::NotAdmin) },
        Table { name: "register_route", prepare: register_route, rows: register_rows() },
        Table { name: "start_ramp", prepare: start_ramp, rows: role("signer", BallastError::NotManager) },
        Table { name: "propose_admin", prepare: propose_admin, rows: role("admin", BallastError::NotAdmin) },
        Table { name: "accept_admin", prepare: accept_admin, rows: role("new_admin", BallastError::NotPendingAdmin) },
        Table { name: "post_forecast", prepare: post_forecast, rows: role("forecaster", BallastError::NotForecaster) },
        Table { name: "clear_breaker", prepare: clear_breaker, rows: clear_rows() },
        Table { name: "clear_breaker", prepare: clear_route_breaker, rows: clear_route_rows() },
        Table { name: "queue_change", prepare: queue_change, rows: queue_rows() },
        Table { name: "apply_change", prepare: apply_change, rows: apply_rows() },
        Table { name: "close_reserve", prepare: close_reserve, rows: close_reserve_rows() },
        Table { name: "close_vault", prepare: close_vault, rows: close_vault_rows() },
    ]
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
    let mut rows = vec![
        Row::new("admin", Kind::Payer, ErrorCode::ConstraintSeeds),
        Row::new("vault", Kind::New, ErrorCode::ConstraintSeeds),
        Row::new("authority", Kind::Fixed, ErrorCode::ConstraintSeeds),
        Row::new("crank_fund", Kind::New, ErrorCode::ConstraintSeeds),
        Row::new("share_mint", Kind::New, ErrorCode::ConstraintSeeds),
        program("token_program"),
        program("token_2022_program"),
        program("associated_token_program"),
        program("system_program"),
    ];
    for index in 0..ASSETS {
        let other_mints = (0..ASSETS).filter(|other| *other != index).map(|other| format!("mint {other}"));
        let other_mints = other_mints.chain(["share_mint".to_owned()]);
        let mint = new_mint(format!("mint {index}"));
        rows.push(other_mints.fold(mint, |row, other| row.but_for(other, BallastError::WrongAccount)));
        // The associated token program's answer: it takes a reserve that is there, but only one of the token program's.
        let reserve = Row::new(format!("reserve {index}"), Kind::New, BallastError::WrongAccount);
        rows.push(reserve.but(Substitution::Occupied, InstructionError::IllegalOwner));
    }
    rows
}

/// Any mint may be an asset, but its reserve's address follows from it.
fn new_mint(name: impl Into<String>) -> Row {
    Row::new(name, Kind::Fixed, BallastError::UnsupportedMint)
        .but(Substitution::Zeroed, BallastError::UnsupportedMint)
        .but(Substitution::Closed, BallastError::UnsupportedMint)
        .but(Substitution::OtherMint, BallastError::WrongAccount)
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
        program("system_program"),
    ]
}

fn start_ramp(party: &mut Party) -> Instruction {
    let scene = &party.scene;
    instruction::start_ramp(scene.admin.pubkey(), scene.view.address, vec![4_500, 3_000, 2_500], RAMP_SECS)
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

fn post_forecast(party: &mut Party) -> Instruction {
    let scene = &party.scene;
    let expires_at = scene.world.now() + 3_600;
    instruction::post_forecast(scene.forecaster.pubkey(), scene.view.address, 15_000, expires_at)
}

/// A change that the bounds of the targets allow at once.
fn queue_change(party: &mut Party) -> Instruction {
    let scene = &party.scene;
    let vault = scene.vault();
    instruction::queue_change(scene.admin.pubkey(), scene.view.address, vault.change_count, Change::Limits(vault.limits))
}

fn queue_rows() -> Vec<Row> {
    vec![
        Row::new("admin", Kind::Payer, BallastError::NotAdmin),
        Row::new("vault", Kind::Loaded, ErrorCode::ConstraintSeeds),
        Row::new("queued", Kind::New, ErrorCode::ConstraintSeeds),
        program("system_program"),
    ]
}

/// A new asset, whose mint and reserve are remaining accounts.
fn apply_change(party: &mut Party) -> Instruction {
    let scene = &mut party.scene;
    let asset = scene.new_asset(&AssetSpec::spl(6, 100_000_000, 0));
    let view = scene.asset_view(&asset);
    let admin = scene.admin.clone();
    let create = instruction::create_reserve(admin.pubkey(), scene.view.authority, &view);
    scene.send(&[create], &[&admin]).expect("a reserve");
    let id = scene.queue(scene.add_asset_change(&asset, 1_000));
    scene.wait_for_timelock();
    instruction::apply_asset(admin.pubkey(), scene.view.address, id, &view)
}

fn apply_rows() -> Vec<Row> {
    vec![
        Row::new("admin", Kind::Signer, BallastError::NotAdmin),
        Row::new("vault", Kind::Loaded, ErrorCode::ConstraintSeeds),
        Row::new("queued", Kind::Deserialized, ErrorCode::ConstraintSeeds),
        new_mint("mint"),
        recorded("reserve")
            .but(Substitution::Zeroed, BallastError::ReserveTampered)
            .but(Substitution::Closed, BallastError::ReserveMissing),
    ]
}

/// Everybody has left.
fn close_reserve(party: &mut Party) -> Instruction {
    let Party { scene, user } = party;
    for holder in [user.clone(), scene.admin.clone()] {
        let shares = scene.shares_of(&holder);
        if shares > 0 {
            let args = RedeemInKindArgs { shares, min_amounts: vec![0; ASSETS], skip_mask: 0, forfeit_mask: 0 };
            scene.redeem(&holder, args).expect("a redemption");
        }
    }
    close_reserve_of(scene, 0)
}

fn close_reserve_of(scene: &Scene, index: usize) -> Instruction {
    let destination = scene.world.token_address(&scene.admin.pubkey(), &scene.assets[index].mint);
    instruction::close_reserve(scene.admin.pubkey(), &scene.view, index as u8, destination).expect("an asset")
}

fn close_reserve_rows() -> Vec<Row> {
    vec![
        Row::new("admin", Kind::Signer, BallastError::NotAdmin),
        Row::new("vault", Kind::Loaded, BallastError::NotAdmin),
        recorded("authority"),
        Row::new("share_mint", Kind::Deserialized, BallastError::WrongAccount).but_for("mint", BallastError::WrongAccount),
        recorded("reserve").but(Substitution::Closed, BallastError::CorruptAccount),
        recorded("mint"),
        Row::new("destination", Kind::Tokens, Verdict::Gift("where the rest goes is the admin's choice"))
            .but_for("reserve", TokenError::NonNativeHasBalance),
        program("token_program"),
        program("token_2022_program"),
    ]
}

fn close_vault(party: &mut Party) -> Instruction {
    close_reserve(party);
    let scene = &mut party.scene;
    let admin = scene.admin.clone();
    for index in 0..ASSETS {
        let close = close_reserve_of(scene, index);
        scene.send(&[close], &[&admin]).expect("a reserve without shares");
    }
    instruction::close_vault(admin.pubkey(), scene.view.address, scene.view.crank_fund)
}

fn close_vault_rows() -> Vec<Row> {
    let mut rows = role("admin", BallastError::NotAdmin);
    rows.push(recorded("crank_fund"));
    rows
}

fn clear_breaker(party: &mut Party) -> Instruction {
    let trip = keeper::trip_breaker(party);
    let scene = &mut party.scene;
    scene.keep(trip).expect("a breaker trips");
    instruction::clear_breaker(scene.admin.pubkey(), scene.view.address, None)
}

fn clear_rows() -> Vec<Row> {
    let mut rows = role("admin", BallastError::NotAdmin);
    rows.push(left_out("route"));
    rows
}

fn clear_route_breaker(party: &mut Party) -> Instruction {
    let trip = keeper::trip_route(party);
    let scene = &mut party.scene;
    scene.keep(trip).expect("a breaker trips");
    instruction::clear_breaker(scene.admin.pubkey(), scene.view.address, Some(scene.route(0).0))
}

fn clear_route_rows() -> Vec<Row> {
    let mut rows = role("admin", BallastError::NotAdmin);
    rows.push(Row::new("route", Kind::Loaded, BallastError::WrongRoute).but(Substitution::Absent, BallastError::NotHalted));
    rows
}
