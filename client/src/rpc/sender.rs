//! Making, paying for and sending transactions.

use std::sync::Arc;
use std::time::Duration;

use anchor_lang::prelude::Pubkey;
use anchor_lang::solana_program::instruction::Instruction;
use solana_keypair::Keypair;
use solana_message::{AddressLookupTableAccount, VersionedMessage};
use solana_rpc_client_api::client_error::ErrorKind;
use solana_rpc_client_api::request::{self, RpcResponseErrorData};
use solana_signature::Signature;
use solana_signer::Signer;
use solana_transaction::versioned::VersionedTransaction;
use solana_transaction_status_client_types::UiTransactionStatusMeta;
use tokio::time::sleep;

use super::cluster::Cluster;
use super::error::ClientError;
use super::history::logs;
use super::landing::{Landed, Landing, PACE, Pace};
use crate::fee::{self, FeePolicy};
use crate::transaction;

/// Most accounts that nodes take in a question about recent fees.
const FEE_ACCOUNTS: usize = 128;
/// How often to ask for a landed transaction's log before going without.
const LOG_ATTEMPTS: u32 = 5;

/// Sends transactions that one account pays for. Clones share their connections.
#[derive(Clone)]
pub struct Sender {
    cluster: Cluster,
    payer: Arc<Keypair>,
    fees: FeePolicy,
    pub(super) pace: Pace,
}

/// A transaction that has been simulated, and lacks nothing but signatures. It lasts about a minute.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// The message to sign.
    pub message: VersionedMessage,
    /// What it is made of: the compute budget, then the instructions that were given.
    pub instructions: Vec<Instruction>,
    /// The height of the last block that may hold it.
    pub last_valid_height: u64,
    /// Compute units that the simulation took.
    pub units: u64,
    /// Lamports that it pays in all, whether it succeeds or fails.
    pub fee_lamports: u64,
    /// Its size, signatures included.
    pub bytes: usize,
    /// The simulation's log.
    pub logs: Vec<String>,
}

/// A transaction that has landed and succeeded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Its signature.
    pub signature: Signature,
    /// The slot in which it landed.
    pub slot: u64,
    /// Compute units that it took; those of the simulation where the node does not tell.
    pub units: u64,
    /// Lamports that it paid in all.
    pub fee_lamports: u64,
    /// Its log; empty where the node does not keep it.
    pub logs: Vec<String>,
}

impl Sender {
    /// A sender to a cluster.
    pub fn new(cluster: Cluster, payer: Arc<Keypair>, fees: FeePolicy) -> Self {
        Sender { cluster, payer, fees, pace: PACE }
    }

    /// Asks this often whether a transaction has landed, instead of twice a slot of the real clusters: local ones may be faster.
    #[must_use]
    pub fn polling_every(mut self, poll: Duration) -> Self {
        self.pace.poll = poll;
        self
    }

    /// The cluster.
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// Who pays.
    pub fn payer(&self) -> Pubkey {
        self.payer.pubkey()
    }

    /// Simulates the instructions, and makes the transaction with what that tells: its compute limit, a price for its priority from
    /// recent fees for the accounts that it writes, a fresh blockhash. Leave compute budget instructions out.
    ///
    /// # Errors
    /// What it would fail with, or where a request fails. Nothing has been sent.
    pub async fn prepare(
        &self,
        instructions: &[Instruction],
        tables: &[AddressLookupTableAccount],
    ) -> Result<Prepared, ClientError> {
        let payer = self.payer();
        let simulation = self.cluster.simulate(&payer, instructions, tables).await?;
        let unit_limit = self.fees.unit_limit(simulation.units);
        let unit_price = self.fees.unit_price(&self.recent_fees(instructions).await?, unit_limit);
        let rpc = self.cluster.rpc();
        let (blockhash, last_valid_height) = rpc.get_latest_blockhash_with_commitment(rpc.commitment()).await?;
        let instructions = transaction::with_budget(instructions, unit_limit, unit_price);
        let message = transaction::message(&payer, &instructions, tables, blockhash)?;
        let signatures = usize::from(message.header().num_required_signatures);
        Ok(Prepared {
            fee_lamports: fee::lamports(signatures, unit_limit, unit_price),
            bytes: transaction::size(&message),
            units: simulation.units,
            logs: simulation.logs,
            message,
            instructions,
            last_valid_height,
        })
    }

