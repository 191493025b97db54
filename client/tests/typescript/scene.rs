//! The vault and the routes that fixtures are about.

use ballast_client::ballast::amm::Amm;
use ballast_client::ballast::state::{AssetStatus, Route, TokenKind, Vault};
use ballast_client::{Pubkey, VaultView};

use crate::random::Random;

/// A vault of three assets, the second of Token-2022, the third removed, and a route on each AMM.
pub struct Scene {
    pub address: Pubkey,
    pub vault: Vault,
    pub view: VaultView,
    pub routes: Vec<(Pubkey, Route)>,
}

impl Scene {
    pub fn new() -> Self {
        let mut random = Random::new(1);
        let (address, vault) = (random.any(), vault(&mut random));
        let view = VaultView::of(address, &vault).expect("known token kinds");
        let routes = [Amm::TokenSwap, Amm::RaydiumCpmm].map(|amm| (random.any(), route(&mut random, amm)));
        Scene { address, vault, view, routes: routes.into() }
    }
}

fn vault(random: &mut Random) -> Vault {
    let mut vault: Vault = random.plain();
    vault.asset_count = 3;
    let slots = [
        (TokenKind::Token, AssetStatus::Active),
        (TokenKind::Token2022, AssetStatus::Quarantined),
        (TokenKind::Token, AssetStatus::Removed),
    ];
    for (asset, (token, status)) in vault.assets_mut().iter_mut().zip(slots) {
        (asset.token, asset.status) = (token as u8, status as u8);
    }
    vault
}

fn route(random: &mut Random, amm: Amm) -> Route {
    let mut route: Route = random.plain();
    (route.amm, route.asset_a, route.asset_b) = (amm as u8, 1, 0);
    route.account_count = amm.writable().len() as u8;
    route
}
