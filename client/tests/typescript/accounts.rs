//! Accounts, return data and the addresses that are derived.

use anchor_lang::{AccountSerialize, AnchorSerialize, Discriminator};
use ballast_client::ballast::instructions::{AssetArgs, Preview};
use ballast_client::ballast::state::{Change, Claims, FeedArgs, MaxWeight, OracleKind, QueuedChange, RampArgs, Roles, Route};
use ballast_client::{Pubkey, VaultView, address, ballast, lookup};
use serde_json::{Value, json};

use crate::random::{Any, Random};
use crate::scene::Scene;
use crate::{base64, debug};

/// Bytes after an account's content: its space is that of the largest content.
const SPARE: [u8; 40] = [0; 40];

pub fn fixture() -> Value {
    let mut random = Random::new(2);
    let scene = Scene::new();
    let claims: Claims = random.plain();
    let preview = preview(&mut random);
    json!({
        "address": scene.address.to_string(),
        "vault": { "data": plain(&scene.vault), "debug": debug(&scene.vault) },
        "view": debug(&scene.view),
        "lookupAddresses": lookup::addresses(&scene.view, &scene.routes, &[]).iter().map(ToString::to_string).collect::<Vec<_>>(),
        "routes": scene.routes.iter().map(route).collect::<Vec<_>>(),
        "claims": { "data": plain(&claims), "debug": debug(&claims) },
        "queuedChanges": changes(&mut random).into_iter().map(|change| queued(&mut random, change)).collect::<Vec<_>>(),
        "preview": { "data": base64(&serialized(&preview)), "debug": debug(&preview) },
        "derived": derived(&mut random),
    })
}

fn plain<T: bytemuck::NoUninit + Discriminator>(account: &T) -> String {
    base64(&[T::DISCRIMINATOR, bytemuck::bytes_of(account)].concat())
}

fn route((address, route): &(Pubkey, Route)) -> Value {
    json!({ "address": address.to_string(), "data": plain(route), "debug": debug(route) })
}

fn serialized(value: &impl AnchorSerialize) -> Vec<u8> {
    let mut bytes = Vec::new();
    value.serialize(&mut bytes).expect("a vector takes any bytes");
    bytes
}

fn preview(random: &mut Random) -> Preview {
    Preview {
        reason: random.any(),
        trigger: random.any(),
        sell_asset: random.any(),
        buy_asset: random.any(),
        amount_in: random.any(),
        min_out: random.any(),
        value_usd: random.any(),
        nav_usd: random.any(),
        excess_usd: random.any(),
        deficit_usd: random.any(),
        expected_out: random.any(),
        benefit_usd: random.any(),
        cost_usd: random.any(),
        loss_left_usd: random.any(),
        breaker: random.any(),
        breaker_asset: random.any(),
        measured: random.any(),
        limit: random.any(),
        stress_before_e8: std::array::from_fn(|_| random.any()),
        stress_after_e8: std::array::from_fn(|_| random.any()),
    }
}

/// One of every kind.
fn changes(random: &mut Random) -> Vec<Change> {
    let oracle = OracleKind::PythPush;
    let asset = AssetArgs {
        target_bps: random.any(),
        band_abs_bps: random.any(),
        band_rel_bps: random.any(),
        oracle,
        feed: random.plain(),
    };
    vec![
        Change::Limits(random.plain()),
        Change::Breakers(random.plain()),
        Change::Stress(random.plain()),
        Change::Strategy(random.any(), random.any()),
        Change::Roles(Roles { manager: random.any(), forecaster: random.any(), fee_recipient: random.any() }),
        Change::Guardian(random.any()),
        Change::Targets(RampArgs { targets_bps: random.any(), duration_secs: random.any() }),
        Change::AddAsset(asset, MaxWeight { max_bps: random.any() }),
        Change::RemoveAsset(random.any()),
        Change::ReleaseAsset(random.any()),
        Change::Feed(FeedArgs { asset: random.any(), oracle, feed: random.plain() }),
    ]
}

fn queued(random: &mut Random, change: Change) -> Value {
    let queued = QueuedChange {
        vault: random.any(),
        admin: random.any(),
        id: random.any(),
        sequence: random.any(),
        eta: random.any(),
        expires_at: random.any(),
        bump: random.any(),
        change,
    };
    let mut data = Vec::new();
    queued.try_serialize(&mut data).expect("a vector takes any bytes");
    data.extend(SPARE);
    json!({ "data": base64(&data), "debug": debug(&queued) })
}

fn derived(random: &mut Random) -> Value {
    let (creator, pool, owner): (Pubkey, Pubkey, Pubkey) = (random.any(), random.any(), random.any());
    let vault_id = u64::any(random);
    let mints: [(Pubkey, Pubkey); 2] = [ballast::token::TOKEN, ballast::token::TOKEN_2022].map(|program| (random.any(), program));
    let view = VaultView::new(&creator, vault_id, &mints);
    let vault = view.address;
    json!({
        "creator": creator.to_string(),
        "vaultId": vault_id.to_string(),
        "mints": mints.map(|(mint, _)| mint.to_string()),
        "view": debug(&view),
        "pool": pool.to_string(),
        "owner": owner.to_string(),
        "claims": address::claims(&vault, &owner).to_string(),
        "route": address::route(&vault, &pool).to_string(),
        "change": address::change(&vault, vault_id).to_string(),
        "sponsoredFeed": address::sponsored_feed(7, pool.as_array()).to_string(),
        "userShares": view.user_shares(&owner).to_string(),
    })
}
