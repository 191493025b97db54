//! Target ramp: from one set of weights to another along a straight line in time.

use super::portion::Portion;
use crate::fixed::MathError;
use crate::limits::OutOfBounds;
use crate::stored::parameters;
use crate::strategy::allocation::{Allocation, E8_PER_BPS, weight_e8};
use crate::strategy::check;

/// An hour to a year.
const DURATION_SECS: core::ops::RangeInclusive<i64> = 3_600..=31_536_000;
/// The time that a speed is for.
const DAY_SECS: u64 = 86_400;

parameters! {
    /// When the ramp begins and ends. Before it, targets are [`ramp_from_e8`](crate::strategy::allocation::Allocation::ramp_from_e8);
    /// after it, [`target_bps`](crate::strategy::allocation::Allocation::target_bps). Zeros where there is none.
    pub struct Ramp {
        /// Unix time, in seconds.
        pub start_at: i64,
        /// Unix time, in seconds; not before the start.
        pub end_at: i64,
    }
}

impl Ramp {
    /// Whether the targets have yet to arrive at the ramp's end.
    pub fn is_on(&self, now: i64) -> bool {
        now < self.end_at
    }

    /// Checks that there is no ramp, or one of an hour to a year.
    pub fn validate(&self) -> Result<(), OutOfBounds> {
        let is_none = *self == Self::default();
        let duration_secs = self.end_at.saturating_sub(self.start_at);
        check(is_none || self.start_at > 0, "ramp.start_at")?;
        check(is_none || DURATION_SECS.contains(&duration_secs), "ramp.end_at")
    }

    /// Whether the ramp moves each of these assets' targets by no more than `max_bps_per_day`.
    ///
    /// A ramp that replaces another starts where that one is, in the same 10⁻⁸, so that the targets' path has no jumps: whatever
    /// the number of ramps, and whichever way they go, no time sees more movement than this speed gives it.
    pub fn is_within_speed(&self, mut assets: impl Iterator<Item = Allocation>, max_bps_per_day: u16) -> bool {
        let duration_secs = u64::try_from(self.end_at.saturating_sub(self.start_at)).unwrap_or(0);
        let per_day_e8 = u64::from(max_bps_per_day).saturating_mul(u64::from(E8_PER_BPS));
        let allowed_e8 = per_day_e8.saturating_mul(duration_secs);
        assets.all(|asset| {
            let distance_e8 = u64::from(weight_e8(asset.target_bps).abs_diff(asset.ramp_from_e8));
            distance_e8.saturating_mul(DAY_SECS) <= allowed_e8
        })
    }

    /// The base targets at `now`, in 10⁻⁸: `from + (to − from) · elapsed / duration`, exact at both ends and in their sum.
    ///
    /// # Errors
    /// Overflow where the ramp is not valid.
    pub fn weights(&self, now: i64, assets: &[Allocation], weights: &mut [u32]) -> Result<(), MathError> {
        let mut passed = self.passed(now)?;
        for (weight, asset) in weights.iter_mut().zip(assets) {
            *weight = passed.between(asset.ramp_from_e8, weight_e8(asset.target_bps));
        }
        Ok(())
    }

    /// The part of the ramp's time that has passed.
    fn passed(&self, now: i64) -> Result<Portion, MathError> {
        if !self.is_on(now) {
            return Portion::new(1, 1);
        }
        let secs_until = |time: i64| u64::try_from(time.saturating_sub(self.start_at)).unwrap_or(0);
        match secs_until(now) {
            0 => Portion::new(0, 1),
            // The ramp is not over: since it began before now, it ends after its beginning.
            elapsed_secs => Portion::new(elapsed_secs, secs_until(self.end_at)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    const DAY: Ramp = Ramp { start_at: 1_000_000, end_at: 1_086_400 };

    fn at(now: i64, from_to_bps: &[(u16, u16)]) -> Vec<u32> {
        let assets: Vec<Allocation> = from_to_bps
            .iter()
            .map(|&(from_bps, target_bps)| {
                let ramp_from_e8 = weight_e8(from_bps);
                Allocation { ramp_from_e8, target_bps, ..Allocation::default() }
            })
            .collect();
        let mut out = std::vec![0; assets.len()];
        DAY.weights(now, &assets, &mut out).unwrap();
        out
    }

    #[test]
    fn line_is_exact_at_both_ends() {
        let weights = |now| at(now, &[(9_000, 5_000), (1_000, 5_000)]);
        assert_eq!(weights(0), [90_000_000, 10_000_000]);
        assert_eq!(weights(1_000_000), [90_000_000, 10_000_000]);
        assert_eq!(weights(1_021_600), [80_000_000, 20_000_000]);
        assert_eq!(weights(1_086_399), [50_000_463, 49_999_537]);
        assert_eq!(weights(1_086_400), [50_000_000, 50_000_000]);
        assert_eq!(weights(i64::MAX), [50_000_000, 50_000_000]);
    }

    #[test]
    fn each_second_sums_to_the_whole() {
        for now in (1_000_000..=1_086_400).step_by(7) {
            let weights = at(now, &[(3_333, 2), (3_333, 1), (3_333, 1), (1, 9_996)]);
            assert_eq!(weights.iter().sum::<u32>(), 100_000_000, "{now}");
        }
    }

    #[test]
    fn each_fault_is_named() {
        let ramp = |start_at, end_at| Ramp { start_at, end_at }.validate();
        assert_eq!((ramp(0, 0), ramp(1, 3_601), ramp(1, 31_536_001)), (Ok(()), Ok(()), Ok(())));
        assert_eq!(ramp(0, 3_600), Err(OutOfBounds("ramp.start_at")));
        assert_eq!(ramp(-1, 3_600), Err(OutOfBounds("ramp.start_at")));
        for end_at in [i64::MIN, 0, 1, 3_600, 31_536_002, i64::MAX] {
            assert_eq!(ramp(1, end_at), Err(OutOfBounds("ramp.end_at")), "{end_at}");
        }
    }

    #[test]
    fn speed_is_that_of_the_fastest_asset() {
        let ramp = |duration_secs| Ramp { start_at: 1_000_000, end_at: 1_000_000 + duration_secs };
        let asset =
            |from_bps: u16, target_bps| Allocation { ramp_from_e8: weight_e8(from_bps), target_bps, ..Allocation::default() };
        let basket = [asset(5_000, 5_010), asset(3_000, 2_500), asset(2_000, 2_490)];
        let is_within = |duration_secs, speed| ramp(duration_secs).is_within_speed(basket.into_iter(), speed);
        assert!(is_within(86_400, 500) && !is_within(86_399, 500) && !is_within(86_400, 499));
        assert!(is_within(43_200, 1_000) && !is_within(43_199, 1_000));
        // Nothing moves at no speed, and what does not move is within it.
        assert!(!is_within(31_536_000, 0) && ramp(3_600).is_within_speed([asset(100, 100)].into_iter(), 0));
        assert!(!ramp(-1).is_within_speed(basket.into_iter(), u16::MAX));
        assert!(ramp(i64::MAX - 1_000_000).is_within_speed(basket.into_iter(), u16::MAX));
    }

    #[test]
    fn ramp_of_centuries_is_an_error() {
        let ramp = Ramp { start_at: 0, end_at: i64::MAX };
        assert_eq!(ramp.weights(1, &[], &mut []), Err(MathError::Overflow));
        assert_eq!(Ramp { start_at: i64::MAX, end_at: i64::MAX }.weights(i64::MIN, &[], &mut []), Ok(()));
    }
}
