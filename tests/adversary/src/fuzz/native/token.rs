//! SPL Token and Token-2022, as far as vaults and pools use them: both treat base accounts the same way. The checks and their
//! order are those of `processor.rs` in the `spl-token` crate.

use {
    anchor_lang::{
        prelude::{AccountInfo, Pubkey},
        solana_program::{entrypoint::ProgramResult, program_error::ProgramError, program_option::COption, program_pack::Pack},
    },
    anchor_spl::{
        token::spl_token::error::TokenError,
        token_2022::spl_token_2022::{
            extension::{BaseState, StateWithExtensionsMut},
            state::{Account, AccountState, Mint},
        },
    },
    ballast_client::address,
};

/// Numbers of the instructions.
const TRANSFER: u8 = 3;
const MINT_TO: u8 = 7;
const BURN: u8 = 8;
const CLOSE_ACCOUNT: u8 = 9;
const TRANSFER_CHECKED: u8 = 12;
const INITIALIZE_MINT_2: u8 = 20;

/// Runs an instruction of a token program.
pub fn process(program_id: &Pubkey, accounts: &[AccountInfo], data: &[u8]) -> ProgramResult {
    let (tag, arguments) = data.split_first().ok_or(ProgramError::InvalidInstructionData)?;
    match (*tag, accounts) {
        (TRANSFER, [from, to, owner, ..]) => transfer(program_id, from, to, owner, amount(arguments)?, None),
        (TRANSFER_CHECKED, [from, mint, to, owner, ..]) => {
            let decimals = *arguments.get(8).ok_or(ProgramError::InvalidInstructionData)?;
            transfer(program_id, from, to, owner, amount(arguments)?, Some((mint, decimals)))
        }
        (MINT_TO, [mint, to, authority, ..]) => mint_to(program_id, mint, to, authority, amount(arguments)?),
        (BURN, [from, mint, owner, ..]) => burn(program_id, from, mint, owner, amount(arguments)?),
        (CLOSE_ACCOUNT, [account, to, owner, ..]) => close(program_id, account, to, owner),
        (INITIALIZE_MINT_2, [mint, ..]) => initialize_mint(program_id, mint, arguments),
        (tag, _) => panic!("the native chain's token programs have no instruction {tag}"),
    }
}

/// The associated token program's `CreateIdempotent` for accounts that exist, as all do on this chain.
pub fn require_associated(accounts: &[AccountInfo]) -> ProgramResult {
    let [_, associated, owner, mint, _, token_program, ..] = accounts else { return Err(ProgramError::NotEnoughAccountKeys) };
    if *associated.key != address::associated_token(owner.key, mint.key, token_program.key) {
        return Err(ProgramError::InvalidSeeds);
    }
    assert!(!associated.data_is_empty(), "the native chain creates no token accounts");
    with::<Account, _>(token_program.key, associated, |account| {
        if account.owner == *owner.key && account.mint == *mint.key { Ok(()) } else { Err(ProgramError::IllegalOwner) }
    })
}

fn transfer(
    program_id: &Pubkey,
    from: &AccountInfo,
    to: &AccountInfo,
    owner: &AccountInfo,
    amount: u64,
    checked: Option<(&AccountInfo, u8)>,
) -> ProgramResult {
    let [source, destination] = [token_account(program_id, from)?, token_account(program_id, to)?];
    if source.is_frozen() || destination.is_frozen() {
        return fail(TokenError::AccountFrozen);
    }
    if source.amount < amount {
        return fail(TokenError::InsufficientFunds);
    }
    if source.mint != destination.mint {
        return fail(TokenError::MintMismatch);
    }
    if let Some((mint, decimals)) = checked {
        if source.mint != *mint.key {
            return fail(TokenError::MintMismatch);
        }
        if with::<Mint, _>(program_id, mint, |mint| Ok(mint.decimals))? != decimals {
            return fail(TokenError::MintDecimalsMismatch);
        }
    }
    require_authority(&source.owner, owner)?;
    if from.key == to.key {
        return Ok(());
    }
    with::<Account, _>(program_id, from, |account| {
        account.amount -= amount;
        Ok(())
    })?;
    with::<Account, _>(program_id, to, |account| {
        account.amount = account.amount.checked_add(amount).ok_or(TokenError::Overflow)?;
        Ok(())
    })
}

