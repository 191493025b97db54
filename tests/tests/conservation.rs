//! Value: nothing is made or lost, donations change nothing, nobody gains by inflating a share, and the door stays open.

use std::sync::Arc;

use ballast::error::BallastError;
use ballast::instructions::{DepositInKindArgs, RedeemInKindArgs};
use ballast::state::{Vault, pause};
use ballast_client::instruction;
use ballast_core::decision::Reason;
use ballast_core::shares::{LOCKED_SHARES, MIN_FIRST_SHARES};
use ballast_core::valuation::Flow;
use ballast_tests::amm::Pool;
use ballast_tests::pyth::Quote;
use ballast_tests::reference::{self, mid_usd, nav_usd};
use ballast_tests::scene::{AssetSpec, Config, Scene, assert_error};
use ballast_tests::transaction::{Failure, Outcome};
use ballast_tests::{Keypair, Signer};

/// What somebody owns of each asset.
fn wealth(scene: &Scene, user: &Keypair) -> Vec<u64> {
    scene.assets.iter().map(|asset| scene.world.balance_of(&user.pubkey(), &asset.mint)).collect()
}

/// Accounted balances.
fn balances(vault: &Vault) -> Vec<u64> {
    vault.assets().iter().map(|asset| asset.balance).collect()
}

/// Micro-dollars of these units at the vault's mid prices.
fn value_usd(scene: &Scene, units: &[u64]) -> u128 {
    scene.vault().assets().iter().zip(units).map(|(asset, units)| mid_usd(asset, *units)).sum()
}

fn redeem_all(scene: &mut Scene, user: &Keypair) -> Vec<u64> {
    let (before, shares) = (wealth(scene, user), scene.shares_of(user));
    let args = RedeemInKindArgs { shares, min_amounts: vec![0; before.len()], skip_mask: 0, forfeit_mask: 0 };
    scene.redeem(user, args).unwrap();
    wealth(scene, user).iter().zip(&before).map(|(after, before)| after - before).collect()
}

/// A seeded vault in which only the admin, with these amounts and shares, has deposited, and the admin's keys.
fn seeded(max_amounts: Vec<u64>, shares: u64) -> (Scene, Arc<Keypair>) {
    let mut scene = Scene::empty(Config::pair());
    let admin = scene.admin.clone();
    scene.user("admin", 1_000_000);
    scene.refresh().unwrap();
    scene.deposit(&admin, DepositInKindArgs { max_amounts, min_shares: shares }).unwrap();
    (scene, admin)
}

#[test]
fn what_users_lose_the_reserve_gains_and_is_accounted_for() {
    let mut scene = Scene::funded(Config::mixed(4), 1_000);
    let user = scene.user("alice", 1_000);
    let sums = |scene: &Scene| -> Vec<u64> {
        let reserves = scene.view.assets.iter().map(|asset| scene.world.balance(&asset.reserve));
        wealth(scene, &user).iter().zip(reserves).map(|(own, reserve)| own + reserve).collect()
    };
    let at_first = sums(&scene);
    let max_amounts = scene.assets.iter().map(|asset| asset.units(100) / 3).collect();
    scene.deposit(&user, DepositInKindArgs { max_amounts, min_shares: 0 }).unwrap();
    for asset in 0..4 {
        let amount = scene.assets[usize::from(asset)].units(70) / 11;
        scene.deposit_single(&user, asset, amount, 0).unwrap();
        scene.redeem_single(&user, asset, 7_654_321, 0).unwrap();
    }
    let args = RedeemInKindArgs { shares: 1_234_567, min_amounts: vec![0; 4], skip_mask: 0b0100, forfeit_mask: 0b0100 };
    scene.redeem(&user, args).unwrap();
    assert_eq!(sums(&scene), at_first);
    let reserves: Vec<u64> = scene.view.assets.iter().map(|asset| scene.world.balance(&asset.reserve)).collect();
    assert_eq!(balances(&scene.vault()), reserves);
}

