//! Assets that join and leave the basket, come out of quarantine, or get another price feed.

use {
    anchor_lang::{prelude::Pubkey, solana_program::program_option::COption},
    anchor_spl::token_2022::spl_token_2022::state::{Account as TokenState, AccountState},
    ballast::{
        error::BallastError,
        events::{AssetAdded, AssetRemoved, ChangeApplied},
        instructions::{AssetArgs, RedeemInKindArgs},
        state::{AssetStatus, Change, FeedArgs, MaxWeight, OracleKind, RampArgs, SlotArgs, Vault},
    },
    ballast_client::{VaultView, instruction},
    ballast_core::strategy::{
        Strategy,
        allocation::Allocation,
        target::{Floor, Movement},
    },
    ballast_tests::{
        Signer,
        amm::{
            Pool,
            token_swap::{self, Fees, TokenSwap},
        },
        attack::{assert_fails, harmful_extensions},
        scene::{AssetSpec, Config, Scene, SceneAsset, event},
        strategies::{SAMPLING, observing},
        token::{MintConfig, MintExtension},
        transaction::{Failure, Outcome},
    },
};

/// Dollars in the vault.
const VAULT_DOLLARS: u64 = 100_000;
const DAY_SECS: u32 = 86_400;
/// Where Token Swap's pool keeps its fee account, which may be anybody's.
const FEE_ACCOUNT_OFFSET: usize = 195;

/// Four assets whose targets may fall to nothing, five points a day.
fn movable() -> Config {
    Config { strategy: observing(), slack_bps: 10_000, ..Config::many(4) }
}

fn funded() -> Scene {
    Scene::funded(movable(), VAULT_DOLLARS)
}

fn bitcoin() -> AssetSpec {
    AssetSpec::spl(8, 4_000_000_000_000, 0)
}

/// The vault as its own account tells it, for assets that have left.
fn reread(scene: &mut Scene) {
    scene.view = VaultView::of(scene.view.address, &scene.vault()).expect("known token kinds");
}

/// Queues the change that adds this asset, waits, and tries to apply it.
fn try_adding(scene: &mut Scene, asset: &SceneAsset) -> Result<Outcome, Failure> {
    let (id, view) = (scene.queue(scene.add_asset_change(asset, 1_000)), scene.asset_view(asset));
    scene.wait_for_timelock();
    scene.apply_asset(id, &view)
}

fn create_reserve(scene: &mut Scene, asset: &SceneAsset) -> Pubkey {
    let (admin, view) = (scene.admin.clone(), scene.asset_view(asset));
    let create = instruction::create_reserve(admin.pubkey(), scene.view.authority, &view);
    scene.send(&[create], &[&admin]).unwrap();
    view.reserve
}

#[track_caller]
fn assert_in_use(result: Result<Outcome, Failure>, what: &str) {
    let failure = result.as_ref().expect_err(what);
    let line = format!("Program log: asset in use: {what}");
    assert!(failure.logs.contains(&line), "no \"{line}\" in {failure}");
    assert_fails(result, BallastError::AssetInUse);
}

/// Asserts that a slot is as it was.
#[track_caller]
fn assert_same(before: &Vault, after: &Vault, index: usize) {
    let bytes = |vault: &Vault| bytemuck::bytes_of(&vault.assets()[index]).to_vec();
    assert_eq!(bytes(before), bytes(after), "{index}");
}

/// A vault with a route between its first asset and its last one, 3.
fn routed() -> Scene {
    let mut scene = Scene::empty(movable());
    scene.add_route(0, 3, 10_000_000);
    scene.refresh().unwrap();
    scene.seed(VAULT_DOLLARS);
    scene
}

/// Moves the last asset's target to nothing, has it sold down to the band's edge, and redeems what is left.
fn empty_last(scene: &mut Scene) {
    scene.start_ramp(&[5_000, 2_500, 2_500, 0], 5 * DAY_SECS).unwrap();
    scene.pass(5 * DAY_SECS);
    scene.observe().unwrap();
    while scene.preview(0).reason == 0 {
        scene.rebalance(0).unwrap();
        scene.pass(3_600);
    }
    // More shares than it is worth; it pays what there is.
    let admin = scene.admin.clone();
    scene.redeem_single(&admin, 3, VAULT_DOLLARS * 1_000_000 / 18, 0).unwrap();
    assert_eq!(scene.vault().assets()[3].balance, 0);
}

