//! Properties of decision and settlement together, over random vaults of 2 to 16 assets.

use proptest::bool::weighted;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::vec::Vec;

use crate::budget::Budget;
use crate::decision::{Decision, Side, Snapshot, Trade, Trigger, decide, min_out};
use crate::fixed::{self, wide};
use crate::fixture::{NOW, Scene};
use crate::limits::{DEFAULT, Limits};
use crate::pool::{Directed, Fee, Fraction, Pool, Reserves};
use crate::price::UnitPrice;
use crate::risk::breaker::{Breakers, Halt};
use crate::risk::condition;
use crate::risk::reference::References;
use crate::risk::stress::{MAX_SHOCKS, Shock, Stress};
use crate::settlement::{Settlement, settle};
use crate::state::State;
use crate::statistics::Sampling;
use crate::strategy;
use crate::strategy::allocation::Allocation;
use crate::strategy::band::{Forecast, ForecastBand, VolatilityBand};
use crate::strategy::execution::Execution;
use crate::strategy::gate::{Appraisal, Gate, PairRisk};
use crate::strategy::schedule::Schedule;
use crate::valuation::{Holding, Terms, Valuation};
use crate::{BPS, MAX_ASSETS, MIN_ASSETS};

/// A number of any magnitude between two powers of two, all magnitudes being equally likely.
fn log_uniform(exponents: core::ops::Range<u32>) -> impl Strategy<Value = u128> {
    (exponents, any::<u64>()).prop_map(|(exponent, mantissa)| (1 << exponent) + ((u128::from(mantissa) << exponent) >> 64))
}

/// An asset before its share of the NAV is known: weight, how far it strayed (percent of target), price and bands.
fn asset() -> impl Strategy<Value = (u64, u64, Holding)> {
    // Unit prices from 2^-16 (a token of many decimals) to 2^24 micro-dollars.
    let price = (log_uniform(48..88), 0u128..=200)
        .prop_map(|(mid_x64, conf_bps)| UnitPrice { mid_x64, conf_x64: mid_x64 * conf_bps / u128::from(BPS) });
    (0u64..=100, 40u64..=160, price, 1u16..=1_000, 100u16..=10_000).prop_map(
        |(weight, strayed_pct, price, band_abs_bps, band_rel_bps)| {
            let allocation = Allocation::fixed(0, band_abs_bps, band_rel_bps);
            let holding = Holding { price, publish_time: NOW, allocation, ..Holding::default() };
            (weight, strayed_pct, holding)
        },
    )
}

/// Any limits that matter to a decision, within their compiled bounds. The loss budget is the largest allowed: it covers
/// the worst trade that the other limits let through, so that settlement never stops at it.
fn limits() -> impl Strategy<Value = Limits> {
    // Half of them wide enough for any confidence.
    let slippage_bps = prop_oneof![1u16..=500, 400u16..=500];
    (slippage_bps, 1u16..=300, 1u16..=300, 1u16..=2_500, 10_000u64..=1_000_000).prop_map(
        |(max_slippage_bps, max_pool_deviation_bps, max_pool_impact_bps, max_trade_bps, min_trade_usd)| Limits {
            max_slippage_bps,
            max_pool_deviation_bps,
            max_pool_impact_bps,
            max_trade_bps,
            min_trade_usd,
            max_daily_loss_bps: 300,
            ..DEFAULT
        },
    )
}

/// A vault of $67 to $70 million whose assets strayed from their targets, with a route between the two that strayed most
/// and a pool whose price is anywhere up to, and a little beyond, the limit around the oracle's.
fn scene() -> impl Strategy<Value = Scene> {
    let pool = (log_uniform(26..47), -1_050i64..=1_050);
    (vec(asset(), MIN_ASSETS..=MAX_ASSETS), log_uniform(26..46), limits(), pool, any::<bool>()).prop_map(
        |(assets, nav_usd, limits, (depth_usd, deviation_permille), is_reversed)| {
            let holdings = basket(&assets, nav_usd as u64);
            let scene = Scene { limits, holdings, ..Scene::drifted() };
            let pair = most_strayed(&scene.valuation());
            let deviation = 1.0 + deviation_permille as f64 * f64::from(limits.max_pool_deviation_bps) / 1e7;
            let usd = [depth_usd as u64, (depth_usd as f64 * deviation) as u64];
            let reserve = |side: usize| fixed::div_x64_floor(usd[side], scene.holdings[pair[side]].price.mid_x64).unwrap();
            let scene = Scene { pair, reserves: [reserve(0), reserve(1)], ..scene };
            if is_reversed { scene.mirrored() } else { scene }
        },
    )
}

