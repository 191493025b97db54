//! A vault and its market in a crash. Whatever happens is checked when it happens.

use std::collections::BTreeMap;

use ballast::{
    error::BallastError,
    events::{BreakerTripped, Rebalanced},
};
use ballast_adversary::exits::assert_everybody_can_leave;
use ballast_client::{decode, instruction};
use ballast_core::{
    BPS,
    limits::{DEFAULT, Limits},
    risk::breaker::Breaker,
    shares::LOCKED_SHARES,
    strategy::profile::Profile,
    valuation::Valuation,
};
use ballast_sim::prices::Prices;
use ballast_tests::{
    Failure, Keypair, Outcome, Signer,
    amm::Pool,
    pyth::{self, Quote},
    scene::{AssetSpec, Config, Scene},
};
use fastrand::Rng;

use crate::people::{act, require_listed};

/// The risky assets' decimals on Solana, and the dollar coin's.
const DECIMALS: [u8; 4] = [8, 8, 9, 6];
/// Place of the dollar coin.
const CASH: usize = 3;
/// Dollars in the vault at the start, and on each side of each pool.
const VAULT_DOLLARS: u64 = 2_000_000;
const POOL_DOLLARS: u64 = 20_000_000;
const USERS: usize = 6;

/// Part of its reserves that providers withdraw from each pool in an hour, in hundredths. Over two days nine tenths go.
const WITHDRAWN_PERCENT: u64 = 5;
/// Once in so many minutes, on average: nobody arbitrages a pool, somebody pushes one, a user acts, everybody tries to leave.
const LAZY_MINUTES: u32 = 5;
const PUSH_MINUTES: u32 = 15;
const USER_MINUTES: u32 = 10;
const LEAVING_MINUTES: u32 = 120;
/// Minutes between two rounds of the keepers.
const CRANK_MINUTES: u32 = 5;
/// Minutes after which the admin has reviewed a hard halt and ends it.
const REVIEW_MINUTES: u32 = 360;
/// Time constant of the published average, in minutes.
const EMA_MINUTES: f64 = 60.0;

const MINUTE_SECS: u32 = 60;
const DAY_SECS: f64 = 86_400.0;
/// Longest that trading may take to finish when the storm is over: budgets come back within a day.
const CALM_HOURS: u32 = 48;

/// Why a rebalance may not happen.
const DORMANT: [BallastError; 15] = [
    BallastError::TooSoon,
    BallastError::InBand,
    BallastError::RouteNotDue,
    BallastError::PriceStale,
    BallastError::PoolAway,
    BallastError::LossBudgetSpent,
    BallastError::TradeTooSmall,
    BallastError::PricesApart,
    BallastError::CostExceedsBenefit,
    BallastError::Illiquid,
    BallastError::TurnoverSpent,
    BallastError::NotItsTurn,
    BallastError::Halted,
    BallastError::RouteHalted,
    BallastError::StressWorse,
];
/// What a call to trip a breaker may answer.
const UNTRIPPED: [BallastError; 2] = [BallastError::BreakerNotMet, BallastError::Halted];
/// Of these, why there is nothing left to do.
const DONE: [BallastError; 4] =
    [BallastError::InBand, BallastError::RouteNotDue, BallastError::TradeTooSmall, BallastError::CostExceedsBenefit];

/// The admin's choices.
#[derive(Clone, Copy)]
pub struct Admin {
    /// The loss budget.
    pub max_daily_loss_bps: u16,
    /// Whether hard halts are reviewed and ended, every few hours.
    pub reviews: bool,
}

/// A vault, its market and its people.
pub struct Storm {
    scene: Scene,
    users: Vec<Keypair>,
    trader: Keypair,
    rng: Rng,
    /// Prices that Pyth publishes as moving averages, in dollars.
    averages: Vec<f64>,
    minute: u32,
    started_at: i64,
    /// What trades have lost so far, as parts of the NAV before each.
    lost: f64,
    trades: u32,
    departures: u32,
    /// How often keepers were refused, by the reason.
    refused: BTreeMap<String, u32>,
    /// How often each breaker tripped.
    tripped: BTreeMap<String, u32>,
    /// Whether the admin reviews hard halts.
    reviews: bool,
}

