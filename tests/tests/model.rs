//! Random sequences of everything that users, keepers and the market do, against a model of what must come out.
//!
//! The seed is printed, and `BALLAST_SEED` repeats it. What fails is written to `model.proptest-regressions`, to commit.

use std::cell::Cell;

use ballast::error::BallastError;
use ballast::instructions::{DepositInKindArgs, RedeemInKindArgs};
use ballast::state::{Vault, pause};
use ballast_client::{decide, instruction};
use ballast_core::decision::Reason;
use ballast_core::shares::LOCKED_SHARES;
use ballast_core::statistics::Sampling;
use ballast_core::strategy::Strategy as VaultStrategy;
use ballast_core::valuation::{Flow, Valuation};
use ballast_tests::attack::assert_fails;
use ballast_tests::reference::{self, high_usd, low_usd, nav_usd, parts_down, parts_up};
use ballast_tests::scene::{Config, Scene};
use ballast_tests::seed::seed;
use ballast_tests::strategies;
use ballast_tests::transaction::{Failure, Outcome};
use ballast_tests::{Keypair, Signer};
use proptest::prelude::*;
use proptest::test_runner::{Config as ProptestConfig, FileFailurePersistence, RngSeed, TestRunner};

const CASES: u32 = 150;
const MOST_ACTIONS: usize = 40;
const USERS: [&str; 3] = ["alice", "bob", "carol"];

#[derive(Clone, Debug)]
enum Action {
    DepositInKind { user: usize, amounts: [u64; 2] },
    RedeemInKind { user: usize, part_bps: u64, skip_mask: u16 },
    DepositSingle { user: usize, asset: usize, amount: u64 },
    RedeemSingle { user: usize, asset: usize, part_bps: u64 },
    ExchangeAtTheEdge { user: usize, asset: usize, flow: Flow },
    Donate { asset: usize, units: u64 },
    MovePrice { change_bps: i64 },
    Rebalance,
    Observe,
    Forecast { scale_bps: u64, validity_secs: i64 },
    Wait { secs: u32 },
    Pause { activities: u8, is_paused: bool },
}

/// Amounts of every size, small ones as often as large ones.
fn amounts() -> impl Strategy<Value = u64> {
    (0u32..40, any::<u64>()).prop_map(|(bits, random)| random % (1 << bits))
}

/// Parts of what somebody has, all of it included.
fn parts_bps() -> impl Strategy<Value = u64> {
    prop_oneof![1 => Just(10_000u64), 4 => 0..10_000u64]
}

fn actions() -> impl Strategy<Value = Action> {
    let (user, asset) = (0..USERS.len(), 0..2usize);
    prop_oneof![
        4 => (user.clone(), [amounts(), amounts()]).prop_map(|(user, amounts)| Action::DepositInKind { user, amounts }),
        4 => (user.clone(), parts_bps(), prop_oneof![4 => Just(0u16), 1 => 1..3u16])
            .prop_map(|(user, part_bps, skip_mask)| Action::RedeemInKind { user, part_bps, skip_mask }),
        6 => (user.clone(), asset.clone(), amounts())
            .prop_map(|(user, asset, amount)| Action::DepositSingle { user, asset, amount }),
        4 => (user.clone(), asset.clone(), parts_bps())
            .prop_map(|(user, asset, part_bps)| Action::RedeemSingle { user, asset, part_bps }),
        2 => (user, asset.clone(), prop_oneof![Just(Flow::In), Just(Flow::Out)])
            .prop_map(|(user, asset, flow)| Action::ExchangeAtTheEdge { user, asset, flow }),
        1 => (asset, amounts()).prop_map(|(asset, units)| Action::Donate { asset, units }),
        3 => (-2_000..2_000i64).prop_map(|change_bps| Action::MovePrice { change_bps }),
        3 => Just(Action::Rebalance),
        1 => Just(Action::Observe),
        2 => (4_000..21_000u64, 0..1_000i64).prop_map(|(scale_bps, validity_secs)| Action::Forecast { scale_bps, validity_secs }),
        1 => (0..80u32).prop_map(|secs| Action::Wait { secs }),
        1 => (1..=pause::ALL, any::<bool>()).prop_map(|(activities, is_paused)| Action::Pause { activities, is_paused }),
    ]
}

