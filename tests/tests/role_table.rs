//! The role table of the README, row by row: what everybody may do, and what they may not even if evil.

use {
    ballast::{
        error::BallastError,
        instructions::{DepositInKindArgs, RedeemInKindArgs},
        state::{AssetStatus, Change, Roles, pause},
    },
    ballast_client::{Instruction, Pubkey, address, instruction},
    ballast_core::limits::Limits,
    ballast_tests::{
        Keypair, Signer,
        amm::Pool,
        attack::assert_fails,
        governance::NOBODY,
        scene::{Config, Scene},
        strategies::every_part,
    },
};

/// Dollars in the vault, and of each asset with each user.
const VAULT_DOLLARS: u64 = 100_000;
const USER_DOLLARS: u64 = 10_000;
const DAY_SECS: u32 = 86_400;
const YEAR_SECS: u32 = 31_557_600;

/// A vault in which every role has a holder, somebody has deposited, and two changes may be applied.
struct Table {
    scene: Scene,
    manager: Keypair,
    fee_recipient: Keypair,
    depositor: Keypair,
    /// A loosening of the limits.
    looser: u64,
    /// Another guardian.
    another_guardian: u64,
}

/// What only some may do: its name, the instruction, and the answer to everybody else.
type Right = (&'static str, Instruction, BallastError);

impl Table {
    fn new() -> Self {
        let mut config = Config { strategy: every_part(), slack_bps: 1_000, ..Config::pair() };
        config.limits.management_fee_bps = 100;
        let mut scene = Scene::empty(config);
        scene.add_route(0, 1, 10_000_000);
        let [manager, fee_recipient] = ["manager", "fee recipient"].map(|label| scene.world.wallet(label));
        scene.world.create_token_account(&fee_recipient.pubkey(), &scene.view.share_mint.clone());
        let forecaster = scene.forecaster.pubkey();
        let roles = Roles { manager: manager.pubkey(), forecaster, fee_recipient: fee_recipient.pubkey() };
        let id = scene.queue(Change::Roles(roles));
        scene.apply(id).unwrap();
        scene.refresh().unwrap();
        scene.seed(VAULT_DOLLARS);
        let depositor = scene.user("depositor", USER_DOLLARS);
        let amounts = scene.assets.iter().map(|asset| asset.units(USER_DOLLARS / 2)).collect();
        scene.deposit(&depositor, DepositInKindArgs { max_amounts: amounts, min_shares: 1 }).unwrap();
        let limits = scene.vault().limits;
        let looser = scene.queue(Change::Limits(Limits { max_trade_bps: limits.max_trade_bps + 1, ..limits }));
        let another_guardian = scene.queue(Change::Guardian(scene.keeper.pubkey()));
        scene.wait_for_timelock();
        scene.pass(1);
        Table { scene, manager, fee_recipient, depositor, looser, another_guardian }
    }

    /// Everything for which one has to be somebody, as `signer` would send it.
    fn rights(&self, signer: Pubkey) -> Vec<Right> {
        use BallastError::{NotAdmin, NotForecaster, NotFrozen, NotGuardian, NotManager};
        let Scene { view, world, .. } = &self.scene;
        let (vault, admin, now) = (view.address, self.scene.admin.pubkey(), world.now());
        let limits = self.scene.vault().limits;
        let tighter = Change::Limits(Limits { max_trade_bps: limits.max_trade_bps - 1, ..limits });
        let (id, pool) = (self.scene.vault().change_count, self.scene.pools[0].address());
        vec![
            ("pause", instruction::set_pause(signer, vault, pause::ALL, true), NotGuardian),
            ("unpause", instruction::set_pause(signer, vault, pause::ALL, false), NotAdmin),
            ("tighten", instruction::tighten(signer, vault, tighter.clone()), NotGuardian),
            ("queue", instruction::queue_change(signer, vault, id, tighter), NotAdmin),
            ("apply", instruction::apply_change(signer, vault, self.looser), NotAdmin),
            ("cancel", instruction::cancel_change(signer, vault, self.looser, admin), NotGuardian),
            ("keep the guardian", instruction::cancel_change(signer, vault, self.another_guardian, admin), NotAdmin),
            ("quarantine", instruction::quarantine(signer, view, 1).expect("an asset"), NotFrozen),
            ("close a route", instruction::close_route(signer, admin, vault, pool), NotGuardian),
            ("start a ramp", instruction::start_ramp(signer, vault, vec![4_900, 5_100], DAY_SECS), NotManager),
            ("forecast", instruction::post_forecast(signer, vault, 12_000, now + 60), NotForecaster),
            ("hand over", instruction::propose_admin(signer, vault, signer), NotAdmin),
        ]
    }

    /// Asserts that `signer` may do these things, and nothing else for which one has to be somebody.
    #[track_caller]
    fn assert_rights(&self, signer: &Keypair, allowed: &[&str]) {
        for (name, instruction, refusal) in self.rights(signer.pubkey()) {
            let result = self.scene.clone().send(&[instruction], &[signer]);
            if allowed.contains(&name) {
                result.unwrap_or_else(|failure| panic!("{name}: {failure}"));
            } else {
                assert_fails(result, refusal);
            }
        }
        // What is the admin's alone, and not even theirs while there are depositors.
        let (vault, is_admin) = (self.scene.view.address, *signer.pubkey().as_array() == *self.scene.admin.pubkey().as_array());
        let (mint, fund) = (self.scene.view.assets[0].mint, self.scene.view.crank_fund);
        let destination = self.scene.world.token_address(&self.scene.admin.pubkey(), &mint);
        let configure = instruction::configure_strategy(signer.pubkey(), vault, self.scene.configure_args());
        let close_reserve = instruction::close_reserve(signer.pubkey(), &self.scene.view, 0, destination).expect("an asset");
        let close_vault = instruction::close_vault(signer.pubkey(), vault, fund);
        for (instruction, answer) in [
            (configure, BallastError::StrategyFixed),
            (close_reserve, BallastError::VaultInUse),
            (close_vault, BallastError::VaultInUse),
        ] {
            let refusal = if is_admin { answer } else { BallastError::NotAdmin };
            assert_fails(self.scene.clone().send(&[instruction], &[signer]), refusal);
        }
    }

    /// Asserts that the depositor can leave with their part of everything.
    #[track_caller]
    fn assert_open(&self) {
        let mut scene = self.scene.clone();
        let shares = scene.shares_of(&self.depositor);
        let (vault, total) = (scene.vault(), scene.vault().terms(scene.world.now()).total_shares);
        let parts = vault.assets().iter().map(|asset| u128::from(asset.balance) * u128::from(shares) / u128::from(total));
        let min_amounts = parts.map(|part| part as u64 - 1).collect();
        let args = RedeemInKindArgs { shares, min_amounts, skip_mask: 0, forfeit_mask: 0 };
        scene.redeem(&self.depositor, args).unwrap();
    }

    /// What a user's tokens are worth, in micro-dollars, rounded down for each asset.
    fn wealth_usd(&self, user: &Pubkey) -> u64 {
        let scene = &self.scene;
        let worth = |asset: &ballast_tests::scene::SceneAsset| {
            u128::from(scene.world.balance_of(user, &asset.mint)) * 1_000_000 / u128::from(asset.units(1))
        };
        scene.assets.iter().map(|asset| worth(asset) as u64).sum()
    }
}

/// May: deposit and redeem. Even if evil, may not: gain by going in and out, however they mix the ways and whatever they donate.
#[test]
fn depositor() {
    let mut table = Table::new();
    let Table { scene, depositor, .. } = &mut table;
    let shares = scene.shares_of(depositor);
    let args = |shares| RedeemInKindArgs { shares, min_amounts: vec![0; 2], skip_mask: 0, forfeit_mask: 0 };
    scene.redeem(depositor, args(shares)).unwrap();
    let before = table.wealth_usd(&table.depositor.pubkey());
    let Table { scene, depositor, .. } = &mut table;
    for round in 0..5 {
        let dollars = 10 + 7 * round;
        let amounts: Vec<_> = scene.assets.iter().map(|asset| asset.units(dollars)).collect();
        scene.deposit(depositor, DepositInKindArgs { max_amounts: amounts.clone(), min_shares: 1 }).unwrap();
        scene.deposit_single(depositor, (round % 2) as u8, amounts[(round % 2) as usize], 1).unwrap();
        let reserve = scene.view.assets[0].reserve;
        scene.world.mint_into(&reserve, 1_000_003);
        let half = scene.shares_of(depositor) / 2;
        scene.redeem_single(depositor, (round % 2) as u8, half, 1).unwrap();
        let rest = scene.shares_of(depositor);
        scene.redeem(depositor, args(rest)).unwrap();
    }
    assert!(table.wealth_usd(&table.depositor.pubkey()) <= before);
    table.assert_rights(&table.depositor, &[]);
}

/// May: refresh, observe, rebalance, collect fees. Even if evil, may not: lower the minimum output, or trade inside the bands.
#[test]
fn keeper() {
    let mut table = Table::new();
    let keeper = table.scene.keeper.clone();
    table.assert_rights(&keeper, &[]);
    let scene = &mut table.scene;
    scene.observe().unwrap();
    let collect = instruction::collect_fees(&scene.view, &table.fee_recipient.pubkey());
    scene.keep(collect).unwrap();
    // In the middle of the schedule's pause, at its targets.
    scene.pass(12 * 3_600);
    assert_fails(scene.rebalance(0), BallastError::InBand);
    let balances = |scene: &Scene| scene.vault().assets().iter().map(|asset| asset.balance).collect::<Vec<_>>();
    let before = balances(scene);
    scene.keep(scene.rebalance_instruction(0, u64::MAX)).unwrap_err();
    assert_eq!(balances(scene), before);
    table.assert_open();
}

/// May: pause, tighten, cancel changes, quarantine, close routes, at once. Even if evil, may not: resume, loosen, move tokens, stop
/// redemption in kind, or stay when the admin replaces them.
#[test]
fn guardian() {
    let mut table = Table::new();
    let guardian = table.scene.guardian.clone();
    table.assert_rights(&guardian, &["pause", "tighten", "cancel", "quarantine", "close a route"]);
    // All of it, one after the other.
    let harmful = ["pause", "tighten", "cancel", "quarantine", "close a route"];
    for (_, instruction, _) in table.rights(guardian.pubkey()).into_iter().filter(|(name, ..)| harmful.contains(name)) {
        table.scene.send(&[instruction], &[&guardian]).unwrap();
    }
    table.assert_open();
    let limits = table.scene.vault().limits;
    let looser = Change::Limits(Limits { max_slippage_bps: limits.max_slippage_bps + 1, ..limits });
    assert_fails(table.scene.tighten_by(&guardian, looser), BallastError::Loosens);
    table.scene.apply(table.another_guardian).unwrap();
    assert_fails(
        table.scene.send(&[instruction::set_pause(guardian.pubkey(), table.scene.view.address, 1, true)], &[&guardian]),
        BallastError::NotGuardian,
    );
}

/// May: move targets within their bounds, slowly. Even if evil, may not: leave the bounds, be faster, or choose trades.
#[test]
fn manager() {
    let mut table = Table::new();
    table.assert_rights(&table.manager, &["start a ramp"]);
    let Table { scene, manager, .. } = &mut table;
    // Five points a day at most; ten points at all.
    assert_fails(scene.start_ramp_by(manager, &[4_000, 6_000], 2 * DAY_SECS - 1), BallastError::RampTooFast);
    assert_fails(scene.start_ramp_by(manager, &[3_999, 6_001], 30 * DAY_SECS), BallastError::StrategyOutOfBounds);
    scene.start_ramp_by(manager, &[4_000, 6_000], 2 * DAY_SECS).unwrap();
    // Targets that have moved half a point make nothing due.
    scene.pass(DAY_SECS / 2);
    assert_fails(scene.rebalance(0), BallastError::InBand);
    table.assert_open();
}

/// May: post forecasts within the strategy's bounds. Even if evil, may not: leave them, or have a word that does not expire.
#[test]
fn forecaster() {
    let mut table = Table::new();
    let forecaster = table.scene.forecaster.clone();
    table.assert_rights(&forecaster, &["forecast"]);
    let now = table.scene.world.now();
    let scene = &mut table.scene;
    let bounds = scene.vault().strategy.forecast_band;
    let validity_secs = i64::from(bounds.max_validity_secs);
    for (scale_bps, expires_at) in [
        (u64::from(bounds.max_scale_bps) + 1, now + 60),
        (u64::from(bounds.min_scale_bps) - 1, now + 60),
        (10_000, now + validity_secs + 1),
    ] {
        assert_fails(scene.post_forecast(scale_bps, expires_at), BallastError::ForecastOutOfBounds);
    }
    scene.post_forecast(u64::from(bounds.max_scale_bps), now + validity_secs).unwrap();
    table.assert_open();
}

/// May: everything that is announced, after the timelock. Even if evil, may not: skip it, leave the compiled bounds, take what
/// belongs to somebody, or stop redemption in kind.
#[test]
fn admin() {
    let mut table = Table::new();
    let admin = table.scene.admin.clone();
    let all = ["pause", "unpause", "tighten", "queue", "apply", "cancel", "keep the guardian", "quarantine", "close a route"];
    table.assert_rights(&admin, &[&all[..], &["start a ramp", "hand over"]].concat());
    let limits = table.scene.vault().limits;
    let looser = |max_slippage_bps| Change::Limits(Limits { max_slippage_bps, ..limits });
    assert_fails(table.scene.tighten_by(&admin, looser(limits.max_slippage_bps + 1)), BallastError::Loosens);
    assert_fails(table.scene.queue_by(&admin, looser(501)), BallastError::LimitOutOfBounds);
    let id = table.scene.queue(looser(500));
    assert_fails(table.scene.apply(id), BallastError::ChangeTimelocked);
    let pool = table.scene.create_pool(1, 0, 1_000).address();
    table.scene.register(&pool).unwrap();
    let (_, route) = table.scene.route_of(&pool);
    assert_eq!(route.active_at, table.scene.world.now() + i64::from(limits.timelock_secs));
    // As bad as it gets: everything stopped, and what was announced is in force.
    table.scene.wait_for_timelock();
    table.scene.apply(id).unwrap();
    let vault = table.scene.view.address;
    table.scene.send(&[instruction::set_pause(admin.pubkey(), vault, pause::ALL, true)], &[&admin]).unwrap();
    table.assert_open();
}

/// May: receive what the management fee accrues. Even if evil, may not: get more than its rate, or anything else.
#[test]
fn fee_recipient() {
    let mut table = Table::new();
    table.assert_rights(&table.fee_recipient, &[]);
    let collect = instruction::collect_fees(&table.scene.view, &table.fee_recipient.pubkey());
    table.scene.keep(collect.clone()).unwrap();
    let before = (table.scene.shares_of(&table.fee_recipient), table.scene.vault().total_shares);
    table.scene.world.advance(YEAR_SECS);
    table.scene.keep(collect.clone()).unwrap();
    let (got, total) = (table.scene.shares_of(&table.fee_recipient) - before.0, before.1);
    // A hundredth a year, compounded: e^0.01 - 1.
    let exact = (total as f64 * 0.01f64.exp_m1()) as u64;
    assert!(got.abs_diff(exact) <= exact / 1_000, "{got} and not {exact} of {total}");
    assert_fails(table.scene.keep(collect), BallastError::NothingOwed);
    table.assert_open();
}

/// May: have a pool with any price and any content. Even if evil, may not: have the vault trade far from the oracle's price.
#[test]
fn pool_creator() {
    let base = Scene::drifted(Config::pair());
    let reserves = base.pools[0].reserves(&base.world);
    let balances = |scene: &Scene| scene.vault().assets().iter().map(|asset| asset.balance).collect::<Vec<_>>();
    for skewed in [[reserves[0] / 2, reserves[1]], [reserves[0], reserves[1] * 2], [reserves[0] * 3, reserves[1]], [1, 1]] {
        let mut scene = base.clone();
        let pool = scene.pools[0].clone();
        pool.set_reserves(&mut scene.world, skewed);
        // Whether it refuses or halts, it does not trade.
        let _ = scene.rebalance(0);
        assert_eq!(balances(&scene), balances(&base), "{skewed:?}");
    }
    let mut scene = base.clone();
    scene.rebalance(0).unwrap();
    assert_ne!(balances(&scene), balances(&base));
    // What a program at a route may do is in `hostile_amm.rs`.
}

/// May: freeze the vault's account or a holder's. Even if evil, may not: keep anybody from the other assets.
#[test]
fn issuer() {
    let mut table = Table::new();
    let reserve = table.scene.view.assets[1].reserve;
    table.scene.world.freeze(&reserve);
    let Table { scene, depositor, .. } = &mut table;
    scene.send(&[instruction::open_claims(depositor.pubkey(), scene.view.address)], &[depositor]).unwrap();
    let held = scene.world.balance_of(&depositor.pubkey(), &scene.assets[0].mint);
    let shares = scene.shares_of(depositor);
    let args = RedeemInKindArgs { shares, min_amounts: vec![1, 1], skip_mask: 0b10, forfeit_mask: 0 };
    scene.redeem(depositor, args).unwrap();
    assert!(scene.world.balance_of(&depositor.pubkey(), &scene.assets[0].mint) > held);
    assert!(scene.world.find_account(&address::claims(&scene.view.address, &depositor.pubkey())).is_some());
    // Anybody takes the asset out of what the vault is worth.
    let keeper = scene.keeper.clone();
    let quarantine = instruction::quarantine(keeper.pubkey(), &scene.view, 1).expect("an asset");
    scene.send(&[quarantine], &[&keeper]).unwrap();
    assert_eq!(scene.vault().assets()[1].status, AssetStatus::Quarantined as u8);
    // Once it is thawed, what is owed is paid.
    scene.world.thaw(&reserve);
    let claim = instruction::claim(depositor.pubkey(), &scene.view, 1).expect("an asset");
    scene.send(&[claim], &[depositor]).unwrap();
}

/// Nobody can hold a role that is vacant.
#[test]
fn nobody() {
    let mut table = Table::new();
    let guardian = table.scene.guardian.clone();
    let fee_recipient = table.fee_recipient.pubkey();
    table.scene.tighten_by(&guardian, Change::Roles(Roles { fee_recipient, ..NOBODY })).unwrap();
    for signer in [&table.manager, &*table.scene.forecaster.clone()] {
        let [ramp, forecast] = ["start a ramp", "forecast"].map(|right| {
            let rights = table.rights(signer.pubkey());
            rights.into_iter().find(|(name, ..)| *name == right).expect("a right")
        });
        for (_, instruction, refusal) in [ramp, forecast] {
            assert_fails(table.scene.clone().send(&[instruction], &[signer]), refusal);
        }
    }
}
