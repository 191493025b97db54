//! One observation: fresh prices become returns, and returns move the estimates.

use super::{AssetStatistics, Covariance, Sampling, Statistics, YEAR_SECS};
use crate::fixed::{MathError, wide};
use crate::math::{WEIGHT_ONE_X32, ln_e12, weight_x32};
use crate::{MAX_ASSETS, price};

/// No standardised return counts for more, in 10⁻⁶ per square root of a year: a volatility of 107,374 %. Products stay
/// within 2^60, and so do all estimates, which are averages of them.
pub const MAX_RETURN_E6: u64 = 1 << 30;
/// Winsorising takes no volatility for less than one percent a year: an asset whose price stood still may move again.
const MIN_WINSOR_VOLATILITY_E6: u64 = 10_000;
/// Fractional bits of the square root that standardises: exact to 2^-20 for the longest gap.
const ROOT_BITS: u32 = 19;
/// 10⁻⁶ in 10⁻¹².
const E12_PER_E6: u64 = 1_000_000;

/// One asset's price as the vault holds it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quote {
    /// Micro-dollars per raw unit, Q64.64; 0 before the first price.
    pub price_x64: u128,
    /// Unix time at which the price was published.
    pub publish_time: i64,
    /// Whether an observation waits for it: not for an excluded one, nor one that a vault with depositors does not hold.
    pub is_awaited: bool,
}

/// What an observation saw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Observation {
    /// Assets whose returns moved the estimates: bit `i` for asset `i`. Empty where it only set reference prices.
    pub participants: u16,
    /// Change of each log price since the previous observation, in 10⁻¹²: as it is, neither limited nor left out. An asset
    /// whose price did not arrive in time changes when it does.
    pub log_returns_e12: [i64; MAX_ASSETS],
}

/// Why there was no observation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObserveError {
    /// The vault's strategy does not observe: its spacing is 0.
    Off,
    /// The spacing since the last observation has not passed.
    TooSoon,
    /// A price is too old, or too close to the last observed one; once warm and a spacing late, all of them are. Refresh
    /// prices, then observe.
    Stale,
    /// A logarithm does not exist, or there are more than [`MAX_ASSETS`].
    Math(MathError),
}

impl From<MathError> for ObserveError {
    fn from(error: MathError) -> Self {
        ObserveError::Math(error)
    }
}

/// What an asset does in an observation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Role {
    /// Nothing: its price is stale, missing or hardly newer than its reference.
    #[default]
    Absent,
    /// Its price becomes the reference; there is no return, or one over a gap.
    Anchors,
    /// Its return counts.
    Participates,
}

/// One asset's part in an observation.
#[derive(Clone, Copy, Debug, Default)]
struct Sample {
    role: Role,
    is_awaited: bool,
    publish_time: i64,
    /// Logarithm of the price as it stands, `None` before the first.
    log_price_e12: Option<i64>,
    /// Standardised, winsorised return in 10⁻⁶ per square root of a year; 0 for one that does not participate.
    return_e6: i64,
}

/// What is the same for all assets in an observation.
struct Step<'a> {
    sampling: &'a Sampling,
    now: i64,
    max_price_age_secs: u32,
    /// Time since the last observation.
    elapsed_secs: u64,
    /// Whether that is too long to measure a return over, or there was none.
    is_gap: bool,
    /// Whether the estimates are warm.
    is_warm: bool,
}

impl Statistics {
    /// Folds the prices of the basket, in its order, into the estimates. After an error, nothing has changed.
    ///
    /// A return counts in proportion to the time elapsed, as a moving average with a half-life: until the half-life has
    /// passed as the plain average, so that no starting value biases it. An asset without a fresh price keeps its estimates,
    /// and its covariances with the others shrink as if its return were zero (see [`Covariance`] for why).
    #[inline(never)]
    pub fn observe(
        &mut self,
        sampling: &Sampling,
        now: i64,
        max_price_age_secs: u32,
        quotes: impl Iterator<Item = Quote>,
    ) -> Result<Observation, ObserveError> {
        let step = self.step(sampling, now, max_price_age_secs)?;
        let mut buffer = [Sample::default(); MAX_ASSETS];
        let mut count = 0usize;
        for quote in quotes {
            let (Some(asset), Some(sample)) = (self.assets.get(count), buffer.get_mut(count)) else {
                return Err(ObserveError::Math(MathError::Overflow));
            };
            *sample = asset.sample(&quote, &step, self.slow_volatility_e6(count).unwrap_or(0))?;
            count = count.saturating_add(1);
        }
        let samples = buffer.get(..count).unwrap_or_default();
        if !step.is_enough(samples) {
            return Err(ObserveError::Stale);
        }
        Ok(self.apply(&step, samples))
    }

