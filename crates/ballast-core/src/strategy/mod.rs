//! A vault's strategy: the parameters of every part, each part in a file of its own.
//!
//! A part is off while its first parameter is 0. To add one: a file in this folder with its parameters, its rule and its
//! tests, and a line here; account layout, program arguments, IDL and configuration files follow from the declaration.

pub mod allocation;
pub mod band;
pub mod execution;
pub mod gate;
pub mod profile;
pub mod schedule;
pub mod target;

use crate::BPS;
use crate::limits::{Limits, OutOfBounds};
use crate::statistics::Sampling;
use crate::stored::parameters;
use band::{ForecastBand, VolatilityBand};
use execution::Execution;
use gate::Gate;
use schedule::Schedule;
use target::{Floor, MeanReversion, Momentum, Movement, VolatilityTarget};

parameters! {
    /// The parameters of every part.
    pub struct Strategy {
        /// How prices become statistics.
        pub sampling: Sampling,
        /// Bands that follow each asset's volatility.
        pub volatility_band: VolatilityBand,
        /// Bands that follow a forecast of volatility.
        pub forecast_band: ForecastBand,
        /// Trades at fixed times, whatever the drift.
        pub schedule: Schedule,
        /// No trade that costs more than it gains.
        pub gate: Gate,
        /// How far, how much and when to trade.
        pub execution: Execution,
        /// Portfolio insurance: CPPI and TIPP.
        pub floor: Floor,
        /// Risky part scaled to a volatility.
        pub volatility_target: VolatilityTarget,
        /// Targets tilted against the last move.
        pub mean_reversion: MeanReversion,
        /// Targets tilted with the trend.
        pub momentum: Momentum,
        /// How fast targets may move, and which asset is the safe one.
        pub movement: Movement,
    }
}

impl Strategy {
    /// What a vault has before it is given a strategy: it trades on drift alone, all the way to its targets.
    pub fn plain() -> Self {
        Strategy { execution: Execution { recentre_bps: u32::from(BPS), ..Execution::default() }, ..Strategy::default() }
    }

    /// Whether a part is in use that divides the vault between the risky assets and the safe one.
    pub fn needs_safe_asset(&self) -> bool {
        self.floor.is_on() || self.volatility_target.is_on()
    }

    /// Checks every part's parameters for a basket of `asset_count`, and that what a part needs is there.
    pub fn validate(&self, asset_count: usize) -> Result<(), OutOfBounds> {
        self.sampling.validate()?;
        self.volatility_band.validate()?;
        self.forecast_band.validate()?;
        self.schedule.validate()?;
        self.gate.validate()?;
        self.execution.validate()?;
        target::validate(self, asset_count)?;
        let needs_statistics = self.volatility_band.is_on()
            || self.forecast_band.is_on()
            || self.gate.is_on()
            || self.floor.is_on()
            || self.volatility_target.is_on()
            || self.mean_reversion.is_on()
            || self.momentum.is_on();
        check(!needs_statistics || self.sampling.is_on(), "sampling.spacing_secs")?;
        // Otherwise it could never be the vault's turn while the schedule's window is open.
        let has_turn = self.schedule.window_secs >= self.execution.jitter_period_secs;
        check(!self.schedule.is_on() || has_turn, "schedule.window_secs")
    }

    /// Checks what strategy and limits must leave each other: a trade that is neither too small nor too large, and a spacing long
    /// enough that the choice among the prices of the last `max_price_age_secs` hardly moves a return.
    pub fn validate_within(&self, limits: &Limits) -> Result<(), OutOfBounds> {
        let Execution { min_trade_bps, .. } = self.execution;
        let largest_bps = u32::from(limits.max_trade_bps).min(limits.max_daily_turnover_bps);
        // The largest trade is rounded down, to a little less than its part of NAV.
        check(min_trade_bps < largest_bps, "execution.min_trade_bps")?;
        if !self.sampling.is_on() {
            return Ok(());
        }
        let Sampling { spacing_secs, max_gap_secs, .. } = self.sampling;
        check(spacing_secs >= limits.max_price_age_secs.saturating_mul(LEAST_SPACING_OVER_AGE), "sampling.spacing_secs")?;
        let least_gap_secs = spacing_secs.saturating_mul(2).saturating_add(limits.max_price_age_secs);
        check(max_gap_secs >= least_gap_secs, "sampling.max_gap_secs")
    }
}

/// Least spacing of observations over the age that a price may have.
const LEAST_SPACING_OVER_AGE: u32 = 10;

/// `Ok` where the condition holds, otherwise the field that breaks it.
pub(crate) fn check(holds: bool, field: &'static str) -> Result<(), OutOfBounds> {
    if holds { Ok(()) } else { Err(OutOfBounds(field)) }
}

#[cfg(test)]
mod tests;
