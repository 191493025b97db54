//! `ballast pause` and `ballast unpause`.

use anyhow::Result;
use ballast_client::ballast::state::pause;
use ballast_client::instruction;
use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::authority::Authority;
use crate::context::Context;
use ballast_view::status::{ACTIVITIES, paused};

/// Which activities.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  ballast pause all\n  ballast pause rebalance deposit-single\n  ballast unpause all --unsigned --signer MULTISIG\n\nRedemption in kind cannot be paused."
)]
pub struct PauseArgs {
    /// What to pause or resume
    #[arg(required = true, value_parser = PossibleValuesParser::new(["all", "deposit-in-kind", "deposit-single", "redeem-single", "rebalance"]))]
    activities: Vec<String>,
    #[command(flatten)]
    authority: Authority,
}

/// Pauses or resumes.
///
/// # Errors
/// Where the program refuses.
pub async fn run(context: &Context, args: &PauseArgs, is_paused: bool) -> Result<()> {
    let vault = context.vault().await?;
    let signer = args.authority.address(context)?;
    let activities = mask(&args.activities);
    let instruction = instruction::set_pause(signer, vault.address, activities, is_paused);
    let what = if is_paused { "paused" } else { "resumed" };
    args.authority.act(context, &[instruction], &[], format!("{what}: {}", paused(activities).join(", "))).await
}

fn mask(names: &[String]) -> u8 {
    let bits = ACTIVITIES.into_iter().filter(|(activity, _)| names.iter().any(|name| name == activity));
    if names.iter().any(|name| name == "all") { pause::ALL } else { bits.fold(0, |mask, (_, bit)| mask | bit) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_programs_bits() {
        let mask = |names: &[&str]| mask(&names.iter().map(|name| name.to_string()).collect::<Vec<_>>());
        assert_eq!(mask(&["all"]), pause::ALL);
        assert_eq!(mask(&["rebalance", "deposit-single"]), pause::REBALANCE | pause::DEPOSIT_SINGLE);
        assert_eq!(ACTIVITIES.iter().fold(0, |mask, (_, bit)| mask | bit), pause::ALL, "every activity has a name");
    }
}