    /// How far this observation is from the last, unless that is too near.
    fn step<'a>(&self, sampling: &'a Sampling, now: i64, max_price_age_secs: u32) -> Result<Step<'a>, ObserveError> {
        if !sampling.is_on() {
            return Err(ObserveError::Off);
        }
        let is_first = self.observed_at == 0;
        let elapsed_secs = u64::try_from(now.saturating_sub(self.observed_at)).unwrap_or(0);
        if !is_first && elapsed_secs < u64::from(sampling.spacing_secs) {
            return Err(ObserveError::TooSoon);
        }
        let is_gap = is_first || elapsed_secs > u64::from(sampling.max_gap_secs);
        Ok(Step { sampling, now, max_price_age_secs, elapsed_secs, is_gap, is_warm: self.is_warm(sampling) })
    }

    /// Moves the estimates.
    fn apply(&mut self, step: &Step, samples: &[Sample]) -> Observation {
        let mut observation = Observation::default();
        let fast_x32 = step.weight_x32(self.observed_secs, step.sampling.fast_half_life_secs);
        let slow_x32 = step.weight_x32(self.observed_secs, step.sampling.slow_half_life_secs);
        let assets = self.assets.iter_mut().zip(samples);
        for (index, ((asset, sample), log_return)) in assets.zip(&mut observation.log_returns_e12).enumerate() {
            *log_return = asset.apply(sample, fast_x32, slow_x32);
            if sample.role == Role::Participates {
                observation.participants |= 1u16.wrapping_shl(index as u32);
            }
        }
        self.covariance.apply(samples, slow_x32);
        if observation.participants != 0 {
            self.observed_secs = self.observed_secs.saturating_add(step.elapsed_secs);
        }
        self.observed_at = step.now;
        observation
    }
}

impl Step<'_> {
    /// What an asset with this price does.
    fn role(&self, reference_at: i64, quote: &Quote) -> Role {
        let span_secs = u64::try_from(quote.publish_time.saturating_sub(reference_at));
        let is_fresh = quote.price_x64 > 0 && price::is_fresh(quote.publish_time, self.now, self.max_price_age_secs);
        match span_secs {
            Ok(span_secs) if is_fresh => {
                if self.is_gap || reference_at == 0 || span_secs > u64::from(self.sampling.max_gap_secs) {
                    Role::Anchors
                } else if span_secs.saturating_mul(2) < u64::from(self.sampling.spacing_secs) {
                    Role::Absent
                } else {
                    Role::Participates
                }
            }
            // Stale, missing, or older than the reference.
            _ => Role::Absent,
        }
    }

    /// Whether enough assets take part: all that are awaited, so that nobody who refreshes some prices alone chooses whose
    /// returns count. Once warm, an observation that is a spacing late does without those that still have no price.
    fn is_enough(&self, samples: &[Sample]) -> bool {
        let is_late = self.is_warm && self.elapsed_secs >= u64::from(self.sampling.spacing_secs).saturating_mul(2);
        let is_there = |sample: &Sample| sample.role != Role::Absent;
        let is_somebody_there = samples.iter().any(is_there);
        // One whose price only becomes the reference is there as well: waiting would not give it a return.
        let is_nobody_missing = samples.iter().all(|sample| !sample.is_awaited || is_there(sample));
        is_somebody_there && (is_late || is_nobody_missing)
    }

    /// The part that this observation gets of an average which has seen `observed_secs`: by half-life, or by time where
    /// that is more.
    #[allow(
        clippy::arithmetic_side_effects,
        reason = "not a gap: the time elapsed is within max_gap_secs, below 2^32, and positive"
    )]
    fn weight_x32(&self, observed_secs: u64, half_life_secs: u32) -> u64 {
        if self.is_gap {
            return 0;
        }
        let by_time_x32 = (self.elapsed_secs << 32) / observed_secs.saturating_add(self.elapsed_secs);
        weight_x32(self.elapsed_secs, half_life_secs).max(by_time_x32)
    }
}

impl AssetStatistics {
    /// What this asset brings to the observation.
    fn sample(&self, quote: &Quote, step: &Step, slow_volatility_e6: u64) -> Result<Sample, MathError> {
        let is_awaited = quote.is_awaited;
        if quote.price_x64 == 0 {
            return Ok(Sample { is_awaited, ..Sample::default() });
        }
        let log_price_e12 = ln_e12(quote.price_x64)?;
        let role = step.role(self.reference_at, quote);
        let return_e6 = if role == Role::Participates {
            let limit_e6 = winsor_limit_e6(step, slow_volatility_e6);
            let span_secs = quote.publish_time.abs_diff(self.reference_at);
            standardise_e6(log_price_e12.saturating_sub(self.reference_log_price_e12), span_secs, limit_e6)?
        } else {
            0
        };
        Ok(Sample { role, is_awaited, publish_time: quote.publish_time, log_price_e12: Some(log_price_e12), return_e6 })
    }

