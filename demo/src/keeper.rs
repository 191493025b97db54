//! The keeper: refreshes prices and rebalances while that is due. It chooses nothing but the order of the routes.

use anyhow::{Context, Result};
use ballast_client::ballast::error::BallastError;
use ballast_core::decision::Reason;
use ballast_core::risk::breaker::Breaker;
use ballast_tests::Failure;

use crate::history::Rebalance;
use crate::invariants::{self, Books, CostLimit};
use crate::market::POOL_FEE_BPS;
use crate::run::Run;
use crate::vault::LIMITS;

/// What the vault answers, all routes considered.
enum Answer {
    /// Trades are due; the largest is on this route.
    Due(usize),
    /// No trade is due.
    Dormant(Reason),
    /// A breaker's condition holds; a rebalance on this route trips it.
    Trip(usize),
}

impl Run {
    /// Refreshes every price that is published and certain enough.
    pub fn refresh(&mut self) -> Result<()> {
        let assets = self.market.refreshable(LIMITS.max_conf_bps);
        if assets.is_empty() {
            return Ok(());
        }
        let sent = self.vault.refresh(&mut self.market, &self.keeper, &assets);
        self.expect("refresh_prices", sent)
    }

    /// Observes the refreshed prices, where the vault has a strategy that wants that.
    pub fn observe(&mut self) -> Result<()> {
        let Some(sent) = self.vault.observe(&mut self.market, &self.keeper) else { return Ok(()) };
        let code = sent.as_ref().err().and_then(Failure::code);
        // Hours without a price, or one too uncertain, go by unobserved.
        let is_missed = code == Some(BallastError::PriceStale.into());
        if is_missed { Ok(()) } else { self.expect("observe", sent) }
    }

    /// Rebalances as often as that is due before the next step, with the vault's minimum interval between. The admin, who is the
    /// first user, ends hard halts once they are as old as soft ones last.
    pub fn crank(&mut self) -> Result<()> {
        let cleared = self.vault.review(&mut self.market, &self.users[0])?;
        cleared.map_or(Ok(()), |sent| self.expect("clear_breaker", sent))?;
        let interval = LIMITS.min_interval_secs;
        let chances = ((self.interval_secs - 1) / i64::from(interval)).max(1);
        for chance in 0..chances {
            if chance > 0 {
                self.market.world.advance(interval);
                self.market.publish();
                self.history.arbitrages += self.market.arbitrage()?;
                self.refresh()?;
            }
            match self.ask()? {
                Answer::Due(venue) => self.rebalance(venue)?,
                Answer::Trip(venue) => self.trip(venue)?,
                Answer::Dormant(reason) => {
                    self.note_dormant(reason)?;
                    break;
                }
            }
        }
        Ok(())
    }

    fn ask(&mut self) -> Result<Answer> {
        let (mut largest, mut blocked): (Option<(u64, usize)>, Option<Reason>) = (None, None);
        for venue in 0..self.market.venues.len() {
            let preview = self.vault.preview(&self.market, venue)?;
            if preview.breaker != 0 {
                return Ok(Answer::Trip(venue));
            }
            if preview.reason == 0 {
                largest = largest.max(Some((preview.value_usd, venue)));
                continue;
            }
            match Reason::from_number(preview.reason)
                .with_context(|| format!("the vault answers with the unknown reason {}", preview.reason))?
            {
                Reason::RouteNotDue => {}
                reason if reason.is_about_the_route() => blocked = Some(reason),
                reason => return Ok(Answer::Dormant(reason)),
            }
        }
        let dormant = Answer::Dormant(blocked.unwrap_or(Reason::RouteNotDue));
        Ok(largest.map_or(dormant, |(_, venue)| Answer::Due(venue)))
    }

    fn note_dormant(&mut self, reason: Reason) -> Result<()> {
        *self.history.dormant.entry(format!("{reason:?}")).or_default() += 1;
        // With a pool for every pair, some route helps whenever an asset is out of its band.
        if matches!(reason, Reason::InBand | Reason::RouteNotDue) {
            let point = self.point()?;
            self.check(invariants::in_band(&point, &self.history.targets, &self.history.bands));
        }
        Ok(())
    }

    /// Trips the breaker that a preview on this route told of.
    fn trip(&mut self, venue: usize) -> Result<()> {
        let preview = self.vault.preview(&self.market, venue)?;
        let breaker = Breaker::from_number(preview.breaker).context("a breaker that the core does not know")?;
        *self.history.halts.entry(format!("{breaker:?}")).or_default() += 1;
        let sent = self.vault.rebalance(&mut self.market, &self.keeper, venue)?;
        self.expect("rebalance", sent)
    }

    fn rebalance(&mut self, venue: usize) -> Result<()> {
        let (before, drift_before) = (self.books()?, self.drift()?);
        let sent = self.vault.rebalance(&mut self.market, &self.keeper, venue)?;
        self.expect("rebalance", sent)?;
        let after = self.books()?;
        self.record_point()?;
        let trade = self.trade(venue, (&before, drift_before), &after)?;
        let conf = |index: usize| self.market.prices[index].conf_usd / self.market.prices[index].usd;
        let slippage = f64::from(LIMITS.max_slippage_bps) / 1e4;
        let limit = CostLimit { slippage, conf: (conf(trade.sell), conf(trade.buy)) };
        self.check(invariants::rebalance(&trade, limit, &before, &after));
        self.history.rebalances.push(trade);
        Ok(())
    }

    /// What a rebalance did, from the books before and after.
    fn trade(&self, venue: usize, (before, drift_before): (&Books, f64), after: &Books) -> Result<Rebalance> {
        let [a, b] = self.market.venues[venue].assets;
        let (sell, buy) = if after.balances[a] < before.balances[a] { (a, b) } else { (b, a) };
        let usd = |index: usize| {
            let units = after.balances[index].abs_diff(before.balances[index]);
            self.market.tokens[index].usd(units, self.market.prices[index].usd)
        };
        let fee_usd = usd(sell) * f64::from(POOL_FEE_BPS) / 1e4;
        let drift = (drift_before, self.drift()?);
        Ok(Rebalance { time: self.market.world.now(), sell, buy, sold_usd: usd(sell), bought_usd: usd(buy), fee_usd, drift })
    }

    fn drift(&self) -> Result<f64> {
        Ok(self.point()?.drift(&self.history.targets))
    }
}
