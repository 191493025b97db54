//! What creating a vault still takes.

use std::collections::HashMap;

use ballast_client::{AccountMeta, Instruction};
use ballast_view::Refusal;
use ballast_view::deployment::{Answer, Plan, Question, Step};
use ballast_view::vault_file::VaultFile;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::chain::{AccountInput, account, address};
use crate::json::Integer;
use crate::settings::refused;

/// See `types.ts`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Input {
    toml: String,
    admin: String,
    accounts: HashMap<String, Option<AccountInput>>,
    recent_slot: Option<Integer<u64>>,
    lookup_table: Option<String>,
    #[serde(default)]
    shard: u16,
}

/// `DeploymentPlan` of `types.ts`.
#[derive(Serialize)]
#[serde(untagged)]
pub enum Output {
    /// These accounts must be looked at first.
    Wanted {
        /// The vault to be.
        vault: String,
        /// Their addresses.
        wanted: Vec<String>,
    },
    /// All that is missing.
    #[serde(rename_all = "camelCase")]
    Plan {
        /// The vault to be.
        vault: String,
        /// Its lookup table.
        lookup_table: Option<String>,
        /// In order.
        steps: Vec<StepOutput>,
    },
}

/// `DeploymentStep` of `types.ts`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StepOutput {
    name: &'static str,
    about: &'static str,
    transactions: Vec<Vec<InstructionOutput>>,
    is_done: bool,
}

/// `RawInstruction` of `types.ts`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InstructionOutput {
    program_address: String,
    accounts: Vec<MetaOutput>,
    data: String,
}

#[derive(Serialize)]
struct MetaOutput {
    address: String,
    role: u8,
}

/// Answers.
///
/// # Errors
/// Where the file is wrong, or the chain has something else in the vault's place.
pub fn answer(input: Input) -> Result<Output, Refusal> {
    let file = VaultFile::parse("vault.toml", &input.toml).map_err(refused("VaultFile"))?;
    let known = |(place, input): (String, Option<AccountInput>)| Ok((address(&place)?, input.map(account).transpose()?));
    let accounts = input.accounts.into_iter().map(known).collect::<Result<_, Refusal>>()?;
    let question = Question {
        file: &file,
        admin: address(&input.admin)?,
        accounts: &accounts,
        shard: input.shard,
        lookup_table: input.lookup_table.as_deref().map(address).transpose()?,
        recent_slot: input.recent_slot.map(|slot| slot.0),
    };
    let vault = question.vault().to_string();
    Ok(match question.answer().map_err(refused("Deployment"))? {
        Answer::Wanted(wanted) => Output::Wanted { vault, wanted: wanted.iter().map(ToString::to_string).collect() },
        Answer::Plan(Plan { lookup_table, steps }) => {
            let steps = steps.into_iter().map(StepOutput::of).collect();
            Output::Plan { vault, lookup_table: lookup_table.map(|table| table.to_string()), steps }
        }
    })
}

impl StepOutput {
    fn of(Step { name, about, missing }: Step) -> Self {
        let is_done = missing.as_ref().is_some_and(Vec::is_empty);
        let transactions = missing.unwrap_or_default().into_iter();
        let transactions = transactions.map(|instructions| instructions.into_iter().map(InstructionOutput::of).collect());
        Self { name, about, transactions: transactions.collect(), is_done }
    }
}

impl InstructionOutput {
    fn of(Instruction { program_id, accounts, data }: Instruction) -> Self {
        let accounts = accounts.into_iter().map(MetaOutput::of).collect();
        Self { program_address: program_id.to_string(), accounts, data: STANDARD.encode(data) }
    }
}

impl MetaOutput {
    /// The role as kit numbers it: writable counts one, signing two.
    fn of(AccountMeta { pubkey, is_signer, is_writable }: AccountMeta) -> Self {
        Self { address: pubkey.to_string(), role: u8::from(is_writable) + 2 * u8::from(is_signer) }
    }
}
