//! `refresh_prices`: what it stores, and every forged price account that it refuses.

use {
    anchor_lang::{Discriminator, error::ErrorCode, prelude::Pubkey},
    ballast::{
        error::BallastError,
        events::PricesRefreshed,
        state::{Asset, OracleKind},
    },
    ballast_client::instruction,
    ballast_tests::{
        Failure, Outcome, Signer,
        pyth::{self, PULL_PROGRAM, PUSH_PROGRAM, Quote},
        scene::{AssetSpec, Config, Scene, assert_code, assert_error, event},
    },
    pyth_sdk_solana::state::{AccountType, PriceStatus, SolanaPriceAccount},
    pyth_solana_receiver_sdk::price_update::{PriceUpdateV2, TwapUpdate, VerificationLevel},
};

/// Index of the asset of [`scene`] with a pull price.
const PULL: usize = 0;
/// Index of the asset of [`scene`] with a push price.
const PUSH: usize = 1;

/// `count` assets, priced by pull updates and push accounts in turn.
fn alternating(count: usize) -> Config {
    let mut config = Config::many(count);
    config.assets.iter_mut().skip(1).step_by(2).for_each(|asset| asset.oracle = OracleKind::PythPush);
    config
}

/// A vault of two assets, one of each kind of price. With five decimals, its prices can be too small and too large.
fn scene() -> Scene {
    let asset = |oracle| AssetSpec { oracle, ..AssetSpec::spl(5, 5_000_000_000, 5_000) };
    Scene::empty(Config::of(vec![asset(OracleKind::PythPull), asset(OracleKind::PythPush)]))
}

fn refresh(scene: &mut Scene, mask: u16, accounts: &[Pubkey]) -> Result<Outcome, Failure> {
    scene.keep(instruction::refresh_prices(scene.view.address, mask, accounts))
}

/// Refreshes one asset from its own price account.
fn refresh_one(scene: &mut Scene, index: usize) -> Result<Outcome, Failure> {
    let account = scene.assets[index].price_account;
    refresh(scene, 1 << index, &[account])
}

/// Publishes a quote for one asset and refreshes it.
fn refresh_quote(scene: &mut Scene, index: usize, quote: Quote) -> Result<Outcome, Failure> {
    scene.publish_quote(index, &quote);
    refresh_one(scene, index)
}

/// The stored price must be `quote`'s: micro-dollars per raw unit, price rounded down, confidence up.
#[track_caller]
fn assert_stored(asset: &Asset, quote: &Quote) {
    let units_per_microdollar = 10u128.pow(u32::from(asset.decimals) + 8 - 6);
    let price = asset.price();
    assert_eq!(quote.exponent, -8, "what the line above takes for granted");
    assert_eq!(price.mid_x64, ((quote.price as u128) << 64) / units_per_microdollar);
    assert_eq!(price.conf_x64, (u128::from(quote.conf) << 64).div_ceil(units_per_microdollar));
    assert_eq!(asset.publish_time, quote.publish_time);
}

#[test]
fn refresh_stores_every_price_of_both_kinds() {
    for count in [2, 16] {
        let mut scene = Scene::empty(alternating(count));
        let before = scene.vault();
        let outcome = scene.refresh().unwrap();
        let vault = scene.vault();
        for (index, asset) in vault.assets().iter().enumerate() {
            assert_stored(asset, &scene.quote(index));
        }
        assert_eq!(vault.sequence, before.sequence + 1);
        let event: PricesRefreshed = event(&outcome);
        assert_eq!((event.vault, event.slot), (scene.view.address, scene.world.clock().slot));
        assert_eq!((event.sequence, u32::from(event.asset_mask)), (vault.sequence, (1 << count) - 1));
    }
}

#[test]
fn refresh_needs_no_signature() {
    let scene = scene();
    assert!(scene.refresh_instruction().accounts.iter().all(|account| !account.is_signer));
    scene.world.simulate(&[scene.refresh_instruction()], &[]).unwrap();
}