#[test]
fn a_donation_changes_neither_nav_nor_drift_nor_what_shares_cost_and_pay() {
    let mut plain = Scene::with_route(Config::pair(), 100_000, 10_000_000);
    let user = plain.user("alice", 10_000);
    plain.set_price(1, 7_500_000_000);
    plain.arbitrage(0);
    plain.pass(600);
    plain.settle_down();
    let mut gifted = plain.clone();
    for index in [0, 1] {
        let (reserve, units) = (gifted.view.assets[index].reserve, gifted.assets[index].units(1_000_000));
        gifted.world.mint_into(&reserve, units);
    }

    let previews = [plain.preview(0), gifted.preview(0)];
    assert_eq!(previews[0], previews[1]);
    assert_eq!(previews[0].reason, 0, "the drift is large enough for a trade");
    let play = |scene: &mut Scene| {
        scene.rebalance(0).unwrap();
        scene.deposit_single(&user, 0, 1_000_000_000, 0).unwrap();
        scene.deposit(&user, DepositInKindArgs { max_amounts: vec![1 << 30, 1 << 40], min_shares: 0 }).unwrap();
        scene.redeem_single(&user, 1, 100_000_000, 0).unwrap();
        redeem_all(scene, &user);
        (wealth(scene, &user), scene.world.account(&scene.view.address))
    };
    assert_eq!(play(&mut plain), play(&mut gifted), "users and the vault's books are the same to the last unit");
}

/// The classic attack: own nearly all of a tiny vault, make a share worth more than the victim's deposit, let rounding
/// take it. Here the tokens that are sent do not count.
#[test]
fn inflating_by_donation_gives_the_first_depositor_nothing() {
    let (mut scene, admin) = seeded(vec![10, 10], MIN_FIRST_SHARES);
    let victim = scene.user("victim", 1_000);
    for index in [0, 1] {
        let (reserve, units) = (scene.view.assets[index].reserve, scene.assets[index].units(1_000_000));
        scene.world.mint_into(&reserve, units);
    }
    let before = wealth(&scene, &victim);
    let max_amounts = before.iter().copied().map(|units| units / 2).collect();
    scene.deposit(&victim, DepositInKindArgs { max_amounts, min_shares: 0 }).unwrap();
    redeem_all(&mut scene, &victim);
    for (before, after) in before.iter().zip(wealth(&scene, &victim)) {
        assert!(before - after <= 1, "rounding takes a unit of each asset at most: {before} {after}");
    }
    assert!(redeem_all(&mut scene, &admin).iter().all(|paid| *paid <= 10));
}

/// The skip mask forfeits assets to the vault, which does count. But the locked share keeps most of what is forfeited.
#[test]
fn inflating_by_forfeiture_costs_the_attacker_far_more_than_the_victim() {
    let (mut scene, admin) = seeded(vec![1_000_000_000, 20_000_000_000], MIN_FIRST_SHARES);
    let victim = scene.user("victim", 1_000);
    let invested = [1_000_000_000, 20_000_000_000];
    // All but one raw share, without the second asset.
    let shares = scene.shares_of(&admin) - 1;
    scene.redeem(&admin, RedeemInKindArgs { shares, min_amounts: vec![0, 0], skip_mask: 0b10, forfeit_mask: 0b10 }).unwrap();
    let vault = scene.vault();
    assert_eq!((vault.total_shares, vault.assets[1].balance), (LOCKED_SHARES + 1, invested[1]));

    let before = wealth(&scene, &victim);
    let max_amounts = before.iter().map(|units| units / 2).collect();
    scene.deposit(&victim, DepositInKindArgs { max_amounts, min_shares: 0 }).unwrap();
    redeem_all(&mut scene, &victim);
    for (before, after) in before.iter().zip(wealth(&scene, &victim)) {
        assert!(before - after <= 1, "rounding takes a unit of each asset at most: {before} {after}");
    }
    let paid = redeem_all(&mut scene, &admin);
    assert!(u128::from(paid[1]) * 1_000_000 <= u128::from(invested[1]), "a millionth comes back of what was forfeited");
}

