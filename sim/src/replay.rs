//! Replays prices: the market moves, pools follow it, and a keeper turns each vault's crank.

use anyhow::{Context, Result};
use ballast_core::decision::{self, Reason};
use ballast_core::price::PublishedPrice;
use ballast_core::risk::breaker::Breaker;

use crate::market::{Market, Settings, Venue};
use crate::path::{Path, Point, Trade};
use crate::prices::Prices;
use crate::time;
use crate::token::Token;
use crate::vault::{Answer, Outcome, Setup, Vault};

/// Replays `prices` through one vault per setup, all of them trading with the same pools. The paths are in the order of the
/// setups.
pub fn replay(prices: &Prices, settings: &Settings, setups: &[Setup]) -> Result<Vec<Path>> {
    let market = Market::open(prices, settings)?;
    let close_usd = market.close_usd();
    let mut actors = Vec::with_capacity(setups.len());
    for setup in setups {
        actors.push(Actor::new(Vault::new(setup, &market.tokens, &close_usd)?));
    }
    let mut replay = Replay { market, settings, interval_secs: prices.interval_secs, actors, first: 0 };
    for step in 0..prices.steps.len() {
        replay.market.move_to(step);
        replay.step().with_context(|| time::date_time(replay.market.time()))?;
    }
    Ok(replay.actors.into_iter().map(Actor::into_path).collect())
}

/// Replays `prices` through one vault.
pub fn replay_one(prices: &Prices, settings: &Settings, setup: &Setup) -> Result<Path> {
    replay(prices, settings, std::slice::from_ref(setup))?.pop().context("a replay without a path")
}

struct Replay<'a> {
    market: Market<'a>,
    settings: &'a Settings,
    interval_secs: i64,
    actors: Vec<Actor>,
    /// Whose turn it is to be first at the pools.
    first: usize,
}

/// A vault, and what happened to it so far.
struct Actor {
    vault: Vault,
    path: Path,
    /// How often each reason was given, by its number.
    dormant: [u64; 256],
    /// How often each breaker tripped, by its number.
    tripped: [u64; 256],
    /// Whether the keeper comes back within this candle.
    is_awaited: bool,
}

/// One visit of the keepers.
struct Visit {
    /// When their transactions execute.
    now: i64,
    /// What tokens cost then, in US dollars.
    spot_usd: Vec<f64>,
    /// The prices that they bring.
    published: Vec<Option<PublishedPrice>>,
    /// Whether the market's close is new to the vault. Its repetitions are nothing to observe.
    is_close: bool,
}

impl Replay<'_> {
    /// One candle: everybody looks at its close, then trades until the next one.
    fn step(&mut self) -> Result<()> {
        let close_usd = self.market.close_usd();
        for actor in &mut self.actors {
            actor.record(&self.market, &close_usd);
            actor.is_awaited = true;
        }
        let mut after_secs = 0;
        while after_secs < self.interval_secs && self.actors.iter().any(|actor| actor.is_awaited) {
            self.visit(after_secs)?;
            after_secs += i64::from(self.settings.visit_secs);
        }
        for actor in &mut self.actors {
            actor.record_targets(self.market.time())?;
        }
        self.first = (self.first + 1) % self.actors.len().max(1);
        Ok(())
    }

    /// Vaults visited together trade one after the other, without an arbitrageur in between, as within a slot.
    fn visit(&mut self, after_secs: i64) -> Result<()> {
        let (published, spot_usd) = (self.market.publish(after_secs), self.market.execution_usd());
        self.market.arbitrage(&spot_usd)?;
        let now = self.market.time() + after_secs + i64::from(self.settings.latency_secs);
        let visit = Visit { now, spot_usd, published, is_close: after_secs == 0 };
        let (last, first) = self.actors.split_at_mut(self.first);
        for actor in first.iter_mut().chain(last).filter(|actor| actor.is_awaited) {
            actor.crank(&mut self.market, &visit)?;
        }
        Ok(())
    }
}

impl Actor {
    fn new(vault: Vault) -> Self {
        Self { vault, path: Path::default(), dormant: [0; 256], tripped: [0; 256], is_awaited: false }
    }

