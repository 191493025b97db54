//! `configure_strategy`: gives a new vault its strategy.

use anchor_lang::prelude::*;
use ballast_core::state::State;
use ballast_core::strategy::Strategy;
use ballast_core::strategy::allocation::Allocation;

use crate::error::BallastError;
use crate::events::StrategyConfigured;
use crate::state::Vault;

/// A strategy, and what else it needs.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug)]
pub struct ConfigureStrategyArgs {
    /// The parameters of every part.
    pub strategy: Strategy,
    /// Who may post forecasts; all zeros for nobody.
    pub forecaster: Pubkey,
    /// Bounds of each asset's target weight, in the vault's order.
    pub bounds: Vec<WeightBounds>,
}

/// Bounds that no part of the strategy leaves.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug)]
pub struct WeightBounds {
    /// Least target weight, at most the target.
    pub min_bps: u16,
    /// Largest target weight, at least the target.
    pub max_bps: u16,
}

/// No remaining accounts.
#[derive(Accounts)]
pub struct ConfigureStrategy<'info> {
    /// The vault's admin.
    pub admin: Signer<'info>,
    /// The vault.
    #[account(mut)]
    pub vault: AccountLoader<'info, Vault>,
}

/// Configures; see [`crate::ballast::configure_strategy`].
pub fn configure_strategy(ctx: Context<ConfigureStrategy>, args: ConfigureStrategyArgs) -> Result<()> {
    let mut vault = ctx.accounts.vault.load_mut()?;
    require_keys_eq!(vault.admin, ctx.accounts.admin.key(), BallastError::NotAdmin);
    require!(vault.total_shares == 0, BallastError::StrategyFixed);
    require!(args.bounds.len() == vault.assets().len(), BallastError::AccountsMismatch);
    vault.strategy = args.strategy;
    vault.forecaster = args.forecaster;
    // What was observed, forecast or begun under another strategy says nothing for this one.
    vault.state = State::default();
    for (asset, bounds) in vault.assets_mut().iter_mut().zip(&args.bounds) {
        // A removed asset keeps its bounds of zero: no part may give it weight.
        if asset.is_removed() {
            continue;
        }
        let Allocation { target_bps, band_abs_bps, band_rel_bps, .. } = asset.allocation;
        let WeightBounds { min_bps, max_bps } = *bounds;
        asset.allocation = Allocation { min_bps, max_bps, ..Allocation::fixed(target_bps, band_abs_bps, band_rel_bps) };
    }
    vault.check_strategy()?;
    emit!(StrategyConfigured {
        vault: ctx.accounts.vault.key(),
        slot: Clock::get()?.slot,
        sequence: vault.next_sequence()?,
        forecaster: args.forecaster,
        strategy: args.strategy,
        bounds: args.bounds,
    });
    Ok(())
}
