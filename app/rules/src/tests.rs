//! Requests as the app sends them.

use ballast_client::Pubkey;
use ballast_client::ballast::state::{Asset, OracleKind, Vault};
use ballast_core::limits;
use ballast_core::risk::{breaker, stress};
use ballast_core::strategy::allocation::Allocation;
use ballast_view::settings::Configuration;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// What a call answers, `ok` or `error`.
pub fn answer(name: &str, input: &Value) -> Value {
    let request = json!({ "call": name, "input": input }).to_string();
    serde_json::from_str(&crate::answer(request.as_bytes())).unwrap()
}

/// What a call that has an answer answers.
pub fn ok(name: &str, input: &Value) -> Value {
    let mut answered = answer(name, input);
    assert!(answered.get("ok").is_some(), "{answered}");
    answered["ok"].take()
}

/// The name and the message of a call's refusal.
pub fn error(name: &str, input: &Value) -> (String, String) {
    let answered = answer(name, input);
    let text = |field: &str| answered["error"][field].as_str().unwrap_or_else(|| panic!("{answered}")).to_string();
    (text("name"), text("message"))
}

/// The address of so many times this byte.
pub fn key(byte: u8) -> Pubkey {
    Pubkey::new_from_array([byte; 32])
}

/// A vault of two assets at 60 % and 40 %, in base64.
pub fn vault() -> String {
    let mut vault: Box<Vault> = bytemuck::zeroed_box();
    for (place, (byte, target_bps)) in [(1, 6_000), (2, 4_000)].into_iter().enumerate() {
        vault.assets[place] = Asset {
            mint: key(byte),
            oracle: OracleKind::PythPull as u8,
            allocation: Allocation { min_bps: 0, max_bps: 10_000, ..Allocation::fixed(target_bps, 300, 2_000) },
            ..bytemuck::Zeroable::zeroed()
        };
    }
    (vault.asset_count, vault.guardian, vault.manager) = (2, key(8), key(9));
    (vault.limits, vault.breakers, vault.stress) = (limits::DEFAULT, breaker::DEFAULT, stress::DEFAULT);
    vault.strategy = Configuration::of_profile(ballast_core::strategy::profile::Profile::Balanced).strategy;
    let discriminator = <Vault as ballast_client::anchor_lang::Discriminator>::DISCRIMINATOR;
    STANDARD.encode([discriminator, bytemuck::bytes_of(&*vault)].concat())
}

/// A vault file of the same two assets.
pub fn toml() -> String {
    let [btc, usdc, push, guardian, pool] = [1, 2, 3, 4, 5].map(key);
    format!(
        "profile = \"conservative\"\n[deployment]\nvault_id = 7\nguardian = \"{guardian}\"\npools = [\"{pool}\"]\n\
         [[assets]]\nname = \"BTC\"\ntarget = \"60%\"\nmint = \"{btc}\"\nfeed = \"0x{}\"\n\
         [[assets]]\nname = \"USDC\"\ntarget = \"40%\"\nmint = \"{usdc}\"\nprice_account = \"{push}\"\n[limits]\nmax_trade = \"3%\"\n",
        "ab".repeat(32)
    )
}

#[test]
fn what_is_no_request_is_refused() {
    for request in [&b""[..], b"{}", b"\xff", b"{\"call\":\"change\"}", b"{\"call\":\"nothing\",\"input\":{}}", b"[]"] {
        let answered: Value = serde_json::from_str(&crate::answer(request)).unwrap();
        assert!(answered["error"]["message"].is_string(), "{answered}");
    }
    assert_eq!(error("nothing", &json!({})).0, "UnknownCall");
}

/// Inputs with something wrong in them, at random: what was good with parts of it left out, doubled, or replaced by what is odd.
#[test]
fn no_text_makes_it_panic() {
    const ODD: [&str; 12] =
        ["", "0", "-1", "99999999999999999999", "1e308", "nan", "\"", "[", "\n", "=", "é", "9223372036854775807"];
    let csv = "unix_time,open,high,low,close,volume\n3600,1,3,1,2,1\n7200,2,4,2,4,1\n10800,4,4,1,1,1\n14400,1,2,1,2,1\n";
    let setting = "max_trade=3%";
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    for _ in 0..2_000 {
        let mut spoil = |text: &str| {
            let mut letters: Vec<char> = text.chars().collect();
            for _ in 0..random.usize(0..4) {
                let from = random.usize(0..=letters.len());
                let to = (from + random.usize(0..8)).min(letters.len());
                let odd: Vec<char> = match random.bool() {
                    true => ODD[random.usize(0..ODD.len())].chars().collect(),
                    false => letters[from..to].repeat(2),
                };
                letters.splice(from..to, odd);
            }
            letters.into_iter().collect::<String>()
        };
        let toml = spoil(&toml());
        let inputs = [
            ("vaultFile", json!({ "toml": toml })),
            ("deployment", json!({ "toml": toml, "admin": spoil(&key(1).to_string()), "accounts": {} })),
            ("backtest", json!({ "toml": toml, "prices": { "BTC": spoil(csv) } })),
            ("change", json!({ "vault": vault(), "change": { "kind": "limits", "settings": [spoil(setting)] } })),
            ("change", json!({ "vault": vault(), "change": { "kind": "strategy", "toml": toml } })),
            ("describe", json!({ "vault": vault(), "change": STANDARD.encode(spoil("\u{0}\u{3}\u{7}\u{9}")) })),
        ];
        for (name, input) in inputs {
            let answered = answer(name, &input);
            assert!(answered["ok"].is_object() != answered["error"]["message"].is_string(), "{answered}");
        }
    }
}
