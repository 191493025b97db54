//! The project's targets, and the measurements held against them.

use ballast_tests::transaction::MAX_TRANSACTION_BYTES;

use crate::{row::Row, snapshot::Snapshot, table};

/// Compute units that a price's refresh may take.
const PRICE_CU: u64 = 1_500;
/// Compute units that `rebalance` may take beyond its swap: at 2 assets, and more with each asset up to 16.
const REBALANCE_CU: u64 = 25_000;
const REBALANCE_CU_AT_16: u64 = 35_000;
/// Compute units that `rebalance` may take beyond its swap with every part of a strategy on.
const EVERY_PART_CU: u64 = 200_000;
/// Compute units that `rebalance` may take beyond one and a half times its swap with the default profile.
const BALANCED_CU: u64 = 60_000;
/// Compute units that an observation may take, with every part on: half of what a transaction has that asks for nothing.
const OBSERVE_CU: u64 = 100_000;
/// Compute units that deposits and redemptions in kind may take beyond one and a half times their transfers.
const IN_KIND_CU: u64 = 10_000;
/// The largest vault whose instructions must do without a lookup table.
const LEGACY_ASSETS: usize = 4;

/// What the columns mean.
pub const NOTES: &str = "\
CU: the instruction's own, without the 150 of the instruction that sets the transaction's limit.
bare CU: of a minimal program in Ballast's place that issues the same CPIs on the same accounts.
bytes: signature included, and the setting of the limit where the instruction takes more than 200,000 CU.
targets: CU as shown; 1,232 bytes, as a legacy transaction up to 4 assets, with the vault's lookup table (LUT) beyond.
";

/// The most compute units that the row may take; `None` where no target says.
fn cu_target(row: &Row) -> Option<u64> {
    let assets = row.assets as u64;
    match row.instruction.as_str() {
        "rebalance" => {
            let valuation = (REBALANCE_CU_AT_16 - REBALANCE_CU) * assets.saturating_sub(2) / 14;
            Some(row.bare_cu? + REBALANCE_CU + valuation)
        }
        "rebalance_every_part" => Some(row.bare_cu? + EVERY_PART_CU),
        "rebalance_balanced" => Some(row.bare_cu? * 3 / 2 + BALANCED_CU),
        "observe" => Some(OBSERVE_CU),
        "deposit_in_kind"
        | "deposit_in_kind_first"
        | "deposit_in_kind_with_fee"
        | "redeem_in_kind"
        | "redeem_in_kind_claiming"
        | "redeem_in_kind_with_fee" => Some(row.bare_cu? * 3 / 2 + IN_KIND_CU),
        "refresh_prices" | "refresh_prices_push" => Some(PRICE_CU * assets),
        _ => None,
    }
}

/// The targets that the row misses, and by how much.
fn missed(row: &Row) -> Vec<String> {
    let cu = cu_target(row).and_then(|target| over("CU", row.cu, target));
    let limit = MAX_TRANSACTION_BYTES as u64;
    let legacy = if row.assets <= LEGACY_ASSETS { over("bytes", row.tx_bytes as u64, limit) } else { None };
    let version_0 = over("bytes with LUT", row.tx_bytes_lut as u64, limit);
    [cu, legacy, version_0].into_iter().flatten().collect()
}

fn over(what: &str, value: u64, target: u64) -> Option<String> {
    (value > target).then(|| format!("{what} +{}", table::grouped(value - target)))
}

/// All measurements as a table with their targets.
pub fn report(snapshot: &Snapshot) -> String {
    let header = ["instruction", "amm", "assets", "CU", "bare CU", "ratio", "CU target", "bytes", "with LUT", "targets"];
    let header = header.map(String::from).to_vec();
    let rows: Vec<_> = [header].into_iter().chain(snapshot.rows.iter().map(cells)).collect();
    let missing = snapshot.rows.iter().filter(|row| !missed(row).is_empty()).count();
    format!(
        "{}\n{NOTES}\n{}\nballast.so: {} bytes\nrows that miss a target: {missing} of {}\n",
        table::text(&rows, 2),
        refreshes(&snapshot.rows),
        table::grouped(snapshot.program_bytes),
        snapshot.rows.len()
    )
}

