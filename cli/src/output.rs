//! What a command prints: one serialisable value, as a table for people or as JSON for programs, with the same figures.

use std::fmt;
use std::io::{ErrorKind, Write};

use anyhow::Result;
use ballast_client::Pubkey;
use ballast_core::shares::SHARE_DECIMALS;
use ballast_sim::time::date_time;
use ballast_view::change::holder;
use ballast_view::words;
use clap::ValueEnum;
use comfy_table::{Table, presets};
use serde::{Serialize, Serializer};

/// How to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Table,
    /// For programs.
    Json,
}

/// What a command prints.
pub trait View: Serialize {
    /// The same for people.
    fn table(&self) -> String;
}

/// A view in the wanted form.
///
/// # Errors
/// Where it cannot be JSON.
pub fn render(format: Format, view: &impl View) -> Result<String> {
    match format {
        Format::Table => Ok(view.table().trim_end().to_string()),
        Format::Json => Ok(serde_json::to_string_pretty(view)?),
    }
}

/// Prints a text.
///
/// # Errors
/// Where the output cannot be written; but whoever closes it has seen enough.
pub fn write(text: &str) -> Result<()> {
    match writeln!(std::io::stdout(), "{}", text.trim_end()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}

/// Names and values, one below the other.
pub fn fields<'a>(rows: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let rows: Vec<_> = rows.into_iter().collect();
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    rows.iter().map(|(name, value)| format!("{:width$}  {value}\n", format!("{name}:"), width = width + 1)).collect()
}

/// A figure, if it is known.
pub fn known(figure: Option<impl fmt::Display>) -> String {
    figure.map_or_else(|| "unknown".into(), |figure| figure.to_string())
}

/// A number of things whose plural takes an s.
pub fn count(number: u64, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

/// Rows under their headings.
pub fn columns<const N: usize>(headings: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> String {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_header(headings);
    for row in rows {
        table.add_row(row);
    }
    let lines: Vec<String> = table.lines().map(|line| line.trim_end().trim_start_matches(' ').to_string()).collect();
    lines.join("\n") + "\n"
}

/// Raw units of a token, with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// Raw units.
    pub units: u64,
    /// Decimal places.
    pub decimals: u8,
    /// Symbol, or the mint's address.
    pub symbol: String,
}

impl Tokens {
    /// Shares of a vault.
    pub fn shares(units: u64) -> Self {
        Self { units, decimals: SHARE_DECIMALS, symbol: "shares".into() }
    }

    /// Lamports as SOL.
    pub fn lamports(units: u64) -> Self {
        Self { units, decimals: 9, symbol: "SOL".into() }
    }
}

impl fmt::Display for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let amount = words::units(self.units, self.decimals);
        let symbol = if amount == "1" && self.symbol == "shares" { "share" } else { &self.symbol };
        write!(f, "{amount} {symbol}")
    }
}

impl Serialize for Tokens {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Fields<'a> {
            amount: String,
            /// A string: JSON's numbers lose digits beyond 2^53 in many readers.
            units: String,
            symbol: &'a str,
        }
        let amount = words::units(self.units, self.decimals);
        Fields { amount, units: self.units.to_string(), symbol: &self.symbol }.serialize(serializer)
    }
}