#[test]
fn asset_joins_empty_and_without_a_target() {
    let mut scene = funded();
    scene.observe().unwrap();
    let before = scene.vault();
    let outcome = scene.add_asset(&bitcoin(), 2_000);
    let (after, asset) = (scene.vault(), scene.assets[4].clone());
    assert_eq!(after.asset_count, 5);
    (0..4).for_each(|index| assert_same(&before, &after, index));
    let slot = after.assets()[4];
    assert_eq!((slot.mint, slot.reserve, slot.feed), (asset.mint, scene.view.assets[4].reserve, asset.feed));
    assert_eq!((slot.balance, slot.owed, slot.publish_time, u128::from(slot.price_x64)), (0, 0, 0, 0));
    assert_eq!((slot.decimals, slot.oracle, slot.token, slot.status), (8, 0, 0, AssetStatus::Active as u8));
    assert_eq!(slot.allocation, Allocation { max_bps: 2_000, ..Allocation::fixed(0, 500, 2_500) });
    let added: AssetAdded = event(&outcome);
    assert_eq!((added.vault, added.slot, added.sequence), (scene.view.address, scene.world.clock().slot, after.sequence - 1));
    assert_eq!((added.asset, added.mint, added.reserve), (4, slot.mint, slot.reserve));
    assert_eq!(event::<ChangeApplied>(&outcome).sequence, after.sequence);
    // What was learned of four assets says nothing for five.
    assert_ne!(before.state.statistics, Default::default());
    assert_eq!(after.state.statistics, Default::default());
}

/// It gets a target by a ramp, and holdings by trades; deposits and redemptions in kind take it along.
#[test]
fn asset_that_joined_is_traded_like_the_others() {
    let mut scene = funded();
    scene.add_asset(&bitcoin(), 2_000);
    let route = scene.add_route(0, 4, 10_000_000);
    scene.wait_for_timelock();
    scene.pass(1);
    let targets = scene.vault().assets().iter().map(|asset| asset.allocation.target_bps).collect::<Vec<_>>();
    scene.start_ramp(&[targets[0] - 2_000, targets[1], targets[2], targets[3], 2_000], 4 * DAY_SECS).unwrap();
    scene.pass(4 * DAY_SECS);
    for _ in 0..4 {
        scene.rebalance(route).unwrap();
        scene.pass(3_600);
    }
    let held = scene.vault().assets()[4].balance;
    // Four chunks of a twentieth.
    assert!(held > scene.assets[4].units(VAULT_DOLLARS * 19 / 100), "{held}");

    let user = scene.user("user", 1_000);
    let amounts = scene.assets.iter().map(|asset| asset.units(1_000)).collect();
    scene.deposit(&user, ballast::instructions::DepositInKindArgs { max_amounts: amounts, min_shares: 1 }).unwrap();
    let shares = scene.shares_of(&user);
    let args = RedeemInKindArgs { shares, min_amounts: vec![1; 5], skip_mask: 0, forfeit_mask: 0 };
    scene.redeem(&user, args).unwrap();
}

#[test]
fn sixteen_slots_are_all() {
    let mut scene = Scene::funded(Config { slack_bps: 10_000, strategy: observing(), ..Config::many(15) }, VAULT_DOLLARS);
    scene.add_asset(&bitcoin(), 1_000);
    assert_eq!(scene.vault().asset_count, 16);
    let asset = scene.new_asset(&bitcoin());
    create_reserve(&mut scene, &asset);
    assert_fails(try_adding(&mut scene, &asset), BallastError::AssetCount);
}

