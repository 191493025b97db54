//! `ballast vault history`.

use anyhow::{Context as _, Result};
use ballast_client::events::VaultEvent;
use ballast_client::rpc::{HistoryEntry, Signature};
use ballast_core::risk::breaker::Breaker;
use ballast_view::change::kind;
use ballast_view::status::paused;
use clap::Args;
use serde::Serialize;

use crate::context::{Context, OpenVault};
use crate::output::{Holder, Time, Tokens, Usd, View, columns};

/// Transactions to read at a time: each is a request of its own.
const PAGE: usize = 20;
/// Most transactions to read. Keepers refresh prices every few seconds, and a quiet vault would be read to its first day.
const MOST_TRANSACTIONS: usize = 1_000;

/// Which vault, and how far back.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  ballast vault history --limit 50\n  ballast vault history main --before SIGNATURE --output json"
)]
pub struct HistoryArgs {
    /// The vault's name or address; the one of --vault if left out
    name: Option<String>,
    /// Most rows to show
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=1000))]
    limit: u16,
    /// Only what came before this transaction
    #[arg(long, value_name = "SIGNATURE")]
    before: Option<String>,
    /// Price refreshes and observations as well
    #[arg(long)]
    all: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct HistoryView {
    events: Vec<Row>,
    /// The last transaction that was looked at, where older ones are left.
    next_before: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    time: Option<Time>,
    slot: u64,
    event: String,
    sequence: Option<u64>,
    what: String,
    signature: String,
}

impl View for HistoryView {
    fn table(&self) -> String {
        if self.events.is_empty() {
            return match &self.next_before {
                Some(last) => format!(
                    "Nothing in the last {MOST_TRANSACTIONS} transactions; --before {last} looks farther back, --all shows price \
                     refreshes as well."
                ),
                None => "Nothing has happened; --all shows price refreshes as well.".into(),
            };
        }
        let row = |row: &Row| {
            let time = row.time.map_or_else(|| format!("slot {}", row.slot), |time| time.to_string());
            [time, row.event.clone(), row.what.clone(), row.signature.clone()]
        };
        let mut text = columns(["time", "event", "what", "transaction"], self.events.iter().map(row));
        if let Some(last) = &self.next_before {
            text += &format!("\nolder ones: --before {last}\n");
        }
        text
    }
}

/// Tells what has happened to a vault.
///
/// # Errors
/// Where there is none, or the cluster does not answer.
pub async fn run(context: &Context, args: &HistoryArgs) -> Result<()> {
    let before = args.before.as_deref().map(str::parse::<Signature>).transpose().context("--before takes a signature")?;
    let vault = context.open(args.name.as_deref()).await?;
    let limit = usize::from(args.limit);
    let mut view = HistoryView { events: vec![], next_before: before.map(|signature| signature.to_string()) };
    let (mut before, mut looked_at) = (before, 0);
    while view.events.len() < limit && looked_at < MOST_TRANSACTIONS {
        let page = context.cluster.history(&vault.address, PAGE, before).await?;
        let (taken, rows) = take(&page, limit - view.events.len(), |entry| rows(entry, &vault, args.all));
        view.events.extend(rows);
        let is_end = taken == page.len() && page.len() < PAGE;
        before = taken.checked_sub(1).map(|last| page[last].signature);
        view.next_before = before.filter(|_| !is_end).map(|signature| signature.to_string());
        if is_end {
            break;
        }
        looked_at += page.len();
    }
    context.print(&view)
}

/// Whole transactions of a page until there are `wanted` rows: how many transactions, and their rows. A transaction is not cut
/// apart, or what it did could not be told from its part.
fn take<T, R>(page: &[T], wanted: usize, rows: impl Fn(&T) -> Vec<R>) -> (usize, Vec<R>) {
    let mut taken = vec![];
    for (number, entry) in page.iter().enumerate() {
        if taken.len() >= wanted {
            return (number, taken);
        }
        taken.extend(rows(entry));
    }
    (page.len(), taken)
}

