//! The vault that tests decide on: every part of a snapshot in a form that a test can change first.

use std::vec::Vec;

use crate::budget::Budget;
use crate::decision::{Decision, DecisionError, Side, Snapshot, Trade, decide};
use crate::limits::{DEFAULT, Limits};
use crate::pool::{Fee, Fraction, Pool};
use crate::price::UnitPrice;
use crate::risk::breaker::{self, Breakers, Halt};
use crate::risk::condition;
use crate::risk::reference::References;
use crate::risk::stress::{self, Stress};
use crate::settlement::{Settlement, SettlementError, settle};
use crate::state::State;
use crate::statistics::Sampling;
use crate::strategy::Strategy;
use crate::strategy::allocation::Allocation;
use crate::strategy::target::fixture::statistics;
use crate::valuation::{Holding, Terms, Valuation};

/// The time of every scene, far enough from zero for any age and interval.
pub const NOW: i64 = 1_700_000_000;
/// Shares of every scene, raw units: a dollar a share, for a thousand dollars.
pub const SHARES: u64 = 1_000_000_000;

/// A vault, a route between two of its assets, and the pool behind it.
#[derive(Clone, Debug)]
pub struct Scene {
    pub is_paused: bool,
    pub route_active_at: i64,
    pub route_halt: Halt,
    pub limits: Limits,
    pub breakers: Breakers,
    pub stress: Stress,
    pub strategy: Strategy,
    pub state: State,
    pub holdings: Vec<Holding>,
    /// Indices of the route's assets.
    pub pair: [usize; 2],
    /// The pool's reserves, in the order of `pair`.
    pub reserves: [u64; 2],
    /// What the pool charges, in hundredths of a percent.
    pub fee_bps: u64,
}

impl Scene {
    /// $1,000 in three assets of 50, 30 and 20 %, each in a band of 5 points, with default limits but for a chunk cap of 25 %,
    /// and no strategy but that of trading to the target.
    ///
    /// The first asset is worth 2 micro-dollars a unit and stands $100 too high, the others 1; the second stands $100 too
    /// low, the third on its target. The pool holds $100,000 on each side. Only a loss budget without anything left trips its
    /// breaker; the others have their default limits.
    pub fn drifted() -> Self {
        Scene {
            is_paused: false,
            route_active_at: 0,
            route_halt: Halt::default(),
            limits: Limits { max_trade_bps: 2_500, ..DEFAULT },
            breakers: Breakers { max_loss_used_bps: 10_000, ..breaker::DEFAULT },
            stress: stress::DEFAULT,
            strategy: Strategy::plain(),
            state: State { loss: Budget { at: NOW, spent: 0 }, ..State::default() },
            holdings: [holding(2, 600, 5_000), holding(1, 200, 3_000), holding(1, 200, 2_000)].into(),
            pair: [0, 1],
            reserves: [50_000_000_000, 100_000_000_000],
            fee_bps: 0,
        }
    }

    /// Sets what each of the first assets is worth, in whole dollars.
    pub fn set_dollars<const N: usize>(&mut self, dollars: [u64; N]) {
        for (holding, dollars) in self.holdings.iter_mut().zip(dollars) {
            let micro_dollars_per_unit = (holding.price.mid_x64 >> 64) as u64;
            holding.balance = dollars * 1_000_000 / micro_dollars_per_unit;
        }
    }

    /// Sets how many seconds ago the first assets' prices were published; negative for a time ahead of the clock.
    pub fn set_ages<const N: usize>(&mut self, ages_secs: [i64; N]) {
        for (holding, age_secs) in self.holdings.iter_mut().zip(ages_secs) {
            holding.publish_time = NOW - age_secs;
        }
    }

    /// Gives the vault warm statistics: the assets' volatilities as parts of one, each two of them with the same correlation.
    pub fn set_volatilities(&mut self, volatilities: &[f64], correlation: f64) {
        self.strategy.sampling = Sampling { spacing_secs: 3_600, slow_half_life_secs: 86_400, ..Sampling::default() };
        self.state.statistics = statistics(volatilities, correlation);
    }

    /// The same scene with the route's two assets in the other order.
    pub fn mirrored(&self) -> Self {
        let ([a, b], [reserve_a, reserve_b]) = (self.pair, self.reserves);
        Scene { pair: [b, a], reserves: [reserve_b, reserve_a], ..self.clone() }
    }

    /// The basket at mid prices.
    pub fn valuation(&self) -> Valuation {
        Valuation::new(self.holdings.iter().copied(), &self.terms()).unwrap()
    }

    /// What targets and bands depend on.
    pub fn terms(&self) -> Terms<'_> {
        let Scene { limits, strategy, state, .. } = self;
        Terms { now: NOW, max_price_age_secs: limits.max_price_age_secs, total_shares: SHARES, strategy, state }
    }

    pub fn decide(&self) -> Result<Decision, DecisionError> {
        self.decide_after(|_| ())
    }

    /// Decides on a snapshot that `edit` has made inconsistent with the holdings.
    pub fn decide_after(&self, edit: impl FnOnce(&mut Snapshot)) -> Result<Decision, DecisionError> {
        let valuation = self.valuation();
        let mut snapshot = self.snapshot(&valuation);
        edit(&mut snapshot);
        decide(&snapshot)
    }

    pub fn settle(&self, trade: &Trade, min_out: u64, spent: u64, received: u64) -> Result<Settlement, SettlementError> {
        settle(&self.snapshot(&self.valuation()), trade, min_out, spent, received)
    }

    /// The trade that is due, or a panic.
    pub fn trade(&self) -> Trade {
        match self.decide() {
            Ok(Decision::Trade(trade)) => trade,
            other => panic!("no trade: {other:?}"),
        }
    }

    pub fn snapshot<'a>(&'a self, valuation: &'a Valuation) -> Snapshot<'a> {
        Snapshot {
            now: NOW,
            is_paused: self.is_paused,
            route_active_at: self.route_active_at,
            route_halt: self.route_halt,
            jitter_seed: 0,
            limits: &self.limits,
            breakers: &self.breakers,
            stress: &self.stress,
            strategy: &self.strategy,
            state: &self.state,
            total_shares: SHARES,
            valuation,
            dislocation: condition::prices(self.holdings.iter().copied(), &self.breakers, NOW, self.limits.max_price_age_secs),
            pair: [self.side(0), self.side(1)],
            pool: self.pool(),
        }
    }

    fn side(&self, side: usize) -> Side {
        let index = self.pair[side];
        Side::of(index, &self.holdings[index])
    }

    fn pool(&self) -> Pool {
        let trade = Fraction { numerator: self.fee_bps, denominator: 10_000 };
        let fee = Fee::TokenSwap { trade, owner: Fraction { numerator: 0, denominator: 0 } };
        Pool { reserves: self.reserves, fees: [fee; 2] }
    }
}

/// An asset of a whole number of micro-dollars a unit.
fn holding(micro_dollars_per_unit: u64, dollars: u64, target_bps: u16) -> Holding {
    Holding {
        balance: dollars * 1_000_000 / micro_dollars_per_unit,
        price: UnitPrice { mid_x64: u128::from(micro_dollars_per_unit) << 64, conf_x64: 0 },
        publish_time: NOW,
        references: References::default(),
        allocation: Allocation::fixed(target_bps, 500, 10_000),
        is_excluded: false,
    }
}
