//! One asset's candles, read from its CSV files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

/// One candle, in US dollars for one unit of the asset.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candle {
    /// First price.
    pub open: f64,
    /// Highest price.
    pub high: f64,
    /// Lowest price.
    pub low: f64,
    /// Last price.
    pub close: f64,
}

impl Candle {
    /// A candle of a price that did not move.
    pub fn flat(price: f64) -> Self {
        Self { open: price, high: price, low: price, close: price }
    }
}

/// Candles by the time they begin, seconds since 1970.
pub type Candles = BTreeMap<i64, Candle>;

/// The first second of 2200. In milliseconds, times of this century are far beyond it.
const LAST_TIME: i64 = 7_258_118_400;
const COLUMNS: [&str; 6] = ["unix_time", "open", "high", "low", "close", "volume"];

/// Reads all candles of `asset` in `folder`: every `ASSET-USD-….csv`, in the order of their names.
pub fn read_asset(folder: &Path, asset: &str) -> Result<Candles> {
    let files = files_of(folder, asset)?;
    ensure!(
        !files.is_empty(),
        "no {asset}-USD-….csv in {}; add the file, or choose other assets with --assets",
        folder.display()
    );
    let mut candles = Candles::new();
    for file in &files {
        let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        parse_into(&mut candles, &file.display().to_string(), &text)?;
    }
    Ok(candles)
}

/// Parses all candles of `asset` from the texts of its files, in the order of time.
pub fn parse_asset(asset: &str, texts: &[&str]) -> Result<Candles> {
    let mut candles = Candles::new();
    for (number, text) in texts.iter().enumerate() {
        let name = if texts.len() == 1 { format!("{asset}'s prices") } else { format!("{asset}'s prices, part {}", number + 1) };
        parse_into(&mut candles, &name, text)?;
    }
    Ok(candles)
}

