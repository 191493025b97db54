//! Proofs of concept of the audit. Each test passes where the finding holds.

use {
    ballast::{
        error::BallastError,
        events::Rebalanced,
        instructions::{RedeemInKindArgs, WeightBounds},
        state::{AssetStatus, Change, RampArgs, Roles, SlotArgs},
    },
    ballast_client::{Pubkey, instruction},
    ballast_core::{
        limits::Limits,
        strategy::Strategy,
        strategy::target::{Floor, Movement},
    },
    ballast_tests::{
        Keypair, Signer,
        attack::assert_fails,
        governance::NOBODY,
        issuer::Issuer,
        scene::{AssetSpec, Config, Scene, event},
        strategies::{SAMPLING, observing},
    },
};

const DOLLARS: u64 = 100_000;
const YEAR_SECS: u32 = 31_557_600;

fn bitcoin() -> AssetSpec {
    AssetSpec::spl(8, 4_000_000_000_000, 0)
}

fn redeem_all(scene: &mut Scene, user: &Keypair) {
    let shares = scene.shares_of(user);
    scene.redeem_skipping(user, shares, 0, 0).unwrap();
}

fn close_reserve(
    scene: &mut Scene,
    asset: u8,
) -> Result<ballast_tests::transaction::Outcome, ballast_tests::transaction::Failure> {
    let admin = scene.admin.clone();
    let destination = scene.world.token_address(&admin.pubkey(), &scene.view.assets[usize::from(asset)].mint);
    let close = instruction::close_reserve(admin.pubkey(), &scene.view, asset, destination).unwrap();
    scene.send(&[close], &[&admin])
}

/// A1: the breakers on prices look only at what is held; the first deposit of an asset that is not held passes at a price that has
/// jumped, and the depositor leaves with the others' assets when the price is back.
#[test]
fn a1_first_deposit_of_an_unheld_asset_bypasses_the_price_breakers() {
    let mut scene = Scene::funded(Config::many(4), DOLLARS);
    scene.add_asset(&bitcoin(), 1_000);
    let attacker = scene.user("attacker", 50_000);
    for _ in 0..5 {
        scene.pass(600);
    }
    let fair = scene.assets[4].spec.price_e8;
    // Held: refused.
    {
        let mut scene = scene.clone();
        let price = scene.assets[1].spec.price_e8;
        scene.set_price(1, 2 * price);
        scene.pass(10);
        let amount = scene.assets[1].units(100);
        assert_fails(scene.deposit_single(&attacker, 1, amount, 0), BallastError::PriceDislocated);
    }
    // Not held: taken, up to the band's edge.
    scene.set_price(4, 2 * fair);
    scene.pass(10);
    let amount = scene.assets[4].units(5_200);
    let outcome = scene.deposit_single(&attacker, 4, amount, 0);
    println!("first deposit of the dislocated asset: {:?}", outcome.as_ref().map(|_| ()).map_err(|f| f.to_string()));
    outcome.unwrap();
    // The second one is refused: now it is held.
    assert_fails(scene.deposit_single(&attacker, 4, amount / 100, 0), BallastError::PriceDislocated);
    let shares = scene.shares_of(&attacker);
    scene.set_price(4, fair);
    scene.pass(10);
    let paid = amount as u128 * fair as u128 / 100_000_000 / 100; // dollars e-6
    println!("shares {shares} (a dollar each), paid {paid} micro-dollars at the fair price");
    assert!(u128::from(shares) * 10 > paid * 19, "nearly twice what it is worth");
}

/// A1b: and the vault buys it.
#[test]
fn a1b_rebalance_buys_an_unheld_asset_at_a_dislocated_price() {
    let mut scene = Scene::funded(Config { strategy: observing(), slack_bps: 10_000, ..Config::many(4) }, DOLLARS);
    scene.add_asset(&bitcoin(), 1_000);
    let targets_bps = vec![1_500, 2_500, 2_500, 2_500, 1_000];
    let id = scene.queue(Change::Targets(RampArgs { targets_bps, duration_secs: 3_600 }));
    let route = scene.add_route(0, 4, 10_000_000);
    scene.wait_for_timelock();
    scene.apply(id).unwrap();
    for _ in 0..8 {
        scene.pass(600);
    }
    let fair = scene.assets[4].spec.price_e8;
    scene.leap(&[(4, 2 * fair)], 10);
    let bought: Rebalanced = event(&scene.rebalance(route).unwrap());
    println!("bought {} units, nav {} -> {}", bought.amount_out, bought.nav_before_usd, bought.nav_after_usd);
    assert_eq!(bought.bought_asset, 4);
    // The next look trips the breaker.
    scene.pass(300);
    let _ = scene.rebalance(route);
    println!("halt after: {:?}", scene.vault().state.halt);
    assert_eq!(scene.vault().state.halt.breaker, 1);
}