    /// Signs and sends a transaction, and waits until it has landed. The same bytes are sent again until then or until their
    /// blockhash has expired, so that it cannot land twice.
    ///
    /// # Errors
    /// [`ClientError::Program`] where it has landed and failed; [`ClientError::Expired`] where it never will, so that it is safe to
    /// make another; [`ClientError::Unconfirmed`] where nobody knows.
    pub async fn submit(&self, prepared: Prepared, signers: &[&Keypair]) -> Result<Sent, ClientError> {
        let transaction = self.sign(&prepared.message, signers)?;
        let signature = transaction.signatures[0];
        tracing::debug!(%signature, units = prepared.units, fee_lamports = prepared.fee_lamports, "sending");
        let (rpc, last_valid_height) = (self.cluster.rpc(), prepared.last_valid_height);
        let landing = Landing { rpc, transaction: &transaction, last_valid_height, pace: self.pace };
        let Landed { slot, error } = landing.land().await.map_err(|error| refused(error, &prepared.instructions))?;
        let meta = self.meta(&signature).await;
        if let Some(error) = error {
            return Err(ClientError::of(error, meta.map(logs), &prepared.instructions));
        }
        let told = meta.as_ref().map(|meta| (Option::from(meta.compute_units_consumed.clone()), meta.fee));
        let (units, fee_lamports) = told.unwrap_or((None, prepared.fee_lamports));
        let logs = meta.map(logs).unwrap_or_default();
        Ok(Sent { signature, slot, units: units.unwrap_or(prepared.units), fee_lamports, logs })
    }

    /// [`Sender::prepare`], then [`Sender::submit`].
    ///
    /// # Errors
    /// As both.
    pub async fn send(
        &self,
        instructions: &[Instruction],
        signers: &[&Keypair],
        tables: &[AddressLookupTableAccount],
    ) -> Result<Sent, ClientError> {
        self.submit(self.prepare(instructions, tables).await?, signers).await
    }

    /// What transactions on the same accounts paid for a unit, by recent slot.
    async fn recent_fees(&self, instructions: &[Instruction]) -> Result<Vec<u64>, ClientError> {
        if self.fees.max_lamports == 0 {
            return Ok(vec![]);
        }
        let mut accounts = transaction::written(&self.payer(), instructions);
        accounts.truncate(FEE_ACCOUNTS);
        let fees = self.cluster.rpc().get_recent_prioritization_fees(&accounts).await?;
        Ok(fees.into_iter().map(|fee| fee.prioritization_fee).collect())
    }

    /// The signed transaction. Keys that need not sign are not used.
    fn sign(&self, message: &VersionedMessage, signers: &[&Keypair]) -> Result<VersionedTransaction, ClientError> {
        let bytes = message.serialize();
        let required = usize::from(message.header().num_required_signatures);
        let signature = |address: &Pubkey| {
            let key = std::iter::once(&*self.payer).chain(signers.iter().copied()).find(|key| key.pubkey() == *address);
            key.map(|key| key.sign_message(&bytes)).ok_or(ClientError::MissingSigner { address: *address })
        };
        let signatures = message.static_account_keys().iter().take(required).map(signature).collect::<Result<_, _>>()?;
        Ok(VersionedTransaction { signatures, message: message.clone() })
    }

    /// What the cluster keeps about a landed transaction. It has landed, so a node that does not tell is no reason to fail.
    async fn meta(&self, signature: &Signature) -> Option<UiTransactionStatusMeta> {
        for _ in 0..LOG_ATTEMPTS {
            match self.cluster.meta(signature).await {
                Ok(meta) => return meta,
                Err(error) => tracing::debug!(%signature, %error, "no log yet"),
            }
            sleep(self.pace.poll).await;
        }
        None
    }
}

/// The transaction's own error, where a node refused it for one.
fn refused(error: ClientError, instructions: &[Instruction]) -> ClientError {
    let ClientError::Rpc(inner) = &error else { return error };
    let Some(cause) = inner.get_transaction_error() else { return error };
    let logs = match inner.kind() {
        ErrorKind::RpcError(request::RpcError::RpcResponseError {
            data: RpcResponseErrorData::SendTransactionPreflightFailure(result),
            ..
        }) => result.logs.clone(),
        _ => None,
    };
    ClientError::of(cause, logs, instructions)
}

#[cfg(test)]
#[path = "sender_tests.rs"]
mod tests;
