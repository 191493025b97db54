//! `deposit_single` and `redeem_single`: amounts at adverse prices, fees, books, events, errors, every account replaced.

use anchor_spl::token::spl_token::error::TokenError;
use ballast::error::BallastError;
use ballast::events::SingleAssetExchange;
use ballast::instructions::{DepositInKindArgs, RedeemInKindArgs};
use ballast::state::{Vault, pause};
use ballast_client::{Pubkey, instruction};
use ballast_core::shares::{LOCKED_SHARES, MIN_FIRST_SHARES};
use ballast_tests::attack::{assert_fails, harmful_extensions};
use ballast_tests::pyth::Quote;
use ballast_tests::reference;
use ballast_tests::scene::{AssetSpec, Config, Scene, event};
use ballast_tests::token::MintExtension;
use ballast_tests::{Keypair, Signer};

/// Shares that a deposit must mint.
fn shares_due(vault: &Vault, index: usize, amount: u64) -> u64 {
    let shares = reference::shares_for_one(vault, index, amount).expect("a vault that holds something");
    u64::try_from(shares).unwrap()
}

/// Units that a redemption must pay.
fn units_due(vault: &Vault, index: usize, shares: u64) -> u64 {
    u64::try_from(reference::units_for_shares(vault, index, shares)).unwrap()
}

/// A vault of 1,000 dollars with fees, half its mints Token-2022, and a user with 1,000 dollars of each asset and shares.
fn funded(count: usize) -> (Scene, Keypair) {
    let mut config = Config::mixed(count);
    (config.limits.entry_fee_bps, config.limits.exit_fee_bps) = (30, 20);
    let mut scene = Scene::funded(config, 1_000);
    let user = scene.user("alice", 1_000);
    let max_amounts = scene.assets.iter().map(|asset| asset.units(300) / 3 + 1).collect();
    scene.deposit(&user, DepositInKindArgs { max_amounts, min_shares: 0 }).unwrap();
    (scene, user)
}

/// Units of an asset: the user's, the reserve's, the accounted ones; and the user's shares.
fn books(scene: &Scene, user: &Keypair, index: usize) -> [u64; 4] {
    let asset = &scene.view.assets[index];
    let own = scene.world.balance_of(&user.pubkey(), &asset.mint);
    [own, scene.world.balance(&asset.reserve), scene.vault().assets[index].balance, scene.shares_of(user)]
}

/// Asserts what an exchange did to the vault's totals, and its event.
#[track_caller]
fn assert_recorded(scene: &Scene, before: &Vault, event: &SingleAssetExchange, user: &Keypair, nav_usd: u128) {
    let after = scene.vault();
    assert_eq!(after.sequence, before.sequence + 1);
    assert_eq!(scene.world.supply(&scene.view.share_mint), after.total_shares - LOCKED_SHARES);
    assert_eq!((event.vault, event.slot, event.sequence), (scene.view.address, scene.world.clock().slot, after.sequence));
    assert_eq!((event.user, u128::from(event.nav_usd)), (user.pubkey(), nav_usd));
    assert_eq!((event.total_shares_before, event.total_shares_after), (before.total_shares, after.total_shares));
    let index = usize::from(event.asset);
    assert_eq!((event.balance_before, event.balance_after), (before.assets[index].balance, after.assets[index].balance));
    let others = before.assets().iter().zip(after.assets()).enumerate().filter(|(other, _)| *other != index);
    others.for_each(|(_, (before, after))| assert_eq!(before.balance, after.balance));
}

fn assert_deposit(count: usize, index: u8) {
    let (mut scene, user) = funded(count);
    let slot = usize::from(index);
    let amount = scene.assets[slot].units(100) / 7;
    let (vault, before) = (scene.vault(), books(&scene, &user, slot));
    let shares = shares_due(&vault, slot, amount);
    assert!(shares > 0);
    let outcome = scene.deposit_single(&user, index, amount, shares).unwrap();

    assert_eq!(books(&scene, &user, slot), [before[0] - amount, before[1] + amount, before[2] + amount, before[3] + shares]);
    assert_eq!(scene.vault().total_shares, vault.total_shares + shares);
    let event: SingleAssetExchange = event(&outcome);
    assert_eq!((event.is_deposit, event.asset, event.amount, event.shares), (true, index, amount, shares));
    assert_recorded(&scene, &vault, &event, &user, reference::nav_usd(&vault, reference::high_usd));
}