#[test]
fn asset_joins_with_the_authoritys_own_clean_reserve_only() {
    let mut base = funded();
    let (asset, mallory) = (base.new_asset(&bitcoin()), base.user("mallory", 1));
    assert_fails(try_adding(&mut base.clone(), &asset), BallastError::ReserveMissing);

    let reserve = create_reserve(&mut base, &asset);
    let (id, view) = (base.queue(base.add_asset_change(&asset, 1_000)), base.asset_view(&asset));
    base.wait_for_timelock();
    // Somebody else's account; the authority's, but another one; another asset's reserve.
    let theirs = base.world.create_token_account(&mallory.pubkey(), &asset.mint);
    let second = Pubkey::new_unique();
    base.world.write_token_account(&second, &base.view.authority.clone(), &asset.mint);
    for other in [theirs, second, base.view.assets[0].reserve, asset.mint] {
        let mut view = view;
        view.reserve = other;
        assert_fails(base.clone().apply_asset(id, &view), BallastError::WrongAccount);
    }
    // The right one, after the authority's signature was abused by a pool's program, or the issuer froze it.
    let tampered = |edit: fn(&mut TokenState, Pubkey)| {
        let mut scene = base.clone();
        scene.world.edit_token_account(&reserve, |state| edit(state, mallory.pubkey()));
        assert_fails(scene.apply_asset(id, &view), BallastError::ReserveTampered);
    };
    tampered(|state, mallory| state.owner = mallory);
    tampered(|state, mallory| (state.delegate, state.delegated_amount) = (COption::Some(mallory), 1));
    tampered(|state, mallory| state.close_authority = COption::Some(mallory));
    tampered(|state, _| state.state = AccountState::Frozen);
    let mut scene = base.clone();
    scene.world.set_owner(&reserve, &mallory.pubkey());
    assert_fails(scene.apply_asset(id, &view), BallastError::ReserveMissing);
    // What somebody sent it before counts for nothing.
    base.world.mint_into(&reserve, 1_000);
    base.apply_asset(id, &view).unwrap();
    assert_eq!(base.vault().assets()[4].balance, 0);
}

#[test]
fn asset_joins_with_mint_and_reserve_and_nothing_else() {
    let mut scene = funded();
    let asset = scene.new_asset(&bitcoin());
    create_reserve(&mut scene, &asset);
    let (id, view) = (scene.queue(scene.add_asset_change(&asset, 1_000)), scene.asset_view(&asset));
    scene.wait_for_timelock();
    assert_fails(scene.apply(id), BallastError::AccountsMismatch);
    let admin = scene.admin.clone();
    let mut apply = instruction::apply_asset(admin.pubkey(), scene.view.address, id, &view);
    apply.accounts.pop();
    assert_fails(scene.send(&[apply.clone()], &[&admin]), BallastError::AccountsMismatch);
    let one = apply.accounts[0].clone();
    apply.accounts.extend([one.clone(), one]);
    assert_fails(scene.send(&[apply], &[&admin]), BallastError::AccountsMismatch);
}

#[test]
fn asset_of_a_harmful_or_foreign_mint_does_not_join() {
    let mut scene = funded();
    let close_authority = MintExtension::MintCloseAuthority(Pubkey::new_unique());
    for (number, extension) in harmful_extensions().into_iter().chain([close_authority]).enumerate() {
        let spec = AssetSpec { mint: MintConfig::token_2022(6, vec![extension]), ..bitcoin() };
        let mut scene = scene.clone();
        let asset = scene.new_asset(&spec);
        create_reserve(&mut scene, &asset);
        let result = try_adding(&mut scene, &asset);
        assert_fails(result, BallastError::UnsupportedMintExtension);
        assert_eq!(scene.vault().asset_count, 4, "{number}");
    }
    let mut asset = scene.new_asset(&AssetSpec { mint: MintConfig::spl(19), ..bitcoin() });
    create_reserve(&mut scene, &asset);
    assert_fails(try_adding(&mut scene.clone(), &asset), BallastError::UnsupportedMint);
    let (real, wallet) = (asset.mint, scene.keeper.pubkey());
    asset.mint = wallet;
    assert_fails(try_adding(&mut scene.clone(), &asset), BallastError::UnsupportedMint);
    asset.mint = scene.view.share_mint;
    create_reserve(&mut scene, &asset);
    assert_fails(try_adding(&mut scene.clone(), &asset), BallastError::UnsupportedMint);
    assert_ne!(asset.mint, real);
}

