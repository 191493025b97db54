use std::time::Duration;

use anchor_lang::prelude::AccountMeta;
use solana_compute_budget_interface::ComputeBudgetInstruction;
use solana_rpc_client_api::request::RpcRequest;
use solana_transaction::InstructionError;
use solana_transaction_error::TransactionError;

use super::*;
use crate::rpc::fake::{Fake, LAST_VALID_HEIGHT, Plan};

const FEES: FeePolicy = FeePolicy { percentile: 50, max_lamports: 1_000, unit_margin_percent: 20 };

fn sender(plan: Plan) -> (Fake, Sender) {
    let (fake, cluster) = Fake::new(plan);
    let mut sender = Sender::new(cluster, Arc::new(Keypair::new()), FEES);
    sender.pace = Pace { poll: Duration::from_millis(1), polls_per_send: 2, patience: Duration::from_millis(50) };
    (fake, sender)
}

fn instruction(signer: Option<Pubkey>) -> Instruction {
    let accounts = signer.into_iter().map(|address| AccountMeta::new(address, true)).collect();
    Instruction { program_id: ballast::ID, accounts, data: vec![1] }
}

async fn send(plan: Plan) -> (Fake, Result<Sent, ClientError>) {
    let (fake, sender) = sender(plan);
    let sent = sender.send(&[instruction(None)], &[], &[]).await;
    (fake, sent)
}

/// Every sending carried the same bytes.
fn assert_sent_one_transaction(fake: &Fake) -> usize {
    let sent = &fake.events().sent;
    assert!(sent.iter().all(|bytes| *bytes == sent[0]));
    sent.len()
}

#[tokio::test]
async fn prepare_sets_units_and_price_from_simulation_and_recent_fees() {
    let (fake, sender) = sender(Plan::default());
    let other = Keypair::new();
    let prepared = sender.prepare(&[instruction(Some(other.pubkey()))], &[]).await.unwrap();
    // 22,000 units at 45,454 micro-lamports are just below the 1,000 lamports; recent fees were higher.
    assert_eq!(
        prepared.instructions[..2],
        [ComputeBudgetInstruction::set_compute_unit_limit(22_000), ComputeBudgetInstruction::set_compute_unit_price(45_454)]
    );
    assert_eq!((prepared.units, prepared.fee_lamports), (10_000, 2 * 5_000 + 1_000));
    assert_eq!(prepared.bytes, transaction::size(&prepared.message));
    assert_eq!((prepared.last_valid_height, fake.events().fee_accounts), (LAST_VALID_HEIGHT, 2));
    assert!(fake.events().sent.is_empty());
}

#[tokio::test]
async fn submit_without_a_signers_key_names_it_and_sends_nothing() {
    let (fake, sender) = sender(Plan { lands_at_sending: 1, ..Plan::default() });
    let other = Keypair::new();
    let prepared = sender.prepare(&[instruction(Some(other.pubkey()))], &[]).await.unwrap();
    let error = sender.submit(prepared.clone(), &[&Keypair::new()]).await.unwrap_err();
    assert!(matches!(error, ClientError::MissingSigner { address } if address == other.pubkey()), "{error}");
    assert!(fake.events().sent.is_empty());
    sender.submit(prepared, &[&other]).await.unwrap();
}

#[tokio::test]
async fn sent_tells_what_the_cluster_kept() {
    let (fake, sent) = send(Plan { lands_at_sending: 1, ..Plan::default() }).await;
    let sent = sent.unwrap();
    assert_eq!((sent.slot, sent.units, sent.fee_lamports, sent.logs), (1_007, 9_876, 5_321, vec!["landed".to_string()]));
    assert_eq!(assert_sent_one_transaction(&fake), 1);
}

#[tokio::test]
async fn a_landed_transaction_is_sent_although_the_node_keeps_no_log() {
    let (_, sent) = send(Plan { lands_at_sending: 1, forgets: true, ..Plan::default() }).await;
    let sent = sent.unwrap();
    assert_eq!((sent.units, sent.fee_lamports, sent.logs), (10_000, 6_000, vec![]));
}

