//! How prices become statistics: the parameters and their compiled bounds.

use core::ops::RangeInclusive;

use crate::limits::OutOfBounds;
use crate::stored::parameters;
use crate::strategy::check;

parameters! {
    /// How prices become statistics. Off while `spacing_secs` is 0.
    pub struct Sampling {
        /// Least time between two observations.
        pub spacing_secs: u32,
        /// Longest time over which a return is measured. Whatever happened in a longer one is not looked at.
        pub max_gap_secs: u32,
        /// Time in which the fast estimates forget half.
        pub fast_half_life_secs: u32,
        /// Time in which the slow estimates forget half.
        pub slow_half_life_secs: u32,
        /// Largest return that counts, in hundredths of a standard deviation: a larger one counts as this.
        pub winsor_e2: u32,
    }
}

/// One minute to one day. Prices may be minutes old, so that closer observations would mostly see the same ones.
const SPACING_SECS: RangeInclusive<u32> = 60..=86_400;
/// Up to thirty days.
const MAX_GAP_SECS: u32 = 2_592_000;
/// Up to five years.
const MAX_HALF_LIFE_SECS: u32 = 157_788_000;
/// Two to twenty standard deviations.
const WINSOR_E2: RangeInclusive<u32> = 200..=2_000;

impl Sampling {
    /// Whether prices are observed at all.
    pub fn is_on(&self) -> bool {
        self.spacing_secs > 0
    }

    /// Checks every field against its compiled bounds, and the two half-lives against each other.
    pub fn validate(&self) -> Result<(), OutOfBounds> {
        if !self.is_on() {
            return check(*self == Self::default(), "sampling.spacing_secs");
        }
        let (spacing_secs, slow_secs) = (self.spacing_secs, self.slow_half_life_secs);
        // An observation comes a little later than the spacing: twice of it leaves room.
        let gap_secs = spacing_secs.saturating_mul(2)..=MAX_GAP_SECS;
        let checks = [
            (SPACING_SECS.contains(&spacing_secs), "sampling.spacing_secs"),
            (gap_secs.contains(&self.max_gap_secs), "sampling.max_gap_secs"),
            ((spacing_secs..=MAX_HALF_LIFE_SECS).contains(&slow_secs), "sampling.slow_half_life_secs"),
            ((spacing_secs..=slow_secs).contains(&self.fast_half_life_secs), "sampling.fast_half_life_secs"),
            (WINSOR_E2.contains(&self.winsor_e2), "sampling.winsor_e2"),
        ];
        match checks.iter().find(|(within, _)| !within) {
            Some((_, field)) => Err(OutOfBounds(field)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALID: Sampling = Sampling {
        spacing_secs: 3_600,
        max_gap_secs: 86_400,
        fast_half_life_secs: 86_400,
        slow_half_life_secs: 2_592_000,
        winsor_e2: 500,
    };

    #[test]
    fn each_bound_holds_on_both_sides() {
        macro_rules! bounds {
            ($($field:ident: $low:expr, $high:expr, $start:expr;)*) => {$({
                let with = |value| Sampling { $field: value, ..$start }.validate();
                let error = Err(OutOfBounds(concat!("sampling.", stringify!($field))));
                assert_eq!([with($low), with($high)], [Ok(()), Ok(())]);
                assert_eq!([with($low - 1), with($high + 1)], [error, error]);
            })*};
        }
        let slowest = Sampling { slow_half_life_secs: MAX_HALF_LIFE_SECS, ..VALID };
        let widest = Sampling { max_gap_secs: MAX_GAP_SECS, fast_half_life_secs: 90_000, ..VALID };
        bounds!(
            spacing_secs: 60, 86_400, widest;
            max_gap_secs: 7_200, MAX_GAP_SECS, VALID;
            fast_half_life_secs: 3_600, 2_592_000, VALID;
            fast_half_life_secs: 3_600, MAX_HALF_LIFE_SECS, slowest;
            winsor_e2: 200, 2_000, VALID;
        );
    }

    #[test]
    fn slow_half_life_is_bounded_by_spacing_and_years() {
        let with = |value| Sampling { fast_half_life_secs: 3_600, slow_half_life_secs: value, ..VALID }.validate();
        let error = Err(OutOfBounds("sampling.slow_half_life_secs"));
        assert_eq!([with(3_600), with(MAX_HALF_LIFE_SECS)], [Ok(()), Ok(())]);
        assert_eq!([with(3_599), with(MAX_HALF_LIFE_SECS + 1)], [error, error]);
    }

    #[test]
    fn off_is_zero_in_every_field() {
        assert!(VALID.is_on() && !Sampling::default().is_on());
        assert_eq!(Sampling::default().validate(), Ok(()));
        for sampling in [
            Sampling { spacing_secs: 0, ..VALID },
            Sampling { max_gap_secs: 86_400, ..Sampling::default() },
            Sampling { fast_half_life_secs: 1, ..Sampling::default() },
            Sampling { slow_half_life_secs: u32::MAX, ..Sampling::default() },
            Sampling { winsor_e2: 500, ..Sampling::default() },
        ] {
            assert_eq!(sampling.validate(), Err(OutOfBounds("sampling.spacing_secs")), "{sampling:?}");
        }
    }
}
