//! One run: the chain, the vault on it, and what happened so far.

use anyhow::Result;
use ballast_sim::prices::Step;
use ballast_sim::time;
use ballast_sim::token::Token;
use ballast_tests::{Failure, Keypair, Outcome, Signer};

use crate::history::{History, Point};
use crate::invariants::{self, Books, Check};
use crate::market::{Market, why};
use crate::options::Config;
use crate::users::{self, Users};
use crate::vault::Vault;

/// A run in progress.
pub struct Run {
    /// The chain and everything on it but the vault.
    pub market: Market,
    /// The vault.
    pub vault: Vault,
    /// Turns the crank; holds nothing and has no role.
    pub keeper: Keypair,
    /// Everybody who may deposit; the first is the admin.
    pub users: Vec<Keypair>,
    /// What happened.
    pub history: History,
    /// Steps of the data are this far apart, in seconds.
    pub interval_secs: i64,
    plan: Users,
    /// Tokens of each asset that one share began with.
    first_basket: Vec<f64>,
}

impl Run {
    /// Sets the scene at the first step: pools, vault, and the first two deposits.
    pub fn begin(config: &Config, interval_secs: i64, first: &Step) -> Result<Self> {
        let mut market = Market::open(config, first)?;
        let keeper = market.world.wallet("keeper");
        let users: Vec<Keypair> = (0..users::COUNT).map(|user| market.world.wallet(&format!("user {user}"))).collect();
        let vault = Vault::create(config, &mut market, &users[0])?;
        users.iter().for_each(|user| welcome(&mut market, &vault, user));
        let history = History {
            assets: config.basket(),
            targets: config.targets_bps.iter().map(|bps| f64::from(*bps) / 1e4).collect(),
            bands: config.targets_bps.iter().map(|bps| config.band(*bps)).collect(),
            ..History::default()
        };
        let plan = Users::new(config.seed, history.assets.len());
        let mut run = Self { market, vault, keeper, users, history, interval_secs, plan, first_basket: Vec::new() };
        run.refresh()?;
        run.first_deposits(config)?;
        let books = run.books()?;
        let per_share = |(balance, token): (&u64, &Token)| token.usd(*balance, 1.0) / books.total_shares as f64;
        run.first_basket = books.balances.iter().zip(&run.market.tokens).map(per_share).collect();
        run.record_point()?;
        Ok(run)
    }

    /// Replays one step: the market moves, the arbitrageur trades, perhaps a user comes, and the keeper cranks.
    pub fn step(&mut self, step: &Step) -> Result<()> {
        self.market.move_to(step)?;
        self.history.arbitrages += self.market.arbitrage()?;
        self.refresh()?;
        self.observe()?;
        if let Some(action) = self.plan.next_action() {
            self.act(action)?;
        }
        self.record_point()?;
        self.crank()
    }

    /// The vault's books now.
    pub fn books(&self) -> Result<Books> {
        self.vault.books(&self.market)
    }

    /// The vault now, at the market's prices.
    pub fn point(&self) -> Result<Point> {
        let books = self.books()?;
        let prices_usd: Vec<f64> = self.market.prices.iter().map(|price| price.usd).collect();
        let tokens = self.market.tokens.iter().zip(&prices_usd);
        let values: Vec<f64> = tokens.zip(&books.balances).map(|((token, price), balance)| token.usd(*balance, *price)).collect();
        let nav_usd: f64 = values.iter().sum();
        let whole_share = 10f64.powi(i32::from(ballast_core::shares::SHARE_DECIMALS));
        Ok(Point {
            time: self.market.world.now(),
            weights: values.iter().map(|value| value / nav_usd).collect(),
            nav_usd,
            share_usd: nav_usd / books.total_shares as f64 * whole_share,
            hold_usd: self.first_basket.iter().zip(&prices_usd).map(|(tokens, price)| tokens * price).sum::<f64>() * whole_share,
            prices_usd,
        })
    }

    /// Adds the vault's state now to the history and checks its books.
    pub fn record_point(&mut self) -> Result<()> {
        let point = self.point()?;
        self.history.points.push(point);
        let books = self.books()?;
        self.check(invariants::books(&books));
        Ok(())
    }

    /// Notes a broken invariant.
    pub fn check(&mut self, check: Check) {
        if let Err(wrong) = check {
            self.history.violations.push(format!("{}: {wrong}", time::date_time(self.market.world.now())));
        }
    }

    /// Counts a transaction's compute units; one that had to succeed and did not ends the run.
    pub fn expect(&mut self, kind: &'static str, sent: Result<Outcome, Failure>) -> Result<()> {
        let now = time::date_time(self.market.world.now());
        let outcome = sent.map_err(|failure| why(kind, &failure).context(now))?;
        self.history.count_units(kind, outcome.compute_units);
        Ok(())
    }
}

/// Makes a user's token accounts.
fn welcome(market: &mut Market, vault: &Vault, user: &Keypair) {
    vault.create_share_account(market, user);
    for asset in 0..market.tokens.len() {
        market.supply(&user.pubkey(), asset, 0);
    }
}
