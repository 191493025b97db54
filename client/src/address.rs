//! Addresses that are derived, not chosen.

use anchor_lang::prelude::Pubkey;
use ballast::state::{AUTHORITY_SEED, CHANGE_SEED, CLAIMS_SEED, CRANK_SEED, ROUTE_SEED, SHARES_SEED, VAULT_SEED};

/// The associated token program.
pub const ASSOCIATED_TOKEN_PROGRAM: Pubkey = anchor_lang::pubkey!("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL");

/// The vault that `creator` numbered `vault_id`.
pub fn vault(creator: &Pubkey, vault_id: u64) -> Pubkey {
    find(&[VAULT_SEED, creator.as_ref(), &vault_id.to_le_bytes()])
}

/// Owner of a vault's reserves and mint authority of its shares.
pub fn authority(vault: &Pubkey) -> Pubkey {
    find(&[AUTHORITY_SEED, vault.as_ref()])
}

/// A vault's share mint.
pub fn share_mint(vault: &Pubkey) -> Pubkey {
    find(&[SHARES_SEED, vault.as_ref()])
}

/// The account whose lamports pay a vault's keepers.
pub fn crank_fund(vault: &Pubkey) -> Pubkey {
    find(&[CRANK_SEED, vault.as_ref()])
}

/// Somebody's claims on a vault.
pub fn claims(vault: &Pubkey, owner: &Pubkey) -> Pubkey {
    find(&[CLAIMS_SEED, vault.as_ref(), owner.as_ref()])
}

/// A vault's route through a pool.
pub fn route(vault: &Pubkey, pool: &Pubkey) -> Pubkey {
    find(&[ROUTE_SEED, vault.as_ref(), pool.as_ref()])
}

/// A vault's queued change of this number.
pub fn change(vault: &Pubkey, id: u64) -> Pubkey {
    find(&[CHANGE_SEED, vault.as_ref(), &id.to_le_bytes()])
}

/// An owner's associated token account for a mint of the given token program.
pub fn associated_token(owner: &Pubkey, mint: &Pubkey, token_program: &Pubkey) -> Pubkey {
    let seeds = [owner.as_ref(), token_program.as_ref(), mint.as_ref()];
    Pubkey::find_program_address(&seeds, &ASSOCIATED_TOKEN_PROGRAM).0
}

fn find(seeds: &[&[u8]]) -> Pubkey {
    Pubkey::find_program_address(seeds, &ballast::ID).0
}
