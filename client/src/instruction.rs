//! Instruction builders, one for each of the program's instructions.
//!
//! Amounts are raw units; whoever signs is the first argument. What several accounts of a vault go into takes a [`VaultView`].
//!
//! ```
//! use ballast_client::ballast::instructions::RedeemInKindArgs;
//! use ballast_client::ballast::token::TOKEN;
//! use ballast_client::{Pubkey, VaultView, instruction};
//!
//! let [creator, user, sol, usdc] = std::array::from_fn(|_| Pubkey::new_unique());
//! let view = VaultView::new(&creator, 0, &[(sol, TOKEN), (usdc, TOKEN)]);
//!
//! // A tenth of a share for at least 0.5 SOL and 70 USDC.
//! let args = RedeemInKindArgs { shares: 100_000, min_amounts: vec![500_000_000, 70_000_000], skip_mask: 0, forfeit_mask: 0 };
//! let redeem = instruction::redeem_in_kind(user, &view, args);
//! assert!(redeem.accounts.iter().any(|account| account.pubkey == user && account.is_signer));
//!
//! // An asset that the vault does not have.
//! assert!(instruction::deposit_single(user, &view, 2, 1_000_000, 1).is_none());
//! ```

use anchor_lang::prelude::{AccountMeta, Pubkey};
use anchor_lang::solana_program::instruction::Instruction;
use anchor_lang::system_program;
use anchor_lang::{InstructionData, ToAccountMetas};
use ballast::instructions::{ConfigureStrategyArgs, DepositInKindArgs, InitializeVaultArgs, RedeemInKindArgs};
use ballast::state::{Change, RampArgs, Route};
use ballast::token::{TOKEN, TOKEN_2022};
use ballast::{accounts, instruction};

use crate::address::{self, ASSOCIATED_TOKEN_PROGRAM};
use crate::view::{AssetView, VaultView};

/// Most reserves that [`initialize_vault`] can create by itself.
pub const RESERVES_WITH_VAULT: usize = 7;
/// The associated token program's instruction that accepts an existing account.
const CREATE_IDEMPOTENT: u8 = 1;

/// Creates the vault's reserves where they do not exist yet; one instruction an asset.
///
/// [`initialize_vault`] makes missing reserves by itself, but a transaction may not invoke often enough for more than
/// [`RESERVES_WITH_VAULT`] of them: for a larger basket send these first, in as many transactions as needed.
pub fn create_reserves(payer: Pubkey, view: &VaultView) -> Vec<Instruction> {
    view.assets.iter().map(|asset| create_reserve(payer, view.authority, asset)).collect()
}

/// Creates one reserve where it does not exist yet: a new asset's, before it is added.
pub fn create_reserve(payer: Pubkey, authority: Pubkey, asset: &AssetView) -> Instruction {
    Instruction {
        program_id: ASSOCIATED_TOKEN_PROGRAM,
        accounts: vec![
            AccountMeta::new(payer, true),
            writable(asset.reserve),
            readonly(authority),
            readonly(asset.mint),
            readonly(system_program::ID),
            readonly(asset.token_program),
        ],
        data: vec![CREATE_IDEMPOTENT],
    }
}

/// Creates the vault of `view`, whose assets must be in the order of `args.assets`.
pub fn initialize_vault(admin: Pubkey, vault_id: u64, view: &VaultView, args: InitializeVaultArgs) -> Instruction {
    let fixed = accounts::InitializeVault {
        admin,
        vault: view.address,
        authority: view.authority,
        crank_fund: view.crank_fund,
        share_mint: view.share_mint,
        token_program: TOKEN,
        token_2022_program: TOKEN_2022,
        associated_token_program: ASSOCIATED_TOKEN_PROGRAM,
        system_program: system_program::ID,
    };
    let assets = view.assets.iter().flat_map(|asset| [readonly(asset.mint), writable(asset.reserve)]);
    build(fixed, assets, instruction::InitializeVault { vault_id, args })
}

/// Registers `pool` as a route.
pub fn register_route(admin: Pubkey, vault: Pubkey, pool: Pubkey) -> Instruction {
    let route = address::route(&vault, &pool);
    let fixed = accounts::RegisterRoute { admin, vault, route, pool, system_program: system_program::ID };
    build(fixed, [], instruction::RegisterRoute {})
}

/// Gives a new vault its strategy.
pub fn configure_strategy(admin: Pubkey, vault: Pubkey, args: ConfigureStrategyArgs) -> Instruction {
    build(accounts::ConfigureStrategy { admin, vault }, [], instruction::ConfigureStrategy { args })
}