fn assert_redemption(count: usize, index: u8) {
    let (mut scene, user) = funded(count);
    let slot = usize::from(index);
    let (vault, before) = (scene.vault(), books(&scene, &user, slot));
    let shares = before[3] / 70;
    let amount = units_due(&vault, slot, shares);
    assert!(amount > 0);
    let outcome = scene.redeem_single(&user, index, shares, amount).unwrap();

    assert_eq!(books(&scene, &user, slot), [before[0] + amount, before[1] - amount, before[2] - amount, before[3] - shares]);
    assert_eq!(scene.vault().total_shares, vault.total_shares - shares);
    let event: SingleAssetExchange = event(&outcome);
    assert_eq!((event.is_deposit, event.asset, event.amount, event.shares), (false, index, amount, shares));
    assert_recorded(&scene, &vault, &event, &user, reference::nav_usd(&vault, reference::low_usd));
}

#[test]
fn deposit_single_values_the_deposit_low_and_the_vault_high_2_assets() {
    assert_deposit(2, 0);
    assert_deposit(2, 1);
}

#[test]
fn deposit_single_values_the_deposit_low_and_the_vault_high_16_assets() {
    assert_deposit(16, 14);
    assert_deposit(16, 15);
}

#[test]
fn redeem_single_values_the_vault_low_and_the_asset_high_2_assets() {
    assert_redemption(2, 0);
    assert_redemption(2, 1);
}

#[test]
fn redeem_single_values_the_vault_low_and_the_asset_high_16_assets() {
    assert_redemption(16, 14);
    assert_redemption(16, 15);
}

/// The same in numbers that can be checked by hand: two dollar coins, give or take 1/128, a fee of 1% each way, a vault of
/// 1,000 dollars and shares.
#[test]
fn single_fees_and_confidence_are_as_published() {
    let mut config = Config::of(vec![AssetSpec::spl(6, 100_000_000, 5_000); 2]);
    (config.limits.entry_fee_bps, config.limits.exit_fee_bps) = (100, 100);
    config.band_abs_bps = 1_000;
    config.band_rel_bps = 5_000;
    let mut scene = Scene::funded(config, 1_000);
    let user = scene.user("alice", 100);
    // Another second: a price of the same one would not count.
    scene.world.advance(1);
    for index in [0, 1] {
        let quote = Quote { conf: 100_000_000 / 128, ..scene.quote(index) };
        scene.publish_quote(index, &quote);
    }
    scene.refresh().unwrap();
    // 100 dollars are worth at least 99.21875, less 1% 98.226562; the vault is worth at most 1,007.8125.
    scene.deposit_single(&user, 0, 100_000_000, 0).unwrap();
    assert_eq!(scene.shares_of(&user), 97_465_115);
    // The vault is worth at least 1,091.40625 dollars; 10 of its 1,097.465115 shares 9.944792, less 1% 9.845344, which buys
    // dollar coins at 1.0078125.
    scene.redeem_single(&user, 0, 10_000_000, 0).unwrap();
    assert_eq!(scene.world.balance_of(&user.pubkey(), &scene.assets[0].mint), 9_769_023);
}

#[test]
fn single_fails_while_paused_alone() {
    let (mut scene, user) = funded(2);
    for (paused, deposits, redeems) in [
        (pause::ALL, false, false),
        (pause::DEPOSIT_SINGLE, false, true),
        (pause::REDEEM_SINGLE, true, false),
        (pause::DEPOSIT_IN_KIND | pause::REBALANCE, true, true),
    ] {
        scene.edit_vault(|vault| vault.paused = paused);
        let deposit = scene.deposit_single(&user, 0, 1_000_000, 0);
        if deposits {
            drop(deposit.unwrap())
        } else {
            assert_fails(deposit, BallastError::Paused)
        }
        let redeem = scene.redeem_single(&user, 0, 1_000_000, 0);
        if redeems { drop(redeem.unwrap()) } else { assert_fails(redeem, BallastError::Paused) }
    }
}

#[test]
fn single_refuses_an_asset_that_the_vault_does_not_have() {
    let (mut scene, user) = funded(2);
    let view = scene.view.clone();
    for asset in [2, 15, 16, u8::MAX] {
        let mut deposit = instruction::deposit_single(user.pubkey(), &view, 0, 1_000_000, 0).unwrap();
        let mut redeem = instruction::redeem_single(user.pubkey(), &view, 0, 1_000_000, 0).unwrap();
        // The index follows the discriminator.
        deposit.data[8] = asset;
        redeem.data[8] = asset;
        for instruction in [deposit, redeem] {
            assert_fails(scene.send(&[instruction], &[&user]), BallastError::UnknownAsset);
        }
    }
}

