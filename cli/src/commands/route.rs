//! `ballast route …`.

use anyhow::{Context as _, Result};
use ballast_client::{Pubkey, instruction};
use clap::{Args, Subcommand};
use serde::Serialize;

use crate::authority::Authority;
use crate::context::Context;
use crate::output::{Address, Time, View, columns};
use ballast_view::status::halt_name;

/// Pools that a vault trades on.
#[derive(Debug, Subcommand)]
pub enum RouteCommand {
    /// Register a pool: admin. It can be used after the timelock, or at once before the first deposit
    Add(RouteArgs),
    /// List the routes
    List,
    /// Close a pool's route: guardian or admin
    Close(RouteArgs),
}

/// Which pool.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  ballast route add POOL\n  ballast route add POOL --unsigned --signer MULTISIG\n  ballast route close POOL"
)]
pub struct RouteArgs {
    /// The pool's address
    pool: Pubkey,
    #[command(flatten)]
    authority: Authority,
}

#[derive(Debug, Serialize)]
struct RoutesView {
    routes: Vec<Row>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    route: Address,
    pool: Address,
    pair: String,
    amm: String,
    active_at: Time,
    status: String,
}

impl View for RoutesView {
    fn table(&self) -> String {
        if self.routes.is_empty() {
            return "The vault has no routes; the admin adds one with `ballast route add POOL`.".into();
        }
        let row =
            |row: &Row| [row.pair.clone(), row.amm.clone(), row.pool.to_string(), row.route.to_string(), row.status.clone()];
        columns(["pair", "AMM", "pool", "route", "status"], self.routes.iter().map(row))
    }
}

/// Runs the command.
///
/// # Errors
/// Where the program refuses.
pub async fn run(context: &Context, command: &RouteCommand) -> Result<()> {
    match command {
        RouteCommand::List => list(context).await,
        RouteCommand::Add(args) => {
            let vault = context.vault().await?;
            let admin = args.authority.address(context)?;
            let add = instruction::register_route(admin, vault.address, args.pool);
            args.authority.act(context, &[add], &[], format!("route through {} registered", args.pool)).await
        }
        RouteCommand::Close(args) => {
            let vault = context.vault().await?;
            let signer = args.authority.address(context)?;
            let close = instruction::close_route(signer, vault.state.admin, vault.address, args.pool);
            args.authority.act(context, &[close], &[], format!("route through {} closed", args.pool)).await
        }
    }
}

async fn list(context: &Context) -> Result<()> {
    let vault = context.vault().await?;
    let row = |(address, route): &(Pubkey, ballast_client::ballast::state::Route)| {
        let status = match route.active_at > vault.now {
            true => format!("from {} on", Time(route.active_at)),
            false if route.halt.stands(vault.now, &vault.state.breakers) => format!("halted by {}", halt_name(&route.halt)),
            false => "active".into(),
        };
        Ok(Row {
            route: Address(*address),
            pool: Address(*route.accounts().first().context("the route pins no pool")?),
            pair: vault.pair(route),
            amm: route.amm().map_or_else(|_| "unknown".into(), |amm| format!("{amm:?}")),
            active_at: Time(route.active_at),
            status,
        })
    };
    let routes = context.cluster.routes(&vault.address).await?;
    context.print(&RoutesView { routes: routes.iter().map(row).collect::<Result<_>>()? })
}
