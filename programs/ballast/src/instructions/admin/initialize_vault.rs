//! `initialize_vault`: creates a vault, its share mint and its reserves.

use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use anchor_lang::solana_program::program::invoke;
use anchor_spl::associated_token::{self, AssociatedToken, get_associated_token_address_with_program_id};
use anchor_spl::token::{Mint, Token};
use anchor_spl::token_2022::Token2022;
use ballast_core::limits::Limits;
use ballast_core::risk::{breaker, stress};
use ballast_core::shares::SHARE_DECIMALS;
use ballast_core::strategy::Strategy;

use crate::error::BallastError;
use crate::events::VaultInitialized;
use crate::state::*;

/// The associated token program's instruction that accepts an existing account.
const CREATE_IDEMPOTENT: u8 = 1;

/// Configuration of a vault.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug)]
pub struct InitializeVaultArgs {
    /// Who, besides the admin, may pause.
    pub guardian: Pubkey,
    /// Limits, each within its compiled bounds.
    pub limits: Limits,
    /// One entry an asset, 2 to 16, in the order of the remaining accounts.
    pub assets: Vec<AssetArgs>,
}

/// Configuration of one asset.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct AssetArgs {
    /// Target weight; all sum to 10,000.
    pub target_bps: u16,
    /// Largest deviation from the target, as a weight, 1 to 10,000.
    pub band_abs_bps: u16,
    /// Largest deviation from the target, as a part of it, 1 to 10,000.
    pub band_rel_bps: u16,
    /// How the price is published.
    pub oracle: OracleKind,
    /// Feed id (pull) or price account (push).
    pub feed: [u8; 32],
}

/// Remaining accounts: for each asset its mint and its reserve (writable), the authority's associated token account.
#[derive(Accounts)]
#[instruction(vault_id: u64)]
pub struct InitializeVault<'info> {
    /// Creator and first admin; pays for the accounts.
    #[account(mut)]
    pub admin: Signer<'info>,
    /// The vault.
    #[account(init, payer = admin, space = Vault::SPACE, seeds = [VAULT_SEED, admin.key.as_ref(), &vault_id.to_le_bytes()], bump)]
    pub vault: AccountLoader<'info, Vault>,
    /// CHECK: an address without data, derived here, that only signs.
    #[account(seeds = [AUTHORITY_SEED, vault.key().as_ref()], bump)]
    pub authority: UncheckedAccount<'info>,
    /// CHECK: derived here, without data; holds the lamports that pay keepers. Anybody may top it up.
    #[account(init, payer = admin, space = 0, owner = crate::ID, seeds = [CRANK_SEED, vault.key().as_ref()], bump)]
    pub crank_fund: UncheckedAccount<'info>,
    /// Mint of the shares.
    #[account(
        init, payer = admin, seeds = [SHARES_SEED, vault.key().as_ref()], bump,
        mint::decimals = SHARE_DECIMALS, mint::authority = authority, mint::token_program = token_program,
    )]
    pub share_mint: Box<Account<'info, Mint>>,
    /// SPL Token.
    pub token_program: Program<'info, Token>,
    /// Token-2022.
    pub token_2022_program: Program<'info, Token2022>,
    /// Creates the reserves.
    pub associated_token_program: Program<'info, AssociatedToken>,
    /// Creates the vault, the share mint and the crank fund.
    pub system_program: Program<'info, System>,
}

impl InitializeVault<'_> {
    fn validate(&self, args: &InitializeVaultArgs, remaining: usize) -> Result<()> {
        require!(args.guardian != Pubkey::default(), BallastError::GuardianMissing);
        let count = args.assets.len();
        require!((ballast_core::MIN_ASSETS..=ballast_core::MAX_ASSETS).contains(&count), BallastError::AssetCount);
        require_eq!(remaining, count.saturating_mul(2), BallastError::AccountsMismatch);
        Ok(())
    }
}

