//! The program against the core on thousands of random vaults, written into the account as they are: the same decision to
//! the bit, which is the backtester's too, and the same books after a trade.
//!
//! The seed is printed, and `BALLAST_SEED` repeats it.

use {
    ballast::{
        error::BallastError,
        events::{BreakerTripped, Rebalanced},
        state::{Route, Vault, pause},
    },
    ballast_client::{Pubkey, decide::Chain, decode, instruction},
    ballast_core::{
        decision::{Decision, Reason, Trade, Trigger},
        risk::{breaker::Breaker, condition::Trip},
    },
    ballast_sim::market::Venue,
    ballast_tests::{
        amm::Pool,
        attack::assert_fails,
        random::Random,
        scene::{Config, Scene, event},
        seed::seed,
        vaults::Case,
    },
    std::collections::BTreeMap,
};

/// Of the decisions not to trade, every so many-th is also tried.
const TRY_EVERY: usize = 8;

/// How often each answer was given.
#[derive(Default)]
struct Tally {
    reasons: BTreeMap<u8, usize>,
    triggers: BTreeMap<u8, usize>,
    /// Trades of vaults in which a part had a say.
    parts: BTreeMap<&'static str, usize>,
    /// Breakers that tripped, before a trade or after it.
    trips: BTreeMap<u8, usize>,
    overflows: usize,
    settled: usize,
    refused: usize,
}

