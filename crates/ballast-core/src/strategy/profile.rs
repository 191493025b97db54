//! Risk profiles: presets that expand to every parameter of a vault.
//!
//! Each was chosen by a sweep over real prices, in one half of them, and judged in the other; `docs/profiles.md` says how.

use crate::limits::{self, Limits};
use crate::statistics::Sampling;
use crate::strategy::Strategy;
use crate::strategy::execution::Execution;
use crate::strategy::gate::Gate;

/// An hour.
const HOUR_SECS: u32 = 3_600;
/// A day.
const DAY_SECS: u32 = 86_400;

/// How much tracking error a vault accepts to save costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Trades rarely: lets weights wander far before it pays for a trade.
    Conservative,
    /// A fair price for a fair precision.
    Balanced,
    /// Stays close to its targets, and pays for it.
    Aggressive,
}

/// The parameters of a profile. What they leave open is the creator's choice: assets, targets and policies that move them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// The limits.
    pub limits: Limits,
    /// The strategy.
    pub strategy: Strategy,
    /// Every asset's band, as a weight.
    pub band_abs_bps: u16,
    /// Every asset's band, as a part of its target.
    pub band_rel_bps: u16,
}

impl Profile {
    /// Every profile.
    pub const ALL: [Profile; 3] = [Profile::Conservative, Profile::Balanced, Profile::Aggressive];

    /// The profile's name in configuration files.
    pub fn name(self) -> &'static str {
        match self {
            Profile::Conservative => "conservative",
            Profile::Balanced => "balanced",
            Profile::Aggressive => "aggressive",
        }
    }

    /// The profile with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.name() == name)
    }

    /// The profile's parameters.
    pub fn preset(self) -> Preset {
        let (band_abs_bps, risk_aversion_e2, min_ratio_bps, min_trade_bps) = match self {
            Profile::Conservative => (300, 100, 15_000, 10),
            Profile::Balanced => (150, 200, 10_000, 20),
            Profile::Aggressive => (50, 300, 10_000, 5),
        };
        let gate = Gate { horizon_secs: 30 * DAY_SECS, risk_aversion_e2, min_ratio_bps, max_drift_bps: 2_000 };
        let execution = Execution { recentre_bps: 0, min_trade_bps, ..Execution::default() };
        let strategy = Strategy { sampling: SAMPLING, gate, execution, ..Strategy::default() };
        Preset { limits: limits::DEFAULT, strategy, band_abs_bps, band_rel_bps: 2_500 }
    }
}

/// Hourly observations; a fast memory of three days and a slow one of a month.
const SAMPLING: Sampling = Sampling {
    spacing_secs: HOUR_SECS,
    max_gap_secs: 6 * HOUR_SECS,
    fast_half_life_secs: 3 * DAY_SECS,
    slow_half_life_secs: 30 * DAY_SECS,
    winsor_e2: 500,
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategy::allocation::{self, Allocation};

    #[test]
    fn every_profile_is_within_the_compiled_bounds() {
        for profile in Profile::ALL {
            let Preset { limits, strategy, band_abs_bps, band_rel_bps } = profile.preset();
            let allocations = core::iter::repeat_n(Allocation::fixed(5_000, band_abs_bps, band_rel_bps), 2);
            assert_eq!((limits.validate(), strategy.validate(2)), (Ok(()), Ok(())), "{profile:?}");
            assert_eq!(strategy.validate_within(&limits), Ok(()), "{profile:?}");
            assert_eq!(allocation::validate(allocations), Ok(()), "{profile:?}");
        }
    }

    #[test]
    fn every_profile_is_found_by_its_name() {
        for profile in Profile::ALL {
            assert_eq!(Profile::from_name(profile.name()), Some(profile));
        }
        assert_eq!(Profile::from_name("reckless"), None);
    }
}