#[test]
fn single_needs_a_first_deposit() {
    let mut scene = Scene::empty(Config::mixed(2));
    let user = scene.user("alice", 1_000);
    scene.refresh().unwrap();
    assert_fails(scene.deposit_single(&user, 0, 1_000_000, 0), BallastError::VaultEmpty);
    assert_fails(scene.redeem_single(&user, 0, 1_000_000, 0), BallastError::VaultEmpty);
}

#[test]
fn single_needs_fresh_prices_of_everything_held() {
    let (mut scene, user) = funded(2);
    let max_age_secs = scene.vault().limits.max_price_age_secs;
    scene.world.advance(max_age_secs);
    scene.clone().deposit_single(&user, 0, 1_000_000, 0).unwrap();
    scene.clone().redeem_single(&user, 0, 1_000_000, 0).unwrap();
    scene.world.advance(1);
    for fresh in [None, Some(0), Some(1)] {
        let mut scene = scene.clone();
        if let Some(index) = fresh {
            let quote = scene.quote(index);
            scene.publish_quote(index, &quote);
            let refresh = instruction::refresh_prices(scene.view.address, 1 << index, &[scene.assets[index].price_account]);
            scene.send(&[refresh], &[]).unwrap();
        }
        for asset in [0, 1] {
            assert_fails(scene.deposit_single(&user, asset, 1_000_000, 0), BallastError::PriceStale);
            assert_fails(scene.redeem_single(&user, asset, 1_000_000, 0), BallastError::PriceStale);
        }
    }
    scene.publish();
    scene.refresh().unwrap();
    scene.deposit_single(&user, 0, 1_000_000, 0).unwrap();
}

/// An asset that the vault does not hold yet needs a price too, and one it does not trade in none.
#[test]
fn single_needs_a_price_of_the_asset_itself() {
    // A band as wide as can be: the vault holds the first asset alone.
    let mut scene = Scene::empty(Config { band_abs_bps: 10_000, band_rel_bps: 10_000, ..Config::mixed(2) });
    let admin = scene.admin.clone();
    scene.user("admin", 1_000);
    scene.deposit(&admin, DepositInKindArgs { max_amounts: vec![100_000_000, 0], min_shares: MIN_FIRST_SHARES }).unwrap();
    assert_fails(scene.deposit_single(&admin, 1, 1_000_000, 0), BallastError::PriceStale);
    assert_fails(scene.redeem_single(&admin, 1, 1_000_000, 0), BallastError::PriceStale);
    let refresh = instruction::refresh_prices(scene.view.address, 0b01, &[scene.assets[0].price_account]);
    scene.send(&[refresh], &[]).unwrap();
    assert_fails(scene.deposit_single(&admin, 1, 1_000_000, 0), BallastError::PriceStale);
    scene.deposit_single(&admin, 0, 1_000_000, 0).unwrap();
    scene.redeem_single(&admin, 0, 1_000_000, 0).unwrap();
}

#[test]
fn single_refuses_amounts_too_small_to_give_anything() {
    let (mut scene, user) = funded(2);
    assert_fails(scene.deposit_single(&user, 0, 0, 0), BallastError::AmountTooSmall);
    assert_fails(scene.deposit_single(&user, 0, 1, 0), BallastError::AmountTooSmall);
    assert_fails(scene.redeem_single(&user, 0, 0, 0), BallastError::AmountTooSmall);
    assert_fails(scene.redeem_single(&user, 0, 1, 0), BallastError::AmountTooSmall);
}

#[test]
fn single_gives_at_least_the_minimum() {
    let (mut scene, user) = funded(2);
    let shares = shares_due(&scene.vault(), 1, 10_000_000);
    assert_fails(scene.deposit_single(&user, 1, 10_000_000, shares + 1), BallastError::BelowMinimum);
    scene.clone().deposit_single(&user, 1, 10_000_000, shares).unwrap();
    let units = units_due(&scene.vault(), 1, 10_000_000);
    assert_fails(scene.redeem_single(&user, 1, 10_000_000, units + 1), BallastError::BelowMinimum);
    scene.redeem_single(&user, 1, 10_000_000, units).unwrap();
}

