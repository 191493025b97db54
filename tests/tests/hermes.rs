//! The client of Hermes against a service that speaks Hermes' documented format: <https://hermes.pyth.network/docs>.

use {
    axum::{
        Router,
        extract::RawQuery,
        http::StatusCode,
        response::{IntoResponse, Response},
        routing::get,
    },
    ballast_client::pyth::{Hermes, HermesError, UpdateError},
    ballast_tests::pythnet::{QUORUM, update},
    base64::{Engine, engine::general_purpose::STANDARD},
    pyth_solana_receiver_sdk::price_update::PriceFeedMessage,
    serde_json::json,
    tokio::net::TcpListener,
};

/// Feeds that the service knows.
const KNOWN: [u8; 2] = [1, 2];

fn price(feed: u8) -> PriceFeedMessage {
    let (price, conf) = (i64::from(feed) * 1_000, 5);
    PriceFeedMessage {
        feed_id: [feed; 32],
        price,
        conf,
        exponent: -8,
        publish_time: 1_700_000_000,
        prev_publish_time: 1_699_999_999,
        ema_price: price,
        ema_conf: conf,
    }
}

fn hex(feed: u8) -> String {
    format!("{feed:02x}").repeat(32)
}

/// An answer as Hermes makes it: the feeds that were asked for, in one update.
async fn latest(RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default().replace("%5B%5D", "[]");
    let pairs: Vec<(&str, &str)> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
    let asked: Vec<&str> = pairs.iter().filter(|(name, _)| *name == "ids[]").map(|(_, id)| *id).collect();
    let is_lenient = pairs.contains(&("ignore_invalid_price_ids", "true"));
    let unknown = asked.iter().find(|id| KNOWN.iter().all(|known| hex(*known) != **id));
    if let Some(unknown) = unknown.filter(|_| !is_lenient) {
        return (StatusCode::NOT_FOUND, format!("Price ids not found: 0x{unknown}")).into_response();
    }
    assert!(pairs.contains(&("encoding", "base64")), "{query}");
    let prices: Vec<_> = KNOWN.into_iter().filter(|known| asked.contains(&hex(*known).as_str())).map(price).collect();
    let data = STANDARD.encode(update(&prices, QUORUM));
    json!({ "binary": { "encoding": "base64", "data": [data] }, "parsed": null }).to_string().into_response()
}

/// Serves until the test ends; the client of it.
async fn serve(router: Router) -> Hermes {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    // People write addresses with a slash at the end.
    Hermes::new(&format!("http://{address}/")).unwrap()
}

async fn hermes() -> Hermes {
    serve(Router::new().route("/v2/updates/price/latest", get(latest))).await
}

/// A service that answers everything with this.
async fn answering(status: StatusCode, body: &str) -> Hermes {
    let body = body.to_owned();
    serve(Router::new().fallback(move || async move { (status, body) })).await
}

#[tokio::test]
async fn latest_prices_come_in_one_update() {
    let updates = hermes().await.latest(&[[2; 32], [1; 32]]).await.unwrap();
    let [update] = &updates[..] else { panic!("{} updates", updates.len()) };
    assert_eq!(update.price(&[1; 32]).unwrap().message, price(1));
    assert_eq!(update.price(&[2; 32]).unwrap().message, price(2));
    assert!(hermes().await.latest(&[]).await.unwrap().is_empty());
}

#[tokio::test]
async fn unknown_feed_is_refused_with_the_services_words() {
    let error = hermes().await.latest(&[[1; 32], [9; 32]]).await.unwrap_err();
    assert!(matches!(&error, HermesError::Refused { status, .. } if *status == 404) && !error.is_transient());
    assert!(error.to_string().contains(&format!("Price ids not found: 0x{}", hex(9))), "{error}");
}

#[tokio::test]
async fn unknown_feed_does_not_hide_the_others() {
    let updates = hermes().await.available(&[[9; 32], [1; 32]]).await.unwrap();
    let [update] = &updates[..] else { panic!("{} updates", updates.len()) };
    assert_eq!(update.price(&[1; 32]).unwrap().message, price(1));
    assert!(update.price(&[9; 32]).is_none());
}

#[tokio::test]
async fn answers_that_are_no_updates_are_refused() {
    let answer = |data: &str| json!({ "binary": { "encoding": "base64", "data": [data] } }).to_string();
    let ask = async |body: String| answering(StatusCode::OK, &body).await.latest(&[[1; 32]]).await.unwrap_err();
    assert!(matches!(ask("<html>".into()).await, HermesError::Format(_)));
    assert!(matches!(ask(" ".repeat(5 << 20)).await, HermesError::TooLong));
    assert!(matches!(ask(answer("§")).await, HermesError::Encoding));
    assert!(matches!(ask(answer("AAAA")).await, HermesError::Update(UpdateError::Format)));
    let other = STANDARD.encode(update(&[price(2)], QUORUM));
    let error = ask(answer(&other)).await;
    assert!(matches!(error, HermesError::FeedMissing(feed) if feed == [1; 32]));
    assert!(error.to_string().contains(&hex(1)), "{error}");
}

#[tokio::test]
async fn a_service_in_trouble_is_worth_another_try() {
    for status in [StatusCode::TOO_MANY_REQUESTS, StatusCode::BAD_GATEWAY] {
        let error = answering(status, "busy").await.latest(&[[1; 32]]).await.unwrap_err();
        assert!(error.is_transient(), "{error}");
        assert!(error.to_string().contains("busy"), "{error}");
    }
    // Nobody listens on port 1.
    let error = Hermes::new("http://127.0.0.1:1").unwrap().latest(&[[1; 32]]).await.unwrap_err();
    assert!(matches!(error, HermesError::Unreachable(_)) && error.is_transient());
}
