//! Every instruction, with what was passed to its builder.

use std::fmt::Debug;

use ballast_client::ballast::instructions::{
    AssetArgs, ConfigureStrategyArgs, DepositInKindArgs, InitializeVaultArgs, RedeemInKindArgs,
};
use ballast_client::ballast::state::{Change, OracleKind, pause};
use ballast_client::{Instruction, Pubkey, instruction};
use serde_json::{Value, json};

use crate::random::Random;
use crate::scene::Scene;
use crate::{Fields, base64, debug};

pub fn fixture() -> Value {
    let random = &mut Random::new(4);
    let scene = Scene::new();
    let mut cases = user(random, &scene);
    cases.extend(keeper(random, &scene));
    cases.extend(guardian(random, &scene));
    cases.extend(admin(random, &scene));
    cases.extend(creation(random, &scene));
    Value::Array(cases)
}

fn user(random: &mut Random, scene: &Scene) -> Vec<Value> {
    let Scene { address: vault, view, .. } = scene;
    let user: Pubkey = random.any();
    let deposit = DepositInKindArgs { max_amounts: random.any(), min_shares: random.any() };
    let redeem = |skip_mask, forfeit_mask, random: &mut Random| {
        let args = RedeemInKindArgs { shares: random.any(), min_amounts: random.any(), skip_mask, forfeit_mask };
        case("redeemInKind", &[("user", &user), ("args", &args)], instruction::redeem_in_kind(user, view, args.clone()))
    };
    let (amount, min_shares, shares, min_amount): (u64, u64, u64, u64) = (random.any(), random.any(), random.any(), random.any());
    let single = [("user", &user as &dyn Debug), ("asset", &1u8)];
    vec![
        case("depositInKind", &[("user", &user), ("args", &deposit)], instruction::deposit_in_kind(user, view, deposit.clone())),
        redeem(0, 0, random),
        redeem(0b010, 0, random),
        redeem(0b011, 0b001, random),
        redeem(0b011, 0b011, random),
        case(
            "depositSingle",
            &[single[0], single[1], ("amount", &amount), ("minShares", &min_shares)],
            instruction::deposit_single(user, view, 1, amount, min_shares).expect("asset 1"),
        ),
        case(
            "redeemSingle",
            &[single[0], single[1], ("shares", &shares), ("minAmount", &min_amount)],
            instruction::redeem_single(user, view, 1, shares, min_amount).expect("asset 1"),
        ),
        case("openClaims", &[("owner", &user)], instruction::open_claims(user, *vault)),
        case("claim", &[("owner", &user), ("asset", &1u8)], instruction::claim(user, view, 1).expect("asset 1")),
        case("closeClaims", &[("owner", &user)], instruction::close_claims(user, *vault)),
    ]
}

fn keeper(random: &mut Random, scene: &Scene) -> Vec<Value> {
    let Scene { address: vault, view, routes, .. } = scene;
    let (keeper, prices): (Pubkey, Vec<Pubkey>) = (random.any(), random.any());
    let (recipient, evidence, forecaster): (Pubkey, Pubkey, Pubkey) = (random.any(), random.any(), random.any());
    let (lamports, scale_bps, expires_at): (u64, u64, i64) = (random.any(), random.any(), random.any());
    let mut cases = vec![
        case(
            "refreshPrices",
            &[("assetMask", &0b111u16), ("priceAccounts", &prices)],
            instruction::refresh_prices(*vault, 0b111, &prices),
        ),
        case("observe", &[], instruction::observe(*vault)),
        case("collectFees", &[("recipient", &recipient)], instruction::collect_fees(view, &recipient)),
        case(
            "topUpCrankFund",
            &[("from", &keeper), ("lamports", &lamports)],
            instruction::top_up_crank_fund(keeper, view, lamports),
        ),
        case("tripBreaker", &[], instruction::trip_breaker(*vault, None)),
        case(
            "tripBreaker",
            &[("evidence", &Fields(&[("asset", &2u8), ("priceAccount", &evidence)]))],
            instruction::trip_breaker(*vault, Some((2, evidence))),
        ),
        case(
            "postForecast",
            &[("forecaster", &forecaster), ("scaleBps", &scale_bps), ("expiresAt", &expires_at)],
            instruction::post_forecast(forecaster, *vault, scale_bps, expires_at),
        ),
    ];
    for (index, (address, route)) in routes.iter().enumerate() {
        let min_out: u64 = random.any();
        let on_route = [("routeIndex", &index as &dyn Debug), ("routeAddress", address)];
        let rebalance = instruction::rebalance(keeper, view, *address, route, min_out).expect("a known AMM");
        cases.push(case("rebalance", &[on_route[0], on_route[1], ("keeper", &keeper), ("minOut", &min_out)], rebalance));
        cases.push(case("previewRebalance", &on_route, instruction::preview_rebalance(*vault, *address, route)));
        cases.push(case("tripRouteBreaker", &on_route, instruction::trip_route_breaker(*vault, *address, route)));
    }
    cases
}

