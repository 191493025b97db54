//! Drift: how far each asset's weight is from its target, and whether that leaves its band.

use crate::fixed::{self, MathError, wide};
use crate::strategy::allocation::{Allocation, WHOLE_E8, weight_e8};

/// One asset's place in the basket. Weights are in 10⁻⁸.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// Value of the accounted balance at the oracle's mid price, in micro-dollars.
    pub value_usd: u64,
    /// Target weight now.
    pub target_e8: u32,
    /// Half-width of the band now. A band may be wider than the whole.
    pub band_e8: u64,
    /// Distance from the target up to which one-asset operations may take the weight: the configured band, or the one now
    /// where that is tighter; no more than dust while the schedule's window is open.
    pub guard_e8: u64,
}

/// Half-width of the configured band around a target, in 10⁻⁸: the tighter of the absolute and the relative one; the
/// absolute one alone where the target is zero.
#[inline]
#[allow(clippy::arithmetic_side_effects, reason = "a 16-bit number times one of at most 10^8")]
pub fn band_e8(allocation: &Allocation, target_e8: u32) -> u64 {
    let absolute = u64::from(weight_e8(allocation.band_abs_bps));
    let relative = u64::from(allocation.band_rel_bps) * u64::from(target_e8) / u64::from(crate::BPS);
    if target_e8 == 0 { absolute } else { absolute.min(relative) }
}

impl Position {
    /// Whether the weight `value_usd / nav_usd` lies outside the band around the target. The band's edge is inside.
    #[inline]
    pub fn is_out_of_band(&self, nav_usd: u64) -> bool {
        self.is_above_band(nav_usd) || self.is_below_band(nav_usd)
    }

    /// Whether the weight is above the band's upper edge.
    #[inline]
    pub fn is_above_band(&self, nav_usd: u64) -> bool {
        wide(self.value_usd, u64::from(WHOLE_E8)) > wide(nav_usd, self.upper_e8())
    }

    /// Whether the weight is below the band's lower edge.
    #[inline]
    pub fn is_below_band(&self, nav_usd: u64) -> bool {
        wide(self.value_usd, u64::from(WHOLE_E8)) < wide(nav_usd, self.lower_e8())
    }

    /// Whether the weight is above what one-asset operations may leave.
    #[inline]
    pub fn is_above_guard(&self, nav_usd: u64) -> bool {
        Position { band_e8: self.guard_e8, ..*self }.is_above_band(nav_usd)
    }

    /// Whether the weight is below what one-asset operations may leave.
    #[inline]
    pub fn is_below_guard(&self, nav_usd: u64) -> bool {
        Position { band_e8: self.guard_e8, ..*self }.is_below_band(nav_usd)
    }

    /// The value this asset should have, in micro-dollars, rounded down.
    #[inline]
    pub fn target_usd(&self, nav_usd: u64) -> Result<u64, MathError> {
        fixed::mul_div_floor(nav_usd, u64::from(self.target_e8), u64::from(WHOLE_E8))
    }

    /// How far the value is beyond the nearer edge of its band, in micro-dollars, rounded up; 0 inside.
    pub fn beyond_edge_usd(&self, nav_usd: u64) -> Result<u64, MathError> {
        if self.is_above_band(nav_usd) {
            let edge_usd = fixed::mul_div_floor(nav_usd, self.upper_e8(), u64::from(WHOLE_E8))?;
            return Ok(self.value_usd.saturating_sub(edge_usd));
        }
        let edge_usd = fixed::mul_div_ceil(nav_usd, self.lower_e8(), u64::from(WHOLE_E8))?;
        Ok(edge_usd.saturating_sub(self.value_usd))
    }

    /// How far the weight is from its target, over half the width of the band, in basis points rounded up: more than 10,000 is
    /// outside. `None` of an empty vault, and of a band without width.
    pub fn used_bps(&self, nav_usd: u64) -> Option<u64> {
        let distance = wide(self.value_usd, u64::from(WHOLE_E8)).abs_diff(wide(nav_usd, u64::from(self.target_e8)));
        // Below 2^91 times one below 2^14.
        let scaled = distance.saturating_mul(u128::from(crate::BPS));
        let used = fixed::div_ceil(scaled, wide(nav_usd, self.band_e8)).ok()?;
        Some(u64::try_from(used).unwrap_or(u64::MAX))
    }

    /// The band's upper edge, in 10⁻⁸. It may lie beyond the whole.
    pub fn upper_e8(&self) -> u64 {
        u64::from(self.target_e8).saturating_add(self.band_e8)
    }

