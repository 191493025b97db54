//! What the keeper knows of the cluster: vaults, their routes, and the accounts that their decisions depend on.
//!
//! Whatever arrives last counts, by the time at which it was asked for: slots tell little, since nodes lag behind each other and a
//! fork that was followed may be given up. What is wrong heals with the next full look, and the simulation before each
//! transaction sees the truth in any case.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Instant;

use ballast_client::ballast::amm::Amm;
use ballast_client::ballast::oracle;
use ballast_client::ballast::state::{Asset, AssetStatus, OracleKind, Route, Vault};
use ballast_client::pyth::FeedId;
use ballast_client::{Account, PROGRAM_ID, Pubkey, VaultView, address, decode};

use crate::prices;

/// Most bytes of an account that are looked at: more than any price or pool takes. A vault can name any account for its price, and
/// the largest ones have ten megabytes.
pub const MOST_BYTES: usize = 16_384;

/// A vault and its routes.
pub struct Watched {
    /// The vault.
    pub vault: Vault,
    /// Its addresses.
    pub view: VaultView,
    /// Its routes, by address.
    pub routes: BTreeMap<Pubkey, Route>,
    /// Where each asset's price is published, in the vault's order; deriving these addresses takes longer than a decision.
    price_accounts: Vec<Option<Pubkey>>,
    /// When the vault's account was asked for.
    asked_at: Instant,
}

impl Watched {
    /// Where the price of the asset at this place is published.
    pub fn price_account(&self, index: usize) -> Option<Pubkey> {
        self.price_accounts.get(index).copied().flatten()
    }

    /// The accounts that change by themselves: prices, what swaps move, and what pays keepers.
    fn moving(&self) -> Vec<Pubkey> {
        let swapped = self.routes.values().flat_map(|route| {
            let writable = Amm::try_from(route.amm).map(Amm::writable).unwrap_or_default();
            let pins = route.accounts().iter().zip(writable);
            pins.filter(|(_, is_writable)| **is_writable).map(|(pin, _)| *pin)
        });
        self.price_accounts.iter().flatten().copied().chain(swapped).chain([self.vault.crank_fund]).collect()
    }
}

/// An account as it was last seen; `None` where there is none.
struct Seen {
    account: Option<Account>,
    asked_at: Instant,
}

/// What the keeper knows of the cluster.
pub struct World {
    /// Which of Pyth's sponsored accounts to read; see [`address::price_account`].
    shard: u16,
    /// The vaults to look after; all where empty.
    chosen: BTreeSet<Pubkey>,
    vaults: BTreeMap<Pubkey, Watched>,
    accounts: HashMap<Pubkey, Seen>,
    /// Prices that could be posted, as the accounts that posting would make; see [`World::offer`].
    offered: HashMap<Pubkey, Account>,
    /// Which vaults depend on an account.
    users: HashMap<Pubkey, BTreeSet<Pubkey>>,
    /// Vaults of which something has changed since this was last asked.
    changed: BTreeSet<Pubkey>,
    /// Whether some vault depends on accounts that have not been looked at yet.
    is_incomplete: bool,
}

impl World {
    /// Knows nothing yet. `chosen` are the vaults to look after; none stands for all.
    pub fn new(shard: u16, chosen: impl IntoIterator<Item = Pubkey>) -> Self {
        World {
            shard,
            chosen: chosen.into_iter().collect(),
            vaults: BTreeMap::new(),
            accounts: HashMap::new(),
            offered: HashMap::new(),
            users: HashMap::new(),
            changed: BTreeSet::new(),
            is_incomplete: false,
        }
    }

    /// The vaults, by address.
    pub fn vaults(&self) -> &BTreeMap<Pubkey, Watched> {
        &self.vaults
    }

    /// One that posting a price would make; or an account that some vault depends on, if it exists and has been seen.
    pub fn account(&self, address: &Pubkey) -> Option<&Account> {
        // What is offered comes first: anybody can make a vault whose push feed has the number of another vault's pull feed for its
        // address, and whatever is there, or is not, must not hide the offer.
        self.offered.get(address).or_else(|| self.accounts.get(address)?.account.as_ref())
    }

