//! `open_claims`: makes room for what a redemption cannot pay out now.

use anchor_lang::prelude::*;

use crate::state::{CLAIMS_SEED, Claims, Vault};

/// No remaining accounts.
#[derive(Accounts)]
pub struct OpenClaims<'info> {
    /// Whose claims they will be; pays for the account, and gets that back from `close_claims`.
    #[account(mut)]
    pub owner: Signer<'info>,
    /// The vault.
    pub vault: AccountLoader<'info, Vault>,
    /// The claims.
    #[account(init, payer = owner, space = Claims::SPACE, seeds = [CLAIMS_SEED, vault.key().as_ref(), owner.key.as_ref()], bump)]
    pub claims: AccountLoader<'info, Claims>,
    /// Creates the claims.
    pub system_program: Program<'info, System>,
}

/// Opens claims; see [`crate::ballast::open_claims`].
pub fn open_claims(ctx: Context<OpenClaims>) -> Result<()> {
    let mut claims = ctx.accounts.claims.load_init()?;
    claims.vault = ctx.accounts.vault.key();
    claims.owner = ctx.accounts.owner.key();
    Ok(())
}
