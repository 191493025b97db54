//! Instructions of depositors.

use {
    crate::{
        row::{Kind, Row},
        stage::{ASSETS, Party, TOKEN_2022},
        substitution::Substitution,
        table::Table,
        verdict::Verdict,
    },
    anchor_lang::{error::ErrorCode, solana_program::instruction::Instruction},
    anchor_spl::token::spl_token::error::TokenError,
    ballast::{
        error::BallastError,
        instructions::{DepositInKindArgs, RedeemInKindArgs},
    },
    ballast_client::instruction,
    ballast_tests::Signer,
};

/// The asset of one-asset deposits: of Token-2022.
const PAID: usize = TOKEN_2022;
/// The asset of one-asset redemptions: of SPL Token, and above its target.
const REDEEMED: usize = 1;

/// One an instruction.
pub fn tables() -> Vec<Table> {
    vec![
        Table { name: "deposit_in_kind", prepare: deposit_in_kind, rows: in_kind_rows(Way::In) },
        Table { name: "redeem_in_kind", prepare: redeem_in_kind, rows: in_kind_rows(Way::Out) },
        Table { name: "deposit_single", prepare: deposit_single, rows: single_rows(Way::In, PAID) },
        Table { name: "redeem_single", prepare: redeem_single, rows: single_rows(Way::Out, REDEEMED) },
    ]
}

fn deposit_in_kind(party: &mut Party) -> Instruction {
    let Party { scene, user } = party;
    let max_amounts = scene.assets.iter().map(|asset| asset.units(10)).collect();
    instruction::deposit_in_kind(user.pubkey(), &scene.view, DepositInKindArgs { max_amounts, min_shares: 0 })
}

fn redeem_in_kind(party: &mut Party) -> Instruction {
    let Party { scene, user } = party;
    let args = RedeemInKindArgs { shares: 10_000_000, min_amounts: vec![0; ASSETS], skip_mask: 0 };
    instruction::redeem_in_kind(user.pubkey(), &scene.view, args)
}

fn deposit_single(party: &mut Party) -> Instruction {
    let Party { scene, user } = party;
    instruction::deposit_single(user.pubkey(), &scene.view, PAID as u8, scene.assets[PAID].units(10), 0).expect("an asset")
}

fn redeem_single(party: &mut Party) -> Instruction {
    let Party { scene, user } = party;
    instruction::redeem_single(user.pubkey(), &scene.view, REDEEMED as u8, 10_000_000, 0).expect("an asset")
}

/// Which way the tokens go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    In,
    Out,
}

/// The other account of the right mint is somebody's who did not sign.
const NOT_THEIRS: TokenError = TokenError::OwnerMismatch;
/// It is the sender's to give away.
const GIVEN_AWAY: Verdict = Verdict::Gift("where shares and tokens go is the user's choice");

fn in_kind_rows(way: Way) -> Vec<Row> {
    let mut rows = user_rows(way);
    rows.push(program("token_program"));
    rows.push(program("token_2022_program"));
    for index in 0..ASSETS {
        rows.extend(asset_rows(way, index, &format!(" {index}")));
    }
    rows
}

fn single_rows(way: Way, asset: usize) -> Vec<Row> {
    let mut rows = user_rows(way);
    rows.extend(asset_rows(way, asset, ""));
    rows.push(program("token_program"));
    rows.push(Row::new("asset_token_program", Kind::Fixed, BallastError::WrongTokenProgram));
    rows
}

/// The user, the vault, and the shares.
fn user_rows(way: Way) -> Vec<Row> {
    let shares = match way {
        Way::In => Row::new("user_shares", Kind::Tokens, GIVEN_AWAY),
        Way::Out => Row::new("user_shares", Kind::Tokens, NOT_THEIRS),
    };
    vec![
        Row::new("user", Kind::Signer, NOT_THEIRS),
        Row::new("vault", Kind::Loaded, BallastError::WrongAccount),
        Row::new("authority", Kind::Fixed, BallastError::WrongAccount),
        Row::new("share_mint", Kind::Fixed, BallastError::WrongAccount),
        shares,
    ]
}

/// One asset's accounts.
fn asset_rows(way: Way, index: usize, suffix: &str) -> [Row; 3] {
    let others: Verdict = if way == Way::In { NOT_THEIRS.into() } else { GIVEN_AWAY };
    let tokens = Row::new(format!("user_tokens{suffix}"), Kind::Tokens, others);
    let reserve = Row::new(format!("reserve{suffix}"), Kind::Fixed, BallastError::WrongAccount);
    let mint = Row::new(format!("mint{suffix}"), Kind::Fixed, BallastError::WrongAccount);
    // Of a deposit, the reserve's balance is read first, and a Token-2022 mint is checked again.
    match (way, index) {
        (Way::In, TOKEN_2022) => [tokens, reserve.but(Substitution::Closed, BallastError::CorruptAccount), unsupported(mint)],
        (Way::In, _) => [tokens, reserve.but(Substitution::Closed, BallastError::CorruptAccount), mint],
        (Way::Out, _) => [tokens, reserve, mint],
    }
}

fn unsupported(mint: Row) -> Row {
    mint.but(Substitution::Zeroed, BallastError::UnsupportedMint).but(Substitution::Closed, BallastError::UnsupportedMint)
}

fn program(name: &str) -> Row {
    Row::new(name, Kind::Fixed, ErrorCode::InvalidProgramId)
}
