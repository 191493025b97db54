//! Risk profiles: presets of every parameter.

use std::str::FromStr;

use anyhow::{Error, Result, anyhow};
use ballast_core::limits::{self, Limits};
use ballast_core::statistics::Sampling;
use ballast_core::strategy::Strategy;
use ballast_core::strategy::execution::Execution;
use ballast_core::strategy::gate::Gate;

/// A risk profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Trades rarely, and for good reasons only.
    Conservative,
    /// A fair price for a fair precision.
    Balanced,
    /// Stays close to its targets.
    Aggressive,
}

/// The parameters of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// The limits.
    pub limits: Limits,
    /// The strategy.
    pub strategy: Strategy,
    /// Every asset's band, absolute and relative.
    pub bands_bps: [u16; 2],
}

impl Profile {
    /// All profiles, with their names.
    pub const ALL: [(&str, Profile); 3] =
        [("conservative", Profile::Conservative), ("balanced", Profile::Balanced), ("aggressive", Profile::Aggressive)];

    /// The profile's parameters.
    pub fn preset(self) -> Preset {
        let (bands_bps, risk_aversion_e2) = match self {
            Profile::Conservative => ([500, 2_500], 300),
            Profile::Balanced => ([200, 1_500], 1_000),
            Profile::Aggressive => ([100, 1_000], 3_000),
        };
        let sampling = Sampling {
            spacing_secs: 3_600,
            max_gap_secs: 21_600,
            fast_half_life_secs: 259_200,
            slow_half_life_secs: 2_592_000,
            winsor_e2: 500,
        };
        let gate = Gate { horizon_secs: 2_592_000, risk_aversion_e2, min_ratio_bps: 10_000, max_drift_bps: 0 };
        let execution = Execution { recentre_bps: 5_000, ..Execution::default() };
        let strategy = Strategy { sampling, gate, execution, ..Strategy::default() };
        Preset { limits: limits::DEFAULT, strategy, bands_bps }
    }
}

impl FromStr for Profile {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, profile)| profile);
        let names = Self::ALL.map(|(name, _)| name).join(", ");
        found.ok_or_else(|| anyhow!("there is no profile `{name}`; there are {names}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_is_within_the_cores_bounds() {
        for (name, profile) in Profile::ALL {
            let Preset { limits, strategy, .. } = profile.preset();
            assert_eq!(limits.validate(), Ok(()), "{name}");
            assert_eq!(strategy.validate(2), Ok(()), "{name}");
            assert_eq!(name.parse::<Profile>().unwrap(), profile);
        }
    }
}