fn cells(row: &Row) -> Vec<String> {
    let missed = missed(row);
    vec![
        row.instruction.clone(),
        row.amm.clone().unwrap_or_default(),
        row.assets.to_string(),
        table::grouped(row.cu),
        table::number(row.bare_cu),
        row.bare_cu.map_or("-".into(), |bare| format!("{:.2}", row.cu as f64 / bare as f64)),
        table::number(cu_target(row)),
        table::grouped(row.tx_bytes as u64),
        table::grouped(row.tx_bytes_lut as u64),
        if missed.is_empty() { "met".into() } else { format!("MISSED: {}", missed.join(", ")) },
    ]
}

/// What a price costs: its part of the whole, and one more of them.
fn refreshes(rows: &[Row]) -> String {
    ["refresh_prices", "refresh_prices_push"].map(|instruction| prices(instruction, rows)).concat()
}

fn prices(instruction: &str, rows: &[Row]) -> String {
    let rows: Vec<&Row> = rows.iter().filter(|row| row.instruction == instruction).collect();
    let [Some(first), Some(last)] = [rows.first(), rows.last()] else { return String::new() };
    let parts = rows.iter().map(|row| format!("{} of {}", table::grouped(row.cu / row.assets as u64), row.assets));
    let marginal = last.cu.saturating_sub(first.cu) / (last.assets - first.assets).max(1) as u64;
    let parts = parts.collect::<Vec<_>>().join(", ");
    format!("{instruction}, CU a price: {parts}; one more price: {}\n", table::grouped(marginal))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(instruction: &str, assets: usize, cu: u64, bare_cu: Option<u64>) -> Row {
        Row { instruction: instruction.into(), assets, amm: None, cu, bare_cu, tx_bytes: 1_232, tx_bytes_lut: 1_232 }
    }

    #[test]
    fn rebalance_target_grows_from_2_to_16_assets() {
        let target = |assets| cu_target(&row("rebalance", assets, 0, Some(40_000)));
        assert_eq!([2, 9, 16].map(target), [Some(65_000), Some(70_000), Some(75_000)]);
    }

    #[test]
    fn rebalance_targets_with_a_strategy_are_above_the_swap() {
        let target = |instruction| cu_target(&row(instruction, 4, 0, Some(40_000)));
        let targets = ["rebalance_every_part", "rebalance_balanced"].map(target);
        assert_eq!(targets, [Some(240_000), Some(120_000)]);
    }

    #[test]
    fn in_kind_target_is_a_half_more_than_the_transfers() {
        for instruction in ["deposit_in_kind", "deposit_in_kind_first", "redeem_in_kind"] {
            assert_eq!(cu_target(&row(instruction, 4, 0, Some(20_000))), Some(40_000));
        }
    }

    #[test]
    fn refresh_target_is_by_price() {
        assert_eq!(cu_target(&row("refresh_prices", 8, 0, None)), Some(12_000));
    }

    #[test]
    fn missed_only_above_the_target() {
        assert_eq!(missed(&row("refresh_prices", 2, 3_000, None)), [""; 0]);
        assert_eq!(missed(&row("refresh_prices", 2, 3_001, None)), ["CU +1"]);
        assert_eq!(missed(&row("set_pause", 2, 1_000_000, None)), [""; 0]);
    }

    #[test]
    fn missed_asks_for_legacy_transactions_up_to_4_assets() {
        let large = |assets| Row { tx_bytes: 1_233, ..row("set_pause", assets, 0, None) };
        assert_eq!(missed(&large(4)), ["bytes +1"]);
        assert_eq!(missed(&large(8)), [""; 0]);
        let too_large = Row { tx_bytes_lut: 1_240, ..large(16) };
        assert_eq!(missed(&too_large), ["bytes with LUT +8"]);
    }

    #[test]
    fn prices_tell_the_average_and_one_more() {
        let rows = [row("refresh_prices", 2, 4_000, None), row("refresh_prices", 16, 18_000, None)];
        assert_eq!(refreshes(&rows), "refresh_prices, CU a price: 2,000 of 2, 1,125 of 16; one more price: 1,000\n");
    }
}
