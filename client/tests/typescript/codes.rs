//! The numbers that stand for something in accounts, events and return data, and the programs' addresses.

use std::fmt::Debug;

use ballast_client::PROGRAM_ID;
use ballast_client::ballast::amm::Amm;
use ballast_client::ballast::oracle::{PULL_ORACLE, PUSH_ORACLE};
use ballast_client::ballast::state::{AssetStatus, OracleKind, TokenKind, pause};
use ballast_client::core::decision::{Reason, Trigger};
use ballast_client::core::risk::breaker::Breaker;
use serde_json::{Map, Value, json};

pub fn fixture() -> Value {
    let amms = || {
        codes::<Amm>()
            .map(|(number, amm)| (number, json!({ "program": amm.program_id().to_string(), "writable": amm.writable() })))
    };
    json!({
        "program": PROGRAM_ID.to_string(),
        "pullOracle": PULL_ORACLE.to_string(),
        "pushOracle": PUSH_ORACLE.to_string(),
        "reasons": named(Reason::ALL.map(|reason| (reason as u8, reason))),
        "reasonsOfRoutes": Reason::ALL.into_iter().filter(|reason| reason.is_about_the_route()).map(|reason| reason as u8).collect::<Vec<_>>(),
        "triggers": named([Trigger::Drift, Trigger::Schedule].map(|trigger| (trigger as u8, trigger))),
        "breakers": named(Breaker::ALL.map(|breaker| (breaker as u8, breaker))),
        "breakersOfRoutes": Breaker::ALL.into_iter().filter(|breaker| breaker.is_about_the_route()).map(|breaker| breaker as u8).collect::<Vec<_>>(),
        "amms": named(codes::<Amm>()),
        "adapters": Map::from_iter(amms().map(|(number, amm)| (number.to_string(), amm))),
        "tokenKinds": named(codes::<TokenKind>()),
        "tokenPrograms": codes::<TokenKind>().map(|(_, kind)| kind.program_id().to_string()).collect::<Vec<_>>(),
        "oracleKinds": named(codes::<OracleKind>()),
        "assetStatuses": named(codes::<AssetStatus>()),
        "pauses": {
            "DEPOSIT_IN_KIND": pause::DEPOSIT_IN_KIND,
            "DEPOSIT_SINGLE": pause::DEPOSIT_SINGLE,
            "REDEEM_SINGLE": pause::REDEEM_SINGLE,
            "REBALANCE": pause::REBALANCE,
            "ALL": pause::ALL,
        },
    })
}

/// Every value of a stored enumeration.
fn codes<T: TryFrom<u8>>() -> impl Iterator<Item = (u8, T)> {
    (0..=u8::MAX).filter_map(|number| Some((number, T::try_from(number).ok()?)))
}

fn named<T: Debug>(codes: impl IntoIterator<Item = (u8, T)>) -> Value {
    let names = codes.into_iter().map(|(number, value)| (number.to_string(), json!(format!("{value:?}"))));
    Value::Object(names.collect())
}
