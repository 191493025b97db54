//! Valuation of a basket from its accounted balances and stored prices.

use crate::MAX_ASSETS;
use crate::drift::{self, Position};
use crate::fixed::{self, MathError};
use crate::price::{UnitPrice, is_fresh};
use crate::risk::reference::References;
use crate::state::State;
use crate::strategy::allocation::{Allocation, WHOLE_E8};
use crate::strategy::target::{self, Inputs};
use crate::strategy::{Strategy, band};

/// One asset as the vault stores it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holding {
    /// Raw units that the vault's own instructions moved in; donations do not count.
    pub balance: u64,
    /// Last accepted price.
    pub price: UnitPrice,
    /// Unix time at which that price was published; 0 before the first one.
    pub publish_time: i64,
    /// What that price is compared with.
    pub references: References,
    /// Target, bounds and band.
    pub allocation: Allocation,
    /// Whether it counts for nothing: quarantined, or removed from the basket.
    pub is_excluded: bool,
}

impl Holding {
    /// Whether it is part of the value: held, and not excluded. Only then its price must be fresh.
    pub fn counts(&self) -> bool {
        self.balance > 0 && !self.is_excluded
    }
}

/// What, besides the holdings, weights and bands depend on.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// Unix time, in seconds.
    pub now: i64,
    /// Oldest price that may be used.
    pub max_price_age_secs: u32,
    /// Shares, the locked ones included, raw units.
    pub total_shares: u64,
    /// The vault's strategy.
    pub strategy: &'a Strategy,
    /// What evolves.
    pub state: &'a State,
}

/// Which end of the confidence interval a valuation takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// The least the basket may be worth, rounded down: what leavers are paid from.
    Low,
    /// The most the basket may be worth, rounded up: what joiners pay for.
    High,
}

/// Which way one asset went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Into the vault.
    In,
    /// Out of the vault.
    Out,
}

/// Why a basket cannot be valued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValuationError {
    /// A held asset's price is older than the limit.
    Stale,
    /// A value does not fit 64 bits.
    Math(MathError),
}

impl From<MathError> for ValuationError {
    fn from(error: MathError) -> Self {
        ValuationError::Math(error)
    }
}

/// A bound on the basket's value in micro-dollars, excluded assets left out. Every other held asset's price must be fresh.
pub fn nav_bound_usd(
    holdings: impl Iterator<Item = Holding>,
    bound: Bound,
    now: i64,
    max_age_secs: u32,
) -> Result<u64, ValuationError> {
    let mut nav_usd = 0u64;
    for holding in holdings.filter(Holding::counts) {
        if !is_fresh(holding.publish_time, now, max_age_secs) {
            return Err(ValuationError::Stale);
        }
        let value_usd = match bound {
            Bound::Low => holding.price.value_low_usd(holding.balance)?,
            Bound::High => holding.price.value_high_usd(holding.balance)?,
        };
        nav_usd = nav_usd.checked_add(value_usd).ok_or(MathError::Overflow)?;
    }
    Ok(nav_usd)
}

/// A basket valued at mid prices, with the targets and bands of the moment: what the rebalancing decision looks at.
///
/// An excluded asset has no value and no target; the others' targets are scaled up to the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Valuation {
    positions: [Position; MAX_ASSETS],
    targets_e8: [u32; MAX_ASSETS],
    len: usize,
    /// Sum of all positions, in micro-dollars.
    pub nav_usd: u64,
    /// Whether every held asset's price is fresh.
    pub is_fresh: bool,
}

impl Valuation {
    /// Values up to [`MAX_ASSETS`] holdings, each rounded down, and asks the strategy for their targets and bands. More are an
    /// overflow error.
    #[inline(never)]
    pub fn new(holdings: impl Iterator<Item = Holding>, terms: &Terms) -> Result<Self, MathError> {
        let mut allocations = [Allocation::default(); MAX_ASSETS];
        let mut slots = allocations.iter_mut();
        let (mut excluded, mut bit) = (0u16, 1u16);
        // In one pass over the holdings. A seventeenth has no slot, and is refused.
        let noted = holdings.inspect(|holding| {
            slots.next().into_iter().for_each(|slot| *slot = holding.allocation);
            excluded |= if holding.is_excluded { bit } else { 0 };
            bit = bit.wrapping_shl(1);
        });
        let mut valuation = Valuation::without_targets(noted, terms.now, terms.max_price_age_secs)?;
        valuation.aim(&allocations, excluded, terms)?;
        Ok(valuation)
    }

