//! Target policies: where the weights should be now.
//!
//! Each policy is a file of its own. [`weights`] lets them act one after the other: the ramp gives the base, portfolio insurance
//! and volatility target divide it between the risky assets and the safe one, tilts move weight among the risky ones, bounds and
//! movement have the last word. Derivations are in `docs/math.md`. To add a policy: a file here, a line in [`validate`] and a step in [`weights`].

mod bounds;
#[cfg(test)]
mod closed_form_tests;
#[cfg(test)]
pub(crate) mod fixture;
mod floor;
mod mean_reversion;
mod momentum;
mod movement;
mod portion;
#[cfg(test)]
mod properties;
mod ramp;
mod sleeve;
mod tilt;
mod volatility;

pub use floor::Floor;
pub use mean_reversion::MeanReversion;
pub use momentum::Momentum;
pub use movement::Movement;
pub use ramp::Ramp;
pub use volatility::VolatilityTarget;

use crate::fixed::MathError;
use crate::limits::OutOfBounds;
use crate::state::State;
use crate::strategy::allocation::{Allocation, WHOLE_E8, weight_e8};
use crate::strategy::{Strategy, check};
use sleeve::Sleeve;

/// What target weights depend on, besides the assets' allocations.
#[derive(Clone, Copy)]
pub struct Inputs<'a> {
    /// Unix time, in seconds.
    pub now: i64,
    /// What the vault is worth at mid prices, in micro-dollars.
    pub nav_usd: u64,
    /// Shares in raw units, the locked ones included.
    pub total_shares: u64,
    /// The vault's parameters; they and the allocations are valid.
    pub strategy: &'a Strategy,
    /// What has evolved so far.
    pub state: &'a State,
}

impl Inputs<'_> {
    /// Whether no policy moves the targets, so that they are the allocations' own.
    fn are_targets_fixed(&self) -> bool {
        !is_any_on(self.strategy) && !self.strategy.movement.is_on() && !self.state.ramp.is_on(self.now)
    }

    /// Time since weights were last stored. Before the first time that is since 1970, so that they have a full day's movement.
    fn elapsed_secs(&self) -> u64 {
        u64::try_from(self.now.saturating_sub(self.state.targets_at)).unwrap_or(0)
    }

    /// The part of the vault that may be risky, in 10⁻⁸: the least that a policy says, `None` where none says anything.
    fn risky_e8(&self, sleeve: Sleeve, weights: &[u32]) -> Result<Option<u64>, MathError> {
        let Inputs { strategy, state, .. } = *self;
        let by_floor = strategy.floor.risky_e8(state.floor_x64.into(), self.total_shares, self.nav_usd)?;
        if !state.statistics.is_warm(&strategy.sampling) {
            return Ok(by_floor);
        }
        let by_volatility = strategy.volatility_target.risky_e8(&state.statistics, sleeve, weights)?;
        Ok(by_floor.into_iter().chain(by_volatility).min())
    }
}

/// Whether a policy other than the ramp is in use.
fn is_any_on(strategy: &Strategy) -> bool {
    strategy.needs_safe_asset() || strategy.mean_reversion.is_on() || strategy.momentum.is_on()
}

/// Checks every policy's parameters for a basket of `asset_count`, and that movement is limited where a policy is in use.
pub fn validate(strategy: &Strategy, asset_count: usize) -> Result<(), OutOfBounds> {
    strategy.floor.validate()?;
    strategy.volatility_target.validate()?;
    strategy.mean_reversion.validate()?;
    strategy.momentum.validate()?;
    strategy.movement.validate(asset_count)?;
    check(!is_any_on(strategy) || strategy.movement.is_on(), "movement.max_change_bps")
}

/// The target weights at `now`, in 10⁻⁸, one per asset in a list as long as theirs: each within its bounds, together exactly one
/// whole.
///
/// Whoever stores them does so together with the time, and not more often than twice a minute: what the movement limit allows is
/// rounded down each time.
///
/// # Errors
/// Overflow where the lists differ in length or there are more than [`MAX_ASSETS`](crate::MAX_ASSETS), where the floor is
/// worth more than 64 bits of micro-dollars, or where allocations or ramp are not valid.
#[inline]
pub fn weights(inputs: &Inputs, assets: &[Allocation], weights: &mut [u32]) -> Result<(), MathError> {
    if weights.len() != assets.len() {
        return Err(MathError::Overflow);
    }
    if !inputs.are_targets_fixed() {
        return moving_weights(inputs, assets, weights);
    }
    for (weight, asset) in weights.iter_mut().zip(assets) {
        *weight = weight_e8(asset.target_bps);
    }
    Ok(())
}

/// Takes the assets whose bits are set out of target weights, and scales the others up to the whole in proportion. All are zero
/// where the others had none.
#[inline(never)]
pub(crate) fn exclude(excluded: u16, weights: &mut [u32]) -> Result<(), MathError> {
    let mut rest = excluded;
    for weight in weights.iter_mut() {
        *weight = if rest & 1 == 1 { 0 } else { *weight };
        rest >>= 1;
    }
    Sleeve { safe: None }.resize(weights, u64::from(WHOLE_E8))
}

#[inline(never)]
fn moving_weights(inputs: &Inputs, assets: &[Allocation], weights: &mut [u32]) -> Result<(), MathError> {
    let Inputs { strategy, state, .. } = *inputs;
    state.ramp.weights(inputs.now, assets, weights)?;
    let safe = if strategy.needs_safe_asset() { usize::try_from(strategy.movement.safe_asset).ok() } else { None };
    let sleeve = Sleeve { safe };
    if let Some(risky_e8) = inputs.risky_e8(sleeve, weights)? {
        sleeve.divide(weights, risky_e8, u64::from(WHOLE_E8))?;
    }
    if state.statistics.is_warm(&strategy.sampling) {
        tilt::tilt(strategy, &state.statistics, sleeve, weights)?;
    }
    bounds::fit(assets, weights)?;
    strategy.movement.limit(inputs.elapsed_secs(), assets, weights)
}
