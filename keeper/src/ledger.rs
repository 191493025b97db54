//! Who may be cranked when: what is in flight, who has to wait after a failure, and the delay that keeps keepers apart.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use ballast_client::Pubkey;

/// A transaction that has not landed after this long never will: its blockhash is forgotten after 150 slots, about a minute.
const LONGEST_FLIGHT: Duration = Duration::from_secs(180);

/// How long to wait.
#[derive(Clone, Copy, Debug)]
pub struct Delays {
    /// Most that a due crank waits, at random, before it is sent: keepers that see the same thing do not all send at once.
    pub jitter: Duration,
    /// Wait after a crank that ended well: what the keeper sees may lag behind what it did.
    pub pause: Duration,
    /// Wait after the first failure, doubled with each further one.
    pub backoff: Duration,
    /// Longest wait.
    pub max_backoff: Duration,
}

/// How a crank ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It is done, or no longer due: another keeper was first, the price moved back, time passed.
    Settled,
    /// It failed; to be tried again later, and ever later if it keeps failing.
    Failed,
    /// It was sent, and nobody knows what became of it: it may still land.
    Unknown,
}

#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    is_in_flight: bool,
    failures: u32,
    not_before: Option<Instant>,
    /// When the crank that is due now may be sent.
    due_at: Option<Instant>,
}

/// Who may be cranked when. A vault in flight is left alone until its transaction's fate is known, so that nothing is sent twice.
pub struct Ledger {
    delays: Delays,
    random: fastrand::Rng,
    entries: HashMap<Pubkey, Entry>,
    written: HashSet<Pubkey>,
}

impl Ledger {
    /// Nothing is in flight.
    pub fn new(delays: Delays, random: fastrand::Rng) -> Self {
        Ledger { delays, random, entries: HashMap::new(), written: HashSet::new() }
    }

    /// Whether a vault is neither in flight nor has to wait after a failure.
    pub fn is_free(&self, vault: &Pubkey, now: Instant) -> bool {
        self.entries.get(vault).is_none_or(|entry| !entry.is_in_flight && entry.not_before.is_none_or(|until| now >= until))
    }

    /// Whether the vault's last crank failed.
    pub fn has_failed(&self, vault: &Pubkey) -> bool {
        self.entries.get(vault).is_some_and(|entry| entry.failures > 0)
    }

    /// Whether a due crank has waited long enough. The first answer decides how long that is.
    pub fn has_waited(&mut self, vault: Pubkey, now: Instant) -> bool {
        let jitter = self.delays.jitter.mul_f64(self.random.f64());
        now >= *self.entries.entry(vault).or_default().due_at.get_or_insert(now + jitter)
    }

    /// Nothing is due for the vault any more.
    pub fn rest(&mut self, vault: &Pubkey) {
        if let Some(entry) = self.entries.get_mut(vault) {
            entry.due_at = None;
        }
    }

    /// Whether a transaction in flight writes one of these accounts.
    pub fn is_written(&self, accounts: impl IntoIterator<Item = Pubkey>) -> bool {
        accounts.into_iter().any(|account| self.written.contains(&account))
    }

    /// A transaction that cranks these vaults and writes these accounts is about to be sent.
    pub fn start(&mut self, vaults: &[Pubkey], written: &[Pubkey]) {
        for vault in vaults {
            self.entries.entry(*vault).or_default().is_in_flight = true;
        }
        self.written.extend(written);
    }

    /// The fate of the transaction that wrote these accounts is known.
    pub fn release(&mut self, written: &[Pubkey]) {
        for account in written {
            self.written.remove(account);
        }
    }

    /// A crank has ended.
    pub fn settle(&mut self, vault: Pubkey, end: End, now: Instant) {
        let failures = match end {
            End::Settled => 0,
            End::Failed | End::Unknown => self.entries.get(&vault).map_or(0, |entry| entry.failures).saturating_add(1),
        };
        let wait = match end {
            End::Settled => self.delays.pause,
            End::Failed => self.backoff(failures),
            End::Unknown => LONGEST_FLIGHT,
        };
        self.entries.insert(vault, Entry { failures, not_before: Some(now + wait), ..Entry::default() });
    }

    /// Twice as long with each failure, and up to a quarter longer at random.
    fn backoff(&mut self, failures: u32) -> Duration {
        let doublings = failures.saturating_sub(1).min(16);
        let wait = self.delays.backoff.saturating_mul(1 << doublings).min(self.delays.max_backoff);
        wait.mul_f64(1.0 + self.random.f64() / 4.0)
    }

