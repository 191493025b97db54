//! The cluster's keys. They follow from a seed that everybody can read here: never send anything of value to them elsewhere.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow};
use ballast_client::Pubkey;
use ballast_client::rpc::Keypair;
use solana_signer::Signer as _;

use crate::manifest::Wallet;

/// Creates and administers the vaults, and deposits first.
pub const ADMIN: &str = "admin";
/// The vaults' guardian.
pub const GUARDIAN: &str = "guardian";
/// Another wallet with tokens.
pub const BOB: &str = "bob";
/// A wallet with tokens, the command line's own.
pub const ALICE: &str = "alice";
/// The rest of the market: issues the tokens, opens the pools, and trades them to where no swap profits.
pub const MARKET: &str = "market";

/// A wallet for a keeper.
pub const KEEPER: &str = "keeper";

/// Every wallet.
const WALLETS: [&str; 6] = [ADMIN, GUARDIAN, KEEPER, ALICE, BOB, MARKET];
const SEED: &[u8] = b"ballast localnet";

/// The key that a name stands for; the same in every local cluster.
pub fn key(name: &str) -> Keypair {
    Keypair::new_from_array(solana_sha256_hasher::hashv(&[SEED, name.as_bytes()]).to_bytes())
}

/// The address that a name stands for.
pub fn address(name: &str) -> Pubkey {
    key(name).pubkey()
}

/// Saves every wallet's key below `dir`, and tells where.
pub fn save(dir: &Path) -> Result<BTreeMap<String, Wallet>> {
    let folder = dir.join("keys");
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let save = |name: &str| {
        let keypair = folder.join(format!("{name}.json"));
        let written = solana_keypair::write_keypair_file(&key(name), &keypair);
        written.map_err(|error| anyhow!("cannot write {}: {error}", keypair.display()))?;
        Ok((name.to_owned(), Wallet { address: address(name), keypair }))
    };
    WALLETS.into_iter().map(save).collect()
}
