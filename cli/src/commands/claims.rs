//! `ballast claims …`.

use anyhow::{Context as _, Result, bail};
use ballast_client::ballast::state::Claims;
use ballast_client::{PROGRAM_ID, Pubkey, address, decode, instruction};
use clap::{Args, Subcommand};
use serde::Serialize;

use crate::authority::Authority;
use crate::context::{Context, OpenVault};
use crate::output::{Address, Tokens, View, columns};
use crate::wallet::Wallet;

/// What redemptions in kind could not pay, and still owe.
#[derive(Debug, Subcommand)]
pub enum ClaimsCommand {
    /// Show what the vault owes somebody
    Show(ShowArgs),
    /// Pay out what can be paid: all assets, or one
    Pay(PayArgs),
    /// Give back the rent of claims that are paid
    Close(CloseArgs),
}

/// Whose claims.
#[derive(Args, Debug)]
pub struct ShowArgs {
    /// Whose; the wallet's if left out
    #[arg(long, value_name = "ADDRESS")]
    owner: Option<Pubkey>,
}

/// What to pay.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  ballast claims pay\n  ballast claims pay USDT")]
pub struct PayArgs {
    /// The asset; all of them if left out
    token: Option<String>,
    #[command(flatten)]
    authority: Authority,
}

/// By whom.
#[derive(Args, Debug)]
pub struct CloseArgs {
    #[command(flatten)]
    authority: Authority,
}

#[derive(Debug, Serialize)]
struct ClaimsView {
    owner: Address,
    claims: Vec<Tokens>,
}

impl View for ClaimsView {
    fn table(&self) -> String {
        if self.claims.is_empty() {
            return format!("The vault owes {} nothing.", self.owner);
        }
        columns(["owed"], self.claims.iter().map(|tokens| [tokens.to_string()]))
    }
}

/// Runs the command.
///
/// # Errors
/// Where nothing is owed, or the program refuses.
pub async fn run(context: &Context, command: &ClaimsCommand) -> Result<()> {
    match command {
        ClaimsCommand::Show(args) => show(context, args).await,
        ClaimsCommand::Pay(args) => pay(context, args).await,
        ClaimsCommand::Close(args) => {
            let vault = context.vault().await?;
            let owner = args.authority.address(context)?;
            let close = instruction::close_claims(owner, vault.address);
            args.authority.act(context, &[close], &[], "claims closed").await
        }
    }
}

async fn show(context: &Context, args: &ShowArgs) -> Result<()> {
    let vault = context.vault().await?;
    let owner = args.owner.map_or_else(|| context.wallet(), Ok)?;
    let claims = read(context, &vault, &owner).await?;
    let owed = owed(&vault, claims.as_ref()).into_iter().map(|(index, units)| vault.tokens(index, units)).collect();
    context.print(&ClaimsView { owner: Address(owner), claims: owed })
}

async fn pay(context: &Context, args: &PayArgs) -> Result<()> {
    let vault = context.vault().await?;
    let owner = args.authority.address(context)?;
    let only = args.token.as_deref().map(|token| vault.asset(&context.symbols, token)).transpose()?;
    let claims = read(context, &vault, &owner).await?;
    let mut owed = owed(&vault, claims.as_ref());
    owed.retain(|(index, _)| only.is_none_or(|only| usize::from(only) == *index));
    if owed.is_empty() {
        bail!("the vault owes {owner} nothing of this");
    }
    let wallet = Wallet::read(context, &vault, owner).await?;
    let assets = || owed.iter().map(|(index, _)| *index);
    let mut instructions = wallet.missing(assets(), false);
    for index in assets() {
        instructions.push(instruction::claim(owner, &vault.view, index as u8).context("the vault has no such asset")?);
    }
    instructions.extend(wallet.unwrap(assets())?);
    let paid: Vec<String> = owed.iter().map(|(index, units)| vault.tokens(*index, *units).to_string()).collect();
    args.authority.act(context, &instructions, &vault.tables, format!("paid: {}", paid.join(" + "))).await
}

async fn read(context: &Context, vault: &OpenVault, owner: &Pubkey) -> Result<Option<Claims>> {
    let account = context.cluster.account(&address::claims(&vault.address, owner)).await?;
    let account = account.filter(|account| account.owner == PROGRAM_ID);
    Ok(account.and_then(|account| decode::claims(&account.data)))
}

/// Places and raw units of the assets that are owed.
fn owed(vault: &OpenVault, claims: Option<&Claims>) -> Vec<(usize, u64)> {
    let amounts = claims.map(|claims| claims.amounts).unwrap_or_default();
    amounts.into_iter().take(vault.state.assets().len()).enumerate().filter(|(_, units)| *units > 0).collect()
}