/// A2: whoever has one raw unit of a claim keeps an asset in the basket for ever.
#[test]
fn a2_an_unclaimed_claim_blocks_removal_for_ever() {
    let mut scene = Scene::funded(Config::many(4), DOLLARS);
    scene.add_asset(&bitcoin(), 1_000);
    let (honest, attacker) = (scene.user("honest", 10_000), scene.user("attacker", 10));
    scene.pass(60);
    let amount = scene.assets[4].units(1_000);
    scene.deposit_single(&honest, 4, amount, 0).unwrap();
    let amount = scene.assets[0].units(2);
    scene.deposit_single(&attacker, 0, amount, 0).unwrap();
    scene.open_claims(&attacker).unwrap();
    let shares = scene.shares_of(&attacker);
    scene.redeem_skipping(&attacker, shares, 1 << 4, 0).unwrap();
    println!("claimed: {} raw units", scene.vault().assets[4].owed);
    let shares = scene.shares_of(&honest);
    scene.redeem_single(&honest, 4, shares, 0).or_else(|_| scene.redeem_single(&honest, 4, shares / 2, 0)).unwrap();
    let left = scene.vault().assets[4].balance;
    println!("left in balance: {left}");
    let admin = scene.admin.clone();
    let mint = scene.assets[4].mint;
    scene.world.mint_to(&mint, &admin.pubkey(), 1);
    while scene.vault().assets[4].balance > 0 {
        scene.redeem_single(&admin, 4, 2_000_000_000, 0).unwrap();
    }
    let id = scene.queue(Change::RemoveAsset(4));
    scene.wait_for_timelock();
    let result = scene.apply(id);
    println!("remove: {}", result.as_ref().err().unwrap());
    assert_fails(result, BallastError::AssetInUse);
}

/// A3: with nobody as recipient, anybody mints the owed fee to the address of all zeros, from where no share ever comes back: the vault
/// can never be closed, and the locked shares' part is lost.
#[test]
fn a3_owed_fees_can_be_minted_to_nobody_and_the_vault_never_closes() {
    let config = Config { limits: Limits { management_fee_bps: 200, ..Config::many(2).limits }, ..Config::many(2) };
    let mut scene = Scene::funded(config, 1_000);
    let recipient = scene.world.wallet("fee recipient");
    scene.world.create_token_account(&recipient.pubkey(), &scene.view.share_mint);
    scene.edit_vault(|vault| vault.fee_recipient = recipient.pubkey());
    scene.world.advance(YEAR_SECS);
    scene.change(Change::Roles(NOBODY)).unwrap();
    let owed = scene.vault().state.fees.owed_shares;
    let nobody = Pubkey::default();
    scene.world.create_token_account(&nobody, &scene.view.share_mint);
    scene.collect_fees(&nobody).unwrap();
    println!("minted to nobody: {owed}");
    let admin = scene.admin.clone();
    redeem_all(&mut scene, &admin);
    assert_eq!(scene.world.supply(&scene.view.share_mint), owed);
    assert_fails(close_reserve(&mut scene, 0), BallastError::VaultInUse);
}

/// A4: fees go on accruing on the locked share while the vault is being closed; anybody mints them between two `close_reserve`s, and the
/// next one fails until the recipient redeems, who need not.
#[test]
fn a4_collect_fees_stops_a_closing_half_way() {
    let config = Config { limits: Limits { management_fee_bps: 200, ..Config::many(3).limits }, ..Config::many(3) };
    let mut scene = Scene::funded(config, 1_000);
    let recipient = scene.world.wallet("fee recipient");
    scene.world.create_token_account(&recipient.pubkey(), &scene.view.share_mint);
    scene.edit_vault(|vault| vault.fee_recipient = recipient.pubkey());
    let admin = scene.admin.clone();
    redeem_all(&mut scene, &admin);
    close_reserve(&mut scene, 0).unwrap();
    scene.world.advance(3_600);
    scene.collect_fees(&recipient.pubkey()).unwrap();
    println!("minted while closing: {}", scene.world.supply(&scene.view.share_mint));
    assert_fails(close_reserve(&mut scene, 1), BallastError::VaultInUse);
}