/// How many one-asset deposits and redemptions were tried, and how many forecasts posted.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    /// Deposits and redemptions that succeeded.
    done: [u32; 2],
    /// Deposits and redemptions that would have left an asset beyond its band.
    tipping: [u32; 2],
    /// Forecasts that scaled the bands.
    forecasts: u32,
}

impl Tally {
    fn add(self, other: Tally) -> Tally {
        let sum = |a: [u32; 2], b: [u32; 2]| [a[0] + b[0], a[1] + b[1]];
        Tally {
            done: sum(self.done, other.done),
            tipping: sum(self.tipping, other.tipping),
            forecasts: self.forecasts + other.forecasts,
        }
    }
}

/// A scene, its users, what was donated to each reserve so far, and what was tried.
struct Model {
    scene: Scene,
    users: Vec<Keypair>,
    donated: [u64; 2],
    tally: Tally,
}

impl Model {
    fn play(&mut self, action: &Action) {
        match *action {
            Action::DepositInKind { user, amounts } => self.deposit_in_kind(user, amounts),
            Action::RedeemInKind { user, part_bps, skip_mask } => self.redeem_in_kind(user, part_bps, skip_mask),
            Action::DepositSingle { user, asset, amount } => self.deposit_single(user, asset, amount),
            Action::RedeemSingle { user, asset, part_bps } => {
                self.redeem_single(user, asset, self.part_of_shares(user, part_bps));
            }
            Action::ExchangeAtTheEdge { user, asset, flow } => self.exchange_at_the_edge(user, asset, flow),
            Action::Donate { asset, units } => self.donate(asset, units),
            Action::MovePrice { change_bps } => self.move_price(change_bps),
            Action::Rebalance => self.rebalance(),
            Action::Observe => self.observe(),
            Action::Forecast { scale_bps, validity_secs } => self.forecast(scale_bps, validity_secs),
            Action::Wait { secs } => self.scene.world.advance(secs),
            Action::Pause { activities, is_paused } => self.pause(activities, is_paused),
        }
        self.check_books();
    }

    fn deposit_in_kind(&mut self, user: usize, amounts: [u64; 2]) {
        let before = self.scene.vault();
        let max_amounts: Vec<u64> = (0..2).map(|asset| amounts[asset].min(self.tokens(user, asset))).collect();
        let expected = if before.paused & pause::DEPOSIT_IN_KIND != 0 {
            Err(BallastError::Paused)
        } else {
            shares_of(reference::shares_for_amounts(&before, &max_amounts))
        };
        let args = DepositInKindArgs { max_amounts, min_shares: 0 };
        let (wealth, result) = (self.wealth(user), self.scene.deposit(&self.users[user], args));
        let Some((shares, after)) = self.settle(&before, expected, result) else { return };
        self.assert_moved(user, &wealth, &parts_up(&before, shares), true);
        assert_eq!(after.total_shares, before.total_shares + shares);
        assert_no_share_lost(&before, &after);
    }

    fn redeem_in_kind(&mut self, user: usize, part_bps: u64, skip_mask: u16) {
        let before = self.scene.vault();
        let shares = self.part_of_shares(user, part_bps);
        let expected = if shares == 0 { Err(BallastError::AmountTooSmall) } else { Ok(shares) };
        let args = RedeemInKindArgs { shares, min_amounts: vec![0, 0], skip_mask, forfeit_mask: skip_mask };
        let (wealth, result) = (self.wealth(user), self.scene.redeem(&self.users[user], args));
        let Some((shares, after)) = self.settle(&before, expected, result) else { return };
        let mut amounts = parts_down(&before, shares);
        amounts.iter_mut().enumerate().filter(|(asset, _)| skip_mask >> asset & 1 == 1).for_each(|(_, amount)| *amount = 0);
        self.assert_moved(user, &wealth, &amounts, false);
        assert_eq!(after.total_shares, before.total_shares - shares);
        assert_no_share_lost(&before, &after);
    }

