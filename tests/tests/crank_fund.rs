//! The crank fund: pays keepers a fixed and capped amount for trades that settled, and for nothing else.

use anchor_lang::error::ErrorCode;
use ballast::error::BallastError;
use ballast::events::Rebalanced;
use ballast_client::{AccountMeta, Pubkey, address, instruction};
use ballast_core::budget::Budget;
use ballast_core::limits::Limits;
use ballast_tests::attack::assert_fails;
use ballast_tests::scene::{Config, Scene, event};
use ballast_tests::{Keypair, Outcome, Signer};
use solana_account::Account;
use solana_transaction::{InstructionError, TransactionError};

/// What a trade pays, by these tests' limits, and what a day does.
const REWARD_LAMPORTS: u64 = 100_000;
const DAILY_LAMPORTS: u64 = 250_000;
/// A tenth of a SOL.
const FUND_LAMPORTS: u64 = 100_000_000;
/// What an account without data must have.
const RENT_LAMPORTS: u64 = 890_880;
/// What a transaction with one signature costs.
const FEE_LAMPORTS: u64 = 5_000;
/// The least time between two rebalances, by the default limits.
const INTERVAL_SECS: u32 = 300;

/// A trade is due, in chunks so small that many follow each other.
fn drifted() -> Scene {
    let mut config = Config::pair();
    let (crank_reward_lamports, max_daily_crank_lamports) = (REWARD_LAMPORTS as u32, DAILY_LAMPORTS as u32);
    config.limits = Limits { crank_reward_lamports, max_daily_crank_lamports, max_trade_bps: 50, ..config.limits };
    let mut scene = Scene::drifted(config);
    top_up(&mut scene, FUND_LAMPORTS);
    scene
}

/// Somebody who has nothing to do with the vault fills the fund by a plain transfer.
fn top_up(scene: &mut Scene, lamports: u64) {
    let somebody = scene.world.wallet("somebody");
    let transfer = instruction::top_up_crank_fund(somebody.pubkey(), &scene.view, lamports);
    scene.send(&[transfer], &[&somebody]).unwrap();
}

fn lamports(scene: &Scene, address: &Pubkey) -> u64 {
    scene.world.find_account(address).map_or(0, |account| account.lamports)
}

fn fund(scene: &Scene) -> u64 {
    lamports(scene, &scene.view.crank_fund)
}

fn set_fund(scene: &mut Scene, lamports: u64) {
    let account = scene.world.account(&scene.view.crank_fund);
    scene.world.set_account(&scene.view.crank_fund.clone(), Account { lamports, ..account });
}

fn reward(outcome: &Outcome) -> u64 {
    event::<Rebalanced>(outcome).reward_lamports
}

#[test]
fn fund_is_created_with_the_vault_and_belongs_to_the_program() {
    let scene = Scene::empty(Config::pair());
    let account = scene.world.account(&scene.view.crank_fund);
    assert_eq!((account.owner, account.data.len(), account.lamports), (ballast::ID, 0, RENT_LAMPORTS));
    assert_eq!(scene.view.crank_fund, address::crank_fund(&scene.view.address));
    assert_eq!(scene.vault().crank_fund, scene.view.crank_fund);
}

/// Lamports sent ahead keep nobody from creating a vault; they are in the fund then.
#[test]
fn fund_may_be_filled_before_the_vault_exists() {
    let mut scene = Scene::bare(Config::pair());
    let fund_address = scene.view.crank_fund;
    scene.world.set_account(&fund_address, Account { lamports: FUND_LAMPORTS, ..Account::default() });
    let (admin, initialize) = (scene.admin.clone(), scene.initialize_instruction(scene.initialize_args()));
    scene.send(&[initialize], &[&admin]).unwrap();
    let account = scene.world.account(&fund_address);
    assert_eq!((account.owner, account.lamports), (ballast::ID, FUND_LAMPORTS));
}

#[test]
fn fund_pays_the_keeper_of_a_settled_trade() {
    let mut scene = drifted();
    let keeper = scene.keeper.pubkey();
    let (fund_before, keeper_before) = (fund(&scene), lamports(&scene, &keeper));
    assert_eq!(fund_before, RENT_LAMPORTS + FUND_LAMPORTS);
    let outcome = scene.rebalance(0).unwrap();
    assert_eq!(reward(&outcome), REWARD_LAMPORTS);
    assert_eq!(fund(&scene), fund_before - REWARD_LAMPORTS);
    assert_eq!(lamports(&scene, &keeper), keeper_before + REWARD_LAMPORTS - FEE_LAMPORTS);
    assert_eq!(scene.vault().state.crank, Budget { at: scene.world.now(), spent: REWARD_LAMPORTS });
}

#[test]
fn fund_pays_nothing_for_what_fails() {
    let mut scene = drifted();
    scene.rebalance(0).unwrap();
    let before = fund(&scene);
    assert_fails(scene.rebalance(0), BallastError::TooSoon);
    // Twice in a transaction is once too soon, and undoes the first.
    scene.pass(INTERVAL_SECS);
    let (keeper, rebalance) = (scene.keeper.clone(), scene.rebalance_instruction(0, 0));
    assert_fails(scene.send(&[rebalance.clone(), rebalance], &[&keeper]), BallastError::TooSoon);
    let dear = scene.rebalance_instruction(0, u64::MAX);
    assert!(scene.keep(dear).is_err(), "the pool cannot pay that");
    assert_eq!(fund(&scene), before);
    assert_eq!(scene.vault().state.crank.spent, REWARD_LAMPORTS);
}