/// A random scene with a strategy, statistics, and budgets of which little may be left; and its pool's fee.
fn strategic_scene() -> impl Strategy<Value = (Scene, Fee)> {
    let gate = (86_400u32..=31_557_600, 50u32..=2_000, 10_000u32..=20_000, prop_oneof![Just(0u32), 1u32..=3_000]).prop_map(
        |(horizon_secs, risk_aversion_e2, min_ratio_bps, max_drift_bps)| Gate {
            horizon_secs,
            risk_aversion_e2,
            min_ratio_bps,
            max_drift_bps,
        },
    );
    let gate = prop_oneof![1 => Just(Gate::default()), 3 => gate];
    let schedule = Schedule { interval_secs: 3_600, window_secs: 3_600, dust_bps: 10 };
    let schedule = prop_oneof![3 => Just(Schedule::default()), 1 => Just(schedule)];
    let execution = (0u32..=10_000, 0u32..=20).prop_map(|(recentre_bps, min_trade_bps)| Execution {
        recentre_bps,
        min_trade_bps,
        ..Execution::default()
    });
    let risk = (vec(0.01..1.5f64, MAX_ASSETS), 0.0..0.9f64);
    // All of the loss budget is 300 basis points, all of the turnover the NAV.
    let spent_e8 = |budget_e8: u64| prop_oneof![2 => Just(0), 1 => budget_e8 / 100 * 99..=budget_e8];
    let spent_e8 = (spent_e8(3_000_000), spent_e8(100_000_000));
    (scene(), gate, schedule, execution, risk, spent_e8, small_fee()).prop_map(
        |(mut scene, gate, schedule, execution, (volatilities, correlation), (loss_e8, turnover_e8), fee)| {
            scene.set_volatilities(&volatilities, correlation);
            (scene.strategy.gate, scene.strategy.schedule, scene.strategy.execution) = (gate, schedule, execution);
            scene.state.loss = Budget { at: NOW, spent: loss_e8 };
            scene.state.turnover = Budget { at: NOW, spent: turnover_e8 };
            (scene, fee)
        },
    )
}

/// A fee of up to one percent, by either AMM's rule.
fn small_fee() -> impl Strategy<Value = Fee> {
    let fraction = || {
        (1u64..1 << 40, 0u64..=50)
            .prop_map(|(hundreds, bps)| Fraction { numerator: hundreds * bps, denominator: hundreds * 10_000 })
    };
    prop_oneof![
        (fraction(), fraction()).prop_map(|(trade, owner)| Fee::TokenSwap { trade, owner }),
        (0u64..=5_000, 0u64..=5_000)
            .prop_map(|(input_rate_e6, output_rate_e6)| Fee::RaydiumCpmm { input_rate_e6, output_rate_e6 }),
    ]
}

/// The trade that a scene with this fee decides on.
fn trade_with(scene: &Scene, fee: Fee) -> Option<Trade> {
    match scene.decide_after(|snapshot| snapshot.pool.fees = [fee; 2]) {
        Ok(Decision::Trade(trade)) => Some(trade),
        _ => None,
    }
}

