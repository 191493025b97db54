//! Rust client of the Ballast program: addresses, instructions, decoding; and with the feature `rpc` a cluster.
//!
//! Everything is derived from the program's own types, so that a change of the program is a compile error here.
//!
//! Without a cluster:
//!
//! - [`address`], [`view`]: derived addresses, and those of one vault together;
//! - [`instruction`]: a builder for each of the program's instructions;
//! - [`decode`], [`events`], [`logs`]: accounts, return data, and what a transaction's log tells;
//! - [`decide`], [`pool`]: the program's decisions, from accounts;
//! - [`pyth`]: prices that nobody else has posted, from Hermes;
//! - [`error`]: failed transactions in words;
//! - [`transaction`], [`fee`], [`lookup`]: versioned transactions, what they cost, and lookup tables.
//!
//! ```
//! use ballast_client::{Pubkey, VaultView, ballast, instruction};
//!
//! let (admin, [sol, usdc]) = (Pubkey::new_unique(), [Pubkey::new_unique(), Pubkey::new_unique()]);
//! let view = VaultView::new(&admin, 0, &[(sol, ballast::token::TOKEN), (usdc, ballast::token::TOKEN)]);
//! let args = ballast::instructions::DepositInKindArgs { max_amounts: vec![1_000_000_000, 150_000_000], min_shares: 1 };
//! let deposit = instruction::deposit_in_kind(admin, &view, args);
//! assert_eq!(deposit.program_id, ballast_client::PROGRAM_ID);
//! ```

pub mod address;
pub mod decide;
pub mod decode;
pub mod error;
pub mod events;
pub mod fee;
pub mod instruction;
pub mod logs;
pub mod lookup;
pub mod pool;
pub mod pyth;
#[cfg(feature = "rpc")]
pub mod rpc;
pub mod transaction;
pub mod view;

pub use anchor_lang;
pub use anchor_lang::prelude::{AccountMeta, Pubkey};
pub use anchor_lang::solana_program::instruction::Instruction;
pub use ballast;
pub use ballast::ID as PROGRAM_ID;
pub use ballast_core as core;
pub use solana_account::Account;
pub use solana_message::{AddressLookupTableAccount, Hash};
pub use solana_transaction::InstructionError;
pub use solana_transaction_error::TransactionError;
pub use view::VaultView;
