//! A route: one AMM pool between two of a vault's assets, with every account of its swap pinned.

use anchor_lang::prelude::*;
use ballast_core::risk::breaker::Halt;

use super::Vault;
use crate::amm::Amm;
use crate::error::BallastError;

/// Seed of a route's address: `["route", vault, pool]`.
pub const ROUTE_SEED: &[u8] = b"route";
/// Most accounts that an AMM adapter may pin.
pub const MAX_ROUTE_ACCOUNTS: usize = 12;

/// A route.
#[account(zero_copy)]
#[derive(Debug)]
#[repr(C)]
pub struct Route {
    /// The vault it belongs to. Written once, as all other fields but `halt`.
    pub vault: Pubkey,
    /// Unix time from which it may be used: the vault's timelock after registration, at once before the first deposit.
    pub active_at: i64,
    /// Which AMM: an [`Amm`].
    pub amm: u8,
    /// Index in the vault's basket of the pool's first asset.
    pub asset_a: u8,
    /// Index in the vault's basket of the pool's second asset.
    pub asset_b: u8,
    /// Bump of the route's own address.
    pub bump: u8,
    /// Number of `accounts` in use.
    pub account_count: u8,
    /// Number of the vault's assets at registration, which looked only at their reserves.
    pub asset_count: u8,
    /// Zero.
    pub padding: [u8; 2],
    /// Why and since when the route is halted. Written by `rebalance`, `trip_breaker` and `clear_breaker`.
    pub halt: Halt,
    /// The accounts of the swap in the adapter's order, the pool first; slots from `account_count` on are zero.
    pub accounts: [Pubkey; MAX_ROUTE_ACCOUNTS],
}

impl Route {
    /// Bytes of the account, discriminator included.
    pub const SPACE: usize = Self::DISCRIMINATOR.len() + std::mem::size_of::<Self>();

    /// The accounts in use.
    pub fn accounts(&self) -> &[Pubkey] {
        self.accounts.get(..usize::from(self.account_count)).unwrap_or_default()
    }

    /// Fails if the swap takes the reserve of an asset that joined the basket after the route: the vault's authority signs the
    /// swap, and the checks after it look only at the two reserves that it trades.
    pub fn require_foreign(&self, vault: &Vault) -> Result<()> {
        let newer = vault.assets().get(usize::from(self.asset_count)..).unwrap_or_default();
        let is_own = |account: &Pubkey| newer.iter().any(|asset| asset.reserve == *account);
        require!(!self.accounts().iter().any(is_own), BallastError::UnsupportedPool);
        Ok(())
    }

    /// Which AMM.
    pub fn amm(&self) -> Result<Amm> {
        Ok(Amm::try_from(self.amm)?)
    }
}

const _: () = {
    assert!(std::mem::size_of::<Route>() == 80 + MAX_ROUTE_ACCOUNTS * 32);
    assert!(std::mem::align_of::<Route>() == 8);
};
