//! `ballast vault list`.

use anyhow::Result;
use ballast_client::ballast::state::Vault;
use serde::Serialize;

use crate::context::Context;
use crate::output::{Address, Tokens, Usd, View, columns, known};
use ballast_view::prices::is_priced;
use ballast_view::quote;
use ballast_view::status::status;

#[derive(Debug, Serialize)]
struct ListView {
    vaults: Vec<Row>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    address: Address,
    name: Option<String>,
    assets: Vec<String>,
    nav_usd: Option<Usd>,
    shares: Tokens,
    status: String,
}

impl View for ListView {
    fn table(&self) -> String {
        if self.vaults.is_empty() {
            return "There are no vaults on this cluster; `ballast vault create -f vault.toml` makes one.".into();
        }
        let row = |row: &Row| {
            let name = row.name.clone().unwrap_or_else(|| "-".into());
            [name, row.address.to_string(), row.assets.join(" "), known(row.nav_usd), row.shares.to_string(), row.status.clone()]
        };
        columns(["name", "vault", "assets", "NAV (USD)", "shares", "status"], self.vaults.iter().map(row))
    }
}

/// Lists every vault.
///
/// # Errors
/// Where the cluster does not answer.
pub async fn run(context: &Context) -> Result<()> {
    let now = context.cluster.now().await?;
    let vaults = context.cluster.vaults().await?;
    let row = |(address, vault): &(_, Vault)| {
        let in_basket = vault.assets().iter().filter(|asset| !asset.is_removed());
        Ok(Row {
            address: Address(*address),
            name: context.symbols.vault_name(address),
            assets: in_basket.map(|asset| context.symbols.symbol(&asset.mint)).collect(),
            nav_usd: is_priced(vault).then(|| quote::nav_usd(vault, now)).transpose()?.map(Usd),
            shares: Tokens::shares(vault.total_shares),
            status: status(vault, now).join(", "),
        })
    };
    context.print(&ListView { vaults: vaults.iter().map(row).collect::<Result<_>>()? })
}
