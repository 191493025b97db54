//! Cost-efficiency gate: a trade must remove risk that is worth more than the trade costs.
//!
//! With active weights `a` (weights less targets), covariance `S` a year, risk aversion `γ` and horizon `H`, being off target is
//! as bad as losing `γ/2 · H · a'Sa` of the vault. Selling `x` of asset `s` for asset `b` changes `a'Sa` by `2x·g + x²·q`, where
//! `g = (S_b − S_s)·a` and `q = S_bb − 2S_bs + S_ss`. Derivation and sources: `docs/math.md`.

use crate::fixed::{self, MathError, wide};
use crate::limits::OutOfBounds;
use crate::statistics::YEAR_SECS;
use crate::stored::parameters;
use crate::strategy::check;
use crate::{BPS, E8};

/// An hour to ten years.
const HORIZON_SECS: core::ops::RangeInclusive<u32> = 3_600..=315_576_000;
/// 0.01 to 10,000.
const RISK_AVERSION_E2: core::ops::RangeInclusive<u32> = 1..=1_000_000;
/// Once to a hundred times the cost.
const MIN_RATIO_BPS: core::ops::RangeInclusive<u32> = 10_000..=1_000_000;

const E9: u64 = 1_000_000_000;
/// Square of a weight's unit, 10⁻⁸.
const E8_SQUARED: i128 = 10_000_000_000_000_000;
const E12: u64 = 1_000_000_000_000;

parameters! {
    /// When a trade is worth its cost.
    pub struct Gate {
        /// Time for which a trade's reduction of risk counts; 0 turns the part off.
        pub horizon_secs: u32,
        /// Price of variance, in hundredths: the vault gives up `γ/2` of itself to be rid of a variance of one.
        pub risk_aversion_e2: u32,
        /// Least benefit over cost.
        pub min_ratio_bps: u32,
        /// Distance from the target, as a part of NAV, beyond which the gate holds no trade back; 0 for none.
        pub max_drift_bps: u32,
    }
}

/// How a trade between two assets changes the variance of the tracking error, per unit and per unit squared of weight moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PairRisk {
    /// `(S_b − S_s)·a`, in 10⁻¹² a year; negative where the trade lowers the variance.
    pub slope_e12: i64,
    /// `S_bb − 2S_bs + S_ss`, in 10⁻¹² a year; the variance of one asset's return over the other's.
    pub curvature_e12: i64,
}

/// What a trade is worth, and what it costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Appraisal {
    /// Worth of the risk that it removes, in micro-dollars, rounded down; 0 without statistics.
    pub benefit_usd: u64,
    /// Fee and price impact against the oracle's mid prices, in micro-dollars; 0 for a gain.
    pub cost_usd: u64,
}

impl Gate {
    /// Whether the part is in use.
    pub fn is_on(&self) -> bool {
        self.horizon_secs > 0
    }

    /// Checks the parameters.
    pub fn validate(&self) -> Result<(), OutOfBounds> {
        if !self.is_on() {
            return check(*self == Self::default(), "gate.horizon_secs");
        }
        check(HORIZON_SECS.contains(&self.horizon_secs), "gate.horizon_secs")?;
        check(RISK_AVERSION_E2.contains(&self.risk_aversion_e2), "gate.risk_aversion_e2")?;
        check(MIN_RATIO_BPS.contains(&self.min_ratio_bps), "gate.min_ratio_bps")?;
        check(self.max_drift_bps <= u32::from(BPS), "gate.max_drift_bps")
    }

    /// Whether a trade from an asset or to one that is `distance_usd` from its target needs the gate's consent.
    pub fn judges(&self, distance_usd: u64, nav_usd: u64) -> bool {
        let is_near = wide(distance_usd, u64::from(BPS)) <= wide(nav_usd, u64::from(self.max_drift_bps));
        self.is_on() && (self.max_drift_bps == 0 || is_near)
    }

    /// Whether the benefit is at least the configured multiple of the cost.
    pub fn is_worthwhile(&self, appraisal: &Appraisal) -> bool {
        wide(appraisal.benefit_usd, u64::from(BPS)) >= wide(appraisal.cost_usd, u64::from(self.min_ratio_bps))
    }