impl Storm {
    /// A vault in equal parts at the first prices, with pools for every pair.
    pub fn gather(prices: &Prices, Admin { max_daily_loss_bps, reviews }: Admin, seed: u64) -> Self {
        let first: Vec<f64> = prices.steps[0].candles.iter().map(|candle| candle.expect("a first price").open).collect();
        let averages: Vec<f64> = first.into_iter().chain([1.0]).collect();
        let spec = |(decimals, usd): (u8, &f64)| AssetSpec::spl(decimals, price_e8(*usd), BPS / 4);
        let preset = Profile::Balanced.preset();
        let mut config = Config::of(DECIMALS.into_iter().zip(&averages).map(spec).collect());
        (config.limits, config.strategy) = (Limits { max_daily_loss_bps, ..preset.limits }, preset.strategy);
        (config.band_abs_bps, config.band_rel_bps) = (preset.band_abs_bps, preset.band_rel_bps);
        config.strategy.movement.safe_asset = CASH as u32;
        let mut scene = Scene::empty(config);
        for (a, b) in [(0, CASH), (1, CASH), (2, CASH), (0, 1), (0, 2), (1, 2)] {
            scene.add_route(a, b, POOL_DOLLARS);
        }
        scene.refresh().expect("the first prices");
        scene.seed(VAULT_DOLLARS);
        let users: Vec<Keypair> = (0..USERS).map(|number| scene.user(&format!("user {number}"), 1_000_000)).collect();
        let trader = scene.user("trader", 1_000_000_000);
        let started_at = scene.world.now();
        let mut storm = Self {
            scene,
            users,
            trader,
            rng: Rng::with_seed(seed),
            averages,
            minute: 0,
            started_at,
            lost: 0.0,
            trades: 0,
            departures: 0,
            refused: BTreeMap::new(),
            tripped: BTreeMap::new(),
            reviews,
        };
        (0..10 * USERS).for_each(|_| storm.user_acts());
        storm
    }

    /// A minute of the crash.
    pub fn pass_minute(&mut self, prices: &[Option<f64>]) {
        self.minute += 1;
        self.publish(prices);
        self.move_pools();
        if self.is_time(USER_MINUTES) {
            self.user_acts();
        }
        if self.minute.is_multiple_of(CRANK_MINUTES) {
            self.crank(&DORMANT);
        }
        if self.is_time(LEAVING_MINUTES) {
            self.everybody_leaves();
        }
        if self.reviews && self.minute.is_multiple_of(REVIEW_MINUTES) {
            self.review();
        }
        self.check_books();
    }

    /// The market stands still, providers come back, and keepers crank until there is nothing to do.
    pub fn calm_down(&mut self) {
        let prices: Vec<_> = self.scene.assets[..CASH].iter().map(|asset| Some(asset.spec.price_e8 as f64 / 1e8)).collect();
        for pool in 0..self.scene.pools.len() {
            let [a, b] = self.scene.pools[pool].reserves(&self.scene.world);
            self.scene.pools[pool].clone().set_reserves(&mut self.scene.world, [a * 4, b * 4]);
            self.scene.arbitrage(pool);
        }
        for _ in 0..CALM_HOURS * 60 / CRANK_MINUTES {
            (0..CRANK_MINUTES).for_each(|_| self.publish(&prices));
            let is_done = self.crank(&DORMANT);
            self.check_books();
            if is_done {
                return;
            }
        }
    }

    /// A breaker halts the vault; or trading has come to rest with every asset inside its band, or outside of it because a trade
    /// would not be worth its cost.
    pub fn require_halted_or_whole(&mut self) {
        if self.is_halted() {
            return self.everybody_leaves();
        }
        self.scene.world.advance(self.scene.vault().limits.min_interval_secs);
        self.scene.publish();
        self.scene.refresh().expect("prices are fresh");
        self.crank(&DONE);
        self.everybody_leaves();
    }

    /// What happened, in a line.
    pub fn summary(&self) -> String {
        let vault = self.scene.vault();
        let share_usd = self.valuation().nav_usd as f64 / vault.total_shares as f64;
        let lost_bps = self.lost * f64::from(BPS);
        let Self { trades, departures, minute, refused, tripped, .. } = self;
        format!(
            "{minute} minutes, {trades} trades, {lost_bps:.1} bps lost by them, a share ends at ${share_usd:.4}, {departures} departures \
             tried, refused: {refused:?}, tripped: {tripped:?}"
        )
    }

    fn is_time(&mut self, minutes: u32) -> bool {
        self.rng.u32(..minutes) == 0
    }

    /// Publishes a minute's prices, and the keeper brings those that the vault accepts.
    fn publish(&mut self, prices: &[Option<f64>]) {
        self.scene.world.advance(MINUTE_SECS);
        let mut mask = 0;
        for (index, usd) in prices.iter().copied().chain([Some(1.0)]).enumerate() {
            let Some(usd) = usd else { continue };
            let asset = &mut self.scene.assets[index];
            let moved = (price_e8(usd) as f64 / asset.spec.price_e8 as f64 - 1.0).abs();
            asset.spec.price_e8 = price_e8(usd);
            self.averages[index] += (usd - self.averages[index]) / EMA_MINUTES;
            // The publishers disagree the more the faster the market moves.
            let conf_bps = 5.0 + moved * f64::from(BPS) / 4.0;
            let conf = (usd * 1e8 * conf_bps / f64::from(BPS)) as u64;
            let quote = Quote { conf, ..self.scene.quote(index) };
            let asset = &self.scene.assets[index];
            let mut update = pyth::pull_update(asset.feed, &quote);
            update.price_message.ema_price = price_e8(self.averages[index]);
            self.scene.world.write_pull(&asset.price_account, &update);
            if conf_bps < f64::from(DEFAULT.max_conf_bps) {
                mask |= 1 << index;
            }
        }
        self.scene.refresh_some(mask).expect("good prices are taken");
    }

