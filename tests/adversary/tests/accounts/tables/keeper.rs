//! Instructions that anybody may send.

use {
    super::{left_out, program, recorded},
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
    ballast_tests::{Signer, pyth::Quote},
    solana_transaction::InstructionError,
};

/// Why an account may be nonsense.
const ONLY_READ: &str = "nobody uses what is written there";
/// Why an instruction may succeed all the same.
const EMPTY_POOL: &str = "a pool without tokens halts its route";

/// One an instruction.
pub fn tables() -> Vec<Table> {
    vec![
        Table { name: "refresh_prices", prepare: refresh_prices, rows: refresh_rows() },
        Table { name: "observe", prepare: observe, rows: vec![anybodys_vault()] },
        Table { name: "rebalance", prepare: rebalance, rows: rebalance_rows() },
        Table { name: "preview_rebalance", prepare: preview_rebalance, rows: preview_rows() },
        Table { name: "collect_fees", prepare: collect_fees, rows: collect_rows() },
        Table { name: "trip_breaker", prepare: trip_breaker, rows: trip_rows() },
        Table { name: "trip_breaker", prepare: trip_route, rows: trip_route_rows() },
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
    for index in 0..ASSETS {
        let others = (0..ASSETS).filter(|other| *other != index);
        rows.push(others.fold(price(index), |row, other| row.but_for(format!("price {other}"), BallastError::PriceFeed)));
    }
    rows
}

fn anybodys_vault() -> Row {
    Row::new("vault", Kind::Loaded, Verdict::Aside("anybody may do this to any vault"))
}

/// A price account may have any address: it is known by its owner and feed.
fn price(index: usize) -> Row {
    Row::new(format!("price {index}"), Kind::Fixed, BallastError::PriceOwner)
        .but(Substitution::Closed, BallastError::PriceOwner)
        .but(Substitution::Zeroed, BallastError::PriceUnreadable)
}

fn observe(party: &mut Party) -> Instruction {
    instruction::observe(party.scene.view.address)
}

fn rebalance(party: &mut Party) -> Instruction {
    party.scene.rebalance_instruction(0, 0)
}

fn rebalance_rows() -> Vec<Row> {
    let reserve = |name: &str| recorded(name).but(Substitution::Closed, BallastError::CorruptAccount);
    let drained = |row: Row| {
        row.but(Substitution::Zeroed, Verdict::Unmoved(EMPTY_POOL)).but(Substitution::Closed, BallastError::CorruptAccount)
    };
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
    let mut rows = vec![
        Row::new("vault", Kind::Loaded, BallastError::WrongRoute),
        Row::new("route", Kind::Loaded, BallastError::WrongRoute),
    ];
    rows.extend(read_pins(Verdict::Same(ONLY_READ)));
    rows
}

/// What a route pins, where nobody writes to it; `empty` is the verdict for pool vaults without tokens.
fn read_pins(empty: Verdict) -> [Row; 7] {
    let vault = |name| pin(name).but(Substitution::Zeroed, empty.clone()).but(Substitution::Closed, BallastError::CorruptAccount);
    let read = |name| pin(name).but(Substitution::Zeroed, Verdict::Same(ONLY_READ));
    [
        read("pool").but(Substitution::Closed, BallastError::UnsupportedPool),
        pin("swap authority"),
        vault("pool vault a"),
        vault("pool vault b"),
        read("pool mint").but(Substitution::Closed, Verdict::Same(ONLY_READ)),
        read("fee account").but(Substitution::Closed, Verdict::Same(ONLY_READ)),
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

/// A price too uncertain for the vault, as evidence.
pub fn trip_breaker(party: &mut Party) -> Instruction {
    let scene = &mut party.scene;
    scene.world.advance(1);
    let quote = scene.quote(1);
    let uncertain = Quote { conf: quote.price as u64 / 10, ..quote };
    scene.publish_quote(1, &uncertain);
    instruction::trip_breaker(scene.view.address, Some((1, scene.assets[1].price_account)))
}

fn trip_rows() -> Vec<Row> {
    vec![anybodys_vault(), left_out("route"), price(1)]
}

/// The market has left the pool behind.
pub fn trip_route(party: &mut Party) -> Instruction {
    let scene = &mut party.scene;
    let doubled = 2 * scene.assets[1].spec.price_e8;
    scene.set_price(1, doubled);
    scene.pass(1);
    let (address, route) = scene.route(0);
    instruction::trip_route_breaker(scene.view.address, address, &route)
}

fn trip_route_rows() -> Vec<Row> {
    let route = Row::new("route", Kind::Loaded, BallastError::WrongRoute);
    let mut rows = vec![
        Row::new("vault", Kind::Loaded, BallastError::WrongRoute),
        route.but(Substitution::Absent, BallastError::AccountsMismatch),
    ];
    rows.extend(read_pins(Verdict::Unmoved(EMPTY_POOL)));
    rows
}