    /// Vaults in flight.
    pub fn in_flight(&self) -> usize {
        self.entries.values().filter(|entry| entry.is_in_flight).count()
    }

    /// Forgets vaults that are gone.
    pub fn retain(&mut self, is_known: impl Fn(&Pubkey) -> bool) {
        self.entries.retain(|vault, entry| entry.is_in_flight || is_known(vault));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DELAYS: Delays = Delays {
        jitter: Duration::from_millis(500),
        pause: Duration::from_millis(700),
        backoff: Duration::from_secs(1),
        max_backoff: Duration::from_secs(60),
    };
    const VAULT: Pubkey = Pubkey::new_from_array([1; 32]);
    const POOL: Pubkey = Pubkey::new_from_array([2; 32]);

    fn ledger() -> Ledger {
        Ledger::new(DELAYS, fastrand::Rng::with_seed(7))
    }

    /// How long the vault has to wait, to the millisecond.
    fn wait(ledger: &Ledger, now: Instant) -> Duration {
        let millis = (0..200_000).find(|millis| ledger.is_free(&VAULT, now + Duration::from_millis(*millis)));
        Duration::from_millis(millis.expect("free within 200 s"))
    }

    #[test]
    fn vault_in_flight_is_not_free_until_it_is_settled() {
        let (mut ledger, now) = (ledger(), Instant::now());
        let later = now + Duration::from_secs(3_600);
        assert!(ledger.is_free(&VAULT, now));
        ledger.start(&[VAULT], &[POOL]);
        assert!(!ledger.is_free(&VAULT, later) && ledger.is_written([VAULT, POOL]));
        assert_eq!(ledger.in_flight(), 1);
        ledger.release(&[POOL]);
        ledger.settle(VAULT, End::Settled, now);
        assert!(ledger.is_free(&VAULT, later) && !ledger.is_written([VAULT, POOL]));
        assert_eq!((ledger.in_flight(), wait(&ledger, now)), (0, DELAYS.pause));
    }

    #[test]
    fn failures_double_the_wait_up_to_its_limit() {
        let (mut ledger, now) = (ledger(), Instant::now());
        for nominal_secs in [1, 2, 4, 8, 16, 32, 60, 60] {
            ledger.settle(VAULT, End::Failed, now);
            let (wait, nominal) = (wait(&ledger, now), Duration::from_secs(nominal_secs));
            assert!((nominal..=nominal.mul_f64(1.25)).contains(&wait), "{wait:?} instead of {nominal:?}");
        }
        assert!(ledger.has_failed(&VAULT));
        ledger.settle(VAULT, End::Settled, now);
        assert!(!ledger.has_failed(&VAULT));
        ledger.settle(VAULT, End::Failed, now);
        assert!(wait(&ledger, now) < Duration::from_secs(2), "a success starts the count anew");
    }

    #[test]
    fn transaction_of_unknown_fate_is_waited_out() {
        let (mut ledger, now) = (ledger(), Instant::now());
        ledger.start(&[VAULT], &[]);
        ledger.settle(VAULT, End::Unknown, now);
        assert_eq!(wait(&ledger, now), LONGEST_FLIGHT);
    }

    #[test]
    fn jitter_is_drawn_once_for_what_is_due() {
        let (mut ledger, now) = (ledger(), Instant::now());
        let first = (0..=500).find(|millis| ledger.has_waited(VAULT, now + Duration::from_millis(*millis)));
        let first = first.expect("at most the jitter");
        // Asked again, the answer is the same; once it was not due in between, another delay is drawn.
        assert!(ledger.has_waited(VAULT, now + Duration::from_millis(first)));
        assert!(first == 0 || !ledger.has_waited(VAULT, now + Duration::from_millis(first - 1)));
        ledger.rest(&VAULT);
        let at = now + Duration::from_secs(9);
        let second = (0..=500).find(|millis| ledger.has_waited(VAULT, at + Duration::from_millis(*millis)));
        assert!(second.is_some_and(|second| second != first), "{first} and {second:?}");
    }

    #[test]
    fn gone_vaults_are_forgotten_once_their_transaction_has_ended() {
        let (mut ledger, now) = (ledger(), Instant::now());
        ledger.start(&[VAULT], &[]);
        ledger.retain(|_| false);
        assert_eq!(ledger.in_flight(), 1);
        ledger.settle(VAULT, End::Failed, now);
        ledger.retain(|_| false);
        assert!(ledger.is_free(&VAULT, now));
    }
}
