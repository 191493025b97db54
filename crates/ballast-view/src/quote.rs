//! What a deposit or redemption gives, by the program's own functions on the vault's own state.

use ballast_client::ballast::error::BallastError;
use ballast_client::ballast::instructions::{amount_for, require_in_band, shares_for, value};
use ballast_client::ballast::state::{Vault, pause};
use ballast_core::valuation::{Flow, Valuation};
use ballast_core::{BPS, fixed, shares};
use serde::Serialize;

use crate::Refusal;

type Result<T> = std::result::Result<T, Refusal>;

/// An exchange of one asset for shares, or the reverse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SingleQuote {
    /// What comes out: raw shares of a deposit, raw units of a redemption.
    pub out: u64,
    /// What goes in is worth at mid prices, in micro-dollars.
    pub in_usd: u64,
    /// What comes out is worth at mid prices, in micro-dollars.
    pub out_usd: u64,
    /// Of the difference, the vault's fee, in micro-dollars.
    pub fee_usd: u64,
    /// Of the difference, what the width of the prices costs: each is taken at its end that favours the other holders.
    pub spread_usd: i64,
}

/// All assets in proportion for shares, or the reverse.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InKindQuote {
    /// Raw shares.
    pub shares: u64,
    /// Raw units by the asset's place in the vault.
    pub amounts: Vec<u64>,
}

/// An empty vault's first deposit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FirstDepositQuote {
    /// All raw shares to create.
    pub shares: u64,
    /// Of these, its maker's; the rest is locked for ever.
    pub own_shares: u64,
    /// Raw units by the asset's place in the vault.
    pub amounts: Vec<u64>,
    /// See [`outside_bands`].
    pub outside: Vec<Outlier>,
}

/// An asset whose weight is outside its band. Weights are in 10⁻⁸.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Outlier {
    /// The asset's place in the vault.
    pub asset: u8,
    /// Its weight.
    pub weight_e8: u32,
    /// What it should be.
    pub target_e8: u32,
}

impl SingleQuote {
    fn new(out: u64, in_usd: u64, out_usd: u64, fee_bps: u16) -> Result<Self> {
        let fee_usd = fixed::mul_div_ceil(in_usd, fee_bps.into(), BPS.into()).map_err(Refusal::core)?;
        let lost = i128::from(in_usd) - i128::from(out_usd) - i128::from(fee_usd);
        let spread_usd = lost.clamp(i64::MIN.into(), i64::MAX.into()) as i64;
        Ok(SingleQuote { out, in_usd, out_usd, fee_usd, spread_usd })
    }
}

/// A deposit of `amount` raw units of one asset at `now`.
///
/// # Errors
/// The program's own.
pub fn deposit_single(vault: &Vault, asset: u8, amount: u64, now: i64) -> Result<SingleQuote> {
    vault.require_running(pause::DEPOSIT_SINGLE)?;
    let mut vault = exchanging(vault, asset, now)?;
    if vault.quarantined_mask() != 0 {
        return Err(Refusal::core(BallastError::Quarantined));
    }
    let (out, _) = shares_for(&vault, asset, amount, now)?;
    let valued = value(&vault, now)?;
    let in_usd = vault.asset(asset)?.price().value_usd(amount).map_err(Refusal::core)?;
    vault.total_shares = added(vault.total_shares, out)?;
    vault.asset_mut(asset)?.balance = added(vault.asset(asset)?.balance, amount)?;
    require_in_band(&vault, Flow::In, asset, now, &valued)?;
    // What the shares are a part of when the deposit is in.
    let nav_usd = valued.nav_usd.saturating_add(in_usd);
    let out_usd = shares::redeem_amount(out, nav_usd, vault.total_shares).map_err(Refusal::core)?;
    SingleQuote::new(out, in_usd, out_usd, vault.limits.entry_fee_bps)
}

