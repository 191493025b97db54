//! Random vaults, in every state that a vault can be in, and states that show every answer of the decision.

use {
    crate::{amm::Pool, random::Random, scene::Scene},
    ballast::state::{Asset, AssetStatus, Vault, pause},
    ballast_client::decide,
    ballast_core::{
        BPS,
        budget::Budget,
        fees::FeeAccrual,
        limits::Limits,
        performance::share_price_x64,
        price::{PublishedPrice, UnitPrice},
        risk::{
            breaker::{Breaker, Breakers, Halt},
            condition::{NO_ASSET, Trip},
            stress::Stress,
        },
        statistics::Sampling,
        strategy::{
            Strategy,
            allocation::{self, Allocation, weight_e8},
            band::{Forecast, ForecastBand, VolatilityBand},
            execution::Execution,
            gate::Gate,
            schedule::Schedule,
            target::{Floor, MeanReversion, Momentum, Movement, Ramp, VolatilityTarget},
        },
        valuation::Valuation,
    },
};

const DAY_SECS: u64 = 86_400;
/// What no balance or reserve exceeds, so that sums of a few still fit.
const MAX_UNITS: u64 = 1 << 60;
/// 10⁻⁸ in a basis point.
const E8_PER_BPS: u64 = 10_000;

/// Something that decides a case, whatever else holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Twist {
    Paused,
    Timelocked,
    TooSoon,
    NotItsTurn,
    Stale,
    Apart,
    Empty,
    AtRest,
    PoolAway,
    LossSpent,
    TurnoverSpent,
    SmallTrades,
    Dear,
    Scheduled,
    Quarantined,
    OtherQuarantined,
    Halted,
    RouteHalted,
    Stressed,
    Leap,
    Parted,
    Wide,
    Fallen,
    LossUsed,
    Pushed,
    Shallow,
}

const TWISTS: [Twist; 26] = [
    Twist::Paused,
    Twist::Timelocked,
    Twist::TooSoon,
    Twist::NotItsTurn,
    Twist::Stale,
    Twist::Apart,
    Twist::Empty,
    Twist::AtRest,
    Twist::PoolAway,
    Twist::LossSpent,
    Twist::TurnoverSpent,
    Twist::SmallTrades,
    Twist::Dear,
    Twist::Scheduled,
    Twist::Quarantined,
    Twist::OtherQuarantined,
    Twist::Halted,
    Twist::RouteHalted,
    Twist::Stressed,
    Twist::Leap,
    Twist::Parted,
    Twist::Wide,
    Twist::Fallen,
    Twist::LossUsed,
    Twist::Pushed,
    Twist::Shallow,
];

/// A random vault on a random market.
pub struct Case {
    /// The vault.
    pub vault: Vault,
    /// Which of the scene's pools has the route.
    pub pool: usize,
    /// From when on the route may be used.
    pub route_active_at: i64,
    /// Whether the route is halted.
    pub route_halt: Halt,
    /// The pool's reserves.
    pub reserves: [u64; 2],
    /// Numerator and denominator of the pool's trade fee and owner fee.
    pub fees: [[u64; 2]; 2],
    /// Unix time, in seconds.
    pub now: i64,
}