/// A5: `configure_strategy` gives bounds, and so weight, to an asset that was removed before the first deposit.
#[test]
fn a5_configure_strategy_gives_a_removed_asset_bounds() {
    let mut config = Config { strategy: observing(), slack_bps: 10_000, ..Config::many(4) };
    config.assets[0].target_bps = 5_000;
    config.assets[1].target_bps = 5_000;
    config.assets[2].target_bps = 0;
    config.assets[3].target_bps = 0;
    let mut scene = Scene::empty(config);
    let id = scene.queue(Change::RemoveAsset(3));
    scene.apply(id).unwrap();
    assert_eq!(scene.vault().assets[3].allocation.max_bps, 0);
    let mut args = scene.configure_args();
    args.bounds[3] = WeightBounds { min_bps: 0, max_bps: 10_000 };
    scene.configure(args).unwrap();
    let asset = scene.vault().assets[3];
    assert_eq!((asset.status, asset.allocation.max_bps), (AssetStatus::Removed as u8, 10_000));
    // And a ramp gives it a target.
    let id = scene.queue(Change::Targets(RampArgs { targets_bps: vec![2_500, 2_500, 0, 5_000], duration_secs: 3_600 }));
    scene.apply(id).unwrap();
    println!("removed asset's target: {}", scene.vault().assets[3].allocation.target_bps);
    assert_eq!(scene.vault().assets[3].allocation.target_bps, 5_000);
    // From then on no change of slots can be made that leaves it: its target cannot fall under a `Strategy` change's bounds.
    let slots: Vec<SlotArgs> = scene.slots();
    let id = scene.queue(Change::Strategy(observing(), slots));
    println!("strategy change: {:?}", scene.apply(id).map(|_| ()).map_err(|f| f.to_string()));
}

/// A6: a quarantine that anybody makes moves the share price below the floor, which never falls: the whole vault flees to the safe asset.
#[test]
fn a6_quarantine_puts_the_share_price_below_the_floor_for_ever() {
    let strategy = Strategy {
        sampling: SAMPLING,
        floor: Floor { multiplier_e2: 300, floor_bps: 8_000, ratchet_bps: 8_000 },
        movement: Movement { max_change_bps: 10_000, safe_asset: 0 },
        ..Strategy::plain()
    };
    let issuer = Issuer::default();
    let mut scene = Scene::funded(issuer.of(Config { strategy, slack_bps: 10_000, ..Config::many(4) }), DOLLARS);
    scene.pass(600);
    scene.observe().unwrap();
    let floor: u128 = scene.vault().state.floor_x64.into();
    let weights = |scene: &Scene| scene.vault().assets().iter().map(|asset| asset.allocation.weight_e8).collect::<Vec<_>>();
    println!("floor {floor}, weights {:?}", weights(&scene));
    issuer.freeze_reserve(&mut scene, 3);
    let mallory = scene.user("mallory", 1);
    scene.quarantine(&mallory, 3).unwrap();
    for _ in 0..3 {
        scene.pass(86_400 / 2);
        scene.observe().unwrap();
        println!("weights {:?}", weights(&scene));
    }
    let after: u128 = scene.vault().state.floor_x64.into();
    assert_eq!(after, floor);
    assert_eq!(weights(&scene)[0], 100_000_000, "all in the safe asset");
}