/// A redemption of `shares` raw shares in one asset at `now`.
///
/// # Errors
/// The program's own.
pub fn redeem_single(vault: &Vault, asset: u8, shares: u64, now: i64) -> Result<SingleQuote> {
    vault.require_running(pause::REDEEM_SINGLE)?;
    let mut vault = exchanging(vault, asset, now)?;
    let (out, _) = amount_for(&vault, asset, shares, now)?;
    let valued = value(&vault, now)?;
    let in_usd = shares::redeem_amount(shares, valued.nav_usd, vault.total_shares).map_err(Refusal::core)?;
    let out_usd = vault.asset(asset)?.price().value_usd(out).map_err(Refusal::core)?;
    let left = vault.asset(asset)?.balance.checked_sub(out);
    vault.asset_mut(asset)?.balance = left.ok_or_else(|| Refusal::core(BallastError::InsufficientReserve))?;
    vault.total_shares = remaining_shares(&vault, shares)?;
    require_in_band(&vault, Flow::Out, asset, now, &valued)?;
    SingleQuote::new(out, in_usd, out_usd, vault.limits.exit_fee_bps)
}

/// The vault at `now`, where it exchanges this asset for shares at its price.
fn exchanging(vault: &Vault, asset: u8, now: i64) -> Result<Box<Vault>> {
    vault.active_asset(asset)?;
    if vault.total_shares == 0 {
        return Err(Refusal::core(BallastError::VaultEmpty));
    }
    let vault = accrued(vault, now);
    vault.require_calm(now)?;
    Ok(vault)
}

/// The most shares that `max_amounts` pay for at `now`, and what they take of each asset.
///
/// # Errors
/// The program's own.
pub fn deposit_in_kind(vault: &Vault, max_amounts: &[u64], now: i64) -> Result<InKindQuote> {
    vault.require_running(pause::DEPOSIT_IN_KIND)?;
    require_amounts(vault, max_amounts)?;
    let vault = accrued(vault, now);
    let balances = || vault.assets().iter().map(|asset| asset.balance);
    let shares = shares::shares_for_amounts(max_amounts, balances(), vault.total_shares).map_err(Refusal::core)?;
    let amount = |balance| shares::deposit_amount(shares, balance, vault.total_shares).map_err(Refusal::core);
    Ok(InKindQuote { shares, amounts: balances().map(amount).collect::<Result<_>>()? })
}

/// What `shares` raw shares give of each asset at `now`.
///
/// # Errors
/// The program's own, and where there are fewer shares.
pub fn redeem_in_kind(vault: &Vault, shares: u64, now: i64) -> Result<InKindQuote> {
    let vault = accrued(vault, now);
    if shares == 0 {
        return Err(Refusal::core(BallastError::AmountTooSmall));
    }
    remaining_shares(&vault, shares)?;
    let amounts = vault.assets().iter().map(|asset| match asset.is_removed() {
        true => Ok(0),
        false => shares::redeem_amount(shares, asset.balance, vault.total_shares).map_err(Refusal::core),
    });
    Ok(InKindQuote { shares, amounts: amounts.collect::<Result<_>>()? })
}

/// The first deposit of `amounts`, for `shares` raw shares or else as many as it is worth micro-dollars.
///
/// # Errors
/// The program's own, and where the value is asked for but a price is unknown.
pub fn first_deposit(vault: &Vault, amounts: &[u64], shares: Option<u64>, now: i64) -> Result<FirstDepositQuote> {
    vault.require_running(pause::DEPOSIT_IN_KIND)?;
    require_amounts(vault, amounts)?;
    if vault.total_shares != 0 {
        return Err(Refusal::new("NotEmpty", "the vault has had its first deposit; deposit in kind or in one asset"));
    }
    if vault.assets().iter().zip(amounts).any(|(asset, amount)| asset.is_removed() && *amount > 0) {
        return Err(Refusal::core(BallastError::UnknownAsset));
    }
    let shares = shares.map_or_else(|| value_usd(vault, amounts), Ok)?;
    let own_shares = shares::first_deposit_shares(shares).map_err(Refusal::core)?;
    let outside = outside_bands(vault, amounts, shares, now)?;
    Ok(FirstDepositQuote { shares, own_shares, amounts: amounts.to_vec(), outside })
}

/// What the amounts are worth at the vault's prices, in micro-dollars.
fn value_usd(vault: &Vault, amounts: &[u64]) -> Result<u64> {
    let mut sum_usd = 0u64;
    for (asset, amount) in vault.assets().iter().zip(amounts).filter(|(_, amount)| **amount > 0) {
        if asset.price().mid_x64 == 0 {
            return Err(Refusal::new("PriceUnknown", format!("{} has no price yet; say how many shares", asset.mint)));
        }
        sum_usd = added(sum_usd, asset.price().value_usd(*amount).map_err(Refusal::core)?)?;
    }
    Ok(sum_usd)
}