    /// The band's lower edge, in 10⁻⁸.
    pub fn lower_e8(&self) -> u64 {
        u64::from(self.target_e8).saturating_sub(self.band_e8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn position(value_usd: u64, target_bps: u16, band_abs_bps: u16, band_rel_bps: u16) -> Position {
        let target_e8 = weight_e8(target_bps);
        let band_e8 = band_e8(&Allocation::fixed(target_bps, band_abs_bps, band_rel_bps), target_e8);
        Position { value_usd, target_e8, band_e8, guard_e8: band_e8 }
    }

    #[test]
    fn tighter_band_wins() {
        // 20 % target: 5 points absolute, a quarter relative = 5 points.
        assert_eq!(position(0, 2_000, 500, 2_500).band_e8, 5_000_000);
        assert_eq!(position(0, 1_000, 500, 2_500).band_e8, 2_500_000);
        assert_eq!(position(0, 5_000, 500, 2_500).band_e8, 5_000_000);
        assert_eq!(position(0, 0, 500, 2_500).band_e8, 5_000_000);
    }

    /// Whether the position is above, below and out of its band in a vault worth 10,000.
    fn place(position: Position) -> (bool, bool, bool) {
        (position.is_above_band(10_000), position.is_below_band(10_000), position.is_out_of_band(10_000))
    }

    const INSIDE: (bool, bool, bool) = (false, false, false);
    const ABOVE: (bool, bool, bool) = (true, false, true);
    const BELOW: (bool, bool, bool) = (false, true, true);

    #[test]
    fn edge_is_inside() {
        let at = |value_usd| place(position(value_usd, 2_000, 500, 2_500));
        assert_eq!([at(1_499), at(1_500), at(2_000), at(2_500), at(2_501)], [BELOW, INSIDE, INSIDE, INSIDE, ABOVE]);
    }

    #[test]
    fn band_wider_than_target_has_no_lower_edge() {
        assert_eq!(place(position(0, 100, 500, 10_000)), INSIDE);
        assert_eq!(place(position(0, 0, 500, 1)), INSIDE);
        assert_eq!(place(position(500, 0, 500, 1)), INSIDE);
        assert_eq!(place(position(501, 0, 500, 1)), ABOVE);
    }

    #[test]
    fn used_part_of_the_band_is_rounded_towards_its_edge() {
        // A target of 20 % and a band of 5 points in a vault worth 10,000.
        let used = |value_usd| position(value_usd, 2_000, 500, 2_500).used_bps(10_000);
        assert_eq!([2_000, 2_001, 1_999, 2_500, 1_500].map(used), [0, 20, 20, 10_000, 10_000].map(Some));
        assert_eq!([2_501, 10_000, 0].map(used), [10_020, 160_000, 40_000].map(Some));
        assert_eq!(position(2_001, 2_000, 500, 2_500).used_bps(10_001), Some(16));
        assert_eq!(position(0, 2_000, 500, 2_500).used_bps(0), None);
        assert_eq!(Position { band_e8: 0, ..position(0, 2_000, 500, 2_500) }.used_bps(10_000), None);
        assert_eq!(Position { band_e8: 1, ..position(u64::MAX, 0, 500, 2_500) }.used_bps(1), Some(u64::MAX));
    }

    #[test]
    fn guard_has_edges_of_its_own() {
        // A target of 20 %, a band of 5 points and a guard of one.
        let guarded = |value_usd| {
            let position = Position { guard_e8: 1_000_000, ..position(value_usd, 2_000, 500, 2_500) };
            (position.is_above_guard(10_000), position.is_below_guard(10_000), position.is_out_of_band(10_000))
        };
        assert_eq!([1_900, 2_000, 2_100].map(guarded), [(false, false, false); 3]);
        assert_eq!([2_101, 2_500, 2_501].map(guarded), [(true, false, false), (true, false, false), (true, false, true)]);
        assert_eq!([1_899, 1_500, 1_499].map(guarded), [(false, true, false), (false, true, false), (false, true, true)]);
    }

    #[test]
    fn band_past_the_whole_has_no_upper_edge() {
        assert_eq!(place(position(10_000, 9_800, 500, 10_000)), INSIDE);
        assert_eq!(place(position(9_300, 9_800, 500, 10_000)), INSIDE);
        assert_eq!(place(position(9_299, 9_800, 500, 10_000)), BELOW);
    }

    #[test]
    fn edges_are_exact_at_the_largest_values() {
        // Both edges are whole numbers, since the largest NAV is a multiple of five.
        let nav_usd = u64::MAX;
        let edge = |numerator: u128| (u128::from(nav_usd) * numerator / 10_000) as u64;
        let at = |value_usd| position(value_usd, 5_000, 1_000, 10_000);
        assert!(!at(edge(6_000)).is_above_band(nav_usd) && at(edge(6_000) + 1).is_above_band(nav_usd));
        assert!(!at(edge(4_000)).is_below_band(nav_usd) && at(edge(4_000) - 1).is_below_band(nav_usd));
    }

    #[test]
    fn nothing_is_inside_an_empty_vault() {
        let empty = position(0, 5_000, 500, 2_500);
        assert!(!empty.is_above_band(0) && !empty.is_below_band(0) && !empty.is_out_of_band(0));
    }

    #[test]
    fn beyond_edge_is_measured_from_the_nearer_edge() {
        let beyond = |value_usd| position(value_usd, 2_000, 500, 2_500).beyond_edge_usd(10_000);
        assert_eq!([1_000, 1_499, 1_500, 2_500, 2_501, 9_000].map(beyond), [500, 1, 0, 0, 1, 6_500].map(Ok));
        // Edges between two whole numbers: the value must move until it is inside.
        let beyond = |value_usd| position(value_usd, 2_000, 500, 2_500).beyond_edge_usd(10_001);
        assert_eq!([1_500, 1_501, 2_500, 2_501].map(beyond), [1, 0, 0, 1].map(Ok));
    }

    proptest! {
        #[test]
        fn agrees_with_floating_point(value in 0u64..1 << 50, rest in 1u64..1 << 50, target in 0u16..=10_000, abs in 1u16..=10_000, rel in 1u16..=10_000) {
            let p = position(value, target, abs, rel);
            let nav = value + rest;
            let weight = value as f64 / nav as f64;
            let band = p.band_e8 as f64 / 1e8;
            let excess = (weight - f64::from(target) / 1e4).abs() - band;
            prop_assume!(excess.abs() > 1e-9);
            prop_assert_eq!(p.is_out_of_band(nav), excess > 0.0);
            prop_assert_eq!(p.used_bps(nav).is_some_and(|used| used > 10_000), excess > 0.0);
            let is_over = weight > f64::from(target) / 1e4;
            prop_assert_eq!(p.is_above_band(nav), excess > 0.0 && is_over);
            prop_assert_eq!(p.is_below_band(nav), excess > 0.0 && !is_over);
        }
    }
}
