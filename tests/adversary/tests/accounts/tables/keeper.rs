//! Instructions that anybody may send.

use {
    crate::{
        stage::Party,
        table::{Kind, Row, Table},
    },
    anchor_lang::solana_program::instruction::Instruction,
    ballast::error::BallastError,
    ballast_client::instruction,
};

/// One an instruction.
pub fn tables() -> Vec<Table> {
    vec![
        Table { name: "refresh_prices", prepare: refresh_prices, rows: refresh_rows() },
        Table {
            name: "observe",
            prepare: observe,
            rows: vec![Row::new("vault", Kind::Loaded(BallastError::WrongAccount.into()))],
        },
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
    let mut rows = vec![Row::new("vault", Kind::Loaded(BallastError::WrongAccount.into()))];
    rows.extend((0..3).map(|index| Row::new(format!("price {index}"), Kind::Free)));
    rows
}

fn observe(party: &mut Party) -> Instruction {
    instruction::observe(party.scene.view.address)
}

fn rebalance(party: &mut Party) -> Instruction {
    party.scene.rebalance_instruction(0, 0)
}

fn rebalance_rows() -> Vec<Row> {
    let fixed = |name| Row::new(name, Kind::Fixed(BallastError::WrongAccount.into()));
    let mut rows = vec![
        Row::new("keeper", Kind::Anybody),
        Row::new("vault", Kind::Loaded(BallastError::WrongRoute.into())),
        Row::new("route", Kind::Loaded(BallastError::WrongRoute.into())),
        fixed("authority"),
        fixed("reserve_a"),
        fixed("reserve_b"),
        Row::new("amm_program", Kind::Fixed(BallastError::WrongAmmProgram.into())),
    ];
    rows.extend(pins());
    rows
}

fn preview_rebalance(party: &mut Party) -> Instruction {
    let (address, route) = party.scene.route(0);
    instruction::preview_rebalance(party.scene.view.address, address, &route)
}

fn preview_rows() -> Vec<Row> {
    let mut rows = vec![
        Row::new("vault", Kind::Loaded(BallastError::WrongRoute.into())),
        Row::new("route", Kind::Loaded(BallastError::WrongRoute.into())),
    ];
    rows.extend(pins());
    rows
}

/// What a route pins of a Token Swap pool.
fn pins() -> Vec<Row> {
    let names = ["pool", "swap authority", "pool vault a", "pool vault b", "pool mint", "fee account", "token program"];
    names.map(|name| Row::new(name, Kind::Fixed(BallastError::WrongRouteAccount.into()))).into()
}