impl Case {
    /// A case around the scene's vault, whose assets and pools it takes.
    pub fn random(random: &mut Random, scene: &Scene) -> Self {
        let twist = if random.one_in(2) { Some(TWISTS[random.below(TWISTS.len() as u64) as usize]) } else { None };
        let mut vault = scene.vault();
        let start = scene.world.now() + random.below(365 * DAY_SECS) as i64;
        vault.limits = limits(random);
        vault.strategy = strategy(random, &vault.limits, vault.assets().len());
        allocate(random, &mut vault);
        let nav_usd = 1_000_000 * random.sized(10..=1_000_000_000);
        vault.total_shares = random.near(nav_usd, 5_000);
        prices(random, scene, &mut vault, 0);
        fill(random, &mut vault, nav_usd, 5_000);
        let now = live(random, scene, &mut vault, start);
        prices(random, scene, &mut vault, 1_000);
        evolve(random, &mut vault, now);
        let pool = random.below(scene.pools.len() as u64) as usize;
        let pair = scene.pools[pool].mints().map(|mint| vault.asset_index(&mint).expect("an asset of the vault"));
        match random.below(4) {
            _ if twist == Some(Twist::AtRest) => rest(&mut vault, now, nav_usd),
            0 => fill(random, &mut vault, nav_usd, 5_000),
            1 => {}
            _ => {
                rest(&mut vault, now, nav_usd);
                part(random, &mut vault, pair);
            }
        }
        let depth_usd = random.sized((nav_usd / 10).max(1)..=nav_usd.saturating_mul(1_000).min(MAX_UNITS));
        risks(random, &mut vault, now, depth_usd);
        let mut case = Case {
            pool,
            route_active_at: now - random.below(DAY_SECS) as i64,
            route_halt: cooled(random, &vault.breakers, now),
            reserves: reserves(random, &vault, pair, depth_usd),
            fees: [fee(random), fee(random)],
            vault,
            now,
        };
        twist.into_iter().for_each(|twist| case.twist(random, twist, pair));
        case.check();
        case
    }

    fn twist(&mut self, random: &mut Random, twist: Twist, pair: [u8; 2]) {
        let Case { vault, now, .. } = self;
        let state = &mut vault.state;
        let [first, second] = pair.map(usize::from);
        match twist {
            Twist::Paused => vault.paused |= pause::REBALANCE,
            Twist::Timelocked => self.route_active_at = *now + 1 + random.below(DAY_SECS) as i64,
            Twist::TooSoon => {
                state.last_rebalance_at = *now - random.below(u64::from(vault.limits.min_interval_secs)) as i64;
            }
            Twist::NotItsTurn => {
                let execution = &mut vault.strategy.execution;
                (execution.jitter_period_secs, execution.jitter_window_secs) = (600, 30);
                if vault.strategy.schedule.is_on() {
                    vault.strategy.schedule.window_secs = vault.strategy.schedule.window_secs.max(600);
                }
            }
            Twist::Stale => {
                let index = random.below(u64::from(vault.asset_count)) as usize;
                vault.assets[index].publish_time -= i64::from(vault.limits.max_price_age_secs) + 1;
            }
            Twist::Apart => {
                vault.assets[first].publish_time = vault.assets[second].publish_time - 11 - random.below(10) as i64;
            }
            Twist::Empty => vault.assets.iter_mut().for_each(|asset| asset.balance = 0),
            Twist::PoolAway => {
                let away_bps = u64::from(vault.limits.max_pool_deviation_bps) + 1 + random.below(500);
                self.reserves[1] = (u128::from(self.reserves[1]) * u128::from(10_000 + away_bps) / 10_000) as u64;
            }
            Twist::LossSpent => {
                vault.breakers.max_loss_used_bps = BPS.into();
                state.loss = Budget { at: *now, spent: u64::from(vault.limits.max_daily_loss_bps) * E8_PER_BPS - 1 };
            }
            Twist::TurnoverSpent => {
                let budget_e8 = u64::from(vault.limits.max_daily_turnover_bps) * E8_PER_BPS;
                state.turnover = Budget { at: *now, spent: budget_e8 - random.below(2) };
            }
            Twist::SmallTrades => vault.limits.min_trade_usd = 1_000_000_000_000,
            Twist::Dear => self.fees[0] = [u64::from(vault.limits.max_slippage_bps) + random.below(100), 10_000],
            Twist::Scheduled => {
                let interval_secs = random.within(3_600..=86_400) as u32;
                vault.strategy.schedule =
                    Schedule { interval_secs, window_secs: interval_secs, dust_bps: random.below(5) as u32 };
            }
            Twist::Quarantined => {
                let index = if random.one_in(2) { first } else { second };
                vault.assets[index].status = AssetStatus::Quarantined as u8;
            }
            Twist::OtherQuarantined => {
                let others = (0..vault.assets().len()).filter(|index| ![first, second].contains(index));
                for index in others.collect::<Vec<_>>() {
                    vault.assets[index].status = random.below(2) as u8;
                    vault.assets[index].publish_time -= random.below(2) as i64 * 1_000;
                }
            }
            Twist::AtRest => {}
            _ => self.risk(random, twist, pair.map(usize::from)),
        }
    }