/// Moves the target weights from where they are, by the manager or the admin.
pub fn start_ramp(signer: Pubkey, vault: Pubkey, targets_bps: Vec<u16>, duration_secs: u32) -> Instruction {
    let args = RampArgs { targets_bps, duration_secs };
    build(accounts::StartRamp { signer, vault }, [], instruction::StartRamp { args })
}

/// Queues a change under the vault's next number, its account's `change_count`.
pub fn queue_change(admin: Pubkey, vault: Pubkey, id: u64, change: Change) -> Instruction {
    let queued = address::change(&vault, id);
    let fixed = accounts::QueueChange { admin, vault, queued, system_program: system_program::ID };
    build(fixed, [], instruction::QueueChange { change })
}

/// Applies a queued change.
pub fn apply_change(admin: Pubkey, vault: Pubkey, id: u64) -> Instruction {
    build(apply(admin, vault, id), [], instruction::ApplyChange {})
}

/// Applies the queued change that adds `asset`, whose reserve must exist; see [`create_reserve`].
pub fn apply_asset(admin: Pubkey, vault: Pubkey, id: u64, asset: &AssetView) -> Instruction {
    let remaining = [readonly(asset.mint), readonly(asset.reserve)];
    build(apply(admin, vault, id), remaining, instruction::ApplyChange {})
}

/// Cancels a queued change; `payer` is the admin who queued it.
pub fn cancel_change(signer: Pubkey, vault: Pubkey, id: u64, payer: Pubkey) -> Instruction {
    let queued = address::change(&vault, id);
    build(accounts::CancelChange { signer, vault, queued, payer }, [], instruction::CancelChange {})
}

/// Makes a change that loosens nothing, by the guardian or the admin.
pub fn tighten(signer: Pubkey, vault: Pubkey, change: Change) -> Instruction {
    build(accounts::Tighten { signer, vault }, [], instruction::Tighten { change })
}

/// Closes a pool's route, by the guardian or the admin; its lamports go to `admin`, the vault's.
pub fn close_route(signer: Pubkey, admin: Pubkey, vault: Pubkey, pool: Pubkey) -> Instruction {
    let route = address::route(&vault, &pool);
    build(accounts::CloseRoute { signer, vault, route, admin }, [], instruction::CloseRoute {})
}

/// Closes an asset's reserve and pays what is left to `destination`. `None` if the vault has no such asset.
pub fn close_reserve(admin: Pubkey, view: &VaultView, asset: u8, destination: Pubkey) -> Option<Instruction> {
    let AssetView { mint, reserve, .. } = *view.assets.get(usize::from(asset))?;
    let fixed = accounts::CloseReserve {
        admin,
        vault: view.address,
        authority: view.authority,
        share_mint: view.share_mint,
        reserve,
        mint,
        destination,
        token_program: TOKEN,
        token_2022_program: TOKEN_2022,
    };
    Some(build(fixed, [], instruction::CloseReserve { asset }))
}

/// Closes a vault whose reserves are all closed.
pub fn close_vault(admin: Pubkey, vault: Pubkey, crank_fund: Pubkey) -> Instruction {
    build(accounts::CloseVault { admin, vault, crank_fund }, [], instruction::CloseVault {})
}

/// Folds the refreshed prices into the vault's statistics.
pub fn observe(vault: Pubkey) -> Instruction {
    build(accounts::Observe { vault }, [], instruction::Observe {})
}

/// Posts a forecast of volatility over the usual one.
pub fn post_forecast(forecaster: Pubkey, vault: Pubkey, scale_bps: u64, expires_at: i64) -> Instruction {
    build(accounts::PostForecast { forecaster, vault }, [], instruction::PostForecast { scale_bps, expires_at })
}

/// Proposes another admin.
pub fn propose_admin(admin: Pubkey, vault: Pubkey, new_admin: Pubkey) -> Instruction {
    build(accounts::ProposeAdmin { admin, vault }, [], instruction::ProposeAdmin { new_admin })
}

/// Accepts the admin's role.
pub fn accept_admin(new_admin: Pubkey, vault: Pubkey) -> Instruction {
    build(accounts::AcceptAdmin { new_admin, vault }, [], instruction::AcceptAdmin {})
}

/// Ends the halt of the vault or of one of its routes.
pub fn clear_breaker(admin: Pubkey, vault: Pubkey, route: Option<Pubkey>) -> Instruction {
    build(accounts::ClearBreaker { admin, vault, route }, [], instruction::ClearBreaker {})
}

