//! The main flows under `solana-program-test`'s bank, in step with LiteSVM: every transaction runs on both, and both must
//! answer alike and leave the same vault.

use ballast_client::ballast::ID;
use ballast_client::ballast::error::BallastError;
use ballast_client::ballast::instructions::{DepositInKindArgs, RedeemInKindArgs};
use ballast_client::ballast::state::pause;
use ballast_client::{Instruction, Pubkey, decode, instruction};
use ballast_tests::amm::{Pool, token_swap};
use ballast_tests::random::Random;
use ballast_tests::scene::{Config, Scene, code};
use ballast_tests::strategies::{self, SAMPLING, WARM_OBSERVATIONS};
use ballast_tests::world::deploy_dir;
use ballast_tests::{Failure, Keypair, Outcome, Signer};
use solana_account::{Account, AccountSharedData, ReadableAccount};
use solana_clock::Clock;
use solana_program_test::{BanksClientError, ProgramTest, ProgramTestContext};
use solana_transaction::{InstructionError, Transaction, TransactionError};

/// The loader that `solana-program-test` itself gives to programs.
const LOADER: Pubkey = Pubkey::from_str_const("BPFLoader2111111111111111111111111111111111");

/// The same chain twice.
struct Twins {
    lite: Scene,
    bank: ProgramTestContext,
}

impl Twins {
    /// Copies the scene's accounts into a bank.
    async fn start(lite: Scene) -> Self {
        let mut test = ProgramTest::default();
        test.prefer_bpf(true);
        for (id, name) in [(ID, "ballast"), (token_swap::PROGRAM, "spl_token_swap")] {
            let data = std::fs::read(deploy_dir().join(format!("{name}.so"))).expect("a program that `cargo xtask build` made");
            test.add_account(id, Account { lamports: 1_000_000_000_000, data, owner: LOADER, executable: true, rent_epoch: 0 });
        }
        for (address, account) in &lite.world.svm.accounts_db().inner {
            let is_system = account.owner().to_bytes() == [0; 32] && account.lamports() < 2_000_000_000_000;
            let is_data = !account.executable() && account.lamports() > 0 && is_fixture(account.owner());
            if is_system || is_data {
                test.add_account(*address, account.clone().into());
            }
        }
        let bank = test.start_with_context().await;
        let mut twins = Twins { lite, bank };
        twins.sync_clock().await;
        twins
    }

    async fn sync_clock(&mut self) {
        let clock: Clock = self.bank.banks_client.get_sysvar().await.expect("a clock");
        self.bank.set_sysvar(&Clock { unix_timestamp: self.lite.world.now(), ..clock });
    }

    /// Lets time pass on both chains, and publishes the prices there.
    async fn publish_after(&mut self, secs: u32) {
        self.lite.world.advance(secs);
        self.lite.publish();
        self.sync_clock().await;
        for asset in self.lite.assets.clone() {
            self.copy(&asset.price_account);
        }
    }

    /// Copies an account that a test changed past the programs.
    fn copy(&mut self, address: &Pubkey) {
        self.bank.set_account(address, &AccountSharedData::from(self.lite.world.account(address)));
    }

    /// Sends to both. They must answer alike: success, or the same error of the program.
    async fn send(&mut self, instruction: Instruction, signer: &Keypair) -> Result<Outcome, Failure> {
        let lite = self.lite.send(std::slice::from_ref(&instruction), &[signer]);
        let bank = self.send_to_bank(instruction, signer).await;
        match (&lite, &bank) {
            (Ok(_), Ok(())) => assert_eq!(self.vault_in_bank().await, self.lite.world.account(&self.lite.view.address).data),
            (Err(lite), Err(bank)) => assert_eq!(lite.code(), custom(bank), "LiteSVM: {lite}\nbank: {bank:?}"),
            _ => panic!("the chains differ\nLiteSVM: {lite:?}\nbank: {bank:?}"),
        }
        lite
    }

