//! Every instruction, each in a vault that is ready for it.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use ballast_client::{
    Instruction, Pubkey,
    ballast::{
        instructions::{DepositInKindArgs, RedeemInKindArgs},
        state::{Change, OracleKind, pause},
    },
    core::{
        limits::Limits,
        strategy::profile::{Preset, Profile},
    },
    instruction,
};
use ballast_tests::{
    Keypair, Signer,
    amm::Pool,
    random::Random,
    scene::{Config, Scene},
    strategies::{self, WARM_OBSERVATIONS},
};

use crate::{amm::Amm, exits};

/// Dollars in a vault before the measured instruction.
pub const VAULT_DOLLARS: u64 = 1_000_000;
/// Dollars of each asset that a depositor has.
pub const USER_DOLLARS: u64 = 10_000;
/// Dollars on each side of a pool.
const POOL_DOLLARS: u64 = 10_000_000;
/// By this factor the first asset gets cheaper and the second dearer, far outside the standard bands: numerator and
/// denominator.
const DRIFT: (i64, i64) = (3, 2);
/// Longer than the least time between two rebalances, so that nothing but the decision holds a trade up.
pub const QUIET_SECS: u32 = 600;
/// How far every target may move from where it begins.
const SLACK_BPS: u16 = 300;
/// How much weight a ramp moves.
const RAMP_BPS: u16 = 100;
/// How far a price moves between two observations, at most: so far that trades are worth their cost in any basket.
const STEP_BPS: u64 = 200;
/// A forecast of more volatility than usual.
const FORECAST_BPS: u64 = 12_000;

/// An instruction to measure. All of them need one signature.
pub struct Case {
    /// Name of the row.
    pub instruction: &'static str,
    /// The AMM of the route, if the instruction concerns one.
    pub amm: Option<Amm>,
    /// The route's pool.
    pub pool: Option<Pubkey>,
    /// The chain right before.
    pub scene: Scene,
    /// What is sent.
    pub call: Instruction,
    /// Who signs and pays.
    pub signer: Arc<Keypair>,
}

/// Every instruction, with `assets` assets and on a route of each of these AMMs.
pub fn all(assets: usize, amms: &[Amm]) -> Result<Vec<Case>> {
    let mut cases = creation(assets);
    cases.extend(configuration(assets));
    cases.extend(governance(assets)?);
    cases.extend(closing(assets)?);
    cases.extend([refresh(assets, OracleKind::PythPull), refresh(assets, OracleKind::PythPush)]);
    cases.extend(users(assets)?);
    cases.extend(exits::cases(assets)?);
    cases.extend(strategy(assets)?);
    for amm in amms {
        cases.extend(route(assets, *amm)?);
        cases.extend([rebalance_every_part(assets, *amm)?, rebalance_balanced(assets, *amm)?]);
    }
    Ok(cases)
}

/// A case that concerns no route.
pub fn case(instruction: &'static str, scene: &Scene, call: Instruction, signer: &Arc<Keypair>) -> Case {
    Case { instruction, amm: None, pool: None, scene: scene.clone(), call, signer: signer.clone() }
}

fn configuration(assets: usize) -> Vec<Case> {
    let mut scene = Scene::empty(Config::many(assets));
    let [admin, guardian, successor] = [&scene.admin, &scene.guardian, &scene.keeper].map(Arc::clone);
    let vault = scene.view.address;

    let pause = instruction::set_pause(guardian.pubkey(), vault, pause::ALL, true);
    let pause = case("set_pause", &scene, pause, &guardian);
    let propose_call = instruction::propose_admin(admin.pubkey(), vault, successor.pubkey());
    let propose = case("propose_admin", &scene, propose_call.clone(), &admin);
    scene.send(&[propose_call], &[&admin]).expect("the admin may propose");
    let accept = case("accept_admin", &scene, instruction::accept_admin(successor.pubkey(), vault), &successor);
    vec![pause, propose, accept]
}

