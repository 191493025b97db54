//! Calls about parameters: what they are, and what a change of them would be.

#[cfg(test)]
mod tests;

use ballast_client::Pubkey;
use ballast_client::anchor_lang::{AnchorDeserialize, AnchorSerialize};
use ballast_client::ballast::state::{Change, OracleKind, Vault};
use ballast_core::strategy::allocation::Allocation;
use ballast_core::strategy::profile::{Preset, Profile};
use ballast_view::Refusal;
use ballast_view::change::{Named, Request, describe, kind};
use ballast_view::settings::{Configuration, Setting};
use ballast_view::vault_file::{PriceFeed, VaultFile};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize};

use crate::chain::{address, bytes, vault};
use crate::json::respond;

/// See `CALLS` in the crate's root.
pub fn call(name: &str, request: &str) -> Option<Result<String, Refusal>> {
    Some(match name {
        "configuration" => respond(request, configuration),
        "profile" => respond(request, profile),
        "change" => respond(request, change),
        "describe" => respond(request, described),
        _ => return None,
    })
}

/// What is asked of settings or a file is wrong, in the view's words.
pub fn refused(name: &str) -> impl FnOnce(anyhow::Error) -> Refusal {
    move |error| Refusal::new(name, format!("{error:#}"))
}

/// `Configuration` of `types.ts`.
#[derive(Serialize)]
pub struct Parameters {
    #[serde(flatten)]
    configuration: Configuration,
    allocations: Vec<AllocationOutput>,
}

impl Parameters {
    /// Those of a vault and its assets.
    pub fn new<'a>(configuration: Configuration, allocations: impl Iterator<Item = &'a Allocation>) -> Self {
        Self { configuration, allocations: allocations.map(AllocationOutput::of).collect() }
    }
}

/// `AllocationParameters` of `types.ts`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AllocationOutput {
    target_bps: u16,
    min_bps: u16,
    max_bps: u16,
    band_abs_bps: u16,
    band_rel_bps: u16,
}

impl AllocationOutput {
    /// An asset's.
    pub fn of(allocation: &Allocation) -> Self {
        let Allocation { target_bps, min_bps, max_bps, band_abs_bps, band_rel_bps, .. } = *allocation;
        Self { target_bps, min_bps, max_bps, band_abs_bps, band_rel_bps }
    }
}

#[derive(Deserialize)]
struct OfVault {
    vault: String,
}

fn configuration(input: OfVault) -> Result<Parameters, Refusal> {
    let vault = vault(&input.vault)?;
    Ok(Parameters::new(Configuration::of(&vault), vault.assets().iter().map(|asset| &asset.allocation)))
}

#[derive(Deserialize)]
struct OfProfile {
    name: String,
}

/// `ProfileConfiguration` of `types.ts`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ProfileOutput {
    #[serde(flatten)]
    parameters: Parameters,
    band_abs_bps: u16,
    band_rel_bps: u16,
}

fn profile(OfProfile { name }: OfProfile) -> Result<ProfileOutput, Refusal> {
    let wrong = || {
        let names = Profile::ALL.map(Profile::name).join(", ");
        Refusal::new("UnknownProfile", format!("there is no profile `{name}`; there are {names}"))
    };
    let profile = Profile::from_name(&name).ok_or_else(wrong)?;
    let Preset { band_abs_bps, band_rel_bps, .. } = profile.preset();
    let parameters = Parameters::new(Configuration::of_profile(profile), [].into_iter());
    Ok(ProfileOutput { parameters, band_abs_bps, band_rel_bps })
}

/// `Feed` of `types.ts`.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FeedText {
    /// A pull feed's id.
    FeedId(String),
    /// A push account.
    PriceAccount(String),
}

impl FeedText {
    /// A price feed's.
    pub fn of(price: &PriceFeed) -> Self {
        match price.oracle {
            OracleKind::PythPull => Self::FeedId(price.feed_id()),
            OracleKind::PythPush => Self::PriceAccount(Pubkey::new_from_array(price.feed).to_string()),
        }
    }

    fn read(&self) -> Result<PriceFeed, Refusal> {
        match self {
            Self::FeedId(id) => PriceFeed::pull(id).map_err(refused("Feed")),
            Self::PriceAccount(account) => Ok(PriceFeed::push(&address(account)?)),
        }
    }
}

/// `ChangeRequest` of `types.ts`.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
enum ChangeRequest {
    Limits {
        settings: Vec<String>,
    },
    Breakers {
        settings: Vec<String>,
    },
    Strategy {
        toml: String,
    },
    Stress {
        toml: String,
    },
    Roles {
        #[serde(default, deserialize_with = "given")]
        manager: Option<Option<String>>,
        #[serde(default, deserialize_with = "given")]
        forecaster: Option<Option<String>>,
        #[serde(default, deserialize_with = "given")]
        fee_recipient: Option<Option<String>>,
    },
    Guardian {
        address: String,
    },
    Targets {
        targets_bps: Vec<u16>,
        duration_secs: u32,
    },
    AddAsset {
        feed: FeedText,
        band_abs_bps: u16,
        band_rel_bps: u16,
        max_bps: u16,
    },
    RemoveAsset {
        asset: u8,
    },
    ReleaseAsset {
        asset: u8,
    },
    Feed {
        asset: u8,
        feed: FeedText,
    },
}

