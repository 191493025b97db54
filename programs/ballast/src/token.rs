//! Tokens: what may be an asset, transfers in and out of reserves, and what a reserve must still be after a foreign call.

use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use anchor_lang::solana_program::program::invoke_signed;
use anchor_spl::token_2022::spl_token_2022::extension::{BaseStateWithExtensions, ExtensionType, StateWithExtensions};
use anchor_spl::token_2022::spl_token_2022::state::Mint;
use ballast_core::price::MAX_DECIMALS;

use crate::error::BallastError;
use crate::state::TokenKind;

/// SPL Token.
pub const TOKEN: Pubkey = anchor_spl::token::ID;
/// Token-2022.
pub const TOKEN_2022: Pubkey = anchor_spl::token_2022::ID;

/// Token-2022 mint extensions that an asset may have. None of them lets anybody move, tax, block or re-denominate what
/// the vault holds; without a close authority, a mint's other extensions can never change.
const ALLOWED_EXTENSIONS: [ExtensionType; 6] = [
    ExtensionType::MetadataPointer,
    ExtensionType::TokenMetadata,
    ExtensionType::GroupPointer,
    ExtensionType::TokenGroup,
    ExtensionType::GroupMemberPointer,
    ExtensionType::TokenGroupMember,
];

/// Offsets in a token account, the same for SPL Token and Token-2022.
mod offset {
    pub const OWNER: std::ops::Range<usize> = 32..64;
    pub const AMOUNT: std::ops::Range<usize> = 64..72;
    pub const DELEGATE_TAG: std::ops::Range<usize> = 72..76;
    pub const STATE: usize = 108;
    pub const CLOSE_AUTHORITY_TAG: std::ops::Range<usize> = 129..133;
}
const INITIALIZED: u8 = 1;
const FROZEN: u8 = 2;
/// Bytes of a Token-2022 reserve: a token account whose only extension says that its owner never changes. One of SPL Token is
/// smaller. In a larger one a foreign call made room for an extension, such as one that refuses transfers without a memo.
const MAX_RESERVE_LEN: usize = 170;

/// Number of the instruction `TransferChecked`, the same for SPL Token and Token-2022.
const TRANSFER_CHECKED: u8 = 12;

impl TokenKind {
    /// The token program that owns a mint.
    pub fn of_mint(mint: &AccountInfo) -> Result<Self> {
        match *mint.owner {
            TOKEN => Ok(TokenKind::Token),
            TOKEN_2022 => Ok(TokenKind::Token2022),
            _ => err!(BallastError::UnsupportedMint),
        }
    }

    /// The program's address.
    pub fn program_id(self) -> Pubkey {
        match self {
            TokenKind::Token => TOKEN,
            TokenKind::Token2022 => TOKEN_2022,
        }
    }
}

/// Checks that a mint may be an asset, and returns its decimals.
pub fn check_mint(mint: &AccountInfo) -> Result<u8> {
    let data = mint.try_borrow_data()?;
    let state = StateWithExtensions::<Mint>::unpack(&data).map_err(|_| BallastError::UnsupportedMint)?;
    require!(state.base.decimals <= MAX_DECIMALS, BallastError::UnsupportedMint);
    let extensions = state.get_extension_types().map_err(|_| BallastError::UnsupportedMintExtension)?;
    let is_allowed = extensions.iter().all(|extension| ALLOWED_EXTENSIONS.contains(extension));
    require!(is_allowed, BallastError::UnsupportedMintExtension);
    Ok(state.base.decimals)
}

/// Raw units in a token account.
pub fn amount(account: &AccountInfo) -> Result<u64> {
    let data = account.try_borrow_data()?;
    let bytes = data.get(offset::AMOUNT).and_then(|bytes| bytes.try_into().ok()).ok_or(BallastError::CorruptAccount)?;
    Ok(u64::from_le_bytes(bytes))
}

/// Whether a token account is frozen. Its owner must have been checked.
pub fn is_frozen(account: &AccountInfo) -> Result<bool> {
    Ok(account.try_borrow_data()?.get(offset::STATE) == Some(&FROZEN))
}

/// Whether a token account of SPL Token belongs to `owner`.
pub fn is_owned_by(account: &AccountInfo, owner: &Pubkey) -> Result<bool> {
    Ok(*account.owner == TOKEN && account.try_borrow_data()?.get(offset::OWNER) == Some(owner.as_ref()))
}

