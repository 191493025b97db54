use super::*;
use crate::pool::{Directed, Fee, Fraction, Reserves};
use crate::statistics::Covariance;
use crate::strategy::target::fixture::statistics;
use proptest::prelude::*;
use std::vec::Vec;

/// γ = 2 for a tenth of a year: γ/2 · H is a tenth.
const GATE: Gate = Gate { horizon_secs: YEAR_SECS / 10, risk_aversion_e2: 200, min_ratio_bps: 10_000, max_drift_bps: 0 };
/// Two uncorrelated assets with volatilities of 60 and 20 %, the first ten points too high and to be sold for the second:
/// `g = −0.2² · 0.1 − 0.6² · 0.1` and `q = 0.6² + 0.2²`.
const RISK: PairRisk = PairRisk { slope_e12: -40_000_000_000, curvature_e12: 400_000_000_000 };
/// A thousand dollars.
const NAV_USD: u64 = 1_000_000_000;

/// How exchanging one asset for another changes the variance of these active weights.
fn pair_risk(covariance: &Covariance, bought: usize, sold: usize, active_e8: &[i64]) -> PairRisk {
    PairRisk {
        slope_e12: covariance.exchange_covariance_e12(bought, sold, active_e8).unwrap(),
        curvature_e12: covariance.exchange_variance_e12(bought, sold).unwrap(),
    }
}

fn weight(gate: &Gate) -> f64 {
    f64::from(gate.risk_aversion_e2) / 200.0 * f64::from(gate.horizon_secs) / f64::from(YEAR_SECS)
}

/// What the formula says without rounding.
fn exact_benefit(gate: &Gate, value: f64, nav: f64, risk: &PairRisk) -> f64 {
    let (moved, slope, curvature) = (value / nav, risk.slope_e12 as f64 / 1e12, risk.curvature_e12 as f64 / 1e12);
    weight(gate) * nav * -(2.0 * moved * slope + moved * moved * curvature)
}

#[test]
fn pair_risk_of_two_assets_is_as_computed_by_hand() {
    let covariance = statistics(&[0.6, 0.2], 0.0).covariance;
    assert_eq!(pair_risk(&covariance, 1, 0, &[10_000_000, -10_000_000]), RISK);
}

#[test]
fn benefit_of_two_assets_is_as_computed_by_hand() {
    let benefit = |value_usd| GATE.benefit_usd(value_usd, NAV_USD, &RISK);
    // Before: 0.1² · (0.36 + 0.04) = 0.004, a tenth of which are $0.40. All of it goes with $100, three quarters with half.
    assert_eq!(benefit(100_000_000), Ok(400_000));
    assert_eq!(benefit(50_000_000), Ok(300_000));
    assert_eq!(benefit(0), Ok(0));
    // Beyond the target the same again comes back, and then more.
    assert_eq!([benefit(150_000_000), benefit(200_000_000), benefit(300_000_000)], [Ok(300_000), Ok(0), Ok(0)]);
}

#[test]
fn benefit_of_a_trade_that_adds_risk_is_zero() {
    let wrong_way = PairRisk { slope_e12: -RISK.slope_e12, ..RISK };
    assert_eq!(GATE.benefit_usd(100_000_000, NAV_USD, &wrong_way), Ok(0));
}

/// The most that the parameters allow, γ/2 · H = 50,000, for two assets of volatility 100 % and 50 points to move: `½ · 50,000` times
/// the vault. Of a billion dollars those are 2.5 · 10^19 micro-dollars, more than 2^64.
#[test]
fn benefit_beyond_64_bits_is_the_largest_number() {
    let dearest = Gate { horizon_secs: 10 * YEAR_SECS, risk_aversion_e2: 1_000_000, ..GATE };
    assert_eq!(dearest.validate(), Ok(()));
    let risk = PairRisk { slope_e12: -1_000_000_000_000, curvature_e12: 2_000_000_000_000 };
    let of_half = |nav_usd: u64| dearest.benefit_usd(nav_usd / 2, nav_usd, &risk);
    assert_eq!(of_half(1_000_000), Ok(25_000_000_000));
    assert_eq!([of_half(1_000_000_000_000_000), of_half(u64::MAX)], [Ok(u64::MAX); 2]);
    // Volatilities of 100,000 %, as far as estimates go.
    let wild = PairRisk { slope_e12: -(1 << 60), curvature_e12: 1 << 60 };
    assert_eq!(dearest.benefit_usd(1 << 62, 1 << 62, &wild), Ok(u64::MAX));
    assert_eq!(dearest.benefit_usd(1, 0, &risk), Err(MathError::DivisionByZero));
}