/// The parts of a strategy, and whether each had a say in this trade.
fn parts(vault: &Vault, trade: &Trade, now: i64) -> [(&'static str, bool); 10] {
    let Vault { strategy, state, .. } = vault;
    let is_warm = state.statistics.is_warm(&strategy.sampling);
    [
        ("volatility band", is_warm && strategy.volatility_band.is_on()),
        ("forecast band", strategy.forecast_band.is_on() && now < state.forecast.expires_at),
        ("fast over slow volatility", is_warm && strategy.forecast_band.is_on() && now >= state.forecast.expires_at),
        ("schedule", trade.trigger == Trigger::Schedule),
        ("gate", trade.risk.is_some()),
        ("floor", strategy.floor.is_on() && u128::from(state.floor_x64) > 0),
        ("volatility target", is_warm && strategy.volatility_target.is_on()),
        ("mean reversion", is_warm && strategy.mean_reversion.is_on()),
        ("momentum", is_warm && strategy.momentum.is_on()),
        ("ramp", state.ramp.start_at < now && now < state.ramp.end_at),
    ]
}

impl Tally {
    fn count(&mut self, decision: &Decision, vault: &Vault, now: i64) {
        match (decision, decision.reason()) {
            (Decision::Trade(trade), _) => {
                *self.triggers.entry(trade.trigger as u8).or_default() += 1;
                for (part, has_say) in parts(vault, trade, now) {
                    *self.parts.entry(part).or_default() += usize::from(has_say);
                }
            }
            (Decision::Trip(trip), _) => *self.trips.entry(trip.breaker as u8).or_default() += 1,
            (_, reason) => *self.reasons.entry(reason.map_or(0, |reason| reason as u8)).or_default() += 1,
        }
    }

    /// Asserts that every answer was given.
    fn check(&self) {
        let named = |reason: &Reason| format!("{reason:?} {}", self.reasons.get(&(*reason as u8)).unwrap_or(&0));
        let reasons: Vec<_> = Reason::ALL.iter().map(named).collect();
        let Tally { triggers, trips, parts, overflows, settled, refused, .. } = self;
        println!("trips by breaker: {trips:?}");
        assert_eq!(trips.len(), Breaker::ALL.len(), "every breaker");
        println!("{}; triggers {triggers:?}; {overflows} overflows", reasons.join(", "));
        println!("{settled} settled, {refused} refused; with a say: {parts:?}");
        assert_eq!(self.reasons.len(), Reason::ALL.len(), "every reason");
        assert!([Trigger::Drift, Trigger::Schedule].iter().all(|trigger| triggers.contains_key(&(*trigger as u8))));
        assert!(parts.values().all(|count| *count > 0 && count < settled), "every part, and each now and then not");
        assert!(*refused > 0);
    }
}

/// The program and the core before the same accounts.
struct Duel {
    scene: Scene,
    pool: usize,
    address: Pubkey,
    vault: Vault,
    route: Route,
}

impl Duel {
    fn new(start: &Scene, case: &Case) -> Self {
        let mut scene = start.clone();
        case.stage(&mut scene);
        let (_, route) = scene.route(case.pool);
        Duel { pool: case.pool, address: scene.view.address, vault: scene.vault(), route, scene }
    }

    fn chain(&self) -> Chain<'_> {
        let Duel { scene, pool, address, vault, route } = self;
        let pool = scene.pools[*pool].as_read(&scene.world).expect("a pool");
        Chain { address: *address, vault, route, pool, now: scene.world.now() }
    }

    /// Compares previews, and answers with the decision; `None` where it overflows.
    fn preview(&self) -> Option<Decision> {
        let chain = self.chain();
        let (address, route) = self.scene.route(self.pool);
        let preview = instruction::preview_rebalance(self.scene.view.address, address, &route);
        let result = self.scene.world.simulate(&[preview], &[]);
        match chain.preview() {
            Ok(expected) => {
                let (program, returned) = result.unwrap().return_data.expect("return data");
                assert_eq!((program, decode::preview(&returned)), (ballast::ID, Some(expected)));
                let decision = chain.decide().expect("a decision");
                self.backtest(&chain, &decision);
                Some(decision)
            }
            Err(error) => {
                assert_fails(result, error);
                None
            }
        }
    }

    /// Compares the decision with the backtester's. It knows no timelocks.
    fn backtest(&self, chain: &Chain, decision: &Decision) {
        if decision.reason() == Some(Reason::RouteTimelocked) {
            return;
        }
        let mut accrued = self.vault;
        accrued.accrue_fees(chain.now);
        let Vault { limits, breakers, stress, strategy, state, total_shares, .. } = accrued;
        let vault = ballast_sim::vault::Vault {
            holdings: self.vault.holdings().collect(),
            decimals: self.vault.assets().iter().map(|asset| asset.decimals).collect(),
            limits,
            breakers,
            stress,
            strategy,
            state,
            route_halts: vec![],
            total_shares,
            jitter_seed: ballast::instructions::jitter_seed(&self.address),
            is_paused: self.vault.paused & pause::REBALANCE != 0,
        };
        let assets = [self.route.asset_a, self.route.asset_b].map(usize::from);
        let valuation = vault.valuation(chain.now).expect("a valuation");
        let venue = Venue { assets, pool: chain.pool };
        assert_eq!(vault.decide(chain.now, &valuation, &venue, self.route.halt).expect("a decision"), *decision);
    }

    /// Has the program trade, and compares the books with the core's.
    fn trade(mut self, trade: &Trade) {
        let (sold, bought) = trade.directed([self.route.asset_a, self.route.asset_b]);
        let [sold_before, bought_before] = [sold, bought].map(|index| self.held(index));
        let before = Duel { scene: self.scene.clone(), ..self };
        let result = self.scene.rebalance(self.pool);
        let spent = sold_before - self.held(sold);
        let reserves_after = self.scene.pools[self.pool].as_read(&self.scene.world).expect("a pool").reserves;
        let expected = before.chain().settle(trade, spent, reserves_after);
        let expected = expected.unwrap_or_else(|error| panic!("the core refuses its own {trade:?} of {spent}: {error:?}"));
        let event: Rebalanced = event(&result.unwrap());
        self.assert_is(&expected);
        assert_eq!(event.stress_after_e8, expected.0.state.stress_loss_e8);
        assert_eq!((event.sold_asset, event.bought_asset, event.trigger), (sold, bought, trade.trigger as u8));
        // The pool leaves what its rounding cannot use.
        assert!(spent <= trade.amount_in && spent > 0);
        assert_eq!((event.amount_in, event.amount_out), (spent, trade.expected_out));
        assert_eq!(self.held(bought) - bought_before, trade.expected_out);
        assert_eq!(event.min_out, trade.min_out);
        assert_eq!((event.excess_before_usd, event.deficit_before_usd), (trade.excess_usd, trade.deficit_usd));
        assert_eq!((event.benefit_usd, event.expected_cost_usd), (trade.appraisal.benefit_usd, trade.appraisal.cost_usd));
        assert!(event.loss_usd <= trade.appraisal.cost_usd);
    }

    fn held(&self, index: u8) -> u64 {
        self.scene.world.balance(&self.scene.view.assets[usize::from(index)].reserve)
    }

    /// Has the program trip the breaker, and compares what is stored.
    fn trip(mut self, trip: &Trip) {
        let expected = self.chain().trip(trip);
        let event: BreakerTripped = event(&self.scene.rebalance(self.pool).unwrap());
        self.assert_is(&expected);
        assert_eq!((event.breaker, event.asset), (trip.breaker as u8, trip.asset));
        assert_eq!((event.measured, event.limit, event.sequence), (trip.measured, trip.limit, expected.0.sequence));
    }

    /// Asserts that the program has left vault and route as they should be, to the byte.
    fn assert_is(&self, (vault, route): &(Vault, Route)) {
        assert_eq!(bytemuck::bytes_of(&self.scene.vault()), bytemuck::bytes_of(vault));
        assert_eq!(bytemuck::bytes_of(&self.scene.route(self.pool).1), bytemuck::bytes_of(route));
    }

    /// Asserts that the program does not trade either, and why.
    fn refuse(mut self, reason: Reason) {
        let result = self.scene.rebalance(self.pool);
        assert_fails(result, BallastError::from(reason));
        assert_eq!(bytemuck::bytes_of(&self.scene.vault()), bytemuck::bytes_of(&self.vault));
    }
}