    /// Refreshes prices and makes the largest trade that is due, if any. Trips every breaker that holds on the way.
    fn crank(&mut self, market: &mut Market, visit: &Visit) -> Result<()> {
        self.vault.refresh(visit.now, &visit.published);
        if visit.is_close {
            self.vault.observe(visit.now)?;
        }
        self.vault.review(visit.now);
        let (index, trade) = match self.ask(visit.now, &market.venues)? {
            Ok(due) => due,
            Err(reason) => {
                self.dormant[usize::from(reason as u8)] += 1;
                // The reasons that go away while prices stand still.
                self.is_awaited = matches!(reason, Reason::TooSoon | Reason::NotItsTurn);
                return Ok(());
            }
        };
        let venue = &mut market.venues[index];
        let received = venue.quote(trade.sell, trade.amount_in)?;
        if self.vault.settle(visit.now, venue, &trade, received)? == Outcome::Refused {
            // The market moves on, so the keeper tries again.
            self.path.refused += 1;
            return Ok(());
        }
        venue.swap(trade.sell, trade.amount_in)?;
        let loss_trip = Breaker::from_number(self.vault.state.halt.breaker);
        let pool_trip = self.vault.look_after_trade(visit.now, index, venue)?.map(|trip| trip.breaker);
        loss_trip.into_iter().chain(pool_trip).for_each(|breaker| self.tripped[usize::from(breaker as u8)] += 1);
        let (sell, buy) = trade.directed(venue.assets);
        let usd = |asset: usize, units: u64| market.tokens[asset].usd(units, visit.spot_usd[asset]);
        let (sold_usd, bought_usd) = (usd(sell, trade.amount_in), usd(buy, received));
        self.path.trades.push(Trade { time: visit.now, sell, buy, sold_usd, bought_usd });
        Ok(())
    }

    /// The venue and the trade that are due, or why there is none, once every breaker that holds has tripped.
    fn ask(&mut self, now: i64, venues: &[Venue]) -> Result<std::result::Result<(usize, decision::Trade), Reason>> {
        loop {
            let (venue, trip) = match self.vault.ask(now, venues)? {
                Answer::Due(venue, trade) => return Ok(Ok((venue, trade))),
                Answer::Dormant(reason) => return Ok(Err(reason)),
                Answer::Trip(venue, trip) => (venue, trip),
            };
            self.vault.trip(now, venue, &trip);
            self.tripped[usize::from(trip.breaker as u8)] += 1;
        }
    }

    /// Adds a point for the vault as it is before the keeper comes.
    fn record(&mut self, market: &Market, close_usd: &[f64]) {
        let tokens = market.tokens.iter().zip(close_usd);
        let value_usd = |(balance, (token, usd)): (u64, (&Token, &f64))| token.usd(balance, *usd);
        let values_usd: Vec<f64> = self.vault.balances().zip(tokens).map(value_usd).collect();
        let nav_usd: f64 = values_usd.iter().sum();
        let weights = values_usd.iter().map(|value| value / nav_usd).collect();
        self.path.points.push(Point {
            time: market.time(),
            prices_usd: close_usd.to_vec(),
            nav_usd,
            weights,
            targets: Vec::new(),
        });
    }

    /// Completes the last point by the targets that the vault has had since it looked at this candle.
    fn record_targets(&mut self, now: i64) -> Result<()> {
        if let Some(point) = self.path.points.last_mut() {
            point.targets = self.vault.targets(now)?;
        }
        Ok(())
    }

