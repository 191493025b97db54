//! JSON both ways. JavaScript's numbers are exact to 53 bits only, so integers of 64 bits and more travel as `{"$": "123"}`, both
//! ways: written by [`written`], read as [`Integer`].

use std::fmt::Display;
use std::io::{self, Write};
use std::str::FromStr;

use ballast_view::Refusal;
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::ser::{Formatter, Serializer};

/// The call that a request is for.
#[derive(Deserialize)]
pub struct Name {
    /// Its name.
    pub call: String,
}

/// A request's input.
#[derive(Deserialize)]
struct Request<T> {
    input: T,
}

/// An integer of 64 bits or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Integer<T>(pub T);

impl<'de, T: FromStr<Err: Display>> Deserialize<'de> for Integer<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Written {
            #[serde(rename = "$")]
            digits: String,
        }
        let Written { digits } = Written::deserialize(deserializer)?;
        digits.parse().map(Integer).map_err(|error| Error::custom(format!("`{digits}`: {error}")))
    }
}

/// Reads any JSON.
///
/// # Errors
/// Where it is not what is wanted.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Refusal> {
    serde_json::from_str(text).map_err(|error| Refusal::new("Request", format!("the request cannot be read: {error}")))
}

/// A request's input. What it has besides is left out.
///
/// # Errors
/// Where it is not of this type.
pub fn input<I: DeserializeOwned>(request: &str) -> Result<I, Refusal> {
    read(request).map(|Request { input }| input)
}

/// Answers a request whose input is of this type.
///
/// # Errors
/// Where the input is not, or there is no answer.
pub fn respond<I: DeserializeOwned, O: Serialize>(
    request: &str,
    respond: impl FnOnce(I) -> Result<O, Refusal>,
) -> Result<String, Refusal> {
    #[derive(Serialize)]
    struct Answer<T> {
        ok: T,
    }
    written(&Answer { ok: respond(input(request)?)? })
}

/// The answer that there is none.
pub fn failed(refusal: &Refusal) -> String {
    let Refusal { name, message } = refusal;
    serde_json::json!({ "error": { "name": name, "message": message } }).to_string()
}

/// Writes JSON, with large integers as described above.
///
/// # Errors
/// Where the value has no place in JSON.
pub fn written(value: &impl Serialize) -> Result<String, Refusal> {
    let mut bytes = Vec::new();
    let result = value.serialize(&mut Serializer::with_formatter(&mut bytes, Large));
    let text =
        result.map_err(|error| error.to_string()).and_then(|()| String::from_utf8(bytes).map_err(|error| error.to_string()));
    text.map_err(|error| Refusal::new("Answer", format!("the answer cannot be written: {error}")))
}

/// Writes integers of 64 bits and more as `{"$": "123"}`.
struct Large;

impl Formatter for Large {
    fn write_u64<W: ?Sized + Write>(&mut self, writer: &mut W, value: u64) -> io::Result<()> {
        large(writer, value)
    }

    fn write_i64<W: ?Sized + Write>(&mut self, writer: &mut W, value: i64) -> io::Result<()> {
        large(writer, value)
    }

    fn write_u128<W: ?Sized + Write>(&mut self, writer: &mut W, value: u128) -> io::Result<()> {
        large(writer, value)
    }

    fn write_i128<W: ?Sized + Write>(&mut self, writer: &mut W, value: i128) -> io::Result<()> {
        large(writer, value)
    }
}

fn large<W: ?Sized + Write>(writer: &mut W, value: impl Display) -> io::Result<()> {
    write!(writer, r#"{{"$":"{value}"}}"#)
}
