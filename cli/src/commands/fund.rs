//! `ballast fund`.

use anyhow::{Result, bail, ensure};
use ballast_client::instruction;
use clap::Args;

use crate::amount::{Amount, parse};
use crate::authority::Authority;
use crate::context::Context;
use crate::output::Tokens;

/// How much.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  ballast fund 0.5 SOL")]
pub struct FundArgs {
    /// How much, such as `0.5 SOL`
    #[arg(required = true, value_name = "AMOUNT")]
    amount: Vec<String>,
    #[command(flatten)]
    authority: Authority,
}

/// Adds lamports to the crank fund.
///
/// # Errors
/// Where the wallet has not so much.
pub async fn run(context: &Context, args: &FundArgs) -> Result<()> {
    let requests = parse(&args.amount)?;
    let [request] = requests.as_slice() else { bail!("say one amount, such as 0.5 SOL") };
    ensure!(request.token.as_deref().is_none_or(|token| token.eq_ignore_ascii_case("SOL")), "keepers are paid in SOL");
    ensure!(matches!(request.amount, Amount::Tokens(_)), "say how many SOL, such as 0.5 SOL");
    let lamports = request.amount.units(0, 9)?;
    let vault = context.vault().await?;
    let payer = args.authority.address(context)?;
    let top_up = instruction::top_up_crank_fund(payer, &vault.view, lamports);
    args.authority.act(context, &[top_up], &[], format!("{} added to the crank fund", Tokens::lamports(lamports))).await
}
