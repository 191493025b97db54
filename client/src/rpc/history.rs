//! What has happened to an account: its transactions, with the events in them.

use anchor_lang::prelude::Pubkey;
use solana_rpc_client::rpc_client::GetConfirmedSignaturesForAddress2Config;
use solana_rpc_client_api::config::RpcTransactionConfig;
use solana_rpc_client_api::response::RpcConfirmedTransactionStatusWithSignature;
use solana_signature::Signature;
use solana_transaction_error::TransactionError;
use solana_transaction_status_client_types::{UiTransactionEncoding, UiTransactionStatusMeta};

use super::cluster::Cluster;
use super::error::{ClientError, RpcError};
use crate::events::{self, VaultEvent};

/// A transaction, and what Ballast did in it.
#[derive(Debug)]
pub struct HistoryEntry {
    /// The transaction.
    pub signature: Signature,
    /// The slot in which it landed.
    pub slot: u64,
    /// When, Unix time in seconds, by the cluster's clock; `None` where the node has forgotten.
    pub time: Option<i64>,
    /// Why it failed; `None` where it succeeded.
    pub error: Option<TransactionError>,
    /// Ballast's events in it, of every vault; none where it failed.
    pub events: Vec<VaultEvent>,
}

impl Cluster {
    /// The last transactions that named an account, such as a vault, newest first: at most `limit` (of 1,000), and only those older
    /// than `before`.
    ///
    /// # Errors
    /// Where a request fails.
    pub async fn history(
        &self,
        address: &Pubkey,
        limit: usize,
        before: Option<Signature>,
    ) -> Result<Vec<HistoryEntry>, ClientError> {
        let config = GetConfirmedSignaturesForAddress2Config {
            before,
            limit: Some(limit),
            commitment: Some(super::landing::at_least_confirmed(self.rpc().commitment())),
            ..GetConfirmedSignaturesForAddress2Config::default()
        };
        let found = self.rpc().get_signatures_for_address_with_config(address, config).await?;
        let mut entries = Vec::with_capacity(found.len());
        for status in found {
            entries.push(self.entry(status).await?);
        }
        Ok(entries)
    }

    async fn entry(&self, status: RpcConfirmedTransactionStatusWithSignature) -> Result<HistoryEntry, ClientError> {
        let signature = status.signature.parse().map_err(|_| ClientError::Answer("a signature"))?;
        let logs = match &status.err {
            // A failed transaction's events are undone like all else.
            Some(_) => vec![],
            None => self.meta(&signature).await?.map(logs).unwrap_or_default(),
        };
        let (slot, time, error) = (status.slot, status.block_time, status.err.map(Into::into));
        Ok(HistoryEntry { signature, slot, time, error, events: events::all(&logs) })
    }

    /// What the cluster keeps about a transaction's execution; `None` where the node does not.
    pub(super) async fn meta(&self, signature: &Signature) -> Result<Option<UiTransactionStatusMeta>, RpcError> {
        let config = RpcTransactionConfig {
            encoding: Some(UiTransactionEncoding::Base64),
            commitment: Some(super::landing::at_least_confirmed(self.rpc().commitment())),
            max_supported_transaction_version: Some(0),
        };
        Ok(self.rpc().get_transaction_with_config(signature, config).await?.transaction.meta)
    }
}

/// A transaction's log.
pub(super) fn logs(meta: UiTransactionStatusMeta) -> Vec<String> {
    Option::from(meta.log_messages).unwrap_or_default()
}
