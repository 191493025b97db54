//! Prices from Hermes, for feeds that nobody keeps up to date on the cluster.
//!
//! Posting a price costs several transactions, so prices are fetched first and decided upon as if they were posted already; they are
//! posted only where something is due on them.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use ballast_client::pyth::{FeedId, Hermes};
use tokio::sync::{mpsc, watch};

use crate::follow::Update;

/// Most feeds in a request: each takes some 75 characters of its address, and services take a few thousand.
const FEEDS_AT_ONCE: usize = 64;

/// Fetches the prices that are wanted.
pub struct Fetcher {
    /// The service.
    pub hermes: Hermes,
    /// The feeds whose prices are wanted.
    pub wanted: watch::Receiver<BTreeSet<FeedId>>,
    /// Whom to tell.
    pub updates: mpsc::Sender<Update>,
    /// Time between two requests.
    pub period: Duration,
    /// Longest time between two requests, after failures.
    pub max_backoff: Duration,
}

impl Fetcher {
    /// Fetches until nobody listens any more.
    pub async fn run(mut self) {
        let (mut wait, mut asked) = (self.period, None);
        loop {
            let wanted: Vec<FeedId> = match self.wanted.wait_for(|wanted| !wanted.is_empty()).await {
                Ok(wanted) => wanted.iter().copied().collect(),
                Err(_) => return,
            };
            // Anybody can make a vault of whatever feeds: neither their number nor those that nobody serves stop the rest.
            let feeds = next(&wanted, asked);
            asked = feeds.last().copied();
            match self.hermes.available(&feeds).await {
                Ok(fetched) => {
                    wait = self.period;
                    // Pyth publishes all feeds together: there is but one, as a rule.
                    let largest = fetched.into_iter().max_by_key(|update| update.prices.len());
                    if let Some(update) = largest
                        && self.updates.send(Update::Offer(Arc::new(update))).await.is_err()
                    {
                        return;
                    }
                }
                Err(error) => {
                    wait = wait.saturating_mul(2).min(self.max_backoff).max(self.period);
                    tracing::warn!(%error, ?wait, "no prices from Hermes; trying again");
                }
            }
            tokio::time::sleep(wait).await;
        }
    }
}

/// The feeds to ask for after those up to `asked`, from the first again after the last.
fn next(wanted: &[FeedId], asked: Option<FeedId>) -> Vec<FeedId> {
    let start = wanted.partition_point(|feed| asked.is_some_and(|asked| *feed <= asked));
    wanted.iter().cycle().skip(start).take(wanted.len().min(FEEDS_AT_ONCE)).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_feeds_take_turns() {
        let feeds = |numbers: std::ops::Range<u8>| numbers.map(|number| [number; 32]).collect::<Vec<FeedId>>();
        let wanted = feeds(0..150);
        assert_eq!(next(&wanted, None), feeds(0..64));
        assert_eq!(next(&wanted, Some([63; 32])), feeds(64..128));
        assert_eq!(next(&wanted, Some([127; 32])), [feeds(128..150), feeds(0..42)].concat());
        let few = feeds(5..8);
        assert_eq!(next(&few, Some([7; 32])), few);
        assert_eq!(next(&few, Some([5; 32])), [feeds(6..8), feeds(5..6)].concat(), "each of them every time");
        assert!(next(&[], Some([1; 32])).is_empty());
    }
}
