//! Quarantine: who may, and that an asset in it counts for nothing but deposits and redemptions in kind.

use anchor_spl::token::spl_token::error::TokenError;
use ballast::error::BallastError;
use ballast::events::{AssetQuarantined, SingleAssetExchange};
use ballast::state::{AssetStatus, Change, Vault};
use ballast_client::instruction;
use ballast_core::decision::Reason;
use ballast_core::risk::lookback::Lookbacks;
use ballast_core::strategy::Strategy;
use ballast_core::strategy::target::{Floor, Movement};
use ballast_tests::attack::assert_fails;
use ballast_tests::issuer::Issuer;
use ballast_tests::random::Random;
use ballast_tests::reference::{mid_usd, nav_usd, units_for_shares};
use ballast_tests::scene::{Config, Scene, event};
use ballast_tests::strategies::{self, SAMPLING};
use ballast_tests::{Keypair, Signer};

/// Dollars in the vault.
const VAULT_DOLLARS: u64 = 100_000;
/// The least time between two rebalances, by the default limits.
const INTERVAL_SECS: u32 = 300;

/// Four assets, the last of them Token-2022.
fn last_is_token_2022() -> Config {
    let mut config = Config::many(4);
    config.assets[3] = Config::mixed(4).assets[3].clone();
    config
}

/// A vault of four assets that an issuer can freeze, with a route between the first two.
fn funded(config: Config) -> (Issuer, Scene) {
    let issuer = Issuer::default();
    let mut scene = Scene::empty(issuer.of(config));
    scene.add_route(0, 1, 10_000_000);
    scene.refresh().unwrap();
    scene.seed(VAULT_DOLLARS);
    (issuer, scene)
}

/// The last asset's reserve is frozen and it is quarantined.
fn quarantined(config: Config) -> (Issuer, Scene) {
    let (issuer, mut scene) = funded(config);
    issuer.freeze_reserve(&mut scene, 3);
    let keeper = scene.keeper.clone();
    scene.quarantine(&keeper, 3).unwrap();
    (issuer, scene)
}

/// Lets time pass and refreshes all prices but the last.
fn pass_without_the_last(scene: &mut Scene, secs: u32) {
    scene.world.advance(secs);
    scene.publish();
    scene.refresh_some(0b0111).unwrap();
}

/// The vault's books without the quarantined asset.
fn without_the_last(vault: &Vault) -> Vault {
    let mut without = *vault;
    without.assets[3].balance = 0;
    without
}

#[test]
fn quarantine_is_the_guardians_the_admins_and_anybodys_where_the_reserve_is_frozen() {
    let (issuer, mut scene) = funded(last_is_token_2022());
    let mallory = scene.user("mallory", 10);
    for asset in 0..4 {
        // Frozen or not, those with the role may; everybody else only shows what is frozen.
        let try_as = |signer: &Keypair, is_frozen: bool| {
            let mut scene = scene.clone();
            if is_frozen {
                issuer.freeze_reserve(&mut scene, asset);
            }
            scene.quarantine(signer, asset as u8)
        };
        for signer in [&*scene.guardian, &*scene.admin] {
            try_as(signer, false).unwrap();
            try_as(signer, true).unwrap();
        }
        for signer in [&mallory, &*scene.keeper, &*scene.forecaster] {
            assert_fails(try_as(signer, false), BallastError::NotFrozen);
            try_as(signer, true).unwrap();
        }
    }
}

