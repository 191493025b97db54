//! Users who come and go: a seeded stream of deposits and redemptions.

/// How a user moves money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Some of every asset, in the vault's proportions.
    InKind,
    /// The asset at this index of the basket alone.
    Single(usize),
}

/// What a user does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Move {
    /// Deposits this part of the vault's value.
    Deposit(f64),
    /// Redeems this part of their own shares.
    Redeem(f64),
}

/// One user's wish at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Action {
    /// Index of the user.
    pub user: usize,
    /// In kind or in one asset.
    pub kind: Kind,
    /// Deposit or redemption.
    pub what: Move,
}

/// Users in all; the first two are there from the start.
pub const COUNT: usize = 8;

/// Steps between two actions, on average.
const MEAN_STEPS: f64 = 8.0;
/// Largest deposit, as a part of the vault.
const LARGEST_DEPOSIT: f64 = 0.01;
/// Users whose shares are most of the vault: one of them leaving at once would end the show.
const FOUNDERS: usize = 2;
/// Most of their shares that a founder redeems at a time.
const LARGEST_FOUNDERS_EXIT: f64 = 0.01;

/// The users, drawing their actions from one seeded generator.
pub struct Users {
    rng: fastrand::Rng,
    assets: usize,
}

impl Users {
    /// Users of a vault with this many assets.
    pub fn new(seed: u64, assets: usize) -> Self {
        Self { rng: fastrand::Rng::with_seed(seed), assets }
    }

    /// What somebody wants to do now, if anybody does.
    pub fn next_action(&mut self) -> Option<Action> {
        if self.rng.f64() >= 1.0 / MEAN_STEPS {
            return None;
        }
        let user = self.rng.usize(..COUNT);
        let kind = if self.rng.bool() { Kind::InKind } else { Kind::Single(self.rng.usize(..self.assets)) };
        let part = 0.05 + 0.95 * self.rng.f64();
        let what = match self.rng.bool() {
            true => Move::Deposit(LARGEST_DEPOSIT * part),
            false if user < FOUNDERS => Move::Redeem(LARGEST_FOUNDERS_EXIT * part),
            false => Move::Redeem(part),
        };
        Some(Action { user, kind, what })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actions(seed: u64) -> Vec<Action> {
        let mut users = Users::new(seed, 4);
        (0..2_000).filter_map(|_| users.next_action()).collect()
    }

    #[test]
    fn same_seed_same_actions() {
        assert_eq!(actions(7), actions(7));
        assert_ne!(actions(7), actions(8));
    }

    #[test]
    fn every_kind_of_action_occurs_within_its_bounds() {
        let actions = actions(1);
        assert!((200..300).contains(&actions.len()), "{}", actions.len());
        for index in 0..4 {
            assert!(actions.iter().any(|action| action.kind == Kind::Single(index)));
        }
        assert!(actions.iter().any(|action| action.kind == Kind::InKind));
        for action in &actions {
            match action.what {
                Move::Deposit(part) => assert!(part > 0.0 && part <= LARGEST_DEPOSIT),
                Move::Redeem(part) => {
                    assert!(part > 0.0 && part <= if action.user < FOUNDERS { LARGEST_FOUNDERS_EXIT } else { 1.0 })
                }
            }
        }
    }
}
