//! Two vaults over the same mints, each with its people and all that an instruction may need: ours, which is attacked, and
//! the attacker's, whose accounts stand in for ours.

use {
    crate::scenario::Scenario,
    anchor_lang::solana_program::instruction::Instruction,
    ballast::instructions::DepositInKindArgs,
    ballast_client::VaultView,
    ballast_core::{
        limits::Limits,
        strategy::{Strategy, band::ForecastBand},
    },
    ballast_tests::{
        Keypair, Signer,
        amm::{
            Pool,
            token_swap::{Fees, TokenSwap},
        },
        scene::{AssetSpec, Config, Scene},
        strategies::SAMPLING,
        token::MintConfig,
    },
    std::{mem, sync::Arc},
};

/// Assets of each vault.
pub const ASSETS: usize = 3;
/// Index of the asset of Token-2022.
pub const TOKEN_2022: usize = 2;
/// What a keeper gets for a trade: enough for the rent of an empty account.
const REWARD_LAMPORTS: u32 = 1_000_000;
/// Dollars that each vault begins with.
const VAULT_DOLLARS: u64 = 100_000;
/// Dollars a side of each pool.
const POOL_DOLLARS: u64 = 10_000_000;
/// Dollars of each asset that the user brings; they deposit a tenth.
const USER_DOLLARS: u64 = 1_000;

/// A vault and its people.
#[derive(Clone)]
pub struct Party {
    /// The vault, the chain, and whoever runs the vault.
    pub scene: Scene,
    /// A depositor.
    pub user: Arc<Keypair>,
}

/// The chain before an instruction is attacked. It is in our scene; the other's turn comes by a swap.
#[derive(Clone)]
pub struct Stage {
    ours: Party,
    theirs: Party,
}

impl Stage {
    /// Both vaults hold three assets, the last one of Token-2022, and have one of them to sell to another: its price doubled.
    pub fn new() -> Self {
        let assets: [_; ASSETS] = [
            AssetSpec::spl(6, 100_000_000, 4_000),
            AssetSpec::spl(9, 5_000_000_000, 3_000),
            AssetSpec { mint: MintConfig::token_2022(8, vec![]), ..AssetSpec::spl(8, 4_000_000_000_000, 3_000) },
        ];
        let forecast_band = ForecastBand { max_scale_bps: 20_000, min_scale_bps: 5_000, max_validity_secs: 86_400 };
        let strategy = Strategy { sampling: SAMPLING, forecast_band, ..Strategy::plain() };
        // Keepers are paid, and fees accrue.
        let limits = Limits {
            crank_reward_lamports: REWARD_LAMPORTS,
            max_daily_crank_lamports: REWARD_LAMPORTS,
            management_fee_bps: 100,
            ..Config::pair().limits
        };
        let mut ours = Scene::empty(Config { strategy, slack_bps: 1_000, limits, ..Config::of(assets.into()) });
        let mut theirs = attackers_vault(&mut ours);
        furnish(&mut theirs, "their pool");
        mem::swap(&mut ours.world, &mut theirs.world);
        furnish(&mut ours, "our pool");

        let user = Arc::new(ours.user("alice", USER_DOLLARS));
        let max_amounts = ours.assets.iter().map(|asset| asset.units(USER_DOLLARS / 10)).collect();
        ours.deposit(&user, DepositInKindArgs { max_amounts, min_shares: 0 }).expect("a deposit");

        let doubled = 2 * ours.assets[1].spec.price_e8;
        ours.shift(&[(1, doubled)], 300);
        mem::swap(&mut ours.world, &mut theirs.world);
        theirs.shift(&[(1, doubled)], 0);
        mem::swap(&mut ours.world, &mut theirs.world);
        let mallory = theirs.admin.clone();
        Stage { ours: Party { scene: ours, user }, theirs: Party { scene: theirs, user: mallory } }
    }

    /// Sets the scene for an instruction of both vaults.
    pub fn scenario(&self, prepare: fn(&mut Party) -> Instruction) -> Scenario {
        let Stage { mut ours, mut theirs } = self.clone();
        mem::swap(&mut ours.scene.world, &mut theirs.scene.world);
        let twin = prepare(&mut theirs);
        mem::swap(&mut ours.scene.world, &mut theirs.scene.world);
        let valid = prepare(&mut ours);
        let Scene { mut world, admin, guardian, forecaster, keeper, .. } = ours.scene;
        let stranger = Arc::new(world.wallet("stranger"));
        let people = vec![theirs.user, ours.user, admin, guardian, forecaster, keeper];
        Scenario { world, valid, twin, stranger, people }
    }
}

/// A vault whose every role is the attacker's. The chain is in its scene now.
fn attackers_vault(ours: &mut Scene) -> Scene {
    let mallory = Arc::new(ours.world.wallet("mallory"));
    let mints: Vec<_> = ours.view.assets.iter().map(|asset| (asset.mint, asset.token_program)).collect();
    let mut theirs = ours.clone();
    theirs.view = VaultView::new(&mallory.pubkey(), 0, &mints);
    for role in [&mut theirs.admin, &mut theirs.guardian, &mut theirs.forecaster, &mut theirs.keeper] {
        *role = mallory.clone();
    }
    let initialize = theirs.initialize_instruction(theirs.initialize_args());
    theirs.send(&[initialize], &[&mallory]).expect("another vault");
    theirs.configure(theirs.configure_args()).expect("its strategy");
    theirs
}

/// A pool with a route, fresh prices and the first deposit.
fn furnish(scene: &mut Scene, label: &str) {
    let pool = create_pool(scene, label);
    scene.register(&pool.address()).expect("a route");
    scene.pools.push(pool);
    scene.refresh().expect("fresh prices");
    scene.seed(VAULT_DOLLARS);
    scene.world.fund(&scene.view.crank_fund);
    scene.world.set_owner(&scene.view.crank_fund, &ballast::ID);
}

/// A pool of the first two assets at their prices.
pub fn create_pool(scene: &mut Scene, label: &str) -> TokenSwap {
    let [first, second] = [0, 1].map(|index: usize| scene.assets[index].clone());
    let reserves = [first.units(POOL_DOLLARS), second.units(POOL_DOLLARS)];
    TokenSwap::create(&mut scene.world, label, [first.mint, second.mint], reserves, Fees::default())
}
