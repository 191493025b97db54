//! `ballast breakers …`.

use anyhow::{Context as _, Result};
use ballast_client::{Pubkey, instruction};
use ballast_core::risk::breaker::{Breaker, Breakers, Halt};
use ballast_view::status::halt_name;
use clap::{Args, Subcommand};
use serde::Serialize;

use crate::authority::Authority;
use crate::context::{Context, OpenVault};
use crate::output::{Bps, Time, Usd, View, columns};
use crate::published::Published;

/// What stops trading by itself.
#[derive(Debug, Subcommand)]
pub enum BreakersCommand {
    /// Show limits and halts of the vault and its routes
    Show,
    /// Halt the vault or a route where a breaker's condition holds: anybody
    Trip(TripArgs),
    /// End a halt after review: admin
    Clear(ClearArgs),
}

/// What to halt.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  ballast breakers trip\n  ballast breakers trip --evidence SOL     its published price is too uncertain to be taken\n  ballast breakers trip --route ADDRESS     its pool is away from the oracle, or empty"
)]
pub struct TripArgs {
    /// Judge this route's pool
    #[arg(long, value_name = "ADDRESS")]
    route: Option<Pubkey>,
    /// Judge this asset's published price
    #[arg(long, value_name = "TOKEN", conflicts_with = "route")]
    evidence: Option<String>,
    #[command(flatten)]
    authority: Authority,
}

/// Which halt to end.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  ballast breakers clear\n  ballast breakers clear --route ADDRESS --unsigned --signer MULTISIG"
)]
pub struct ClearArgs {
    /// A route's halt, instead of the vault's
    #[arg(long, value_name = "ADDRESS")]
    route: Option<Pubkey>,
    #[command(flatten)]
    authority: Authority,
}

#[derive(Debug, Serialize)]
struct BreakersView {
    breakers: Vec<BreakerRow>,
    halts: Vec<HaltRow>,
}

