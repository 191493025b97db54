//! What is due for a vault: a pure function of what is known of it, the settings and the cluster's time.
//!
//! Everything is tried on a copy of the vault with the program's own code: published prices are taken over, observed, and decided
//! upon on every route. What that finds is what the instructions will do unless something changes before they land; the
//! simulation before sending, and the program itself, have the last word.

mod answer;
mod fresh;
mod work;

use ballast_client::ballast::instructions::wide_price;
use ballast_client::ballast::state::{Vault, pause};
use ballast_client::core::crank::{self, Purse};
use ballast_client::core::decision::Reason;
use ballast_client::{Instruction, Pubkey, instruction};

use crate::prices;
use crate::world::{Watched, World};
use answer::Answer;
use fresh::Fresh;
pub use work::{Kind, Work};

/// Longest that a vault is not looked at, in seconds of the cluster's clock: what nothing announces, such as the end of another
/// vault's turn, is found then.
const LONGEST_LOOK_SECS: i64 = 60;

/// What the keeper is to look after.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Who cranks, pays and is reimbursed.
    pub keeper: Pubkey,
    /// Age of the oldest price of the basket, in seconds, at which prices are refreshed though nothing else is due; 0 for never.
    pub refresh_every_secs: u32,
    /// Management fees are collected once they are this part of all shares, in basis points; 0 for never.
    pub collect_fees_bps: u16,
    /// Whether to do only what the vault's crank fund pays for.
    pub is_paid_only: bool,
}

/// What is known of a vault, at a time.
#[derive(Clone, Copy)]
pub struct Snapshot<'a> {
    /// The vault's address.
    pub address: Pubkey,
    /// The vault and its routes.
    pub watched: &'a Watched,
    /// The accounts that it depends on.
    pub world: &'a World,
    /// What the keeper's wallet holds, in lamports.
    pub keeper_lamports: u64,
    /// What an account without data must hold, in lamports.
    pub rent_lamports: u64,
    /// The cluster's clock: unix time, in seconds.
    pub now: i64,
}

/// What looking at a vault found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Something is due.
    Due(Kind),
    /// Something is due, but the crank fund would not pay for it.
    Unpaid(Kind),
    /// Nothing is due; why there is no trade. Of several routes' reasons, one that does not only say that the others may help.
    Dormant(Reason),
    /// Nothing is due, and there is no route to trade on.
    NoRoute,
    /// The vault is being closed: it is only watched.
    Closing,
}

/// What is due.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What was found.
    pub finding: Finding,
    /// What to do about it.
    pub work: Option<Work>,
    /// When to look again though nothing changes: unix time of the cluster's clock.
    pub next_at: i64,
}

impl Plan {
    /// What is due for a vault.
    pub fn of(snapshot: &Snapshot, settings: &Settings) -> Self {
        let (finding, work) = match at_rest(&snapshot.watched.vault, snapshot.now) {
            Some(finding) => (finding, None),
            None => due(snapshot, settings),
        };
        Plan { finding, work, next_at: next_at(snapshot, settings) }
    }
}

/// Why nothing at all is done for a vault, where that is so.
fn at_rest(vault: &Vault, now: i64) -> Option<Finding> {
    let is_halted_hard = vault.state.halt.is_hard != 0 && vault.state.halt.stands(now, &vault.breakers);
    let rests = [
        (vault.is_closing != 0, Finding::Closing),
        (vault.total_shares == 0, Finding::Dormant(Reason::Empty)),
        (vault.paused & pause::REBALANCE != 0, Finding::Dormant(Reason::Paused)),
        (is_halted_hard, Finding::Dormant(Reason::Halted)),
    ];
    rests.into_iter().find_map(|(holds, finding)| holds.then_some(finding))
}

fn due(snapshot: &Snapshot, settings: &Settings) -> (Finding, Option<Work>) {
    let fresh = Fresh::of(snapshot);
    let answer = Answer::best(snapshot, fresh.vault());
    let Some((kind, action)) = wanted(snapshot, settings, &fresh, &answer) else { return (answer.finding(), None) };
    let reward_lamports = if kind == Kind::Rebalance { reward_lamports(snapshot) } else { 0 };
    if settings.is_paid_only && reward_lamports == 0 {
        return (Finding::Unpaid(kind), None);
    }
    // Fees need no prices.
    let (prices, feeds) = match kind {
        Kind::CollectFees => (vec![], vec![]),
        _ => (fresh.instructions(snapshot.address), fresh.feeds()),
    };
    let assets = snapshot.watched.vault.assets().len() as u32;
    (Finding::Due(kind), Some(Work { vault: snapshot.address, kind, prices, feeds, action, reward_lamports, assets }))
}

