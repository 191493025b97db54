//! `start_ramp`: moves the target weights, slowly and at once.

use anchor_lang::prelude::*;

use crate::error::BallastError;
use crate::events::emit_ramp_started;
use crate::state::{RampArgs, Vault};

/// No remaining accounts.
#[derive(Accounts)]
pub struct StartRamp<'info> {
    /// The vault's manager or admin.
    pub signer: Signer<'info>,
    /// The vault.
    #[account(mut)]
    pub vault: AccountLoader<'info, Vault>,
}

/// Starts a ramp; see [`crate::ballast::start_ramp`].
pub fn start_ramp(ctx: Context<StartRamp>, args: RampArgs) -> Result<()> {
    let clock = Clock::get()?;
    let signer = ctx.accounts.signer.key();
    let mut vault = ctx.accounts.vault.load_mut()?;
    // Nobody can sign for the address of all zeros, which stands for nobody.
    require!(signer == vault.manager || signer == vault.admin, BallastError::NotManager);
    vault.ramp_to(&args, clock.unix_timestamp)?;
    let allocations = vault.assets().iter().map(|asset| asset.allocation);
    let is_slow = vault.state.ramp.is_within_speed(allocations, vault.limits.max_ramp_bps_per_day);
    require!(is_slow, BallastError::RampTooFast);
    vault.check_strategy()?;
    emit_ramp_started(ctx.accounts.vault.key(), &mut vault, clock.slot)
}
