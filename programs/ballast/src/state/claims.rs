//! Claims: what redemptions in kind could not pay out and still owe.

use anchor_lang::prelude::*;
use ballast_core::MAX_ASSETS;

use crate::error::BallastError;

/// Seed of the address of somebody's claims on a vault: `["claims", vault, owner]`.
pub const CLAIMS_SEED: &[u8] = b"claims";

/// Raw units that a vault owes one redeemer, set apart from what its shares are worth.
#[account(zero_copy)]
#[derive(Debug)]
#[repr(C)]
pub struct Claims {
    /// The vault. Written once.
    pub vault: Pubkey,
    /// Who may claim. Written once.
    pub owner: Pubkey,
    /// Raw units by the asset's index in the vault. Written by `redeem_in_kind` and `claim`.
    pub amounts: [u64; MAX_ASSETS],
}

impl Claims {
    /// Bytes of the account, discriminator included.
    pub const SPACE: usize = Self::DISCRIMINATOR.len() + std::mem::size_of::<Self>();

    /// Fails unless these are the claims of `owner` on `vault`. The address need not be derived: only this program makes such
    /// accounts, one for both.
    pub fn check(&self, vault: &Pubkey, owner: &Pubkey) -> Result<()> {
        require!(self.vault == *vault && self.owner == *owner, BallastError::WrongClaims);
        Ok(())
    }

    /// What is claimed of one asset, to change.
    pub fn amount_mut(&mut self, asset: usize) -> Result<&mut u64> {
        Ok(self.amounts.get_mut(asset).ok_or(BallastError::UnknownAsset)?)
    }

    /// Whether nothing is claimed.
    pub fn is_empty(&self) -> bool {
        self.amounts.iter().all(|amount| *amount == 0)
    }
}

const _: () = assert!(std::mem::size_of::<Claims>() == 64 + MAX_ASSETS * 8);
