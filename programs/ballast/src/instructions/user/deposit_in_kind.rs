//! `deposit_in_kind`: all assets in proportion, for shares.

use anchor_lang::prelude::*;
use ballast_core::fees::FeeAccrual;
use ballast_core::shares;

use super::in_kind::{AssetAccounts, InKind, Way, by_asset};
use super::mint_shares;
use crate::error::BallastError;
use crate::events::DepositedInKind;
use crate::state::{AUTHORITY_SEED, Vault, pause};
use crate::token;

/// What a deposit in kind may take and must give.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug)]
pub struct DepositInKindArgs {
    /// Most raw units to take of each asset, 0 of a removed one. The first deposit takes exactly these.
    pub max_amounts: Vec<u64>,
    /// Fewest shares (raw units) to accept. The first deposit creates exactly these, one locked share included.
    pub min_shares: u64,
}

/// What a deposit does to the books, computed before anything moves.
struct Effects {
    user_shares: u64,
    new_shares: u64,
    is_first: bool,
}

/// Deposits in kind; see [`crate::ballast::deposit_in_kind`].
pub fn deposit_in_kind<'info>(ctx: Context<'info, InKind<'info>>, args: DepositInKindArgs) -> Result<()> {
    let clock = Clock::get()?;
    let accounts = &*ctx.accounts;
    let mut vault = accounts.vault.load_mut()?;
    vault.require_running(pause::DEPOSIT_IN_KIND)?;
    accounts.validate(&vault)?;
    let mut remaining = by_asset(ctx.remaining_accounts, vault.basket_mask().count_ones() as usize)?;
    require!(args.max_amounts.len() == vault.assets().len(), BallastError::AccountsMismatch);

    vault.accrue_fees(clock.unix_timestamp);
    let effects = effects(&vault, accounts.user.key, &args)?;
    require!(effects.new_shares >= args.min_shares, BallastError::BelowMinimum);
    let total_shares_before = vault.total_shares;
    let mut amounts = args.max_amounts;
    for (asset, amount) in vault.assets_mut().iter_mut().zip(amounts.iter_mut()) {
        if asset.is_removed() {
            require!(*amount == 0, BallastError::UnknownAsset);
            continue;
        }
        let asset_accounts = AssetAccounts::next(&mut remaining, asset)?;
        if !effects.is_first {
            *amount =
                shares::deposit_amount(effects.new_shares, asset.balance, total_shares_before).map_err(BallastError::from)?;
        }
        let before = token::amount(asset_accounts.reserve)?;
        accounts.transfer(asset, &asset_accounts, Way::In, *amount)?.invoke_in()?;
        let came = token::amount(asset_accounts.reserve)?.checked_sub(before);
        require!(came == Some(*amount), BallastError::ReserveTampered);
        asset.balance = asset.balance.checked_add(*amount).ok_or(BallastError::MathOverflow)?;
    }
    vault.total_shares = total_shares_before.checked_add(effects.new_shares).ok_or(BallastError::MathOverflow)?;
    if effects.is_first {
        vault.state.fees = FeeAccrual::start(clock.unix_timestamp);
    }

    let vault_key = accounts.vault.key();
    let seeds: &[&[u8]] = &[AUTHORITY_SEED, vault_key.as_ref(), &[vault.authority_bump]];
    let token_program = accounts.token_program.as_ref();
    mint_shares(token_program, &accounts.share_mint, &accounts.user_shares, &accounts.authority, effects.user_shares, seeds)?;
    emit!(DepositedInKind {
        vault: vault_key,
        slot: clock.slot,
        sequence: vault.next_sequence()?,
        user: accounts.user.key(),
        shares: effects.user_shares,
        total_shares_before,
        total_shares_after: vault.total_shares,
        amounts,
    });
    Ok(())
}

fn effects(vault: &Vault, user: &Pubkey, args: &DepositInKindArgs) -> Result<Effects> {
    if vault.total_shares != 0 {
        let balances = vault.assets().iter().map(|asset| asset.balance);
        let shares = shares::shares_for_amounts(&args.max_amounts, balances, vault.total_shares).map_err(BallastError::from)?;
        return Ok(Effects { user_shares: shares, new_shares: shares, is_first: false });
    }
    // The first deposit sets the price of a share; by somebody else it could make the vault useless.
    require!(*user == vault.admin, BallastError::FirstDeposit);
    require!(args.max_amounts.iter().any(|amount| *amount > 0), BallastError::AmountTooSmall);
    let user_shares = shares::first_deposit_shares(args.min_shares).map_err(BallastError::from)?;
    Ok(Effects { user_shares, new_shares: args.min_shares, is_first: true })
}
