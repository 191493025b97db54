//! From signed bytes to a landed transaction, or to the certainty that it never lands.
//!
//! The same bytes are sent again and again: however many copies arrive, the cluster runs a signature once. A transaction is given up
//! only once the chain has gone past the last block that may hold it, and a node that has seen that far does not know it. Whoever
//! then makes another transaction cannot have both land.

use std::time::{Duration, Instant};

use solana_commitment_config::CommitmentConfig;
use solana_rpc_client::nonblocking::rpc_client::RpcClient;
use solana_rpc_client_api::client_error::ErrorKind;
use solana_rpc_client_api::config::RpcSendTransactionConfig;
use solana_rpc_client_api::custom_error::{
    JSON_RPC_SERVER_ERROR_SEND_TRANSACTION_PREFLIGHT_FAILURE, JSON_RPC_SERVER_ERROR_TRANSACTION_HISTORY_NOT_AVAILABLE,
    JSON_RPC_SERVER_ERROR_TRANSACTION_SIGNATURE_LEN_MISMATCH, JSON_RPC_SERVER_ERROR_TRANSACTION_SIGNATURE_VERIFICATION_FAILURE,
};
use solana_rpc_client_api::request;
use solana_rpc_client_api::response::Response;
use solana_signature::Signature;
use solana_transaction::versioned::VersionedTransaction;
use solana_transaction_error::TransactionError;
use solana_transaction_status_client_types::TransactionStatus;
use tokio::time::sleep;

use super::error::{ClientError, RpcError};

/// JSON-RPC's own number for parameters that cannot be understood.
const INVALID_PARAMS: i64 = -32602;

/// How often to ask and to send.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Between two looks at a transaction's status.
    pub poll: Duration,
    /// Looks between two sendings of it.
    pub polls_per_send: u32,
    /// How long the cluster may be silent before the wait ends without a result. Longer than any blockhash lasts.
    pub patience: Duration,
}

/// Two looks a slot; leaders change every four slots.
pub const PACE: Pace = Pace { poll: Duration::from_millis(400), polls_per_send: 5, patience: Duration::from_secs(180) };

/// Where a transaction has landed, and how it ended there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Landed {
    /// The slot.
    pub slot: u64,
    /// Why it failed; `None` where it succeeded.
    pub error: Option<TransactionError>,
}

/// Nodes keep signatures and blocks from this commitment on, and forks end before it.
pub fn at_least_confirmed(commitment: CommitmentConfig) -> CommitmentConfig {
    if commitment.is_finalized() { commitment } else { CommitmentConfig::confirmed() }
}

/// One signed transaction on its way.
pub struct Landing<'a> {
    /// The node.
    pub rpc: &'a RpcClient,
    /// The transaction.
    pub transaction: &'a VersionedTransaction,
    /// The height of the last block that may hold it.
    pub last_valid_height: u64,
    /// How often to ask and to send.
    pub pace: Pace,
}

