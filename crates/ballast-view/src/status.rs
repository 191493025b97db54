//! What a vault does not do at the moment, and why.

use ballast_client::ballast::state::{Vault, pause};
use ballast_core::risk::breaker::{Breaker, Breakers, Halt};
use serde::Serialize;

use crate::words;

/// The names of activities, as `pause` takes them.
pub const ACTIVITIES: [(&str, u8); 4] = [
    ("deposit-in-kind", pause::DEPOSIT_IN_KIND),
    ("deposit-single", pause::DEPOSIT_SINGLE),
    ("redeem-single", pause::REDEEM_SINGLE),
    ("rebalance", pause::REBALANCE),
];

/// The names of the activities in a mask.
pub fn paused(mask: u8) -> Vec<&'static str> {
    ACTIVITIES.into_iter().filter(|(_, bit)| mask & bit != 0).map(|(name, _)| name).collect()
}

/// What a vault does not do at the moment, in words; `running` where it does everything.
pub fn status(vault: &Vault, now: i64) -> Vec<String> {
    let mut status: Vec<String> = paused(vault.paused).into_iter().map(|activity| format!("{activity} paused")).collect();
    if vault.state.halt.stands(now, &vault.breakers) {
        status.push(format!("halted by {}", halt_name(&vault.state.halt)));
    }
    if vault.is_closing != 0 {
        status.push("closing".into());
    }
    if vault.total_shares == 0 {
        status.push("empty".into());
    }
    if status.is_empty() { vec!["running".into()] } else { status }
}

/// The gravest of what keeps a vault from being as it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum StateKind {
    /// Nothing does.
    Live,
    /// Somebody has paused something.
    Paused,
    /// A breaker has halted trading.
    Halted,
    /// Its reserves are being closed.
    Closing,
    /// It has no shares yet, or no more.
    Empty,
}

/// A vault's state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VaultState {
    /// The gravest of what is said.
    pub kind: StateKind,
    /// See [`status`].
    pub words: Vec<String>,
}

impl VaultState {
    /// The state at `now`.
    pub fn of(vault: &Vault, now: i64) -> Self {
        let kinds = [
            (vault.is_closing != 0, StateKind::Closing),
            (vault.state.halt.stands(now, &vault.breakers), StateKind::Halted),
            (paused(vault.paused) != [] as [&str; 0], StateKind::Paused),
            (vault.total_shares == 0, StateKind::Empty),
        ];
        let kind = kinds.into_iter().find_map(|(holds, kind)| holds.then_some(kind)).unwrap_or(StateKind::Live);
        VaultState { kind, words: status(vault, now) }
    }
}

/// The breaker of a halt.
pub fn halt_name(halt: &Halt) -> String {
    Breaker::from_number(halt.breaker).map_or_else(|| format!("breaker {}", halt.breaker), |breaker| format!("{breaker:?}"))
}

/// A halt that stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HaltView {
    /// The breaker's number.
    pub breaker: u8,
    /// Its name in the program.
    pub name: String,
    /// What it looks at.
    pub meaning: &'static str,
    /// Place of the asset that it is about.
    pub asset: Option<u8>,
    /// Whether only the admin ends it.
    pub is_hard: bool,
    /// Unix time, in seconds.
    pub tripped_at: i64,
    /// When a soft one has cooled off.
    pub ends_at: Option<i64>,
    /// What was measured, in the limit's unit.
    pub measured: u64,
    /// The limit that it passed.
    pub limit: u64,
    /// `bps`, or `usd` for micro-dollars.
    pub unit: &'static str,
}

impl HaltView {
    /// A halt of a vault of `asset_count` assets, or of one of its routes; `None` where none stands at `now`.
    pub fn of(halt: &Halt, breakers: &Breakers, asset_count: usize, now: i64) -> Option<Self> {
        let breaker = Breaker::from_number(halt.breaker);
        halt.stands(now, breakers).then(|| HaltView {
            breaker: halt.breaker,
            name: halt_name(halt),
            meaning: breaker.map_or("a condition that this version does not know", meaning),
            asset: (usize::from(halt.asset) < asset_count).then_some(halt.asset),
            is_hard: halt.is_hard != 0,
            tripped_at: halt.at,
            ends_at: halt.ends_at(breakers),
            measured: halt.measured,
            limit: halt.limit,
            unit: if is_in_dollars(breaker) { "usd" } else { "bps" },
        })
    }
}

/// What a breaker found, with both figures.
pub fn finding(breaker: Breaker, measured: u64, limit: u64) -> String {
    let figure = |figure| if is_in_dollars(Some(breaker)) { format!("{} USD", words::cents(figure)) } else { words::bps(figure) };
    format!("{} ({}, the limit is {})", meaning(breaker), figure(measured), figure(limit))
}

