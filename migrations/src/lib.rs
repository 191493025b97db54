//! Deployment and configuration of a vault in numbered, idempotent steps.
//!
//! Each step looks at the chain and answers with the instructions that are still missing, so that a run that broke off is
//! simply started again, and a second run does nothing. A step is never changed once a vault was made with it; a new need
//! is a new step.

#[cfg(feature = "rpc")]
pub mod cluster;
pub mod lookup_table;
mod m0001_create_reserves;
mod m0002_create_vault;
mod m0003_register_routes;
mod m0004_configure_strategy;
mod m0005_apply_changes;

use std::cell::Cell;
use std::fmt;

use ballast_client::ballast::instructions::{AssetArgs, ConfigureStrategyArgs};
use ballast_client::core::limits::Limits;
use ballast_client::core::risk::breaker::Breakers;
use ballast_client::core::risk::stress::Stress;
use ballast_client::{Instruction, Pubkey, VaultView};

/// The chain as migrations see it.
pub trait Chain {
    /// Why a transaction was not accepted.
    type Error: fmt::Display;

    /// An account's data, if there is such an account. One that is nothing but lamports does not count: see
    /// [`decode::is_made`](ballast_client::decode::is_made).
    ///
    /// # Errors
    /// Where that cannot be found out: a step must not take an account for missing because nobody answered.
    fn account_data(&self, address: &Pubkey) -> Result<Option<Vec<u8>>, Self::Error>;

    /// Told before a step looks at the chain: for progress and records.
    fn begin(&mut self, _step: &'static str) {}

    /// Sends instructions in one transaction, signed and paid for by the admin, and waits until it is confirmed. The
    /// transaction may need a raised compute unit limit and a lookup table.
    fn send(&mut self, instructions: &[Instruction]) -> Result<(), Self::Error>;
}

/// The vault that is wanted.
#[derive(Clone, Debug)]
pub struct Deployment {
    /// Creator and first admin.
    pub admin: Pubkey,
    /// The creator's number for the vault.
    pub vault_id: u64,
    /// The vault's guardian.
    pub guardian: Pubkey,
    /// The vault's limits.
    pub limits: Limits,
    /// The basket.
    pub assets: Vec<Asset>,
    /// AMM pools to trade on.
    pub pools: Vec<Pubkey>,
    /// The strategy, with forecaster and bounds, to set before the first deposit; `None` to leave the vault its own.
    pub strategy: Option<ConfigureStrategyArgs>,
    /// When trading stops by itself; `None` to leave the vault its own, as below.
    pub breakers: Option<Breakers>,
    /// What no trade may make worse.
    pub stress: Option<Stress>,
    /// Who moves targets by slow ramps; all zeros for nobody.
    pub manager: Option<Pubkey>,
    /// Who gets the management fees; all zeros for nobody.
    pub fee_recipient: Option<Pubkey>,
}

/// An asset of the basket.
#[derive(Clone, Copy, Debug)]
pub struct Asset {
    /// Its mint.
    pub mint: Pubkey,
    /// The program that owns the mint.
    pub token_program: Pubkey,
    /// Its configuration.
    pub args: AssetArgs,
}

impl Deployment {
    /// The vault's addresses.
    pub fn view(&self) -> VaultView {
        let mints: Vec<_> = self.assets.iter().map(|asset| (asset.mint, asset.token_program)).collect();
        VaultView::new(&self.admin, self.vault_id, &mints)
    }
}

/// Why a migration stopped. What was sent before stays; run again after mending the cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MigrationError {
    /// What is on the chain differs from what is wanted, and cannot be changed by this step.
    Conflict {
        /// The step.
        step: &'static str,
        /// What differs.
        what: String,
    },
    /// The chain could not be read.
    Unreadable {
        /// The step.
        step: &'static str,
        /// Why.
        error: String,
    },
    /// A transaction was not accepted.
    Rejected {
        /// The step.
        step: &'static str,
        /// The chain's answer.
        error: String,
    },
}

impl fmt::Display for MigrationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MigrationError::Conflict { step, what } => {
                write!(f, "migration {step}: {what}; correct the configuration, or choose another vault_id for a new vault")
            }
            MigrationError::Unreadable { step, error } => write!(f, "migration {step}: the chain cannot be read: {error}"),
            MigrationError::Rejected { step, error } => write!(f, "migration {step}: the transaction was rejected: {error}"),
        }
    }
}

