//! What a deposit or redemption gives, by the program's own functions on the vault's own state.

use anyhow::{Result, anyhow};
use ballast_client::anchor_lang::error::Error as ProgramError;
use ballast_client::ballast::error::BallastError;
use ballast_client::ballast::instructions::{amount_for, shares_for};
use ballast_client::ballast::state::Vault;
use ballast_core::valuation::Valuation;
use ballast_core::{BPS, fixed, shares};

/// An exchange of one asset for shares, or the reverse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SingleQuote {
    /// What comes out: raw shares of a deposit, raw units of a redemption.
    pub out: u64,
    /// What goes in is worth at mid prices, in micro-dollars.
    pub in_usd: u64,
    /// What comes out is worth at mid prices, in micro-dollars.
    pub out_usd: u64,
    /// Of the difference, the vault's fee, in micro-dollars.
    pub fee_usd: u64,
}

/// All assets in proportion for shares, or the reverse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InKindQuote {
    /// Raw shares.
    pub shares: u64,
    /// Raw units by the asset's place in the vault.
    pub amounts: Vec<u64>,
}

/// An asset whose weight is outside its band. Weights are in 10⁻⁸.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outlier {
    /// The asset's place in the vault.
    pub asset: usize,
    /// Its weight.
    pub weight_e8: u32,
    /// What it should be.
    pub target_e8: u32,
}

/// A deposit of `amount` raw units of one asset at `now`.
///
/// # Errors
/// The program's own.
pub fn deposit_single(vault: &Vault, asset: u8, amount: u64, now: i64) -> Result<SingleQuote> {
    let vault = accrued(vault, now);
    let (out, _) = shares_for(&vault, asset, amount, now).map_err(refusal)?;
    let in_usd = vault.asset(asset).map_err(refusal)?.price().value_usd(amount).map_err(core)?;
    // What the shares are a part of when the deposit is in.
    let nav_usd = nav_usd(&vault, now)?.saturating_add(in_usd);
    let out_usd = shares::redeem_amount(out, nav_usd, vault.total_shares.saturating_add(out)).map_err(core)?;
    Ok(SingleQuote { out, in_usd, out_usd, fee_usd: fee_usd(in_usd, vault.limits.entry_fee_bps)? })
}

/// A redemption of `shares` raw shares in one asset at `now`.
///
/// # Errors
/// The program's own.
pub fn redeem_single(vault: &Vault, asset: u8, shares: u64, now: i64) -> Result<SingleQuote> {
    let vault = accrued(vault, now);
    let (out, _) = amount_for(&vault, asset, shares, now).map_err(refusal)?;
    let in_usd = shares::redeem_amount(shares, nav_usd(&vault, now)?, vault.total_shares).map_err(core)?;
    let out_usd = vault.asset(asset).map_err(refusal)?.price().value_usd(out).map_err(core)?;
    Ok(SingleQuote { out, in_usd, out_usd, fee_usd: fee_usd(in_usd, vault.limits.exit_fee_bps)? })
}

/// The most shares that `max_amounts` pay for at `now`, and what they take of each asset.
///
/// # Errors
/// The program's own.
pub fn deposit_in_kind(vault: &Vault, max_amounts: &[u64], now: i64) -> Result<InKindQuote> {
    let vault = accrued(vault, now);
    let balances = || vault.assets().iter().map(|asset| asset.balance);
    let shares = shares::shares_for_amounts(max_amounts, balances(), vault.total_shares).map_err(core)?;
    let amounts = balances().map(|balance| shares::deposit_amount(shares, balance, vault.total_shares));
    Ok(InKindQuote { shares, amounts: amounts.collect::<Result<_, _>>().map_err(core)? })
}

/// What `shares` raw shares give of each asset at `now`.
///
/// # Errors
/// The program's own.
pub fn redeem_in_kind(vault: &Vault, shares: u64, now: i64) -> Result<InKindQuote> {
    let vault = accrued(vault, now);
    let amounts = vault.assets().iter().map(|asset| match asset.is_removed() {
        true => Ok(0),
        false => shares::redeem_amount(shares, asset.balance, vault.total_shares),
    });
    Ok(InKindQuote { shares, amounts: amounts.collect::<Result<_, _>>().map_err(core)? })
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
    let valuation = Valuation::new(vault.holdings(), &vault.terms(now)).map_err(core)?;
    if valuation.nav_usd == 0 {
        return Ok(vec![]);
    }
    let positions = valuation.positions().iter().zip(valuation.weights_e8().map_err(core)?).enumerate();
    let outside = positions.filter(|(_, (position, _))| position.is_out_of_band(valuation.nav_usd));
    Ok(outside.map(|(asset, (position, weight_e8))| Outlier { asset, weight_e8, target_e8: position.target_e8 }).collect())
}

/// The least to accept where up to `slippage_bps` less than the quote is accepted, rounded down.
///
/// # Errors
/// Where more than the whole would be given up.
pub fn minimum(quoted: u64, slippage_bps: u16) -> Result<u64> {
    let kept = BPS.checked_sub(slippage_bps).ok_or_else(|| anyhow!("the slippage must be at most 100%"))?;
    fixed::mul_div_floor(quoted, kept.into(), BPS.into()).map_err(core)
}

/// The most to give where up to `slippage_bps` more than the quote is given, rounded up.
///
/// # Errors
/// Where it does not fit 64 bits.
pub fn maximum(quoted: u64, slippage_bps: u16) -> Result<u64> {
    fixed::mul_div_ceil(quoted, u64::from(BPS) + u64::from(slippage_bps), BPS.into()).map_err(core)
}

/// The basket's value at mid prices, in micro-dollars, stale or not.
///
/// # Errors
/// Where a value does not fit 64 bits.
pub fn nav_usd(vault: &Vault, now: i64) -> Result<u64> {
    let valuation = Valuation::without_targets(vault.holdings(), now, vault.limits.max_price_age_secs);
    Ok(valuation.map_err(core)?.nav_usd)
}

/// Why the program refuses, without Anchor's frame around it.
pub fn refusal(error: ProgramError) -> anyhow::Error {
    match error {
        ProgramError::AnchorError(error) => anyhow!("{}: {}", error.error_name, error.error_msg),
        ProgramError::ProgramError(error) => anyhow!("{}", error.program_error),
    }
}

/// Why the core refuses, in the program's words.
fn core(error: impl Into<BallastError>) -> anyhow::Error {
    refusal(error.into().into())
}

fn fee_usd(value_usd: u64, fee_bps: u16) -> Result<u64> {
    fixed::mul_div_ceil(value_usd, fee_bps.into(), BPS.into()).map_err(core)
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
        vault
    }

    #[test]
    fn a_deposit_in_one_asset_pays_the_fee_and_the_spread() {
        // Worth 190 at the low end, 189 after a fee of 0.25% rounded up, into 4,100 at the high end.
        let expected = SingleQuote { out: 184, in_usd: 200, out_usd: 184, fee_usd: 1 };
        assert_eq!(deposit_single(&vault(), 0, 100, NOW).unwrap(), expected);
    }

    #[test]
    fn a_redemption_in_one_asset_pays_them_too() {
        // Of 3,900 at the low end 390, 389 after the fee, at 2.1 a unit.
        let expected = SingleQuote { out: 185, in_usd: 400, out_usd: 370, fee_usd: 1 };
        assert_eq!(redeem_single(&vault(), 0, 400, NOW).unwrap(), expected);
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
