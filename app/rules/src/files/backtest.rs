//! What a vault would have done on past prices. Plain numbers throughout: figures for a chart, not amounts to sign.

use std::collections::BTreeMap;

use ballast_sim::metrics::Metrics;
use ballast_sim::path::Trade;
use ballast_view::Refusal;
use ballast_view::backtest::{Backtest, Moment, Request, backtest};
use serde::{Deserialize, Serialize};

use crate::json::Integer;
use crate::settings::refused;

/// As many points as a chart of a screen's width shows.
const POINTS: usize = 600;

/// See `types.ts`.
#[derive(Deserialize)]
pub struct Input {
    toml: String,
    prices: BTreeMap<String, String>,
    from: Option<Integer<i64>>,
    to: Option<Integer<i64>>,
}

/// `Backtest` of `types.ts`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    assets: Vec<String>,
    from: f64,
    to: f64,
    interval_secs: f64,
    missing: f64,
    metrics: MetricsOutput,
    held: MetricsOutput,
    series: Vec<MomentOutput>,
    trades: Vec<TradeOutput>,
    halts: Vec<Count>,
    dormant: Vec<Count>,
    refused: f64,
}

/// `BacktestMetrics` of `types.ts`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MetricsOutput {
    total_return: f64,
    volatility: f64,
    tracking_error: f64,
    max_drawdown: f64,
    turnover_per_year: f64,
    cost_per_year: f64,
    cost_usd: f64,
    trades: f64,
    excess_growth: f64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MomentOutput {
    time: f64,
    nav_usd: f64,
    held_usd: f64,
    weights: Vec<f64>,
    targets: Vec<f64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TradeOutput {
    time: f64,
    sell: f64,
    buy: f64,
    sold_usd: f64,
    cost_usd: f64,
}

#[derive(Serialize)]
struct Count {
    name: String,
    count: f64,
}

/// Answers.
///
/// # Errors
/// Where the file or the prices have a problem.
pub fn answer(Input { toml, prices, from, to }: Input) -> Result<Output, Refusal> {
    let (from, to) = (from.map(|from| from.0), to.map(|to| to.0));
    let request = Request { toml: &toml, prices: &prices, from, to, points: POINTS };
    backtest(&request).map(Output::of).map_err(refused("Backtest"))
}

impl Output {
    fn of(tested: Backtest) -> Self {
        Self {
            assets: tested.assets,
            from: tested.from as f64,
            to: tested.to as f64,
            interval_secs: tested.interval_secs as f64,
            missing: tested.missing as f64,
            metrics: MetricsOutput::of(&tested.metrics),
            held: MetricsOutput::of(&tested.held),
            series: tested.series.into_iter().map(MomentOutput::of).collect(),
            trades: tested.trades.iter().map(TradeOutput::of).collect(),
            halts: tested.halts.into_iter().map(Count::of).collect(),
            dormant: tested.dormant.into_iter().map(Count::of).collect(),
            refused: tested.refused as f64,
        }
    }
}

impl MetricsOutput {
    fn of(metrics: &Metrics) -> Self {
        Self {
            total_return: metrics.total_return,
            volatility: metrics.volatility,
            tracking_error: metrics.tracking_error,
            max_drawdown: metrics.max_drawdown,
            turnover_per_year: metrics.turnover_per_year,
            cost_per_year: metrics.cost_per_year,
            cost_usd: metrics.cost_usd,
            trades: metrics.trades as f64,
            excess_growth: metrics.excess_growth,
        }
    }
}

impl MomentOutput {
    fn of(Moment { time, nav_usd, held_usd, weights, targets }: Moment) -> Self {
        Self { time: time as f64, nav_usd, held_usd, weights, targets }
    }
}

impl TradeOutput {
    fn of(trade: &Trade) -> Self {
        let (sell, buy) = (trade.sell as f64, trade.buy as f64);
        Self { time: trade.time as f64, sell, buy, sold_usd: trade.sold_usd, cost_usd: trade.cost_usd() }
    }
}

impl Count {
    fn of((name, count): (String, u64)) -> Self {
        Self { name, count: count as f64 }
    }
}
