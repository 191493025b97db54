//! `start_ramp`: moves the target weights, slowly and after the timelock.

use anchor_lang::prelude::*;
use ballast_core::strategy::target::Ramp;

use crate::error::BallastError;
use crate::events::RampStarted;
use crate::state::Vault;

/// Latest start after the timelock: until its end, no other ramp can be set.
const MAX_DELAY_SECS: i64 = 30 * 86_400;

/// No remaining accounts.
#[derive(Accounts)]
pub struct StartRamp<'info> {
    /// The vault's admin.
    pub admin: Signer<'info>,
    /// The vault.
    #[account(mut)]
    pub vault: AccountLoader<'info, Vault>,
}

/// Starts a ramp; see [`crate::ballast::start_ramp`].
pub fn start_ramp(ctx: Context<StartRamp>, targets_bps: Vec<u16>, start_at: i64, end_at: i64) -> Result<()> {
    let clock = Clock::get()?;
    let mut vault = ctx.accounts.vault.load_mut()?;
    require_keys_eq!(vault.admin, ctx.accounts.admin.key(), BallastError::NotAdmin);
    require!(targets_bps.len() == vault.assets().len(), BallastError::AccountsMismatch);
    require!(clock.unix_timestamp >= vault.state.ramp.end_at, BallastError::RampUnderWay);
    let earliest = clock.unix_timestamp.saturating_add(i64::from(vault.limits.timelock_secs));
    let ramp = Ramp { start_at, end_at };
    let starts = earliest..=earliest.saturating_add(MAX_DELAY_SECS);
    require!(starts.contains(&start_at) && ramp.validate().is_ok(), BallastError::RampTimes);

    let from_bps = vault.assets().iter().map(|asset| asset.allocation.target_bps).collect();
    for (asset, target_bps) in vault.assets_mut().iter_mut().zip(&targets_bps) {
        asset.allocation.ramp_from_bps = asset.allocation.target_bps;
        asset.allocation.target_bps = *target_bps;
    }
    vault.state.ramp = ramp;
    vault.check_strategy()?;
    emit!(RampStarted {
        vault: ctx.accounts.vault.key(),
        slot: clock.slot,
        sequence: vault.next_sequence()?,
        from_bps,
        to_bps: targets_bps,
        start_at,
        end_at,
    });
    Ok(())
}
