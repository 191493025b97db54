//! `ballast queue`, `ballast apply` and `ballast cancel`.

use anyhow::{Context as _, Result};
use ballast_client::ballast::state::{Change, QueuedChange};
use ballast_client::view::AssetView;
use ballast_client::{Instruction, Pubkey, address, decode, instruction};
use clap::Args;
use serde::Serialize;

use super::change::describe;
use crate::authority::Authority;
use crate::context::{Context, OpenVault};
use crate::output::{Address, Time, View};

/// Which change.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  ballast queue\n  ballast apply 3\n  ballast apply 4 --mint ADDRESS     a change that adds an asset\n  ballast cancel 3 --unsigned --signer MULTISIG"
)]
pub struct QueuedArgs {
    /// The change's number, as `ballast queue` lists it
    id: u64,
    /// The new asset's mint, for a change that adds one
    #[arg(long, value_name = "ADDRESS")]
    mint: Option<Pubkey>,
    #[command(flatten)]
    authority: Authority,
}

#[derive(Debug, Serialize)]
struct QueueView {
    changes: Vec<Row>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    id: u64,
    status: String,
    applies_from: Time,
    expires: Time,
    queued_by: Address,
    changes: Vec<String>,
}

impl View for QueueView {
    fn table(&self) -> String {
        if self.changes.is_empty() {
            return "No changes are queued.".into();
        }
        let row = |row: &Row| {
            let Row { id, status, applies_from, expires, queued_by, changes } = row;
            format!("change {id}: {status} (from {applies_from} to {expires}, by {queued_by})\n  {}\n", changes.join("\n  "))
        };
        self.changes.iter().map(row).collect()
    }
}

/// Lists queued changes.
///
/// # Errors
/// Where the cluster does not answer.
pub async fn list(context: &Context) -> Result<()> {
    let vault = context.vault().await?;
    let queued = context.cluster.queued_changes(&vault.address).await?;
    let row = |(_, queued): &(Pubkey, QueuedChange)| {
        Ok(Row {
            id: queued.id,
            status: status(queued, &vault),
            applies_from: Time(queued.eta),
            expires: Time(queued.expires_at),
            queued_by: Address(queued.admin),
            changes: describe(&queued.change, &vault)?,
        })
    };
    context.print(&QueueView { changes: queued.iter().map(row).collect::<Result<_>>()? })
}

/// Whether it can be applied now, by the program's own check.
fn status(queued: &QueuedChange, vault: &OpenVault) -> String {
    match queued.check_time(&vault.state, &vault.state.admin, vault.now) {
        Ok(()) => "ready".into(),
        Err(error) => crate::quote::refusal(error).to_string(),
    }
}

/// Applies a change.
///
/// # Errors
/// Where its time has not come or is over, or the program refuses.
pub async fn apply(context: &Context, args: &QueuedArgs) -> Result<()> {
    let vault = context.vault().await?;
    let queued = read(context, &vault, args.id).await?;
    let admin = args.authority.address(context)?;
    let instructions = match (&queued.change, args.mint) {
        (Change::AddAsset(..), mint) => add_asset(context, &vault, admin, args.id, mint).await?,
        _ => vec![instruction::apply_change(admin, vault.address, args.id)],
    };
    let what = describe(&queued.change, &vault)?.join("\n  ");
    args.authority.act(context, &instructions, &vault.tables, format!("applied:\n  {what}")).await
}

/// Creates the new asset's reserve, and applies.
async fn add_asset(
    context: &Context,
    vault: &OpenVault,
    admin: Pubkey,
    id: u64,
    mint: Option<Pubkey>,
) -> Result<Vec<Instruction>> {
    let mint = mint.context("the change adds an asset; give its mint to --mint")?;
    let account = context.cluster.account(&mint).await?.with_context(|| format!("there is no mint {mint} on this cluster"))?;
    let asset = AssetView::new(&vault.view.authority, mint, account.owner);
    let create = instruction::create_reserve(admin, vault.view.authority, &asset);
    Ok(vec![create, instruction::apply_asset(admin, vault.address, id, &asset)])
}

/// Cancels a change.
///
/// # Errors
/// Where there is none of this number, or the program refuses.
pub async fn cancel(context: &Context, args: &QueuedArgs) -> Result<()> {
    let vault = context.vault().await?;
    let queued = read(context, &vault, args.id).await?;
    let signer = args.authority.address(context)?;
    let cancel = instruction::cancel_change(signer, vault.address, args.id, queued.admin);
    args.authority.act(context, &[cancel], &[], format!("change {} is cancelled", args.id)).await
}

async fn read(context: &Context, vault: &OpenVault, id: u64) -> Result<QueuedChange> {
    let account = context.cluster.account(&address::change(&vault.address, id)).await?;
    let queued = account.and_then(|account| decode::queued_change(&account.data));
    queued.with_context(|| format!("no change {id} is queued; `ballast queue` lists them"))
}
