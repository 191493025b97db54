//! `ballast admin …`.

use anyhow::Result;
use ballast_client::{Pubkey, instruction};
use clap::{Args, Subcommand};

use crate::authority::Authority;
use crate::confirm::Confirmation;
use crate::context::Context;

/// Who administers a vault.
#[derive(Debug, Subcommand)]
pub enum AdminCommand {
    /// Propose another admin; nothing changes until they accept
    Transfer(TransferArgs),
    /// Accept the admin's role: by the proposed admin
    Accept(AcceptArgs),
}

/// To whom.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  ballast admin transfer ADDRESS\n  ballast admin accept --keypair new-admin.json")]
pub struct TransferArgs {
    /// The new admin's address
    to: Pubkey,
    #[command(flatten)]
    confirmation: Confirmation,
    #[command(flatten)]
    authority: Authority,
}

/// By whom.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  ballast admin accept\n  ballast admin accept --unsigned --signer MULTISIG")]
pub struct AcceptArgs {
    #[command(flatten)]
    authority: Authority,
}

/// Runs the command.
///
/// # Errors
/// Where the program refuses.
pub async fn run(context: &Context, command: &AdminCommand) -> Result<()> {
    let vault = context.vault().await?;
    match command {
        AdminCommand::Transfer(args) => {
            let admin = args.authority.address(context)?;
            let (now, to) = (vault.state.admin, args.to);
            // What is only printed is asked about by whoever signs it.
            if !args.authority.is_unsigned() {
                let what = format!("Admin of the vault {}: {now}. Proposed: {to}, who has to accept.", vault.address);
                args.confirmation.ask(context, &what)?;
            }
            let propose = instruction::propose_admin(admin, vault.address, args.to);
            args.authority.act(context, &[propose], &[], format!("{to} is proposed; they run `ballast admin accept`")).await
        }
        AdminCommand::Accept(args) => {
            let admin = args.authority.address(context)?;
            let accept = instruction::accept_admin(admin, vault.address);
            args.authority.act(context, &[accept], &[], format!("{admin} is the admin")).await
        }
    }
}
