//! Following accounts by WebSocket. Whatever goes wrong ends the session, and another one begins after a while; until then, and for
//! whatever was missed in between, the keeper polls.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use ballast_client::anchor_lang::Discriminator;
use ballast_client::ballast::state::{Route, Vault};
use ballast_client::{Account, PROGRAM_ID, Pubkey, pyth};
use futures_util::future::try_join_all;
use futures_util::stream::{BoxStream, SelectAll, StreamExt};
use solana_account_decoder_client_types::{UiAccount, UiAccountEncoding, UiDataSliceConfig};
use solana_commitment_config::CommitmentConfig;
use solana_pubsub_client::nonblocking::pubsub_client::PubsubClient;
use solana_rpc_client_api::config::{RpcAccountInfoConfig, RpcProgramAccountsConfig};
use solana_rpc_client_api::filter::{Memcmp, RpcFilterType};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use crate::world::MOST_BYTES;

/// Slots pass several times a second: after this much silence the connection is dead, whatever it says of itself.
const LONGEST_SILENCE: Duration = Duration::from_secs(20);
/// Time in which the endpoint must answer when it is connected or asked for a subscription.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(15);

/// Subscriptions asked for at once. Some endpoints lose their answers where there are many.
const SUBSCRIPTIONS_AT_ONCE: usize = 8;

/// News for the keeper.
#[derive(Clone, Debug)]
pub enum Update {
    /// A vault or a route is now so.
    Own(Pubkey, Account, Instant),
    /// An account that decisions depend on is now so.
    Account(Pubkey, Account, Instant),
    /// These prices could be posted.
    Offer(Arc<pyth::Update>),
    /// Everything is followed from now on. What changed before may have been missed.
    Following,
    /// Nothing is followed any more, until the next [`Following`](Self::Following).
    Lost,
}

/// A message of the endpoint: news, or only a sign of life.
type Message = Option<Update>;

/// Follows all vaults and routes, and the accounts that are wanted.
pub struct Follower {
    /// The WebSocket endpoint.
    pub url: String,
    /// How final a state must be to be told.
    pub commitment: CommitmentConfig,
    /// The accounts to follow besides vaults and routes.
    pub wanted: watch::Receiver<BTreeSet<Pubkey>>,
    /// Whom to tell.
    pub updates: mpsc::Sender<Update>,
    /// Waits before the second and the last of several attempts to connect in a row.
    pub backoff: (Duration, Duration),
    /// Source of the waits' randomness.
    pub random: fastrand::Rng,
}

impl Follower {
    /// Follows until nobody listens any more.
    pub async fn run(mut self) {
        let (first_wait, last_wait) = self.backoff;
        let mut wait = first_wait;
        while !self.updates.is_closed() {
            let began = Instant::now();
            let error = match self.session().await {
                Ok(()) => return,
                Err(error) => error,
            };
            // A session that lasted was no failure to connect.
            wait = if began.elapsed() > last_wait { first_wait } else { wait };
            tracing::warn!(
                error = format!("{error:#}"),
                url = self.url,
                ?wait,
                "accounts are not followed by WebSocket; polling"
            );
            if self.updates.send(Update::Lost).await.is_err() {
                return;
            }
            tokio::time::sleep(wait.mul_f64(1.0 + self.random.f64() / 4.0)).await;
            wait = wait.saturating_mul(2).min(last_wait);
        }
    }

    /// Follows until something goes wrong, or nobody listens any more.
    async fn session(&mut self) -> Result<()> {
        let client = timeout(ANSWER_TIMEOUT, PubsubClient::new(self.url.as_str())).await;
        let client = client.context("the endpoint does not answer")?.context("the endpoint cannot be reached")?;
        let mut messages = SelectAll::new();
        let (slots, _) = timeout(ANSWER_TIMEOUT, client.slot_subscribe()).await.context("no answer")??;
        messages.push(slots.map(|_| None).boxed());
        for discriminator in [Vault::DISCRIMINATOR, Route::DISCRIMINATOR] {
            messages.push(self.program(&client, discriminator).await?);
        }
        let mut followed = BTreeSet::new();
        self.extend(&client, &mut messages, &mut followed).await?;
        let mut wanted = self.wanted.clone();
        loop {
            tokio::select! {
                message = timeout(LONGEST_SILENCE, messages.next()) => {
                    let message = message.context("the endpoint has fallen silent")?;
                    let Some(message) = message else { bail!("the endpoint has closed the connection") };
                    if let Some(update) = message && self.updates.send(update).await.is_err() {
                        return Ok(());
                    }
                }
                changed = wanted.changed() => {
                    if changed.is_err() {
                        return Ok(());
                    }
                    self.extend(&client, &mut messages, &mut followed).await?;
                }
            }
        }
    }

    /// Follows those of the wanted accounts that are not followed yet, and tells so.
    async fn extend<'a>(
        &self,
        client: &'a PubsubClient,
        messages: &mut SelectAll<BoxStream<'a, Message>>,
        followed: &mut BTreeSet<Pubkey>,
    ) -> Result<()> {
        let new: Vec<Pubkey> = self.wanted.borrow().difference(followed).copied().collect();
        for some in new.chunks(SUBSCRIPTIONS_AT_ONCE) {
            let subscriptions = try_join_all(some.iter().map(|address| self.account(client, *address)));
            messages.extend(timeout(ANSWER_TIMEOUT, subscriptions).await.context("no answer to subscriptions")??);
        }
        followed.extend(new);
        ensure!(self.updates.send(Update::Following).await.is_ok(), "nobody listens");
        Ok(())
    }

    async fn account<'a>(&self, client: &'a PubsubClient, address: Pubkey) -> Result<BoxStream<'a, Message>> {
        let data_slice = Some(UiDataSliceConfig { offset: 0, length: MOST_BYTES });
        let config = RpcAccountInfoConfig { data_slice, ..self.encoding() };
        let (accounts, _) = client.account_subscribe(&address, Some(config)).await?;
        let updates = accounts.map(move |update| Some(Update::Account(address, decoded(&update.value)?, Instant::now())));
        Ok(updates.boxed())
    }

    async fn program<'a>(&self, client: &'a PubsubClient, discriminator: &[u8]) -> Result<BoxStream<'a, Message>> {
        let filter = RpcFilterType::Memcmp(Memcmp::new_base58_encoded(0, discriminator));
        let config =
            RpcProgramAccountsConfig { filters: Some(vec![filter]), account_config: self.encoding(), ..Default::default() };
        let subscribed = timeout(ANSWER_TIMEOUT, client.program_subscribe(&PROGRAM_ID, Some(config))).await;
        let (accounts, _) = subscribed.context("no answer to a subscription")??;
        let updates = accounts.map(|update| {
            let address = update.value.pubkey.parse().ok()?;
            Some(Update::Own(address, decoded(&update.value.account)?, Instant::now()))
        });
        Ok(updates.boxed())
    }

    fn encoding(&self) -> RpcAccountInfoConfig {
        RpcAccountInfoConfig {
            encoding: Some(UiAccountEncoding::Base64),
            commitment: Some(self.commitment),
            ..RpcAccountInfoConfig::default()
        }
    }
}

fn decoded(account: &UiAccount) -> Option<Account> {
    account.to_account()
}