/// Trips a breaker of the vault; the price account of an asset (by its index) may show that its price is too uncertain.
pub fn trip_breaker(vault: Pubkey, evidence: Option<(u8, Pubkey)>) -> Instruction {
    let (evidence_asset, account) = evidence.unzip();
    build(accounts::TripBreaker { vault, route: None }, account.map(readonly), instruction::TripBreaker { evidence_asset })
}

/// Trips a breaker of a route by the state of its pool.
pub fn trip_route_breaker(vault: Pubkey, route_address: Pubkey, route: &Route) -> Instruction {
    let fixed = accounts::TripBreaker { vault, route: Some(route_address) };
    let pins = route.accounts().iter().copied().map(readonly);
    build(fixed, pins, instruction::TripBreaker { evidence_asset: None })
}

/// Pauses or unpauses activities, bits of [`ballast::state::pause`].
pub fn set_pause(signer: Pubkey, vault: Pubkey, activities: u8, is_paused: bool) -> Instruction {
    build(accounts::SetPause { signer, vault }, [], instruction::SetPause { activities, is_paused })
}

/// Deposits all assets from the user's associated token accounts.
pub fn deposit_in_kind(user: Pubkey, view: &VaultView, args: DepositInKindArgs) -> Instruction {
    build(in_kind(user, view), asset_accounts(user, view, 0), instruction::DepositInKind { args })
}

/// Redeems shares into the user's associated token accounts. Assets of `args.skip_mask` are left out; unless `args.forfeit_mask`
/// names them too, they go to the user's claims, which must be open.
pub fn redeem_in_kind(user: Pubkey, view: &VaultView, args: RedeemInKindArgs) -> Instruction {
    let is_claiming = args.skip_mask & !args.forfeit_mask != 0;
    let claims = is_claiming.then(|| address::claims(&view.address, &user));
    let fixed = accounts::RedeemInKind { in_kind: in_kind(user, view), claims };
    build(fixed, asset_accounts(user, view, args.skip_mask), instruction::RedeemInKind { args })
}

/// Opens the user's claims.
pub fn open_claims(owner: Pubkey, vault: Pubkey) -> Instruction {
    let claims = address::claims(&vault, &owner);
    let fixed = accounts::OpenClaims { owner, vault, claims, system_program: system_program::ID };
    build(fixed, [], instruction::OpenClaims {})
}

/// Pays what the user claims of one asset into their associated token account. `None` if the vault has no such asset.
pub fn claim(owner: Pubkey, view: &VaultView, asset: u8) -> Option<Instruction> {
    let slot = view.assets.get(usize::from(asset))?;
    let fixed = accounts::Claim {
        owner,
        vault: view.address,
        claims: address::claims(&view.address, &owner),
        authority: view.authority,
        reserve: slot.reserve,
        mint: slot.mint,
        destination: address::associated_token(&owner, &slot.mint, &slot.token_program),
        asset_token_program: slot.token_program,
    };
    Some(build(fixed, [], instruction::Claim { asset }))
}

/// Closes the user's claims.
pub fn close_claims(owner: Pubkey, vault: Pubkey) -> Instruction {
    let claims = address::claims(&vault, &owner);
    build(accounts::CloseClaims { owner, claims }, [], instruction::CloseClaims {})
}

/// Quarantines an asset. `None` if the vault has no such asset.
pub fn quarantine(signer: Pubkey, view: &VaultView, asset: u8) -> Option<Instruction> {
    let reserve = view.assets.get(usize::from(asset))?.reserve;
    Some(build(accounts::Quarantine { signer, vault: view.address, reserve }, [], instruction::Quarantine { asset }))
}

/// Mints the accrued management fee into the recipient's associated token account.
pub fn collect_fees(view: &VaultView, fee_recipient: &Pubkey) -> Instruction {
    let fixed = accounts::CollectFees {
        vault: view.address,
        authority: view.authority,
        share_mint: view.share_mint,
        recipient_shares: view.user_shares(fee_recipient),
        token_program: TOKEN,
    };
    build(fixed, [], instruction::CollectFees {})
}

/// Adds lamports to the crank fund: a plain transfer.
pub fn top_up_crank_fund(from: Pubkey, view: &VaultView, lamports: u64) -> Instruction {
    anchor_lang::solana_program::system_instruction::transfer(&from, &view.crank_fund, lamports)
}