    /// Prices that could be posted, instead of those that were offered before: by [`offer_address`] the accounts that posting them
    /// would make.
    pub fn offer(&mut self, prices: HashMap<Pubkey, Account>) {
        let is_priced =
            |watched: &Watched| watched.vault.assets().iter().any(|asset| prices.contains_key(&offer_address(&asset.feed)));
        self.changed.extend(self.vaults.iter().filter(|(_, watched)| is_priced(watched)).map(|(address, _)| *address));
        self.offered = prices;
    }

    /// The pull feeds of vaults with anything in them whose published price is older than `max_age_secs` at `now`, or cannot be read.
    pub fn late_feeds(&self, now: i64, max_age_secs: i64) -> BTreeSet<FeedId> {
        let pull = |asset: &&Asset| asset.oracle == OracleKind::PythPull as u8 && asset.status == AssetStatus::Active as u8;
        let in_use = self.vaults.values().map(|watched| &watched.vault).filter(|vault| vault.total_shares > 0);
        let feeds: BTreeSet<FeedId> =
            in_use.flat_map(|vault| vault.assets().iter().filter(pull)).map(|asset| asset.feed).collect();
        let published_at = |feed: &FeedId| {
            let address = address::sponsored_feed(self.shard, feed);
            let reading = prices::read(self, &address, |account| oracle::read(OracleKind::PythPull, account, feed));
            reading.and_then(Result::ok).map(|reading| reading.spot.publish_time)
        };
        feeds.into_iter().filter(|feed| published_at(feed).is_none_or(|at| at.saturating_add(max_age_secs) < now)).collect()
    }

    /// Takes over everything that the cluster said when it was asked for all vaults and routes. What it did not name is gone.
    pub fn replace(&mut self, vaults: Vec<(Pubkey, Vault)>, routes: Vec<(Pubkey, Route)>, asked_at: Instant) {
        let named: BTreeSet<Pubkey> = vaults.iter().map(|(address, _)| *address).collect();
        self.vaults.retain(|address, watched| named.contains(address) || watched.asked_at > asked_at);
        for (address, vault) in vaults {
            self.set_vault(address, vault, asked_at);
        }
        let named: BTreeSet<Pubkey> = routes.iter().map(|(address, _)| *address).collect();
        for watched in self.vaults.values_mut() {
            watched.routes.retain(|address, _| named.contains(address));
        }
        for (address, route) in routes {
            self.set_route(address, route);
        }
        self.index();
        for vault in self.missing() {
            tracing::warn!(%vault, "there is no such vault on the cluster; check --vault and --url");
        }
    }

    /// The vaults to look after that are not there.
    pub fn missing(&self) -> impl Iterator<Item = &Pubkey> {
        self.chosen.iter().filter(|vault| !self.vaults.contains_key(*vault))
    }

    /// Takes over a vault.
    pub fn set_vault(&mut self, address: Pubkey, vault: Vault, asked_at: Instant) {
        if !self.chosen.is_empty() && !self.chosen.contains(&address) {
            return;
        }
        let Some(view) = VaultView::of(address, &vault) else {
            tracing::warn!(vault = %address, "the vault names a token program that this keeper does not know; update it");
            return;
        };
        match self.vaults.get_mut(&address) {
            Some(known) if known.asked_at > asked_at => {}
            Some(known) if is_same_basket(&known.vault, &vault) => {
                if known.vault.sequence != vault.sequence {
                    self.changed.insert(address);
                }
                (known.vault, known.view, known.asked_at) = (vault, view, asked_at);
            }
            known => {
                let routes = known.map(|known| std::mem::take(&mut known.routes)).unwrap_or_default();
                let price_account = |asset: &Asset| address::price_account(asset, self.shard).filter(|_| !asset.is_removed());
                let price_accounts = vault.assets().iter().map(price_account).collect();
                self.vaults.insert(address, Watched { vault, view, routes, price_accounts, asked_at });
                self.changed.insert(address);
                self.is_incomplete = true;
            }
        }
    }

    /// Takes over a route of a vault that is known.
    pub fn set_route(&mut self, address: Pubkey, route: Route) {
        let Some(watched) = self.vaults.get_mut(&route.vault) else { return };
        let before = watched.routes.insert(address, route);
        self.is_incomplete |= before.is_none();
        if before.is_none_or(|before| before.halt != route.halt) {
            self.changed.insert(route.vault);
        }
    }

