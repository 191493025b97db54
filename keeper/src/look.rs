//! Looking at the cluster by RPC: what cannot be followed, and what following may have missed.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use ballast_client::rpc::{ClientError, Cluster};
use ballast_client::{Pubkey, decode};
use tokio::sync::watch;

use crate::world::{MOST_BYTES, World};

/// What only a look tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// The cluster's clock: unix time, in seconds.
    pub now: i64,
    /// What the keeper's wallet holds, in lamports.
    pub wallet_lamports: u64,
    /// What an account without data must hold, in lamports.
    pub rent_lamports: u64,
}

/// Looks at the cluster.
pub struct Looker {
    cluster: Cluster,
    keeper: Pubkey,
    /// The accounts to follow by WebSocket.
    wanted: watch::Sender<BTreeSet<Pubkey>>,
    poll_every: Duration,
    resync_every: Duration,
    /// Whether changes are told by WebSocket.
    is_following: bool,
    /// Whether everything is to be looked at the next time.
    is_stale: bool,
    polled_at: Option<Instant>,
    synced_at: Option<Instant>,
    /// Asked for once.
    rent_lamports: Option<u64>,
}

impl Looker {
    /// Has not looked yet. Between two polls pass `poll_every`, between two full looks `resync_every`.
    pub fn new(
        cluster: Cluster,
        keeper: Pubkey,
        wanted: watch::Sender<BTreeSet<Pubkey>>,
        poll_every: Duration,
        resync_every: Duration,
    ) -> Self {
        Looker {
            cluster,
            keeper,
            wanted,
            poll_every,
            resync_every,
            is_following: false,
            is_stale: true,
            polled_at: None,
            synced_at: None,
            rent_lamports: None,
        }
    }

    /// Whether changes are told by WebSocket from now on. What changed before may have been missed.
    pub fn set_following(&mut self, is_following: bool) {
        self.is_following = is_following;
        self.is_stale |= is_following;
    }

    /// Everything is to be looked at the next time.
    pub fn invalidate(&mut self) {
        self.is_stale = true;
    }

    /// Looks at what may have changed unnoticed, and at the clock and the wallet.
    ///
    /// # Errors
    /// Where a request fails. What was learned before stays.
    pub async fn look(&mut self, world: &mut World) -> Result<Look, ClientError> {
        let asked_at = Instant::now();
        let is_past = |at: Option<Instant>, period| at.is_none_or(|at| asked_at.duration_since(at) >= period);
        let is_poll_due = is_past(self.polled_at, self.poll_every);
        // New vaults come as fast as somebody cares to create them.
        let is_incomplete = world.is_incomplete() && is_poll_due;
        if self.is_stale || is_incomplete || is_past(self.synced_at, self.resync_every) {
            self.sync(world, asked_at).await?;
        } else if !self.is_following && is_poll_due {
            self.poll(world, asked_at).await?;
        }
        self.clock_and_wallet().await
    }

    /// Takes over all vaults, their routes, and every account that they depend on.
    async fn sync(&mut self, world: &mut World, asked_at: Instant) -> Result<(), ClientError> {
        let (vaults, routes) = tokio::try_join!(self.cluster.vaults(), self.cluster.all_routes())?;
        world.replace(vaults, routes, asked_at);
        self.fetch(world, world.needed(), asked_at).await?;
        set(&self.wanted, world.moving());
        (self.is_stale, self.polled_at, self.synced_at) = (false, Some(asked_at), Some(asked_at));
        Ok(())
    }

    /// Takes over what changes by itself, as if it had been followed.
    async fn poll(&mut self, world: &mut World, asked_at: Instant) -> Result<(), ClientError> {
        let own: Vec<Pubkey> =
            world.vaults().iter().flat_map(|(vault, watched)| watched.routes.keys().chain([vault])).copied().collect();
        let accounts = self.cluster.accounts(&own).await?;
        for (address, account) in own.into_iter().zip(accounts) {
            match account {
                Some(account) => world.set_own(address, &account, asked_at),
                // Closed. The full look tells for sure.
                None => self.is_stale = true,
            }
        }
        self.fetch(world, world.moving(), asked_at).await?;
        self.polled_at = Some(asked_at);
        Ok(())
    }

    async fn fetch(&self, world: &mut World, addresses: BTreeSet<Pubkey>, asked_at: Instant) -> Result<(), ClientError> {
        let addresses: Vec<Pubkey> = addresses.into_iter().collect();
        let accounts = self.cluster.accounts_cut(&addresses, MOST_BYTES).await?;
        for (address, account) in addresses.into_iter().zip(accounts) {
            world.set_account(address, account, asked_at);
        }
        Ok(())
    }

    /// The clock is looked at last: no price is newer.
    async fn clock_and_wallet(&mut self) -> Result<Look, ClientError> {
        let rent_lamports = match self.rent_lamports {
            Some(lamports) => lamports,
            None => *self.rent_lamports.insert(self.cluster.rpc().get_minimum_balance_for_rent_exemption(0).await?),
        };
        let accounts = self.cluster.accounts(&[decode::CLOCK, self.keeper]).await?;
        let [clock, wallet] = &accounts[..] else { return Err(ClientError::Answer("its clock")) };
        let now = clock.as_ref().and_then(|clock| decode::unix_time(&clock.data)).ok_or(ClientError::Answer("its clock"))?;
        let wallet_lamports = wallet.as_ref().map_or(0, |wallet| wallet.lamports);
        Ok(Look { now, wallet_lamports, rent_lamports })
    }
}

/// Tells those who watch of a value that is another than before.
pub(crate) fn set<T: PartialEq>(watched: &watch::Sender<T>, value: T) {
    if *watched.borrow() != value {
        watched.send_replace(value);
    }
}
