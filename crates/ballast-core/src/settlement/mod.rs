//! What must hold after a swap, judged on the balances that were read back.

use crate::budget::Budget;
use crate::decision::{Side, Snapshot, Trade};
use crate::fixed::MathError;
use crate::risk::breaker::Halt;
use crate::risk::condition;
use crate::strategy::gate::Appraisal;

/// Why a completed swap is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettlementError {
    /// More than the decided amount left the vault, or nothing did.
    AmountIn,
    /// Less than the minimum came in.
    AmountOut,
    /// An asset crossed its target, or the pair did not come closer to its targets.
    Overshoot,
    /// The realised loss exceeds what is left of the budget.
    LossBudget,
    /// More was sold than is left of the turnover.
    TurnoverBudget,
    /// The realised loss is more than the trade is worth.
    CostExceedsBenefit,
    /// The basket would lose more under stress than is allowed, and no less than before.
    StressWorse,
    /// A value does not fit 64 bits, or the snapshot does not have the traded asset.
    Math(MathError),
}

impl From<MathError> for SettlementError {
    fn from(error: MathError) -> Self {
        SettlementError::Math(error)
    }
}

/// A settled trade's effects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// Accounted balance of the sold asset, raw units.
    pub sold_balance: u64,
    /// Accounted balance of the bought asset, raw units.
    pub bought_balance: u64,
    /// NAV at mid prices, in micro-dollars.
    pub nav_usd: u64,
    /// How far the sold asset still is above its target, in micro-dollars.
    pub excess_usd: u64,
    /// How far the bought asset still is below its target, in micro-dollars.
    pub deficit_usd: u64,
    /// Loss against mid prices (fees, impact, spread), in micro-dollars; 0 for a gain.
    pub loss_usd: u64,
    /// What was sold, in micro-dollars at the mid price.
    pub sold_usd: u64,
    /// What was bought, in micro-dollars at the mid price.
    pub bought_usd: u64,
    /// The loss budget with this loss spent.
    pub loss: Budget,
    /// The turnover with what was sold spent.
    pub turnover: Budget,
    /// The vault's halt from now on: that of a loss budget which this loss used up, or none.
    pub halt: Halt,
    /// Worst loss under any shock before the trade, in 10⁻⁸ of NAV.
    pub stress_before_e8: i64,
    /// The same after it.
    pub stress_after_e8: i64,
    /// The price of a share before the trade: micro-dollars per raw share, Q64.64.
    pub share_price_x64: u128,
}

/// Checks what left and what came, and computes the vault's new books.
///
/// `min_out` is at least the trade's own; a caller may have tightened it.
#[inline(never)]
pub fn settle(
    snapshot: &Snapshot,
    trade: &Trade,
    min_out: u64,
    spent: u64,
    received: u64,
) -> Result<Settlement, SettlementError> {
    if spent == 0 || spent > trade.amount_in {
        return Err(SettlementError::AmountIn);
    }
    if received < min_out.max(trade.min_out) {
        return Err(SettlementError::AmountOut);
    }
    let [first, second] = &snapshot.pair;
    let (sold, bought) = trade.directed([first, second]);
    let sold_balance = sold.balance.checked_sub(spent).ok_or(SettlementError::AmountIn)?;
    let bought_balance = bought.balance.checked_add(received).ok_or(MathError::Overflow)?;
    let (sold_before, sold_after) = (sold.price.value_usd(sold.balance)?, sold.price.value_usd(sold_balance)?);
    let (bought_before, bought_after) = (bought.price.value_usd(bought.balance)?, bought.price.value_usd(bought_balance)?);
    let paid_usd = sold_before.saturating_sub(sold_after);
    let got_usd = bought_after.saturating_sub(bought_before);
    let nav_before = snapshot.valuation.nav_usd;
    let nav_usd = nav_before.checked_sub(paid_usd).and_then(|nav| nav.checked_add(got_usd)).ok_or(MathError::Overflow)?;

    let excess_usd = sold_after.checked_sub(target_usd(snapshot, sold, nav_usd)?);
    let deficit_usd = target_usd(snapshot, bought, nav_usd)?.checked_sub(bought_after);
    // A value left on the wrong side of its target is an asset that crossed it.
    let (Some(excess_usd), Some(deficit_usd)) = (excess_usd, deficit_usd) else {
        return Err(SettlementError::Overshoot);
    };
    if distance_usd(excess_usd, deficit_usd)? >= distance_usd(trade.excess_usd, trade.deficit_usd)? {
        return Err(SettlementError::Overshoot);
    }

    let loss_usd = paid_usd.saturating_sub(got_usd);
    require_worthwhile(snapshot, trade, sold.price.value_usd(spent)?, loss_usd)?;
    let stress_after_e8 = snapshot.stress_after_e8(trade, spent, received)?;
    if !snapshot.stress.admits(trade.stress_loss_e8, stress_after_e8) {
        return Err(SettlementError::StressWorse);
    }
    let Snapshot { now, limits, breakers, state, .. } = *snapshot;
    let loss = state.loss.of_nav(limits.max_daily_loss_bps.into(), now)?.spend(loss_usd, nav_before)?;
    let loss = loss.ok_or(SettlementError::LossBudget)?;
    let turnover = state.turnover.of_nav(limits.max_daily_turnover_bps, now)?.spend(paid_usd, nav_before)?;
    let turnover = turnover.ok_or(SettlementError::TurnoverBudget)?;
    let trip = condition::loss(&loss, breakers);
    Ok(Settlement {
        sold_balance,
        bought_balance,
        nav_usd,
        excess_usd,
        deficit_usd,
        loss_usd,
        sold_usd: paid_usd,
        bought_usd: got_usd,
        loss: loss.stored(),
        turnover: turnover.stored(),
        halt: trip.map(|trip| Halt::new(&trip, breakers, now)).unwrap_or_default(),
        stress_before_e8: trade.stress_loss_e8,
        stress_after_e8,
        share_price_x64: snapshot.share_price_x64(),
    })
}

/// The gate once more, on what the trade really moved and cost. `value_usd` is rounded as the decision rounded it.
fn require_worthwhile(snapshot: &Snapshot, trade: &Trade, value_usd: u64, loss_usd: u64) -> Result<(), SettlementError> {
    let Some(risk) = &trade.risk else { return Ok(()) };
    let gate = &snapshot.strategy.gate;
    let benefit_usd = gate.benefit_usd(value_usd, snapshot.valuation.nav_usd, risk)?;
    let is_worthwhile = gate.is_worthwhile(&Appraisal { benefit_usd, cost_usd: loss_usd });
    if is_worthwhile { Ok(()) } else { Err(SettlementError::CostExceedsBenefit) }
}

/// How far the pair is from its targets.
fn distance_usd(excess_usd: u64, deficit_usd: u64) -> Result<u64, MathError> {
    excess_usd.checked_add(deficit_usd).ok_or(MathError::Overflow)
}

fn target_usd(snapshot: &Snapshot, side: &Side, nav_usd: u64) -> Result<u64, MathError> {
    let position = snapshot.valuation.positions().get(side.index).ok_or(MathError::Overflow)?;
    position.target_usd(nav_usd)
}

#[cfg(test)]
mod tests;
