//! One measurement, and measurements as JSON.

use anyhow::Result;
use serde::{Deserialize, Serialize};

/// What one instruction costs at one number of assets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The instruction, or a variant of it: `initialize_vault_and_reserves` creates the reserves too,
    /// `refresh_prices_push` reads push accounts, `deposit_in_kind_first` is the vault's first deposit, `rebalance_balanced` has
    /// the default profile's strategy and `rebalance_every_part` one with every part on, both with warm statistics.
    pub instruction: String,
    /// Number of the vault's assets.
    pub assets: usize,
    /// The AMM of the route, for the instructions that read a pool or swap on it.
    pub amm: Option<String>,
    /// Compute units of the instruction.
    pub cu: u64,
    /// Compute units of a minimal program that issues the same CPIs; `None` where the instruction issues none.
    pub bare_cu: Option<u64>,
    /// Bytes of a legacy transaction of the instruction, signature included.
    pub tx_bytes: usize,
    /// Bytes of a version-0 transaction of it that uses the vault's lookup table.
    pub tx_bytes_lut: usize,
}

/// The instructions in the order in which tables show them.
const ORDER: [&str; 28] = [
    "initialize_vault",
    "initialize_vault_and_reserves",
    "register_route",
    "configure_strategy",
    "start_ramp",
    "post_forecast",
    "propose_admin",
    "accept_admin",
    "set_pause",
    "queue_change",
    "apply_change",
    "cancel_change",
    "tighten",
    "close_route",
    "close_reserve",
    "close_vault",
    "refresh_prices",
    "refresh_prices_push",
    "observe",
    "deposit_in_kind_first",
    "deposit_in_kind",
    "deposit_single",
    "redeem_in_kind",
    "redeem_single",
    "rebalance",
    "rebalance_balanced",
    "rebalance_every_part",
    "preview_rebalance",
];

impl Row {
    /// Sorts rows as tables show them.
    pub fn rank(&self) -> (usize, Option<String>, usize) {
        let place = ORDER.iter().position(|name| *name == self.instruction).unwrap_or(ORDER.len());
        (place, self.amm.clone(), self.assets)
    }
}

/// A JSON array with a line for each row, so that a change shows as the lines it touches.
pub fn to_json(rows: &[Row]) -> Result<String> {
    let lines: Vec<String> = rows.iter().map(serde_json::to_string).collect::<Result<_, _>>()?;
    Ok(format!("[\n  {}\n]\n", lines.join(",\n  ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn to_json_is_an_array_that_reads_back() {
        let row = Row {
            instruction: "rebalance".into(),
            assets: 2,
            amm: Some("raydium_cpmm".into()),
            cu: 3,
            bare_cu: None,
            tx_bytes: 5,
            tx_bytes_lut: 4,
        };
        let json = to_json(&[row.clone(), row.clone()]).unwrap();
        let line =
            r#"{"instruction":"rebalance","assets":2,"amm":"raydium_cpmm","cu":3,"bare_cu":null,"tx_bytes":5,"tx_bytes_lut":4}"#;
        assert_eq!(json, format!("[\n  {line},\n  {line}\n]\n"));
        assert_eq!(serde_json::from_str::<Vec<Row>>(&json).unwrap(), [row.clone(), row]);
    }
}
