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

/// Previews; see [`crate::ballast::preview_rebalance`].
pub fn preview_rebalance(ctx: Context<PreviewRebalance>) -> Result<Preview> {
    let vault = ctx.accounts.vault.load()?;
    let route = ctx.accounts.route.load()?;
    require!(route.vault == ctx.accounts.vault.key(), BallastError::WrongRoute);
    let plan = Plan::read(&vault, &route, ctx.remaining_accounts, Clock::get()?.unix_timestamp)?;
    let nav_usd = plan.valuation.nav_usd;
    Ok(match decide(&plan.snapshot(&vault)).map_err(BallastError::from)? {
        Decision::Dormant(reason) => Preview { reason: reason as u8, nav_usd, ..Preview::default() },
        Decision::TooCostly(appraisal) => Preview {
            reason: Reason::CostExceedsBenefit as u8,
            nav_usd,
            benefit_usd: appraisal.benefit_usd,
            cost_usd: appraisal.cost_usd,
            ..Preview::default()
        },
        Decision::Trade(trade) => {
            let (sell_asset, buy_asset) = trade.directed([route.asset_a, route.asset_b]);
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
    })
}