#[test]
fn worthwhile_from_the_ratio_on() {
    let twice = Gate { min_ratio_bps: 20_000, ..GATE };
    let is_worthwhile = |benefit_usd| twice.is_worthwhile(&Appraisal { benefit_usd, cost_usd: 50 });
    assert_eq!([is_worthwhile(99), is_worthwhile(100)], [false, true]);
    assert!(twice.is_worthwhile(&Appraisal::default()), "neither gain nor cost");
    assert!(!twice.is_worthwhile(&Appraisal { benefit_usd: u64::MAX, cost_usd: u64::MAX }));
}

#[test]
fn judges_up_to_the_largest_drift() {
    let judges = |max_drift_bps, distance_usd| Gate { max_drift_bps, ..GATE }.judges(distance_usd, 10_000);
    assert_eq!([judges(0, 0), judges(0, u64::MAX)], [true, true]);
    assert_eq!([judges(500, 500), judges(500, 501)], [true, false]);
    assert!(!Gate::default().judges(0, 10_000));
}

/// The first dollar gains `γ · H · |g|`: 80 basis points.
#[test]
fn best_size_is_none_from_where_the_first_dollar_costs_what_it_gains() {
    let best = |cost_e8| GATE.best_size_usd(NAV_USD, &RISK, cost_e8, 100_000_000_000);
    assert_eq!([best(800_000), best(800_001), best(i64::MAX)], [Ok(None), Ok(None), Ok(None)]);
    // A part in 10⁸ over a steepness of γ · H · q = 0.08 and twice the NAV over the depth, 0.02: ten parts in 10⁸.
    assert_eq!(best(799_999), Ok(Some(100)));
    assert_eq!(best(300_000), Ok(Some(50_000_000)));
    // Paid to trade, beyond what removes most risk; and never more than the whole vault.
    assert_eq!(best(-2_000_000), Ok(Some(280_000_000)));
    assert_eq!(best(i64::MIN), Ok(Some(NAV_USD)));
}

#[test]
fn best_size_in_an_empty_pool_is_an_error() {
    assert_eq!(GATE.best_size_usd(NAV_USD, &RISK, 0, 0), Err(MathError::DivisionByZero));
}

#[test]
fn each_fault_is_named() {
    assert_eq!((GATE.validate(), Gate::default().validate()), (Ok(()), Ok(())));
    for (gate, field) in [
        (Gate { horizon_secs: 0, ..GATE }, "gate.horizon_secs"),
        (Gate { horizon_secs: 3_599, ..GATE }, "gate.horizon_secs"),
        (Gate { horizon_secs: 315_576_001, ..GATE }, "gate.horizon_secs"),
        (Gate { risk_aversion_e2: 0, ..GATE }, "gate.risk_aversion_e2"),
        (Gate { risk_aversion_e2: 1_000_001, ..GATE }, "gate.risk_aversion_e2"),
        (Gate { min_ratio_bps: 9_999, ..GATE }, "gate.min_ratio_bps"),
        (Gate { min_ratio_bps: 1_000_001, ..GATE }, "gate.min_ratio_bps"),
        (Gate { max_drift_bps: 10_001, ..GATE }, "gate.max_drift_bps"),
    ] {
        assert_eq!(gate.validate(), Err(OutOfBounds(field)));
    }
}

/// Sensitivities of assets to three independent shocks, each of volatility one a year.
type Loadings = Vec<[f64; 3]>;

/// The covariances of assets with these loadings.
fn covariance(loadings: &Loadings) -> Covariance {
    let mut covariance = Covariance::default();
    let mut entries = covariance.packed_e12.as_flattened_mut().iter_mut();
    for (i, row) in loadings.iter().enumerate() {
        for column in &loadings[..=i] {
            let entry: f64 = row.iter().zip(column).map(|(a, b)| a * b).sum();
            *entries.next().unwrap() = (entry * 1e12).round() as i64;
        }
    }
    covariance
}

/// What tracking errors are expected to cost over the horizon, as a part of the vault: `γ/2 · E[∫ (a · dr)²]`, summed over steps
/// in which each shock goes up or down by `√dt`, all eight outcomes alike.
fn expected_loss(gate: &Gate, loadings: &Loadings, active: &[f64]) -> f64 {
    let steps = 100;
    let step_years = f64::from(gate.horizon_secs) / f64::from(YEAR_SECS) / f64::from(steps);
    let squared_error = |outcome: u32| {
        let shock = |factor: usize| if outcome >> factor & 1 == 0 { step_years.sqrt() } else { -step_years.sqrt() };
        let tracking_error: f64 = loadings
            .iter()
            .zip(active)
            .map(|(row, weight)| weight * (0..3).map(|factor| row[factor] * shock(factor)).sum::<f64>())
            .sum();
        tracking_error * tracking_error
    };
    let expected = |_| (0..8).map(squared_error).sum::<f64>() / 8.0;
    f64::from(gate.risk_aversion_e2) / 200.0 * (0..steps).map(expected).sum::<f64>()
}

