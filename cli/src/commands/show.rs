//! `ballast vault show`.

use anyhow::Result;
use ballast_client::ballast::state::AssetStatus;
use ballast_core::fixed;
use ballast_core::valuation::Valuation;
use ballast_view::prices::{is_priced, token_price_usd};
use ballast_view::settings::Configuration;
use ballast_view::status::status;
use clap::Args;
use serde::Serialize;

use crate::context::{Context, OpenVault};
use crate::output::{Address, Holder, Part, SignedUsd, Time, Tokens, Usd, View, columns, count, fields, known};

const EXAMPLES: &str = "\
Examples:
  ballast vault show
  ballast vault show main --full
  ballast vault show main --output json | jq -r .navUsd";

/// Which vault, and how much of it.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct ShowArgs {
    /// The vault's name or address; the one of --vault if left out
    name: Option<String>,
    /// Limits, breakers, stress test and strategy as well; JSON always has them
    #[arg(long)]
    full: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ShowView {
    address: Address,
    status: Vec<String>,
    nav_usd: Option<Usd>,
    is_fresh: bool,
    shares: Tokens,
    share_price_usd: Option<Usd>,
    assets: Vec<AssetRow>,
    roles: Roles,
    performance: Performance,
    last_rebalance: Time,
    crank_fund: Tokens,
    share_mint: Address,
    lookup_table: Option<Address>,
    time: Time,
    configuration: Configuration,
    #[serde(skip)]
    is_full: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct AssetRow {
    symbol: String,
    mint: Address,
    balance: Tokens,
    price_usd: Option<Usd>,
    price_age_secs: Option<i64>,
    value_usd: Option<Usd>,
    weight: Option<Part>,
    target: Part,
    band: Part,
    status: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Roles {
    admin: Holder,
    pending_admin: Holder,
    guardian: Holder,
    manager: Holder,
    forecaster: Holder,
    fee_recipient: Holder,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Performance {
    since: Time,
    trades: u64,
    turnover_usd: Usd,
    cost_usd: SignedUsd,
}

impl View for ShowView {
    fn table(&self) -> String {
        let share_price = match (self.share_price_usd, self.nav_usd) {
            (Some(usd), _) => format!("{usd} USD"),
            (None, Some(_)) => "none yet".into(),
            (None, None) => known(None::<Usd>),
        };
        let nav = match (self.nav_usd, self.is_fresh) {
            (None, _) => format!("{} (an asset has no price yet; `ballast prices refresh` gets it)", known(None::<Usd>)),
            (Some(usd), true) => format!("{usd} USD"),
            (Some(usd), false) => format!("{usd} USD (prices are stale)"),
        };
        let mut text = fields([
            ("vault", self.address.to_string()),
            ("status", self.status.join(", ")),
            ("NAV", nav),
            ("shares", self.shares.to_string()),
            ("share price", share_price),
            ("last rebalance", self.last_rebalance.to_string()),
        ]);
        text.push('\n');
        text += &columns(
            ["asset", "balance", "price (USD)", "age", "value (USD)", "weight", "target", "band", "status"],
            self.assets.iter().map(AssetRow::cells),
        );
        text.push('\n');
        let Roles { admin, pending_admin, guardian, manager, forecaster, fee_recipient } = &self.roles;
        text += &fields([
            ("admin", admin.to_string()),
            ("proposed admin", pending_admin.to_string()),
            ("guardian", guardian.to_string()),
            ("manager", manager.to_string()),
            ("forecaster", forecaster.to_string()),
            ("fee recipient", fee_recipient.to_string()),
            ("share mint", self.share_mint.to_string()),
            ("crank fund", self.crank_fund.to_string()),
            ("lookup table", self.lookup_table.map_or_else(|| "none known".into(), |table| table.to_string())),
        ]);
        let Performance { since, trades, turnover_usd, cost_usd } = &self.performance;
        text += &match trades {
            0 => "\nno trades yet\n".into(),
            _ => format!("\n{} since {since}: sold {turnover_usd} USD, at a cost of {cost_usd} USD\n", count(*trades, "trade")),
        };
        if self.is_full {
            let configuration = toml::to_string(&self.configuration).unwrap_or_else(|error| error.to_string());
            text += &format!("\n{configuration}");
        }
        text
    }
}

impl AssetRow {
    fn cells(&self) -> [String; 9] {
        let age = self.price_age_secs.map_or_else(|| "never".to_string(), |secs| format!("{secs} s"));
        [
            self.symbol.clone(),
            self.balance.to_string(),
            known(self.price_usd),
            age,
            known(self.value_usd),
            known(self.weight),
            self.target.to_string(),
            format!("±{}", self.band),
            self.status.to_string(),
        ]
    }
}

/// Shows a vault.
///
/// # Errors
/// Where there is none, or the cluster does not answer.
pub async fn run(context: &Context, args: &ShowArgs) -> Result<()> {
    let vault = context.open(args.name.as_deref()).await?;
    let fund = context.cluster.account(&vault.state.crank_fund).await?;
    let fund_lamports = fund.map_or(0, |account| account.lamports);
    context.print(&view(&vault, fund_lamports, args.full)?)
}

fn view(open: &OpenVault, fund_lamports: u64, is_full: bool) -> Result<ShowView> {
    let (vault, now) = (&open.state, open.now);
    let terms = vault.terms(now);
    let valuation =
        Valuation::new(vault.holdings(), &terms).map_err(|error| anyhow::anyhow!("the vault cannot be valued: {error:?}"))?;
    let whole_share = 10u64.pow(ballast_core::shares::SHARE_DECIMALS.into());
    let nav_usd = is_priced(vault).then_some(valuation.nav_usd);
    let share_price = nav_usd.and_then(|nav_usd| fixed::mul_div_floor(nav_usd, whole_share, terms.total_shares).ok());
    let performance = &vault.state.performance;
    Ok(ShowView {
        address: Address(open.address),
        status: status(vault, now),
        nav_usd: nav_usd.map(Usd),
        is_fresh: valuation.is_fresh,
        shares: Tokens::shares(terms.total_shares),
        share_price_usd: share_price.map(Usd),
        assets: open.basket().map(|index| asset_row(open, &valuation, index)).collect(),
        roles: Roles {
            admin: Holder(vault.admin),
            pending_admin: Holder(vault.pending_admin),
            guardian: Holder(vault.guardian),
            manager: Holder(vault.manager),
            forecaster: Holder(vault.forecaster),
            fee_recipient: Holder(vault.fee_recipient),
        },
        performance: Performance {
            since: Time(performance.inception_at),
            trades: performance.trades,
            turnover_usd: Usd(performance.turnover_usd),
            cost_usd: SignedUsd(performance.cost_usd),
        },
        last_rebalance: Time(vault.state.last_rebalance_at),
        crank_fund: Tokens::lamports(fund_lamports),
        share_mint: Address(vault.share_mint),
        lookup_table: open.tables.first().map(|table| Address(table.key)),
        time: Time(now),
        configuration: Configuration::of(vault),
        is_full,
    })
}

fn asset_row(open: &OpenVault, valuation: &Valuation, index: usize) -> AssetRow {
    let asset = &open.state.assets()[index];
    let position = valuation.positions()[index];
    let weight_e8 = valuation.weights_e8().map_or(0, |weights_e8| weights_e8[index]);
    let has_price = asset.publish_time != 0;
    AssetRow {
        symbol: open.name(index).to_string(),
        mint: Address(asset.mint),
        balance: open.tokens(index, asset.balance),
        price_usd: token_price_usd(asset).map(Usd),
        price_age_secs: has_price.then(|| open.now - asset.publish_time),
        value_usd: (has_price || !asset.holding().counts()).then_some(Usd(position.value_usd)),
        weight: is_priced(&open.state).then_some(Part(weight_e8.into())),
        target: Part(position.target_e8.into()),
        band: Part(i64::try_from(position.band_e8).unwrap_or(i64::MAX)),
        status: match asset.status() {
            Ok(AssetStatus::Active) => "active",
            Ok(AssetStatus::Quarantined) => "quarantined",
            _ => "removed",
        },
    }
}
