//! The arithmetic of shares and bands once more, in 128 bits and straight from `docs/math.md`, to hold the program against.
//!
//! Results are wide: what does not fit the program's 64 bits is for the test to notice.

use ballast::state::{Asset, Vault};
use ballast_core::valuation::Flow;

const ONE_X64: u128 = 1 << 64;

/// Units of each asset that `shares` are a part of, rounded down: what a redemption in kind pays.
pub fn parts_down(vault: &Vault, shares: u64) -> Vec<u64> {
    parts(vault, |balance| u128::from(shares) * u128::from(balance) / u128::from(vault.total_shares))
}

/// Units of each asset that `shares` are a part of, rounded up: what a deposit in kind takes.
pub fn parts_up(vault: &Vault, shares: u64) -> Vec<u64> {
    parts(vault, |balance| (u128::from(shares) * u128::from(balance)).div_ceil(u128::from(vault.total_shares)))
}

fn parts(vault: &Vault, part: impl Fn(u64) -> u128) -> Vec<u64> {
    vault.assets().iter().map(|asset| u64::try_from(part(asset.balance)).expect("a part of a balance")).collect()
}

/// Shares that a deposit in kind of at most these amounts mints; `None` where the vault holds nothing.
pub fn shares_for_amounts(vault: &Vault, max_amounts: &[u64]) -> Option<u128> {
    let held = max_amounts.iter().zip(vault.assets()).filter(|(_, asset)| asset.balance > 0);
    held.map(|(max, asset)| u128::from(*max) * u128::from(vault.total_shares) / u128::from(asset.balance)).min()
}

/// Micro-dollars of `units` at the low end of the confidence interval, rounded down.
pub fn low_usd(asset: &Asset, units: u64) -> u128 {
    u128::from(units) * (u128::from(asset.price_x64) - u128::from(asset.conf_x64)) / ONE_X64
}

/// Micro-dollars of `units` at the high end of the confidence interval, rounded up.
pub fn high_usd(asset: &Asset, units: u64) -> u128 {
    (u128::from(units) * (u128::from(asset.price_x64) + u128::from(asset.conf_x64))).div_ceil(ONE_X64)
}

/// Micro-dollars of `units` at the price itself, rounded down.
pub fn mid_usd(asset: &Asset, units: u64) -> u128 {
    u128::from(units) * u128::from(asset.price_x64) / ONE_X64
}

/// The vault's accounted balances, each valued by `value`, in micro-dollars.
pub fn nav_usd(vault: &Vault, value: fn(&Asset, u64) -> u128) -> u128 {
    vault.assets().iter().map(|asset| value(asset, asset.balance)).sum()
}

/// Shares that `amount` of one asset mints, after the entry fee; `None` where the vault holds nothing.
pub fn shares_for_one(vault: &Vault, index: usize, amount: u64) -> Option<u128> {
    let value_usd = after_fee(low_usd(&vault.assets[index], amount), vault.limits.entry_fee_bps);
    (value_usd * u128::from(vault.total_shares)).checked_div(nav_usd(vault, high_usd))
}

/// Units of one asset that `shares` pay, after the exit fee.
pub fn units_for_shares(vault: &Vault, index: usize, shares: u64) -> u128 {
    let gross_usd = u128::from(shares) * nav_usd(vault, low_usd) / u128::from(vault.total_shares);
    let asset = &vault.assets[index];
    let high_x64 = u128::from(asset.price_x64) + u128::from(asset.conf_x64);
    after_fee(gross_usd, vault.limits.exit_fee_bps) * ONE_X64 / high_x64
}

/// The vault's books after `units` of an asset went in or out.
pub fn moved(vault: &Vault, flow: Flow, index: usize, units: u64) -> Vault {
    let mut after = *vault;
    let balance = &mut after.assets[index].balance;
    *balance = match flow {
        Flow::In => *balance + units,
        Flow::Out => *balance - units,
    };
    after
}

/// Whether a flow in one asset, which led from one state of the books to the other, left that asset farther from its target
/// than its guard, or took another one there: up for the asset that came in and for all that stayed while another went out,
/// else down.
pub fn is_tipped(before: &Vault, after: &Vault, flow: Flow, index: usize, now: i64) -> bool {
    (0..after.assets().len()).any(|other| {
        let is_up = (other == index) == (flow == Flow::In);
        is_beyond(after, other, is_up, now) && (other == index || !is_beyond(before, other, is_up, now))
    })
}

/// Whether an asset is farther above (or below) its target than its guard.
fn is_beyond(vault: &Vault, index: usize, is_up: bool, now: i64) -> bool {
    let nav_usd = nav_usd(vault, mid_usd);
    let asset = &vault.assets()[index];
    let value = mid_usd(asset, asset.balance) * 100_000_000;
    let target = nav_usd * u128::from(asset.allocation.target_bps) * 10_000;
    let distance = if is_up { value.saturating_sub(target) } else { target.saturating_sub(value) };
    distance > nav_usd * guard_e8(vault, asset, now)
}

/// How far from its target a one-asset exchange may take an asset, in 10⁻⁸ of NAV: to the edge of its band as configured, or
/// as scaled by a forecast that stands where that is nearer. Without statistics and a schedule, and with targets that nothing
/// moves.
fn guard_e8(vault: &Vault, asset: &Asset, now: i64) -> u128 {
    let absolute = u128::from(asset.allocation.band_abs_bps) * 10_000;
    let configured = match asset.allocation.target_bps {
        0 => absolute,
        target_bps => absolute.min(u128::from(asset.allocation.band_rel_bps) * u128::from(target_bps)),
    };
    let forecast = vault.state.forecast;
    let scale_bps = if now < forecast.expires_at { forecast.scale_bps.min(10_000) } else { 10_000 };
    configured * u128::from(scale_bps) / 10_000
}

/// The largest number up to `limit` that `fits`, where all below one that fits do too; 0 where none does.
pub fn largest(limit: u64, fits: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (0, limit);
    while low < high {
        let middle = high - (high - low) / 2;
        if fits(middle) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    low
}

/// Largest amount of one asset, up to `limit`, whose deposit tips no asset.
pub fn largest_deposit(vault: &Vault, index: usize, limit: u64, now: i64) -> u64 {
    largest(limit, |amount| !is_tipped(vault, &moved(vault, Flow::In, index, amount), Flow::In, index, now))
}

/// Most shares, up to `limit`, whose redemption for one asset the vault can pay and that tips no asset.
pub fn largest_redemption(vault: &Vault, index: usize, limit: u64, now: i64) -> u64 {
    largest(limit, |shares| {
        let units = u64::try_from(units_for_shares(vault, index, shares)).ok();
        let paid = units.filter(|units| *units <= vault.assets[index].balance);
        paid.is_some_and(|units| !is_tipped(vault, &moved(vault, Flow::Out, index, units), Flow::Out, index, now))
    })
}

/// What is left of `usd` after a fee, which is rounded up.
fn after_fee(usd: u128, fee_bps: u16) -> u128 {
    usd - (usd * u128::from(fee_bps)).div_ceil(10_000)
}