/// Writes one file an asset, each row with a volume of 0, and returns their paths. Files of the assets must not be there: they
/// would be read together.
pub fn write_assets<'a>(folder: &Path, assets: impl Iterator<Item = (&'a String, Candles)>) -> Result<Vec<PathBuf>> {
    fs::create_dir_all(folder).with_context(|| format!("cannot create the folder {}", folder.display()))?;
    let mut texts = Vec::new();
    for (asset, candles) in assets {
        let path = folder.join(format!("{asset}-USD-generated.csv"));
        ensure!(files_of(folder, asset)?.is_empty(), "{} already holds prices of {asset}; give another folder", folder.display());
        let row = |(time, Candle { open, high, low, close }): (&i64, &Candle)| format!("{time},{open},{high},{low},{close},0\n");
        let rows: String = candles.iter().map(row).collect();
        texts.push((path, format!("{}\n{rows}", COLUMNS.join(","))));
    }
    for (path, text) in &texts {
        fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(texts.into_iter().map(|(path, _)| path).collect())
}

fn files_of(folder: &Path, asset: &str) -> Result<Vec<PathBuf>> {
    let prefix = format!("{asset}-USD-");
    let cannot_read = || format!("cannot read the folder {}; give one with ASSET-USD-….csv files to --data", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(cannot_read)? {
        let path = entry.with_context(cannot_read)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(&prefix) && name.ends_with(".csv") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Adds the rows of one file; errors name the file and the line.
fn parse_into(candles: &mut Candles, file: &str, text: &str) -> Result<()> {
    // Spreadsheets put a byte order mark in front.
    let mut lines = text.trim_start_matches('\u{feff}').lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
    let Some((header, _)) = lines.next() else { bail!("{file}: the file is empty; it needs the columns {}", COLUMNS.join(",")) };
    let places = column_places(header).with_context(|| format!("{file}:1"))?;
    let before = candles.len();
    for (line, number) in lines {
        let at = || format!("{file}:{number}");
        let (time, candle) = parse_row(line, &places).with_context(at)?;
        check_order(candles, time).with_context(at)?;
        candles.insert(time, candle);
    }
    ensure!(candles.len() > before, "{file}: no rows after the header");
    Ok(())
}

fn column_places(header: &str) -> Result<[usize; 6]> {
    let names: Vec<&str> = header.split(',').map(str::trim).collect();
    let mut places = [0; 6];
    for (place, column) in places.iter_mut().zip(COLUMNS) {
        let found = names.iter().position(|name| *name == column);
        *place = found.with_context(|| format!("no column `{column}`; the header must name {}", COLUMNS.join(",")))?;
    }
    Ok(places)
}

fn parse_row(line: &str, places: &[usize; 6]) -> Result<(i64, Candle)> {
    let cells: Vec<&str> = line.split(',').map(str::trim).collect();
    let cell = |column: usize| {
        let name = COLUMNS[column];
        cells.get(places[column]).copied().with_context(|| format!("no value for `{name}`: the row has {} columns", cells.len()))
    };
    let time = cell(0)?;
    let time: i64 = time.parse().with_context(|| format!("unix_time `{time}` is not a whole number of seconds"))?;
    ensure!(time >= 0, "unix_time {time} lies before 1970");
    ensure!(time <= LAST_TIME, "unix_time {time} lies beyond the year 2200; give seconds, not milliseconds");
    let price = |column: usize| {
        let value = number(COLUMNS[column], cell(column)?)?;
        ensure!(value > 0.0, "{} is {value}; prices must be above zero", COLUMNS[column]);
        Ok(value)
    };
    let (open, high, low, close) = (price(1)?, price(2)?, price(3)?, price(4)?);
    let volume = number("volume", cell(5)?)?;
    ensure!(volume >= 0.0, "volume is {volume}; it must not be negative");
    ensure!(
        low <= open.min(close) && open.max(close) <= high,
        "open {open} and close {close} do not lie between low {low} and high {high}"
    );
    Ok((time, Candle { open, high, low, close }))
}

fn number(column: &str, text: &str) -> Result<f64> {
    let value: f64 = text.parse().with_context(|| format!("{column} `{text}` is not a number"))?;
    ensure!(value.is_finite(), "{column} `{text}` is not a finite number");
    Ok(value)
}

fn check_order(candles: &Candles, time: i64) -> Result<()> {
    let Some((&last, _)) = candles.last_key_value() else { return Ok(()) };
    ensure!(time != last, "unix_time {time} is there twice");
    ensure!(time > last, "unix_time {time} comes after {last}; rows must be in the order of time");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "unix_time,open,high,low,close,volume\n";

    fn parse(text: &str) -> Result<Candles> {
        let mut candles = Candles::new();
        parse_into(&mut candles, "X.csv", text)?;
        Ok(candles)
    }

    fn error(text: &str) -> String {
        format!("{:#}", parse(text).unwrap_err())
    }

    #[test]
    fn parse_reads_rows() {
        let candles = parse(&format!("{HEADER}3600,2,4,1,3,10\n7200,3,3,3,3,0\n")).unwrap();
        assert_eq!(candles.len(), 2);
        assert_eq!(candles[&3600], Candle { open: 2.0, high: 4.0, low: 1.0, close: 3.0 });
    }

    #[test]
    fn parse_takes_other_column_orders_windows_lines_and_a_byte_order_mark() {
        let candles = parse("\u{feff}close,low,high,open,volume,unix_time,trades\r\n3,1,4,2,10,3600,77\r\n\r\n").unwrap();
        assert_eq!(candles[&3600], Candle { open: 2.0, high: 4.0, low: 1.0, close: 3.0 });
    }

    #[test]
    fn parse_names_file_line_and_fault() {
        let good = "3600,2,4,1,3,10\n";
        let cases = [
            ("", "X.csv: the file is empty"),
            (HEADER, "X.csv: no rows"),
            ("unix_time,open,high,low,volume\n3600,2,4,1,10\n", "X.csv:1: no column `close`"),
            (&format!("{HEADER}{good}7200,2,4,1\n"), "X.csv:3: no value for `close`"),
            (&format!("{HEADER}{good}7200,2,4,1,three,10\n"), "X.csv:3: close `three` is not a number"),
            (&format!("{HEADER}{good}noon,2,4,1,3,10\n"), "X.csv:3: unix_time `noon`"),
            (&format!("{HEADER}{good}-1,2,4,1,3,10\n"), "X.csv:3: unix_time -1 lies before 1970"),
            (&format!("{HEADER}{good}1617580800000,2,4,1,3,10\n"), "X.csv:3: unix_time 1617580800000 lies beyond the year 2200"),
            (&format!("{HEADER}{good}7200,2,4,1,NaN,10\n"), "X.csv:3: close `NaN` is not a finite number"),
            (&format!("{HEADER}{good}7200,2,inf,1,3,10\n"), "X.csv:3: high `inf` is not a finite number"),
            (&format!("{HEADER}{good}7200,2,4,0,3,10\n"), "X.csv:3: low is 0"),
            (&format!("{HEADER}{good}7200,2,4,1,-3,10\n"), "X.csv:3: close is -3"),
            (&format!("{HEADER}{good}7200,2,4,1,3,-1\n"), "X.csv:3: volume is -1"),
            (&format!("{HEADER}{good}7200,2,4,1,5,10\n"), "X.csv:3: open 2 and close 5 do not lie between"),
            (&format!("{HEADER}{good}{good}"), "X.csv:3: unix_time 3600 is there twice"),
            (&format!("{HEADER}7200,2,4,1,3,10\n\n{good}"), "X.csv:4: unix_time 3600 comes after 7200"),
        ];
        for (text, expected) in cases {
            let error = error(text);
            assert!(error.starts_with(expected), "{error}");
        }
    }

    #[test]
    fn read_asset_joins_files_and_names_what_is_missing() {
        let folder = std::env::temp_dir().join(format!("ballast-sim-candles-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("BTC-USD-1h-b.csv"), format!("{HEADER}7200,3,3,3,3,0\n")).unwrap();
        fs::write(folder.join("BTC-USD-1h-a.csv"), format!("{HEADER}3600,2,4,1,3,10\n")).unwrap();
        let candles = read_asset(&folder, "BTC");
        let missing = read_asset(&folder, "ETH");
        let nowhere = read_asset(&folder.join("none"), "BTC");
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(candles.unwrap().into_keys().collect::<Vec<_>>(), [3600, 7200]);
        assert!(missing.unwrap_err().to_string().starts_with("no ETH-USD-….csv in"));
        assert!(nowhere.unwrap_err().to_string().starts_with("cannot read the folder"));
    }
}
