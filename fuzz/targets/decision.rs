//! Any vault in any state, on any pool: the decision never panics, and a trade that it makes respects every cap and settles at what the
//! pool says it pays, or is refused.
//!
//! An input is a list of changes to the bytes of an ordinary vault; a vault that the program would not have stored is left alone.
#![no_main]

use ballast::state::{Vault, pause};
use ballast_core::{
    BPS,
    decision::{Decision, Side, Snapshot, Trade, decide, min_out},
    limits,
    pool::{Fee, Fraction, Pool},
    risk::{
        breaker::{self, Halt},
        stress,
    },
    settlement::settle,
    statistics::Sampling,
    strategy::{
        Strategy,
        allocation::{self, Allocation},
        execution::Execution,
        gate::Gate,
        schedule::Schedule,
        target::{Floor, MeanReversion, Momentum, Movement, VolatilityTarget},
    },
    valuation::Valuation,
};
use ballast_fuzz::Input;
use libfuzzer_sys::fuzz_target;

const NOW: i64 = 1_704_067_200;

fuzz_target!(|data: &[u8]| {
    let mut input = Input(data);
    let (count, is_managed) = (2 + usize::from(input.byte() % 7), input.byte() & 1 == 1);
    let mut vault = ordinary(count, is_managed);
    let pair = [input.byte(), input.byte()].map(|byte| usize::from(byte) % count);
    let pool = pool(&mut input);
    while !input.0.is_empty() {
        change(&mut vault, &mut input);
    }
    vault.asset_count = count as u8;
    if pair[0] != pair[1] && is_storable(&vault) {
        check(&vault, pair, pool);
    }
});

/// Assets of a dollar each, the first one high and the second one low.
fn ordinary(count: usize, is_managed: bool) -> Vault {
    let mut vault: Vault = bytemuck::Zeroable::zeroed();
    vault.limits = limits::DEFAULT;
    vault.breakers = breaker::DEFAULT;
    vault.stress = stress::DEFAULT;
    vault.strategy = if is_managed { managed() } else { Strategy::plain() };
    vault.total_shares = 1_000_000_000 * count as u64;
    vault.asset_count = count as u8;
    let rest = BPS / count as u16 * (count as u16 - 1);
    for (index, asset) in vault.assets.iter_mut().take(count).enumerate() {
        let target_bps = if index == 0 { BPS - rest } else { BPS / count as u16 };
        asset.allocation = Allocation { min_bps: 0, max_bps: BPS, ..Allocation::fixed(target_bps, 500, 2_500) };
        asset.balance = [1_500_000_000, 500_000_000].get(index).copied().unwrap_or(1_000_000_000);
        asset.price_x64 = (1u128 << 64).into();
        asset.conf_x64 = (1u128 << 54).into();
        (asset.ema_x64, asset.average_x64) = (asset.price_x64, asset.price_x64);
        asset.publish_time = NOW - 5;
    }
    vault
}

/// Every part on.
fn managed() -> Strategy {
    Strategy {
        sampling: Sampling {
            spacing_secs: 600,
            max_gap_secs: 7_200,
            fast_half_life_secs: 1_800,
            slow_half_life_secs: 6_000,
            winsor_e2: 500,
        },
        schedule: Schedule { interval_secs: 86_400, window_secs: 3_600, dust_bps: 10 },
        gate: Gate { horizon_secs: 31_536_000, risk_aversion_e2: 1_000, min_ratio_bps: 10_000, max_drift_bps: 5_000 },
        execution: Execution { recentre_bps: 2_500, min_trade_bps: 1, jitter_period_secs: 600, jitter_window_secs: 600 },
        floor: Floor { multiplier_e2: 300, floor_bps: 7_000, ratchet_bps: 8_000 },
        volatility_target: VolatilityTarget { target_vol_bps: 4_000 },
        mean_reversion: MeanReversion { strength_bps: 10_000, max_tilt_bps: 1_000 },
        momentum: Momentum { strength_bps: 10_000, max_tilt_bps: 1_000 },
        movement: Movement { max_change_bps: 100, safe_asset: 0 },
        ..Strategy::plain()
    }
}

