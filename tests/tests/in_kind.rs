//! `deposit_in_kind` and `redeem_in_kind`: amounts, books, events, errors, and every account replaced.

use anchor_spl::token::spl_token::error::TokenError;
use ballast::error::BallastError;
use ballast::events::{DepositedInKind, RedeemedInKind};
use ballast::instructions::{DepositInKindArgs, RedeemInKindArgs};
use ballast::state::pause;
use ballast_client::{AccountMeta, Instruction, Pubkey, instruction};
use ballast_core::shares::{LOCKED_SHARES, MAX_FIRST_SHARES, MIN_FIRST_SHARES};
use ballast_tests::attack::{assert_fails, harmful_extensions};
use ballast_tests::reference::{parts_down, parts_up, shares_for_amounts};
use ballast_tests::scene::{Config, Scene, event};
use ballast_tests::token::MintExtension;
use ballast_tests::{Keypair, Signer};

/// Accounts before the assets': of a deposit, and of a redemption, which has claims.
const FIXED_ACCOUNTS: usize = 7;
const REDEEM_FIXED_ACCOUNTS: usize = 8;

/// Units of every asset in the user's accounts and in the reserves, and the accounted balances.
fn holdings(scene: &Scene, user: &Keypair) -> Vec<[u64; 3]> {
    let vault = scene.vault();
    let slots = scene.view.assets.iter().zip(vault.assets());
    slots
        .map(|(asset, slot)| {
            [scene.world.balance_of(&user.pubkey(), &asset.mint), scene.world.balance(&asset.reserve), slot.balance]
        })
        .collect()
}

/// A deposit of so many dollars of each asset, whose units do not divide evenly.
fn uneven(scene: &Scene, dollars: u64) -> Vec<u64> {
    scene.assets.iter().map(|asset| asset.units(dollars) / 3 + 1).collect()
}

fn redemption(scene: &Scene, shares: u64, skip_mask: u16) -> RedeemInKindArgs {
    let min_amounts = vec![0; scene.assets.len()];
    RedeemInKindArgs { shares, min_amounts, skip_mask, forfeit_mask: skip_mask }
}

/// A vault of 1,000 dollars, half its mints Token-2022, and a user with 1,000 dollars of each asset and 100 shares.
fn funded(count: usize) -> (Scene, Keypair) {
    let mut scene = Scene::funded(Config::mixed(count), 1_000);
    let user = scene.user("alice", 1_000);
    let amounts = uneven(&scene, 300);
    scene.deposit(&user, DepositInKindArgs { max_amounts: amounts, min_shares: 0 }).unwrap();
    // From here on nothing divides evenly.
    let args = redemption(&scene, 7_654_321, 0);
    scene.redeem(&user, args).unwrap();
    (scene, user)
}

fn assert_first_deposit(count: usize) {
    let mut scene = Scene::empty(Config::mixed(count));
    let admin = scene.admin.clone();
    scene.user("admin", 100);
    let before = holdings(&scene, &admin);
    let amounts = uneven(&scene, 100);
    let outcome = scene.deposit(&admin, DepositInKindArgs { max_amounts: amounts.clone(), min_shares: 50_000_000 }).unwrap();

    let vault = scene.vault();
    assert_eq!((vault.total_shares, vault.sequence), (50_000_000, 2));
    assert_eq!(scene.shares_of(&admin), 49_000_000);
    assert_eq!(scene.world.supply(&scene.view.share_mint), 49_000_000);
    for ((before, after), amount) in before.iter().zip(holdings(&scene, &admin)).zip(&amounts) {
        assert_eq!(after, [before[0] - amount, *amount, *amount]);
    }
    let event: DepositedInKind = event(&outcome);
    assert_eq!((event.vault, event.slot, event.sequence), (scene.view.address, scene.world.clock().slot, 2));
    assert_eq!((event.user, event.shares), (admin.pubkey(), 49_000_000));
    assert_eq!((event.total_shares_before, event.total_shares_after), (0, 50_000_000));
    assert_eq!(event.amounts, amounts);
}

#[test]
fn deposit_in_kind_first_takes_exactly_what_is_offered_and_locks_a_share_2_assets() {
    assert_first_deposit(2);
}

#[test]
fn deposit_in_kind_first_takes_exactly_what_is_offered_and_locks_a_share_16_assets() {
    assert_first_deposit(16);
}

