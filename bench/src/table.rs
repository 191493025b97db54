//! Aligned text.

use indicatif::HumanCount;

/// Rows as lines of columns two spaces apart. The first `left` columns are aligned to the left, the others to the right.
pub fn text(rows: &[Vec<String>], left: usize) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column| rows.iter().filter_map(|row| row.get(column)).map(String::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    rows.iter().map(|row| line(row, &widths, left)).collect()
}

fn line(row: &[String], widths: &[usize], left: usize) -> String {
    let cells = row
        .iter()
        .zip(widths)
        .enumerate()
        .map(|(column, (cell, width))| if column < left { format!("{cell:<width$}") } else { format!("{cell:>width$}") });
    format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
}

/// A number for a cell; `-` where there is none.
pub fn number(value: Option<u64>) -> String {
    value.map_or("-".into(), grouped)
}

/// Digits in groups of three.
pub fn grouped(value: u64) -> String {
    HumanCount(value).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_aligns_columns() {
        let rows = [["name", "n"], ["a", "10"], ["bcdef", "-"]].map(|row| row.map(String::from).to_vec());
        assert_eq!(text(&rows, 1), "name    n\na      10\nbcdef   -\n");
    }

    #[test]
    fn grouped_separates_thousands() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