/// `null` is somebody's choice of nobody; what is left out is no choice.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    <Option<_> as Deserialize>::deserialize(deserializer).map(Some)
}

fn holder(role: Option<Option<String>>) -> Result<Option<Pubkey>, Refusal> {
    match role {
        None => Ok(None),
        Some(None) => Ok(Some(Pubkey::default())),
        Some(Some(holder)) => address(&holder).map(Some),
    }
}

fn settings(texts: &[String]) -> Result<Vec<Setting>, Refusal> {
    texts.iter().map(|text| text.parse().map_err(refused("Settings"))).collect()
}

fn file(toml: &str) -> Result<Box<VaultFile>, Refusal> {
    VaultFile::parse("vault.toml", toml).map(Box::new).map_err(refused("VaultFile"))
}

impl ChangeRequest {
    fn read(self) -> Result<Request, Refusal> {
        Ok(match self {
            Self::Limits { settings: texts } => Request::Limits(settings(&texts)?),
            Self::Breakers { settings: texts } => Request::Breakers(settings(&texts)?),
            Self::Strategy { toml } => Request::Strategy(file(&toml)?),
            Self::Stress { toml } => Request::Stress(file(&toml)?),
            Self::Roles { manager, forecaster, fee_recipient } => Request::Roles {
                manager: holder(manager)?,
                forecaster: holder(forecaster)?,
                fee_recipient: holder(fee_recipient)?,
            },
            Self::Guardian { address: guardian } => Request::Guardian(address(&guardian)?),
            Self::Targets { targets_bps, duration_secs } => Request::Targets { targets_bps, duration_secs },
            Self::AddAsset { feed, band_abs_bps, band_rel_bps, max_bps } => {
                Request::AddAsset { price: feed.read()?, band_abs_bps, band_rel_bps, max_bps }
            }
            Self::RemoveAsset { asset } => Request::RemoveAsset(asset),
            Self::ReleaseAsset { asset } => Request::ReleaseAsset(asset),
            Self::Feed { asset, feed } => Request::Feed(asset, feed.read()?),
        })
    }
}

#[derive(Deserialize)]
struct Wanted {
    vault: String,
    #[serde(default)]
    names: Vec<String>,
    change: ChangeRequest,
}

/// `ChangeDescription` of `types.ts`.
#[derive(Serialize)]
struct Description {
    kind: &'static str,
    lines: Vec<String>,
    loosens: Option<&'static str>,
}

impl Description {
    fn of(change: &Change, vault: &Vault, names: &[String]) -> Result<Self, Refusal> {
        let lines = describe(change, Named { vault, names }).map_err(refused("Change"))?;
        Ok(Self { kind: kind(change), lines, loosens: change.loosened(vault) })
    }
}

/// `BuiltChange` of `types.ts`.
#[derive(Serialize)]
struct Built {
    bytes: String,
    #[serde(flatten)]
    description: Description,
}

fn change(input: Wanted) -> Result<Built, Refusal> {
    let (vault, names) = named(&input.vault, input.names)?;
    let change = input.change.read()?.build(Named { vault: &vault, names: &names }).map_err(refused("Change"))?;
    // What the program refuses however the vault is.
    change.validate()?;
    let mut bytes = Vec::with_capacity(Change::MAX_BYTES);
    let written = change.serialize(&mut bytes);
    written.map_err(|error| Refusal::new("Change", format!("the change cannot be written: {error}")))?;
    Ok(Built { bytes: STANDARD.encode(bytes), description: Description::of(&change, &vault, &names)? })
}

#[derive(Deserialize)]
struct Queued {
    vault: String,
    #[serde(default)]
    names: Vec<String>,
    change: String,
}

fn described(input: Queued) -> Result<Description, Refusal> {
    let (vault, names) = named(&input.vault, input.names)?;
    let wrong = |_| Refusal::new("Change", "these bytes are not a change; read the queued change's account again");
    let change: Change = Change::try_from_slice(&bytes(&input.change)?).map_err(wrong)?;
    Description::of(&change, &vault, &names)
}

/// A vault, and names for all its assets: their mints where there are no others.
fn named(account: &str, mut names: Vec<String>) -> Result<(Box<Vault>, Vec<String>), Refusal> {
    let vault = vault(account)?;
    names.extend(vault.assets().iter().skip(names.len()).map(|asset| asset.mint.to_string()));
    Ok((vault, names))
}