    fn deposit_single(&mut self, user: usize, asset: usize, amount: u64) {
        let before = self.scene.vault();
        let amount = amount.min(self.tokens(user, asset));
        let expected = self
            .check_single(&before, asset, pause::DEPOSIT_SINGLE)
            .and_then(|()| shares_of(reference::shares_for_one(&before, asset, amount)))
            .and_then(|shares| self.check_band(&before, Flow::In, asset, amount).map(|()| shares));
        self.count(Flow::In, &expected);
        let wealth = self.wealth(user);
        let result = self.scene.deposit_single(&self.users[user], asset as u8, amount, 0);
        let Some((shares, after)) = self.settle(&before, expected, result) else { return };
        let mut amounts = [0, 0];
        amounts[asset] = amount;
        self.assert_moved(user, &wealth, &amounts, true);
        assert_eq!(after.total_shares, before.total_shares + shares);
        assert_nav_per_share_kept(&before, &after, high_usd);
    }

    fn redeem_single(&mut self, user: usize, asset: usize, shares: u64) {
        let before = self.scene.vault();
        let expected = self
            .check_single(&before, asset, pause::REDEEM_SINGLE)
            .and_then(|()| match reference::units_for_shares(&before, asset, shares) {
                0 => Err(BallastError::AmountTooSmall),
                units if units > u128::from(before.assets[asset].balance) => Err(BallastError::InsufficientReserve),
                units => Ok(units as u64),
            })
            .and_then(|units| self.check_band(&before, Flow::Out, asset, units).map(|()| units));
        self.count(Flow::Out, &expected);
        let wealth = self.wealth(user);
        let result = self.scene.redeem_single(&self.users[user], asset as u8, shares, 0);
        let Some((amount, after)) = self.settle(&before, expected, result) else { return };
        let mut amounts = [0, 0];
        amounts[asset] = amount;
        self.assert_moved(user, &wealth, &amounts, false);
        assert_eq!(after.total_shares, before.total_shares - shares);
        assert_nav_per_share_kept(&before, &after, low_usd);
    }

    /// Why a one-asset deposit or redemption must fail, whatever its amount.
    fn check_single(&self, vault: &Vault, asset: usize, activity: u8) -> Result<(), BallastError> {
        if vault.paused & activity != 0 {
            return Err(BallastError::Paused);
        }
        let oldest = self.scene.world.now() - i64::from(vault.limits.max_price_age_secs);
        let is_needed = |index: usize| index == asset || vault.assets[index].balance > 0;
        let is_stale = (0..2).any(|index| is_needed(index) && vault.assets[index].publish_time < oldest);
        if is_stale { Err(BallastError::PriceStale) } else { Ok(()) }
    }

    /// Why an exchange must fail that moves these units of an asset: by the core's rule, and by arithmetic of its own.
    fn check_band(&self, before: &Vault, flow: Flow, asset: usize, units: u64) -> Result<(), BallastError> {
        let after = reference::moved(before, flow, asset, units);
        let now = self.scene.world.now();
        let [old, new] = [before, &after].map(|vault| Valuation::new(vault.holdings(), &vault.terms(now)).unwrap());
        let is_tipped = reference::is_tipped(before, &after, flow, asset, now);
        assert_eq!(new.is_tipped_by(flow, asset, &old), is_tipped);
        if is_tipped { Err(BallastError::LeavesBand) } else { Ok(()) }
    }

    fn count(&mut self, flow: Flow, expected: &Result<u64, BallastError>) {
        match expected {
            Ok(_) => self.tally.done[flow as usize] += 1,
            Err(BallastError::LeavesBand) => self.tally.tipping[flow as usize] += 1,
            Err(_) => {}
        }
    }