/// Declares a figure that prints and serialises as the same text.
macro_rules! figure {
    ($(#[$meta:meta])* $name:ident($type:ty), |$value:ident| $text:expr) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name(pub $type);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let $value = self.0;
                f.pad(&$text)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    };
}

figure! {
    /// Micro-dollars as dollars, with two digits after the point or as many as there are.
    Usd(u64), |usd| words::usd(usd)
}

figure! {
    /// Micro-dollars of a gain, or of a loss below zero, as dollars.
    SignedUsd(i64), |usd| format!("{}{}", if usd < 0 { "-" } else { "" }, words::usd(usd.unsigned_abs()))
}

figure! {
    /// A part in 10⁻⁸, as a percentage with two digits after the point, rounded.
    Part(i64), |part_e8| {
        let hundredths = (part_e8.unsigned_abs() + 5_000) / 10_000;
        format!("{}{}.{:02}%", if part_e8 < 0 { "-" } else { "" }, hundredths / 100, hundredths % 100)
    }
}

figure! {
    /// Basis points as a percentage.
    Bps(u64), |bps| words::bps(bps)
}

/// Seconds since 1970 on the cluster's clock; 0 for never.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Time(pub i64);

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 { f.pad("never") } else { f.pad(&format!("{} UTC", date_time(self.0))) }
    }
}

/// Who holds a role; all zeros for nobody, in JSON `null`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder(pub Pubkey);

impl Holder {
    fn somebody(&self) -> Option<String> {
        (self.0 != Pubkey::default()).then(|| self.0.to_string())
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&holder(&self.0))
    }
}

impl Serialize for Holder {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.somebody().serialize(serializer)
    }
}

/// An address, in JSON as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address(pub Pubkey);

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.to_string())
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Sample {
        total_value: Usd,
        held: Tokens,
    }

    impl View for Sample {
        fn table(&self) -> String {
            fields([("value", self.total_value.to_string()), ("held", self.held.to_string())])
        }
    }

    #[test]
    fn both_forms_have_the_same_figures() {
        let held = Tokens { units: 1_500_000_000, decimals: 9, symbol: "SOL".into() };
        let sample = Sample { total_value: Usd(1_234_560_000), held };
        assert_eq!(render(Format::Table, &sample).unwrap(), "value:  1234.56\nheld:   1.5 SOL");
        let json: serde_json::Value = serde_json::from_str(&render(Format::Json, &sample).unwrap()).unwrap();
        let expected = serde_json::json!({
            "totalValue": "1234.56", "held": { "amount": "1.5", "units": "1500000000", "symbol": "SOL" }
        });
        assert_eq!(json, expected);
    }

    #[test]
    fn figures_are_rounded_only_where_they_say_so() {
        for (usd, expected) in [(0, "0.00"), (1, "0.000001"), (500_000, "0.50"), (12_000_000, "12.00")] {
            assert_eq!(Usd(usd).to_string(), expected);
        }
        assert_eq!(SignedUsd(-1_500_000).to_string(), "-1.50");
        for (part_e8, expected) in [(25_000_000, "25.00%"), (4_999, "0.00%"), (5_000, "0.01%"), (-12_345_678, "-12.35%")] {
            assert_eq!(Part(part_e8).to_string(), expected);
        }
        assert_eq!([Bps(25), Bps(10_000)].map(|bps| bps.to_string()), ["0.25%", "100%"]);
    }

    #[test]
    fn one_share_is_singular() {
        let shares = [1_000_000, 1_000_001, 0].map(|units| Tokens::shares(units).to_string());
        assert_eq!(shares, ["1 share", "1.000001 shares", "0 shares"]);
    }

    #[test]
    fn nobody_and_never_are_said_so() {
        assert_eq!((Holder(Pubkey::default()).to_string(), Time(0).to_string()), ("nobody".into(), "never".into()));
        assert_eq!(serde_json::to_string(&Holder(Pubkey::default())).unwrap(), "null");
        assert_eq!(Time(1_652_115_600).to_string(), "2022-05-09 17:00 UTC");
    }

    #[test]
    fn one_thing_is_no_plural() {
        assert_eq!([0, 1, 2].map(|number| count(number, "trade")), ["0 trades", "1 trade", "2 trades"]);
    }

    #[test]
    fn columns_are_aligned() {
        let text = columns(["asset", "value"], [["SOL".into(), "1".into()], ["USDC".into(), "100".into()]]);
        assert_eq!(text, "asset  value\nSOL    1\nUSDC   100\n");
    }
}
