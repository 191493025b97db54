//! A local cluster with a ready vault, moving prices and pools.
//!
//! A real Solana RPC and WebSocket endpoint (Surfpool, offline, in the process `ballast-surfnet`) with the vault program, an AMM, the
//! tokens BTC, ETH, SOL and USDC, a pool for every pair of them, funded wallets and vaults. Prices follow the bundled data at the
//! cluster's own time, which may run faster than real time; they are published as genuine `PriceUpdateV2` accounts at the addresses
//! of Pyth's sponsored feeds, and pools follow them by real swaps.
//!
//! ```no_run
//! use ballast_localnet::{Localnet, Options};
//!
//! # async fn run() -> anyhow::Result<()> {
//! let localnet = Localnet::start(&Options { slot_ms: 50, speed: 1.0, ..Options::default() }, |step| println!("{step}")).await?;
//! println!("{} has {} vaults", localnet.manifest.rpc_url, localnet.manifest.vaults.len());
//! localnet.set_price("SOL", 95.0).await?;
//! localnet.travel(3_600).await?;
//! localnet.stop().await
//! # }
//! ```

mod cheat;
pub mod control;
mod history;
mod host;
mod keys;
mod localnet;
pub mod manifest;
mod market;
mod options;
mod replay;
mod vaults;
mod wallet;

pub use localnet::Localnet;
pub use manifest::Manifest;
pub use options::Options;
