//! The decision, all routes considered.

use ballast_client::ballast::state::{Route, Vault};
use ballast_client::core::decision::{Decision, Reason};
use ballast_client::decide::Chain;
use ballast_client::{Pubkey, pool};

use super::{Finding, Snapshot};

/// What the vault answers. Ordered by what is to be done first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The vault has no route whose pool is known.
    NoRoute,
    /// No trade is due.
    Dormant(Reason),
    /// A trade is due on this route, of this value in micro-dollars.
    Trade {
        /// The route.
        route: Pubkey,
        /// The value.
        value_usd: u64,
    },
    /// A breaker's condition holds; a rebalance on this route trips it.
    Trip {
        /// The route.
        route: Pubkey,
        /// Whether it stops the whole vault.
        is_about_the_vault: bool,
    },
}

impl Answer {
    /// Asks about every route, and takes the most important answer.
    pub fn best(snapshot: &Snapshot, vault: &Vault) -> Self {
        let answers = snapshot.watched.routes.iter().filter_map(|(address, route)| Self::on(snapshot, vault, *address, route));
        answers.max_by_key(Self::rank).unwrap_or(Answer::NoRoute)
    }

    /// Asks about one route. `None` where its pool is not known, or cannot be decided on.
    fn on(snapshot: &Snapshot, vault: &Vault, address: Pubkey, route: &Route) -> Option<Self> {
        route.require_foreign(vault).ok()?;
        let accounts: Vec<_> = route.accounts().iter().map(|pin| snapshot.world.account(pin).cloned()).collect();
        let pool = pool::read(route, &accounts).ok()?;
        let decision = Chain { address: snapshot.address, vault, route, pool, now: snapshot.now }.decide().ok()?;
        Some(match decision {
            Decision::Trip(trip) => Answer::Trip { route: address, is_about_the_vault: !trip.breaker.is_about_the_route() },
            Decision::Trade(trade) => Answer::Trade { route: address, value_usd: trade.value_usd },
            _ => Answer::Dormant(decision.reason()?),
        })
    }

    /// Breakers come before trades, and a vault's before a route's; of trades the largest one. What a reason says of the whole vault
    /// holds on every route, and that a route is not due says least.
    fn rank(&self) -> (u8, u64) {
        match self {
            Answer::NoRoute => (0, 0),
            Answer::Dormant(Reason::RouteNotDue) => (1, 0),
            Answer::Dormant(reason) if reason.is_about_the_route() => (2, 0),
            Answer::Dormant(_) => (3, 0),
            Answer::Trade { value_usd, .. } => (4, *value_usd),
            Answer::Trip { is_about_the_vault: false, .. } => (5, 0),
            Answer::Trip { is_about_the_vault: true, .. } => (6, 0),
        }
    }

    /// What to say where nothing else is due either.
    pub fn finding(&self) -> Finding {
        match self {
            Answer::Dormant(reason) => Finding::Dormant(*reason),
            _ => Finding::NoRoute,
        }
    }
}
