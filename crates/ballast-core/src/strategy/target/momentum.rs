//! Momentum: targets tilted with the trend.

use super::tilt::Tilt;
use crate::limits::OutOfBounds;
use crate::statistics::AssetStatistics;
use crate::stored::parameters;

parameters! {
    /// Raises the target of what has its fast moving average farthest above its slow one, and lowers the others.
    pub struct Momentum {
        /// Part of the target to move for a log distance of one; 0 turns the part off.
        pub strength_bps: u32,
        /// Largest part of the target to move.
        pub max_tilt_bps: u32,
    }
}

impl Momentum {
    /// Whether the part is in use.
    pub fn is_on(&self) -> bool {
        self.strength_bps > 0
    }

    /// Checks the parameters.
    pub fn validate(&self) -> Result<(), OutOfBounds> {
        self.tilt().validate("momentum.strength_bps", "momentum.max_tilt_bps")
    }

    /// An asset's weight in 10⁻⁸, before the others' tilts count against it.
    pub(super) fn tilted(&self, weight_e8: u64, asset: &AssetStatistics) -> u64 {
        let trend_e12 = asset.fast_log_average_e12.saturating_sub(asset.slow_log_average_e12);
        self.tilt().apply(weight_e8, trend_e12)
    }

    fn tilt(&self) -> Tilt {
        Tilt { strength_bps: self.strength_bps, max_tilt_bps: self.max_tilt_bps }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rising_asset_gains_weight() {
        let momentum = Momentum { strength_bps: 10_000, max_tilt_bps: 2_000 };
        let asset =
            AssetStatistics { fast_log_average_e12: 150_000_000_000, slow_log_average_e12: 50_000_000_000, ..Default::default() };
        assert_eq!(momentum.tilted(50_000_000, &asset), 55_000_000);
        let falling = AssetStatistics { fast_log_average_e12: i64::MIN, slow_log_average_e12: i64::MAX, ..Default::default() };
        assert_eq!(momentum.tilted(50_000_000, &falling), 40_000_000);
    }

    #[test]
    fn each_fault_is_named() {
        assert_eq!(Momentum::default().validate(), Ok(()));
        let validate = |strength_bps, max_tilt_bps| Momentum { strength_bps, max_tilt_bps }.validate();
        assert_eq!(validate(0, 1), Err(OutOfBounds("momentum.strength_bps")));
        assert_eq!(validate(10_000, 0), Err(OutOfBounds("momentum.max_tilt_bps")));
    }
}