#[test]
fn fund_pays_no_more_than_the_daily_budget_which_comes_back() {
    let mut scene = drifted();
    let start = fund(&scene);
    let mut paid = vec![];
    for _ in 0..4 {
        paid.push(reward(&scene.rebalance(0).unwrap()));
        scene.pass(INTERVAL_SECS);
    }
    assert_eq!(paid, [REWARD_LAMPORTS, REWARD_LAMPORTS, 0, 0]);
    assert_eq!(fund(&scene), start - 2 * REWARD_LAMPORTS);
    // Half a day gives half of the budget back: one more, and no second.
    scene.pass(43_200);
    let again = [0; 2].map(|_| {
        let reward = reward(&scene.rebalance(0).unwrap());
        scene.pass(INTERVAL_SECS);
        reward
    });
    assert_eq!(again, [REWARD_LAMPORTS, 0]);
}

#[test]
fn fund_never_falls_below_its_rent_and_the_trade_goes_on() {
    for (lamports, expected) in
        [(RENT_LAMPORTS + REWARD_LAMPORTS, REWARD_LAMPORTS), (RENT_LAMPORTS + REWARD_LAMPORTS - 1, 0), (RENT_LAMPORTS, 0)]
    {
        let mut scene = drifted();
        set_fund(&mut scene, lamports);
        assert_eq!(reward(&scene.rebalance(0).unwrap()), expected);
        assert_eq!(fund(&scene), lamports - expected);
    }
}

#[test]
fn fund_pays_nothing_where_the_vault_offers_nothing() {
    let mut scene = drifted();
    scene.edit_vault(|vault| vault.limits.crank_reward_lamports = 0);
    let before = fund(&scene);
    assert_eq!(reward(&scene.rebalance(0).unwrap()), 0);
    assert_eq!(fund(&scene), before);
    assert_eq!(scene.vault().state.crank, Budget::default());
}

/// A keeper without lamports, whose transaction somebody else pays, would be left below the rent minimum.
#[test]
fn keeper_without_rent_is_not_paid_and_the_trade_goes_on() {
    for (has, expected) in [(0, 0), (RENT_LAMPORTS - REWARD_LAMPORTS, REWARD_LAMPORTS), (RENT_LAMPORTS, REWARD_LAMPORTS)] {
        let mut scene = drifted();
        let (payer, poor) = (scene.world.wallet("payer"), scene.world.keypair("poor"));
        scene.world.set_account(&poor.pubkey(), Account { lamports: has, ..Account::default() });
        let mut rebalance = scene.rebalance_instruction(0, 0);
        rebalance.accounts[0] = AccountMeta::new(poor.pubkey(), true);
        let outcome = scene.send(&[rebalance], &[&payer, &poor]).unwrap();
        assert_eq!(reward(&outcome), expected);
        assert_eq!(lamports(&scene, &poor.pubkey()), has + expected);
    }
}

#[test]
fn keeper_is_a_writable_signer() {
    let mut scene = drifted();
    let payer = scene.world.wallet("payer");
    let mut rebalance = scene.rebalance_instruction(0, 0);
    rebalance.accounts[0].is_writable = false;
    let keeper = scene.keeper.clone();
    assert_fails(scene.send(&[rebalance.clone()], &[&payer, &keeper]), ErrorCode::ConstraintMut);
    // Addresses of the program cannot sign, so that no reward goes round in a circle.
    for address in [scene.view.crank_fund, scene.view.address, scene.view.authority] {
        rebalance.accounts[0] = AccountMeta::new(address, false);
        assert_fails(scene.send(&[rebalance.clone()], &[&payer]), ErrorCode::AccountNotSigner);
    }
}

/// Every reward, paid to somebody who is an account of the swap as well.
#[test]
fn keeper_may_be_the_fee_payer_or_not() {
    let mut scene = drifted();
    let (payer, keeper) = (scene.world.wallet("payer"), Keypair::new());
    scene.world.fund(&keeper.pubkey());
    let before = lamports(&scene, &keeper.pubkey());
    let mut rebalance = scene.rebalance_instruction(0, 0);
    rebalance.accounts[0].pubkey = keeper.pubkey();
    scene.send(&[rebalance], &[&payer, &keeper]).unwrap();
    assert_eq!(lamports(&scene, &keeper.pubkey()), before + REWARD_LAMPORTS);
}

/// Nobody but the program takes lamports out: the system program does not own the fund, and its address cannot sign.
#[test]
fn fund_cannot_be_drained_by_a_transfer() {
    let mut scene = drifted();
    let mallory = scene.world.wallet("mallory");
    let fund_address = scene.view.crank_fund;
    let mut transfer = instruction::top_up_crank_fund(fund_address, &scene.view, 1);
    transfer.accounts[1].pubkey = mallory.pubkey();
    transfer.accounts[0].is_signer = false;
    let failure = scene.send(&[transfer], &[&mallory]).unwrap_err();
    assert_eq!(failure.error, TransactionError::InstructionError(1, InstructionError::MissingRequiredSignature));
    assert_eq!(fund(&scene), RENT_LAMPORTS + FUND_LAMPORTS);
}
