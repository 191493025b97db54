use ballast_client::ballast::token::TOKEN;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::tests::{error, key, ok, toml};

#[test]
fn a_good_file_is_summed_up() {
    let read = ok("vaultFile", &json!({ "toml": toml() }));
    assert_eq!(read["ok"], true, "{read}");
    let summary = &read["summary"];
    assert_eq!((&summary["vaultId"], &summary["guardian"]), (&json!({ "$": "7" }), &json!(key(4).to_string())));
    assert_eq!((&summary["manager"], &summary["pools"]), (&Value::Null, &json!([key(5).to_string()])));
    assert_eq!(summary["assets"][0]["feed"], json!({ "feedId": format!("0x{}", "ab".repeat(32)) }));
    assert_eq!(summary["assets"][1]["feed"], json!({ "priceAccount": key(3).to_string() }));
    assert_eq!(summary["configuration"]["limits"]["max_trade_bps"], 300);
    assert_eq!(summary["configuration"]["allocations"][0]["targetBps"], 6_000);
}

#[test]
fn a_wrong_file_has_all_its_problems_with_paths_and_lines() {
    let toml = toml().replace("\"3%\"", "\"30%\"").replace("guardian", "keeper");
    let read = ok("vaultFile", &json!({ "toml": toml }));
    let range = "limits.max_trade_bps is 3000; it must lie between 1 and 2500";
    let field =
        "there is no field `keeper` in [deployment]; there are vault_id, guardian, manager, forecaster, fee_recipient, pools";
    let missing = "the guardian is missing; add guardian = \"ADDRESS\" to [deployment]";
    assert_eq!(
        read,
        json!({ "ok": false, "problems": [
            { "path": "limits.max_trade_bps", "line": 17, "message": range },
            { "path": "deployment.keeper", "line": 4, "message": field },
            { "path": "deployment.guardian", "line": 2, "message": missing },
        ] })
    );
    for toml in ["", "\u{0}", "a = [", "[[assets]]\n", "assets = {}"] {
        assert_eq!(ok("vaultFile", &json!({ "toml": toml }))["ok"], false);
    }
}

fn draft() -> Value {
    let feed = json!({ "feedId": "ab".repeat(32) });
    json!({
        "profile": "conservative",
        "assets": [
            { "name": "BTC", "mint": key(1).to_string(), "feed": feed, "targetBps": 6_000 },
            { "name": "USDC", "mint": key(2).to_string(), "feed": { "priceAccount": key(3).to_string() }, "targetBps": 4_000 },
        ],
        "vaultId": { "$": "7" },
        "guardian": key(4).to_string(),
        "pools": [key(5).to_string()],
        "overrides": { "limits": { "max_trade_bps": 300, "min_trade_usd": { "$": "5000000" } }, "gate": false,
                       "stress": { "shocks": [{ "BTC": -3_000 }] } },
    })
}

#[test]
fn a_draft_becomes_the_file_that_was_meant() {
    let written = ok("writeVaultFile", &draft());
    let read = ok("vaultFile", &written);
    assert_eq!(read["ok"], true, "{read} {written}");
    let mut expected = ok("vaultFile", &json!({ "toml": toml() }));
    let configuration = &mut expected["summary"]["configuration"];
    configuration["limits"]["min_trade_usd"] = json!({ "$": "5000000" });
    configuration["strategy"]["gate"] = read["summary"]["configuration"]["strategy"]["gate"].clone();
    configuration["stress"]["shocks"][0]["moves_bps"][0] = json!(-3_000);
    assert_eq!(read, expected);
    assert_eq!(read["summary"]["configuration"]["strategy"]["gate"]["horizon_secs"], 0);
}

#[test]
fn a_draft_that_no_file_can_hold_is_refused() {
    for (field, value, expected) in [
        ("vaultId", json!({ "$": u64::MAX.to_string() }), "the vault_id is too large"),
        ("overrides", json!({ "limits": { "max_trade_bps": null } }), "limits.max_trade_bps is null"),
        ("overrides", json!({ "limits": { "$": "x" } }), "limits is {\"$\":\"x\"}"),
        ("assets", json!([{ "name": "BTC" }]), "the request cannot be read"),
    ] {
        let mut draft = draft();
        draft[field] = value;
        let (_, message) = error("writeVaultFile", &draft);
        assert!(message.starts_with(expected), "{message}");
    }
}