    /// As [`new`](Self::new), but all targets and bands are zero.
    #[inline]
    pub fn without_targets(
        holdings: impl Iterator<Item = Holding>,
        now: i64,
        max_price_age_secs: u32,
    ) -> Result<Self, MathError> {
        let mut valuation = Valuation {
            positions: [Position::default(); MAX_ASSETS],
            targets_e8: [0; MAX_ASSETS],
            len: 0,
            nav_usd: 0,
            is_fresh: true,
        };
        for holding in holdings {
            let value_usd = if holding.counts() { holding.price.value_usd(holding.balance)? } else { 0 };
            valuation.positions.get_mut(valuation.len).ok_or(MathError::Overflow)?.value_usd = value_usd;
            valuation.len = valuation.len.saturating_add(1);
            valuation.nav_usd = valuation.nav_usd.checked_add(value_usd).ok_or(MathError::Overflow)?;
            valuation.is_fresh &= !holding.counts() || is_fresh(holding.publish_time, now, max_price_age_secs);
        }
        Ok(valuation)
    }

    /// Sets each position's target and band. Bit `i` of `excluded` set: asset `i` is.
    fn aim(&mut self, allocations: &[Allocation; MAX_ASSETS], excluded: u16, terms: &Terms) -> Result<(), MathError> {
        let Terms { now, strategy, state, .. } = *terms;
        let allocations = allocations.get(..self.len).unwrap_or_default();
        self.targets_e8 = target_weights_e8(allocations, self.nav_usd, terms)?;
        let mut targets_e8 = self.targets_e8;
        if excluded != 0 {
            target::exclude(excluded, &mut targets_e8)?;
        }
        let dust_e8 = strategy.schedule.open_dust_e8(now).unwrap_or(u64::MAX);
        let slots = self.positions.iter_mut().zip(allocations).zip(&targets_e8);
        for (asset, ((position, allocation), target_e8)) in slots.enumerate() {
            position.target_e8 = *target_e8;
            let configured_e8 = drift::band_e8(allocation, *target_e8);
            position.band_e8 = band::scaled_e8(configured_e8, asset, strategy, &state.statistics, &state.forecast, now)?;
            position.guard_e8 = configured_e8.min(position.band_e8).min(dust_e8);
        }
        Ok(())
    }

    /// The target weights of the moment, in 10⁻⁸, to be stored: those of excluded assets included, for when they are back. Zero in
    /// slots without an asset.
    pub fn targets_e8(&self) -> [u32; MAX_ASSETS] {
        self.targets_e8
    }

    /// Each asset's weight at mid prices, in 10⁻⁸, rounded down. Zero in slots without an asset.
    ///
    /// # Errors
    /// [`MathError::DivisionByZero`] where the basket is worth nothing.
    pub fn weights_e8(&self) -> Result<[u32; MAX_ASSETS], MathError> {
        let mut weights_e8 = [0; MAX_ASSETS];
        for (weight_e8, position) in weights_e8.iter_mut().zip(self.positions()) {
            // A position is a part of NAV: its weight is at most one whole.
            *weight_e8 = fixed::mul_div_floor(position.value_usd, u64::from(WHOLE_E8), self.nav_usd)? as u32;
        }
        Ok(weights_e8)
    }

    /// How far each asset's weight is above its target, in 10⁻⁸; below it, negative. Zero in slots without an asset.
    ///
    /// # Errors
    /// As [`weights_e8`](Self::weights_e8).
    pub fn active_e8(&self) -> Result<[i64; MAX_ASSETS], MathError> {
        let mut active_e8 = self.weights_e8()?.map(i64::from);
        for (active_e8, position) in active_e8.iter_mut().zip(self.positions()) {
            *active_e8 = active_e8.saturating_sub(i64::from(position.target_e8));
        }
        Ok(active_e8)
    }

    /// Whether, after `flow` in one asset, that asset is beyond its [guard](Position::guard_e8) on the side that it was moved to,
    /// or another asset has gone beyond its own since `before`: a deposit raises the weight of its asset and lowers all others, a
    /// redemption the reverse. Assets that the market took there do not stand in the way of a flow in another one.
    pub fn is_tipped_by(&self, flow: Flow, asset: usize, before: &Valuation) -> bool {
        let pairs = self.positions().iter().zip(before.positions());
        pairs.enumerate().any(|(index, (after_it, before_it))| {
            let has_risen = (index == asset) == (flow == Flow::In);
            let is_beyond = if has_risen { Position::is_above_guard } else { Position::is_below_guard };
            is_beyond(after_it, self.nav_usd) && (index == asset || !is_beyond(before_it, before.nav_usd))
        })
    }

    /// The positions, in the order of the holdings.
    pub fn positions(&self) -> &[Position] {
        self.positions.get(..self.len).unwrap_or_default()
    }
}

