//! The covariance matrix of the assets' returns, and what portfolios read off it.

use crate::MAX_ASSETS;
use crate::fixed::MathError;
use crate::stored::stored;

/// A symmetric matrix of order n has n(n + 1)/2 entries: n/2 rows of n + 1.
const PACKED_ROWS: usize = MAX_ASSETS / 2;
const PACKED_COLUMNS: usize = MAX_ASSETS + 1;
const _: () = assert!(MAX_ASSETS.is_multiple_of(2));

/// Square of a weight's unit, 10⁻⁸.
const E8_SQUARED: i128 = 10_000_000_000_000_000;
/// A weight's unit, 10⁻⁸.
const E8: i128 = 100_000_000;
/// Above what the sizes of a portfolio's weights sum to.
const MAX_SIZES_E8: u64 = 1 << 31;
const LOW_HALF: i64 = 0x7fff_ffff;

stored! {
    /// Covariances in 10⁻¹² per year. Weights of portfolios are in 10⁻⁸ and may be negative; missing ones are zero.
    ///
    /// It is positive semidefinite: no portfolio's variance is negative, but for rounding. An observation with weight `w`
    /// and participants P, whose returns are `z`, moves it to `(1 - w) C + w D`. `D` has `z z'` in the block of P,
    /// the old covariances in that of the others, and zeros between the two, so that `x'Dx = (z'x_P)² + x_O' C_OO x_O`,
    /// a square and the variance of a portfolio of the others under `C`. Both terms are nonnegative for every `x`, and so is
    /// the mean of `C` and `D`. Keeping the covariances between the two would break this: variances of P could fall below
    /// what they need.
    pub struct Covariance {
        /// The lower triangle row by row, diagonal included, broken into lines of equal length.
        pub packed_e12: [[i64; PACKED_COLUMNS]; PACKED_ROWS],
    }
}

impl Covariance {
    /// Covariance of two assets, their variance where they are the same; `None` beyond [`MAX_ASSETS`].
    pub fn get(&self, i: usize, j: usize) -> Option<i64> {
        let index = packed_index(i.max(j), i.min(j))?;
        self.packed_e12.as_flattened().get(index).copied()
    }

    /// The rows of the lower triangle, each ending with its diagonal.
    fn rows(&self) -> impl Iterator<Item = &[i64]> {
        let mut rest = self.packed_e12.as_flattened();
        (1..=MAX_ASSETS).map_while(move |len| rest.split_off(..len))
    }

    /// The rows of the lower triangle, each ending with its diagonal.
    pub(super) fn rows_mut(&mut self) -> impl Iterator<Item = &mut [i64]> {
        let mut rest = self.packed_e12.as_flattened_mut();
        (1..=MAX_ASSETS).map_while(move |len| rest.split_off_mut(..len))
    }

    /// Variance of a portfolio `a'Ca`, in 10⁻¹² per year, rounded towards zero. The sizes of its weights sum to twenty wholes at most.
    pub fn portfolio_variance_e12(&self, weights_e8: &[i64]) -> Result<i64, MathError> {
        check_sizes(weights_e8)?;
        let mut sum = 0i128;
        for ((i, row), &weight) in self.rows().enumerate().zip(weights_e8) {
            let Some((&variance, covariances)) = row.split_last() else { break };
            let others = product_sum(covariances, weights_e8.get(..i).unwrap_or_default());
            // Entries off the diagonal stand for two. Entries have 63 bits and the weights' sizes sum to less than 2^31, so
            // that the whole sum stays below 2^126.
            let total = (others << 1).wrapping_add(product(variance, weight));
            sum = sum.wrapping_add(total.wrapping_mul(i128::from(weight)));
        }
        narrow(sum / E8_SQUARED)
    }

    /// Covariance of a portfolio with an exchange of one asset for another, `(C_bought - C_sold) · a`, in 10⁻¹² per year,
    /// rounded towards zero: half of what the portfolio's variance grows by per unit exchanged, at first.
    pub fn exchange_covariance_e12(&self, bought: usize, sold: usize, weights_e8: &[i64]) -> Result<i64, MathError> {
        let mut sum = 0i128;
        for (j, &weight) in weights_e8.iter().enumerate() {
            let difference = self.entry(bought, j)?.checked_sub(self.entry(sold, j)?).ok_or(MathError::Overflow)?;
            sum = sum.checked_add(product(difference, weight)).ok_or(MathError::Overflow)?;
        }
        narrow(sum / E8)
    }

    /// Variance of one asset's return over another's, `C_bb - 2 C_bs + C_ss`, in 10⁻¹² per year.
    pub fn exchange_variance_e12(&self, bought: usize, sold: usize) -> Result<i64, MathError> {
        let (first, second) = (self.entry(bought, bought)?, self.entry(sold, sold)?);
        let both = self.entry(bought, sold)?.checked_mul(2).ok_or(MathError::Overflow)?;
        first.checked_add(second).and_then(|sum| sum.checked_sub(both)).ok_or(MathError::Overflow)
    }

    fn entry(&self, i: usize, j: usize) -> Result<i64, MathError> {
        self.get(i, j).ok_or(MathError::Overflow)
    }
}

/// Position of row `i`, column `j ≤ i` in the lower triangle: `i (i + 1) / 2 + j`.
#[inline]
#[allow(clippy::arithmetic_side_effects, reason = "both numbers are below MAX_ASSETS")]
fn packed_index(i: usize, j: usize) -> Option<usize> {
    (i < MAX_ASSETS && j <= i).then(|| i * (i + 1) / 2 + j)
}

#[inline]
#[allow(clippy::arithmetic_side_effects, reason = "the product of two 64-bit numbers fits 128 bits")]
fn product(a: i64, b: i64) -> i128 {
    i128::from(a) * i128::from(b)
}