    /// Providers withdraw, arbitrageurs bring pools to the market, and somebody pushes them away from it.
    fn move_pools(&mut self) {
        for pool in 0..self.scene.pools.len() {
            if self.minute.is_multiple_of(60) {
                let left =
                    self.scene.pools[pool].reserves(&self.scene.world).map(|units| units / 100 * (100 - WITHDRAWN_PERCENT));
                self.scene.pools[pool].clone().set_reserves(&mut self.scene.world, left);
            }
            if !self.is_time(LAZY_MINUTES) {
                self.scene.arbitrage(pool);
            }
            if self.is_time(PUSH_MINUTES) {
                self.push(pool);
            }
        }
    }

    /// A swap of up to a tenth of the pool.
    fn push(&mut self, pool: usize) {
        let pool = self.scene.pools[pool].clone();
        let side = self.rng.usize(..2);
        let units = pool.reserves(&self.scene.world)[side] / 1_000 * self.rng.u64(1..=100);
        self.scene.world.swap(&pool, &self.trader, &pool.mints()[side], units).expect("a trader's swap");
    }

    fn user_acts(&mut self) {
        let user = self.rng.usize(..USERS);
        act(&mut self.scene, &self.users[user], &mut self.rng);
    }

    /// Observes, and tries every route; whether none had anything to do.
    fn crank(&mut self, listed: &[BallastError]) -> bool {
        let observed = self.scene.observe();
        require_listed("an observation", &observed, &[BallastError::ObservedTooSoon, BallastError::PriceStale]);
        // Anybody may trip a breaker whose condition holds.
        let tripped = self.scene.keep(instruction::trip_breaker(self.scene.view.address, None));
        require_listed("tripping a breaker", &tripped, &UNTRIPPED);
        tripped.iter().for_each(|outcome| self.note_trips(outcome));
        let mut is_done = true;
        for pool in 0..self.scene.pools.len() {
            let traded = self.scene.rebalance(pool);
            require_listed("a rebalance", &traded, listed);
            match traded {
                Ok(outcome) => {
                    let events: Vec<Rebalanced> = decode::events(&outcome.logs);
                    events.iter().for_each(|event| self.book(event));
                    self.note_trips(&outcome);
                    is_done = false;
                }
                Err(failure) => is_done &= self.note_refusal(&failure),
            }
        }
        is_done
    }

    fn note_trips(&mut self, outcome: &Outcome) {
        for event in decode::events::<BreakerTripped>(&outcome.logs) {
            let breaker = Breaker::from_number(event.breaker).expect("a breaker");
            *self.tripped.entry(format!("{breaker:?}")).or_default() += 1;
        }
    }

    /// Counts a reason, and says whether it means that there is nothing to do.
    fn note_refusal(&mut self, failure: &Failure) -> bool {
        let reason = DORMANT.iter().find(|error| failure.code() == Some(u32::from(**error))).expect("a listed error");
        *self.refused.entry(format!("{reason:?}")).or_default() += 1;
        DONE.contains(reason)
    }

    /// In any stretch of time, trades lose no more than a budget and what of it comes back.
    fn book(&mut self, event: &Rebalanced) {
        self.trades += 1;
        self.lost += event.loss_usd as f64 / event.nav_before_usd as f64;
        let days = (self.scene.world.now() - self.started_at) as f64 / DAY_SECS;
        let budget = f64::from(self.scene.vault().limits.max_daily_loss_bps) / f64::from(BPS) * (1.0 + days);
        assert!(self.lost <= budget, "trades lost {} of {budget}", self.lost);
    }

    /// On a copy of the chain, everybody leaves in kind, in random order.
    fn everybody_leaves(&mut self) {
        let mut holders: Vec<&Keypair> = self.users.iter().chain([&*self.scene.admin]).collect();
        self.rng.shuffle(&mut holders);
        assert_everybody_can_leave(&self.scene, &holders);
        self.departures += 1;
    }

    /// Whether a breaker halts the vault.
    pub fn is_halted(&self) -> bool {
        self.scene.vault().state.halt.breaker != 0
    }

    /// The admin has reviewed a hard halt, and ends it.
    fn review(&mut self) {
        if self.scene.vault().state.halt.is_hard != 0 {
            let clear = instruction::clear_breaker(self.scene.admin.pubkey(), self.scene.view.address, None);
            let admin = self.scene.admin.clone();
            self.scene.send(&[clear], &[&admin]).expect("the admin clears a halt");
        }
    }

    /// Nothing is missing: tokens cover the accounted balances, and shares the total.
    fn check_books(&self) {
        let (vault, world) = (self.scene.vault(), &self.scene.world);
        for (asset, view) in vault.assets().iter().zip(&self.scene.view.assets) {
            assert!(world.balance(&view.reserve) >= asset.balance + asset.owed, "tokens are missing");
        }
        assert_eq!(vault.total_shares, world.supply(&self.scene.view.share_mint) + LOCKED_SHARES + vault.state.fees.owed_shares);
    }

    fn valuation(&self) -> Valuation {
        let vault = self.scene.vault();
        Valuation::new(vault.holdings(), &vault.terms(self.scene.world.now())).expect("a valuation")
    }
}

fn price_e8(usd: f64) -> i64 {
    (usd * 1e8) as i64
}
