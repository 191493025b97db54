//! A vault in a replay: the core's own types and functions, put to work as the program does on the chain.
//!
//! This file alone talks to the core's decision.

use anyhow::{Context, Result, anyhow, ensure};
use ballast_core::decision::{self, Decision, Reason, Side, Snapshot, Trade};
use ballast_core::limits::Limits;
use ballast_core::loss::LossWindow;
use ballast_core::price::PublishedPrice;
use ballast_core::settlement::{self, SettlementError};
use ballast_core::valuation::{Holding, Valuation};
use serde::Serialize;

use crate::market::Venue;
use crate::token::Token;

/// One asset's place in a vault to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Target {
    /// Target weight.
    pub target_bps: u16,
    /// Largest deviation from the target, as a weight.
    pub band_abs_bps: u16,
    /// Largest deviation from the target, as a part of the target.
    pub band_rel_bps: u16,
}

/// What a vault is made with.
#[derive(Clone, Debug, Serialize)]
pub struct Setup {
    /// Its value at the start, in US dollars.
    pub nav_usd: f64,
    /// One per asset of the market.
    pub targets: Vec<Target>,
    /// Its limits.
    pub limits: Limits,
}

/// A vault and its books.
#[derive(Clone, Debug)]
pub struct Vault {
    holdings: Vec<Holding>,
    decimals: Vec<u8>,
    limits: Limits,
    loss: LossWindow,
    last_rebalance_at: i64,
}

/// What a vault answers, all venues considered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Trades are due; the largest is on this venue.
    Due(usize, Trade),
    /// No trade is due.
    Dormant(Reason),
}

/// What the checks after a swap answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The trade stands.
    Settled,
    /// The transaction fails, and nothing has happened.
    Refused,
}

impl Vault {
    /// A vault that holds its targets at prices of `prices_usd` dollars a token.
    pub fn new(setup: &Setup, tokens: &[Token], prices_usd: &[f64]) -> Result<Self> {
        ensure!(setup.targets.len() == tokens.len(), "{} targets for {} assets", setup.targets.len(), tokens.len());
        let mut holdings = Vec::with_capacity(tokens.len());
        for ((target, token), price_usd) in setup.targets.iter().zip(tokens).zip(prices_usd) {
            let value_usd = setup.nav_usd * f64::from(target.target_bps) / 1e4;
            holdings.push(Holding {
                balance: token.units(value_usd, *price_usd),
                target_bps: target.target_bps,
                band_abs_bps: target.band_abs_bps,
                band_rel_bps: target.band_rel_bps,
                ..Holding::default()
            });
        }
        let decimals = tokens.iter().map(|token| token.decimals).collect();
        Ok(Self { holdings, decimals, limits: setup.limits, loss: LossWindow::default(), last_rebalance_at: 0 })
    }

    /// Takes over every published price that passes the checks which the program makes.
    pub fn refresh(&mut self, now: i64, published: &[Option<PublishedPrice>]) {
        let Limits { max_price_age_secs, max_conf_bps, .. } = self.limits;
        for ((holding, decimals), published) in self.holdings.iter_mut().zip(&self.decimals).zip(published) {
            let Some(published) = published else { continue };
            let checked = published.check(now, holding.publish_time, max_price_age_secs, max_conf_bps);
            if let Ok(price) = checked.and_then(|()| published.to_unit_price(*decimals)) {
                holding.price = price;
                holding.publish_time = published.publish_time;
            }
        }
    }

    /// The largest trade that is due on any venue, or why there is none.
    pub fn ask(&self, now: i64, venues: &[Venue]) -> Result<Answer> {
        let valuation = self.valuation(now)?;
        let (mut largest, mut blocked): (Option<(usize, Trade)>, Option<Reason>) = (None, None);
        for (index, venue) in venues.iter().enumerate() {
            let decided = decision::decide(&self.snapshot(now, &valuation, venue));
            match decided.map_err(|error| anyhow!("the vault cannot decide: {error:?}"))? {
                Decision::Trade(trade) if largest.is_none_or(|(_, most)| trade.value_usd > most.value_usd) => {
                    largest = Some((index, trade));
                }
                Decision::Trade(_) | Decision::Dormant(Reason::RouteNotDue) => {}
                Decision::Dormant(reason) if is_about_the_route(reason) => blocked = Some(reason),
                Decision::Dormant(reason) => return Ok(Answer::Dormant(reason)),
            }
        }
        let dormant = Answer::Dormant(blocked.unwrap_or(Reason::RouteNotDue));
        Ok(largest.map_or(dormant, |(venue, trade)| Answer::Due(venue, trade)))
    }

    /// Checks a swap that paid `received`, and takes it into the books.
    pub fn settle(&mut self, now: i64, venue: &Venue, trade: &Trade, received: u64) -> Result<Outcome> {
        let valuation = self.valuation(now)?;
        let snapshot = self.snapshot(now, &valuation, venue);
        let settlement = match settlement::settle(&snapshot, trade, trade.min_out, trade.amount_in, received) {
            Ok(settlement) => settlement,
            Err(SettlementError::Math(error)) => return Err(anyhow!("the vault cannot settle a trade: {error:?}")),
            Err(_) => return Ok(Outcome::Refused),
        };
        let (sold, bought) = trade.directed(venue.assets);
        self.holdings[sold].balance = settlement.sold_balance;
        self.holdings[bought].balance = settlement.bought_balance;
        self.loss = settlement.loss;
        self.last_rebalance_at = now;
        Ok(Outcome::Settled)
    }

    /// Raw units held of each asset.
    pub fn balances(&self) -> impl Iterator<Item = u64> {
        self.holdings.iter().map(|holding| holding.balance)
    }

    /// The weights that the vault aims for.
    pub fn targets(&self) -> Vec<f64> {
        self.holdings.iter().map(|holding| f64::from(holding.target_bps) / 1e4).collect()
    }

    fn valuation(&self, now: i64) -> Result<Valuation> {
        Valuation::new(self.holdings.iter().copied(), now, self.limits.max_price_age_secs)
            .map_err(|error| anyhow!("the vault cannot be valued: {error:?}"))
            .context("choose a smaller --nav")
    }

    fn snapshot<'a>(&'a self, now: i64, valuation: &'a Valuation, venue: &Venue) -> Snapshot<'a> {
        let side = |position: usize| {
            let index = venue.assets[position];
            let Holding { balance, price, publish_time, .. } = self.holdings[index];
            Side { index, balance, pool_reserve: venue.pool.reserves[position], price, publish_time }
        };
        Snapshot {
            now,
            is_paused: false,
            route_active_at: 0,
            last_rebalance_at: self.last_rebalance_at,
            limits: &self.limits,
            loss: self.loss,
            valuation,
            pair: [side(0), side(1)],
        }
    }
}

/// Whether another venue may do better; every other reason is about the whole vault.
fn is_about_the_route(reason: Reason) -> bool {
    matches!(reason, Reason::PoolAway | Reason::LossBudgetSpent | Reason::TradeTooSmall | Reason::PricesApart)
}
