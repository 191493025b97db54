//! Names and messages of programs' errors.

use anchor_lang::prelude::Pubkey;
use anchor_lang::system_program;
use anchor_spl::token::spl_token::error::TokenError;
use anchor_spl::token_2022::spl_token_2022::error::TokenError as Token2022Error;
use ballast::amm::Amm;
use ballast::token::{TOKEN, TOKEN_2022};
use solana_system_interface::error::SystemError;

use super::anchor::{self, Line};
use super::ballast_error;
use crate::address::ASSOCIATED_TOKEN_PROGRAM;
use crate::logs::{self, Written};

/// An error in words.
pub struct Named {
    /// Its name.
    pub name: String,
    /// What went wrong, and what to do about it.
    pub message: String,
}

impl Named {
    /// An error of these words.
    pub fn new(name: impl Into<String>, message: impl Into<String>) -> Self {
        Named { name: name.into(), message: message.into() }
    }
}

/// What a program is called.
pub fn program(address: &Pubkey) -> String {
    let known = [
        (ballast::ID, "Ballast"),
        (TOKEN, "SPL Token"),
        (TOKEN_2022, "Token-2022"),
        (ASSOCIATED_TOKEN_PROGRAM, "Associated Token Account"),
        (system_program::ID, "the System program"),
        (solana_address_lookup_table_interface::program::ID, "Address Lookup Table"),
        (Amm::TokenSwap.program_id(), "SPL Token Swap"),
        (Amm::RaydiumCpmm.program_id(), "Raydium CPMM"),
        (pyth_solana_receiver_sdk::ID, "Pyth's receiver"),
    ];
    known.iter().find(|(known, _)| known == address).map_or_else(|| address.to_string(), |(_, name)| (*name).into())
}

/// A program's error of this number, with what the program noted about it in the log.
pub fn of(program: Option<Pubkey>, code: u32, logs: &[String]) -> Named {
    let texts = texts(program, logs);
    let line = texts.iter().find_map(|text| Line::of(text));
    let known = program.and_then(|program| known(&program, code));
    let named = known.or_else(|| line.map(|line| Named::new(line.name, line.message)));
    if let (Some(Named { name, message }), notes) = (named, notes(line, &texts)) {
        return Named { name, message: message + &notes };
    }
    let last = texts.last().map_or("its documentation lists its errors".into(), |last| format!("it said: {last}"));
    Named::new("Custom", format!("the program failed with its error {code}; {last}"))
}

/// What the failed program wrote, in order.
fn texts(program: Option<Pubkey>, logs: &[String]) -> Vec<&str> {
    let written = logs::written(logs).into_iter();
    let own = written.filter_map(|(writer, written)| match written {
        Written::Text(text) if Some(writer) == program => Some(text),
        _ => None,
    });
    own.collect()
}

/// What the program added to its error: the account that it is about, or what it noted just before.
fn notes(line: Option<Line>, texts: &[&str]) -> String {
    if let Some(account) = line.and_then(|line| line.account) {
        return format!(" (account `{account}`)");
    }
    let at = texts.iter().position(|text| Line::of(text).is_some());
    let before = at.and_then(|at| texts.get(at.checked_sub(1)?));
    before.filter(|text| !text.starts_with("Instruction: ")).map_or_else(String::new, |text| format!(" (log: {text})"))
}

/// The errors of the programs that Ballast works with.
fn known(program: &Pubkey, code: u32) -> Option<Named> {
    match *program {
        ballast::ID_CONST => ballast(code),
        TOKEN => token(code),
        TOKEN_2022 => token_2022(code),
        system_program::ID => system(code),
        ASSOCIATED_TOKEN_PROGRAM if code == 0 => {
            Some(Named::new("InvalidOwner", "the address holds a token account that somebody else owns; use another owner"))
        }
        _ => None,
    }
}

fn ballast(code: u32) -> Option<Named> {
    let own = ballast_error(code).map(|error| Named::new(error.name(), error.to_string()));
    own.or_else(|| anchor::error(code).map(|error| Named::new(error.name(), error.to_string())))
}

fn token(code: u32) -> Option<Named> {
    let error = TokenError::try_from(code).ok()?;
    let name = format!("{error:?}");
    let message = next_step(&name).map_or_else(|| error.to_string(), String::from);
    Some(Named { name, message })
}

fn token_2022(code: u32) -> Option<Named> {
    let error = Token2022Error::try_from(code).ok()?;
    let name = format!("{error:?}");
    let message = next_step(&name).map_or_else(|| error.to_string(), String::from);
    Some(Named { name, message })
}

/// What to do about the errors of token programs that people meet.
fn next_step(name: &str) -> Option<&'static str> {
    Some(match name {
        "InsufficientFunds" => "the token account holds less than this takes; use a smaller amount, or add tokens first",
        "AccountFrozen" => "the token account is frozen; only the mint's freeze authority can thaw it",
        "OwnerMismatch" => "the token account belongs to somebody else; sign with its owner's key",
        "MintMismatch" => "the token account is of another mint; use the account of the right one",
        "UninitializedState" => "the token account does not exist yet; create it first",
        "NotRentExempt" => "the account has too few lamports to exist; send SOL to it",
        _ => return None,
    })
}

fn system(code: u32) -> Option<Named> {
    let error = SystemError::try_from(code).ok()?;
    let message = match error {
        SystemError::AccountAlreadyInUse => "the account exists already; somebody, or an earlier run, has created it",
        SystemError::ResultWithNegativeLamports => "the paying account has too little SOL; send SOL to it",
        _ => return Some(Named::new(format!("{error:?}"), error.to_string())),
    };
    Some(Named::new(format!("{error:?}"), message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_of_the_token_programs_is_named() {
        for code in 0..=19 {
            let [spl, newer] = [TOKEN, TOKEN_2022].map(|program| of(Some(program), code, &[]));
            assert_ne!(spl.name, "Custom");
            assert_eq!((&spl.name, &spl.message), (&newer.name, &newer.message), "{code}");
        }
        assert_eq!(of(Some(TOKEN), 20, &[]).name, "Custom");
        assert_ne!(of(Some(TOKEN_2022), 20, &[]).name, "Custom");
    }

    #[test]
    fn next_steps_belong_to_errors_that_exist() {
        let names: Vec<_> = (0..=19).map(|code| of(Some(TOKEN), code, &[]).name).collect();
        let advised = names.iter().filter(|name| next_step(name).is_some()).count();
        assert_eq!(advised, 6);
    }

    #[test]
    fn system_errors_tell_the_next_step() {
        let named = of(Some(system_program::ID), 1, &[]);
        assert_eq!(named.name, "ResultWithNegativeLamports");
        assert!(named.message.contains("SOL"));
        assert_eq!(of(Some(system_program::ID), 3, &[]).name, "InvalidAccountDataLength");
        assert_eq!(of(Some(ASSOCIATED_TOKEN_PROGRAM), 0, &[]).name, "InvalidOwner");
    }
}
