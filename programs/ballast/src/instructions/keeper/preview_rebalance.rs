//! `preview_rebalance`: the decision that `rebalance` would take now, as return data.

use anchor_lang::prelude::*;
use ballast_core::decision::{Decision, Reason, decide};

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

/// A decision. All but reason and NAV are 0 where there is no trade, and benefit and cost where that is the reason.
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
}

impl Preview {
    /// What a decision on a route looks like, given the route's assets in the pool's order.
    pub fn of(decision: &Decision, [asset_a, asset_b]: [u8; 2], nav_usd: u64) -> Self {
        match decision {
            Decision::Dormant(reason) => Preview { reason: *reason as u8, nav_usd, ..Preview::default() },
            Decision::TooCostly(appraisal) => Preview {
                reason: Reason::CostExceedsBenefit as u8,
                nav_usd,
                benefit_usd: appraisal.benefit_usd,
                cost_usd: appraisal.cost_usd,
                ..Preview::default()
            },
            Decision::Trade(trade) => {
                let (sell_asset, buy_asset) = trade.directed([asset_a, asset_b]);
                Preview {
                    reason: 0,
                    trigger: trade.trigger as u8,
                    sell_asset,
                    buy_asset,
                    amount_in: trade.amount_in,
                    min_out: trade.min_out,
                    value_usd: trade.value_usd,
                    nav_usd,
                    excess_usd: trade.excess_usd,
                    deficit_usd: trade.deficit_usd,
                    expected_out: trade.expected_out,
                    benefit_usd: trade.appraisal.benefit_usd,
                    cost_usd: trade.appraisal.cost_usd,
                }
            }
        }
    }
}

/// Previews; see [`crate::ballast::preview_rebalance`].
pub fn preview_rebalance(ctx: Context<PreviewRebalance>) -> Result<Preview> {
    let vault = ctx.accounts.vault.load()?;
    let route = ctx.accounts.route.load()?;
    require!(route.vault == ctx.accounts.vault.key(), BallastError::WrongRoute);
    let plan = Plan::read(&vault, &route, ctx.remaining_accounts, Clock::get()?.unix_timestamp)?;
    let decision = decide(&plan.snapshot(&vault)).map_err(BallastError::from)?;
    Ok(Preview::of(&decision, [route.asset_a, route.asset_b], plan.valuation.nav_usd))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ballast_core::decision::{Trade, Trigger};
    use ballast_core::strategy::gate::Appraisal;

    const APPRAISAL: Appraisal = Appraisal { benefit_usd: 1, cost_usd: 2 };

    fn of(decision: Decision) -> Preview {
        Preview::of(&decision, [10, 11], 9)
    }

    #[test]
    fn a_trade_tells_every_figure_in_its_place() {
        let trade = |sell| Trade {
            sell,
            amount_in: 3,
            min_out: 4,
            expected_out: 5,
            value_usd: 6,
            excess_usd: 7,
            deficit_usd: 8,
            trigger: Trigger::Schedule,
            appraisal: APPRAISAL,
            risk: None,
        };
        let expected = Preview {
            reason: 0,
            trigger: 2,
            sell_asset: 10,
            buy_asset: 11,
            amount_in: 3,
            min_out: 4,
            value_usd: 6,
            nav_usd: 9,
            excess_usd: 7,
            deficit_usd: 8,
            expected_out: 5,
            benefit_usd: 1,
            cost_usd: 2,
        };
        assert_eq!(of(Decision::Trade(trade(0))), expected);
        assert_eq!(of(Decision::Trade(trade(1))), Preview { sell_asset: 11, buy_asset: 10, ..expected });
    }

    #[test]
    fn no_trade_tells_the_reason_and_where_that_is_the_cost_both_figures() {
        let dormant = Preview { reason: 6, nav_usd: 9, ..Preview::default() };
        assert_eq!(of(Decision::Dormant(Reason::InBand)), dormant);
        let too_costly = Preview { reason: 12, benefit_usd: 1, cost_usd: 2, ..dormant };
        assert_eq!(of(Decision::TooCostly(APPRAISAL)), too_costly);
    }
}
