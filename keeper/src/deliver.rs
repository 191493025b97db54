//! One transaction from its simulation to its fate.

use std::collections::HashMap;

use ballast_client::ballast::error::BallastError;
use ballast_client::core::decision::Reason;
use ballast_client::error::ProgramFailure;
use ballast_client::events::{self, VaultEvent};
use ballast_client::pyth::{self, FeedId};
use ballast_client::rpc::{ClientError, Prepared, Sender, Signature};
use ballast_client::{Pubkey, fee};

use crate::pack::Batch;
use crate::plan::{Kind, Work};
use crate::world::offer_address;

/// What ends a log that became too long.
const LOG_TRUNCATED: &str = "Log truncated";

/// How a crank ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It is confirmed.
    Done,
    /// It was not due any more: another keeper was first, the price moved, time passed. Nothing is wrong.
    NotDue(String),
    /// As [`NotDue`](Self::NotDue), but noticed only when it had been sent, and paid for.
    Late(String),
    /// The transaction would cost more than the crank funds pay.
    Unprofitable,
    /// It would have been sent.
    DryRun,
    /// It failed.
    Failed(String),
    /// It was sent, and may have landed or not.
    Unknown(String),
}

impl Ending {
    /// As metrics name it.
    pub fn label(&self) -> &'static str {
        match self {
            Ending::Done => "done",
            Ending::NotDue(_) => "not_due",
            Ending::Late(_) => "late",
            Ending::Unprofitable => "unprofitable",
            Ending::DryRun => "dry_run",
            Ending::Failed(_) => "failed",
            Ending::Unknown(_) => "unknown",
        }
    }

    /// What it means for something that was sent.
    fn once_sent(self) -> Self {
        match self {
            Ending::NotDue(reason) => Ending::Late(reason),
            ending => ending,
        }
    }
}

/// What became of a batch.
#[derive(Clone, Debug, Default)]
pub struct Delivery {
    /// How each vault's crank ended.
    pub endings: Vec<(Pubkey, Kind, Ending)>,
    /// Whether a transaction was sent, whatever became of it.
    pub is_sent: bool,
    /// The transaction that is confirmed.
    pub signature: Option<Signature>,
    /// Fees that were paid, in lamports.
    pub fee_lamports: u64,
    /// What crank funds paid, in lamports.
    pub reward_lamports: u64,
}

/// How to deliver.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Send only what the crank funds pay for.
    pub is_paid_only: bool,
    /// Send nothing.
    pub is_dry_run: bool,
}

/// Delivers a batch: in one transaction, or in as many as it takes to post the prices of `update` that it needs first.
pub async fn deliver(sender: &Sender, batch: Batch, update: Option<&pyth::Update>, rules: Rules) -> Delivery {
    match (batch.feeds(), update) {
        (feeds, _) if feeds.is_empty() => send(sender, batch, rules).await,
        (feeds, Some(update)) => post_and_send(sender, batch, &feeds, update, rules).await,
        (_, None) => ended(&batch, &Ending::NotDue("the prices are no longer offered".into())),
    }
}

/// Simulates a batch, without the works that the simulation shows not to be due; sends it, and waits for its fate.
async fn send(sender: &Sender, batch: Batch, rules: Rules) -> Delivery {
    let mut delivery = Delivery::default();
    let Some((batch, prepared)) = prepare(sender, batch, &mut delivery).await else { return delivery };
    let ending = match () {
        () if rules.is_paid_only && promised_lamports(&batch, &prepared.logs) < prepared.fee_lamports => Ending::Unprofitable,
        () if rules.is_dry_run => Ending::DryRun,
        () => submit(sender, prepared, &mut delivery).await,
    };
    delivery.endings.extend(ended(&batch, &ending).endings);
    delivery
}

/// Posts prices, and then sends what was decided on them. It cannot be simulated before they are posted.
async fn post_and_send(sender: &Sender, batch: Batch, feeds: &[FeedId], update: &pyth::Update, rules: Rules) -> Delivery {
    // Each step and each account that it creates takes a signature; a price takes a step at most, and the rest four.
    let signatures = 2 * feeds.len() as u64 + 6;
    match () {
        () if rules.is_paid_only && batch.reward_lamports() < signatures * fee::LAMPORTS_PER_SIGNATURE => {
            return ended(&batch, &Ending::Unprofitable);
        }
        () if rules.is_dry_run => return ended(&batch, &Ending::DryRun),
        () => {}
    }
    let use_prices = |accounts: &[Pubkey]| {
        let posted: HashMap<Pubkey, Pubkey> = feeds.iter().map(offer_address).zip(accounts.iter().copied()).collect();
        let mut instructions = batch.instructions();
        for meta in instructions.iter_mut().flat_map(|instruction| &mut instruction.accounts) {
            meta.pubkey = *posted.get(&meta.pubkey).unwrap_or(&meta.pubkey);
        }
        instructions
    };
    let receiver = match sender.cluster().pyth_receiver().await {
        Ok(receiver) => receiver,
        Err(error) => return ended(&batch, &ending_of(&error)),
    };
    let sent = sender.post_prices(&receiver, update, feeds, use_prices, &batch.tables).await;
    let mut delivery = ended(&batch, &sent.as_ref().map_or_else(|error| ending_of(error).once_sent(), |_| Ending::Done));
    delivery.is_sent = true;
    for sent in sent.into_iter().flatten() {
        delivery.signature = Some(sent.signature);
        delivery.fee_lamports += sent.fee_lamports;
        delivery.reward_lamports += rewards(&sent.logs);
    }
    delivery
}

