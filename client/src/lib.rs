//! Rust client of the Ballast program: addresses, instructions, decoding.
//!
//! Everything is derived from the program's own types, so that a change of the program is a compile error here.

pub mod address;
pub mod decode;
pub mod instruction;
pub mod view;

pub use anchor_lang::prelude::{AccountMeta, Pubkey};
pub use anchor_lang::solana_program::instruction::Instruction;
pub use ballast;
pub use ballast::ID as PROGRAM_ID;
pub use ballast_core as core;
pub use view::VaultView;