/// What is to go may be redeemed to the last unit, at the user's own risk.
#[test]
fn redeem_single_empties_an_asset_whose_target_is_zero() {
    let targets = [6_000, 4_000, 0];
    let specs = targets.map(|target_bps| AssetSpec::spl(6, 100_000_000, target_bps));
    let mut scene = Scene::empty(Config::of(specs.into()));
    scene.refresh().unwrap();
    let admin = scene.user("admin", 1_000);
    let first = DepositInKindArgs { max_amounts: vec![600_000_000, 390_000_000, 10_000_000], min_shares: 1_000_000_000 };
    scene.deposit(&admin, first).unwrap();
    let units = units_due(&scene.vault(), 2, 20_000_000);
    assert!(units > 10_000_000);
    assert_fails(scene.redeem_single(&admin, 2, 20_000_000, 10_000_001), BallastError::BelowMinimum);
    scene.redeem_single(&admin, 2, 20_000_000, 10_000_000).unwrap();
    let vault = scene.vault();
    assert_eq!((vault.assets[2].balance, vault.total_shares), (0, 980_000_000));
    assert_eq!(scene.world.balance(&scene.view.assets[2].reserve), 0);
    // Of nothing, nothing is paid.
    assert_fails(scene.redeem_single(&admin, 2, 20_000_000, 0), BallastError::AmountTooSmall);
}

#[test]
fn redeem_single_pays_no_more_than_the_vault_holds_of_the_asset() {
    // A band as wide as can be: nearly all of an asset may go.
    let mut scene = Scene::funded(Config { band_abs_bps: 10_000, band_rel_bps: 10_000, ..Config::mixed(2) }, 1_000);
    let admin = scene.admin.clone();
    // 600 shares of a dollar; 500 dollars of each asset.
    assert_fails(scene.redeem_single(&admin, 0, 600_000_000, 0), BallastError::InsufficientReserve);
    // Tokens that were sent to the reserve are not the vault's to pay.
    let reserve = scene.view.assets[0].reserve;
    scene.world.mint_into(&reserve, 1_000_000_000);
    assert_fails(scene.redeem_single(&admin, 0, 600_000_000, 0), BallastError::InsufficientReserve);
    scene.redeem_single(&admin, 0, 400_000_000, 0).unwrap();
}

#[test]
fn single_refuses_amounts_beyond_64_bits() {
    let (mut scene, user) = funded(2);
    // Three micro-dollars a unit, and more than one a share.
    scene.world.advance(1);
    scene.set_price(0, 300_000_000);
    scene.refresh().unwrap();
    scene.settle_down();
    assert_fails(scene.deposit_single(&user, 0, u64::MAX, 0), BallastError::MathOverflow);
    assert_fails(scene.redeem_single(&user, 1, u64::MAX, 0), BallastError::MathOverflow);
}

#[test]
fn single_refuses_what_the_user_does_not_have() {
    let (mut scene, user) = funded(2);
    let mallory = scene.user("mallory", 1);
    for asset in [0, 1] {
        let amount = scene.assets[usize::from(asset)].units(2);
        assert_fails(scene.deposit_single(&mallory, asset, amount, 0), TokenError::InsufficientFunds);
        assert_fails(scene.redeem_single(&mallory, asset, 1_000_000, 0), TokenError::InsufficientFunds);
    }
    let own = scene.world.token_address(&user.pubkey(), &scene.assets[1].mint);
    scene.world.freeze(&own);
    assert_fails(scene.deposit_single(&user, 1, 1_000_000, 0), TokenError::AccountFrozen);
    assert_fails(scene.redeem_single(&user, 1, 1_000_000, 0), TokenError::AccountFrozen);
}

/// No real token program moves less than asked, so the vault's record of its reserve is forged: the deposit goes to the
/// depositor's own account, and the reserve gains nothing.
#[test]
fn deposit_single_fails_when_the_tokens_do_not_come() {
    let (mut scene, user) = funded(2);
    for index in [0, 1] {
        let mut scene = scene.clone();
        let own = scene.world.token_address(&user.pubkey(), &scene.assets[index].mint);
        scene.edit_vault(|vault| vault.assets[index].reserve = own);
        scene.view.assets[index].reserve = own;
        assert_fails(scene.deposit_single(&user, index as u8, 1_000_000, 0), BallastError::ReserveTampered);
    }
    scene.deposit_single(&user, 0, 1_000_000, 0).unwrap();
}