/// By one asset the rounding is to whole raw shares; the price of one bounds what a victim can lose.
#[test]
fn inflating_by_forfeiture_costs_a_one_asset_victim_less_than_a_raw_share() {
    let (mut scene, admin) = seeded(vec![500_000_000_000, 10_000_000_000_000], MIN_FIRST_SHARES);
    let victim = scene.user("victim", 1_000);
    let shares = scene.shares_of(&admin) - 1;
    scene.redeem(&admin, RedeemInKindArgs { shares, min_amounts: vec![0, 0], skip_mask: 0b10, forfeit_mask: 0b10 }).unwrap();
    let vault = scene.vault();
    let share_usd = nav_usd(&vault, mid_usd) / u128::from(vault.total_shares);
    assert!(share_usd >= 500_000, "a raw share costs half a dollar: {share_usd}");

    scene.deposit_single(&victim, 0, 100_000_000, 0).unwrap();
    let paid = redeem_all(&mut scene, &victim);
    let lost_usd = 100_000_000 - value_usd(&scene, &paid);
    // The confidence interval takes 10 bps, rounding at most a raw share.
    assert!(lost_usd <= 100_000 + share_usd + 2, "{lost_usd}");
    let regained = redeem_all(&mut scene, &admin);
    assert!(value_usd(&scene, &regained) < 2_000_000, "of 500,000 dollars forfeited: {regained:?}");
}

#[test]
fn a_tiny_first_deposit_does_not_cost_later_ones() {
    // A micro-dollar of each.
    let (mut scene, _) = seeded(vec![1, 20], MIN_FIRST_SHARES);
    let user = scene.user("alice", 1_000);
    let before = wealth(&scene, &user);
    let max_amounts = before.iter().map(|units| units / 10).collect();
    scene.deposit(&user, DepositInKindArgs { max_amounts, min_shares: 0 }).unwrap();
    scene.deposit_single(&user, 0, 10_000_000, 0).unwrap();
    redeem_all(&mut scene, &user);
    let lost = value_usd(&scene, &before) - value_usd(&scene, &wealth(&scene, &user));
    // What the confidence interval costs stays in the vault, nearly all of which is the user's: rounding is left.
    assert!(lost <= 10, "{lost}");
}

#[test]
fn redeem_in_kind_works_paused_with_stale_prices_and_with_none() {
    let mut scene = Scene::funded(Config::mixed(3), 1_000);
    let (guardian, admin) = (scene.guardian.clone(), scene.admin.clone());
    let pause_all = instruction::set_pause(guardian.pubkey(), scene.view.address, pause::ALL, true);
    scene.send(&[pause_all], &[&guardian]).unwrap();
    scene.world.advance(365 * 86_400);
    for asset in scene.assets.clone() {
        scene.world.write(&asset.price_account, &ballast::ID, vec![]);
    }
    assert!(redeem_all(&mut scene, &admin).iter().all(|paid| *paid > 0));

    let mut unpriced = Scene::empty(Config::mixed(3));
    unpriced.seed(1_000);
    assert!(unpriced.vault().assets().iter().all(|asset| asset.publish_time == 0));
    assert!(redeem_all(&mut unpriced, &admin).iter().all(|paid| *paid > 0));
}

/// A frozen reserve traps its own asset and no other; once it thaws, what was left belongs to those who stayed.
#[test]
fn redeem_in_kind_works_around_one_frozen_reserve() {
    for frozen in 0..3 {
        let mut scene = Scene::funded(Config::mixed(3), 900);
        let admin = scene.admin.clone();
        let reserve = scene.view.assets[frozen].reserve;
        scene.world.freeze(&reserve);
        let (before, vault) = (wealth(&scene, &admin), scene.vault());
        let shares = scene.shares_of(&admin) / 2;
        let args = RedeemInKindArgs { shares, min_amounts: vec![0; 3], skip_mask: 1 << frozen, forfeit_mask: 1 << frozen };
        scene.redeem(&admin, args).unwrap();
        for (index, (before, after)) in before.iter().zip(wealth(&scene, &admin)).enumerate() {
            assert_eq!(after > *before, index != frozen);
        }
        assert_eq!(scene.vault().assets[frozen].balance, vault.assets[frozen].balance);
        scene.world.thaw(&reserve);
        let paid = redeem_all(&mut scene, &admin);
        assert!(paid[frozen] > vault.assets[frozen].balance / 2, "the forfeited part went to the remaining shares");
    }
}