#[test]
fn quarantine_stores_and_emits_and_begins_the_highs_anew() {
    let (_, mut scene) = funded(last_is_token_2022());
    scene.edit_vault(|vault| vault.state.lookbacks.week.bucket = 7);
    let (before, guardian) = (scene.vault(), scene.guardian.clone());
    let outcome = scene.quarantine(&guardian, 3).unwrap();
    let mut expected = before;
    expected.sequence += 1;
    expected.assets[3].status = AssetStatus::Quarantined as u8;
    expected.state.lookbacks = Lookbacks::default();
    assert_eq!(bytemuck::bytes_of(&scene.vault()), bytemuck::bytes_of(&expected));
    let event: AssetQuarantined = event(&outcome);
    assert_eq!((event.vault, event.slot, event.sequence), (scene.view.address, scene.world.clock().slot, expected.sequence));
    assert_eq!((event.by, event.asset), (guardian.pubkey(), 3));
    assert_fails(scene.quarantine(&guardian, 3), BallastError::Quarantined);
}

/// Somebody else's frozen account, another asset's and another vault's prove nothing.
#[test]
fn quarantine_looks_at_the_assets_own_reserve() {
    let (issuer, mut scene) = funded(last_is_token_2022());
    let mallory = scene.user("mallory", 10);
    let theirs = scene.second_vault(&mallory);
    let own = scene.world.token_address(&mallory.pubkey(), &scene.assets[1].mint);
    issuer.freeze(&mut scene, 1, own);
    issuer.freeze(&mut scene, 1, theirs.assets[1].reserve);
    issuer.freeze_reserve(&mut scene, 0);
    for frozen in [own, theirs.assets[1].reserve, scene.view.assets[0].reserve] {
        let mut quarantine = instruction::quarantine(mallory.pubkey(), &scene.view, 1).unwrap();
        quarantine.accounts[2].pubkey = frozen;
        assert_fails(scene.send(&[quarantine], &[&mallory]), BallastError::WrongAccount);
    }
}

#[test]
fn quarantine_is_for_assets_of_the_basket() {
    let (_, mut scene) = funded(last_is_token_2022());
    let guardian = scene.guardian.clone();
    let with_asset = |scene: &mut Scene, asset| {
        let mut unknown = instruction::quarantine(guardian.pubkey(), &scene.view, 1).unwrap();
        *unknown.data.last_mut().unwrap() = asset;
        scene.send(&[unknown], &[&guardian])
    };
    for asset in [4, 255] {
        assert_fails(with_asset(&mut scene, asset), BallastError::UnknownAsset);
    }
    scene.edit_vault(|vault| vault.assets[1].status = AssetStatus::Removed as u8);
    assert_fails(with_asset(&mut scene, 1), BallastError::UnknownAsset);
}

#[test]
fn rebalance_goes_on_without_a_quarantined_asset_whose_price_is_gone() {
    let (_, mut scene) = quarantined(last_is_token_2022());
    let doubled = 2 * scene.assets[1].spec.price_e8;
    scene.set_price(1, doubled);
    scene.arbitrage(0);
    pass_without_the_last(&mut scene, INTERVAL_SECS);
    scene.settle_down();
    let (before, preview) = (scene.vault(), scene.preview(0));
    // Quarters become thirds: 25,000, 50,000 and 25,000 dollars, each to be a third of 100,000.
    let nav = nav_usd(&without_the_last(&before), mid_usd);
    assert_eq!((preview.reason, u128::from(preview.nav_usd)), (0, nav));
    assert_eq!((preview.sell_asset, preview.buy_asset), (1, 0));
    let third = u128::from(preview.nav_usd) / 3;
    let value = |asset: usize| mid_usd(&before.assets[asset], before.assets[asset].balance);
    // A third is known to 10⁻⁸ of NAV.
    let rounding = u128::from(preview.nav_usd) / 100_000_000 + 2;
    assert!((value(1) - third).abs_diff(u128::from(preview.excess_usd)) <= rounding);
    assert!((third - value(0)).abs_diff(u128::from(preview.deficit_usd)) <= rounding);
    scene.rebalance(0).unwrap();
    let after = scene.vault();
    assert!(after.assets[1].balance < before.assets[1].balance && after.assets[0].balance > before.assets[0].balance);
    // What is stored are the targets of the whole basket.
    assert_eq!(after.assets().iter().map(|asset| asset.allocation.weight_e8).collect::<Vec<_>>(), [25_000_000; 4]);
}