    /// A unit too much for some asset's band, then exactly what it allows.
    fn exchange_at_the_edge(&mut self, user: usize, asset: usize, flow: Flow) {
        let (vault, now) = (self.scene.vault(), self.scene.world.now());
        match flow {
            Flow::In => {
                let amount = reference::largest_deposit(&vault, asset, self.tokens(user, asset), now);
                self.deposit_single(user, asset, amount + 1);
                self.deposit_single(user, asset, amount);
            }
            Flow::Out => {
                let owned = self.scene.shares_of(&self.users[user]);
                let shares = reference::largest_redemption(&vault, asset, owned, now);
                self.redeem_single(user, asset, owned.min(shares + 1));
                self.redeem_single(user, asset, shares.min(self.scene.shares_of(&self.users[user])));
            }
        }
    }

    fn donate(&mut self, asset: usize, units: u64) {
        let before = self.scene.world.account(&self.scene.view.address);
        let reserve = self.scene.view.assets[asset].reserve;
        self.scene.world.mint_into(&reserve, units);
        self.donated[asset] += units;
        assert_eq!(self.scene.world.account(&self.scene.view.address), before);
    }

    fn move_price(&mut self, change_bps: i64) {
        let price_e8 = self.scene.assets[1].spec.price_e8;
        self.scene.set_price(1, (price_e8 * (10_000 + change_bps) / 10_000).max(100_000_000));
        self.scene.arbitrage(0);
        self.refresh_after(1);
    }

    fn rebalance(&mut self) {
        // Where an earlier trade left the pool, the AMM itself might refuse the minimum.
        self.scene.arbitrage(0);
        self.refresh_after(300);
        let (before, preview) = (self.scene.vault(), self.scene.preview(0));
        let expected = dormant(preview.reason).map_or(Ok(()), Err);
        let result = self.scene.rebalance(0);
        let Some(((), after)) = self.settle(&before, expected, result) else { return };
        assert_eq!(after.total_shares, before.total_shares);
        assert!(after.assets[usize::from(preview.sell_asset)].balance < before.assets[usize::from(preview.sell_asset)].balance);
        assert!(after.assets[usize::from(preview.buy_asset)].balance > before.assets[usize::from(preview.buy_asset)].balance);
    }

    fn observe(&mut self) {
        let before = self.scene.vault();
        let expected = decide::observe(&before, self.scene.world.now()).map_err(BallastError::from);
        let result = self.scene.observe();
        let Some(((expected, _), after)) = self.settle(&before, expected, result) else { return };
        assert_eq!(bytemuck::bytes_of(&after), bytemuck::bytes_of(&expected));
    }

    fn forecast(&mut self, scale_bps: u64, validity_secs: i64) {
        let before = self.scene.vault();
        let is_within = (5_000..=20_000).contains(&scale_bps) && validity_secs > 0;
        let expected = if before.forecaster != self.scene.forecaster.pubkey() {
            Err(BallastError::NotForecaster)
        } else if is_within {
            Ok(())
        } else {
            Err(BallastError::ForecastOutOfBounds)
        };
        let expires_at = self.scene.world.now() + validity_secs;
        let result = self.scene.post_forecast(scale_bps, expires_at);
        let Some(((), after)) = self.settle(&before, expected, result) else { return };
        assert_eq!((after.state.forecast.scale_bps, after.state.forecast.expires_at), (scale_bps, expires_at));
        self.tally.forecasts += 1;
    }

    fn refresh_after(&mut self, secs: u32) {
        let before = self.scene.vault();
        self.scene.pass(secs);
        // Breakers have tests of their own.
        self.scene.settle_down();
        assert_eq!(self.scene.vault().sequence, before.sequence + 1);
    }