#[test]
fn fees_stay_in_the_vault_for_those_who_stay() {
    let mut config = Config::pair();
    (config.limits.entry_fee_bps, config.limits.exit_fee_bps) = (200, 200);
    let mut scene = Scene::funded(config, 10_000);
    let user = scene.user("alice", 1_000);
    let per_share = |scene: &Scene| {
        let vault = scene.vault();
        nav_usd(&vault, mid_usd) * 1_000_000 / u128::from(vault.total_shares)
    };
    assert_eq!(per_share(&scene), 1_000_000 - 1, "a dollar, rounded down");
    scene.deposit_single(&user, 0, 1_000_000_000, 0).unwrap();
    let after_entry = per_share(&scene);
    // 2% of 1,000 dollars over 11,000, and the confidence interval's part.
    assert!((1_001_800..1_001_950).contains(&after_entry), "{after_entry}");
    let shares = scene.shares_of(&user);
    scene.redeem_single(&user, 0, shares, 0).unwrap();
    let after_exit = per_share(&scene);
    assert!((1_003_700..1_004_100).contains(&after_exit), "{after_exit}");
}

/// Without fees as well: the confidence interval works against whoever trades with the vault, either way.
#[test]
fn every_round_trip_loses() {
    let mut scene = Scene::funded(Config::pair(), 10_000);
    let user = scene.user("alice", 1_000);
    for (conf_bps, least_loss_bps) in [(0, 0), (5, 10), (100, 200)] {
        scene.world.advance(1);
        for index in [0, 1] {
            let quote = scene.quote(index);
            scene.publish_quote(index, &Quote { conf: quote.price as u64 * conf_bps / 10_000, ..quote });
        }
        scene.refresh().unwrap();
        for asset in [0, 1] {
            let amount = scene.assets[usize::from(asset)].units(500);
            let start = scene.clone();
            let invested_usd = mid_usd(&start.vault().assets[usize::from(asset)], amount);

            // In and out by the same asset crosses the interval twice on each side.
            let mut one_to_one = start.clone();
            let before = wealth(&one_to_one, &user);
            one_to_one.deposit_single(&user, asset, amount, 0).unwrap();
            let shares = one_to_one.shares_of(&user);
            one_to_one.redeem_single(&user, asset, shares, 0).unwrap();
            let lost = before[usize::from(asset)] - wealth(&one_to_one, &user)[usize::from(asset)];
            assert!(lost > 0 && lost >= amount * least_loss_bps / 10_000, "{conf_bps}: {lost} of {amount}");

            // In by one asset and out by all, valued at the mid prices.
            let mut one_to_all = start.clone();
            one_to_all.deposit_single(&user, asset, amount, 0).unwrap();
            let paid = redeem_all(&mut one_to_all, &user);
            assert!(value_usd(&one_to_all, &paid) < invested_usd);

            // In by all and out by one.
            let mut all_to_one = start;
            let max_amounts = all_to_one.assets.iter().map(|asset| asset.units(250)).collect();
            let before = value_usd(&all_to_one, &wealth(&all_to_one, &user));
            all_to_one.deposit(&user, DepositInKindArgs { max_amounts, min_shares: 0 }).unwrap();
            let shares = all_to_one.shares_of(&user);
            all_to_one.redeem_single(&user, asset, shares, 0).unwrap();
            assert!(value_usd(&all_to_one, &wealth(&all_to_one, &user)) < before);
        }
    }
}

#[test]
fn the_locked_share_is_never_paid_out() {
    let mut scene = Scene::funded(Config::mixed(2), 1_000);
    let user = scene.user("alice", 1_000);
    let max_amounts = scene.assets.iter().map(|asset| asset.units(500)).collect();
    scene.deposit(&user, DepositInKindArgs { max_amounts, min_shares: 0 }).unwrap();
    let admin = scene.admin.clone();
    redeem_all(&mut scene, &user);
    redeem_all(&mut scene, &admin);
    let vault = scene.vault();
    assert_eq!((vault.total_shares, scene.world.supply(&scene.view.share_mint)), (LOCKED_SHARES, 0));
    assert!(vault.assets().iter().all(|asset| asset.balance > 0), "its part stays");
    // The vault is not first again: anybody may deposit, at the locked share's price.
    let max_amounts = scene.assets.iter().map(|asset| asset.units(10)).collect();
    scene.deposit(&user, DepositInKindArgs { max_amounts, min_shares: 1 }).unwrap();
}

