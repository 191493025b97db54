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
        let mut wait = self.period;
        loop {
            let feeds: Vec<FeedId> = match self.wanted.wait_for(|wanted| !wanted.is_empty()).await {
                Ok(wanted) => wanted.iter().copied().collect(),
                Err(_) => return,
            };
            match self.hermes.latest(&feeds).await {
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
