//! A vault in a replay: the core's own types and functions, put to work as the program does on the chain.
//!
//! This file alone talks to the core's decision.

use anyhow::{Context, Result, anyhow, ensure};
use ballast_core::decision::{self, Decision, Reason, Side, Snapshot, Trade};
use ballast_core::limits::Limits;
use ballast_core::observation::{self, Observed};
use ballast_core::price::PublishedPrice;
use ballast_core::risk::breaker::{Breakers, Halt};
use ballast_core::risk::condition::{self, Trip};
use ballast_core::risk::reference::{self, References};
use ballast_core::risk::stress::Stress;
use ballast_core::settlement::{self, SettlementError};
use ballast_core::state::State;
use ballast_core::statistics::ObserveError;
use ballast_core::strategy::Strategy;
use ballast_core::strategy::allocation::{Allocation, WHOLE_E8};
use ballast_core::strategy::target::Ramp;
use ballast_core::valuation::{Holding, Terms, Valuation};
use serde::Serialize;

use crate::generator::YEAR_SECS;
use crate::market::Venue;
use crate::token::Token;

/// Raw units of a share, whose first price is one US dollar.
const SHARE_UNITS: f64 = 1e6;
/// Time constant of the moving average that a publisher is taken to publish. Pyth's is of about an hour.
const EMA_SECS: u32 = 3_600;

/// What a vault is made with.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Setup {
    /// Its value at the start, in US dollars.
    pub nav_usd: f64,
    /// Targets, bounds and bands, one per asset of the market.
    pub allocations: Vec<Allocation>,
    /// Its limits.
    pub limits: Limits,
    /// When it stops trading by itself.
    pub breakers: Breakers,
    /// What no trade may make worse.
    pub stress: Stress,
    /// Its strategy.
    pub strategy: Strategy,
    /// When its targets move from where the allocations say that they begin; zeros for no ramp.
    pub ramp: Ramp,
    /// Tells its turns from other vaults', where the strategy has turns.
    pub jitter_seed: u64,
    /// Whether its guardian has paused rebalancing: it then holds what it began with.
    pub is_paused: bool,
}

/// A vault and its books.
#[derive(Clone, Debug)]
pub struct Vault {
    /// The basket.
    pub holdings: Vec<Holding>,
    /// Decimal places of each asset's raw units.
    pub decimals: Vec<u8>,
    /// Its limits.
    pub limits: Limits,
    /// When it stops trading by itself.
    pub breakers: Breakers,
    /// What no trade may make worse.
    pub stress: Stress,
    /// Its strategy.
    pub strategy: Strategy,
    /// What evolves.
    pub state: State,
    /// The halt of each venue's route, in the order of the venues; those that are missing are not halted.
    pub route_halts: Vec<Halt>,
    /// Shares, raw units.
    pub total_shares: u64,
    /// See [`Setup::jitter_seed`].
    pub jitter_seed: u64,
    /// See [`Setup::is_paused`].
    pub is_paused: bool,
}