/// A vault with pools between its first assets and its last ones.
fn start(count: usize) -> Scene {
    let mut scene = Scene::empty(Config::many(count));
    let last = count - 1;
    let pairs = [[0, 1], [last, 0], [1, last]];
    // Between two assets, the third would be the second again, the other way round.
    for [a, b] in pairs.into_iter().filter(|[a, b]| a != b) {
        scene.add_route(a, b, 1_000_000);
    }
    scene
}

fn run(count: usize, cases: usize) {
    let name = format!("{cases} vaults of {count} assets");
    let mut random = Random::new(seed(&name));
    let start = start(count);
    let mut tally = Tally::default();
    for number in 0..cases {
        let case = Case::random(&mut random, &start);
        let duel = Duel::new(&start, &case);
        match duel.preview() {
            None => tally.overflows += 1,
            Some(decision) => {
                tally.count(&decision, &case.vault, case.now);
                match (decision, decision.reason()) {
                    (Decision::Trade(trade), _) => {
                        duel.trade(&trade);
                        tally.settled += 1;
                    }
                    (Decision::Trip(trip), _) => duel.trip(&trip),
                    (_, Some(reason)) if number % TRY_EVERY == 0 => {
                        duel.refuse(reason);
                        tally.refused += 1;
                    }
                    _ => {}
                }
            }
        }
    }
    print!("{name}: ");
    tally.check();
}

#[test]
fn program_decides_as_the_core_2_assets() {
    run(2, 4_000);
}

#[test]
fn program_decides_as_the_core_3_assets() {
    run(3, 4_000);
}

#[test]
fn program_decides_as_the_core_4_assets() {
    run(4, 4_000);
}

#[test]
fn program_decides_as_the_core_8_assets() {
    run(8, 3_000);
}

#[test]
fn program_decides_as_the_core_16_assets() {
    run(16, 3_000);
}