/// Deposits an amount of one asset, or redeems shares for it.
fn exchange(scene: &mut Scene, user: &Keypair, flow: Flow, index: usize, quantity: u64) -> Result<Outcome, Failure> {
    match flow {
        Flow::In => scene.deposit_single(user, index as u8, quantity, 0),
        Flow::Out => scene.redeem_single(user, index as u8, quantity, 0),
    }
}

/// The largest one-asset exchange that the bands allow makes no trade due on the first route. A unit more, which would,
/// is refused.
#[track_caller]
fn assert_makes_no_trade_due(scene: &Scene, user: &Keypair, flow: Flow, index: usize) {
    let vault = scene.vault();
    let most = match flow {
        Flow::In => reference::largest_deposit(&vault, index, wealth(scene, user)[index], scene.world.now()),
        Flow::Out => reference::largest_redemption(&vault, index, scene.shares_of(user), scene.world.now()),
    };
    let mut allowed = scene.clone();
    exchange(&mut allowed, user, flow, index, most).unwrap();
    assert_eq!(allowed.preview(0).reason, Reason::InBand as u8);
    assert_error(allowed.rebalance(0), BallastError::InBand);

    let mut refused = scene.clone();
    assert_error(exchange(&mut refused, user, flow, index, most + 1), BallastError::LeavesBand);
    assert_eq!(bytemuck::bytes_of(&refused.vault()), bytemuck::bytes_of(&vault));
    let units = match flow {
        Flow::In => most + 1,
        Flow::Out => reference::units_for_shares(&vault, index, most + 1) as u64,
    };
    refused.edit_vault(|books| *books = reference::moved(&vault, flow, index, units));
    assert_ne!(refused.preview(0).reason, Reason::InBand as u8, "with the refused books there would be a trade");
}

/// Whoever could push an asset out of its band could make the vault trade at a pool they prepared.
#[test]
fn nobody_makes_a_trade_due_by_one_asset() {
    let mut scene = Scene::with_route(Config::pair(), 10_000, 1_000_000);
    let user = scene.user("alice", 20_000);
    let max_amounts = scene.assets.iter().map(|asset| asset.units(5_000)).collect();
    scene.deposit(&user, DepositInKindArgs { max_amounts, min_shares: 0 }).unwrap();
    for flow in [Flow::In, Flow::Out] {
        for index in [0, 1] {
            assert_makes_no_trade_due(&scene, &user, flow, index);
        }
    }
}

/// The third asset's band is so tight that it is left long before that of the asset which moves.
#[test]
fn nobody_makes_a_trade_due_by_diluting_another_asset() {
    let targets = [4_500, 4_500, 1_000].map(|target| AssetSpec::spl(6, 100_000_000, target));
    let mut scene = Scene::empty(Config::of(targets.to_vec()));
    scene.add_route(0, 2, 1_000_000);
    scene.refresh().unwrap();
    scene.seed(10_000);
    scene.edit_vault(|vault| vault.assets[2].allocation.band_abs_bps = 10);
    let admin = scene.admin.clone();
    for flow in [Flow::In, Flow::Out] {
        for index in [0, 1] {
            // The edges are at 9.9 and 10.1 percent. A little more than one percent in or out leaves them, and moves the
            // asset's own weight by half a point of the five that it may.
            let amount = scene.assets[index].units(110);
            let (before, now) = (scene.vault(), scene.world.now());
            assert!(reference::is_tipped(&before, &reference::moved(&before, flow, index, amount), flow, index, now));
            assert_makes_no_trade_due(&scene, &admin, flow, index);
        }
    }
}

/// Swaps the second asset for the first while it is priced high, and back once it is priced low, `secs` later; three times.
/// Returns the user's gain in raw units of the second asset.
fn alternate_prices(secs: u32) -> i128 {
    let mut scene = Scene::funded(Config::pair(), 100_000);
    let user = scene.user("alice", 1_000);
    let before = wealth(&scene, &user);
    scene.world.advance(1);
    for _ in 0..3 {
        scene.set_price(1, 5_050_000_000);
        scene.refresh().unwrap();
        swap_through_shares(&mut scene, &user, 1, before[1] / 2, 0);
        let priced_high = scene.vault().assets[1];
        scene.world.advance(secs);
        scene.set_price(1, 4_950_000_000);
        scene.refresh().unwrap();
        let is_same_price = scene.vault().assets[1].price() == priced_high.price();
        assert_eq!((is_same_price, scene.vault().assets[1].publish_time), (secs == 0, scene.world.now()));
        let gained = wealth(&scene, &user)[0] - before[0];
        swap_through_shares(&mut scene, &user, 0, gained, 1);
        scene.world.advance(secs);
    }
    let after = wealth(&scene, &user);
    assert_eq!((after[0], scene.shares_of(&user)), (before[0], 0));
    i128::from(after[1]) - i128::from(before[1])
}