/// A plan of the file, all accounts but the mints missing; the number of questions that it took besides.
fn plan(toml: &str, more: &Value) -> (Value, usize) {
    let mint = |byte: u8| (key(byte).to_string(), json!({ "owner": TOKEN.to_string(), "lamports": { "$": "1" }, "data": "" }));
    let mints = Map::from_iter([mint(1), mint(2)]);
    let mut accounts = Map::new();
    for asked in 0..4 {
        let mut input = json!({ "toml": toml, "admin": key(6).to_string(), "accounts": accounts });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let answer = ok("deployment", &input);
        let Some(wanted) = answer["wanted"].as_array() else { return (answer, asked) };
        for address in wanted.iter().filter_map(Value::as_str) {
            accounts.insert(address.to_string(), mints.get(address).cloned().unwrap_or(Value::Null));
        }
    }
    panic!("accounts are wanted for ever");
}

#[test]
fn a_new_vault_takes_its_reserves_itself_and_its_route() {
    let (plan, asked) = plan(&toml(), &json!({}));
    assert_eq!(asked, 2);
    let steps = plan["steps"].as_array().unwrap();
    let told = |step: &Value| {
        let counts: Vec<usize> =
            step["transactions"].as_array().unwrap().iter().map(|all| all.as_array().unwrap().len()).collect();
        (step["name"].as_str().unwrap().to_string(), counts, step["isDone"].as_bool().unwrap())
    };
    let expected = [
        ("0001_create_reserves", vec![2]),
        ("0002_create_vault", vec![1]),
        ("0003_register_routes", vec![1]),
        ("0004_configure_strategy", vec![]),
        ("0005_apply_changes", vec![]),
    ];
    assert_eq!(steps.iter().map(told).collect::<Vec<_>>(), expected.map(|(name, counts)| (name.to_string(), counts, false)));
    let create = &steps[1]["transactions"][0][0];
    assert_eq!(create["programAddress"], ballast_client::PROGRAM_ID.to_string());
    // The admin pays and signs; the vault is written.
    let role = |address: &Value| {
        let accounts = create["accounts"].as_array().unwrap();
        accounts.iter().find(|meta| meta["address"] == *address).unwrap()["role"].as_u64().unwrap()
    };
    assert_eq!((role(&json!(key(6).to_string())), role(&plan["vault"])), (3, 1));
    assert_eq!(plan["lookupTable"], Value::Null);
}

#[test]
fn deployments_that_cannot_be_are_refused() {
    let all = |owner: &str| {
        let account = json!({ "owner": owner, "lamports": { "$": "1" }, "data": "AAAA" });
        let mut accounts = Map::from_iter([1, 2].map(|byte| (key(byte).to_string(), account.clone())));
        for _ in 0..4 {
            let input = json!({ "toml": toml(), "admin": key(6).to_string(), "accounts": accounts });
            let answered = crate::tests::answer("deployment", &input);
            let Some(wanted) = answered["ok"]["wanted"].as_array() else { return answered["error"]["message"].to_string() };
            accounts.extend(wanted.iter().map(|address| (address.as_str().unwrap().to_string(), account.clone())));
        }
        panic!("accounts are wanted for ever");
    };
    let other = all(&key(9).to_string());
    assert!(other.contains("which is no token program"), "{other}");
    let conflict = all(&TOKEN.to_string());
    assert!(conflict.contains("is not a vault; correct the configuration"), "{conflict}");
    let of = |input: Value| error("deployment", &input).1;
    let admin = key(6).to_string();
    assert!(of(json!({ "toml": "", "admin": admin, "accounts": {} })).contains("there are no [[assets]]"));
    assert!(of(json!({ "toml": toml(), "admin": "x", "accounts": {} })).contains("`x` is not an address"));
}

/// A basket too large for the vault's creation to fit a transaction by itself.
fn large() -> String {
    let asset = |byte: u8| {
        let (mint, feed) = (key(byte), format!("{byte:02x}").repeat(32));
        format!("[[assets]]\nname = \"A{byte}\"\ntarget = \"10%\"\nmint = \"{mint}\"\nfeed = \"{feed}\"\n")
    };
    format!("[deployment]\nguardian = \"{}\"\n", key(99)) + &(1..=10).map(asset).collect::<String>()
}

