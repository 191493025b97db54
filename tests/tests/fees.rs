//! Fees: the management fee accrues exactly whoever calls when, and goes to its recipient alone; entry and exit fees stay.

use anchor_spl::token::spl_token::error::TokenError;
use ballast::error::BallastError;
use ballast::events::FeesCollected;
use ballast::instructions::DepositInKindArgs;
use ballast::state::{Change, Roles};
use ballast_client::{Pubkey, instruction};
use ballast_core::fees::FeeAccrual;
use ballast_core::limits::Limits;
use ballast_core::shares::{LOCKED_SHARES, MIN_FIRST_SHARES};
use ballast_tests::attack::assert_fails;
use ballast_tests::governance::NOBODY;
use ballast_tests::random::Random;
use ballast_tests::reference::{mid_usd, nav_usd};
use ballast_tests::scene::{Config, Scene, event};
use ballast_tests::seed::seed;
use ballast_tests::strategies;
use ballast_tests::{Keypair, Signer};

/// Two percent a year.
const FEE_BPS: u16 = 200;
/// Shares of a vault of a thousand dollars, raw units.
const SHARES: u64 = 1_000_000_000;
const YEAR_SECS: u32 = 31_557_600;
/// `10^9 (e^0.02 - 1)`: what a year makes of the vault's shares.
const YEARS_FEE: u64 = 20_201_340;

fn with_fee() -> Config {
    fee_of(Config::mixed(2))
}

fn fee_of(config: Config) -> Config {
    Config { limits: Limits { management_fee_bps: FEE_BPS, ..config.limits }, ..config }
}

/// A vault of a thousand dollars with a management fee, and its recipient.
fn funded() -> (Scene, Keypair) {
    let mut scene = Scene::funded(with_fee(), 1_000);
    let recipient = scene.world.wallet("fee recipient");
    scene.world.create_token_account(&recipient.pubkey(), &scene.view.share_mint);
    scene.edit_vault(|vault| vault.fee_recipient = recipient.pubkey());
    (scene, recipient)
}

#[test]
fn management_fee_of_a_year_is_that_of_the_closed_form() {
    let (mut scene, recipient) = funded();
    assert_eq!(scene.vault().state.fees, FeeAccrual::start(scene.world.now()));
    scene.world.advance(YEAR_SECS);
    let before = scene.vault();
    let outcome = scene.collect_fees(&recipient.pubkey()).unwrap();
    let (event, after): (FeesCollected, _) = (event(&outcome), scene.vault());
    assert_eq!((event.vault, event.slot, event.sequence), (scene.view.address, scene.world.clock().slot, before.sequence + 1));
    assert_eq!((event.recipient, event.shares, event.total_shares), (recipient.pubkey(), YEARS_FEE, SHARES + YEARS_FEE));
    assert_eq!((scene.shares_of(&recipient), after.total_shares), (YEARS_FEE, SHARES + YEARS_FEE));
    assert_eq!(scene.world.supply(&scene.view.share_mint), SHARES + YEARS_FEE - LOCKED_SHARES);
    assert_eq!((after.state.fees.at, after.state.fees.owed_shares), (scene.world.now(), 0));
    // Nobody's units moved: the others' shares are worth e^-0.02 of what they were.
    assert!(before.assets().iter().zip(after.assets()).all(|(before, after)| before.balance == after.balance));
    assert_fails(scene.collect_fees(&recipient.pubkey()), BallastError::NothingOwed);
}

/// Whoever comes in between, by whatever instruction, the recipient gets the same but for what comes and goes with them.
#[test]
fn management_fee_does_not_depend_on_who_accrues_it() {
    let (scene, recipient) = funded();
    let mut random = Random::new(seed("accruals"));
    let mut busy = scene.clone();
    let alice = busy.user("alice", 1_000);
    let mut left_secs = YEAR_SECS;
    while left_secs > 0 {
        let secs = random.sized(1..=2_000_000).min(left_secs.into()) as u32;
        left_secs -= secs;
        busy.pass(secs);
        // In and out again at once: the vault's shares are as before, but for the fee.
        busy.deposit_part(&alice, &mut random).unwrap();
        let shares = busy.shares_of(&alice);
        busy.redeem_skipping(&alice, shares, 0, 0).unwrap();
    }
    busy.collect_fees(&recipient.pubkey()).unwrap();
    assert!(busy.shares_of(&recipient).abs_diff(YEARS_FEE) <= 1, "{}", busy.shares_of(&recipient));
}