#[test]
fn refresh_of_a_subset_leaves_the_others() {
    for (count, mask) in [(2, 0b10), (4, 0b1010), (16, 1 << 15), (16, 0b1000_0000_0001_0001)] {
        let mut scene = Scene::empty(alternating(count));
        scene.refresh().unwrap();
        let before = scene.vault();
        scene.world.advance(10);
        scene.publish();
        let is_named = |index: usize| mask >> index & 1 == 1;
        let accounts: Vec<_> = (0..count).filter(|&index| is_named(index)).map(|i| scene.assets[i].price_account).collect();
        refresh(&mut scene, mask, &accounts).unwrap();
        for (index, asset) in scene.vault().assets().iter().enumerate() {
            if is_named(index) {
                assert_stored(asset, &scene.quote(index));
            } else {
                assert_eq!(bytemuck::bytes_of(asset), bytemuck::bytes_of(&before.assets[index]));
            }
        }
    }
}

#[test]
fn refresh_with_a_mask_that_does_not_fit_its_accounts_fails() {
    let mut scene = scene();
    let [pull, push] = [PULL, PUSH].map(|index| scene.assets[index].price_account);
    let faults: [(u16, &[Pubkey]); 9] = [
        (0, &[]),
        (0, &[pull]),
        (0b01, &[]),
        (0b01, &[pull, push]),
        (0b11, &[pull]),
        (0b11, &[pull, push, pull]),
        (0b100, &[pull]),
        (0b111, &[pull, push, pull]),
        (1 << 15, &[pull]),
    ];
    for (mask, accounts) in faults {
        assert_error(refresh(&mut scene, mask, accounts), BallastError::PriceAccounts);
    }
}

#[test]
fn refresh_with_accounts_in_another_order_fails() {
    let mut scene = Scene::empty(Config::pair());
    let [first, second] = [0, 1].map(|index| scene.assets[index].price_account);
    assert_error(refresh(&mut scene, 0b11, &[second, first]), BallastError::PriceFeed);
}

#[test]
fn refresh_is_all_or_nothing() {
    let mut scene = scene();
    scene.refresh().unwrap();
    scene.world.advance(10);
    scene.publish();
    let before = scene.world.account(&scene.view.address);
    let quote = scene.quote(PUSH);
    scene.publish_quote(PUSH, &Quote { price: 0, ..quote });
    assert_error(scene.refresh(), BallastError::PriceNotPositive);
    assert_eq!(scene.world.account(&scene.view.address), before);
}

#[test]
fn refresh_of_a_vault_that_is_none_fails() {
    let mut scene = scene();
    let price = scene.assets[PULL].price_account;
    let forged = scene.world.keypair("forged vault").pubkey();
    let data = scene.world.account(&scene.view.address).data;
    scene.world.write(&forged, &PULL_PROGRAM, data.clone());
    let instruction = instruction::refresh_prices(forged, 1, &[price]);
    assert_code(scene.keep(instruction.clone()), ErrorCode::AccountOwnedByWrongProgram.into());
    scene.world.write(&forged, &ballast::ID, [&[0; 8], &data[8..]].concat());
    assert_code(scene.keep(instruction), ErrorCode::AccountDiscriminatorMismatch.into());
}

#[test]
fn refresh_with_a_forged_quote_fails() {
    let scene = scene();
    for index in [PULL, PUSH] {
        let quote = scene.quote(index);
        let now = scene.world.now();
        let faults = [
            (Quote { price: 0, ..quote }, BallastError::PriceNotPositive),
            (Quote { price: -quote.price, ..quote }, BallastError::PriceNotPositive),
            (Quote { price: i64::MIN, ..quote }, BallastError::PriceNotPositive),
            (Quote { exponent: -19, ..quote }, BallastError::PriceExponent),
            (Quote { exponent: 1, ..quote }, BallastError::PriceExponent),
            (Quote { exponent: i32::MIN, ..quote }, BallastError::PriceExponent),
            (Quote { exponent: i32::MAX, ..quote }, BallastError::PriceExponent),
            (Quote { publish_time: now - 61, ..quote }, BallastError::PriceStale),
            (Quote { publish_time: 0, ..quote }, BallastError::PriceStale),
            (Quote { publish_time: i64::MIN + 1, ..quote }, BallastError::PriceStale),
            (Quote { publish_time: now + 11, ..quote }, BallastError::PriceFuture),
            (Quote { publish_time: i64::MAX, ..quote }, BallastError::PriceFuture),
            (Quote { conf: quote.price as u64 / 100 + 1, ..quote }, BallastError::PriceUncertain),
            (Quote { conf: i64::MAX as u64, ..quote }, BallastError::PriceUncertain),
            (Quote { price: 1, conf: 0, exponent: -18, ..quote }, BallastError::PriceOutOfRange),
            (Quote { price: i64::MAX, exponent: 0, ..quote }, BallastError::PriceOutOfRange),
        ];
        for (forged, error) in faults {
            assert_error(refresh_quote(&mut scene.clone(), index, forged), error);
        }
    }
}