fn assert_later_deposit(count: usize) {
    let (mut scene, user) = funded(count);
    let (vault, before, shares_before) = (scene.vault(), holdings(&scene, &user), scene.shares_of(&user));
    let mut max_amounts = uneven(&scene, 100);
    // The scarcest asset decides; of the others less is taken than offered.
    max_amounts[1] -= max_amounts[1] / 10;
    let shares = u64::try_from(shares_for_amounts(&vault, &max_amounts).unwrap()).unwrap();
    let outcome = scene.deposit(&user, DepositInKindArgs { max_amounts: max_amounts.clone(), min_shares: shares }).unwrap();

    let amounts = parts_up(&vault, shares);
    assert_ne!(amounts, parts_down(&vault, shares), "rounding shows");
    assert!(amounts.iter().zip(&max_amounts).all(|(amount, max)| amount <= max));
    for ((before, after), amount) in before.iter().zip(holdings(&scene, &user)).zip(&amounts) {
        assert_eq!(after, [before[0] - amount, before[1] + amount, before[2] + amount]);
    }
    let after = scene.vault();
    assert_eq!((after.total_shares, after.sequence), (vault.total_shares + shares, vault.sequence + 1));
    assert_eq!(scene.shares_of(&user), shares_before + shares);
    let event: DepositedInKind = event(&outcome);
    assert_eq!((event.vault, event.slot, event.sequence), (scene.view.address, scene.world.clock().slot, after.sequence));
    assert_eq!((event.user, event.shares, event.amounts), (user.pubkey(), shares, amounts));
    assert_eq!((event.total_shares_before, event.total_shares_after), (vault.total_shares, after.total_shares));
}

#[test]
fn deposit_in_kind_takes_every_asset_in_proportion_2_assets() {
    assert_later_deposit(2);
}

#[test]
fn deposit_in_kind_takes_every_asset_in_proportion_16_assets() {
    assert_later_deposit(16);
}

fn assert_redemption(count: usize, skip_mask: u16) {
    let (mut scene, user) = funded(count);
    let (vault, before, shares_before) = (scene.vault(), holdings(&scene, &user), scene.shares_of(&user));
    let shares = shares_before / 3;
    let mut amounts = parts_down(&vault, shares);
    assert_ne!(amounts, parts_up(&vault, shares), "rounding shows");
    let parts = amounts.clone();
    let skipped = |index: usize| skip_mask >> index & 1 == 1;
    amounts.iter_mut().enumerate().filter(|(index, _)| skipped(*index)).for_each(|(_, amount)| *amount = 0);
    let args = RedeemInKindArgs { shares, min_amounts: amounts.clone(), skip_mask, forfeit_mask: skip_mask };
    let outcome = scene.redeem(&user, args).unwrap();

    for ((before, after), amount) in before.iter().zip(holdings(&scene, &user)).zip(&amounts) {
        assert_eq!(after, [before[0] + amount, before[1] - amount, before[2] - amount]);
    }
    let after = scene.vault();
    assert_eq!((after.total_shares, after.sequence), (vault.total_shares - shares, vault.sequence + 1));
    assert_eq!(scene.shares_of(&user), shares_before - shares);
    assert_eq!(scene.world.supply(&scene.view.share_mint), after.total_shares - LOCKED_SHARES);
    let event: RedeemedInKind = event(&outcome);
    assert_eq!((event.vault, event.slot, event.sequence), (scene.view.address, scene.world.clock().slot, after.sequence));
    assert_eq!((event.user, event.shares), (user.pubkey(), shares));
    assert_eq!((event.skip_mask, event.forfeit_mask), (skip_mask, skip_mask));
    assert_eq!((event.total_shares_before, event.total_shares_after), (vault.total_shares, after.total_shares));
    assert_eq!(event.amounts, parts, "forfeited ones are told");
}

#[test]
fn redeem_in_kind_pays_every_asset_in_proportion_2_assets() {
    assert_redemption(2, 0);
}

#[test]
fn redeem_in_kind_pays_every_asset_in_proportion_16_assets() {
    assert_redemption(16, 0);
}

#[test]
fn redeem_in_kind_leaves_skipped_assets_behind() {
    assert_redemption(2, 0b10);
    assert_redemption(16, 0b1000_0000_0000_0101);
}

#[test]
fn deposit_in_kind_takes_nothing_of_an_asset_that_the_vault_does_not_hold() {
    let mut scene = Scene::empty(Config::mixed(2));
    let admin = scene.admin.clone();
    scene.user("admin", 100);
    scene.deposit(&admin, DepositInKindArgs { max_amounts: vec![1_000_000, 0], min_shares: MIN_FIRST_SHARES }).unwrap();
    let later = DepositInKindArgs { max_amounts: vec![1_000_000, 1_000_000], min_shares: MIN_FIRST_SHARES };
    scene.deposit(&admin, later).unwrap();
    assert_eq!(holdings(&scene, &admin).iter().map(|asset| asset[2]).collect::<Vec<_>>(), [2_000_000, 0]);
}

