//! The band that trades best follows the cube root of the cost.
//!
//! A vault half in cash, half in an asset of volatility σ, trades to its band's edge at a cost of `c` a dollar. Its loss a year
//! is `γ/2 · σ² · E[d²]`, with `d` the weight's distance from its target, and what trades cost. The band's half-width that makes it
//! least is `b³ = 3 c (w (1 − w))² / 2γ` (Davis and Norman 1990, and for small costs Shreve and Soner 1994; `docs/math.md`). Here the
//! vault decides and settles by the core's own rules on a generated path, and the best band is found by looking.

use ballast_core::decision::{Decision, Side, Snapshot, Trade, decide};
use ballast_core::limits::{DEFAULT, Limits};
use ballast_core::pool::{Fee, Pool};
use ballast_core::price::UnitPrice;
use ballast_core::risk::breaker::{self, Breakers, Halt};
use ballast_core::risk::stress;
use ballast_core::settlement::settle;
use ballast_core::state::State;
use ballast_core::strategy::Strategy;
use ballast_core::strategy::allocation::Allocation;
use ballast_core::valuation::{Holding, Terms, Valuation};
use std::f64::consts::TAU;

const VOLATILITY: f64 = 0.8;
const RISK_AVERSION: f64 = 1.0;
const TARGET: f64 = 0.5;
const STEP_SECS: i64 = 3_600;
const STEPS_A_YEAR: f64 = 8_766.0;
const YEARS: f64 = 120.0;
/// Far more than any trade, so that trades cost the fee and nothing else. Raw units of a micro-dollar.
const POOL_UNITS: u64 = 1_000_000_000_000_000_000;
/// Nothing trips: the simulation starts again from another price now and then.
const BREAKERS: Breakers = Breakers {
    max_loss_used_bps: u32::MAX,
    max_day_drawdown_bps: 10_000,
    max_week_drawdown_bps: 10_000,
    max_month_drawdown_bps: 10_000,
    ..breaker::DEFAULT
};
/// Bands around the expected optimum.
const FACTORS: [f64; 7] = [0.6, 0.7, 0.85, 1.0, 1.2, 1.4, 1.65];

#[test]
fn best_band_follows_the_cube_root_of_the_cost() {
    let returns = returns();
    let costs_bps = [5u16, 20, 80];
    let best = costs_bps.map(|cost_bps| best_band(cost_bps, &returns));
    for (cost_bps, best) in costs_bps.iter().zip(best) {
        let law = cube_root_law(*cost_bps);
        println!("cost {cost_bps} bps: best band {:.2} %, cube-root law {:.2} %", best * 1e2, law * 1e2);
        assert!((best / law - 1.0).abs() < 0.15, "cost {cost_bps} bps: best {best}, law {law}");
    }
    let exponent = (best[2] / best[0]).ln() / (f64::from(costs_bps[2]) / f64::from(costs_bps[0])).ln();
    println!("exponent {exponent:.3}");
    assert!((exponent * 3.0 - 1.0).abs() < 0.15, "exponent {exponent}");
}

fn cube_root_law(cost_bps: u16) -> f64 {
    let exposure = TARGET * (1.0 - TARGET);
    (3.0 * f64::from(cost_bps) * 1e-4 * exposure * exposure / (2.0 * RISK_AVERSION)).cbrt()
}

/// The same returns for every band and cost, so that differences are those of the bands.
fn returns() -> Vec<f64> {
    let mut random = fastrand::Rng::with_seed(20_221_122);
    let normal = |random: &mut fastrand::Rng| (-2.0 * (1.0 - random.f64()).ln()).sqrt() * (TAU * random.f64()).cos();
    let step = VOLATILITY / STEPS_A_YEAR.sqrt();
    (0..(YEARS * STEPS_A_YEAR) as usize).map(|_| step * normal(&mut random)).collect()
}

/// The lowest point of a parabola through the losses over the band's logarithm: a single lowest band would be mostly noise,
/// since the loss is flat around it.
fn best_band(cost_bps: u16, returns: &[f64]) -> f64 {
    let law = cube_root_law(cost_bps);
    let points = FACTORS.map(|factor| (factor.ln(), loss_a_year(cost_bps, law * factor, returns)));
    law * lowest(&points).exp()
}

/// Least squares for `y = a x² + b x + c` by the normal equations, and the lowest point `−b / 2a`.
fn lowest(points: &[(f64, f64)]) -> f64 {
    let moment = |power: i32| points.iter().map(|(x, _)| x.powi(power)).sum::<f64>();
    let product = |power: i32| points.iter().map(|(x, y)| x.powi(power) * y).sum::<f64>();
    let rows = [[moment(4), moment(3), moment(2)], [moment(3), moment(2), moment(1)], [moment(2), moment(1), moment(0)]];
    let right = [product(2), product(1), product(0)];
    let determinant = |m: [[f64; 3]; 3]| {
        m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
            + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
    };
    let with_column = |column: usize| {
        let mut replaced = rows;
        replaced.iter_mut().zip(right).for_each(|(row, value)| row[column] = value);
        determinant(replaced) / determinant(rows)
    };
    -with_column(1) / (2.0 * with_column(0))
}