fn mint_to(program_id: &Pubkey, mint: &AccountInfo, to: &AccountInfo, authority: &AccountInfo, amount: u64) -> ProgramResult {
    let destination = token_account(program_id, to)?;
    if destination.is_frozen() {
        return fail(TokenError::AccountFrozen);
    }
    if destination.mint != *mint.key {
        return fail(TokenError::MintMismatch);
    }
    with::<Mint, _>(program_id, mint, |mint| {
        let COption::Some(expected) = mint.mint_authority else { return fail(TokenError::FixedSupply) };
        require_authority(&expected, authority)?;
        mint.supply = mint.supply.checked_add(amount).ok_or(TokenError::Overflow)?;
        Ok(())
    })?;
    with::<Account, _>(program_id, to, |account| {
        account.amount += amount;
        Ok(())
    })
}

fn burn(program_id: &Pubkey, from: &AccountInfo, mint: &AccountInfo, owner: &AccountInfo, amount: u64) -> ProgramResult {
    let source = token_account(program_id, from)?;
    if source.is_frozen() {
        return fail(TokenError::AccountFrozen);
    }
    if source.amount < amount {
        return fail(TokenError::InsufficientFunds);
    }
    if source.mint != *mint.key {
        return fail(TokenError::MintMismatch);
    }
    require_authority(&source.owner, owner)?;
    with::<Account, _>(program_id, from, |account| {
        account.amount -= amount;
        Ok(())
    })?;
    with::<Mint, _>(program_id, mint, |mint| {
        mint.supply -= amount;
        Ok(())
    })
}

fn close(program_id: &Pubkey, account: &AccountInfo, to: &AccountInfo, owner: &AccountInfo) -> ProgramResult {
    let state = token_account(program_id, account)?;
    if account.key == to.key {
        return Err(ProgramError::InvalidAccountData);
    }
    if state.amount != 0 {
        return fail(TokenError::NonNativeHasBalance);
    }
    require_authority(&state.close_authority.unwrap_or(state.owner), owner)?;
    **to.try_borrow_mut_lamports()? += account.lamports();
    **account.try_borrow_mut_lamports()? = 0;
    account.assign(&Pubkey::default());
    account.resize(0)
}

fn initialize_mint(program_id: &Pubkey, mint: &AccountInfo, arguments: &[u8]) -> ProgramResult {
    let (decimals, authority) = arguments.split_first().ok_or(ProgramError::InvalidInstructionData)?;
    let authority = authority.get(..32).ok_or(ProgramError::InvalidInstructionData)?;
    require_own(program_id, mint)?;
    let mut data = mint.try_borrow_mut_data()?;
    let mut state = StateWithExtensionsMut::<Mint>::unpack_uninitialized(&mut data)?;
    state.base = Mint {
        mint_authority: COption::Some(Pubkey::try_from(authority).expect("32 bytes")),
        decimals: *decimals,
        is_initialized: true,
        ..Mint::default()
    };
    state.pack_base();
    Ok(())
}

/// Reads, changes and writes the base of an account of this token program.
fn with<S: BaseState + Pack + Clone + PartialEq, T>(
    program_id: &Pubkey,
    info: &AccountInfo,
    edit: impl FnOnce(&mut S) -> Result<T, ProgramError>,
) -> Result<T, ProgramError> {
    require_own(program_id, info)?;
    let mut data = info.try_borrow_mut_data()?;
    let mut state = StateWithExtensionsMut::<S>::unpack(&mut data)?;
    let before = state.base.clone();
    let result = edit(&mut state.base)?;
    if state.base != before {
        // The runtime would fail the transaction at its end.
        if !info.is_writable {
            return Err(ProgramError::Immutable);
        }
        state.pack_base();
    }
    Ok(result)
}

fn token_account(program_id: &Pubkey, info: &AccountInfo) -> Result<Account, ProgramError> {
    with::<Account, _>(program_id, info, |account| match account.state {
        AccountState::Uninitialized => Err(ProgramError::UninitializedAccount),
        _ => Ok(*account),
    })
}

fn require_own(program_id: &Pubkey, info: &AccountInfo) -> ProgramResult {
    if info.owner == program_id { Ok(()) } else { Err(ProgramError::IncorrectProgramId) }
}

fn require_authority(expected: &Pubkey, signer: &AccountInfo) -> ProgramResult {
    if expected != signer.key {
        return fail(TokenError::OwnerMismatch);
    }
    if signer.is_signer { Ok(()) } else { Err(ProgramError::MissingRequiredSignature) }
}

fn amount(arguments: &[u8]) -> Result<u64, ProgramError> {
    let bytes = arguments.get(..8).ok_or(ProgramError::InvalidInstructionData)?;
    Ok(u64::from_le_bytes(bytes.try_into().expect("eight bytes")))
}

fn fail<T>(error: TokenError) -> Result<T, ProgramError> {
    Err(error.into())
}
