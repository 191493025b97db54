//! Figures in words.

use ballast_sim::config::written;

/// Raw units as whole tokens, with every digit that is not a trailing zero.
///
/// ```
/// assert_eq!(ballast_view::words::units(1_500_000, 6), "1.5");
/// ```
pub fn units(units: u64, decimals: u8) -> String {
    let decimals = usize::from(decimals);
    let digits = format!("{units:0>width$}", width = decimals + 1);
    let (whole, part) = digits.split_at(digits.len() - decimals);
    let part = part.trim_end_matches('0');
    if part.is_empty() { whole.to_string() } else { format!("{whole}.{part}") }
}

/// Micro-dollars as dollars, with two digits after the point or as many as there are.
///
/// ```
/// assert_eq!(ballast_view::words::usd(1_500_000), "1.50");
/// ```
pub fn usd(usd: u64) -> String {
    let exact = units(usd, 6);
    match exact.split_once('.') {
        None => format!("{exact}.00"),
        Some((whole, part)) => format!("{whole}.{part:0<2}"),
    }
}

/// Micro-dollars as dollars and cents, rounded; less than half a cent, but not nothing, as it is.
pub(crate) fn cents(usd: u64) -> String {
    let rounded = usd.saturating_add(5_000) / 10_000;
    if rounded == 0 && usd > 0 { self::usd(usd) } else { self::usd(rounded.saturating_mul(10_000)) }
}

/// Basis points as a percentage.
///
/// ```
/// assert_eq!(ballast_view::words::bps(1_501), "15.01%");
/// ```
pub fn bps(bps: u64) -> String {
    written::percent(bps)
}

/// Seconds in the two largest units that they reach.
pub(crate) fn duration(secs: i64) -> String {
    const UNITS: [(i64, &str); 4] = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];
    let secs = secs.max(0);
    let largest = UNITS.iter().position(|(length, _)| secs >= *length).unwrap_or(UNITS.len() - 1);
    let mut rest = secs;
    let mut parts = Vec::new();
    for (length, name) in UNITS.iter().skip(largest).take(2) {
        let count = rest / length;
        rest %= length;
        if count > 0 || parts.is_empty() {
            parts.push(format!("{count} {name}"));
        }
    }
    parts.join(" ")
}

/// The first letter in lower case, and no full stop: to go on with in a sentence.
pub(crate) fn clause(sentence: &str) -> String {
    let mut letters = sentence.trim_end_matches('.').chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_written_with_every_digit_that_counts() {
        for (raw, decimals, expected) in [
            (0, 0, "0"),
            (0, 9, "0"),
            (1, 9, "0.000000001"),
            (1_500_000, 6, "1.5"),
            (7_000, 3, "7"),
            (u64::MAX, 18, "18.446744073709551615"),
        ] {
            assert_eq!(units(raw, decimals), expected);
        }
        assert_eq!(units(1, 255).len(), 257);
    }

    #[test]
    fn dollars_have_cents_at_least() {
        assert_eq!([0, 1, 1_000_000, 1_500_000, 1_234_567].map(usd), ["0.00", "0.000001", "1.00", "1.50", "1.234567"]);
    }

    #[test]
    fn cents_are_rounded_but_never_to_nothing() {
        assert_eq!([0, 1, 4_999, 5_000, 1_234_567].map(cents), ["0.00", "0.000001", "0.004999", "0.01", "1.23"]);
        assert_eq!(cents(u64::MAX), "18446744073709.55");
    }

    #[test]
    fn duration_has_its_two_largest_units() {
        let words = [-1, 0, 59, 60, 61, 3_600, 3_661, 10_800, 86_399, 86_400, 90_061, i64::MAX].map(duration);
        let expected = ["0 s", "0 s", "59 s", "1 min", "1 min 1 s", "1 h", "1 h 1 min", "3 h", "23 h 59 min", "1 d", "1 d 1 h"];
        assert_eq!(words[..11], expected);
        assert!(words[11].ends_with(" h"));
    }

    #[test]
    fn clause_goes_on_with_a_sentence() {
        assert_eq!(clause("Every asset is inside its band."), "every asset is inside its band");
        assert_eq!(clause(""), "");
    }
}