#[test]
fn asset_joins_without_a_target_and_within_the_bounds() {
    let mut scene = funded();
    let asset = scene.new_asset(&bitcoin());
    let view = scene.asset_view(&asset);
    create_reserve(&mut scene, &asset);
    let args = AssetArgs { target_bps: 0, band_abs_bps: 500, band_rel_bps: 500, oracle: OracleKind::PythPull, feed: [9; 32] };
    for (args, max_bps, error) in [
        (AssetArgs { target_bps: 1, ..args }, 1_000, BallastError::TargetsSum),
        (AssetArgs { band_abs_bps: 0, ..args }, 1_000, BallastError::BandOutOfBounds),
        (AssetArgs { band_rel_bps: 10_001, ..args }, 1_000, BallastError::BandOutOfBounds),
        (args, 10_001, BallastError::StrategyOutOfBounds),
    ] {
        let mut scene = scene.clone();
        let id = scene.queue(Change::AddAsset(args, MaxWeight { max_bps }));
        scene.wait_for_timelock();
        assert_fails(scene.apply_asset(id, &view), error);
    }
}

/// A route is checked against the reserves that there are. One that names the reserve of an asset to come would hand it to its AMM.
#[test]
fn route_that_waits_for_an_assets_reserve_is_refused() {
    let mut scene = Scene::empty(movable());
    let asset = scene.new_asset(&bitcoin());
    let future = create_reserve(&mut scene, &asset);
    let pool = scene.create_pool(0, 1, 10_000_000);
    let mut state = scene.world.account(&pool.address());
    state.data[FEE_ACCOUNT_OFFSET..FEE_ACCOUNT_OFFSET + 32].copy_from_slice(future.as_ref());
    scene.world.set_account(&pool.address(), state);
    scene.register(&pool.address()).unwrap();
    scene.pools.push(pool);
    scene.refresh().unwrap();
    scene.seed(VAULT_DOLLARS);
    assert_ne!(scene.preview(0).reason, 0);
    let id = scene.queue(scene.add_asset_change(&asset, 1_000));
    scene.wait_for_timelock();
    let view = scene.asset_view(&asset);
    scene.apply_asset(id, &view).unwrap();
    scene.join(asset);
    scene.pass(1);
    assert_fails(scene.rebalance(0), BallastError::UnsupportedPool);
    // Registered now, it is refused as well; without that account it is as good as any.
    let admin = scene.admin.clone();
    let close = instruction::close_route(admin.pubkey(), admin.pubkey(), scene.view.address, scene.pools[0].address());
    scene.send(&[close], &[&admin]).unwrap();
    let address = scene.pools[0].address();
    assert_fails(scene.register(&address), BallastError::UnsupportedPool);
}

#[test]
fn asset_that_is_there_does_not_join_again() {
    let mut scene = funded();
    let twin = scene.assets[2].clone();
    assert_fails(try_adding(&mut scene, &twin), BallastError::DuplicateAsset);
}

#[test]
fn asset_leaves_empty_and_for_ever() {
    let mut scene = routed();
    let admin = scene.admin.clone();
    empty_last(&mut scene);
    let last = 3;
    let before = scene.vault();
    let outcome = scene.change(Change::RemoveAsset(last)).unwrap();
    let after = scene.vault();
    let slot = after.assets()[3];
    assert_eq!((after.asset_count, slot.status, slot.mint), (4, AssetStatus::Removed as u8, scene.assets[3].mint));
    assert_eq!(slot.allocation, Allocation::fixed(0, 500, 2_500));
    let removed: AssetRemoved = event(&outcome);
    assert_eq!(
        (removed.vault, removed.slot, removed.sequence),
        (scene.view.address, scene.world.clock().slot, after.sequence - 1)
    );
    assert_eq!((removed.asset, removed.mint), (3, slot.mint));
    assert_ne!(before.state.statistics, Default::default());
    assert_eq!(after.state.statistics, Default::default());

    // It cannot leave twice, nor be given a target, nor come back in another slot, nor be deposited.
    assert_in_use(scene.change(Change::RemoveAsset(last)), "status");
    let targets_bps = vec![4_000, 3_000, 2_000, 1_000];
    let ramp = Change::Targets(RampArgs { targets_bps, duration_secs: 30 * DAY_SECS });
    assert_fails(scene.change(ramp), BallastError::StrategyOutOfBounds);
    let bounds =
        Change::Strategy(observing(), scene.slots().into_iter().map(|slot| SlotArgs { max_bps: 10_000, ..slot }).collect());
    scene.change(bounds).unwrap();
    assert_eq!(scene.slots()[3].max_bps, 0, "bounds are for those who are there");
    let twin = scene.assets[3].clone();
    assert_fails(try_adding(&mut scene, &twin), BallastError::DuplicateAsset);
    scene.publish();
    scene.refresh_some(0b0111).unwrap();
    assert_fails(scene.deposit_single(&admin, last, 1_000, 0), BallastError::UnknownAsset);
    // The others go on without it.
    reread(&mut scene);
    let shares = scene.shares_of(&admin) / 2;
    let args = RedeemInKindArgs { shares, min_amounts: vec![1, 1, 1, 0], skip_mask: 0, forfeit_mask: 0 };
    scene.redeem(&admin, args).unwrap();
}

