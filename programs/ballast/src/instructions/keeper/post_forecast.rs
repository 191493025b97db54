//! `post_forecast`: the forecaster's word on volatility, which scales the bands until it expires.

use anchor_lang::prelude::*;
use ballast_core::strategy::band::Forecast;

use crate::error::BallastError;
use crate::events::ForecastPosted;
use crate::state::Vault;

/// No remaining accounts.
#[derive(Accounts)]
pub struct PostForecast<'info> {
    /// The vault's forecaster.
    pub forecaster: Signer<'info>,
    /// The vault.
    #[account(mut)]
    pub vault: AccountLoader<'info, Vault>,
}

/// Posts a forecast; see [`crate::ballast::post_forecast`].
pub fn post_forecast(ctx: Context<PostForecast>, scale_bps: u64, expires_at: i64) -> Result<()> {
    let clock = Clock::get()?;
    let mut vault = ctx.accounts.vault.load_mut()?;
    require_keys_eq!(vault.forecaster, ctx.accounts.forecaster.key(), BallastError::NotForecaster);
    let forecast = Forecast { scale_bps, expires_at };
    vault.strategy.forecast_band.admits(&forecast, clock.unix_timestamp).map_err(|field| {
        msg!("forecast out of bounds: {}", field.0);
        BallastError::ForecastOutOfBounds
    })?;
    vault.state.forecast = forecast;
    emit!(ForecastPosted {
        vault: ctx.accounts.vault.key(),
        slot: clock.slot,
        sequence: vault.next_sequence()?,
        scale_bps,
        expires_at,
    });
    Ok(())
}
