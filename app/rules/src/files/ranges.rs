//! What is allowed for parameters of a vault file.

use std::collections::BTreeMap;

use ballast_sim::config::range::Allowed;
use ballast_sim::config::{Document, meant, ranges};
use ballast_view::Refusal;
use serde::{Deserialize, Serialize};

use crate::settings::refused;

/// See `creation.ts`.
#[derive(Deserialize)]
pub struct Input {
    toml: String,
    paths: Vec<String>,
}

/// `Range` of `creation.ts`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    least: u32,
    most: Option<u32>,
    or_zero: bool,
}

/// Answers.
///
/// # Errors
/// Where the file has not the form of one.
pub fn answer(Input { toml, paths }: Input) -> Result<BTreeMap<String, Output>, Refusal> {
    let document = Document::parse("vault.toml", &toml).map_err(refused("VaultFile"))?;
    let ranges = ranges(&document, &meant(&document), &paths);
    Ok(ranges.into_iter().map(|(path, allowed)| (path, Output::of(allowed))).collect())
}

impl Output {
    fn of(Allowed { least, most, or_zero }: Allowed) -> Self {
        Self { least, most, or_zero }
    }
}