/// An account that this program did not write, or a bug wrote, is not worked with.
#[test]
fn users_instructions_refuse_an_unknown_token_kind() {
    let (mut scene, user) = funded(2);
    scene.edit_vault(|vault| vault.assets[0].token = 2);
    assert_fails(scene.deposit_single(&user, 0, 1_000_000, 0), BallastError::CorruptAccount);
    assert_fails(scene.redeem_single(&user, 0, 1_000_000, 0), BallastError::CorruptAccount);
    let deposit = DepositInKindArgs { max_amounts: vec![1_000_000, 100_000_000], min_shares: 0 };
    assert_fails(scene.deposit(&user, deposit), BallastError::CorruptAccount);
    let redeem = RedeemInKindArgs { shares: 1_000_000, min_amounts: vec![0, 0], skip_mask: 0, forfeit_mask: 0 };
    assert_fails(scene.redeem(&user, redeem), BallastError::CorruptAccount);
}

/// A mint that could be closed can come back with other extensions, so every deposit looks again. A redemption does not:
/// whether the tokens can go is the token program's to say.
#[test]
fn deposit_single_checks_extensions_again() {
    for extension in harmful_extensions() {
        let (mut scene, user) = funded(2);
        scene.remake_mint(1, extension);
        assert_fails(scene.deposit_single(&user, 1, 10_000_000, 0), BallastError::UnsupportedMintExtension);
        scene.redeem_single(&user, 0, 10_000_000, 0).unwrap();
    }
}

#[test]
fn redeem_single_leaves_extensions_to_the_token_program() {
    let (mut scene, user) = funded(2);
    scene.remake_mint(1, MintExtension::PermanentDelegate(Pubkey::new_unique()));
    scene.redeem_single(&user, 1, 10_000_000, 1).unwrap();
    let (mut scene, user) = funded(2);
    scene.remake_mint(1, MintExtension::TransferFee { bps: 100, maximum: u64::MAX });
    assert_fails(scene.redeem_single(&user, 1, 10_000_000, 1), TokenError::InvalidState);
}

/// Not one account but a whole set that fits together: worthless shares with their mint, a worthless token with its
/// mint and an account of the vault's authority for it.
#[test]
fn single_refuses_sets_of_worthless_tokens() {
    let (mut scene, alice) = funded(2);
    let mallory = scene.user("mallory", 1);
    let theirs = scene.second_vault(&mallory);
    let (user, view) = (alice.pubkey(), scene.view.clone());
    scene.world.mint_to(&theirs.share_mint, &user, 1_000_000_000);
    let mut redeem = instruction::redeem_single(user, &view, 0, 10_000_000, 0).unwrap();
    redeem.accounts[3].pubkey = theirs.share_mint;
    redeem.accounts[4].pubkey = theirs.user_shares(&user);
    assert_fails(scene.send(&[redeem], &[&alice]), BallastError::WrongAccount);

    let worthless = scene.worthless_set(&user);
    let mut deposit = instruction::deposit_single(user, &view, 0, 10_000_000, 0).unwrap();
    for (meta, forged) in deposit.accounts[5..8].iter_mut().zip(worthless) {
        meta.pubkey = forged;
    }
    assert_fails(scene.send(&[deposit], &[&alice]), BallastError::WrongAccount);
}

/// The first asset's rise takes all three out of their bands: what made the others low was the market, not the deposit.
#[test]
fn single_stays_open_for_the_assets_that_the_market_left_behind() {
    let mut scene = Scene::funded(Config { band_rel_bps: 1_000, ..Config::many(3) }, 1_000);
    let user = scene.user("alice", 100);
    scene.world.advance(1);
    scene.set_price(0, 135_000_000);
    scene.refresh().unwrap();
    scene.settle_down();
    let [first, second, third] = [0, 1, 2].map(|index| scene.assets[index].units(5));
    assert_fails(scene.deposit_single(&user, 0, first, 0), BallastError::LeavesBand);
    scene.deposit_single(&user, 1, second, 0).unwrap();
    scene.deposit_single(&user, 2, third, 0).unwrap();
    assert_fails(scene.redeem_single(&user, 1, 1_000_000, 0), BallastError::LeavesBand);
    scene.redeem_single(&user, 0, 1_000_000, 0).unwrap();
}