/// What there is to do, the gravest first, with the instruction that follows on the prices.
fn wanted(snapshot: &Snapshot, settings: &Settings, fresh: &Fresh, answer: &Answer) -> Option<(Kind, Option<Instruction>)> {
    let rebalance = |route| {
        let Watched { view, routes, .. } = snapshot.watched;
        instruction::rebalance(settings.keeper, view, route, routes.get(&route)?, 0)
    };
    match answer {
        // A rebalance that finds a breaker's condition halts instead of trading.
        Answer::Trip { route, .. } => return Some((Kind::Trip, Some(rebalance(*route)?))),
        Answer::Trade { route, .. } => return Some((Kind::Rebalance, Some(rebalance(*route)?))),
        Answer::Dormant(_) | Answer::NoRoute => {}
    }
    if let Some(trip) = trip_by_evidence(snapshot) {
        return Some((Kind::Trip, Some(trip)));
    }
    if fresh.is_observed() {
        return Some((Kind::Observe, None));
    }
    if settings.refresh_every_secs > 0 && fresh.replaces_older_than(settings.refresh_every_secs, snapshot.now) {
        return Some((Kind::Refresh, None));
    }
    Some((Kind::CollectFees, Some(collect_fees(snapshot, settings)?)))
}

/// What trips a breaker by a price account that is too uncertain for the vault to take.
fn trip_by_evidence(snapshot: &Snapshot) -> Option<Instruction> {
    let Snapshot { address, watched, world, now, .. } = *snapshot;
    let vault = &watched.vault;
    if vault.state.halt.stands(now, &vault.breakers) {
        return None;
    }
    (0..vault.asset_count).find_map(|index| {
        let evidence = watched.price_account(index.into())?;
        let trip = prices::read(world, &evidence, |account| wide_price(vault, index, account, now));
        trip?.ok()??;
        Some(instruction::trip_breaker(address, Some((index, evidence))))
    })
}

fn oldest_price_at(snapshot: &Snapshot) -> i64 {
    let holdings = snapshot.watched.vault.holdings().filter(|holding| !holding.is_excluded);
    holdings.map(|holding| holding.publish_time).min().unwrap_or(i64::MAX / 2)
}

fn collect_fees(snapshot: &Snapshot, settings: &Settings) -> Option<Instruction> {
    let Watched { vault, view, .. } = snapshot.watched;
    let mut accrued = *vault;
    accrued.accrue_fees(snapshot.now);
    let owed_shares = u128::from(accrued.state.fees.owed_shares);
    let is_enough = owed_shares * 10_000 >= u128::from(accrued.total_shares) * u128::from(settings.collect_fees_bps);
    let is_wanted = settings.collect_fees_bps > 0 && owed_shares > 0 && vault.fee_recipient != Pubkey::default();
    (is_wanted && is_enough).then(|| instruction::collect_fees(view, &vault.fee_recipient))
}

/// What the crank fund pays for a trade now.
fn reward_lamports(snapshot: &Snapshot) -> u64 {
    let Snapshot { watched: Watched { vault, .. }, world, keeper_lamports, rent_lamports, now, .. } = *snapshot;
    let purse = |lamports| Purse { lamports, rent_lamports };
    let fund = purse(world.account(&vault.crank_fund).map_or(0, |account| account.lamports));
    let reward = crank::reward(&vault.limits, &vault.state.crank, fund, purse(keeper_lamports), now);
    reward.map_or(0, |(lamports, _)| lamports)
}

/// The next moment at which time alone may make something due.
fn next_at(snapshot: &Snapshot, settings: &Settings) -> i64 {
    let Snapshot { watched: Watched { vault, routes, .. }, now, .. } = *snapshot;
    let cooldown_secs = i64::from(vault.breakers.cooldown_secs);
    let sampling = &vault.strategy.sampling;
    let events = [
        vault.state.last_rebalance_at + i64::from(vault.limits.min_interval_secs),
        vault.state.statistics.observed_at + i64::from(sampling.spacing_secs),
        vault.state.halt.at + cooldown_secs,
        oldest_price_at(snapshot) + i64::from(settings.refresh_every_secs),
        now + LONGEST_LOOK_SECS,
    ];
    let of_routes = routes.values().flat_map(|route| [route.active_at, route.halt.at + cooldown_secs]);
    events.into_iter().chain(of_routes).filter(|at| *at > now).min().unwrap_or(now + LONGEST_LOOK_SECS)
}
