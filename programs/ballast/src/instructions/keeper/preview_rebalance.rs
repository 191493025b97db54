//! `preview_rebalance`: the decision that `rebalance` would take now, as return data.

use anchor_lang::prelude::*;
use ballast_core::MathError;
use ballast_core::decision::{Decision, Snapshot, Trade, decide};
use ballast_core::risk::stress::{Book, MAX_SHOCKS};

use super::plan::Plan;
use crate::error::BallastError;
use crate::state::{Route, Vault};

/// Remaining accounts: the route's pinned accounts, in order. Nothing signs, nothing is written.
#[derive(Accounts)]
pub struct PreviewRebalance<'info> {
    /// The vault.
    pub vault: AccountLoader<'info, Vault>,
    /// The route.
    pub route: AccountLoader<'info, Route>,
}

/// A decision. What belongs to a trade is 0 where there is none, but for the trade that the stress test refuses and for benefit and
/// cost where they are the reason.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Preview {
    /// 0 for a trade, otherwise a `ballast_core::decision::Reason`.
    pub reason: u8,
    /// What makes the trade due: a `ballast_core::decision::Trigger`.
    pub trigger: u8,
    /// Index of the asset to sell.
    pub sell_asset: u8,
    /// Index of the asset to buy.
    pub buy_asset: u8,
    /// Raw units to sell.
    pub amount_in: u64,
    /// Fewest raw units to accept.
    pub min_out: u64,
    /// Value of the trade at the mid price, in micro-dollars.
    pub value_usd: u64,
    /// NAV at mid prices, in micro-dollars. Stale prices make it stale.
    pub nav_usd: u64,
    /// How far the asset to sell is above its target, in micro-dollars.
    pub excess_usd: u64,
    /// How far the asset to buy is below its target, in micro-dollars.
    pub deficit_usd: u64,
    /// Raw units that the pool pays, by its own rule.
    pub expected_out: u64,
    /// Worth of the risk that the trade removes, in micro-dollars; 0 where the gate does not judge it.
    pub benefit_usd: u64,
    /// What the trade costs against mid prices, in micro-dollars.
    pub cost_usd: u64,
    /// What the loss budget leaves, in micro-dollars.
    pub loss_left_usd: u64,
    /// The breaker that [`crate::ballast::rebalance`] would trip now: a `ballast_core::risk::breaker::Breaker`; 0 for none.
    pub breaker: u8,
    /// Index of the asset that the breaker is about; 255 for none.
    pub breaker_asset: u8,
    /// What the breaker measured, in its limit's unit.
    pub measured: u64,
    /// The breaker's limit: basis points, or micro-dollars for a pool's depth.
    pub limit: u64,
    /// What each of the vault's shocks would cost the basket now, in 10⁻⁸ of NAV; negative for a gain.
    pub stress_before_e8: [i64; MAX_SHOCKS],
    /// The same after the trade.
    pub stress_after_e8: [i64; MAX_SHOCKS],
}

impl Preview {
    /// What a decision on a snapshot looks like.
    ///
    /// # Errors
    /// Where a figure does not fit its type.
    pub fn of(decision: &Decision, snapshot: &Snapshot) -> std::result::Result<Self, MathError> {
        let nav_usd = snapshot.valuation.nav_usd;
        let mut preview = Preview {
            reason: decision.reason().map_or(0, |reason| reason as u8),
            nav_usd,
            loss_left_usd: snapshot.loss_left_usd()?,
            ..Preview::default()
        };
        if nav_usd > 0 {
            preview.stress_before_e8 = snapshot.stress.losses_e8(&Book::of(snapshot.valuation))?;
        }
        match decision {
            Decision::Dormant(_) => {}
            Decision::TooCostly(appraisal) => {
                (preview.benefit_usd, preview.cost_usd) = (appraisal.benefit_usd, appraisal.cost_usd);
            }
            Decision::Trip(trip) => {
                (preview.breaker, preview.breaker_asset) = (trip.breaker as u8, trip.asset);
                (preview.measured, preview.limit) = (trip.measured, trip.limit);
            }
            Decision::Trade(trade) | Decision::StressWorse(trade) => preview.tell(trade, snapshot)?,
        }
        Ok(preview)
    }

