//! Everything of a vault that evolves, besides balances, prices and shares.

use crate::budget::Budget;
use crate::fees::FeeAccrual;
use crate::fixed::MathError;
use crate::limits::Limits;
use crate::performance::Performance;
use crate::risk::breaker::{Breaker, Breakers, Halt};
use crate::risk::condition::Trip;
use crate::risk::lookback::Lookbacks;
use crate::settlement::Settlement;
use crate::statistics::Statistics;
use crate::stored::{Wide, stored};
use crate::strategy::band::Forecast;
use crate::strategy::target::Ramp;

stored! {
    /// Everything of a vault that evolves, besides balances, prices and shares.
    pub struct State {
        /// Unix time of the last rebalance; 0 before the first. Written by `rebalance`.
        pub last_rebalance_at: i64,
        /// Unix time at which the target weights were last stored; 0 before the first. Written by `observe` and `rebalance`.
        pub targets_at: i64,
        /// Least value of a share that the strategy defends: micro-dollars per raw share, Q64.64; 0 before the first
        /// observation. Never falls. Written by `observe`.
        pub floor_x64: Wide,
        /// When the targets move. Written by `start_ramp`.
        pub ramp: Ramp,
        /// The last posted forecast. Written by `post_forecast`.
        pub forecast: Forecast,
        /// What trades lost, in 10⁻⁸ of NAV. Written by `rebalance`.
        pub loss: Budget,
        /// What trades moved, in 10⁻⁸ of NAV. Written by `rebalance`.
        pub turnover: Budget,
        /// What the crank fund has paid, in lamports. Written by `rebalance`.
        pub crank: Budget,
        /// Management fees. Written by whatever changes the number of shares.
        pub fees: FeeAccrual,
        /// Why and since when the vault is halted. Written by `rebalance`, `trip_breaker` and `clear_breaker`.
        pub halt: Halt,
        /// The share price's highs of the last day, week and month. Written by `observe` and `rebalance`.
        pub lookbacks: Lookbacks,
        /// Worst loss of the basket under the stress test's shocks after the last rebalance, in 10⁻⁸ of NAV. Written by `rebalance`.
        pub stress_loss_e8: i64,
        /// Growth, costs and turnover since inception. Written by `observe` and `rebalance`.
        pub performance: Performance,
        /// Volatilities, covariances and moving averages. Written by `observe`.
        pub statistics: Statistics,
    }
}

impl State {
    /// From when on the vault may rebalance again.
    #[inline]
    pub fn next_rebalance_at(&self, limits: &Limits) -> i64 {
        self.last_rebalance_at.saturating_add(i64::from(limits.min_interval_secs))
    }

    /// Records a settled trade of a vault that was worth `nav_usd`, whose targets the caller stores at the same time. A halt that
    /// had cooled off ends, since the trade was decided on; another begins where the trade used up the loss budget.
    pub fn record(&mut self, settlement: &Settlement, nav_usd: u64, now: i64) -> Result<(), MathError> {
        self.last_rebalance_at = now;
        self.targets_at = now;
        self.loss = settlement.loss;
        self.turnover = settlement.turnover;
        self.halt = settlement.halt;
        self.stress_loss_e8 = settlement.stress_after_e8;
        self.lookbacks.record(now, settlement.share_price_x64);
        self.performance.record_trade(settlement.sold_usd, settlement.bought_usd, nav_usd)
    }

    /// Halts the vault.
    pub fn trip(&mut self, trip: &Trip, breakers: &Breakers, now: i64) {
        self.halt = Halt::new(trip, breakers, now);
    }

    /// Ends the vault's halt after review. After a drawdown the highs begin anew, or the same fall would halt it again at once.
    pub fn clear_halt(&mut self) {
        if self.halt.breaker == Breaker::Drawdown as u8 {
            self.lookbacks = Lookbacks::default();
        }
        self.halt = Halt::default();
    }
}