    fn pause(&mut self, activities: u8, is_paused: bool) {
        let (before, admin) = (self.scene.vault(), self.scene.admin.clone());
        let pause = instruction::set_pause(admin.pubkey(), self.scene.view.address, activities, is_paused);
        self.scene.send(&[pause], &[&admin]).unwrap();
        let paused = if is_paused { before.paused | activities } else { before.paused & !activities };
        assert_eq!((self.scene.vault().paused, self.scene.vault().sequence), (paused, before.sequence + 1));
    }

    /// Compares an answer with the model's: where it succeeded, the model's value and the vault, one change later.
    #[track_caller]
    fn settle<T>(
        &self,
        before: &Vault,
        expected: Result<T, BallastError>,
        result: Result<Outcome, Failure>,
    ) -> Option<(T, Vault)> {
        let after = self.scene.vault();
        match expected {
            Ok(value) => {
                result.unwrap();
                assert_eq!(after.sequence, before.sequence + 1);
                Some((value, after))
            }
            Err(error) => {
                assert_fails(result, error);
                assert_eq!(bytemuck::bytes_of(&after), bytemuck::bytes_of(before), "a failure changes nothing");
                None
            }
        }
    }

    /// What must hold whenever nothing is under way.
    #[track_caller]
    fn check_books(&self) {
        let vault = self.scene.vault();
        for (index, (slot, asset)) in vault.assets().iter().zip(&self.scene.view.assets).enumerate() {
            assert_eq!(self.scene.world.balance(&asset.reserve), slot.balance + self.donated[index]);
        }
        assert_eq!(self.scene.world.supply(&self.scene.view.share_mint) + LOCKED_SHARES, vault.total_shares);
    }

    #[track_caller]
    fn assert_moved(&self, user: usize, before: &[u64; 2], amounts: &[u64], is_deposit: bool) {
        for ((before, after), amount) in before.iter().zip(self.wealth(user)).zip(amounts) {
            assert_eq!(after, if is_deposit { before - amount } else { before + amount });
        }
    }

    fn tokens(&self, user: usize, asset: usize) -> u64 {
        self.scene.world.balance_of(&self.users[user].pubkey(), &self.scene.assets[asset].mint)
    }

    fn wealth(&self, user: usize) -> [u64; 2] {
        [self.tokens(user, 0), self.tokens(user, 1)]
    }

    fn part_of_shares(&self, user: usize, part_bps: u64) -> u64 {
        let shares = u128::from(self.scene.shares_of(&self.users[user])) * u128::from(part_bps) / 10_000;
        u64::try_from(shares).expect("a part of 64 bits")
    }

    /// In the end everything is paused and every price stale, and everybody gets what their shares were worth, or more.
    fn leave(&mut self) {
        self.pause(pause::ALL, true);
        self.scene.world.advance(86_400);
        let at_first = self.scene.vault();
        for user in 0..self.users.len() {
            let (due, before) = (parts_down(&at_first, self.scene.shares_of(&self.users[user])), self.wealth(user));
            self.redeem_in_kind(user, 10_000, 0);
            for ((before, after), due) in before.iter().zip(self.wealth(user)).zip(due) {
                assert!(after - before >= due, "{} of {due}", after - before);
            }
            self.check_books();
        }
    }
}

/// Shares as the program must mint them, or why not.
fn shares_of(shares: Option<u128>) -> Result<u64, BallastError> {
    match shares {
        None => Err(BallastError::VaultEmpty),
        Some(0) => Err(BallastError::AmountTooSmall),
        Some(shares) => u64::try_from(shares).map_err(|_| BallastError::MathOverflow),
    }
}

/// The error of a dormant preview.
fn dormant(reason: u8) -> Option<BallastError> {
    const REASONS: [Reason; 7] = [
        Reason::Paused,
        Reason::Empty,
        Reason::InBand,
        Reason::PoolAway,
        Reason::LossBudgetSpent,
        Reason::TurnoverSpent,
        Reason::TradeTooSmall,
    ];
    if reason == 0 {
        return None;
    }
    let known = REASONS.into_iter().find(|known| *known as u8 == reason);
    Some(known.unwrap_or_else(|| panic!("reason {reason} is not expected here")).into())
}

