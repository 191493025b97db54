//! Instructions of depositors.

use {
    crate::{
        stage::Party,
        table::{Kind, Row, Table},
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

/// One an instruction.
pub fn tables() -> Vec<Table> {
    vec![
        Table { name: "deposit_in_kind", prepare: deposit_in_kind, rows: in_kind_rows() },
        Table { name: "redeem_in_kind", prepare: redeem_in_kind, rows: in_kind_rows() },
        Table { name: "deposit_single", prepare: deposit_single, rows: single_rows() },
        Table { name: "redeem_single", prepare: redeem_single, rows: single_rows() },
    ]
}

fn deposit_in_kind(party: &mut Party) -> Instruction {
    let Party { scene, user } = party;
    let max_amounts = scene.assets.iter().map(|asset| asset.units(10)).collect();
    instruction::deposit_in_kind(user.pubkey(), &scene.view, DepositInKindArgs { max_amounts, min_shares: 0 })
}

fn redeem_in_kind(party: &mut Party) -> Instruction {
    let Party { scene, user } = party;
    let args = RedeemInKindArgs { shares: 10_000_000, min_amounts: vec![0; 3], skip_mask: 0 };
    instruction::redeem_in_kind(user.pubkey(), &scene.view, args)
}

fn deposit_single(party: &mut Party) -> Instruction {
    let Party { scene, user } = party;
    instruction::deposit_single(user.pubkey(), &scene.view, 0, scene.assets[0].units(10), 0).expect("an asset")
}

fn redeem_single(party: &mut Party) -> Instruction {
    let Party { scene, user } = party;
    instruction::redeem_single(user.pubkey(), &scene.view, 1, 10_000_000, 0).expect("an asset")
}

fn in_kind_rows() -> Vec<Row> {
    let program = |name| Row::new(name, Kind::Fixed(ErrorCode::InvalidProgramId.into()));
    let mut rows = vec![
        Row::new("user", Kind::Signer(TokenError::OwnerMismatch.into())),
        Row::new("vault", Kind::Loaded(BallastError::WrongAccount.into())),
        Row::new("authority", Kind::Fixed(BallastError::WrongAccount.into())),
        Row::new("share_mint", Kind::Fixed(BallastError::WrongAccount.into())),
        Row::new("user_shares", Kind::Free),
        program("token_program"),
        program("token_2022_program"),
    ];
    for index in 0..3 {
        rows.push(Row::new(format!("user_tokens {index}"), Kind::Free));
        rows.push(Row::new(format!("reserve {index}"), Kind::Fixed(BallastError::WrongAccount.into())));
        rows.push(Row::new(format!("mint {index}"), Kind::Fixed(BallastError::WrongAccount.into())));
    }
    rows
}

fn single_rows() -> Vec<Row> {
    vec![
        Row::new("user", Kind::Signer(TokenError::OwnerMismatch.into())),
        Row::new("vault", Kind::Loaded(BallastError::WrongAccount.into())),
        Row::new("authority", Kind::Fixed(BallastError::WrongAccount.into())),
        Row::new("share_mint", Kind::Fixed(BallastError::WrongAccount.into())),
        Row::new("user_shares", Kind::Free),
        Row::new("user_tokens", Kind::Free),
        Row::new("reserve", Kind::Fixed(BallastError::WrongAccount.into())),
        Row::new("mint", Kind::Fixed(BallastError::WrongAccount.into())),
        Row::new("token_program", Kind::Fixed(ErrorCode::InvalidProgramId.into())),
        Row::new("asset_token_program", Kind::Fixed(BallastError::WrongTokenProgram.into())),
    ]
}