    /// The twists that breakers and the stress test answer to.
    fn risk(&mut self, random: &mut Random, twist: Twist, [first, second]: [usize; 2]) {
        let Case { vault, now, .. } = self;
        let breakers = &mut vault.breakers;
        match twist {
            Twist::Halted => vault.state.halt = standing(random, breakers, *now),
            Twist::RouteHalted => self.route_halt = standing(random, breakers, *now),
            Twist::Stressed => {
                vault.stress = Stress { max_loss_bps: 1, ..ballast_core::risk::stress::DEFAULT };
                let hit = if random.one_in(2) { first } else { second };
                vault.stress.shocks[0].moves_bps[hit] = -5_000;
            }
            Twist::Leap => {
                let price_x64 = u128::from(vault.assets[first].price_x64);
                vault.assets[first].average_x64 = away(price_x64, breakers.max_jump_bps).into();
            }
            Twist::Parted => {
                let price_x64 = u128::from(vault.assets[second].price_x64);
                vault.assets[second].ema_x64 = away(price_x64, breakers.max_divergence_bps).into();
            }
            Twist::Wide => {
                breakers.max_conf_bps = 10;
                vault.assets[first].conf_x64 = (u128::from(vault.assets[first].price_x64) / 1_000 + 1_000).into();
            }
            Twist::Fallen => {
                let high_x64 = share_price(vault, *now).saturating_mul(10) + 1_000;
                vault.state.lookbacks.record(*now - random.below(DAY_SECS) as i64, high_x64);
            }
            Twist::LossUsed => {
                let budget_e8 = u64::from(vault.limits.max_daily_loss_bps) * E8_PER_BPS;
                vault.state.loss = Budget { at: *now, spent: budget_e8 };
            }
            Twist::Pushed => self.reserves[1] = self.reserves[1] / 10 * 4,
            Twist::Shallow => {
                let depth_usd = vault.assets[first].price().value_usd(self.reserves[0]).expect("a value of 64 bits");
                breakers.min_pool_depth_usd = (depth_usd + depth_usd / 10 + 1).min(1_000_000_000_000_000_000);
            }
            _ => unreachable!("a twist of its own"),
        }
    }

    /// What the program insists on when it writes: nobody could store another strategy or other limits.
    fn check(&self) {
        let Case { vault, .. } = self;
        assert_eq!(vault.strategy.validate(vault.assets().len()), Ok(()));
        assert_eq!(vault.limits.validate(), Ok(()));
        assert_eq!((vault.breakers.validate(), vault.stress.validate()), (Ok(()), Ok(())));
        assert_eq!(vault.strategy.validate_within(&vault.limits), Ok(()));
        assert_eq!(allocation::validate(vault.assets().iter().map(|asset| asset.allocation)), Ok(()));
        assert_eq!(vault.state.ramp.validate(), Ok(()));
    }

    /// Puts the case on the scene's chain.
    pub fn stage(&self, scene: &mut Scene) {
        scene.world.set_time(self.now);
        scene.edit_vault(|vault| *vault = self.vault);
        for (asset, reserve) in self.vault.assets().iter().zip(scene.view.assets.clone()) {
            scene.world.edit_token_account(&reserve.reserve, |account| account.amount = asset.balance);
        }
        let pool = scene.pools[self.pool].clone();
        pool.set_reserves(&mut scene.world, self.reserves);
        pool.set_fees(&mut scene.world, self.fees);
        scene.edit_route(self.pool, |route| (route.active_at, route.halt) = (self.route_active_at, self.route_halt));
    }
}

