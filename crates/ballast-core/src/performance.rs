//! What rebalancing has earned and cost since inception: growth of a share over that of the assets it holds.
//!
//! A portfolio's log growth exceeds the weighted log growth of its assets by the *excess growth*, half of what
//! diversification takes off the assets' variances: `½ (Σ wᵢ σᵢᵢ - w'Σw)` a year for constant weights. That is what
//! rebalancing harvests. Fernholz and Shay, "Stochastic Portfolio Theory and Stock Market Equilibrium", Journal of Finance
//! 37 (1982); derivation in `docs/math.md`.

use crate::fixed::{MathError, mul_div_ceil, mul_div_floor};
use crate::math::ln_e12;
use crate::statistics::Observation;
use crate::stored::stored;
use crate::{E8, MAX_ASSETS};

stored! {
    /// Growth, costs and turnover since inception: the first observation of a vault with shares.
    pub struct Performance {
        /// Unix time of inception; 0 before it.
        pub inception_at: i64,
        /// Logarithm of the share price at inception, in 10⁻¹².
        pub inception_log_share_price_e12: i64,
        /// Log growth of the share price, in 10⁻¹², after fees and costs.
        pub log_growth_e12: i64,
        /// Log growth of the assets, each weighted as the vault held it at the beginning of every step, in 10⁻¹².
        pub weighted_log_growth_e12: i64,
        /// What trades lost against mid prices, in micro-dollars, less what they gained.
        pub cost_usd: i64,
        /// The same as parts of NAV at their time, in 10⁻⁸, each rounded up.
        pub cost_e8: i64,
        /// What trades sold, in micro-dollars.
        pub turnover_usd: u64,
        /// The same as parts of NAV at their time, in 10⁻⁸, each rounded up.
        pub turnover_e8: u64,
        /// Number of trades.
        pub trades: u64,
        /// Weights at the last observation, in 10⁻⁸ of NAV.
        pub weights_e8: [u32; MAX_ASSETS],
    }
}

impl Performance {
    /// Adds the step since the last observation: the assets' log returns, at the weights they had then, and the share price
    /// (see [`share_price_x64`]) as it is now. Stores `weights_e8`, the vault's present weights in the basket's order, for the
    /// next step. Nothing is recorded of a vault whose shares are worth nothing.
    ///
    /// The weights are those of before the returns, and trades within the step do not change them: a weight that has seen a
    /// part of the return which it multiplies would bias the sum.
    pub fn record_observation(
        &mut self,
        now: i64,
        share_price_x64: u128,
        observation: &Observation,
        weights_e8: impl Iterator<Item = u32>,
    ) -> Result<(), MathError> {
        if share_price_x64 == 0 {
            return Ok(());
        }
        let log_share_price_e12 = ln_e12(share_price_x64)?;
        let mut next = *self;
        if self.inception_at == 0 {
            next.inception_at = now;
            next.inception_log_share_price_e12 = log_share_price_e12;
        } else {
            let step_e12 = weighted_sum_e12(&self.weights_e8, &observation.log_returns_e12)?;
            next.weighted_log_growth_e12 = add(self.weighted_log_growth_e12, step_e12)?;
            next.log_growth_e12 = subtract(log_share_price_e12, self.inception_log_share_price_e12)?;
        }
        next.weights_e8 = [0; MAX_ASSETS];
        for (stored, weight_e8) in next.weights_e8.iter_mut().zip(weights_e8) {
            *stored = weight_e8;
        }
        *self = next;
        Ok(())
    }

    /// Adds a trade by a vault worth `nav_usd` that sold `spent_usd` and got `received_usd`, both at mid prices.
    pub fn record_trade(&mut self, spent_usd: u64, received_usd: u64, nav_usd: u64) -> Result<(), MathError> {
        let lost_e8 = mul_div_ceil(spent_usd.saturating_sub(received_usd), E8, nav_usd)?;
        let gained_e8 = mul_div_floor(received_usd.saturating_sub(spent_usd), E8, nav_usd)?;
        let sold_e8 = mul_div_ceil(spent_usd, E8, nav_usd)?;
        *self = Performance {
            cost_usd: self.cost_usd.saturating_add(difference(spent_usd, received_usd)),
            cost_e8: self.cost_e8.saturating_add(difference(lost_e8, gained_e8)),
            // Books must not stop trades: after trillions of dollars they stand still.
            turnover_usd: self.turnover_usd.saturating_add(spent_usd),
            turnover_e8: self.turnover_e8.saturating_add(sold_e8),
            trades: self.trades.saturating_add(1),
            ..*self
        };
        Ok(())
    }

    /// Log growth of the share price over the weighted log growth of the assets, in 10⁻¹²: what rebalancing harvested, less
    /// costs and fees, plus fees that others left in the vault.
    pub fn excess_growth_e12(&self) -> Result<i64, MathError> {
        subtract(self.log_growth_e12, self.weighted_log_growth_e12)
    }
}

