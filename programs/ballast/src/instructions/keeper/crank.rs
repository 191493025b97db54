//! The crank fund's payment for a settled trade.

use anchor_lang::prelude::*;
use ballast_core::crank::{self, Purse};

use crate::state::Vault;

/// Pays the keeper what the vault allows, and returns the lamports: none where the fund cannot or must not.
///
/// To be called after the last inner instruction: the lamports are moved directly.
#[inline(never)]
pub fn pay<'info>(vault: &mut Vault, fund: &AccountInfo<'info>, keeper: &AccountInfo<'info>, now: i64) -> Result<u64> {
    if vault.limits.crank_reward_lamports == 0 {
        return Ok(0);
    }
    let rent = Rent::get()?;
    let purse =
        |account: &AccountInfo| Purse { lamports: account.lamports(), rent_lamports: rent.minimum_balance(account.data_len()) };
    let Some((lamports, paid)) = crank::reward(&vault.limits, &vault.state.crank, purse(fund), purse(keeper), now) else {
        return Ok(0);
    };
    vault.state.crank = paid;
    fund.sub_lamports(lamports)?;
    keeper.add_lamports(lamports)?;
    Ok(lamports)
}
