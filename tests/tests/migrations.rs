//! The deployment steps: they do what is missing, and nothing twice.

use ballast_client::{Instruction, Pubkey, address};
use ballast_core::risk::breaker::{self, Breakers};
use ballast_core::risk::stress;
use ballast_core::strategy::Strategy;
use ballast_migrations::{Asset, Chain, Deployment, Difference, MigrationError, difference, run};
use ballast_tests::amm::Pool;
use ballast_tests::scene::{Config, Scene};
use ballast_tests::strategies;
use ballast_tests::{Failure, Signer};

struct SceneChain(Scene);

impl Chain for SceneChain {
    type Error = Failure;

    fn account_data(&self, address: &Pubkey) -> Result<Option<Vec<u8>>, Failure> {
        Ok(self.0.world.find_account(address).map(|account| account.data))
    }

    fn send(&mut self, instructions: &[Instruction]) -> Result<(), Failure> {
        let admin = self.0.admin.clone();
        self.0.send(instructions, &[&admin]).map(drop)
    }
}

/// A chain without the vault, and the vault that is wanted: four assets, two pools, a strategy with every part on.
fn scene() -> (SceneChain, Deployment) {
    let config = Config { strategy: strategies::every_part(), slack_bps: 300, ..Config::many(4) };
    let mut scene = Scene::bare(config);
    let pools = [(0, 1), (0, 2)].map(|(a, b)| scene.create_pool(a, b, 1_000_000).address()).to_vec();
    let args = scene.initialize_args();
    let asset = |(asset, args): (&ballast_tests::scene::SceneAsset, &_)| Asset {
        mint: asset.mint,
        token_program: asset.spec.mint.program,
        args: *args,
    };
    let deployment = Deployment {
        admin: scene.admin.pubkey(),
        vault_id: 0,
        guardian: args.guardian,
        limits: args.limits,
        assets: scene.assets.iter().zip(&args.assets).map(asset).collect(),
        pools,
        strategy: Some(scene.configure_args()),
        breakers: None,
        stress: None,
        manager: None,
        fee_recipient: None,
    };
    (SceneChain(scene), deployment)
}

/// The number of transactions that each step sent.
fn done(reserves: usize, vault: usize, routes: usize, strategy: usize) -> Result<Vec<(&'static str, usize)>, MigrationError> {
    Ok(vec![
        ("0001_create_reserves", reserves),
        ("0002_create_vault", vault),
        ("0003_register_routes", routes),
        ("0004_configure_strategy", strategy),
        ("0005_apply_changes", 0),
    ])
}

#[test]
fn a_second_run_does_nothing() {
    let (mut chain, deployment) = scene();
    assert_eq!(run(&mut chain, &deployment), done(4, 1, 2, 1));
    let vault = chain.0.vault();
    assert_eq!((vault.assets().len(), vault.strategy), (4, strategies::every_part()));
    assert_eq!(vault.forecaster, chain.0.forecaster.pubkey());
    assert_eq!(run(&mut chain, &deployment), done(0, 0, 0, 0));
}

#[test]
fn the_difference_is_what_a_run_sends() {
    let (mut chain, deployment) = scene();
    let count = |chain: &SceneChain| -> Vec<Option<usize>> {
        let count = |(_, difference)| match difference {
            Difference::None => Some(0),
            Difference::Missing(missing) => Some(missing.len()),
            Difference::Unknown => None,
        };
        difference(chain, &deployment).unwrap().into_iter().map(count).collect()
    };
    assert_eq!(count(&chain), [Some(4), Some(1), Some(2), None, None]);
    run(&mut chain, &Deployment { strategy: None, pools: vec![deployment.pools[0]], ..deployment.clone() }).unwrap();
    assert_eq!(count(&chain), [Some(0), Some(0), Some(1), Some(1), Some(0)]);
    run(&mut chain, &deployment).unwrap();
    assert_eq!(count(&chain), [Some(0); 5]);
    let other = Deployment { guardian: Pubkey::new_unique(), ..deployment.clone() };
    assert!(matches!(difference(&chain, &other), Err(MigrationError::Conflict { step: "0002_create_vault", .. })));
}

/// A chain that answers nobody, and must not be sent anything.
struct Silent;

impl Chain for Silent {
    type Error = &'static str;

    fn account_data(&self, _: &Pubkey) -> Result<Option<Vec<u8>>, Self::Error> {
        Err("no answer")
    }

    fn send(&mut self, _: &[Instruction]) -> Result<(), Self::Error> {
        panic!("an account that could not be read is not a missing one")
    }
}

#[test]
fn a_chain_that_cannot_be_read_is_not_an_empty_one() {
    let (_, deployment) = scene();
    let unreadable = || MigrationError::Unreadable { step: "0001_create_reserves", error: "no answer".into() };
    assert_eq!(run(&mut Silent, &deployment), Err(unreadable()));
    assert_eq!(difference(&Silent, &deployment), Err(unreadable()));
}