/// What a vault answers, all venues considered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Trades are due; the largest is on this venue.
    Due(usize, Trade),
    /// No trade is due.
    Dormant(Reason),
    /// A breaker's condition holds; the vault, or the route on this venue, is to be halted.
    Trip(usize, Trip),
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
        let Setup { nav_usd, ref allocations, limits, breakers, stress, strategy, ramp, jitter_seed, is_paused } = *setup;
        ensure!(allocations.len() == tokens.len(), "{} allocations for {} assets", allocations.len(), tokens.len());
        let mut holdings = Vec::with_capacity(tokens.len());
        for ((allocation, token), price_usd) in allocations.iter().zip(tokens).zip(prices_usd) {
            let value_usd = nav_usd * f64::from(allocation.weight_e8) / f64::from(WHOLE_E8);
            let balance = token.units(value_usd, *price_usd);
            holdings.push(Holding { balance, allocation: *allocation, ..Holding::default() });
        }
        let decimals = tokens.iter().map(|token| token.decimals).collect();
        let (state, total_shares) = (State { ramp, ..State::default() }, (nav_usd * SHARE_UNITS) as u64);
        let route_halts = Vec::new();
        Ok(Self {
            holdings,
            decimals,
            limits,
            breakers,
            stress,
            strategy,
            state,
            route_halts,
            total_shares,
            jitter_seed,
            is_paused,
        })
    }

    /// Takes over every published price that passes the checks which the program makes. Data of candles has no publisher's moving
    /// average: it is computed here as the vault computes its own.
    pub fn refresh(&mut self, now: i64, published: &[Option<PublishedPrice>]) {
        let Limits { max_price_age_secs, max_conf_bps, .. } = self.limits;
        for ((holding, decimals), published) in self.holdings.iter_mut().zip(&self.decimals).zip(published) {
            let Some(published) = published else { continue };
            let checked = published.check(now, holding.publish_time, max_price_age_secs, max_conf_bps);
            if let Ok(price) = checked.and_then(|()| published.to_unit_price(*decimals)) {
                let (old_x64, stood_secs) = (holding.price.mid_x64, published.publish_time - holding.publish_time);
                let next = |average_x64, average_secs| {
                    reference::next_average_x64(average_x64, old_x64, price.mid_x64, stood_secs, average_secs)
                };
                let References { ema_x64, average_x64 } = holding.references;
                holding.references =
                    References { ema_x64: next(ema_x64, EMA_SECS), average_x64: next(average_x64, self.breakers.average_secs) };
                holding.price = price;
                holding.publish_time = published.publish_time;
            }
        }
    }

    /// Folds the prices into statistics, performance, floor and targets, where the strategy observes and it is time to.
    pub fn observe(&mut self, now: i64) -> Result<()> {
        let Vault { limits, strategy, breakers, total_shares, .. } = self;
        let observed =
            Observed { now, holdings: self.holdings.iter().copied(), total_shares: *total_shares, limits, strategy, breakers };
        // After an error the state is half changed.
        let mut state = self.state;
        let observation = match observation::observe(&observed, &mut state) {
            Ok(observation) => observation,
            Err(ObserveError::Math(error)) => return Err(anyhow!("the vault cannot observe: {error:?}")),
            Err(ObserveError::Off | ObserveError::TooSoon | ObserveError::Stale) => return Ok(()),
        };
        self.state = state;
        if let Some(targets_e8) = observation.targets_e8 {
            self.store(&targets_e8);
        }
        Ok(())
    }

    /// The largest trade that is due on any venue, or why there is none; or the first breaker to trip.
    pub fn ask(&self, now: i64, venues: &[Venue]) -> Result<Answer> {
        let valuation = self.valuation(now)?;
        let (mut largest, mut blocked): (Option<(usize, Trade)>, Option<Reason>) = (None, None);
        for (index, venue) in venues.iter().enumerate() {
            let decision = self.decide(now, &valuation, venue, self.route_halt(index))?;
            match (decision, decision.reason()) {
                (Decision::Trip(trip), _) => return Ok(Answer::Trip(index, trip)),
                (Decision::Trade(trade), _) if largest.is_none_or(|(_, most)| trade.value_usd > most.value_usd) => {
                    largest = Some((index, trade));
                }
                (_, None | Some(Reason::RouteNotDue)) => {}
                (_, Some(reason)) if reason.is_about_the_route() => blocked = Some(reason),
                (_, Some(reason)) => return Ok(Answer::Dormant(reason)),
            }
        }
        let dormant = Answer::Dormant(blocked.unwrap_or(Reason::RouteNotDue));
        Ok(largest.map_or(dormant, |(venue, trade)| Answer::Due(venue, trade)))
    }

    /// The decision on one venue, given what the vault is worth.
    pub fn decide(&self, now: i64, valuation: &Valuation, venue: &Venue, route_halt: Halt) -> Result<Decision> {
        let decided = decision::decide(&self.snapshot(now, valuation, venue, route_halt));
        decided.map_err(|error| anyhow!("the vault cannot decide: {error:?}"))
    }

    /// Halts the vault, or the route on a venue.
    pub fn trip(&mut self, now: i64, venue: usize, trip: &Trip) {
        if trip.breaker.is_about_the_route() {
            self.set_route_halt(venue, Halt::new(trip, &self.breakers, now));
        } else {
            self.state.trip(trip, &self.breakers, now);
        }
    }

    /// Ends the halts that only an admin may end, as one does who takes the cooling-off time for a review and finds nothing wrong.
    pub fn review(&mut self, now: i64) {
        let breakers = self.breakers;
        let is_reviewed = |halt: &Halt| halt.is_hard != 0 && !Halt { is_hard: 0, ..*halt }.stands(now, &breakers);
        if is_reviewed(&self.state.halt) {
            self.state.clear_halt();
        }
        self.route_halts.iter_mut().filter(|halt| is_reviewed(halt)).for_each(|halt| *halt = Halt::default());
    }

    /// Looks at a venue as a trade has left it: its route's halt, if any, ends, or another begins, which is the answer.
    pub fn look_after_trade(&mut self, now: i64, index: usize, venue: &Venue) -> Result<Option<Trip>> {
        let max_away_bps = self.breakers.max_pool_after_bps;
        let trip = condition::pool(&self.pair(venue), venue.pool.reserves, max_away_bps, &self.breakers)
            .map_err(|error| anyhow!("the vault cannot judge a pool: {error:?}"))?;
        self.set_route_halt(index, trip.map(|trip| Halt::new(&trip, &self.breakers, now)).unwrap_or_default());
        Ok(trip)
    }

    fn route_halt(&self, venue: usize) -> Halt {
        self.route_halts.get(venue).copied().unwrap_or_default()
    }

    fn set_route_halt(&mut self, venue: usize, halt: Halt) {
        if self.route_halts.len() <= venue {
            self.route_halts.resize(venue + 1, Halt::default());
        }
        self.route_halts[venue] = halt;
    }

    /// Checks a swap that paid `received`, and takes it into the books.
    pub fn settle(&mut self, now: i64, venue: &Venue, trade: &Trade, received: u64) -> Result<Outcome> {
        let valuation = self.valuation(now)?;
        let snapshot = self.snapshot(now, &valuation, venue, Halt::default());
        let settlement = match settlement::settle(&snapshot, trade, trade.min_out, trade.amount_in, received) {
            Ok(settlement) => settlement,
            Err(SettlementError::Math(error)) => return Err(anyhow!("the vault cannot settle a trade: {error:?}")),
            Err(_) => return Ok(Outcome::Refused),
        };
        let (sold, bought) = trade.directed(venue.assets);
        self.holdings[sold].balance = settlement.sold_balance;
        self.holdings[bought].balance = settlement.bought_balance;
        self.store(&valuation.targets_e8());
        let recorded = self.state.record(&settlement, valuation.nav_usd, now);
        recorded.map_err(|error| anyhow!("the vault cannot record a trade: {error:?}"))?;
        Ok(Outcome::Settled)
    }

    /// Raw units held of each asset.
    pub fn balances(&self) -> impl Iterator<Item = u64> {
        self.holdings.iter().map(|holding| holding.balance)
    }

    /// The weights that the vault aims for.
    pub fn targets(&self, now: i64) -> Result<Vec<f64>> {
        let targets_e8 = self.valuation(now)?.targets_e8();
        Ok(targets_e8.iter().take(self.holdings.len()).map(|weight| f64::from(*weight) / f64::from(WHOLE_E8)).collect())
    }

    /// Excess growth in a year by the vault's own books until `now`; `None` before its first observation.
    pub fn booked_excess_growth(&self, now: i64) -> Option<f64> {
        let performance = &self.state.performance;
        let years = (now - performance.inception_at) as f64 / YEAR_SECS;
        let growth = performance.excess_growth_e12().ok().filter(|_| performance.inception_at > 0 && years > 0.0)?;
        Some(growth as f64 / 1e12 / years)
    }

    fn store(&mut self, targets_e8: &[u32]) {
        for (holding, target_e8) in self.holdings.iter_mut().zip(targets_e8) {
            holding.allocation.weight_e8 = *target_e8;
        }
    }

    /// The basket at mid prices, with its targets and bands.
    pub fn valuation(&self, now: i64) -> Result<Valuation> {
        let terms = Terms {
            now,
            max_price_age_secs: self.limits.max_price_age_secs,
            total_shares: self.total_shares,
            strategy: &self.strategy,
            state: &self.state,
        };
        Valuation::new(self.holdings.iter().copied(), &terms)
            .map_err(|error| anyhow!("the vault cannot be valued: {error:?}"))
            .context("choose a smaller --nav")
    }

    fn pair(&self, venue: &Venue) -> [Side; 2] {
        venue.assets.map(|index| Side::of(index, &self.holdings[index]))
    }

    fn snapshot<'a>(&'a self, now: i64, valuation: &'a Valuation, venue: &Venue, route_halt: Halt) -> Snapshot<'a> {
        let (holdings, max_price_age_secs) = (self.holdings.iter().copied(), self.limits.max_price_age_secs);
        Snapshot {
            now,
            is_paused: self.is_paused,
            route_active_at: 0,
            route_halt,
            jitter_seed: self.jitter_seed,
            limits: &self.limits,
            breakers: &self.breakers,
            stress: &self.stress,
            strategy: &self.strategy,
            state: &self.state,
            total_shares: self.total_shares,
            valuation,
            dislocation: condition::prices(holdings, &self.breakers, now, max_price_age_secs),
            pair: self.pair(venue),
            pool: venue.pool,
        }
    }
}
