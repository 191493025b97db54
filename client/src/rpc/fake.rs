//! A cluster for tests: answers as a node does, from a plan of what happens to the one transaction.

use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use solana_commitment_config::CommitmentConfig;
use solana_message::Hash;
use solana_rpc_client::nonblocking::rpc_client::RpcClient;
use solana_rpc_client::rpc_client::RpcClientConfig;
use solana_rpc_client::rpc_sender::{RpcSender, RpcTransportStats};
use solana_rpc_client_api::client_error::Result;
use solana_rpc_client_api::request::{RpcError, RpcRequest, RpcResponseErrorData};
use solana_signature::Signature;
use solana_transaction_error::TransactionError;

use super::cluster::Cluster;

/// The last block that may hold the transaction.
pub const LAST_VALID_HEIGHT: u64 = 150;
/// Blocks between two answers about the chain.
const BLOCKS_PER_ANSWER: u64 = 20;

/// What happens.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Which sending lands, from 1; 0 for none.
    pub lands_at_sending: usize,
    /// Statuses that tell of it without a confirmation.
    pub unconfirmed_statuses: usize,
    /// Whether the fork that it landed on is left after these.
    pub fork_is_left: bool,
    /// What it fails with on the chain.
    pub failure: Option<TransactionError>,
    /// Answers to questions about statuses that come from a node that is behind, and knows nothing.
    pub answers_from_behind: usize,
    /// Of these requests, and of every further one, the connection breaks.
    pub silent: Vec<RpcRequest>,
    /// Connections that break before answers come, of any request about the transaction.
    pub broken_connections: usize,
    /// What every sending is refused with: JSON-RPC's number, and a message.
    pub refusal: Option<(i64, String)>,
    /// Whether the node keeps no history.
    pub forgets: bool,
}

/// What has happened.
#[derive(Debug, Default)]
pub struct Events {
    /// The bytes of every sending.
    pub sent: Vec<String>,
    /// Accounts that the question about recent fees named.
    pub fee_accounts: usize,
    height: u64,
    statuses: usize,
    from_behind: usize,
    broken: usize,
}

/// The cluster.
#[derive(Clone)]
pub struct Fake {
    plan: Plan,
    events: Arc<Mutex<Events>>,
}

impl Fake {
    /// A cluster in which the plan happens.
    pub fn new(plan: Plan) -> (Self, Cluster) {
        let fake = Fake { plan, events: Arc::default() };
        let config = RpcClientConfig::with_commitment(CommitmentConfig::confirmed());
        let cluster = Cluster::with_client(RpcClient::new_sender(fake.clone(), config));
        (fake, cluster)
    }

    /// What has happened so far.
    pub fn events(&self) -> MutexGuard<'_, Events> {
        self.events.lock().unwrap()
    }

    fn answer(&self, request: RpcRequest, params: &Value) -> Result<Value> {
        let mut events = self.events();
        let context = json!({ "slot": 1_000 + events.height });
        match request {
            RpcRequest::SimulateTransaction => Ok(json!({
                "context": context,
                "value": { "err": null, "logs": ["simulated"], "unitsConsumed": 10_000 },
            })),
            RpcRequest::GetRecentPrioritizationFees => {
                events.fee_accounts = params[0].as_array().unwrap().len();
                Ok(json!([{ "slot": 1, "prioritizationFee": 300_000 }]))
            }
            RpcRequest::GetLatestBlockhash => {
                let blockhash = json!({ "blockhash": Hash::default().to_string(), "lastValidBlockHeight": LAST_VALID_HEIGHT });
                Ok(json!({ "context": context, "value": blockhash }))
            }
            _ => self.answer_about_the_transaction(&mut events, request, params, context),
        }
    }

    fn answer_about_the_transaction(
        &self,
        events: &mut Events,
        request: RpcRequest,
        params: &Value,
        context: Value,
    ) -> Result<Value> {
        if self.plan.silent.contains(&request) {
            return Err(std::io::Error::other("silence").into());
        }
        // The node does what it is asked; only its answer is lost.
        let answer = match request {
            RpcRequest::SendTransaction => self.receive(events, params[0].as_str().unwrap()),
            RpcRequest::GetSignatureStatuses => self.status(events, context, params[1]["searchTransactionHistory"] == true),
            RpcRequest::GetEpochInfo => {
                events.height += BLOCKS_PER_ANSWER;
                Ok(json!({
                    "absoluteSlot": 1_000 + events.height, "blockHeight": events.height,
                    "epoch": 0, "slotIndex": 0, "slotsInEpoch": 432_000, "transactionCount": 0,
                }))
            }
            RpcRequest::GetTransaction => Ok(self.details()),
            other => panic!("{other} is not expected"),
        };
        if events.broken < self.plan.broken_connections {
            events.broken += 1;
            return Err(std::io::Error::other("the connection broke").into());
        }
        answer
    }

    fn receive(&self, events: &mut Events, encoded: &str) -> Result<Value> {
        events.sent.push(encoded.into());
        if let Some((code, message)) = self.plan.refusal.clone() {
            return Err(RpcError::RpcResponseError { code, message, data: RpcResponseErrorData::Empty }.into());
        }
        let bytes = STANDARD.decode(encoded).unwrap();
        Ok(json!(Signature::try_from(&bytes[1..65]).unwrap().to_string()))
    }

    fn status(&self, events: &mut Events, context: Value, with_history: bool) -> Result<Value> {
        if with_history && self.plan.forgets {
            return Err(
                RpcError::RpcResponseError { code: -32011, message: "none".into(), data: RpcResponseErrorData::Empty }.into()
            );
        }
        let has_landed = self.plan.lands_at_sending > 0 && events.sent.len() >= self.plan.lands_at_sending;
        if !has_landed {
            return Ok(json!({ "context": context, "value": [null] }));
        }
        if events.from_behind < self.plan.answers_from_behind {
            events.from_behind += 1;
            return Ok(json!({ "context": { "slot": 1 }, "value": [null] }));
        }
        events.statuses += 1;
        let is_confirmed = events.statuses > self.plan.unconfirmed_statuses;
        if is_confirmed && self.plan.fork_is_left {
            return Ok(json!({ "context": context, "value": [null] }));
        }
        let level = if is_confirmed { "confirmed" } else { "processed" };
        let status = json!({
            "slot": 1_007, "confirmations": 1, "status": { "Ok": null }, "err": self.plan.failure, "confirmationStatus": level,
        });
        Ok(json!({ "context": context, "value": [status] }))
    }

    fn details(&self) -> Value {
        if self.plan.forgets {
            return Value::Null;
        }
        json!({
            "slot": 1_007, "blockTime": 5, "transaction": ["", "base64"],
            "meta": {
                "err": null, "status": { "Ok": null }, "fee": 5_321, "preBalances": [], "postBalances": [],
                "logMessages": ["landed"], "computeUnitsConsumed": 9_876,
            },
        })
    }
}

#[async_trait]
impl RpcSender for Fake {
    async fn send(&self, request: RpcRequest, params: Value) -> Result<Value> {
        self.answer(request, &params)
    }

    fn get_transport_stats(&self) -> RpcTransportStats {
        RpcTransportStats::default()
    }

    fn url(&self) -> String {
        "fake".into()
    }
}
