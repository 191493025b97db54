//! Stress test: what sudden moves of the prices would cost the basket.

use core::ops::RangeInclusive;

use crate::MAX_ASSETS;
use crate::limits::OutOfBounds;
use crate::stored::parameters;
use crate::strategy::check;

/// Most shocks that a vault is tested with.
pub const MAX_SHOCKS: usize = 8;

parameters! {
    /// A sudden move of all prices.
    pub struct Shock {
        /// Each asset's move, in basis points of its price: negative for a fall. All zeros for no shock.
        pub moves_bps: [i16; MAX_ASSETS],
    }
}

parameters! {
    /// What no trade may make worse.
    pub struct Stress {
        /// Worst loss under any shock that a trade may leave, as a part of NAV. Beyond it only trades that lower it are made.
        pub max_loss_bps: u16,
        /// The shocks; those from the first one of zeros on are none.
        pub shocks: [Shock; MAX_SHOCKS],
    }
}

/// What a vault gets that asks for nothing special: no shocks.
pub const DEFAULT: Stress = Stress { max_loss_bps: 10_000, shocks: [Shock { moves_bps: [0; MAX_ASSETS] }; MAX_SHOCKS] };

const LOSS_BPS: RangeInclusive<u16> = 1..=10_000;
/// From a total loss to twice the price.
const MOVE_BPS: RangeInclusive<i16> = -10_000..=10_000;

impl Stress {
    /// Checks every field against its compiled bounds.
    pub fn validate(&self) -> Result<(), OutOfBounds> {
        check(LOSS_BPS.contains(&self.max_loss_bps), "stress.max_loss_bps")?;
        let moves = self.shocks.iter().flat_map(|shock| shock.moves_bps);
        check(moves.into_iter().all(|move_bps| MOVE_BPS.contains(&move_bps)), "stress.moves_bps")
    }
}
