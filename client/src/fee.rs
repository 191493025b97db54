//! What a transaction costs, and how much to offer for its priority.

use crate::transaction::MAX_UNITS;

/// Lamports that the cluster charges for each signature.
pub const LAMPORTS_PER_SIGNATURE: u64 = 5_000;
/// Units on top of any margin: a program takes some to tell its error, and without them it would fail without a name.
const ERROR_UNITS: u128 = 10_000;
/// Unit prices are in millionths of a lamport.
const MICRO_LAMPORTS: u128 = 1_000_000;

/// How to choose a transaction's compute limit and priority fee.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeePolicy {
    /// Offer what this part of the recent transactions on the same accounts offered or less: 0 to 100.
    pub percentile: u8,
    /// Most lamports that a transaction may pay for its priority, besides its signatures; 0 for none.
    pub max_lamports: u64,
    /// Added to the units that the simulation took, in percent of them: the state may differ when the transaction lands.
    pub unit_margin_percent: u32,
}

impl Default for FeePolicy {
    /// The median, at most 0.0001 SOL, and a fifth more units than simulated.
    fn default() -> Self {
        FeePolicy { percentile: 50, max_lamports: 100_000, unit_margin_percent: 20 }
    }
}

impl FeePolicy {
    /// The compute limit to ask for, given what a simulation took.
    ///
    /// ```
    /// use ballast_client::fee::FeePolicy;
    ///
    /// let policy = FeePolicy { unit_margin_percent: 20, ..FeePolicy::default() };
    /// assert_eq!(policy.unit_limit(100_000), 130_000, "10,000 are for the program to tell its error, if it comes to one");
    /// assert_eq!(policy.unit_limit(1_300_000), 1_400_000, "a transaction may not ask for more");
    /// ```
    pub fn unit_limit(&self, simulated_units: u64) -> u32 {
        let percent = 100_u128 + u128::from(self.unit_margin_percent);
        let units = (u128::from(simulated_units) * percent).div_ceil(100) + ERROR_UNITS;
        u32::try_from(units).map_or(MAX_UNITS, |units| units.min(MAX_UNITS))
    }

    /// The price to offer for a unit, in micro-lamports, given the prices that recent blocks took.
    ///
    /// ```
    /// use ballast_client::fee::FeePolicy;
    ///
    /// let policy = FeePolicy { percentile: 75, max_lamports: 1_000, unit_margin_percent: 0 };
    /// assert_eq!(policy.unit_price(&[0, 400, 100, 200], 200_000), 200);
    /// assert_eq!(policy.unit_price(&[90_000], 200_000), 5_000, "200,000 units at 5,000 take all of the 1,000 lamports");
    /// ```
    pub fn unit_price(&self, recent: &[u64], unit_limit: u32) -> u64 {
        let most = u128::from(self.max_lamports) * MICRO_LAMPORTS / u128::from(unit_limit.max(1));
        percentile(recent, self.percentile).min(u64::try_from(most).unwrap_or(u64::MAX))
    }
}

/// Lamports that a transaction pays in all, whether it succeeds or fails.
///
/// ```
/// assert_eq!(ballast_client::fee::lamports(1, 200_000, 12), 5_000 + 3, "2.4 lamports are rounded up");
/// ```
pub fn lamports(signatures: usize, unit_limit: u32, unit_price: u64) -> u64 {
    let priority = (u128::from(unit_limit) * u128::from(unit_price)).div_ceil(MICRO_LAMPORTS);
    (signatures as u64).saturating_mul(LAMPORTS_PER_SIGNATURE).saturating_add(u64::try_from(priority).unwrap_or(u64::MAX))
}

/// The nearest-rank percentile; 0 where there are no values.
fn percentile(values: &[u64], percent: u8) -> u64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let rank = (sorted.len() * usize::from(percent.min(100))).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentile_is_the_nearest_rank() {
        let values = [30, 10, 20, 40];
        let at = |percent| percentile(&values, percent);
        assert_eq!([0, 25, 26, 50, 75, 76, 100].map(at), [10, 10, 20, 20, 30, 40, 40]);
        assert_eq!((percentile(&[], 50), percentile(&[7], 1), percentile(&values, 255)), (0, 7, 40));
    }

    #[test]
    fn priority_fee_is_never_above_its_cap() {
        for max_lamports in [0, 1, 999, 100_000, u64::MAX] {
            let policy = FeePolicy { percentile: 100, max_lamports, unit_margin_percent: 0 };
            for limit in [0, 1, 3, 77_777, MAX_UNITS] {
                let price = policy.unit_price(&[u64::MAX / MAX_UNITS as u64], limit);
                assert!(lamports(0, limit, price) <= max_lamports, "{max_lamports} {limit} {price}");
            }
        }
    }

    #[test]
    fn limits_are_rounded_up_and_stay_in_range() {
        let policy = FeePolicy { unit_margin_percent: 10, ..FeePolicy::default() };
        assert_eq!([0, 1, 100, 101].map(|units| policy.unit_limit(units)), [10_000, 10_002, 10_110, 10_112]);
        assert_eq!(policy.unit_limit(u64::MAX), MAX_UNITS);
        let wide = FeePolicy { unit_margin_percent: u32::MAX, ..policy };
        assert_eq!(wide.unit_limit(u64::MAX), MAX_UNITS);
    }

    #[test]
    fn fees_saturate() {
        assert_eq!(lamports(2, 0, u64::MAX), 10_000);
        assert_eq!(lamports(1, u32::MAX, u64::MAX), u64::MAX);
    }
}