#[test]
fn refresh_accepts_the_last_second_and_the_last_unit_of_each_limit() {
    let scene = scene();
    for index in [PULL, PUSH] {
        let quote = scene.quote(index);
        let now = scene.world.now();
        let limits = [
            Quote { publish_time: now - 60, ..quote },
            Quote { publish_time: now + 10, ..quote },
            Quote { conf: quote.price as u64 / 100, ..quote },
            Quote { price: 50, conf: 0, exponent: 0, ..quote },
            Quote { price: 5_000_000_000_000_000_000, exponent: -18, ..quote },
        ];
        for good in limits {
            let mut scene = scene.clone();
            refresh_quote(&mut scene, index, good).unwrap();
            assert_eq!(scene.vault().assets[index].publish_time, good.publish_time);
        }
    }
}

#[test]
fn refresh_never_goes_back_in_time() {
    for index in [PULL, PUSH] {
        let mut scene = scene();
        let first = scene.quote(index);
        refresh_quote(&mut scene, index, first).unwrap();
        scene.world.advance(20);
        let older = Quote { publish_time: first.publish_time - 1, ..first };
        assert_error(refresh_quote(&mut scene, index, older), BallastError::PriceOlderThanLast);
        // The same again, and another of the same second, are no older, and change nothing: nobody can go back and forth.
        let same_second = Quote { price: first.price + 1, ..first };
        for again in [first, same_second] {
            refresh_quote(&mut scene, index, again).unwrap();
            assert_stored(&scene.vault().assets[index], &first);
        }
        // They pass the same checks nevertheless.
        let negative = Quote { price: -1, ..first };
        assert_error(refresh_quote(&mut scene, index, negative), BallastError::PriceNotPositive);
        // The clock lags: a price from ahead of it is accepted, and then the older present is not.
        let ahead = Quote { publish_time: scene.world.now() + 10, ..first };
        refresh_quote(&mut scene, index, ahead).unwrap();
        let present = scene.quote(index);
        assert_error(refresh_quote(&mut scene, index, present), BallastError::PriceOlderThanLast);
    }
}

#[test]
fn refresh_from_another_programs_account_fails() {
    let scene = scene();
    let stranger = scene.world.keypair("stranger's program").pubkey();
    for (index, other_kind) in [(PULL, PUSH_PROGRAM), (PUSH, PULL_PROGRAM)] {
        for owner in [stranger, other_kind, ballast::ID, Pubkey::default()] {
            let mut scene = scene.clone();
            scene.world.set_owner(&scene.assets[index].price_account.clone(), &owner);
            assert_error(refresh_one(&mut scene, index), BallastError::PriceOwner);
        }
    }
}

#[test]
fn refresh_from_an_account_of_the_other_kind_or_none_fails() {
    let mut scene = scene();
    let [pull, push] = [PULL, PUSH].map(|index| scene.assets[index].price_account);
    let nothing = scene.world.keypair("nothing").pubkey();
    for (mask, account) in [(1 << PULL, push), (1 << PUSH, pull), (1 << PULL, nothing), (1 << PUSH, nothing)] {
        assert_error(refresh(&mut scene, mask, &[account]), BallastError::PriceOwner);
    }
}

/// Refreshes from a pull update that `forge` has changed.
fn refresh_forged_pull(scene: &mut Scene, forge: impl FnOnce(&mut PriceUpdateV2)) -> Result<Outcome, Failure> {
    let mut update = pyth::pull_update(scene.assets[PULL].feed, &scene.quote(PULL));
    forge(&mut update);
    scene.world.write_pull(&scene.assets[PULL].price_account, &update);
    refresh_one(scene, PULL)
}

#[test]
fn refresh_from_any_account_with_the_right_pull_update_succeeds() {
    let mut scene = scene();
    let elsewhere = scene.world.keypair("another update").pubkey();
    let quote = scene.quote(PULL);
    let update = pyth::pull_update(scene.assets[PULL].feed, &quote);
    scene.world.write_pull(&elsewhere, &update);
    refresh(&mut scene, 1 << PULL, &[elsewhere]).unwrap();
    assert_stored(&scene.vault().assets[PULL], &quote);
}