/// Targets in proportion to the weights, and balances that strayed from them.
fn basket(assets: &[(u64, u64, Holding)], nav_usd: u64) -> Vec<Holding> {
    let sum = assets.iter().map(|(weight, ..)| weight).sum::<u64>().max(1);
    let mut left_bps = BPS;
    let mut targets_bps: Vec<u16> = assets
        .iter()
        .map(|(weight, ..)| {
            let target_bps = (u64::from(BPS) * weight / sum) as u16;
            left_bps -= target_bps;
            target_bps
        })
        .collect();
    targets_bps[0] += left_bps;
    let strayed = |(&target_bps, &(_, strayed_pct, holding)): (&u16, &(u64, u64, Holding))| {
        // A hundredth on top, so that an asset which is to be sold off is still held.
        let value_usd = nav_usd / 100 * (u64::from(target_bps) * strayed_pct / 100 + 100) / 100;
        let Allocation { band_abs_bps, band_rel_bps, .. } = holding.allocation;
        Holding {
            balance: fixed::div_x64_floor(value_usd, holding.price.mid_x64).unwrap(),
            allocation: Allocation::fixed(target_bps, band_abs_bps, band_rel_bps),
            ..holding
        }
    };
    targets_bps.iter().zip(assets).map(strayed).collect()
}

/// The indices of the asset farthest above and of the one farthest below its target.
fn most_strayed(valuation: &Valuation) -> [usize; 2] {
    let strayed: Vec<i128> = valuation
        .positions()
        .iter()
        .map(|position| i128::from(position.value_usd) - i128::from(position.target_usd(valuation.nav_usd).unwrap()))
        .collect();
    let farthest = |sign: i128| (0..strayed.len()).max_by_key(|&index| sign * strayed[index]).unwrap();
    [farthest(1), farthest(-1)]
}

/// What a trade sells and buys, and its pool.
struct Market {
    sold: Holding,
    bought: Holding,
    pool: Reserves,
}

fn market(scene: &Scene, trade: &Trade) -> Market {
    let (sell, buy) = (trade.sell, trade.buy());
    Market {
        sold: scene.holdings[scene.pair[sell]],
        bought: scene.holdings[scene.pair[buy]],
        pool: Reserves { input: scene.reserves[sell], output: scene.reserves[buy] },
    }
}

/// The basket after a settled trade.
fn holdings_after(scene: &Scene, trade: &Trade, settlement: &Settlement) -> Vec<Holding> {
    let mut holdings = scene.holdings.clone();
    holdings[scene.pair[trade.sell]].balance = settlement.sold_balance;
    holdings[scene.pair[trade.buy()]].balance = settlement.bought_balance;
    holdings
}

/// The properties below speak of trades: most random scenes must lead to one.
#[test]
fn random_scenes_mostly_trade() {
    let mut runner = TestRunner::deterministic();
    let scenes = (0..1_000).map(|_| scene().new_tree(&mut runner).unwrap().current());
    let trades = scenes.filter(|scene| matches!(scene.decide(), Ok(Decision::Trade(_)))).count();
    assert!(trades > 500, "{trades}");
}

