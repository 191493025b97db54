//! Halts as events: what `rebalance`, `trip_breaker` and `clear_breaker` tell of them.

use anchor_lang::prelude::*;
use ballast_core::risk::breaker::Halt;

use crate::events::{BreakerCleared, BreakerTripped};
use crate::state::Vault;

/// Whose halt it is.
#[derive(Clone, Copy)]
pub struct Halted {
    /// The vault.
    pub vault: Pubkey,
    /// The route; all zeros for the vault itself.
    pub route: Pubkey,
    /// Slot of the change.
    pub slot: u64,
}

impl Halted {
    /// Counts and emits that a halt began, or began anew.
    pub fn emit_tripped(&self, vault: &mut Vault, halt: &Halt) -> Result<()> {
        emit!(BreakerTripped {
            vault: self.vault,
            slot: self.slot,
            sequence: vault.next_sequence()?,
            route: self.route,
            breaker: halt.breaker,
            asset: halt.asset,
            is_hard: halt.is_hard != 0,
            measured: halt.measured,
            limit: halt.limit,
        });
        Ok(())
    }

    /// Counts and emits that a halt ended.
    pub fn emit_cleared(&self, vault: &mut Vault, by: Pubkey, halt: &Halt) -> Result<()> {
        emit!(BreakerCleared {
            vault: self.vault,
            slot: self.slot,
            sequence: vault.next_sequence()?,
            route: self.route,
            by,
            breaker: halt.breaker,
            asset: halt.asset,
            tripped_at: halt.at,
        });
        Ok(())
    }

    /// Counts and emits what became of a halt in a trade.
    #[inline(never)]
    pub fn emit_change(&self, vault: &mut Vault, by: Pubkey, before: &Halt, after: &Halt) -> Result<()> {
        match (before.is_on(), after.is_on()) {
            (_, true) => self.emit_tripped(vault, after),
            (true, false) => self.emit_cleared(vault, by, before),
            (false, false) => Ok(()),
        }
    }
}
