//! `ballast ramp`: slow moves of the targets.

use anyhow::{Context as _, Result, ensure};
use ballast_client::ballast::state::RampArgs as Ramp;
use ballast_client::instruction;
use ballast_sim::config::written;
use ballast_view::change::ramp;
use ballast_view::settings::Setting;
use clap::Args;

use crate::authority::Authority;
use crate::context::{Context, OpenVault};

/// Where the targets go.
#[derive(Args, Clone, Debug)]
pub struct Targets {
    /// Every asset's target at the end, such as `BTC=40% ETH=30% USDC=30%`
    #[arg(required = true, value_name = "TOKEN=PERCENT")]
    targets: Vec<Setting>,
    /// How long it takes, such as `12h` or `7d`; an hour to a year
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    over: u32,
}

/// The ramp.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  ballast ramp BTC=40% ETH=30% SOL=10% USDC=20% --over 7d\n\nNo faster than the vault's max_ramp_bps_per_day; `ballast propose targets` queues a faster one."
)]
pub struct RampArgs {
    #[command(flatten)]
    targets: Targets,
    #[command(flatten)]
    authority: Authority,
}

fn duration(text: &str) -> Result<u32> {
    u32::try_from(written::secs(text)?).context("at most a year")
}

impl Targets {
    /// The ramp of a vault.
    ///
    /// # Errors
    /// Where an asset is missing or the targets do not sum to the whole.
    pub fn ramp(&self, context: &Context, vault: &OpenVault) -> Result<Ramp> {
        let mut targets_bps = vec![None; vault.state.assets().len()];
        for Setting { name, value } in &self.targets {
            let index = usize::from(vault.asset(&context.symbols, name)?);
            ensure!(targets_bps[index].is_none(), "{name} is there twice");
            targets_bps[index] = Some(u16::try_from(written::bps(value)?).with_context(|| format!("{name}: at most 100%"))?);
        }
        let missing: Vec<&str> =
            vault.basket().filter(|index| targets_bps[*index].is_none()).map(|index| vault.name(index)).collect();
        ensure!(missing.is_empty(), "say the target of every asset; {} are missing (0% is one)", missing.join(", "));
        ramp(&vault.state, targets_bps.into_iter().map(Option::unwrap_or_default).collect(), self.over)
    }
}

/// Starts a ramp.
///
/// # Errors
/// Where the targets are wrong, or the program refuses.
pub async fn run(context: &Context, args: &RampArgs) -> Result<()> {
    let vault = context.vault().await?;
    let Ramp { targets_bps, duration_secs } = args.targets.ramp(context, &vault)?;
    let signer = args.authority.address(context)?;
    let ramp = instruction::start_ramp(signer, vault.address, targets_bps, duration_secs);
    args.authority.act(context, &[ramp], &[], "the targets move").await
}
