//! Shares: what a deposit mints and what a redemption pays, always rounded in favour of the holders who stay.
//!
//! `total_shares` counts the minted shares plus [`LOCKED_SHARES`], which belong to nobody and can never be redeemed.
//! They keep the price of a share divisible: whoever inflates it (by forfeiting assets to the vault) pays most of the
//! price to shares that nobody owns.

use crate::fixed::{self, MathError};
use crate::{BPS, fixed::wide};

/// Decimal places of every share mint.
pub const SHARE_DECIMALS: u8 = 6;
/// Shares (raw units) taken out of the first deposit for ever: one whole share.
pub const LOCKED_SHARES: u64 = 1_000_000;
/// Fewest shares (raw units, the locked ones included) that a first deposit may create.
pub const MIN_FIRST_SHARES: u64 = 10 * LOCKED_SHARES;
/// Most shares (raw units) that a first deposit may create, so that a vault can grow 18,000-fold before shares run out.
pub const MAX_FIRST_SHARES: u64 = 1_000_000_000_000_000;

/// Why a deposit or redemption cannot be computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShareError {
    /// A result does not fit 64 bits.
    Math(MathError),
    /// The deposit is too small to mint one raw share, or the redemption too small to pay one raw unit.
    TooSmall,
    /// The vault holds nothing to be proportional to.
    Empty,
    /// A first deposit must create between [`MIN_FIRST_SHARES`] and [`MAX_FIRST_SHARES`].
    FirstDeposit,
}

impl From<MathError> for ShareError {
    fn from(error: MathError) -> Self {
        ShareError::Math(error)
    }
}

/// Shares the first depositor receives of `total` created ones: all but the locked. The first deposit sets the price of
/// a share, so its size in shares is the depositor's to choose.
pub fn first_deposit_shares(total: u64) -> Result<u64, ShareError> {
    if !(MIN_FIRST_SHARES..=MAX_FIRST_SHARES).contains(&total) {
        return Err(ShareError::FirstDeposit);
    }
    total.checked_sub(LOCKED_SHARES).ok_or(ShareError::FirstDeposit)
}

/// The most shares that `max_amounts` of each asset can pay for, rounded down.
///
/// `{shares} = min over assets held (max_amount {unit} · total_shares {shares} / balance {unit})`
pub fn shares_for_amounts(
    max_amounts: &[u64],
    balances: impl Iterator<Item = u64>,
    total_shares: u64,
) -> Result<u64, ShareError> {
    // The scarcest asset is found by cross-multiplication: one division in all instead of one per asset.
    let held = max_amounts.iter().copied().zip(balances).filter(|(_, balance)| *balance != 0);
    let scarcest = held.min_by(|(one, held), (other, balance)| wide(*one, *balance).cmp(&wide(*other, *held)));
    let (amount, balance) = scarcest.ok_or(ShareError::Empty)?;
    positive(fixed::mul_div_floor(amount, total_shares, balance)?)
}

/// Units of one asset that `shares` new shares cost, rounded up.
#[inline]
pub fn deposit_amount(shares: u64, balance: u64, total_shares: u64) -> Result<u64, MathError> {
    fixed::mul_div_ceil(shares, balance, total_shares)
}

/// Units of one asset that `shares` redeemed shares pay, rounded down.
#[inline]
pub fn redeem_amount(shares: u64, balance: u64, total_shares: u64) -> Result<u64, MathError> {
    fixed::mul_div_floor(shares, balance, total_shares)
}

/// Shares for a deposit in one asset worth at least `value_low_usd`, into a vault worth at most `nav_high_usd`, after a
/// fee that stays in the vault; rounded down.
pub fn shares_for_value(value_low_usd: u64, fee_bps: u16, nav_high_usd: u64, total_shares: u64) -> Result<u64, ShareError> {
    if nav_high_usd == 0 {
        return Err(ShareError::Empty);
    }
    let net_usd = after_fee(value_low_usd, fee_bps)?;
    positive(fixed::mul_div_floor(net_usd, total_shares, nav_high_usd)?)
}

/// Micro-dollars that `shares` pay when redeemed in one asset from a vault worth at least `nav_low_usd`, after a fee that
/// stays in the vault; rounded down.
pub fn value_for_shares(shares: u64, fee_bps: u16, nav_low_usd: u64, total_shares: u64) -> Result<u64, ShareError> {
    let gross_usd = fixed::mul_div_floor(shares, nav_low_usd, total_shares)?;
    positive(after_fee(gross_usd, fee_bps)?)
}