fn guardian(random: &mut Random, scene: &Scene) -> Vec<Value> {
    let Scene { address: vault, view, .. } = scene;
    let (signer, admin, pool): (Pubkey, Pubkey, Pubkey) = (random.any(), random.any(), random.any());
    let (id, change): (u64, Change) = (random.any(), random.any());
    vec![
        case(
            "setPause",
            &[("signer", &signer), ("activities", &pause::ALL), ("isPaused", &true)],
            instruction::set_pause(signer, *vault, pause::ALL, true),
        ),
        case("tighten", &[("signer", &signer), ("change", &change)], instruction::tighten(signer, *vault, change.clone())),
        case(
            "cancelChange",
            &[("signer", &signer), ("id", &id), ("payer", &admin)],
            instruction::cancel_change(signer, *vault, id, admin),
        ),
        case(
            "closeRoute",
            &[("signer", &signer), ("admin", &admin), ("pool", &pool)],
            instruction::close_route(signer, admin, *vault, pool),
        ),
        case("quarantine", &[("signer", &signer), ("asset", &1u8)], instruction::quarantine(signer, view, 1).expect("asset 1")),
    ]
}

fn admin(random: &mut Random, scene: &Scene) -> Vec<Value> {
    let Scene { address: vault, view, routes, .. } = scene;
    let (admin, other): (Pubkey, Pubkey) = (random.any(), random.any());
    let (id, targets_bps, duration_secs): (u64, Vec<u16>, u32) = (random.any(), random.any(), random.any());
    let change: Change = random.any();
    let strategy = ConfigureStrategyArgs { strategy: random.any(), forecaster: random.any(), bounds: random.any() };
    let (route, _) = routes[0];
    let admins = ("admin", &admin as &dyn Debug);
    vec![
        case("registerRoute", &[admins, ("pool", &other)], instruction::register_route(admin, *vault, other)),
        case(
            "configureStrategy",
            &[admins, ("args", &strategy)],
            instruction::configure_strategy(admin, *vault, strategy.clone()),
        ),
        case(
            "startRamp",
            &[("signer", &admin), ("targetsBps", &targets_bps), ("durationSecs", &duration_secs)],
            instruction::start_ramp(admin, *vault, targets_bps.clone(), duration_secs),
        ),
        case(
            "queueChange",
            &[admins, ("id", &id), ("change", &change)],
            instruction::queue_change(admin, *vault, id, change.clone()),
        ),
        case("applyChange", &[admins, ("id", &id)], instruction::apply_change(admin, *vault, id)),
        case(
            "applyAsset",
            &[admins, ("id", &id), ("asset", &view.assets[1])],
            instruction::apply_asset(admin, *vault, id, &view.assets[1]),
        ),
        case("proposeAdmin", &[admins, ("newAdmin", &other)], instruction::propose_admin(admin, *vault, other)),
        case("acceptAdmin", &[("newAdmin", &other)], instruction::accept_admin(other, *vault)),
        case("clearBreaker", &[admins], instruction::clear_breaker(admin, *vault, None)),
        case("clearBreaker", &[admins, ("route", &route)], instruction::clear_breaker(admin, *vault, Some(route))),
        case(
            "closeReserve",
            &[admins, ("asset", &1u8), ("destination", &other)],
            instruction::close_reserve(admin, view, 1, other).expect("asset 1"),
        ),
        case("closeVault", &[admins], instruction::close_vault(admin, *vault, view.crank_fund)),
    ]
}

fn creation(random: &mut Random, scene: &Scene) -> Vec<Value> {
    let view = &scene.view;
    let (admin, vault_id): (Pubkey, u64) = (random.any(), random.any());
    let assets = [OracleKind::PythPull, OracleKind::PythPush, OracleKind::PythPull].map(|oracle| AssetArgs {
        target_bps: random.any(),
        band_abs_bps: random.any(),
        band_rel_bps: random.any(),
        oracle,
        feed: random.plain(),
    });
    let args = InitializeVaultArgs { guardian: random.any(), limits: random.plain(), assets: assets.into() };
    let mut cases: Vec<_> = instruction::create_reserves(admin, view)
        .into_iter()
        .enumerate()
        .map(|(asset, create)| case("createReserve", &[("payer", &admin), ("asset", &asset)], create))
        .collect();
    cases.push(case(
        "initializeVault",
        &[("admin", &admin), ("vaultId", &vault_id), ("args", &args)],
        instruction::initialize_vault(admin, vault_id, view, args.clone()),
    ));
    cases
}

fn case(name: &str, inputs: &[(&str, &dyn Debug)], instruction: Instruction) -> Value {
    let Instruction { program_id, accounts, data } = instruction;
    let accounts: Vec<_> = accounts
        .iter()
        .map(|meta| json!({ "address": meta.pubkey.to_string(), "isSigner": meta.is_signer, "isWritable": meta.is_writable }))
        .collect();
    json!({
        "name": name,
        "inputs": debug(&Fields(inputs)),
        "program": program_id.to_string(),
        "accounts": accounts,
        "data": base64(&data),
    })
}
