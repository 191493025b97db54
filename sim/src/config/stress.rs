//! The stress test: shocks by the assets' names become the core's vectors in the basket's order.

use anyhow::Result;
use ballast_core::MAX_ASSETS;
use ballast_core::limits::OutOfBounds;
use ballast_core::risk::stress::{DEFAULT, MAX_SHOCKS, Stress};
use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use super::Config;
use super::document::{Document, SHOCKS};
use super::problem::{Problem, Problems};

/// The worst days of the bundled prices, as a configuration file.
const BUNDLED: &str = include_str!("../../../data/stress.toml");

/// The stress test of the bundled prices' worst days, for a basket that has their assets.
///
/// # Errors
/// Where the basket lacks one of them.
pub fn bundled_stress(basket: &[String]) -> Result<Stress> {
    let document = Document::parse("data/stress.toml", BUNDLED)?;
    Ok(Config::read(&document, basket)?.setup.stress)
}

/// The fields of `[stress]` but for the shocks.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fields {
    max_loss_bps: u16,
}

impl Default for Fields {
    fn default() -> Self {
        Self { max_loss_bps: DEFAULT.max_loss_bps }
    }
}

impl Fields {
    /// The field that is out of the core's bounds, if any.
    pub(super) fn fault(&self) -> Option<String> {
        let stress = Stress { max_loss_bps: self.max_loss_bps, ..DEFAULT };
        stress.validate().err().map(|OutOfBounds(field)| field.to_string())
    }

    /// With the document's shocks of `basket`. Assets that a shock does not name do not move.
    pub(super) fn stress(&self, document: &Document, basket: &[String], problems: &mut Problems) -> Stress {
        let mut stress = Stress { max_loss_bps: self.max_loss_bps, ..DEFAULT };
        let given = document.shocks();
        if given.len() > MAX_SHOCKS {
            let message = format!("{} shocks, but a vault holds {MAX_SHOCKS}", given.len());
            problems.note(document.problem(&format!("{SHOCKS}.{MAX_SHOCKS}"), message));
        }
        for (number, (table, shock)) in given.iter().zip(&mut stress.shocks).enumerate() {
            let at = format!("{SHOCKS}.{number}");
            for (name, value) in table {
                if let Some((index, moved)) = problems.sift(asset_move(document, basket, &at, (name, value))) {
                    shock.moves_bps[index] = moved;
                }
            }
            // The core takes a vector of zeros for the end of the list.
            if is_still(table) {
                problems.note(document.problem(&at, "the shock moves no asset"));
            }
        }
        stress
    }
}

/// The asset that a shock names, and its move.
fn asset_move(
    document: &Document,
    basket: &[String],
    at: &str,
    (name, value): (&String, &Value),
) -> Result<(usize, i16), Problem> {
    let problem = |message: String| document.problem(&format!("{at}.{name}"), message);
    let index = basket.iter().position(|asset| asset == name).filter(|index| *index < MAX_ASSETS);
    let index = index.ok_or_else(|| problem(format!("there is no asset `{name}`; there are {}", basket.join(", "))))?;
    let wrong = || format!("{name} is {value}; its move must be a whole number of basis points from -10000 to 10000");
    Ok((index, move_bps(value).ok_or_else(|| problem(wrong()))?))
}

fn is_still(shock: &Table) -> bool {
    shock.values().all(|value| value.as_integer() == Some(0))
}

/// The core says what a move may be.
fn move_bps(value: &Value) -> Option<i16> {
    let moved = i16::try_from(value.as_integer()?).ok()?;
    let mut stress = DEFAULT;
    stress.shocks[0].moves_bps[0] = moved;
    stress.validate().is_ok().then_some(moved)
}

#[cfg(test)]
mod tests {
    use super::super::basket;
    use super::*;

    fn read(text: &str) -> Result<Stress> {
        let document = Document::parse("f", text)?;
        Ok(Config::read(&document, &basket(&document, None)?)?.setup.stress)
    }

    #[test]
    fn a_file_without_shocks_has_none() {
        assert_eq!(read("").unwrap(), DEFAULT);
    }

    #[test]
    fn shocks_are_in_the_baskets_order_whatever_the_files() {
        let stress =
            read("[stress]\nmax_loss_bps = 4000\n[[stress.shocks]]\nSOL = -5000\nBTC = -3000\n[[stress.shocks]]\nUSDC = -200\n");
        let stress = stress.unwrap();
        assert_eq!(stress.max_loss_bps, 4_000);
        let moves = stress.shocks.map(|shock| shock.moves_bps);
        assert_eq!(moves[0][..4], [-3_000, 0, -5_000, 0]);
        assert_eq!(moves[1][..4], [0, 0, 0, -200]);
        assert!(moves[2..].iter().flatten().all(|moved| *moved == 0));
    }

    #[test]
    fn wrong_shocks_name_file_line_and_fault() {
        let many = "[[stress.shocks]]\nBTC = -1\n".repeat(9);
        for (text, expected) in [
            ("[stress]\nmax_loss_bps = 10001", "f:2: stress.max_loss_bps is 10001; it must lie between 1 and 10000"),
            ("[stress]\nmax_losses = 1", "f:2: there is no field `max_losses` in [stress]; there are max_loss_bps"),
            ("[stress]\nshocks = 3", "f:2: write each shock as a table [[stress.shocks]]"),
            ("[[stress.shocks]]\nDOGE = -1", "f:2: there is no asset `DOGE`; there are BTC, ETH, SOL, USDC"),
            ("[[stress.shocks]]\nBTC = -10001", "f:2: BTC is -10001; its move must be a whole number"),
            ("[[stress.shocks]]\nBTC = -0.5", "f:2: BTC is -0.5; its move must be"),
            ("[[stress.shocks]]\nBTC = 0", "f:1: the shock moves no asset"),
            (&many, "f:17: 9 shocks, but a vault holds 8"),
        ] {
            let error = format!("{:#}", read(text).unwrap_err());
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