/// Any valid strategy, every part on or off.
pub fn strategy(random: &mut Random, limits: &Limits, count: usize) -> Strategy {
    let mut strategy = Strategy { execution: execution(random, limits), schedule: Schedule::default(), ..Strategy::default() };
    if random.one_in(3) {
        strategy.schedule = schedule(random, strategy.execution.jitter_period_secs);
    }
    if random.one_in(10) {
        return strategy;
    }
    strategy.sampling = sampling(random, limits.max_price_age_secs);
    if random.one_in(2) {
        let (low, high) = ordered(random, 1_000..=100_000);
        let reference_vol_bps = random.sized(1_000..=30_000) as u32;
        strategy.volatility_band = VolatilityBand { reference_vol_bps, min_scale_bps: low, max_scale_bps: high };
    }
    if random.one_in(2) {
        let (low, high) = ordered(random, 1_000..=100_000);
        strategy.forecast_band = ForecastBand { max_scale_bps: high, min_scale_bps: low, max_validity_secs: 86_400 };
    }
    if random.one_in(2) {
        strategy.gate = Gate {
            horizon_secs: random.sized(3_600..=315_576_000) as u32,
            risk_aversion_e2: random.sized(1..=1_000_000) as u32,
            min_ratio_bps: random.sized(10_000..=1_000_000) as u32,
            max_drift_bps: if random.one_in(2) { 0 } else { random.within(1..=10_000) as u32 },
        };
    }
    policies(random, count, &mut strategy);
    strategy
}

/// The parts that move targets.
fn policies(random: &mut Random, count: usize, strategy: &mut Strategy) {
    if random.one_in(3) {
        let (floor_bps, ratchet_bps) = ordered(random, 1_000..=9_999);
        let ratchet_bps = if random.one_in(2) { 0 } else { ratchet_bps };
        strategy.floor = Floor { multiplier_e2: random.within(100..=2_000) as u32, floor_bps, ratchet_bps };
    }
    if random.one_in(3) {
        strategy.volatility_target = VolatilityTarget { target_vol_bps: random.sized(50..=20_000) as u32 };
    }
    let mut tilt = || (random.sized(100..=50_000) as u32, random.sized(1..=5_000) as u32, random.one_in(3));
    let [(strength_bps, max_tilt_bps, is_on), (momentum_bps, max_momentum_bps, is_momentum_on)] = [tilt(), tilt()];
    if is_on {
        strategy.mean_reversion = MeanReversion { strength_bps, max_tilt_bps };
    }
    if is_momentum_on {
        strategy.momentum = Momentum { strength_bps: momentum_bps, max_tilt_bps: max_momentum_bps };
    }
    strategy.movement =
        Movement { max_change_bps: random.sized(1..=10_000) as u32, safe_asset: random.below(count as u64) as u32 };
}

fn execution(random: &mut Random, limits: &Limits) -> Execution {
    let mut execution = Execution { recentre_bps: random.within(0..=10_000) as u32, ..Execution::default() };
    if random.one_in(2) {
        execution.min_trade_bps = random.within(0..=20).min(u64::from(limits.max_trade_bps) / 2) as u32;
    }
    if random.one_in(8) {
        execution.jitter_period_secs = random.within(60..=3_600) as u32;
        execution.jitter_window_secs = random.within(u64::from(execution.jitter_period_secs) / 2 + 1..=3_600) as u32;
        execution.jitter_window_secs = execution.jitter_window_secs.min(execution.jitter_period_secs);
    }
    execution
}