    async fn send_to_bank(&mut self, instruction: Instruction, signer: &Keypair) -> Result<(), BanksClientError> {
        let blockhash = self.bank.get_new_latest_blockhash().await.expect("a blockhash");
        let limit = ballast_tests::scene::compute_unit_limit(1_400_000);
        let transaction = Transaction::new_signed_with_payer(&[limit, instruction], Some(&signer.pubkey()), &[signer], blockhash);
        self.bank.banks_client.process_transaction(transaction).await
    }

    async fn vault_in_bank(&mut self) -> Vec<u8> {
        let account = self.bank.banks_client.get_account(self.lite.view.address).await.expect("an answer");
        account.expect("a vault").data
    }
}

/// Whether accounts of this program are part of the scene, and not of the chain itself.
fn is_fixture(owner: &Pubkey) -> bool {
    let programs = [
        ID,
        token_swap::PROGRAM,
        ballast_client::ballast::token::TOKEN,
        ballast_client::ballast::token::TOKEN_2022,
        ballast_client::ballast::oracle::PULL_ORACLE,
        ballast_client::ballast::oracle::PUSH_ORACLE,
    ];
    programs.contains(owner)
}

fn custom(error: &BanksClientError) -> Option<u32> {
    let error = match error {
        BanksClientError::TransactionError(error) => error,
        BanksClientError::SimulationError { err, .. } => err,
        _ => return None,
    };
    match error {
        TransactionError::InstructionError(_, InstructionError::Custom(code)) => Some(*code),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_main_flow_is_the_same_on_both_chains() {
    // People, prices and a pool; the vault is created on both chains.
    let mut scene = Scene::bare(Config::pair());
    let pool = scene.create_pool(0, 1, 10_000_000);
    scene.pools.push(pool.clone());
    let (admin, keeper, guardian) = (scene.admin.clone(), scene.keeper.clone(), scene.guardian.clone());
    for asset in scene.assets.clone() {
        scene.world.mint_to(&asset.mint, &admin.pubkey(), asset.units(1_000_000));
    }
    let alice = scene.world.wallet("alice");
    for asset in scene.assets.clone() {
        scene.world.mint_to(&asset.mint, &alice.pubkey(), asset.units(50_000));
    }
    let mut twins = Twins::start(scene).await;
    let view = twins.lite.view.clone();

    let initialize = twins.lite.initialize_instruction(twins.lite.initialize_args());
    twins.send(initialize, &admin).await.unwrap();
    twins.send(instruction::register_route(admin.pubkey(), view.address, pool.address()), &admin).await.unwrap();
    for user in [admin.pubkey(), alice.pubkey()] {
        let shares = twins.lite.world.create_token_account(&user, &view.share_mint);
        twins.copy(&shares);
    }

    // The first deposit, and one in a single asset.
    let amounts: Vec<u64> = twins.lite.assets.iter().map(|asset| asset.units(100_000)).collect();
    let args = DepositInKindArgs { max_amounts: amounts.clone(), min_shares: 200_000_000_000 };
    twins.send(instruction::deposit_in_kind(admin.pubkey(), &view, args.clone()), &admin).await.unwrap();
    let single = instruction::deposit_single(alice.pubkey(), &view, 0, amounts[0] / 10, 1).unwrap();
    let stale = twins.send(single.clone(), &alice).await.unwrap_err();
    assert_eq!(stale.code(), Some(code(BallastError::PriceStale)));
    let refresh = twins.lite.refresh_instruction();
    twins.send(refresh.clone(), &keeper).await.unwrap();
    twins.send(single, &alice).await.unwrap();

    // In its band the vault does not trade; out of it, it does, once per interval.
    let rebalance = twins.lite.rebalance_instruction(0, 0);
    let in_band = twins.send(rebalance.clone(), &keeper).await.unwrap_err();
    assert_eq!(in_band.code(), Some(code(BallastError::InBand)));
    twins.lite.set_price(1, 7_500_000_000);
    twins.lite.arbitrage(0);
    for vault in pool.vaults() {
        twins.copy(&vault);
    }
    twins.publish_after(600).await;
    twins.send(refresh, &keeper).await.unwrap();
    // The price has leapt; time would tell the breakers that it stays.
    twins.lite.settle_down();
    twins.copy(&view.address);
    let before = twins.lite.vault().assets[1].balance;
    twins.send(rebalance.clone(), &keeper).await.unwrap();
    assert!(twins.lite.vault().assets[1].balance < before);
    let too_soon = twins.send(rebalance, &keeper).await.unwrap_err();
    assert_eq!(too_soon.code(), Some(code(BallastError::TooSoon)));

    // Everything paused, redemption in kind still pays.
    twins.send(instruction::set_pause(guardian.pubkey(), view.address, pause::ALL, true), &guardian).await.unwrap();
    let paused = twins.send(instruction::deposit_in_kind(admin.pubkey(), &view, args), &admin).await.unwrap_err();
    assert_eq!(paused.code(), Some(code(BallastError::Paused)));
    let shares = twins.lite.shares_of(&alice);
    let args = RedeemInKindArgs { shares, min_amounts: vec![1, 1], skip_mask: 0, forfeit_mask: 0 };
    twins.send(instruction::redeem_in_kind(alice.pubkey(), &view, args), &alice).await.unwrap();
    let vault = decode::vault(&twins.vault_in_bank().await).unwrap();
    assert_eq!(vault.total_shares, 200_000_000_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strategy_with_every_part_is_the_same_on_both_chains() {
    let config = Config { strategy: strategies::every_part(), slack_bps: 1_000, ..Config::many(4) };
    let mut scene = Scene::with_route(config, 100_000, 10_000_000);
    scene.world.advance(3_600);
    let (admin, keeper, forecaster) = (scene.admin.clone(), scene.keeper.clone(), scene.forecaster.clone());
    let mut twins = Twins::start(scene).await;
    let view = twins.lite.view.clone();

    let configure = instruction::configure_strategy(admin.pubkey(), view.address, twins.lite.configure_args());
    let fixed = twins.send(configure, &admin).await.unwrap_err();
    assert_eq!(fixed.code(), Some(code(BallastError::StrategyFixed)));
    let targets_bps = vec![2_000, 3_000, 2_500, 2_500];
    let ramp = instruction::start_ramp(admin.pubkey(), view.address, targets_bps, 864_000);
    twins.send(ramp, &admin).await.unwrap();
    twins.publish_after(twins.lite.vault().limits.timelock_secs).await;

    // Statistics become warm while prices and targets move.
    let refresh = twins.lite.refresh_instruction();
    let mut random = Random::new(1);
    for _ in 0..WARM_OBSERVATIONS {
        for index in 1..4 {
            let price_e8 = random.step(twins.lite.assets[index].spec.price_e8, 200);
            twins.lite.set_price(index, price_e8);
        }
        twins.publish_after(SAMPLING.spacing_secs).await;
        twins.send(refresh.clone(), &keeper).await.unwrap();
        twins.send(instruction::observe(view.address), &keeper).await.unwrap();
    }
    assert!(twins.lite.vault().state.statistics.is_warm(&SAMPLING));
    let too_soon = twins.send(instruction::observe(view.address), &keeper).await.unwrap_err();
    assert_eq!(too_soon.code(), Some(code(BallastError::ObservedTooSoon)));

    let expires_at = twins.lite.world.now() + 3_600;
    let forecast = instruction::post_forecast(forecaster.pubkey(), view.address, 12_000, expires_at);
    twins.send(forecast, &forecaster).await.unwrap();
    twins.lite.set_price(1, 10_000_000_000);
    twins.lite.arbitrage(0);
    for vault in twins.lite.pools[0].vaults() {
        twins.copy(&vault);
    }
    twins.publish_after(600).await;
    twins.send(refresh, &keeper).await.unwrap();
    // The price has leapt; time would tell the breakers that it stays.
    twins.lite.settle_down();
    twins.copy(&view.address);
    let before = twins.lite.vault();
    twins.send(twins.lite.rebalance_instruction(0, 0), &keeper).await.unwrap();
    assert!(twins.lite.vault().assets[1].balance < before.assets[1].balance);
}