#[test]
fn asset_in_use_does_not_leave() {
    let mut scene = routed();
    assert_in_use(scene.clone().change(Change::RemoveAsset(3)), "balance");
    assert_fails(scene.clone().change(Change::RemoveAsset(4)), BallastError::UnknownAsset);
    empty_last(&mut scene);
    type Edit = fn(&mut Vault);
    let edits: [(Edit, &str); 4] = [
        (|vault| vault.assets[3].balance = 1, "balance"),
        (|vault| vault.assets[3].allocation.target_bps = 1, "target"),
        (
            |vault| {
                vault.state.ramp.end_at = i64::MAX;
                vault.assets[3].allocation.ramp_from_e8 = 1;
            },
            "ramp",
        ),
        (
            |vault| {
                vault.strategy.movement.max_change_bps = 100;
                vault.assets[3].allocation.weight_e8 = 1;
            },
            "weight",
        ),
    ];
    for (edit, what) in edits {
        let mut scene = scene.clone();
        scene.edit_vault(edit);
        assert_in_use(scene.change(Change::RemoveAsset(3)), what);
    }
    scene.change(Change::RemoveAsset(3)).unwrap();
}

#[test]
fn last_two_assets_stay() {
    let mut scene = Scene::funded(movable(), VAULT_DOLLARS);
    scene.edit_vault(|vault| {
        for asset in &mut vault.assets[1..4] {
            asset.balance = 0;
            let Allocation { band_abs_bps, band_rel_bps, .. } = asset.allocation;
            asset.allocation = Allocation::fixed(0, band_abs_bps, band_rel_bps);
        }
        vault.assets[0].allocation = Allocation { max_bps: 10_000, ..Allocation::fixed(10_000, 500, 2_500) };
    });
    scene.change(Change::RemoveAsset(1)).unwrap();
    scene.change(Change::RemoveAsset(3)).unwrap();
    assert_fails(scene.change(Change::RemoveAsset(2)), BallastError::AssetCount);
    assert_fails(scene.change(Change::RemoveAsset(0)), BallastError::AssetInUse);
}

#[test]
fn safe_asset_stays_while_a_part_of_the_strategy_needs_it() {
    let floor = Floor { multiplier_e2: 300, floor_bps: 7_000, ratchet_bps: 0 };
    let strategy =
        Strategy { floor, movement: Movement { max_change_bps: 500, safe_asset: 3 }, sampling: SAMPLING, ..Strategy::plain() };
    let mut scene = Scene::funded(Config { strategy, ..movable() }, VAULT_DOLLARS);
    scene.edit_vault(|vault| {
        vault.assets[3].balance = 0;
        vault.assets[0].allocation.target_bps += vault.assets[3].allocation.target_bps;
        vault.assets[0].allocation.ramp_from_e8 += vault.assets[3].allocation.ramp_from_e8;
        vault.assets[3].allocation = Allocation { max_bps: 10_000, ..Allocation::fixed(0, 500, 2_500) };
    });
    assert_fails(scene.clone().change(Change::RemoveAsset(3)), BallastError::StrategyOutOfBounds);
    let elsewhere = Strategy { movement: Movement { max_change_bps: 500, safe_asset: 0 }, ..strategy };
    scene.change(Change::Strategy(elsewhere, scene.slots())).unwrap();
    scene.change(Change::RemoveAsset(3)).unwrap();
    // Nor does one that has left become the safe one.
    assert_fails(scene.change(Change::Strategy(strategy, scene.slots())), BallastError::StrategyOutOfBounds);
}