impl Landing<'_> {
    /// Sends until the transaction has landed.
    ///
    /// # Errors
    /// Where the first node refused it, where it has expired, or where the cluster fell silent.
    pub async fn land(&self) -> Result<Landed, ClientError> {
        let mut heard_at = Instant::now();
        let mut has_been_sent = false;
        let mut polls = 0_u32;
        loop {
            if polls.is_multiple_of(self.pace.polls_per_send) {
                has_been_sent |= self.send(has_been_sent).await?;
            }
            polls = polls.wrapping_add(1);
            sleep(self.pace.poll).await;
            match self.look().await {
                Ok(Look::Landed(landed)) => return Ok(landed),
                Ok(Look::Expired) => return Err(ClientError::Expired { signature: self.signature() }),
                Ok(Look::OnItsWay) => heard_at = Instant::now(),
                Err(error) if heard_at.elapsed() < self.pace.patience => tracing::debug!(%error, "no status; asking again"),
                Err(error) => return Err(ClientError::Unconfirmed { signature: self.signature(), last: Box::new(error) }),
            }
        }
    }

    fn signature(&self) -> Signature {
        self.transaction.signatures.first().copied().unwrap_or_default()
    }

    /// Sends once; whether a node may have taken it.
    ///
    /// # Errors
    /// Where a node refused it before any other node can have taken it.
    async fn send(&self, may_be_on_its_way: bool) -> Result<bool, RpcError> {
        // It has been simulated, and is sent again from here.
        let config =
            RpcSendTransactionConfig { skip_preflight: true, max_retries: Some(0), ..RpcSendTransactionConfig::default() };
        match self.rpc.send_transaction_with_config(self.transaction, config).await {
            Ok(_) => Ok(true),
            Err(error) if is_refusal(&error) && !may_be_on_its_way => Err(error),
            Err(error) => {
                tracing::debug!(%error, "a sending failed");
                // Whoever fell silent may have passed it on first.
                Ok(true)
            }
        }
    }

    async fn look(&self) -> Result<Look, RpcError> {
        let commitment = self.rpc.commitment();
        if let Some(status) = self.rpc.get_signature_statuses(&[self.signature()]).await?.value.pop().flatten() {
            return Ok(Look::at(status, commitment));
        }
        // Height and slot of one node's answer: a node behind them could not know.
        let chain = self.rpc.get_epoch_info_with_commitment(at_least_confirmed(commitment)).await?;
        if chain.block_height <= self.last_valid_height {
            return Ok(Look::OnItsWay);
        }
        let last = self.last_status().await?;
        match last.value.into_iter().next().flatten() {
            Some(status) => Ok(Look::at(status, commitment)),
            None if last.context.slot < chain.absolute_slot => Ok(Look::OnItsWay),
            None => Ok(Look::Expired),
        }
    }

    /// The status, however long ago the transaction landed. Nodes without a history remember some minutes.
    async fn last_status(&self) -> Result<Response<Vec<Option<TransactionStatus>>>, RpcError> {
        let signatures = [self.signature()];
        match self.rpc.get_signature_statuses_with_history(&signatures).await {
            Err(error) if code(&error) == Some(JSON_RPC_SERVER_ERROR_TRANSACTION_HISTORY_NOT_AVAILABLE) => {
                self.rpc.get_signature_statuses(&signatures).await
            }
            answer => answer,
        }
    }
}

/// What one look at a transaction shows.
#[derive(Debug, PartialEq, Eq)]
enum Look {
    /// It may still land, or has not reached the commitment.
    OnItsWay,
    /// It has landed.
    Landed(Landed),
    /// It never lands.
    Expired,
}

impl Look {
    /// A status that is short of the commitment may yet be undone, failures included.
    fn at(status: TransactionStatus, commitment: CommitmentConfig) -> Self {
        if status.satisfies_commitment(commitment) {
            Look::Landed(Landed { slot: status.slot, error: status.err })
        } else {
            Look::OnItsWay
        }
    }
}

/// Whether the node did not take the transaction because of what it is: no node will.
fn is_refusal(error: &RpcError) -> bool {
    let refusals = [
        INVALID_PARAMS,
        JSON_RPC_SERVER_ERROR_SEND_TRANSACTION_PREFLIGHT_FAILURE,
        JSON_RPC_SERVER_ERROR_TRANSACTION_SIGNATURE_VERIFICATION_FAILURE,
        JSON_RPC_SERVER_ERROR_TRANSACTION_SIGNATURE_LEN_MISMATCH,
    ];
    // Some nodes run a transaction before they answer, and tell in words alone that it has run before.
    let is_known = error.to_string().contains(&TransactionError::AlreadyProcessed.to_string());
    code(error).is_some_and(|code| refusals.contains(&code)) && !is_known
}

/// The number of an error that a node answered with.
fn code(error: &RpcError) -> Option<i64> {
    match error.kind() {
        ErrorKind::RpcError(request::RpcError::RpcResponseError { code, .. }) => Some(*code),
        _ => None,
    }
}
