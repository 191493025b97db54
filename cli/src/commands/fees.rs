//! `ballast fees …`.

use anyhow::{Result, ensure};
use ballast_client::ballast::token::TOKEN;
use ballast_client::view::AssetView;
use ballast_client::{Pubkey, decode, instruction};
use clap::{Args, Subcommand};
use serde::Serialize;

use crate::authority::Authority;
use crate::context::Context;
use crate::output::{Bps, Holder, Tokens, View, fields};

/// Management fees.
#[derive(Debug, Subcommand)]
pub enum FeesCommand {
    /// Show rates, recipient, and what has accrued
    Show,
    /// Mint what has accrued to the recipient: anybody
    Collect(CollectArgs),
}

/// By whom.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  ballast fees collect")]
pub struct CollectArgs {
    #[command(flatten)]
    authority: Authority,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct FeesView {
    management_per_year: Bps,
    entry: Bps,
    exit: Bps,
    recipient: Holder,
    accrued: Tokens,
}

impl View for FeesView {
    fn table(&self) -> String {
        fields([
            ("management fee", format!("{} a year", self.management_per_year)),
            ("entry fee", format!("{} of one-asset deposits", self.entry)),
            ("exit fee", format!("{} of one-asset redemptions", self.exit)),
            ("recipient", self.recipient.to_string()),
            ("accrued", self.accrued.to_string()),
        ])
    }
}

/// Runs the command.
///
/// # Errors
/// Where nothing is owed, or the program refuses.
pub async fn run(context: &Context, command: &FeesCommand) -> Result<()> {
    let vault = context.vault().await?;
    let mut accrued = vault.state.clone();
    accrued.accrue_fees(vault.now);
    let owed = accrued.state.fees.owed_shares;
    let limits = &vault.state.limits;
    let FeesCommand::Collect(args) = command else {
        return context.print(&FeesView {
            management_per_year: Bps(limits.management_fee_bps.into()),
            entry: Bps(limits.entry_fee_bps.into()),
            exit: Bps(limits.exit_fee_bps.into()),
            recipient: Holder(vault.state.fee_recipient),
            accrued: Tokens::shares(owed),
        });
    };
    let recipient = vault.state.fee_recipient;
    ensure!(recipient != Pubkey::default(), "nobody gets the fees; the admin names somebody with `ballast propose roles`");
    ensure!(owed > 0, "no fee has accrued since the last collection");
    let payer = args.authority.address(context)?;
    let shares = AssetView::new(&recipient, vault.view.share_mint, TOKEN);
    let mut instructions = Vec::new();
    if !context.cluster.account(&shares.reserve).await?.is_some_and(|account| decode::is_made(&account)) {
        instructions.push(instruction::create_reserve(payer, recipient, &shares));
    }
    instructions.push(instruction::collect_fees(&vault.view, &recipient));
    args.authority.act(context, &instructions, &vault.tables, format!("fees minted to {recipient}")).await
}