    /// Takes over an account of the program: a vault, a route, or something that does not matter here.
    pub fn set_own(&mut self, address: Pubkey, account: &Account, asked_at: Instant) {
        if account.owner != PROGRAM_ID {
            return;
        }
        if let Some(vault) = decode::vault(&account.data) {
            self.set_vault(address, vault, asked_at);
        } else if let Some(route) = decode::route(&account.data) {
            self.set_route(address, route);
        }
    }

    /// Takes over an account, if a vault depends on it.
    pub fn set_account(&mut self, address: Pubkey, mut account: Option<Account>, asked_at: Instant) {
        if !self.users.contains_key(&address) {
            return;
        }
        // Some nodes tell more than they are asked.
        if let Some(account) = &mut account
            && account.data.len() > MOST_BYTES
        {
            account.data = account.data[..MOST_BYTES].to_vec();
        }
        let known = self.accounts.get(&address);
        if known.is_some_and(|known| known.asked_at > asked_at) {
            return;
        }
        if known.is_none_or(|known| known.account != account) {
            self.changed.extend(self.users.get(&address).into_iter().flatten());
        }
        self.accounts.insert(address, Seen { account, asked_at });
    }

    /// Whether some vault has changed since they were last taken.
    pub fn is_changed(&self) -> bool {
        !self.changed.is_empty()
    }

    /// The vaults that have changed since this was last asked.
    pub fn take_changed(&mut self) -> BTreeSet<Pubkey> {
        std::mem::take(&mut self.changed)
    }

    /// Whether some vault depends on accounts that have not been looked at yet.
    pub fn is_incomplete(&self) -> bool {
        self.is_incomplete
    }

    /// The accounts that change by themselves: prices, what swaps move, and what pays keepers.
    pub fn moving(&self) -> BTreeSet<Pubkey> {
        self.vaults.values().flat_map(Watched::moving).collect()
    }

    /// Every account that a decision depends on.
    pub fn needed(&self) -> BTreeSet<Pubkey> {
        self.users.keys().copied().collect()
    }

    /// Notes anew which vault depends on what, and forgets the accounts that nobody depends on.
    fn index(&mut self) {
        let mut users: HashMap<Pubkey, BTreeSet<Pubkey>> = HashMap::new();
        for (address, watched) in &self.vaults {
            let pins = watched.routes.values().flat_map(|route| route.accounts().iter().copied());
            for account in watched.moving().into_iter().chain(pins) {
                users.entry(account).or_default().insert(*address);
            }
        }
        self.accounts.retain(|address, _| users.contains_key(address));
        self.users = users;
        self.is_incomplete = false;
    }
}

/// Stands for the account to which a feed's price will be posted, until its address is known: the feed's own number.
pub fn offer_address(feed: &FeedId) -> Pubkey {
    Pubkey::new_from_array(*feed)
}

