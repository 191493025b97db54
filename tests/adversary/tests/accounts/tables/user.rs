//! Instructions of depositors.

use {
    super::{left_out, program, recorded},
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
    solana_transaction::InstructionError,
};

/// The asset of one-asset deposits: of Token-2022.
const PAID: usize = TOKEN_2022;
/// The asset of one-asset redemptions: of SPL Token, and above its target.
const REDEEMED: usize = 1;

/// One an instruction.
pub fn tables() -> Vec<Table> {
    vec![
        Table { name: "deposit_in_kind", prepare: deposit_in_kind, rows: deposit_rows() },
        Table { name: "redeem_in_kind", prepare: redeem_in_kind, rows: redeem_rows() },
        Table { name: "redeem_in_kind", prepare: redeem_all, rows: redeem_all_rows() },
        Table { name: "deposit_single", prepare: deposit_single, rows: single_rows(Way::In, PAID) },
        Table { name: "redeem_single", prepare: redeem_single, rows: single_rows(Way::Out, REDEEMED) },
        Table { name: "open_claims", prepare: open_claims, rows: open_rows() },
        Table { name: "claim", prepare: claim, rows: claim_rows() },
        Table { name: "close_claims", prepare: close_claims, rows: close_rows() },
    ]
}

fn deposit_in_kind(party: &mut Party) -> Instruction {
    let Party { scene, user } = party;
    let max_amounts = scene.assets.iter().map(|asset| asset.units(10)).collect();
    instruction::deposit_in_kind(user.pubkey(), &scene.view, DepositInKindArgs { max_amounts, min_shares: 0 })
}

/// The first asset is not to be paid now.
fn redeem_in_kind(party: &mut Party) -> Instruction {
    open(party);
    let Party { scene, user } = party;
    let args = RedeemInKindArgs { shares: 10_000_000, min_amounts: vec![0; ASSETS], skip_mask: 1, forfeit_mask: 0 };
    instruction::redeem_in_kind(user.pubkey(), &scene.view, args)
}

/// Every asset is paid, and none becomes a claim.
fn redeem_all(party: &mut Party) -> Instruction {
    let Party { scene, user } = party;
    let args = RedeemInKindArgs { shares: 10_000_000, min_amounts: vec![0; ASSETS], skip_mask: 0, forfeit_mask: 0 };
    instruction::redeem_in_kind(user.pubkey(), &scene.view, args)
}

fn open_claims(party: &mut Party) -> Instruction {
    instruction::open_claims(party.user.pubkey(), party.scene.view.address)
}

/// Opens the user's claims.
fn open(party: &mut Party) {
    let open = open_claims(party);
    party.scene.send(&[open], &[&party.user]).expect("claims");
}

fn claim(party: &mut Party) -> Instruction {
    let redeem = redeem_in_kind(party);
    let Party { scene, user } = party;
    scene.send(&[redeem], &[user]).expect("a redemption");
    instruction::claim(user.pubkey(), &scene.view, 0).expect("an asset")
}

fn close_claims(party: &mut Party) -> Instruction {
    open(party);
    instruction::close_claims(party.user.pubkey(), party.scene.view.address)
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

fn deposit_rows() -> Vec<Row> {
    let mut rows = in_kind_rows(Way::In);
    rows.extend((0..ASSETS).flat_map(|index| asset_rows(Way::In, index, &format!(" {index}"))));
    rows
}

fn redeem_rows() -> Vec<Row> {
    let mut rows = in_kind_rows(Way::Out);
    // Whose claims they are is asked first.
    rows[0] = Row::new("user", Kind::Signer, BallastError::WrongClaims);
    rows.push(claims().but(Substitution::Absent, BallastError::ClaimsMissing));
    rows.extend((1..ASSETS).flat_map(|index| asset_rows(Way::Out, index, &format!(" {index}"))));
    rows
}

fn redeem_all_rows() -> Vec<Row> {
    let mut rows = in_kind_rows(Way::Out);
    rows.push(left_out("claims"));
    rows.extend((0..ASSETS).flat_map(|index| asset_rows(Way::Out, index, &format!(" {index}"))));
    rows.into_iter().map(unwritable_program).collect()
}

/// In place of the claims stands the program itself, which the runtime lets nobody write to.
fn unwritable_program(row: Row) -> Row {
    match row.name.as_str() {
        "share_mint" | "user_shares" => row.but_for("claims", ErrorCode::ConstraintMut),
        name if name.starts_with("user_tokens") => row.but_for("claims", InstructionError::PrivilegeEscalation),
        _ => row,
    }
}

fn in_kind_rows(way: Way) -> Vec<Row> {
    let mut rows = user_rows(way);
    rows.push(program("token_program"));
    rows.push(program("token_2022_program"));
    rows
}

fn claims() -> Row {
    Row::new("claims", Kind::Loaded, BallastError::WrongClaims)
}

fn open_rows() -> Vec<Row> {
    vec![
        Row::new("owner", Kind::Payer, ErrorCode::ConstraintSeeds),
        Row::new("vault", Kind::Loaded, ErrorCode::ConstraintSeeds),
        Row::new("claims", Kind::New, ErrorCode::ConstraintSeeds),
        program("system_program"),
    ]
}

fn claim_rows() -> Vec<Row> {
    vec![
        Row::new("owner", Kind::Signer, BallastError::WrongClaims),
        Row::new("vault", Kind::Loaded, BallastError::WrongClaims),
        claims(),
        recorded("authority"),
        // An empty one can pay nothing.
        recorded("reserve")
            .but(Substitution::Zeroed, BallastError::NothingOwed)
            .but(Substitution::Closed, BallastError::CorruptAccount),
        recorded("mint"),
        Row::new("destination", Kind::Tokens, GIVEN_AWAY),
        Row::new("asset_token_program", Kind::Fixed, BallastError::WrongTokenProgram),
    ]
}

fn close_rows() -> Vec<Row> {
    vec![Row::new("owner", Kind::Signer, BallastError::WrongClaims), claims()]
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
        recorded("authority"),
        recorded("share_mint"),
        shares,
    ]
}

/// One asset's accounts.
fn asset_rows(way: Way, index: usize, suffix: &str) -> [Row; 3] {
    let others: Verdict = if way == Way::In { NOT_THEIRS.into() } else { GIVEN_AWAY };
    let tokens = Row::new(format!("user_tokens{suffix}"), Kind::Tokens, others);
    let reserve = recorded(format!("reserve{suffix}"));
    let mint = recorded(format!("mint{suffix}"));
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