/// The asset, by its place, of which `available` raw units are the scarcest for `amounts`; `None` where all suffice.
pub fn scarcest(amounts: &[u64], available: &[u64]) -> Option<usize> {
    let wide = |one: u64, other: u64| u128::from(one) * u128::from(other);
    let lacking = amounts.iter().zip(available).enumerate().filter(|(_, (amount, available))| amount > available);
    let scarcest =
        lacking.max_by(|(_, (amount, has)), (_, (other, other_has))| wide(**amount, **other_has).cmp(&wide(**other, **has)));
    scarcest.map(|(index, _)| index)
}

/// The assets that a first deposit of `amounts` for `shares` raw shares leaves outside their bands, at the vault's prices. None are
/// told where a price is unknown.
///
/// # Errors
/// Where a value does not fit 64 bits, or the strategy's terms are broken.
pub fn outside_bands(vault: &Vault, amounts: &[u64], shares: u64, now: i64) -> Result<Vec<Outlier>> {
    let mut vault = Box::new(*vault);
    vault.total_shares = shares;
    vault.assets_mut().iter_mut().zip(amounts).for_each(|(asset, amount)| asset.balance = *amount);
    if vault.holdings().any(|holding| holding.counts() && holding.price.mid_x64 == 0) {
        return Ok(vec![]);
    }
    let valuation = Valuation::new(vault.holdings(), &vault.terms(now)).map_err(Refusal::core)?;
    if valuation.nav_usd == 0 {
        return Ok(vec![]);
    }
    let positions = (0..).zip(valuation.positions().iter().zip(valuation.weights_e8().map_err(Refusal::core)?));
    let outside = positions.filter(|(_, (position, _))| position.is_out_of_band(valuation.nav_usd));
    Ok(outside.map(|(asset, (position, weight_e8))| Outlier { asset, weight_e8, target_e8: position.target_e8 }).collect())
}

/// The least to accept where up to `slippage_bps` less than the quote is accepted, rounded down.
///
/// # Errors
/// Where more than the whole would be given up.
pub fn minimum(quoted: u64, slippage_bps: u16) -> Result<u64> {
    let kept = BPS.checked_sub(slippage_bps).ok_or_else(|| Refusal::new("Slippage", "the slippage must be at most 100%"))?;
    fixed::mul_div_floor(quoted, kept.into(), BPS.into()).map_err(Refusal::core)
}

/// The most to give where up to `slippage_bps` more than the quote is given, rounded up.
///
/// # Errors
/// Where it does not fit 64 bits.
pub fn maximum(quoted: u64, slippage_bps: u16) -> Result<u64> {
    fixed::mul_div_ceil(quoted, u64::from(BPS) + u64::from(slippage_bps), BPS.into()).map_err(Refusal::core)
}

/// The basket's value at mid prices, in micro-dollars, stale or not.
///
/// # Errors
/// Where a value does not fit 64 bits.
pub fn nav_usd(vault: &Vault, now: i64) -> Result<u64> {
    let valuation = Valuation::without_targets(vault.holdings(), now, vault.limits.max_price_age_secs);
    Ok(valuation.map_err(Refusal::core)?.nav_usd)
}

/// One amount for each slot, as the program wants them.
fn require_amounts(vault: &Vault, amounts: &[u64]) -> Result<()> {
    let is_complete = amounts.len() == vault.assets().len();
    if is_complete { Ok(()) } else { Err(Refusal::core(BallastError::AccountsMismatch)) }
}

/// The shares that are left of the vault's after a redemption.
fn remaining_shares(vault: &Vault, shares: u64) -> Result<u64> {
    let fewer = || Refusal::new("TooManyShares", "the vault has fewer shares than these; redeem no more than you have");
    vault.total_shares.checked_sub(shares).ok_or_else(fewer)
}

fn added(one: u64, other: u64) -> Result<u64> {
    one.checked_add(other).ok_or_else(|| Refusal::core(BallastError::MathOverflow))
}

fn accrued(vault: &Vault, now: i64) -> Box<Vault> {
    let mut vault = Box::new(*vault);
    vault.accrue_fees(now);
    vault
}

