//! Circuit breakers: conditions under which a vault, or one of its routes, stops trading by itself.

use core::ops::RangeInclusive;

use crate::limits::OutOfBounds;
use crate::risk::condition::Trip;
use crate::stored::{parameters, stored};
use crate::strategy::check;

/// A condition that stops trading. The numbers are part of the program's interface: append only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Breaker {
    /// The price of an asset of the basket is far from the vault's own average of it.
    Jump = 1,
    /// The price of an asset of the basket is far from its publisher's moving average.
    Divergence = 2,
    /// The confidence interval of an asset of the basket is wide.
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

impl Breaker {
    /// Every breaker, in the order of the numbers.
    pub const ALL: [Breaker; 7] = [
        Breaker::Jump,
        Breaker::Divergence,
        Breaker::Confidence,
        Breaker::Drawdown,
        Breaker::LossBudget,
        Breaker::PoolAway,
        Breaker::Illiquid,
    ];

    /// Whether it stops only the route whose pool it is about: a dead or pushed pool must not stop a vault.
    pub fn is_about_the_route(self) -> bool {
        matches!(self, Breaker::PoolAway | Breaker::Illiquid)
    }

    /// The breaker with this number; `None` where there is none.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|breaker| *breaker as u8 == number)
    }
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
    // `Drawdown` and `LossBudget`.
    hard_mask: 0b001_1000,
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
    /// Whether only the admin ends this breaker's halt.
    pub fn is_hard(&self, breaker: Breaker) -> bool {
        let bit = (breaker as u32).saturating_sub(1);
        self.hard_mask.checked_shr(bit).unwrap_or(0) & 1 == 1
    }

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

impl Halt {
    /// The halt of a breaker that trips at `now`.
    pub fn new(trip: &Trip, breakers: &Breakers, now: i64) -> Self {
        let Trip { breaker, asset, measured, limit } = *trip;
        let is_hard = u8::from(breakers.is_hard(breaker));
        Halt { at: now, measured, limit, breaker: breaker as u8, asset, is_hard, padding: [0; 5] }
    }

    /// Whether there is one, be it that it has cooled off.
    pub fn is_on(&self) -> bool {
        self.breaker != 0
    }

    /// Whether it still stops trading: a hard one until the admin ends it, a soft one until it has cooled off.
    pub fn stands(&self, now: i64, breakers: &Breakers) -> bool {
        let is_cooling = now < self.cooled_off_at(breakers);
        self.is_on() && (self.is_hard != 0 || is_cooling)
    }

    /// When a soft one stops to stop trading; `None` of a hard one, and where there is none.
    pub fn ends_at(&self, breakers: &Breakers) -> Option<i64> {
        (self.is_on() && self.is_hard == 0).then(|| self.cooled_off_at(breakers))
    }

    #[inline]
    fn cooled_off_at(&self, breakers: &Breakers) -> i64 {
        self.at.saturating_add(i64::from(breakers.cooldown_secs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::risk::condition::NO_ASSET;

    const TRIP: Trip = Trip { breaker: Breaker::Jump, asset: 3, measured: 1_501, limit: 1_500 };

    #[test]
    fn breakers_keep_their_numbers() {
        for (number, breaker) in (1..).zip(Breaker::ALL) {
            assert_eq!((breaker as u8, Breaker::from_number(number)), (number, Some(breaker)));
        }
        assert_eq!([0, 8].map(Breaker::from_number), [None; 2]);
    }

    #[test]
    fn two_breakers_are_about_a_pool() {
        let about: std::vec::Vec<_> = Breaker::ALL.into_iter().filter(|breaker| breaker.is_about_the_route()).collect();
        assert_eq!(about, [Breaker::PoolAway, Breaker::Illiquid]);
    }

    #[test]
    fn each_breaker_is_hard_by_its_own_bit() {
        for breaker in Breaker::ALL {
            let only = Breakers { hard_mask: 1 << (breaker as u32 - 1), ..DEFAULT };
            let hard: std::vec::Vec<_> = Breaker::ALL.into_iter().filter(|breaker| only.is_hard(*breaker)).collect();
            assert_eq!(hard, [breaker]);
        }
        let hard: std::vec::Vec<_> = Breaker::ALL.into_iter().filter(|breaker| DEFAULT.is_hard(*breaker)).collect();
        assert_eq!(hard, [Breaker::Drawdown, Breaker::LossBudget]);
    }

    #[test]
    fn halt_tells_what_tripped_it() {
        let halt = Halt::new(&TRIP, &DEFAULT, 1_000);
        let expected = Halt { at: 1_000, measured: 1_501, limit: 1_500, breaker: 1, asset: 3, is_hard: 0, padding: [0; 5] };
        assert_eq!(halt, expected);
        let hard = Halt::new(&Trip { breaker: Breaker::Drawdown, asset: NO_ASSET, ..TRIP }, &DEFAULT, 1_000);
        assert_eq!((hard.breaker, hard.asset, hard.is_hard), (4, 255, 1));
    }

    #[test]
    fn soft_halt_cools_off_and_a_hard_one_does_not() {
        let soft = Halt::new(&TRIP, &DEFAULT, 1_000);
        assert_eq!([999, 1_000, 4_599, 4_600, i64::MAX].map(|now| soft.stands(now, &DEFAULT)), [true, true, true, false, false]);
        let hard = Halt { is_hard: 1, ..soft };
        assert!(hard.stands(4_600, &DEFAULT) && hard.stands(i64::MAX, &DEFAULT));
        assert!(!Halt::default().stands(0, &DEFAULT) && !Halt::default().is_on());
        assert_eq!([soft, hard, Halt::default()].map(|halt| halt.ends_at(&DEFAULT)), [Some(4_600), None, None]);
        let last = Halt { at: i64::MAX, ..soft };
        assert!(last.stands(i64::MAX - 1, &DEFAULT));
    }

    #[test]
    fn defaults_are_within_their_bounds() {
        assert_eq!(DEFAULT.validate(), Ok(()));
        assert_eq!(Breakers { hard_mask: 0x80, ..DEFAULT }.validate(), Err(OutOfBounds("hard_mask")));
        // What is zero by default in configuration files is no breaker: it is refused.
        assert!(Breakers::default().validate().is_err());
    }
}