#[test]
fn deposit_in_kind_fails_while_paused_alone() {
    let (mut scene, user) = funded(2);
    let args = DepositInKindArgs { max_amounts: uneven(&scene, 10), min_shares: 0 };
    for (paused, is_stopped) in
        [(pause::DEPOSIT_IN_KIND, true), (pause::ALL, true), (pause::ALL & !pause::DEPOSIT_IN_KIND, false)]
    {
        scene.edit_vault(|vault| vault.paused = paused);
        let result = scene.deposit(&user, args.clone());
        if is_stopped { assert_fails(result, BallastError::Paused) } else { drop(result.unwrap()) }
    }
}

#[test]
fn deposit_in_kind_first_is_the_admins() {
    let mut scene = Scene::empty(Config::mixed(2));
    let (mallory, guardian) = (scene.user("mallory", 1_000), scene.guardian.clone());
    scene.user("guardian", 1_000);
    let args = DepositInKindArgs { max_amounts: uneven(&scene, 100), min_shares: MIN_FIRST_SHARES };
    for user in [&mallory, &guardian] {
        assert_fails(scene.deposit(user, args.clone()), BallastError::FirstDeposit);
    }
}

#[test]
fn deposit_in_kind_first_creates_a_bounded_number_of_shares() {
    let mut scene = Scene::empty(Config::mixed(2));
    let admin = scene.admin.clone();
    scene.user("admin", 1_000);
    let max_amounts = uneven(&scene, 100);
    for min_shares in [0, LOCKED_SHARES, MIN_FIRST_SHARES - 1, MAX_FIRST_SHARES + 1, u64::MAX] {
        let args = DepositInKindArgs { max_amounts: max_amounts.clone(), min_shares };
        assert_fails(scene.deposit(&admin, args), BallastError::FirstDeposit);
    }
    for min_shares in [MIN_FIRST_SHARES, MAX_FIRST_SHARES] {
        scene.clone().deposit(&admin, DepositInKindArgs { max_amounts: max_amounts.clone(), min_shares }).unwrap();
    }
    let nothing = DepositInKindArgs { max_amounts: vec![0, 0], min_shares: MIN_FIRST_SHARES };
    assert_fails(scene.deposit(&admin, nothing), BallastError::AmountTooSmall);
}

#[test]
fn deposit_in_kind_refuses_amounts_that_pay_for_no_share_or_are_not_there() {
    let (mut scene, user) = funded(2);
    let mut deposit = |max_amounts: Vec<u64>, min_shares| scene.deposit(&user, DepositInKindArgs { max_amounts, min_shares });
    assert_fails(deposit(vec![0, 1_000_000_000], 0), BallastError::AmountTooSmall);
    assert_fails(deposit(vec![u64::MAX, 0], 0), BallastError::AmountTooSmall);
    // More than the user has: the token program's error.
    assert_fails(deposit(vec![1 << 40, 1 << 50], 0), TokenError::InsufficientFunds);
}

#[test]
fn deposit_in_kind_refuses_shares_beyond_64_bits() {
    let mut scene = Scene::empty(Config::mixed(2));
    let admin = scene.admin.clone();
    scene.user("admin", 1_000);
    let first = DepositInKindArgs { max_amounts: vec![1_000, 1_000], min_shares: MIN_FIRST_SHARES };
    scene.deposit(&admin, first).unwrap();
    // Ten thousand shares a unit.
    let later = DepositInKindArgs { max_amounts: vec![u64::MAX / 1_000; 2], min_shares: 0 };
    assert_fails(scene.deposit(&admin, later), BallastError::MathOverflow);
}

#[test]
fn deposit_in_kind_gives_at_least_the_minimum() {
    let (mut scene, user) = funded(2);
    let vault = scene.vault();
    let shares = vault.total_shares / 10;
    let max_amounts = parts_up(&vault, shares);
    let too_much = DepositInKindArgs { max_amounts: max_amounts.clone(), min_shares: shares + 1 };
    assert_fails(scene.deposit(&user, too_much), BallastError::BelowMinimum);
    scene.deposit(&user, DepositInKindArgs { max_amounts, min_shares: shares }).unwrap();
}

