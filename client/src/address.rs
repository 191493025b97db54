//! Addresses that are derived, not chosen.

use anchor_lang::prelude::Pubkey;
use ballast::state::{
    AUTHORITY_SEED, Asset, CHANGE_SEED, CLAIMS_SEED, CRANK_SEED, OracleKind, ROUTE_SEED, SHARES_SEED, VAULT_SEED,
};
use pyth_solana_receiver_sdk::PYTH_PUSH_ORACLE_ID;

/// The associated token program.
pub const ASSOCIATED_TOKEN_PROGRAM: Pubkey = anchor_lang::pubkey!("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL");

/// The vault that `creator` numbered `vault_id`.
///
/// ```
/// use ballast_client::{Pubkey, address};
///
/// let creator = Pubkey::new_unique();
/// assert_ne!(address::vault(&creator, 0), address::vault(&creator, 1));
/// ```
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

/// The account in which sponsors keep a Pyth pull feed up to date, for all to read. Most feeds are in shard 0.
///
/// ```
/// use ballast_client::address;
///
/// // SOL in dollars, as <https://docs.pyth.network/price-feeds/sponsored-feeds/solana> lists it.
/// let mut feed_id = [0; 32];
/// let digits = "ef0d8b6fda2ceba41da15d4095d1da392a0d2f8ed0c6c7bc0f4cfac8c280b56d";
/// for (byte, digits) in feed_id.iter_mut().zip(digits.as_bytes().chunks(2)) {
///     *byte = u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap();
/// }
/// assert_eq!(address::sponsored_feed(0, &feed_id).to_string(), "7UVimffxr9ow1uXYxsr4LHAcV58mLzhmwaeKvJ1pjLiE");
/// ```
pub fn sponsored_feed(shard: u16, feed_id: &[u8; 32]) -> Pubkey {
    Pubkey::find_program_address(&[&shard.to_le_bytes(), feed_id], &PYTH_PUSH_ORACLE_ID).0
}

/// The account that an asset's price is read from: a pull feed's sponsored one of this shard, a push feed's own. `None` where the
/// stored kind of oracle is unknown.
pub fn price_account(asset: &Asset, shard: u16) -> Option<Pubkey> {
    match asset.oracle_kind().ok()? {
        OracleKind::PythPull => Some(sponsored_feed(shard, &asset.feed)),
        OracleKind::PythPush => Some(Pubkey::new_from_array(asset.feed)),
    }
}

fn find(seeds: &[&[u8]]) -> Pubkey {
    Pubkey::find_program_address(seeds, &ballast::ID).0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn price_account_is_the_sponsored_feed_or_the_push_account() {
        let mut asset: Asset = bytemuck::Zeroable::zeroed();
        asset.feed = [7; 32];
        asset.oracle = OracleKind::PythPull as u8;
        assert_eq!(price_account(&asset, 3), Some(sponsored_feed(3, &asset.feed)));
        assert_ne!(sponsored_feed(3, &asset.feed), sponsored_feed(0, &asset.feed));
        asset.oracle = OracleKind::PythPush as u8;
        assert_eq!(price_account(&asset, 3), Some(Pubkey::new_from_array([7; 32])));
        asset.oracle = 99;
        assert_eq!(price_account(&asset, 3), None);
    }
}