fn gates() -> impl Strategy<Value = Gate> {
    (3_600u32..=315_576_000, 1u32..=1_000_000).prop_map(|(horizon_secs, risk_aversion_e2)| Gate {
        horizon_secs,
        risk_aversion_e2,
        ..GATE
    })
}

/// Risks of assets with volatilities up to 200 %, active weights within 50 points, and trades that remove risk at first.
fn risks() -> impl Strategy<Value = PairRisk> {
    (-2_000_000_000_000i64..=0, 0i64..=16_000_000_000_000)
        .prop_map(|(slope_e12, curvature_e12)| PairRisk { slope_e12, curvature_e12 })
}

proptest! {
    #[test]
    fn benefit_is_the_formula_but_for_rounding(
        gate in gates(), risk in risks(), nav_usd in 1_000_000u64..1_000_000_000_000_000, part in 0.0..1.0f64,
    ) {
        let value_usd = (nav_usd as f64 * part) as u64;
        let benefit_usd = gate.benefit_usd(value_usd, nav_usd, &risk).unwrap();
        let (nav, weight) = (nav_usd as f64, weight(&gate));
        // What is worth more than 64 bits of micro-dollars is worth the largest number.
        let exact = exact_benefit(&gate, value_usd as f64, nav, &risk).clamp(0.0, u64::MAX as f64);
        // Roundings of the weight moved to 10⁻⁸, of the variance and of the loss to 10⁻¹², of γ/2 · H to 10⁻⁹, of the result.
        let gain = 2.0 * (risk.slope_e12.unsigned_abs() as f64 / 1e12 + risk.curvature_e12 as f64 / 1e12);
        let bound = weight * nav * (gain * 1e-8 + 1e-12) + nav * 1e-12 + exact * 1e-9 / weight + 1.0;
        prop_assert!((benefit_usd as f64 - exact).abs() <= bound * 1.001, "{} {} {}", benefit_usd, exact, bound);
    }

    /// However large the numbers: even a thousand times the vault, which no trade can move.
    #[test]
    fn benefit_of_what_raises_the_variance_is_zero(
        gate in gates(), slope_e12 in 0i64.., curvature_e12 in 0i64.., nav_usd in 1u64..1 << 40, parts in 0u64..10_000,
    ) {
        let value_usd = nav_usd * parts / 10;
        prop_assert_eq!(gate.benefit_usd(value_usd, nav_usd, &PairRisk { slope_e12, curvature_e12 }), Ok(0));
    }

    /// A trade is worth the difference it makes to the expected loss of tracking errors, integrated over the horizon.
    #[test]
    fn benefit_is_the_expected_loss_that_a_trade_avoids(
        loadings in proptest::collection::vec(proptest::array::uniform3(-0.6..0.6f64), 2..=16),
        strayed in proptest::collection::vec(-0.1..0.1f64, 16),
        (horizon_secs, risk_aversion_e2) in (86_400u32..=31_557_600, 50u32..=2_000),
        moved in 0.01..0.2f64,
    ) {
        let gate = Gate { horizon_secs, risk_aversion_e2, ..GATE };
        let nav_usd = 1_000_000_000_000u64;
        let before: Vec<f64> = strayed[..loadings.len()].to_vec();
        let after: Vec<f64> = before
            .iter()
            .enumerate()
            .map(|(index, weight)| weight + [-moved, moved].get(index).unwrap_or(&0.0))
            .collect();
        let avoided = expected_loss(&gate, &loadings, &before) - expected_loss(&gate, &loadings, &after);
        let active_e8: Vec<i64> = before.iter().map(|weight| (weight * 1e8).round() as i64).collect();
        let risk = pair_risk(&covariance(&loadings), 1, 0, &active_e8);
        let benefit = gate.benefit_usd((moved * nav_usd as f64) as u64, nav_usd, &risk).unwrap() as f64 / nav_usd as f64;
        // Within a percent, and a millionth of a basis point.
        prop_assert!((benefit - avoided.max(0.0)).abs() <= avoided.abs() * 0.01 + 1e-10, "{} {}", benefit, avoided);
    }

    /// No size gains more than the best one, by the pool's own quotes, at what moves its price by three percent at most.
    #[test]
    fn best_size_gains_most(
        gate in (86_400u32..=31_557_600, 50u32..=2_000)
            .prop_map(|(horizon_secs, risk_aversion_e2)| Gate { horizon_secs, risk_aversion_e2, ..GATE }),
        risk in (-200_000_000_000i64..=-1_000_000_000, 10_000_000_000i64..=4_000_000_000_000)
            .prop_map(|(slope_e12, curvature_e12)| PairRisk { slope_e12, curvature_e12 }),
        nav_usd in 1_000_000_000u64..1_000_000_000_000,
        depth_usd in 10_000_000_000u64..10_000_000_000_000,
        (fee_bps, deviation_bps) in (0u64..=100, 9_900u64..=10_100),
    ) {
        // Both assets are worth a micro-dollar a unit.
        let trade = Fraction { numerator: fee_bps, denominator: 10_000 };
        let owner = Fraction { numerator: 0, denominator: 0 };
        let reserves = Reserves { input: depth_usd, output: depth_usd / 10_000 * deviation_bps };
        let pool = Directed { reserves, fee: Fee::TokenSwap { trade, owner } };
        let net = |value_usd: u64| {
            exact_benefit(&gate, value_usd as f64, nav_usd as f64, &risk) + pool.quote(value_usd).unwrap() as f64
                - value_usd as f64
        };
        let cost_e8 = 100_000_000 - (10_000 - fee_bps) as i64 * deviation_bps as i64;
        let largest_usd = (depth_usd / 100 * 3 / 2).min(nav_usd);
        let best_usd = gate.best_size_usd(nav_usd, &risk, cost_e8, depth_usd).unwrap();
        let reached = best_usd.map_or(0.0, |best_usd| net(best_usd.min(largest_usd)));
        let most = (0..=1_000).map(|part| net(largest_usd / 1_000 * part)).fold(0.0, f64::max);
        // The plan takes the fee's part of the impact and its square for costs: a percent of the gain, and units of rounding.
        prop_assert!(reached >= most * 0.99 - 10.0, "{:?} gains {}, not {}", best_usd, reached, most);
    }

    /// `None` exactly where the first dollar gains no more than it costs.
    #[test]
    fn best_size_is_none_where_nothing_pays(
        gate in gates(), risk in risks(), nav_usd in 1_000_000u64..1_000_000_000_000_000, cost_e8 in -5_000_000i64..=10_000_000,
    ) {
        let marginal_gain_e8 = 2.0 * weight(&gate) * -risk.slope_e12 as f64 / 1e4;
        let surplus_e8 = marginal_gain_e8 - cost_e8 as f64;
        // But for the roundings of γ/2 · H to 10⁻⁹ and of the gain to 10⁻⁸.
        prop_assume!(surplus_e8.abs() > 2.0 + marginal_gain_e8 * 1e-9 / weight(&gate));
        let best_usd = gate.best_size_usd(nav_usd, &risk, cost_e8, nav_usd).unwrap();
        prop_assert_eq!(best_usd.is_some(), surplus_e8 > 0.0);
    }

    /// Higher fees and shallower pools never make a trade larger.
    #[test]
    fn best_size_falls_with_costs(
        gate in gates(),
        risk in risks(),
        nav_usd in 1_000_000u64..1_000_000_000_000_000,
        (cost_e8, more_e8) in (-5_000_000i64..=10_000_000, 0i64..=10_000_000),
        (depth_usd, less_usd) in (1u64..1 << 60, 0u64..1 << 60),
    ) {
        let best = |cost_e8, depth_usd| gate.best_size_usd(nav_usd, &risk, cost_e8, depth_usd).unwrap().unwrap_or(0);
        prop_assert!(best(cost_e8 + more_e8, depth_usd) <= best(cost_e8, depth_usd));
        prop_assert!(best(cost_e8, depth_usd.saturating_sub(less_usd).max(1)) <= best(cost_e8, depth_usd));
    }

    #[test]
    fn overflow_never_panics(
        numbers: [u32; 4], values: [u64; 3], slope_e12: i64, curvature_e12: i64, cost_e8: i64, by in 0u32..64,
    ) {
        let [horizon_secs, risk_aversion_e2, min_ratio_bps, max_drift_bps] = numbers;
        let gate = Gate { horizon_secs, risk_aversion_e2, min_ratio_bps, max_drift_bps };
        let [value_usd, nav_usd, depth_usd] = values.map(|value| value >> by);
        let risk = PairRisk { slope_e12: slope_e12 >> by, curvature_e12 };
        let _ = gate.judges(value_usd, nav_usd);
        let _ = gate.is_worthwhile(&Appraisal { benefit_usd: value_usd, cost_usd: nav_usd });
        let _ = gate.benefit_usd(value_usd, nav_usd, &risk);
        if let Ok(Some(best_usd)) = gate.best_size_usd(nav_usd, &risk, cost_e8, depth_usd) {
            prop_assert!(best_usd <= nav_usd);
        }
    }
}
