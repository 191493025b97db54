//! Execution: how far towards the target a trade goes, how small it may be, and when it is this vault's turn.

use crate::BPS;
use crate::fixed::{self, MathError};
use crate::limits::OutOfBounds;
use crate::stored::parameters;
use crate::strategy::check;

/// A day: longer and a vault would all but stand still.
const MAX_JITTER_SECS: u32 = 86_400;
/// The cluster's clock can skip several seconds, and transactions take some.
const MIN_TURN_SECS: u32 = 30;
/// A tenth of the vault: a larger least trade would stop most of them.
const MAX_MIN_TRADE_BPS: u32 = 1_000;

parameters! {
    /// How far, how much and when to trade.
    pub struct Execution {
        /// Where a trade that drift made due should end: 0 at the band's edge, 10,000 at the target.
        pub recentre_bps: u32,
        /// Smallest trade, as a part of NAV; besides the limit in dollars.
        pub min_trade_bps: u32,
        /// Length of the round in which every vault has its turn; 0 for no turns.
        pub jitter_period_secs: u32,
        /// Length of a turn.
        pub jitter_window_secs: u32,
    }
}

impl Execution {
    /// Checks the parameters.
    pub fn validate(&self) -> Result<(), OutOfBounds> {
        check(self.recentre_bps <= u32::from(BPS), "execution.recentre_bps")?;
        check(self.min_trade_bps <= MAX_MIN_TRADE_BPS, "execution.min_trade_bps")?;
        check(self.jitter_period_secs <= MAX_JITTER_SECS, "execution.jitter_period_secs")?;
        let windows = if self.jitter_period_secs == 0 { 0..=0 } else { MIN_TURN_SECS..=self.jitter_period_secs };
        check(windows.contains(&self.jitter_window_secs), "execution.jitter_window_secs")
    }

    /// Whether it is the vault's turn at `now`. The vault's `seed` decides when in the round its turn begins, so that vaults
    /// with the same strategy do not all meet in the same slot at the same pool.
    pub fn is_turn(&self, now: i64, seed: u64) -> bool {
        self.since_turn_secs(now, seed).is_none_or(|since| since < i64::from(self.jitter_window_secs))
    }

    /// When, after `now`, the vault's next turn begins; `None` without turns.
    pub fn next_turn(&self, now: i64, seed: u64) -> Option<i64> {
        let since_secs = self.since_turn_secs(now, seed)?;
        now.checked_add(i64::from(self.jitter_period_secs).saturating_sub(since_secs))
    }

    /// How long ago the vault's last turn began; `None` without turns.
    #[inline]
    fn since_turn_secs(&self, now: i64, seed: u64) -> Option<i64> {
        let offset = seed.checked_rem(u64::from(self.jitter_period_secs))?;
        let shifted = now.saturating_sub(i64::try_from(offset).unwrap_or(i64::MAX));
        shifted.checked_rem_euclid(i64::from(self.jitter_period_secs))
    }

    /// How much of a distance to the target to trade, in micro-dollars: to the band's edge, and of the rest `recentre_bps`.
    pub fn distance_usd(&self, to_target_usd: u64, beyond_edge_usd: u64) -> Result<u64, MathError> {
        let inside_usd = to_target_usd.saturating_sub(beyond_edge_usd);
        let recentred_usd = fixed::mul_div_floor(inside_usd, u64::from(self.recentre_bps), u64::from(BPS))?;
        beyond_edge_usd.checked_add(recentred_usd).ok_or(MathError::Overflow)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TURNS: Execution = Execution { recentre_bps: 0, min_trade_bps: 0, jitter_period_secs: 600, jitter_window_secs: 60 };

    #[test]
    fn turn_begins_at_the_seed_and_lasts_the_window() {
        for (seed, first) in [(0, 0), (90, 90), (600, 0), (u64::MAX, 15)] {
            let turns: std::vec::Vec<i64> = (0..600).filter(|now| TURNS.is_turn(*now, seed)).collect();
            assert_eq!(turns, (first..first + 60).collect::<std::vec::Vec<i64>>(), "{seed}");
        }
        assert!(TURNS.is_turn(1_200 + 90, 90) && !TURNS.is_turn(1_200 + 89, 90));
    }

    #[test]
    fn next_turn_is_the_first_to_begin_after_now() {
        let next = |now| TURNS.next_turn(now, 90);
        assert_eq!([0, 89, 90, 149, 689].map(next), [Some(90), Some(90), Some(690), Some(690), Some(690)]);
        assert!(TURNS.is_turn(690, 90) && !TURNS.is_turn(689, 90));
        assert_eq!((next(i64::MAX), TURNS.next_turn(0, 600)), (None, Some(600)));
    }

    #[test]
    fn without_a_period_it_is_always_its_turn() {
        assert!((0..1_000).all(|now| Execution::default().is_turn(now, 7)));
        assert_eq!(Execution::default().next_turn(0, 7), None);
    }

    #[test]
    fn distance_goes_from_the_edge_to_the_target() {
        let distance = |recentre_bps| Execution { recentre_bps, ..TURNS }.distance_usd(1_000, 400);
        assert_eq!([0, 5_000, 10_000].map(distance), [Ok(400), Ok(700), Ok(1_000)]);
    }

    #[test]
    fn each_fault_is_named() {
        assert_eq!((TURNS.validate(), Execution::default().validate()), (Ok(()), Ok(())));
        for (execution, field) in [
            (Execution { recentre_bps: 10_001, ..TURNS }, "execution.recentre_bps"),
            (Execution { min_trade_bps: 1_001, ..TURNS }, "execution.min_trade_bps"),
            (Execution { jitter_period_secs: 86_401, ..TURNS }, "execution.jitter_period_secs"),
            (Execution { jitter_window_secs: 601, ..TURNS }, "execution.jitter_window_secs"),
            (Execution { jitter_window_secs: 29, ..TURNS }, "execution.jitter_window_secs"),
            (Execution { jitter_window_secs: 0, ..TURNS }, "execution.jitter_window_secs"),
            (Execution { jitter_period_secs: 29, jitter_window_secs: 29, ..TURNS }, "execution.jitter_window_secs"),
            (Execution { jitter_period_secs: 0, ..TURNS }, "execution.jitter_window_secs"),
        ] {
            assert_eq!(execution.validate(), Err(OutOfBounds(field)));
        }
    }

    #[test]
    fn shortest_turn_is_half_a_minute_and_the_longest_is_the_round() {
        let with =
            |jitter_window_secs, jitter_period_secs| Execution { jitter_window_secs, jitter_period_secs, ..TURNS }.validate();
        assert_eq!([with(30, 86_400), with(30, 30), with(86_400, 86_400)], [Ok(()); 3]);
    }
}