fn is_in_dollars(breaker: Option<Breaker>) -> bool {
    breaker == Some(Breaker::Illiquid)
}

fn meaning(breaker: Breaker) -> &'static str {
    match breaker {
        Breaker::Jump => "a price is far from the vault's own average of it",
        Breaker::Divergence => "a price is far from its publisher's average",
        Breaker::Confidence => "a price is uncertain",
        Breaker::Drawdown => "the share price is far below its high of the last day, week or month",
        Breaker::LossBudget => "trades have used up most of the day's loss budget",
        Breaker::PoolAway => "the pool's price is far from the oracle's",
        Breaker::Illiquid => "the pool holds little",
    }
}

#[cfg(test)]
mod tests {
    use ballast_core::risk::breaker::DEFAULT;
    use ballast_core::risk::condition::{NO_ASSET, Trip};

    use super::*;

    fn vault() -> Box<Vault> {
        let mut vault: Box<Vault> = bytemuck::zeroed_box();
        (vault.total_shares, vault.breakers) = (1, DEFAULT);
        vault
    }

    #[test]
    fn the_gravest_state_counts_and_all_are_told() {
        let mut vault = vault();
        assert_eq!(VaultState::of(&vault, 5), VaultState { kind: StateKind::Live, words: vec!["running".into()] });
        vault.total_shares = 0;
        assert_eq!(VaultState::of(&vault, 5), VaultState { kind: StateKind::Empty, words: vec!["empty".into()] });
        vault.paused = pause::REBALANCE | 0x80;
        assert_eq!(VaultState::of(&vault, 5).kind, StateKind::Paused);
        vault.state.halt = Halt::new(&Trip { breaker: Breaker::Jump, asset: 1, measured: 2, limit: 1 }, &DEFAULT, 5);
        assert_eq!(VaultState::of(&vault, 5).kind, StateKind::Halted);
        assert_eq!(VaultState::of(&vault, 5 + 3_600).kind, StateKind::Paused, "cooled off");
        vault.is_closing = 1;
        let expected = ["rebalance paused", "halted by Jump", "closing", "empty"].map(String::from).to_vec();
        assert_eq!(VaultState::of(&vault, 5), VaultState { kind: StateKind::Closing, words: expected });
    }

    #[test]
    fn an_unknown_bit_pauses_nothing() {
        let mut vault = vault();
        vault.paused = 0x80;
        assert_eq!(VaultState::of(&vault, 5).kind, StateKind::Live);
    }

    #[test]
    fn a_halt_tells_its_breaker_and_when_it_ends() {
        let halt = |breaker, asset| Halt::new(&Trip { breaker, asset, measured: 1_600, limit: 1_500 }, &DEFAULT, 1_000);
        let jump = HaltView::of(&halt(Breaker::Jump, 1), &DEFAULT, 2, 1_000).unwrap();
        assert_eq!((jump.name.as_str(), jump.asset, jump.is_hard, jump.ends_at), ("Jump", Some(1), false, Some(4_600)));
        assert_eq!((jump.measured, jump.limit, jump.unit, jump.tripped_at), (1_600, 1_500, "bps", 1_000));
        let loss = HaltView::of(&halt(Breaker::LossBudget, NO_ASSET), &DEFAULT, 2, i64::MAX).unwrap();
        assert_eq!((loss.asset, loss.is_hard, loss.ends_at), (None, true, None));
        assert_eq!(HaltView::of(&halt(Breaker::Illiquid, NO_ASSET), &DEFAULT, 2, 1_000).unwrap().unit, "usd");
        assert_eq!(HaltView::of(&halt(Breaker::Jump, 1), &DEFAULT, 2, 4_600), None);
        assert_eq!(HaltView::of(&Halt::default(), &DEFAULT, 2, 0), None);
        let unknown = Halt { breaker: 99, ..halt(Breaker::Jump, 9) };
        let unknown = HaltView::of(&unknown, &DEFAULT, 2, 1_000).unwrap();
        assert_eq!((unknown.name.as_str(), unknown.asset), ("breaker 99", None));
    }

    #[test]
    fn a_finding_has_its_figures_in_their_unit() {
        let jump = finding(Breaker::Jump, 1_501, 1_500);
        assert_eq!(jump, "a price is far from the vault's own average of it (15.01%, the limit is 15%)");
        assert_eq!(finding(Breaker::Illiquid, 1_500_000, 2_000_000), "the pool holds little (1.50 USD, the limit is 2.00 USD)");
    }
}