/// The largest change: a strategy, with bounds and bands of every asset.
fn governance(assets: usize) -> Result<Vec<Case>> {
    let mut scene = Scene::empty(every_part(assets));
    let [admin, guardian] = [&scene.admin, &scene.guardian].map(Arc::clone);
    let vault = scene.view.address;
    let limits = Limits { max_trade_bps: 400, ..scene.vault().limits };
    let tighten = instruction::tighten(guardian.pubkey(), vault, Change::Limits(limits));
    let tighten = case("tighten", &scene, tighten, &guardian);
    let change = Change::Strategy(strategies::every_part(), scene.slots());
    let queue_call = instruction::queue_change(admin.pubkey(), vault, 0, change);
    let queue = case("queue_change", &scene, queue_call.clone(), &admin);
    scene.send(&[queue_call], &[&admin])?;
    let apply = case("apply_change", &scene, instruction::apply_change(admin.pubkey(), vault, 0), &admin);
    let cancel = instruction::cancel_change(guardian.pubkey(), vault, 0, admin.pubkey());
    let cancel = case("cancel_change", &scene, cancel, &guardian);
    Ok(vec![queue, apply, cancel, tighten])
}

/// A vault that nobody has deposited in is wound up.
fn closing(assets: usize) -> Result<Vec<Case>> {
    let mut scene = Scene::empty(Config::many(assets));
    let admin = Arc::new(scene.user("admin", USER_DOLLARS));
    let guardian = scene.guardian.clone();
    let pool = scene.add_route(0, 1, POOL_DOLLARS);
    let pool = scene.pools[pool].address();
    let close_route = instruction::close_route(guardian.pubkey(), admin.pubkey(), scene.view.address, pool);
    let close_route = case("close_route", &scene, close_route, &guardian);
    let mut close_reserve = None;
    for (index, asset) in scene.assets.clone().iter().enumerate() {
        let destination = scene.world.token_address(&admin.pubkey(), &asset.mint);
        let call = instruction::close_reserve(admin.pubkey(), &scene.view, index as u8, destination).context("no such asset")?;
        close_reserve.get_or_insert(case("close_reserve", &scene, call.clone(), &admin));
        scene.send(&[call], &[&admin])?;
    }
    let close_vault = instruction::close_vault(admin.pubkey(), scene.view.address, scene.view.crank_fund);
    let close_vault = case("close_vault", &scene, close_vault, &admin);
    Ok([close_route].into_iter().chain(close_reserve).chain([close_vault]).collect())
}

/// Creation with the reserves made ahead and, where one transaction can do it, without.
fn creation(assets: usize) -> Vec<Case> {
    let mut scene = Scene::bare(Config::many(assets));
    let initialize = scene.initialize_instruction(scene.initialize_args());
    let mut cases = vec![];
    if assets <= instruction::RESERVES_WITH_VAULT {
        cases.push(case("initialize_vault_and_reserves", &scene, initialize.clone(), &scene.admin));
    }
    scene.create_reserves();
    cases.push(case("initialize_vault", &scene, initialize, &scene.admin));
    cases
}

/// A refresh of prices that the vault already knows, as a keeper sends it.
fn refresh(assets: usize, oracle: OracleKind) -> Case {
    let mut config = Config::many(assets);
    config.assets.iter_mut().for_each(|asset| asset.oracle = oracle);
    let mut scene = Scene::empty(config);
    scene.refresh().expect("prices are fresh");
    scene.world.advance(QUIET_SECS);
    scene.publish();
    let name = match oracle {
        OracleKind::PythPull => "refresh_prices",
        OracleKind::PythPush => "refresh_prices_push",
    };
    case(name, &scene, scene.refresh_instruction(), &scene.keeper)
}

