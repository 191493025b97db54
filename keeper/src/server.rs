//! `/metrics` for Prometheus and `/health` for whoever restarts what hangs.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use tokio::net::TcpListener;

use crate::metrics::Metrics;

/// What `/health` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Health {
    /// Whether the cluster was looked at in time.
    pub is_healthy: bool,
    /// Seconds since the last successful look at the cluster; none before the first.
    pub last_look_secs: Option<i64>,
    /// Vaults looked after.
    pub vaults: i64,
    /// Whether accounts are followed by WebSocket; otherwise they are polled, which is slower but no fault.
    pub is_following: bool,
    /// Whether nothing is sent since the wallet is low.
    pub is_wallet_low: bool,
}

#[derive(Clone)]
struct Shared {
    metrics: Metrics,
    health_secs: u64,
}

/// Serves at `address` as long as the runtime lives, and tells the port that it got. The keeper counts as healthy until its last look
/// is older than `health_secs`.
///
/// # Errors
/// Where the address cannot be listened at.
pub async fn serve(address: SocketAddr, metrics: Metrics, health_secs: u64) -> Result<SocketAddr> {
    let listener = TcpListener::bind(address).await;
    let listener =
        listener.with_context(|| format!("cannot serve metrics at {address}; choose another address with --listen"))?;
    let address = listener.local_addr()?;
    let routes = Router::new().route("/metrics", get(show_metrics)).route("/health", get(show_health));
    let server = axum::serve(listener, routes.with_state(Shared { metrics, health_secs }));
    tokio::spawn(async move {
        if let Err(error) = server.await {
            tracing::error!(%error, "metrics are no longer served");
        }
    });
    Ok(address)
}

async fn show_metrics(State(shared): State<Shared>) -> impl IntoResponse {
    let content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, content_type)], shared.metrics.text())
}

async fn show_health(State(shared): State<Shared>) -> impl IntoResponse {
    let health = health(&shared.metrics, shared.health_secs);
    let status = if health.is_healthy { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(health))
}

fn health(metrics: &Metrics, health_secs: u64) -> Health {
    let last_look_secs = metrics.secs_since_look();
    Health {
        is_healthy: last_look_secs.is_some_and(|secs| secs.unsigned_abs() <= health_secs),
        last_look_secs,
        vaults: metrics.vaults.get(),
        is_following: metrics.following.get() == 1,
        is_wallet_low: metrics.wallet_low.get() == 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn health_and_metrics_are_served() {
        let metrics = Metrics::new();
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let address = serve(any, metrics.clone(), 30).await.unwrap();
        let get = |path: &str| reqwest::get(format!("http://{address}{path}"));
        let response = get("/health").await.unwrap();
        assert_eq!(response.status(), 503, "the cluster has not been looked at");
        metrics.note_look();
        metrics.vaults.set(3);
        let response = get("/health").await.unwrap();
        assert_eq!(response.status(), 200);
        let health: serde_json::Value = response.json().await.unwrap();
        assert_eq!((&health["is_healthy"], &health["vaults"]), (&true.into(), &3.into()));
        let text = get("/metrics").await.unwrap().text().await.unwrap();
        assert!(text.contains("\nballast_keeper_vaults 3\n") && text.ends_with("# EOF\n"), "{text}");
    }

    #[tokio::test]
    async fn taken_address_is_a_clear_error() {
        let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let error = serve(taken.local_addr().unwrap(), Metrics::new(), 30).await.unwrap_err();
        assert!(error.to_string().contains("choose another address with --listen"), "{error}");
    }

    #[test]
    fn last_look_must_not_be_too_long_ago() {
        let metrics = Metrics::new();
        metrics.last_look_time.set(1);
        assert!(!health(&metrics, 30).is_healthy);
        metrics.note_look();
        assert!(health(&metrics, 30).is_healthy);
    }
}