/// A7: roles of a hostile guardian: its own replacement takes thirty days, if it tightens the timelock just before.
#[test]
fn a7_guardian_lengthens_its_own_replacement_to_thirty_days() {
    let mut scene = Scene::funded(Config::many(2), DOLLARS);
    let guardian = scene.guardian.clone();
    let limits = Limits { timelock_secs: 2_592_000, change_window_secs: 86_400, ..scene.vault().limits };
    scene.tighten_by(&guardian, Change::Limits(limits)).unwrap();
    let id = scene.queue(Change::Guardian(scene.admin.pubkey()));
    let queued = scene.queued(id);
    assert_eq!(queued.eta - scene.world.now(), 2_592_000);
    let _ = (Roles { ..NOBODY }, RedeemInKindArgs { shares: 0, min_amounts: vec![], skip_mask: 0, forfeit_mask: 0 });
}

/// A8: one bad print, which the jump breaker answers with a soft halt, is observed all the same: it becomes the share price's high and
/// raises the floor. Once the price is back, anybody trips the hard drawdown breaker, and the vault stays in the safe asset.
#[test]
fn a8_an_observed_bad_print_becomes_a_hard_halt_and_a_floor_above_the_share_price() {
    let strategy = Strategy {
        sampling: SAMPLING,
        floor: Floor { multiplier_e2: 300, floor_bps: 8_000, ratchet_bps: 8_000 },
        movement: Movement { max_change_bps: 10_000, safe_asset: 0 },
        ..Strategy::plain()
    };
    let mut scene = Scene::funded(Config { strategy, slack_bps: 10_000, ..Config::pair() }, DOLLARS);
    for _ in 0..4 {
        scene.pass(600);
        scene.observe().unwrap();
    }
    let floor_before: u128 = scene.vault().state.floor_x64.into();
    let fair = scene.assets[1].spec.price_e8;
    // The print stands for ten seconds.
    scene.set_price(1, 2 * fair);
    scene.pass(600);
    scene.observe().expect("an observation of a price that the vault would not trade at");
    scene.set_price(1, fair);
    scene.pass(10);
    let keeper = scene.keeper.clone();
    let trip = instruction::trip_breaker(scene.view.address, None);
    let floor: u128 = scene.vault().state.floor_x64.into();
    println!("floor {floor_before} -> {floor}; a share is worth {}", 1u128 << 64);
    scene.send(&[trip], &[&keeper]).unwrap();
    println!("halt {:?}", scene.vault().state.halt);
    scene.pass(86_400);
    let halt = scene.vault().state.halt;
    assert_eq!((halt.breaker, halt.is_hard), (4, 1));
    assert!(floor > 1u128 << 64);
}

/// A9: a price counts in the vault's own average for all the time until the next refresh, however briefly it was published: after a bad
/// print that nobody followed up for an hour, the right price trips the breaker.
#[test]
fn a9_a_momentary_print_fills_the_average_of_an_idle_vault() {
    let mut scene = Scene::funded(Config::pair(), DOLLARS);
    for _ in 0..5 {
        scene.pass(600);
    }
    let fair = scene.assets[1].spec.price_e8;
    scene.set_price(1, fair * 14 / 10);
    scene.pass(1);
    scene.set_price(1, fair);
    scene.pass(3_600);
    let asset = scene.vault().assets[1];
    let (price, average): (u128, u128) = (asset.price_x64.into(), asset.average_x64.into());
    println!("average over price: {} bps", average * 10_000 / price);
    let keeper = scene.keeper.clone();
    let trip = instruction::trip_breaker(scene.view.address, None);
    scene.send(&[trip], &[&keeper]).unwrap();
    assert_eq!(scene.vault().state.halt.breaker, 1);
}

/// Sound: sixteen assets fit transactions and compute units.
#[test]
fn sound_sixteen_slots_fit() {
    let mut scene = Scene::funded(Config { strategy: observing(), slack_bps: 100, ..Config::mixed(16) }, DOLLARS);
    let slots = scene.slots();
    let id = scene.queue(Change::Strategy(observing(), slots));
    scene.wait_for_timelock();
    println!("apply_change: {} CU", scene.apply(id).unwrap().compute_units);
    let admin = scene.admin.clone();
    scene.open_claims(&admin).unwrap();
    let shares = scene.shares_of(&admin);
    println!("redeem 15 + 1 claim: {} CU", scene.redeem_skipping(&admin, shares / 2, 1 << 15, 0).unwrap().compute_units);
    println!("redeem 16 claimed: {} CU", scene.redeem_skipping(&admin, shares / 4, u16::MAX, 0).unwrap().compute_units);
}