/// Creates a vault; see [`crate::ballast::initialize_vault`].
pub fn initialize_vault<'info>(
    ctx: Context<'info, InitializeVault<'info>>,
    vault_id: u64,
    args: InitializeVaultArgs,
) -> Result<()> {
    ctx.accounts.validate(&args, ctx.remaining_accounts.len())?;
    {
        let vault = &mut ctx.accounts.vault.load_init()?;
        write_header(vault, ctx.accounts, &ctx.bumps, vault_id, &args)?;
        let slots = vault.assets_mut().iter_mut().zip(&args.assets);
        for ((slot, asset), accounts) in slots.zip(ctx.remaining_accounts.chunks_exact(2)) {
            let [mint, reserve] = accounts else { return err!(BallastError::AccountsMismatch) };
            *slot = Asset::new(asset, mint, reserve)?;
            create_reserve(ctx.accounts, mint, reserve)?;
        }
        vault.check_configuration()?;
    }
    emit_initialized(&ctx.accounts.vault, &ctx.accounts.admin, &args, ctx.remaining_accounts)
}

fn write_header(
    vault: &mut Vault,
    accounts: &InitializeVault,
    bumps: &InitializeVaultBumps,
    vault_id: u64,
    args: &InitializeVaultArgs,
) -> Result<()> {
    vault.version = VAULT_VERSION;
    vault.bump = bumps.vault;
    vault.authority_bump = bumps.authority;
    vault.asset_count = u8::try_from(args.assets.len()).map_err(|_| BallastError::AssetCount)?;
    vault.vault_id = vault_id;
    vault.creator = accounts.admin.key();
    vault.admin = accounts.admin.key();
    vault.guardian = args.guardian;
    vault.authority = accounts.authority.key();
    vault.share_mint = accounts.share_mint.key();
    vault.crank_fund = accounts.crank_fund.key();
    vault.limits = args.limits;
    vault.breakers = breaker::DEFAULT;
    vault.strategy = Strategy::plain();
    vault.stress = stress::DEFAULT;
    vault.next_sequence()?;
    Ok(())
}

/// Creates the reserve, or accepts the one that somebody else created: the associated token program checks its owner.
#[inline(never)]
fn create_reserve<'info>(
    accounts: &InitializeVault<'info>,
    mint: &AccountInfo<'info>,
    reserve: &AccountInfo<'info>,
) -> Result<()> {
    let token_program = match TokenKind::of_mint(mint)? {
        TokenKind::Token => accounts.token_program.to_account_info(),
        TokenKind::Token2022 => accounts.token_2022_program.to_account_info(),
    };
    let [payer, authority] = [accounts.admin.to_account_info(), accounts.authority.to_account_info()];
    let expected = get_associated_token_address_with_program_id(authority.key, mint.key, token_program.key);
    require_keys_eq!(*reserve.key, expected, BallastError::WrongAccount);
    // Built here: Anchor's `create_idempotent` would search for the address a second time.
    let create = Instruction {
        program_id: associated_token::ID,
        accounts: vec![
            AccountMeta::new(*payer.key, true),
            AccountMeta::new(expected, false),
            AccountMeta::new_readonly(*authority.key, false),
            AccountMeta::new_readonly(*mint.key, false),
            AccountMeta::new_readonly(accounts.system_program.key(), false),
            AccountMeta::new_readonly(*token_program.key, false),
        ],
        data: vec![CREATE_IDEMPOTENT],
    };
    let system_program = accounts.system_program.to_account_info();
    Ok(invoke(&create, &[payer, reserve.clone(), authority, mint.clone(), system_program, token_program])?)
}

#[inline(never)]
fn emit_initialized(
    vault: &AccountLoader<Vault>,
    admin: &Signer,
    args: &InitializeVaultArgs,
    remaining: &[AccountInfo],
) -> Result<()> {
    emit!(VaultInitialized {
        vault: vault.key(),
        slot: Clock::get()?.slot,
        sequence: 1,
        admin: admin.key(),
        guardian: args.guardian,
        mints: remaining.chunks_exact(2).filter_map(|pair| pair.first()).map(|mint| *mint.key).collect(),
        targets_bps: args.assets.iter().map(|asset| asset.target_bps).collect(),
    });
    Ok(())
}