    /// Moves this asset's estimates and returns the change of its log price since the last observation.
    fn apply(&mut self, sample: &Sample, fast_x32: u64, slow_x32: u64) -> i64 {
        let Some(log_price_e12) = sample.log_price_e12 else { return 0 };
        let is_known = self.reference_at != 0;
        let log_return_e12 = if is_known { log_price_e12.saturating_sub(self.log_price_e12) } else { 0 };
        self.log_price_e12 = log_price_e12;
        if sample.role == Role::Absent {
            return log_return_e12;
        }
        self.reference_log_price_e12 = log_price_e12;
        self.reference_at = sample.publish_time;
        if !is_known {
            self.fast_log_average_e12 = log_price_e12;
            self.slow_log_average_e12 = log_price_e12;
        }
        if sample.role == Role::Participates {
            self.fast_log_average_e12 = average(self.fast_log_average_e12, log_price_e12, fast_x32);
            self.slow_log_average_e12 = average(self.slow_log_average_e12, log_price_e12, slow_x32);
            let square_e12 = product_e12(sample.return_e6, sample.return_e6);
            self.fast_variance_e12 = average(self.fast_variance_e12, square_e12, fast_x32);
        }
        log_return_e12
    }
}

impl Covariance {
    /// Moves every covariance in which a participant has a part. Absent assets have a return of zero: among themselves they
    /// keep their covariances, with participants these shrink.
    fn apply(&mut self, samples: &[Sample], weight_x32: u64) {
        for (row, first) in self.rows_mut().zip(samples) {
            for (covariance, second) in row.iter_mut().zip(samples) {
                if first.role == Role::Participates || second.role == Role::Participates {
                    *covariance = average(*covariance, product_e12(first.return_e6, second.return_e6), weight_x32);
                }
            }
        }
    }
}

/// The largest standardised return that counts.
fn winsor_limit_e6(step: &Step, slow_volatility_e6: u64) -> u64 {
    if !step.is_warm {
        return MAX_RETURN_E6;
    }
    let volatility_e6 = slow_volatility_e6.max(MIN_WINSOR_VOLATILITY_E6);
    (volatility_e6.saturating_mul(u64::from(step.sampling.winsor_e2)) / 100).min(MAX_RETURN_E6)
}

/// A log return over `span_secs` as if it had taken a year: `r · √(year / span)` in 10⁻⁶, to the nearest, at most `limit_e6`
/// either way. The square root is rounded down, by less than a millionth of itself.
fn standardise_e6(return_e12: i64, span_secs: u64, limit_e6: u64) -> Result<i64, MathError> {
    let ratio = (u64::from(YEAR_SECS) << (2 * ROOT_BITS)).checked_div(span_secs).ok_or(MathError::DivisionByZero)?;
    let scaled_e12 = wide(return_e12.unsigned_abs(), ratio.isqrt()) >> ROOT_BITS;
    // A number beyond 64 bits is beyond the limit as well.
    let scaled_e12 = u64::try_from(scaled_e12).unwrap_or(u64::MAX);
    let magnitude_e6 = (scaled_e12.saturating_add(E12_PER_E6 / 2) / E12_PER_E6).min(limit_e6);
    Ok((magnitude_e6 as i64).saturating_mul(return_e12.signum()))
}

/// The product of two standardised returns.
#[inline]
#[allow(clippy::arithmetic_side_effects, reason = "neither factor exceeds MAX_RETURN_E6 = 2^30")]
fn product_e12(a_e6: i64, b_e6: i64) -> i64 {
    a_e6 * b_e6
}

/// `old + weight · (new - old)`, to the nearest.
#[inline]
#[allow(clippy::arithmetic_side_effects, reason = "a difference of 65 bits times a weight of at most one in Q32, 33 bits")]
fn average(old: i64, new: i64, weight_x32: u64) -> i64 {
    let (old, new) = (i128::from(old), i128::from(new));
    let change = ((new - old) * i128::from(weight_x32.min(WEIGHT_ONE_X32)) + (1 << 31)) >> 32;
    // An average lies between the two.
    (old + change) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn average_rounds_to_the_nearest_and_reaches_both_ends() {
        let quarter_x32 = WEIGHT_ONE_X32 / 4;
        let moved = [1, 2, 3, 5, -1, -2, -3, -5].map(|new| average(0, new, quarter_x32));
        // A half goes up.
        assert_eq!(moved, [0, 1, 1, 1, 0, 0, -1, -1]);
        for (old, new) in [(i64::MIN, i64::MAX), (i64::MAX, i64::MIN)] {
            assert_eq!([average(old, new, 0), average(old, new, WEIGHT_ONE_X32)], [old, new]);
            assert_eq!(average(old, new, WEIGHT_ONE_X32 + 1), new);
        }
    }

    #[test]
    fn standardising_scales_by_the_root_of_time() {
        let standardise = |return_e12, span_secs| standardise_e6(return_e12, span_secs, MAX_RETURN_E6);
        let year = u64::from(YEAR_SECS);
        assert_eq!(standardise(1_500_000, year), Ok(2));
        assert_eq!(standardise(-1_499_999, year), Ok(-1));
        assert_eq!(standardise(1_000_000_000, year / 100), Ok(10_000));
        assert_eq!(standardise(i64::MIN, 1), Ok(-(MAX_RETURN_E6 as i64)));
        assert_eq!(standardise_e6(5_000_000, year, 3), Ok(3));
        assert_eq!(standardise(1, 0), Err(MathError::DivisionByZero));
    }
}
