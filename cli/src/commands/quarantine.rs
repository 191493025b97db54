//! `ballast quarantine`.

use anyhow::{Context as _, Result};
use ballast_client::instruction;
use clap::Args;

use crate::authority::Authority;
use crate::context::Context;

/// Which asset.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  ballast quarantine USDT\n\nThe asset then counts for nothing but redemptions in kind; `ballast propose release-asset` queues its return."
)]
pub struct QuarantineArgs {
    /// The asset
    token: String,
    #[command(flatten)]
    authority: Authority,
}

/// Takes an asset out of trading.
///
/// # Errors
/// Where the vault has no such asset, or the program refuses.
pub async fn run(context: &Context, args: &QuarantineArgs) -> Result<()> {
    let vault = context.vault().await?;
    let asset = vault.asset(&context.symbols, &args.token)?;
    let signer = args.authority.address(context)?;
    let quarantine = instruction::quarantine(signer, &vault.view, asset).context("the vault has no such asset")?;
    args.authority.act(context, &[quarantine], &[], format!("{} is quarantined", args.token)).await
}
