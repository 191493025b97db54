//! Hermes: Pyth's web service for the latest prices. Its API: <https://hermes.pyth.network/docs>.

use std::fmt;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Client, Response, StatusCode};
use serde::Deserialize;

use super::update::{FeedId, Update, UpdateError};

/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Longest answer: those about a hundred feeds have less than a tenth of it.
const MAX_BODY_BYTES: usize = 4 << 20;
/// Most characters of a refusal that are told.
const REFUSAL_CHARS: usize = 200;

/// A Hermes service. Clones share their connections.
#[derive(Clone, Debug)]
pub struct Hermes {
    url: String,
    client: Client,
}

/// Why there are no prices.
#[derive(Debug)]
pub enum HermesError {
    /// The service did not answer.
    Unreachable(reqwest::Error),
    /// The answer is not in the service's format.
    Format(serde_json::Error),
    /// The answer is longer than any that could be meant.
    TooLong,
    /// The service refused.
    Refused {
        /// The status.
        status: StatusCode,
        /// What it said.
        reason: String,
    },
    /// The answer is not in base64.
    Encoding,
    /// The answer is not an update.
    Update(UpdateError),
    /// The answer lacks the price of a feed.
    FeedMissing(FeedId),
}

impl HermesError {
    /// Whether the same may well work if it is simply tried again.
    pub fn is_transient(&self) -> bool {
        match self {
            // A load balancer in trouble answers with a page.
            HermesError::Unreachable(_) | HermesError::Format(_) => true,
            HermesError::Refused { status, .. } => status.is_server_error() || *status == StatusCode::TOO_MANY_REQUESTS,
            HermesError::TooLong | HermesError::Encoding | HermesError::Update(_) | HermesError::FeedMissing(_) => false,
        }
    }
}

impl fmt::Display for HermesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HermesError::Unreachable(error) => {
                write!(f, "Hermes did not answer: {error}; check its URL, or try again later")
            }
            HermesError::Format(error) => write!(f, "Hermes did not answer as it should: {error}; check its URL"),
            HermesError::TooLong => write!(f, "Hermes' answer is longer than {MAX_BODY_BYTES} bytes; use another Hermes"),
            HermesError::Refused { status, reason } => {
                write!(f, "Hermes refused ({status}): {reason}; check the feeds and its URL")
            }
            HermesError::Encoding => write!(f, "Hermes' answer is not in base64; use another Hermes"),
            HermesError::Update(error) => error.fmt(f),
            HermesError::FeedMissing(feed) => {
                write!(f, "Hermes has no price of feed 0x{}; check the feed's id", hex(feed))
            }
        }
    }
}

impl std::error::Error for HermesError {}

/// An answer, as far as it is used.
#[derive(Deserialize)]
struct Answer {
    binary: Binary,
}

#[derive(Deserialize)]
struct Binary {
    data: Vec<String>,
}

impl Hermes {
    /// The service at `url`, such as `https://hermes.pyth.network`.
    ///
    /// # Errors
    /// Where the machine's TLS cannot be set up.
    pub fn new(url: &str) -> Result<Self, HermesError> {
        let client = Client::builder().timeout(TIMEOUT).build().map_err(HermesError::Unreachable)?;
        Ok(Hermes { url: url.trim_end_matches('/').into(), client })
    }

    /// The latest prices of these feeds, each with its proof: one update as a rule, since Pyth publishes all feeds together.
    ///
    /// ```no_run
    /// # async fn run(feeds: Vec<[u8; 32]>) -> Result<(), ballast_client::pyth::HermesError> {
    /// use ballast_client::pyth::Hermes;
    ///
    /// let updates = Hermes::new("https://hermes.pyth.network")?.latest(&feeds).await?;
    /// for price in updates.iter().flat_map(|update| &update.prices) {
    ///     println!("{} at {}", price.message.price, price.message.publish_time);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Where the service does not answer, refuses, or does not have a feed.
    pub async fn latest(&self, feeds: &[FeedId]) -> Result<Vec<Update>, HermesError> {
        let updates = self.ask(feeds, &[]).await?;
        match feeds.iter().find(|feed| updates.iter().all(|update| update.price(feed).is_none())) {
            Some(feed) => Err(HermesError::FeedMissing(*feed)),
            None => Ok(updates),
        }
    }

    /// As [`latest`](Self::latest), of those of the feeds that the service has: for lists of feeds that others have chosen, where
    /// one that does not exist must not keep the rest from being served.
    ///
    /// # Errors
    /// Where the service does not answer, or refuses.
    pub async fn available(&self, feeds: &[FeedId]) -> Result<Vec<Update>, HermesError> {
        self.ask(feeds, &[("ignore_invalid_price_ids", "true".into())]).await
    }

    async fn ask(&self, feeds: &[FeedId], options: &[(&str, String)]) -> Result<Vec<Update>, HermesError> {
        if feeds.is_empty() {
            return Ok(vec![]);
        }
        let mut query: Vec<(&str, String)> = feeds.iter().map(|feed| ("ids[]", hex(feed))).collect();
        query.extend([("encoding", "base64".into()), ("parsed", "false".into())]);
        query.extend_from_slice(options);
        let request = self.client.get(format!("{}/v2/updates/price/latest", self.url)).query(&query);
        let response = request.send().await.map_err(HermesError::Unreachable)?;
        let status = response.status();
        let body = read(response).await?;
        if !status.is_success() {
            let reason = String::from_utf8_lossy(&body).chars().take(REFUSAL_CHARS).collect();
            return Err(HermesError::Refused { status, reason });
        }
        let answer: Answer = serde_json::from_slice(&body).map_err(HermesError::Format)?;
        answer.binary.data.iter().map(|data| decode(data)).collect()
    }
}

/// Reads an answer's body, which must not fill the memory, however long the service goes on.
async fn read(mut response: Response) -> Result<Vec<u8>, HermesError> {
    let mut body = vec![];
    while let Some(part) = response.chunk().await.map_err(HermesError::Unreachable)? {
        if body.len().saturating_add(part.len()) > MAX_BODY_BYTES {
            return Err(HermesError::TooLong);
        }
        body.extend_from_slice(&part);
    }
    Ok(body)
}

fn decode(data: &str) -> Result<Update, HermesError> {
    let bytes = STANDARD.decode(data).map_err(|_| HermesError::Encoding)?;
    Update::parse(&bytes).map_err(HermesError::Update)
}

/// A feed's number as Pyth writes it.
fn hex(feed: &FeedId) -> String {
    feed.iter().map(|byte| format!("{byte:02x}")).collect()
}
