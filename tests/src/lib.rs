//! The Ballast program on the real SVM: a LiteSVM [`World`] with mints, prices and pools, and the tests that run in it.
//!
//! ```no_run
//! use ballast_tests::{Signer, World, token::MintConfig};
//!
//! let mut world = World::new();
//! let alice = world.wallet("alice");
//! let usdc = world.create_mint("usdc", &MintConfig::spl(6));
//! world.mint_to(&usdc, &alice.pubkey(), 1_000_000);
//! assert_eq!(world.balance_of(&alice.pubkey(), &usdc), 1_000_000);
//! ```
//!
//! Helpers panic where the test itself is wrong (an account that was never created, a program that was never built);
//! what the chain answers comes back as a `Result`.

pub mod amm;
pub mod attack;
pub mod governance;
pub mod issuer;
pub mod pyth;
pub mod pythnet;
pub mod random;
pub mod reference;
pub mod scene;
pub mod seed;
pub mod strategies;
pub mod token;
pub mod transaction;
pub mod vaults;
pub mod world;

pub use {
    solana_keypair::Keypair,
    solana_signer::Signer,
    transaction::{Failure, LookupTable, Outcome},
    world::World,
};
