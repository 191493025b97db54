//! What a rebalance on each of a vault's routes would do now, and why.

use ballast_client::ballast::error::BallastError;
use ballast_client::ballast::instructions::Preview;
use ballast_client::ballast::state::{Route, Vault};
use ballast_client::{Pubkey, decide, pool};
use ballast_core::decision::Reason;
use ballast_core::pool::Pool;
use ballast_core::risk::breaker::Breaker;
use serde::Serialize;

use crate::chain::Chain;
use crate::status::{HaltView, finding};
use crate::{Refusal, text, words};

/// What a rebalance on a route would do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RoutePreview {
    /// The route.
    #[serde(serialize_with = "text")]
    pub route: Pubkey,
    /// Place of the asset to sell; the route's first where there is no trade.
    pub sell: u8,
    /// Place of the asset to buy; the route's second where there is no trade.
    pub buy: u8,
    /// 0 for a trade, otherwise a [`Reason`].
    pub reason: u8,
    /// The reason's name.
    pub reason_name: Option<String>,
    /// The decision in a sentence.
    pub words: String,
    /// What makes the trade due: a `ballast_core::decision::Trigger`; 0 for nothing.
    pub trigger: u8,
    /// Raw units to sell.
    pub amount_in: u64,
    /// Fewest raw units to accept.
    pub min_out: u64,
    /// Raw units that the pool pays, by its own rule.
    pub expected_out: u64,
    /// Value of the trade at mid prices, in micro-dollars.
    pub value_usd: u64,
    /// What the trade is worth, in micro-dollars.
    pub benefit_usd: u64,
    /// What the trade costs against mid prices, in micro-dollars.
    pub cost_usd: u64,
    /// What the fund pays for the trade.
    pub reward_lamports: u64,
    /// The [`Breaker`] that a rebalance would trip instead; 0 for none.
    pub breaker: u8,
    /// The breaker's name.
    pub breaker_name: Option<String>,
    /// The route's own halt that stands.
    pub halt: Option<HaltView>,
    /// Why there is no decision.
    pub error: Option<String>,
}

impl RoutePreview {
    /// Whether the decision is to trade.
    pub fn is_trade(&self) -> bool {
        self.reason == 0 && self.error.is_none()
    }

    /// The reason for no trade, where there is one.
    pub fn reason(&self) -> Option<Reason> {
        Reason::from_number(self.reason)
    }
}

/// The decision on a route of `vault`, which is the chain's with other prices. A trade is rewarded with `reward_lamports`.
pub fn preview(chain: &Chain, vault: &Vault, (address, route): &(Pubkey, Route), reward_lamports: u64) -> RoutePreview {
    let pair = RoutePreview {
        route: *address,
        sell: route.asset_a,
        buy: route.asset_b,
        halt: HaltView::of(&route.halt, &vault.breakers, vault.assets().len(), chain.now),
        ..RoutePreview::default()
    };
    match decided(chain, vault, route) {
        Ok(preview) => told(chain, pair, &preview, reward_lamports),
        Err(refusal) => RoutePreview { words: words::clause(&refusal.message), error: Some(refusal.message), ..pair },
    }
}

/// What the program's `preview_rebalance` would return.
fn decided(chain: &Chain, vault: &Vault, route: &Route) -> Result<Preview, Refusal> {
    if route.vault != chain.address {
        return Err(Refusal::core(BallastError::WrongRoute));
    }
    let pool = read_pool(chain, route)?;
    let chain = decide::Chain { address: chain.address, vault, route, pool, now: chain.now };
    chain.preview().map_err(Refusal::core)
}

/// The pool of a route.
pub(crate) fn read_pool(chain: &Chain, route: &Route) -> Result<Pool, Refusal> {
    let accounts: Vec<_> = route.accounts().iter().map(|pin| chain.accounts.get(pin).cloned()).collect();
    let program = route.amm()?.program_id();
    let pool = accounts.first().and_then(Option::as_ref);
    if pool.is_none_or(|pool| pool.owner != program) {
        return Err(Refusal::core(BallastError::UnsupportedPool));
    }
    Ok(pool::read(route, &accounts)?)
}