/// What tracking error and trades cost a vault with this band, a year, as a part of the vault.
fn loss_a_year(cost_bps: u16, band: f64, returns: &[f64]) -> f64 {
    let mut vault = Vault::new(cost_bps, band);
    let (mut squares, mut costs) = (0.0, 0.0);
    for log_return in returns {
        let (distance, cost) = vault.step(*log_return);
        squares += distance * distance;
        costs += cost;
    }
    let variance = VOLATILITY * VOLATILITY * squares / returns.len() as f64;
    RISK_AVERSION / 2.0 * variance + costs / YEARS
}

/// Cash, then the risky asset; a raw unit of either is worth about a micro-dollar.
struct Vault {
    holdings: [Holding; 2],
    limits: Limits,
    strategy: Strategy,
    state: State,
    fee: Fee,
    log_price: f64,
    now: i64,
}

impl Vault {
    fn new(cost_bps: u16, band: f64) -> Self {
        let allocation = Allocation::fixed(5_000, (band * 1e4).round() as u16, 10_000);
        let holding = Holding { balance: 1_000_000_000_000, price: unit_price(0.0), allocation, ..Holding::default() };
        let limits = Limits {
            min_trade_usd: 10_000,
            max_trade_bps: 2_500,
            max_slippage_bps: 500,
            max_daily_turnover_bps: 100_000,
            max_daily_loss_bps: 300,
            ..DEFAULT
        };
        let fee = Fee::RaydiumCpmm { input_rate_e6: u64::from(cost_bps) * 100, output_rate_e6: 0 };
        let (strategy, state) = (Strategy::default(), State::default());
        Vault { holdings: [holding; 2], limits, strategy, state, fee, log_price: 0.0, now: 1_000_000_000 }
    }

    /// The market moves, and the vault trades if it wants to. Answers the risky weight's distance from its target afterwards,
    /// and what the trade cost as a part of the vault.
    fn step(&mut self, log_return: f64) -> (f64, f64) {
        self.now += STEP_SECS;
        // Back to the start when it has gone far, so that amounts keep their precision: weights stay as they are.
        self.log_price += log_return;
        self.holdings[1].price = unit_price(self.log_price);
        self.holdings.iter_mut().for_each(|holding| holding.publish_time = self.now);
        let cost = self.trade();
        self.rescale();
        let [cash, risky] = self.values();
        (risky / (cash + risky) - TARGET, cost)
    }

    fn trade(&mut self) -> f64 {
        let terms = Terms {
            now: self.now,
            max_price_age_secs: self.limits.max_price_age_secs,
            total_shares: 1_000_000_000_000,
            strategy: &self.strategy,
            state: &self.state,
        };
        let valuation = Valuation::new(self.holdings.iter().copied(), &terms).unwrap();
        let snapshot = self.snapshot(&valuation);
        let Decision::Trade(trade) = decide(&snapshot).unwrap() else { return 0.0 };
        let Trade { sell, amount_in, min_out, expected_out, .. } = trade;
        let settlement = settle(&snapshot, &trade, min_out, amount_in, expected_out).unwrap();
        let nav_usd = valuation.nav_usd;
        self.holdings[sell].balance = settlement.sold_balance;
        self.holdings[1 - sell].balance = settlement.bought_balance;
        self.state.record(&settlement, nav_usd, self.now).unwrap();
        settlement.loss_usd as f64 / nav_usd as f64
    }

    fn snapshot<'a>(&'a self, valuation: &'a Valuation) -> Snapshot<'a> {
        let side = |index: usize| Side::of(index, &self.holdings[index]);
        let risky_units = (POOL_UNITS as f64 / 100.0 / self.log_price.exp()) as u64;
        Snapshot {
            now: self.now,
            is_paused: false,
            route_active_at: 0,
            route_halt: Halt::default(),
            jitter_seed: 0,
            limits: &self.limits,
            breakers: &BREAKERS,
            stress: &stress::DEFAULT,
            strategy: &self.strategy,
            state: &self.state,
            total_shares: 1_000_000_000_000,
            valuation,
            dislocation: None,
            pair: [side(0), side(1)],
            pool: Pool { reserves: [POOL_UNITS / 100, risky_units], fees: [self.fee; 2] },
        }
    }

    /// Starts again from a price of one and a vault of two million dollars at the same weights.
    fn rescale(&mut self) {
        let [cash, risky] = self.values();
        let scale = 2e12 / (cash + risky);
        if self.log_price.abs() < 1.0 && (0.5..2.0).contains(&scale) {
            return;
        }
        self.log_price = 0.0;
        self.holdings[0].balance = (cash * scale) as u64;
        self.holdings[1].balance = (risky * scale) as u64;
        self.holdings[1].price = unit_price(0.0);
    }

    fn values(&self) -> [f64; 2] {
        let [cash, risky] = &self.holdings;
        [cash.balance as f64, risky.balance as f64 * self.log_price.exp()]
    }
}

fn unit_price(log_price: f64) -> UnitPrice {
    UnitPrice { mid_x64: (log_price.exp() * 2f64.powi(64)) as u128, conf_x64: 0 }
}
