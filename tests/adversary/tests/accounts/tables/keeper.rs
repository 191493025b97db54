//! Instructions that anybody may send.

use {
    crate::{
        row::{Kind, Row},
        stage::{ASSETS, Party},
        substitution::Substitution,
        table::Table,
        verdict::Verdict,
    },
    anchor_lang::solana_program::instruction::Instruction,
    ballast::error::BallastError,
    ballast_client::instruction,
    solana_transaction::InstructionError,
};

/// One an instruction.
pub fn tables() -> Vec<Table> {
    vec![
        Table { name: "refresh_prices", prepare: refresh_prices, rows: refresh_rows() },
        Table { name: "observe", prepare: observe, rows: vec![anybodys_vault()] },
        Table { name: "rebalance", prepare: rebalance, rows: rebalance_rows() },
        Table { name: "preview_rebalance", prepare: preview_rebalance, rows: preview_rows() },
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
    let reserve = |name| {
        let row = Row::new(name, Kind::Fixed, BallastError::WrongAccount);
        row.but(Substitution::Closed, BallastError::CorruptAccount)
    };
    let drained =
        |row: Row| row.but(Substitution::Zeroed, BallastError::PoolAway).but(Substitution::Closed, BallastError::CorruptAccount);
    vec![
        Row::new("keeper", Kind::Signer, Verdict::Same("anybody may")),
        Row::new("vault", Kind::Loaded, BallastError::WrongRoute),
        Row::new("route", Kind::Loaded, BallastError::WrongRoute),
        Row::new("authority", Kind::Fixed, BallastError::WrongAccount),
        reserve("reserve_a"),
        reserve("reserve_b"),
        Row::new("amm_program", Kind::Fixed, BallastError::WrongAmmProgram),
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
