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