/// A million dollars a side, each shifted by the input.
fn pool(input: &mut Input) -> Pool {
    let [shift_a, shift_b, fee] = [input.short(), input.short(), input.short()];
    let side = |shift: u16| 1_000_000_000_000u64.rotate_left(u32::from(shift >> 10)).wrapping_add(u64::from(shift) << 20);
    let trade = Fraction { numerator: u64::from(fee), denominator: 65_536 };
    Pool { reserves: [side(shift_a), side(shift_b)], fees: [Fee::TokenSwap { trade, owner: trade }; 2] }
}

/// Overwrites up to eight bytes of the vault.
fn change(vault: &mut Vault, input: &mut Input) {
    let (at, len) = (usize::from(input.short()), 1 + usize::from(input.byte() % 8));
    let new = input.take(len);
    let bytes = bytemuck::bytes_of_mut(vault);
    let at = at % bytes.len();
    bytes.iter_mut().skip(at).zip(new).for_each(|(byte, new)| *byte = *new);
}

/// What the program insists on when it writes.
fn is_storable(vault: &Vault) -> bool {
    let count = vault.assets().len();
    let allocations = vault.assets().iter().map(|asset| asset.allocation);
    let is_price = |mid: u128, conf: u128| mid == 0 && conf == 0 || conf < mid && mid >> 64 < 1 << 40;
    vault.limits.validate().is_ok()
        && vault.breakers.validate().is_ok()
        && vault.stress.validate().is_ok()
        && vault.strategy.validate(count).is_ok()
        && vault.strategy.validate_within(&vault.limits).is_ok()
        && allocation::validate(allocations).is_ok()
        && vault.state.ramp.validate().is_ok()
        && vault.assets().iter().all(|asset| is_price(asset.price_x64.into(), asset.conf_x64.into()))
}

fn check(vault: &Vault, pair: [usize; 2], pool: Pool) {
    let Ok(valuation) = Valuation::new(vault.holdings(), &vault.terms(NOW)) else { return };
    let side = |index: usize| Side::of(index, &vault.assets()[index].holding());
    let snapshot = Snapshot {
        now: NOW,
        is_paused: vault.paused & pause::REBALANCE != 0,
        route_active_at: 0,
        route_halt: Halt::default(),
        jitter_seed: vault.vault_id,
        limits: &vault.limits,
        breakers: &vault.breakers,
        stress: &vault.stress,
        strategy: &vault.strategy,
        state: &vault.state,
        total_shares: vault.total_shares,
        valuation: &valuation,
        dislocation: vault.dislocation(NOW),
        pair: pair.map(side),
        pool,
    };
    if let Ok(Decision::Trade(trade)) = decide(&snapshot) {
        caps(&snapshot, &trade);
        _ = settle(&snapshot, &trade, 0, trade.amount_in, trade.expected_out);
        _ = settle(&snapshot, &trade, 0, trade.amount_in, trade.min_out);
    }
}

/// No trade is larger, worse or costlier than the limits allow.
fn caps(snapshot: &Snapshot, trade: &Trade) {
    let Snapshot { limits, valuation, pair, state, .. } = snapshot;
    let nav_usd = u128::from(valuation.nav_usd);
    let (sold, bought) = trade.directed([&pair[0], &pair[1]]);
    assert!(!snapshot.is_paused && !sold.is_excluded && !bought.is_excluded);
    assert!(!state.halt.stands(snapshot.now, snapshot.breakers));
    assert!(trade.amount_in > 0 && trade.amount_in <= sold.balance, "{trade:?}");
    assert!(u128::from(trade.value_usd) * u128::from(BPS) <= nav_usd * u128::from(limits.max_trade_bps), "{trade:?}");
    assert!(trade.value_usd >= limits.min_trade_usd, "{trade:?}");
    assert!(trade.value_usd <= trade.excess_usd.min(trade.deficit_usd), "{trade:?}");
    assert!(trade.expected_out >= trade.min_out && trade.min_out > 0, "{trade:?}");
    assert_eq!(Ok(trade.min_out), min_out(trade.amount_in, &sold.price, &bought.price, limits.max_slippage_bps));
    assert!(snapshot.loss_left_usd().is_ok_and(|left_usd| trade.appraisal.cost_usd <= left_usd), "{trade:?}");
}
