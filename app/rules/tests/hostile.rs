//! Requests of random and broken bytes: an answer or an error, never a panic.

use ballast_app_rules::answer;
use ballast_client::Pubkey;
use ballast_client::anchor_lang::Discriminator;
use ballast_client::ballast::state::{Route, Vault};
use ballast_fixtures::scene::Scene;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fastrand::Rng;
use serde_json::{Map, Value, json};

const ROUNDS: u64 = 200;

/// The calls that read accounts.
const CALLS: [&str; 12] = [
    "wanted",
    "figures",
    "depositSingle",
    "redeemSingle",
    "depositInKind",
    "redeemInKind",
    "firstDeposit",
    "configuration",
    "describe",
    "bounds",
    "evidence",
    "owedFees",
];

/// The answer's part `ok`, or the error's name.
fn ask(call: &str, input: &Value) -> Result<Value, String> {
    ask_bytes(json!({ "call": call, "input": input }).to_string().as_bytes())
}

fn ask_bytes(request: &[u8]) -> Result<Value, String> {
    let answered: Value = serde_json::from_str(&answer(request)).expect("JSON");
    match answered.get("ok") {
        Some(ok) => Ok(ok.clone()),
        None => {
            assert!(answered["error"]["message"].as_str().is_some_and(|message| message.len() > 10), "{answered}");
            Err(answered["error"]["name"].as_str().expect("a name").to_owned())
        }
    }
}

fn large(number: impl ToString) -> Value {
    json!({ "$": number.to_string() })
}

/// Bytes of which a few, or all, are random.
fn spoiled(rng: &mut Rng, bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    match rng.u8(..4) {
        0 => bytes.truncate(rng.usize(..=bytes.len())),
        1 => bytes.iter_mut().skip(8).for_each(|byte| *byte = rng.u8(..)),
        _ => {
            for _ in 0..rng.usize(..40) {
                let place = rng.usize(..bytes.len().max(1));
                // Large and small numbers are where arithmetic ends.
                let value = *rng.choice([0, 1, 0x7f, 0x80, 0xff].iter()).expect("some");
                bytes.iter_mut().skip(place).take(rng.usize(1..9)).for_each(|byte| *byte = value);
            }
        }
    }
    bytes
}

fn encoded(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Every call about the scene with a vault, a route, or accounts that are spoiled.
fn inputs(rng: &mut Rng, scene: &Scene) -> Value {
    let what = rng.u8(1..8);
    let mut maybe = |bit: u8, bytes: &[u8]| if what & bit == 0 { bytes.to_vec() } else { spoiled(rng, bytes) };
    let vault = maybe(1, &[Vault::DISCRIMINATOR, bytemuck::bytes_of(&*scene.vault)].concat());
    let (address, route) = &scene.routes[0];
    let route = maybe(2, &[Route::DISCRIMINATOR, bytemuck::bytes_of(route)].concat());
    let account = |(address, account): (&Pubkey, &ballast_client::Account)| {
        let value = json!({
            "owner": account.owner.to_string(),
            "lamports": large(account.lamports),
            "data": encoded(&maybe(4, &account.data)),
        });
        (address.to_string(), value)
    };
    let accounts: Map<_, _> = scene.accounts.iter().map(account).collect();
    let change = (0..rng.usize(..400)).map(|_| rng.u8(..12)).collect::<Vec<_>>();
    let extreme = [0, 1, 1_000_000, i64::MAX as u64, u64::MAX];
    let amount = large(extreme[rng.usize(..extreme.len())]);
    let now = [i64::MIN, -1, 0, scene.now, scene.now + 30, i64::MAX][rng.usize(..6)];
    json!({
        "now": large(now),
        "address": scene.address.to_string(),
        "vault": encoded(&vault),
        "routes": [{ "address": address.to_string(), "data": encoded(&route) }],
        "accounts": accounts,
        "asset": rng.u8(..4),
        "amount": amount,
        "shares": amount,
        "maxAmounts": [amount, amount],
        "amounts": [amount, amount],
        "change": encoded(&change),
        "firstDeposit": { "totalShares": amount, "amounts": [amount, amount] },
    })
}

#[test]
fn spoiled_accounts_never_panic() {
    let seed = std::env::var("BALLAST_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(|| fastrand::u64(..));
    println!("BALLAST_SEED={seed}");
    let (mut rng, scene) = (Rng::with_seed(seed), Scene::new());
    let mut answered = 0;
    for _ in 0..ROUNDS {
        let input = inputs(&mut rng, &scene);
        answered += CALLS.iter().filter(|call| ask(call, &input).is_ok()).count();
    }
    assert!(answered > 0, "spoiled beyond use");
}

#[test]
fn what_is_not_a_request_is_an_error() {
    let deep = "[".repeat(100_000);
    for request in ["", "{", "null", "[]", "{\"call\":1}", "{\"call\":\"figures\"}", deep.as_str()] {
        assert_eq!(ask_bytes(request.as_bytes()), Err("Request".into()), "{request:.40}");
    }
    assert_eq!(ask_bytes(&[0xff]), Err("Request".into()));
    assert_eq!(ask("nothing", &json!({})), Err("UnknownCall".into()));
    let mut rng = Rng::with_seed(1);
    for _ in 0..ROUNDS {
        let bytes: Vec<u8> = (0..rng.usize(..200)).map(|_| rng.u8(..)).collect();
        assert!(ask_bytes(&bytes).is_err());
    }
}

#[test]
fn each_part_that_is_wrong_is_named() {
    let scene = Scene::new();
    let vault = encoded(&[Vault::DISCRIMINATOR, bytemuck::bytes_of(&*scene.vault)].concat());
    let wanted = |vault: &str, routes: Value| ask("wanted", &json!({ "vault": vault, "routes": routes }));
    assert!(wanted(&vault, json!([])).is_ok());
    assert_eq!(wanted("%", json!([])), Err("Base64".into()));
    assert_eq!(wanted("", json!([])), Err("NotAVault".into()));
    assert_eq!(wanted(&vault[..400], json!([])), Err("NotAVault".into()));
    let route = |address: &str, data: &str| json!([{ "address": address, "data": data }]);
    assert_eq!(wanted(&vault, route("1", "")), Err("Address".into()));
    let address = scene.address.to_string();
    assert_eq!(wanted(&vault, route(&address, "")), Err("NotARoute".into()));
    assert_eq!(wanted(&vault, route(&address, &vault)), Err("NotARoute".into()), "another account of the program");
    let figures = |now: Value, account: Value| {
        let accounts = json!({ (address.clone()): account });
        let input = json!({ "now": now, "address": address, "vault": vault, "routes": [], "accounts": accounts });
        ask("figures", &input)
    };
    assert!(figures(large(scene.now), Value::Null).is_ok());
    assert_eq!(figures(json!(1), Value::Null), Err("Request".into()), "no plain number for 64 bits");
    assert_eq!(figures(large("1e3"), Value::Null), Err("Request".into()));
    assert_eq!(figures(large("18446744073709551616"), Value::Null), Err("Request".into()));
    let account = |owner: &str, data: &str| json!({ "owner": owner, "lamports": large(1), "data": data });
    assert_eq!(figures(large(1), account("nobody", "")), Err("Address".into()));
    assert_eq!(figures(large(1), account(&address, "=")), Err("Base64".into()));
}
