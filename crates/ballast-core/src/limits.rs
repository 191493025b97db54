//! A vault's limits, their defaults, and the compiled bounds that nobody, admin included, can leave.

use core::ops::RangeInclusive;

use crate::stored::parameters;

parameters! {
    /// The limits that guard a vault's trades and fees.
    pub struct Limits {
        /// Smallest trade worth making, in micro-dollars.
        pub min_trade_usd: u64,
        /// Oldest price that may be used.
        pub max_price_age_secs: u32,
        /// Least time between two rebalances.
        pub min_interval_secs: u32,
        /// How long a loosening (such as a new route) waits before it takes effect.
        pub timelock_secs: u32,
        /// How long after the timelock a queued change may be applied; then it has expired.
        pub change_window_secs: u32,
        /// Most that trades may move in a day, as a part of NAV: the sum of what was sold.
        pub max_daily_turnover_bps: u32,
        /// What the crank fund pays a keeper for a rebalance, in lamports; 0 for nothing.
        pub crank_reward_lamports: u32,
        /// Most that the crank fund pays at once, in lamports; it comes back evenly over a day.
        pub max_daily_crank_lamports: u32,
        /// Widest confidence interval over price.
        pub max_conf_bps: u16,
        /// Most that a trade may return below the oracle's value, fees and price impact included.
        pub max_slippage_bps: u16,
        /// Farthest that the pool's price may be from the oracle's before a trade.
        pub max_pool_deviation_bps: u16,
        /// Farthest that a trade may move the pool's price.
        pub max_pool_impact_bps: u16,
        /// Largest trade, as a part of NAV.
        pub max_trade_bps: u16,
        /// Most that trades may lose against the oracle's mid price in a day, as a part of NAV.
        pub max_daily_loss_bps: u16,
        /// Fee on one-asset deposits, left in the vault.
        pub entry_fee_bps: u16,
        /// Fee on one-asset redemptions, left in the vault.
        pub exit_fee_bps: u16,
        /// Management fee, in new shares: part of all shares a year, compounded continuously.
        pub management_fee_bps: u16,
        /// Fastest that a ramp may move any target without waiting for the timelock, per day.
        pub max_ramp_bps_per_day: u16,
    }
}

/// What a vault gets that asks for nothing special.
pub const DEFAULT: Limits = Limits {
    max_price_age_secs: 60,
    min_interval_secs: 300,
    timelock_secs: 172_800,
    change_window_secs: 604_800,
    max_daily_turnover_bps: 10_000,
    max_conf_bps: 100,
    max_slippage_bps: 100,
    max_pool_deviation_bps: 100,
    max_pool_impact_bps: 100,
    max_trade_bps: 500,
    max_daily_loss_bps: 50,
    entry_fee_bps: 25,
    exit_fee_bps: 25,
    management_fee_bps: 0,
    max_ramp_bps_per_day: 500,
    crank_reward_lamports: 0,
    max_daily_crank_lamports: 0,
    min_trade_usd: 1_000_000,
};

const PRICE_AGE_SECS: RangeInclusive<u32> = 1..=300;
const INTERVAL_SECS: RangeInclusive<u32> = 30..=31_536_000;
const TIMELOCK_SECS: RangeInclusive<u32> = 86_400..=2_592_000;
const CHANGE_WINDOW_SECS: RangeInclusive<u32> = 86_400..=2_592_000;
/// From one basis point to ten times the vault.
const DAILY_TURNOVER_BPS: RangeInclusive<u32> = 1..=100_000;
const CONF_BPS: RangeInclusive<u16> = 1..=200;
const SLIPPAGE_BPS: RangeInclusive<u16> = 1..=500;
const POOL_DEVIATION_BPS: RangeInclusive<u16> = 1..=300;
const POOL_IMPACT_BPS: RangeInclusive<u16> = 1..=300;
const TRADE_BPS: RangeInclusive<u16> = 1..=2_500;
const DAILY_LOSS_BPS: RangeInclusive<u16> = 1..=300;
const FEE_BPS: RangeInclusive<u16> = 0..=200;
const MANAGEMENT_FEE_BPS: RangeInclusive<u16> = 0..=500;
const RAMP_BPS_PER_DAY: RangeInclusive<u16> = 0..=10_000;
/// Up to a hundredth of a SOL.
const CRANK_REWARD_LAMPORTS: RangeInclusive<u32> = 0..=10_000_000;
/// Up to a SOL.
const DAILY_CRANK_LAMPORTS: RangeInclusive<u32> = 0..=1_000_000_000;
/// One cent to one million dollars.
const MIN_TRADE_USD: RangeInclusive<u64> = 10_000..=1_000_000_000_000;