/// Deposits one asset and redeems the shares for another.
fn swap_through_shares(scene: &mut Scene, user: &Keypair, from: u8, amount: u64, to: u8) {
    scene.deposit_single(user, from, amount, 0).unwrap();
    let shares = scene.shares_of(user);
    scene.redeem_single(user, to, shares, 0).unwrap();
}

#[test]
fn going_back_and_forth_between_two_prices_of_one_second_gains_nothing() {
    assert!(alternate_prices(0) < 0);
    // The same moves from one second to the next are the market's: without fees, whoever foresees them gains.
    assert!(alternate_prices(1) > 0);
}

/// In one transaction: becomes `times` the vault's size, has it trade on a pool whose price is bad, and leaves.
fn trade_inflated(scene: &mut Scene, attacker: &Keypair, times: u64) -> Result<Outcome, Failure> {
    let vault = scene.vault();
    let max_amounts: Vec<u64> = balances(&vault).iter().map(|balance| balance * times).collect();
    let shares = reference::shares_for_amounts(&vault, &max_amounts).unwrap() as u64;
    let deposit = DepositInKindArgs { max_amounts, min_shares: shares };
    let redeem = RedeemInKindArgs { shares, min_amounts: vec![0; 2], skip_mask: 0, forfeit_mask: 0 };
    let (user, keeper) = (attacker.pubkey(), scene.keeper.clone());
    let instructions = [
        instruction::deposit_in_kind(user, &scene.view, deposit),
        scene.rebalance_instruction(0, 0),
        instruction::redeem_in_kind(user, &scene.view, redeem),
    ];
    scene.send(&instructions, &[attacker, &keeper])
}

#[test]
fn a_flash_deposit_does_not_enlarge_the_loss_budget_of_those_who_stay() {
    const BUDGET_BPS: u16 = 5;
    let mut config = Config::pair();
    // Small trades, so that drift outlasts the budget.
    (config.limits.max_trade_bps, config.limits.max_daily_loss_bps) = (100, BUDGET_BPS);
    let mut scene = Scene::with_route(config, 100_000, 1_000_000_000);
    let attacker = scene.user("mallory", 100_000_000);
    scene.shift(&[(1, 10_000_000_000)], 300);
    // The pool pays 50 bps less than the oracle's price, and takes its fee.
    let pool = scene.pools[0].clone();
    let [first, second] = pool.reserves(&scene.world);
    let bad_reserves = [first, second / 10_000 * 10_050];
    let stayers_usd = |scene: &Scene| {
        let vault = scene.vault();
        value_usd(scene, &reference::parts_down(&vault, scene.shares_of(&scene.admin)))
    };

    let (mut trades, mut lost_e8) = (0, 0);
    let refusal = loop {
        pool.set_reserves(&mut scene.world, bad_reserves);
        let before_usd = stayers_usd(&scene);
        // Twice as large each time: were losses counted in dollars, each would be small beside the next budget.
        if let Err(failure) = trade_inflated(&mut scene, &attacker, 1 << trades) {
            break failure;
        }
        trades += 1;
        lost_e8 += (before_usd - stayers_usd(&scene)) * 100_000_000 / before_usd;
        scene.pass(300);
    };
    // The breaker on the budget stops the trades a little before its end.
    assert_error(Err(refusal), BallastError::Halted);
    let budget_e8 = u128::from(BUDGET_BPS) * 10_000;
    assert!(trades >= 3 && lost_e8 > budget_e8 / 2, "{trades} trades cost {lost_e8}");
    assert!(lost_e8 <= budget_e8, "{trades} trades cost {lost_e8} of {budget_e8}");
}
