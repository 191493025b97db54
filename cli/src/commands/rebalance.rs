//! `ballast preview` and `ballast rebalance`.

use anyhow::{Context as _, Result, bail};
use ballast_client::ballast::instructions::Preview;
use ballast_client::ballast::state::Route;
use ballast_client::decide::Chain;
use ballast_client::events::VaultEvent;
use ballast_client::{Pubkey, events, instruction, pool};
use ballast_view::preview::decision;
use ballast_view::prices::Refreshed;
use ballast_view::{Refusal, quote};
use clap::Args;
use serde::Serialize;

use crate::confirm::Confirmation;
use crate::context::{Context, OpenVault};
use crate::output::{Address, Tokens, Usd, View, columns, fields};
use crate::published::Published;

/// What to preview.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  ballast preview\n  ballast preview --vault main --output json")]
pub struct PreviewArgs {}

/// Where to rebalance.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  ballast rebalance --yes\n  ballast rebalance --route ADDRESS")]
pub struct RebalanceArgs {
    /// Trade on this route, instead of the one with the largest trade that is due
    #[arg(long, value_name = "ADDRESS")]
    route: Option<Pubkey>,
    #[command(flatten)]
    confirmation: Confirmation,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PreviewView {
    vault: Address,
    nav_usd: Usd,
    routes: Vec<RouteRow>,
    /// Prices that could not be refreshed, and why.
    stale: Vec<String>,
}

/// What a rebalance on a route would do.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct RouteRow {
    route: Address,
    pair: String,
    decision: String,
    explanation: String,
    trade: Option<TradeView>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct TradeView {
    sell: Tokens,
    expected: Tokens,
    minimum: Tokens,
    value_usd: Usd,
    benefit_usd: Usd,
    cost_usd: Usd,
}

/// A route, and the decision on it.
struct Judged {
    address: Pubkey,
    route: Route,
    preview: Preview,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct RebalancedView {
    vault: Address,
    route: Address,
    sold: Tokens,
    bought: Tokens,
    nav_usd: Usd,
    reward: Tokens,
    signature: String,
    network_fee: Tokens,
}

impl View for PreviewView {
    fn table(&self) -> String {
        let mut text = fields([("vault", self.vault.to_string()), ("NAV", format!("{} USD", self.nav_usd))]);
        text.push('\n');
        if self.routes.is_empty() {
            text += "The vault has no routes; the admin adds one with `ballast route add POOL`.\n";
        }
        text += &columns(["route", "pair", "decision", ""], self.routes.iter().map(RouteRow::cells));
        for stale in &self.stale {
            text += &format!("\nnot refreshed: {stale}");
        }
        text
    }
}

impl RouteRow {
    fn cells(&self) -> [String; 4] {
        let what = self.trade.as_ref().map_or_else(|| self.explanation.clone(), TradeView::line);
        [self.route.to_string(), self.pair.clone(), self.decision.clone(), what]
    }
}

impl TradeView {
    fn line(&self) -> String {
        let TradeView { sell, expected, minimum, value_usd, cost_usd, .. } = self;
        format!("sell {sell} for {expected} (at least {minimum}), worth {value_usd} USD, cost {cost_usd} USD")
    }
}

impl View for RebalancedView {
    fn table(&self) -> String {
        fields([
            ("sold", self.sold.to_string()),
            ("bought", self.bought.to_string()),
            ("NAV", format!("{} USD", self.nav_usd)),
            ("reward", self.reward.to_string()),
            ("signature", self.signature.clone()),
            ("network fee", self.network_fee.to_string()),
        ])
    }
}

/// Tells what a rebalance would do on every route.
///
/// # Errors
/// Where the cluster does not answer.
pub async fn preview(context: &Context, _: &PreviewArgs) -> Result<()> {
    let vault = context.vault().await?;
    let refreshed = Published::read(context, &vault).await?.refresh(&vault);
    let judged = judge(context, &vault, &refreshed).await?;
    let stale = refreshed.refused.iter().map(|(asset, why)| format!("{}: {why}", vault.name(*asset))).collect();
    context.print(&PreviewView {
        vault: Address(vault.address),
        nav_usd: Usd(quote::nav_usd(&refreshed.vault, vault.now)?),
        routes: judged.iter().map(|judged| judged.row(&vault)).collect(),
        stale,
    })
}

/// Rebalances once.
///
/// # Errors
/// Where no trade is due, and why; or the program refuses.
pub async fn run(context: &Context, args: &RebalanceArgs) -> Result<()> {
    let vault = context.vault().await?;
    let refreshed = Published::read(context, &vault).await?.refresh(&vault);
    let judged = judge(context, &vault, &refreshed).await?;
    let chosen = choose(&judged, args.route, &vault)?;
    let keypair = context.keypair()?;
    let keeper = context.wallet()?;
    let rebalance = instruction::rebalance(keeper, &vault.view, chosen.address, &chosen.route, 0);
    let mut instructions: Vec<_> = refreshed.instruction(vault.address).into_iter().collect();
    instructions.push(rebalance.context("the route does not fit the vault")?);
    let row = chosen.row(&vault);
    args.confirmation.ask(context, &format!("{}: {}", row.pair, row.trade.as_ref().map_or_else(String::new, TradeView::line)))?;
    let sent = context.sender(keypair).send(&instructions, &[], &vault.tables).await?;
    let rebalanced = events::all(&sent.logs).into_iter().find_map(|event| match event {
        VaultEvent::Rebalanced(event) => Some(event),
        _ => None,
    });
    let Some(event) = rebalanced else {
        bail!("a breaker tripped instead of a trade; `ballast breakers show` tells which ({})", sent.signature);
    };
    context.print(&RebalancedView {
        vault: Address(vault.address),
        route: Address(chosen.address),
        sold: vault.tokens(event.sold_asset.into(), event.amount_in),
        bought: vault.tokens(event.bought_asset.into(), event.amount_out),
        nav_usd: Usd(event.nav_after_usd),
        reward: Tokens::lamports(event.reward_lamports),
        signature: sent.signature.to_string(),
        network_fee: Tokens::lamports(sent.fee_lamports),
    })
}

/// The decision on every route, on the vault with the published prices: what a rebalance that refreshes first would find.
async fn judge(context: &Context, vault: &OpenVault, refreshed: &Refreshed) -> Result<Vec<Judged>> {
    let mut judged = Vec::new();
    for (address, route) in context.cluster.routes(&vault.address).await? {
        let accounts = context.cluster.accounts(route.accounts()).await?;
        let pool = pool::read(&route, &accounts).map_err(Refusal::from)?;
        let chain = Chain { address: vault.address, vault: &refreshed.vault, route: &route, pool, now: vault.now };
        let preview = chain.preview().map_err(Refusal::core)?;
        judged.push(Judged { address, route, preview });
    }
    Ok(judged)
}

/// The wanted route, or the one with the largest trade.
fn choose<'a>(judged: &'a [Judged], wanted: Option<Pubkey>, vault: &OpenVault) -> Result<&'a Judged> {
    if judged.is_empty() {
        bail!("the vault has no routes; the admin adds one with `ballast route add POOL`");
    }
    let candidates = || judged.iter().filter(|judged| wanted.is_none_or(|wanted| judged.address == wanted));
    if let Some(largest) = candidates().filter(|judged| judged.preview.reason == 0).max_by_key(|judged| judged.preview.value_usd)
    {
        return Ok(largest);
    }
    let Some(first) = candidates().next() else { bail!("the vault has no such route; `ballast route list` lists them") };
    let rows = candidates().map(|judged| judged.row(vault));
    let refused = rows.map(|row| format!("{}: {} - {}", row.pair, row.decision, row.explanation)).collect::<Vec<_>>();
    if first.preview.breaker != 0 {
        bail!("a breaker's condition holds; `ballast breakers trip` halts trading\n  {}", refused.join("\n  "));
    }
    bail!("no trade is due\n  {}", refused.join("\n  "))
}

impl Judged {
    fn row(&self, vault: &OpenVault) -> RouteRow {
        let Judged { address, route, preview } = self;
        let (decision, explanation) = decision(preview);
        RouteRow {
            route: Address(*address),
            pair: vault.pair(route),
            decision,
            explanation,
            trade: (preview.reason == 0).then(|| TradeView {
                sell: vault.tokens(preview.sell_asset.into(), preview.amount_in),
                expected: vault.tokens(preview.buy_asset.into(), preview.expected_out),
                minimum: vault.tokens(preview.buy_asset.into(), preview.min_out),
                value_usd: Usd(preview.value_usd),
                benefit_usd: Usd(preview.benefit_usd),
                cost_usd: Usd(preview.cost_usd),
            }),
        }
    }
}
