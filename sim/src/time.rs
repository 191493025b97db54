//! Dates on the command line and in reports: UTC, seconds since 1970, no leap seconds.

use anyhow::{Context, Result, ensure};

/// Seconds in a day.
pub const DAY_SECS: i64 = 86_400;

/// Reads `YYYY-MM-DD` (midnight UTC) or seconds since 1970.
pub fn parse(text: &str) -> Result<i64> {
    if let Ok(unix) = text.parse::<i64>() {
        ensure!(unix >= 0, "`{text}` lies before 1970; give YYYY-MM-DD or seconds since 1970");
        return Ok(unix);
    }
    parse_date(text).with_context(|| format!("`{text}` is not a date; give YYYY-MM-DD or seconds since 1970"))
}

fn parse_date(text: &str) -> Option<i64> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 || month.len() != 2 || day.len() != 2 {
        return None;
    }
    let (year, month, day) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    let unix = days_from_civil(year, month, day) * DAY_SECS;
    // 30 February would come back as 2 March: only real dates survive the round trip.
    (unix >= 0 && civil_from_days(unix / DAY_SECS) == (year, month, day)).then_some(unix)
}

/// `2022-05-09`.
pub fn date(unix: i64) -> String {
    let (year, month, day) = civil_from_days(unix.div_euclid(DAY_SECS));
    format!("{year:04}-{month:02}-{day:02}")
}

/// `2022-05-09 17:00`.
pub fn date_time(unix: i64) -> String {
    let minutes = unix.rem_euclid(DAY_SECS) / 60;
    format!("{} {:02}:{:02}", date(unix), minutes / 60, minutes % 60)
}

/// `9 May`, for axes.
pub fn short_date(unix: i64) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (_, month, day) = civil_from_days(unix.div_euclid(DAY_SECS));
    format!("{day} {}", MONTHS[month as usize - 1])
}

/// Days since 1970 of a date in the Gregorian calendar; years begin in March so that the leap day comes last
/// (<https://howardhinnant.github.io/date_algorithms.html>).
fn days_from_civil(year: i64, month: u32, day: u32) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((i64::from(month) + 9) % 12) + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn civil_from_days(days: i64) -> (i64, u32, u32) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month as u32, day as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_date_or_seconds() {
        assert_eq!(parse("1970-01-01").unwrap(), 0);
        assert_eq!(parse("2022-04-01").unwrap(), 1_648_771_200);
        assert_eq!(parse("1648771200").unwrap(), 1_648_771_200);
        assert_eq!(parse("2024-02-29").unwrap(), 1_709_164_800);
    }

    #[test]
    fn parse_rejects_what_is_no_date() {
        for text in
            ["", "2022-02-30", "2023-02-29", "2022-13-01", "2022-00-10", "22-01-01", "2022-1-1", "-5", "1969-12-31", "soon"]
        {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains(text) && error.contains("YYYY-MM-DD"), "{error}");
        }
    }

    #[test]
    fn dates_round_trip_over_two_centuries() {
        for day in (0..73_000).step_by(7) {
            let unix = day * DAY_SECS;
            assert_eq!(parse(&date(unix)).unwrap(), unix);
        }
    }

    #[test]
    fn formats_are_utc() {
        assert_eq!(date_time(1_652_115_600), "2022-05-09 17:00");
        assert_eq!(short_date(1_652_115_600), "9 May");
    }
}