fn users(assets: usize) -> Result<Vec<Case>> {
    let mut scene = Scene::empty(Config::many(assets));
    scene.refresh()?;
    let mut unseeded = scene.clone();
    // The same wallet, now with tokens.
    let admin = Arc::new(unseeded.user("admin", USER_DOLLARS));
    let first = deposit(&unseeded, &admin, USER_DOLLARS * 1_000_000);
    let first = case("deposit_in_kind_first", &unseeded, first, &admin);

    scene.seed(VAULT_DOLLARS);
    let user = Arc::new(scene.user("user", USER_DOLLARS));
    let half = scene.assets[1].units(USER_DOLLARS / 2);
    let single = instruction::deposit_single(user.pubkey(), &scene.view, 1, half, 0).context("no asset 1")?;
    let single = case("deposit_single", &scene, single, &user);
    let in_kind_call = deposit(&scene, &user, 0);
    let in_kind = case("deposit_in_kind", &scene, in_kind_call.clone(), &user);

    scene.send(&[in_kind_call], &[&user])?;
    let shares = scene.shares_of(&user) / 2;
    let args = RedeemInKindArgs { shares, min_amounts: vec![0; assets], skip_mask: 0, forfeit_mask: 0 };
    let redeem = case("redeem_in_kind", &scene, instruction::redeem_in_kind(user.pubkey(), &scene.view, args), &user);
    let redeem_single = instruction::redeem_single(user.pubkey(), &scene.view, 1, shares, 0).context("no asset 1")?;
    let redeem_single = case("redeem_single", &scene, redeem_single, &user);
    Ok(vec![first, in_kind, single, redeem, redeem_single])
}

/// A deposit in kind of [`USER_DOLLARS`] at the targets.
pub fn deposit(scene: &Scene, user: &Keypair, min_shares: u64) -> Instruction {
    let parts = scene.assets.iter().map(|asset| asset.units(USER_DOLLARS * u64::from(asset.spec.target_bps)) / 10_000);
    let args = DepositInKindArgs { max_amounts: parts.collect(), min_shares };
    instruction::deposit_in_kind(user.pubkey(), &scene.view, args)
}

/// What a strategy needs: it is set, prices are observed by warm statistics, targets begin to move, a forecast is posted.
fn strategy(assets: usize) -> Result<Vec<Case>> {
    let mut scene = Scene::empty(every_part(assets));
    let [admin, forecaster, keeper] = [&scene.admin, &scene.forecaster, &scene.keeper].map(Arc::clone);
    let vault = scene.view.address;
    let configure = instruction::configure_strategy(admin.pubkey(), vault, scene.configure_args());
    let configure = case("configure_strategy", &scene, configure, &admin);

    scene.refresh()?;
    scene.seed(VAULT_DOLLARS);
    let ramp = case("start_ramp", &scene, start_ramp(&scene), &admin);
    let expires_at = scene.world.now() + 3_600;
    let forecast = instruction::post_forecast(forecaster.pubkey(), vault, FORECAST_BPS, expires_at);
    let forecast = case("post_forecast", &scene, forecast, &forecaster);

    live(&mut scene)?;
    scene.pass(QUIET_SECS);
    let observe = case("observe", &scene, instruction::observe(vault), &keeper);
    Ok(vec![configure, ramp, forecast, observe])
}

/// Every part on, and bounds that leave the targets room.
fn every_part(assets: usize) -> Config {
    Config { strategy: strategies::every_part(), slack_bps: SLACK_BPS, ..Config::many(assets) }
}

/// A month of a percentage point from the first asset to the last.
fn start_ramp(scene: &Scene) -> Instruction {
    let mut targets_bps: Vec<_> = scene.assets.iter().map(|asset| asset.spec.target_bps).collect();
    targets_bps[0] -= RAMP_BPS;
    *targets_bps.last_mut().expect("a basket has assets") += RAMP_BPS;
    instruction::start_ramp(scene.admin.pubkey(), scene.view.address, targets_bps, 30 * 86_400)
}

/// A ramp under way, and observations until the statistics are warm.
fn live(scene: &mut Scene) -> Result<()> {
    let admin = scene.admin.clone();
    scene.send(&[start_ramp(scene)], &[&admin])?;
    scene.pass(86_400 / 2);
    scene.live(&mut Random::new(0), WARM_OBSERVATIONS, STEP_BPS);
    let sampling = scene.vault().strategy.sampling;
    ensure!(scene.vault().state.statistics.is_warm(&sampling), "the statistics are not warm");
    Ok(())
}

