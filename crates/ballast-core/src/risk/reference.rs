//! What a price is compared with: its publisher's moving average, and the vault's own.
//!
//! The vault's average takes in each price only when the next one comes, for the time that it stood:
//! `average += (old - average) · t / (t + τ)`. So the newest price is always compared with the past, and how often anybody
//! refreshes hardly matters: `1 - t / (t + τ)` is `e^(-t/τ)` to the second order.

/// The averages of one asset's price. Micro-dollars per raw unit, Q64.64; 0 before the first price.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct References {
    /// The publisher's moving average.
    pub ema_x64: u128,
    /// The vault's own average of the prices before the present one.
    pub average_x64: u128,
}

/// The vault's average once a price of `old_x64` has stood for `stood_secs` and one of `new_x64` follows it; the new price itself
/// where it is the first. Rounded towards the average before, so that it never leaves the range of the prices.
pub fn next_average_x64(average_x64: u128, old_x64: u128, new_x64: u128, stood_secs: i64, average_secs: u32) -> u128 {
    if old_x64 == 0 {
        return new_x64;
    }
    let step_x64 = part_of(average_x64.abs_diff(old_x64), stood_secs, average_secs);
    match old_x64.checked_sub(average_x64) {
        Some(_) => average_x64.saturating_add(step_x64),
        None => average_x64.saturating_sub(step_x64),
    }
}

/// `distance · t / (t + τ)`, rounded down, with the quotient of times rounded down to 2⁻³².
#[allow(clippy::arithmetic_side_effects, reason = "times below 2^32; the part of 32 bits is less than one, so products fit 128")]
fn part_of(distance_x64: u128, stood_secs: i64, average_secs: u32) -> u128 {
    let stood_secs = stood_secs.clamp(0, i64::from(u32::MAX)) as u64;
    let part_x32 = u128::from((stood_secs << 32).checked_div(stood_secs + u64::from(average_secs)).unwrap_or(0));
    let (high, low) = (distance_x64 >> 32, distance_x64 & u128::from(u32::MAX));
    high * part_x32 + ((low * part_x32) >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_first_price_is_its_own_average() {
        assert_eq!(next_average_x64(0, 0, 700, 1_700_000_000, 1_800), 700);
    }

    #[test]
    fn a_price_counts_by_the_time_it_stood() {
        // A third of the way after half the time constant, half of it after all, none at once.
        let after = |stood_secs| next_average_x64(1 << 40, 4 << 40, 9 << 40, stood_secs, 1_800);
        assert_eq!([after(0), after(-5)], [1 << 40; 2]);
        assert_eq!(after(1_800), (1 << 40) + (3 << 39));
        assert!((1 << 41) - after(900) < 1 << 12, "{}", after(900));
        let down = next_average_x64(4 << 40, 1 << 40, 9 << 40, 1_800, 1_800);
        assert_eq!(down, (4 << 40) - (3 << 39));
        // Distances far below a unit of the price count as well.
        assert_eq!(next_average_x64(1_000, 4_000, 9, 1_800, 1_800), 2_500);
        assert_eq!(next_average_x64(1, (1 << 33) + 4_001, 9, 1_800, 1_800), (1 << 32) + 2_001);
    }

    /// Sixty prices of a minute each against one of an hour.
    #[test]
    fn refreshing_more_often_hardly_matters() {
        let often = (0..60).fold(1u128 << 64, |average, _| next_average_x64(average, 2 << 64, 2 << 64, 60, 14_400));
        let once = next_average_x64(1 << 64, 2 << 64, 2 << 64, 3_600, 14_400);
        let [often, once] = [often, once].map(|average| average as f64 / 2f64.powi(64));
        assert!((often - once).abs() < 0.03 && (often - (2.0 - (-0.25f64).exp())).abs() < 0.001, "{often}, {once}");
    }

    proptest! {
        #[test]
        fn average_stays_within_the_prices(
            average: u128,
            prices in proptest::collection::vec((1u128.., any::<i64>()), 1..20),
            average_secs in 1u32..,
        ) {
            let (mut low, mut high, mut now) = (average, average, average);
            for (price, stood_secs) in prices {
                (low, high) = (low.min(price), high.max(price));
                now = next_average_x64(now, price, 1, stood_secs, average_secs);
                prop_assert!(low <= now && now <= high);
            }
        }

        #[test]
        fn average_agrees_with_floating_point(average in 1u64.., old in 1u64.., stood_secs in 0i64..100_000, average_secs in 60u32..=86_400) {
            let exact = average as f64 + (old as f64 - average as f64) * stood_secs as f64 / (stood_secs as f64 + f64::from(average_secs));
            let next = next_average_x64(u128::from(average) << 60, u128::from(old) << 60, 1, stood_secs, average_secs) as f64 / 2f64.powi(60);
            prop_assert!((next - exact).abs() <= 1e-9 * (average as f64).max(old as f64), "{next}, {exact}");
        }
    }
}
