//! Numbers as people write them: `target = "25%"` is `target_bps = 2500`, `timelock = "48h"` is `timelock_secs = 172800`.

use anyhow::{Context, Result, bail, ensure};

/// Units of time that a duration may be written in, and their seconds.
const UNITS: [(char, u64); 4] = [('s', 1), ('m', 60), ('h', 3_600), ('d', 86_400)];

/// The core's name and number of a field that is written for people; `None` where it is not.
///
/// # Errors
/// Where the text looks like a percentage or a duration and is none that the core can hold.
pub fn plain(name: &str, text: &str) -> Result<Option<(String, i64)>> {
    let unit = text.trim_start_matches(|character: char| character.is_ascii_digit() || ". ".contains(character));
    match unit {
        // Words, addresses and feed ids.
        _ if unit.len() == text.len() => Ok(None),
        "%" => Ok(Some((format!("{name}_bps"), bps(text)?.into()))),
        _ if UNITS.iter().any(|(known, _)| unit.chars().eq([*known])) => {
            Ok(Some((format!("{name}_secs"), i64::try_from(secs(text)?)?)))
        }
        _ => Ok(None),
    }
}

/// A field of the core as people write it, the reverse of [`plain`]: `None` where it is written as it is.
pub fn for_people(name: &str, number: i64) -> Option<(String, String)> {
    let number = u64::try_from(number).ok()?;
    match (name.strip_suffix("_bps"), name.strip_suffix("_secs")) {
        (Some(name), _) => Some((name.to_string(), percent(number))),
        (_, Some(name)) => Some((name.to_string(), duration(number))),
        _ => None,
    }
}

/// Basis points as a percentage such as `0.25%`.
pub fn percent(bps: u64) -> String {
    match (bps / 100, bps % 100) {
        (whole, 0) => format!("{whole}%"),
        (whole, part) if part % 10 == 0 => format!("{whole}.{}%", part / 10),
        (whole, part) => format!("{whole}.{part:02}%"),
    }
}

/// Seconds as a duration such as `48h`, in the largest unit that needs no fraction; days from a week on.
fn duration(secs: u64) -> String {
    let is_whole = |unit_secs: u64| secs > 0 && secs.is_multiple_of(unit_secs);
    let is_common = |unit_secs: u64| unit_secs < 86_400 || secs >= 7 * unit_secs;
    let unit = UNITS.into_iter().rev().find(|(_, unit_secs)| is_whole(*unit_secs) && is_common(*unit_secs));
    let (unit, unit_secs) = unit.unwrap_or(UNITS[0]);
    format!("{}{unit}", secs / unit_secs)
}

/// Reads a percentage such as `0.25%` as basis points.
///
/// # Errors
/// Where it is none, or finer than a hundredth of a percent.
pub fn bps(text: &str) -> Result<u32> {
    let wrong = || format!("`{text}` is not a percentage; write one such as 2.5%, no finer than 0.01%");
    let number = text.strip_suffix('%').with_context(wrong)?.trim_end();
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let is_digits = |digits: &str| !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    ensure!(is_digits(whole) && is_digits(part), wrong());
    let part = part.trim_end_matches('0');
    ensure!(part.len() <= 2, wrong());
    format!("{whole}{part:0<2}").parse().with_context(wrong)
}

/// Reads a duration such as `90s`, `15m`, `48h` or `7d` as seconds.
///
/// # Errors
/// Where it is none.
pub fn secs(text: &str) -> Result<u64> {
    for (unit, unit_secs) in UNITS {
        let Some(count) = text.strip_suffix(unit).and_then(|count| count.trim_end().parse::<u64>().ok()) else { continue };
        return count.checked_mul(unit_secs).with_context(|| format!("`{text}` is too long"));
    }
    bail!("`{text}` is not a duration; write a whole number and its unit: 90s, 15m, 48h or 7d")
}

