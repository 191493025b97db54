//! Who and what a history is about: people, assets, pools and a vault to be, on a chain that every history starts from.

use {
    anchor_lang::prelude::Pubkey,
    ballast_client::{VaultView, address, instruction, view::AssetView},
    ballast_tests::{
        Signer, World,
        amm::{Pool, token_swap::TokenSwap},
        scene::{AssetSpec, Config, Scene, SceneAsset},
        token::MintConfig,
    },
};

/// Everybody, by position in [`Cast::people`].
pub const PEOPLE: [&str; 10] =
    ["admin", "guardian", "manager", "forecaster", "keeper", "alice", "bob", "carol", "mallory", "trader"];
/// Position of the vault's creator and first admin.
pub const ADMIN: usize = 0;
/// Position of the first guardian.
pub const GUARDIAN: usize = 1;
/// Position of the first manager.
pub const MANAGER: usize = 2;
/// Position of the first forecaster.
pub const FORECASTER: usize = 3;
/// Position of the honest keeper.
pub const KEEPER: usize = 4;
/// Positions of the depositors, an evil one among them.
pub const USERS: std::ops::Range<usize> = 5..9;
/// Position of the outsider with the deepest pockets.
pub const TRADER: usize = 9;

/// Dollars of each asset that everybody starts with.
const DOLLARS: u64 = 1_000_000;
/// Dollars of each asset that the trader starts with.
const TRADER_DOLLARS: u64 = 1_000_000_000;

/// Dollars a side of the pools, of every depth.
const POOL_DOLLARS: [u64; 4] = [10_000_000, 1_000_000, 100_000, 20_000];

/// What no history changes.
pub struct Cast {
    /// Everybody's address, in the order of [`PEOPLE`].
    pub people: Vec<Pubkey>,
    /// The vault's addresses. It is not created yet.
    pub view: VaultView,
    /// The vault's first assets, and last one that it may add.
    pub assets: Vec<SceneAsset>,
    /// The addresses that the last asset would have in the vault.
    pub spare: AssetView,
    /// Pools between SPL Token assets.
    pub pools: Vec<TokenSwap>,
    /// Each pool's route.
    pub routes: Vec<Pubkey>,
    /// Everybody's token accounts, by person and asset.
    tokens: Vec<Vec<Pubkey>>,
    /// Everybody's accounts for shares.
    shares: Vec<Pubkey>,
}

/// A cast and the chain that it is on.
pub struct Template {
    /// Who and what.
    pub cast: Cast,
    /// The chain.
    pub world: World,
}

impl Template {
    /// Every set of assets that histories are played with. Pools are named by their assets; the number after the last asset's is
    /// the spare one's.
    pub fn all() -> Vec<Template> {
        let coins = [3_400, 3_300, 3_300].map(|target_bps| AssetSpec::spl(6, 100_000_000, target_bps));
        vec![
            Template::new(Config::pair(), &[(0, 1), (1, 0), (0, 2)]),
            Template::new(Config::of(coins.to_vec()), &[(0, 1), (1, 2), (0, 2), (1, 3)]),
            Template::new(Config::mixed(3), &[(0, 2), (0, 3)]),
            Template::new(Config::many(5), &[(0, 1), (1, 2), (2, 3), (3, 4), (0, 4), (0, 2), (0, 5)]),
        ]
    }

    fn new(mut config: Config, pairs: &[(usize, usize)]) -> Self {
        let freezer = Pubkey::new_from_array([7; 32]);
        for asset in &mut config.assets {
            asset.mint = MintConfig::clone(&asset.mint).with_freeze_authority(&freezer);
        }
        let mut scene = Scene::bare(config);
        scene.create_reserves();
        let view = scene.view.clone();
        let spare = join_spare(&mut scene);
        let mut pools = Vec::new();
        for (index, (a, b)) in pairs.iter().enumerate() {
            pools.push(scene.create_pool(*a, *b, POOL_DOLLARS[index % POOL_DOLLARS.len()]));
        }
        let people = PEOPLE.map(|label| person(&mut scene, label)).to_vec();
        let Scene { world, assets, .. } = scene;
        let tokens = |person: &Pubkey| {
            let account = |asset: &SceneAsset| address::associated_token(person, &asset.mint, &asset.spec.mint.program);
            assets.iter().map(account).collect()
        };
        let cast = Cast {
            tokens: people.iter().map(tokens).collect(),
            shares: people.iter().map(|person| view.user_shares(person)).collect(),
            routes: pools.iter().map(|pool| address::route(&view.address, &pool.address())).collect(),
            people,
            view,
            assets,
            spare,
            pools,
        };
        Template { cast, world }
    }
}

/// An asset with a reserve that is not in the vault yet.
fn join_spare(scene: &mut Scene) -> AssetView {
    let asset = scene.new_asset(&AssetSpec::spl(6, 200_000_000, 0));
    let (view, admin) = (scene.asset_view(&asset), scene.admin.clone());
    let create = instruction::create_reserve(admin.pubkey(), scene.view.authority, &view);
    scene.send(&[create], &[&admin]).expect("the reserve is created");
    scene.join(asset);
    view
}

/// A wallet with tokens of each asset.
fn person(scene: &mut Scene, label: &str) -> Pubkey {
    let person = scene.world.wallet(label).pubkey();
    let dollars = if label == PEOPLE[TRADER] { TRADER_DOLLARS } else { DOLLARS };
    for asset in scene.assets.clone() {
        scene.world.mint_to(&asset.mint, &person, asset.units(dollars));
    }
    person
}

impl Cast {
    /// The asset in a slot of the vault. The spare one is the only one to come, as often as it goes.
    pub fn asset(&self, slot: usize) -> &SceneAsset {
        &self.assets[self.position_of(slot)]
    }

    /// Position in [`assets`](Self::assets) of the asset in a slot of the vault.
    pub fn position_of(&self, slot: usize) -> usize {
        slot.min(self.assets.len() - 1)
    }

    /// The addresses that the asset in a slot has in the vault.
    pub fn slot(&self, slot: usize) -> &AssetView {
        self.view.assets.get(slot).unwrap_or(&self.spare)
    }

    /// Somebody's account for the asset in a slot of the vault.
    pub fn tokens(&self, person: usize, slot: usize) -> Pubkey {
        self.tokens[person][self.position_of(slot)]
    }

    /// Somebody's account for shares.
    pub fn shares(&self, person: usize) -> Pubkey {
        self.shares[person]
    }

    /// Position of an address among the people.
    pub fn position(&self, address: &Pubkey) -> Option<usize> {
        self.people.iter().position(|person| person == address)
    }
}