#[test]
fn rebalance_refuses_routes_with_a_quarantined_asset() {
    let (_, mut scene) = quarantined(Config::many(4));
    scene.add_route(2, 3, 10_000_000);
    scene.world.advance(scene.vault().limits.timelock_secs);
    let doubled = 2 * scene.assets[3].spec.price_e8;
    scene.shift(&[(3, doubled)], INTERVAL_SECS);
    assert_fails(scene.rebalance(1), BallastError::Quarantined);
    assert_eq!(scene.preview(1).reason, Reason::Quarantined as u8);
    // The other two have not moved.
    assert_fails(scene.rebalance(0), BallastError::InBand);
}

#[test]
fn one_asset_operations_count_a_quarantined_asset_for_nothing() {
    let (_, mut scene) = quarantined(last_is_token_2022());
    let alice = scene.user("alice", 1_000);
    let admin = scene.admin.clone();
    pass_without_the_last(&mut scene, 100);
    for asset in 0..4 {
        assert_fails(scene.deposit_single(&alice, asset, 1_000_000, 0), BallastError::Quarantined);
    }
    assert_fails(scene.redeem_single(&admin, 3, 100_000_000, 0), BallastError::Quarantined);
    // Three quarters of what shares were worth: the redeemer's part of the last asset stays with the others.
    let (before, without) = (scene.vault(), without_the_last(&scene.vault()));
    let due = u64::try_from(units_for_shares(&without, 0, 100_000_000)).unwrap();
    let outcome = scene.redeem_single(&admin, 0, 100_000_000, due).unwrap();
    let event: SingleAssetExchange = event(&outcome);
    assert_eq!(event.amount, due);
    assert!(due < 75_100_000 && due > 74_800_000, "a dollar coin: {due}");
    let after = scene.vault();
    assert_eq!(after.assets[3].balance, before.assets[3].balance);
    let of_the_last = |vault: &Vault| vault.assets[3].balance as f64 / vault.total_shares as f64;
    assert!(of_the_last(&after) > of_the_last(&before));
}

#[test]
fn in_kind_operations_are_as_without_quarantine() {
    let (issuer, mut scene) = quarantined(last_is_token_2022());
    let alice = scene.user("alice", 1_000);
    // While the reserve is frozen the token program refuses, quarantine or not.
    assert_fails(scene.deposit_part(&alice, &mut Random::new(1)), TokenError::AccountFrozen);
    issuer.thaw_reserve(&mut scene, 3);
    scene.deposit_part(&alice, &mut Random::new(1)).unwrap();
    let before = scene.vault();
    let shares = scene.shares_of(&alice);
    scene.redeem_skipping(&alice, shares, 0, 0).unwrap();
    let after = scene.vault();
    let of_a_share = |vault: &Vault, asset: usize| vault.assets[asset].balance as f64 / vault.total_shares as f64;
    for asset in 0..4 {
        assert!(of_a_share(&after, asset) / of_a_share(&before, asset) - 1.0 < 1e-6);
        assert!(after.assets[asset].balance < before.assets[asset].balance);
    }
}

#[test]
fn observe_does_not_wait_for_a_quarantined_asset() {
    let config = Config { strategy: strategies::observing(), ..last_is_token_2022() };
    let (issuer, mut scene) = funded(config);
    scene.observe().unwrap();
    pass_without_the_last(&mut scene, SAMPLING.spacing_secs);
    assert_fails(scene.observe(), BallastError::PriceStale);
    issuer.freeze_reserve(&mut scene, 3);
    let keeper = scene.keeper.clone();
    scene.quarantine(&keeper, 3).unwrap();
    scene.observe().unwrap();
    let Vault { state, assets, .. } = scene.vault();
    assert_eq!(state.performance.weights_e8[3], 0);
    assert_eq!(state.targets_at, scene.world.now(), "the others' prices are fresh");
    assert_eq!(assets[3].allocation.weight_e8, 25_000_000);
}