    /// `γ/2 · H`, in 10⁻⁹ years, rounded down.
    fn weight_e9(&self) -> Result<u64, MathError> {
        // Both parameters are 32-bit numbers, so that their product fits.
        let aversion_secs = u64::from(self.risk_aversion_e2).wrapping_mul(u64::from(self.horizon_secs));
        fixed::mul_div_floor(aversion_secs, E9, u64::from(YEAR_SECS).saturating_mul(200))
    }

    /// Worth of moving `value_usd` of a vault of `nav_usd` (both in micro-dollars) between two assets, rounded down; 0 where that
    /// raises the variance, and the largest number where it is worth more than 64 bits: all that counts is whether it is worth
    /// its cost.
    pub fn benefit_usd(&self, value_usd: u64, nav_usd: u64, risk: &PairRisk) -> Result<u64, MathError> {
        let moved_e8 = i128::from(fixed::mul_div_floor(value_usd, E8, nav_usd)?);
        let removed_e12 = removed_e12(moved_e8, risk);
        let loss_e12 = fixed::mul_div_floor(removed_e12, self.weight_e9()?, E9).unwrap_or(u64::MAX);
        Ok(fixed::mul_div_floor(nav_usd, loss_e12, E12).unwrap_or(u64::MAX))
    }

    /// The size, in micro-dollars, at which one dollar more would gain as much as it costs; `None` where not even the first one
    /// gains more than it costs.
    ///
    /// Costs `marginal_cost_e8` for the first dollar, and for `y` dollars `y / depth_usd` more: the price impact in a
    /// constant-product pool with `depth_usd` on the side that is sold into.
    pub fn best_size_usd(
        &self,
        nav_usd: u64,
        risk: &PairRisk,
        marginal_cost_e8: i64,
        depth_usd: u64,
    ) -> Result<Option<u64>, MathError> {
        let twice_weight_e9 = i128::from(self.weight_e9()?.saturating_mul(2));
        // e12 · e9 = e21, less e13 is e8.
        let scaled = |variance_e12: i64| -> Option<i128> {
            i128::from(variance_e12).checked_mul(twice_weight_e9)?.checked_div(10_000_000_000_000)
        };
        let marginal_gain_e8 = scaled(risk.slope_e12).and_then(i128::checked_neg).ok_or(MathError::Overflow)?;
        let surplus_e8 = marginal_gain_e8.checked_sub(i128::from(marginal_cost_e8)).ok_or(MathError::Overflow)?;
        let Ok(surplus_e8) = u128::try_from(surplus_e8) else { return Ok(None) };
        if surplus_e8 == 0 {
            return Ok(None);
        }
        let impact_e8 =
            wide(nav_usd, E8.saturating_mul(2)).checked_div(u128::from(depth_usd)).ok_or(MathError::DivisionByZero)?;
        let steepness_e8 = scaled(risk.curvature_e12.max(0)).and_then(|it| u128::try_from(it).ok()).ok_or(MathError::Overflow)?;
        let steepness_e8 = steepness_e8.checked_add(impact_e8).ok_or(MathError::Overflow)?;
        let moved_e8 = surplus_e8.checked_mul(u128::from(E8)).and_then(|it| it.checked_div(steepness_e8));
        // More than the whole vault, or without any bound: other limits decide.
        let moved_e8 = moved_e8.and_then(|it| u64::try_from(it).ok()).map_or(E8, |it| it.min(E8));
        fixed::mul_div_floor(nav_usd, moved_e8, E8).map(Some)
    }
}

/// `−x·(2g + x·q)`: the variance that moving a weight of `moved_e8` removes, rounded down; at least 0, and at most the largest number.
#[allow(clippy::arithmetic_side_effects, reason = "a division by a constant")]
fn removed_e12(moved_e8: i128, risk: &PairRisk) -> u64 {
    // Saturating keeps the sign: what raises the variance removes nothing, however much it is.
    let twice_slope_e20 = i128::from(risk.slope_e12).saturating_mul(2 * i128::from(E8));
    let change_e20 = twice_slope_e20.saturating_add(moved_e8.saturating_mul(i128::from(risk.curvature_e12)));
    let removed_e28 = change_e20.saturating_mul(moved_e8).saturating_neg().max(0);
    u64::try_from(removed_e28 / E8_SQUARED).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