/// A transaction's events about this vault, last first; or one row for its failure.
fn rows(entry: &HistoryEntry, vault: &OpenVault, all: bool) -> Vec<Row> {
    let row = |event: &str, sequence, what| Row {
        time: entry.time.map(Time),
        slot: entry.slot,
        event: event.to_string(),
        sequence,
        what,
        signature: entry.signature.to_string(),
    };
    if let Some(error) = &entry.error {
        return if all { vec![row("failed", None, error.to_string())] } else { vec![] };
    }
    let is_routine = |event: &VaultEvent| matches!(event, VaultEvent::PricesRefreshed(_) | VaultEvent::Observed(_));
    let about = entry.events.iter().rev().filter(|event| event.vault() == vault.address && (all || !is_routine(event)));
    about.map(|event| row(event.name(), Some(event.sequence()), summary(event, vault))).collect()
}

/// What an event says, in a line.
fn summary(event: &VaultEvent, vault: &OpenVault) -> String {
    match event {
        VaultEvent::DepositedInKind(event) => {
            format!("{} for {}", basket(vault, &event.amounts), Tokens::shares(event.shares))
        }
        VaultEvent::RedeemedInKind(event) => {
            format!("{} for {}", Tokens::shares(event.shares), basket(vault, &event.amounts))
        }
        VaultEvent::SingleAssetExchange(event) => {
            let tokens = vault.tokens(event.asset.into(), event.amount);
            let shares = Tokens::shares(event.shares);
            if event.is_deposit { format!("deposited {tokens} for {shares}") } else { format!("redeemed {shares} for {tokens}") }
        }
        VaultEvent::Rebalanced(event) => {
            let sold = vault.tokens(event.sold_asset.into(), event.amount_in);
            let bought = vault.tokens(event.bought_asset.into(), event.amount_out);
            format!("sold {sold} for {bought}, NAV {} USD", Usd(event.nav_after_usd))
        }
        VaultEvent::BreakerTripped(event) => format!("{}: {} beyond {}", breaker(event.breaker), event.measured, event.limit),
        VaultEvent::BreakerCleared(event) => breaker(event.breaker),
        VaultEvent::PauseChanged(event) => match paused(event.after).as_slice() {
            [] => "everything runs".into(),
            activities => format!("paused: {}", activities.join(", ")),
        },
        VaultEvent::AdminChanged(event) => format!("admin {}, proposed {}", Holder(event.admin), Holder(event.pending_admin)),
        VaultEvent::ChangeQueued(event) => format!("change {}, {}, from {} on", event.id, kind(&event.change), Time(event.eta)),
        VaultEvent::ChangeApplied(event) => format!("change {}, {}", event.id, kind(&event.change)),
        VaultEvent::ChangeCancelled(event) => format!("change {}", event.id),
        VaultEvent::Tightened(event) => kind(&event.change).to_string(),
        VaultEvent::FeesCollected(event) => format!("{} to {}", Tokens::shares(event.shares), Holder(event.recipient)),
        VaultEvent::RouteRegistered(event) => format!("pool {}, from {} on", event.pool, Time(event.active_at)),
        VaultEvent::RouteClosed(event) => format!("pool {}", event.pool),
        VaultEvent::Claimed(event) => vault.tokens(event.asset.into(), event.amount).to_string(),
        VaultEvent::AssetQuarantined(event) => vault.name(event.asset.into()).to_string(),
        _ => String::new(),
    }
}

fn basket(vault: &OpenVault, amounts: &[u64]) -> String {
    let amounts = amounts.iter().enumerate().filter(|(_, amount)| **amount > 0);
    amounts.map(|(index, amount)| vault.tokens(index, *amount).to_string()).collect::<Vec<_>>().join(" + ")
}

fn breaker(number: u8) -> String {
    Breaker::from_number(number).map_or_else(|| number.to_string(), |breaker| format!("{breaker:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transactions_are_taken_whole_until_there_are_enough_rows() {
        // Rows of each transaction: refreshes have none.
        let page = [0, 1, 0, 2, 1, 0];
        let taken = |wanted| {
            let (count, rows) = take(&page, wanted, |rows| vec![(); *rows]);
            (count, rows.len())
        };
        assert_eq!([1, 2, 3, 4, 5].map(taken), [(2, 1), (4, 3), (4, 3), (5, 4), (6, 4)]);
    }
}