fn schedule(random: &mut Random, least_window_secs: u32) -> Schedule {
    let interval_secs = random.within(3_600..=604_800);
    let window_secs = random.within(u64::from(least_window_secs.max(1))..=interval_secs);
    Schedule { interval_secs: interval_secs as u32, window_secs: window_secs as u32, dust_bps: random.below(100) as u32 }
}

fn sampling(random: &mut Random, max_price_age_secs: u32) -> Sampling {
    let max_price_age_secs = u64::from(max_price_age_secs);
    let spacing_secs = random.within(10 * max_price_age_secs..=7_200);
    let slow_secs = spacing_secs * random.within(1..=16);
    Sampling {
        spacing_secs: spacing_secs as u32,
        max_gap_secs: random.within(2 * spacing_secs + max_price_age_secs..=DAY_SECS) as u32,
        fast_half_life_secs: random.within(spacing_secs..=slow_secs) as u32,
        slow_half_life_secs: slow_secs as u32,
        winsor_e2: random.within(200..=2_000) as u32,
    }
}

fn ordered(random: &mut Random, range: std::ops::RangeInclusive<u64>) -> (u32, u32) {
    let [one, other] = [random.sized(range.clone()), random.sized(range)];
    (one.min(other) as u32, one.max(other) as u32)
}

/// Any valid limits.
pub fn limits(random: &mut Random) -> Limits {
    let mut limits = ballast_core::limits::DEFAULT;
    macro_rules! vary {
        ($($field:ident: $range:expr),* $(,)?) => {
            $(if random.one_in(2) { limits.$field = random.sized($range).try_into().expect("a limit"); })*
        };
    }
    vary!(
        min_trade_usd: 10_000..=100_000_000,
        max_price_age_secs: 30..=300,
        min_interval_secs: 30..=3_600,
        max_daily_turnover_bps: 100..=100_000,
        max_conf_bps: 1..=200,
        max_slippage_bps: 50..=500,
        max_pool_deviation_bps: 30..=300,
        max_pool_impact_bps: 10..=300,
        max_trade_bps: 10..=2_500,
        max_daily_loss_bps: 2..=300,
        management_fee_bps: 1..=500,
    );
    limits
}

/// Targets at both ends of a ramp, their bounds, bands, and stored weights.
fn allocate(random: &mut Random, vault: &mut Vault) {
    let count = vault.assets().len();
    let (to, from) = (weights_bps(random, count), weights_bps(random, count));
    let is_ramped = random.one_in(3);
    let slack_bps = if random.one_in(4) { 0 } else { random.sized(10..=10_000) as u16 };
    for ((asset, target_bps), from_bps) in vault.assets_mut().iter_mut().zip(to).zip(from) {
        let ramp_from_bps = if is_ramped { from_bps } else { target_bps };
        asset.allocation = Allocation {
            target_bps,
            min_bps: target_bps.min(ramp_from_bps).saturating_sub(slack_bps),
            max_bps: (target_bps.max(ramp_from_bps) + slack_bps).min(BPS),
            band_abs_bps: random.sized(10..=2_000) as u16,
            band_rel_bps: random.sized(100..=10_000) as u16,
            padding: [0; 2],
            ramp_from_e8: weight_e8(ramp_from_bps),
            weight_e8: weight_e8(target_bps),
        };
    }
}

/// Basis points that sum to the whole; some of them may be none.
fn weights_bps(random: &mut Random, count: usize) -> Vec<u16> {
    let tickets: Vec<u64> = (0..count).map(|_| if random.one_in(10) { 0 } else { random.within(1..=1_000) }).collect();
    let sum = tickets.iter().sum::<u64>().max(1);
    let mut weights: Vec<u16> = tickets.iter().map(|ticket| (ticket * u64::from(BPS) / sum) as u16).collect();
    weights[0] += BPS - weights.iter().sum::<u16>();
    weights
}