/// And many of those with a strategy: some that the gate judged, some that a budget made smaller.
#[test]
fn random_strategies_often_trade() {
    let mut runner = TestRunner::deterministic();
    let scenes: Vec<(Scene, Fee)> = (0..1_000).map(|_| strategic_scene().new_tree(&mut runner).unwrap().current()).collect();
    let trades = || scenes.iter().filter_map(|(scene, fee)| Some((scene, fee, trade_with(scene, *fee)?)));
    let judged = trades().filter(|(_, _, trade)| trade.risk.is_some()).count();
    let is_smaller = |scene: &Scene, fee: Fee, trade: Trade, lift: fn(&mut State)| {
        let mut free = scene.clone();
        lift(&mut free.state);
        trade_with(&free, fee).is_some_and(|free| free.amount_in > trade.amount_in)
    };
    let by_loss = trades().filter(|&(scene, fee, trade)| is_smaller(scene, *fee, trade, |state| state.loss.spent = 0)).count();
    let by_turnover =
        trades().filter(|&(scene, fee, trade)| is_smaller(scene, *fee, trade, |state| state.turnover.spent = 0)).count();
    let counts = (trades().count(), judged, by_loss, by_turnover);
    assert!(counts.0 > 250 && judged > 50 && by_loss > 20 && by_turnover > 20, "{counts:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    /// Size and minimum output keep every limit; the minimum is the least number of units that does.
    #[test]
    fn trade_keeps_every_limit(scene in scene()) {
        if let Ok(Decision::Trade(trade)) = scene.decide() {
            let Market { sold, bought, pool } = market(&scene, &trade);
            let limits = &scene.limits;
            let nav_usd = scene.valuation().nav_usd;
            prop_assert!(trade.amount_in <= sold.balance);
            prop_assert!(trade.amount_in <= pool.max_input(limits.max_pool_impact_bps).unwrap());
            prop_assert!(wide(trade.value_usd, 10_000) <= wide(nav_usd, limits.max_trade_bps.into()));
            prop_assert!(trade.value_usd >= limits.min_trade_usd);
            prop_assert_eq!(trade.value_usd, sold.price.value_usd(trade.amount_in).unwrap());
            prop_assert!(trade.excess_usd > 0 && trade.deficit_usd > 0);
            prop_assert!(trade.value_usd <= trade.excess_usd.min(trade.deficit_usd));

            let high_x64 = bought.price.high_x64().unwrap();
            let value_low_usd = sold.price.value_low_usd(trade.amount_in).unwrap();
            let least_usd = wide(value_low_usd, 10_000 - u64::from(limits.max_slippage_bps)).div_ceil(10_000);
            prop_assert!(trade.min_out > 0);
            prop_assert!(u128::from(fixed::mul_x64_ceil(trade.min_out, high_x64).unwrap()) >= least_usd);
            prop_assert!(u128::from(fixed::mul_x64_floor(trade.min_out - 1, high_x64).unwrap()) < least_usd);
        }
    }

    /// Whatever an acceptable pool pays, from the minimum to its best, settlement accepts: nothing crosses its target, the
    /// pair comes closer to its targets, and the loss stays within slippage and confidence.
    #[test]
    fn any_output_of_an_acceptable_pool_settles(scene in scene(), part in 0u64..=1_000) {
        if let Ok(Decision::Trade(trade)) = scene.decide() {
            let Market { sold, bought, pool } = market(&scene, &trade);
            let best = pool.output(trade.amount_in);
            let between = trade.min_out + (wide(best - trade.min_out, part) / 1_000) as u64;
            for received in [trade.min_out, between, best] {
                let settlement = scene.settle(&trade, 0, trade.amount_in, received).unwrap();
                prop_assert_eq!(settlement.sold_balance, sold.balance - trade.amount_in);
                prop_assert_eq!(settlement.bought_balance, bought.balance + received);

                let after = Scene { holdings: holdings_after(&scene, &trade, &settlement), ..scene.clone() }.valuation();
                let side = |side: usize| after.positions()[scene.pair[side]];
                let target = |index: usize| side(index).target_usd(after.nav_usd).unwrap();
                prop_assert_eq!(settlement.nav_usd, after.nav_usd);
                prop_assert_eq!(settlement.excess_usd, side(trade.sell).value_usd - target(trade.sell));
                prop_assert_eq!(settlement.deficit_usd, target(trade.buy()) - side(trade.buy()).value_usd);
                prop_assert!(settlement.excess_usd + settlement.deficit_usd < trade.excess_usd + trade.deficit_usd);

                // loss <= value (slippage + confidence of both assets), but for the rounding of four values.
                let conf_bps = [sold, bought].map(|side| (side.price.conf_x64 * 10_000).div_ceil(side.price.mid_x64));
                let loss_bps = u128::from(scene.limits.max_slippage_bps) + conf_bps[0] + conf_bps[1];
                let most_lost_usd = (u128::from(trade.value_usd) * loss_bps).div_ceil(10_000) + 4;
                prop_assert!(u128::from(settlement.loss_usd) <= most_lost_usd);
                let nav_usd = scene.valuation().nav_usd;
                prop_assert_eq!(settlement.loss_usd, nav_usd.saturating_sub(after.nav_usd));
                let part_e8 = wide(settlement.loss_usd, 100_000_000).div_ceil(nav_usd.into());
                prop_assert_eq!(u128::from(settlement.loss.spent), part_e8);
            }
        }
    }

    /// A preview never promises what a rebalance cannot do: whatever the strategy, the statistics and the budgets left, a trade
    /// that is decided and gets what the pool pays by its own rule is accepted, at no more than the cost foretold.
    #[test]
    fn decided_trade_settles_at_its_quote((scene, fee) in strategic_scene()) {
        if let Some(trade) = trade_with(&scene, fee) {
            let Market { pool, .. } = market(&scene, &trade);
            prop_assert_eq!(trade.expected_out, Directed { reserves: pool, fee }.quote(trade.amount_in).unwrap());
            let settlement = scene.settle(&trade, 0, trade.amount_in, trade.expected_out);
            prop_assert!(settlement.is_ok(), "{:?} {:?}", settlement, trade);
            let settlement = settlement.unwrap();
            prop_assert!(settlement.loss_usd <= trade.appraisal.cost_usd);
            prop_assert!(trade.appraisal.cost_usd <= settlement.loss_usd + 3);
            let gate = &scene.strategy.gate;
            prop_assert!(trade.risk.is_none() || gate.is_worthwhile(&trade.appraisal));
            let least_usd = wide(scene.valuation().nav_usd, scene.strategy.execution.min_trade_bps.into()) / 10_000;
            prop_assert!(u128::from(trade.value_usd) >= least_usd);
        }
    }

    /// The decision does not depend on the order in which the pool lists the pair.
    #[test]
    fn reversed_pair_gives_the_same_trade(scene in scene()) {
        let reversed = scene.mirrored().decide().map(|decision| match decision {
            Decision::Trade(trade) => Decision::Trade(Trade { sell: trade.buy(), ..trade }),
            dormant => dormant,
        });
        prop_assert_eq!(scene.decide(), reversed);
        prop_assert_eq!(scene.decide(), scene.decide());
    }

    /// Trading again and again, for the best that the pool pays, never turns back: no trade undoes an earlier one.
    #[test]
    fn repeated_trades_keep_their_direction(scene in scene()) {
        let mut scene = scene;
        let mut sold = None;
        for _ in 0..50 {
            let Ok(Decision::Trade(trade)) = scene.decide() else { return Ok(()) };
            prop_assert_eq!(*sold.get_or_insert(trade.sell), trade.sell);
            let best = market(&scene, &trade).pool.output(trade.amount_in);
            let settlement = scene.settle(&trade, 0, trade.amount_in, best).unwrap();
            scene.holdings = holdings_after(&scene, &trade, &settlement);
        }
    }
}

/// Any price at all, also one that no oracle reader would accept.
fn any_price() -> impl Strategy<Value = UnitPrice> {
    (any::<u128>(), 0u32..128, any::<u128>(), 0u32..128)
        .prop_map(|(mid, by, conf, conf_by)| UnitPrice { mid_x64: mid >> by, conf_x64: conf >> conf_by })
}

fn any_amount() -> impl Strategy<Value = u64> {
    (any::<u64>(), 0u32..64).prop_map(|(amount, by)| amount >> by)
}

fn any_holding() -> impl Strategy<Value = Holding> {
    let allocation = (any::<[u16; 5]>(), any::<[u32; 2]>()).prop_map(
        |([target_bps, min_bps, max_bps, band_abs_bps, band_rel_bps], [ramp_from_e8, weight_e8])| Allocation {
            target_bps,
            min_bps,
            max_bps,
            band_abs_bps,
            band_rel_bps,
            padding: [0; 2],
            ramp_from_e8,
            weight_e8,
        },
    );
    let references = any::<[u128; 2]>().prop_map(|[ema_x64, average_x64]| References { ema_x64, average_x64 });
    let references = prop_oneof![Just(References::default()), references];
    let holding = (any_amount(), any_price(), any::<i64>(), references, allocation, weighted(0.1));
    holding.prop_map(|(balance, price, publish_time, references, allocation, is_excluded)| Holding {
        balance,
        price,
        publish_time,
        references,
        allocation,
        is_excluded,
    })
}

fn any_side() -> impl Strategy<Value = Side> {
    // Mostly close to each other, so that the rules behind the guards are reached.
    let publish_time = prop_oneof![9 => -8i64..=8, 1 => any::<i64>()];
    (0usize..=MAX_ASSETS, any_amount(), any_price(), publish_time, weighted(0.05))
        .prop_map(|(index, balance, price, publish_time, is_excluded)| Side { index, balance, price, publish_time, is_excluded })
}

fn any_pool() -> impl Strategy<Value = Pool> {
    let fraction = || (any_amount(), any_amount()).prop_map(|(numerator, denominator)| Fraction { numerator, denominator });
    let fee = prop_oneof![
        (fraction(), fraction()).prop_map(|(trade, owner)| Fee::TokenSwap { trade, owner }),
        (any_amount(), any_amount())
            .prop_map(|(input_rate_e6, output_rate_e6)| Fee::RaydiumCpmm { input_rate_e6, output_rate_e6 }),
    ];
    ([any_amount(), any_amount()], fee).prop_map(|(reserves, fee)| Pool { reserves, fees: [fee; 2] })
}

fn any_limits() -> impl Strategy<Value = Limits> {
    (any::<[u32; 3]>(), any::<[u16; 5]>(), any_amount()).prop_map(
        |(
            [max_price_age_secs, min_interval_secs, max_daily_turnover_bps],
            [slippage, deviation, impact, trade, loss],
            min_trade_usd,
        )| Limits {
            max_price_age_secs,
            min_interval_secs,
            max_daily_turnover_bps,
            max_slippage_bps: slippage,
            max_pool_deviation_bps: deviation,
            max_pool_impact_bps: impact,
            max_trade_bps: trade,
            max_daily_loss_bps: loss,
            min_trade_usd,
            ..DEFAULT
        },
    )
}

/// Any parameters of the parts that a decision asks, each part also off.
fn any_strategy() -> impl Strategy<Value = strategy::Strategy> {
    let number = prop_oneof![Just(0), 0u32..=20_000, any::<u32>()];
    vec(number, 19).prop_map(|numbers| {
        let mut numbers = numbers.into_iter();
        let mut next = || numbers.next().unwrap();
        strategy::Strategy {
            sampling: Sampling { spacing_secs: next(), slow_half_life_secs: next(), ..Sampling::default() },
            volatility_band: VolatilityBand { reference_vol_bps: next(), min_scale_bps: next(), max_scale_bps: next() },
            forecast_band: ForecastBand { max_scale_bps: next(), min_scale_bps: next(), max_validity_secs: 0 },
            schedule: Schedule { interval_secs: next(), window_secs: next(), dust_bps: next() },
            gate: Gate { horizon_secs: next(), risk_aversion_e2: next(), min_ratio_bps: next(), max_drift_bps: next() },
            execution: Execution {
                recentre_bps: next(),
                min_trade_bps: next(),
                jitter_period_secs: next(),
                jitter_window_secs: next(),
            },
            ..strategy::Strategy::default()
        }
    })
}

/// Breakers with any limits, within their bounds or not.
fn any_breakers() -> impl Strategy<Value = Breakers> {
    (any_amount(), any::<[u32; 4]>(), any::<[u16; 8]>()).prop_map(|(min_pool_depth_usd, numbers, limits_bps)| {
        let [cooldown_secs, average_secs, hard_mask, max_loss_used_bps] = numbers;
        let [jump, divergence, conf, before, after, day, week, month] = limits_bps;
        Breakers {
            min_pool_depth_usd,
            cooldown_secs,
            average_secs,
            hard_mask,
            max_loss_used_bps,
            max_jump_bps: jump,
            max_divergence_bps: divergence,
            max_conf_bps: conf,
            max_pool_before_bps: before,
            max_pool_after_bps: after,
            max_day_drawdown_bps: day,
            max_week_drawdown_bps: week,
            max_month_drawdown_bps: month,
        }
    })
}

fn any_stress() -> impl Strategy<Value = Stress> {
    let shocks = any::<[[i16; MAX_ASSETS]; MAX_SHOCKS]>().prop_map(|moves| moves.map(|moves_bps| Shock { moves_bps }));
    (any::<u16>(), prop_oneof![Just([Shock::default(); MAX_SHOCKS]), shocks])
        .prop_map(|(max_loss_bps, shocks)| Stress { max_loss_bps, shocks })
}

/// Mostly none, or one that is over.
fn any_halt() -> impl Strategy<Value = Halt> {
    let some = any::<(i64, u8, bool)>().prop_map(|(at, breaker, is_hard)| Halt {
        at,
        breaker,
        is_hard: is_hard.into(),
        ..Halt::default()
    });
    prop_oneof![3 => Just(Halt::default()), 1 => some]
}

/// Anything that may have evolved, as far as a decision asks for it.
fn any_state() -> impl Strategy<Value = State> {
    let signed = (any::<i64>(), 0u32..64).prop_map(|(number, by)| number >> by);
    let budget = || (any::<i64>(), any_amount()).prop_map(|(at, spent)| Budget { at, spent });
    let forecast = (any_amount(), any::<i64>()).prop_map(|(scale_bps, expires_at)| Forecast { scale_bps, expires_at });
    (any::<i64>(), forecast, budget(), budget(), any_amount(), vec(signed, 152)).prop_map(
        |(last_rebalance_at, forecast, loss, turnover, observed_secs, estimates)| {
            let mut state = State { last_rebalance_at, forecast, loss, turnover, ..State::default() };
            state.statistics.observed_secs = observed_secs;
            let covariances = state.statistics.covariance.packed_e12.as_flattened_mut().iter_mut();
            let variances = state.statistics.assets.iter_mut().map(|asset| &mut asset.fast_variance_e12);
            for (stored, estimate) in covariances.chain(variances).zip(estimates) {
                *stored = estimate;
            }
            state
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5_000, ..ProptestConfig::default() })]

    /// No input makes the rules panic, however inconsistent, and none of them accepts more than it may.
    #[test]
    fn nothing_panics(
        holdings in vec(any_holding(), 0..=MAX_ASSETS),
        (pair, pool) in ([any_side(), any_side()], any_pool()),
        (limits, strategy, state) in (any_limits(), any_strategy(), any_state()),
        (breakers, stress, halts, highs_x64) in (any_breakers(), any_stress(), [any_halt(), any_halt()], any::<[u128; 3]>()),
        (now, route_active_at, jitter_seed, total_shares) in any::<(i64, i64, u64, u64)>(),
        (spent, received, min) in (any_amount(), any_amount(), any_amount()),
        forged in (any::<bool>(), any_amount(), any_amount(), any_amount(), any_amount(), any::<[i64; 2]>()),
    ) {
        let [vault_halt, route_halt] = halts;
        let mut state = State { halt: vault_halt, ..state };
        highs_x64.into_iter().zip([now, route_active_at, now]).for_each(|(high_x64, at)| state.lookbacks.record(at, high_x64));
        let max_price_age_secs = limits.max_price_age_secs;
        let dislocation = condition::prices(holdings.iter().copied(), &breakers, now, max_price_age_secs);
        let terms = Terms { now, max_price_age_secs, total_shares, strategy: &strategy, state: &state };
        let Ok(valuation) = Valuation::new(holdings.into_iter(), &terms) else { return Ok(()) };
        let snapshot = Snapshot {
            now, is_paused: false, route_active_at, route_halt, jitter_seed, limits: &limits, breakers: &breakers, stress: &stress,
            strategy: &strategy, state: &state, total_shares, valuation: &valuation, dislocation, pair, pool,
        };
        if let Ok(Decision::Trade(trade)) = decide(&snapshot) {
            prop_assert!(trade.amount_in <= pair[trade.sell].balance && trade.min_out > 0);
        }
        let (is_second, amount_in, trade_min, excess_usd, deficit_usd, [slope_e12, curvature_e12]) = forged;
        let trade = Trade {
            sell: usize::from(is_second), amount_in, min_out: trade_min, expected_out: 0, value_usd: 0, excess_usd, deficit_usd,
            trigger: Trigger::Drift, appraisal: Appraisal::default(), risk: Some(PairRisk { slope_e12, curvature_e12 }),
            stress_loss_e8: slope_e12,
        };
        if let Ok(settlement) = settle(&snapshot, &trade, min, spent, received) {
            prop_assert!(spent > 0 && spent <= amount_in && received >= min.max(trade_min));
            prop_assert_eq!(settlement.sold_balance, pair[trade.sell].balance - spent);
        }
        let _ = min_out(amount_in, &pair[0].price, &pair[1].price, limits.max_slippage_bps);
    }
}
