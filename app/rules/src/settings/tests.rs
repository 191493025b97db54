use serde_json::{Value, json};

use crate::tests::{error, key, ok, toml, vault};

fn request(change: Value) -> Value {
    json!({ "vault": vault(), "now": { "$": "0" }, "names": ["BTC", "USDC"], "change": change })
}

/// The lines of a change, and what it loosens; told alike from its bytes.
fn lines(change: Value) -> (Vec<String>, Option<String>) {
    let mut built = ok("change", &request(change));
    let described = ok("describe", &json!({ "vault": vault(), "names": ["BTC", "USDC"], "change": built["bytes"] }));
    built.as_object_mut().unwrap().remove("bytes");
    assert_eq!(built, described);
    let text = |value: &Value| value.as_str().map(ToString::to_string);
    (built["lines"].as_array().unwrap().iter().filter_map(text).collect(), text(&built["loosens"]))
}

#[test]
fn configuration_has_the_cores_names_and_exact_amounts() {
    let configuration = ok("configuration", &json!({ "vault": vault() }));
    assert_eq!(configuration["limits"]["max_trade_bps"], 500);
    assert_eq!(configuration["limits"]["min_trade_usd"], json!({ "$": "1000000" }));
    assert_eq!(configuration["strategy"]["movement"]["safe_asset"], 0);
    assert!(configuration["breakers"].is_object() && configuration["stress"]["shocks"].is_array());
    let expected = json!({ "targetBps": 4_000, "minBps": 0, "maxBps": 10_000, "bandAbsBps": 300, "bandRelBps": 2_000 });
    assert_eq!(configuration["allocations"][1], expected);
}

#[test]
fn profiles_have_their_bands() {
    let bands = ["conservative", "balanced", "aggressive"].map(|name| {
        let profile = ok("profile", &json!({ "name": name }));
        assert!(profile["limits"]["max_trade_bps"].is_u64() && profile["allocations"] == json!([]));
        profile["bandAbsBps"].as_u64().unwrap()
    });
    assert!(bands[0] > bands[1] && bands[1] > bands[2], "{bands:?}");
    let (name, message) = error("profile", &json!({ "name": "bold" }));
    assert_eq!(name, "UnknownProfile");
    assert_eq!(message, "there is no profile `bold`; there are conservative, balanced, aggressive");
}

#[test]
fn every_kind_of_change_is_told_in_words_that_its_bytes_give_too() {
    let feed = "ab".repeat(32);
    let owned = |lines: &[&str]| lines.iter().map(ToString::to_string).collect::<Vec<String>>();
    for (change, expected, loosens) in [
        (json!({ "kind": "limits", "settings": ["max_trade=3%"] }), owned(&["max_trade_bps 500 -> 300"]), None),
        (json!({ "kind": "limits", "settings": ["max_trade=6%"] }), owned(&["max_trade_bps 500 -> 600"]), Some("max_trade_bps")),
        (json!({ "kind": "roles", "manager": null }), vec![format!("manager {} -> nobody", key(9))], None),
        (
            json!({ "kind": "roles", "forecaster": key(7).to_string() }),
            vec![format!("forecaster nobody -> {}", key(7))],
            Some("forecaster"),
        ),
        (
            json!({ "kind": "guardian", "address": key(7).to_string() }),
            vec![format!("guardian {} -> {}", key(8), key(7))],
            Some("guardian"),
        ),
        (
            json!({ "kind": "targets", "targetsBps": [5_000, 5_000], "durationSecs": 3_600 }),
            owned(&["BTC 60% -> 50%", "USDC 40% -> 50%", "over 3600 s"]),
            Some("targets"),
        ),
        (
            json!({ "kind": "addAsset", "feed": { "feedId": feed }, "bandAbsBps": 100, "bandRelBps": 1_000, "maxBps": 2_050 }),
            vec![format!("one more asset, feed 0x{feed}, at most 20.5%")],
            Some("assets"),
        ),
        (json!({ "kind": "removeAsset", "asset": 1 }), owned(&["USDC leaves the basket"]), Some("assets")),
        (json!({ "kind": "releaseAsset", "asset": 0 }), owned(&["BTC is no longer quarantined"]), Some("assets")),
        (
            json!({ "kind": "feed", "asset": 0, "feed": { "priceAccount": key(3).to_string() } }),
            vec![format!("BTC: feed {}", key(3))],
            Some("feed"),
        ),
    ] {
        assert_eq!(lines(change), (expected, loosens.map(ToString::to_string)));
    }
}

#[test]
fn a_file_changes_strategy_and_stress() {
    let toml = format!("band_abs = \"1%\"\n{}[[stress.shocks]]\nBTC = -3000\n", toml().replace("vault_id = 7\n", ""));
    let toml = toml.replace("band_abs = \"1%\"\nprofile = \"conservative\"\n", "profile = \"conservative\"\nband_abs = \"1%\"\n");
    let (strategy, loosens) = lines(json!({ "kind": "strategy", "toml": toml }));
    assert!(strategy.iter().any(|line| line.starts_with("BTC: 0 to 10000 bps, bands 300 and 2000 bps -> ")), "{strategy:?}");
    assert_eq!(loosens.as_deref(), Some("strategy"));
    let (stress, _) = lines(json!({ "kind": "stress", "toml": toml }));
    assert_eq!(stress, ["shocks.0.moves_bps.0 0 -> -3000"]);
}

#[test]
fn what_no_change_can_be_is_refused_with_what_to_do() {
    let other = toml().replace(&key(1).to_string(), &key(9).to_string());
    for (change, expected) in [
        (
            json!({ "kind": "limits", "settings": ["max_trade=30%"] }),
            "max_trade_bps is 500, and cannot become 3000; it must lie between 1",
        ),
        (json!({ "kind": "limits", "settings": ["max_trade"] }), "`max_trade` is not NAME=VALUE"),
        (json!({ "kind": "limits", "settings": ["max_trade=5%"] }), "this is what the vault has already"),
        (json!({ "kind": "limits", "settings": [] }), "this is what the vault has already"),
        (json!({ "kind": "breakers", "settings": ["\u{0}=\u{0}"] }), "\u{0}: `\u{0}` is neither"),
        (json!({ "kind": "guardian", "address": "me" }), "`me` is not an address"),
        (json!({ "kind": "guardian", "address": key(0).to_string() }), ""),
        (json!({ "kind": "targets", "targetsBps": [5_000], "durationSecs": 0 }), "1 targets for 2 places"),
        (
            json!({ "kind": "targets", "targetsBps": [5_000, 4_000], "durationSecs": 0 }),
            "the targets sum to 90%; they must sum to 100%",
        ),
        (json!({ "kind": "removeAsset", "asset": 2 }), "the vault has no asset at place 2"),
        (json!({ "kind": "feed", "asset": 255, "feed": { "feedId": "0x" } }), "`0x` is not a feed id"),
        (json!({ "kind": "strategy", "toml": other }), "the vault has no asset BTC with the mint"),
        (json!({ "kind": "strategy", "toml": "é" }), "vault.toml:1: "),
        (json!({ "kind": "other" }), "the request cannot be read: unknown variant `other`"),
    ] {
        let (_, message) = error("change", &request(change));
        assert!(message.starts_with(expected), "{message}");
    }
    let describe = |vault: &str, change: &str| error("describe", &json!({ "vault": vault, "change": change })).0;
    assert_eq!(describe(&vault(), "AAAA"), "Change");
    assert_eq!(describe(&vault(), "?"), "Base64");
    assert_eq!(describe("AAAA", "AAAA"), "NotAVault");
}