/// Prices `most_bps` around the vault's own, or without any around the scene's, all confident.
fn prices(random: &mut Random, scene: &Scene, vault: &mut Vault, most_bps: u64) {
    let max_conf_bps = u64::from(vault.limits.max_conf_bps);
    for (asset, spec) in vault.assets_mut().iter_mut().zip(&scene.assets) {
        let (mut mid_x64, conf_bps) = (u128::from(asset.price_x64), random.within(0..=max_conf_bps));
        if mid_x64 == 0 || most_bps == 0 {
            let price = random.step(spec.spec.price_e8, 9_000);
            mid_x64 = unit_price(price, asset.decimals).mid_x64;
        }
        let mid_x64 = mid_x64 / 1_000_000 * u128::from(random.near(1_000_000, most_bps));
        asset.price_x64 = mid_x64.into();
        asset.conf_x64 = (mid_x64 / 10_000 * u128::from(conf_bps)).into();
    }
}

fn unit_price(price: i64, decimals: u8) -> UnitPrice {
    PublishedPrice { price, conf: 0, exponent: -8, publish_time: 0 }.to_unit_price(decimals).expect("a price in range")
}

/// Balances worth `nav_usd` around the targets, each up to `most_bps` of itself away.
fn fill(random: &mut Random, vault: &mut Vault, nav_usd: u64, most_bps: u64) {
    let most_bps = [most_bps, most_bps / 5, most_bps / 50][random.below(3) as usize];
    for asset in vault.assets_mut() {
        let weight_e8 = random.near(u64::from(weight_e8(asset.allocation.target_bps)), most_bps);
        asset.balance = units(asset, nav_usd, weight_e8);
    }
}

/// Balances exactly at the targets of the moment.
fn rest(vault: &mut Vault, now: i64, nav_usd: u64) {
    // What the vault holds, and with it the floor's cushion, changes the targets: they settle within a few steps.
    for _ in 0..8 {
        let holdings = vault.assets().iter().map(Asset::holding);
        let valuation = ballast_core::valuation::Valuation::new(holdings, &vault.terms(now)).expect("a valuation");
        for (asset, target_e8) in vault.assets_mut().iter_mut().zip(valuation.targets_e8()) {
            asset.balance = units(asset, nav_usd, u64::from(target_e8));
        }
    }
}

/// Takes from one asset of the pair, and gives the other what that is worth: a trade between them would undo it.
fn part(random: &mut Random, vault: &mut Vault, pair: [u8; 2]) {
    let turn = random.below(2) as usize;
    let [from, to] = [pair[turn], pair[1 - turn]].map(usize::from);
    let taken = vault.assets[from].balance / 10_000 * random.sized(10..=9_000);
    let value_usd = vault.assets[from].price().value_usd(taken).expect("a value of 64 bits");
    vault.assets[from].balance -= taken;
    vault.assets[to].balance += units_worth(&vault.assets[to], value_usd);
}

/// Units of an asset that have this weight, in 10⁻⁸.
fn units(asset: &Asset, nav_usd: u64, weight_e8: u64) -> u64 {
    let value_usd = u128::from(nav_usd) * u128::from(weight_e8) / 100_000_000;
    units_worth(asset, value_usd as u64)
}

fn units_worth(asset: &Asset, value_usd: u64) -> u64 {
    let units = (u128::from(value_usd) << 64) / u128::from(asset.price_x64);
    u64::try_from(units).unwrap_or(MAX_UNITS).min(MAX_UNITS)
}