/// No balance per share fell.
#[track_caller]
fn assert_no_share_lost(before: &Vault, after: &Vault) {
    for (before_asset, after_asset) in before.assets().iter().zip(after.assets()) {
        let kept = u128::from(after_asset.balance) * u128::from(before.total_shares)
            >= u128::from(before_asset.balance) * u128::from(after.total_shares);
        assert!(
            kept,
            "{} of {}, then {} of {}",
            before_asset.balance, before.total_shares, after_asset.balance, after.total_shares
        );
    }
}

/// The value per share, at the bound that the exchange used, did not fall.
#[track_caller]
fn assert_nav_per_share_kept(before: &Vault, after: &Vault, bound: fn(&ballast::state::Asset, u64) -> u128) {
    let (nav_before, nav_after) = (nav_usd(before, bound), nav_usd(after, bound));
    let kept = nav_after * u128::from(before.total_shares) >= nav_before * u128::from(after.total_shares);
    assert!(kept, "{nav_before} of {}, then {nav_after} of {}", before.total_shares, after.total_shares);
}

fn run(mut config: Config, name: &str) {
    let seed = seed(name);
    config.limits.max_daily_loss_bps = 300;
    let has_forecasts = config.strategy.forecast_band.is_on();
    let mut start = Scene::with_route(config, 10_000, 1_000_000);
    let users = USERS.map(|label| start.user(label, 1_000_000));
    // One has shares from the start, or few would be redeemed.
    let max_amounts = start.assets.iter().map(|asset| asset.units(5_000)).collect();
    start.deposit(&users[0], DepositInKindArgs { max_amounts, min_shares: 0 }).expect("a deposit");
    let users = users.map(|user| user.to_bytes());
    let mut runner = TestRunner::new(ProptestConfig {
        cases: CASES,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct("tests/model.proptest-regressions"))),
        max_shrink_iters: 200,
        ..ProptestConfig::default()
    });
    let sequences = prop::collection::vec(actions(), 1..MOST_ACTIONS);
    let total = Cell::new(Tally::default());
    let result = runner.run(&sequences, |actions| {
        let users = users.iter().map(|bytes| Keypair::try_from(bytes.as_slice()).expect("a keypair")).collect();
        let mut model = Model { scene: start.clone(), users, donated: [0, 0], tally: Tally::default() };
        actions.iter().for_each(|action| model.play(action));
        model.leave();
        total.set(total.get().add(model.tally));
        Ok(())
    });
    result.unwrap_or_else(|failure| panic!("seed {seed}: {failure}"));
    let tally = total.get();
    println!("{name}: {tally:?}");
    // Far fewer than is usual, but enough of each to mean something.
    assert!([tally.done, tally.tipping].as_flattened().iter().all(|count| *count >= CASES / 3), "{tally:?}");
    assert_eq!(tally.forecasts >= CASES / 3, has_forecasts, "{tally:?}");
}

#[test]
fn random_sequences_keep_every_promise() {
    run(Config::pair(), "without fees");
}

/// Bands that forecasts scale. No sequence is so long that statistics become warm.
#[test]
fn random_sequences_keep_every_promise_with_forecasts() {
    let forecast_band = strategies::every_part().forecast_band;
    let sampling = Sampling { slow_half_life_secs: 31_557_600, ..strategies::SAMPLING };
    run(
        Config { strategy: VaultStrategy { sampling, forecast_band, ..VaultStrategy::plain() }, ..Config::pair() },
        "with forecasts",
    );
}

#[test]
fn random_sequences_keep_every_promise_with_fees() {
    let mut config = Config::pair();
    (config.limits.entry_fee_bps, config.limits.exit_fee_bps) = (37, 53);
    run(config, "with fees");
}
