//! Instructions that anybody may send.

use {
    super::{program, recorded},
    crate::{
        row::{Kind, Row},
        stage::{ASSETS, Party},
        substitution::Substitution,
        table::Table,
        verdict::Verdict,
    },
    anchor_lang::solana_program::instruction::Instruction,
    anchor_spl::token::spl_token::error::TokenError,
    ballast::error::BallastError,
    ballast_client::instruction,
    ballast_tests::Signer,
    solana_transaction::InstructionError,
};

/// One an instruction.
pub fn tables() -> Vec<Table> {
    vec![
        Table { name: "refresh_prices", prepare: refresh_prices, rows: refresh_rows() },
        Table { name: "observe", prepare: observe, rows: vec![anybodys_vault()] },
        Table { name: "rebalance", prepare: rebalance, rows: rebalance_rows() },
        Table { name: "preview_rebalance", prepare: preview_rebalance, rows: preview_rows() },
        Table { name: "collect_fees", prepare: collect_fees, rows: collect_rows() },
    ]
}

/// Prices a second newer than those that the vault knows.
fn refresh_prices(party: &mut Party) -> Instruction {
    party.scene.world.advance(1);
    party.scene.publish();
    party.scene.refresh_instruction()
}

fn refresh_rows() -> Vec<Row> {
    let mut rows = vec![anybodys_vault()];
    rows.extend((0..ASSETS).map(price));
    rows
}

fn anybodys_vault() -> Row {
    Row::new("vault", Kind::Loaded, Verdict::Aside("anybody may do this to any vault"))
}

/// A price account may have any address: it is known by its owner and feed.
fn price(index: usize) -> Row {
    let row = Row::new(format!("price {index}"), Kind::Fixed, BallastError::PriceOwner)
        .but(Substitution::Closed, BallastError::PriceOwner)
        .but(Substitution::Zeroed, BallastError::PriceUnreadable);
    let others = (0..ASSETS).filter(|other| *other != index);
    others.fold(row, |row, other| row.but_for(format!("price {other}"), BallastError::PriceFeed))
}

fn observe(party: &mut Party) -> Instruction {
    instruction::observe(party.scene.view.address)
}

fn rebalance(party: &mut Party) -> Instruction {
    party.scene.rebalance_instruction(0, 0)
}

fn rebalance_rows() -> Vec<Row> {
    let reserve = |name: &str| recorded(name).but(Substitution::Closed, BallastError::CorruptAccount);
    let drained =
        |row: Row| row.but(Substitution::Zeroed, BallastError::PoolAway).but(Substitution::Closed, BallastError::CorruptAccount);
    vec![
        Row::new("keeper", Kind::Signer, Verdict::Gift("anybody may, and is paid for it")),
        Row::new("vault", Kind::Loaded, BallastError::WrongRoute),
        Row::new("route", Kind::Loaded, BallastError::WrongRoute),
        recorded("authority"),
        reserve("reserve_a"),
        reserve("reserve_b"),
        Row::new("amm_program", Kind::Fixed, BallastError::WrongAmmProgram),
        recorded("crank_fund"),
        pin("pool")
            .but(Substitution::Zeroed, InstructionError::UninitializedAccount)
            .but(Substitution::Closed, BallastError::UnsupportedPool),
        pin("swap authority"),
        drained(pin("pool vault a")),
        drained(pin("pool vault b")),
        // Token Swap's own errors.
        pin("pool mint")
            .but(Substitution::Zeroed, InstructionError::Custom(4))
            .but(Substitution::Closed, InstructionError::Custom(24)),
        pin("fee account"),
        pin("token program"),
    ]
}

fn preview_rebalance(party: &mut Party) -> Instruction {
    let (address, route) = party.scene.route(0);
    instruction::preview_rebalance(party.scene.view.address, address, &route)
}

fn preview_rows() -> Vec<Row> {
    let told = Verdict::Same("it tells what the accounts say, and nothing moves");
    let emptied = |row: Row| row.but(Substitution::Zeroed, told.clone());
    vec![
        Row::new("vault", Kind::Loaded, BallastError::WrongRoute),
        Row::new("route", Kind::Loaded, BallastError::WrongRoute),
        emptied(pin("pool")).but(Substitution::Closed, BallastError::UnsupportedPool),
        pin("swap authority"),
        emptied(pin("pool vault a")).but(Substitution::Closed, BallastError::CorruptAccount),
        emptied(pin("pool vault b")).but(Substitution::Closed, BallastError::CorruptAccount),
        emptied(pin("pool mint")).but(Substitution::Closed, told.clone()),
        emptied(pin("fee account")).but(Substitution::Closed, told.clone()),
        pin("token program"),
    ]
}

/// One of the accounts of a Token Swap pool that a route pins.
fn pin(name: &str) -> Row {
    Row::new(name, Kind::Fixed, BallastError::WrongRouteAccount)
}

/// A day's fees, for the admin.
fn collect_fees(party: &mut Party) -> Instruction {
    let scene = &mut party.scene;
    let recipient = scene.admin.pubkey();
    scene.edit_vault(|vault| vault.fee_recipient = recipient);
    scene.world.advance(86_400);
    instruction::collect_fees(&scene.view, &recipient)
}

fn collect_rows() -> Vec<Row> {
    vec![
        Row::new("vault", Kind::Loaded, BallastError::WrongAccount),
        recorded("authority"),
        recorded("share_mint"),
        Row::new("recipient_shares", Kind::Fixed, BallastError::WrongFeeAccount)
            .but(Substitution::OtherMint, TokenError::MintMismatch)
            .but(Substitution::Zeroed, BallastError::WrongFeeAccount)
            .but(Substitution::Closed, BallastError::WrongFeeAccount),
        program("token_program"),
    ]
}
