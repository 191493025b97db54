//! What the WebAssembly module must answer: requests about a vault with all its accounts, and what this crate answers to them natively.
//!
//! `BALLAST_WRITE_FIXTURES=1 cargo test -p ballast-app-rules` writes the file that `app/src/rules/rules.test.ts` asks the module with; here it
//! is compared.

use std::collections::BTreeMap;
use std::{env, fs, path::Path};

use ballast_app_rules::answer;
use ballast_client::anchor_lang::Discriminator;
use ballast_client::ballast::state::{Route, Vault};
use ballast_fixtures::scene::Scene;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

/// Set to write the fixture instead of comparing it.
const WRITE: &str = "BALLAST_WRITE_FIXTURES";
const FILE: &str = "../src/rules/fixture.json";

#[test]
fn answers_are_the_fixture() {
    let mut scene = Scene::new();
    // Outside its band: a trade is due.
    scene.vault.assets[0].balance = 16_000_000_000;
    let chain = chain(&scene);
    let calls = calls(&chain).map(|(call, is_on_chain, rest)| {
        let input = if is_on_chain { merged(&chain, &rest) } else { rest.clone() };
        let request = json!({ "call": call, "input": input });
        let answer: Value = serde_json::from_str(&answer(request.to_string().as_bytes())).unwrap();
        json!({ "call": call, "isOnChain": is_on_chain, "input": rest, "answer": answer })
    });
    let text = format!("{:#}\n", json!({ "chain": chain, "calls": calls }));
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    if env::var_os(WRITE).is_some() {
        fs::write(&file, text).unwrap();
        return;
    }
    let is_current = fs::read_to_string(&file).is_ok_and(|committed| committed == text);
    assert!(is_current, "{FILE} is out of date: run `{WRITE}=1 cargo test -p ballast-app-rules` and commit it");
}

/// Calls, whether they are about the chain, and what else they are given.
fn calls(chain: &Value) -> [(&'static str, bool, Value); 10] {
    let first = json!({ "totalShares": large(3_000_000_000u64), "amounts": [large(12_000_000_000u64), large(1_500_000_000)] });
    [
        ("wanted", false, json!({ "vault": chain["vault"], "routes": chain["routes"] })),
        ("figures", true, json!({ "firstDeposit": first })),
        ("depositSingle", true, json!({ "asset": 1, "amount": large(10_000_000) })),
        ("redeemSingle", true, json!({ "asset": 0, "shares": large(10_000_000) })),
        ("depositInKind", true, json!({ "maxAmounts": [large(160_000_000), large(20_000_000)] })),
        ("redeemInKind", true, json!({ "shares": large(30_000_000) })),
        // Refusals: the program's, and those of this boundary.
        ("depositSingle", true, json!({ "asset": 0, "amount": large(10_000_000) })),
        ("depositInKind", true, json!({ "maxAmounts": [large(160_000_000)] })),
        ("firstDeposit", true, json!({ "amounts": [large(1), large(1)] })),
        ("wanted", false, json!({ "vault": "AAAA", "routes": [] })),
    ]
}

fn merged(one: &Value, other: &Value) -> Value {
    let fields = [one, other].into_iter().filter_map(Value::as_object).flatten();
    Value::Object(fields.map(|(name, value)| (name.clone(), value.clone())).collect::<Map<_, _>>())
}

/// The scene as `Chain` of `types.ts`.
fn chain(scene: &Scene) -> Value {
    let account = |(address, account): (&_, &ballast_client::Account)| {
        let owner = account.owner.to_string();
        let data = STANDARD.encode(&account.data);
        (ToString::to_string(address), json!({ "owner": owner, "lamports": large(account.lamports), "data": data }))
    };
    let route = |(address, route): &(ballast_client::Pubkey, Route)| json!({ "address": address.to_string(), "data": data(Route::DISCRIMINATOR, bytemuck::bytes_of(route)) });
    let accounts: BTreeMap<_, _> = scene.accounts.iter().map(account).collect();
    json!({
        "now": large(scene.now),
        "address": scene.address.to_string(),
        "vault": data(Vault::DISCRIMINATOR, bytemuck::bytes_of(&*scene.vault)),
        "routes": scene.routes.iter().map(route).collect::<Vec<_>>(),
        "accounts": accounts,
        "names": ["SOL", "USDC"],
    })
}

fn data(discriminator: &[u8], body: &[u8]) -> String {
    STANDARD.encode([discriminator, body].concat())
}

fn large(number: impl ToString) -> Value {
    json!({ "$": number.to_string() })
}
