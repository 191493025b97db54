//! The rules for the web app: `ballast-view` behind one function that takes and gives JSON.
//!
//! A request is `{"call": "figures", "input": …}`; `app/src/rules/types.ts` says what each call takes and answers. The answer is
//! `{"ok": …}`, or `{"error": {"name": …, "message": …}}` for whatever is wrong: no input makes it panic.

mod abi;
pub mod chain;
mod files;
mod governance;
pub mod json;
mod settings;
#[cfg(test)]
mod tests;
mod vault;

use ballast_view::Refusal;

use crate::json::{failed, read};

/// A file's calls: the answer to the named one, given the whole request; `None` where it is another file's.
type Calls = fn(name: &str, request: &str) -> Option<Result<String, Refusal>>;

/// All calls, file by file.
const CALLS: &[Calls] = &[vault::call, settings::call, files::call, governance::call];

/// Answers a request.
pub fn answer(request: &[u8]) -> String {
    dispatch(request).unwrap_or_else(|refusal| failed(&refusal))
}

fn dispatch(request: &[u8]) -> Result<String, Refusal> {
    let request = str::from_utf8(request).map_err(|_| Refusal::new("Request", "the request is not UTF-8"))?;
    let json::Name { call } = read(request)?;
    let answer = CALLS.iter().find_map(|calls| calls(&call, request));
    answer.unwrap_or_else(|| Err(Refusal::new("UnknownCall", format!("there is no call `{call}`; build the rules again"))))
}