#[test]
fn route_of_an_asset_that_left_trades_no_more() {
    let mut scene = routed();
    empty_last(&mut scene);
    scene.change(Change::RemoveAsset(3)).unwrap();
    scene.publish();
    scene.refresh_some(0b0111).unwrap();
    assert_fails(scene.rebalance(0), BallastError::Quarantined);
    // Nor can a new one be registered.
    let [first, third] = [0, 3].map(|index| scene.assets[index].clone());
    let mints = [first.mint, third.mint];
    let pool = TokenSwap::create(&mut scene.world, "another pool", mints, [1_000_000, 1_000_000], Fees::default());
    assert_fails(scene.register(&pool.address()), BallastError::UnknownAsset);
    assert_eq!(scene.world.account(&pool.address()).owner, token_swap::PROGRAM);
}

#[test]
fn quarantined_asset_is_released_after_the_timelock() {
    let mut scene = funded();
    scene.observe().unwrap();
    let guardian = scene.guardian.clone();
    assert_fails(scene.change(Change::ReleaseAsset(1)), BallastError::NotQuarantined);
    assert_fails(scene.change(Change::ReleaseAsset(4)), BallastError::UnknownAsset);
    let quarantine = instruction::quarantine(guardian.pubkey(), &scene.view, 1).unwrap();
    scene.send(&[quarantine], &[&guardian]).unwrap();
    let id = scene.queue(Change::ReleaseAsset(1));
    assert_fails(scene.apply(id), BallastError::ChangeTimelocked);
    scene.wait_for_timelock();
    scene.apply(id).unwrap();
    let vault = scene.vault();
    assert_eq!(vault.assets()[1].status, AssetStatus::Active as u8);
    assert_eq!((vault.state.lookbacks, vault.state.statistics), (Default::default(), Default::default()));
    let again = scene.queue(Change::ReleaseAsset(1));
    scene.wait_for_timelock();
    assert_fails(scene.apply(again), BallastError::NotQuarantined);
}

#[test]
fn another_feed_begins_without_a_price() {
    let mut scene = funded();
    scene.observe().unwrap();
    let feed = [77; 32];
    let change = Change::Feed(FeedArgs { asset: 1, oracle: OracleKind::PythPull, feed });
    let before = scene.vault();
    scene.change(change).unwrap();
    let after = scene.vault();
    let slot = after.assets()[1];
    assert_eq!((slot.feed, slot.publish_time), (feed, 0));
    for price in [slot.price_x64, slot.conf_x64, slot.ema_x64, slot.average_x64] {
        assert_eq!(u128::from(price), 0);
    }
    assert_eq!(after.state.statistics, Default::default());
    [0, 2, 3].iter().for_each(|index| assert_same(&before, &after, *index));
    // The old feed's account is no price any more, and the vault is worth nothing certain until the new one's is.
    scene.publish();
    assert_fails(scene.refresh(), BallastError::PriceFeed);
    scene.refresh_some(0b1101).unwrap();
    let user = scene.user("user", 1_000);
    let amount = scene.assets[0].units(100);
    assert_fails(scene.deposit_single(&user, 0, amount, 0), BallastError::PriceStale);
    scene.assets[1].feed = feed;
    scene.pass(1);
    scene.deposit_single(&user, 0, amount, 0).unwrap();
    assert_fails(
        scene.change(Change::Feed(FeedArgs { asset: 4, oracle: OracleKind::PythPush, feed })),
        BallastError::UnknownAsset,
    );
}

/// Whoever never collects their claim keeps no asset in the basket, and loses nothing by its leaving.
#[test]
fn asset_with_an_unpaid_claim_leaves_and_the_claim_is_still_paid() {
    let mut scene = routed();
    let admin = scene.admin.clone();
    scene.open_claims(&admin).unwrap();
    scene.redeem_skipping(&admin, 1_000_000_000, 0b1000, 0).unwrap();
    let owed = scene.vault().assets()[3].owed;
    assert!(owed > 0);
    empty_last(&mut scene);
    scene.change(Change::RemoveAsset(3)).unwrap();
    let slot = scene.vault().assets()[3];
    assert_eq!((slot.status, slot.balance, slot.owed), (AssetStatus::Removed as u8, 0, owed));
    let before = scene.world.balance_of(&admin.pubkey(), &slot.mint);
    scene.claim(&admin, 3).unwrap();
    assert_eq!(scene.world.balance_of(&admin.pubkey(), &slot.mint), before + owed);
    assert_eq!((scene.vault().assets()[3].owed, scene.world.balance(&slot.reserve)), (0, 0));
}
