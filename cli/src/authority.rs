//! Who signs what a command does: the wallet's keypair, or a multisig to which the unsigned transaction is printed.

use anyhow::{Result, bail};
use ballast_client::{AddressLookupTableAccount, Instruction, Pubkey, transaction};
use clap::Args;
use serde::Serialize;

use crate::context::Context;
use crate::output::{Address, Tokens, View, fields};

/// Who signs.
#[derive(Args, Clone, Copy, Debug)]
pub struct Authority {
    /// Print the transaction instead of signing and sending it, for a multisig such as Squads, which takes over its instructions; signed
    /// as it is, it has to land within about a minute
    #[arg(long, global = true, requires = "signer", help_heading = "Multisig")]
    unsigned: bool,
    /// Who is going to sign and pay: the multisig's address
    #[arg(long, global = true, value_name = "ADDRESS", requires = "unsigned", help_heading = "Multisig")]
    signer: Option<Pubkey>,
}

/// What was sent, or is to be signed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", untagged)]
pub enum Outcome {
    /// A confirmed transaction.
    Sent {
        /// What it did.
        done: String,
        /// Its signature.
        signature: String,
        /// The slot in which it was confirmed.
        slot: u64,
        /// What it cost.
        fee: Tokens,
    },
    /// A transaction without signatures.
    Unsigned {
        /// What it would do.
        would: String,
        /// Who must sign and pay.
        signer: Address,
        /// A versioned transaction in base64.
        transaction: String,
    },
}

impl View for Outcome {
    fn table(&self) -> String {
        match self {
            Outcome::Sent { done, signature, fee, .. } => {
                format!("{done}\n\n{}", fields([("signature", signature.clone()), ("network fee", fee.to_string())]))
            }
            Outcome::Unsigned { transaction, .. } => transaction.clone(),
        }
    }
}

impl Authority {
    /// Whether nothing is sent.
    pub fn is_unsigned(&self) -> bool {
        self.unsigned
    }

    /// The address that signs.
    ///
    /// # Errors
    /// Where the keypair cannot be read.
    pub fn address(&self, context: &Context) -> Result<Pubkey> {
        match self.signer {
            Some(signer) => Ok(signer),
            None => context.wallet(),
        }
    }

    /// Sends the instructions in one transaction, or prepares it for others to sign. Either way it is simulated first.
    ///
    /// # Errors
    /// Where the cluster or a program refuses; nothing has happened then.
    pub async fn execute(
        &self,
        context: &Context,
        instructions: &[Instruction],
        tables: &[AddressLookupTableAccount],
        done: String,
    ) -> Result<Outcome> {
        if instructions.is_empty() {
            bail!("there is nothing to do");
        }
        let Some(signer) = self.signer else {
            let sent = context.sender(context.keypair()?).send(instructions, &[], tables).await?;
            let fee = Tokens::lamports(sent.fee_lamports);
            return Ok(Outcome::Sent { done, signature: sent.signature.to_string(), slot: sent.slot, fee });
        };
        context.cluster.simulate(&signer, instructions, tables).await?;
        let blockhash = context.cluster.rpc().get_latest_blockhash().await?;
        let transaction = transaction::unsigned(&signer, instructions, tables, blockhash)?;
        Ok(Outcome::Unsigned { would: done, signer: Address(signer), transaction })
    }

    /// As [`execute`](Self::execute), printed.
    ///
    /// # Errors
    /// As there.
    pub async fn act(
        &self,
        context: &Context,
        instructions: &[Instruction],
        tables: &[AddressLookupTableAccount],
        done: impl Into<String>,
    ) -> Result<()> {
        let outcome = self.execute(context, instructions, tables, done.into()).await?;
        context.print(&outcome)
    }
}