fn told(chain: &Chain, pair: RoutePreview, preview: &Preview, reward_lamports: u64) -> RoutePreview {
    // Of a trade, and of one that the stress test refuses.
    let (sell, buy) = match preview.amount_in {
        0 => (pair.sell, pair.buy),
        _ => (preview.sell_asset, preview.buy_asset),
    };
    RoutePreview {
        sell,
        buy,
        reason: preview.reason,
        reason_name: Reason::from_number(preview.reason).map(|reason| format!("{reason:?}")),
        words: sentence(chain, preview),
        trigger: preview.trigger,
        amount_in: preview.amount_in,
        min_out: preview.min_out,
        expected_out: preview.expected_out,
        value_usd: preview.value_usd,
        benefit_usd: preview.benefit_usd,
        cost_usd: preview.cost_usd,
        reward_lamports: if preview.reason == 0 { reward_lamports } else { 0 },
        breaker: preview.breaker,
        breaker_name: Breaker::from_number(preview.breaker).map(|breaker| format!("{breaker:?}")),
        ..pair
    }
}

/// A decision in a sentence without its full stop.
fn sentence(chain: &Chain, preview: &Preview) -> String {
    if let Some(breaker) = Breaker::from_number(preview.breaker) {
        let halted = if breaker.is_about_the_route() { "route" } else { "vault" };
        let found = finding(breaker, preview.measured, preview.limit);
        let asset = (usize::from(preview.breaker_asset) < chain.vault.assets().len()).then_some(preview.breaker_asset);
        let about = asset.map(|asset| format!(", {}", chain.name(asset))).unwrap_or_default();
        return format!("the next rebalance halts the {halted} instead of trading: {found}{about}");
    }
    let Some(reason) = Reason::from_number(preview.reason) else { return trade(chain, preview) };
    let why = words::clause(&decision(preview).1);
    let [benefit, cost] = [preview.benefit_usd, preview.cost_usd].map(words::cents);
    match reason {
        Reason::CostExceedsBenefit => format!("{why} (worth {benefit} USD, costs {cost} USD)"),
        Reason::StressWorse => format!("{why} ({})", trade(chain, preview)),
        _ => why,
    }
}

fn trade(chain: &Chain, preview: &Preview) -> String {
    let amount = |asset: u8, units: u64| {
        let decimals = chain.vault.assets().get(usize::from(asset)).map_or(0, |asset| asset.decimals);
        words::units(units, decimals)
    };
    let Preview { sell_asset, buy_asset, .. } = *preview;
    format!(
        "sell {} {} for {} {} (at least {}), worth {} USD, at a cost of {} USD",
        amount(sell_asset, preview.amount_in),
        chain.name(sell_asset),
        amount(buy_asset, preview.expected_out),
        chain.name(buy_asset),
        amount(buy_asset, preview.min_out),
        words::cents(preview.value_usd),
        words::cents(preview.cost_usd)
    )
}

/// A decision's name, and why.
pub fn decision(preview: &Preview) -> (String, String) {
    if let Some(breaker) = Breaker::from_number(preview.breaker) {
        return (format!("trips {breaker:?}"), format!("measured {} beyond {}", preview.measured, preview.limit));
    }
    match Reason::from_number(preview.reason) {
        None => ("trade".into(), String::new()),
        Some(reason) => (format!("{reason:?}"), Refusal::core(reason).message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_a_name_and_words() {
        for reason in Reason::ALL {
            let preview = Preview { reason: reason as u8, ..Preview::default() };
            let (name, words) = decision(&preview);
            assert_eq!(name, format!("{reason:?}"));
            assert!(words.len() > 20, "{name}: {words}");
        }
        assert_eq!(decision(&Preview::default()).0, "trade");
        let trip = Preview { breaker: 1, measured: 1_501, limit: 1_500, reason: Reason::Halted as u8, ..Preview::default() };
        assert_eq!(decision(&trip), ("trips Jump".into(), "measured 1501 beyond 1500".into()));
    }
}