    /// Fills in what belongs to a trade.
    fn tell(&mut self, trade: &Trade, snapshot: &Snapshot) -> std::result::Result<(), MathError> {
        let [first, second] = &snapshot.pair;
        let (sold, bought) = trade.directed([first, second]);
        *self = Preview {
            trigger: trade.trigger as u8,
            sell_asset: sold.index as u8,
            buy_asset: bought.index as u8,
            amount_in: trade.amount_in,
            min_out: trade.min_out,
            value_usd: trade.value_usd,
            excess_usd: trade.excess_usd,
            deficit_usd: trade.deficit_usd,
            expected_out: trade.expected_out,
            benefit_usd: trade.appraisal.benefit_usd,
            cost_usd: trade.appraisal.cost_usd,
            stress_after_e8: snapshot.stress.losses_e8(&snapshot.book_after(trade, trade.amount_in, trade.expected_out)?)?,
            ..*self
        };
        Ok(())
    }
}

/// Previews; see [`crate::ballast::preview_rebalance`].
pub fn preview_rebalance(ctx: Context<PreviewRebalance>) -> Result<Preview> {
    let vault = ctx.accounts.vault.load()?;
    let route = ctx.accounts.route.load()?;
    require!(route.vault == ctx.accounts.vault.key(), BallastError::WrongRoute);
    let plan = Plan::read(&vault, &route, ctx.remaining_accounts, Clock::get()?.unix_timestamp)?;
    let snapshot = plan.snapshot(&vault);
    let decision = decide(&snapshot).map_err(BallastError::from)?;
    Ok(Preview::of(&decision, &snapshot).map_err(BallastError::from)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ballast_core::budget::Budget;
    use ballast_core::decision::{Reason, Side, Trigger};
    use ballast_core::limits;
    use ballast_core::pool::{Fee, Pool};
    use ballast_core::price::UnitPrice;
    use ballast_core::risk::breaker::{self, Breaker, Halt};
    use ballast_core::risk::condition::{NO_ASSET, Trip};
    use ballast_core::risk::stress;
    use ballast_core::state::State;
    use ballast_core::strategy::Strategy;
    use ballast_core::strategy::gate::Appraisal;
    use ballast_core::valuation::{Holding, Valuation};

    const APPRAISAL: Appraisal = Appraisal { benefit_usd: 1, cost_usd: 2 };
    const TRADE: Trade = Trade {
        sell: 0,
        amount_in: 30,
        min_out: 4,
        expected_out: 20,
        value_usd: 6,
        excess_usd: 7,
        deficit_usd: 8,
        trigger: Trigger::Schedule,
        appraisal: APPRAISAL,
        risk: None,
        stress_loss_e8: 0,
    };

    /// The preview of a decision on a vault of 1,000 micro-dollars, 60 % of it in asset 10 and the rest in asset 11, which loses half
    /// of the one or all of the other under stress. Three fifths of its loss budget of half a percent are spent.
    fn of(decision: Decision) -> Preview {
        let (limits, strategy) = (limits::DEFAULT, Strategy::default());
        let mut stress = stress::DEFAULT;
        [stress.shocks[0].moves_bps[10], stress.shocks[1].moves_bps[11]] = [-5_000, -10_000];
        let price = UnitPrice { mid_x64: 1 << 64, conf_x64: 0 };
        let mut holdings = [Holding::default(); 12];
        [holdings[10], holdings[11]] = [600, 400].map(|balance| Holding { balance, price, ..Holding::default() });
        let state = State { loss: Budget { at: 5, spent: 300_000 }, ..State::default() };
        let pool = Pool { reserves: [0; 2], fees: [Fee::RaydiumCpmm { input_rate_e6: 0, output_rate_e6: 0 }; 2] };
        let snapshot = Snapshot {
            now: 5,
            is_paused: false,
            route_active_at: 0,
            route_halt: Halt::default(),
            jitter_seed: 0,
            limits: &limits,
            breakers: &breaker::DEFAULT,
            stress: &stress,
            strategy: &strategy,
            state: &state,
            total_shares: 1,
            valuation: &Valuation::without_targets(holdings.into_iter(), 5, 60).unwrap(),
            dislocation: None,
            pair: [10, 11].map(|index| Side::of(index, &holdings[index])),
            pool,
        };
        Preview::of(&decision, &snapshot).unwrap()
    }

    /// What every preview tells of that vault. Half a percent of it are 5 micro-dollars, of which two fifths are left.
    fn nothing(reason: u8) -> Preview {
        let mut stress_before_e8 = [0; MAX_SHOCKS];
        [stress_before_e8[0], stress_before_e8[1]] = [30_000_000, 40_000_000];
        Preview { reason, nav_usd: 1_000, loss_left_usd: 2, stress_before_e8, ..Preview::default() }
    }

    #[test]
    fn a_trade_tells_every_figure_in_its_place() {
        let mut stress_after_e8 = [0; MAX_SHOCKS];
        // 570 and 420 of 990.
        [stress_after_e8[0], stress_after_e8[1]] = [28_787_879, 42_424_243];
        let expected = Preview {
            trigger: 2,
            sell_asset: 10,
            buy_asset: 11,
            amount_in: 30,
            min_out: 4,
            value_usd: 6,
            excess_usd: 7,
            deficit_usd: 8,
            expected_out: 20,
            benefit_usd: 1,
            cost_usd: 2,
            stress_after_e8,
            ..nothing(0)
        };
        assert_eq!(of(Decision::Trade(TRADE)), expected);
        assert_eq!(of(Decision::StressWorse(TRADE)), Preview { reason: Reason::StressWorse as u8, ..expected });
        let reversed = of(Decision::Trade(Trade { sell: 1, ..TRADE }));
        assert_eq!((reversed.sell_asset, reversed.buy_asset), (11, 10));
        // 620 and 370 of 990.
        assert_eq!(reversed.stress_after_e8[..2], [31_313_132, 37_373_738]);
    }

    #[test]
    fn no_trade_tells_the_reason_and_where_that_is_the_cost_both_figures() {
        assert_eq!(of(Decision::Dormant(Reason::InBand)), nothing(6));
        let too_costly = Preview { benefit_usd: 1, cost_usd: 2, ..nothing(12) };
        assert_eq!(of(Decision::TooCostly(APPRAISAL)), too_costly);
    }

    #[test]
    fn a_trip_tells_the_breaker() {
        let trip = Trip { breaker: Breaker::Jump, asset: 3, measured: 1_501, limit: 1_500 };
        let expected = Preview { breaker: 1, breaker_asset: 3, measured: 1_501, limit: 1_500, ..nothing(Reason::Halted as u8) };
        assert_eq!(of(Decision::Trip(trip)), expected);
        let pool = of(Decision::Trip(Trip { breaker: Breaker::Illiquid, asset: NO_ASSET, ..trip }));
        assert_eq!((pool.reason, pool.breaker, pool.breaker_asset), (Reason::RouteHalted as u8, 7, 255));
    }

    /// What a transaction may return is 1,024 bytes.
    #[test]
    fn preview_fits_return_data() {
        let mut bytes = Vec::new();
        of(Decision::Trade(TRADE)).serialize(&mut bytes).unwrap();
        assert_eq!(bytes.len(), 4 + 10 * 8 + 2 + 16 + 2 * 8 * MAX_SHOCKS);
    }
}