#[test]
fn a_vault_with_everything_quarantined_is_worth_nothing_and_still_pays() {
    let (_, mut scene) = funded(last_is_token_2022());
    let (guardian, admin) = (scene.guardian.clone(), scene.admin.clone());
    (0..4).for_each(|asset| drop(scene.quarantine(&guardian, asset).unwrap()));
    assert_eq!((scene.preview(0).reason, scene.preview(0).nav_usd), (Reason::Quarantined as u8, 0));
    for asset in 0..4 {
        assert_fails(scene.redeem_single(&admin, asset, 1_000_000, 0), BallastError::Quarantined);
    }
    let shares = scene.shares_of(&admin);
    scene.redeem_skipping(&admin, shares, 0, 0).unwrap();
}

/// A claim made while an asset was frozen is owed through quarantine and whatever the others do.
#[test]
fn claims_outlast_a_quarantine() {
    let (issuer, mut scene) = quarantined(last_is_token_2022());
    let admin = scene.admin.clone();
    scene.open_claims(&admin).unwrap();
    scene.redeem_skipping(&admin, 10_000_000_000, 0b1000, 0).unwrap();
    let owed = scene.vault().assets[3].owed;
    assert!(owed > 0);
    issuer.thaw_reserve(&mut scene, 3);
    // The claimer's units are not paid to the others, who take everything else.
    let shares = scene.shares_of(&admin);
    scene.redeem_skipping(&admin, shares, 0, 0).unwrap();
    assert_eq!(scene.vault().assets[3].owed, owed);
    let before = scene.world.balance_of(&admin.pubkey(), &scene.assets[3].mint);
    scene.claim(&admin, 3).unwrap();
    assert_eq!(scene.world.balance_of(&admin.pubkey(), &scene.assets[3].mint), before + owed);
}

/// The share price jumps by the asset: a floor that stayed would send the whole vault into the safe asset, or defend too little.
#[test]
fn floor_begins_anew_when_an_asset_leaves_and_when_it_comes_back() {
    let strategy = Strategy {
        floor: Floor { multiplier_e2: 300, floor_bps: 8_000, ratchet_bps: 8_000 },
        movement: Movement { max_change_bps: 10_000, safe_asset: 0 },
        ..strategies::observing()
    };
    let (issuer, mut scene) = funded(Config { strategy, slack_bps: 10_000, ..last_is_token_2022() });
    let floor = |scene: &Scene| u128::from(scene.vault().state.floor_x64);
    let safe_e8 = |scene: &Scene| scene.vault().assets[0].allocation.weight_e8;
    scene.pass(SAMPLING.spacing_secs);
    scene.observe().unwrap();
    let (whole, safe) = (floor(&scene), safe_e8(&scene));
    assert!(whole > 0 && (20_000_000..60_000_000).contains(&safe), "{safe}");

    issuer.freeze_reserve(&mut scene, 3);
    let keeper = scene.keeper.clone();
    scene.quarantine(&keeper, 3).unwrap();
    assert_eq!(floor(&scene), 0);
    pass_without_the_last(&mut scene, SAMPLING.spacing_secs);
    scene.observe().unwrap();
    assert!(floor(&scene).abs_diff(whole / 4 * 3) < whole / 1_000_000, "three of four quarters");
    assert!(safe_e8(&scene).abs_diff(safe) < 1_000, "{} {safe}", safe_e8(&scene));

    issuer.thaw_reserve(&mut scene, 3);
    scene.change(Change::ReleaseAsset(3)).unwrap();
    assert_eq!(floor(&scene), 0);
    scene.pass(SAMPLING.spacing_secs);
    scene.observe().unwrap();
    assert!(floor(&scene).abs_diff(whole) < whole / 1_000_000);
}
