//! Who and what a history is about: people, assets, pools and a vault to be, on a chain that every history starts from.

use {
    anchor_lang::prelude::Pubkey,
    ballast_client::{VaultView, address},
    ballast_tests::{
        Signer, World,
        amm::token_swap::TokenSwap,
        scene::{AssetSpec, Config, Scene, SceneAsset},
        token::MintConfig,
    },
};

/// Everybody, by position in [`Cast::people`].
pub const PEOPLE: [&str; 10] =
    ["admin", "guardian", "manager", "forecaster", "keeper", "alice", "bob", "carol", "mallory", "trader"];
/// Position of the vault's creator and first admin.
pub const ADMIN: usize = 0;
/// Position of the guardian.
pub const GUARDIAN: usize = 1;
/// Position of the manager.
pub const MANAGER: usize = 2;
/// Position of the forecaster.
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
    /// The vault's assets.
    pub assets: Vec<SceneAsset>,
    /// Pools between SPL Token assets.
    pub pools: Vec<TokenSwap>,
}

/// A cast and the chain that it is on.
pub struct Template {
    /// Who and what.
    pub cast: Cast,
    /// The chain.
    pub world: World,
}

impl Template {
    /// Every set of assets that histories are played with.
    pub fn all() -> Vec<Template> {
        let coins = [3_400, 3_300, 3_300].map(|target_bps| AssetSpec::spl(6, 100_000_000, target_bps));
        vec![
            Template::new(Config::pair(), &[(0, 1), (1, 0)]),
            Template::new(Config::of(coins.to_vec()), &[(0, 1), (1, 2), (0, 2)]),
            Template::new(Config::mixed(3), &[(0, 2)]),
            Template::new(Config::many(5), &[(0, 1), (1, 2), (2, 3), (3, 4), (0, 4), (0, 2)]),
        ]
    }

    fn new(mut config: Config, pairs: &[(usize, usize)]) -> Self {
        let freezer = Pubkey::new_from_array([7; 32]);
        for asset in &mut config.assets {
            asset.mint = MintConfig::clone(&asset.mint).with_freeze_authority(&freezer);
        }
        let mut scene = Scene::bare(config);
        scene.create_reserves();
        let mut pools = Vec::new();
        for (index, (a, b)) in pairs.iter().enumerate() {
            pools.push(scene.create_pool(*a, *b, POOL_DOLLARS[index % POOL_DOLLARS.len()]));
        }
        let people = PEOPLE.map(|label| person(&mut scene, label)).to_vec();
        let Scene { world, view, assets, .. } = scene;
        Template { cast: Cast { people, view, assets, pools }, world }
    }
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
    /// Somebody's account for an asset.
    pub fn tokens(&self, person: usize, asset: usize) -> Pubkey {
        let asset = &self.view.assets[asset];
        address::associated_token(&self.people[person], &asset.mint, &asset.token_program)
    }

    /// Somebody's account for shares.
    pub fn shares(&self, person: usize) -> Pubkey {
        self.view.user_shares(&self.people[person])
    }

    /// What somebody is called; an address that is none of theirs is written out.
    pub fn name(&self, address: &Pubkey) -> String {
        match self.people.iter().position(|known| known == address) {
            Some(person) => PEOPLE[person].to_owned(),
            None => address.to_string(),
        }
    }
}