/// All of a batch ended so.
fn ended(batch: &Batch, ending: &Ending) -> Delivery {
    let endings = batch.works.iter().map(|work| (work.vault, work.kind, ending.clone())).collect();
    Delivery { endings, ..Delivery::default() }
}

/// Simulates until what is left of the batch succeeds. `None` where nothing is left.
async fn prepare(sender: &Sender, mut batch: Batch, delivery: &mut Delivery) -> Option<(Batch, Prepared)> {
    while !batch.works.is_empty() {
        let error = match sender.prepare(&batch.instructions(), &batch.tables).await {
            Ok(prepared) => return Some((batch, prepared)),
            Err(error) => error,
        };
        let dropped = match culprit(&mut batch, &error) {
            Some(work) => vec![work],
            None => std::mem::take(&mut batch.works),
        };
        let ending = ending_of(&error);
        delivery.endings.extend(dropped.into_iter().map(|work| (work.vault, work.kind, ending.clone())));
    }
    None
}

/// The work whose instruction failed.
fn culprit(batch: &mut Batch, error: &ClientError) -> Option<Work> {
    let ClientError::Program(failure) = error else { return None };
    batch.remove_instruction(failure.instruction?.into())
}

async fn submit(sender: &Sender, prepared: Prepared, delivery: &mut Delivery) -> Ending {
    let fee_lamports = prepared.fee_lamports;
    delivery.is_sent = true;
    match sender.submit(prepared, &[]).await {
        Ok(sent) => {
            delivery.signature = Some(sent.signature);
            delivery.fee_lamports = sent.fee_lamports;
            delivery.reward_lamports = rewards(&sent.logs);
            Ending::Done
        }
        Err(error) => {
            // What has landed and failed is paid for; what has not is noticed with the next look at the wallet.
            delivery.fee_lamports = if matches!(error, ClientError::Program(_)) { fee_lamports } else { 0 };
            ending_of(&error).once_sent()
        }
    }
}

/// What the crank funds will pay, as far as the simulation shows: a fund may have less than when the batch was planned.
fn promised_lamports(batch: &Batch, logs: &[String]) -> u64 {
    let is_complete = !logs.is_empty() && logs.iter().all(|line| line != LOG_TRUNCATED);
    let simulated = if is_complete { rewards(logs) } else { u64::MAX };
    batch.reward_lamports().min(simulated)
}

fn rewards(logs: &[String]) -> u64 {
    let reward = |event: &VaultEvent| match event {
        VaultEvent::Rebalanced(rebalanced) => rebalanced.reward_lamports,
        _ => 0,
    };
    events::all(logs).iter().map(reward).fold(0, u64::saturating_add)
}

fn ending_of(error: &ClientError) -> Ending {
    match error {
        ClientError::Program(failure) if is_not_due(failure) => Ending::NotDue(failure.name.clone()),
        ClientError::Unconfirmed { .. } => Ending::Unknown(error.to_string()),
        _ => Ending::Failed(error.to_string()),
    }
}

/// Whether the program only says that there is nothing to do now.
fn is_not_due(failure: &ProgramFailure) -> bool {
    use BallastError::*;
    let Some(error) = failure.ballast() else { return false };
    let is_reason = Reason::ALL.into_iter().any(|reason| u32::from(BallastError::from(reason)) == u32::from(error));
    is_reason
        || matches!(error, ObservedTooSoon | PriceFuture | PriceOlderThanLast | PriceUncertain | BreakerNotMet | NothingOwed)
}

#[cfg(test)]
mod tests {
    use ballast_client::error::ProgramFailure;

    use super::*;

    #[test]
    fn what_is_not_due_any_more_when_it_lands_counts_as_a_loss() {
        let ending = || ending_of(&ClientError::from(ProgramFailure::from(BallastError::InBand)));
        assert!(matches!(ending(), Ending::NotDue(_)), "a simulation costs nothing");
        assert!(matches!(ending().once_sent(), Ending::Late(_)));
        assert_eq!(Ending::Unprofitable.once_sent(), Ending::Unprofitable);
    }

    #[test]
    fn reward_that_the_simulation_does_not_show_is_not_promised() {
        let vault = Pubkey::new_unique();
        let work = Work {
            vault,
            kind: Kind::Rebalance,
            prices: vec![],
            feeds: vec![],
            action: None,
            reward_lamports: 100_000,
            assets: 2,
        };
        let batch = Batch { works: vec![work], tables: vec![] };
        let logs = |last: &str| [format!("Program {} invoke [1]", ballast_client::PROGRAM_ID), last.into()];
        assert_eq!(promised_lamports(&batch, &logs("Program data: AAAA")), 0, "no trade was told");
        // Where the node does not tell, what was planned counts.
        assert_eq!(promised_lamports(&batch, &logs(LOG_TRUNCATED)), 100_000);
        assert_eq!(promised_lamports(&batch, &[]), 100_000);
    }
}
