//! `ballast prices …`.

use anyhow::{Result, bail};
use ballast_view::prices::token_price_usd;
use ballast_view::words;
use clap::Subcommand;
use serde::Serialize;

use crate::authority::Authority;
use crate::context::{Context, OpenVault};
use crate::output::{Address, Bps, Usd, View, columns};
use crate::published::{PriceAccount, Published};

/// Published prices and the vault's own.
#[derive(Debug, Subcommand)]
pub enum PricesCommand {
    /// Show the price that is published for each asset, and the vault's own
    Show,
    /// Copy the published prices into the vault: anybody
    Refresh(RefreshArgs),
}

/// How to refresh.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  ballast prices refresh\n  ballast prices refresh --vault main --output json")]
pub struct RefreshArgs {
    #[command(flatten)]
    authority: Authority,
}

#[derive(Debug, Serialize)]
struct PricesView {
    prices: Vec<Row>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    symbol: String,
    vault_price_usd: Usd,
    vault_age_secs: Option<i64>,
    published_price_usd: Option<String>,
    published_age_secs: Option<i64>,
    confidence: Option<Bps>,
    account: Address,
    /// Why the published price would not be accepted now.
    refused: Option<String>,
}

impl View for PricesView {
    fn table(&self) -> String {
        let age = |secs: Option<i64>| secs.map_or_else(|| "never".into(), |secs| format!("{secs} s"));
        let text = |text: Option<String>| text.unwrap_or_else(|| "-".into());
        let row = |row: &Row| {
            [
                row.symbol.clone(),
                row.vault_price_usd.to_string(),
                age(row.vault_age_secs),
                text(row.published_price_usd.clone()),
                age(row.published_age_secs),
                text(row.confidence.map(|confidence| format!("±{confidence}"))),
                row.account.to_string(),
                row.refused.clone().unwrap_or_default(),
            ]
        };
        let headings = ["asset", "vault (USD)", "age", "published (USD)", "age", "width", "account", ""];
        columns(headings, self.prices.iter().map(row))
    }
}

/// Runs the command.
///
/// # Errors
/// Where the cluster does not answer, or no price can be refreshed.
pub async fn run(context: &Context, command: &PricesCommand) -> Result<()> {
    match command {
        PricesCommand::Show => show(context).await,
        PricesCommand::Refresh(args) => refresh(context, args).await,
    }
}

async fn show(context: &Context) -> Result<()> {
    let vault = context.vault().await?;
    let published = Published::read(context, &vault).await?;
    let refused = published.refresh(&vault).refused;
    let why = |asset: usize| refused.iter().find(|(index, _)| *index == asset).map(|(_, why)| why.to_string());
    let rows = published.accounts().iter().map(|price| row(&vault, price, why(price.asset)));
    context.print(&PricesView { prices: rows.collect() })
}

fn row(vault: &OpenVault, price: &PriceAccount, refused: Option<String>) -> Row {
    let asset = &vault.state.assets()[price.asset];
    let spot = price.reading(vault).ok().map(|reading| reading.spot);
    let decimal = |mantissa: i64, exponent: i32| {
        Some(words::units(u64::try_from(mantissa).ok()?, u8::try_from(exponent.checked_neg()?).ok()?))
    };
    // The same comparison as the limit's, rounded up to whole basis points.
    let width =
        |price: i64, conf: u64| u64::try_from((u128::from(conf) * 10_000).div_ceil(u128::try_from(price).ok()?.max(1))).ok();
    Row {
        symbol: vault.name(price.asset).to_string(),
        vault_price_usd: Usd(token_price_usd(asset).unwrap_or_default()),
        vault_age_secs: (asset.publish_time != 0).then(|| vault.now - asset.publish_time),
        published_price_usd: spot.and_then(|spot| decimal(spot.price, spot.exponent)),
        published_age_secs: spot.map(|spot| vault.now - spot.publish_time),
        confidence: spot.and_then(|spot| width(spot.price, spot.conf)).map(Bps),
        account: Address(price.address),
        refused,
    }
}

async fn refresh(context: &Context, args: &RefreshArgs) -> Result<()> {
    let vault = context.vault().await?;
    let refreshed = Published::read(context, &vault).await?.refresh(&vault);
    for (asset, why) in &refreshed.refused {
        eprintln!("not refreshed: {}: {why}", vault.name(*asset));
    }
    let Some(refresh) = refreshed.instruction(vault.address) else {
        if refreshed.refused.is_empty() {
            bail!("nothing newer is published than what the vault has");
        }
        bail!("no price can be refreshed");
    };
    args.authority.act(context, &[refresh], &vault.tables, "prices refreshed").await
}