/// No real token program moves less than asked, so the vault's record of its reserve is forged: the deposit goes to the
/// depositor's own account, and the reserve gains nothing.
#[test]
fn deposit_in_kind_fails_when_the_tokens_do_not_come() {
    let (mut scene, user) = funded(2);
    let max_amounts = uneven(&scene, 10);
    let mut deposit = instruction::deposit_in_kind(user.pubkey(), &scene.view, DepositInKindArgs { max_amounts, min_shares: 0 });
    let own = scene.world.token_address(&user.pubkey(), &scene.assets[0].mint);
    scene.edit_vault(|vault| vault.assets[0].reserve = own);
    deposit.accounts[FIXED_ACCOUNTS + 1].pubkey = own;
    assert_fails(scene.send(&[deposit], &[&user]), BallastError::ReserveTampered);
}

#[test]
fn redeem_in_kind_refuses_a_wrong_skip_mask() {
    for (count, masks) in [(2, [0b11, 0b100, 1 << 15]), (16, [u16::MAX, u16::MAX, u16::MAX])] {
        let (mut scene, user) = funded(count);
        for mask in masks {
            let args = redemption(&scene, 1_000, mask);
            assert_fails(scene.redeem(&user, args), BallastError::SkipMask);
        }
    }
}

#[test]
fn redeem_in_kind_refuses_what_the_user_does_not_have() {
    let (mut scene, user) = funded(2);
    let shares = scene.shares_of(&user);
    for too_many in [shares + 1, u64::MAX] {
        let args = redemption(&scene, too_many, 0);
        assert_fails(scene.redeem(&user, args), TokenError::InsufficientFunds);
    }
    let nothing = redemption(&scene, 0, 0);
    assert_fails(scene.redeem(&user, nothing), BallastError::AmountTooSmall);
}

#[test]
fn redeem_in_kind_pays_at_least_the_minimum() {
    let (mut scene, user) = funded(2);
    let shares = scene.shares_of(&user);
    let amounts = parts_down(&scene.vault(), shares);
    for (index, skip_mask) in [(0, 0), (1, 0), (0, 0b01), (1, 0b10)] {
        let mut min_amounts = if skip_mask == 0 { amounts.clone() } else { vec![0, 0] };
        min_amounts[index] += 1;
        assert_fails(
            scene.redeem(&user, RedeemInKindArgs { shares, min_amounts, skip_mask, forfeit_mask: skip_mask }),
            BallastError::BelowMinimum,
        );
    }
    scene.redeem(&user, RedeemInKindArgs { shares, min_amounts: amounts, skip_mask: 0, forfeit_mask: 0 }).unwrap();
}

/// A frozen account stops what goes through it, and skipping its asset frees the rest.
#[test]
fn in_kind_reports_a_frozen_account() {
    let (mut scene, user) = funded(2);
    for index in [0, 1] {
        let mut scene = scene.clone();
        let own = scene.world.token_address(&user.pubkey(), &scene.assets[index].mint);
        scene.world.freeze(&own);
        let deposit = DepositInKindArgs { max_amounts: uneven(&scene, 10), min_shares: 0 };
        assert_fails(scene.deposit(&user, deposit), TokenError::AccountFrozen);
        let redeem = redemption(&scene, 1_000_000, 0);
        assert_fails(scene.redeem(&user, redeem), TokenError::AccountFrozen);
        let skipping = redemption(&scene, 1_000_000, 1 << index);
        scene.redeem(&user, skipping).unwrap();
    }
    let own_shares = scene.view.user_shares(&user.pubkey());
    scene.world.freeze(&own_shares);
    let redeem = redemption(&scene, 1_000_000, 0);
    assert_fails(scene.redeem(&user, redeem), TokenError::AccountFrozen);
}

/// A mint that could be closed can come back with other extensions, so every deposit looks again. A redemption does not:
/// whether the tokens can go is the token program's to say.
#[test]
fn deposit_in_kind_checks_extensions_again() {
    for extension in harmful_extensions() {
        let (mut scene, user) = funded(2);
        scene.remake_mint(1, extension);
        let deposit = DepositInKindArgs { max_amounts: uneven(&scene, 10), min_shares: 0 };
        assert_fails(scene.deposit(&user, deposit), BallastError::UnsupportedMintExtension);
        let skipping = redemption(&scene, 1_000_000, 0b10);
        scene.redeem(&user, skipping).unwrap();
    }
}

#[test]
fn redeem_in_kind_leaves_extensions_to_the_token_program() {
    let (mut scene, user) = funded(2);
    scene.remake_mint(1, MintExtension::PermanentDelegate(Pubkey::new_unique()));
    let redeem = redemption(&scene, 1_000_000, 0);
    scene.redeem(&user, redeem).unwrap();
    let (mut scene, user) = funded(2);
    scene.remake_mint(1, MintExtension::TransferFee { bps: 100, maximum: u64::MAX });
    let redeem = redemption(&scene, 1_000_000, 0);
    assert_fails(scene.redeem(&user, redeem), TokenError::InvalidState);
}