/// Checks that a reserve still is what it was: the authority's, with no delegate, close authority or new extension, not
/// frozen, and holding at least the units that it must. A swap signed by the authority could have changed any of these.
pub fn check_reserve(reserve: &AccountInfo, authority: &Pubkey, required: u64) -> Result<()> {
    let is_intact = {
        let data = reserve.try_borrow_data()?;
        let is_at = |range: std::ops::Range<usize>, expected: &[u8]| data.get(range) == Some(expected);
        is_at(offset::OWNER, authority.as_ref())
            && is_at(offset::DELEGATE_TAG, &[0; 4])
            && is_at(offset::CLOSE_AUTHORITY_TAG, &[0; 4])
            && data.get(offset::STATE) == Some(&INITIALIZED)
            && data.len() <= MAX_RESERVE_LEN
    };
    require!(is_intact && amount(reserve)? >= required, BallastError::ReserveTampered);
    Ok(())
}

/// One transfer of an asset between a user and its reserve.
pub struct Transfer<'a, 'info> {
    /// The asset's token program.
    pub program: &'a AccountInfo<'info>,
    /// The asset's mint.
    pub mint: &'a AccountInfo<'info>,
    /// The mint's decimals.
    pub decimals: u8,
    /// Source token account.
    pub from: &'a AccountInfo<'info>,
    /// Destination token account.
    pub to: &'a AccountInfo<'info>,
    /// Owner of the source.
    pub owner: &'a AccountInfo<'info>,
    /// Raw units.
    pub amount: u64,
}

impl Transfer<'_, '_> {
    /// Transfers into the vault, signed by the user. A Token-2022 mint is checked again first; on the way out it is not,
    /// since nothing may hold up a redemption.
    pub fn invoke_in(&self) -> Result<()> {
        if *self.program.key == TOKEN_2022 {
            check_mint(self.mint)?;
        }
        self.invoke(&[])
    }

    /// Transfers out of the vault, signed by its authority.
    pub fn invoke_out(&self, authority_seeds: &[&[u8]]) -> Result<()> {
        self.invoke(&[authority_seeds])
    }

    /// Empty transfers are left out.
    fn invoke(&self, signer_seeds: &[&[&[u8]]]) -> Result<()> {
        if self.amount == 0 {
            return Ok(());
        }
        let mut data = Vec::with_capacity(10);
        data.push(TRANSFER_CHECKED);
        data.extend_from_slice(&self.amount.to_le_bytes());
        data.push(self.decimals);
        let accounts = vec![
            AccountMeta::new(*self.from.key, false),
            AccountMeta::new_readonly(*self.mint.key, false),
            AccountMeta::new(*self.to.key, false),
            AccountMeta::new_readonly(*self.owner.key, true),
        ];
        // Built here: Anchor's `transfer_checked` takes 170 compute units more for each asset.
        let transfer = Instruction { program_id: *self.program.key, accounts, data };
        let infos = [self.from, self.mint, self.to, self.owner].map(Clone::clone);
        Ok(invoke_signed(&transfer, &infos, signer_seeds)?)
    }
}

#[cfg(test)]
mod tests {
    use anchor_lang::solana_program::program_option::COption;
    use anchor_lang::solana_program::program_pack::Pack;
    use anchor_spl::token::spl_token::state::{Account, AccountState};

    use super::*;

    /// The offsets above against the token program's own packing.
    #[test]
    fn offsets_match_the_token_program() {
        let owner = Pubkey::new_unique();
        let mut data = vec![0; Account::LEN];
        let account = Account { owner, amount: 7, state: AccountState::Initialized, ..Default::default() };
        account.pack_into_slice(&mut data);
        assert_eq!(data[offset::OWNER], owner.to_bytes());
        assert_eq!(data[offset::AMOUNT], 7u64.to_le_bytes());
        assert_eq!(data[offset::DELEGATE_TAG], [0; 4]);
        assert_eq!(data[offset::STATE], INITIALIZED);
        assert_eq!(data[offset::CLOSE_AUTHORITY_TAG], [0; 4]);

        let some = COption::Some(owner);
        Account { delegate: some, close_authority: some, state: AccountState::Frozen, ..account }.pack_into_slice(&mut data);
        assert_eq!(data[offset::DELEGATE_TAG], 1u32.to_le_bytes());
        assert_eq!(data[offset::CLOSE_AUTHORITY_TAG], 1u32.to_le_bytes());
        assert_eq!(data[offset::STATE], FROZEN);
    }
}
