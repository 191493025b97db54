//! `close_claims`: gives back the rent of claims that are paid.

use anchor_lang::prelude::*;

use crate::error::BallastError;
use crate::state::Claims;

/// No remaining accounts, and no vault: it may be closed already.
#[derive(Accounts)]
pub struct CloseClaims<'info> {
    /// Whose claims they are; gets their rent.
    #[account(mut)]
    pub owner: Signer<'info>,
    /// The claims.
    #[account(mut, close = owner)]
    pub claims: AccountLoader<'info, Claims>,
}

/// Closes claims; see [`crate::ballast::close_claims`].
pub fn close_claims(ctx: Context<CloseClaims>) -> Result<()> {
    let claims = ctx.accounts.claims.load()?;
    require_keys_eq!(claims.owner, ctx.accounts.owner.key(), BallastError::WrongClaims);
    require!(claims.is_empty(), BallastError::ClaimsOpen);
    Ok(())
}