/// `Σ a_j · b_j`, where the sizes of `b` have passed [`check_sizes`]: by the halves of `a`, since on-chain a product of 128 bits
/// costs as much as ten of 64.
#[inline]
fn product_sum(a: &[i64], b: &[i64]) -> i128 {
    let (mut high, mut low) = (0i64, 0i64);
    for (&a, &b) in a.iter().zip(b) {
        high = high.wrapping_add((a >> 31).wrapping_mul(b));
        low = low.wrapping_add((a & LOW_HALF).wrapping_mul(b));
    }
    (i128::from(high) << 31).wrapping_add(i128::from(low))
}

/// Checks that the sizes of the weights sum to less than 2^31, which is twenty wholes.
#[inline]
fn check_sizes(weights_e8: &[i64]) -> Result<(), MathError> {
    let sum = weights_e8.iter().fold(0u64, |sum, weight| sum.saturating_add(weight.unsigned_abs()));
    if sum < MAX_SIZES_E8 { Ok(()) } else { Err(MathError::Overflow) }
}

#[inline]
fn narrow(x: i128) -> Result<i64, MathError> {
    i64::try_from(x).map_err(|_| MathError::Overflow)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Matrix = [[i64; MAX_ASSETS]; MAX_ASSETS];

    /// A matrix whose entry tells its place, and the same in full.
    fn landmarks() -> (Covariance, Matrix) {
        fill(|i, j| (100 * i.max(j) + i.min(j)) as i64)
    }

    fn fill(mut entry: impl FnMut(usize, usize) -> i64) -> (Covariance, Matrix) {
        let (mut covariance, mut full) = (Covariance::default(), Matrix::default());
        for (i, row) in covariance.rows_mut().enumerate() {
            for (j, packed) in row.iter_mut().enumerate() {
                *packed = entry(i, j);
                (full[i][j], full[j][i]) = (*packed, *packed);
            }
        }
        (covariance, full)
    }

    #[test]
    fn every_entry_has_its_own_place() {
        let (covariance, full) = landmarks();
        for (i, row) in full.iter().enumerate() {
            for (j, &entry) in row.iter().enumerate() {
                assert_eq!(covariance.get(i, j), Some(entry), "{i}, {j}");
            }
        }
        assert_eq!(covariance.rows().map(<[i64]>::len).sum::<usize>(), PACKED_ROWS * PACKED_COLUMNS);
        assert_eq!([covariance.get(MAX_ASSETS, 0), covariance.get(0, MAX_ASSETS)], [None, None]);
    }

    #[test]
    fn variances_of_two_assets() {
        // Volatilities of 40 % and 20 %, correlation of a half.
        let (covariance, _) = fill(|i, j| match (i, j) {
            (0, 0) => 160_000_000_000,
            (1, 0) => 40_000_000_000,
            (1, 1) => 40_000_000_000,
            _ => 0,
        });
        let half = 50_000_000;
        assert_eq!(covariance.portfolio_variance_e12(&[half, half]), Ok(70_000_000_000));
        assert_eq!(covariance.portfolio_variance_e12(&[100_000_000, -100_000_000]), Ok(120_000_000_000));
        assert_eq!(covariance.portfolio_variance_e12(&[]), Ok(0));
        assert_eq!(covariance.exchange_variance_e12(0, 1), Ok(120_000_000_000));
        assert_eq!(covariance.exchange_variance_e12(1, 1), Ok(0));
        assert_eq!(covariance.exchange_covariance_e12(0, 1, &[half, half]), Ok(60_000_000_000));
        assert_eq!(covariance.exchange_covariance_e12(1, 0, &[half, half]), Ok(-60_000_000_000));
    }

    #[test]
    fn unknown_asset_is_an_error() {
        let (covariance, _) = landmarks();
        assert_eq!(covariance.exchange_variance_e12(0, MAX_ASSETS), Err(MathError::Overflow));
        assert_eq!(covariance.exchange_covariance_e12(MAX_ASSETS, 0, &[1]), Err(MathError::Overflow));
    }

    proptest! {
        #[test]
        fn agrees_with_the_full_matrix(
            entries in proptest::collection::vec(-1i64 << 40..1 << 40, 136),
            weights in proptest::collection::vec(-100_000_000i64..100_000_000, 0..=MAX_ASSETS),
            bought in 0..MAX_ASSETS,
            sold in 0..MAX_ASSETS,
        ) {
            let mut entries = entries.into_iter();
            let (covariance, full) = fill(|_, _| entries.next().unwrap());
            let times = |row: &[i64]| row.iter().zip(&weights).map(|(&c, &a)| product(c, a)).sum::<i128>();
            let variance: i128 = full.iter().zip(&weights).map(|(row, &a)| i128::from(a) * times(row)).sum();
            prop_assert_eq!(covariance.portfolio_variance_e12(&weights), Ok((variance / E8_SQUARED) as i64));
            let exchange = times(&full[bought]) - times(&full[sold]);
            prop_assert_eq!(covariance.exchange_covariance_e12(bought, sold, &weights), Ok((exchange / E8) as i64));
        }

        #[test]
        fn overflow_never_panics(
            entries in proptest::collection::vec(any::<i64>(), 136),
            weights in proptest::collection::vec(any::<i64>(), 0..=20),
            bought in 0usize..20,
            sold in 0usize..20,
        ) {
            let mut entries = entries.into_iter();
            let (covariance, _) = fill(|_, _| entries.next().unwrap());
            let _ = covariance.portfolio_variance_e12(&weights);
            let _ = covariance.exchange_covariance_e12(bought, sold, &weights);
            let _ = covariance.exchange_variance_e12(bought, sold);
        }
    }
}