/// The field that is out of its compiled bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfBounds(pub &'static str);

impl Limits {
    /// Checks every field against its compiled bounds.
    pub fn validate(&self) -> Result<(), OutOfBounds> {
        let checks = [
            (PRICE_AGE_SECS.contains(&self.max_price_age_secs), "max_price_age_secs"),
            (INTERVAL_SECS.contains(&self.min_interval_secs), "min_interval_secs"),
            (TIMELOCK_SECS.contains(&self.timelock_secs), "timelock_secs"),
            (CHANGE_WINDOW_SECS.contains(&self.change_window_secs), "change_window_secs"),
            (DAILY_TURNOVER_BPS.contains(&self.max_daily_turnover_bps), "max_daily_turnover_bps"),
            (CONF_BPS.contains(&self.max_conf_bps), "max_conf_bps"),
            (SLIPPAGE_BPS.contains(&self.max_slippage_bps), "max_slippage_bps"),
            (POOL_DEVIATION_BPS.contains(&self.max_pool_deviation_bps), "max_pool_deviation_bps"),
            (POOL_IMPACT_BPS.contains(&self.max_pool_impact_bps), "max_pool_impact_bps"),
            (TRADE_BPS.contains(&self.max_trade_bps), "max_trade_bps"),
            (DAILY_LOSS_BPS.contains(&self.max_daily_loss_bps), "max_daily_loss_bps"),
            (FEE_BPS.contains(&self.entry_fee_bps), "entry_fee_bps"),
            (FEE_BPS.contains(&self.exit_fee_bps), "exit_fee_bps"),
            (MANAGEMENT_FEE_BPS.contains(&self.management_fee_bps), "management_fee_bps"),
            (RAMP_BPS_PER_DAY.contains(&self.max_ramp_bps_per_day), "max_ramp_bps_per_day"),
            (CRANK_REWARD_LAMPORTS.contains(&self.crank_reward_lamports), "crank_reward_lamports"),
            (DAILY_CRANK_LAMPORTS.contains(&self.max_daily_crank_lamports), "max_daily_crank_lamports"),
            (MIN_TRADE_USD.contains(&self.min_trade_usd), "min_trade_usd"),
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

    #[test]
    fn defaults_are_within_bounds() {
        assert_eq!(DEFAULT.validate(), Ok(()));
    }

    #[test]
    fn each_bound_holds_on_both_sides() {
        macro_rules! bounds {
            ($($field:ident: $range:ident),* $(,)?) => {$({
                let with = |value| Limits { $field: value, ..DEFAULT }.validate();
                let (low, high) = ($range.start(), $range.end());
                assert_eq!(with(*low), Ok(()));
                assert_eq!(with(*high), Ok(()));
                let error = Err(OutOfBounds(stringify!($field)));
                assert_eq!(with(high + 1), error);
                if let Some(below) = low.checked_sub(1) {
                    assert_eq!(with(below), error);
                }
            })*};
        }
        bounds!(
            max_price_age_secs: PRICE_AGE_SECS, min_interval_secs: INTERVAL_SECS, timelock_secs: TIMELOCK_SECS, change_window_secs: CHANGE_WINDOW_SECS,
            max_daily_turnover_bps: DAILY_TURNOVER_BPS, max_conf_bps: CONF_BPS, max_slippage_bps: SLIPPAGE_BPS, max_pool_deviation_bps: POOL_DEVIATION_BPS,
            max_pool_impact_bps: POOL_IMPACT_BPS, max_trade_bps: TRADE_BPS, max_daily_loss_bps: DAILY_LOSS_BPS,
            entry_fee_bps: FEE_BPS, exit_fee_bps: FEE_BPS, management_fee_bps: MANAGEMENT_FEE_BPS, max_ramp_bps_per_day: RAMP_BPS_PER_DAY,
            crank_reward_lamports: CRANK_REWARD_LAMPORTS, max_daily_crank_lamports: DAILY_CRANK_LAMPORTS, min_trade_usd: MIN_TRADE_USD,
        );
    }
}