/// Lets random prices be observed; when that ended.
fn live(random: &mut Random, scene: &Scene, vault: &mut Vault, start: i64) -> i64 {
    let mut now = start;
    let spacing_secs = u64::from(vault.strategy.sampling.spacing_secs.max(60));
    let most_bps = random.sized(1..=500);
    for _ in 0..random.within(1..=16) {
        now += random.within(spacing_secs..=2 * spacing_secs) as i64;
        prices(random, scene, vault, most_bps);
        for asset in vault.assets_mut() {
            let age_secs = if random.one_in(40) { 1_000 } else { random.below(8) };
            asset.publish_time = (now - age_secs as i64).max(asset.publish_time);
        }
        if let Ok((after, _)) = decide::observe(vault, now) {
            *vault = after;
        }
    }
    now += random.below(2 * spacing_secs) as i64;
    vault.assets_mut().iter_mut().for_each(|asset| asset.publish_time = now - random.below(8) as i64);
    now
}

/// What else a vault's state may hold.
fn evolve(random: &mut Random, vault: &mut Vault, now: i64) {
    let ago = |random: &mut Random, secs: u64| now - random.below(secs) as i64;
    let state = &mut vault.state;
    // As if the observations had gone on for long.
    if random.one_in(2) {
        state.statistics.observed_secs = state.statistics.observed_secs.max(1) * random.within(1..=20);
    }
    state.last_rebalance_at = ago(random, 30 * DAY_SECS) - i64::from(vault.limits.min_interval_secs);
    state.targets_at = ago(random, 2 * DAY_SECS);
    state.ramp = Ramp::default();
    if vault.assets.iter().any(|asset| asset.allocation.ramp_from_e8 != weight_e8(asset.allocation.target_bps)) {
        let start_at = ago(random, 20 * DAY_SECS) + 10 * DAY_SECS as i64;
        state.ramp = Ramp { start_at, end_at: start_at + random.within(3_600..=20 * DAY_SECS) as i64 };
    }
    state.loss = budget(random, now, u64::from(vault.limits.max_daily_loss_bps));
    state.turnover = budget(random, now, u64::from(vault.limits.max_daily_turnover_bps));
    let ForecastBand { min_scale_bps, max_scale_bps, .. } = vault.strategy.forecast_band;
    if random.one_in(2) {
        let scale_bps = random.within(min_scale_bps.into()..=max_scale_bps.into());
        state.forecast = Forecast { scale_bps, expires_at: ago(random, DAY_SECS) + DAY_SECS as i64 / 2 };
    }
    if vault.strategy.floor.is_on() && random.one_in(2) {
        // A dollar a share, more or less.
        state.floor_x64 = (u128::from(random.within(300..=1_100)) * (1 << 64) / 1_000).into();
    }
    if random.one_in(2) {
        vault.total_shares = random.near(vault.total_shares, 1_000);
    }
    if random.one_in(2) {
        let owed_shares = random.below(vault.total_shares.max(1));
        vault.state.fees = FeeAccrual { at: ago(random, 365 * DAY_SECS), carry_x64: random.below(u64::MAX), owed_shares };
        vault.fee_recipient = vault.admin;
    }
}

fn budget(random: &mut Random, now: i64, budget_bps: u64) -> Budget {
    let at = now - random.below(2 * DAY_SECS) as i64;
    let spent = if random.one_in(2) { 0 } else { random.below(budget_bps * E8_PER_BPS) };
    Budget { at, spent }
}

