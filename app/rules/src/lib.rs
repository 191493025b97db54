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

/// What showing a vault and quoting takes: a module of its own, since every visitor loads it.
const OF_A_VAULT: &[Calls] = &[vault::call];
/// All calls, file by file.
const ALL: &[Calls] = &[vault::call, settings::call, files::call, governance::call];

/// Answers a request.
pub fn answer(request: &[u8]) -> String {
    answer_by(ALL, request)
}

/// Answers a request about a vault's figures or quotes. Nothing else may be reached from here, so that the linker leaves it out.
pub fn answer_of_a_vault(request: &[u8]) -> String {
    answer_by(OF_A_VAULT, request)
}

fn answer_by(calls: &[Calls], request: &[u8]) -> String {
    dispatch(calls, request).unwrap_or_else(|refusal| failed(&refusal))
}

fn dispatch(calls: &[Calls], request: &[u8]) -> Result<String, Refusal> {
    let request = str::from_utf8(request).map_err(|_| Refusal::new("Request", "the request is not UTF-8"))?;
    let json::Name { call } = read(request)?;
    let answer = calls.iter().find_map(|calls| calls(&call, request));
    answer.unwrap_or_else(|| {
        Err(Refusal::new("UnknownCall", format!("there is no call `{call}` in this module; build the rules again")))
    })
}
