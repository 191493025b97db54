//! Amounts as people write them: `1.5 SOL`, `25%`, `all`. Exact: no binary fraction ever stands for money.

use anyhow::{Context, Result, bail, ensure};

/// Most digits after the point: those of the finest mint that a vault takes.
const MAX_SCALE: usize = 18;
/// Most digits after the point of a percentage.
const MAX_PERCENT_SCALE: usize = 6;

/// How much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Amount {
    /// As much as there is.
    All,
    /// A part of what there is, in percent.
    Percent(Decimal),
    /// A number of whole tokens.
    Tokens(Decimal),
}

/// How much, and of what if that is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// How much.
    pub amount: Amount,
    /// A symbol or a mint's address.
    pub token: Option<String>,
}

/// An exact decimal number: `digits · 10^-scale`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    digits: u128,
    scale: u32,
}

/// Reads words such as `1.5 SOL 25% USDC`; whether they are one argument or many does not matter.
///
/// # Errors
/// Say which word is wrong, and how amounts are written. No amount may be zero.
pub fn parse(words: &[String]) -> Result<Vec<Request>> {
    let mut requests: Vec<Request> = Vec::new();
    for word in words.iter().flat_map(|word| word.split_whitespace()) {
        match (Amount::parse(word), requests.last_mut()) {
            (Ok(amount), _) => {
                ensure!(!amount.is_zero(), "the amount is zero; say how much, such as `1.5 SOL`, `25%` or `all`");
                requests.push(Request { amount, token: None });
            }
            (Err(_), Some(request)) if request.token.is_none() => request.token = Some(word.to_string()),
            (Err(error), _) => return Err(error),
        }
    }
    ensure!(!requests.is_empty(), "say how much, such as `1.5 SOL`, `25%` or `all`");
    Ok(requests)
}

impl Amount {
    /// Reads one amount.
    ///
    /// # Errors
    /// Say how amounts are written.
    pub fn parse(text: &str) -> Result<Self> {
        if matches!(text.to_ascii_lowercase().as_str(), "all" | "max") {
            return Ok(Amount::All);
        }
        let Some(percent) = text.strip_suffix('%') else { return Ok(Amount::Tokens(Decimal::parse(text, MAX_SCALE)?)) };
        let percent = Decimal::parse(percent, MAX_PERCENT_SCALE)?;
        ensure!(percent.digits <= 100 * 10u128.pow(percent.scale), "{text} is more than there is; write at most 100%");
        Ok(Amount::Percent(percent))
    }

    fn is_zero(&self) -> bool {
        matches!(self, Amount::Percent(number) | Amount::Tokens(number) if number.digits == 0)
    }

    /// Raw units of a mint with `decimals`, where `available` raw units are there. A part is rounded down.
    ///
    /// # Errors
    /// Where the number is finer than a raw unit, or larger than any balance.
    pub fn units(&self, available: u64, decimals: u8) -> Result<u64> {
        match self {
            Amount::All => Ok(available),
            Amount::Tokens(tokens) => tokens.units(decimals),
            Amount::Percent(percent) => {
                // Below 2^64 · 10^8 over at least 100: it fits, and is no more than `available`.
                let part = u128::from(available) * percent.digits / (100 * 10u128.pow(percent.scale));
                Ok(u64::try_from(part)?)
            }
        }
    }
}

impl Decimal {
    /// Reads digits, and after a point at most `max_scale` more.
    fn parse(text: &str, max_scale: usize) -> Result<Self> {
        let wrong = || format!("`{text}` is not an amount; write one such as `1.5 SOL`, `25%` or `all`");
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let is_digits = |digits: &str| !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
        ensure!(is_digits(whole) && is_digits(part), wrong());
        let part = part.trim_end_matches('0');
        ensure!(part.len() <= max_scale, "`{text}` has more than {max_scale} digits after the point");
        let digits = format!("{whole}{part}").parse().with_context(|| format!("`{text}` is more than any balance"))?;
        Ok(Self { digits, scale: part.len() as u32 })
    }