#[tokio::test]
async fn the_same_bytes_are_sent_until_they_land() {
    let (fake, sent) = send(Plan { lands_at_sending: 3, ..Plan::default() }).await;
    sent.unwrap();
    assert_eq!(assert_sent_one_transaction(&fake), 3);
}

#[tokio::test]
async fn a_transaction_that_never_lands_expires_and_only_then() {
    for forgets in [false, true] {
        let (fake, sent) = send(Plan { forgets, ..Plan::default() }).await;
        let error = sent.unwrap_err();
        assert!(matches!(error, ClientError::Expired { .. }) && error.is_transient(), "{error}");
        // Eight answers until the height is past the last valid one, a look each.
        assert_eq!(assert_sent_one_transaction(&fake), 4);
    }
}

#[tokio::test]
async fn processed_is_not_confirmed() {
    let (_, sent) = send(Plan { lands_at_sending: 1, unconfirmed_statuses: 4, ..Plan::default() }).await;
    sent.unwrap();
    let (fake, sent) = send(Plan { lands_at_sending: 1, unconfirmed_statuses: 4, fork_is_left: true, ..Plan::default() }).await;
    assert!(matches!(sent, Err(ClientError::Expired { .. })));
    assert!(assert_sent_one_transaction(&fake) > 1);
}

#[tokio::test]
async fn broken_connections_are_asked_again() {
    let (fake, sent) = send(Plan { lands_at_sending: 1, broken_connections: 6, ..Plan::default() }).await;
    sent.unwrap();
    assert_sent_one_transaction(&fake);
}

#[tokio::test]
async fn a_node_that_is_behind_cannot_tell_that_a_transaction_expired() {
    // By then the chain is past the last valid block, as another node tells.
    let (_, sent) = send(Plan { lands_at_sending: 1, answers_from_behind: 40, ..Plan::default() }).await;
    sent.unwrap();
}

#[tokio::test]
async fn silence_is_neither_success_nor_expiry() {
    for request in [RpcRequest::GetSignatureStatuses, RpcRequest::GetEpochInfo] {
        let (fake, sent) = send(Plan { silent: vec![request], ..Plan::default() }).await;
        let error = sent.unwrap_err();
        assert!(matches!(error, ClientError::Unconfirmed { .. }) && !error.is_transient(), "{error}");
        assert_sent_one_transaction(&fake);
    }
}

#[tokio::test]
async fn a_transaction_that_failed_on_the_chain_is_its_programs_error() {
    let custom = InstructionError::Custom(ballast::error::BallastError::InBand.into());
    let failure = Some(TransactionError::InstructionError(2, custom));
    let (_, sent) = send(Plan { lands_at_sending: 1, failure, ..Plan::default() }).await;
    let Err(ClientError::Program(failure)) = sent else { panic!("{sent:?}") };
    assert_eq!(failure.ballast(), Some(ballast::error::BallastError::InBand));
    assert_eq!((failure.instruction, &failure.logs), (Some(0), &vec!["landed".to_string()]));
}

#[tokio::test]
async fn a_refused_transaction_is_not_sent_again() {
    let (fake, sent) = send(Plan { refusal: Some((-32003, "no".into())), ..Plan::default() }).await;
    assert!(matches!(sent, Err(ClientError::Rpc(_))));
    assert_eq!(assert_sent_one_transaction(&fake), 1);
    // One that has landed before is not refused: nodes say so in different ways.
    let message = TransactionError::AlreadyProcessed.to_string();
    let (_, sent) = send(Plan { refusal: Some((-32002, message)), lands_at_sending: 1, ..Plan::default() }).await;
    sent.unwrap();
    // What is not about the transaction is no refusal: another node may take it.
    let (fake, sent) = send(Plan { refusal: Some((-32005, "no".into())), lands_at_sending: 2, ..Plan::default() }).await;
    sent.unwrap();
    assert_eq!(assert_sent_one_transaction(&fake), 2);
}