#[test]
fn a_large_basket_takes_a_lookup_table() {
    let mint = |byte: u8| (key(byte).to_string(), json!({ "owner": TOKEN.to_string(), "lamports": { "$": "1" }, "data": "" }));
    let mints = Map::from_iter((1..=10).map(mint));
    let ask = |more: &[(&str, Value)]| {
        let mut accounts = mints.clone();
        loop {
            let mut input = json!({ "toml": large(), "admin": key(100).to_string(), "accounts": accounts });
            more.iter().for_each(|(field, value)| input[*field] = value.clone());
            let answered = crate::tests::answer("deployment", &input);
            let Some(wanted) = answered["ok"]["wanted"].as_array() else { return answered };
            assert!(wanted.iter().all(|address| !accounts.contains_key(address.as_str().unwrap())));
            accounts.extend(wanted.iter().map(|address| (address.as_str().unwrap().to_string(), Value::Null)));
        }
    };
    let without = ask(&[]);
    let message = without["error"]["message"].as_str().unwrap();
    assert!(message.starts_with("give a recent slot, and a lookup table is made first: the transaction takes"), "{message}");
    let gone = ask(&[("lookupTable", json!(key(7).to_string()))]);
    let message = gone["error"]["message"].as_str().unwrap();
    assert!(message.ends_with("is no lookup table in use; give a recent slot, and another one is made"), "{message}");
    let with = ask(&[("recentSlot", json!({ "$": "1000" }))]);
    let plan = &with["ok"];
    assert!(plan["lookupTable"].is_string(), "{with}");
    let first = &plan["steps"][0];
    assert_eq!((&first["name"], &first["isDone"]), (&json!("0006_lookup_table"), &json!(false)));
    assert_eq!(first["transactions"][0][0]["programAddress"], "AddressLookupTab1e1111111111111111111111111");
    assert_eq!(plan["steps"][2]["transactions"].as_array().unwrap().len(), 1);
}

#[test]
fn a_backtest_is_in_plain_numbers() {
    let row = |hour: i64| {
        let usd = 1_000.0 * (1.0 + 0.1 * (hour as f64 / 4.0).sin());
        format!("{},{usd},{usd},{usd},{usd},1\n", hour * 3_600)
    };
    let csv = "unix_time,open,high,low,close,volume\n".to_string() + &(0..900).map(row).collect::<String>();
    let input = json!({ "toml": toml(), "prices": { "BTC": csv }, "from": { "$": "3600" }, "to": { "$": "3000000" } });
    let tested = ok("backtest", &input);
    assert_eq!(tested["assets"], json!(["BTC", "USDC"]));
    assert_eq!((tested["from"].as_f64(), tested["intervalSecs"].as_f64()), (Some(7_200.0), Some(3_600.0)));
    assert!((2..=600).contains(&tested["series"].as_array().unwrap().len()));
    assert!(tested["series"][0]["time"].is_number() && tested["series"][0]["weights"][0].is_number());
    assert!(tested["metrics"]["trades"].as_f64().unwrap() > 0.0 && tested["held"]["trades"].as_f64() == Some(0.0));
    assert!(tested["trades"][0]["soldUsd"].is_number() && tested["dormant"][0]["count"].is_number());
    let (name, message) = error("backtest", &json!({ "toml": toml(), "prices": {} }));
    assert_eq!(
        (name.as_str(), message.as_str()),
        ("Backtest", "there are no prices of BTC; give them, or leave those assets out")
    );
}

#[test]
fn ranges_are_by_path() {
    let paths = ["limits.max_trade_bps", "floor.multiplier_e2", "limits.nothing"];
    let ranges = ok("ranges", &json!({ "toml": toml(), "paths": paths }));
    let expected = json!({
        "limits.max_trade_bps": { "least": 1, "most": 2_500, "orZero": false },
        "floor.multiplier_e2": { "least": 100, "most": 2_000, "orZero": true },
    });
    assert_eq!(ranges, expected);
}

#[test]
fn a_mint_is_judged_by_the_program() {
    let account = |owner: &str, decimals: u8| {
        let mut data = vec![0; 82];
        (data[44], data[45]) = (decimals, 1);
        json!({ "account": { "owner": owner, "lamports": { "$": "1" }, "data": STANDARD.encode(data) } })
    };
    let token = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA";
    assert_eq!(ok("mint", &account(token, 6)), json!({ "decimals": 6 }));
    let (name, message) = error("mint", &account(token, 19));
    assert_eq!(name, "UnsupportedMint");
    assert!(message.contains("at most 18 decimals"), "{message}");
}