/// Deposits one asset from the user's associated token account. `None` if the vault has no such asset.
pub fn deposit_single(user: Pubkey, view: &VaultView, asset: u8, amount: u64, min_shares: u64) -> Option<Instruction> {
    Some(build(single(user, view, asset)?, [], instruction::DepositSingle { asset, amount, min_shares }))
}

/// Redeems shares into the user's associated token account of one asset. `None` if the vault has no such asset.
pub fn redeem_single(user: Pubkey, view: &VaultView, asset: u8, shares: u64, min_amount: u64) -> Option<Instruction> {
    Some(build(single(user, view, asset)?, [], instruction::RedeemSingle { asset, shares, min_amount }))
}

/// Refreshes the prices of the assets in the mask, with one price account each, in the vault's order.
pub fn refresh_prices(vault: Pubkey, asset_mask: u16, price_accounts: &[Pubkey]) -> Instruction {
    let prices = price_accounts.iter().copied().map(readonly);
    build(accounts::RefreshPrices { vault }, prices, instruction::RefreshPrices { asset_mask })
}

/// Rebalances on a route; a `min_out` above 0 can only raise the vault's own. `None` if the route does not fit the vault.
pub fn rebalance(keeper: Pubkey, view: &VaultView, route_address: Pubkey, route: &Route, min_out: u64) -> Option<Instruction> {
    let amm = ballast::amm::Amm::try_from(route.amm).ok()?;
    let fixed = accounts::Rebalance {
        keeper,
        vault: view.address,
        route: route_address,
        authority: view.authority,
        reserve_a: view.assets.get(usize::from(route.asset_a))?.reserve,
        reserve_b: view.assets.get(usize::from(route.asset_b))?.reserve,
        amm_program: amm.program_id(),
        crank_fund: view.crank_fund,
    };
    let pins = route.accounts().iter().zip(amm.writable());
    let swap = pins.map(|(pin, is_writable)| if *is_writable { writable(*pin) } else { readonly(*pin) });
    Some(build(fixed, swap, instruction::Rebalance { min_out }))
}

/// Previews a rebalance on a route; simulate it and decode the return data.
pub fn preview_rebalance(vault: Pubkey, route_address: Pubkey, route: &Route) -> Instruction {
    let fixed = accounts::PreviewRebalance { vault, route: route_address };
    build(fixed, route.accounts().iter().copied().map(readonly), instruction::PreviewRebalance {})
}

fn apply(admin: Pubkey, vault: Pubkey, id: u64) -> accounts::ApplyChange {
    accounts::ApplyChange { admin, vault, queued: address::change(&vault, id) }
}

fn in_kind(user: Pubkey, view: &VaultView) -> accounts::InKind {
    accounts::InKind {
        user,
        vault: view.address,
        authority: view.authority,
        share_mint: view.share_mint,
        user_shares: view.user_shares(&user),
        token_program: TOKEN,
        token_2022_program: TOKEN_2022,
    }
}

fn asset_accounts(user: Pubkey, view: &VaultView, skip_mask: u16) -> Vec<AccountMeta> {
    let is_skipped = |index: usize| skip_mask.checked_shr(index as u32).unwrap_or(0) & 1 == 1;
    let taken = view.assets.iter().enumerate().filter(|(index, asset)| !asset.is_removed && !is_skipped(*index));
    taken
        .flat_map(|(_, asset)| {
            let from = address::associated_token(&user, &asset.mint, &asset.token_program);
            [writable(from), writable(asset.reserve), readonly(asset.mint)]
        })
        .collect()
}

fn single(user: Pubkey, view: &VaultView, asset: u8) -> Option<accounts::Single> {
    let asset = view.assets.get(usize::from(asset))?;
    Some(accounts::Single {
        user,
        vault: view.address,
        authority: view.authority,
        share_mint: view.share_mint,
        user_shares: view.user_shares(&user),
        user_tokens: address::associated_token(&user, &asset.mint, &asset.token_program),
        reserve: asset.reserve,
        mint: asset.mint,
        token_program: TOKEN,
        asset_token_program: asset.token_program,
    })
}

fn build(
    fixed: impl ToAccountMetas,
    remaining: impl IntoIterator<Item = AccountMeta>,
    data: impl InstructionData,
) -> Instruction {
    let mut accounts = fixed.to_account_metas(None);
    accounts.extend(remaining);
    Instruction { program_id: ballast::ID, accounts, data: data.data() }
}

fn writable(address: Pubkey) -> AccountMeta {
    AccountMeta::new(address, false)
}

fn readonly(address: Pubkey) -> AccountMeta {
    AccountMeta::new_readonly(address, false)
}