/// `value` less a fee that is rounded up.
fn after_fee(value: u64, fee_bps: u16) -> Result<u64, ShareError> {
    let fee = fixed::mul_div_ceil(value, u64::from(fee_bps), u64::from(BPS))?;
    value.checked_sub(fee).ok_or(ShareError::Math(MathError::Overflow))
}

fn positive(amount: u64) -> Result<u64, ShareError> {
    if amount == 0 { Err(ShareError::TooSmall) } else { Ok(amount) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::vec::Vec;

    #[test]
    fn first_deposit_locks_a_share() {
        assert_eq!(first_deposit_shares(MIN_FIRST_SHARES), Ok(9 * LOCKED_SHARES));
        assert_eq!(first_deposit_shares(MIN_FIRST_SHARES - 1), Err(ShareError::FirstDeposit));
        assert_eq!(first_deposit_shares(MAX_FIRST_SHARES + 1), Err(ShareError::FirstDeposit));
    }

    #[test]
    fn shares_follow_the_scarcest_asset() {
        let shares = |amounts: &[u64]| shares_for_amounts(amounts, [100, 0, 50].into_iter(), 1_000);
        assert_eq!(shares(&[10, 0, 5]), Ok(100));
        assert_eq!(shares(&[10, 7, 4]), Ok(80));
        assert_eq!(shares(&[0, 0, 5]), Err(ShareError::TooSmall));
        assert_eq!(shares_for_amounts(&[1, 2], [0, 0].into_iter(), 1_000), Err(ShareError::Empty));
    }

    #[test]
    fn parts_in_kind_are_rounded_for_the_vault() {
        let both = |shares| (deposit_amount(shares, 10, 3), redeem_amount(shares, 10, 3));
        assert_eq!([both(1), both(2), both(3)], [(Ok(4), Ok(3)), (Ok(7), Ok(6)), (Ok(10), Ok(10))]);
    }

    #[test]
    fn single_asset_fees_stay_in_the_vault() {
        assert_eq!(shares_for_value(1_000_000, 50, 2_000_000, 1_000), Ok(497));
        assert_eq!(value_for_shares(500, 50, 2_000_000, 1_000), Ok(995_000));
        assert_eq!(shares_for_value(1, 0, 2_000_000, 1_000), Err(ShareError::TooSmall));
        assert_eq!(shares_for_value(1, 0, 0, 1_000), Err(ShareError::Empty));
        assert_eq!(value_for_shares(1, 10_000, 2_000_000, 1_000), Err(ShareError::TooSmall));
    }

    proptest! {
        /// What a holder of one share can claim never falls through somebody else's deposit or redemption.
        #[test]
        fn share_price_never_falls(
            balances in proptest::collection::vec(0u64..1 << 50, 2..=16),
            total in MIN_FIRST_SHARES..=MAX_FIRST_SHARES,
            part in 1u64..=1 << 40,
            redeem: bool,
        ) {
            let part = part.min(total - LOCKED_SHARES);
            let after: Vec<(u64, u64)> = if redeem {
                balances.iter().map(|&b| (b - redeem_amount(part, b, total).unwrap(), total - part)).collect()
            } else {
                balances.iter().map(|&b| (b + deposit_amount(part, b, total).unwrap(), total + part)).collect()
            };
            for (&before, (balance, shares)) in balances.iter().zip(after) {
                prop_assert!(wide(balance, total) >= wide(before, shares));
            }
        }

        /// Shares bought with an amount never cost more than that amount.
        #[test]
        fn deposit_takes_no_more_than_offered(
            assets in proptest::collection::vec((0u64..1 << 50, 0u64..1 << 50), 2..=16),
            total in MIN_FIRST_SHARES..=MAX_FIRST_SHARES,
        ) {
            let (amounts, balances): (Vec<u64>, Vec<u64>) = assets.into_iter().unzip();
            if let Ok(shares) = shares_for_amounts(&amounts, balances.iter().copied(), total) {
                for (&amount, &balance) in amounts.iter().zip(&balances) {
                    prop_assert!(deposit_amount(shares, balance, total).unwrap() <= amount);
                }
            }
        }

        /// Depositing one asset and redeeming it at once never gains, whatever the fee and the confidence.
        #[test]
        fn round_trip_never_gains(value in 1u64..1 << 50, nav in 1u64..1 << 50, total in MIN_FIRST_SHARES..=MAX_FIRST_SHARES, fee in 0u16..=200) {
            if let Ok(shares) = shares_for_value(value, fee, nav, total)
                && let Some(total_after) = total.checked_add(shares)
            {
                let back = value_for_shares(shares, fee, nav + value, total_after).unwrap_or(0);
                prop_assert!(back <= value);
            }
        }
    }
}