impl std::error::Error for MigrationError {}

/// Reads an account's data; `None` where there is no such account.
type ReadAccount<'a> = dyn Fn(&Pubkey) -> Option<Vec<u8>> + 'a;

/// What a step is for, in a few words; the steps that only a cluster has included.
pub fn about(step: &str) -> &'static str {
    match step {
        lookup_table::NAME => "a lookup table, which makes large transactions fit",
        _ => STEPS.iter().find(|known| known.name == step).map_or("", |known| known.about),
    }
}

/// One step: the instructions that are still missing, each for a transaction of its own, or what stands in the way.
struct Step {
    name: &'static str,
    about: &'static str,
    missing: fn(&Deployment, &ReadAccount) -> Result<Vec<Instruction>, String>,
}

const STEPS: [Step; 5] = [
    Step { name: "0001_create_reserves", about: "the accounts that hold the assets", missing: m0001_create_reserves::missing },
    Step {
        name: "0002_create_vault",
        about: "the vault, with its basket, guardian and limits",
        missing: m0002_create_vault::missing,
    },
    Step { name: "0003_register_routes", about: "a route for each pool to trade on", missing: m0003_register_routes::missing },
    Step {
        name: "0004_configure_strategy",
        about: "the strategy, with bounds and forecaster",
        missing: m0004_configure_strategy::missing,
    },
    Step {
        name: "0005_apply_changes",
        about: "breakers, stress test, manager and fee recipient",
        missing: m0005_apply_changes::missing,
    },
];

/// What a step would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// Nothing: what it makes is there as wanted.
    None,
    /// It would send these, each in a transaction of its own.
    Missing(Vec<Instruction>),
    /// It cannot tell yet: it needs the vault, which an earlier step makes.
    Unknown,
}

/// Runs every step, in order. Returns each step's name with the number of transactions it sent; 0 where it was done before.
///
/// # Errors
/// At the first conflict or rejected transaction; see [`MigrationError`].
pub fn run<C: Chain>(chain: &mut C, deployment: &Deployment) -> Result<Vec<(&'static str, usize)>, MigrationError> {
    STEPS.iter().map(|step| apply(step, chain, deployment).map(|sent| (step.name, sent))).collect()
}

/// What [`run`] would do, step by step, as far as that can be told before earlier steps are done. Sends nothing.
///
/// # Errors
/// At the first conflict; see [`MigrationError`].
pub fn difference<C: Chain>(chain: &C, deployment: &Deployment) -> Result<Vec<(&'static str, Difference)>, MigrationError> {
    let vault = deployment.view().address;
    let read = chain.account_data(&vault);
    let has_vault = read.map_err(|error| MigrationError::Unreadable { step: STEPS[0].name, error: error.to_string() })?.is_some();
    let of = |step: &Step| match missing(step, chain, deployment) {
        Ok(missing) if missing.is_empty() => Ok((step.name, Difference::None)),
        Ok(missing) => Ok((step.name, Difference::Missing(missing))),
        Err(MigrationError::Conflict { .. }) if !has_vault => Ok((step.name, Difference::Unknown)),
        Err(error) => Err(error),
    };
    STEPS.iter().map(of).collect()
}

fn apply<C: Chain>(step: &Step, chain: &mut C, deployment: &Deployment) -> Result<usize, MigrationError> {
    chain.begin(step.name);
    let missing = missing(step, chain, deployment)?;
    for instruction in &missing {
        let sent = chain.send(std::slice::from_ref(instruction));
        sent.map_err(|error| MigrationError::Rejected { step: step.name, error: error.to_string() })?;
    }
    Ok(missing.len())
}

/// What of a step is missing. Where an account could not be read, what the step made of its absence does not count.
fn missing<C: Chain>(step: &Step, chain: &C, deployment: &Deployment) -> Result<Vec<Instruction>, MigrationError> {
    let unreadable = Cell::new(None);
    let read = |address: &Pubkey| {
        chain.account_data(address).unwrap_or_else(|error| {
            unreadable.set(Some(error.to_string()));
            None
        })
    };
    let missing = (step.missing)(deployment, &read);
    if let Some(error) = unreadable.take() {
        return Err(MigrationError::Unreadable { step: step.name, error });
    }
    missing.map_err(|what| MigrationError::Conflict { step: step.name, what })
}