/// The price of a share: micro-dollars per raw share in Q64.64, rounded down; 0 where there are no shares.
pub fn share_price_x64(nav_usd: u64, total_shares: u64) -> u128 {
    (u128::from(nav_usd) << 64).checked_div(u128::from(total_shares)).unwrap_or(0)
}

/// `Σ wᵢ rᵢ`, rounded towards zero.
#[allow(clippy::arithmetic_side_effects, reason = "at most 2^32 · 2^63 each, and sixteen of them")]
fn weighted_sum_e12(weights_e8: &[u32; MAX_ASSETS], returns_e12: &[i64; MAX_ASSETS]) -> Result<i64, MathError> {
    let products = weights_e8.iter().zip(returns_e12).map(|(&weight, &log_return)| i128::from(weight) * i128::from(log_return));
    i64::try_from(products.sum::<i128>() / i128::from(E8)).map_err(|_| MathError::Overflow)
}

/// `a - b` as a signed number, at most the largest of its size either way.
fn difference(a: u64, b: u64) -> i64 {
    let size = i64::try_from(a.abs_diff(b)).unwrap_or(i64::MAX);
    if a < b { size.saturating_neg() } else { size }
}

fn add(a: i64, b: i64) -> Result<i64, MathError> {
    a.checked_add(b).ok_or(MathError::Overflow)
}