/// Breakers, stress test, averages and highs, such that few breakers trip by themselves.
fn risks(random: &mut Random, vault: &mut Vault, now: i64, depth_usd: u64) {
    let mut drawdown_bps = || random.sized(1_000..=9_000) as u16;
    let [max_day_drawdown_bps, max_week_drawdown_bps, max_month_drawdown_bps] = [(); 3].map(|()| drawdown_bps());
    vault.breakers = Breakers {
        min_pool_depth_usd: if random.one_in(2) { 0 } else { depth_usd / 2 },
        cooldown_secs: random.sized(60..=604_800) as u32,
        average_secs: random.sized(60..=86_400) as u32,
        hard_mask: random.below(0x80) as u32,
        max_loss_used_bps: if random.one_in(2) { BPS.into() } else { random.within(5_000..=10_000) as u32 },
        max_jump_bps: random.sized(500..=5_000) as u16,
        max_divergence_bps: random.sized(500..=5_000) as u16,
        max_conf_bps: random.within(vault.limits.max_conf_bps.into()..=1_000) as u16,
        max_pool_before_bps: random.within(1_000..=5_000) as u16,
        max_pool_after_bps: random.sized(10..=5_000) as u16,
        max_day_drawdown_bps,
        max_week_drawdown_bps,
        max_month_drawdown_bps,
    };
    for asset in vault.assets_mut() {
        let price_x64 = u128::from(asset.price_x64);
        let mut near = || (price_x64 / 1_000_000 * u128::from(random.near(1_000_000, 200))).into();
        (asset.average_x64, asset.ema_x64) = (near(), near());
    }
    vault.state.lookbacks = Default::default();
    if random.one_in(2) {
        let high_x64 = share_price(vault, now) / 1_000 * u128::from(random.within(900..=1_050));
        vault.state.lookbacks.record(now - random.below(40 * DAY_SECS) as i64, high_x64);
    }
    vault.state.halt = cooled(random, &vault.breakers, now);
    if random.one_in(2) {
        vault.stress.max_loss_bps = random.sized(100..=10_000) as u16;
        for shock in vault.stress.shocks.iter_mut().take(random.below(9) as usize) {
            shock.moves_bps = std::array::from_fn(|_| random.below(20_001) as i16 - 10_000);
        }
    }
}

/// The price of a share at mid prices; 0 where that does not fit 64 bits.
fn share_price(vault: &Vault, now: i64) -> u128 {
    let valuation = Valuation::without_targets(vault.holdings(), now, vault.limits.max_price_age_secs);
    valuation.map_or(0, |valuation| share_price_x64(valuation.nav_usd, vault.total_shares))
}

/// A reference that a price is a little farther from than this.
fn away(price_x64: u128, max_bps: u16) -> u128 {
    price_x64 / u128::from(BPS + max_bps + 1) * u128::from(BPS)
}

fn trip(random: &mut Random) -> Trip {
    let breaker = Breaker::ALL[random.below(Breaker::ALL.len() as u64) as usize];
    Trip { breaker, asset: NO_ASSET, measured: 2, limit: 1 }
}

/// None, or a soft halt that has cooled off.
fn cooled(random: &mut Random, breakers: &Breakers, now: i64) -> Halt {
    if random.one_in(2) {
        return Halt::default();
    }
    let tripped_at = now - i64::from(breakers.cooldown_secs) - random.below(DAY_SECS) as i64;
    Halt { is_hard: 0, ..Halt::new(&trip(random), breakers, tripped_at) }
}

/// A halt that stands: hard and of any age, or soft and of its last second.
fn standing(random: &mut Random, breakers: &Breakers, now: i64) -> Halt {
    let is_hard = random.one_in(2);
    let age_secs = if is_hard { random.below(365 * DAY_SECS) as i64 } else { i64::from(breakers.cooldown_secs) - 1 };
    Halt { is_hard: is_hard.into(), ..Halt::new(&trip(random), breakers, now - age_secs) }
}

/// A pool's reserves, `depth_usd` a side, near the oracle's price.
fn reserves(random: &mut Random, vault: &Vault, pair: [u8; 2], depth_usd: u64) -> [u64; 2] {
    let away_bps = [2, 30, 100][random.below(3) as usize];
    pair.map(|index| {
        let units = units_worth(&vault.assets[usize::from(index)], depth_usd);
        random.near(units, away_bps).clamp(1, MAX_UNITS)
    })
}

/// None, or up to one percent.
fn fee(random: &mut Random) -> [u64; 2] {
    match random.below(4) {
        0 => [0, 10_000],
        1 => [random.within(1..=100), random.within(10_000..=100_000)],
        2 => [random.within(1..=30), 10_000],
        _ => [1, random.sized(400..=1_000_000)],
    }
}