#[derive(Debug, Serialize)]
struct BreakerRow {
    breaker: String,
    limit: String,
    halts: &'static str,
    ends: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct HaltRow {
    what: String,
    breaker: String,
    asset: Option<String>,
    since: Time,
    measured: u64,
    limit: u64,
    is_hard: bool,
    stands: bool,
}

impl View for BreakersView {
    fn table(&self) -> String {
        let row = |row: &BreakerRow| [row.breaker.clone(), row.limit.clone(), row.halts.to_string(), row.ends.clone()];
        let mut text = columns(["breaker", "limit", "halts", "until"], self.breakers.iter().map(row));
        text.push('\n');
        if self.halts.is_empty() {
            return text + "Nothing is halted.\n";
        }
        let halt = |halt: &HaltRow| {
            let asset = halt.asset.clone().unwrap_or_default();
            let state = if halt.stands { "stands" } else { "cooled off" };
            [
                halt.what.clone(),
                halt.breaker.clone(),
                asset,
                halt.since.to_string(),
                halt.measured.to_string(),
                halt.limit.to_string(),
                state.into(),
            ]
        };
        text + &columns(["halted", "by", "asset", "since", "measured", "limit", ""], self.halts.iter().map(halt))
    }
}

/// Runs the command.
///
/// # Errors
/// Where the program refuses.
pub async fn run(context: &Context, command: &BreakersCommand) -> Result<()> {
    match command {
        BreakersCommand::Show => show(context).await,
        BreakersCommand::Trip(args) => trip(context, args).await,
        BreakersCommand::Clear(args) => {
            let vault = context.vault().await?;
            let admin = args.authority.address(context)?;
            let clear = instruction::clear_breaker(admin, vault.address, args.route);
            args.authority.act(context, &[clear], &[], "the halt is over").await
        }
    }
}

async fn show(context: &Context) -> Result<()> {
    let vault = context.vault().await?;
    let routes = context.cluster.routes(&vault.address).await?;
    let of_routes = routes.iter().map(|(address, route)| (format!("route {} {address}", vault.pair(route)), route.halt));
    let halts = [("vault".to_string(), vault.state.state.halt)].into_iter().chain(of_routes).filter(|(_, halt)| halt.is_on());
    let halts = halts.map(|(what, halt)| halt_row(&vault, what, &halt)).collect();
    let breakers = Breaker::ALL
        .into_iter()
        .map(|breaker| breaker_row(&vault.state.breakers, vault.state.limits.max_daily_loss_bps, breaker));
    context.print(&BreakersView { breakers: breakers.collect(), halts })
}

fn breaker_row(breakers: &Breakers, max_daily_loss_bps: u16, breaker: Breaker) -> BreakerRow {
    let bps = |bps: u16| Bps(bps.into());
    let limit = match breaker {
        Breaker::Jump => format!("price {} from the vault's average", bps(breakers.max_jump_bps)),
        Breaker::Divergence => format!("price {} from its publisher's average", bps(breakers.max_divergence_bps)),
        Breaker::Confidence => format!("price uncertain by {}", bps(breakers.max_conf_bps)),
        Breaker::Drawdown => format!(
            "share price {} below its high of a day, {} of a week, {} of a month",
            bps(breakers.max_day_drawdown_bps),
            bps(breakers.max_week_drawdown_bps),
            bps(breakers.max_month_drawdown_bps)
        ),
        Breaker::LossBudget => {
            format!("{} of the loss budget of {} a day used", Bps(breakers.max_loss_used_bps.into()), bps(max_daily_loss_bps))
        }
        Breaker::PoolAway => format!(
            "pool {} from the oracle before a trade, {} after",
            bps(breakers.max_pool_before_bps),
            bps(breakers.max_pool_after_bps)
        ),
        Breaker::Illiquid if breakers.min_pool_depth_usd == 0 => "off".into(),
        Breaker::Illiquid => format!("pool's side below {} USD", Usd(breakers.min_pool_depth_usd)),
    };
    BreakerRow {
        breaker: format!("{breaker:?}"),
        limit,
        halts: if breaker.is_about_the_route() { "route" } else { "vault" },
        ends: if breakers.is_hard(breaker) {
            "the admin clears it".into()
        } else {
            format!("{} s later", breakers.cooldown_secs)
        },
    }
}

fn halt_row(vault: &OpenVault, what: String, halt: &Halt) -> HaltRow {
    let asset = usize::from(halt.asset);
    HaltRow {
        what,
        breaker: halt_name(halt),
        asset: (asset < vault.state.assets().len()).then(|| vault.name(asset).to_string()),
        since: Time(halt.at),
        measured: halt.measured,
        limit: halt.limit,
        is_hard: halt.is_hard != 0,
        stands: halt.stands(vault.now, &vault.state.breakers),
    }
}

async fn trip(context: &Context, args: &TripArgs) -> Result<()> {
    let vault = context.vault().await?;
    let published = Published::read(context, &vault).await?;
    // The stored prices are judged: the newest ones, where there are newer ones.
    let mut instructions: Vec<_> = published.refresh(&vault).instruction(vault.address).into_iter().collect();
    instructions.push(match args.route {
        Some(address) => {
            let routes = context.cluster.routes(&vault.address).await?;
            let route = routes.iter().find(|(route, _)| *route == address);
            let (_, route) = route.context("the vault has no such route; `ballast route list` lists them")?;
            instruction::trip_route_breaker(vault.address, address, route)
        }
        None => {
            let asset = args.evidence.as_deref().map(|token| vault.asset(&context.symbols, token)).transpose()?;
            let evidence = asset.map(|asset| {
                let account = published.accounts().iter().find(|price| price.asset == usize::from(asset));
                Ok::<_, anyhow::Error>((asset, account.context("the asset's price does not count")?.address))
            });
            instruction::trip_breaker(vault.address, evidence.transpose()?)
        }
    });
    args.authority.act(context, &instructions, &vault.tables, "halted; `ballast breakers show` tells why").await
}

#[cfg(test)]
mod tests {
    use ballast_core::risk::breaker::DEFAULT;

    use super::*;

    #[test]
    fn every_breaker_has_its_limit_and_its_end() {
        let rows: Vec<_> = Breaker::ALL.into_iter().map(|breaker| breaker_row(&DEFAULT, 50, breaker)).collect();
        assert_eq!(rows[0].limit, "price 15% from the vault's average");
        assert_eq!(rows[4].limit, "90% of the loss budget of 0.5% a day used");
        let ends: Vec<&str> = rows.iter().map(|row| row.ends.as_str()).collect();
        assert_eq!(ends.iter().filter(|end| **end == "the admin clears it").count(), 2, "drawdown and loss budget");
        assert_eq!((rows[5].halts, rows[6].halts, rows[3].halts), ("route", "route", "vault"));
    }
}