#[test]
fn a_broken_off_run_is_continued() {
    let (mut chain, mut deployment) = scene();
    let second = deployment.pools.pop().unwrap();
    run(&mut chain, &deployment).unwrap();
    deployment.pools.push(second);
    assert_eq!(run(&mut chain, &deployment), done(0, 0, 1, 0));
    let route = address::route(&deployment.view().address, &second);
    assert!(chain.account_data(&route).unwrap().is_some());
}

#[test]
fn another_configuration_is_a_conflict() {
    let (mut chain, mut deployment) = scene();
    run(&mut chain, &deployment).unwrap();
    deployment.limits.max_slippage_bps += 1;
    let conflict = |what: &str| Err(MigrationError::Conflict { step: "0002_create_vault", what: what.into() });
    assert_eq!(run(&mut chain, &deployment), conflict("the vault exists with other limits"));
    deployment.limits.max_slippage_bps -= 1;
    deployment.assets[0].args.target_bps += 1;
    assert_eq!(run(&mut chain, &deployment), conflict("the vault exists with other assets"));
    deployment.assets[0].args.target_bps -= 1;
    deployment.guardian = Pubkey::new_unique();
    assert_eq!(run(&mut chain, &deployment), conflict("the vault exists with other guardian"));
}

#[test]
fn another_strategy_is_set_until_somebody_has_deposited() {
    let (mut chain, mut deployment) = scene();
    let wanted = deployment.strategy.take().unwrap();
    // Without one, the vault keeps its own.
    assert_eq!(run(&mut chain, &deployment), done(4, 1, 2, 0));
    assert_eq!(chain.0.vault().strategy, Strategy::plain());

    let mut changed = [wanted.clone(), wanted.clone(), wanted.clone(), wanted.clone()];
    changed[1].strategy.gate.horizon_secs += 1;
    changed[2].forecaster = Pubkey::new_unique();
    changed[3].bounds[3].max_bps += 1;
    for strategy in &changed {
        deployment.strategy = Some(strategy.clone());
        assert_eq!(run(&mut chain, &deployment), done(0, 0, 0, 1));
        assert_eq!(run(&mut chain, &deployment), done(0, 0, 0, 0));
    }

    chain.0.refresh().unwrap();
    chain.0.seed(1_000);
    assert_eq!(run(&mut chain, &deployment), done(0, 0, 0, 0));
    for strategy in &changed[..3] {
        deployment.strategy = Some(strategy.clone());
        let what = "the vault has depositors, and another strategy".into();
        assert_eq!(run(&mut chain, &deployment), Err(MigrationError::Conflict { step: "0004_configure_strategy", what }));
    }
}

#[test]
fn other_breakers_stress_and_roles_are_set_until_somebody_has_deposited() {
    let (mut chain, mut deployment) = scene();
    let [manager, fee_recipient] = [1, 2].map(|byte| Pubkey::new_from_array([byte; 32]));
    let mut stress = stress::DEFAULT;
    stress.shocks[0].moves_bps[1] = -5_000;
    let breakers = Breakers { max_jump_bps: 1_000, ..breaker::DEFAULT };
    let sent = |chain: &mut SceneChain, deployment: &Deployment| run(chain, deployment).map(|steps| steps[4]);
    (deployment.breakers, deployment.stress) = (Some(breakers), Some(stress));
    (deployment.manager, deployment.fee_recipient) = (Some(manager), Some(fee_recipient));
    // Each is queued and applied.
    assert_eq!(sent(&mut chain, &deployment), Ok(("0005_apply_changes", 6)));
    let vault = chain.0.vault();
    assert_eq!((vault.breakers, vault.stress, vault.change_count), (breakers, stress, 3));
    assert_eq!((vault.manager, vault.fee_recipient), (manager, fee_recipient));
    assert_eq!(vault.forecaster, chain.0.forecaster.pubkey(), "the strategy's, as before");
    assert_eq!(sent(&mut chain, &deployment), Ok(("0005_apply_changes", 0)));
    deployment.manager = Some(Pubkey::default());
    assert_eq!(sent(&mut chain, &deployment), Ok(("0005_apply_changes", 2)));
    assert_eq!(chain.0.vault().manager, Pubkey::default());

    chain.0.refresh().unwrap();
    chain.0.seed(1_000);
    assert_eq!(sent(&mut chain, &deployment), Ok(("0005_apply_changes", 0)));
    deployment.manager = Some(manager);
    let what = "the vault has depositors, and other breakers, stress test or roles".into();
    assert_eq!(run(&mut chain, &deployment), Err(MigrationError::Conflict { step: "0005_apply_changes", what }));
}

#[test]
fn a_rejected_transaction_stops_the_run() {
    let (mut chain, mut deployment) = scene();
    deployment.pools = vec![Pubkey::new_unique()];
    let Err(MigrationError::Rejected { step, error }) = run(&mut chain, &deployment) else { panic!("a rejection") };
    assert_eq!(step, "0003_register_routes");
    assert!(error.contains("UnsupportedPool"), "{error}");
    // The vault was made; the next run goes on from there.
    assert!(matches!(run(&mut chain, &deployment), Err(MigrationError::Rejected { step: "0003_register_routes", .. })));
}