/// Ways to pass the accounts of three assets wrongly, with what they fail with.
fn misordered(valid: &Instruction, fixed: usize) -> Vec<(Instruction, BallastError)> {
    let with = |edit: &dyn Fn(&mut Vec<AccountMeta>), error| {
        let mut instruction = valid.clone();
        edit(&mut instruction.accounts);
        (instruction, error)
    };
    let (first, second) = (fixed, fixed + 3);
    vec![
        with(&|accounts| accounts.truncate(fixed), BallastError::AccountsMismatch),
        with(&|accounts| accounts.truncate(accounts.len() - 1), BallastError::AccountsMismatch),
        with(&|accounts| accounts.truncate(second), BallastError::AccountsMismatch),
        with(&|accounts| accounts.push(accounts[0].clone()), BallastError::AccountsMismatch),
        with(&|accounts| accounts.extend_from_within(first..second), BallastError::AccountsMismatch),
        with(&|accounts| accounts[first..].rotate_left(3), BallastError::WrongAccount),
        with(&|accounts| accounts[first..].rotate_left(1), BallastError::WrongAccount),
        with(&|accounts| accounts[first..second].reverse(), BallastError::WrongAccount),
        with(&|accounts| copy_asset(accounts, first, second), BallastError::WrongAccount),
    ]
}

/// Copies an asset's three accounts over another's.
fn copy_asset(accounts: &mut Vec<AccountMeta>, from: usize, to: usize) {
    let asset = accounts[from..from + 3].to_vec();
    accounts.splice(to..to + 3, asset);
}

#[test]
fn in_kind_refuses_missing_surplus_and_misordered_accounts() {
    let (mut scene, user) = funded(3);
    let deposit = DepositInKindArgs { max_amounts: uneven(&scene, 10), min_shares: 0 };
    let deposit = instruction::deposit_in_kind(user.pubkey(), &scene.view, deposit);
    let redeem = instruction::redeem_in_kind(user.pubkey(), &scene.view, redemption(&scene, 1_000_000, 0));
    for (instruction, error) in [misordered(&deposit, FIXED_ACCOUNTS), misordered(&redeem, REDEEM_FIXED_ACCOUNTS)].concat() {
        assert_fails(scene.send(&[instruction], &[&user]), error);
    }
    // Accounts for all assets, but one is skipped.
    let skipping = instruction::redeem_in_kind(user.pubkey(), &scene.view, redemption(&scene, 1_000_000, 0b10));
    let with_all = Instruction { accounts: redeem.accounts, ..skipping };
    assert_fails(scene.send(&[with_all], &[&user]), BallastError::AccountsMismatch);
}

#[test]
fn in_kind_refuses_the_wrong_number_of_amounts() {
    let (mut scene, user) = funded(2);
    for count in [0, 1, 3] {
        let deposit = DepositInKindArgs { max_amounts: vec![1_000_000; count], min_shares: 0 };
        assert_fails(scene.deposit(&user, deposit), BallastError::AccountsMismatch);
        let redeem = RedeemInKindArgs { shares: 1_000_000, min_amounts: vec![0; count], skip_mask: 0, forfeit_mask: 0 };
        assert_fails(scene.redeem(&user, redeem), BallastError::AccountsMismatch);
    }
}

/// Not one account but a whole set that fits together: worthless shares with their mint, a worthless token with its
/// mint and an account of the vault's authority for it.
#[test]
fn in_kind_refuses_sets_of_worthless_tokens() {
    let (mut scene, alice) = funded(2);
    let mallory = scene.user("mallory", 1);
    let theirs = scene.second_vault(&mallory);
    let (user, view) = (alice.pubkey(), scene.view.clone());
    scene.world.mint_to(&theirs.share_mint, &user, 1_000_000_000);
    let mut redeem = instruction::redeem_in_kind(user, &view, redemption(&scene, 1_000_000, 0));
    redeem.accounts[3].pubkey = theirs.share_mint;
    redeem.accounts[4].pubkey = theirs.user_shares(&user);
    assert_fails(scene.send(&[redeem], &[&alice]), BallastError::WrongAccount);

    let worthless = scene.worthless_set(&user);
    let args = DepositInKindArgs { max_amounts: uneven(&scene, 10), min_shares: 0 };
    let mut deposit = instruction::deposit_in_kind(user, &view, args);
    for (meta, forged) in deposit.accounts[FIXED_ACCOUNTS..].iter_mut().zip(worthless) {
        meta.pubkey = forged;
    }
    assert_fails(scene.send(&[deposit], &[&alice]), BallastError::WrongAccount);
}
