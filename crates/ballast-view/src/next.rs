//! What comes next for a vault: when it trades, or what it waits for.

use std::cmp::Reverse;

use ballast_client::ballast::instructions::jitter_seed;
use ballast_client::ballast::state::{Vault, pause};
use ballast_core::decision::Reason;
use ballast_core::valuation::Valuation;
use serde::Serialize;

use crate::chain::Chain;
use crate::preview::{RoutePreview, preview};
use crate::status::HaltView;
use crate::words;

/// What kind of thing comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum NextKind {
    /// A rebalance is possible now.
    Due,
    /// A rebalance, when an asset leaves its band.
    Drift,
    /// The schedule's next opening.
    Schedule,
    /// What is due waits for something.
    Wait,
    /// Nothing, before somebody does something or a halt is over.
    Stopped,
}

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Next {
    /// What kind of thing.
    pub kind: NextKind,
    /// When, in Unix time, where that is known.
    pub at: Option<i64>,
    /// In words.
    pub words: String,
}

/// The asset that is farthest towards, or beyond, the edge of its band.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Drift {
    /// Its place in the vault.
    pub asset: u8,
    /// Distance from the target over half the width of the band, in basis points rounded up: more than 10,000 is outside.
    pub used_bps: u32,
}

impl Drift {
    /// `None` where there is no value.
    pub fn of(vault: &Vault, valuation: &Valuation) -> Option<Self> {
        let assets = (0..).zip(vault.assets().iter().zip(valuation.positions()));
        let active = assets.filter(|(_, (asset, _))| !asset.holding().is_excluded);
        let used = active.filter_map(|(asset, (_, position))| Some((asset, position.used_bps(valuation.nav_usd)?)));
        let (asset, used_bps) = used.max_by_key(|(asset, used_bps)| (*used_bps, Reverse(*asset)))?;
        Some(Drift { asset, used_bps: u32::try_from(used_bps).unwrap_or(u32::MAX) })
    }
}

/// What comes next for the chain's vault. `vault` is the same with the newest prices, `valuation` and `previews` are of that one.
pub fn next(chain: &Chain, vault: &Vault, valuation: &Valuation, previews: &[RoutePreview]) -> Next {
    if let Some((at, words)) = stopped(chain, vault) {
        return Next { kind: NextKind::Stopped, at, words };
    }
    if let Some(trade) = previews.iter().filter(|preview| preview.is_trade()).max_by_key(|preview| preview.value_usd) {
        return Next { kind: NextKind::Due, at: Some(chain.now), words: format!("due now: {}", trade.words) };
    }
    if let Some(trip) = previews.iter().find(|preview| preview.breaker != 0) {
        return Next { kind: NextKind::Stopped, at: None, words: trip.words.clone() };
    }
    waits(chain, vault, previews).unwrap_or_else(|| quiet(chain, vault, valuation))
}

/// Until when nothing is traded whatever the prices, and why.
fn stopped(chain: &Chain, vault: &Vault) -> Option<(Option<i64>, String)> {
    let halt = HaltView::of(&vault.state.halt, &vault.breakers, vault.assets().len(), chain.now);
    let conditions = [
        (vault.is_closing != 0, "the vault is being closed"),
        (vault.total_shares == 0, "the vault is empty: its first deposit comes next"),
        (vault.paused & pause::REBALANCE != 0, "rebalancing is paused"),
    ];
    if let Some((_, words)) = conditions.into_iter().find(|(holds, _)| *holds) {
        return Some((None, words.into()));
    }
    if let Some(HaltView { name, meaning, ends_at, .. }) = halt {
        let until = ends_at.map_or_else(|| "until the admin ends it".into(), |at| format!("for another {}", chain.until(at)));
        return Some((ends_at, format!("halted by {name} {until}: {meaning}")));
    }
    chain.routes.is_empty().then(|| (None, "the vault has no route to trade on; the admin adds one".into()))
}

