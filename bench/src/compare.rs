//! What changed since the snapshot.

use crate::{row::Row, snapshot::Snapshot, table};

/// A number that is not what it was. `None` on one side: only the other has it.
#[derive(Debug, PartialEq, Eq)]
pub struct Difference {
    name: Name,
    committed: Option<u64>,
    measured: Option<u64>,
}

/// What a number is about: an instruction or the program, and which of its numbers.
type Name = (String, &'static str);

/// Every number that differs, in the snapshot's order; those that only the measurement has come last.
pub fn differences(committed: &Snapshot, measured: &Snapshot) -> Vec<Difference> {
    let [old, new] = [committed, measured].map(numbers);
    let known = old.iter().map(|(name, value)| Difference {
        name: name.clone(),
        committed: Some(*value),
        measured: value_of(name, &new),
    });
    let added = new.iter().filter(|(name, _)| value_of(name, &old).is_none());
    let added = added.map(|(name, value)| Difference { name: name.clone(), committed: None, measured: Some(*value) });
    known.chain(added).filter(|difference| difference.committed != difference.measured).collect()
}

fn numbers(snapshot: &Snapshot) -> Vec<(Name, u64)> {
    let program = (("ballast.so".to_string(), "bytes"), snapshot.program_bytes);
    snapshot.rows.iter().flat_map(row_numbers).chain([program]).collect()
}

fn row_numbers(row: &Row) -> Vec<(Name, u64)> {
    let amm = row.amm.as_ref().map_or(String::new(), |amm| format!(", {amm}"));
    let what = format!("{}, {} assets{amm}", row.instruction, row.assets);
    let always = [("cu", row.cu), ("tx_bytes", row.tx_bytes as u64), ("tx_bytes_lut", row.tx_bytes_lut as u64)];
    let numbers = always.into_iter().chain(row.bare_cu.map(|units| ("bare_cu", units)));
    numbers.map(|(number, value)| ((what.clone(), number), value)).collect()
}

fn value_of(name: &Name, numbers: &[(Name, u64)]) -> Option<u64> {
    numbers.iter().find(|(other, _)| other == name).map(|(_, value)| *value)
}

/// The differences as a table, and what to do about them.
pub fn report(differences: &[Difference]) -> String {
    let header = ["what", "number", "snapshot", "now", "change"].map(String::from).to_vec();
    let rows = differences.iter().map(|difference| {
        let (what, number) = &difference.name;
        let [committed, measured] = [difference.committed, difference.measured].map(table::number);
        vec![what.clone(), number.to_string(), committed, measured, change(difference)]
    });
    let rows: Vec<_> = [header].into_iter().chain(rows).collect();
    let table = table::text(&rows, 2);
    let count = differences.len();
    let advice = "If they should differ, run `cargo xtask bench --update` and commit bench/.";
    format!("{table}\nDiffering numbers: {count}. {advice}\n")
}

fn change(difference: &Difference) -> String {
    match (difference.committed, difference.measured) {
        (Some(committed), Some(measured)) if measured > committed => format!("+{}", table::grouped(measured - committed)),
        (Some(committed), Some(measured)) => format!("-{}", table::grouped(committed - measured)),
        (None, _) => "new".into(),
        (_, None) => "gone".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(instruction: &str, cu: u64, bare_cu: Option<u64>) -> Row {
        Row { instruction: instruction.into(), assets: 2, amm: None, cu, bare_cu, tx_bytes: 300, tx_bytes_lut: 200 }
    }

    fn snapshot(rows: &[Row]) -> Snapshot {
        Snapshot { rows: rows.to_vec(), program_bytes: 500_000 }
    }

    fn difference(what: &str, number: &'static str, committed: Option<u64>, measured: Option<u64>) -> Difference {
        Difference { name: (what.into(), number), committed, measured }
    }

    #[test]
    fn differences_of_equal_snapshots_are_none() {
        let one = snapshot(&[row("a", 10, Some(5)), row("b", 20, None)]);
        assert_eq!(differences(&one, &one), []);
    }

    #[test]
    fn differences_do_not_depend_on_the_order_of_rows() {
        let [a, b] = [row("a", 10, None), row("b", 20, None)];
        assert_eq!(differences(&snapshot(&[a.clone(), b.clone()]), &snapshot(&[b, a])), []);
    }

    #[test]
    fn differences_name_every_number_that_changed() {
        let before = snapshot(&[row("a", 10, Some(5))]);
        let changed = Row { tx_bytes: 301, tx_bytes_lut: 199, ..row("a", 11, Some(4)) };
        let after = Snapshot { program_bytes: 500_001, ..snapshot(&[changed]) };
        let what = "a, 2 assets";
        assert_eq!(
            differences(&before, &after),
            [
                difference(what, "cu", Some(10), Some(11)),
                difference(what, "tx_bytes", Some(300), Some(301)),
                difference(what, "tx_bytes_lut", Some(200), Some(199)),
                difference(what, "bare_cu", Some(5), Some(4)),
                difference("ballast.so", "bytes", Some(500_000), Some(500_001)),
            ]
        );
    }

    #[test]
    fn differences_tell_amms_and_numbers_of_assets_apart() {
        let on = |amm: &str, assets: usize, cu: u64| Row { amm: Some(amm.into()), assets, ..row("a", cu, None) };
        let before = snapshot(&[on("x", 2, 1), on("y", 2, 2), on("x", 4, 3)]);
        let after = snapshot(&[on("x", 2, 1), on("y", 2, 7), on("x", 4, 3)]);
        assert_eq!(differences(&before, &after), [difference("a, 2 assets, y", "cu", Some(2), Some(7))]);
    }

    #[test]
    fn differences_include_rows_and_numbers_of_one_side_only() {
        let before = snapshot(&[row("a", 10, Some(5))]);
        let after = snapshot(&[row("a", 10, None), row("b", 20, None)]);
        let found: Vec<_> = differences(&before, &after).iter().map(|found| (found.name.1, change(found))).collect();
        let expected = [("bare_cu", "gone"), ("cu", "new"), ("tx_bytes", "new"), ("tx_bytes_lut", "new")];
        assert_eq!(found, expected.map(|(number, change)| (number, change.to_string())));
    }

    #[test]
    fn report_shows_old_new_and_change_and_how_to_update() {
        let found = [difference("a, 2 assets", "cu", Some(12_000), Some(10_500))];
        let report = report(&found);
        assert!(report.contains("a, 2 assets  cu        12,000  10,500  -1,500"), "{report}");
        assert!(report.contains("Differing numbers: 1. If they should differ, run `cargo xtask bench --update`"), "{report}");
    }
}
