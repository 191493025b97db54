//! `ballast queue`, `ballast apply` and `ballast cancel`.

use anyhow::{Context as _, Error, Result};
use ballast_client::ballast::state::{Change, QueuedChange, Vault};
use ballast_client::view::AssetView;
use ballast_client::{Instruction, Pubkey, address, decode, instruction};
use ballast_view::Refusal;
use ballast_view::change::{describe, kind};
use clap::Args;
use serde::Serialize;

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
            status: status(queued, &vault.state, vault.now),
            applies_from: Time(queued.eta),
            expires: Time(queued.expires_at),
            queued_by: Address(queued.admin),
            changes: describe(&queued.change, vault.named())?,
        })
    };
    context.print(&QueueView { changes: queued.iter().map(row).collect::<Result<_>>()? })
}

/// Whether it can be applied now, or ever, by the program's own check.
fn status(queued: &QueuedChange, vault: &Vault, now: i64) -> String {
    if let Some(reason) = void(queued, vault, now) {
        return format!("void: {reason}");
    }
    match queued.check_time(vault, &vault.admin, now) {
        Ok(()) => "ready".into(),
        Err(error) => Refusal::from(error).to_string(),
    }
}

/// Why it can never be applied as things are, if so. The program names what it finds first, the timelock before a tightening: it is
/// asked about a time at which the timelock is over.
fn void(queued: &QueuedChange, vault: &Vault, now: i64) -> Option<Error> {
    queued.check_time(vault, &vault.admin, now.max(queued.eta)).err().map(|error| Refusal::from(error).into())
}

/// The queued changes that a tightening at `now` makes void, one a line.
pub fn voided_by_tightening<'a>(queued: impl IntoIterator<Item = &'a QueuedChange>, vault: &Vault, now: i64) -> Vec<String> {
    let tightened = Vault { tightened_sequence: u64::MAX, ..*vault };
    let is_voided = |queued: &&QueuedChange| void(queued, vault, now).is_none() && void(queued, &tightened, now).is_some();
    let line = |queued: &QueuedChange| format!("change {}: {}", queued.id, kind(&queued.change));
    queued.into_iter().filter(is_voided).map(line).collect()
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
    let what = describe(&queued.change, vault.named())?.join("\n  ");
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

#[cfg(test)]
mod tests {
    use ballast_core::limits;
    use bytemuck::Zeroable as _;

    use super::*;

    const ETA: i64 = 1_000;

    fn vault() -> Vault {
        Vault { total_shares: 1, tightened_sequence: 5, ..Vault::zeroed() }
    }

    fn queued(id: u64, sequence: u64, change: Change) -> QueuedChange {
        let (vault, admin) = (Pubkey::default(), Pubkey::default());
        QueuedChange { vault, admin, id, sequence, eta: ETA, expires_at: ETA + 100, bump: 0, change }
    }

    #[test]
    fn a_void_change_is_told_before_its_time() {
        let of = |sequence, now| status(&queued(1, sequence, Change::Limits(limits::DEFAULT)), &vault(), now);
        assert!(of(6, ETA - 1).starts_with("ChangeTimelocked: "));
        assert_eq!(of(6, ETA), "ready");
        assert!(of(6, ETA + 101).starts_with("void: ChangeExpired: "));
        assert!(of(4, ETA - 1).starts_with("void: ChangeOutdated: ") && of(4, ETA).starts_with("void: ChangeOutdated: "));
    }

    #[test]
    fn a_tightening_voids_all_but_the_guardians_replacement() {
        let limits = |id, sequence| queued(id, sequence, Change::Limits(limits::DEFAULT));
        let queued = [limits(1, 4), limits(2, 6), queued(3, 7, Change::Guardian(Pubkey::new_unique()))];
        assert_eq!(voided_by_tightening(&queued, &vault(), ETA - 1), ["change 2: limits"]);
    }
}