#[cfg(test)]
mod tests {
    use ballast_client::ballast::state::Asset;
    use ballast_core::limits;
    use ballast_core::risk::breaker::{self, Breakers};
    use ballast_core::strategy::allocation::Allocation;
    use bytemuck::Zeroable;

    use super::*;

    const NOW: i64 = 1_000;

    /// A thousand units of an asset worth two micro-dollars each, give or take a tenth, and two thousand of one worth one; as many
    /// shares as micro-dollars.
    fn vault() -> Box<Vault> {
        let mut vault: Box<Vault> = bytemuck::zeroed_box();
        let asset = |balance, price_x64: u128, conf_x64: u128| Asset {
            balance,
            price_x64: price_x64.into(),
            conf_x64: conf_x64.into(),
            publish_time: NOW,
            allocation: Allocation::fixed(5_000, 1_000, 10_000),
            ..Asset::zeroed()
        };
        (vault.assets[0], vault.assets[1]) = (asset(1_000, 2 << 64, (1 << 64) / 10), asset(2_000, 1 << 64, 0));
        (vault.asset_count, vault.total_shares, vault.limits) = (2, 4_000, limits::DEFAULT);
        vault.breakers = Breakers { max_conf_bps: 1_000, ..breaker::DEFAULT };
        vault
    }

    #[test]
    fn a_deposit_in_one_asset_pays_the_fee_and_the_spread() {
        // Worth 190 at the low end, 189 after a fee of 0.25% rounded up, into 4,100 at the high end.
        let expected = SingleQuote { out: 184, in_usd: 200, out_usd: 184, fee_usd: 1, spread_usd: 15 };
        assert_eq!(deposit_single(&vault(), 0, 100, NOW).unwrap(), expected);
    }

    #[test]
    fn a_redemption_in_one_asset_pays_them_too() {
        // Of 3,900 at the low end 390, 389 after the fee, at 2.1 a unit.
        let expected = SingleQuote { out: 185, in_usd: 400, out_usd: 370, fee_usd: 1, spread_usd: 29 };
        assert_eq!(redeem_single(&vault(), 0, 400, NOW).unwrap(), expected);
    }

    #[test]
    fn cost_adds_up() {
        let quote = SingleQuote::new(1, 1_000_000, 990_000, 25).unwrap();
        assert_eq!((quote.spread_usd, quote.fee_usd), (7_500, 2_500));
        assert_eq!(SingleQuote::new(1, 10, 12, 0).unwrap().spread_usd, -2);
    }

    #[test]
    fn in_kind_is_in_proportion_and_rounded_for_the_vault() {
        let deposit = deposit_in_kind(&vault(), &[10, 1_000], NOW).unwrap();
        assert_eq!(deposit, InKindQuote { shares: 40, amounts: vec![10, 20] });
        assert_eq!(redeem_in_kind(&vault(), 41, NOW).unwrap(), InKindQuote { shares: 41, amounts: vec![10, 20] });
    }

    #[test]
    fn the_scarcest_asset_is_the_one_that_lacks_the_greatest_part() {
        assert_eq!(scarcest(&[10, 20, 30], &[10, 21, 30]), None);
        assert_eq!(scarcest(&[10, 20, 30], &[9, 10, 29]), Some(1));
        assert_eq!(scarcest(&[10, 20, 30], &[9, 1, 0]), Some(2));
    }

    #[test]
    fn a_first_deposit_outside_the_bands_is_told() {
        // One is worth twice as much as the other; targets are halves.
        assert_eq!(outside_bands(&vault(), &[1_000, 2_000], 4_000, NOW).unwrap(), []);
        let outside = outside_bands(&vault(), &[1_500, 1_000], 4_000, NOW).unwrap();
        let outlier = |asset, weight_e8| Outlier { asset, weight_e8, target_e8: 50_000_000 };
        assert_eq!(outside, [outlier(0, 75_000_000), outlier(1, 25_000_000)]);
        let mut unpriced = vault();
        unpriced.assets[1].price_x64 = 0u128.into();
        assert_eq!(outside_bands(&unpriced, &[1_500, 1_000], 4_000, NOW).unwrap(), []);
    }

