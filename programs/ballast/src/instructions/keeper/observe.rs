//! `observe`: folds the refreshed prices into statistics and performance, and moves floor and targets on.

use anchor_lang::prelude::*;
use ballast_core::observation::{self, Observation};

use crate::error::BallastError;
use crate::events::Observed;
use crate::state::Vault;

/// No remaining accounts.
#[derive(Accounts)]
pub struct Observe<'info> {
    /// The vault.
    #[account(mut)]
    pub vault: AccountLoader<'info, Vault>,
}

/// Observes; see [`crate::ballast::observe`].
pub fn observe(ctx: Context<Observe>) -> Result<()> {
    let clock = Clock::get()?;
    let mut vault = ctx.accounts.vault.load_mut()?;
    vault.accrue_fees(clock.unix_timestamp);
    let observation = fold(&mut vault, clock.unix_timestamp)?;
    if let Some(targets_e8) = &observation.targets_e8 {
        vault.store_targets(targets_e8);
    }
    emit_observed(ctx.accounts.vault.key(), &mut vault, &observation, clock.slot)
}

#[inline(never)]
fn fold(vault: &mut Vault, now: i64) -> Result<Box<Observation>> {
    let assets = vault.assets.get(..usize::from(vault.asset_count)).unwrap_or_default();
    let observed = observation::Observed {
        now,
        holdings: assets.iter().map(|asset| asset.holding()),
        total_shares: vault.total_shares,
        limits: &vault.limits,
        strategy: &vault.strategy,
        breakers: &vault.breakers,
    };
    Ok(Box::new(observation::observe(&observed, &mut vault.state).map_err(BallastError::from)?))
}

#[inline(never)]
fn emit_observed(address: Pubkey, vault: &mut Vault, observation: &Observation, slot: u64) -> Result<()> {
    let sequence = vault.next_sequence()?;
    let performance = &vault.state.performance;
    let targets_e8 = observation.targets_e8.iter().flatten().take(vault.assets().len());
    emit!(Observed {
        vault: address,
        slot,
        sequence,
        participants: observation.participants,
        share_price_x64: observation.share_price_x64,
        log_growth_e12: performance.log_growth_e12,
        weighted_log_growth_e12: performance.weighted_log_growth_e12,
        excess_growth_e12: performance.excess_growth_e12().map_err(BallastError::from)?,
        cost_usd: performance.cost_usd,
        turnover_usd: performance.turnover_usd,
        targets_e8: targets_e8.copied().collect(),
    });
    Ok(())
}
