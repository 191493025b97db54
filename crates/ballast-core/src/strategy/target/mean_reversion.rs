//! Mean reversion: targets tilted against the last move.

use super::tilt::Tilt;
use crate::limits::OutOfBounds;
use crate::statistics::AssetStatistics;
use crate::stored::parameters;

parameters! {
    /// Lowers the target of what has risen farthest above its slow moving average, and raises the others.
    pub struct MeanReversion {
        /// Part of the target to move for a log distance of one; 0 turns the part off.
        pub strength_bps: u32,
        /// Largest part of the target to move.
        pub max_tilt_bps: u32,
    }
}

impl MeanReversion {
    /// Whether the part is in use.
    pub fn is_on(&self) -> bool {
        self.strength_bps > 0
    }

    /// Checks the parameters.
    pub fn validate(&self) -> Result<(), OutOfBounds> {
        self.tilt().validate("mean_reversion.strength_bps", "mean_reversion.max_tilt_bps")
    }

    /// An asset's weight in 10⁻⁸, before the others' tilts count against it.
    pub(super) fn tilted(&self, weight_e8: u64, asset: &AssetStatistics) -> u64 {
        let discount_e12 = asset.slow_log_average_e12.saturating_sub(asset.log_price_e12);
        self.tilt().apply(weight_e8, discount_e12)
    }

    fn tilt(&self) -> Tilt {
        Tilt { strength_bps: self.strength_bps, max_tilt_bps: self.max_tilt_bps }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fallen_asset_gains_weight() {
        let mean_reversion = MeanReversion { strength_bps: 10_000, max_tilt_bps: 2_000 };
        let asset =
            AssetStatistics { log_price_e12: -50_000_000_000, slow_log_average_e12: 50_000_000_000, ..Default::default() };
        assert_eq!(mean_reversion.tilted(50_000_000, &asset), 55_000_000);
        let risen = AssetStatistics { log_price_e12: i64::MAX, slow_log_average_e12: i64::MIN, ..Default::default() };
        assert_eq!(mean_reversion.tilted(50_000_000, &risen), 40_000_000);
    }

    #[test]
    fn each_fault_is_named() {
        assert_eq!(MeanReversion::default().validate(), Ok(()));
        let validate = |strength_bps, max_tilt_bps| MeanReversion { strength_bps, max_tilt_bps }.validate();
        assert_eq!(validate(0, 1), Err(OutOfBounds("mean_reversion.strength_bps")));
        assert_eq!(validate(10_000, 0), Err(OutOfBounds("mean_reversion.max_tilt_bps")));
    }
}