fn subtract(a: i64, b: i64) -> Result<i64, MathError> {
    a.checked_sub(b).ok_or(MathError::Overflow)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::vec;

    const DOLLAR_X64: u128 = 1 << 64;
    const HALF_E8: u32 = 50_000_000;

    /// An observation of two assets' log returns.
    fn returns(first_e12: i64, second_e12: i64) -> Observation {
        let mut observation = Observation::default();
        [observation.log_returns_e12[0], observation.log_returns_e12[1]] = [first_e12, second_e12];
        observation
    }

    /// Two assets in halves, at inception.
    fn halves() -> Performance {
        let mut performance = Performance::default();
        performance.record_observation(1_000, DOLLAR_X64, &Observation::default(), [HALF_E8; 2].into_iter()).unwrap();
        performance
    }

    #[test]
    fn inception_starts_at_zero_whatever_came_before() {
        let mut performance = Performance::default();
        performance.record_observation(1_000, 2 * DOLLAR_X64, &returns(7, 9), [HALF_E8; 2].into_iter()).unwrap();
        let expected = Performance {
            inception_at: 1_000,
            inception_log_share_price_e12: 693_147_180_560,
            weights_e8: core::array::from_fn(|index| if index < 2 { HALF_E8 } else { 0 }),
            ..Performance::default()
        };
        assert_eq!(performance, expected);
        assert_eq!(performance.excess_growth_e12(), Ok(0));
    }

    #[test]
    fn vault_without_shares_has_no_inception() {
        let mut performance = Performance::default();
        let price = share_price_x64(1_000, 0);
        assert_eq!(performance.record_observation(1_000, price, &returns(7, 9), [HALF_E8; 2].into_iter()), Ok(()));
        assert_eq!(performance, Performance::default());
    }

    #[test]
    fn returns_count_by_the_weights_before_them() {
        let mut performance = halves();
        let all_in_the_second = [0, 2 * HALF_E8];
        performance.record_observation(2_000, DOLLAR_X64, &returns(400, -100), all_in_the_second.into_iter()).unwrap();
        assert_eq!(performance.weighted_log_growth_e12, 150);
        performance.record_observation(3_000, DOLLAR_X64, &returns(400, -100), all_in_the_second.into_iter()).unwrap();
        assert_eq!(performance.weighted_log_growth_e12, 50);
        assert_eq!(performance.excess_growth_e12(), Ok(-50));
        assert_eq!(performance.inception_at, 1_000);
    }

    #[test]
    fn doubling_and_halving_harvests_what_the_mean_gains() {
        // One asset doubles and the other halves: halves of each are worth 1.25, while the weighted log growth is zero.
        let mut performance = halves();
        let ln_2 = 693_147_180_560;
        performance.record_observation(2_000, DOLLAR_X64 / 4 * 5, &returns(ln_2, -ln_2), [HALF_E8; 2].into_iter()).unwrap();
        assert_eq!((performance.log_growth_e12, performance.weighted_log_growth_e12), (223_143_551_314, 0));
        assert_eq!(performance.excess_growth_e12(), Ok(223_143_551_314));
    }

    #[test]
    fn trades_add_up_as_parts_of_their_nav() {
        let mut performance = Performance::default();
        performance.record_trade(1_000, 990, 100_000).unwrap();
        performance.record_trade(3_000, 3_001, 300_000).unwrap();
        let expected = Performance {
            cost_usd: 9,
            cost_e8: 10_000 - 333,
            turnover_usd: 4_000,
            turnover_e8: 2_000_000,
            trades: 2,
            ..Performance::default()
        };
        assert_eq!(performance, expected);
        assert_eq!(performance.record_trade(1, 1, 0), Err(MathError::DivisionByZero));
        assert_eq!(performance, expected);
    }

    #[test]
    fn share_price_is_value_over_shares() {
        assert_eq!(share_price_x64(3_000_000, 2_000_000), 3 << 63);
        assert_eq!(share_price_x64(u64::MAX, 1), u128::from(u64::MAX) << 64);
        assert_eq!(share_price_x64(1, 3), DOLLAR_X64 / 3);
    }

    /// After trillions of dollars the books stand still, and the trades go on.
    #[test]
    fn books_saturate() {
        let full = Performance {
            cost_usd: i64::MAX - 5,
            cost_e8: i64::MAX - 5,
            turnover_usd: u64::MAX - 5,
            turnover_e8: u64::MAX - 5,
            trades: u64::MAX,
            ..Performance::default()
        };
        let after = |mut performance: Performance, spent_usd, received_usd| {
            performance.record_trade(spent_usd, received_usd, 100_000).map(|()| performance)
        };
        let largest =
            Performance { cost_usd: i64::MAX, cost_e8: i64::MAX, turnover_usd: u64::MAX, turnover_e8: u64::MAX, ..full };
        assert_eq!(after(full, 1_000, 990), Ok(largest));
        assert_eq!(after(largest, 1_000, 990), Ok(largest));
        // A gain still counts.
        let gained = Performance { cost_usd: i64::MAX - 10, cost_e8: i64::MAX - 10_000, ..largest };
        assert_eq!(after(largest, 1_000, 1_010), Ok(gained));
        let smallest = Performance { cost_usd: i64::MIN, cost_e8: i64::MIN, ..largest };
        assert_eq!(
            after(Performance { cost_usd: i64::MIN + 9, cost_e8: i64::MIN + 9_999, ..largest }, 1_000, 1_010),
            Ok(smallest)
        );
    }

    #[test]
    fn difference_keeps_its_sign_at_any_size() {
        assert_eq!([difference(7, 5), difference(5, 7), difference(5, 5)], [2, -2, 0]);
        let half = 1u64 << 63;
        assert_eq!([difference(half - 1, 0), difference(half, 0), difference(u64::MAX, 0)], [i64::MAX; 3]);
        assert_eq!([difference(0, half - 1), difference(0, half), difference(0, u64::MAX)], [-i64::MAX; 3]);
    }

    proptest! {
        /// Whatever the books hold, a trade of parts that 64 bits can hold is added to them: each goes its way, or stands still.
        #[test]
        fn books_never_fail_a_trade(
            costs: (i64, i64, u64, u64),
            trades: u64,
            (spent_usd, received_usd) in (0u64..1 << 60, 0u64..1 << 60),
            nav_usd in 1u64 << 30..,
        ) {
            let (cost_usd, cost_e8, turnover_usd, turnover_e8) = costs;
            let before = Performance { cost_usd, cost_e8, turnover_usd, turnover_e8, trades, ..Performance::default() };
            let mut after = before;
            prop_assert_eq!(after.record_trade(spent_usd, received_usd, nav_usd), Ok(()));
            prop_assert!(after.turnover_usd == u64::MAX || after.turnover_usd - before.turnover_usd == spent_usd);
            prop_assert!(after.turnover_e8 >= before.turnover_e8 && after.trades >= before.trades);
            let (exact, lost) = (i128::from(cost_usd) + i128::from(spent_usd) - i128::from(received_usd), spent_usd > received_usd);
            prop_assert_eq!(i128::from(after.cost_usd), exact.clamp(i64::MIN.into(), i64::MAX.into()));
            let (least_e8, most_e8) = if lost { (before.cost_e8, i64::MAX) } else { (i64::MIN, before.cost_e8) };
            prop_assert!((least_e8..=most_e8).contains(&after.cost_e8));
        }

        #[test]
        fn overflow_never_panics_and_changes_nothing(
            growth: [i64; 3],
            costs: (i64, i64, u64, u64),
            weights: [u32; 16],
            returns: [i64; 16],
            price: u128,
            trade: (u64, u64, u64),
        ) {
            let mut performance = Performance {
                inception_at: 1,
                inception_log_share_price_e12: growth[0],
                log_growth_e12: growth[1],
                weighted_log_growth_e12: growth[2],
                cost_usd: costs.0,
                cost_e8: costs.1,
                turnover_usd: costs.2,
                turnover_e8: costs.3,
                trades: u64::MAX,
                weights_e8: weights,
            };
            let observation = Observation { participants: 0, log_returns_e12: returns };
            let before = performance;
            if performance.record_trade(trade.0, trade.1, trade.2).is_err() {
                prop_assert_eq!(performance, before);
            }
            let before = performance;
            if performance.record_observation(2, price, &observation, vec![u32::MAX; 20].into_iter()).is_err() {
                prop_assert_eq!(performance, before);
            }
            let _ = performance.excess_growth_e12();
        }
    }
}
