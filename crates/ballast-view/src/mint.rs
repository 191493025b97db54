//! Whether a token may be an asset of a vault, by the program's own rule.

use ballast_client::ballast::state::TokenKind;
use ballast_client::ballast::token;
use ballast_client::{Account, Pubkey};

use crate::Refusal;
use crate::account::with_info;

/// The decimals of a mint that the program accepts.
///
/// # Errors
/// `UnsupportedMint` and `UnsupportedMintExtension`, in the program's words.
pub fn decimals(account: &Account) -> Result<u8, Refusal> {
    // The rule does not look at the address.
    let decimals = with_info(&Pubkey::default(), account, |info| {
        TokenKind::of_mint(info)?;
        token::check_mint(info)
    });
    Ok(decimals?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A mint's bytes: no authorities, no supply, these decimals, initialised.
    fn mint(decimals: u8) -> Vec<u8> {
        let mut data = vec![0; 82];
        (data[44], data[45]) = (decimals, 1);
        data
    }

    /// The same with one extension without a value, as Token-2022 lays it out.
    fn extended(extension: u16) -> Vec<u8> {
        let mut data = mint(6);
        data.resize(165, 0);
        data.push(1);
        data.extend(extension.to_le_bytes());
        data.extend(0u16.to_le_bytes());
        data
    }

    fn of(owner: Pubkey, data: Vec<u8>) -> Result<u8, String> {
        decimals(&Account { owner, data, ..Account::default() }).map_err(|refusal| refusal.name)
    }

    #[test]
    fn mints_of_both_programs_have_decimals() {
        assert_eq!([token::TOKEN, token::TOKEN_2022].map(|program| of(program, mint(9))), [Ok(9), Ok(9)]);
    }

    #[test]
    fn what_is_no_mint_of_theirs_is_refused() {
        let unsupported = Err("UnsupportedMint".to_string());
        assert_eq!(of(Pubkey::default(), mint(9)), unsupported);
        assert_eq!(of(token::TOKEN, mint(19)), unsupported);
        assert_eq!(of(token::TOKEN, vec![0; 82]), unsupported);
        assert_eq!(of(token::TOKEN, vec![]), unsupported);
    }

    #[test]
    fn extensions_that_are_not_on_the_list_are_refused() {
        const NON_TRANSFERABLE: u16 = 9;
        assert_eq!(of(token::TOKEN_2022, extended(NON_TRANSFERABLE)), Err("UnsupportedMintExtension".into()));
    }
}