    fn into_path(self) -> Path {
        let named = |(reason, count): (Reason, u64)| (format!("{reason:?}"), count);
        let counted = Reason::ALL.into_iter().map(|reason| (reason, self.dormant[usize::from(reason as u8)]));
        let tripped = Breaker::ALL.map(|breaker| (format!("{breaker:?}"), self.tripped[usize::from(breaker as u8)]));
        let end = self.path.points.last().map_or(0, |point| point.time);
        Path {
            halts: tripped.into_iter().filter(|(_, count)| *count > 0).collect(),
            dormant: counted.filter(|(_, count)| *count > 0).map(named).collect(),
            booked_excess_growth: self.vault.booked_excess_growth(end),
            ..self.path
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ballast_core::limits;
    use ballast_core::risk::breaker::{self, Breakers};
    use ballast_core::risk::stress;
    use ballast_core::strategy::Strategy;
    use ballast_core::strategy::allocation::Allocation;
    use ballast_core::strategy::execution::Execution;
    use ballast_core::strategy::target::Ramp;

    use crate::prices::{Candle, Step};

    const HOUR: i64 = 3_600;

    /// One asset at these closes, and cash.
    fn prices(closes: &[f64]) -> Prices {
        let step = |(close, number): (&f64, i64)| Step { time: number * HOUR, candles: vec![Some(Candle::flat(*close))] };
        let steps = closes.iter().zip(1..).map(step).collect();
        Prices { assets: vec!["BTC".to_string()], interval_secs: HOUR, steps }.with_cash()
    }

    fn setup(band_abs_bps: u16) -> Setup {
        let strategy = Strategy { execution: Execution { recentre_bps: 10_000, ..Execution::default() }, ..Strategy::default() };
        let allocations = vec![Allocation::fixed(5_000, band_abs_bps, 10_000); 2];
        Setup {
            nav_usd: 1e6,
            allocations,
            limits: limits::DEFAULT,
            // Prices of these tests leap.
            breakers: Breakers { max_jump_bps: u16::MAX, max_divergence_bps: u16::MAX, ..breaker::DEFAULT },
            stress: stress::DEFAULT,
            strategy,
            ramp: Ramp::default(),
            jitter_seed: 0,
            is_paused: false,
        }
    }

    fn run(closes: &[f64], settings: &Settings) -> Path {
        replay_one(&prices(closes), settings, &setup(200)).unwrap()
    }

    #[test]
    fn a_still_market_leaves_the_vault_alone() {
        let path = run(&[100.0; 5], &Settings::default());
        assert_eq!(path.points.len(), 5);
        assert!(path.trades.is_empty());
        assert_eq!(path.dormant, [("InBand".to_string(), 5)]);
        for point in &path.points {
            assert!((point.nav_usd - 1e6).abs() < 0.01);
            assert!((point.weights[0] - 0.5).abs() < 1e-6);
            assert_eq!(point.targets, [0.5, 0.5]);
        }
    }

    #[test]
    fn a_rise_out_of_the_band_is_sold_down_to_the_target() {
        let path = run(&[100.0, 120.0, 120.0], &Settings::default());
        // 0.6 / 1.1 is 4.5 points too much.
        assert!((path.points[1].weights[0] - 0.545_454).abs() < 1e-5);
        assert!(path.points[2].weights[0] < 0.501 && path.points[2].weights[0] >= 0.5);
        assert!(path.trades.iter().all(|trade| (trade.sell, trade.buy) == (0, 1)));
        let sold_usd: f64 = path.trades.iter().map(|trade| trade.sold_usd).sum();
        assert!((sold_usd / 50_000.0 - 1.0).abs() < 0.02, "{sold_usd}");
        // The pool followed a rising market, and so pays less than it by its fee, charges that once more, and gives way by a
        // quarter of a percent for 50,000 of some 20 million dollars.
        let cost = path.trades.iter().map(Trade::cost_usd).sum::<f64>() / sold_usd;
        assert!((cost - 0.007).abs() < 0.0003, "{cost}");
        assert!((path.points[2].nav_usd - (1.1e6 - cost * sold_usd)).abs() < 1.0);
    }

    #[test]
    fn visits_come_at_the_settings_interval_and_latency() {
        let settings = Settings { latency_secs: 7, visit_secs: 600, ..Settings::default() };
        let path = run(&[100.0, 200.0, 200.0], &settings);
        let times: Vec<i64> = path.trades.iter().map(|trade| trade.time - 2 * HOUR).collect();
        assert!(times.len() > 2);
        assert!(times.iter().zip(0..).all(|(time, visit)| *time == 7 + 600 * visit), "{times:?}");
    }

    #[test]
    fn latency_moves_the_pool_but_not_the_prices_that_the_vault_sees() {
        // The market rises out of the band, then falls: who comes late sells the same units, for less.
        let sold = |latency_secs| {
            let path = run(&[100.0, 112.0, 105.0], &Settings { latency_secs, ..Settings::default() });
            (path.trades[0].sold_usd, path.trades[0].bought_usd)
        };
        let (at_once, late) = (sold(0), sold(60));
        let fall = (105f64 / 112.0).powf(60.0 / 3_600.0);
        assert!((late.0 / at_once.0 / fall - 1.0).abs() < 1e-6);
        assert!((late.1 / at_once.1 / fall - 1.0).abs() < 1e-3);
    }

    #[test]
    fn vaults_in_one_slot_share_the_pools_and_take_turns() {
        let (prices, settings) = (prices(&[100.0, 110.0, 110.0, 121.0, 121.0]), Settings::default());
        let paths = replay(&prices, &settings, &[setup(100), setup(100)]).unwrap();
        let cost = |path: &Path, time: i64| {
            let trades: Vec<&Trade> = path.trades.iter().filter(|trade| trade.time / HOUR == time).collect();
            trades[0].cost_usd() / trades[0].sold_usd
        };
        // Steps count from zero: in the second the second vault is first, in the fourth again.
        for time in [2, 4] {
            assert!(cost(&paths[0], time) > cost(&paths[1], time), "hour {time}");
        }
        let alone = replay_one(&prices, &settings, &setup(100)).unwrap();
        assert_eq!(alone.trades[0].cost_usd(), paths[1].trades[0].cost_usd());
    }

    fn run_with_breakers(closes: &[f64]) -> Path {
        let setup = Setup { breakers: breaker::DEFAULT, ..setup(200) };
        replay_one(&prices(closes), &Settings::default(), &setup).unwrap()
    }

    fn halts(path: &Path, breaker: &str) -> u64 {
        path.halts.iter().find(|(name, _)| name == breaker).map_or(0, |(_, count)| *count)
    }

    #[test]
    fn a_leap_halts_the_vault_until_it_has_cooled_off() {
        let path = run_with_breakers(&[100.0, 130.0, 130.0, 130.0]);
        assert_eq!(path.halts, [("Jump".to_string(), 1)]);
        assert!(path.dormant.contains(&("Halted".to_string(), 1)), "{:?}", path.dormant);
        // The leap is of the second hour; in the third the average has come close enough.
        assert!(!path.trades.is_empty() && path.trades.iter().all(|trade| trade.time >= 3 * HOUR), "{:?}", path.trades);
    }

    /// A drawdown needs the admin, who takes as long as a soft halt lasts.
    #[test]
    fn a_hard_halt_ends_by_review() {
        let closes = [&[100.0, 110.0][..], &[40.0; 8]].concat();
        let path = run_with_breakers(&closes);
        assert_eq!(halts(&path, "Drawdown"), 1, "{:?}", path.halts);
        assert!(path.trades.iter().any(|trade| trade.time < 3 * HOUR), "a high before the fall");
        assert!(!path.trades.iter().any(|trade| (3 * HOUR..4 * HOUR).contains(&trade.time)), "{:?}", path.trades);
        assert!(path.trades.iter().any(|trade| trade.time > 4 * HOUR && trade.buy == 0), "{:?}", path.trades);
    }

    #[test]
    fn a_calm_market_trips_nothing() {
        let closes: Vec<f64> = (0..50).map(|n| 100.0 + 5.0 * f64::from(n % 3)).collect();
        assert_eq!(run_with_breakers(&closes).halts, []);
    }

    #[test]
    fn the_same_seed_replays_the_same_path() {
        let closes: Vec<f64> = (0..50).map(|n| 100.0 + 10.0 * f64::from(n % 7)).collect();
        let noisy = |seed| run(&closes, &Settings { publish_noise_bps: 10.0, seed, ..Settings::default() });
        assert_eq!(noisy(1).trades, noisy(1).trades);
        assert_ne!(noisy(1).trades, noisy(2).trades);
    }
}