/// What to write instead of a name that is none for want of its value's unit: `max_trade = 10` where there is `max_trade_bps`.
pub fn lacks_unit<'a>(name: &str, value: i64, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let is_meant = |field: &str| field.strip_prefix(name).is_some_and(|unit| ["_bps", "_secs"].contains(&unit));
    let field = known.into_iter().find(|field| is_meant(field))?;
    let units = match field.ends_with("_bps") {
        // A percentage, and the same in the core's unit.
        true => format!("such as {value}%, or write {field} = {}", value.checked_mul(100)?),
        false => format!("such as {value}s, {value}m, {value}h or {value}d, or write {field} in seconds"),
    };
    Some(format!("{name} is {value}, which needs a unit, {units}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_exact() {
        for (text, expected) in [("25%", 2_500), ("0.5%", 50), ("0.01%", 1), ("100.00%", 10_000), ("1.500%", 150), ("3 %", 300)] {
            assert_eq!(bps(text).unwrap(), expected, "{text}");
        }
        for text in ["", "%", "25", ".5%", "1.%", "0.001%", "-1%", "1e2%", "1,5%", "99999999999%"] {
            assert!(bps(text).unwrap_err().to_string().contains("is not a percentage"), "{text}");
        }
    }

    #[test]
    fn durations_have_a_unit() {
        for (text, expected) in [("90s", 90), ("15m", 900), ("48h", 172_800), ("7d", 604_800), ("1 h", 3_600)] {
            assert_eq!(secs(text).unwrap(), expected, "{text}");
        }
        for text in ["", "h", "48", "1.5h", "-1h", "1w"] {
            assert!(secs(text).unwrap_err().to_string().contains("is not a duration"), "{text}");
        }
        assert!(secs("999999999999999999d").unwrap_err().to_string().contains("too long"));
    }

    #[test]
    fn what_is_written_for_people_is_read_as_it_was() {
        for (name, number, expected) in [
            ("target_bps", 2_500, "25%"),
            ("max_trade_bps", 250, "2.5%"),
            ("fee_bps", 5, "0.05%"),
            ("fee_bps", 0, "0%"),
            ("timelock_secs", 259_200, "72h"),
            ("window_secs", 604_800, "7d"),
            ("interval_secs", 5_400, "90m"),
            ("age_secs", 61, "61s"),
            ("spacing_secs", 0, "0s"),
        ] {
            let (short, text) = for_people(name, number).unwrap();
            assert_eq!(text, expected);
            assert_eq!(plain(&short, &text).unwrap(), Some((name.to_string(), number)));
        }
        for (name, number) in [("min_trade_usd", 3), ("max_ramp_bps_per_day", 3), ("moves_bps", -3)] {
            assert_eq!(for_people(name, number), None, "{name}");
        }
    }

    #[test]
    fn only_numbers_with_a_unit_are_rewritten() {
        assert_eq!(plain("target", "25%").unwrap(), Some(("target_bps".into(), 2_500)));
        assert_eq!(plain("timelock", "48h").unwrap(), Some(("timelock_secs".into(), 172_800)));
        for text in ["BTC", "balanced", "SOLd", "d", "7", "0xabd", "4cSM2e6rvbGQUFiJbqytoVMi5GgghSMr8LwVrT9VPSPd", "7 apples"] {
            assert_eq!(plain("name", text).unwrap(), None, "{text}");
        }
    }

    #[test]
    fn a_number_without_its_unit_is_asked_for_it() {
        let of = |name| lacks_unit(name, 10, ["max_trade_bps", "timelock_secs", "min_trade_usd"]);
        assert_eq!(of("max_trade").unwrap(), "max_trade is 10, which needs a unit, such as 10%, or write max_trade_bps = 1000");
        assert_eq!(
            of("timelock").unwrap(),
            "timelock is 10, which needs a unit, such as 10s, 10m, 10h or 10d, or write timelock_secs in seconds"
        );
        assert_eq!([of("max"), of("max_trade_bps"), of("min_trade")], [None, None, None]);
    }
}