    /// Raw units of a mint with `decimals`.
    fn units(&self, decimals: u8) -> Result<u64> {
        let Some(missing) = u32::from(decimals).checked_sub(self.scale) else {
            bail!("the token has {decimals} digits after the point, but the amount has {}; write fewer", self.scale);
        };
        let units = 10u128.checked_pow(missing).and_then(|power| self.digits.checked_mul(power));
        units.and_then(|units| u64::try_from(units).ok()).context("the amount is more than any balance")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Result<Vec<Request>> {
        parse(&text.split('|').map(String::from).collect::<Vec<_>>())
    }

    fn units(text: &str, available: u64, decimals: u8) -> Result<u64> {
        Amount::parse(text)?.units(available, decimals)
    }

    #[test]
    fn amounts_are_exact() {
        assert_eq!(units("1.5", 0, 9).unwrap(), 1_500_000_000);
        assert_eq!(units("0.1", 0, 1).unwrap(), 1);
        assert_eq!(units("0.30000", 0, 1).unwrap(), 3);
        assert_eq!(units("18446744073.709551615", 0, 9).unwrap(), u64::MAX);
        assert_eq!(units("0.000000000000000001", 0, 18).unwrap(), 1);
        assert_eq!(units("007", 0, 0).unwrap(), 7);
    }

    #[test]
    fn parts_are_rounded_down() {
        assert_eq!(units("all", 7, 9).unwrap(), 7);
        assert_eq!(units("MAX", 7, 9).unwrap(), 7);
        assert_eq!(units("50%", 7, 9).unwrap(), 3);
        assert_eq!(units("100%", u64::MAX, 9).unwrap(), u64::MAX);
        assert_eq!(units("33.333333%", 300_000_000, 9).unwrap(), 99_999_999);
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for (text, expected) in [
            ("", "is not an amount"),
            ("-1", "is not an amount"),
            ("1e5", "is not an amount"),
            ("1,5", "is not an amount"),
            ("1_000", "is not an amount"),
            (".5", "is not an amount"),
            ("1.", "is not an amount"),
            ("1.5SOL", "is not an amount"),
            ("100.1%", "at most 100%"),
            ("0.0000001%", "more than 6 digits"),
            ("1.25", "the token has 1 digits after the point, but the amount has 2"),
            ("18446744073709551616", "more than any balance"),
            ("340282366920938463463374607431768211456", "more than any balance"),
        ] {
            let error = format!("{:#}", units(text, 10, 1).unwrap_err());
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn words_are_amounts_and_their_tokens() {
        let request =
            |text: &str, token: Option<&str>| Request { amount: Amount::parse(text).unwrap(), token: token.map(String::from) };
        assert_eq!(words("1.5 SOL").unwrap(), [request("1.5", Some("SOL"))]);
        assert_eq!(words("1.5|SOL|25% USDC").unwrap(), [request("1.5", Some("SOL")), request("25%", Some("USDC"))]);
        assert_eq!(words("all").unwrap(), [request("all", None)]);
        assert_eq!(words("2 1INCH").unwrap(), [request("2", Some("1INCH"))]);
        for (text, expected) in [
            ("", "say how much"),
            ("0.0 SOL", "the amount is zero"),
            ("1 SOL 0% BTC", "the amount is zero"),
            ("SOL 1", "`SOL` is not an amount"),
            ("1 SOL USDC", "`USDC` is not an amount"),
        ] {
            assert!(words(text).unwrap_err().to_string().contains(expected), "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for (units, decimals) in [(0, 0), (0, 9), (1, 9), (1_500_000, 6), (7_000, 3), (u64::MAX, 18)] {
            let text = ballast_view::words::units(units, decimals);
            assert_eq!(Amount::parse(&text).unwrap().units(0, decimals).unwrap(), units);
        }
    }
}