/// Whether both have the same assets, priced by the same feeds.
fn is_same_basket(one: &Vault, other: &Vault) -> bool {
    let feeds = |vault: &Vault| vault.assets().iter().map(|asset| (asset.feed, asset.oracle, asset.status)).collect::<Vec<_>>();
    feeds(one) == feeds(other)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use ballast_client::anchor_lang::Discriminator;
    use ballast_client::core::risk::breaker::Halt;

    use super::*;

    const VAULT: Pubkey = Pubkey::new_from_array([1; 32]);
    const OTHER: Pubkey = Pubkey::new_from_array([2; 32]);
    const ROUTE: Pubkey = Pubkey::new_from_array([3; 32]);
    const FUND: Pubkey = Pubkey::new_from_array([4; 32]);

    /// An account's data, all zeros behind the discriminator.
    fn data<T: Discriminator>() -> Vec<u8> {
        [T::DISCRIMINATOR, &vec![0; size_of::<T>()]].concat()
    }

    fn vault(sequence: u64) -> Vault {
        let mut vault = decode::vault(&data::<Vault>()).unwrap();
        (vault.sequence, vault.crank_fund) = (sequence, FUND);
        vault
    }

    fn route(vault: Pubkey) -> (Pubkey, Route) {
        (ROUTE, Route { vault, ..decode::route(&data::<Route>()).unwrap() })
    }

    fn sequence(world: &World) -> Option<u64> {
        world.vaults().get(&VAULT).map(|watched| watched.vault.sequence)
    }

    /// Three moments, a second apart.
    fn moments() -> [Instant; 3] {
        let now = Instant::now();
        [0, 1, 2].map(|secs| now + Duration::from_secs(secs))
    }

    #[test]
    fn answers_to_older_questions_undo_nothing() {
        let ([first, second, third], mut world) = (moments(), World::new(0, []));
        world.replace(vec![(VAULT, vault(2))], vec![], second);
        world.set_vault(VAULT, vault(1), first);
        // A vault that was not there when it was asked for may have come since.
        world.replace(vec![], vec![], first);
        assert_eq!(sequence(&world), Some(2));
        world.set_account(FUND, Some(Account { lamports: 2, ..Account::default() }), second);
        world.set_account(FUND, None, first);
        assert_eq!(world.account(&FUND).map(|account| account.lamports), Some(2));
        // On a fork that was given up, it had gone further.
        world.set_vault(VAULT, vault(1), third);
        assert_eq!(sequence(&world), Some(1));
    }

    #[test]
    fn what_a_full_look_does_not_name_is_gone() {
        let ([first, second, _], mut world) = (moments(), World::new(0, []));
        world.replace(vec![(VAULT, vault(1)), (OTHER, vault(1))], vec![route(VAULT)], first);
        assert_eq!((world.vaults().len(), world.vaults()[&VAULT].routes.len()), (2, 1));
        world.replace(vec![(VAULT, vault(1))], vec![], second);
        assert_eq!((world.vaults().len(), world.vaults()[&VAULT].routes.len()), (1, 0));
    }

    #[test]
    fn vaults_are_worth_a_look_when_what_they_depend_on_changes() {
        let ([first, second, third], mut world) = (moments(), World::new(0, []));
        world.replace(vec![(VAULT, vault(1))], vec![route(VAULT)], first);
        let all = BTreeSet::from([VAULT]);
        assert_eq!((world.take_changed(), world.take_changed()), (all.clone(), BTreeSet::new()));
        world.set_account(FUND, Some(Account::default()), first);
        assert_eq!(world.take_changed(), all);
        world.set_account(FUND, Some(Account::default()), second);
        world.set_account(OTHER, Some(Account::default()), second);
        world.set_vault(VAULT, vault(1), second);
        assert!(!world.is_changed(), "the same again, and what nobody depends on");
        world.set_vault(VAULT, vault(2), third);
        assert_eq!(world.take_changed(), all);
        let (address, calm) = route(VAULT);
        world.set_route(address, Route { halt: Halt { at: 5, breaker: 6, ..Halt::default() }, ..calm });
        assert_eq!(world.take_changed(), all);
    }

    #[test]
    fn new_vaults_and_routes_ask_for_a_full_look() {
        let ([first, second, third], mut world) = (moments(), World::new(0, []));
        world.replace(vec![(VAULT, vault(1))], vec![], first);
        assert!(!world.is_incomplete());
        let (address, new) = route(VAULT);
        world.set_route(address, new);
        assert!(world.is_incomplete());
        world.replace(vec![(VAULT, vault(1))], vec![(address, new)], second);
        assert!(!world.is_incomplete());
        world.set_own(OTHER, &Account { owner: PROGRAM_ID, data: data::<Vault>(), ..Account::default() }, third);
        assert!(world.is_incomplete() && world.vaults().len() == 2);
    }

    #[test]
    fn only_what_was_chosen_and_is_the_programs_counts() {
        let ([first, ..], mut world) = (moments(), World::new(0, [OTHER]));
        world.replace(vec![(VAULT, vault(1)), (OTHER, vault(1))], vec![route(VAULT)], first);
        assert_eq!(world.vaults().keys().collect::<Vec<_>>(), [&OTHER]);
        let mut world = World::new(0, []);
        world.set_own(VAULT, &Account { owner: OTHER, data: data::<Vault>(), ..Account::default() }, first);
        assert!(world.vaults().is_empty());
    }
}
