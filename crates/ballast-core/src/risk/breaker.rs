//! Circuit breakers: conditions under which a vault, or one of its routes, stops trading by itself.

use core::ops::RangeInclusive;

use crate::limits::OutOfBounds;
use crate::stored::{parameters, stored};
use crate::strategy::check;

/// A condition that stops trading. The numbers are part of the program's interface: append only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Breaker {
    /// A held asset's price is far from the vault's own average of it.
    Jump = 1,
    /// A held asset's price is far from its publisher's moving average.
    Divergence = 2,
    /// A held asset's confidence interval is wide.
    Confidence = 3,
    /// The share price is far below a high of the last day, week or month.
    Drawdown = 4,
    /// Trades have used up most of the loss budget.
    LossBudget = 5,
    /// The route's pool is far from the oracle's price. Stops the route.
    PoolAway = 6,
    /// The route's pool holds little. Stops the route.
    Illiquid = 7,
}

parameters! {
    /// When trading stops by itself. None of the breakers can be switched off, but that on a pool's depth.
    pub struct Breakers {
        /// Least value, in micro-dollars, of the side of a pool that a trade takes from.
        pub min_pool_depth_usd: u64,
        /// How long a soft halt lasts at least.
        pub cooldown_secs: u32,
        /// Time constant of the vault's own average of each price.
        pub average_secs: u32,
        /// Bit `n - 1` set: breaker number `n` is hard; only the admin ends its halt.
        pub hard_mask: u32,
        /// Part of the loss budget at whose use trading stops.
        pub max_loss_used_bps: u32,
        /// Farthest that a price may be from the vault's own average.
        pub max_jump_bps: u16,
        /// Farthest that a price may be from its publisher's moving average.
        pub max_divergence_bps: u16,
        /// Widest confidence interval over price.
        pub max_conf_bps: u16,
        /// Farthest that a pool's price may be from the oracle's before a trade.
        pub max_pool_before_bps: u16,
        /// Farthest that a pool's price may be from the oracle's after a trade.
        pub max_pool_after_bps: u16,
        /// Deepest that the share price may be below its high of the last day.
        pub max_day_drawdown_bps: u16,
        /// Deepest that the share price may be below its high of the last seven days.
        pub max_week_drawdown_bps: u16,
        /// Deepest that the share price may be below its high of the last thirty days.
        pub max_month_drawdown_bps: u16,
    }
}

/// What a vault gets that asks for nothing special.
pub const DEFAULT: Breakers = Breakers {
    min_pool_depth_usd: 0,
    cooldown_secs: 3_600,
    average_secs: 1_800,
    hard_mask: 1 << (Breaker::Drawdown as u32 - 1) | 1 << (Breaker::LossBudget as u32 - 1),
    max_loss_used_bps: 9_000,
    max_jump_bps: 1_500,
    max_divergence_bps: 1_500,
    max_conf_bps: 500,
    max_pool_before_bps: 1_000,
    max_pool_after_bps: 1_000,
    max_day_drawdown_bps: 2_500,
    max_week_drawdown_bps: 4_000,
    max_month_drawdown_bps: 6_000,
};

/// Up to a trillion dollars.
const MIN_POOL_DEPTH_USD: RangeInclusive<u64> = 0..=1_000_000_000_000_000_000;
/// A minute to a week.
const COOLDOWN_SECS: RangeInclusive<u32> = 60..=604_800;
/// A minute to a day.
const AVERAGE_SECS: RangeInclusive<u32> = 60..=86_400;
/// One bit for each breaker.
const HARD_MASK: RangeInclusive<u32> = 0..=0x7f;
const LOSS_USED_BPS: RangeInclusive<u32> = 1..=10_000;
const PRICE_BPS: RangeInclusive<u16> = 1..=5_000;
const CONF_BPS: RangeInclusive<u16> = 1..=1_000;
const POOL_BPS: RangeInclusive<u16> = 1..=5_000;
const DRAWDOWN_BPS: RangeInclusive<u16> = 1..=9_000;

impl Breakers {
    /// Checks every field against its compiled bounds.
    pub fn validate(&self) -> Result<(), OutOfBounds> {
        check(MIN_POOL_DEPTH_USD.contains(&self.min_pool_depth_usd), "min_pool_depth_usd")?;
        check(COOLDOWN_SECS.contains(&self.cooldown_secs), "cooldown_secs")?;
        check(AVERAGE_SECS.contains(&self.average_secs), "average_secs")?;
        check(HARD_MASK.contains(&self.hard_mask), "hard_mask")?;
        check(LOSS_USED_BPS.contains(&self.max_loss_used_bps), "max_loss_used_bps")?;
        check(PRICE_BPS.contains(&self.max_jump_bps), "max_jump_bps")?;
        check(PRICE_BPS.contains(&self.max_divergence_bps), "max_divergence_bps")?;
        check(CONF_BPS.contains(&self.max_conf_bps), "max_conf_bps")?;
        check(POOL_BPS.contains(&self.max_pool_before_bps), "max_pool_before_bps")?;
        check(POOL_BPS.contains(&self.max_pool_after_bps), "max_pool_after_bps")?;
        check(DRAWDOWN_BPS.contains(&self.max_day_drawdown_bps), "max_day_drawdown_bps")?;
        check(DRAWDOWN_BPS.contains(&self.max_week_drawdown_bps), "max_week_drawdown_bps")?;
        check(DRAWDOWN_BPS.contains(&self.max_month_drawdown_bps), "max_month_drawdown_bps")
    }
}

stored! {
    /// Why and since when trading is halted. Zeros where it is not.
    pub struct Halt {
        /// Unix time at which the breaker tripped.
        pub at: i64,
        /// What was measured, in the limit's unit.
        pub measured: u64,
        /// The limit that it passed: basis points, or micro-dollars for a pool's depth.
        pub limit: u64,
        /// The [`Breaker`]'s number; 0 where there is no halt.
        pub breaker: u8,
        /// Index of the asset that it is about; 255 for none.
        pub asset: u8,
        /// 1 where only the admin ends the halt.
        pub is_hard: u8,
        /// Zero.
        pub padding: [u8; 5],
    }
}