/// What a trade that is due waits for; `None` where none is due.
fn waits(chain: &Chain, vault: &Vault, previews: &[RoutePreview]) -> Option<Next> {
    let wait = |at: Option<i64>, words: String| Some(Next { kind: NextKind::Wait, at, words });
    let is_any = |reason| previews.iter().any(|preview| preview.reason() == Some(reason));
    if is_any(Reason::PriceStale) {
        return wait(None, "waits for newer prices".into());
    }
    let is_early = is_any(Reason::TooSoon);
    if is_early || is_any(Reason::NotItsTurn) {
        let at = is_due_after_waiting(chain, vault).then(|| next_chance(chain, vault))?;
        let what = if is_early { "the interval between two rebalances" } else { "the vault's turn" };
        let left = at.map(|at| format!(", in {}", chain.until(at))).unwrap_or_default();
        return wait(at, format!("due after {what}{left}"));
    }
    let told = obstacle(previews)?;
    let at = match told.reason() {
        Some(Reason::RouteTimelocked) => route_active_at(chain, told),
        Some(Reason::RouteHalted) => told.halt.as_ref().and_then(|halt| halt.ends_at),
        _ => None,
    };
    wait(at, format!("waits: {}", told.words))
}

/// Whether something but the clock's reasons would be found on some route: the core's decision, had the last rebalance been long ago and
/// were it the vault's turn.
fn is_due_after_waiting(chain: &Chain, vault: &Vault) -> bool {
    let mut patient = Box::new(*vault);
    patient.state.last_rebalance_at = 0;
    patient.strategy.execution.jitter_period_secs = 0;
    let previews: Vec<_> = chain.routes.iter().map(|route| preview(chain, &patient, route, 0)).collect();
    previews.iter().any(RoutePreview::is_trade) || obstacle(&previews).is_some()
}

/// The first moment that is neither too soon nor another vault's turn.
fn next_chance(chain: &Chain, vault: &Vault) -> Option<i64> {
    let (execution, seed) = (&vault.strategy.execution, jitter_seed(&chain.address));
    let free_at = vault.state.next_rebalance_at(&vault.limits).max(chain.now);
    if execution.is_turn(free_at, seed) { Some(free_at) } else { execution.next_turn(free_at, seed) }
}

/// The route that tells best why there is no trade though one is, or may be, due: by a reason of the whole vault, else the first.
fn obstacle(previews: &[RoutePreview]) -> Option<&RoutePreview> {
    // Said by one route of the whole vault, whatever keeps others from judging it.
    if previews.iter().any(|preview| preview.reason() == Some(Reason::InBand)) {
        return None;
    }
    let obstacles = || previews.iter().filter(|preview| preview.reason() != Some(Reason::RouteNotDue));
    let of_vault = obstacles().find(|preview| preview.reason().is_some_and(|reason| !reason.is_about_the_route()));
    of_vault.or_else(|| obstacles().next())
}

fn route_active_at(chain: &Chain, preview: &RoutePreview) -> Option<i64> {
    let route = chain.routes.iter().find(|(address, _)| *address == preview.route);
    route.map(|(_, route)| route.active_at)
}

/// What comes next where nothing is due.
fn quiet(chain: &Chain, vault: &Vault, valuation: &Valuation) -> Next {
    let drift = Drift::of(vault, valuation).map(|Drift { asset, used_bps }| {
        // In whole percents, and no whole before the edge.
        let percent = if used_bps > 10_000 { used_bps.div_ceil(100) } else { used_bps / 100 };
        format!("drift {percent}% of band ({})", chain.name(asset))
    });
    let opening = vault.strategy.schedule.next_opening(chain.now);
    match (opening, drift) {
        (Some(at), Some(drift)) => {
            Next { kind: NextKind::Schedule, at: Some(at), words: format!("due in {}, or sooner: {drift}", chain.until(at)) }
        }
        (Some(at), None) => Next { kind: NextKind::Schedule, at: Some(at), words: format!("due in {}", chain.until(at)) },
        (None, drift) => Next {
            kind: NextKind::Drift,
            at: None,
            words: drift.unwrap_or_else(|| "nothing is due: the vault has no value".into()),
        },
    }
}

impl Chain<'_> {
    fn until(&self, at: i64) -> String {
        words::duration(at.saturating_sub(self.now))
    }
}