    #[test]
    fn a_first_deposit_sets_the_number_of_shares_and_locks_some() {
        let mut empty = vault();
        empty.total_shares = 0;
        let amounts = [1_500_000_000, 1_000_000_000];
        let quote = first_deposit(&empty, &amounts, None, NOW).unwrap();
        assert_eq!((quote.shares, quote.own_shares), (4_000_000_000, 4_000_000_000 - shares::LOCKED_SHARES));
        assert_eq!(quote.outside.iter().map(|outlier| outlier.asset).collect::<Vec<_>>(), [0, 1]);
        assert_eq!(first_deposit(&empty, &amounts, Some(20_000_000), NOW).unwrap().shares, 20_000_000);
        let name = |vault: &Vault, amounts: &[u64]| first_deposit(vault, amounts, None, NOW).unwrap_err().name;
        assert_eq!(name(&empty, &[1, 1]), "FirstDeposit");
        assert_eq!(name(&empty, &[1]), "AccountsMismatch");
        assert_eq!(name(&vault(), &amounts), "NotEmpty");
        empty.assets[1].price_x64 = 0u128.into();
        assert_eq!(name(&empty, &amounts), "PriceUnknown");
    }

    #[test]
    fn what_the_program_would_refuse_is_refused() {
        let name = |quote: Result<SingleQuote>| quote.unwrap_err().name;
        let changed = |change: fn(&mut Vault)| {
            let mut vault = vault();
            change(&mut vault);
            vault
        };
        let paused = changed(|vault| vault.paused = pause::ALL);
        assert_eq!(name(deposit_single(&paused, 0, 100, NOW)), "Paused");
        assert_eq!(name(redeem_single(&paused, 0, 100, NOW)), "Paused");
        assert_eq!(deposit_in_kind(&paused, &[1, 2], NOW).unwrap_err().name, "Paused");
        assert!(redeem_in_kind(&paused, 41, NOW).is_ok());
        let quarantined = changed(|vault| vault.assets[1].status = 1);
        assert_eq!(name(deposit_single(&quarantined, 0, 100, NOW)), "Quarantined");
        let wide = changed(|vault| vault.breakers.max_conf_bps = 100);
        assert_eq!(name(deposit_single(&wide, 0, 100, NOW)), "PriceDislocated");
        assert_eq!(name(redeem_single(&wide, 1, 100, NOW)), "PriceDislocated");
        assert_eq!(name(deposit_single(&changed(|vault| vault.total_shares = 0), 0, 100, NOW)), "VaultEmpty");
        assert_eq!(name(deposit_single(&vault(), 0, 2_000, NOW)), "LeavesBand");
        assert_eq!(name(redeem_single(&vault(), 0, 2_000, NOW)), "LeavesBand");
        assert_eq!(name(redeem_single(&vault(), 0, 4_000, NOW)), "InsufficientReserve");
        assert_eq!(name(redeem_single(&vault(), 0, 0, NOW)), "AmountTooSmall");
        assert_eq!(redeem_in_kind(&vault(), 4_001, NOW).unwrap_err().name, "TooManyShares");
        assert_eq!(redeem_in_kind(&vault(), 0, NOW).unwrap_err().name, "AmountTooSmall");
    }

    #[test]
    fn refusals_are_in_the_programs_words() {
        let late = NOW + i64::from(limits::DEFAULT.max_price_age_secs) + 1;
        let stale = deposit_single(&vault(), 0, 100, late).unwrap_err().to_string();
        assert!(stale.starts_with("PriceStale: The price is older"), "{stale}");
        let unknown = redeem_single(&vault(), 2, 100, NOW).unwrap_err().to_string();
        assert!(unknown.starts_with("UnknownAsset: "), "{unknown}");
        let small = deposit_in_kind(&vault(), &[0, 1_000], NOW).unwrap_err().to_string();
        assert!(small.starts_with("AmountTooSmall: "), "{small}");
    }

    #[test]
    fn minimum_and_maximum_are_rounded_for_the_user() {
        assert_eq!((minimum(1_001, 50).unwrap(), maximum(1_001, 50).unwrap()), (995, 1_007));
        assert_eq!((minimum(7, 10_000).unwrap(), minimum(7, 0).unwrap(), maximum(7, 0).unwrap()), (0, 7, 7));
        assert!(minimum(7, 10_001).is_err() && maximum(u64::MAX, 1).is_err());
    }
}
