//! A cluster by RPC: reading, simulating, sending, confirming.
//!
//! ```no_run
//! use std::sync::Arc;
//!
//! use ballast_client::instruction;
//! use ballast_client::rpc::{Cluster, CommitmentConfig, FeePolicy, Keypair, Sender};
//!
//! # async fn run(vault: ballast_client::Pubkey, payer: Arc<Keypair>) -> Result<(), ballast_client::rpc::ClientError> {
//! let cluster = Cluster::new("http://127.0.0.1:8899", CommitmentConfig::confirmed());
//! let books = cluster.vault(&vault).await?;
//! println!("{} assets, {} shares", books.assets().len(), books.total_shares);
//!
//! let sender = Sender::new(cluster, payer, FeePolicy::default());
//! let sent = sender.send(&[instruction::observe(vault)], &[], &[]).await?;
//! println!("{} took {} units and {} lamports", sent.signature, sent.units, sent.fee_lamports);
//! # Ok(())
//! # }
//! ```

mod cluster;
mod error;
#[cfg(test)]
mod fake;
mod history;
mod landing;
mod sender;
mod tables;

pub use crate::fee::FeePolicy;
pub use crate::transaction::unsigned;
pub use cluster::{Cluster, Simulation};
pub use error::{ClientError, RpcError};
pub use history::HistoryEntry;
pub use sender::{Prepared, Sender, Sent};
pub use solana_commitment_config::CommitmentConfig;
pub use solana_keypair::Keypair;
pub use solana_signature::Signature;