#[test]
fn management_fee_accrues_in_every_instruction_that_uses_the_shares() {
    // The AMM trades SPL Token alone.
    let mut config = fee_of(Config::pair());
    config.strategy = strategies::observing();
    let mut scene = Scene::with_route(config, 100_000, 10_000_000);
    let recipient = scene.world.wallet("fee recipient").pubkey();
    scene.edit_vault(|vault| vault.fee_recipient = recipient);
    let alice = scene.user("alice", 1_000);
    scene.deposit_part(&alice, &mut Random::new(1)).unwrap();
    let doubled = 2 * scene.assets[1].spec.price_e8;
    scene.shift(&[(1, doubled)], 86_400);
    type Use = fn(&mut Scene, &Keypair);
    let uses: [(&str, Use); 6] = [
        ("deposit in kind", |scene, alice| drop(scene.deposit_part(alice, &mut Random::new(1)).unwrap())),
        ("redeem in kind", |scene, alice| drop(scene.redeem_skipping(alice, 1_000_000, 0, 0).unwrap())),
        ("deposit single", |scene, alice| drop(scene.deposit_single(alice, 0, 1_000_000, 0).unwrap())),
        ("redeem single", |scene, alice| drop(scene.redeem_single(alice, 1, 1_000_000, 0).unwrap())),
        ("observe", |scene, _| drop(scene.observe().unwrap())),
        ("rebalance", |scene, _| drop(scene.rebalance(0).unwrap())),
    ];
    for (name, act) in uses {
        let mut scene = scene.clone();
        let mut expected = scene.vault();
        expected.accrue_fees(scene.world.now());
        assert!(expected.state.fees.owed_shares > 5_000_000, "a day of 2 % on 100,000 shares");
        act(&mut scene, &alice);
        assert_eq!(scene.vault().state.fees, expected.state.fees, "{name}");
        let supply = scene.world.supply(&scene.view.share_mint);
        assert_eq!(scene.vault().total_shares, supply + LOCKED_SHARES + expected.state.fees.owed_shares, "{name}");
    }
}

#[test]
fn management_fee_begins_with_the_first_deposit() {
    let mut scene = Scene::empty(with_fee());
    let recipient = scene.world.wallet("fee recipient").pubkey();
    scene.world.create_token_account(&recipient, &scene.view.share_mint);
    scene.edit_vault(|vault| vault.fee_recipient = recipient);
    scene.world.advance(YEAR_SECS);
    assert_fails(scene.collect_fees(&recipient), BallastError::NothingOwed);
    assert_eq!(scene.vault().state.fees, FeeAccrual::default());
    scene.publish();
    scene.refresh().unwrap();
    scene.seed(1_000);
    assert_fails(scene.collect_fees(&recipient), BallastError::NothingOwed);
    assert_eq!(scene.vault().total_shares, SHARES);
}

#[test]
fn a_fee_for_nobody_does_not_accrue() {
    let (mut scene, recipient) = funded();
    scene.edit_vault(|vault| vault.fee_recipient = Pubkey::default());
    scene.world.advance(YEAR_SECS);
    let admin = scene.admin.clone();
    scene.redeem_skipping(&admin, 1, 0, 0).unwrap();
    assert_eq!((scene.vault().total_shares, scene.vault().state.fees), (SHARES - 1, FeeAccrual::start(scene.world.now())));
    // Nor does it begin in the past for whoever becomes its recipient.
    scene.edit_vault(|vault| vault.fee_recipient = recipient.pubkey());
    assert_fails(scene.collect_fees(&recipient.pubkey()), BallastError::NothingOwed);
}

/// Where more shares would not fit 64 bits, the recipient loses the fee, and redemption goes on.
#[test]
fn management_fee_never_holds_up_a_redemption() {
    let (mut scene, recipient) = funded();
    scene.edit_vault(|vault| vault.total_shares = u64::MAX);
    scene.world.advance(YEAR_SECS);
    let admin = scene.admin.clone();
    let shares = scene.shares_of(&admin);
    scene.redeem_skipping(&admin, shares, 0, 0).unwrap();
    assert_eq!(scene.vault().total_shares, u64::MAX - shares);
    assert_fails(scene.collect_fees(&recipient.pubkey()), BallastError::NothingOwed);
}

/// Everybody leaves before the fee is collected; the recipient's shares are still worth their part.
#[test]
fn collected_shares_redeem_for_their_part() {
    let (mut scene, recipient) = funded();
    scene.world.advance(YEAR_SECS);
    let admin = scene.admin.clone();
    let shares = scene.shares_of(&admin);
    scene.redeem_skipping(&admin, shares, 0, 0).unwrap();
    scene.collect_fees(&recipient.pubkey()).unwrap();
    let vault = scene.vault();
    assert_eq!(vault.total_shares, LOCKED_SHARES + YEARS_FEE);
    for asset in scene.assets.clone() {
        scene.world.create_token_account(&recipient.pubkey(), &asset.mint);
    }
    scene.redeem_skipping(&recipient, YEARS_FEE, 0, 0).unwrap();
    for (asset, before) in scene.assets.iter().zip(vault.assets()) {
        let part = u128::from(before.balance) * u128::from(YEARS_FEE) / u128::from(LOCKED_SHARES + YEARS_FEE);
        assert_eq!(u128::from(scene.world.balance_of(&recipient.pubkey(), &asset.mint)), part);
    }
}