#[test]
fn refresh_from_a_pull_update_of_another_feed_fails() {
    let mut scene = scene();
    for feed in [[0; 32], [0xff; 32], scene.assets[PUSH].feed] {
        let result = refresh_forged_pull(&mut scene, |update| update.price_message.feed_id = feed);
        assert_error(result, BallastError::PriceFeed);
    }
}

#[test]
fn refresh_from_a_partially_verified_pull_update_fails_whatever_signed() {
    let mut scene = scene();
    for num_signatures in 0..=u8::MAX {
        let partial = VerificationLevel::Partial { num_signatures };
        let result = refresh_forged_pull(&mut scene, |update| update.verification_level = partial);
        assert_error(result, BallastError::PriceUnverified);
    }
}

#[test]
fn refresh_from_a_pull_account_that_holds_no_update_fails() {
    const VERIFICATION_LEVEL: usize = 40;
    let mut scene = scene();
    let account = scene.assets[PULL].price_account;
    let good = scene.world.account(&account).data;
    let twap = [TwapUpdate::DISCRIMINATOR, &good[8..]].concat();
    let mut unknown_level = good.clone();
    unknown_level[VERIFICATION_LEVEL] = 2;
    let cut = |len: usize| good[..len].to_vec();
    // The last byte is spare: only a partial update fills it.
    for data in [twap, unknown_level, vec![0; good.len()], cut(0), cut(7), cut(8), cut(41), cut(73), cut(good.len() - 2)] {
        scene.world.write(&account, &PULL_PROGRAM, data);
        assert_error(refresh_one(&mut scene, PULL), BallastError::PriceUnreadable);
    }
    scene.world.write(&account, &PULL_PROGRAM, cut(good.len() - 1));
    refresh_one(&mut scene, PULL).unwrap();
}

/// Refreshes from a push account that `forge` has changed.
fn refresh_forged_push(scene: &mut Scene, forge: impl FnOnce(&mut SolanaPriceAccount)) -> Result<Outcome, Failure> {
    let mut price = pyth::push_price(&scene.quote(PUSH));
    forge(&mut price);
    scene.world.write_push(&scene.assets[PUSH].price_account, &price);
    refresh_one(scene, PUSH)
}

#[test]
fn refresh_from_another_push_account_fails() {
    let mut scene = scene();
    let elsewhere = scene.world.keypair("another price").pubkey();
    let price = pyth::push_price(&scene.quote(PUSH));
    scene.world.write_push(&elsewhere, &price);
    assert_error(refresh(&mut scene, 1 << PUSH, &[elsewhere]), BallastError::PriceFeed);
}

#[test]
fn refresh_from_a_push_price_that_is_not_trading_fails() {
    let mut scene = scene();
    for status in [PriceStatus::Unknown, PriceStatus::Halted, PriceStatus::Auction, PriceStatus::Ignored] {
        let result = refresh_forged_push(&mut scene, |price| price.agg.status = status);
        assert_error(result, BallastError::PriceUnreadable);
    }
}

#[test]
fn refresh_from_a_push_account_that_holds_no_price_fails() {
    let mut scene = scene();
    let forgeries: [fn(&mut SolanaPriceAccount); 7] = [
        |price| price.magic ^= 1,
        |price| price.magic = 0,
        |price| price.ver = 1,
        |price| price.ver = 3,
        |price| price.atype = AccountType::Unknown as u32,
        |price| price.atype = AccountType::Mapping as u32,
        |price| price.atype = AccountType::Product as u32,
    ];
    for forge in forgeries {
        assert_error(refresh_forged_push(&mut scene, forge), BallastError::PriceUnreadable);
    }
}

#[test]
fn refresh_from_a_truncated_push_account_fails() {
    let mut scene = scene();
    let account = scene.assets[PUSH].price_account;
    let good = scene.world.account(&account).data;
    for len in [0, 8, 207, 240, good.len() - 1] {
        scene.world.write(&account, &PUSH_PROGRAM, good[..len].to_vec());
        assert_error(refresh_one(&mut scene, PUSH), BallastError::PriceUnreadable);
    }
}
