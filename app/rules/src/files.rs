//! Calls about vaults to be: the file that describes one, what creating it takes, and what it would have done.

mod backtest;
mod deployment;
mod ranges;
#[cfg(test)]
mod tests;

use ballast_client::Pubkey;
use ballast_sim::config::problem::{Problem, Problems};
use ballast_view::settings::Configuration;
use ballast_view::vault_file::{Draft, FileAsset, VaultFile};
use ballast_view::{Refusal, mint};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use toml::Value as TomlValue;

use crate::chain::{self, AccountInput};
use crate::json::{Integer, respond};
use crate::settings::{AllocationOutput, FeedText, Parameters, refused};

/// See `CALLS` in the crate's root.
pub fn call(name: &str, request: &str) -> Option<Result<String, Refusal>> {
    Some(match name {
        "vaultFile" => respond(request, |TomlInput { toml }: TomlInput| Ok(Reading::of(&toml))),
        "writeVaultFile" => respond(request, |draft: DraftInput| Ok(TomlOutput { toml: draft.write()? })),
        "deployment" => respond(request, deployment::answer),
        "backtest" => respond(request, backtest::answer),
        "ranges" => respond(request, ranges::answer),
        "mint" => respond(request, |MintInput { account }: MintInput| mint(account)),
        _ => return None,
    })
}

/// See `creation.ts`.
#[derive(Deserialize)]
struct MintInput {
    account: AccountInput,
}

#[derive(Serialize)]
struct MintOutput {
    decimals: u8,
}

fn mint(account: AccountInput) -> Result<MintOutput, Refusal> {
    Ok(MintOutput { decimals: mint::decimals(&chain::account(account)?)? })
}

#[derive(Deserialize)]
struct TomlInput {
    toml: String,
}

#[derive(Serialize)]
struct TomlOutput {
    toml: String,
}

/// `VaultFileReading` of `types.ts`.
#[derive(Serialize)]
#[serde(untagged)]
enum Reading {
    Read { ok: bool, summary: Box<Summary> },
    Wrong { ok: bool, problems: Vec<ProblemOutput> },
}

impl Reading {
    fn of(toml: &str) -> Self {
        let mut problems = Problems::default();
        let file = VaultFile::examine("", toml, &mut problems);
        match file.filter(|_| problems.count() == 0) {
            Some(file) => Reading::Read { ok: true, summary: Box::new(Summary::of(&file)) },
            None => Reading::Wrong { ok: false, problems: problems.into_vec().into_iter().map(ProblemOutput::of).collect() },
        }
    }
}

/// `FileProblem` of `types.ts`.
#[derive(Serialize)]
struct ProblemOutput {
    path: String,
    line: Option<u32>,
    message: String,
}

impl ProblemOutput {
    fn of(Problem { path, line, message, .. }: Problem) -> Self {
        Self { path, line: line.and_then(|line| u32::try_from(line).ok()), message }
    }
}

/// `VaultFileSummary` of `types.ts`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    assets: Vec<AssetSummary>,
    vault_id: u64,
    guardian: String,
    manager: Option<String>,
    forecaster: Option<String>,
    fee_recipient: Option<String>,
    pools: Vec<String>,
    configuration: Parameters,
}

#[derive(Serialize)]
struct AssetSummary {
    name: String,
    mint: String,
    feed: FeedText,
    allocation: AllocationOutput,
}

impl Summary {
    fn of(file: &VaultFile) -> Self {
        let somebody = |holder: &Pubkey| (*holder != Pubkey::default()).then(|| holder.to_string());
        let setup = &file.setup;
        let (limits, breakers, stress, strategy) = (setup.limits, setup.breakers, setup.stress, setup.strategy);
        let configuration = Configuration { limits, breakers, stress, strategy };
        let assets = file.names.iter().zip(&file.assets).zip(&setup.allocations);
        let asset = |((name, asset), allocation): ((&String, &FileAsset), _)| AssetSummary {
            name: name.clone(),
            mint: asset.mint.to_string(),
            feed: FeedText::of(&asset.price),
            allocation: AllocationOutput::of(allocation),
        };
        Self {
            assets: assets.map(asset).collect(),
            vault_id: file.vault_id,
            guardian: file.guardian.to_string(),
            manager: somebody(&file.manager),
            forecaster: somebody(&file.forecaster),
            fee_recipient: somebody(&file.fee_recipient),
            pools: file.pools.iter().map(ToString::to_string).collect(),
            configuration: Parameters::new(configuration, setup.allocations.iter()),
        }
    }
}

/// `VaultDraft` of `types.ts`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DraftInput {
    #[serde(flatten)]
    draft: Draft,
    vault_id: Integer<u64>,
    #[serde(default)]
    overrides: serde_json::Map<String, Value>,
}

impl DraftInput {
    fn write(mut self) -> Result<String, Refusal> {
        self.draft.vault_id = self.vault_id.0;
        for (name, value) in self.overrides {
            let value = parameter(&name, value)?;
            self.draft.overrides.insert(name, value);
        }
        self.draft.write().map_err(refused("VaultFile"))
    }
}

/// A `Parameter` of `types.ts` as the file has it.
fn parameter(path: &str, value: Value) -> Result<TomlValue, Refusal> {
    let wrong = |value: &Value| Refusal::new("Parameter", format!("{path} is {value}, which a vault file cannot hold"));
    let inner = |name: &str, value| parameter(&format!("{path}.{name}"), value);
    match value {
        Value::Bool(is_on) => Ok(TomlValue::Boolean(is_on)),
        Value::String(text) => Ok(TomlValue::String(text)),
        Value::Number(ref number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Ok(TomlValue::Integer(whole)),
            (None, Some(float)) => Ok(TomlValue::Float(float)),
            (None, None) => Err(wrong(&value)),
        },
        Value::Array(items) => {
            let items = items.into_iter().enumerate().map(|(number, item)| inner(&number.to_string(), item));
            items.collect::<Result<_, _>>().map(TomlValue::Array)
        }
        Value::Object(ref fields) if fields.len() == 1 && fields.contains_key("$") => {
            let Integer(whole) = serde_json::from_value(value.clone()).map_err(|_| wrong(&value))?;
            Ok(TomlValue::Integer(whole))
        }
        Value::Object(fields) => {
            let fields = fields.into_iter().map(|(name, value)| Ok((name.clone(), inner(&name, value)?)));
            fields.collect::<Result<_, _>>().map(TomlValue::Table)
        }
        Value::Null => Err(wrong(&value)),
    }
}