/// The target weights of a basket worth `nav_usd`, in 10⁻⁸. Zero in slots without an asset.
pub(crate) fn target_weights_e8(allocations: &[Allocation], nav_usd: u64, terms: &Terms) -> Result<[u32; MAX_ASSETS], MathError> {
    let Terms { now, total_shares, strategy, state, .. } = *terms;
    let mut weights_e8 = [0; MAX_ASSETS];
    let used = weights_e8.get_mut(..allocations.len()).ok_or(MathError::Overflow)?;
    target::weights(&Inputs { now, nav_usd, total_shares, strategy, state }, allocations, used)?;
    Ok(weights_e8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::{any, prop_assert, prop_assert_eq, prop_assume, proptest};

    fn holding(balance: u64, mid: u128, conf: u128, publish_time: i64) -> Holding {
        Holding {
            balance,
            price: UnitPrice { mid_x64: mid << 64, conf_x64: conf << 64 },
            publish_time,
            references: References::default(),
            allocation: Allocation::fixed(5_000, 500, 2_500),
            is_excluded: false,
        }
    }

    fn try_valued(basket: impl Iterator<Item = Holding>) -> Result<Valuation, MathError> {
        let (strategy, state) = (Strategy::default(), State::default());
        Valuation::new(basket, &Terms { now: 60, max_price_age_secs: 10, total_shares: 1, strategy: &strategy, state: &state })
    }

    #[test]
    fn bounds_lie_around_the_mid_value() {
        let basket = [holding(10, 100, 1, 50), holding(5, 20, 2, 50)];
        let valued = try_valued(basket.into_iter()).unwrap();
        assert_eq!((valued.nav_usd, valued.is_fresh), (1_100, true));
        assert_eq!(valued.positions().iter().map(|p| p.value_usd).collect::<std::vec::Vec<_>>(), [1_000, 100]);
        assert_eq!(nav_bound_usd(basket.into_iter(), Bound::Low, 60, 10), Ok(1_080));
        assert_eq!(nav_bound_usd(basket.into_iter(), Bound::High, 60, 10), Ok(1_120));
    }

    #[test]
    fn only_held_assets_need_a_fresh_price() {
        let fresh = holding(1, 1, 0, 50);
        let old = |balance| [fresh, holding(balance, 1, 0, 49)];
        assert!(try_valued(old(0).into_iter()).unwrap().is_fresh);
        assert!(!try_valued(old(1).into_iter()).unwrap().is_fresh);
        assert_eq!(nav_bound_usd(old(0).into_iter(), Bound::Low, 60, 10), Ok(1));
        assert_eq!(nav_bound_usd(old(1).into_iter(), Bound::Low, 60, 10), Err(ValuationError::Stale));
    }

    /// Three assets of half, three tenths and a fifth, of which `excluded` are excluded, stale and without a price.
    fn with_excluded(excluded: &[usize]) -> Valuation {
        let mut basket = [5_000, 3_000, 2_000]
            .map(|target_bps| Holding { allocation: Allocation::fixed(target_bps, 500, 2_500), ..holding(1_000, 3, 1, 50) });
        for index in excluded {
            basket[*index] = Holding { is_excluded: true, publish_time: 0, price: UnitPrice::default(), ..basket[*index] };
        }
        assert_eq!(nav_bound_usd(basket.into_iter(), Bound::Low, 60, 10), Ok(2_000 * (3 - excluded.len() as u64)));
        valued(&basket)
    }

    #[test]
    fn excluded_assets_count_for_nothing_and_the_others_for_the_whole() {
        let valuation = with_excluded(&[1]);
        assert_eq!((valuation.nav_usd, valuation.is_fresh), (6_000, true));
        let positions: std::vec::Vec<_> = valuation.positions().iter().map(|p| (p.value_usd, p.target_e8, p.band_e8)).collect();
        // Five sevenths and two sevenths; bands of five points, and of an asset without a target the absolute one.
        assert_eq!(positions, [(3_000, 71_428_572, 5_000_000), (0, 0, 5_000_000), (3_000, 28_571_428, 5_000_000)]);
        assert_eq!(valuation.weights_e8().unwrap()[..3], [50_000_000, 0, 50_000_000]);
        assert!(!valuation.positions()[1].is_out_of_band(valuation.nav_usd));
        // What is stored stays as it was.
        assert_eq!(valuation.targets_e8()[..4], [50_000_000, 30_000_000, 20_000_000, 0]);
    }

    #[test]
    fn the_last_asset_is_the_whole_and_none_is_nothing() {
        let targets = |valuation: Valuation| valuation.positions().iter().map(|p| p.target_e8).collect::<std::vec::Vec<_>>();
        assert_eq!(targets(with_excluded(&[0, 1])), [0, 0, 100_000_000]);
        assert_eq!(targets(with_excluded(&[0, 1, 2])), [0, 0, 0]);
        assert_eq!(with_excluded(&[0, 1, 2]).nav_usd, 0);
    }

    proptest! {
        /// Scaled targets sum to exactly the whole, and none but by a rounding strays from its proportion.
        #[test]
        fn scaled_targets_sum_to_the_whole(parts in vec(0u64..1_000, 2..=MAX_ASSETS), excluded in any::<u16>()) {
            let sum = parts.iter().sum::<u64>();
            prop_assume!(sum > 0);
            let mut rest = 100_000_000;
            let mut weights: std::vec::Vec<u32> = parts.iter().map(|part| (part * 100_000_000 / sum) as u32).collect();
            weights.iter().for_each(|weight| rest -= weight);
            weights[0] += rest;
            let mut scaled = weights.clone();
            target::exclude(excluded, &mut scaled).unwrap();
            let is_in = |index: usize| excluded >> index & 1 == 0;
            let kept: u64 = weights.iter().enumerate().filter(|(index, _)| is_in(*index)).map(|(_, w)| u64::from(*w)).sum();
            let whole = if kept == 0 { 0 } else { 100_000_000 };
            prop_assert_eq!(scaled.iter().sum::<u32>(), whole);
            for (index, (weight, scaled)) in weights.iter().zip(&scaled).enumerate() {
                let exact = if is_in(index) && kept > 0 { f64::from(*weight) * 1e8 / kept as f64 } else { 0.0 };
                prop_assert!((f64::from(*scaled) - exact).abs() < 1.0, "{} of {}", scaled, exact);
            }
        }
    }

    #[test]
    fn a_flow_tips_its_own_asset_one_way_and_the_others_the_other_way() {
        // Targets of a half, bands of 5 points; balances in hundredths of the basket.
        let tipped = |first, flow, asset| {
            let basket = [holding(first, 1, 0, 50), holding(10_000 - first, 1, 0, 50)];
            let at_target = [holding(5_000, 1, 0, 50), holding(5_000, 1, 0, 50)];
            valued(&basket).is_tipped_by(flow, asset, &valued(&at_target))
        };
        for (first, is_far) in [(5_500, false), (5_501, true)] {
            // The first asset is high and the second low: only what made it so is to blame.
            assert_eq!(tipped(first, Flow::In, 0), is_far);
            assert_eq!(tipped(first, Flow::Out, 1), is_far);
            assert!(!tipped(first, Flow::Out, 0));
            assert!(!tipped(first, Flow::In, 1));
        }
        for (first, is_far) in [(4_500, false), (4_499, true)] {
            assert_eq!(tipped(first, Flow::Out, 0), is_far);
            assert_eq!(tipped(first, Flow::In, 1), is_far);
            assert!(!tipped(first, Flow::In, 0));
            assert!(!tipped(first, Flow::Out, 1));
        }
    }

    #[test]
    fn a_deposit_tips_an_asset_that_it_dilutes() {
        // The first asset's band is wide open; the second's ends at 45 %.
        let basket = |first| {
            [
                Holding { allocation: Allocation::fixed(5_000, 9_999, 10_000), ..holding(first, 1, 0, 50) },
                holding(4_500, 1, 0, 50),
            ]
        };
        let [before, edge, beyond, farther] = [5_000, 5_500, 5_501, 6_000].map(|first| valued(&basket(first)));
        assert!(!edge.is_tipped_by(Flow::In, 0, &before));
        assert!(beyond.is_tipped_by(Flow::In, 0, &before));
        // Out already, it was not this deposit that made its trade due.
        assert!(!farther.is_tipped_by(Flow::In, 0, &beyond));
        // Its own asset's edge holds all the same.
        let own = |first| [holding(first, 1, 0, 50), holding(4_000, 1, 0, 50)];
        assert!(valued(&own(6_001)).is_tipped_by(Flow::In, 0, &valued(&own(6_000))));
    }

    fn valued(basket: &[Holding]) -> Valuation {
        try_valued(basket.iter().copied()).unwrap()
    }

    #[test]
    fn overflow_is_an_error() {
        let huge = holding(u64::MAX, 1, 0, 50);
        assert_eq!(try_valued([huge, huge].into_iter()), Err(MathError::Overflow));
        assert_eq!(nav_bound_usd([huge, huge].into_iter(), Bound::High, 60, 10), Err(ValuationError::Math(MathError::Overflow)));
        assert!(try_valued(core::iter::repeat_n(holding(1, 1, 0, 50), MAX_ASSETS)).is_ok());
        assert!(try_valued(core::iter::repeat_n(holding(1, 1, 0, 50), MAX_ASSETS + 1)).is_err());
    }
}