/// Any account for shares will do, if it is the recipient's.
#[test]
fn collect_fees_pays_the_recipient_alone() {
    let (mut scene, recipient) = funded();
    let mallory = scene.user("mallory", 10);
    let theirs = scene.second_vault(&mallory);
    scene.world.advance(YEAR_SECS);
    let of_another_vault = scene.world.create_token_account(&recipient.pubkey(), &theirs.share_mint);
    let [second, forged] = [Pubkey::new_unique(), Pubkey::new_unique()];
    scene.world.write_token_account(&second, &recipient.pubkey(), &scene.view.share_mint);
    let data = scene.world.account(&second).data;
    scene.world.write(&forged, &ballast::ID, data);
    let collect_to = |scene: &mut Scene, account| {
        let mut collect = instruction::collect_fees(&scene.view, &recipient.pubkey());
        collect.accounts[RECIPIENT_SHARES].pubkey = account;
        scene.keep(collect)
    };
    let mallorys = scene.view.user_shares(&mallory.pubkey());
    for account in [mallorys, forged, mallory.pubkey()] {
        assert_fails(collect_to(&mut scene, account), BallastError::WrongFeeAccount);
    }
    assert_fails(collect_to(&mut scene, of_another_vault), TokenError::MintMismatch);
    // While an account is frozen the fee can wait, or go to another one.
    scene.world.freeze(&second);
    assert_fails(collect_to(&mut scene, second), TokenError::AccountFrozen);
    scene.world.thaw(&second);
    collect_to(&mut scene, second).unwrap();
    assert_eq!(scene.world.balance(&second), YEARS_FEE);
}

/// Position of the recipient's account among the instruction's.
const RECIPIENT_SHARES: usize = 3;

/// What one-asset operations pay raises the price of everybody's shares and nobody receives it.
#[test]
fn entry_and_exit_fees_stay_in_the_vault() {
    let mut config = Config::mixed(2);
    (config.limits.entry_fee_bps, config.limits.exit_fee_bps) = (200, 200);
    let mut scene = Scene::funded(config, 1_000);
    let alice = scene.user("alice", 1_000);
    let share_usd = |scene: &Scene| nav_usd(&scene.vault(), mid_usd) as f64 / scene.vault().total_shares as f64;
    let mut prices = vec![share_usd(&scene)];
    scene.deposit_single(&alice, 0, scene.assets[0].units(50), 0).unwrap();
    prices.push(share_usd(&scene));
    let shares = scene.shares_of(&alice);
    scene.redeem_single(&alice, 0, shares, 0).unwrap();
    prices.push(share_usd(&scene));
    // Two percent of 50 dollars in 1,000 each time, but for the prices' confidence.
    for pair in prices.windows(2) {
        assert!((pair[1] / pair[0] - 1.001).abs() < 1e-4, "{prices:?}");
    }
    for (asset, view) in scene.vault().assets().iter().zip(&scene.view.assets) {
        assert_eq!(asset.balance, scene.world.balance(&view.reserve));
    }
}

/// The first deposit's locked shares are diluted as all others: what is left for nobody shrinks with the fee.
#[test]
fn management_fee_of_the_smallest_vault_carries_parts_of_shares() {
    let mut scene = Scene::empty(with_fee());
    let (admin, recipient) = (scene.user("admin", 100), scene.world.wallet("fee recipient").pubkey());
    scene.world.create_token_account(&recipient, &scene.view.share_mint);
    scene.edit_vault(|vault| vault.fee_recipient = recipient);
    let first = DepositInKindArgs { max_amounts: vec![1_000_000, 1_000_000], min_shares: MIN_FIRST_SHARES };
    scene.deposit(&admin, first).unwrap();
    // Ten million raw shares grow by one in 158 seconds; a minute's part of one is not lost.
    let mut owed = vec![];
    for _ in 0..6 {
        scene.world.advance(60);
        scene.redeem_skipping(&admin, 1, 0, 0).unwrap();
        owed.push(scene.vault().state.fees.owed_shares);
    }
    assert_eq!(owed, [0, 0, 1, 1, 1, 2]);
}

/// From the address of all zeros no share ever comes back, and a vault with a share outside is never closed.
#[test]
fn owed_fee_is_not_minted_to_nobody_and_waits_for_a_recipient() {
    let (mut scene, recipient) = funded();
    scene.world.advance(YEAR_SECS);
    scene.change(Change::Roles(NOBODY)).unwrap();
    let owed = scene.vault().state.fees.owed_shares;
    assert!(owed >= YEARS_FEE);
    let nobody = Pubkey::default();
    scene.world.create_token_account(&nobody, &scene.view.share_mint);
    assert_fails(scene.collect_fees(&nobody), BallastError::WrongFeeAccount);
    assert_fails(scene.collect_fees(&recipient.pubkey()), BallastError::WrongFeeAccount);
    assert_eq!(scene.world.balance_of(&nobody, &scene.view.share_mint), 0);
    scene.change(Change::Roles(Roles { fee_recipient: recipient.pubkey(), ..NOBODY })).unwrap();
    scene.collect_fees(&recipient.pubkey()).unwrap();
    assert_eq!(scene.shares_of(&recipient), owed);
}