/// A rebalance where every part has a say: it computes all there is to compute.
fn rebalance_every_part(assets: usize, amm: Amm) -> Result<Case> {
    let Drifted { mut scene, pool, .. } = drifted(every_part(assets), amm, live)?;
    let expires_at = scene.world.now() + 3_600;
    scene.post_forecast(FORECAST_BPS, expires_at)?;
    let state = scene.vault().state;
    let has_floor = u128::from(state.floor_x64) > 0;
    let is_judged = scene.preview_of(&pool).benefit_usd > 0;
    ensure!(has_floor && is_judged && state.ramp.is_on(scene.world.now()), "a part has no say");
    let rebalance = case("rebalance_every_part", &scene, scene.rebalance_instruction_of(&pool, 0), &scene.keeper);
    Ok(Case { amm: Some(amm), pool: Some(pool), ..rebalance })
}

/// A rebalance with the default profile, its statistics warm.
fn rebalance_balanced(assets: usize, amm: Amm) -> Result<Case> {
    let preset = Profile::Balanced.preset();
    let Preset { limits, strategy, band_abs_bps, band_rel_bps } = preset;
    let config = Config { limits, strategy, band_abs_bps, band_rel_bps, ..Config::many(assets) };
    let Drifted { scene, pool, .. } = drifted(config, amm, |scene| {
        let sampling = scene.vault().strategy.sampling;
        let observations = sampling.slow_half_life_secs / sampling.spacing_secs + 1;
        scene.live(&mut Random::new(0), observations as usize, STEP_BPS);
        ensure!(scene.vault().state.statistics.is_warm(&sampling), "the statistics are not warm");
        Ok(())
    })?;
    let rebalance = case("rebalance_balanced", &scene, scene.rebalance_instruction_of(&pool, 0), &scene.keeper);
    Ok(Case { amm: Some(amm), pool: Some(pool), ..rebalance })
}

/// The instructions of a route.
fn route(assets: usize, amm: Amm) -> Result<Vec<Case>> {
    let Drifted { unregistered, scene, pool } = drifted(Config::many(assets), amm, |_| Ok(()))?;
    let register = instruction::register_route(scene.admin.pubkey(), scene.view.address, pool);
    let register = case("register_route", &unregistered, register, &scene.admin);
    let rebalance = case("rebalance", &scene, scene.rebalance_instruction_of(&pool, 0), &scene.keeper);
    let (address, route) = scene.route_of(&pool);
    let preview = instruction::preview_rebalance(scene.view.address, address, &route);
    let preview = case("preview_rebalance", &scene, preview, &scene.keeper);
    Ok([register, rebalance, preview].map(|case| Case { amm: Some(amm), pool: Some(pool), ..case }).into())
}

/// A vault with a route between its first two assets, whose prices have moved apart since the first deposit.
struct Drifted {
    /// The chain before the pool was registered.
    unregistered: Scene,
    /// The chain where a trade is due.
    scene: Scene,
    /// The pool, which is at today's prices.
    pool: Pubkey,
}

/// Lets the vault `live` between the first deposit and the day on which prices move apart.
fn drifted(config: Config, amm: Amm, live: impl FnOnce(&mut Scene) -> Result<()>) -> Result<Drifted> {
    let mut scene = Scene::empty(config);
    let before = [0, 1].map(|index| scene.assets[index].spec.price_e8);
    let after = [before[0] * DRIFT.1 / DRIFT.0, before[1] * DRIFT.0 / DRIFT.1];

    // Created and registered before the first deposit, when a route need not wait for the timelock.
    set_prices(&mut scene, after);
    let pool = create_pool(&mut scene, amm);
    let unregistered = scene.clone();
    scene.register(&pool)?;

    set_prices(&mut scene, before);
    scene.refresh()?;
    scene.seed(VAULT_DOLLARS);
    live(&mut scene)?;
    set_prices(&mut scene, after);
    scene.pass(QUIET_SECS);
    // So large a move would trip a breaker.
    scene.settle_down();
    Ok(Drifted { unregistered, scene, pool })
}

fn set_prices(scene: &mut Scene, prices_e8: [i64; 2]) {
    for (index, price) in prices_e8.into_iter().enumerate() {
        scene.set_price(index, price);
    }
}

fn create_pool(scene: &mut Scene, amm: Amm) -> Pubkey {
    let mints = [0, 1].map(|index| scene.assets[index].mint);
    let reserves = [0, 1].map(|index| scene.assets[index].units(POOL_DOLLARS));
    amm.create_pool(&mut scene.world, mints, reserves)
}
